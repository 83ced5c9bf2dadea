"""# Planes seen so far

`flights` lists the departures of 2013; `tailnum` names the plane and is NULL when it was not reported.
Look at November (`month = 11`) only.
Return `day`, `fresh` and `seen` for every day with a flight:
`fresh` is the number of planes that have a flight on that day and none earlier in the month,
`seen` the number of different planes from the 1st up to and with that day.
A flight without `tailnum` names no plane, but its day counts.
Order by `day`.

The plan must hold no join, and read `flights` at most twice.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, value

PROBLEM = SqlProblem(
    id="w1-windows-planes-so-far",
    engine="duckdb",
    pattern="running count of different values",
    difficulty="medium",
    minutes=20,
    points=3,
    ordered=True,
    plan=PlanBudget(
        scans={"flights": 2},
        forbids=(
            "Delim Join",
            "Hash Join",
            "Hash Left Join",
            "Hash Right Join",
            "Nested Loop",
            "Nested Loop Join",
            "Nested Loop Left Join",
            "Piecewise Merge Join",
            "Inequality Join",
        ),
    ),
    hints={
        "Rows": (
            "A plane adds to `seen` on one day only. On which?",
            "`min(day)` by plane, as an aggregate or as a window, tells that day.",
            "Take different (`day`, `tailnum`), count no NULL, for example by `count(*) FILTER (…)`: it keeps a day without a fresh plane, `WHERE` does not.",
        ),
        "Plan": (
            "With how many earlier flights is each day joined? Which number of the day before would do instead?",
            "Count the fresh planes of each day, then add up: `sum(…) OVER (ORDER BY day)`.",
            "`min(day) OVER (PARTITION BY tailnum)` marks a first day without a join. Or `UNION ALL`: the first day of a plane with a 1, every day with a 0.",
        ),
    },
)

SOLVE = """
WITH daily AS (
    SELECT DISTINCT day, tailnum FROM flights WHERE month = 11
), marked AS (
    SELECT day, tailnum IS NOT NULL
        AND day = min(day) OVER (PARTITION BY tailnum) AS is_fresh
    FROM daily
)
SELECT day, count(*) FILTER (is_fresh) AS fresh,
    sum(count(*) FILTER (is_fresh)) OVER (ORDER BY day) AS seen
FROM marked
GROUP BY day
ORDER BY day
"""


def oracle(flights):
    seen, rows = set(), []
    for day, planes in flights[flights["month"] == 11].groupby("day")["tailnum"]:
        fresh = set(planes.dropna()) - seen
        seen |= fresh
        rows.append((day, len(fresh), len(seen)))
    return pd.DataFrame(rows, columns=["day", "fresh", "seen"])


NOVEMBER = value("flights", "month", 11, rows=40)

TRAPS = {
    "planes that come again": NOVEMBER,
    "tailnum NULL": together(NOVEMBER, null("flights", "tailnum", rows=9)),
    "a day with nothing but NULL": together(
        NOVEMBER, value("flights", "day", 17, rows=4), null("flights", "tailnum", rows=48, where="day == 17")
    ),
    "all flights on one day": together(NOVEMBER, tie("flights", "day", rows=48)),
    "every flight twice": together(NOVEMBER, twice("flights")),
    "no flights at all": empty("flights"),
}

COUNT_DISTINCT = variant("""
WITH daily AS (SELECT DISTINCT day, tailnum FROM flights WHERE month = 11),
totals AS (
    SELECT DISTINCT day, count(DISTINCT tailnum) OVER (ORDER BY day) AS seen FROM daily
)
SELECT day, seen - lag(seen, 1, 0) OVER (ORDER BY day) AS fresh, seen FROM totals ORDER BY day
""")

FIRST_DAYS = variant("""
WITH first AS (
    SELECT min(day) AS day, 1 AS one FROM flights WHERE month = 11 AND tailnum IS NOT NULL GROUP BY tailnum
    UNION ALL
    SELECT unnest(list(DISTINCT day)), 0 FROM flights WHERE month = 11
)
SELECT day, sum(one) AS fresh, sum(sum(one)) OVER (ORDER BY day) AS seen
FROM first GROUP BY day ORDER BY day
""")

FLEW_THAT_DAY = wrong(
    "a plane is counted again on every day on which it flies",
    """
    SELECT day, count(DISTINCT tailnum) AS fresh, sum(count(DISTINCT tailnum)) OVER (ORDER BY day) AS seen
    FROM flights WHERE month = 11 GROUP BY day ORDER BY day
    """,
)

NULL_IS_A_PLANE = wrong(
    "the unknown plane is counted as one more",
    """
    WITH marked AS (
        SELECT day, row_number() OVER (PARTITION BY tailnum ORDER BY day) = 1 AS is_fresh
        FROM flights WHERE month = 11
    )
    SELECT day, count(*) FILTER (is_fresh) AS fresh, sum(count(*) FILTER (is_fresh)) OVER (ORDER BY day) AS seen
    FROM marked GROUP BY day ORDER BY day
    """,
)

NO_EMPTY_DAY = wrong(
    "a day on which no plane is fresh is missing",
    """
    WITH first AS (
        SELECT min(day) AS day FROM flights WHERE month = 11 AND tailnum IS NOT NULL GROUP BY tailnum
    )
    SELECT day, count(*) AS fresh, sum(count(*)) OVER (ORDER BY day) AS seen
    FROM first GROUP BY day ORDER BY day
    """,
    passes_given_data=True,
)

TWICE_A_DAY = wrong(
    "all flights of a plane's first day are counted, not the plane",
    """
    WITH marked AS (
        SELECT day, tailnum IS NOT NULL AND day = min(day) OVER (PARTITION BY tailnum) AS is_fresh
        FROM flights WHERE month = 11
    )
    SELECT day, count(*) FILTER (is_fresh) AS fresh, sum(count(*) FILTER (is_fresh)) OVER (ORDER BY day) AS seen
    FROM marked GROUP BY day ORDER BY day
    """,
)

JOINED_WITH_THE_PAST = wrong(
    "right rows, but each day is joined with all flights up to it",
    """
    WITH days AS (SELECT DISTINCT day FROM flights WHERE month = 11),
    totals AS (
        SELECT d.day, count(DISTINCT f.tailnum) AS seen
        FROM days AS d JOIN flights AS f ON f.month = 11 AND f.day <= d.day GROUP BY d.day
    )
    SELECT day, seen - lag(seen, 1, 0) OVER (ORDER BY day) AS fresh, seen FROM totals ORDER BY day
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 reads the 27,268 flights of the month once, keeps 20,674 different (day, plane), and opens two windows over them.
Joined with the past they become 428,379 rows in a month; for a year it would be 61 million.

**Pitfall**: different values do not add up. The sum of daily counts counts a plane once for every day on which it flies.

**Alternative**: `count(DISTINCT tailnum) OVER (ORDER BY day)`: DuckDB has it, PostgreSQL 18 does not.
The first-seen day works everywhere, and can be kept: tomorrow only new planes are added.

**At work**: users acquired so far, growth of a key space; for billions of values a HyperLogLog a day, which *can* be added up.
"""
