"""# Which blocks a sparse index cannot rule out

A file holds rows in order of their timestamp, cut into blocks.
Its index is *sparse*: it has only the timestamp of the first row of each block, in order, `firsts`; and `last`, that of the very last row.
Several rows may have the same timestamp, and they may fill many blocks.

For each query `(low, high)`, rows with `low <= timestamp <= high`, return which blocks must be read because the index cannot rule them out: `(begin, end)` for the blocks `begin` to `end - 1`, or `None` when no block can have such a row.

>>> solve([10, 20, 20, 30], 40, [(12, 15), (20, 20), (21, 29), (30, 99), (1, 9), (41, 50)])
[(0, 1), (0, 3), (2, 3), (2, 4), None, None]

Rows at 20 begin at the latest in block 1, but block 0 may end with one.

Limits: up to a million blocks, none empty, or no block at all (`firsts` is empty, `last` then `None`); up to 100,000 queries.
`low` may be above `high`: no row.
A query may take about log n steps.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-blocks-to-read",
    pattern="binary search for two borders",
    difficulty="medium",
    minutes=25,
    points=3,
    order=2,
    classic="first and last position in a sorted array",
    growth="n log n",
    growth_size=24,
    idea=(
        "two borders in the first timestamps of the blocks",
        "a block is ruled out exactly when it ends before low or begins after high, and it ends at the next one's first at the latest",
        "the blocks between the border for low and the border for high",
    ),
    hints=(
        "Block i holds timestamps from `firsts[i]` up to what, at the most?",
        "Up to `firsts[i + 1]`, that one *included*; for the last block it is `last`.",
        "So the first block to read is the first whose *successor* begins at low or later; the end is the first block that begins after high.",
        "`bisect_left` and `bisect_right` differ for equal timestamps: decide for each border which it is.",
    ),
)


def solve(
    firsts: list[int], last: int | None, queries: list[tuple[int, int]]
) -> list[tuple[int, int] | None]:
    answers: list[tuple[int, int] | None] = []
    for low, high in queries:
        if not firsts or low > high or low > last or high < firsts[0]:
            answers.append(None)
        else:
            begin = max(bisect_left(firsts, low) - 1, 0)
            answers.append((begin, bisect_right(firsts, high)))
    return answers


def oracle(firsts, last, queries):
    """Look at every block for each query."""
    answers = []
    for low, high in queries:
        ends = [*firsts[1:], last]
        wanted = [at for at, first in enumerate(firsts) if max(first, low) <= min(ends[at], high)]
        answers.append((wanted[0], wanted[-1] + 1) if wanted and low <= high else None)
    return answers


def accepts(firsts, last, queries):
    return list(firsts) == sorted(firsts) and (
        last is None if not firsts else last is not None and last >= firsts[-1]
    )


EDGES = {
    "no block": ([], None, [(1, 5)]),
    "no query": ([10], 20, []),
    "one block": ([10], 20, [(1, 9), (1, 10), (15, 15), (20, 25), (21, 25), (1, 99)]),
    "one row": ([10], 10, [(9, 9), (10, 10), (11, 11)]),
    "low above high": ([10, 20], 30, [(15, 14), (25, 12), (20, 10)]),
    "a first timestamp is asked": ([10, 20, 30], 40, [(10, 10), (20, 20), (30, 30)]),
    "between two blocks' firsts": ([10, 20, 30], 40, [(11, 19), (21, 21), (35, 36)]),
    "up to a first timestamp": ([10, 20, 30], 40, [(11, 20), (12, 30)]),
    "one timestamp fills blocks": (
        [10, 20, 20, 20, 30],
        40,
        [(20, 20), (19, 20), (20, 21), (19, 19), (21, 21)],
    ),
    "one timestamp fills the file": ([5, 5, 5], 5, [(5, 5), (4, 4), (6, 6), (1, 9)]),
    "one timestamp fills the beginning": ([5, 5, 9], 12, [(5, 5), (6, 6), (1, 5)]),
    "one timestamp fills the end": ([5, 9, 9], 9, [(9, 9), (10, 10), (6, 8)]),
    "behind the last row": ([10, 20], 25, [(25, 30), (26, 30), (24, 26)]),
    "negative timestamps": ([-20, -10, 0], 0, [(-15, -11), (0, 0), (-30, -20)]),
    "everything": ([10, 20, 30], 40, [(0, 99), (10, 40)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for step in (1, 4):
        stamps = sorted(rng.randrange(step * size + 1) for _ in range(size + 1))
        queries = []
        for _ in range(size):
            low = rng.randrange(-2, step * size + 4)
            queries.append((low, low + rng.choice((0, 1, 3, -1, size // 2))))
        yield (stamps[:-1], stamps[-1], queries)


@variant
def by_the_ends(firsts, last, queries):
    """The greatest timestamp that each block can have, and two searches that look alike."""
    ends, answers = [*firsts[1:], last], []
    for low, high in queries:
        begin, end = (bisect_left(ends, low), bisect_right(firsts, high)) if firsts else (0, 0)
        answers.append((begin, end) if begin < end and low <= high else None)
    return answers


@variant
def searches_of_its_own(firsts, last, queries):
    """Without the library."""

    def first_where(holds):
        low, high = 0, len(firsts)
        while low < high:
            middle = (low + high) // 2
            if holds(middle):
                high = middle
            else:
                low = middle + 1
        return low

    answers = []
    for low, high in queries:
        begin = first_where(lambda at: (firsts[at + 1] if at + 1 < len(firsts) else last) >= low)
        end = first_where(lambda at: firsts[at] > high)
        answers.append((begin, end) if begin < end and low <= high else None)
    return answers


@variant
def borders_by_walking(firsts, last, queries):
    """Queries in order, and a border that moves on: no search at all."""
    begins, at = {}, 0
    for low in sorted({low for low, _ in queries}):
        while at < len(firsts) and (firsts[at + 1] if at + 1 < len(firsts) else last) < low:
            at += 1
        begins[low] = at
    ends, at = {}, 0
    for high in sorted({high for _, high in queries}):
        while at < len(firsts) and firsts[at] <= high:
            at += 1
        ends[high] = at
    return [
        (begins[low], ends[high]) if low <= high and begins[low] < ends[high] else None
        for low, high in queries
    ]


@wrong("forgets that the block before may end with the timestamp")
def block_before_forgotten(firsts, last, queries):
    return [
        answer and (min(max(bisect_right(firsts, low) - 1, 0), bisect_left(firsts, low)), answer[1])
        for (low, _), answer in zip(queries, solve(firsts, last, queries))
    ]


@wrong("reads from the last block that begins at low or before")
def last_block_that_fits(firsts, last, queries):
    return [
        answer and (max(bisect_right(firsts, low) - 1, 0), answer[1])
        for (low, _), answer in zip(queries, solve(firsts, last, queries))
    ]


@wrong("leaves the block out that begins with high")
def high_left_out(firsts, last, queries):
    return [
        answer and (answer[0], max(bisect_left(firsts, high), answer[0] + 1))
        for (_, high), answer in zip(queries, solve(firsts, last, queries))
    ]


@wrong("reads the last block for a query behind the last row")
def no_last(firsts, last, queries):
    return solve(firsts, 10**9 if firsts else None, queries)


@wrong("reads a block for a query whose low is above its high", passes_examples=True)
def turned_round(firsts, last, queries):
    return solve(firsts, last, [(min(query), max(query)) for query in queries])


@wrong("reads a block for each query, however early")
def never_none(firsts, last, queries):
    return [
        answer or ((0, 1) if firsts and low <= high < firsts[0] else None)
        for (low, high), answer in zip(queries, solve(firsts, last, queries))
    ]


@wrong("expects a block", fails="error", passes_examples=True)
def no_block(firsts, last, queries):
    return [solve(firsts, last, [query])[0] if query[1] >= firsts[0] else None for query in queries]


@wrong("looks at every block for each query", fails="growth", passes_examples=True)
def looks_at_all(firsts, last, queries):
    return oracle(firsts, last, queries)


@wrong("makes a list of the blocks' ends for each query", fails="growth", passes_examples=True)
def a_list_for_each(firsts, last, queries):
    plain, answers = [int(first) for first in firsts], []
    for low, high in queries:
        ends = sorted([*plain[1:], last]) if plain else []
        begin, end = bisect_left(ends, low), bisect_right(firsts, high)
        answers.append((begin, end) if begin < end and low <= high else None)
    return answers


NOTES = """
**Complexity**: two binary searches a query, whatever the number of rows in a block.

**Pitfall**: equal timestamps at the border of two blocks.
The index does not say where a block ends; at the latest it ends with the next one's first timestamp, so a query for exactly this timestamp must look one block further to the left than `bisect_right` says.
A reader that forgets it loses rows, seldom, and only for values that cross a border.

**Alternative**: keep a minimum and a maximum for each block (a *zone map*); then nothing is assumed about order, blocks with gaps are ruled out as well, and the answer need not be one stretch.

**In an engine**: ClickHouse's primary index has by default one entry for 8,192 rows and reads in this way.
The index block of an SSTable in LevelDB or RocksDB is the mirror image: a key for each block that is not less than its last one.
Parquet's page index and Delta's file statistics are zone maps: they work on any column, and rule much out only where the data is nearly in order.
"""
