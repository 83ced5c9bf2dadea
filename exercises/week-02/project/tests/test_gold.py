"""Gold and the catalog."""

from collections import Counter

import pytest
from kit import TABLES, expect, same_rows
from oracle import expected

GOLD = {
    "gold_daily_sales": "a join may neither lose nor multiply an order; the segment is that of the date.",
    "gold_daily_payments": "an orphan has the currency `none`; a payment knows orders of 30 days.",
    "gold_daily_flow": "a row for every date that is published.",
}


@pytest.mark.parametrize("table", GOLD)
def test_gold(story, table):
    """The marts are those that the oracle computes from the delivered files."""
    same_rows(table, table, expected(story.first)[table], story.after("run").tables[table], GOLD[table])


@pytest.mark.parametrize("table", GOLD)
def test_generated(generated, table):
    """The same on a week of the generator's deliveries, with all the dirt."""
    after = generated.after("run")
    rows = expected(generated.some)[table]
    same_rows(f"{table} of the generator's deliveries", table, rows, after.tables[table], GOLD[table])


def test_partitions(story):
    """Each date is registered once, in the place of its layer, and nothing lies beside what is registered."""
    after = story.after("all")
    for table in TABLES:
        found = after.partitions[table]
        twice = [str(day) for day, times in Counter(day for day, _ in found).items() if times > 1]
        expect(not twice, f"{table}: expected each date registered once, got {twice} more often.")
        layer = table.partition("_")[0]
        for day, prefix in found:
            expect(
                prefix.startswith(f"{layer}/") and prefix.endswith(f"/date={day}/"),
                f"{table}: expected the date {day} at {layer}/…/date={day}/, got {prefix}.",
            )
    places = tuple(prefix for found in after.partitions.values() for _, prefix in found)
    lost = [key for key in sorted(after.published()) if not key.startswith(places)]
    expect(
        not lost, f"silver/ and gold/: expected only what the catalog knows, got {len(lost)} more: {lost[:1]}."
    )
