"""# One line for each event

`flights` lists the departures of 2013; its primary key is (`time_hour`, `carrier`, `flight`), but a flight that was delivered twice stands in it twice, and then so do its events.
The operations room wants the events of the hours from 18:00 to before 24:00 UTC on 8 February 2013 (by `time_hour`, a timestamp with time zone):

- `departed` at `origin`, with `minutes` = `dep_delay`, for a flight whose `dep_time` is known;
- `cancelled` at `origin`, with `minutes` NULL, for a flight whose `dep_time` is NULL;
- `arrived` at `dest`, with `minutes` = `arr_delay`, for a flight whose `arr_time` is known.

Return `time_hour`, `carrier`, `flight`, `kind`, `airport` and `minutes`, one row for each event of a flight.
Any order of rows is right.

The plan must not look for duplicates, and may touch at most 60 pages.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, value

PROBLEM = SqlProblem(
    id="w2-set-operations-one-line-per-event",
    engine="postgres",
    pattern="union of disjoint parts",
    difficulty="easy",
    minutes=15,
    points=2,
    plan=PlanBudget(forbids=("HashAggregate", "Unique", "GroupAggregate"), pages=60),
    hints={
        "Rows": (
            "One `SELECT` for each kind of event. Which word between them keeps everything?",
            "Columns are matched by their place, not by their name.",
            "`UNION ALL`, not `UNION`; `>=` and `<` for the evening, not `BETWEEN`; a flight has arrived if `arr_time` is known, even if `arr_delay` is not.",
        ),
        "Plan": (
            "A condition on `time_hour` finds its rows in the primary key; does yours stand in every branch, and without a function around the column?",
            "No event is of two kinds, so nothing has to be compared: `UNION ALL` between the kinds, no `DISTINCT`, no `GROUP BY`.",
            "`time_hour >= '2013-02-08 18:00+00'` and `time_hour < '2013-02-09 00:00+00'`, on the column as it is: in each branch, or around all of them.",
        ),
    },
)

SOLVE = """
WITH evening AS NOT MATERIALIZED (
    SELECT * FROM flights
    WHERE time_hour >= '2013-02-08 18:00+00' AND time_hour < '2013-02-09 00:00+00'
)
SELECT time_hour, carrier, flight, 'departed' AS kind, origin AS airport, dep_delay AS minutes
FROM evening WHERE dep_time IS NOT NULL
UNION ALL
SELECT time_hour, carrier, flight, 'cancelled', origin, NULL
FROM evening WHERE dep_time IS NULL
UNION ALL
SELECT time_hour, carrier, flight, 'arrived', dest, arr_delay
FROM evening WHERE arr_time IS NOT NULL
"""

BEGIN, END = pd.Timestamp("2013-02-08 18:00", tz="UTC"), pd.Timestamp("2013-02-09", tz="UTC")


def oracle(flights):
    columns = ["time_hour", "carrier", "flight", "kind", "airport", "minutes"]
    events = []
    for row in flights[(flights["time_hour"] >= BEGIN) & (flights["time_hour"] < END)].itertuples():
        key = row.time_hour, row.carrier, row.flight
        if pd.isna(row.dep_time):
            events.append((*key, "cancelled", row.origin, None))
        else:
            events.append((*key, "departed", row.origin, row.dep_delay))
        if not pd.isna(row.arr_time):
            events.append((*key, "arrived", row.dest, row.arr_delay))
    return pd.DataFrame(events, columns=columns).astype({"minutes": "Int32"})


EVENING = together(
    value("flights", "time_hour", BEGIN, rows=12),
    value("flights", "time_hour", END, rows=24, where="index >= 12"),
    value("flights", "time_hour", END - pd.Timedelta(hours=1), rows=12, where="index >= 36"),
)

TRAPS = {
    "flights at 18:00, at 23:00 and at midnight": EVENING,
    "every flight twice": together(EVENING, twice("flights")),
    "all cancelled": together(
        EVENING, *(null("flights", name, rows=48) for name in ("dep_time", "arr_time", "arr_delay"))
    ),
    "arrived, delay unknown": together(EVENING, null("flights", "arr_delay", rows=20)),
    "departed, never arrived": together(
        EVENING, null("flights", "arr_time", rows=20), null("flights", "arr_delay", rows=20)
    ),
    "same flight number everywhere": together(EVENING, tie("flights", "flight", rows=48)),
    "no flights at all": empty("flights"),
}

LATERAL = variant("""
SELECT time_hour, carrier, flight, kind, airport, minutes
FROM flights CROSS JOIN LATERAL (VALUES
    (CASE WHEN dep_time IS NULL THEN 'cancelled' ELSE 'departed' END, origin,
     CASE WHEN dep_time IS NOT NULL THEN dep_delay END, true),
    ('arrived', dest, arr_delay, arr_time IS NOT NULL)
) AS event (kind, airport, minutes, happened)
WHERE happened AND time_hour >= '2013-02-08 18:00+00' AND time_hour < '2013-02-09 00:00+00'
""")

FILTER_OUTSIDE = variant("""
SELECT * FROM (
    SELECT time_hour, carrier, flight, 'departed' AS kind, origin AS airport, dep_delay AS minutes
    FROM flights WHERE dep_time IS NOT NULL
    UNION ALL
    SELECT time_hour, carrier, flight, 'cancelled', origin, NULL::int FROM flights WHERE dep_time IS NULL
    UNION ALL
    SELECT time_hour, carrier, flight, 'arrived', dest, arr_delay FROM flights WHERE arr_time IS NOT NULL
) AS event
WHERE time_hour >= '2013-02-08 18:00+00' AND time_hour < '2013-02-09 00:00+00'
""")

TWO_BRANCHES = variant("""
SELECT time_hour, carrier, flight, CASE WHEN dep_time IS NULL THEN 'cancelled' ELSE 'departed' END AS kind,
    origin AS airport, CASE WHEN dep_time IS NOT NULL THEN dep_delay END AS minutes
