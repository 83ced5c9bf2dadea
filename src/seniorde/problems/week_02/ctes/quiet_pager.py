"""# A pager that keeps quiet for a day

`weather` lists the readings of the stations by `origin` and `time_hour`, its primary key; `wind_gust` may be NULL.
A reading with `wind_gust` of 35 or more calls the pager of its station.
The first call of a station pages.
After a page the pager of that station keeps quiet for less than 24 hours: the next page is the first call 24 hours or more after that *page*; the calls between are ignored and prolong nothing.
Return `origin`, `time_hour` and `wind_gust` of every page.
Any order of rows is right.

Example, one station, calls at hours 0, 10, 23, 30, 54 and 60: pages at 0, 30 and 54.

The plan may touch at most 1,500 pages.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, unchanged

PROBLEM = SqlProblem(
    id="w2-ctes-quiet-pager",
    engine="postgres",
    pattern="sequential choice by recursion",
    difficulty="hard",
    minutes=35,
    points=4,
    plan=PlanBudget(wants=("Recursive Union",), pages=1500),
    hints={
        "Rows": (
            "Why can no window tell whether a call pages? What would it have to know about the rows before it?",
            "Each page determines the next one and nothing else: that is a recursion with one row a station and round.",
            "Begin with each station's first call; then, for example by `LATERAL`, its first call with `time_hour >= page.time_hour + interval '24 hours'`.",
        ),
        "Plan": (
            "How many readings does a round walk through to find the next call? Does your condition compute on the column, so that no index can begin there?",
            "Write down once, for every call, the first call at least 24 hours later: `min(time_hour)` over a `RANGE` frame that begins `'24 hours' FOLLOWING`. Then follow these pointers.",
            "Or a `LATERAL` of hour and `wind_gust`: `w.time_hour >= page.time_hour + interval '24 hours'`, `ORDER BY w.time_hour LIMIT 1`, no join after it.",
        ),
    },
)

SOLVE = """
WITH RECURSIVE call AS (
    SELECT origin, time_hour, wind_gust,
        min(time_hour) OVER (
            PARTITION BY origin ORDER BY time_hour
            RANGE BETWEEN interval '24 hours' FOLLOWING AND UNBOUNDED FOLLOWING
        ) AS next
    FROM weather
    WHERE wind_gust >= 35
), page AS (
    (SELECT DISTINCT ON (origin) * FROM call ORDER BY origin, time_hour)
    UNION ALL
    SELECT call.*
    FROM page JOIN call ON call.origin = page.origin AND call.time_hour = page.next
)
SELECT origin, time_hour, wind_gust FROM page
"""


def oracle(weather):
    calls = weather[weather["wind_gust"] >= 35].sort_values(["origin", "time_hour"])
    paged, pages = {}, []
    for row in calls[["origin", "time_hour", "wind_gust"]].itertuples(index=False):
        last = paged.get(row.origin)
        if last is None or row.time_hour - last >= pd.Timedelta(hours=24):
            paged[row.origin] = row.time_hour
            pages.append(row)
    return pd.DataFrame(pages, columns=["origin", "time_hour", "wind_gust"])


def calls(**stations):
    """Readings that call at these hours, and a NULL or a calm reading an hour after each."""

    def change(frames):
        blank, rows = frames["weather"].iloc[0], []
        for origin, hours in stations.items():
            for hour in hours:
                for later, gust in ((0, 35.0 + hour), (0.5, None if hour % 2 else 34.9)):
                    at = pd.Timestamp("2013-03-09 21:00", tz="UTC") + pd.Timedelta(hours=hour + later)
                    rows.append({**blank, "origin": origin, "time_hour": at, "wind_gust": gust})
        weather = pd.DataFrame(rows, columns=frames["weather"].columns)
        return frames | {"weather": weather.astype(frames["weather"].dtypes.to_dict())}

    return change


TRAPS = {
    "the calls of the statement": calls(JFK=(0, 10, 23, 30, 54, 60)),
    "exactly 24 hours later": calls(EWR=(0, 24, 48, 71, 72, 95)),
    "a call every five hours for a week": calls(LGA=range(0, 170, 5)),
    "stations that call at the same hours": calls(EWR=(0, 20, 40), JFK=(0, 20, 40, 44), TEB=(5, 30)),
    "one call, and calls weeks apart": calls(EWR=(3,), LGA=(0, 500, 1500, 1510)),
    "few readings, hardly a gust": unchanged(),
    "no weather at all": empty("weather"),
}

BY_INDEX = variant("""
WITH RECURSIVE page AS (
    (SELECT DISTINCT ON (origin) origin, time_hour, wind_gust
     FROM weather WHERE wind_gust >= 35 ORDER BY origin, time_hour)
    UNION ALL
    SELECT n.* FROM page CROSS JOIN LATERAL (
        SELECT w.origin, w.time_hour, w.wind_gust FROM weather AS w
        WHERE w.origin = page.origin AND w.wind_gust >= 35
            AND w.time_hour >= page.time_hour + interval '24 hours'
        ORDER BY w.time_hour LIMIT 1
    ) AS n
)
SELECT * FROM page
""")

CALL_BY_CALL = variant("""
WITH RECURSIVE call AS (
    SELECT origin, time_hour, wind_gust, row_number() OVER (PARTITION BY origin ORDER BY time_hour) AS n
    FROM weather WHERE wind_gust >= 35
), walk AS (
    SELECT *, time_hour AS paged FROM call WHERE n = 1
    UNION ALL
    SELECT c.*, CASE WHEN c.time_hour >= w.paged + interval '1 day' THEN c.time_hour ELSE w.paged END
    FROM walk AS w JOIN call AS c ON c.origin = w.origin AND c.n = w.n + 1
)
SELECT origin, time_hour, wind_gust FROM walk WHERE paged = time_hour
""")

OVER_CALLS = variant("""
WITH RECURSIVE call AS (
    SELECT origin, time_hour, wind_gust FROM weather WHERE wind_gust >= 35
), page AS (
    SELECT origin, min(time_hour) AS time_hour FROM call GROUP BY origin
    UNION ALL
    SELECT p.origin, (SELECT min(c.time_hour) FROM call AS c
        WHERE c.origin = p.origin AND c.time_hour >= p.time_hour + interval '24 hours')
    FROM page AS p WHERE p.time_hour IS NOT NULL
)
SELECT origin, time_hour, wind_gust FROM page JOIN call USING (origin, time_hour)
""")

SINCE_THE_LAST_CALL = wrong(
    "a day without any *call* is asked for, so ignored calls prolong the silence",
    """
    SELECT origin, time_hour, wind_gust FROM (
        SELECT origin, time_hour, wind_gust,
            lag(time_hour) OVER (PARTITION BY origin ORDER BY time_hour) AS before
        FROM weather WHERE wind_gust >= 35
    ) AS call
    WHERE before IS NULL OR time_hour >= before + interval '24 hours'
    """,
)

CALENDAR_DAYS = wrong(
    "the first call of each calendar day, whatever was paged the evening before",
    """
    SELECT DISTINCT ON (origin, time_hour::date) origin, time_hour, wind_gust
    FROM weather WHERE wind_gust >= 35 ORDER BY origin, time_hour::date, time_hour
    """,
)

FROM_THE_START = wrong(
    "days are counted from the first page in steps of 24 hours; a late call does not shift them",
    """
    SELECT DISTINCT ON (origin, step) origin, time_hour, wind_gust FROM (
        SELECT *, floor(extract(epoch FROM time_hour - min(time_hour) OVER (PARTITION BY origin)) / 86400) AS step
        FROM weather WHERE wind_gust >= 35
    ) AS call
    ORDER BY origin, step, time_hour
    """,
)

MORE_THAN_A_DAY = wrong(
    "a call exactly 24 hours after the page is ignored",
    """
    WITH RECURSIVE page AS (
        (SELECT DISTINCT ON (origin) origin, time_hour, wind_gust
         FROM weather WHERE wind_gust >= 35 ORDER BY origin, time_hour)
        UNION ALL
        SELECT n.* FROM page CROSS JOIN LATERAL (
            SELECT w.origin, w.time_hour, w.wind_gust FROM weather AS w
            WHERE w.origin = page.origin AND w.wind_gust >= 35
                AND w.time_hour > page.time_hour + interval '24 hours'
            ORDER BY w.time_hour LIMIT 1
        ) AS n
    )
    SELECT * FROM page
    """,
)

ALL_FROM_ONE = wrong(
    "one pager for all stations",
    """
    WITH RECURSIVE page AS (
        (SELECT origin, time_hour, wind_gust FROM weather WHERE wind_gust >= 35 ORDER BY time_hour, origin LIMIT 1)
        UNION ALL
        SELECT n.* FROM page CROSS JOIN LATERAL (
            SELECT w.origin, w.time_hour, w.wind_gust FROM weather AS w
            WHERE w.wind_gust >= 35 AND w.time_hour >= page.time_hour + interval '24 hours'
            ORDER BY w.time_hour, w.origin LIMIT 1
        ) AS n
    )
    SELECT * FROM page
    """,
)

TABLE_EVERY_ROUND = wrong(
    "right rows, but every round walks through all readings of the station: the condition computes on the column",
    """
    WITH RECURSIVE page AS (
        SELECT origin, min(time_hour) AS time_hour FROM weather WHERE wind_gust >= 35 GROUP BY origin
        UNION ALL
        SELECT p.origin, n.time_hour FROM page AS p CROSS JOIN LATERAL (
            SELECT min(w.time_hour) AS time_hour FROM weather AS w
            WHERE w.origin = p.origin AND w.wind_gust >= 35
                AND w.time_hour - interval '24 hours' >= p.time_hour
        ) AS n WHERE n.time_hour IS NOT NULL
    )
    SELECT origin, time_hour, wind_gust FROM page JOIN weather USING (origin, time_hour)
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 reads `weather` once (423 pages), keeps 380 calls, and follows their pointers in 40 rounds of at most three rows to 91 pages.
Without the pointers, each round asks the primary key for the next call: 1,152 pages, because gusts are rare and every reading between is looked at.

**Pitfall**: a window sees the rows before, not what was *decided* about them.
`lag` measures the distance to the last call, calendar days and fixed steps ignore where the silence began.

**Alternative**: a loop outside SQL, one pass over the sorted calls with one value a station; clearer, and the only way where there is a decision for each of a million rows.
The recursion pays for the *longest chain*, one round a page.

**At work**: alerts with a cool-down, sessions with a longest duration, non-overlapping promotions per customer, batches up to a size.
"""
