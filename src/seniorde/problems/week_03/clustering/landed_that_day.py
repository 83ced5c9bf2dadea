"""# Landed on 9 February

`flight_log` holds flights in the order of `departs_at` (`timestamptz`, never NULL), with a BRIN index on it; the cell above makes it of `flights`.
`landed_at` (`timestamptz`) is NULL for flights that were cancelled or diverted. It has no index, and the log has no other order.
The airline guarantees: no flight lands before it departs, and none more than 36 hours after `departs_at`. Both limits can occur.

Return `dest`, `landings` and `longest`: for each destination the number of flights that landed on 9 February 2013 in UTC, and the largest `landed_at - departs_at` of them, in whole minutes.
Any order of rows is right.

The plan may touch at most 120 pages; the log has more than 2,000.
"""

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, unchanged

PROBLEM = SqlProblem(
    id="w3-clustering-landed-that-day",
    engine="postgres",
    pattern="a condition that follows from another",
    difficulty="medium",
    minutes=18,
    points=3,
    plan=PlanBudget(pages=120),
    hints={
        "Rows": (
            "Which column says on which day a flight landed? Its condition decides; one on `departs_at` may stand beside it, not in its place.",
            "A flight lands at midnight, as the day begins, after 36 hours under way. "
            "When did it depart, and does your bound on `departs_at`, if you have one, let it in?",
            "The day is for example `landed_at >= '2013-02-09' AND landed_at < '2013-02-10'`. "
            "A bound on `departs_at` lets in all from `'2013-02-07 12:00'`, that moment included, to the end of the day. "
            "The minutes are for example `extract(epoch FROM max(landed_at - departs_at)) / 60`.",
        ),
        "Plan": (
            "The log is in order of departure. What do you know about the departure of a flight that landed on this day?",
            "Add a condition on `departs_at` that follows from the one on `landed_at`, and keep the one on `landed_at`.",
            "Departed at the earliest 36 hours before the day begins, and before the day ends: two bounds, or the index reads on to the end. "
            "Both are constants: in a bound that is computed from `landed_at` the index finds nothing to look up.",
        ),
    },
)

SETUP = """
CREATE TABLE flight_log AS
    SELECT time_hour + minute * interval '1 minute' AS departs_at, carrier, flight, origin, dest,
        time_hour + (minute + dep_delay + air_time) * interval '1 minute' AS landed_at
    FROM flights ORDER BY departs_at, carrier, flight;
CREATE INDEX flight_log_departs ON flight_log USING brin (departs_at) WITH (pages_per_range = 8);
"""

SOLVE = """
SELECT dest, count(*) AS landings,
    (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
FROM flight_log
WHERE landed_at >= '2013-02-09 00:00+00' AND landed_at < '2013-02-10 00:00+00'
    AND departs_at >= '2013-02-07 12:00+00' AND departs_at < '2013-02-10 00:00+00'
GROUP BY dest
"""


def oracle(flights):
    import pandas as pd

    departs = flights["time_hour"] + pd.to_timedelta(flights["minute"].astype("int64"), unit="min")
    minutes = flights["dep_delay"] + flights["air_time"]
    known = minutes.notna()
    rows = pd.DataFrame({"dest": flights["dest"], "minutes": minutes})[known]
    landed = departs[known] + pd.to_timedelta(rows["minutes"].astype("int64"), unit="min")
    day = rows[landed.dt.floor("D") == pd.Timestamp("2013-02-09", tz="UTC")]
    found = day.groupby("dest")["minutes"].agg(landings="size", longest="max").reset_index()
    return found.astype({"landings": "int64", "longest": "int64"})


def flown(*rows):
    """A trap: the flights are these alone, each (departure in UTC, minutes until it landed or None, place)."""

    def change(frames):
        import pandas as pd

        blank, made = frames["flights"].iloc[0], []
        for number, (moment, minutes, dest) in enumerate(rows):
            at = pd.Timestamp(moment, tz="UTC")
            made.append(
                {
                    **blank,
                    "flight": 1000 + number,
                    "time_hour": at.floor("h"),
                    "minute": at.minute,
                    "dest": dest,
                }
                | {"dep_delay": None if minutes is None else minutes - 60, "air_time": 60}
            )
        found = pd.DataFrame(made, columns=frames["flights"].columns)
        return frames | {"flights": found.astype(frames["flights"].dtypes.to_dict())}

    return change


