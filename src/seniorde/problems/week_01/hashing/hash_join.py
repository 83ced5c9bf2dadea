"""# Join two tables by their key

Two tables arrive as lists of `(key, value)`; in both of them a key may stand in many rows.
Return the inner join: one `(key, left value, right value)` for each pair of rows whose keys are equal, in any order.
As in SQL, a key that is `None` has no partner.

>>> sorted(solve([("N1", "JFK"), ("N2", "LGA"), ("N1", "EWR")], [("N1", 178), ("N3", 55)]))
[('N1', 'EWR', 178), ('N1', 'JFK', 178)]
>>> solve([(None, "JFK")], [(None, 178)])
[]

Limits: up to a million rows a table and a few million pairs; the work must grow with rows read plus pairs returned.
Keys are strings or `None`; rows that are wholly the same are still different rows.
Leave the inputs as they are.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-hash-join",
    pattern="hashing",
    difficulty="medium",
    minutes=20,
    points=3,
    order=3,
    classic="intersection of two arrays II",
    growth="n",
    growth_size=120,
    idea=(
        "a table of one side: key → its rows",
        "the result holds every pair whose probing row was read",
        "all pairs with equal keys",
    ),
    hints=(
        "For one row of the left table: how do you find all its partners without reading the right table?",
        "First pass: put one side into a dict. What must the value be when a key stands in many rows?",
        "Second pass: each row of the other side meets every row in the list under its key.",
    ),
)


def solve(left: list[tuple], right: list[tuple]) -> list[tuple]:
    partners = defaultdict(list)
    for key, value in right:
        if key is not None:
            partners[key].append(value)
    return [(key, mine, theirs) for key, mine in left for theirs in partners.get(key, ())]


def oracle(left, right):
    """All pairs of rows, those with equal keys kept."""
    return [(k, x, y) for k, x in left for other, y in right if k is not None and k == other]


def compare(expected, got):
    return isinstance(got, list | tuple) and Counter(map(tuple, expected)) == Counter(map(tuple, got))


EDGES = {
    "two empty tables": ([], []),
    "an empty left side": ([], [("a", 1)]),
    "an empty right side": ([("a", 1)], []),
    "two rows meet three": ([("a", 1), ("a", 2)], [("a", 7), ("a", 8), ("a", 9)]),
    "rows that are wholly the same": ([("a", 1), ("a", 1)], [("a", 7), ("a", 7)]),
    "a key that is empty": ([("", 1)], [("", 7)]),
    "a key that only looks like None": ([("None", 1)], [(None, 7)]),
    "values that are 0 or None": ([("a", 0)], [("a", None)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def table(keys):
        return [
            (None if rng.random() < 0.1 else f"k{rng.randrange(keys)}", rng.randrange(4)) for _ in range(size)
        ]

    yield table(size), table(size)
    yield table(max(1, size // 3)), table(max(1, size // 3))


@variant
def merging_sorted_sides(left, right):
    ours = sorted((row for row in left if row[0] is not None), key=lambda row: row[0])
    theirs = sorted((row for row in right if row[0] is not None), key=lambda row: row[0])
    keys = [key for key, _ in theirs]
    joined = []
    for key, mine in ours:
        at = bisect_left(keys, key)
        while at < len(keys) and keys[at] == key:
            joined.append((key, mine, theirs[at][1]))
            at += 1
    return joined


@variant
def build_on_the_left(left, right):
    table = {}
    for row in left:
        table.setdefault(row[0], []).append(row)
    table.pop(None, None)
    joined = []
    for key, theirs in right:
        for _, mine in table.get(key, []):
            joined.append((key, mine, theirs))
    return joined


@wrong("keeps one row a key: of several partners only the last is found", passes_examples=True)
def one_partner(left, right):
    partner = {key: value for key, value in right if key is not None}
    return [(key, mine, partner[key]) for key, mine in left if key in partner]


@wrong("takes None for a key like any other")
def null_meets_null(left, right):
    partners = defaultdict(list)
    for key, value in right:
        partners[key].append(value)
    return [(key, mine, theirs) for key, mine in left for theirs in partners[key]]


@wrong("takes an empty key for none", passes_examples=True)
def falsy_key(left, right):
    partners = defaultdict(list)
    for key, value in right:
        partners[key].append(value)
    return [(key, mine, theirs) for key, mine in left if key for theirs in partners[key]]


@wrong("collects the pairs in a set, so rows that are wholly the same are lost", passes_examples=True)
def distinct_pairs(left, right):
    partners = defaultdict(set)
    for key, value in right:
        partners[key].add(value)
    return list({(k, x, y) for k, x in left if k is not None for y in partners[k]})


@wrong("pairs the rows of a key one to one")
def zipped(left, right):
    ours, theirs = defaultdict(list), defaultdict(list)
    for table, rows in ((ours, left), (theirs, right)):
        for key, value in rows:
            table[key].append(value)
    return [(k, x, y) for k in ours if k is not None for x, y in zip(ours[k], theirs[k])]


@wrong("looks at all pairs of rows", fails="growth", passes_examples=True)
def nested_loop(left, right):
    return [(k, x, y) for k, x in left for other, y in right if k is not None and k == other]


@wrong("copies the left side, then copies what is left for every row", fails="growth", passes_examples=True)
def rest_of_the_rows(left, right):
    partners = defaultdict(list)
    for key, value in right:
        partners[key].append(value)
    joined, rows = [], list(left)
    while rows:
        (key, mine), rows = rows[0], rows[1:]
        if key is not None:
            joined += [(key, mine, theirs) for theirs in partners.get(key, ())]
    return joined


NOTES = """
**Complexity**: O(n + m + pairs) time, O(rows of the side that is put into the table) memory: choose the smaller side.

**Pitfall**: `partners[key]` on a `defaultdict` *inserts* every key that you only ask for.
Ask with `get`, or a probe over a million strangers doubles the memory.

**Alternative**: sort both sides and walk through them side by side, which is a merge join: O(n log n), but it needs no table in memory and gives rows in order of the key.
When one key has thousands of rows on *both* sides, no algorithm helps: the pairs themselves are the work.

**In an engine**: this is `Hash Join` with its `Hash` below in PostgreSQL, `HASH_JOIN` in DuckDB, `BroadcastHashJoin` and `ShuffledHashJoin` in Spark.
PostgreSQL does not put rows with a NULL key into the table of an inner join either.
"""
