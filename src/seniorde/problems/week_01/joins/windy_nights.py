"""# Windy nights, cancelled days

`flights` lists the departures of 2013, many a day and airport (`origin`); a flight with `dep_time` NULL was cancelled.
`weather` lists the readings, many a day and airport too; `wind_speed` may be NULL.
`month` and `day` mean the same in both.
Does the wind of the night foretell the cancellations of the day?
Return `origin`, `month`, `day`, `flights`, `cancelled` and `wind` for February and March: the number of flights of the whole day, of cancelled ones, and the highest `wind_speed` of the night, the readings with `hour` below 6.
Every airport and day with a flight has one row; `wind` is NULL where no reading tells it.
Any order of rows is right.

The plan must read each table once, and none of its operators may hand on more than 60,000 rows: the two months have 53,785 flights.
"""

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, unchanged, value

PROBLEM = SqlProblem(
    id="w1-joins-windy-nights",
    engine="postgres",
    pattern="aggregate before the join",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"flights": 1, "weather": 1}, rows_handed_on=60_000),
    hints={
        "Rows": (
            "How many rows does one flight become when its day has six readings at night?",
            "Which key do both sides share, and on which side is it unique? Make it so.",
            "Group the flights before the join, join only readings with `hour < 6` (no `WHERE` behind it), and let `LEFT JOIN` keep a day without any.",
        ),
        "Plan": (
            "Which operator hands on the most rows: a join of flights with readings, or a look-up that runs again for every day?",
            "Group the flights by airport and day first, then join. A subquery on `weather` in the `SELECT` list is no join.",
        ),
    },
)

SOLVE = """
WITH traffic AS (
    SELECT origin, month, day, count(*) AS flights,
        count(*) FILTER (WHERE dep_time IS NULL) AS cancelled
    FROM flights WHERE month IN (2, 3)
    GROUP BY origin, month, day
), air AS (
    SELECT origin, month, day, max(wind_speed) AS wind
    FROM weather WHERE month IN (2, 3) AND hour < 6
    GROUP BY origin, month, day
)
SELECT origin, month, day, flights, cancelled, wind
FROM traffic LEFT JOIN air USING (origin, month, day)
"""


def oracle(flights, weather):
    key = ["origin", "month", "day"]
    flights = flights[flights["month"].isin([2, 3])]
    counted = flights.assign(cancelled=flights["dep_time"].isna().astype(int)).groupby(key, as_index=False)
    traffic = counted.agg(flights=("flight", "size"), cancelled=("cancelled", "sum"))
    wind = weather[weather["hour"] < 6].groupby(key)["wind_speed"].max().to_dict()
    traffic["wind"] = [wind.get(day) for day in traffic[key].itertuples(index=False, name=None)]
    return traffic


STORMY = together(
    value("flights", "month", 2, rows=30),
    value("flights", "day", 5, rows=20),
    null("flights", "dep_time", rows=6),
    value("weather", "month", 2, rows=30),
    value("weather", "day", 5, rows=24),
    value("weather", "hour", 3, rows=18),
)

TRAPS = {
    "several flights and several readings a day": STORMY,
    "a day without a reading": together(STORMY, value("weather", "day", 6, rows=25)),
    "readings without wind": together(STORMY, null("weather", "wind_speed", rows=48)),
    "an airport without readings": together(
        STORMY, lambda frames: frames | {"weather": frames["weather"].query("origin != 'LGA'")}
    ),
    "no weather at all": together(STORMY, empty("weather")),
    "few flights in these months": unchanged(),
}

JOIN_ONE_SIDE = variant("""
WITH traffic AS (
    SELECT origin, month, day, count(*) AS flights, count(*) - count(dep_time) AS cancelled
    FROM flights WHERE month BETWEEN 2 AND 3 GROUP BY 1, 2, 3
)
SELECT origin, month, day, flights, cancelled, max(wind_speed) AS wind
FROM traffic LEFT JOIN (SELECT * FROM weather WHERE hour < 6) AS night USING (origin, month, day)
GROUP BY 1, 2, 3, 4, 5
""")

