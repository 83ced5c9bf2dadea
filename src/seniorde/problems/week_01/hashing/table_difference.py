"""# What the copy lost and what it gained

A table without a key was copied to another engine, and the row counts agree.
You get the rows of the source and the rows of the copy, each in any order; the same row may stand in a table several times.
Return two dicts: the rows that the copy lacks, and the rows that it has too often, each with how many times.

>>> solve([("a", 1), ("a", 1), ("b", 2)], [("b", 2), ("a", 1), ("c", 3)])
({('a', 1): 1}, {('c', 3): 1})
>>> solve([("a", 1), ("b", None)], [("b", None), ("a", 1)])
({}, {})

Limits: up to a million rows a table, either may be empty; a row is a tuple of strings, integers and `None`.
Two rows are the same when all their fields are, and `None` is the same as `None`.
Leave the inputs as they are.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-table-difference",
    pattern="hashing",
    difficulty="easy",
    minutes=15,
    points=2,
    order=1,
    classic="valid anagram",
    growth="n",
    idea=(
        "a balance for each row: times in the source minus times in the copy",
        "the balance is right for all rows read so far",
        "the rows above zero, the rows below zero",
    ),
    hints=(
        "A set forgets that a row stood there twice. What do you have to keep beside the row?",
        "Count up for the source and down for the copy. What does a count above 0 mean, what one below 0?",
    ),
)


def solve(source: list[tuple], copy: list[tuple]) -> tuple[dict[tuple, int], dict[tuple, int]]:
    balance = {}
    for row in source:
        balance[row] = balance.get(row, 0) + 1
    for row in copy:
        balance[row] = balance.get(row, 0) - 1
    missing = {row: times for row, times in balance.items() if times > 0}
    surplus = {row: -times for row, times in balance.items() if times < 0}
    return missing, surplus


def oracle(source, copy):
    """Strike out each row of the copy once in the source: quadratic and plainly right."""
    missing, surplus = list(source), []
    for row in copy:
        if row in missing:
            missing.remove(row)
        else:
            surplus.append(row)
    return {row: missing.count(row) for row in missing}, {row: surplus.count(row) for row in surplus}


EDGES = {
    "two empty tables": ([], []),
    "an empty copy": ([("a", 1), ("a", 1)], []),
    "an empty source": ([], [("a", None)]),
    "a row twice too often": ([("a", 1)], [("a", 1)] * 3),
    "same number of rows, other duplicates": ([("a",), ("a",), ("b",)], [("a",), ("b",), ("b",)]),
    "None against a string": ([("a", None)], [("a", "None")]),
    "fields in another order": ([("a", "b")], [("b", "a")]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    source = [(f"c{rng.randrange(size)}", rng.choice((1, 2, None))) for _ in range(size)]
    copy = [row for row in source if rng.random() < 0.9]
    copy += rng.choices([*source, ("new", 0)], k=size - len(copy))
    yield source, rng.sample(copy, size)
    yield source, rng.sample(source, size)


@variant
def counters(source, copy):
    ours, theirs = Counter(source), Counter(copy)
    return ours - theirs, theirs - ours


@variant
def merging_sorted_rows(source, copy):
    ours, theirs = sorted(source, key=repr), sorted(copy, key=repr)
    missing, surplus = {}, {}
    i = j = 0
    while i < len(ours) or j < len(theirs):
        if i < len(ours) and j < len(theirs) and ours[i] == theirs[j]:
            i, j = i + 1, j + 1
        elif j == len(theirs) or (i < len(ours) and repr(ours[i]) < repr(theirs[j])):
            missing[ours[i]] = missing.get(ours[i], 0) + 1
            i += 1
        else:
            surplus[theirs[j]] = surplus.get(theirs[j], 0) + 1
            j += 1
    return missing, surplus


@wrong("compares sets: a row that stands there once too often is lost")
def sets(source, copy):
    return dict.fromkeys(set(source) - set(copy), 1), dict.fromkeys(set(copy) - set(source), 1)


@wrong("looks only at rows of the source, so a new row of the copy is not seen")
def source_only(source, copy):
    ours, theirs = Counter(source), Counter(copy)
    both = {row: ours[row] - theirs[row] for row in ours}
    return {r: n for r, n in both.items() if n > 0}, {r: -n for r, n in both.items() if n < 0}


@wrong("takes a row with a None for one that equals nothing")
def null_equals_nothing(source, copy):
    ours, theirs = Counter(source), Counter(copy)
    both = Counter({row: min(ours[row], theirs[row]) for row in ours if None not in row})
    return ours - both, theirs - both


@wrong("writes a row as text, so None and 'None' are the same", passes_examples=True)
def rows_as_text(source, copy):
    ours, theirs = Counter(map(line, source)), Counter(map(line, copy))
    rows = {line(row): row for row in [*source, *copy]}
    return (
        {rows[text]: n for text, n in (ours - theirs).items()},
        {rows[text]: n for text, n in (theirs - ours).items()},
    )


def line(row):
    return ",".join(map(str, row))


@wrong("reports once each row whose number differs, without how many times", passes_examples=True)
def without_times(source, copy):
    ours, theirs = Counter(source), Counter(copy)
    return dict.fromkeys(ours - theirs, 1), dict.fromkeys(theirs - ours, 1)


@wrong("counts each row by reading both tables again", fails="growth", passes_examples=True)
def counted_again(source, copy):
    missing, surplus = {}, {}
    for row in [*source, *copy]:
        times = source.count(row) - copy.count(row)
        if times > 0:
            missing[row] = times
        elif times < 0:
            surplus[row] = -times
    return missing, surplus


@wrong("copies the rows, then copies what is left for every row", fails="growth", passes_examples=True)
def rest_of_the_rows(source, copy):
    balance = {}
    for rows, step in ((source, 1), (copy, -1)):
        while rows:
            balance[rows[0]] = balance.get(rows[0], 0) + step
            rows = rows[1:]
    return {r: n for r, n in balance.items() if n > 0}, {r: -n for r, n in balance.items() if n < 0}


NOTES = """
**Complexity**: O(n + m) time, O(different rows) memory.

**Pitfall**: a set answers another question.
With equal row counts, one row lost and another doubled cancel out in `count(*)`, and a set does not see the double.

**Alternative**: sort both tables and walk through them side by side: O(n log n), but each side can be read from disk in order.
When the rows are wide, count a hash of the row instead of the row, and look up the rows of the few hashes that differ.

**In an engine**: this is `EXCEPT ALL` in both directions.
For it, two `NULL`s count as the same value, unlike in `=`.
"""
