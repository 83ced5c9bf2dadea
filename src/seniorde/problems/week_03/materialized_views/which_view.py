"""# The one view that can answer

Four fresh materialized views hold totals of the departures.
`flights` counts departures, `worst` is the largest `arr_delay`, which is NULL for a flight that did not arrive; `month` is the first day of a month.

- `origin_days` by `origin` and day `flown_on`: `flights`, `planes` (different planes), `worst`;
- `carrier_days` by `carrier` and day `flown_on`: `flights`, and sums of delays;
- `arrived_planes` by `origin`, `month` and plane `tailnum`: `flights` and `worst` of the flights that arrived, no others;
- `plane_months`, the same of all departures.

Return `origin`, `quarter` (1 to 4), `flights`, `planes` and `worst` for each origin and quarter of 2013 that has departures: how many departures, how many different planes, and the worst delay of those that arrived, NULL if none did.
A departure whose `tailnum` is NULL counts as a flight and as no plane.
`origin` may be NULL in damaged rows: that is one more origin.
Any order of rows is right.

The plan may touch at most 500 pages, and must read neither `flights` nor `departures`.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, twice, unchanged, value
from seniorde.problems.week_03.materialized_views._setup import SETUP as SETUP

PROBLEM = SqlProblem(
    id="w3-materialized-views-which-view",
    engine="postgres",
    pattern="aggregate awareness",
    difficulty="medium",
    minutes=18,
    points=3,
    plan=PlanBudget(pages=500, scans={"flights": 0, "departures": 0}),
    hints={
        "Rows": (
            "A plane that flew in July and in August is one plane of the third quarter. Which views can still tell?",
            "Two views know planes. One of them never saw a flight that did not arrive: which figures does that change?",
            "Count the planes in `plane_months`, each once a quarter, for example by `count(DISTINCT tailnum)`, which leaves NULL out. "
            "If you join two views by `origin`, NULL must meet NULL: `IS NOT DISTINCT FROM`.",
        ),
        "Plan": (
            "For each of the three figures: over what does it add up? Which views still hold that?",
            "Planes can be counted where `tailnum` is still a column and no filter threw a flight away: in `plane_months`. "
            "Read it once, grouped by `origin` and the quarter of `month`; the departures are `sum(flights)` now, not `count(*)`.",
        ),
    },
)

SOLVE = """
SELECT origin, extract(quarter FROM month)::int AS quarter, sum(flights) AS flights,
    count(DISTINCT tailnum) AS planes, max(worst) AS worst
