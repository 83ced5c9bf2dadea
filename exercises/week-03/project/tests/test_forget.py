"""Personal data: where it may be, and that it can leave."""

import planted
from kit import TABLES, expect, same_rows
from oracle import FIELDS, KEYS, expected, judged

PERSONAL = ("name", "email", "city")
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
    aside = [(*row[:5], None if row[0] == "customers" else row[5]) for row in wanted[names[1]]]
    hint = (
        "each reason stays; `raw` is NULL in customers' lines that are set aside, and in no line of orders."
    )
    same_rows("quarantine/lines after `forget`", names[1], aside, tables[names[1]], hint)
    kept = [row for row in wanted["bronze/changes"] if row[0] == "orders"]
    same_rows(
        "bronze/changes of orders after `forget`",
        "bronze/changes",
        kept,
        [row for row in tables["bronze/changes"] if row[0] == "orders"],
    )


def changes_of_customers(story):
    """Return what was delivered of customers, by file and line: the row of bronze, and the change."""
    rows = expected(story.first, story.late)["bronze/changes"]
    found = {row[2:4]: (row, judged("customers", row[4])) for row in rows if row[0] == "customers"}
    return {place: one for place, one in found.items() if not isinstance(one[1], str)}


def test_the_living_stay(story):
    """Lines of customers who are there, and of one who came back after a delete, are as delivered."""
    wanted = changes_of_customers(story)
    living = {at: row for at, (row, one) in wanted.items() if one["customer_id"] not in planted.FORGOTTEN}
    got = [row for row in story.after("forget").tables["bronze/changes"] or () if row[2:4] in living]
    hint = "gone is whose change with the greatest lsn is a delete; customer 3 was deleted, and came back."
    what = "bronze/changes of living customers after `forget`"
    same_rows(what, "bronze/changes", living.values(), got, hint)


def test_what_is_kept(story):
    """A forgotten customer's line keeps what is not personal: a replay makes the same history of it."""
    got = {row[2:4]: row[4] for row in story.after("forget").tables["bronze/changes"] or ()}
    kept = (
        "op",
        "lsn",
        "ts",
        KEYS["customers"],
        *(one for one in FIELDS["customers"] if one not in PERSONAL),
    )
    for (file, line), (_, change) in changes_of_customers(story).items():
        if change["customer_id"] not in planted.FORGOTTEN:
            continue
        raw = got.get((file, line))
        found = judged("customers", raw) if raw else "no text"
        wanted, values = (
            {name: one.get(name) for name in kept if name in change}
            for one in (change, {} if isinstance(found, str) else found)
        )
        expect(
            values == wanted,
            f"{file}, line {line}, of customer {change['customer_id']} after `forget`: expected a change with "
            f"{as_text(wanted)}, got {found if isinstance(found, str) else as_text(values)}.",
            "take name, e-mail address and city out of `before` and `after`; leave the rest of the contract.",
        )


def as_text(values):
    return ", ".join(f"{name}={value}" for name, value in values.items())


def test_same_tables(story):
    """Silver and gold are the same after `forget`, and after a `run` with the same deliveries again."""
    wanted = expected(story.first, story.late)
    for stage, given in (("forget", "after `forget`"), ("after", "after `forget` and another `run`")):
        for name in KEPT:
            same_rows(f"{name} {given}", name, wanted[name], story.after(stage).tables[name] or ())


def test_replay_after(story):
    """`replay` after `forget` makes the same tables from the bronze that is left."""
    wanted, before, after = expected(story.first, story.late), story.after("forget"), story.after("replayed")
    for name in TABLES:
        rows = wanted[name] if name in KEPT else before.tables[name] or ()
        hint = (
            "what `forget` left of a line must be a change still; the reason of a line without text is kept."
        )
        same_rows(f"{name} after `forget` and `replay`", name, rows, after.tables[name] or (), hint)
