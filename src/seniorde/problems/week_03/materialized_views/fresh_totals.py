"""# Fresh totals from a stale view

`departures` holds one row a departure, with the day of departure `flown_on` and the day `loaded_on` on which it was loaded.
A few are loaded late.
Rows are only ever added, and there is an index on `loaded_on`.

The materialized view `carrier_totals` holds, for each `carrier`, the number of `flights`, of flights that `arrived` (whose `arr_delay` is not NULL), the sum `delay` and the largest value `worst` of `arr_delay`.
It is stale.
`refreshes` says for each `view` the day `loaded_to`: its last refresh saw every row with `loaded_on` up to and including that day, and no other.
The refresh runs at any time, so do not write the day into the query.

Return the totals of all departures: `carrier`, `flights`, `worst` and `mean_delay`, the mean of `arr_delay`, unrounded.
A carrier none of whose flights arrived has NULL in both.
`carrier` may be NULL in damaged rows: that is one more carrier.
Any order of rows is right.

The plan may touch at most 200 pages; `departures` has more than 2,000.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, twice, unchanged, value
from seniorde.problems.week_03.materialized_views._setup import SETUP as SETUP

PROBLEM = SqlProblem(
    id="w3-materialized-views-fresh-totals",
    engine="postgres",
    pattern="stored rows and the rest",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(pages=200),
    hints={
        "Rows": (
            "The answer has two sources: what the view counted, and what came after it. What must one row of each hold so that you can add them?",
            "Which of the two days says whether the last refresh saw a row? And a row of the very day `loaded_to`? "
            "Look the day up in the query: each view has a row of its own in `refreshes`.",
            "`UNION ALL` of the view and of the new rows, aggregated alike, then one `GROUP BY carrier` over both: a carrier may stand on one side only. "
            "Divide last: the sum of `delay` by the sum of `arrived`, in `nullif(…, 0)`.",
        ),
        "Plan": (
            "Most of `departures` was counted at the last refresh. Which of its rows does your query still have to read?",
            "Take the totals of all that the view has seen from the view. "
            "Of `departures` read the rest by its index, with a bare `loaded_on`, "
            "for example `loaded_on > (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals')`, and add the two.",
        ),
    },
)

SOLVE = """
SELECT carrier, sum(flights) AS flights, max(worst) AS worst,
    sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
