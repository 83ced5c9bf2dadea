"""# Flights by age of plane, with totals

`flights` lists the departures of 2013 by `origin` and `tailnum`; `planes` lists planes by `tailnum`, each once, with the `year` they were built in.
A plane's decade is written `1990s`.
It is not known when `tailnum` is NULL or not in `planes`, or when `year` is NULL.
A damaged row has no `origin`; such an airport is not known either.

Return `origin`, `decade` and `flights`, the number of flights, in three levels:

- for each airport and decade that occur together;
- for each airport, with `decade` `all`;
- for everything, with `all` in both columns: one row, 0 `flights` if there are none.

What is not known is written `unknown`, in both columns, and counts like any other airport or decade.
Any order of rows is right.

For example: `EWR, 1990s, 12` · `EWR, unknown, 3` · `EWR, all, 15` · `all, all, 15`.

The plan must read each table once.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, unchanged

PROBLEM = SqlProblem(
    id="w2-grouping-sets-fleet-age",
    engine="postgres",
    pattern="subtotals with labels",
    difficulty="easy",
    minutes=15,
    points=2,
    plan=PlanBudget(scans={"flights": 1, "planes": 1}),
    hints={
        "Rows": (
            "A NULL in the result means two things. Which function tells a subtotal from a flight without a plane?",
            "`CASE WHEN GROUPING(decade) = 1 THEN 'all' ELSE coalesce(decade, 'unknown') END`.",
            "`origin` too; or `coalesce` both before the grouping. A `LEFT JOIN` keeps every flight, `decade` alone is no level, an empty `sum` is NULL.",
        ),
        "Plan": (
            "Three levels, each coarser than the one before: which short form of `GROUP BY` makes them?",
            "`GROUP BY ROLLUP (origin, decade)` over the one join makes all three. Or count the finest level in a CTE, and sum its rows for the other two.",
        ),
    },
)

SOLVE = """
SELECT
    CASE WHEN GROUPING(origin) = 1 THEN 'all' ELSE coalesce(origin, 'unknown') END AS origin,
    CASE WHEN GROUPING(decade) = 1 THEN 'all' ELSE coalesce(decade, 'unknown') END AS decade,
    count(*) AS flights
FROM (
    SELECT f.origin, p.year / 10 * 10 || 's' AS decade
    FROM flights AS f LEFT JOIN planes AS p USING (tailnum)
) AS aged
GROUP BY ROLLUP (origin, decade)
"""


def oracle(flights, planes):
    built = planes.set_index("tailnum")["year"].dropna()
    decades = [
        f"{int(built[plane]) // 10}0s" if plane in built.index else "unknown" for plane in flights["tailnum"]
    ]
    aged = pd.DataFrame({"origin": flights["origin"].fillna("unknown"), "decade": decades})
    pairs = aged.value_counts().reset_index(name="flights")
    airports = aged["origin"].value_counts().rename_axis("origin").reset_index(name="flights")
    total = pd.DataFrame({"origin": ["all"], "decade": ["all"], "flights": [len(aged)]})
    levels = pd.concat([pairs, airports.assign(decade="all"), total])
    return levels[["origin", "decade", "flights"]]


TRAPS = {
    "every plane is known": unchanged(),
    "tailnum NULL": null("flights", "tailnum", rows=7),
    "a plane without a year": null("planes", "year", rows=3),
    "origin NULL": null("flights", "origin", rows=5),
    "neither origin nor plane": together(
        null("flights", "origin", rows=5), null("flights", "tailnum", rows=9)
    ),
    "no planes at all": empty("planes"),
    "no flights at all": empty("flights"),
}

NAMED_FIRST = variant("""
SELECT coalesce(origin, 'all') AS origin, coalesce(decade, 'all') AS decade, count(*) AS flights
FROM (
    SELECT coalesce(f.origin, 'unknown') AS origin, coalesce(p.year / 10 || '0s', 'unknown') AS decade
    FROM flights AS f LEFT JOIN planes AS p ON p.tailnum = f.tailnum
) AS aged
GROUP BY GROUPING SETS ((origin, decade), (origin), ())
""")

CELLS_THEN_UNION = variant("""
WITH cells AS MATERIALIZED (
    SELECT coalesce(f.origin, 'unknown') AS origin,
        coalesce(p.year / 10 * 10 || 's', 'unknown') AS decade, count(*) AS flights
    FROM flights AS f LEFT JOIN planes AS p USING (tailnum) GROUP BY 1, 2
)
SELECT * FROM cells
UNION ALL SELECT origin, 'all', sum(flights) FROM cells GROUP BY origin
UNION ALL SELECT 'all', 'all', coalesce(sum(flights), 0) FROM cells
""")

PLANES_FIRST = variant("""
WITH by_plane AS (SELECT origin, tailnum, count(*) AS n FROM flights GROUP BY origin, tailnum)
SELECT CASE WHEN GROUPING(b.origin) = 0 THEN coalesce(b.origin, 'unknown') ELSE 'all' END AS origin,
    CASE GROUPING(b.origin, p.year / 10) WHEN 0 THEN coalesce(p.year / 10 || '0s', 'unknown')
        ELSE 'all' END AS decade,
    coalesce(sum(n), 0) AS flights