FROM plane_months
GROUP BY origin, quarter
"""


def oracle(flights):
    rows = []
    quarter = ((flights["month"] + 2) // 3).rename("quarter")
    for (origin, number), group in flights.groupby(["origin", quarter], dropna=False):
        delays = group["arr_delay"].dropna()
        figures = len(group), group["tailnum"].nunique(), int(delays.max()) if len(delays) else None
        rows.append((None if pd.isna(origin) else origin, number, *figures))
    return pd.DataFrame(rows, columns=["origin", "quarter", "flights", "planes", "worst"])


TRAPS = {
    "few planes": unchanged(),
    "planes unknown": null("flights", "tailnum", rows=15),
    "a quarter in which nothing arrived": together(
        value("flights", "origin", "ZZZ", rows=9), null("flights", "arr_delay", rows=9)
    ),
    "origin NULL": null("flights", "origin", rows=12),
    "one plane everywhere": value("flights", "tailnum", "N1", rows=48),
    "every departure twice": twice("flights"),
    "no departures": empty("flights"),
}

TWO_STEPS = variant("""
WITH planes AS (
    SELECT origin, date_part('quarter', month)::int AS quarter, tailnum, sum(flights) AS flights,
        max(worst) AS worst
    FROM plane_months GROUP BY 1, 2, 3
)
SELECT origin, quarter, sum(flights)::int AS flights, count(tailnum) AS planes, max(worst) AS worst
FROM planes GROUP BY origin, quarter
""")

TWO_VIEWS = variant("""
WITH totals AS (
    SELECT origin, extract(quarter FROM flown_on) AS quarter, sum(flights) AS flights, max(worst) AS worst
    FROM origin_days GROUP BY 1, 2
), planes AS (
    SELECT origin, extract(quarter FROM month) AS quarter, count(DISTINCT tailnum) AS planes
    FROM plane_months GROUP BY 1, 2
)
SELECT t.origin, t.quarter, t.flights, p.planes, t.worst
FROM totals AS t JOIN planes AS p ON t.origin IS NOT DISTINCT FROM p.origin AND t.quarter = p.quarter
""")

PLANES_ADDED_UP = wrong(
    "adds up the planes of each day: a plane counts once a day",
    """
    SELECT origin, extract(quarter FROM flown_on)::int AS quarter, sum(flights) AS flights,
        sum(planes) AS planes, max(worst) AS worst
    FROM origin_days GROUP BY 1, 2
    """,
)

MOST_PLANES = wrong(
    "takes the day with most planes for all planes",
    """
    SELECT origin, extract(quarter FROM flown_on)::int AS quarter, sum(flights) AS flights,
        max(planes) AS planes, max(worst) AS worst
    FROM origin_days GROUP BY 1, 2
    """,
)

ARRIVED = wrong(
    "the view's filter has thrown away what did not arrive",
    """
    SELECT origin, extract(quarter FROM month)::int AS quarter, sum(flights) AS flights,
        count(DISTINCT tailnum) AS planes, max(worst) AS worst
    FROM arrived_planes GROUP BY 1, 2
    """,
)

ARRIVED_PLANES = wrong(
    "flights from one view, planes from another that misses those which never arrived",
    """
    WITH totals AS (
        SELECT origin, extract(quarter FROM flown_on) AS quarter, sum(flights) AS flights, max(worst) AS worst
        FROM origin_days GROUP BY 1, 2
    ), planes AS (
        SELECT origin, extract(quarter FROM month) AS quarter, count(DISTINCT tailnum) AS planes
        FROM arrived_planes GROUP BY 1, 2
    )
    SELECT t.origin, t.quarter, t.flights, coalesce(p.planes, 0) AS planes, t.worst
    FROM totals AS t LEFT JOIN planes AS p
        ON t.origin IS NOT DISTINCT FROM p.origin AND t.quarter = p.quarter
    """,
)

ROWS_COUNTED = wrong(
    "counts rows of the view: a plane once a month",
    """
    SELECT origin, extract(quarter FROM month)::int AS quarter, sum(flights) AS flights,
        count(tailnum) AS planes, max(worst) AS worst
    FROM plane_months GROUP BY 1, 2
    """,
)

UNKNOWN_IS_A_PLANE = wrong(
    "takes NULL for one more plane",
    """
    SELECT origin, extract(quarter FROM month)::int AS quarter, sum(flights) AS flights,
        count(DISTINCT coalesce(tailnum, '?')) AS planes, max(worst) AS worst
    FROM plane_months GROUP BY 1, 2
    """,
)

NULL_ORIGIN_LOST = wrong(
    "joins two views by = and loses the origin that is NULL",
    """
    WITH totals AS (
        SELECT origin, extract(quarter FROM flown_on) AS quarter, sum(flights) AS flights, max(worst) AS worst
        FROM origin_days GROUP BY 1, 2
    ), planes AS (
        SELECT origin, extract(quarter FROM month) AS quarter, count(DISTINCT tailnum) AS planes
        FROM plane_months GROUP BY 1, 2
    )
    SELECT origin, quarter, flights, planes, worst FROM totals JOIN planes USING (origin, quarter)
    """,
    fails="trap: origin NULL",
    passes_given_data=True,
)

FROM_THE_ROWS = wrong(
    "right, but from the departures",
    """
    SELECT origin, extract(quarter FROM flown_on)::int AS quarter, count(*) AS flights,
        count(DISTINCT tailnum) AS planes, max(arr_delay) AS worst
    FROM departures GROUP BY 1, 2
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: one scan of `plane_months`; each of its rows stands for about eight departures.

**Pitfall**: a column called `planes` invites to be added up.
A view can answer a coarser question if it kept the columns that you group by, if its filter throws away nothing that you count, and if each measure adds up from its rows; different planes do so only where the plane itself is still a column.

**Alternative**: flights and worst delay from the small `origin_days`, planes from `plane_months`: more pages and a join in which NULL must meet NULL.

**At work**: a semantic layer picks the smallest table that can answer.
Its rules are the three of above; the expensive mistake is the view with a filter in its text that nobody remembers.
"""