FROM (
    SELECT carrier, flights, arrived, delay, worst FROM carrier_totals
    UNION ALL
    SELECT carrier, count(*), count(arr_delay), sum(arr_delay), max(arr_delay)
    FROM departures
    WHERE loaded_on > (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals')
    GROUP BY carrier
) AS parts
GROUP BY carrier
"""


def oracle(flights):
    rows = []
    for carrier, group in flights.groupby("carrier", dropna=False):
        delays = group["arr_delay"].dropna()
        figures = (int(delays.max()), float(delays.mean())) if len(delays) else (None, None)
        rows.append((None if pd.isna(carrier) else carrier, len(group), *figures))
    return pd.DataFrame(rows, columns=["carrier", "flights", "worst", "mean_delay"])


LAST = "month == 12 and day >= 15"  # loaded after the refresh

TRAPS = {
    "few rows on either side": unchanged(),
    "a carrier that is new": value("flights", "carrier", "ZZ", rows=3, where=LAST),
    "a carrier of which nothing arrived": together(
        value("flights", "carrier", "ZZ", rows=3), null("flights", "arr_delay", rows=3)
    ),
    "nothing new arrived": null("flights", "arr_delay", rows=9, where=LAST),
    "the worst delay is new": value("flights", "arr_delay", 2_000, rows=1, where=LAST),
    "carrier NULL on both sides": together(
        null("flights", "carrier", rows=5), null("flights", "carrier", rows=2, where=LAST)
    ),
    "rows loaded late": value("flights", "flight", 50, rows=44),
    "every departure twice": twice("flights"),
    "no departures": empty("flights"),
}

FULL_JOIN = variant("""
WITH since AS (
    SELECT carrier, count(*) AS flights, count(arr_delay) AS arrived, sum(arr_delay) AS delay,
        max(arr_delay) AS worst
    FROM departures JOIN refreshes ON loaded_on > loaded_to AND view = 'carrier_totals' GROUP BY carrier
)
SELECT coalesce(v.carrier, s.carrier) AS carrier,
    coalesce(v.flights, 0) + coalesce(s.flights, 0) AS flights, greatest(v.worst, s.worst) AS worst,
    (coalesce(v.delay, 0) + coalesce(s.delay, 0))::numeric
        / nullif(coalesce(v.arrived, 0) + coalesce(s.arrived, 0), 0) AS mean_delay
FROM carrier_totals AS v FULL JOIN since AS s ON coalesce(v.carrier, '?') = coalesce(s.carrier, '?')
""")

ROW_BY_ROW = variant("""
SELECT carrier, sum(flights)::int AS flights, max(worst) AS worst,
    CASE WHEN sum(arrived) > 0 THEN 1.0 * sum(delay) / sum(arrived) END AS mean_delay
FROM (
    TABLE carrier_totals
    UNION ALL
    SELECT carrier, 1, CASE WHEN arr_delay IS NULL THEN 0 ELSE 1 END, arr_delay, arr_delay
    FROM departures, refreshes WHERE view = 'carrier_totals' AND loaded_on > loaded_to
) AS parts
GROUP BY carrier
""")

STALE = wrong(
    "answers from the view alone",
    """
    SELECT carrier, flights, worst, delay::float8 / nullif(arrived, 0) AS mean_delay FROM carrier_totals
    """,
)

BY_FLIGHT_DAY = wrong(
    "a mark by the day of departure steps over what was loaded late",
    """
    SELECT carrier, sum(flights) AS flights, max(worst) AS worst,
        sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
    FROM (
        SELECT * FROM carrier_totals
        UNION ALL
        SELECT carrier, count(*), count(arr_delay), sum(arr_delay), max(arr_delay) FROM departures
        WHERE flown_on >= (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals') GROUP BY carrier
    ) AS parts
    GROUP BY carrier
    """,
)

TWICE = wrong(
    "the rows of the day itself are counted by the view and again",
    """
    SELECT carrier, sum(flights) AS flights, max(worst) AS worst,
        sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
    FROM (
        SELECT * FROM carrier_totals
        UNION ALL
        SELECT carrier, count(*), count(arr_delay), sum(arr_delay), max(arr_delay) FROM departures
        WHERE loaded_on >= (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals') GROUP BY carrier
    ) AS parts
    GROUP BY carrier
    """,
)

OTHER_VIEW = wrong(
    "takes the newest refresh of any view",
    """
    SELECT carrier, sum(flights) AS flights, max(worst) AS worst,
        sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
    FROM (
        SELECT * FROM carrier_totals
        UNION ALL
        SELECT carrier, count(*), count(arr_delay), sum(arr_delay), max(arr_delay) FROM departures
        WHERE loaded_on > (SELECT max(loaded_to) FROM refreshes) GROUP BY carrier
    ) AS parts
    GROUP BY carrier
    """,
)

OLDEST = wrong(
    "takes the oldest refresh of any view: rows that this view has seen are counted again",
    """
    SELECT carrier, sum(flights) AS flights, max(worst) AS worst,
        sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
    FROM (
        SELECT * FROM carrier_totals
        UNION ALL
        SELECT carrier, count(*), count(arr_delay), sum(arr_delay), max(arr_delay) FROM departures
        WHERE loaded_on > (SELECT min(loaded_to) FROM refreshes) GROUP BY carrier
    ) AS parts
    GROUP BY carrier
    """,
)

DAY_WRITTEN_DOWN = wrong(
    "the day of today's refresh stands in the query",
    """
    SELECT carrier, sum(flights) AS flights, max(worst) AS worst,
        sum(delay)::float8 / nullif(sum(arrived), 0) AS mean_delay
    FROM (
        SELECT * FROM carrier_totals
        UNION ALL
        SELECT carrier, count(*), count(arr_delay), sum(arr_delay), max(arr_delay) FROM departures
        WHERE loaded_on > DATE '2013-12-24' GROUP BY carrier
    ) AS parts
    GROUP BY carrier
    """,
    passes_given_data=True,
)

LEFT_JOIN = wrong(
    "a carrier that is new since the refresh is lost",
    """
    SELECT v.carrier, v.flights + coalesce(s.flights, 0) AS flights, greatest(v.worst, s.worst) AS worst,
        (coalesce(v.delay, 0) + coalesce(s.delay, 0))::float8
            / nullif(v.arrived + coalesce(s.arrived, 0), 0) AS mean_delay
    FROM carrier_totals AS v LEFT JOIN (
        SELECT carrier, count(*) AS flights, count(arr_delay) AS arrived, sum(arr_delay) AS delay,
            max(arr_delay) AS worst
        FROM departures
        WHERE loaded_on > (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals') GROUP BY carrier
    ) AS s ON v.carrier IS NOT DISTINCT FROM s.carrier
    """,
    passes_given_data=True,
)

NULL_IS_NOT_EQUAL = wrong(
    "the carriers that are NULL do not meet in the join",
    """
    SELECT coalesce(v.carrier, s.carrier) AS carrier,
        coalesce(v.flights, 0) + coalesce(s.flights, 0) AS flights, greatest(v.worst, s.worst) AS worst,
        (coalesce(v.delay, 0) + coalesce(s.delay, 0))::float8
            / nullif(coalesce(v.arrived, 0) + coalesce(s.arrived, 0), 0) AS mean_delay
    FROM carrier_totals AS v FULL JOIN (
        SELECT carrier, count(*) AS flights, count(arr_delay) AS arrived, sum(arr_delay) AS delay,
            max(arr_delay) AS worst
        FROM departures
        WHERE loaded_on > (SELECT loaded_to FROM refreshes WHERE view = 'carrier_totals') GROUP BY carrier
    ) AS s ON v.carrier = s.carrier
    """,
    passes_given_data=True,
    fails="trap: carrier NULL on both sides",
)

ALL_AGAIN = wrong(
    "right, but it counts everything again",
    """
    SELECT carrier, count(*) AS flights, max(arr_delay) AS worst, avg(arr_delay) AS mean_delay
    FROM departures GROUP BY carrier
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: the view's one page, the mark's one page, and the tail of `departures` by the index on `loaded_on`: 10 loads of 368.

**Pitfall**: `flown_on` as the mark.
It finds nearly everything, and what it loses are the rows loaded late, which nobody misses at once.
The mark must be in the order of arrival; here `loaded_on`, elsewhere a log position or a table version.

**Alternative**: a full join of two aggregates, with `coalesce` around every figure and a comparison that lets NULL meet NULL.
`UNION ALL` and one more `GROUP BY` needs neither.

**At work**: the batch layer and the speed layer of a dashboard.
It works as long as rows are only added; an update behind the mark needs a delta with the old row taken away.
"""