JOINED_FIRST = wrong(
    "each flight is counted once for every reading of its day",
    """
    SELECT origin, month, day, count(*) AS flights,
        count(*) FILTER (WHERE dep_time IS NULL) AS cancelled, max(wind_speed) AS wind
    FROM flights AS f LEFT JOIN weather AS w USING (origin, month, day)
    WHERE month IN (2, 3) AND w.hour < 6 GROUP BY 1, 2, 3
    """,
)

NIGHT_IN_WHERE = wrong(
    "the night in WHERE, behind the outer join, drops a day without a reading at night",
    """
    SELECT f.origin, f.month, f.day, count(DISTINCT (f.time_hour, carrier, flight)) AS flights,
        count(DISTINCT (f.time_hour, carrier, flight)) FILTER (WHERE dep_time IS NULL) AS cancelled,
        max(wind_speed) AS wind
    FROM flights AS f LEFT JOIN weather AS w USING (origin, month, day)
    WHERE f.month IN (2, 3) AND w.hour < 6 GROUP BY 1, 2, 3
    """,
    passes_given_data=True,
)

WHOLE_DAY = wrong(
    "the wind of the whole day",
    """
    SELECT origin, month, day, flights, cancelled, wind
    FROM (SELECT origin, month, day, count(*) AS flights, count(*) - count(dep_time) AS cancelled
          FROM flights WHERE month IN (2, 3) GROUP BY 1, 2, 3) AS traffic
    LEFT JOIN (SELECT origin, month, day, max(wind_speed) AS wind FROM weather GROUP BY 1, 2, 3) AS air
        USING (origin, month, day)
    """,
)

INNER = wrong(
    "the inner join drops a day without a reading",
    """
    SELECT origin, month, day, flights, cancelled, wind
    FROM (SELECT origin, month, day, count(*) AS flights, count(*) - count(dep_time) AS cancelled
          FROM flights WHERE month IN (2, 3) GROUP BY 1, 2, 3) AS traffic
    JOIN (SELECT origin, month, day, max(wind_speed) AS wind FROM weather
          WHERE hour < 6 GROUP BY 1, 2, 3) AS air USING (origin, month, day)
    """,
    passes_given_data=True,
)

COUNT_DISTINCT = wrong(
    "right rows, but six times too many are made, sorted and counted down again",
    """
    SELECT f.origin, f.month, f.day, count(DISTINCT (f.time_hour, carrier, flight)) AS flights,
        count(DISTINCT (f.time_hour, carrier, flight)) FILTER (WHERE dep_time IS NULL) AS cancelled,
        max(wind_speed) AS wind
    FROM flights AS f
    LEFT JOIN weather AS w ON w.origin = f.origin AND w.month = f.month AND w.day = f.day AND w.hour < 6
    WHERE f.month IN (2, 3) GROUP BY 1, 2, 3
    """,
    fails="plan",
    passes_given_data=True,
)

SUBQUERY_PER_DAY = wrong(
    "right rows, but a subquery looks through the readings of the airport once a day",
    """
    SELECT origin, month, day, count(*) AS flights, count(*) - count(dep_time) AS cancelled, (
        SELECT max(wind_speed) FROM weather AS w
        WHERE w.origin = f.origin AND w.month = f.month AND w.day = f.day AND w.hour < 6) AS wind
    FROM flights AS f WHERE month IN (2, 3) GROUP BY 1, 2, 3
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 makes two hash aggregates and joins 177 rows with 177.
Joined first, 53,785 flights become 320,231 rows, and the sort that `count(DISTINCT …)` and its join need goes to disk.
The subquery in the `SELECT` list touches 36,122 pages instead of 5,216.

**Pitfall**: both sides have many rows a key.
`max` survives the explosion, `count` and `sum` do not, and a glance at the wind does not show it.

**Alternative**: group only the side whose counts you need; the join may then multiply its rows, as long as they are grouped again by the whole key.

**At work**: orders joined with payments and with shipments, and a revenue that is too high by the number of parcels.
"""