FROM by_plane AS b LEFT JOIN planes AS p USING (tailnum)
GROUP BY ROLLUP (b.origin, p.year / 10)
""")

ALL_IS_UNKNOWN = wrong(
    "coalesce after the grouping calls flights of unknown planes a subtotal",
    """
    SELECT coalesce(origin, 'all') AS origin, coalesce(decade, 'all') AS decade, count(*) AS flights
    FROM (SELECT f.origin, p.year / 10 * 10 || 's' AS decade
          FROM flights AS f LEFT JOIN planes AS p USING (tailnum)) AS aged
    GROUP BY ROLLUP (origin, decade)
    """,
)

AIRPORT_FORGOTTEN = wrong(
    "the decade is told from its subtotal, the airport is not",
    """
    SELECT coalesce(origin, 'all') AS origin,
        CASE WHEN GROUPING(decade) = 1 THEN 'all' ELSE coalesce(decade, 'unknown') END AS decade,
        count(*) AS flights
    FROM (SELECT f.origin, p.year / 10 * 10 || 's' AS decade
          FROM flights AS f LEFT JOIN planes AS p USING (tailnum)) AS aged
    GROUP BY ROLLUP (origin, decade)
    """,
    fails="trap: origin NULL",
    passes_given_data=True,
)

CUBED = wrong(
    "CUBE also returns the decades over all airports, which nobody asked for",
    """
    SELECT CASE WHEN GROUPING(origin) = 1 THEN 'all' ELSE coalesce(origin, 'unknown') END AS origin,
        CASE WHEN GROUPING(decade) = 1 THEN 'all' ELSE coalesce(decade, 'unknown') END AS decade,
        count(*) AS flights
    FROM (SELECT f.origin, p.year / 10 * 10 || 's' AS decade
          FROM flights AS f LEFT JOIN planes AS p USING (tailnum)) AS aged
    GROUP BY CUBE (origin, decade)
    """,
)

INNER = wrong(
    "the inner join drops flights whose plane is not in the register",
    """
    SELECT CASE WHEN GROUPING(origin) = 1 THEN 'all' ELSE coalesce(origin, 'unknown') END AS origin,
        CASE WHEN GROUPING(decade) = 1 THEN 'all' ELSE coalesce(decade, 'unknown') END AS decade,
        count(*) AS flights
    FROM (SELECT f.origin, p.year / 10 * 10 || 's' AS decade
          FROM flights AS f JOIN planes AS p USING (tailnum)) AS aged
    GROUP BY ROLLUP (origin, decade)
    """,
)

NO_ZERO = wrong(
    "the sum over no subtotal is NULL, not 0",
    """
    WITH cells AS MATERIALIZED (
        SELECT coalesce(f.origin, 'unknown') AS origin,
            coalesce(p.year / 10 * 10 || 's', 'unknown') AS decade, count(*) AS flights
        FROM flights AS f LEFT JOIN planes AS p USING (tailnum) GROUP BY 1, 2
    )
    SELECT * FROM cells
    UNION ALL SELECT origin, 'all', sum(flights) FROM cells GROUP BY origin
    UNION ALL SELECT 'all', 'all', sum(flights) FROM cells
    """,
    fails="trap: no flights at all",
    passes_given_data=True,
)

THREE_TIMES = wrong(
    "right rows, but each level reads all flights again",
    """
    SELECT coalesce(origin, 'unknown') AS origin, coalesce(p.year / 10 * 10 || 's', 'unknown') AS decade,
        count(*) AS flights
    FROM flights LEFT JOIN planes AS p USING (tailnum) GROUP BY 1, 2
    UNION ALL SELECT coalesce(origin, 'unknown'), 'all', count(*) FROM flights GROUP BY 1
    UNION ALL SELECT 'all', 'all', count(*) FROM flights
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 joins once and fills a hash table a level in one `MixedAggregate`, the grand total beside them.
Three `GROUP BY`s with `UNION ALL` read `flights` three times: 14,426 pages instead of 4,840.

**Pitfall**: `coalesce(decade, 'all')` after the grouping.
57,912 flights have no known decade; each airport then shows two rows `all`, and whoever adds them up counts those flights twice.
Name what is missing *before* the grouping, or ask `GROUPING()` after it.

**Alternative**: a CTE with the finest level, and sums of it.
Counts and sums add up, so that is one scan too; only the grand total needs a `coalesce(…, 0)` where nothing is left to add.

**At work**: the revenue report by region and product, in which the orders without a region appear as a second grand total.
"""
