'''# One fate for every line

DuckDB has a table `raw(n BIGINT, delivered DATE, line VARCHAR)`: the lines of an orders file, numbered as they came. A good line is

```json
{"event_id": "e1", "occurred_at": "2025-10-07T09:00:00Z", "customer_id": 17, "currency": "EUR", "quantity": 2, "cents": 995}
```

Write **one query** that returns every line once: `n`, `fate` and five typed columns, in this order, in any order of rows. The first fate that fits counts:

| `fate` | when |
| :-- | :-- |
| `malformed` | the line is no JSON, or has no `event_id` |
| `time` | `occurred_at` is missing, is no timestamp, or lies after the day `delivered` (UTC) |
| `quantity` | `quantity` is missing, no whole number, or below 1 |
| `duplicate` | an earlier line (by `n`) with the same `event_id` was kept |
| `kept` | otherwise |

For kept lines `event_id` TEXT, `dt` DATE (its day in UTC), `customer_id` INTEGER, `currency` TEXT in capitals, `cents` BIGINT: quantity × cents. For all others these five are NULL.

Numbers may come as text, such as `"2"`; `occurred_at` has `Z` or an offset. Where `customer_id` is no number it is NULL; `cents` is always good, `currency` is text or missing.

Write it as `r"""…"""` in place of `...`. The session's time zone is UTC.

| line | fate |
| :-- | :-- |
| `{"event_id": "a", "occurred_at": "2025-10-07T01:30:00+02:00", "customer_id": "7", "currency": "eur", "quantity": "2", "cents": 50}` | `kept`: `a`, 2025-10-06, 7, `EUR`, 100 |
| `{"event_id": "b", "occurred_at": "2031-10-07T09:00:00Z", …` | `time` |
| `{"event_id": "a", …`, the first line again | `duplicate` |
| `{"event_id": "c", "occurred_at": "2025-10` | `malformed` |
'''

import json
import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-lake-silver-rows",
    pattern="quarantine",
    difficulty="medium",
    minutes=25,
    points=4,
    hints={
        "As in the statement": (
            "Go in steps of WITH: parse, type, name the reason, number the good ones.",
            "`try_cast(line AS JSON)` is NULL for what is no JSON; `j->>'name'` gives text, `upper` its capitals.",
        ),
        "Types": (
            "TRY_CAST gives NULL where CAST raises; which text does it take for a whole number, though?",
            "`try_cast('1.5' AS INTEGER)` is 2: ask with `regexp_full_match(text, '[+-]?[0-9]+')` first.",
        ),
        "Doubles": (
            "A spoiled first copy is not kept, so the second copy is no duplicate.",
            "Number within `event_id` *after* the reason is known: `row_number() OVER (PARTITION BY event_id, reason IS NULL ORDER BY n)`.",
        ),
        "Any lines": (
            "Every line comes out once, with the five columns NULL unless it is kept.",
            "An empty event_id is an id; an event_id that is JSON null is none, and `->>` gives NULL for it.",
        ),
    },
)

SOLVE = r"""
WITH parsed AS (
    SELECT n, delivered, try_cast(line AS JSON) AS j FROM raw
), typed AS (
    SELECT n, delivered,
        j->>'event_id' AS event_id,
        try_cast(j->>'occurred_at' AS TIMESTAMPTZ) AS occurred_at,
        try_cast(j->>'customer_id' AS INTEGER) AS customer_id,
        upper(j->>'currency') AS currency,
        CASE WHEN regexp_full_match(j->>'quantity', '[+-]?[0-9]+')
            THEN try_cast(j->>'quantity' AS BIGINT) END AS quantity,
        try_cast(j->>'cents' AS BIGINT) AS cents
    FROM parsed
), judged AS (
    SELECT *, CASE
        WHEN event_id IS NULL THEN 'malformed'
        WHEN occurred_at IS NULL OR occurred_at >= delivered + INTERVAL 1 DAY THEN 'time'
        WHEN quantity IS NULL OR quantity < 1 THEN 'quantity'
        END AS reason
    FROM typed
), fated AS (
    SELECT *, CASE
        WHEN reason IS NOT NULL THEN reason
        WHEN row_number() OVER (PARTITION BY event_id, reason IS NULL ORDER BY n) > 1 THEN 'duplicate'
        ELSE 'kept' END AS fate
    FROM judged
)
SELECT n, fate,
    CASE fate WHEN 'kept' THEN event_id END AS event_id,
    CASE fate WHEN 'kept' THEN occurred_at::DATE END AS dt,
    CASE fate WHEN 'kept' THEN customer_id END AS customer_id,
    CASE fate WHEN 'kept' THEN currency END AS currency,
    CASE fate WHEN 'kept' THEN quantity * cents END AS cents
FROM fated
"""

