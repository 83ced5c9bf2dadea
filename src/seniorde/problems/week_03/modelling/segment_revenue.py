"""# Revenue by the segment of that day

Finance asks for revenue by customer segment, as the segment was *when the order came in*. In DuckDB there are:

| table | columns |
| :-- | :-- |
| `orders` | `order_id`, `customer_id`, `ordered_at` |
| `order_items` | `order_id`, `line_number`, `quantity`, `unit_price_cents` |
| `payments` | `payment_id`, `order_id`, `status`, `amount_cents` (refunds are negative) |
| `customer_versions` | `customer_id`, `segment`, `valid_from`, `valid_to` |

A version is valid from `valid_from` up to, not including, `valid_to`; NULL means still valid. Versions of a customer do not overlap.

Write one query: for each segment the columns

- `segment`: that of the customer's version at `ordered_at`; `'unknown'` if there is none then, or if its segment is NULL;
- `orders`: the number of orders;
- `ordered_cents`: the sum of quantity × price of all their lines;
- `paid_cents`: the sum of the amounts of all their payments whose status is not `'failed'`.

Each order counts once, also one without lines or payments (0 cents). No segment without orders. Any order of rows. A status is never missing.

| segment | orders | ordered_cents | paid_cents |
| :-- | :-- | :-- | :-- |
| new | 2 | 3000 | 2500 |
| vip | 1 | 900 | 0 |

Write the query as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
"""

from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-modelling-segment-revenue",
    pattern="fan-out and as-of join",
    difficulty="medium",
    minutes=20,
    points=4,
    order=3,
    hints={
        "One line, one payment": (
            "Begin with one row for each order: its segment, its cents ordered, its cents paid. Only then group by segment.",
            "`LEFT JOIN customer_versions v ON v.customer_id = o.customer_id AND v.valid_from <= o.ordered_at AND (…)`.",
        ),
        "Many lines, many payments": (
            "What is the grain after you join lines *and* payments to an order with three lines and two payments?",
            "Add the lines up by order, and the payments up by order, each in its own subquery, before anything is joined.",
        ),
        "That day": (
            "A version that begins at the very moment counts; one that ends then does not.",
            "`o.ordered_at >= v.valid_from AND (v.valid_to IS NULL OR o.ordered_at < v.valid_to)`, in the `ON`, not in the `WHERE`.",
        ),
        "What is not there": (
            "Orders without version, lines or payments are still orders: which joins keep them?",
            "`coalesce(sum(…), 0)` and `coalesce(v.segment, 'unknown')`.",
        ),
    },
)

SOLVE = r"""
WITH ordered AS (
    SELECT order_id, sum(quantity * unit_price_cents) AS cents FROM order_items GROUP BY order_id
), paid AS (
    SELECT order_id, sum(amount_cents) AS cents FROM payments WHERE status <> 'failed' GROUP BY order_id
)
SELECT coalesce(v.segment, 'unknown') AS segment,
    count(*) AS orders,
    coalesce(sum(ordered.cents), 0) AS ordered_cents,
    coalesce(sum(paid.cents), 0) AS paid_cents
FROM orders AS o
LEFT JOIN customer_versions AS v
    ON v.customer_id = o.customer_id
    AND v.valid_from <= o.ordered_at
    AND (v.valid_to IS NULL OR o.ordered_at < v.valid_to)
LEFT JOIN ordered ON ordered.order_id = o.order_id
LEFT JOIN paid ON paid.order_id = o.order_id
GROUP BY coalesce(v.segment, 'unknown')
"""

TABLES = {
    "orders": "order_id integer, customer_id integer, ordered_at timestamp",
    "order_items": "order_id integer, line_number integer, quantity integer, unit_price_cents integer",
    "payments": "payment_id varchar, order_id integer, status varchar, amount_cents integer",
    "customer_versions": "customer_id integer, segment varchar, valid_from timestamp, valid_to timestamp",
}
D = "2025-10-{:02} {:02}:00:00".format
VERSIONS = [(1, "new", D(1, 0), None), (2, "vip", D(1, 0), None)]
SIMPLE = {
    "orders": [(1, 1, D(2, 8)), (2, 1, D(3, 8)), (3, 2, D(4, 8))],
    "order_items": [(1, 1, 2, 500), (2, 1, 1, 2000), (3, 1, 3, 300)],
    "payments": [("a", 1, "captured", 1000), ("b", 2, "captured", 1500), ("c", 3, "failed", 900)],
    "customer_versions": VERSIONS,
}


def oracle(data):
    """Order by order."""
    segments = {}
    for order, customer, at in data["orders"]:
        found = [
            segment
            for number, segment, begin, end in data["customer_versions"]
            if number == customer and begin <= at and (end is None or at < end)
        ]
        row = segments.setdefault(found[0] if found and found[0] is not None else "unknown", [0, 0, 0])
        row[0] += 1
        row[1] += sum(q * p for number, _, q, p in data["order_items"] if number == order)
        row[2] += sum(a for _, number, s, a in data["payments"] if number == order and s != "failed")
    return sorted((segment, *row) for segment, row in segments.items())


