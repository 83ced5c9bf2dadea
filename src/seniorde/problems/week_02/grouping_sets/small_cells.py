"""# Small cells are hidden, their flights are not

Punctuality goes to a public page, and no figure may rest on fewer than five flights.
`flights` lists departures by `carrier` and `dest`; `arr_delay` is NULL for a flight that did not arrive, and only flights that arrived count here.
`tailnum` names the plane and may be NULL.
`carrier` and `dest` may be NULL in a damaged row: then NULL is one more carrier or destination.

Return `level`, `carrier`, `dest`, `arrived`, `planes` and `p50`: the number of flights that arrived, of different planes among them, and the median of `arr_delay` (the mean of the middle two), at four levels:

- `pair`: each carrier and destination;
- `carrier`, `dest`: each carrier, each destination, NULL in the other column;
- `all`: everything, NULL in both.

Leave out every row whose `arrived` is below 5, at every level; the flights of a row that is left out still count at the other levels.
Any order of rows is right.

The plan must read `flights` once, without a `UNION`.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, unchanged, value

PROBLEM = SqlProblem(
    id="w2-grouping-sets-small-cells",
    engine="duckdb",
    pattern="measures that do not add up",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"flights": 1}, forbids=("Append",)),
    hints={
        "Rows": (
            "Can the median of an airline be had from the medians of its destinations? From what can it?",
            "`CUBE (carrier, dest)` makes the four levels; `HAVING` sees a group, not its parents. Hide at every level; count only where `arr_delay` is known.",
            "`GROUPING(carrier, dest)` is 0, 1, 2 or 3: carrier is the bit of 2. Does a NULL tell the level as well?",
        ),
        "Plan": (
            "How often does your plan read `flights`? Four levels are four ways to group one table, not four queries.",
            "`GROUP BY CUBE (carrier, dest)`, or `GROUPING SETS` with four lists, makes all levels in one read; `GROUPING(carrier, dest)` names the level.",
        ),
    },
)

SOLVE = """
SELECT
    CASE GROUPING(carrier, dest)
        WHEN 0 THEN 'pair' WHEN 1 THEN 'carrier' WHEN 2 THEN 'dest' ELSE 'all' END AS level,
    carrier, dest, count(*) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
FROM flights
WHERE arr_delay IS NOT NULL
GROUP BY CUBE (carrier, dest)
HAVING count(*) >= 5
"""


def oracle(flights):
    arrived = flights[flights["arr_delay"].notna()]
    levels = {"pair": ["carrier", "dest"], "carrier": ["carrier"], "dest": ["dest"], "all": []}
    rows = []
    for level, keys in levels.items():
        groups = arrived.groupby(keys, dropna=False) if keys else [((), arrived)]
        for key, cell in groups:
            if len(cell) >= 5:
                named = {name: None if pd.isna(part) else part for name, part in zip(keys, key, strict=True)}
                figures = len(cell), cell["tailnum"].nunique(), float(cell["arr_delay"].median())
                rows.append((level, named.get("carrier"), named.get("dest"), *figures))
    return pd.DataFrame(rows, columns=["level", "carrier", "dest", "arrived", "planes", "p50"])


TWO_ROUTES = together(
    value("flights", "carrier", "B6", rows=30),
    value("flights", "dest", "LAX", rows=16),
    value("flights", "dest", "IAH", rows=4, where="dest != 'LAX'"),
)

TRAPS = {
    "cells of one to five flights": unchanged(),
    "a pair of four and one of sixteen": TWO_ROUTES,
    "flights that did not arrive": together(TWO_ROUTES, null("flights", "arr_delay", rows=13)),
    "carrier NULL": together(TWO_ROUTES, null("flights", "carrier", rows=8)),
    "carrier and dest NULL": together(
        TWO_ROUTES, null("flights", "carrier", rows=12), null("flights", "dest", rows=7)
    ),
    "tailnum NULL": together(TWO_ROUTES, null("flights", "tailnum", rows=16)),
    "all with one delay": together(TWO_ROUTES, tie("flights", "arr_delay", rows=48)),
    "every flight twice": twice("flights"),
    "four flights in all": lambda frames: frames | {"flights": frames["flights"].head(4)},
    "no flights at all": empty("flights"),
}

FILTERED = variant("""
SELECT CASE WHEN GROUPING(carrier) = 0 AND GROUPING(dest) = 0 THEN 'pair' WHEN GROUPING(dest) = 1
        AND GROUPING(carrier) = 0 THEN 'carrier' WHEN GROUPING(dest) = 0 THEN 'dest' ELSE 'all' END AS level,
    carrier, dest, count(arr_delay) AS arrived,
    count(DISTINCT tailnum) FILTER (arr_delay IS NOT NULL) AS planes, quantile_cont(arr_delay, 0.5) AS p50
FROM flights
GROUP BY GROUPING SETS ((carrier, dest), (carrier), (dest), ())
HAVING count(arr_delay) > 4
""")

LISTS_OF_CELLS = variant("""
WITH cells AS (
    SELECT carrier, dest, list(arr_delay) AS delays, list(DISTINCT tailnum) AS tails
    FROM flights WHERE arr_delay IS NOT NULL GROUP BY carrier, dest
), levels AS (
    SELECT GROUPING_ID(carrier, dest) AS bits, carrier, dest,
        flatten(list(delays)) AS delays, flatten(list(tails)) AS tails
    FROM cells GROUP BY CUBE (carrier, dest)
)
SELECT ['pair', 'carrier', 'dest', 'all'][bits + 1] AS level, carrier, dest,
    len(delays) AS arrived, coalesce(list_unique(tails), 0) AS planes, list_median(delays) AS p50
