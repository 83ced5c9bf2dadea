"""One at a time, and a kill in the middle."""

from kit import TABLES, ends_in_words, expect, same_rows, well
from oracle import expected


def test_locked(kill):
    """A command that finds LAKEHOUSE_ROOT/.lock held waits, then ends with exit code 3, and did nothing."""
    after = kill.after("locked")
    ends_in_words(well(after.done, 3, "with LAKEHOUSE_WAIT=1 and the lock held by another"))
    expect(
        not after.versions,
        f"`run` on a lakehouse that is locked: expected no table written, got {sorted(after.versions)}.",
    )


def test_holds_the_lock(kill):
    """A command holds the lock while it is at work; kill -9 gives it back."""
    kill.after("killed")
    expect(
        kill.died, "`run` with late deliveries: expected a commit to silver/orders, got none before its end."
    )
    expect(
        kill.was_locked,
        "`run`, as it had committed to silver/orders: expected LAKEHOUSE_ROOT/.lock locked, got it free.",
        "fcntl.flock on a file that stays open for as long as the command is at work.",
    )


def test_killed(kill):
    """`run`, killed after it committed to silver and run again, leaves what an undisturbed run leaves."""
    wanted, got = expected(kill.first, kill.late), kill.after("killed").tables
    for name in TABLES:
        hint = "a step that was done and not noted is done again: MERGE by key, note how far you came last."
        same_rows(f"{name}, `run` killed and run again", name, wanted[name], got[name] or (), hint)


def test_killed_at_bronze(kill):
    """`ingest`, killed as bronze had its first lines and run again: each line is there, and once."""
    name = "bronze/changes"
    wanted, got = expected(kill.first)[name], kill.after("ingest").tables[name]
    hint = "lines, and the note that their file was read, are one commit: let bronze itself be the note."
    what = f"{name}, `ingest` killed after its first commit and run again"
    same_rows(what, name, wanted, got or (), hint)
