"""# March as New York counts it

`departures` lists flights by `departs_at` (`timestamptz`, never NULL), `carrier` and `dep_delay`, NULL for a cancelled flight.
It has a partition for each month of UTC; the cell above makes it of `flights`.

Return `carrier`, `departures` and `cancelled` for the flights whose scheduled departure lies in March 2013 on a clock in New York (`America/New_York`).
`departures` counts all of them, `cancelled` those without a delay; carriers without a departure in that month are left out.
Any order of rows is right.

For example: a flight at `2013-03-01 04:30+00` left at 23:30 on 28 February in New York and does not count; one at `2013-04-01 03:59+00` does.

The plan may read two partitions of `departures`.
"""

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, unchanged
from seniorde.problems.week_03.partitioning._departures import SETUP, departures, flown

__all__ = ["SETUP"]

PROBLEM = SqlProblem(
    id="w3-partitioning-march-in-new-york",
    engine="postgres",
    pattern="local days on a UTC key",
    difficulty="easy",
    minutes=12,
    points=2,
    plan=PlanBudget(scans={"departures": 2}),
    hints={
        "Rows": (
            "Which two moments of UTC are midnight of 1 March and of 1 April in New York? The clocks change in between.",
            "A delay of 0 is punctual, not cancelled: which of the rows of `count(*)` does `count(dep_delay)` leave out?",
            "`timestamp '2013-03-01' AT TIME ZONE 'America/New_York'` is a `timestamptz`; take a half-open range of two of them.",
        ),
        "Plan": (
            "Convert the two constants and leave `departs_at` bare: a function of the key prunes nothing.",
            "For example `departs_at >= timestamp '2013-03-01' AT TIME ZONE 'America/New_York'`, and the same with `<` for 1 April. "
            "Or keep your condition and put a wider range of the bare key beside it: `departs_at >= '2013-03-01' AND departs_at < '2013-05-01'`.",
        ),
    },
)

SOLVE = """
SELECT carrier, count(*) AS departures, count(*) FILTER (WHERE dep_delay IS NULL) AS cancelled
FROM departures
WHERE departs_at >= timestamp '2013-03-01' AT TIME ZONE 'America/New_York'
    AND departs_at < timestamp '2013-04-01' AT TIME ZONE 'America/New_York'
GROUP BY carrier
"""


def oracle(flights):
    rows = departures(flights)
    local = rows["departs_at"].dt.tz_convert("America/New_York")
    march = rows[(local.dt.year == 2013) & (local.dt.month == 3)]
    counted = march.assign(cancelled=march["dep_delay"].isna()).groupby("carrier")["cancelled"]
    found = counted.agg(departures="size", cancelled="sum").reset_index()
    return found.astype({"departures": "int64", "cancelled": "int64"})


TRAPS = {
    "around midnight of 1 March": flown(
        *((f"2013-03-01 0{at}", {"carrier": "AA"}) for at in ("0:00", "4:30", "4:59", "5:00", "5:01"))
    ),
    "around midnight of 1 April": flown(
        *((f"2013-04-01 0{at}", {"carrier": "B6"}) for at in ("0:00", "3:59", "4:00", "4:30", "5:00"))
    ),
    "the night of the change of clocks": flown(
        *((f"2013-03-10 0{at}", {"carrier": "UA", "dep_delay": 3}) for at in ("4:59", "6:59", "7:00"))
    ),
    "cancelled, early and on time": flown(
        ("2013-03-05 12:00", {"carrier": "DL", "dep_delay": None}),
        ("2013-03-05 13:00", {"carrier": "DL", "dep_delay": 0}),
        ("2013-03-05 14:00", {"carrier": "DL", "dep_delay": -4}),
        ("2013-03-05 14:30", {"carrier": "AS", "dep_delay": None}),
        ("2013-06-05 14:30", {"carrier": "WN", "dep_delay": None}),
    ),
    "the small sample": unchanged(),
    "no flights at all": empty("flights"),
}

WITH_ZONE = variant("""
SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled
FROM departures
WHERE departs_at >= '2013-03-01 00:00 America/New_York' AND departs_at < '2013-04-01 00:00 America/New_York'
GROUP BY carrier
""")

