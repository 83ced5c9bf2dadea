"""# Cancellation rate of the last seven days

The airlines F9, HA, OO and YV do not fly every day.
`flights` lists the departures of 2013 by `carrier`, `month` and `day`; a flight with `dep_time` NULL was cancelled.
Return `carrier`, `day` (a date) and `rate` for these four, for every day on which the airline has a flight:
the share of cancelled flights among its flights of the seven days that end with that day, between 0 and 1.
A day without a flight adds nothing, but it is one of the seven.
Any order of rows is right.

The plan must read `flights` once.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, value

PROBLEM = SqlProblem(
    id="w1-windows-week-of-cancellations",
    engine="duckdb",
    pattern="moving aggregate over time",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"flights": 1}, forbids=("Delim Join", "Nested Loop", "Inequality Join")),
    hints={
        "Rows": (
            "Seven rows or seven days? What does each frame hold after a gap of a month?",
            "Bring the flights down to one row an airline and day, with both counts.",
            "`RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW`, and one division of two sums. Each airline has its own week: `PARTITION BY carrier`.",
        ),
        "Plan": (
            "How many rows does one flight become in your join or subquery? What looks back over a week without either?",
            "Group `flights` once, to one row an airline and day, then `sum(…) OVER (PARTITION BY carrier ORDER BY day RANGE …)` over these few rows.",
        ),
    },
)

SOLVE = """
WITH daily AS (
    SELECT carrier, make_date(year, month, day) AS day,
        count(*) AS flights, count(*) FILTER (dep_time IS NULL) AS cancelled
    FROM flights WHERE carrier IN ('F9', 'HA', 'OO', 'YV')
    GROUP BY ALL
)
SELECT carrier, day, sum(cancelled) OVER week / sum(flights) OVER week AS rate
FROM daily
WINDOW week AS (
    PARTITION BY carrier ORDER BY day
    RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW
)
"""


def oracle(flights):
    flights = flights[flights["carrier"].isin(["F9", "HA", "OO", "YV"])]
    dates = pd.to_datetime(flights[["year", "month", "day"]])
    lost = flights["dep_time"].isna()
    rows = []
    for carrier, day in sorted(set(zip(flights["carrier"], dates, strict=True))):
        week = (flights["carrier"] == carrier) & (dates <= day) & (dates > day - pd.Timedelta(days=7))
        rows.append((carrier, day.date(), lost[week].mean()))
    return pd.DataFrame(rows, columns=["carrier", "day", "rate"])


ONE_AIRLINE = value("flights", "carrier", "YV", rows=30)
CLOSE = together(
    ONE_AIRLINE,
    value("flights", "month", 5, rows=30),
    value("flights", "day", 1, rows=8),
    value("flights", "day", 7, rows=8, where="day > 20"),
    value("flights", "day", 8, rows=6, where="day > 12"),
    null("flights", "dep_time", rows=5),
)

TRAPS = {
    "the first and the seventh day, and the eighth": CLOSE,
    "days without a flight": together(ONE_AIRLINE, null("flights", "dep_time", rows=12)),
    "two airlines": together(CLOSE, value("flights", "carrier", "HA", rows=10, where="day == 7")),
    "none of the four airlines": lambda frames: (
        frames | {"flights": frames["flights"].query("carrier not in ['F9', 'HA', 'OO', 'YV']")}
    ),
    "no flights at all": empty("flights"),
}

EVERY_DAY = variant("""
WITH calendar AS (
    SELECT carrier, unnest(range(DATE '2013-01-01', DATE '2014-01-01', INTERVAL 1 DAY))::DATE AS day
    FROM (VALUES ('F9'), ('HA'), ('OO'), ('YV')) AS four (carrier)
), daily AS (
    SELECT carrier, make_date(2013, month, day) AS day, count(*) AS flights, count(dep_time) AS flown
    FROM flights GROUP BY ALL
)
SELECT carrier, day, 1 - sum(flown) OVER week / sum(flights) OVER week AS rate
FROM calendar LEFT JOIN daily USING (carrier, day)
WINDOW week AS (PARTITION BY carrier ORDER BY day ROWS 6 PRECEDING)
QUALIFY flights > 0
""")

SEVEN_ROWS = wrong(
    "seven rows instead of seven days reach back over every gap",
    """
    WITH daily AS (
        SELECT carrier, make_date(year, month, day) AS day,
            count(*) AS flights, count(*) FILTER (dep_time IS NULL) AS cancelled
        FROM flights WHERE carrier IN ('F9', 'HA', 'OO', 'YV') GROUP BY ALL
    )
    SELECT carrier, day, sum(cancelled) OVER week / sum(flights) OVER week AS rate FROM daily
    WINDOW week AS (PARTITION BY carrier ORDER BY day ROWS 6 PRECEDING)
    """,
)

EIGHT_DAYS = wrong(
    "an off-by-one: seven days before the day and the day are eight",
    """
    WITH daily AS (
        SELECT carrier, make_date(year, month, day) AS day,
            count(*) AS flights, count(*) FILTER (dep_time IS NULL) AS cancelled
        FROM flights WHERE carrier IN ('F9', 'HA', 'OO', 'YV') GROUP BY ALL
    )
    SELECT carrier, day, sum(cancelled) OVER week / sum(flights) OVER week AS rate FROM daily
    WINDOW week AS (PARTITION BY carrier ORDER BY day RANGE INTERVAL 7 DAYS PRECEDING)
    """,
)

MEAN_OF_RATES = wrong(
    "the mean of daily rates gives a day with one flight the weight of a full one",
    """
    WITH daily AS (
        SELECT carrier, make_date(year, month, day) AS day, avg((dep_time IS NULL)::INT) AS rate
        FROM flights WHERE carrier IN ('F9', 'HA', 'OO', 'YV') GROUP BY ALL
    )
    SELECT carrier, day, avg(rate) OVER week AS rate FROM daily
    WINDOW week AS (PARTITION BY carrier ORDER BY day RANGE INTERVAL 6 DAYS PRECEDING)
    """,
)

ALL_IN_ONE_LINE = wrong(
    "without a partition the airlines share one week",
    """
    WITH daily AS (
        SELECT carrier, make_date(year, month, day) AS day,
            count(*) AS flights, count(*) FILTER (dep_time IS NULL) AS cancelled
        FROM flights WHERE carrier IN ('F9', 'HA', 'OO', 'YV') GROUP BY ALL
    )
    SELECT carrier, day, sum(cancelled) OVER week / sum(flights) OVER week AS rate FROM daily
    WINDOW week AS (ORDER BY day RANGE INTERVAL 6 DAYS PRECEDING)
    """,
)

SUBQUERY = wrong(
    "right rows, but each day is joined with the flights of its week: one flight, up to seven rows",
    """
    WITH days AS (
        SELECT DISTINCT carrier, make_date(year, month, day) AS day
        FROM flights WHERE carrier IN ('F9', 'HA', 'OO', 'YV')
    )
    SELECT carrier, day, (
        SELECT avg((dep_time IS NULL)::INT) FROM flights AS f
        WHERE f.carrier = d.carrier AND make_date(f.year, f.month, f.day) BETWEEN d.day - 6 AND d.day
    ) AS rate
    FROM days AS d
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 reads `flights` once, groups it to 1,052 rows and slides the frame over them.
The correlated subquery becomes a `Delim Join` that reads `flights` twice and joins on an inequality.

**Pitfall**: `ROWS 6 PRECEDING` means seven rows. HA has a flight every day until September, so its numbers look right for months; OO has 32 days in the year, so its frame reaches back over months.

**Alternative**: fill the calendar first, then seven rows are seven days. It also gives the days without a flight, which a chart wants.

**At work**: seven-day error rates and burn rates of an error budget; a mean of daily rates lets a quiet Sunday drown a bad Monday.
"""
