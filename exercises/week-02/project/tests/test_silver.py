"""Silver and the rejects, through the catalog, beside the oracle."""

import pytest
from kit import expect, same_rows
from oracle import expected

SILVER = {
    "silver_orders": "types, currencies in small letters, UTC dates, the first of each event.",
    "silver_order_items": "the lines of the orders that are in silver_orders, and no others.",
    "silver_order_changes": "cancelled and returned, by the date on which it happened.",
    "silver_payments": "comma and point, columns by their names, the first of each payment.",
    "silver_customers": "the snapshot of the date, without personal columns.",
    "quarantine_rejects": "the line's number counts from 1, headers and blank lines too; the first reason.",
}


@pytest.mark.parametrize("table", SILVER)
def test_silver(story, table):
    """Each line becomes a row of the right type on the right date, or a reject with its reason."""
    rows = expected(story.first)[table]
    same_rows(table, table, rows, story.after("run").tables[table], SILVER[table])


@pytest.mark.parametrize("table", SILVER)
def test_generated(generated, table):
    """The same on a week of the generator's deliveries, with all the dirt."""
    after = generated.after("run")
    rows = expected(generated.some)[table]
    same_rows(f"{table} of the generator's deliveries", table, rows, after.tables[table], SILVER[table])


def test_no_personal_data(story, generated):
    """No e-mail address and no telephone number stands in any file of silver or gold."""
    for stages in (story, generated):
        for key in sorted(stages.after("run").published()):
            for file in stages.case.lake.files(key):
                said = str(file.read().to_pydict()) + str(file.schema_arrow.metadata)
                expect(
                    "@mail.example" not in said and "23125" not in said and "Milora" not in said,
                    f"{key}: expected no personal data, got an e-mail address, a telephone number or a name.",
                    "take the columns that you need; leave gift_note, name, email and city in bronze.",
                )
