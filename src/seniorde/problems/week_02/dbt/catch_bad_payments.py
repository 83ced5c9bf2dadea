"""# Tests that catch bad payments

The table `payments` has this contract, and no test yet:

| column | |
| :-- | :-- |
| `payment_id` | unique, never missing |
| `order_id` | never missing, the `order_id` of a row of the model `orders` |
| `status` | never missing: `captured`, `failed` or `refunded` |
| `amount_cents` | never missing; above 0, but for a refund below 0 |
| `method` | may be missing for a failed payment only |

And an order has at most one *captured* payment; failed ones and refunds as many as you like.

Write `models/payments.yml`, the properties of the model `payments`, with its tests (`data_tests`). The project has the models `orders` and `payments`, and besides dbt's four generic tests this one:

```sql+jinja
{% test holds(model, expression) %}
    select * from {{ model }} where not ({{ expression }})
{% endtest %}
```

```yaml
models:
  - name: payments
    data_tests:
      - holds:
          arguments: {expression: "amount_cents > 0 or status = 'refunded'"}
```

dbt runs your tests on a good delivery, where all must pass, and on deliveries with one mistake each, on which at least one must *fail*: a warning stops nothing.
The names of your tests are up to you; the file says nothing about `orders`.

Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from functools import lru_cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dbt-catch-bad-payments",
    pattern="data tests",
    difficulty="medium",
    minutes=25,
    points=3,
    order=2,
    hints={
        "A good delivery passes": (
            "A test that fails on good rows gets switched off: what does the contract allow that your test does not?",
            "A refund is negative; a failed payment may lack its method; an order has one captured payment beside failed ones. A test takes `config: {where: …}`.",
        ),
        "Coarse mistakes": (
            "Go through the table of the contract: every half sentence is a test.",
            "`unique`, `not_null`, `accepted_values` with `arguments: {values: […]}`, `relationships` with `arguments: {to: ref('orders'), field: order_id}`.",
        ),
        "Sly mistakes": (
            "In SQL a comparison with NULL is neither true nor false: which of your tests let a NULL through?",
            "`accepted_values`, `relationships` and `holds` say nothing of NULL, so `not_null` stands beside them; a condition on *some* rows is `config: {where: \"status <> 'failed'\"}`.",
            "`unique` on `order_id` with `where: \"status = 'captured'\"`.",
        ),
    },
)

HOLDS = """
{% test holds(model, expression) %}
    select * from {{ model }} where not ({{ expression }})
{% endtest %}
"""
COLUMNS = "payment_id varchar, order_id bigint, status varchar, amount_cents integer, method varchar"

GOOD = [
    ("p1", 1, "failed", 1000, "card"),
    ("p2", 1, "failed", 1000, None),
    ("p3", 1, "captured", 1000, "card"),
    ("p4", 2, "captured", 1, "invoice"),
    ("p5", 2, "refunded", -1, "invoice"),
    ("p6", 3, "captured", 250_000, "transfer"),
    ("p7", 3, "refunded", -100_000, "transfer"),
    ("p8", 3, "refunded", -150_000, "transfer"),
    ("p9", 4, "failed", 700, None),
]
# Name → the row that is put in place of the one with its number.
COARSE = {
    "a payment_id twice": (3, ("p3", 2, "failed", 1, "invoice")),
    "an order that does not exist": (3, ("p4", 99, "captured", 1, "invoice")),
    "a status that nobody knows": (3, ("p4", 2, "Captured", 1, "invoice")),
    "a refund above 0": (4, ("p5", 2, "refunded", 1, "invoice")),
}
SLY = {
    "no payment_id": (3, (None, 2, "captured", 1, "invoice")),
    "no order_id": (3, ("p4", None, "captured", 1, "invoice")),
    "no status": (3, ("p4", 2, None, 1, "invoice")),
    "no amount": (3, ("p4", 2, "captured", None, "invoice")),
    "a captured payment without a method": (3, ("p4", 2, "captured", 1, None)),
    "an order captured twice": (0, ("p1", 1, "captured", 1000, "card")),
    "a captured payment of 0": (3, ("p4", 2, "captured", 0, "invoice")),
    "a refund of 0": (4, ("p5", 2, "refunded", 0, "invoice")),
}


@lru_cache(maxsize=1)
def project():
    from seniorde.problems.week_02.dbt._project import Project

    return Project(
        **{
            "models/sources.yml": "sources: [{name: psp, schema: main, tables: [{name: delivered}, {name: known}]}]",
            "models/orders.sql": "select * from {{ source('psp', 'known') }}",
            "models/payments.sql": "select * from {{ source('psp', 'delivered') }}",
            "tests/generic/holds.sql": HOLDS,
        }
    )


def delivery(rows):
    values = ", ".join("(" + ", ".join("NULL" if v is None else repr(v) for v in row) + ")" for row in rows)
    fill = f"; INSERT INTO main.delivered VALUES {values}" if rows else ""
    return f"CREATE OR REPLACE TABLE main.delivered ({COLUMNS}){fill}"


@lru_cache(maxsize=16)
def results(text):
    """Delivery → the tests that fail on it (name → rows), and those that only warn."""
    shop = project()
    shop.write("models/payments.yml", text)
    shop.fresh("CREATE TABLE main.known AS SELECT range AS order_id FROM range(1, 5)")
    shop.sql(delivery(GOOD))
    shop.parse()
    found = {}
    for name, rows in deliveries().items():
        shop.sql(delivery(rows))
        first = name == "good"  # makes the views, which show later deliveries by themselves
        nodes = shop.run("build") if first else shop.run("test", "--fail-fast")
        tests = {test: node for test, node in nodes.items() if node.kind == "test"}
        if first and not tests:
            raise Refused("no test", "dbt finds no test in your file: they stand under `data_tests`.")
        by_status = {"fail": {}, "warn": {}}
        for test, node in tests.items():
            by_status.get(node.status, {})[test] = node.rows
        found[name] = by_status["fail"], by_status["warn"], len(tests)
        if first and by_status["fail"]:
            break
        if name == [*COARSE][-1] and not all(found[coarse][0] for coarse in COARSE):
            break  # the sly ones are not asked for then
    return found


def deliveries():
    """Name → rows; the good one first."""
    bad = {name: [*GOOD[:number], row, *GOOD[number + 1 :]] for name, (number, row) in (COARSE | SLY).items()}
    return {"good": GOOD, **bad}


def good_one(text):
    failed, _, count = results(text)["good"]
    if failed:
        test, rows = next(iter(sorted(failed.items())))
        raise Refused(
            "refuses good rows",
            "A test fails on a good delivery: it asks for more than the contract.",
            test=f"{test}: {rows} rows",
        )
    return f"A good delivery passes your {count} tests."


def survivors(text, mistakes):
    found = results(text)
    alive = [name for name in mistakes if not found[name][0]]
    if alive:
        warned = [name for name in alive if found[name][1]]
        raise Refused(
            "survives",
            f"{len(mistakes) - len(alive)} of {len(mistakes)} mistakes are caught.",
            **{"these pass": "\n".join(alive[:4]) + ("\n…" if len(alive) > 4 else "")},
            **({"these only warn": "\n".join(warned[:4])} if warned else {}),
        )
    return f"All {len(mistakes)} mistakes are caught."


PARTS = {
    "A good delivery passes": good_one,
    "Coarse mistakes": lambda text: survivors(text, COARSE),
    "Sly mistakes": lambda text: survivors(text, SLY),
}

SOLVE = r"""
models:
  - name: payments
    data_tests:
      - holds:
          name: amounts_have_the_sign_of_their_status
          arguments:
            expression: "case when status = 'refunded' then amount_cents < 0 else amount_cents > 0 end"
    columns:
      - name: payment_id
        data_tests: [unique, not_null]
      - name: order_id
        data_tests:
          - not_null
          - relationships:
              arguments: {to: ref('orders'), field: order_id}
          - unique:
              name: captured_once
              config: {where: "status = 'captured'"}
      - name: status
        data_tests:
          - not_null
          - accepted_values:
              arguments: {values: [captured, failed, refunded]}
      - name: amount_cents
        data_tests: [not_null]
      - name: method
        data_tests:
          - not_null:
              config: {where: "status <> 'failed'"}