FROM flights WHERE time_hour >= '2013-02-08 18:00+00' AND time_hour < '2013-02-09 00:00+00'
UNION ALL
SELECT time_hour, carrier, flight, 'arrived', dest, arr_delay
FROM flights WHERE time_hour >= '2013-02-08 18:00+00' AND time_hour < '2013-02-09 00:00+00'
    AND arr_time IS NOT NULL
""")

_BRANCHES = """
SELECT time_hour, carrier, flight, 'departed' AS kind, origin AS airport, dep_delay AS minutes
FROM {0} WHERE dep_time IS NOT NULL {1}
UNION {2}
SELECT time_hour, carrier, flight, 'cancelled', origin, NULL::int FROM {0} WHERE dep_time IS NULL {1}
UNION {2}
SELECT time_hour, carrier, flight, 'arrived', dest, arr_delay FROM {0} WHERE arr_time IS NOT NULL {1}
"""
_EVENING = "AND time_hour >= '2013-02-08 18:00+00' AND time_hour < '2013-02-09 00:00+00'"

UNION = wrong(
    "UNION removes the events of a flight that was delivered twice",
    _BRANCHES.format("flights", _EVENING, ""),
    fails="trap: every flight twice",
    passes_given_data=True,
)

BETWEEN = wrong(
    "BETWEEN takes the flights of midnight too",
    _BRANCHES.format(
        "flights", "AND time_hour BETWEEN '2013-02-08 18:00+00' AND '2013-02-09 00:00+00'", "ALL"
    ),
)

BY_DELAY = wrong(
    "an arrival is recognised by its delay, which may be unknown",
    _BRANCHES.format("flights", _EVENING, "ALL").replace("arr_time IS", "arr_delay IS"),
    passes_given_data=True,
)

SWAPPED = wrong(
    "names do not move columns: in the last branch delay and airport stand in each other's place",
    _BRANCHES.format("flights", _EVENING, "ALL").replace(
        "dest, arr_delay", "arr_delay AS minutes, dest AS airport"
    ),
    fails="error",
)

COMPUTED = wrong(
    "right rows, but the condition stands on a computed time, so no branch can ask the primary key",
    """
    SELECT time_hour, carrier, flight, kind, airport, minutes FROM (
        SELECT time_hour AT TIME ZONE 'UTC' AS local, time_hour, carrier, flight, 'departed' AS kind,
            origin AS airport, dep_delay AS minutes FROM flights WHERE dep_time IS NOT NULL
        UNION ALL
        SELECT time_hour AT TIME ZONE 'UTC', time_hour, carrier, flight, 'cancelled', origin, NULL
        FROM flights WHERE dep_time IS NULL
        UNION ALL
        SELECT time_hour AT TIME ZONE 'UTC', time_hour, carrier, flight, 'arrived', dest, arr_delay
        FROM flights WHERE arr_time IS NOT NULL
    ) AS event
    WHERE local >= '2013-02-08 18:00' AND local < '2013-02-09'
    """,
    fails="plan",
    passes_given_data=True,
)

UNION_OF_KEYS = wrong(
    "right rows, because `ctid` makes every row unique; then the plan sorts or hashes them all for nothing",
    "SELECT time_hour, carrier, flight, kind, airport, minutes FROM ("
    + _BRANCHES.format("flights", _EVENING, "").replace("SELECT time_hour", "SELECT ctid, time_hour")
    + ") AS event",
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: an `Append` over three scans by the primary key; each branch finds the 371 flights of the evening in 12 pages, 36 in all for 455 events.
With `UNION`, PostgreSQL 18.6 sorts or hashes them and looks for duplicates that it cannot find.

**Pitfall**: `UNION` where `UNION ALL` is meant.
It costs a sort or a hash table of all rows, and it hides that a flight was delivered twice, which somebody should know.

**Alternative**: `CROSS JOIN LATERAL (VALUES …)` turns one row into several and reads the table once.
Take it where the table has no index for the condition.

**At work**: state tables turned into an event stream; partitions or shards that are put together in a view. Write `UNION ALL` wherever the parts cannot overlap.
"""
