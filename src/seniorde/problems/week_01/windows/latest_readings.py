"""# The three newest readings of every station

`weather` lists the readings of the stations EWR, JFK and LGA by `origin` and `time_hour`, at most one an hour; some are missing.
Return `origin`, `time_hour` and `temp` of the three newest readings of each of these stations.
A station with fewer readings returns those it has; `temp` may be NULL.
Any order of rows is right.

`weather` has a primary key on (`origin`, `time_hour`).
The plan may touch at most 40 pages, however long the history grows.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, unchanged

PROBLEM = SqlProblem(
    id="w1-windows-latest-readings",
    engine="postgres",
    pattern="top k of a group",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(pages=40, rows_read=40),
    hints={
        "Rows": (
            "What does your query return when one station has been silent for months, or when hours are missing between two readings?",
            "Order the readings of each station by itself, `time_hour DESC`, and take three: not nine of all stations, not those of the last three hours.",
        ),
        "Plan": (
            "How many rows does `row_number()` have to number before the filter on it can throw them away?",
            "The index holds the readings of a station side by side, in the order of time. Where do the newest three stand?",
            "A subquery with `ORDER BY … LIMIT 3` finds them for one station; `CROSS JOIN LATERAL` runs it for each.",
        ),
    },
)

SOLVE = """
SELECT station.origin, newest.time_hour, newest.temp
FROM (VALUES ('EWR'), ('JFK'), ('LGA')) AS station (origin)
CROSS JOIN LATERAL (
    SELECT time_hour, temp FROM weather
    WHERE weather.origin = station.origin
    ORDER BY time_hour DESC
    LIMIT 3
) AS newest
"""


def oracle(weather):
    found = [
        readings.nlargest(3, "time_hour")
        for airport, readings in weather.groupby("origin")
        if airport in ("EWR", "JFK", "LGA")
    ]
    columns = ["origin", "time_hour", "temp"]
    return pd.concat(found)[columns] if found else weather[columns].head(0)


def older(airport, kept):
    """All but `kept` of an airport's newest readings are gone, and those are its oldest ones."""

    def change(frames):
        weather = frames["weather"].sort_values("time_hour")
        there = weather["origin"] == airport
        return frames | {"weather": pd.concat([weather[~there], weather[there].head(kept)])}

    return change


TRAPS = {
    "readings with hours between them": unchanged(),
    "a station silent for months": older("LGA", 5),
    "a station with two readings": older("JFK", 2),
    "a station without a reading": older("EWR", 0),
    "temp NULL": null("weather", "temp", rows=48),
    "no weather at all": empty("weather"),
}

UNION = variant("""
(SELECT origin, time_hour, temp FROM weather WHERE origin = 'EWR' ORDER BY time_hour DESC FETCH FIRST 3 ROWS ONLY)
UNION ALL
(SELECT origin, time_hour, temp FROM weather WHERE origin = 'JFK' ORDER BY time_hour DESC FETCH FIRST 3 ROWS ONLY)
UNION ALL
(SELECT origin, time_hour, temp FROM weather WHERE origin = 'LGA' ORDER BY time_hour DESC FETCH FIRST 3 ROWS ONLY)
""")

SKIPPING = variant("""
WITH RECURSIVE station AS (
    (SELECT origin FROM weather ORDER BY origin LIMIT 1)
    UNION ALL
    SELECT (SELECT w.origin FROM weather AS w WHERE w.origin > s.origin ORDER BY w.origin LIMIT 1)
    FROM station AS s WHERE s.origin IS NOT NULL
)
SELECT s.origin, newest.time_hour, newest.temp
FROM station AS s,
    LATERAL (SELECT time_hour, temp FROM weather AS w WHERE w.origin = s.origin
             ORDER BY time_hour DESC LIMIT 3) AS newest
""")

NUMBERED = wrong(
    "right rows, but all 26,115 readings are read, sorted and numbered to keep nine",
    """
    SELECT origin, time_hour, temp
    FROM (SELECT *, row_number() OVER (PARTITION BY origin ORDER BY time_hour DESC) AS place FROM weather) AS w
    WHERE place <= 3
    """,
    fails="plan",
    passes_given_data=True,
)

NINE_NEWEST = wrong(
    "the nine newest of all are three of each only while all stations report",
    """
    SELECT origin, time_hour, temp FROM weather ORDER BY time_hour DESC, origin LIMIT 9
    """,
    passes_given_data=True,
)

LAST_THREE_HOURS = wrong(
    "the last three hours hold three readings only where none is missing",
    """
    SELECT s.origin, w.time_hour, w.temp
    FROM (VALUES ('EWR'), ('JFK'), ('LGA')) AS s (origin)
    JOIN weather AS w ON w.origin = s.origin
        AND w.time_hour > (SELECT max(time_hour) FROM weather AS m WHERE m.origin = s.origin) - interval '3 hours'
    """,
    passes_given_data=True,
)

ASCENDING = wrong(
    "the oldest instead of the newest",
    """
    SELECT s.origin, n.time_hour, n.temp FROM (VALUES ('EWR'), ('JFK'), ('LGA')) AS s (origin)
    CROSS JOIN LATERAL (
        SELECT time_hour, temp FROM weather AS w WHERE w.origin = s.origin ORDER BY time_hour LIMIT 3) AS n
    """,
)

NOTES = """
**Plan**: a nested loop over three stations; each walks the index backwards from its end and stops after three entries.
PostgreSQL 18.6 touches 9 pages here. `row_number()` reads all 423 pages of the table, and the more history there is, the more: its `Run Condition` stops numbering, not reading.

**Pitfall**: `LATERAL` without an index is a scan of the whole table for each group.
And with very many groups of few rows each, sorting everything once is the cheaper way.

**Alternative**: a list of the groups costs a scan too. Where there is no dimension table, a recursive query hops through the index from one `origin` to the next.

**At work**: the newest state of each device or customer on a dashboard; the query that grows slower every month has a window where a `LATERAL` belongs.
"""
