"""Runs on top of runs: again, late, one date, killed."""

from datetime import date

from kit import TABLES, expect, same_rows
from oracle import expected

LATE = date(2025, 10, 11)


def test_second_run(story):
    """A second `run` on the same folder writes no object of silver, gold or the rejects again."""
    before, after = story.after("run"), story.after("again")
    for name in TABLES:
        same_rows(f"After a second `run`: {name}", name, before.tables[name], after.tables[name])
    rejects = tuple(prefix for _, prefix in after.partitions["quarantine_rejects"])
    now = after.published() | {key: v for key, v in after.versions.items() if key.startswith(rejects)}
    again = {key for key, version in now.items() if before.versions.get(key) != version}
    expect(before.published(), "The first `run`: expected objects in silver and gold, got none.")
    expect(
        not again,
        f"A second `run`: expected no object written again, got {len(again)}: {min(again, default='')}.",
        "remember what a date was published from.",
    )


def test_one_date(story):
    """`build DATE` brings that date up to date and touches no other, though others are stale too."""
    before, after = story.after("again"), story.after("one_date")
    wanted = expected(story.first, story.late)
    for name in TABLES:
        rows = [row for row in wanted[name] if row[0] == LATE]
        same_rows(
            f"After `build {LATE}`: {name} of the date",
            name,
            rows,
            [row for row in after.tables[name] if row[0] == LATE],
            "a date is made of what was delivered on it and in the three days after it.",
        )
    others = {
        key for key, version in after.published().items() if before.versions.get(key) != version
    } | set(before.published()) - set(after.published())
    others = {key for key in others if f"date={LATE}/" not in key}
    expect(
        not others,
        f"`build {LATE}`: expected other dates untouched, got {len(others)} objects written: "
        f"{min(others, default='')}.",
    )


def test_killed(story):
    """`build`, killed as it publishes and run again, gives what an undisturbed run gives; no date goes missing."""
    wanted, got = expected(story.first, story.late), story.after("all").tables
    gone = story.case.lake.gone_and_back(("silver/", "gold/"))
    expect(
        not gone,
        f"Dates published again: expected no object of silver or gold deleted and then written, got {gone[:1]}.",
        "a PUT puts the new object in the old one's place; whoever reads or kills between finds a whole date.",
    )
    for table in TABLES:
        same_rows(
            f"Late deliveries, `build` killed and run again: {table}",
            table,
            wanted[table],
            got[table],
            "mark a date as published last; write every object whole.",
        )


def test_untouched(story):
    """Late deliveries of the 13th leave everything before the 10th as it was."""
    before, after = story.after("run").published(), story.after("all").published()
    early = {key: version for key, version in before.items() if key.partition("date=")[2][:10] < "2025-10-10"}
    again = sorted(key for key, version in early.items() if after.get(key) != version)
    expect(
        early and not again,
        f"Deliveries of 13 October: expected dates before the 10th untouched, got {len(again)} objects "
        f"written again: {again[:1]}.",
    )
