"""# Departures since the last storm

`departures` lists flights by `departs_at` (`timestamptz`, never NULL) and `origin`; it has a partition for each month of UTC, and the cell above makes it of `flights`.
`weather` lists readings of several stations by `time_hour`, `pressure` and `wind_gust`; both figures may be NULL.
A reading with `wind_gust` of 50 or more is a storm, at whatever station.

Return `origin` and `departures`: for each airport the number of departures *after* the hour of the last storm of all, a departure in the very moment of that reading not included.
If there was no storm, all departures count.
Airports without such a departure are left out.
Any order of rows is right.

On this data the last storm was on 24 November: the plan may read three partitions of `departures`.
Do not write its date into the query; the traps have storms of their own.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, together, unchanged
from seniorde.problems.week_03.partitioning._departures import SETUP, departures, flown

__all__ = ["SETUP"]

PROBLEM = SqlProblem(
    id="w3-partitioning-since-the-storm",
    engine="postgres",
    pattern="pruning at run time by a watermark",
    difficulty="medium",
    minutes=18,
    points=3,
    plan=PlanBudget(scans={"departures": 3}),
    hints={
        "Rows": (
            "Which of the storms is meant, and of which station? One moment holds for all airports: does a departure in that very moment count?",
            "Let the query find the moment in `weather`. What is it when there was no storm, and what is a comparison with that?",
            "`max(time_hour)` over all readings with `wind_gust >= 50`, and the departures with `>`, not `>=`. "
            "Where it is NULL, all of them count: for example put `coalesce(…, '-infinity')` around it.",
        ),
        "Plan": (
            "How can the value be known before the first partition is opened? A join mostly compares rows that were read already.",
            "A scalar subquery runs first, and its value prunes.",
            "`departs_at > coalesce((SELECT max(…) …), '-infinity')` is one condition on the bare key; an `OR` is not.",
        ),
    },
)

SOLVE = """
SELECT origin, count(*) AS departures
FROM departures
WHERE departs_at > coalesce((SELECT max(time_hour) FROM weather WHERE wind_gust >= 50), '-infinity')
GROUP BY origin
"""


def oracle(flights, weather):
    rows = departures(flights)
    storms = weather[weather["wind_gust"] >= 50]["time_hour"]
    if len(storms):
        rows = rows[rows["departs_at"] > storms.max()]
    return rows.groupby("origin").size().reset_index(name="departures")


def gusts(**hours):
    """The readings of the weather are these: the hour of UTC → the gust."""

    def change(frames):
        blank, rows = frames["weather"].iloc[0], []
        for number, (moment, gust) in enumerate(hours.items()):
            at = pd.Timestamp(moment.strip("t").replace("_", " "), tz="UTC")
            rows.append(
                {**blank, "origin": ("EWR", "JFK", "LGA")[number % 3], "time_hour": at, "wind_gust": gust}
            )
        found = pd.DataFrame(rows, columns=frames["weather"].columns)
        return frames | {"weather": found.astype(frames["weather"].dtypes.to_dict())}

    return change


DAYS = flown(
    *(
        (moment, {"origin": origin})
        for moment, origin in (
            ("2013-01-03 10:00", "EWR"),
            ("2013-05-07 09:59", "JFK"),
            ("2013-05-07 10:00", "JFK"),
            ("2013-05-07 10:01", "LGA"),
            ("2013-08-01 00:00", "LGA"),
            ("2014-01-01 03:59", "EWR"),
        )
    )
)

TRAPS = {
    "a departure in the moment of the storm": together(DAYS, gusts(t20130507_1000=50.0, t20130301_0000=61.0)),
    "a gust just below": together(DAYS, gusts(t20130507_0900=50.0, t20130801_0000=49.9)),
    "the strongest storm is not the last": together(DAYS, gusts(t20130102_0000=80.0, t20130731_2300=50.5)),
    "readings without a gust": together(DAYS, gusts(t20130507_0500=55.0, t20131201_0000=None)),
    "a storm after everything": together(DAYS, gusts(t20140102_0000=52.0)),
    "no storm": together(DAYS, gusts(t20130507_0900=None, t20130801_0000=12.0)),
    "no readings": together(DAYS, empty("weather")),
    "the small sample": unchanged(),
    "no flights at all": empty("flights"),
}

CASE_INSIDE = variant("""
SELECT origin, count(*) AS departures
FROM departures
WHERE departs_at > (
    SELECT coalesce(max(time_hour) FILTER (WHERE wind_gust >= 50), '-infinity') FROM weather)
GROUP BY origin
""")

LAST_ROW = variant("""
WITH storm AS (
    SELECT time_hour FROM weather WHERE wind_gust >= 50 ORDER BY time_hour DESC LIMIT 1)
