"""# What changed between two Mondays

`flights` lists the departures of 2013 by `month` and `day`.
A line of a day is (`carrier`, `origin`, `dest`, `tailnum`) of one of its flights; `tailnum` may be NULL, and a NULL is the same as another NULL here.
A day may hold a line several times: a plane that flies a route twice, or several flights of unknown planes.

Compare 4 November with 18 November 2013.
Return `carrier`, `origin`, `dest`, `tailnum`, `day` and `copies` for every line that one of the two days holds more often than the other: `day` is 4 or 18, the day that has more, `copies` how many more it has.
Any order of rows is right.

The plan may read `flights` at most twice, and must hold no nested loop.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, value

PROBLEM = SqlProblem(
    id="w2-set-operations-two-mondays",
    engine="duckdb",
    pattern="symmetric difference of bags",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(
        scans={"flights": 2},
        forbids=("Nested Loop", "Nested Loop Join", "Nested Loop Full Join", "Cross Product"),
    ),
    hints={
        "Rows": (
            "`EXCEPT` compares different values, `EXCEPT ALL` counts them. Which one knows that a line is missing *once*?",
            "Group by the four columns: `GROUP BY` takes NULLs for equal, as set operations do.",
            "Either day may hold more: both directions, with `EXCEPT ALL` each in its brackets. A join of lines needs `IS NOT DISTINCT FROM` instead of `=`.",
        ),
        "Plan": (
            "How often does your plan read `flights`? Each day needs one read at most, and one read can serve both.",
            "Give each line of one day the sign +1 and of the other −1. What does the sum of a line's signs tell?",
            "Or read each day in one CTE for both directions. In an outer join, write `IS NOT DISTINCT FROM`: an `OR` for the NULLs gives a nested loop.",
        ),
    },
)

SOLVE = """
SELECT carrier, origin, dest, tailnum,
    CASE WHEN sum(sign) > 0 THEN 4 ELSE 18 END AS day,
    abs(sum(sign)) AS copies
FROM (
    SELECT *, CASE day WHEN 4 THEN 1 ELSE -1 END AS sign
    FROM flights WHERE month = 11 AND day IN (4, 18)
) AS signed
GROUP BY carrier, origin, dest, tailnum
HAVING sum(sign) <> 0
"""

LINE = ["carrier", "origin", "dest", "tailnum"]


def oracle(flights):
    flights = flights[flights["month"] == 11]
    days = {
        day: list(flights.loc[flights["day"] == day, LINE].itertuples(index=False, name=None))
        for day in (4, 18)
    }
    days = {
        day: [tuple(None if pd.isna(v) else v for v in line) for line in lines] for day, lines in days.items()
    }
    more = []
    for day, other in ((4, 18), (18, 4)):
        left = list(days[day])
        for line in days[other]:
            if line in left:
                left.remove(line)
        more += [(*line, day, left.count(line)) for line in dict.fromkeys(left)]
    return pd.DataFrame(more, columns=[*LINE, "day", "copies"])


def mondays(frames):
    """The 48 flights are one day's: the first half on the 4th, and all but two of the same lines on the 18th."""
    first = frames["flights"].assign(month=11, day=4).head(24)
    second = first.assign(day=18).drop(index=[0, 7])
    return frames | {"flights": pd.concat([first, second], ignore_index=True)}


def copied(day, times):
    """The first line of a day stands there some times more."""

    def change(frames):
        flights = frames["flights"]
        line = flights[flights["day"] == day].head(1)
        return frames | {"flights": pd.concat([flights, *[line] * times], ignore_index=True)}

    return change


OTHER_DAYS = together(
    mondays,
    value("flights", "month", 10, rows=3, where="day == 4"),
    value("flights", "day", 11, rows=3, where="day == 18"),
)

TRAPS = {
    "two lines fewer": mondays,
    "a line three times against once": together(mondays, copied(18, 2)),
    "more copies on the 4th": together(mondays, copied(4, 3)),
    "tailnum NULL on both days": together(mondays, null("flights", "tailnum", rows=40)),
    "one route, no tailnum": together(
        mondays,
        null("flights", "tailnum", rows=60),
        *(tie("flights", name, rows=60) for name in ("carrier", "origin", "dest")),
    ),
    "every flight twice": together(mondays, twice("flights")),
    "other days and months": OTHER_DAYS,
    "nothing on the 18th": together(mondays, value("flights", "day", 19, rows=60, where="day == 18")),
    "no flights at all": empty("flights"),
}

EXCEPT_ALL = variant("""
WITH a AS (SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 4),
b AS (SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 18)
SELECT *, 4 AS day, count(*) AS copies FROM (FROM a EXCEPT ALL FROM b) GROUP BY ALL
UNION ALL
SELECT *, 18, count(*) FROM (FROM b EXCEPT ALL FROM a) GROUP BY ALL
""")

