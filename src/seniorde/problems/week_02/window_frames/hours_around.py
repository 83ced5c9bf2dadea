"""# The hours on either side

Is an hour late by itself, or is the whole evening late?
`flights` lists departures by `origin` and planned hour `time_hour`: many in one hour, none in most hours of the night.
`dep_delay` is NULL for a cancelled flight.
Look at March (`month = 3`) only.
Return for every airport and hour with a flight in March `origin`, `time_hour`, `own` and `around`:
`own` is the mean `dep_delay` of the flights of this hour, `around` the mean `dep_delay` of the flights of the airport's hour before and hour after, taken together.
These two are the nearest hours in which the airport has a flight in March, cancelled or not, however far away; at its first and last hour there is only one.
A mean is taken over flights: each known delay weighs the same. It is NULL where no delay is known.
Any order of rows is right.

For example: delays 10, 20 in one hour, 0 in the next, 4, 6, NULL in the third. For the second hour `own` is 0 and `around` 10.

The plan must read `flights` once and hold no join.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, unchanged, value

PROBLEM = SqlProblem(
    id="w2-window-frames-hours-around",
    engine="postgres",
    pattern="frame of peer groups without its own",
    difficulty="medium",
    minutes=25,
    points=3,
    plan=PlanBudget(scans={"flights": 1}, forbids=("Join", "Nested Loop", "SubPlan")),
    hints={
        "Rows": (
            "All flights of an hour are peers. Which kind of frame counts groups of peers, not rows or hours? An hour of nothing but cancellations is one too.",
            "The frame from one group before to one group after holds the hour itself too: which `EXCLUDE` takes out all of it?",
            "Or bring each hour down to one row first. What must that row carry, so that two hours give one mean over flights? Divide as `float`, and let a missing neighbour add 0.",
        ),
        "Plan": (
            "Which rows does your join bring together? What shows a row its neighbours without a join?",
            "With one row an hour: `lag` and `lead`, or `ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW`, over sums and numbers of delays.",
            "Or, with all flights: `GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP`, and `DISTINCT` for one row an hour.",
        ),
    },
)

SOLVE = """
WITH hours AS (
    SELECT origin, time_hour, avg(dep_delay) AS own,
        sum(dep_delay) AS total, count(dep_delay) AS known
    FROM flights
    WHERE month = 3
    GROUP BY origin, time_hour
)
SELECT origin, time_hour, own,
    (sum(total) OVER near)::float / nullif(sum(known) OVER near, 0) AS around
FROM hours
WINDOW near AS (
    PARTITION BY origin ORDER BY time_hour
    ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW
)
"""


def oracle(flights):
    rows = []
    for origin, of_airport in flights[flights["month"] == 3].groupby("origin"):
        hours = [(hour, delays) for hour, delays in of_airport.groupby("time_hour")["dep_delay"]]
        for at, (hour, delays) in enumerate(hours):
            beside = [hours[i][1] for i in (at - 1, at + 1) if 0 <= i < len(hours)]
            around = pd.concat(beside).mean() if beside else None
            rows.append((origin, hour, delays.mean(), around))
    return pd.DataFrame(rows, columns=["origin", "time_hour", "own", "around"])


def march(**airports):
    """Delays hour by hour, spaces between hours; `-` is NULL, `.` an hour without a flight."""

    def change(frames):
        blank, rows = frames["flights"].iloc[0], []
        for origin, line in airports.items():
            for at, hour in enumerate(line.split()):
                time = pd.Timestamp("2013-03-10 02:00", tz="UTC") + pd.Timedelta(hours=at)
                for sign in hour.replace(".", ""):
                    delay = None if sign == "-" else int(sign)
                    number = len(rows) + 1
                    rows.append(
                        {**blank, "month": 3, "origin": origin, "time_hour": time, "flight": number}
                        | {"dep_delay": delay}
                    )
        flights = pd.DataFrame(rows).astype(frames["flights"].dtypes.to_dict())
        return frames | {"flights": flights}

    return change


TRAPS = {
    "hours of one and of many flights": march(EWR="12 0 469 5 73"),
    "a night between two hours": march(EWR="19 3 . . . . 58 2", JFK="1 . 9 . 41"),
    "cancelled flights": march(EWR="1- 2 3-9 -5 4"),
    "an hour of nothing but cancellations": march(EWR="12 -- 469 8", LGA="- 5 -"),
    "two airports in the same hours": march(EWR="1 2 3", LGA="97 5 8"),
    "the same delay on all sides": march(EWR="55 5 555", JFK="5 55"),
    "one hour": together(
        value("flights", "month", 3, rows=9),
        tie("flights", "time_hour", rows=9),
        tie("flights", "origin", rows=9),
    ),
    "few flights in March": unchanged(),
    "no known delay": together(value("flights", "month", 3, rows=20), null("flights", "dep_delay", rows=48)),
    "no flights at all": empty("flights"),
}

GROUPS = variant("""
SELECT DISTINCT origin, time_hour, avg(dep_delay) OVER hour AS own,
    avg(dep_delay) OVER (airport GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP) AS around
FROM flights WHERE month = 3
WINDOW hour AS (PARTITION BY origin, time_hour), airport AS (PARTITION BY origin ORDER BY time_hour)
""")

LAG_AND_LEAD = variant("""
WITH hours AS (
    SELECT origin, time_hour, avg(dep_delay) AS own, coalesce(sum(dep_delay), 0) AS total, count(dep_delay) AS n
    FROM flights WHERE month = 3 GROUP BY origin, time_hour
)
SELECT origin, time_hour, own, 1.0 * (lag(total, 1, 0::bigint) OVER w + lead(total, 1, 0::bigint) OVER w)
    / nullif(lag(n, 1, 0::bigint) OVER w + lead(n, 1, 0::bigint) OVER w, 0) AS around