"""

ONLY_HOLDS = variant(r"""
version: 2

models:
  - name: payments
    data_tests:
      - holds:
          name: nothing_is_missing
          arguments:
            expression: "payment_id is not null and status is not null and amount_cents is not null and (method is not null or coalesce(status, '') = 'failed')"
      - holds:
          name: every_status_is_known
          arguments: {expression: "status in ('captured', 'failed', 'refunded')"}
      - holds:
          name: signs
          arguments: {expression: "sign(amount_cents) = case status when 'refunded' then -1 else 1 end"}
      - holds:
          name: the_order_is_there
          arguments: {expression: "coalesce(order_id in (select order_id from {{ ref('orders') }}), false)"}
      - holds:
          name: id_once
          arguments: {expression: "payment_id not in (select payment_id from {{ ref('payments') }} group by 1 having count(*) > 1)"}
      - holds:
          name: captured_once
          arguments: {expression: "status <> 'captured' or order_id not in (select order_id from {{ ref('payments') }} where status = 'captured' group by 1 having count(*) > 1)"}
""")

NO_NULLS = wrong(
    "accepted_values, relationships and holds let NULL through",
    SOLVE.replace("          - not_null\n", "").replace(
        "      - name: amount_cents\n        data_tests: [not_null]\n", ""
    ),
    fails="survives",
    passes_examples=True,
)
WARNS = wrong(
    "a test that warns stops nothing",
    SOLVE.replace("arguments: {to: ref('orders'), field: order_id}", "arguments: {to: ref('orders'), field: order_id}\n              config: {severity: warn}"),
    fails="survives",
    passes_examples=True,
)  # fmt: skip
POSITIVE = wrong(
    "refunds are negative: all amounts above 0 is more than the contract",
    SOLVE.replace("case when status = 'refunded' then amount_cents < 0 else amount_cents > 0 end", "amount_cents > 0"),
    fails="refuses good rows",
)  # fmt: skip
ONE_PAYMENT = wrong(
    "an order may have failed payments beside the captured one",
    SOLVE.replace("\n              name: captured_once\n              config: {where: \"status = 'captured'\"}", "\n              name: one_payment"),
    fails="refuses good rows",
)  # fmt: skip
METHOD_ALWAYS = wrong(
    "a failed payment may lack its method",
    SOLVE.replace("""          - not_null:
              config: {where: "status <> 'failed'"}
""", "          - not_null\n"),
    fails="refuses good rows",
)  # fmt: skip
LOOSE_SIGN = wrong(
    "a refund of 0 is no refund",
    SOLVE.replace("amount_cents < 0 else", "amount_cents <= 0 else"),
    fails="survives",
    passes_examples=True,
)
UNDER_TESTS = wrong(
    "YAML that dbt reads, with the tests at a place where it looks for none",
    "models:\n  - name: payments\n    config:\n      meta:\n        data_tests: [unique]\n",
    fails="no test",
)

NOTES = """
**Why it holds**: every half sentence of the contract is a test that some delivery can fail. `where` narrows a test to the rows that the sentence speaks of.

**Pitfall**: three-valued logic. `accepted_values`, `relationships` and every expression pass a NULL; five of these eleven mistakes need a test that is there for them alone. `severity: warn` turns a test into a log line: `dbt build` goes on.

**Alternative**: constraints of an enforced contract (`not_null`, `check`) stop a row before it is stored, where the engine enforces them; DuckDB and PostgreSQL do, Athena does not. A unit test sees a wrong formula, which none of these do.

**At work**: plant the mistakes. A test suite is worth what it has been seen to fail on, and a suite that fails on good rows is switched off within a week.
"""