FULL_JOIN = variant("""
WITH a AS (SELECT carrier, origin, dest, tailnum, count(*) AS n FROM flights WHERE month = 11 AND day = 4 GROUP BY ALL),
b AS (SELECT carrier, origin, dest, tailnum, count(*) AS n FROM flights WHERE month = 11 AND day = 18 GROUP BY ALL)
SELECT coalesce(a.carrier, b.carrier) AS carrier, coalesce(a.origin, b.origin) AS origin,
    coalesce(a.dest, b.dest) AS dest, coalesce(a.tailnum, b.tailnum) AS tailnum,
    CASE WHEN coalesce(a.n, 0) > coalesce(b.n, 0) THEN 4 ELSE 18 END AS day,
    abs(coalesce(a.n, 0) - coalesce(b.n, 0)) AS copies
FROM a FULL JOIN b ON a.carrier = b.carrier AND a.origin = b.origin AND a.dest = b.dest
    AND a.tailnum IS NOT DISTINCT FROM b.tailnum
WHERE coalesce(a.n, 0) <> coalesce(b.n, 0)
""")

FILTERED_COUNTS = variant("""
WITH both_days AS (
    SELECT carrier, origin, dest, tailnum,
        count(*) FILTER (day = 4) AS early, count(*) FILTER (day = 18) AS late
    FROM flights WHERE month = 11 AND day IN (4, 18) GROUP BY ALL
)
SELECT carrier, origin, dest, tailnum, if(early > late, 4, 18) AS day, greatest(early, late) - least(early, late) AS copies
FROM both_days WHERE early <> late
""")

EXCEPT = wrong(
    "EXCEPT compares different values: a line that is there twice and once is no difference",
    """
    WITH a AS (SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 4),
    b AS (SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 18)
    SELECT *, 4 AS day, 1 AS copies FROM (FROM a EXCEPT FROM b)
    UNION ALL SELECT *, 18, 1 FROM (FROM b EXCEPT FROM a)
    """,
)

EQUALS = wrong(
    "a join by `=` finds no partner for NULL, so unknown planes differ from unknown planes",
    """
    WITH a AS (SELECT carrier, origin, dest, tailnum, count(*) AS n FROM flights WHERE month = 11 AND day = 4 GROUP BY ALL),
    b AS (SELECT carrier, origin, dest, tailnum, count(*) AS n FROM flights WHERE month = 11 AND day = 18 GROUP BY ALL)
    SELECT carrier, origin, dest, tailnum, if(coalesce(a.n, 0) > coalesce(b.n, 0), 4, 18) AS day,
        abs(coalesce(a.n, 0) - coalesce(b.n, 0)) AS copies
    FROM a FULL JOIN b USING (carrier, origin, dest, tailnum)
    WHERE coalesce(a.n, 0) <> coalesce(b.n, 0)
    """,
    fails="trap: tailnum NULL on both days",
    passes_given_data=True,
)

ONE_WAY = wrong(
    "only what is missing on the 18th",
    """
    SELECT carrier, origin, dest, tailnum, 4 AS day, count(*) AS copies FROM (
        SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 4
        EXCEPT ALL SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 18
    ) GROUP BY ALL
    """,
)

PRECEDENCE = wrong(
    "without brackets the last EXCEPT ALL takes from everything before it",
    """
    WITH a AS (SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 4),
    b AS (SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 18)
    SELECT *, 4 AS day, count(*) AS copies FROM (FROM a EXCEPT ALL FROM b UNION ALL FROM b EXCEPT ALL FROM a) GROUP BY ALL
    """,
)

FOUR_READS = wrong(
    "right rows, but four branches read `flights` four times",
    """
    SELECT *, 4 AS day, count(*) AS copies FROM (
        SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 4
        EXCEPT ALL SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 18) GROUP BY ALL
    UNION ALL
    SELECT *, 18, count(*) FROM (
        SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 18
        EXCEPT ALL SELECT carrier, origin, dest, tailnum FROM flights WHERE month = 11 AND day = 4) GROUP BY ALL
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 reads the 27,268 flights of November once, groups the 1,963 of the two days, and finds 1,741 lines that differ; most planes fly somewhere else a fortnight later.
`EXCEPT ALL` becomes an anti join over numbered copies (a `WindowAgg` on each side), twice.

**Pitfall**: `EXCEPT` in one direction, and `EXCEPT` where lines may repeat.
An empty `a EXCEPT b` says that every line of `a` occurs in `b`; it says nothing about how often, nor about what `b` has besides.

**Alternative**: `EXCEPT ALL` in both directions, over CTEs that are computed once; a `FULL JOIN` of counts with `IS NOT DISTINCT FROM` when you want both counts side by side.

**At work**: two loads of one day, a migrated table against its source, a rewritten model against the old one, before anybody trusts it.
"""
