"""Silver: the truth, whatever came twice, late or in disorder."""

import pytest
from kit import expect, same_rows
from oracle import expected

SILVER = {
    "silver/customers": "the greatest lsn of a key wins, not the last line; a delete is a change, too.",
    "silver/orders": "the greatest lsn of a key wins, not the last line; a delete is a change, too.",
    "silver/customer_versions": "in the order of lsn: a version begins where a tracked column changes, ends where "
    "the next begins or at a delete's ts; one that ends when it begins is left out.",
}


@pytest.mark.parametrize("table", SILVER)
def test_silver(story, table):
    """Changes that come twice, in disorder, with deletes and a new beginning."""
    same_rows(
        table, table, expected(story.first)[table], story.after("run").tables[table] or (), SILVER[table]
    )


@pytest.mark.parametrize("table", SILVER)
def test_late(story, table):
    """Changes that come days late, after younger ones of their key."""
    wanted = expected(story.first, story.late)[table]
    got = story.after("late").tables[table] or ()
    same_rows(f"{table} after late changes", table, wanted, got, SILVER[table])


@pytest.mark.parametrize("table", SILVER)
def test_generated(generated, table):
    """The same on 28 days of the generator's feed, with all the dirt."""
    rows = expected(generated.folder)[table]
    got = generated.after("run").tables[table] or ()
    same_rows(f"{table} of the generator's feed", table, rows, got, SILVER[table])


def test_deleted_stays_deleted(story):
    """An update that is older than the delete, and comes after it, brings nobody back."""
    tables = story.after("late").tables
    customers = [row for row in tables["silver/customers"] or () if row[0] == 4]
    orders = [row for row in tables["silver/orders"] or () if row[0] == 108]
    expect(
        tables["silver/customers"] and not customers and not orders,
        f"Updates of customer 4 and order 108, older than their deletes: expected them gone, got "
        f"{customers + orders}.",
        "a MERGE that deletes the row forgets which lsn deleted it: keep tombstones, or the changes.",
    )


def test_new_column(story):
    """`loyalty` comes with the changes of the second run; who has none yet has NULL."""
    rows = {row[0]: row[6] for row in story.after("late").tables["silver/customers"] or ()}
    wanted = {1: "bronze", 2: None, 3: None, 5: None, 6: None, 7: "gold"}
    expect(
        rows == wanted,
        f"silver/customers: expected loyalty {wanted} by customer_id, got {rows}.",
        "a MERGE adds a column only if it is told to.",
    )
    columns = story.case.lake.columns("silver/customers")
    expect("loyalty" in columns, f"silver/customers: expected a column loyalty, got {columns}.")


def test_unannounced_column(story):
    """A field that the contract does not know stays in bronze: nobody has said what is in it."""
    story.after("late")
    found = {name for name in story.case.lake.holding("gift_note", "23125") if not name.startswith("bronze/")}
    expect(
        story.case.lake.rows("silver/orders") and not found,
        f"A field gift_note, which the contract does not name: expected it in bronze only, got it in {found}.",
        "take the fields that you know; do not take what comes.",
    )