FROM levels WHERE len(delays) >= 5
""")

FOUR_COPIES = variant("""
WITH copies AS (
    SELECT unnest(['pair', 'carrier', 'dest', 'all']) AS level, carrier, dest, tailnum, arr_delay
    FROM flights WHERE arr_delay IS NOT NULL
)
SELECT level, CASE WHEN level IN ('pair', 'carrier') THEN carrier END AS carrier,
    CASE WHEN level IN ('pair', 'dest') THEN dest END AS dest,
    count(*) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
FROM copies GROUP BY ALL HAVING arrived >= 5
""")

MEDIAN_OF_MEDIANS = wrong(
    "the median of the destinations' medians is not the airline's, and planes are added up twice",
    """
    WITH cells AS (
        SELECT carrier, dest, count(*) AS n, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
        FROM flights WHERE arr_delay IS NOT NULL GROUP BY carrier, dest
    )
    SELECT ['pair', 'carrier', 'dest', 'all'][GROUPING(carrier, dest) + 1] AS level, carrier, dest,
        sum(n) AS arrived, sum(planes) AS planes, median(p50) AS p50
    FROM cells GROUP BY CUBE (carrier, dest) HAVING sum(n) >= 5
    """,
)

HIDDEN_FIRST = wrong(
    "the flights of hidden pairs are missing from the totals too",
    """
    WITH shown AS (
        SELECT * FROM flights WHERE arr_delay IS NOT NULL
        QUALIFY count(*) OVER (PARTITION BY carrier, dest) >= 5
    )
    SELECT ['pair', 'carrier', 'dest', 'all'][GROUPING(carrier, dest) + 1] AS level, carrier, dest,
        count(*) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
    FROM shown GROUP BY CUBE (carrier, dest) HAVING count(*) >= 5
    """,
)

NULL_IS_A_LEVEL = wrong(
    "the level is read off a NULL, which a damaged row has as well",
    """
    SELECT CASE WHEN carrier IS NULL AND dest IS NULL THEN 'all' WHEN carrier IS NULL THEN 'dest'
            WHEN dest IS NULL THEN 'carrier' ELSE 'pair' END AS level,
        carrier, dest, count(*) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
    FROM flights WHERE arr_delay IS NOT NULL GROUP BY CUBE (carrier, dest) HAVING count(*) >= 5
    """,
    fails="trap: carrier NULL",
    passes_given_data=True,
)

NOT_ARRIVED = wrong(
    "flights that did not arrive lift a cell over the limit, and their planes are counted",
    """
    SELECT ['pair', 'carrier', 'dest', 'all'][GROUPING(carrier, dest) + 1] AS level, carrier, dest,
        count(arr_delay) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
    FROM flights GROUP BY CUBE (carrier, dest) HAVING count(*) >= 5
    """,
)

ROLLED_UP = wrong(
    "ROLLUP has no row for a destination over all airlines",
    """
    SELECT ['pair', 'carrier', 'dest', 'all'][GROUPING(carrier, dest) + 1] AS level, carrier, dest,
        count(*) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
    FROM flights WHERE arr_delay IS NOT NULL GROUP BY ROLLUP (carrier, dest) HAVING count(*) >= 5
    """,
)

ONLY_PAIRS_HIDDEN = wrong(
    "the small cells of the other levels are published",
    """
    SELECT ['pair', 'carrier', 'dest', 'all'][GROUPING(carrier, dest) + 1] AS level, carrier, dest,
        count(*) AS arrived, count(DISTINCT tailnum) AS planes, median(arr_delay) AS p50
    FROM flights WHERE arr_delay IS NOT NULL
    GROUP BY CUBE (carrier, dest) HAVING count(*) >= 5 OR GROUPING(carrier, dest) > 0
    """,
)

FOUR_QUERIES = wrong(
    "right rows, but four queries read the flights four times",
    """
    SELECT 'pair' AS level, carrier, dest, count(*) AS arrived, count(DISTINCT tailnum) AS planes,
        median(arr_delay) AS p50
    FROM flights WHERE arr_delay IS NOT NULL GROUP BY carrier, dest HAVING count(*) >= 5
    UNION ALL SELECT 'carrier', carrier, NULL, count(*), count(DISTINCT tailnum), median(arr_delay)
    FROM flights WHERE arr_delay IS NOT NULL GROUP BY carrier HAVING count(*) >= 5
    UNION ALL SELECT 'dest', NULL, dest, count(*), count(DISTINCT tailnum), median(arr_delay)
    FROM flights WHERE arr_delay IS NOT NULL GROUP BY dest HAVING count(*) >= 5
    UNION ALL SELECT 'all', NULL, NULL, count(*), count(DISTINCT tailnum), median(arr_delay)
    FROM flights WHERE arr_delay IS NOT NULL HAVING count(*) >= 5
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 reads the flights once and puts each of the 327,346 that arrived into four hash tables, one a level; 395 of 433 groups are large enough.
The four queries read 1,347,104 rows.

**Pitfall**: a median and a count of different planes do not add up.
They need the rows, or something that *can* be merged: a list of the values, a t-digest, a HyperLogLog sketch.

**Alternative**: copy each row once a level with `unnest` and group by the copy.
That is what an engine without grouping sets has to do, and what Spark does with them: its plan shows an `Expand`.

**At work**: publishing by groups of at least k.
Beware of the difference: an airline's total less its published destinations tells what the one hidden destination holds, so a careful publisher hides a second cell too.
"""
