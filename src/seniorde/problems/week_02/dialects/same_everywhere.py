'''# The same rows everywhere

A test runs on DuckDB, production on PostgreSQL, and both must give the same rows in the same order.
Write one query that does, for a table `orders(order_id, customer_id, total_cents integer, ordered_at timestamptz)`, in which `total_cents` may be NULL (not yet known).

For each customer that has an order: `customer_id`; `mean_cents`, the mean of the known totals in whole cents, what is behind the point cut off; and `days`, the number of different days in Berlin on which they ordered.
Highest mean first, customers without a mean last, equal means by `customer_id`.

| customer_id | mean_cents | days |
|--:|--:|--:|
| 2 | 351 | 1 |
| 1 | 3 | 2 |
| 3 | NULL | 1 |

These are the rows for the orders 1: (1, 3, `2025-10-25 21:30+00`), 2: (1, 4, `2025-10-25 22:30+00`), 3: (2, 351, `2025-10-25 22:30+00`), 4: (2, 352, `2025-10-26 10:00+00`), 5: (3, NULL, `2025-10-26 10:00+00`).

Totals are not negative.
The session's time zone may be any.
Write it as text: replace `...` by `"""…"""`.
'''

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-dialects-same-everywhere",
    pattern="portable SQL",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "Three traps of the lesson are in it: the division, the order of NULLs, the midnight.",
            "`7 / 2` is 3.5 on DuckDB, and a cast to an integer rounds it: cut it off with `trunc` or `floor` before you cast.",
            "`ordered_at AT TIME ZONE 'Europe/Berlin'` is a local time on both engines; cast *that* to a date.",
        ),
        "PostgreSQL": (
            "`ORDER BY … DESC` puts NULLs first here: say where you want them.",
            "Equal means are equal after the cut, and then `customer_id` decides. The clock of Berlin changes on 26 October, so no fixed number of hours is right.",
        ),
        "DuckDB": (
            "`floor(sum(total_cents) * 1.0 / count(total_cents))` is the same on both; cast it to an integer.",
        ),
        "Another session": (
            "With the session in another time zone a plain cast to a date counts other days.",
        ),
    },
)

SOLVE = """
SELECT customer_id,
       CAST(floor(sum(total_cents) * 1.0 / count(total_cents)) AS integer) AS mean_cents,
       count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
FROM orders
GROUP BY customer_id
ORDER BY mean_cents DESC NULLS LAST, customer_id
"""

EXAMPLE = [
    (1, 1, 3, datetime(2025, 10, 25, 21, 30, tzinfo=UTC)),
    (2, 1, 4, datetime(2025, 10, 25, 22, 30, tzinfo=UTC)),
    (3, 2, 351, datetime(2025, 10, 25, 22, 30, tzinfo=UTC)),
    (4, 2, 352, datetime(2025, 10, 26, 10, 0, tzinfo=UTC)),
    (5, 3, None, datetime(2025, 10, 26, 10, 0, tzinfo=UTC)),
]


def many():
    rng = Random(2)
    start = datetime(2025, 10, 24, 20, tzinfo=UTC)
    return (
        EXAMPLE
        + [
            (
                number,
                rng.randrange(1, 30),
                rng.choice([None, 1, 2, 3, 10, 11]),
                start + timedelta(minutes=rng.randrange(4_000)),
            )
            for number in range(6, 160)
        ]
        + [
            (160, 1, 3, datetime(2025, 11, 25, 10, tzinfo=UTC)),  # the same day of another month
            (161, 1, 3, datetime(2026, 10, 25, 10, tzinfo=UTC)),  # and of another year
        ]
    )


