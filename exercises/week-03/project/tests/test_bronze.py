"""Bronze and the quarantine: nothing is lost, nothing is read twice, nothing is repaired in silence."""

import pytest
from kit import expect, same_rows
from oracle import expected

REASONS = {
    "format": "a JSON object, whole and alone on its line.",
    "key": "`key` holds the table's id as a whole number.",
    "schema": "look at the type that a value came with before you cast it: a cast makes 2 the text '2'.",
}


def test_lines(story):
    """Bronze holds each line of each file of the feed once, with its number, bad lines included."""
    rows = story.after("run").tables["bronze/changes"]
    hint = "blank lines count in the numbers, but are no lines; other files and folders are ignored."
    same_rows("bronze/changes", "bronze/changes", expected(story.first)["bronze/changes"], rows or (), hint)


def test_new_files_only(story):
    """A later `run` appends the lines of new files, those for an older day too, and no others."""
    story.after("late")
    rows = story.after("late").tables["bronze/changes"]
    wanted = expected(story.first, story.late)["bronze/changes"]
    hint = "a file is known by its path; a new one may lie in the folder of a day that was read already."
    same_rows("bronze/changes after a second folder", "bronze/changes", wanted, rows or (), hint)


@pytest.mark.parametrize("reason", REASONS)
def test_quarantine(story, reason):
    """A line that is no change is set aside, with the first reason that holds."""
    table = "quarantine/lines"
    wanted = [row for row in expected(story.first)[table] if row[4] == reason]
    rows = [row for row in story.after("run").tables[table] or () if row[4] == reason]
    same_rows(f"{table} with the reason {reason}", table, wanted, rows, REASONS[reason])


def test_not_coerced(story):
    """A number where the contract wants a text reaches no table; the change that came right does."""
    tables = story.after("late").tables
    for name in ("silver/customers", "silver/customer_versions"):
        column = 5 if name == "silver/customers" else 2
        segments = {row[column] for row in tables[name] or ()}
        expect(
            segments and segments <= {"new", "regular", "vip"},
            f"{name}: expected the segments new, regular, vip, got {sorted(map(str, segments))}.",
            REASONS["schema"],
        )
    six = [row[5] for row in tables["silver/customers"] if row[0] == 6]
    expect(
        six == ["regular"],
        f"Customer 6, whose last change came with a number and then right: expected regular, got {six}.",
    )