SELECT d.origin, count(*) AS departures
FROM departures AS d
WHERE d.departs_at > coalesce((SELECT time_hour FROM storm), timestamptz '2000-01-01')
GROUP BY d.origin
""")

GREATEST = variant("""
SELECT origin, count(*) AS departures
FROM departures
WHERE departs_at > greatest((SELECT max(time_hour) FROM weather WHERE wind_gust >= 50), '-infinity')
GROUP BY origin
""")

JOINED_BY_INDEX = variant("""
SELECT d.origin, count(*) AS departures
FROM (SELECT coalesce(max(time_hour), '-infinity') AS at FROM weather WHERE wind_gust >= 50) AS storm
JOIN departures AS d ON d.departs_at > storm.at
GROUP BY d.origin
""")

AT_OR_AFTER = wrong(
    "a departure in the very moment of the reading is counted",
    """
    SELECT origin, count(*) AS departures FROM departures
    WHERE departs_at >= coalesce((SELECT max(time_hour) FROM weather WHERE wind_gust >= 50), '-infinity')
    GROUP BY origin
    """,
)

NO_STORM_NO_ROWS = wrong(
    "without a storm the subquery is NULL, and nothing is later than NULL",
    """
    SELECT origin, count(*) AS departures FROM departures
    WHERE departs_at > (SELECT max(time_hour) FROM weather WHERE wind_gust >= 50)
    GROUP BY origin
    """,
    passes_given_data=True,
)

STRONGEST = wrong(
    "the strongest storm, not the last one",
    """
    SELECT origin, count(*) AS departures FROM departures
    WHERE departs_at > coalesce((SELECT time_hour FROM weather WHERE wind_gust >= 50
        ORDER BY wind_gust DESC, time_hour DESC LIMIT 1), '-infinity')
    GROUP BY origin
    """,
)

OWN_STATION = wrong(
    "each airport waits for a storm of its own station",
    """
    SELECT d.origin, count(*) AS departures FROM departures AS d
    LEFT JOIN (SELECT origin, max(time_hour) AS at FROM weather WHERE wind_gust >= 50
        GROUP BY origin) AS storm USING (origin)
    WHERE d.departs_at > coalesce(storm.at, '-infinity')
    GROUP BY d.origin
    """,
)

DATE_IN_THE_QUERY = wrong(
    "the date of this data's storm stands in the query",
    """
    SELECT origin, count(*) AS departures FROM departures
    WHERE departs_at > '2013-11-24 15:00+00' GROUP BY origin
    """,
    passes_given_data=True,
)

JOINED = wrong(
    "right rows, but a join compares what was read: all partitions",
    """
    SELECT d.origin, count(*) AS departures
    FROM departures AS d CROSS JOIN (SELECT max(time_hour) AS at FROM weather WHERE wind_gust >= 50) AS storm
    WHERE storm.at IS NULL OR d.departs_at > storm.at
    GROUP BY d.origin
    """,
    fails="plan",
    passes_given_data=True,
)

OR_NO_STORM = wrong(
    "right rows, but with OR the key alone decides nothing: all partitions",
    """
    SELECT origin, count(*) AS departures FROM departures
    WHERE departs_at > (SELECT max(time_hour) FROM weather WHERE wind_gust >= 50)
        OR NOT EXISTS (SELECT FROM weather WHERE wind_gust >= 50)
    GROUP BY origin
    """,
    fails="plan",
    passes_given_data=True,
)

NONE_LATER = wrong(
    "right rows, but no partition can be ruled out by a storm that is looked for in each row",
    """
    SELECT d.origin, count(*) AS departures FROM departures AS d
    LEFT JOIN weather AS w ON w.wind_gust >= 50 AND w.time_hour >= d.departs_at
    WHERE w.time_hour IS NULL
    GROUP BY d.origin
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: `InitPlan` reads `weather` once; `Append` then starts three of its thirteen scans, the others are *never executed*.
PostgreSQL 18.6 prunes at run time by any expression without columns and without volatile functions, so `coalesce` around the subquery does no harm.

**Pitfall**: the empty case. `departs_at > NULL` is never true, so the first run of a pipeline, without a watermark, loads nothing and reports success.

A join with `OR` reads all partitions. A join on the bare key prunes here as well: the planner expects one storm and takes a nested loop over the indexes, so `Append` knows the value when it starts. Without the index, or with more rows expected, it would not: the subquery does not depend on that.

**Alternative**: two statements. Fetch the watermark, send it as a parameter: then the pruning happens at plan time, and the log shows the value.

**At work**: `WHERE loaded_at > (SELECT max(…) FROM target)` is every incremental model of dbt. On Spark the same filter is a subquery that is computed first; by BigQuery's documentation a subquery does *not* prune there, because it is no constant; a scripting variable is used instead.
"""
