"""# How far a bad code list spreads

Airlines that serve the same destination share the ground system there, and with it the code lists of their feeds.
On 1 November the airline HA ships a broken list.
In each round every airline that has it passes it on to all airlines with which it shares a destination.

`flights` lists the departures by `carrier`, `dest` and `month`; an airline serves a destination if it has a flight there in November (`month = 11`), cancelled or not.
Where `dest` is NULL, the flight shares nothing.
Return `carrier` and `round`, the first round in which an airline has the list, for every airline that ever has it.
HA has it in round 0, if it has a flight in November.
Any order of rows is right.

The plan must hold a recursion, hand on at most 60,000 rows from any operator, and read at most 400,000 rows.
"""

from itertools import pairwise

import pandas as pd

from seniorde.problems import PlanBudget, SqlProblem, variant, wrong
from seniorde.problems.traps import empty, null, together, twice

PROBLEM = SqlProblem(
    id="w2-ctes-spreading-code-list",
    engine="duckdb",
    pattern="reachability in a graph with cycles",
    difficulty="medium",
    minutes=25,
    points=3,
    plan=PlanBudget(wants=("Recursive Union",), rows_handed_on=60_000, rows_read=400_000),
    hints={
        "Rows": (
            "If A passes it to B, B passes it back to A in the next round. What ends the recursion?",
            "`UNION` drops a row that was there before, but (UA, 1) and (UA, 3) are different rows: there are never more rounds than airlines. Or let `USING KEY (carrier)` keep one row for each.",
            "Only November counts: HA is in round 0 if it has a flight then, destinations are those of that month, and `=` finds no partner for NULL.",
        ),
        "Plan": (
            "Reduce the flights to different (`carrier`, `dest`) before anything is joined. How many are left?",
            "A CTE that is used once is put into the recursion and runs again in every round: `AS MATERIALIZED`.",
        ),
    },
)

SOLVE = """
WITH RECURSIVE serves AS MATERIALIZED (
    SELECT DISTINCT carrier, dest FROM flights WHERE month = 11
), shares AS MATERIALIZED (
    SELECT DISTINCT a.carrier AS giver, b.carrier AS taker
    FROM serves AS a JOIN serves AS b USING (dest)
), reached AS (
    SELECT DISTINCT carrier, 0 AS round FROM serves WHERE carrier = 'HA'
    UNION
    SELECT taker, round + 1
    FROM reached JOIN shares ON giver = carrier
    WHERE round < (SELECT count(DISTINCT carrier) FROM serves)
)
SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
"""


def oracle(flights):
    flights = flights[flights["month"] == 11]
    rounds = {"HA": 0} if (flights["carrier"] == "HA").any() else {}
    served = flights.dropna(subset=["dest"])
    newest = set(rounds)
    while newest:
        dests = served.loc[served["carrier"].isin(newest), "dest"]
        newest = set(served.loc[served["dest"].isin(dests), "carrier"]) - set(rounds)
        rounds |= dict.fromkeys(newest, max(rounds.values()) + 1)
    return pd.DataFrame(rounds.items(), columns=["carrier", "round"])


def served(**destinations):
    """One flight in November for each airline and destination, on top of the small table's other months."""

    def change(frames):
        flights = frames["flights"].query("month != 11 and carrier != 'HA'")
        pairs = [(carrier, dest) for carrier, dests in destinations.items() for dest in dests.split()]
        new = pd.concat([flights.iloc[[0]]] * len(pairs), ignore_index=True)
        new[["carrier", "dest"]] = pairs
        return frames | {"flights": pd.concat([flights, new.assign(month=11)], ignore_index=True)}

    return change


def chain(*carriers):
    """Each airline shares one destination with the next."""
    stops: dict[str, list[str]] = {carrier: [] for carrier in carriers}
    for at, (left, right) in enumerate(pairwise(carriers)):
        stops[left].append(f"D{at}")
        stops[right].append(f"D{at}")
    return served(**{carrier: " ".join(dests) for carrier, dests in stops.items()})


ISLANDS = served(HA="HNL", UA="HNL ORD", AA="ORD", WN="MDW", FL="ATL MDW")

TRAPS = {
    "a chain of twelve airlines": chain("HA", *"ABCDEFGHIJK"),
    "airlines that are never reached": ISLANDS,
    "a ring, and a short cut": served(HA="A B", UA="A C", AA="C D", DL="D B", US="D"),
    "every flight twice": together(ISLANDS, twice("flights")),
    "HA shares nothing": served(HA="HNL", UA="ORD", AA="ORD"),
    "HA does not fly in November": served(UA="ORD", AA="ORD"),
    "dest NULL": together(ISLANDS, null("flights", "dest", rows=9, where="month == 11 and dest == 'ORD'")),
    "all destinations NULL": together(ISLANDS, null("flights", "dest", rows=99)),
    "no flights at all": empty("flights"),
}

BY_KEY = variant("""
WITH RECURSIVE serves AS MATERIALIZED (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11),
reached(carrier, round) USING KEY (carrier) AS (
    SELECT DISTINCT carrier, 0 FROM serves WHERE carrier = 'HA'
    UNION
    SELECT DISTINCT b.carrier, r.round + 1
    FROM reached AS r JOIN serves AS a ON a.carrier = r.carrier JOIN serves AS b ON b.dest = a.dest
    WHERE NOT EXISTS (FROM recurring.reached AS k WHERE k.carrier = b.carrier)
)
SELECT * FROM reached
""")

BY_GUARD = variant("""
WITH RECURSIVE serves AS MATERIALIZED (SELECT carrier, dest FROM flights WHERE month = 11 GROUP BY ALL),
reached AS (
    SELECT 'HA' AS carrier, 0 AS round WHERE EXISTS (FROM serves WHERE carrier = 'HA')
    UNION
    SELECT b.carrier, r.round + 1 FROM reached AS r JOIN serves AS a USING (carrier) JOIN serves AS b ON a.dest = b.dest
    WHERE r.round < 20
)
SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
""")

