"""# The last departure of each airport

`departures` lists flights by `departs_at` (`timestamptz`, never NULL), `origin`, `carrier` and `flight`.
It has a partition for each month of UTC and in each an index on (`origin`, `departs_at`); the cell above makes it of `flights`.
`airports` lists the airports by `faa`, each once.

Return `faa`, `departs_at`, `carrier` and `flight` for the last departure of each of the airports `EWR`, `JFK`, `LGA` and `SWF`, if it is in `airports`.
Where several depart in that moment, take the carrier first in the alphabet, then the lowest flight.
An airport without departures has one row, with NULL in the other columns.
Any order of rows is right.

The plan may touch at most 120 pages; reading everything touches more than 2,500.
"""

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, unchanged
from seniorde.problems.week_03.partitioning._departures import SETUP, departures, flown

__all__ = ["SETUP"]

PROBLEM = SqlProblem(
    id="w3-partitioning-last-departures",
    engine="postgres",
    pattern="first row over ordered partitions",
    difficulty="hard",
    minutes=25,
    points=4,
    plan=PlanBudget(pages=120),
    hints={
        "Rows": (
            "Of several departures in one moment, which columns decide, and does each of them count up or down?",
            "Only the moment counts down, for example `ORDER BY departs_at DESC, carrier, flight`: take the first row of each airport.",
            "Begin with `airports` and join outer, for example with `LEFT JOIN`: an airport without departures keeps its row. "
            "Bound the search by no date: the last departure may lie in any month.",
        ),
        "Plan": (
            "For *one* airport: which query reads one row of one partition? Look at its plan: what of `Append` was never executed?",
            "`WHERE origin = … ORDER BY departs_at DESC … LIMIT 1` walks the partitions from the newest and stops. Now do that for each airport.",
            "`FROM airports AS a LEFT JOIN LATERAL (SELECT … WHERE origin = a.faa ORDER BY … LIMIT 1) AS d ON true`.",
        ),
    },
)

SOLVE = """
SELECT a.faa, d.departs_at, d.carrier, d.flight
FROM airports AS a
LEFT JOIN LATERAL (
    SELECT departs_at, carrier, flight
    FROM departures
    WHERE origin = a.faa
    ORDER BY departs_at DESC, carrier, flight
    LIMIT 1
) AS d ON true
WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
"""

ASKED = ("EWR", "JFK", "LGA", "SWF")


def oracle(flights, airports):
    rows = departures(flights).sort_values(["departs_at", "carrier", "flight"], ascending=[False, True, True])
    last = rows.drop_duplicates("origin")[["origin", "departs_at", "carrier", "flight"]]
    listed = airports[airports["faa"].isin(ASKED)][["faa"]]
    found = listed.merge(last, left_on="faa", right_on="origin", how="left")
    return found[["faa", "departs_at", "carrier", "flight"]]


def at(moment, origin, carrier="AA", flight=1):
    return moment, {"origin": origin, "carrier": carrier, "flight": flight}


def without(*codes):
    def change(frames):
        airports = frames["airports"]
        return frames | {"airports": airports[~airports["faa"].isin(codes)].reset_index(drop=True)}

    return change


def with_airports(trap):
    """The four airports and one more are among the small airports."""

    def change(frames):
        airports = frames["airports"]
        few = pd.concat([airports.head(len(ASKED) + 1)], ignore_index=True)
        few["faa"] = [*ASKED, "BOS"]
        return trap(frames | {"airports": few})

    return change


TRAPS = {
    name: with_airports(trap)
    for name, trap in {
        "the last one lies months back": flown(
            at("2013-02-11 10:00", "EWR"), at("2014-01-01 01:00", "JFK"), at("2013-11-30 23:59", "LGA"),
            at("2013-02-11 09:00", "EWR", flight=2), at("2013-12-24 09:00", "BOS"),
        ),
        "several in one moment": flown(
            at("2013-06-30 23:00", "JFK", "UA", 7), at("2013-06-30 23:00", "JFK", "B6", 90),
            at("2013-06-30 23:00", "JFK", "B6", 9), at("2013-06-30 22:59", "JFK", "AA", 1),
        ),
        "two partitions meet": flown(
            at("2013-03-31 23:59", "LGA", "AA", 5), at("2013-04-01 00:00", "LGA", "WN", 6),
            at("2013-04-01 00:00", "EWR", "DL", 3), at("2013-03-31 23:59", "EWR", "AA", 8),
        ),
        "an airport is not in the list": without("LGA", "SWF"),
        "the small sample": unchanged(),
        "no flights at all": empty("flights"),
        "no airports at all": empty("airports"),
    }.items()
}  # fmt: skip

BY_SUBQUERY = variant("""
SELECT a.faa, d.departs_at, d.carrier, d.flight
FROM (
    SELECT faa, (SELECT departs_at FROM departures WHERE origin = faa ORDER BY departs_at DESC LIMIT 1) AS last
    FROM airports WHERE faa IN ('EWR', 'JFK', 'LGA', 'SWF')
) AS a
LEFT JOIN LATERAL (
    SELECT * FROM departures WHERE origin = a.faa AND departs_at = a.last ORDER BY carrier, flight LIMIT 1
) AS d ON true
""")