FROM hours WINDOW w AS (PARTITION BY origin ORDER BY time_hour)
""")

SUM_LESS_OWN = variant("""
WITH hours AS (
    SELECT origin, time_hour, coalesce(sum(dep_delay), 0) AS total, count(dep_delay) AS n
    FROM flights WHERE month = 3 GROUP BY 1, 2
), wide AS (
    SELECT *, sum(total) OVER w - total AS others, sum(n) OVER w - n AS other_n FROM hours
    WINDOW w AS (PARTITION BY origin ORDER BY time_hour ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING)
)
SELECT origin, time_hour, total::numeric / nullif(n, 0) AS own, others / nullif(other_n, 0) AS around FROM wide
""")

MEAN_OF_MEANS = wrong(
    "the mean of two hourly means gives an hour with one flight the weight of a full one",
    """
    WITH hours AS (SELECT origin, time_hour, avg(dep_delay) AS own FROM flights WHERE month = 3 GROUP BY 1, 2)
    SELECT origin, time_hour, own, avg(own) OVER (PARTITION BY origin ORDER BY time_hour
        ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS around FROM hours
    """,
)

ONE_HOUR_AWAY = wrong(
    "a frame of one hour by value is empty on one side of every night",
    """
    SELECT DISTINCT origin, time_hour, avg(dep_delay) OVER (PARTITION BY origin, time_hour) AS own,
        avg(dep_delay) OVER (PARTITION BY origin ORDER BY time_hour RANGE BETWEEN INTERVAL '1 hour' PRECEDING
            AND INTERVAL '1 hour' FOLLOWING EXCLUDE GROUP) AS around
    FROM flights WHERE month = 3
    """,
)

PEERS_STAY = wrong(
    "EXCLUDE CURRENT ROW takes out one flight and leaves its peers",
    """
    SELECT origin, time_hour, avg(own) AS own, avg(around) AS around FROM (
        SELECT origin, time_hour, avg(dep_delay) OVER (PARTITION BY origin, time_hour) AS own,
            avg(dep_delay) OVER (PARTITION BY origin ORDER BY time_hour
                GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS around
        FROM flights WHERE month = 3) AS f GROUP BY 1, 2
    """,
)

WHOLE_NUMBERS = wrong(
    "the quotient of two whole numbers is cut to a whole number",
    """
    WITH hours AS (
        SELECT origin, time_hour, avg(dep_delay) AS own, coalesce(sum(dep_delay), 0) AS total,
            count(dep_delay) AS n
        FROM flights WHERE month = 3 GROUP BY 1, 2
    )
    SELECT origin, time_hour, own,
        (coalesce(lag(total) OVER w, 0) + coalesce(lead(total) OVER w, 0))
        / nullif(coalesce(lag(n) OVER w, 0) + coalesce(lead(n) OVER w, 0), 0) AS around
    FROM hours WINDOW w AS (PARTITION BY origin ORDER BY time_hour)
    """,
)

EDGES_LOST = wrong(
    "without a neighbour on one side the sum is NULL",
    """
    WITH hours AS (
        SELECT origin, time_hour, avg(dep_delay) AS own, coalesce(sum(dep_delay), 0) AS total,
            count(dep_delay) AS n
        FROM flights WHERE month = 3 GROUP BY 1, 2
    )
    SELECT origin, time_hour, own,
        1.0 * (lag(total) OVER w + lead(total) OVER w) / nullif(lag(n) OVER w + lead(n) OVER w, 0) AS around
    FROM hours WINDOW w AS (PARTITION BY origin ORDER BY time_hour)
    """,
)

CANCELLED_HOUR_SKIPPED = wrong(
    "an hour of nothing but cancellations is no hour here, and its neighbours look past it",
    """
    SELECT DISTINCT origin, time_hour, avg(dep_delay) OVER (PARTITION BY origin, time_hour) AS own,
        avg(dep_delay) OVER (PARTITION BY origin ORDER BY time_hour
            GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE GROUP) AS around
    FROM flights WHERE month = 3 AND dep_delay IS NOT NULL
    """,
    fails="trap: an hour of nothing but cancellations",
    passes_given_data=True,
)

JOINED_BY_NUMBER = wrong(
    "right rows, but the hours are numbered and joined with themselves",
    """
    WITH hours AS (
        SELECT origin, time_hour, avg(dep_delay) AS own, sum(dep_delay) AS total, count(dep_delay) AS n,
            row_number() OVER (PARTITION BY origin ORDER BY time_hour) AS place
        FROM flights WHERE month = 3 GROUP BY 1, 2
    )
    SELECT h.origin, h.time_hour, h.own, sum(o.total)::float / nullif(sum(o.n), 0) AS around
    FROM hours AS h LEFT JOIN hours AS o ON o.origin = h.origin AND abs(o.place - h.place) = 1
    GROUP BY h.origin, h.time_hour, h.own
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 reads the flights once, brings the 28,834 of March down to one row an hour and airport, and opens one window over them.

**Pitfall**: `RANGE` with one hour looks at the clock; after a night it finds nobody.
`GROUPS` looks at the next group that exists, and `EXCLUDE GROUP` takes out the row *with its peers*.

**Alternative**: `GROUPS … EXCLUDE GROUP` on the flights themselves says the task in one line.
It costs more: with an `EXCLUDE`, PostgreSQL starts every frame afresh, which is 1,077,304 additions where the hours need 28,834 and two more each.

**At work**: a baseline that must not contain what it judges: a sensor against its neighbours, a batch against the one before and after.
"""
