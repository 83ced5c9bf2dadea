"""# A full outer join of two sorted tables

Two tables hold rows `(key, value)`, each in ascending order of the key, rows with the key `None` last.
Return their full outer join as rows `(key, left value, right value)`:
one row for every pair of rows with equal keys, and one for every row without a partner, with `None` for the value of the other side.
A key may stand several times on both sides; `None` equals no key, not even `None`.

The result is in ascending order of the key.
Within a key it follows the left table's order, then the right one's.
At the end stand the left rows without a key, then the right ones, in their order.

>>> solve([(1, "a"), (2, "b"), (2, "c")], [(2, "x"), (2, "y"), (3, "z")])
[(1, 'a', None), (2, 'b', 'x'), (2, 'b', 'y'), (2, 'c', 'x'), (2, 'c', 'y'), (3, None, 'z')]
>>> solve([(None, "a")], [(None, "x")])
[(None, 'a', None), (None, None, 'x')]

Limits: 0 to a million rows; keys are integers or `None`, values are not `None`; leave the input as
it is.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-full-outer-merge",
    pattern="merge with a mark to go back to",
    difficulty="medium",
    minutes=30,
    points=3,
    order=7,
    classic="sort-merge join",
    growth="n",
    growth_size=32,
    idea=(
        "a position in each table, and where the rows of the current key begin on the right",
        "all rows with smaller keys are in the result",
        "every group of the left crossed with its group of the right",
    ),
    hints=(
        "Without repeated keys it is a walk of two lists. What goes wrong when a key stands twice on both sides?",
        "The second left row of a key needs the same right rows again: mark where they begin.",
        "Only when the left key changes may you leave the group on the right for good.",
    ),
)


def solve(left: list[tuple], right: list[tuple]) -> list[tuple]:
    joined, i, mark = [], 0, 0
    while i < len(left) and mark < len(right):
        key, other = left[i][0], right[mark][0]
        if key is None or other is None:
            break
        if key < other:
            joined.append((*left[i], None))
            i += 1
        elif other < key:
            joined.append((other, None, right[mark][1]))
            mark += 1
        else:
            stop = mark
            while i < len(left) and left[i][0] == other:
                stop = mark
                while stop < len(right) and right[stop][0] == other:
                    joined.append((*left[i], right[stop][1]))
                    stop += 1
                i += 1
            mark = stop
    with_key, without = [], []
    for rest in range(i, len(left)):
        key, value = left[rest]
        (without if key is None else with_key).append((key, value, None))
    for rest in range(mark, len(right)):
        key, value = right[rest]
        (without if key is None else with_key).append((key, None, value))
    return joined + with_key + without


def oracle(left, right):
    """Key by key, every row against every other; then the rows without a key."""
    joined = []
    for key in sorted({key for key, _ in left + right} - {None}):
        mine = [value for other, value in left if other == key] or [None]
        theirs = [value for other, value in right if other == key] or [None]
        joined += [(key, x, y) for x in mine for y in theirs]
    joined += [(None, value, None) for key, value in left if key is None]
    return joined + [(None, None, value) for key, value in right if key is None]


def accepts(left, right):
    keys = [[(key is None, key or 0) for key, _ in side] for side in (left, right)]
    return all(side == sorted(side) for side in keys)


EDGES = {
    "two empty tables": ([], []),
    "nothing on the right": ([(1, "a"), (1, "b")], []),
    "nothing on the left": ([], [(1, "x"), (None, "y")]),
    "no key in common": ([(1, "a"), (3, "b")], [(2, "x"), (4, "y")]),
    "the left goes on for longer": ([(1, "a"), (5, "b"), (6, "c")], [(1, "x")]),
    "the right goes on for longer": ([(1, "a")], [(1, "x"), (1, "y"), (5, "z")]),
    "one key only": ([(7, "a"), (7, "b")], [(7, "x"), (7, "y"), (7, "z")]),
    "repeated on the left only": ([(1, "a"), (1, "b"), (2, "c")], [(1, "x"), (2, "y")]),
    "repeated at the end of both": ([(0, "a"), (2, "b"), (2, "c")], [(2, "x"), (2, "y")]),
    "a key of 0": ([(0, "a"), (None, "b")], [(0, "x")]),
    "values in no order": ([(1, "b"), (1, "a")], [(1, "y"), (1, "x")]),
    "values that are false": ([(1, 0), (2, "")], [(2, 0), (3, False)]),
    "keys and rows without one": ([(2, "a"), (None, "b")], [(1, "x"), (None, "y"), (None, "z")]),
    "only rows without a key on one side": ([(None, "a")], [(1, "x"), (2, "y")]),
    "keys below 0": ([(-3, "a"), (-1, "b")], [(-3, "x"), (-2, "y")]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def table(count, keys, without):
        held = sorted(rng.randrange(keys) for _ in range(count))
        held += [None] * (rng.randint(0, count) // without)
        return [(key, rng.randrange(100)) for key in held]

    yield (table(size, size, 5), table(size, size, 5))
    yield (table(size, 3 * size, 9), table(max(1, size // 2), 3 * size, 9))
    few = min(size, 12)
    yield (table(few, 3, 2), table(few, 3, 2))


@variant
def by_groups(left, right):
    groups = defaultdict(lambda: ([], []))
    for side, rows in enumerate((left, right)):
        for key, value in rows:
            if key is not None:
                groups[key][side].append(value)
    joined = [
        (key, x, y)
        for key, (mine, theirs) in sorted(groups.items(), key=itemgetter(0))
        for x in mine or [None]
        for y in theirs or [None]
    ]
    joined += [(key, x, None) for key, x in left if key is None]
    return joined + [(key, None, y) for key, y in right if key is None]


@variant
def by_hash_then_sort(left, right):
    partners, met = defaultdict(list), {key for key, _ in left}
    for key, value in right:
        partners[key].append(value)
    joined = []
    for key, value in left:
        found = partners.get(key, []) if key is not None else []
        joined += [(key, value, other) for other in found] or [(key, value, None)]
    joined += [(key, None, value) for key, value in right if key is None or key not in met]
    return sorted(joined, key=lambda row: (row[0] is None, row[0] or 0))


@variant
def by_two_streams_of_groups(left, right):
    def groups(rows):
        for key, found in groupby((row for row in rows if row[0] is not None), key=itemgetter(0)):
            yield key, [value for _, value in found]
        yield None, None

    ours, theirs, joined = groups(left), groups(right), []
    (key, mine), (other, yours) = next(ours), next(theirs)
    while key is not None or other is not None:
        if other is None or (key is not None and key < other):
            joined += [(key, value, None) for value in mine]
            key, mine = next(ours)
        elif key is None or other < key:
            joined += [(other, None, value) for value in yours]
            other, yours = next(theirs)
        else:
            joined += [(key, x, y) for x in mine for y in yours]
            (key, mine), (other, yours) = next(ours), next(theirs)
    joined += [(key, value, None) for key, value in left if key is None]
    return joined + [(key, None, value) for key, value in right if key is None]


@wrong("pairs the rows of a key one to one: both sides move on after a match")
def one_to_one(left, right):
    joined, i, j = [], 0, 0
    while i < len(left) or j < len(right):
        key = left[i][0] if i < len(left) else None
        other = right[j][0] if j < len(right) else None
        if key is not None and key == other:
            joined.append((*left[i], right[j][1]))
            i, j = i + 1, j + 1
        elif i < len(left) and (j == len(right) or other is None or (key is not None and key < other)):
            joined.append((*left[i], None))
            i += 1
        else:
            joined.append((other, None, right[j][1]))
            j += 1
    return joined


@wrong("leaves the right group after the first left row of a key: the second finds no partner")
def no_way_back(left, right):
    joined, j = [], 0
    for key, value in left:
        if key is None:
            break
        while j < len(right) and right[j][0] is not None and right[j][0] < key:
            joined.append((right[j][0], None, right[j][1]))
            j += 1
        found = j
        while j < len(right) and right[j][0] == key:
            joined.append((key, value, right[j][1]))
            j += 1
        if found == j:
            joined.append((key, value, None))
    joined += [(key, None, y) for key, y in right[j:] if key is not None]
    joined += [(key, x, None) for key, x in left if key is None]
    return joined + [(key, None, y) for key, y in right if key is None]


@wrong("takes None for a key like any other")
def null_meets_null(left, right):
    joined = []
    for key in sorted({key for key, _ in left + right}, key=lambda key: (key is None, key or 0)):
        mine = [value for other, value in left if other == key] or [None]
        theirs = [value for other, value in right if other == key] or [None]
        joined += [(key, x, y) for x in mine for y in theirs]
    return joined


@wrong("loses the rows without a key")
def rows_without_a_key_lost(left, right):
    return [row for row in oracle(left, right) if row[0] is not None]


@wrong("appends the right rows without a partner at the end, as a hash join does", passes_examples=True)
def unmatched_right_last(left, right):
    rows = oracle(left, right)
    late = [row for row in rows if row[0] is not None and row[1] is None]
    early = [row for row in rows if row[0] is not None and row[1] is not None]
    return early + late + [row for row in rows if row[0] is None]


@wrong("takes the key 0 for none", passes_examples=True)
def falsy_key(left, right):
    rows = oracle([row for row in left if row[0]], [row for row in right if row[0]])
    return rows + [(k, x, None) for k, x in left if not k] + [(k, None, y) for k, y in right if not k]


@wrong("follows the right table's order within a key")
def right_order_first(left, right):
    joined = []
    for key in sorted({key for key, _ in left + right} - {None}):
        mine = [value for other, value in left if other == key] or [None]
        theirs = [value for other, value in right if other == key] or [None]
        joined += [(key, x, y) for y in theirs for x in mine]
    joined += [(None, value, None) for key, value in left if key is None]
    return joined + [(None, None, value) for key, value in right if key is None]


@wrong("stops when one table ends", passes_examples=False)
def tails_lost(left, right):
    keys = [[key for key, _ in side if key is not None] for side in (left, right)]
    last = min(side[-1] if side else float("-inf") for side in keys)
    return [row for row in oracle(left, right) if row[0] is None or row[0] <= last]


@wrong("goes back to the start of the right table for every left row", fails="growth", passes_examples=True)
def back_to_the_start(left, right):
    joined, met = [], {key for key, _ in left}
    for key, value in left:
        found = [(key, value, y) for other, y in right if key is not None and other == key]
        joined += found or [(key, value, None)]
    joined += [(key, None, y) for key, y in right if key is None or key not in met]
    return sorted(joined, key=lambda row: (row[0] is None, row[0] or 0))


@wrong("copies what is left of the left table at every step", fails="growth", passes_examples=True)
def rest_copied(left, right):
    partners, met = defaultdict(list), {key for key, _ in left}
    for key, value in right:
        partners[key].append(value)
    joined, rows = [], list(left)
    while rows:
        key, value = rows[0]
        rows = list(map(tuple, rows[1:]))
        found = partners.get(key, []) if key is not None else []
        joined += [(key, value, other) for other in found] or [(key, value, None)]
    joined += [(key, None, value) for key, value in right if key is None or key not in met]
    return sorted(joined, key=lambda row: (row[0] is None, row[0] or 0))


NOTES = """
**Complexity**: O(n + m + pairs) time, O(1) memory beside the result: nothing but positions is kept.

**Pitfall**: a match does not settle the right row.
The next left row may have the same key, so the right side goes back to the mark; without it pairs are lost, and no error tells.

**Alternative**: collect the groups of both sides first, or join by hash and sort afterwards.
Both are right and hold one side in memory.

**In an engine**: PostgreSQL's `Merge Join` calls it mark and restore, and reads the right group again for every further left row of a key: `actual rows` of its inner side can then exceed the table.
Its `FULL JOIN` needs a hash or a merge join; a nested loop cannot tell which right rows never met a partner.
"""