def expect(query, data):
    import duckdb

    from seniorde import labs

    with labs.duckdb() as con:
        for name, columns in TABLES.items():
            con.execute(f"CREATE TABLE {name} ({columns})")
            if data[name]:
                con.executemany(
                    f"INSERT INTO {name} VALUES ({', '.join('?' * len(data[name][0]))})", data[name]
                )
        try:
            result = con.execute(query)
            names = [column[0].lower() for column in result.description or []]
            rows = result.fetchall()
        except duckdb.Error as error:
            raise Refused("sql", f"DuckDB says: {str(error).splitlines()[0][:300]}") from error
    wanted = ["segment", "orders", "ordered_cents", "paid_cents"]
    if names != wanted:
        raise Refused("columns", f"The columns must be {', '.join(wanted)}; they are {', '.join(names)}.")
    expected = oracle(data)
    if sorted(rows, key=repr) != sorted(expected, key=repr):
        facts = {name: "\n".join(map(str, data[name])) for name in TABLES if 0 < len(data[name]) < 8}
        raise Refused(
            "rows",
            "These are not the rows.",
            expected="\n".join(map(str, expected)) or "no row",
            got="\n".join(map(str, sorted(rows, key=repr)[:8])) or "no row",
            **facts,
        )


def simple(query):
    expect(query, SIMPLE)
    return "One version, one line and one payment an order."


def many(query):
    expect(
        query, SIMPLE | {"order_items": [(1, 1, 2, 500), (1, 2, 1, 700), (2, 1, 1, 2000), (2, 2, 1, 2000)]}
    )
    expect(
        query,
        SIMPLE
        | {"payments": [("a", 1, "captured", 600), ("b", 1, "captured", 400), ("c", 1, "refunded", -400)]},
    )
    expect(
        query,
        SIMPLE
        | {
            "order_items": [(1, line, 1, 500) for line in range(1, 4)],
            "payments": [("a", 1, "captured", 500), ("b", 1, "captured", 500), ("c", 1, "failed", 500)],
        },
    )
    return "Lines and payments are counted once each, also equal ones."


def that_day(query):
    history = [
        (1, "new", D(1, 0), D(3, 8)),
        (1, "vip", D(3, 8), D(9, 0)),
        (1, "new", D(9, 0), None),
        *VERSIONS[1:],
    ]
    orders = [
        (1, 1, D(2, 8)),
        (2, 1, D(3, 8)),
        (3, 2, D(4, 8)),
        (4, 1, D(8, 23)),
        (5, 1, D(9, 0)),
        (6, 1, D(20, 0)),
    ]
    expect(query, SIMPLE | {"customer_versions": history, "orders": orders})
    expect(
        query,
        SIMPLE | {"customer_versions": [*history[::-1], (3, "gone", D(1, 0), D(2, 0))], "orders": orders},
    )
    return "The version of that moment, borders included."


def not_there(query):
    expect(query, SIMPLE | {"order_items": [], "payments": []})
    gaps = [(1, "new", D(2, 9), D(3, 0)), (2, None, D(1, 0), None), (9, "vip", D(1, 0), None)]
    orders = [*SIMPLE["orders"], (4, 1, D(2, 10)), (5, None, D(2, 10)), (6, 77, D(2, 10))]
    expect(query, SIMPLE | {"customer_versions": gaps, "orders": orders})
    expect(query, SIMPLE | {"customer_versions": [(1, "unknown", D(1, 0), None)]})
    expect(query, SIMPLE | {"orders": []})
    rng = Random(3)
    expect(
        query,
        {
            "orders": [
                (n, rng.randrange(1, 9), D(rng.randrange(1, 28), rng.randrange(24))) for n in range(60)
            ],
            "order_items": [
                (rng.randrange(60), n, rng.randrange(1, 4), 100 * rng.randrange(9)) for n in range(150)
            ],
            "payments": [
                (
                    f"p{n}",
                    rng.randrange(60),
                    rng.choice(["captured", "failed", "refunded"]),
                    rng.choice([500, -500, 90]),
                )
                for n in range(120)
            ],
            "customer_versions": [
                (
                    customer,
                    rng.choice(["new", "regular", "vip", None]),
                    D(day, 0),
                    D(day + 9, 0) if day < 19 else None,
                )
                for customer in range(1, 7)
                for day in (1, 10, 19)
                if rng.random() < 0.8
            ],
        },
    )
    return "Orders without version, lines or payments, and no orders at all."


PARTS = {
    "One line, one payment": simple,
    "Many lines, many payments": many,
    "That day": that_day,
    "What is not there": not_there,
}

by_subqueries = variant(
    r"""
SELECT segment, count(*) AS orders, sum(o) AS ordered_cents, sum(p) AS paid_cents
FROM (
    SELECT
        coalesce((SELECT max(segment) FROM customer_versions AS v
            WHERE v.customer_id = orders.customer_id AND ordered_at >= valid_from
                AND ordered_at < coalesce(valid_to, 'infinity'::timestamp)), 'unknown') AS segment,
        coalesce((SELECT sum(quantity * unit_price_cents) FROM order_items AS i
            WHERE i.order_id = orders.order_id), 0) AS o,
        coalesce((SELECT sum(amount_cents) FROM payments AS p
            WHERE p.order_id = orders.order_id AND status <> 'failed'), 0) AS p
    FROM orders
)
GROUP BY segment
"""
)