def oracle(orders):
    berlin, rows = ZoneInfo("Europe/Berlin"), []
    for customer in {order[1] for order in orders}:
        own = [order for order in orders if order[1] == customer]
        known = [order[2] for order in own if order[2] is not None]
        days = {order[3].astimezone(berlin).date() for order in own}
        rows.append((customer, sum(known) // len(known) if known else None, len(days)))
    return sorted(rows, key=lambda row: (row[1] is None, -(row[1] or 0), row[0]))


COLUMNS = "order_id int, customer_id int, total_cents int, ordered_at timestamptz"


def on_engine(engine, orders):
    """A connection that may read the orders."""
    from seniorde import labs

    if engine == "DuckDB":
        con = labs.duckdb()
        con.execute(f"CREATE TABLE orders ({COLUMNS})")
        con.executemany("INSERT INTO orders VALUES (?, ?, ?, ?)", orders)
        return con
    with labs.postgres() as owner:
        owner.execute(f"DROP TABLE IF EXISTS orders; CREATE TABLE orders ({COLUMNS})")
        owner.cursor().executemany("INSERT INTO orders VALUES (%s, %s, %s, %s)", orders)
        return labs.as_learner(owner)


def rows_of(engine, sql, orders, zone):
    con = on_engine(engine, orders)
    con.execute(f"SET TimeZone = '{zone}'")
    try:
        result = con.execute(sql)
        names = [column[0].lower() for column in result.description or ()]
        return names, [tuple(row) for row in result.fetchall()]
    except Exception as error:
        raise Refused("error", f"{engine} refuses it: {str(error).splitlines()[0]}") from error
    finally:
        con.close()


def show(rows):
    return "; ".join(str(row).replace("None", "NULL") for row in rows[:6]) + (" …" if len(rows) > 6 else "")


def expect(engine, sql, orders, zone="UTC"):
    names, got = rows_of(engine, sql, orders, zone)
    if names != ["customer_id", "mean_cents", "days"]:
        raise Refused(
            "columns",
            f"The columns on {engine} are not those asked for.",
            expected="customer_id, mean_cents, days",
            got=", ".join(names),
        )
    expected = oracle(orders)
    plain = [tuple(int(v) if v is not None and v == int(v) else v for v in row) for row in got]
    if plain != expected:
        first = next(
            (n for n, (a, b) in enumerate(zip(plain, expected, strict=False)) if a != b),
            min(len(plain), len(expected)),
        )
        raise Refused(
            "rows",
            f"The rows on {engine} (session in {zone}) differ from row {first + 1} on.",
            expected=show(expected[first:]) or "no row",
            got=show(plain[first:]) or "no row",
        )


def example(sql):
    expect("DuckDB", sql, EXAMPLE)
    return "The rows of the statement, on DuckDB."


def on_postgres(sql):
    expect("PostgreSQL", sql, EXAMPLE)
    expect("PostgreSQL", sql, many())
    return f"{len(many())} orders, with NULLs and ties."


def on_duckdb(sql):
    expect("DuckDB", sql, many())
    return f"{len(many())} orders, with NULLs and ties."


def another_session(sql):
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        expect("DuckDB", sql, many(), zone)
        expect("PostgreSQL", sql, many(), zone)
    return "Sessions in Auckland and Los Angeles give the same rows."


PARTS = {
    "The example": example,
    "PostgreSQL": on_postgres,
    "DuckDB": on_duckdb,
    "Another session": another_session,
}

trunc_of_avg = variant(
    """
    SELECT customer_id, CAST(trunc(avg(total_cents)) AS bigint) AS mean_cents,
           count(DISTINCT date_trunc('day', ordered_at AT TIME ZONE 'Europe/Berlin')) AS days
    FROM orders GROUP BY customer_id
    ORDER BY trunc(avg(total_cents)) DESC NULLS LAST, customer_id
    """
)
modulo = variant(
    """
    WITH sums AS (
        SELECT customer_id, sum(total_cents) AS total, nullif(count(total_cents), 0) AS n,
               count(DISTINCT (ordered_at AT TIME ZONE 'Europe/Berlin')::date) AS days
        FROM orders GROUP BY customer_id),
    means AS (
        SELECT customer_id, CAST((total - total % n) / n AS int) AS mean_cents, days FROM sums)
    SELECT * FROM means ORDER BY mean_cents IS NULL, mean_cents DESC, customer_id
    """
)

integer_division = wrong(
    "divides integers: 3.5 on DuckDB, which the cast rounds up",
    """
    SELECT customer_id, CAST(sum(total_cents) / count(total_cents) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC NULLS LAST, customer_id
    """,
    fails="rows",
)
nulls_by_default = wrong(
    "leaves the place of the NULLs to the engine",
    """
    SELECT customer_id, CAST(floor(avg(total_cents)) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC, customer_id
    """,
    fails="rows",
    passes_examples=True,
)
utc_days = wrong(
    "counts the days of UTC",
    """
    SELECT customer_id, CAST(floor(avg(total_cents)) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'UTC' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC NULLS LAST, customer_id
    """,
    fails="rows",
)
session_days = wrong(
    "counts the days of the session after a fixed shift, which is wrong once the session is elsewhere",
    """
    SELECT customer_id, CAST(floor(avg(total_cents)) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at + INTERVAL '2 hours' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC NULLS LAST, customer_id
    """,
    fails="rows",
    passes_examples=True,
)
day_of_month = wrong(
    "takes the 25th of two months for one day",
    """
    SELECT customer_id, CAST(floor(avg(total_cents)) AS integer) AS mean_cents,
           count(DISTINCT extract(day FROM ordered_at AT TIME ZONE 'Europe/Berlin')) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC NULLS LAST, customer_id
    """,
    fails="rows",
    passes_examples=True,
)
whole_mean = wrong(
    "orders by the mean before the cut, so equal ones are not by customer",
    """
    SELECT customer_id, CAST(floor(avg(total_cents)) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY avg(total_cents) DESC NULLS LAST, customer_id
    """,
    fails="rows",
    passes_examples=True,
)
only_known = wrong(
    "loses the customer whose totals are all unknown",
    """
    SELECT customer_id, CAST(floor(avg(total_cents)) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
    FROM orders WHERE total_cents IS NOT NULL
    GROUP BY customer_id ORDER BY mean_cents DESC, customer_id
    """,
    fails="rows",
)
one_engine = wrong(
    "uses a function that PostgreSQL lacks",
    """
    SELECT customer_id, sum(total_cents) // count(total_cents) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC NULLS LAST, customer_id
    """,
    fails="error",
    passes_examples=True,
)
nulls_as_zero = wrong(
    "takes an unknown total for 0",
    """
    SELECT customer_id, CAST(floor(avg(coalesce(total_cents, 0))) AS integer) AS mean_cents,
           count(DISTINCT CAST(ordered_at AT TIME ZONE 'Europe/Berlin' AS date)) AS days
    FROM orders GROUP BY customer_id ORDER BY mean_cents DESC NULLS LAST, customer_id
    """,
    fails="rows",
)

NOTES = """
**Why it holds**: `sum(…) * 1.0` makes the division one of decimals or doubles on both, `floor` cuts, the cast only changes the type; `count(total_cents)` and `sum` leave NULLs out alike, and `sum` of no value is NULL, not a division by zero.

**Pitfall**: three silent ones in one query: `/` of integers, NULLs in a descending order, the session's midnight.
Each alone passes a test whose data has no odd sum, no NULL and nothing at 23:30.

**Alternative**: one dialect in the repository and a translator with types in CI; the golden rows on both engines remain the proof.

**At work**: a mart tested on DuckDB and run on PostgreSQL or Athena shows such differences first as "the ranking changed over night".
"""