BY_SET = variant("""
WITH RECURSIVE serves AS MATERIALIZED (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11),
shares AS MATERIALIZED (
    SELECT DISTINCT a.carrier AS giver, b.carrier AS taker FROM serves a JOIN serves b USING (dest)),
waves AS (
    SELECT DISTINCT 0 AS round, carrier, ['HA'] AS seen FROM serves WHERE carrier = 'HA'
    UNION ALL
    SELECT round + 1, unnest(fresh), list_concat(seen, fresh) FROM (
        SELECT w.round, any_value(w.seen) AS seen,
            list_distinct(list(s.taker) FILTER (NOT list_contains(w.seen, s.taker))) AS fresh
        FROM waves AS w JOIN shares AS s ON s.giver = w.carrier GROUP BY w.round
    ) AS next WHERE len(fresh) > 0
)
SELECT carrier, round FROM waves
""")

FEW_ROUNDS = wrong(
    "a guard of five rounds suits today's network",
    """
    WITH RECURSIVE serves AS MATERIALIZED (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11),
    reached AS (
        SELECT DISTINCT carrier, 0 AS round FROM serves WHERE carrier = 'HA'
        UNION
        SELECT b.carrier, r.round + 1 FROM reached AS r JOIN serves AS a USING (carrier) JOIN serves AS b ON a.dest = b.dest
        WHERE r.round < 5
    )
    SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
    """,
    fails="trap: a chain of twelve airlines",
    passes_given_data=True,
)

HA_BY_DECREE = wrong(
    "HA is in the result though it has no flight in November",
    """
    WITH RECURSIVE serves AS MATERIALIZED (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11),
    reached AS (
        SELECT 'HA' AS carrier, 0 AS round
        UNION
        SELECT b.carrier, r.round + 1 FROM reached AS r JOIN serves AS a USING (carrier) JOIN serves AS b ON a.dest = b.dest
        WHERE r.round < 20
    )
    SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
    """,
    fails="trap: HA does not fly in November",
    passes_given_data=True,
)

NULL_IS_A_PLACE = wrong(
    "flights without a destination are taken to share one",
    """
    WITH RECURSIVE serves AS MATERIALIZED (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11),
    reached AS (
        SELECT DISTINCT carrier, 0 AS round FROM serves WHERE carrier = 'HA'
        UNION
        SELECT b.carrier, r.round + 1 FROM reached AS r JOIN serves AS a USING (carrier)
        JOIN serves AS b ON a.dest IS NOT DISTINCT FROM b.dest
        WHERE r.round < 20
    )
    SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
    """,
    fails="trap: dest NULL",
    passes_given_data=True,
)

WHOLE_YEAR = wrong(
    "destinations of other months are shared too",
    """
    WITH RECURSIVE serves AS MATERIALIZED (SELECT DISTINCT carrier, dest FROM flights),
    reached AS (
        SELECT DISTINCT carrier, 0 AS round FROM serves WHERE carrier = 'HA'
        UNION
        SELECT b.carrier, r.round + 1 FROM reached AS r JOIN serves AS a USING (carrier) JOIN serves AS b ON a.dest = b.dest
        WHERE r.round < 20
    )
    SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
    """,
)

FLIGHTS_JOINED = wrong(
    "right rows, but flights are joined where pairs of airline and destination are meant",
    """
    WITH RECURSIVE shares AS MATERIALIZED (
        SELECT DISTINCT a.carrier AS giver, b.carrier AS taker
        FROM flights AS a JOIN flights AS b USING (dest) WHERE a.month = 11 AND b.month = 11
    ), reached AS (
        SELECT DISTINCT carrier, 0 AS round FROM flights WHERE carrier = 'HA' AND month = 11
        UNION
        SELECT taker, round + 1 FROM reached JOIN shares ON giver = carrier WHERE round < 20
    )
    SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
    """,
    fails="plan",
    passes_given_data=True,
)

EVERY_ROUND = wrong(
    "right rows, but the CTE is used once, so DuckDB reads the flights again in every round",
    """
    WITH RECURSIVE shares AS (
        SELECT DISTINCT a.carrier AS giver, b.carrier AS taker
        FROM (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11) AS a
        JOIN (SELECT DISTINCT carrier, dest FROM flights WHERE month = 11) AS b USING (dest)
    ), reached AS (
        SELECT DISTINCT carrier, 0 AS round FROM flights WHERE carrier = 'HA' AND month = 11
        UNION
        SELECT taker, round + 1 FROM reached JOIN shares ON giver = carrier WHERE round < 20
    )
    SELECT carrier, min(round) AS round FROM reached GROUP BY carrier
    """,
    fails="plan",
    passes_given_data=True,
)

NOTES = """
**Plan**: DuckDB 1.5.5 reads the 27,268 flights of November once, keeps 244 pairs of airline and destination and 146 pairs of airlines.
All 16 airlines have the list after three rounds.
Joined as flights, the pairs would be 20 million rows; with the CTE inlined, every round reads the month again.

**Pitfall**: a column that grows (`round`, a path) makes every row new, and `UNION` has nothing to drop.
Then you need a bound that holds for *every* graph: never more rounds than nodes.

**Alternative**: `USING KEY (carrier)` keeps one row for each airline, and with `recurring` the recursion asks what is known already: the classic breadth-first search, 16 rows in all instead of some 240.
On PostgreSQL: `CYCLE carrier SET … USING …`, which remembers whole paths.

**At work**: the blast radius of a broken table in a lineage graph, the owners behind a company, accounts that share a device.
"""
