"""# One bucket of the join again

A batch job joins departures with the weather, bucket by bucket, and last night bucket 5 failed.

`trips` has 8 buckets: `bucket` is the remainder of `hour_id` (hours since 1970) divided by 8.
`readings` has 4: there `bucket` is the remainder of `hour_id` divided by 4.
Both tables are partitioned by `bucket`, a partition a bucket.
A reading belongs to the trips of the same `origin` and `hour_id`; there is at most one for an origin and hour.

Compute bucket 5 of `trips` again, and nothing else.
Return `origin`, `wind` and `trips`, the number of its trips by `origin` and kind of wind:

- `strong`: the reading has a `wind_speed` of 20 or more;
- `light`: it has less;
- `unknown`: there is no reading, or its `wind_speed` is NULL.

`origin` may be NULL in a damaged row: that is one more origin, without readings.
Return only combinations that have trips, in any order.

The plan must read one partition of `trips` and one of `readings`.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, unchanged, value

PROBLEM = SqlProblem(
    id="w3-bucketing-failed-bucket",
    engine="postgres",
    pattern="co-partitioned join",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"trips": 1, "readings": 1}),
    hints={
        "Rows": (
            "Every trip of bucket 5 has an `hour_id` that leaves 5 when divided by 8. What does it leave when divided by 4?",
            "Count the trips whose `bucket` is 5, and no others. Their kind is a question to `wind_speed` alone: is it 20 or more, is it less, or is it NULL?",
            "The condition on the bucket of `readings` belongs into `ON`: in `WHERE` it throws away the trips without a reading. "
            "For example `LEFT JOIN readings AS r ON r.origin = t.origin AND r.hour_id = t.hour_id AND r.bucket = 1`.",
        ),
        "Plan": (
            "Which of your conditions name `bucket`, and of which table? A condition on the remainder of `hour_id` rules out no partition.",
            "The planner leaves out a partition when it sees a constant for `bucket`. For both tables, then.",
            "`bucket = 5` for `trips`, and for `readings` the number of its own bucket, in `ON` or in a subquery before the join. "
            "That number must be a constant: `1` or `5 % 4`, not `t.bucket % 4`.",
        ),
    },
)

SETUP = """
CREATE TABLE trips (bucket int, hour_id int, origin text, tailnum text) PARTITION BY LIST (bucket);
CREATE TABLE trips_0 PARTITION OF trips FOR VALUES IN (0);
CREATE TABLE trips_1 PARTITION OF trips FOR VALUES IN (1);
CREATE TABLE trips_2 PARTITION OF trips FOR VALUES IN (2);
CREATE TABLE trips_3 PARTITION OF trips FOR VALUES IN (3);
CREATE TABLE trips_4 PARTITION OF trips FOR VALUES IN (4);
CREATE TABLE trips_5 PARTITION OF trips FOR VALUES IN (5);
CREATE TABLE trips_6 PARTITION OF trips FOR VALUES IN (6);
CREATE TABLE trips_7 PARTITION OF trips FOR VALUES IN (7);
INSERT INTO trips
SELECT hour_id % 8, hour_id, origin, tailnum
FROM flights, LATERAL (SELECT (extract(epoch FROM time_hour) / 3600)::int AS hour_id) AS h;

CREATE TABLE readings (bucket int, hour_id int, origin text, wind_speed float8) PARTITION BY LIST (bucket);
CREATE TABLE readings_0 PARTITION OF readings FOR VALUES IN (0);
CREATE TABLE readings_1 PARTITION OF readings FOR VALUES IN (1);
CREATE TABLE readings_2 PARTITION OF readings FOR VALUES IN (2);
CREATE TABLE readings_3 PARTITION OF readings FOR VALUES IN (3);
INSERT INTO readings
SELECT hour_id % 4, hour_id, origin, wind_speed
FROM weather, LATERAL (SELECT (extract(epoch FROM time_hour) / 3600)::int AS hour_id) AS h;
"""

SOLVE = """
SELECT t.origin,
    CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.wind_speed < 20 THEN 'light' ELSE 'unknown' END AS wind,
    count(*) AS trips
FROM trips AS t
LEFT JOIN readings AS r ON r.origin = t.origin AND r.hour_id = t.hour_id AND r.bucket = 1
WHERE t.bucket = 5
GROUP BY 1, 2
"""


def oracle(flights, weather):
    seconds = pd.Timedelta(hours=1)
    hours = (flights["time_hour"] - pd.Timestamp(0, tz="UTC")) // seconds
    rows = flights.assign(hour_id=hours)[hours % 8 == 5]
    known = weather.assign(hour_id=(weather["time_hour"] - pd.Timestamp(0, tz="UTC")) // seconds)
    wind = {(o, h): w for o, h, w in zip(known["origin"], known["hour_id"], known["wind_speed"], strict=True)}
    speeds = [wind.get((o, h)) for o, h in zip(rows["origin"], rows["hour_id"], strict=True)]
    kinds = ["unknown" if pd.isna(s) else "strong" if s >= 20 else "light" for s in speeds]
    counted = pd.DataFrame({"origin": rows["origin"].to_numpy(), "wind": kinds}).value_counts(dropna=False)
    return counted.rename("trips").reset_index()


IN_FIVE = value("flights", "time_hour", pd.Timestamp("2013-03-01 13:00", tz="UTC"), rows=20)

TRAPS = {
    "few trips": unchanged(),
    "no reading for the hour": IN_FIVE,
    "no readings at all": together(IN_FIVE, empty("weather")),
    "no wind measured": null("weather", "wind_speed", rows=48),
    "exactly 20": value("weather", "wind_speed", 20.0, rows=30),
    "origin NULL": together(IN_FIVE, null("flights", "origin", rows=12)),
    "no trips": empty("flights"),
}

PARTITIONS = variant("""
SELECT origin,
    CASE WHEN wind_speed IS NULL THEN 'unknown' WHEN wind_speed < 20 THEN 'light' ELSE 'strong' END AS wind,
    count(*) AS trips
