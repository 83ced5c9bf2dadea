"""# Cancellations of every airline

`airlines` lists all airlines by `carrier`, with a `name`; two airlines may bear the same name.
`flights` lists the departures of 2013; a flight with `dep_time` NULL was cancelled.
Return `carrier`, `name` and `cancelled`, the number of its cancelled flights in November (`month = 11`), for every airline.
An airline without a cancelled flight, or without any flight, has 0.
Begin with the most cancellations; airlines with equally many stand in alphabetical order of `carrier`.

The plan must read `flights` once.
"""

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, unchanged, value

PROBLEM = SqlProblem(
    id="w1-joins-cancelled-by-airline",
    engine="postgres",
    pattern="outer join with a condition",
    difficulty="easy",
    minutes=12,
    points=2,
    ordered=True,
    plan=PlanBudget(forbids=("SubPlan",), scans={"flights": 1}),
    hints={
        "Rows": (
            "Which side must keep its rows even when the other side has none?",
            "What does a condition on `flights` do to an airline without a flight when it stands in `WHERE`?",
            "`count(*)` counts rows, `count(column)` counts values that are not NULL. For example `count(f.carrier) … GROUP BY a.carrier`, conditions in `ON`.",
        ),
        "Plan": (
            "How many times does the plan read `flights`, and how many airlines are there?",
            "A subquery in the `SELECT` list runs for every airline. Join `flights` once and group instead, or count by `carrier` first and join the counts.",
        ),
    },
)

SOLVE = """
SELECT a.carrier, a.name, count(f.carrier) AS cancelled
FROM airlines AS a
LEFT JOIN flights AS f
    ON f.carrier = a.carrier AND f.month = 11 AND f.dep_time IS NULL
GROUP BY a.carrier, a.name
ORDER BY cancelled DESC, a.carrier
"""


def oracle(airlines, flights):
    lost = flights[(flights["month"] == 11) & flights["dep_time"].isna()]
    counts = lost["carrier"].value_counts().to_dict()
    airlines["cancelled"] = [counts.get(carrier, 0) for carrier in airlines["carrier"]]
    ranked = airlines.sort_values(["cancelled", "carrier"], ascending=[False, True])
    return ranked[["carrier", "name", "cancelled"]]


NOVEMBER = value("flights", "month", 11, rows=9)

TRAPS = {
    "most airlines without a flight": unchanged(),
    "cancelled flights in November": together(NOVEMBER, null("flights", "dep_time", rows=7)),
    "two airlines of the same name": together(
        NOVEMBER, null("flights", "dep_time", rows=7), tie("airlines", "name", rows=16)
    ),
    "no flights at all": empty("flights"),
    "no airlines at all": empty("airlines"),
}

COUNT_FIRST = variant("""
WITH lost AS (
    SELECT carrier, count(*) AS cancelled FROM flights
    WHERE month = 11 AND dep_time IS NULL GROUP BY carrier
)
SELECT carrier, name, coalesce(cancelled, 0) AS cancelled
FROM airlines LEFT JOIN lost USING (carrier)
ORDER BY 3 DESC, 1
""")

GROUPED_BY_KEY = variant("""
SELECT a.carrier, a.name, count(f.carrier) AS cancelled
FROM airlines AS a LEFT JOIN flights AS f
    ON f.carrier = a.carrier AND f.month = 11 AND f.dep_time IS NULL
GROUP BY a.carrier ORDER BY cancelled DESC, a.carrier
""")

COUNT_FILTERED = variant("""
SELECT carrier, name, count(*) FILTER (WHERE month = 11 AND flight IS NOT NULL AND dep_time IS NULL) AS cancelled
FROM airlines LEFT JOIN flights USING (carrier)
GROUP BY carrier, name ORDER BY 3 DESC, 1
""")

FILTER_IN_WHERE = wrong(
    "the condition in WHERE throws out every airline that the outer join has kept",
    """
    SELECT a.carrier, a.name, count(f.carrier) AS cancelled
    FROM airlines AS a LEFT JOIN flights AS f ON f.carrier = a.carrier
    WHERE f.month = 11 AND f.dep_time IS NULL
    GROUP BY a.carrier, a.name ORDER BY 3 DESC, 1
    """,
)

COUNT_STAR = wrong(
    "count(*) counts the row that the outer join made up: 1 where 0 is right",
    """
    SELECT a.carrier, a.name, count(*) AS cancelled
    FROM airlines AS a
    LEFT JOIN flights AS f ON f.carrier = a.carrier AND f.month = 11 AND f.dep_time IS NULL
    GROUP BY a.carrier, a.name ORDER BY 3 DESC, 1
    """,
)

GROUPED_BY_NAME = wrong(
    "the name is no key: airlines of the same name become one",
    """
    SELECT min(a.carrier) AS carrier, a.name, count(f.carrier) AS cancelled
    FROM airlines AS a
    LEFT JOIN flights AS f ON f.carrier = a.carrier AND f.month = 11 AND f.dep_time IS NULL
    GROUP BY a.name ORDER BY 3 DESC, 1
    """,
    fails="trap: two airlines of the same name",
    passes_given_data=True,
)

SUBQUERY_PER_AIRLINE = wrong(
    "right rows, but the subquery reads the whole of flights once for each airline",
    """
    SELECT carrier, name, (
        SELECT count(*) FROM flights AS f
        WHERE f.carrier = a.carrier AND month = 11 AND dep_time IS NULL
    ) AS cancelled
    FROM airlines AS a ORDER BY 3 DESC, 1
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 hashes the 16 airlines and reads the 4,793 pages of `flights` once (`Hash Right Join`: the hashed side keeps its rows).
The subquery in the `SELECT` list reads them 16 times, 76,688 pages: PostgreSQL does not turn a scalar subquery into a join.

**Pitfall**: a condition on the optional side in `WHERE`.
It is *unknown* for the made-up NULLs, so the outer join becomes an inner one; the planner sees that too and plans an inner join.

**Alternative**: count first, join after: the join then sees at most one row an airline, which stays right when you join a second table.

**At work**: the report in which a customer without orders is missing instead of standing there with 0.
"""