as_of = variant(
    r"""
WITH one AS (
    SELECT o.order_id, CASE WHEN v.valid_to <= o.ordered_at THEN NULL ELSE v.segment END AS segment
    FROM orders AS o
    ASOF LEFT JOIN customer_versions AS v
        ON o.customer_id = v.customer_id AND o.ordered_at >= v.valid_from
), parts AS (
    SELECT order_id, quantity * unit_price_cents AS ordered, 0 AS paid FROM order_items
    UNION ALL
    SELECT order_id, 0, amount_cents FROM payments WHERE status <> 'failed'
)
SELECT ifnull(segment, 'unknown') AS segment, count(DISTINCT one.order_id) AS orders,
    ifnull(sum(ordered), 0) AS ordered_cents, ifnull(sum(paid), 0) AS paid_cents
FROM one LEFT JOIN parts USING (order_id)
GROUP BY 1 ORDER BY 1
"""
)

fans_out = wrong(
    "joins lines and payments in one go: each line counts once for every payment",
    r"""
SELECT coalesce(v.segment, 'unknown') AS segment, count(DISTINCT o.order_id) AS orders,
    coalesce(sum(quantity * unit_price_cents), 0) AS ordered_cents,
    coalesce(sum(amount_cents) FILTER (status <> 'failed'), 0) AS paid_cents
FROM orders AS o
LEFT JOIN customer_versions AS v ON v.customer_id = o.customer_id
    AND v.valid_from <= o.ordered_at AND (v.valid_to IS NULL OR o.ordered_at < v.valid_to)
LEFT JOIN order_items USING (order_id)
LEFT JOIN payments USING (order_id)
GROUP BY 1
""",
    fails="rows",
    passes_examples=True,
)

distinct_amounts = wrong(
    "mends the doubling with DISTINCT: equal amounts count once",
    fans_out.answer.replace(
        "sum(quantity * unit_price_cents)", "sum(DISTINCT quantity * unit_price_cents)"
    ).replace("sum(amount_cents)", "sum(DISTINCT amount_cents)"),
    fails="rows",
    passes_examples=True,
)

segment_of_today = wrong(
    "takes the segment of today",
    SOLVE.replace(
        "    AND v.valid_from <= o.ordered_at\n    AND (v.valid_to IS NULL OR o.ordered_at < v.valid_to)",
        "    AND v.valid_to IS NULL",
    ),
    fails="rows",
    passes_examples=True,
)

both_borders = wrong(
    "counts the moment of a change for both versions",
    SOLVE.replace("o.ordered_at < v.valid_to", "o.ordered_at <= v.valid_to"),
    fails="rows",
    passes_examples=True,
)

open_borders = wrong(
    "begins a version after its first moment",
    SOLVE.replace("v.valid_from <= o.ordered_at", "v.valid_from < o.ordered_at"),
    fails="rows",
    passes_examples=True,
)

filter_behind = wrong(
    "asks for the version in WHERE: orders without one are gone",
    SOLVE.replace(
        "\n    AND v.valid_from <= o.ordered_at\n    AND (v.valid_to IS NULL OR o.ordered_at < v.valid_to)",
        "",
    ).replace(
        "GROUP BY coalesce(v",
        "WHERE v.valid_from <= o.ordered_at AND (v.valid_to IS NULL OR o.ordered_at < v.valid_to)\nGROUP BY coalesce(v",
    ),
    fails="rows",
    passes_examples=True,
)

null_segment = wrong(
    "groups a missing segment apart from the unknown one",
    SOLVE.replace(
        "coalesce(v.segment, 'unknown')", "CASE WHEN v.customer_id IS NULL THEN 'unknown' ELSE v.segment END"
    ),
    fails="rows",
    passes_examples=True,
)

inner_lines = wrong(
    "loses orders without lines",
    SOLVE.replace("LEFT JOIN ordered ON", "JOIN ordered ON"),
    fails="rows",
    passes_examples=True,
)

failed_too = wrong("adds up failed payments", SOLVE.replace(" WHERE status <> 'failed'", ""), fails="rows")

NOTES = """
**Plan**: three inputs, each brought to the grain of the order first; then the joins cannot multiply, and one aggregation is left.

**Pitfall**: two to-many joins from one table.
Three lines and two payments make six rows: revenue is counted twice, payments three times. `DISTINCT` inside a sum hides it until two lines cost the same.

**Alternative**: stack the two facts with `UNION ALL`, each with zeros for the other's measure, and aggregate once: it works for any number of facts, and is how a *drill-across* of several stars is written.
`ASOF JOIN` finds the version with one look; it knows no end, so a closed version must be taken out afterwards.

**At work**: in a star the loader has done the as-of join once and written the `customer_key` of the version into the fact; the report is then an equality join that nobody can get wrong.
"""