WHOLE_ROW = variant("""
SELECT faa, (d).departs_at, (d).carrier, (d).flight
FROM (
    SELECT faa, (SELECT x FROM departures AS x WHERE x.origin = a.faa
        ORDER BY x.departs_at DESC, x.carrier, x.flight LIMIT 1) AS d
    FROM airports AS a WHERE faa = ANY ('{EWR,JFK,LGA,SWF}')
) AS found
""")

LARGEST_MOMENT = variant("""
SELECT a.faa, d.departs_at, d.carrier, d.flight
FROM airports AS a
LEFT JOIN LATERAL (SELECT max(departs_at) AS last FROM departures WHERE origin = a.faa) AS m ON true
LEFT JOIN LATERAL (
    SELECT departs_at, carrier, flight FROM departures AS d
    WHERE d.origin = a.faa AND d.departs_at = m.last ORDER BY carrier, flight LIMIT 1
) AS d ON true
WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
""")

ONE_BY_ONE = variant("""
SELECT a.faa, d.departs_at, d.carrier, d.flight
FROM airports AS a LEFT JOIN (
    (SELECT * FROM departures WHERE origin = 'EWR' ORDER BY departs_at DESC, carrier, flight LIMIT 1) UNION ALL
    (SELECT * FROM departures WHERE origin = 'JFK' ORDER BY departs_at DESC, carrier, flight LIMIT 1) UNION ALL
    (SELECT * FROM departures WHERE origin = 'LGA' ORDER BY departs_at DESC, carrier, flight LIMIT 1) UNION ALL
    (SELECT * FROM departures WHERE origin = 'SWF' ORDER BY departs_at DESC, carrier, flight LIMIT 1)
) AS d ON d.origin = a.faa
WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
""")

TIE_FORGOTTEN = wrong(
    "of several flights in the last moment any may come",
    """
    SELECT a.faa, d.departs_at, d.carrier, d.flight FROM airports AS a
    LEFT JOIN LATERAL (SELECT * FROM departures WHERE origin = a.faa
        ORDER BY departs_at DESC, flight LIMIT 1) AS d ON true
    WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
    """,
)

ALL_DESCENDING = wrong(
    "the tie is broken from the end of the alphabet",
    """
    SELECT a.faa, d.departs_at, d.carrier, d.flight FROM airports AS a
    LEFT JOIN LATERAL (SELECT * FROM departures WHERE origin = a.faa
        ORDER BY (departs_at, carrier, flight) DESC LIMIT 1) AS d ON true
    WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
    """,
)

LOST_AIRPORT = wrong(
    "the airport without departures is lost",
    """
    SELECT a.faa, d.departs_at, d.carrier, d.flight FROM airports AS a
    CROSS JOIN LATERAL (SELECT * FROM departures WHERE origin = a.faa
        ORDER BY departs_at DESC, carrier, flight LIMIT 1) AS d
    WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
    """,
)

NEWEST_MONTHS = wrong(
    "only the newest partitions are asked, by their date",
    """
    SELECT a.faa, d.departs_at, d.carrier, d.flight FROM airports AS a
    LEFT JOIN LATERAL (SELECT * FROM departures WHERE origin = a.faa AND departs_at >= '2013-12-01'
        ORDER BY departs_at DESC, carrier, flight LIMIT 1) AS d ON true
    WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
    """,
    fails="trap: the last one lies months back",
    passes_given_data=True,
)

DISTINCT_ON = wrong(
    "right rows, but every row of every partition is read and sorted",
    """
    SELECT a.faa, d.departs_at, d.carrier, d.flight FROM airports AS a
    LEFT JOIN (SELECT DISTINCT ON (origin) * FROM departures
        ORDER BY origin, departs_at DESC, carrier, flight) AS d ON d.origin = a.faa
    WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
    """,
    fails="plan",
    passes_given_data=True,
)

NUMBERED = wrong(
    "right rows, but row_number numbers all rows of all partitions",
    """
    SELECT a.faa, d.departs_at, d.carrier, d.flight FROM airports AS a
    LEFT JOIN (SELECT *, row_number() OVER (PARTITION BY origin
        ORDER BY departs_at DESC, carrier, flight) AS n FROM departures) AS d ON d.origin = a.faa AND d.n = 1
    WHERE a.faa IN ('EWR', 'JFK', 'LGA', 'SWF')
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: for each airport an ordered `Append` of index scans, newest partition first; `Limit` stops it after one row, and the older partitions are *never executed*.
The airport without departures asks all thirteen indexes, some pages each: an absence must be looked for everywhere.

**Pitfall**: `DISTINCT ON` and `row_number()` are right and read every row; PostgreSQL 18.6 has no skip scan that jumps to the next `origin` for them.

**Alternative**: a small table with the newest row of each key, kept up to date by the load; then the question costs one page, and the load pays.

**At work**: "the newest state of each device" on a table partitioned by day. With a `LIMIT` inside `LATERAL`, devices that report daily cost one partition; those that fell silent cost all, so bound the search by an age and report the rest as unknown.
"""
