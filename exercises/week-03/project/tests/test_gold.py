"""Gold, beside the oracle."""

import pytest
from kit import same_rows
from kit.compare import GOLD
from oracle import expected

HINTS = {
    "gold/daily_orders": "country and segment are those of the version that was valid when the order was placed; "
    "each order is rounded, then added.",
    "gold/daily_customers": "at the midnight that ends the day a version counts that began before and did not end "
    "before.",
    "gold/quality": "a duplicate is a change whose lsn stands in an earlier change of its source, by day, file and line; "
    "a line that was set aside is no change.",
}


@pytest.mark.parametrize("table", GOLD)
def test_gold(story, table):
    """The marts of the planted deliveries."""
    same_rows(
        table, table, expected(story.first)[table], story.after("run").tables[table] or (), HINTS[table]
    )


@pytest.mark.parametrize("table", GOLD)
def test_late(story, table):
    """A late change of a customer moves orders of days that were published."""
    wanted = expected(story.first, story.late)[table]
    got = story.after("late").tables[table] or ()
    same_rows(f"{table} after late changes", table, wanted, got, HINTS[table])


@pytest.mark.parametrize("table", GOLD)
def test_generated(generated, table):
    """The same on 28 days of the generator's feed, with all the dirt."""
    rows = expected(generated.folder)[table]
    got = generated.after("run").tables[table] or ()
    same_rows(f"{table} of the generator's feed", table, rows, got, HINTS[table])