COLUMNS = {
    "n": "BIGINT", "fate": "VARCHAR", "event_id": "VARCHAR", "dt": "DATE", "customer_id": "INTEGER",
    "currency": "VARCHAR", "cents": "BIGINT",
}  # fmt: skip
DAY = date(2025, 10, 7)


def oracle(lines):
    """Line by line, in Python."""
    kept, found = set(), []
    for n, line in enumerate(lines, start=1):
        fate, event = fate_of(line)
        if fate == "kept" and event["event_id"] in kept:
            fate = "duplicate"
        values = (None,) * 5
        if fate == "kept":
            kept.add(event["event_id"])
            day = datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00")).astimezone(UTC).date()
            customer, currency = event.get("customer_id"), event.get("currency")
            customer = int(customer) if re.fullmatch(r"[0-9]+", str(customer)) else None
            values = (event["event_id"], day, customer, currency.upper() if currency else currency,
                      int(event["quantity"]) * int(event["cents"]))  # fmt: skip
        found.append((n, fate, *values))
    return found


def fate_of(line):
    try:
        event = json.loads(line)
    except ValueError:
        return "malformed", {}
    if not isinstance(event, dict) or event.get("event_id") is None:
        return "malformed", {}
    try:
        at = datetime.fromisoformat(event["occurred_at"].replace("Z", "+00:00"))
    except (KeyError, ValueError, AttributeError):
        return "time", {}
    end = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC) + timedelta(days=1)
    if at >= end:
        return "time", {}
    quantity = str(event.get("quantity"))
    if not re.fullmatch(r"[+-]?[0-9]+", quantity) or int(quantity) < 1:
        return "quantity", {}
    return "kept", event


@cache
def database():
    from seniorde import labs

    con = labs.duckdb()
    con.execute("CREATE TABLE raw (n BIGINT, delivered DATE, line VARCHAR)")
    return con


def expect(query, lines):
    import duckdb

    con = database()
    con.execute("DELETE FROM raw")
    if lines:
        con.executemany(
            "INSERT INTO raw VALUES (?, ?, ?)", [(n, DAY, line) for n, line in enumerate(lines, 1)]
        )
    try:
        found = con.sql(query)
        if found is None:
            raise Refused("query", "This is no query that returns rows.")
        types = dict(zip(found.columns, map(str, found.types), strict=True))
        rows = found.fetchall()
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise Refused("error", f"DuckDB says: {first}", lines="\n".join(lines[:6])) from None
    if list(types) != list(COLUMNS):
        raise Refused(
            "columns", "These are not the columns.", expected=", ".join(COLUMNS), got=", ".join(types)
        )
    wanted = oracle(lines)
    got = sorted(rows, key=lambda row: (row[0] is None, row[0]))
    by_number = {row[0]: row for row in wanted}
    for row in got:
        if row != by_number.get(row[0]):
            raise Refused(
                "rows",
                f"Line {row[0]} is not as it must be.",
                line=str(lines[row[0] - 1]) if row[0] in by_number else "(there is no such line)",
                expected=str(by_number.get(row[0])),
                got=str(row),
            )
    if len(got) != len(wanted):
        raise Refused("rows", f"{len(lines)} lines come out as {len(got)} rows.", lines="\n".join(lines[:6]))
    if types != COLUMNS:
        name = next(name for name in COLUMNS if types[name] != COLUMNS[name])
        raise Refused("types", f"{name} is {types[name]}; {COLUMNS[name]} is asked for.")


