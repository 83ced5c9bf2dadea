"""# The busiest sixty minutes

The crew of a runway is planned for its worst hour, and that hour does not begin on the hour.
`flights` lists departures by `origin`; a flight is planned for the moment `time_hour` plus `minute` minutes, whether it flew or was cancelled.
Look at June, July and August (`month` 6 to 8) only, as if there were no other flights.
Sixty minutes that begin at a moment hold the flights planned from that moment up to, but not with, the moment an hour later.
Return `origin`, `month`, `began` and `flights` for every airport and month with a flight:
of all sixty minutes that begin at the planned moment of a flight of this airport with this `month`, those with the most flights of the airport; `flights` is how many.
Flights that fall into the sixty minutes count, whichever of the three months is theirs.
Where several have the most, return the earliest.
Any order of rows is right.

For example: flights at 9:50, 10:00, 10:00, 10:49 and 10:50: from 9:50 there are four, from 10:00 there are four too; return 9:50.

The plan must read `flights` once and hold no join.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, tie, together, twice, unchanged, value

PROBLEM = SqlProblem(
    id="w2-window-frames-busiest-hour",
    engine="duckdb",
    pattern="frame that looks ahead by value",
    difficulty="medium",
    minutes=20,
    points=3,
    plan=PlanBudget(scans={"flights": 1}, forbids=("Join", "Nested Loop", "Cross Product")),
    hints={
        "Rows": (
            "May your sixty minutes begin at 9:50, and do they hold every flight planned for that very minute, cancelled or not?",
            "A `RANGE` frame holds both of its ends. How far ahead may it reach, if times are whole minutes?",
            "Count by airport over everything; choose by airport and month afterwards, in another step. Filter the months first, and break ties by `began`.",
        ),
        "Plan": (
            "Which frame begins at the row and reaches ahead, by the clock and not by rows?",
            "For example `RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING`, by `origin`, in the order of the planned moment.",
            "Choose without a join with the maximum: for example by `QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY …) = 1`, or by `arg_min`.",
        ),
    },
)

SOLVE = """
WITH planned AS (
    SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights WHERE month IN (6, 7, 8)
), ahead AS (
    SELECT origin, month, began, count(*) OVER (
        PARTITION BY origin ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING
    ) AS flights
    FROM planned
)
SELECT origin, month, began, flights
FROM ahead
QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights DESC, began) = 1
"""


def oracle(flights):
    flights = flights[flights["month"].isin([6, 7, 8])]
    moments = flights["time_hour"] + pd.to_timedelta(flights["minute"], unit="min")
    best = {}
    for origin, of_airport in flights.assign(began=moments).groupby("origin"):
        line = of_airport["began"].sort_values().reset_index(drop=True)
        end = line.searchsorted(of_airport["began"] + pd.Timedelta(hours=1))
        held = end - line.searchsorted(of_airport["began"])
        for month, began, count in zip(of_airport["month"], of_airport["began"], held, strict=True):
            key = origin, month
            best[key] = min(best.get(key, (0, began)), (-count, began))
    rows = [(*key, began, -count) for key, (count, began) in best.items()]
    return pd.DataFrame(rows, columns=["origin", "month", "began", "flights"])


def planned(**airports):
    """Flights of the last evening of June and the first morning of July, by minutes after 22:00."""

    def change(frames):
        blank, rows = frames["flights"].iloc[0], []
        for origin, minutes in airports.items():
            for after in minutes:
                moment = pd.Timestamp("2013-06-30 22:00", tz="UTC") + pd.Timedelta(minutes=after)
                rows.append(
                    {**blank, "origin": origin, "month": moment.month, "day": moment.day}
                    | {"time_hour": moment.floor("h"), "hour": moment.hour, "minute": moment.minute}
                    | {"flight": len(rows) + 1}
                )
        return frames | {"flights": pd.DataFrame(rows).astype(frames["flights"].dtypes.to_dict())}

    return change


TRAPS = {
    "the sixtieth minute and the one before": planned(EWR=[0, 10, 59, 60], LGA=[5, 64, 65, 66]),
    "several in the same minute": planned(EWR=[0, 30, 30, 30, 88, 89, 95, 200]),
    "two hours equally busy": planned(JFK=[0, 20, 40, 300, 320, 340], EWR=[7, 7, 80, 80]),
    "an hour that begins in June and ends in July": planned(
        EWR=[10, 90, 121, 130, 140, 260, 270], LGA=[119, 121]
    ),
    "an hour across two hours of the clock": planned(JFK=[0, 40, 50, 70, 80, 95]),
    "two airports at the same time": planned(JFK=[0, 10, 20], LGA=[5, 15]),
    "cancelled flights": together(planned(JFK=[0, 10, 20, 100, 110]), null("flights", "dep_time", rows=3)),
    "all at one moment": together(
        planned(EWR=range(0, 40, 5)), tie("flights", "time_hour", rows=8), tie("flights", "minute", rows=8)
    ),
    "every flight twice": together(planned(JFK=[0, 59, 60, 118, 119]), twice("flights")),
    "flights of a month that is left out": together(
        planned(EWR=[0, 10, 20, 130, 140, 145]), value("flights", "month", 9, rows=2, where="minute == 20")
    ),
    "few flights in these months": unchanged(),
    "no flights at all": empty("flights"),
}

BY_MINUTE = variant("""
WITH minutes AS (
    SELECT origin, month, epoch(time_hour) / 60 + minute AS tick, count(*) AS n FROM flights WHERE month IN (6, 7, 8) GROUP BY ALL
), ahead AS (
    SELECT *, sum(n) OVER (PARTITION BY origin ORDER BY tick RANGE BETWEEN CURRENT ROW AND 59 FOLLOWING) AS held
    FROM minutes
)
SELECT origin, month, to_timestamp(60 * arg_min(tick, (-held, tick))) AS began, max(held) AS flights
FROM ahead GROUP BY origin, month
""")

LOOKING_BACK = variant("""
WITH planned AS (SELECT origin, month, time_hour + minute * INTERVAL 1 MINUTE AS began FROM flights WHERE month IN (6, 7, 8)),
ahead AS (
    SELECT origin, month, began, count(*) OVER (PARTITION BY origin ORDER BY began DESC
        RANGE BETWEEN INTERVAL '59 minutes 59 seconds' PRECEDING AND CURRENT ROW) AS flights FROM planned
)
SELECT DISTINCT ON (origin, month) origin, month, began, flights
FROM ahead ORDER BY origin, month, flights DESC, began
""")

TWO_COUNTS = variant("""
WITH planned AS (SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights WHERE month IN (6, 7, 8)),
ahead AS (
    SELECT origin, month, began,
        count(*) OVER (w RANGE BETWEEN CURRENT ROW AND INTERVAL 1 HOUR FOLLOWING)
        - count(*) OVER (w RANGE BETWEEN INTERVAL 1 HOUR FOLLOWING AND INTERVAL 1 HOUR FOLLOWING) AS flights
    FROM planned WINDOW w AS (PARTITION BY origin ORDER BY began)
), best AS (SELECT *, max(flights) OVER (PARTITION BY origin, month) AS most FROM ahead)
SELECT origin, month, min(began) AS began, most AS flights FROM best WHERE flights = most GROUP BY ALL
""")

ON_THE_CLOCK = wrong(
    "the hours of the clock cut the busy hour in two",
    """
    SELECT origin, month, time_hour AS began, count(*) AS flights FROM flights WHERE month IN (6, 7, 8) GROUP BY 1, 2, 3
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY count(*) DESC, time_hour) = 1
    """,
)

SIXTY_ONE = wrong(
    "an off-by-one: a RANGE frame holds its end, so 60 minutes ahead are 61",
    """
    WITH planned AS (SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights WHERE month IN (6, 7, 8)),
    ahead AS (SELECT *, count(*) OVER (PARTITION BY origin ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 1 HOUR FOLLOWING) AS flights FROM planned)
    SELECT * FROM ahead
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights DESC, began) = 1
    """,
)

PEERS_FORGOTTEN = wrong(
    "with the half-open end repaired, the flights before it in the same minute are not held",
    """
    WITH planned AS (
        SELECT origin, month, time_hour + to_minutes(minute) AS began,
            row_number() OVER (PARTITION BY origin ORDER BY time_hour, minute, carrier, flight) AS place
        FROM flights WHERE month IN (6, 7, 8)
    ), ahead AS (SELECT *, max(place) OVER (PARTITION BY origin ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING) - place + 1 AS flights FROM planned)
    SELECT origin, month, began, flights FROM ahead
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights, began) = 1
    """,
)

MONTH_ENDS = wrong(
    "the month in the partition cuts the frame off at its last midnight",
    """
    WITH planned AS (SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights WHERE month IN (6, 7, 8)),
    ahead AS (SELECT *, count(*) OVER (PARTITION BY origin, month ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING) AS flights FROM planned)
    SELECT * FROM ahead
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights DESC, began) = 1
    """,
    fails="trap: an hour that begins in June and ends in July",
    passes_given_data=True,
)

ALL_OF_THEM = wrong(
    "rank returns every hour that is equally busy",
    """
    WITH planned AS (SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights WHERE month IN (6, 7, 8)),
    ahead AS (SELECT *, count(*) OVER (PARTITION BY origin ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING) AS flights FROM planned)
    SELECT * FROM ahead QUALIFY rank() OVER (PARTITION BY origin, month ORDER BY flights DESC) = 1
    """,
)

FILTERED_LATE = wrong(
    "a filter after the window leaves the flights of other months in the frames",
    """
    WITH planned AS (SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights),
    ahead AS (SELECT *, count(*) OVER (PARTITION BY origin ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING) AS flights FROM planned)
    SELECT * FROM ahead WHERE month IN (6, 7, 8)
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights DESC, began) = 1
    """,
    fails="trap: flights of a month that is left out",
    passes_given_data=True,
)

ONLY_FLOWN = wrong(
    "cancelled flights were planned too",
    """
    WITH planned AS (
        SELECT origin, month, time_hour + to_minutes(minute) AS began FROM flights
        WHERE month IN (6, 7, 8) AND dep_time IS NOT NULL
    ), ahead AS (SELECT *, count(*) OVER (PARTITION BY origin ORDER BY began
        RANGE BETWEEN CURRENT ROW AND INTERVAL 59 MINUTES FOLLOWING) AS flights FROM planned)
    SELECT * FROM ahead
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights DESC, began) = 1
    """,
)

JOINED = wrong(
    "right rows, but every moment is joined with the moments of its hour of the clock and of the next",
    """
    WITH minutes AS (
        SELECT origin, month, time_hour, time_hour + to_minutes(minute) AS began, count(*) AS n
        FROM flights WHERE month IN (6, 7, 8) GROUP BY ALL
    ), twice AS (
        SELECT origin, unnest([time_hour, time_hour - INTERVAL 1 HOUR]) AS time_hour, began, n FROM minutes
    ), ahead AS (
        SELECT a.origin, a.month, a.began, sum(b.n) AS flights
        FROM minutes AS a JOIN twice AS b USING (origin, time_hour)
        WHERE b.began >= a.began AND b.began < a.began + INTERVAL 1 HOUR
        GROUP BY ALL
    )
    SELECT * FROM ahead
    QUALIFY row_number() OVER (PARTITION BY origin, month ORDER BY flights DESC, began) = 1
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 reads the flights once, sorts the 86,995 of the summer twice, and finds both ends of every frame in the sorted order.
By the hours of the clock, JFK never plans more than 32 flights in an hour of this summer; in sixty minutes from 11:55 UTC on 7 June it plans 35.

**Pitfall**: both ends of a `RANGE` frame are held, so `INTERVAL 1 HOUR FOLLOWING` counts the flight that leaves exactly an hour later.
Where times are whole minutes, 59 minutes are the half-open hour; where they are finer, take away what stands exactly at the end.

**Alternative**: bring the flights down to one row a minute first and `sum` the counts: a window over 51,939 rows instead of 86,995.

**At work**: peak load of an API for a rate limit, most sessions at once for a licence, staffing a shift.
A limit "a thousand calls an hour" that is judged by the hours of the clock lets two thousand pass within a few minutes.
"""
