"""Personal data: where it may be, and that it can leave."""

import planted
from kit import TABLES, expect, same_rows
from oracle import expected

KEPT = [name for name in TABLES if not name.startswith(("bronze", "quarantine"))]


def test_personal_data(story):
    """No name, e-mail address or city in gold or in the customers' versions, nor in the log."""
    story.after("late")
    words = ("@mail.example", "Nora Quill", "Leipzig", "Zwickau")
    lake = story.case.lake
    found = [name for name in lake.holding(*words) if name.startswith(("gold/", "silver/customer_versions"))]
    expect(
        lake.rows("silver/customer_versions") and not found,
        f"gold and silver/customer_versions: expected no personal data, got some in {found[:2]}.",
    )
    said = story.log.read_text() if story.log.exists() else ""
    expect(
        said and not any(word in said for word in words), "LAKEHOUSE_LOG: expected no personal data in it."
    )


def test_forgotten(story):
    """After `forget` nothing names a deleted customer: no table, no old version's file, no log of Delta."""
    story.after("forget")
    found = story.case.lake.holding(*planted.LEAKS)
    logs = [name for name in found if "_delta_log" in name]
    data = [name for name in found if name not in logs]
    expect(
        not data,
        f"After `forget`: expected no file with the e-mail address, name or city of the customers "
        f"{planted.FORGOTTEN}, who were deleted, got {len(data)}: {data[:2]}.",
        "older versions keep their files until a VACUUM; a line that was cut may name him, too.",
    )
    expect(
        not logs,
        f"After `forget`: expected no personal data in the logs of Delta, got {len(logs)}: {logs[:2]}.",
        "a log keeps least and greatest values: delta.dataSkippingStatsColumns says of which columns.",
    )


def test_others_stay(story):
    """`forget` takes nothing else: other lines are as delivered, quarantine keeps its reasons."""
    tables, wanted = story.after("forget").tables, expected(story.first, story.late)
    names = ("bronze/changes", "quarantine/lines")
    for name in names:
        place = [row[:4] for row in wanted[name]]
        got = [row[:4] for row in tables[name] or ()]
        expect(
            sorted(place) == sorted(got),
            f"{name} after `forget`: expected its {len(place)} lines, got {len(got)}.",
            "a line is emptied of what is personal, not taken away: else its file is read again.",
        )
    reasons = sorted((row[2], row[3], row[4]) for row in wanted[names[1]])
    got = sorted((row[2], row[3], row[4]) for row in tables[names[1]])
    expect(reasons == got, f"{names[1]} after `forget`: expected the reasons as they were, got others.")
    kept = [row for row in wanted["bronze/changes"] if row[0] == "orders"]
    same_rows(
        "bronze/changes of orders after `forget`",
        "bronze/changes",
        kept,
        [row for row in tables["bronze/changes"] if row[0] == "orders"],
    )


def test_same_tables(story):
    """Silver and gold are the same after `forget`, and after a `run` with the same deliveries again."""
    wanted = expected(story.first, story.late)
    for stage, given in (("forget", "after `forget`"), ("after", "after `forget` and another `run`")):
        for name in KEPT:
            same_rows(f"{name} {given}", name, wanted[name], story.after(stage).tables[name] or ())