def event(**changes):
    good = {"event_id": "e1", "occurred_at": "2025-10-07T09:00:00Z", "customer_id": 17, "currency": "EUR", "quantity": 2,
            "cents": 995}  # fmt: skip
    return json.dumps({name: value for name, value in (good | changes).items() if value is not ...})


FIRST = event(
    event_id="a",
    occurred_at="2025-10-07T01:30:00+02:00",
    customer_id="7",
    currency="eur",
    quantity="2",
    cents=50,
)


def statement(query):
    expect(
        query,
        [
            event(),
            FIRST,
            event(event_id="b", occurred_at="2031-10-07T09:00:00Z"),
            FIRST,
            event(event_id="c")[:32],
        ],
    )
    return "The lines of the statement have their fates."


def types(query):
    quantities = [0, -1, "0", "-2", "3", "two", "", None, 1.5, "1.5", True, 10, [1], {"a": 1}, ...]
    lines = [event(event_id=f"q{n}", quantity=quantity) for n, quantity in enumerate(quantities)]
    lines += [event(event_id=f"c{n}", customer_id=c) for n, c in enumerate(["19", None, "unknown", "", ...])]
    lines += [event(event_id=f"m{n}", currency=c) for n, c in enumerate(["sek", None, "Gbp", ...])]
    lines += [event(event_id=f"x{n}", cents=c) for n, c in enumerate(["50", 3_000_000_000])]
    times = ["2025-10-07T23:59:59.999Z", "2025-10-08T00:00:00Z", "2025-10-08T01:59:59+02:00", "noon", "", None, ...,
             "2025-10-07T23:30:00-02:00", "2025-10-06T20:00:00-05:00", "2025-13-01T00:00:00Z", "2019-01-01T00:00:00Z"]  # fmt: skip
    lines += [event(event_id=f"t{n}", occurred_at=at) for n, at in enumerate(times)]
    expect(query, lines)
    for line in lines:
        expect(query, [line])
    return f"{len(lines)} kinds of values are typed, or set aside."


def doubles(query):
    bad, good = event(event_id="d", quantity=0), event(event_id="d", quantity=3)
    future = event(event_id="d", occurred_at="2031-01-01T00:00:00Z")
    for lines in ([bad, good], [good, bad], [future, good, good], [good, event(event_id="d", cents=1), bad, good],
                  [bad, future, event(event_id="d", quantity=5), good], [event(), event(event_id="e2"), event()]):  # fmt: skip
        expect(query, lines)
    return "The first good line of an event is kept, whatever came before it."


def any_lines(query):
    expect(query, [])
    expect(query, ["", " ", "null", "[]", "{}", '"text"', "17", "{", event(event_id=None), event(event_id=...),
                   event(event_id=""), event(event_id=""), event()[:-1], event() + "}"])  # fmt: skip
    rng = Random(5)
    for _ in range(8):
        lines = [
            event(
                event_id=f"e{rng.randrange(8)}",
                occurred_at=rng.choice(
                    ["2025-10-07T09:00:00Z", "2025-10-05T23:30:00-03:00", "2025-10-09T00:00:00Z", "x"]
                ),
                quantity=rng.choice([1, 2, "3", 0, "x"]),
                currency=rng.choice(["EUR", "pln"]),
                cents=rng.randrange(900),
            )[: rng.choice([40, 500, 500, 500])]
            for _ in range(40)
        ]
        expect(query, lines)
    return "Lines that are no events, no lines at all, and 320 others."


PARTS = {"As in the statement": statement, "Types": types, "Doubles": doubles, "Any lines": any_lines}

