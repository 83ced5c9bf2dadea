"""# Planes that sat out February

`planes` lists aircraft by `tailnum`; `flights` lists the departures of 2013.
`flights.tailnum` is NULL for cancelled flights whose plane the airline did not report.
Return the `tailnum` of every plane without a row in `flights` for February (`month = 2`), in alphabetical order.
Planes without any flight count too.

The plan must find them by an anti join that reads `flights` once.
"""

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, unchanged

PROBLEM = SqlProblem(
    id="w1-antijoin-idle-planes",
    engine="postgres",
    pattern="anti join",
    difficulty="medium",
    minutes=15,
    points=3,
    data="flights",
    ordered=True,
    plan=PlanBudget(wants=("Anti Join",), forbids=("SubPlan",), scans={"flights": 1, "planes": 1}),
    hints={
        "Rows": (
            "What does `x NOT IN (…, NULL)` evaluate to?",
            "Does your condition on the month drop planes, or only flights?",
            "A plane without any flight must stay: take `NOT EXISTS`, or a `LEFT JOIN` with the month in its `ON`, of which you keep what found no partner.",
        ),
        "Plan": (
            "Which operator keeps a row only when no partner exists? Ask the plan for its name.",
            "PostgreSQL 18 makes no anti join of `NOT IN`, of `EXCEPT` or of a count that is 0.",
            "It makes one of `NOT EXISTS (SELECT FROM flights AS f WHERE f.tailnum = p.tailnum AND …)`, or of `LEFT JOIN … WHERE f.tailnum IS NULL`.",
        ),
    },
)

SOLVE = """
SELECT p.tailnum
FROM planes AS p
WHERE NOT EXISTS (
    SELECT FROM flights AS f
    WHERE f.tailnum = p.tailnum AND f.month = 2
)
ORDER BY p.tailnum
"""


def oracle(flights, planes):
    flew = flights.loc[flights["month"] == 2, "tailnum"].dropna()
    idle = planes[~planes["tailnum"].isin(flew)]
    return idle[["tailnum"]].sort_values("tailnum")


TRAPS = {
    "planes without any flight": unchanged(),
    "tailnum NULL in flights of February": null("flights", "tailnum", where="month == 2"),
    "no flights at all": empty("flights"),
    "no planes at all": empty("planes"),
}

LEFT_JOIN = variant("""
SELECT p.tailnum
FROM planes AS p
LEFT JOIN flights AS f ON f.tailnum = p.tailnum AND f.month = 2
WHERE f.tailnum IS NULL
ORDER BY 1
""")

NOT_IN = wrong(
    "one NULL in the list and NOT IN keeps no row at all",
    """
    SELECT tailnum FROM planes
    WHERE tailnum NOT IN (SELECT tailnum FROM flights WHERE month = 2)
    ORDER BY 1
    """,
)

FILTER_TOO_LATE = wrong(
    "the filter after the outer join drops every row that had no partner",
    """
    SELECT p.tailnum FROM planes AS p LEFT JOIN flights AS f USING (tailnum)
    WHERE f.month = 2 AND f.tailnum IS NULL
    ORDER BY 1
    """,
)

JOIN_FIRST = wrong(
    "the inner join loses planes that have no flight in any month",
    """
    SELECT tailnum FROM planes JOIN flights USING (tailnum)
    GROUP BY tailnum HAVING bool_and(month <> 2) ORDER BY 1
    """,
    fails="trap: planes without any flight",
    passes_given_data=True,
)

NOT_IN_WITHOUT_NULL = wrong(
    "right rows, but NOT IN stays a hashed subplan that no join method can replace",
    """
    SELECT tailnum FROM planes
    WHERE tailnum NOT IN (SELECT tailnum FROM flights WHERE month = 2 AND tailnum IS NOT NULL)
    ORDER BY 1
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 makes a Hash Right Anti Join of both `NOT EXISTS` and `LEFT JOIN … IS NULL`.
It hashes the 3,322 planes, scans `flights` once, and drops every plane that one of the 24,951 flights of February names.
785 planes are left.

**Pitfall**: `NOT IN` with a nullable column.
One `NULL` in the list makes every comparison unknown, so no row is kept.

**Alternative**: `EXCEPT` gives the same rows here, because `tailnum` is the key of `planes`.
Where the left side has duplicates it removes them, and it can return only the columns that it compares.

**At work**: the nightly mail to customers without orders that one `NULL` empties.
"""