TRAPS = {
    "36 hours under way": flown(
        ("2013-02-07 12:00", 36 * 60, "LAX"), ("2013-02-07 12:01", 36 * 60, "LAX"),
        ("2013-02-07 11:59", 36 * 60, "SEA"), ("2013-02-08 12:00", 36 * 60, "SEA"),
    ),
    "midnight on both sides": flown(
        ("2013-02-08 22:00", 119, "BOS"), ("2013-02-08 22:00", 120, "BOS"), ("2013-02-09 22:00", 119, "BOS"),
        ("2013-02-09 22:00", 120, "BOS"), ("2013-02-08 22:00", 119, "MIA"),
    ),
    "landed in the minute of departure": flown(
        ("2013-02-09 00:00", 0, "BDL"), ("2013-02-09 23:59", 0, "BDL"), ("2013-02-10 00:00", 0, "BDL"),
    ),
    "never landed": flown(("2013-02-09 10:00", None, "ORD"), ("2013-02-09 11:00", 70, "ORD")),
    "the longest is not the last": flown(
        ("2013-02-09 10:00", 300, "ATL"), ("2013-02-09 15:00", 100, "ATL"), ("2013-02-09 11:00", 299, "ATL"),
    ),
    "nothing that day": unchanged(),
    "no flights at all": empty("flights"),
}  # fmt: skip

BETWEEN_WIDE = variant("""
SELECT dest, count(*) AS landings, round(extract(epoch FROM max(landed_at - departs_at)) / 60) AS longest
FROM flight_log
WHERE departs_at BETWEEN timestamptz '2013-02-09' - interval '36 hours' AND timestamptz '2013-02-10'
    AND landed_at >= '2013-02-09' AND landed_at < '2013-02-10'
GROUP BY dest
""")

BY_DATE = variant("""
WITH near AS MATERIALIZED (
    SELECT * FROM flight_log WHERE departs_at >= '2013-02-07' AND departs_at < '2013-02-11'
)
SELECT dest, count(*) AS landings,
    extract(epoch FROM max(landed_at - departs_at))::integer / 60 AS longest
FROM near
WHERE (landed_at AT TIME ZONE 'UTC')::date = '2013-02-09'
GROUP BY dest
""")

UNORDERED = variant("""
SELECT dest, count(*) AS landings, max(minutes)::integer AS longest
FROM (SELECT dest, landed_at, extract(epoch FROM landed_at - departs_at) / 60 AS minutes
    FROM flight_log
    WHERE departs_at <= '2013-02-09 23:59:59.999999+00' AND departs_at >= '2013-02-07 12:00+00') AS f
WHERE date_trunc('day', landed_at) = '2013-02-09'
GROUP BY dest
""")

ONLY_LANDED = wrong(
    "right rows, but nothing is known about the pages: the whole log is read",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at >= '2013-02-09' AND landed_at < '2013-02-10' GROUP BY dest
    """,
    fails="plan",
    passes_given_data=True,
)

ONE_BOUND = wrong(
    "right rows, but without an upper bound the log is read to its end",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at >= '2013-02-09' AND landed_at < '2013-02-10' AND departs_at >= '2013-02-07 12:00'
    GROUP BY dest
    """,
    fails="plan",
    passes_given_data=True,
)

FOLLOWS_IN_A_FUNCTION = wrong(
    "right rows, but the bound compares two columns, which no index on one of them serves",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at >= '2013-02-09' AND landed_at < '2013-02-10'
        AND departs_at BETWEEN landed_at - interval '36 hours' AND landed_at
    GROUP BY dest
    """,
    fails="plan",
    passes_given_data=True,
)

SAME_DAY = wrong(
    "flights of the evening before are missing",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at >= '2013-02-09' AND landed_at < '2013-02-10'
        AND departs_at >= '2013-02-09' AND departs_at < '2013-02-10'
    GROUP BY dest
    """,
)

A_DAY_BEFORE = wrong(
    "a flight may be under way for 36 hours, not for 24",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at >= '2013-02-09' AND landed_at < '2013-02-10'
        AND departs_at >= '2013-02-08' AND departs_at < '2013-02-10'
    GROUP BY dest
    """,
    passes_given_data=True,
    fails="trap: 36 hours under way",
)

JUST_INSIDE = wrong(
    "a flight that takes exactly 36 hours is missing",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at >= '2013-02-09' AND landed_at < '2013-02-10'
        AND departs_at > '2013-02-07 12:00' AND departs_at < '2013-02-10'
    GROUP BY dest
    """,
    passes_given_data=True,
    fails="trap: 36 hours under way",
)

INSTEAD = wrong(
    "the condition that follows is put in the place of the one that is asked",
    """
    SELECT dest, count(*) AS landings,
        (extract(epoch FROM max(landed_at - departs_at)) / 60)::integer AS longest
    FROM flight_log
    WHERE landed_at IS NOT NULL AND departs_at >= '2013-02-07 12:00' AND departs_at < '2013-02-10'
    GROUP BY dest
    """,
)

NOTES = """
**Plan**: a bitmap of page ranges from the BRIN index, then the pages of two and a half days; the condition on `landed_at` is the filter above them.
The index itself is a few pages for the whole year.

**Pitfall**: the slack has to come from a guarantee, not from a look at last month's data. Written into the query it must be tested: count the rows that break it, every day.

**Alternative**: a BRIN index on `landed_at`. Its ranges overlap, because landings are nearly in the log's order, and it would serve without any guarantee, at the price of another index.

**At work**: the lake is partitioned by the day of arrival, the question is about the day of the event. `event_day = … AND arrival_day BETWEEN … AND …` is this exercise, and the late events are the slack.
"""
