"""# Which partitions does a delivery touch?

Silver holds a file for each day of *events*, in UTC: `silver/orders/dt=2025-10-07/part-0.parquet`.
A job gets what was delivered on one day: `delivered` (a `date`), and `events`, a list of `(event_id, occurred_at)`; `occurred_at` is ISO 8601 text with `Z` or an offset.
`known` is the set of ids that silver already holds.

Return the keys that the job must write, sorted, each once:

- the silver key of the UTC day of each event that is new;
- an event that is known changes nothing, wherever it belongs;
- a new event of more than 3 days before `delivered` comes too late, and one of after `delivered` cannot be: for each of these kinds write one `quarantine/late/delivered=2025-10-07.jsonl` or `quarantine/future/delivered=2025-10-07.jsonl`.

>>> solve(date(2025, 10, 7), [("a", "2025-10-07T09:00:00Z"), ("b", "2025-10-05T23:59:59Z")], set())
['silver/orders/dt=2025-10-05/part-0.parquet', 'silver/orders/dt=2025-10-07/part-0.parquet']
>>> solve(date(2025, 10, 7), [("c", "2025-10-02T09:00:00Z"), ("d", "2025-10-06T09:00:00Z")], {"d"})
['quarantine/late/delivered=2025-10-07.jsonl']

The days are counted in UTC; the input is not changed.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-lake-partition-keys",
    pattern="partitions",
    difficulty="easy",
    minutes=12,
    points=2,
    hints={
        "The examples": (
            "Make one set of keys: each event adds the key of its day, or of its kind of quarantine.",
            "`datetime.fromisoformat(text)` reads both forms of a zone; skip an event whose id is in `known` first.",
        ),
        "Days in UTC": (
            "Which day is 2025-10-07T01:30:00+02:00 in UTC?",
            "`datetime.fromisoformat(text).astimezone(UTC).date()`; the first ten letters of the text are a local day.",
        ),
        "The bounds": (
            "Three days before is still in time: from `delivered - timedelta(days=3)` to `delivered`, both included.",
            "A known event is skipped before anything else is asked of it, even if it is late.",
        ),
    },
)


def solve(delivered: date, events: list[tuple[str, str]], known: set[str]) -> list[str]:
    keys = set()
    for event_id, occurred_at in events:
        if event_id in known:
            continue
        day = datetime.fromisoformat(occurred_at).astimezone(UTC).date()
        if day > delivered:
            keys.add(f"quarantine/future/delivered={delivered}.jsonl")
        elif day < delivered - timedelta(days=3):
            keys.add(f"quarantine/late/delivered={delivered}.jsonl")
        else:
            keys.add(f"silver/orders/dt={day}/part-0.parquet")
    return sorted(keys)


def oracle(delivered, events, known):
    """The seconds since midnight of the day of delivery decide, and every day is looked at."""
    start = datetime(delivered.year, delivered.month, delivered.day, tzinfo=UTC).timestamp()
    ages = [
        (datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() - start) // 86_400
        for event_id, text in events
        if event_id not in known
    ]
    keys = [f"quarantine/future/delivered={delivered}.jsonl"] * any(age > 0 for age in ages)
    keys += [f"quarantine/late/delivered={delivered}.jsonl"] * any(age < -3 for age in ages)
    for age in (-3, -2, -1, 0):
        if age in ages:
            keys.append(f"silver/orders/dt={delivered + timedelta(days=age)}/part-0.parquet")
    return keys


def expect(function, delivered, events, known=frozenset()):
    given, expected = (list(events), set(known)), oracle(delivered, events, known)
    got = call(function, delivered, *given)
    if given != (list(events), set(known)):
        raise Refused("mutation", "The input was changed.")
    if got != expected:
        raise Refused(
            "result",
            "These are not the keys.",
            delivered=str(delivered),
            events=str(events[:6]),
            known=str(sorted(known)[:6]),
            expected="\n".join(expected) or "[]",
            got="\n".join(map(str, got)) if isinstance(got, list) and got else repr(got),
        )


DAY = date(2025, 10, 7)


def examples(function):
    expect(function, DAY, [("a", "2025-10-07T09:00:00Z"), ("b", "2025-10-05T23:59:59Z")])
    expect(function, DAY, [("c", "2025-10-02T09:00:00Z"), ("d", "2025-10-06T09:00:00Z")], {"d"})
    return "Both examples are right."


def days_in_utc(function):
    for at in ("2025-10-07T01:30:00+02:00", "2025-10-06T23:30:00-05:00", "2025-10-06T22:00:00.500Z",
               "2025-10-07T00:00:00+00:00", "2025-10-07T23:59:59.999-00:00"):  # fmt: skip
        expect(function, DAY, [("a", at)])
    expect(function, date(2025, 3, 1), [("a", "2025-03-01T00:30:00+01:00"), ("b", "2025-03-01T00:30:00Z")])
    return "The day is that of UTC, whatever the offset."


def bounds(function):
    for at in ("2025-10-04T00:00:00Z", "2025-10-03T23:59:59Z", "2025-10-08T00:00:00Z", "2031-10-07T09:00:00Z",
               "2025-10-08T00:30:00+02:00", "2025-10-04T01:00:00+02:00"):  # fmt: skip
        expect(function, DAY, [("a", at)])
        expect(function, DAY, [("a", at)], {"a"})
    expect(function, DAY, [])
    rng = Random(2)
    for _ in range(60):
        events = [
            (f"e{rng.randrange(12)}", f"2025-10-{rng.randint(1, 9):02}T{rng.randrange(24):02}:15:00{zone}")
            for zone in rng.choices(["Z", "+02:00", "-08:00"], k=rng.randrange(6))
        ]
        expect(function, DAY, events, {f"e{n}" for n in range(12) if rng.random() < 0.3})
    return "Both bounds, known events, an empty delivery and 60 others are right."


PARTS = {"The examples": examples, "Days in UTC": days_in_utc, "The bounds": bounds}


@variant
def by_table(delivered, events, known):
    import pandas as pd

    table = pd.DataFrame(events, columns=["id", "at"])
    table = table[~table["id"].isin(known)]
    days = pd.to_datetime(table["at"], utc=True, format="ISO8601").dt.strftime("%Y-%m-%d")
    first, last = str(delivered - timedelta(days=3)), str(delivered)
    keys = {f"silver/orders/dt={day}/part-0.parquet" for day in days if first <= day <= last}
    keys |= {f"quarantine/late/delivered={last}.jsonl" for day in days if day < first}
    return sorted(keys | {f"quarantine/future/delivered={last}.jsonl" for day in days if day > last})


@variant
def by_difference(delivered, events, known):
    found = []
    for event_id, text in events:
        day = datetime.fromisoformat(text).astimezone(UTC).date()
        age = (delivered - day).days
        kind = "future" if age < 0 else "late" if age > 3 else None
        key = (
            f"quarantine/{kind}/delivered={delivered}.jsonl"
            if kind
            else f"silver/orders/dt={day}/part-0.parquet"
        )
        if event_id not in known and key not in found:
            found.append(key)
    found.sort()
    return found


def usual(delivered, events, known, day_of, oldest=3):
    days = {day_of(text) for event_id, text in events if event_id not in known}
    first = delivered - timedelta(days=oldest)
    keys = {f"silver/orders/dt={day}/part-0.parquet" for day in days if first <= day <= delivered}
    keys |= {f"quarantine/late/delivered={delivered}.jsonl" for day in days if day < first}
    return sorted(
        keys | {f"quarantine/future/delivered={delivered}.jsonl" for day in days if day > delivered}
    )


def in_utc(text):
    return datetime.fromisoformat(text).astimezone(UTC).date()


@wrong("the first ten letters are a local day", passes_examples=True)
def local_day(delivered, events, known):
    return usual(delivered, events, known, lambda text: date.fromisoformat(text[:10]))


@wrong("three days before is still in time", passes_examples=True)
def two_days(delivered, events, known):
    return usual(delivered, events, known, in_utc, oldest=2)


@wrong("the bound is counted in hours from the end of the day", passes_examples=True)
def by_hours(delivered, events, known):
    end = datetime(delivered.year, delivered.month, delivered.day, tzinfo=UTC) + timedelta(days=1)
    keys = set()
    for event_id, text in events:
        at = datetime.fromisoformat(text)
        if event_id not in known:
            kind = "future" if at > end else "late" if end - at > timedelta(days=4) else ""
            day = at.astimezone(UTC).date()
            keys.add(
                f"quarantine/{kind}/delivered={delivered}.jsonl"
                if kind
                else f"silver/orders/dt={day}/part-0.parquet"
            )
    return sorted(keys)


@wrong("only the partition of the delivery's own day is written")
def own_day(delivered, events, known):
    return [f"silver/orders/dt={delivered}/part-0.parquet"]


@wrong("a known event makes its partition be written again")
def known_too(delivered, events, known):
    return usual(delivered, events, set(), in_utc)


@wrong("a known event is skipped only if it is in time", passes_examples=True)
def known_but_late(delivered, events, known):
    late = {event_id for event_id, text in events if not 0 <= (delivered - in_utc(text)).days <= 3}
    return usual(delivered, events, known - late, in_utc)


@wrong("what comes too late is dropped, and nobody learns of it")
def dropped(delivered, events, known):
    return [key for key in solve(delivered, events, known) if key.startswith("silver")]


NOTES = """
**Why it holds**: the partitions are derived from the delivery, so that a re-run of any day, in any order, writes the same keys. Known events are skipped first: what changes nothing must not be late either.

**Pitfall**: `occurred_at[:10]` is the day in whatever zone the sender lives. It is wrong for two hours of every night, which no test at noon finds.

**Alternative**: a merge by key into a table format, which finds the touched files itself; the derivation of days is then its partition filter, without which a MERGE reads the whole table.

**At work**: the bound on lateness is part of the table's contract. Count what lands in `quarantine/late` and look at it: a source that was down for four days is not four days of bad data.
"""