IN_UTC = variant("""
SELECT carrier, count(*) AS departures, sum(CASE WHEN dep_delay IS NULL THEN 1 ELSE 0 END) AS cancelled
FROM departures
WHERE departs_at >= '2013-03-01 05:00+00' AND departs_at < '2013-04-01 04:00+00'
GROUP BY carrier
""")

BELT_AND_BRACES = variant("""
SELECT carrier, count(*) AS departures, count(*) FILTER (WHERE dep_delay IS NULL) AS cancelled
FROM departures
WHERE departs_at >= '2013-03-01' AND departs_at < '2013-05-01'
    AND date_trunc('month', departs_at AT TIME ZONE 'America/New_York') = '2013-03-01'
GROUP BY carrier
""")

UTC_MONTH = wrong(
    "March of UTC begins four or five hours too early",
    """
    SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled FROM departures
    WHERE departs_at >= '2013-03-01' AND departs_at < '2013-04-01' GROUP BY carrier
    """,
)

ALWAYS_FIVE_HOURS = wrong(
    "on 1 April New York is four hours behind UTC, not five",
    """
    SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled FROM departures
    WHERE departs_at >= '2013-03-01 00:00-05' AND departs_at < '2013-04-01 00:00-05' GROUP BY carrier
    """,
    passes_given_data=True,
    fails="trap: around midnight of 1 April",
)

THE_OTHER_WAY = wrong(
    "a timestamptz AT TIME ZONE gives New York's clock, which is then taken for UTC",
    """
    SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled FROM departures
    WHERE departs_at >= timestamptz '2013-03-01' AT TIME ZONE 'America/New_York'
        AND departs_at < timestamptz '2013-04-01' AT TIME ZONE 'America/New_York' GROUP BY carrier
    """,
)

BOTH_ENDS = wrong(
    "BETWEEN also holds midnight of 1 April",
    """
    SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled FROM departures
    WHERE departs_at BETWEEN '2013-03-01 05:00+00' AND '2013-04-01 04:00+00' GROUP BY carrier
    """,
    passes_given_data=True,
    fails="trap: around midnight of 1 April",
)

CANCELLED_IS_ZERO = wrong(
    "a delay of 0 is no cancelled flight, and NULL = 0 is never true",
    """
    SELECT carrier, count(*) AS departures, count(*) FILTER (WHERE coalesce(dep_delay, 0) = 0) AS cancelled
    FROM departures
    WHERE departs_at >= '2013-03-01 05:00+00' AND departs_at < '2013-04-01 04:00+00' GROUP BY carrier
    """,
)

HIDDEN_KEY = wrong(
    "right rows, but the key stands inside functions: every partition is read",
    """
    SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled FROM departures
    WHERE date_trunc('month', departs_at AT TIME ZONE 'America/New_York') = '2013-03-01' GROUP BY carrier
    """,
    fails="plan",
    passes_given_data=True,
)

LOCAL_DATES = wrong(
    "right rows, but a cast of the key is a function of the key",
    """
    SELECT carrier, count(*) AS departures, count(*) - count(dep_delay) AS cancelled FROM departures
    WHERE (departs_at AT TIME ZONE 'America/New_York')::date BETWEEN '2013-03-01' AND '2013-03-31'
    GROUP BY carrier
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: with bare `departs_at`, PostgreSQL 18.6 plans scans of `departures_2013_03` and `departures_2013_04` only; with a function of the key it plans thirteen.
`timestamp … AT TIME ZONE 'constant'` is immutable, so the planner computes it and prunes at plan time.

**Pitfall**: the offset. On 1 March New York is five hours behind UTC, on 1 April four: a fixed `-05` counts an hour of April.

**Alternative**: keep the exact local condition for the rows, and put a wider range of the key beside it for the partitions.
That is the form to use when the local day comes from a function that nobody wants to invert.

**At work**: partition keys are in UTC, business days are not. A report for one local day reads two partitions of days if the constants are converted and not the column.
"""