BY_JOIN = variant(r"""
WITH typed AS (
    SELECT n, j.event_id, j.currency, try_cast(j.occurred_at AS TIMESTAMPTZ) AS occurred_at, delivered,
        try_cast(j.customer_id AS INT) AS customer_id, try_cast(j.cents AS BIGINT) AS cents,
        CASE WHEN j.quantity ~ '[+]?[0-9]+' THEN try_cast(j.quantity AS BIGINT) END AS quantity
    FROM (
        SELECT n, delivered, CASE WHEN json_valid(line) AND json_type(line) = 'OBJECT' THEN from_json(line, '{
            "event_id": "VARCHAR", "occurred_at": "VARCHAR", "customer_id": "VARCHAR", "currency": "VARCHAR",
            "quantity": "VARCHAR", "cents": "VARCHAR"}') END AS j
        FROM raw)
), good AS (
    SELECT * FROM typed
    WHERE event_id IS NOT NULL AND occurred_at::DATE <= delivered AND quantity >= 1
), first AS (
    SELECT event_id, min(n) AS n FROM good GROUP BY event_id
)
SELECT t.n,
    CASE WHEN f.n IS NOT NULL THEN 'kept' WHEN g.n IS NOT NULL THEN 'duplicate'
        WHEN t.event_id IS NULL THEN 'malformed'
        WHEN coalesce(t.occurred_at::DATE > t.delivered, true) THEN 'time' ELSE 'quantity' END AS fate,
    f.event_id, CASE WHEN f.n > 0 THEN t.occurred_at::DATE END AS dt, CASE WHEN f.n > 0 THEN t.customer_id END AS customer_id,
    CASE WHEN f.n > 0 THEN upper(t.currency) END AS currency,
    CASE WHEN f.n > 0 THEN t.quantity * t.cents END AS cents
FROM typed AS t LEFT JOIN good AS g USING (n) LEFT JOIN first AS f ON f.n = t.n
""")

FIRST_OF_ALL = wrong(
    "a spoiled first copy makes the good second one a duplicate",
    SOLVE.replace("PARTITION BY event_id, reason IS NULL", "PARTITION BY event_id"),
    fails="rows",
    passes_examples=True,
)
LAST = wrong("the last good line is kept", SOLVE.replace("ORDER BY n)", "ORDER BY n DESC)"), fails="rows")
NO_TRY = wrong(
    "a cast that fails ends the query", SOLVE.replace("try_cast(line AS JSON)", "line::JSON"), fails="error"
)
ROUNDED = wrong(
    "a cast of 1.5 to a whole number rounds",
    SOLVE.replace(
        "CASE WHEN regexp_full_match(j->>'quantity', '[+-]?[0-9]+')\n"
        "            THEN try_cast(j->>'quantity' AS BIGINT) END",
        "try_cast(j->>'quantity' AS BIGINT)",
    ),
    fails="rows",
    passes_examples=True,
)
LOCAL_DAY = wrong(
    "the first ten letters are a day of another zone",
    SOLVE.replace(
        "try_cast(j->>'occurred_at' AS TIMESTAMPTZ)", "try_cast(left(j->>'occurred_at', 10) AS TIMESTAMPTZ)"
    ),
    fails="rows",
)
NAIVE = wrong(
    "a NULL time is not later than any day, and is kept",
    SOLVE.replace("occurred_at IS NULL OR occurred_at >= delivered", "occurred_at >= delivered"),
    fails="rows",
    passes_examples=True,
)
LEAKS = wrong(
    "a line that is set aside must not carry its values",
    SOLVE.replace("CASE fate WHEN 'kept' THEN customer_id END", "customer_id"),
    fails="rows",
)
DROPS = wrong(
    "lines that are not kept are filtered away: nobody can count them",
    SOLVE.rstrip() + " WHERE fate IN ('kept', 'duplicate')",
    fails="rows",
)
WHOLE_DAY = wrong(
    "the day of delivery itself is already too late",
    SOLVE.replace("occurred_at >= delivered + INTERVAL 1 DAY", "occurred_at > delivered"),
    fails="rows",
)

NOTES = """
**Why it holds**: each line has exactly one fate, so the counts of the fates add up to the lines: that sum is the first check of every silver table. The reason is found before the doubles are, because a source delivers again what it spoiled.

**Pitfall**: `TRY_CAST('1.5' AS INTEGER)` rounds in DuckDB, and raises nothing. NULL in a comparison is neither true nor false, so `occurred_at >= …` lets a missing time pass.

**Alternative**: two tables, silver and quarantine, from one pass; the lines with a reason keep their text, so that they can be replayed after a fix. Athena has no JSON type in tables, and reads the file as text lines with `json_extract_scalar` and `try`.

**At work**: alarm on the *share* of each reason, not on the first bad line. A jump of `malformed` is a writer that died; a jump of `quantity` is a release of the shop.
"""
