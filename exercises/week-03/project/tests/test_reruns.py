"""Runs on top of runs: again, and from bronze alone."""

from kit import TABLES, expect, same_rows
from oracle import expected

DERIVED = [name for name in TABLES if not name.startswith("bronze")]


def test_second_run(story):
    """A second `run` on the same folder commits nothing to any table."""
    before, after = story.after("run").versions, story.after("again").versions
    again = sorted(name for name, version in after.items() if before.get(name) != version)
    expect(before, "`run`: expected tables of Delta below LAKEHOUSE_ROOT, got none.")
    expect(
        not again,
        f"A second `run` on the same folder: expected no commit, got new versions of {again}.",
        "remember how far each layer has come.",
    )


def test_replay(story):
    """`replay` makes silver, gold and quarantine anew from bronze, also when they are lost or emptied."""
    wanted, got = expected(story.first, story.late), story.after("replay").tables
    hint = "forget how far you had come, then read bronze from its first line."
    for name in DERIVED:
        same_rows(f"{name} after `replay`", name, wanted[name], got[name] or (), hint)
