"""The gates: what fails leaves gold as it was, and says why."""

import pytest
from kit import ends_in_words, expect, same_rows
from kit.compare import GOLD


def orders(tables):
    return sum(row[4] for row in tables["gold/daily_orders"] or ())


def test_gold_stays(gates):
    """Bad lines and orphans: exit code 1, gold as it was, silver goes on."""
    before, after = gates.after("gold"), gates.after("failing")
    given = "with 1 of 10 new lines of orders set aside, and 2 of 29 orders without a customer"
    for name in GOLD:
        expect(before.tables[name], f"{name}: expected rows before the gates failed, got none.")
        same_rows(f"{name} {given}", name, before.tables[name], after.tables[name] or ())
        expect(
            before.versions[name] == after.versions[name],
            f"{name} {given}: expected no commit, got version {after.versions[name]}.",
            "audit, then publish.",
        )
    rows = after.tables["silver/orders"] or ()
    expect(len(rows) == 29, f"silver/orders {given}: expected 29 orders, got {len(rows)}.")


@pytest.mark.parametrize("gate", ["quarantined", "orphans"])
def test_gate(gates, gate):
    """Each gate judges by its own limit: the last line on standard error names those that failed."""
    done = gates.after("failing").done
    ends_in_words(done)
    expect(
        gate in done.last_words,
        f"1 of 10 new lines of orders set aside, 2 of 29 orders are orphans: expected {gate} in the last line "
        f"on standard error, got {done.last_words[:200]!r}.",
        "the share is that of a source: good lines of customers do not make orders better.",
    )


def test_mended(gates):
    """The orphans' customer comes, an operator raises the other limit: gold is made of all that waited."""
    total = orders(gates.after("mended").tables)
    expect(
        total == 29,
        f"`run` with the customer, LAKEHOUSE_MAX_QUARANTINED=0.1 and 1 of 10 set aside: expected 29 orders in "
        f"gold, got {total}.",
        "as many as the limit allows are allowed.",
    )
