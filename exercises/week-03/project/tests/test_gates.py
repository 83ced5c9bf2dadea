"""The gates: what fails leaves gold as it was, and says why."""

import pytest
from kit import ends_in_words, expect, same_rows
from kit.compare import GOLD

BOTH = ("quarantined", "orphans")


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


@pytest.mark.parametrize("gate", BOTH)
def test_gate(gates, gate):
    """Each gate judges by its own limit: the last line on standard error names those that failed."""
    done = gates.after("failing").done
    ends_in_words(done)
    hint = "the share is that of a source: good lines of customers do not make orders better."
    if any(other in done.last_words for other in BOTH):
        hint = f"both gates fail here: ask both before you stop, and name both. If you did, {hint}"
    expect(
        gate in done.last_words,
        f"1 of 10 new lines of orders set aside, 2 of 29 orders are orphans: expected {gate} in the last line "
        f"on standard error, got {done.last_words[:200]!r}.",
        hint,
    )


def test_fails_again(gates):
    """Nothing was mended: the next `gold` judges the same lines again, and gold stays as it was."""
    before, after = gates.after("gold"), gates.after("again")
    given = "`gold` again, after the gates failed"
    named = [gate for gate in BOTH if gate in gates.after("failing").done.last_words]
    expect(
        all(gate in after.done.last_words for gate in named),
        f"{given}: expected {' and '.join(named)} in the last line on standard error, as before, got "
        f"{after.done.last_words[:200]!r}.",
        "a line is judged until gold was made from it; note it after the marts, not before the gates.",
    )
    moved = [name for name in GOLD if before.versions.get(name) != after.versions.get(name)]
    expect(not moved, f"{given}: expected no commit to gold, got some to {moved}.")


def test_mended(gates):
    """The orphans' customer comes, an operator raises the other limit: gold is made of all that waited."""
    total = orders(gates.after("mended").tables)
    expect(
        total == 29,
        f"`run` with the customer, LAKEHOUSE_MAX_QUARANTINED=0.1 and 1 of 10 set aside: expected 29 orders in "
        f"gold, got {total}.",
        "as many as the limit allows are allowed.",
    )


def test_replay_judges_anew(gates):
    """What gold was made from is judged no more, until `replay` begins from the first line."""
    before, after = gates.after("quiet"), gates.after("replay")
    given = "`replay` with 1 of all 30 lines of orders set aside and LAKEHOUSE_MAX_QUARANTINED=0.03"
    expect(
        "quarantined" in after.done.last_words,
        f"{given}: expected quarantined in the last line on standard error, got {after.done.last_words[:200]!r}.",
        "after `replay` every line is new to gold.",
    )
    moved = [name for name in GOLD if before.versions.get(name) != after.versions.get(name)]
    expect(not moved, f"{given}: expected no commit to gold, got some to {moved}.", "audit, then publish.")
