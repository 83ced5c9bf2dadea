"""# Spells of rain

`weather` lists the readings of the airports by `origin` and `time_hour`, at most one an hour; some hours have none.
An hour is wet when its reading has `precip` above 0; an hour with `precip` NULL or without a reading is not.
A spell is a run of wet hours of one airport, one after the other, as long as it can be.
Return `origin`, `began` and `ended` (the `time_hour` of its first and its last wet hour) and `hours` (their number) of every spell of at least 6 hours.
Order by `hours`, the longest first, then `origin`, then `began`.

The plan must read `weather` once.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty

PROBLEM = SqlProblem(
    id="w1-windows-rain-spells",
    engine="postgres",
    pattern="gaps and islands",
    difficulty="hard",
    minutes=30,
    points=4,
    ordered=True,
    plan=PlanBudget(wants=("WindowAgg",), forbids=("SubPlan",), scans={"weather": 1}),
    hints={
        "Rows": (
            "Within a spell, how does the hour grow from row to row, and how does `row_number()`?",
            "Keep the wet hours, number them by airport. Which difference is the same for all hours of a spell?",
            "A missing hour ends a spell: compare times, for example `time_hour - row_number() OVER (…) * interval '1 hour'` by airport. Six hours are enough.",
        ),
        "Plan": (
            "How often does your plan read `weather`? What tells a row about the row before it without looking into the table again?",
            "Group by `origin` and `time_hour - row_number() * interval '1 hour'`. Or mark by `lag` the wet hours that begin a spell, and count marks so far.",
        ),
    },
)

SOLVE = """
WITH wet AS (
    SELECT origin, time_hour,
        time_hour - interval '1 hour'
            * row_number() OVER (PARTITION BY origin ORDER BY time_hour) AS spell
    FROM weather WHERE precip > 0
)
SELECT origin, min(time_hour) AS began, max(time_hour) AS ended, count(*) AS hours
FROM wet
GROUP BY origin, spell
HAVING count(*) >= 6
ORDER BY hours DESC, origin, began
"""


def oracle(weather):
    hour = pd.Timedelta(hours=1)
    wet = set(weather.loc[weather["precip"] > 0, ["origin", "time_hour"]].itertuples(index=False, name=None))
    spells = []
    for origin, began in wet:
        if (origin, began - hour) not in wet:
            ended = began
            while (origin, ended + hour) in wet:
                ended += hour
            spells.append((origin, began, ended, (ended - began) // hour + 1))
    found = pd.DataFrame(spells, columns=["origin", "began", "ended", "hours"])
    found = found[found["hours"] >= 6]
    return found.sort_values(["hours", "origin", "began"], ascending=[False, True, True])


def rain(**airports):
    """Readings an hour apart: a digit is `precip`, `-` a NULL, `.` an hour without a reading."""

    def change(frames):
        blank, rows = frames["weather"].iloc[0], []
        for origin, hours in airports.items():
            for at, sign in enumerate(hours):
                hour = pd.Timestamp("2013-05-01 20:00", tz="UTC") + pd.Timedelta(hours=at)
                precip = None if sign == "-" else float(sign) if sign != "." else 0.0
                if sign != ".":
                    rows.append({**blank, "origin": origin, "time_hour": hour, "precip": precip})
        weather = pd.DataFrame(rows).astype(frames["weather"].dtypes.to_dict())
        return frames | {"weather": weather}

    return change


TRAPS = {
    "five hours and six hours": rain(EWR="0111110111111011111112"),
    "an hour without a reading": rain(EWR="111.11101111111.1111110", JFK="1111111"),
    "precip NULL within a spell": rain(JFK="1111-111011111-1111111"),
    "spells of equal length": rain(LGA="1111110111111", EWR="0111111", JFK="1111111"),
    "one airport goes on where another stops": rain(EWR="111100000", JFK="000011110"),
    "no weather at all": empty("weather"),
}

BY_LAG = variant("""
WITH wet AS (
    SELECT origin, time_hour,
        lag(time_hour) OVER line IS DISTINCT FROM time_hour - interval '1 hour' AS starts
    FROM weather WHERE precip > 0 WINDOW line AS (PARTITION BY origin ORDER BY time_hour)
), numbered AS (
    SELECT *, count(*) FILTER (WHERE starts) OVER (PARTITION BY origin ORDER BY time_hour) AS spell FROM wet
)
SELECT origin, min(time_hour) AS began, max(time_hour) AS ended, count(*) AS hours
FROM numbered GROUP BY origin, spell HAVING count(*) > 5
ORDER BY 4 DESC, 1, 2
""")

TWO_NUMBERS = wrong(
    "the difference of two row numbers takes the hour after a missing one for the next hour",
    """
    WITH line AS (
        SELECT origin, time_hour, precip,
            row_number() OVER (PARTITION BY origin ORDER BY time_hour)
            - row_number() OVER (PARTITION BY origin, precip > 0 ORDER BY time_hour) AS spell
        FROM weather
    )
    SELECT origin, min(time_hour) AS began, max(time_hour) AS ended, count(*) AS hours
    FROM line WHERE precip > 0 GROUP BY origin, spell HAVING count(*) >= 6 ORDER BY 4 DESC, 1, 2
    """,
    fails="trap: an hour without a reading",
    passes_given_data=True,
)

NO_PARTITION = wrong(
    "the hours of all airports are numbered in one line",
    """
    WITH wet AS (
        SELECT origin, time_hour,
            time_hour - interval '1 hour' * row_number() OVER (ORDER BY time_hour, origin) AS spell
        FROM weather WHERE precip > 0
    )
    SELECT origin, min(time_hour) AS began, max(time_hour) AS ended, count(*) AS hours
    FROM wet GROUP BY origin, spell HAVING count(*) >= 6 ORDER BY 4 DESC, 1, 2
    """,
)

OFF_BY_ONE = wrong(
    "a spell of exactly six hours is left out",
    """
    WITH wet AS (
        SELECT origin, time_hour, time_hour - interval '1 hour'
            * row_number() OVER (PARTITION BY origin ORDER BY time_hour) AS spell
        FROM weather WHERE precip > 0
    )
    SELECT origin, min(time_hour) AS began, max(time_hour) AS ended, count(*) AS hours
    FROM wet GROUP BY origin, spell HAVING count(*) > 6 ORDER BY 4 DESC, 1, 2
    """,
)

STARTS_AND_ENDS = wrong(
    "right rows, but starts, ends and neighbours are looked up in the table again and again",
    """
    WITH wet AS MATERIALIZED (SELECT origin, time_hour FROM weather WHERE precip > 0),
    starts AS (
        SELECT origin, time_hour FROM wet AS w WHERE NOT EXISTS (
            SELECT FROM weather AS b WHERE b.origin = w.origin AND b.precip > 0
            AND b.time_hour = w.time_hour - interval '1 hour')
    ), ends AS (
        SELECT origin, time_hour FROM wet AS w WHERE NOT EXISTS (
            SELECT FROM weather AS n WHERE n.origin = w.origin AND n.precip > 0
            AND n.time_hour = w.time_hour + interval '1 hour')
    ), spells AS (
        SELECT s.origin, s.time_hour AS began, min(e.time_hour) AS ended
        FROM starts AS s JOIN ends AS e ON e.origin = s.origin AND e.time_hour >= s.time_hour
        GROUP BY 1, 2
    )
    SELECT *, (extract(epoch FROM ended - began) / 3600 + 1)::int AS hours
    FROM spells WHERE ended >= began + interval '5 hours' ORDER BY hours DESC, origin, began
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: PostgreSQL 18.6 reads the 26,115 readings once, sorts the 1,749 wet ones, numbers and groups them; 94 of 516 spells are long enough.
Starts and ends by anti joins read `weather` three times and pair every start with all later ends.

**Pitfall**: the difference of two row numbers works on *rows*, so an hour without a reading joins two spells.
Subtract the number from the *time*, and a missing hour breaks the spell as it must.

**Alternative**: mark each row that does not follow its predecessor (`lag`) and count the marks so far.
It also serves where the step is no fixed interval, as in sessions with 30 minutes of silence.

**At work**: outages from heartbeats, streaks of failed runs, stays of a user, validity periods of a slowly changing dimension.
"""
