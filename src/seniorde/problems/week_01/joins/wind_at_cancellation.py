"""# The last reading before a cancelled flight

`flights` lists the departures of 2013; a flight with `dep_time` NULL was cancelled; `time_hour` is the hour of its planned departure.
`weather` lists the readings of each airport (`origin`), at most one an hour; some hours have none.
Return, for every cancelled flight of December (`month = 12`), `carrier`, `flight`, `time_hour`, `read_at` and `wind_speed`: hour and wind of the last reading of its airport at or before its `time_hour`.
That reading counts even if its `wind_speed` is NULL.
A flight without such a reading stays, with NULL in both columns.
Any order of rows is right.

The plan must read each table once, and none of its operators may hand on more than 60,000 rows: `weather` has 26,115, so no join may pair a flight with all earlier readings.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, value

PROBLEM = SqlProblem(
    id="w1-joins-wind-at-cancellation",
    engine="duckdb",
    pattern="as-of join",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"flights": 1, "weather": 1}, rows_handed_on=60_000),
    hints={
        "Rows": (
            "What does your query return for a flight whose hour has no reading, and for one before the first reading of its airport?",
            "A partner is a reading with `w.origin = f.origin AND w.time_hour <= f.time_hour`; a `LEFT` join keeps the flight that has none.",
            "Of these take the latest as a whole, hour and wind: `arg_max(wind_speed, …)` passes over a reading whose wind is NULL.",
        ),
        "Plan": (
            "How many readings stand before a flight of December? The plan's rows tell how many of them your join makes.",
            "You want one partner a flight: the nearest in time. DuckDB has a join of that kind.",
            "`ASOF LEFT JOIN … ON` takes equalities and one inequality, here on `time_hour`.",
        ),
    },
)

SOLVE = """
SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
FROM flights AS f
ASOF LEFT JOIN weather AS w
    ON w.origin = f.origin AND w.time_hour <= f.time_hour
WHERE f.month = 12 AND f.dep_time IS NULL
"""


def oracle(flights, weather):
    lost = flights[(flights["month"] == 12) & flights["dep_time"].isna()]
    readings = weather[["origin", "time_hour", "wind_speed"]].assign(read_at=weather["time_hour"])
    found = pd.merge_asof(
        lost.sort_values("time_hour"), readings.sort_values("time_hour"), on="time_hour", by="origin"
    )
    return found[["carrier", "flight", "time_hour", "read_at", "wind_speed"]]


CANCELLED = together(value("flights", "month", 12, rows=30), null("flights", "dep_time", rows=24))


def thinned(frames):
    """Weather without two of three readings."""
    return frames | {"weather": frames["weather"].sort_values("time_hour").iloc[1::3]}


TRAPS = {
    "hours without a reading": together(CANCELLED, thinned),
    "an airport without any reading": together(
        CANCELLED, lambda frames: frames | {"weather": frames["weather"].query("origin != 'JFK'")}
    ),
    "the last reading has no wind_speed": together(
        CANCELLED, thinned, null("weather", "wind_speed", rows=20, where="hour % 2 == 0")
    ),
    "no weather at all": together(CANCELLED, empty("weather")),
    "no flights at all": empty("flights"),
}

CARRIED_FORWARD = variant("""
WITH line AS (
    SELECT origin, time_hour, 0 AS side, time_hour AS read_at,
        {'wind': wind_speed} AS reading, NULL AS carrier, NULL AS flight
    FROM weather
    UNION ALL
    SELECT origin, time_hour, 1, NULL, NULL, carrier, flight
    FROM flights WHERE month = 12 AND dep_time IS NULL
)
SELECT carrier, flight, time_hour,
    last_value(read_at IGNORE NULLS) OVER sofar AS read_at,
    (last_value(reading IGNORE NULLS) OVER sofar).wind AS wind_speed
FROM line
WINDOW sofar AS (PARTITION BY origin ORDER BY time_hour, side ROWS UNBOUNDED PRECEDING)
QUALIFY side = 1
""")

SAME_HOUR = wrong(
    "an equal hour is asked for, so a flight in an hour without a reading gets none",
    """
    SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
    FROM flights AS f LEFT JOIN weather AS w USING (origin, time_hour)
    WHERE f.month = 12 AND f.dep_time IS NULL
    """,
)

INNER = wrong(
    "the inner as-of join drops a flight before the first reading",
    """
    SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
    FROM flights AS f ASOF JOIN weather AS w ON w.origin = f.origin AND w.time_hour <= f.time_hour
    WHERE f.month = 12 AND f.dep_time IS NULL
    """,
    passes_given_data=True,
)

STRICTLY_BEFORE = wrong(
    "an off-by-one: the reading of the very hour is before or at it",
    """
    SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
    FROM flights AS f ASOF LEFT JOIN weather AS w ON w.origin = f.origin AND w.time_hour < f.time_hour
    WHERE f.month = 12 AND f.dep_time IS NULL
    """,
)

ANY_AIRPORT = wrong(
    "without the airport the reading of another one is taken",
    """
    SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
    FROM flights AS f ASOF LEFT JOIN weather AS w ON w.time_hour <= f.time_hour
    WHERE f.month = 12 AND f.dep_time IS NULL
    """,
)

SKIPS_NULL = wrong(
    "arg_max passes over a reading whose wind_speed is NULL and takes an older one",
    """
    SELECT f.carrier, f.flight, f.time_hour, max(w.time_hour) AS read_at,
        arg_max(w.wind_speed, w.time_hour) AS wind_speed
    FROM flights AS f LEFT JOIN weather AS w ON w.origin = f.origin AND w.time_hour <= f.time_hour
    WHERE f.month = 12 AND f.dep_time IS NULL GROUP BY ALL
    """,
    fails="trap: the last reading has no wind_speed",
    passes_given_data=True,
)

ALL_EARLIER = wrong(
    "right rows, but each flight is joined with all the readings before it, and all but one thrown away",
    """
    SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
    FROM flights AS f LEFT JOIN weather AS w ON w.origin = f.origin AND w.time_hour <= f.time_hour
    WHERE f.month = 12 AND f.dep_time IS NULL
    QUALIFY row_number() OVER (PARTITION BY f.time_hour, carrier, flight ORDER BY w.time_hour DESC) = 1
    """,
    fails="plan",
    passes_given_data=True,
)

LATERAL = wrong(
    "right rows, but DuckDB turns the lateral subquery into a join with all earlier readings",
    """
    SELECT f.carrier, f.flight, f.time_hour, w.time_hour AS read_at, w.wind_speed
    FROM flights AS f
    LEFT JOIN LATERAL (
        SELECT time_hour, wind_speed FROM weather AS w
        WHERE w.origin = f.origin AND w.time_hour <= f.time_hour
        ORDER BY time_hour DESC LIMIT 1
    ) AS w ON true
    WHERE f.month = 12 AND f.dep_time IS NULL
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: an as-of join sorts both sides by airport and hour and walks them side by side: DuckDB 1.5.5 hands on 1,025 rows for 1,025 flights.
The join on `<=` with `row_number` hands on 8,477,336 rows, to keep the same 1,025.

**Pitfall**: joining on the equal hour looks right for all but the 18 flights of that month whose hour has no reading.

**Alternative**: put flights and readings on one line (`UNION ALL`), sort once, and carry the last reading forward with `last_value(… IGNORE NULLS)`.
PostgreSQL 18 has neither word: there `CROSS JOIN LATERAL (… ORDER BY time_hour DESC LIMIT 1)` asks the index once a flight.

**At work**: exchange rates, prices and sensor values as they were known when the event happened; features of a model without a look into the future.
"""
