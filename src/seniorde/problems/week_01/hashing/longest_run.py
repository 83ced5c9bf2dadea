"""# The longest run of offsets without a gap

A consumer wrote the offsets of one partition as they came: in any order, some of them twice, some never.
Return the longest run of offsets that follow each other without a gap, as `(first, last)`.
Of several runs of that length take the one with the smallest offsets; without any offset return `None`.

>>> solve([7, 3, 4, 9, 5, 8, 4])
(3, 5)
>>> solve([2, 0]), solve([])
((0, 0), None)

Limits: up to a million offsets from 0 to 10¹²; leave the input as it is.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-longest-run",
    pattern="hashing",
    difficulty="medium",
    minutes=25,
    points=3,
    order=6,
    classic="longest consecutive sequence",
    growth="n",
    idea=(
        "the set of all offsets",
        "a run is walked only from its first offset, so no offset is walked over twice",
        "the longest run",
    ),
    hints=(
        "Put the offsets into a set. How do you walk to the end of a run?",
        "One long run, and you walk it from each of its offsets: how many steps is that?",
        "How do you see, in one question to the set, that an offset is the first of its run?",
    ),
)


def solve(offsets: list[int]) -> tuple[int, int] | None:
    present = set(offsets)
    longest = None
    for first in present:
        if first - 1 in present:
            continue
        last = first
        while last + 1 in present:
            last += 1
        if longest is None or (first - last, first) < (longest[0] - longest[1], longest[0]):
            longest = first, last
    return longest


def oracle(offsets):
    """Sort, cut at the gaps, take the longest piece; `max` keeps the first of several."""
    runs = []
    for offset in sorted(set(offsets)):
        if not runs or offset != runs[-1][-1] + 1:
            runs.append([])
        runs[-1].append(offset)
    longest = max(runs, key=len, default=None)
    return longest and (longest[0], longest[-1])


EDGES = {
    "no offset": ([],),
    "only offset 0": ([0],),
    "one offset, three times": ([5, 5, 5],),
    "a run that begins at 0": ([1, 0, 2, 9],),
    "an offset twice inside the run": ([1, 2, 2, 3, 7, 8, 9, 10],),
    "two runs of the same length, the later one first": ([8, 9, 1, 2],),
    "large offsets": ([10**12, 10**12 - 1, 0],),
    "the run ends at the largest offset": ([1, 5, 6, 7],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(2 * size) for _ in range(size)],)
    yield (rng.sample(range(size), size),)
    yield (rng.choices(range(0, 10 * size, rng.choice((1, 2))), k=size),)


@variant
def sort_and_cut(offsets):
    longest = first = last = None
    for offset in sorted(offsets):
        if last is None or offset > last + 1:
            first = offset
        last = offset
        if longest is None or last - first > longest[1] - longest[0]:
            longest = first, last
    return longest


@variant
def merge_at_the_ends(offsets):
    ends, done = {}, set()
    for offset in offsets:
        if offset in done:
            continue
        done.add(offset)
        first, last = ends.get(offset - 1, (offset, offset))[0], ends.get(offset + 1, (offset, offset))[1]
        ends[first] = ends[last] = first, last
    return max(ends.values(), key=lambda run: (run[1] - run[0], -run[0]), default=None)


@wrong("takes the largest offsets of several runs of that length")
def later_run(offsets):
    return max(all_runs(offsets), key=lambda run: (run[1] - run[0], run[0]), default=None)


def all_runs(offsets):
    present = set(offsets)
    for first in present:
        if first - 1 not in present:
            last = first
            while last + 1 in present:
                last += 1
            yield first, last


@wrong("keeps the run whose first offset came first, not the one with the smallest offsets")
def run_that_came_first(offsets):
    present, longest = set(offsets), None
    for first in offsets:
        if first - 1 not in present:
            last = first
            while last + 1 in present:
                last += 1
            if longest is None or last - first > longest[1] - longest[0]:
                longest = first, last
    return longest


@wrong("compares sorted neighbours, and an offset that came twice cuts the run")
def twice_is_a_gap(offsets):
    longest = first = last = None
    for offset in sorted(offsets):
        if last is None or offset != last + 1:
            first = offset
        last = offset
        if longest is None or last - first > longest[1] - longest[0]:
            longest = first, last
    return longest


@wrong("never closes the run that reaches the largest offset", passes_examples=True)
def last_run_forgotten(offsets):
    ordered = sorted(set(offsets))
    runs, first = [], 0
    for at in range(1, len(ordered)):
        if ordered[at] != ordered[at - 1] + 1:
            runs.append((ordered[first], ordered[at - 1]))
            first = at
    if not runs and ordered:
        runs.append((ordered[0], ordered[-1]))
    return max(runs, key=lambda run: run[1] - run[0], default=None)


@wrong("walks a run from each of its offsets", fails="growth", passes_examples=True)
def from_every_offset(offsets):
    present, longest = set(offsets), None
    for first in sorted(present):
        last = first
        while last + 1 in present:
            last += 1
        if longest is None or last - first > longest[1] - longest[0]:
            longest = first, last
    return longest


@wrong("looks for each offset in a list", fails="growth", passes_examples=True)
def list_lookup(offsets):
    longest = None
    for first in sorted(offsets):
        if first - 1 in offsets:
            continue
        last = first
        while last + 1 in offsets:
            last += 1
        if longest is None or last - first > longest[1] - longest[0]:
            longest = first, last
    return longest


@wrong("sorts, then copies what is left for every offset", fails="growth", passes_examples=True)
def rest_of_the_offsets(offsets):
    rest, longest = sorted(offsets), None
    while rest:
        first = last = rest[0]
        while rest and rest[0] <= last + 1:
            last, rest = rest[0], rest[1:]
        if longest is None or last - first > longest[1] - longest[0]:
            longest = first, last
    return longest


NOTES = """
**Complexity**: O(n) time, O(n) memory.
The inner loop looks quadratic and is not: it starts only at the first offset of a run, so over all runs it makes one step an offset.

**Pitfall**: ask *is this the first offset of its run?* before you walk.
Without that question, one partition without any gap costs n² / 2 steps: the healthiest data is the slowest.

**Alternative**: sort and cut at the gaps: O(n log n), and what you would write when the offsets come from disk in order.
In SQL: `offset - row_number() OVER (ORDER BY offset)` is constant inside a run (after `DISTINCT`).

**In an engine**: a consumer that works on several records at once may commit only the end of the run that starts at its last commit.
Everything behind the first gap waits, even when it is done.
"""