FROM trips_5 LEFT JOIN readings_1 USING (origin, hour_id)
GROUP BY origin, wind
""")

SUBQUERIES = variant("""
WITH again AS (SELECT * FROM trips WHERE bucket = 5), measured AS (SELECT * FROM readings WHERE bucket = 5 % 4)
SELECT a.origin, CASE WHEN m.wind_speed >= 20 THEN 'strong' WHEN m.wind_speed IS NOT NULL THEN 'light'
    ELSE 'unknown' END AS wind, count(*) AS trips
FROM again AS a LEFT JOIN measured AS m ON (m.origin, m.hour_id) = (a.origin, a.hour_id)
GROUP BY 1, 2
""")

COUNTED_FIRST = variant("""
SELECT t.origin, coalesce(r.wind, 'unknown') AS wind, sum(t.trips)::int AS trips
FROM (SELECT origin, hour_id, count(*) AS trips FROM trips WHERE bucket = 5 GROUP BY 1, 2) AS t
LEFT JOIN (
    SELECT origin, hour_id, CASE WHEN wind_speed >= 20 THEN 'strong' ELSE 'light' END AS wind
    FROM readings WHERE bucket = 1 AND wind_speed IS NOT NULL
) AS r USING (origin, hour_id)
GROUP BY 1, 2
""")

SAME_NUMBER = wrong(
    "joins bucket 5 with bucket 5, which readings do not have: every wind is unknown",
    """
    SELECT t.origin, CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.wind_speed < 20 THEN 'light'
        ELSE 'unknown' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r
        ON r.origin = t.origin AND r.hour_id = t.hour_id AND r.bucket = t.bucket
    WHERE t.bucket = 5 GROUP BY 1, 2
    """,
)

ALL_TRIPS = wrong(
    "computes every bucket whose remainder by 4 is 1",
    """
    SELECT t.origin, CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.wind_speed < 20 THEN 'light'
        ELSE 'unknown' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r ON r.origin = t.origin AND r.hour_id = t.hour_id
    WHERE t.bucket IN (1, 5) GROUP BY 1, 2
    """,
)

IN_WHERE = wrong(
    "the condition in WHERE drops the trips that have no reading",
    """
    SELECT t.origin, CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.wind_speed < 20 THEN 'light'
        ELSE 'unknown' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r ON r.origin = t.origin AND r.hour_id = t.hour_id
    WHERE t.bucket = 5 AND r.bucket = 1 GROUP BY 1, 2
    """,
)

NULL_IS_LIGHT = wrong(
    "a reading without a wind speed counts as light",
    """
    SELECT t.origin, CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.origin IS NULL THEN 'unknown'
        ELSE 'light' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r
        ON r.origin = t.origin AND r.hour_id = t.hour_id AND r.bucket = 1
    WHERE t.bucket = 5 GROUP BY 1, 2
    """,
)

OVER_TWENTY = wrong(
    "20 is not above 20",
    """
    SELECT t.origin, CASE WHEN r.wind_speed > 20 THEN 'strong' WHEN r.wind_speed <= 20 THEN 'light'
        ELSE 'unknown' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r
        ON r.origin = t.origin AND r.hour_id = t.hour_id AND r.bucket = 1
    WHERE t.bucket = 5 GROUP BY 1, 2
    """,
    fails="trap: exactly 20",
    passes_given_data=True,
)

ALL_READINGS = wrong(
    "right rows, but every bucket of readings is read",
    """
    SELECT t.origin, CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.wind_speed < 20 THEN 'light'
        ELSE 'unknown' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r ON r.origin = t.origin AND r.hour_id = t.hour_id
    WHERE t.bucket = 5 GROUP BY 1, 2
    """,
    fails="plan",
    passes_given_data=True,
)

BY_REMAINDER = wrong(
    "filters by the remainder, from which the planner learns nothing about the partitions",
    """
    SELECT t.origin, CASE WHEN r.wind_speed >= 20 THEN 'strong' WHEN r.wind_speed < 20 THEN 'light'
        ELSE 'unknown' END AS wind, count(*) AS trips
    FROM trips AS t LEFT JOIN readings AS r
        ON r.origin = t.origin AND r.hour_id = t.hour_id AND r.bucket = 1
    WHERE t.hour_id % 8 = 5 GROUP BY 1, 2
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: one of eight partitions joined with one of four: whatever leaves 5 when divided by 8 leaves 1 when divided by 4, because 4 divides 8.

**Pitfall**: `r.bucket = t.bucket`.
It prunes beautifully, to nothing: with different numbers of buckets, equal numbers do not mean equal keys.
With 8 and 6 buckets there would be no such rule at all: 6 does not divide 8.

**Alternative**: name the partitions, `trips_5` and `readings_1`; robust in a job that runs a task a bucket, and blind when someone adds buckets.

**At work**: a bucketed join restarts where it failed, instead of from the beginning; powers of two keep the buckets of a small table in step with those of a large one.
Spark does the same with `spark.sql.bucketing.coalesceBucketsInJoin.enabled`.
"""
