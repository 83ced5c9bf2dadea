"""# How far the history reaches

`weather` lists the readings of the stations by `origin` and `time_hour`; it has a primary key on these two columns.
No other table lists the stations: new ones may appear any day.
Return `origin`, `oldest` and `newest`, the `time_hour` of the first and of the last reading, for every station in `weather`.
Any order of rows is right.

The plan may touch at most 60 pages, however many readings a station has.
Reading the table once touches more than 400.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, tie, unchanged

PROBLEM = SqlProblem(
    id="w2-ctes-first-and-last-reading",
    engine="postgres",
    pattern="skip scan by recursion",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(wants=("Recursive Union",), pages=60),
    hints={
        "Rows": (
            "Where does your list of stations come from? What does it miss when a station begins to report that is no airport?",
            "Take every `origin` of `weather`. Where a recursion by `min(origin)` ends with a NULL, that is no station: `WHERE origin IS NOT NULL`.",
        ),
        "Plan": (
            "The index holds the stations side by side. When you know one of them, where does the next one begin?",
            "Start with `ORDER BY origin LIMIT 1`; each round asks for the smallest `origin` above the last one.",
            "With a list of stations, `min` and `max` of `time_hour` for one station are each one descent of the index.",
        ),
    },
)

SOLVE = """
WITH RECURSIVE station AS (
    (SELECT origin FROM weather ORDER BY origin LIMIT 1)
    UNION ALL
    SELECT next.origin
    FROM station
    CROSS JOIN LATERAL (
        SELECT origin FROM weather
        WHERE weather.origin > station.origin
        ORDER BY origin LIMIT 1
    ) AS next
)
SELECT origin,
    (SELECT min(time_hour) FROM weather AS w WHERE w.origin = s.origin) AS oldest,
    (SELECT max(time_hour) FROM weather AS w WHERE w.origin = s.origin) AS newest
FROM station AS s
"""


def oracle(weather):
    return weather.groupby("origin", as_index=False).agg(
        oldest=("time_hour", "min"), newest=("time_hour", "max")
    )


def stations(*codes):
    """The readings of the small table dealt out to stations of these codes, in turn."""

    def change(frames):
        weather = frames["weather"].sort_values("time_hour", ascending=False)
        dealt = [codes[row % len(codes)] for row in range(len(weather))]
        return frames | {"weather": weather.assign(origin=dealt).drop_duplicates(["origin", "time_hour"])}

    return change


def one_reading(frames):
    weather = frames["weather"]
    return frames | {
        "weather": pd.concat([weather.query("origin != 'JFK'"), weather.query("origin == 'JFK'")[:1]])
    }


TRAPS = {
    "the three stations, few readings": unchanged(),
    "a fourth station": stations("EWR", "JFK", "LGA", "TEB"),
    "stations that are no airports": stations("A", "AA", "Z9", "x"),
    "only one station": tie("weather", "origin", rows=1),
    "a station with one reading": one_reading,
    "no weather at all": empty("weather"),
}

BY_MIN = variant("""
WITH RECURSIVE s AS (
    SELECT min(origin) AS origin FROM weather
    UNION ALL
    SELECT (SELECT min(w.origin) FROM weather AS w WHERE w.origin > s.origin)
    FROM s WHERE s.origin IS NOT NULL
)
SELECT s.origin, ends.oldest, ends.newest
FROM s, LATERAL (
    SELECT min(time_hour) AS oldest, max(time_hour) AS newest FROM weather AS w WHERE w.origin = s.origin
) AS ends
WHERE s.origin IS NOT NULL
""")

ALL_IN_ONE = variant("""
WITH RECURSIVE s AS (
    (SELECT origin, time_hour AS oldest FROM weather ORDER BY origin, time_hour LIMIT 1)
    UNION ALL
    SELECT n.* FROM s, LATERAL (
        SELECT origin, time_hour FROM weather AS w WHERE w.origin > s.origin ORDER BY origin, time_hour LIMIT 1
    ) AS n
)
SELECT s.origin, s.oldest, l.newest FROM s JOIN LATERAL (
    SELECT time_hour AS newest FROM weather AS w WHERE w.origin = s.origin ORDER BY time_hour DESC LIMIT 1
) AS l ON true
""")

GROUP_BY = wrong(
    "right rows, but a GROUP BY reads every reading",
    "SELECT origin, min(time_hour) AS oldest, max(time_hour) AS newest FROM weather GROUP BY origin",
    fails="plan",
    passes_given_data=True,
)

THE_THREE = wrong(
    "the stations of today are written into the query",
    """
    SELECT s.origin, min(w.time_hour) AS oldest, max(w.time_hour) AS newest
    FROM (VALUES ('EWR'), ('JFK'), ('LGA')) AS s (origin) JOIN weather AS w USING (origin)
    GROUP BY s.origin
    """,
    fails="trap: a fourth station",
    passes_given_data=True,
)

AIRPORTS = wrong(
    "a station need not be an airport that the register knows",
    """
    SELECT a.faa AS origin, w.oldest, w.newest FROM airports AS a CROSS JOIN LATERAL (
        SELECT min(time_hour) AS oldest, max(time_hour) AS newest FROM weather WHERE origin = a.faa
    ) AS w WHERE w.oldest IS NOT NULL
    """,
    passes_given_data=True,
)

THE_END_MARK = wrong(
    "the last round of `min` finds nothing, and its NULL is returned as a station",
    """
    WITH RECURSIVE s AS (
        SELECT min(origin) AS origin FROM weather
        UNION ALL
        SELECT (SELECT min(w.origin) FROM weather AS w WHERE w.origin > s.origin)
        FROM s WHERE s.origin IS NOT NULL
    )
    SELECT origin, (SELECT min(time_hour) FROM weather AS w WHERE w.origin = s.origin) AS oldest,
        (SELECT max(time_hour) FROM weather AS w WHERE w.origin = s.origin) AS newest
    FROM s
    """,
)

DISTINCT_FIRST = wrong(
    "right rows, but DISTINCT reads all readings to find three stations",
    """
    WITH s AS (SELECT DISTINCT origin FROM weather)
    SELECT origin, (SELECT min(time_hour) FROM weather AS w WHERE w.origin = s.origin) AS oldest,
        (SELECT max(time_hour) FROM weather AS w WHERE w.origin = s.origin) AS newest
    FROM s
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 descends the index once for each station and once more to see that there is none left, then twice for its ends: 24 pages instead of 423.
PostgreSQL 18 can skip within an index to serve a condition (`time_hour = …` without `origin`), but not to serve `DISTINCT`.

**Pitfall**: the end mark.
A scalar subquery that finds nothing gives a NULL, one more row; `LATERAL` gives no row, and the recursion ends by itself.

**Alternative**: a table of stations with a foreign key.
It is the better design where stations are registered before they report; the recursion is for the table as it was delivered.

**At work**: tenants, devices or partitions that nobody lists, in a table of a billion rows; also "which values of `status` are there?".
"""
