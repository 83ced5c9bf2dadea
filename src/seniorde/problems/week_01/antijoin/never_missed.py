"""# Feeds that never missed a day

A feed is an airline at an airport: a pair of `carrier` and `origin` in `flights`, the departures of 2013.
Its data of a day has arrived when the day has at least one of its flights, cancelled or not.
An airport is open on a day when any airline has a flight there.
Look at November (`month = 11`) only.
Return `carrier` and `origin` of every feed that has a flight on every day on which its airport was open.
Any order of rows is right.

The plan must read `flights` at most twice, without a subplan.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, value

PROBLEM = SqlProblem(
    id="w1-antijoin-never-missed",
    engine="postgres",
    pattern="relational division",
    difficulty="hard",
    minutes=30,
    points=4,
    plan=PlanBudget(forbids=("SubPlan",), scans={"flights": 2}),
    hints={
        "Rows": (
            "“Every day has one” means: there is no day that has none. Say that with two `NOT EXISTS`, and look at the plan.",
            "By which days is a feed measured: those of the calendar, those of all airports, or those on which its own airport has a flight?",
            "Reduce the flights to different (origin, carrier, day) first; count per feed and per airport.",
        ),
        "Plan": (
            "An anti join needs both tables. Which numbers of days would a feed have to have in common with its airport?",
            "For example: a CTE of different (origin, carrier, day), `count(DISTINCT day) AS days` by `origin` joined to it, by feed `HAVING count(*) = days`.",
        ),
    },
)

SOLVE = """
WITH arrived AS (
    SELECT DISTINCT origin, carrier, day FROM flights WHERE month = 11
), open AS (
    SELECT origin, count(DISTINCT day) AS days FROM arrived GROUP BY origin
)
SELECT carrier, origin
FROM arrived JOIN open USING (origin)
GROUP BY carrier, origin, days
HAVING count(*) = days
"""


def oracle(flights):
    flights = flights[flights["month"] == 11]
    opened = {airport: set(days) for airport, days in flights.groupby("origin")["day"]}
    feeds = flights.groupby(["carrier", "origin"])["day"]
    whole = [feed for feed, days in feeds if opened[feed[1]] <= set(days)]
    return pd.DataFrame(whole, columns=["carrier", "origin"])


NOVEMBER = value("flights", "month", 11, rows=48)
FEW_DAYS = together(
    NOVEMBER,
    value("flights", "day", 1, rows=12, where="index % 2 == 0"),
    value("flights", "day", 2, rows=24, where="index % 2 == 1"),
    value("flights", "day", 3, rows=48, where="day > 2"),
)

TRAPS = {
    "several flights of a feed a day": FEW_DAYS,
    "every flight twice": together(FEW_DAYS, twice("flights")),
    "the airports open on different days": together(
        FEW_DAYS, value("flights", "day", 9, rows=48, where="origin == 'LGA'")
    ),
    "all flights cancelled": together(FEW_DAYS, null("flights", "dep_time", rows=48)),
    "only one day": together(NOVEMBER, tie("flights", "day", rows=48)),
    "no flights at all": empty("flights"),
}

NO_GAP = variant("""
WITH arrived AS (SELECT DISTINCT origin, carrier, day FROM flights WHERE month = 11),
gaps AS (
    SELECT f.carrier, f.origin
    FROM (SELECT DISTINCT carrier, origin FROM arrived) AS f
    JOIN (SELECT DISTINCT origin, day FROM arrived) AS d ON d.origin = f.origin
    WHERE NOT EXISTS (
        SELECT FROM arrived AS a WHERE (a.carrier, a.origin, a.day) = (f.carrier, f.origin, d.day))
)
SELECT DISTINCT carrier, origin FROM arrived
EXCEPT SELECT carrier, origin FROM gaps
""")

BY_WINDOW = variant("""
SELECT DISTINCT carrier, origin FROM (
    SELECT carrier, origin,
        count(*) OVER (PARTITION BY carrier, origin) AS mine,
        max(place) OVER (PARTITION BY origin) AS days
    FROM (
        SELECT carrier, origin, day, dense_rank() OVER (PARTITION BY origin ORDER BY day) AS place
        FROM flights WHERE month = 11 GROUP BY carrier, origin, day
    ) AS arrived
) AS counted WHERE mine = days
""")

THIRTY = wrong(
    "the calendar instead of the days on which the airport was open",
    """
    SELECT carrier, origin FROM flights WHERE month = 11
    GROUP BY 1, 2 HAVING count(DISTINCT day) = 30
    """,
    passes_given_data=True,
)

ALL_AIRPORTS = wrong(
    "the days of all airports together: one airport was closed when another was open",
    """
    SELECT carrier, origin FROM flights WHERE month = 11
    GROUP BY 1, 2
    HAVING count(DISTINCT day) = (SELECT count(DISTINCT day) FROM flights WHERE month = 11)
    """,
    fails="trap: the airports open on different days",
    passes_given_data=True,
)

COUNTS_FLIGHTS = wrong(
    "flights are counted instead of days: two a day make up for a day without",
    """
    SELECT f.carrier, f.origin
    FROM (SELECT carrier, origin, count(*) AS n FROM flights WHERE month = 11 GROUP BY 1, 2) AS f
    JOIN (SELECT origin, count(DISTINCT day) AS n FROM flights WHERE month = 11 GROUP BY 1) AS o
        ON o.origin = f.origin AND f.n >= o.n
    """,
)

DOUBLE_NEGATION = wrong(
    "right rows, but the inner NOT EXISTS mentions two outer tables and stays a subplan",
    """
    WITH feeds AS (SELECT DISTINCT carrier, origin FROM flights WHERE month = 11),
    days AS (SELECT DISTINCT origin, day FROM flights WHERE month = 11)
    SELECT carrier, origin FROM feeds AS p
    WHERE NOT EXISTS (
        SELECT FROM days AS d WHERE d.origin = p.origin AND NOT EXISTS (
            SELECT FROM flights AS f
            WHERE f.carrier = p.carrier AND f.origin = p.origin AND f.month = 11 AND f.day = d.day))
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 reads `flights` once, keeps 986 different (airport, airline, day), and joins 3 counts to them; 30 of 35 feeds remain.
The double `NOT EXISTS` reads `flights` three times, and its inner half is a `hashed SubPlan`: PostgreSQL pulls up only the outer one, because the inner one mentions rows of two levels.

**Pitfall**: counting rows where days are meant, and taking the divisor from the calendar or from all airports.

**Alternative**: write the gaps down (every pair that should be there, anti joined with those that are) and take the feeds without one.
You want that form when somebody asks *which* day is missing.

**At work**: relational division: customers who bought every product, tenants whose every partition has arrived, before the month is closed.
"""
