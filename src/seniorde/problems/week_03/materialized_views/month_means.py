"""# The monthly mean from the daily view

The materialized view `carrier_days` is fresh.
For each `carrier` and day of departure `flown_on` it holds the number of `flights`, of flights that `arrived`, the sum of their arrival delays `delay` and its mean `mean_delay`.
On a day on which none arrived, `delay` and `mean_delay` are NULL.
`carrier` may be NULL in damaged rows: that is one more carrier.

Return `carrier`, `month`, `flights` and `mean_delay` for each carrier and month in which it has flights:

- `month` is the number from 1 to 12;
- `mean_delay` is the mean over the month's flights that arrived, unrounded, and NULL if none did.

All flights are of one year.
Any order of rows is right.

For example, a day of 3 arrivals with a mean of 10 and a day of 1 arrival with a mean of 50 make a mean of 20.

The plan must read `carrier_days` once, and neither `departures` nor `flights`.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, twice, unchanged, value
from seniorde.problems.week_03.materialized_views._setup import SETUP as SETUP

PROBLEM = SqlProblem(
    id="w3-materialized-views-month-means",
    engine="postgres",
    pattern="a mean from its parts",
    difficulty="easy",
    minutes=12,
    points=2,
    plan=PlanBudget(scans={"carrier_days": 1, "departures": 0, "flights": 0}),
    hints={
        "Rows": (
            "Two days, one with 900 arrivals and one with 3: do both deserve the same say in the month?",
            "A mean is a sum and a count. Both add up over days; which two columns hold them?",
            "`sum(delay)::numeric / nullif(sum(arrived), 0)`, grouped by carrier and `extract(month FROM flown_on)`. "
            "A day without an arrival still has flights, so leave none out; a month without one has the mean NULL, not 0.",
        ),
        "Plan": (
            "How many rows lie behind your `FROM`? And in how many rows does `carrier_days` hold one day of one carrier?",
            "Read `carrier_days` alone, and once: `sum(flights)` takes the place of `count(*)`, "
            "and for example `sum(delay)` and `sum(arrived)` that of `avg(arr_delay)`; the month is that of `flown_on`.",
        ),
    },
)

SOLVE = """
SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
    sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
FROM carrier_days
GROUP BY carrier, month
"""


def oracle(flights):
    rows = []
    for (carrier, month), group in flights.groupby(["carrier", "month"], dropna=False):
        delays = group["arr_delay"].dropna()
        mean = float(delays.mean()) if len(delays) else None
        rows.append((None if pd.isna(carrier) else carrier, month, len(group), mean))
    return pd.DataFrame(rows, columns=["carrier", "month", "flights", "mean_delay"])


TRAPS = {
    "few flights a day": unchanged(),
    "days without an arrival": null("flights", "arr_delay", rows=20),
    "a month without an arrival": together(
        value("flights", "carrier", "ZZ", rows=6), null("flights", "arr_delay", rows=6)
    ),
    "carrier NULL": null("flights", "carrier", rows=9),
    "every flight twice": twice("flights"),
    "no flights": empty("flights"),
}

WEIGHTED = variant("""
SELECT carrier, date_part('month', flown_on)::int AS month, sum(flights)::int AS flights,
    sum(mean_delay * arrived) / nullif(sum(arrived), 0) AS mean_delay
FROM carrier_days GROUP BY 1, 2
""")

CASE = variant("""
WITH months AS (
    SELECT carrier, date_trunc('month', flown_on) AS first, sum(flights) AS flights,
        sum(arrived) AS arrived, sum(delay) AS delay
    FROM carrier_days GROUP BY carrier, first
)
SELECT carrier, extract(month FROM first) AS month, flights,
    CASE WHEN arrived > 0 THEN delay::numeric / arrived END AS mean_delay
FROM months
""")

WINDOW = variant("""
SELECT DISTINCT carrier, extract(month FROM flown_on)::int AS month, sum(flights) OVER m AS flights,
    1.0 * sum(delay) OVER m / nullif(sum(arrived) OVER m, 0) AS mean_delay
FROM carrier_days WINDOW m AS (PARTITION BY carrier, extract(month FROM flown_on))
""")

MEAN_OF_MEANS = wrong(
    "the mean of daily means gives a day of three arrivals the weight of a day of nine hundred",
    """
    SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
        avg(mean_delay) AS mean_delay
    FROM carrier_days GROUP BY 1, 2
    """,
)

BY_FLIGHTS = wrong(
    "divides by all flights, also by those that never arrived",
    """
    SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
        sum(delay)::float8 / sum(flights) AS mean_delay
    FROM carrier_days GROUP BY 1, 2
    """,
)

WHOLE_NUMBERS = wrong(
    "two whole numbers divide to a whole number",
    """
    SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
        sum(delay)::bigint / nullif(sum(arrived)::bigint, 0) AS mean_delay
    FROM carrier_days GROUP BY 1, 2
    """,
)

ZERO = wrong(
    "a month without an arrival gets a delay of 0, which would be punctual",
    """
    SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
        coalesce(sum(delay)::float8 / nullif(sum(arrived), 0), 0) AS mean_delay
    FROM carrier_days GROUP BY 1, 2
    """,
    passes_given_data=True,
)

BY_ZERO = wrong(
    "divides by zero in a month without an arrival",
    """
    SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
        coalesce(sum(delay), 0)::numeric / sum(arrived) AS mean_delay
    FROM carrier_days GROUP BY 1, 2
    """,
    fails="error",
    passes_given_data=True,
)

ARRIVED_ONLY = wrong(
    "leaves out days without an arrival, whose flights count all the same",
    """
    SELECT carrier, extract(month FROM flown_on)::int AS month, sum(flights) AS flights,
        sum(delay)::float8 / sum(arrived) AS mean_delay
    FROM carrier_days WHERE arrived > 0 GROUP BY 1, 2
    """,
)

FROM_THE_FLIGHTS = wrong(
    "right, but it reads every flight again",
    """
    SELECT carrier, month, count(*) AS flights, avg(arr_delay) AS mean_delay FROM flights GROUP BY 1, 2
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: one scan of the view's 5,000-odd rows instead of 336,776 flights.

**Pitfall**: `avg(mean_delay)`, which looks right and runs; the mean in the view is a trap for whoever builds on it.
A view that is meant to be added up keeps sums and counts and leaves division to its readers.

**Alternative**: `sum(mean_delay * arrived) / sum(arrived)` mends a view that has the mean and its count, as long as no rounding came between.

**At work**: rates in dashboards (conversion, error rate) by week, made from days: add numerators and denominators, then divide.
"""
