"""# The last known pressure, while it is fresh

`weather` lists the readings of the airports by `origin` and `time_hour`, at most one an hour; some hours have no reading, and `pressure` is NULL in one of ten readings.
Look at May (`month = 5`) only, as if there were no other readings.
A model that cannot take a NULL wants the last known value, but not one from yesterday.
Return `origin`, `time_hour`, `pressure` and `age` for every reading of May:
`pressure` is that of the latest reading of the same airport whose pressure is known, from this hour or from one at most six hours earlier; `age` is how many hours earlier it was read, 0 for the reading's own.
Both are NULL when there is none.
Any order of rows is right.

For example: 1012 at 05:00, NULL at 06:00 and nothing until NULL at 12:00: the reading of 06:00 gets 1012 and 1, that of 12:00 gets NULL twice.

The plan must read `weather` once and hold no join.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, unchanged, value

PROBLEM = SqlProblem(
    id="w2-window-frames-last-known",
    engine="postgres",
    pattern="last value carried forward",
    difficulty="hard",
    minutes=30,
    points=4,
    plan=PlanBudget(wants=("WindowAgg",), scans={"weather": 1}, forbids=("Join", "Nested Loop", "SubPlan")),
    hints={
        "Rows": (
            "PostgreSQL 18 has no `IGNORE NULLS`. Which aggregate of the known *hours* finds the last of them?",
            "`max(time_hour) FILTER (WHERE pressure IS NOT NULL)` over a frame of six hours by value: now you have the hour.",
            "For example, by airport, May only: `RANGE BETWEEN INTERVAL '6 hours' PRECEDING AND CURRENT ROW`; then the pressure of that hour, not the highest.",
        ),
        "Plan": (
            "How often does your plan look into `weather` again for a pressure that a frame has already seen?",
            "All readings with the same found hour form a group, and its first reading is the one that knows the pressure.",
            "For example, when a first window has found the hour `known_at`: `first_value(pressure) OVER (PARTITION BY origin, known_at ORDER BY time_hour)`.",
        ),
    },
)

SOLVE = """
WITH found AS (
    SELECT origin, time_hour, pressure,
        max(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER (
            PARTITION BY origin ORDER BY time_hour
            RANGE BETWEEN INTERVAL '6 hours' PRECEDING AND CURRENT ROW
        ) AS known_at
    FROM weather WHERE month = 5
)
SELECT origin, time_hour,
    first_value(pressure) OVER (PARTITION BY origin, known_at ORDER BY time_hour) AS pressure,
    extract(epoch FROM time_hour - known_at) / 3600 AS age
FROM found
"""


def oracle(weather):
    hour = pd.Timedelta(hours=1)
    readings = weather[weather["month"] == 5].set_index(["origin", "time_hour"])["pressure"]
    known = readings.dropna().to_dict()
    rows = []
    for origin, time in readings.index:
        age = next((age for age in range(7) if (origin, time - age * hour) in known), None)
        pressure = None if age is None else known[origin, time - age * hour]
        rows.append((origin, time, pressure, age))
    return pd.DataFrame(rows, columns=["origin", "time_hour", "pressure", "age"]).astype({"age": "Float64"})


def readings(**airports):
    """Readings an hour apart: a digit is a pressure, `-` a NULL, `.` an hour without a reading."""

    def change(frames):
        blank, rows = frames["weather"].iloc[0], []
        for origin, hours in airports.items():
            for at, sign in enumerate(hours):
                time = pd.Timestamp("2013-05-09 20:00", tz="UTC") + pd.Timedelta(hours=at)
                pressure = 1000.0 + int(sign) if sign.isdigit() else None
                if sign != ".":
                    rows.append({**blank, "month": 5, "origin": origin, "time_hour": time})
                    rows[-1]["pressure"] = pressure
        return frames | {"weather": pd.DataFrame(rows).astype(frames["weather"].dtypes.to_dict())}

    return change


TRAPS = {
    "six hours and seven hours": readings(EWR="5------8-------3"),
    "falling and rising": readings(EWR="9-7--8-6---9-"),
    "hours without a reading": readings(EWR="5.-...-.-2..--", JFK="7......-3.....-"),
    "NULL before the first known": readings(EWR="---4-", LGA="-"),
    "one airport after the other": readings(EWR="1-8", JFK="--3-", LGA="-----"),
    "known in April, not yet in May": together(readings(EWR="45--6-"), value("weather", "month", 4, rows=2)),
    "far apart": value("weather", "month", 5, rows=40),
    "no pressure known": together(readings(EWR="123"), null("weather", "pressure", rows=3)),
    "no reading in May": unchanged(),
    "no weather at all": empty("weather"),
}

COUNTED = variant("""
WITH spans AS (
    SELECT origin, time_hour, pressure,
        count(pressure) OVER (PARTITION BY origin ORDER BY time_hour) AS span
    FROM weather WHERE month = 5
), carried AS (
    SELECT origin, time_hour, max(pressure) OVER s AS last,
        time_hour - min(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER s AS age
    FROM spans WINDOW s AS (PARTITION BY origin, span)
)
SELECT origin, time_hour, CASE WHEN age <= INTERVAL '6 hours' THEN last END AS pressure,
    CASE WHEN age <= INTERVAL '6 hours' THEN round(extract(epoch FROM age) / 3600) END AS age
FROM carried
""")

LARGEST_PAIR = variant("""
SELECT origin, time_hour, last[2] AS pressure, (extract(epoch FROM time_hour)::float - last[1]) / 3600 AS age
FROM (
    SELECT origin, time_hour, max(ARRAY[extract(epoch FROM time_hour)::float, pressure])
        FILTER (WHERE pressure IS NOT NULL)
        OVER (PARTITION BY origin ORDER BY time_hour RANGE INTERVAL '6 hours' PRECEDING) AS last
    FROM weather WHERE month = 5
) AS f
""")

COLLECTED = variant("""
SELECT origin, time_hour, all_known[array_upper(all_known, 1)] AS pressure,
    extract(epoch FROM time_hour - hours[array_upper(hours, 1)]) / 3600 AS age
FROM (
    SELECT origin, time_hour, array_agg(pressure) FILTER (WHERE pressure IS NOT NULL) OVER six AS all_known,
        array_agg(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER six AS hours
    FROM weather WHERE month = 5 WINDOW six AS (PARTITION BY origin ORDER BY time_hour RANGE INTERVAL '6 hours' PRECEDING)
) AS f
""")

ONE_BACK = wrong(
    "lag looks at one reading, which may be NULL as well or a day old",
    """
    SELECT origin, time_hour, coalesce(pressure, lag(pressure) OVER w) AS pressure,
        CASE WHEN pressure IS NOT NULL THEN 0 WHEN lag(pressure) OVER w IS NOT NULL
            THEN extract(epoch FROM time_hour - lag(time_hour) OVER w) / 3600 END AS age
    FROM weather WHERE month = 5 WINDOW w AS (PARTITION BY origin ORDER BY time_hour)
    """,
)

FOR_EVER = wrong(
    "a value of any age is carried on",
    """
    WITH spans AS (
        SELECT *, count(pressure) OVER (PARTITION BY origin ORDER BY time_hour) AS span FROM weather WHERE month = 5)
    SELECT origin, time_hour, max(pressure) OVER s AS pressure,
        extract(epoch FROM time_hour - min(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER s) / 3600 AS age
    FROM spans WINDOW s AS (PARTITION BY origin, span)
    """,
)

SIX_ROWS = wrong(
    "six readings back is more than six hours where one is missing",
    """
    WITH found AS (
        SELECT *, max(time_hour) FILTER (WHERE pressure IS NOT NULL)
            OVER (PARTITION BY origin ORDER BY time_hour ROWS 6 PRECEDING) AS at FROM weather WHERE month = 5)
    SELECT origin, time_hour, first_value(pressure) OVER (PARTITION BY origin, at ORDER BY time_hour) AS pressure,
        extract(epoch FROM time_hour - at) / 3600 AS age FROM found
    """,
    fails="trap: hours without a reading",
    passes_given_data=True,
)

HIGHEST = wrong(
    "the highest pressure of the six hours instead of the last",
    """
    SELECT origin, time_hour, coalesce(pressure, max(pressure) OVER six) AS pressure,
        extract(epoch FROM time_hour - max(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER six) / 3600 AS age
    FROM weather WHERE month = 5 WINDOW six AS (PARTITION BY origin ORDER BY time_hour RANGE INTERVAL '6 hours' PRECEDING)
    """,
)

SIX_IS_TOO_OLD = wrong(
    "an off-by-one: a value of exactly six hours is not taken",
    """
    WITH found AS (
        SELECT *, max(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER (PARTITION BY origin
            ORDER BY time_hour RANGE INTERVAL '5 hours' PRECEDING) AS at FROM weather WHERE month = 5)
    SELECT origin, time_hour, first_value(pressure) OVER (PARTITION BY origin, at ORDER BY time_hour) AS pressure,
        extract(epoch FROM time_hour - at) / 3600 AS age FROM found
    """,
)

ONE_LINE = wrong(
    "without a partition one airport fills the gaps of another",
    """
    WITH found AS (
        SELECT *, max(time_hour) FILTER (WHERE pressure IS NOT NULL)
            OVER (ORDER BY time_hour RANGE INTERVAL '6 hours' PRECEDING) AS at FROM weather WHERE month = 5)
    SELECT origin, time_hour, coalesce(pressure, max(pressure) OVER (PARTITION BY at)) AS pressure,
        extract(epoch FROM time_hour - at) / 3600 AS age FROM found
    """,
)

APRIL = wrong(
    "the first readings of May are filled from April",
    """
    WITH found AS (
        SELECT *, max(time_hour) FILTER (WHERE pressure IS NOT NULL) OVER (PARTITION BY origin
            ORDER BY time_hour RANGE INTERVAL '6 hours' PRECEDING) AS at FROM weather
    ), filled AS (
        SELECT *, first_value(pressure) OVER (PARTITION BY origin, at ORDER BY time_hour) AS last FROM found)
    SELECT origin, time_hour, last AS pressure, extract(epoch FROM time_hour - at) / 3600 AS age
    FROM filled WHERE month = 5
    """,
    fails="trap: known in April, not yet in May",
    passes_given_data=True,
)

LOOKED_UP = wrong(
    "right rows, but the index is descended once for every reading",
    """
    SELECT w.origin, w.time_hour, k.pressure, extract(epoch FROM w.time_hour - k.time_hour) / 3600 AS age
    FROM weather AS w LEFT JOIN LATERAL (
        SELECT * FROM weather AS k WHERE k.month = 5 AND k.origin = w.origin AND k.pressure IS NOT NULL
            AND k.time_hour BETWEEN w.time_hour - INTERVAL '6 hours' AND w.time_hour
        ORDER BY k.time_hour DESC LIMIT 1) AS k ON true
    WHERE w.month = 5
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 reads `weather` once, 423 pages, sorts the 2,232 readings of May, and opens two windows; the second sorts incrementally, within each airport.
With a look-up for every reading, the index is descended 2,232 times: 7,132 pages.

**Pitfall**: `ORDER BY time_hour ROWS 6 PRECEDING` is six readings, and where hours are missing they are more than six hours.
And `max(pressure)` is the highest, not the latest: look for the latest *hour* first, then for what it knew.

**Alternative**: `count(pressure) OVER (… ORDER BY time_hour)` numbers the spans that begin with a known value; the first row of a span knows it.
DuckDB says `last_value(pressure IGNORE NULLS)`, and so will PostgreSQL 19 (`last_value(pressure) IGNORE NULLS`).

**At work**: the last price of a quiet share, the last state of a device, a feature of a model at the time of a label.
Always with an age limit: a sensor that died in March must not report in May.
"""
