"""# Hours without a reading

`flights` lists the departures of 2013 by airport (`origin`) and hour (`time_hour`).
`weather` lists the readings of the airports by `origin` and `time_hour`; some are missing.
Return `origin`, `time_hour` and `flights`, the number of flights, for every airport and hour that has flights and no reading of that airport.
Cancelled flights count too.
Any order of rows is right.

The plan must find them by an `Anti Join` and read each table once.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, tie, together, twice, value

PROBLEM = SqlProblem(
    id="w1-antijoin-silent-station",
    engine="duckdb",
    pattern="anti join on two columns",
    difficulty="easy",
    minutes=12,
    points=2,
    plan=PlanBudget(wants=("Anti Join",), scans={"flights": 1, "weather": 1}),
    hints={
        "Rows": (
            "A partner is a reading of the same hour *and* the same airport.",
            "Compare both columns at once, for example with `USING (origin, time_hour)`, and count flights, not hours: `EXCEPT` leaves each hour once.",
        ),
        "Plan": (
            "What does DuckDB make of `LEFT JOIN … IS NULL`? Its plan still holds every flight after the join.",
            "DuckDB has a word for it: `ANTI JOIN`. `NOT EXISTS` gives the same operator here.",
        ),
    },
)

SOLVE = """
SELECT origin, time_hour, count(*) AS flights
FROM flights ANTI JOIN weather USING (origin, time_hour)
GROUP BY origin, time_hour
"""


def oracle(flights, weather):
    key = ["origin", "time_hour"]
    read = pd.MultiIndex.from_frame(weather[key])
    silent = flights[~pd.MultiIndex.from_frame(flights[key]).isin(read)]
    return silent.groupby(key, as_index=False).agg(flights=("flight", "size"))


def only(airport):
    """The readings of one airport."""
    return lambda frames: frames | {"weather": frames["weather"].query(f"origin == '{airport}'")}


TRAPS = {
    "only one airport has readings": only("EWR"),
    "all flights in one hour": together(tie("flights", "time_hour", rows=48), only("EWR")),
    "flights in an hour without any reading": together(
        value("flights", "time_hour", pd.Timestamp("2014-02-01 09:00", tz="UTC"), rows=5), only("JFK")
    ),
    "every reading twice": twice("weather"),
    "every flight twice": together(twice("flights"), only("JFK")),
    "no weather at all": empty("weather"),
    "no flights at all": empty("flights"),
}

NOT_EXISTS = variant("""
SELECT f.origin, f.time_hour, count(*) AS flights
FROM flights AS f
WHERE NOT EXISTS (SELECT 1 FROM weather AS w WHERE (w.origin, w.time_hour) = (f.origin, f.time_hour))
GROUP BY ALL
""")

COUNT_FIRST = variant("""
WITH busy AS (SELECT origin, time_hour, count(*) AS flights FROM flights GROUP BY ALL)
SELECT * FROM busy AS b
WHERE NOT EXISTS (SELECT 1 FROM weather AS w WHERE w.origin = b.origin AND w.time_hour = b.time_hour)
""")

HOUR_ONLY = wrong(
    "a reading of another airport at that hour passes for a partner",
    """
    SELECT origin, time_hour, count(*) AS flights
    FROM flights ANTI JOIN weather USING (time_hour) GROUP BY ALL
    """,
)

TWO_NOT_INS = wrong(
    "airport and hour are looked up each for itself",
    """
    SELECT origin, time_hour, count(*) AS flights FROM flights
    WHERE time_hour NOT IN (SELECT time_hour FROM weather)
       OR origin NOT IN (SELECT origin FROM weather)
    GROUP BY ALL
    """,
)

HOURS_NOT_FLIGHTS = wrong(
    "EXCEPT leaves each hour once, so every count is 1",
    """
    SELECT origin, time_hour, count(*) AS flights
    FROM (SELECT origin, time_hour FROM flights EXCEPT SELECT origin, time_hour FROM weather) AS hours
    GROUP BY ALL
    """,
)

OUTER_JOIN = wrong(
    "right rows, but DuckDB keeps the outer join: all flights go through it, joined, into a filter",
    """
    SELECT f.origin, f.time_hour, count(*) AS flights
    FROM flights AS f LEFT JOIN weather AS w USING (origin, time_hour)
    WHERE w.origin IS NULL GROUP BY ALL
    """,
    fails="plan",
    passes_given_data=True,
)

ROW_NOT_IN = wrong(
    "right rows while nothing is NULL, but NOT IN becomes a mark join with a filter above",
    """
    SELECT origin, time_hour, count(*) AS flights FROM flights
    WHERE (origin, time_hour) NOT IN (SELECT (origin, time_hour) FROM weather) GROUP BY ALL
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 makes a `Hash Anti Join` of `ANTI JOIN` and of `NOT EXISTS`; 1,556 of 336,776 flights pass, in 108 hours.
`LEFT JOIN … IS NULL` stays an outer join: all 336,776 flights come out of it and a filter removes 335,220. PostgreSQL 18 plans an anti join for it.

**Pitfall**: a key of two columns, compared one by one.

**Alternative**: count the flights by hour first, then anti join the 19,486 hours: 17 times fewer rows ask.

**At work**: which partitions of a fact table have no dimension row yet, before a join drops them silently.
"""
