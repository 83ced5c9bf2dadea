"""# How far could the log be cut without this group?

A log keeps every record that some consumer group has not read yet, so the slowest group decides how much is kept.
Before an operator removes a group, he wants to know what it would gain.
You get the offset that each group has reached.
Return for each group the smallest offset among all *other* groups: up to there the log could be cut without it.
A group without others gets `None`.

>>> solve([70, 20, 50])
[20, 50, 20]
>>> solve([8])
[None]

Only the removal of the second group would free anything.

Limits: up to a million groups, several may have reached the same offset.
Leave the input as it is.
"""

from collections.abc import Iterator
from heapq import nsmallest
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-retention-without",
    pattern="prefix and suffix",
    difficulty="medium",
    minutes=20,
    points=3,
    classic="product of array except self",
    growth="n",
    order=9,
    idea=(
        "the minimum of all before, and the minimum of all behind",
        "together they cover every group but this one",
        "the smaller of the two, group by group",
    ),
    hints=(
        "All others of a group are those before it and those behind it. Which of the two do you know already when you walk from the left?",
        "A second walk, from the right, knows the other half.",
        "A minimum cannot be subtracted as a sum can: that is why you need both halves.",
    ),
)


def solve(offsets: list[int]) -> list[int | None]:
    none = float("inf")
    behind, least = [], none
    for offset in reversed(offsets):
        behind.append(least)
        if offset < least:
            least = offset
    without, least = [], none
    for offset in offsets:
        other = behind.pop()
        if least < other:
            other = least
        without.append(None if other == none else other)
        if offset < least:
            least = offset
    return without


def oracle(offsets):
    """The minimum of the list without that element."""
    return [min(offsets[:i] + offsets[i + 1 :], default=None) for i in range(len(offsets))]


EDGES = {
    "no group": ([],),
    "one group": ([5],),
    "two groups": ([9, 4],),
    "all the same": ([3, 3, 3],),
    "the slowest twice": ([4, 9, 4, 7],),
    "an offset of 0": ([0, 5],),
    "the slowest at the end": ([6, 5, 1],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(100 * size) for _ in range(size)],)
    yield ([rng.randrange(1 + size // 2) for _ in range(size)],)


@variant
def by_two_smallest(offsets):
    """Everyone gets the least offset, but its owner the second least."""
    if len(offsets) < 2:
        return [None] * len(offsets)
    first, second = nsmallest(2, range(len(offsets)), key=offsets.__getitem__)
    return [offsets[second if i == first else first] for i in range(len(offsets))]


@variant
def by_halves(offsets):
    """Hand down to each half the least offset outside it."""

    def walk(low, high, outside):
        if high - low == 1:
            without[low] = outside
            return
        middle = (low + high) // 2
        left, right = min(offsets[low:middle]), min(offsets[middle:high])
        walk(low, middle, right if outside is None else min(outside, right))
        walk(middle, high, left if outside is None else min(outside, left))

    without = [None] * len(offsets)
    if offsets:
        walk(0, len(offsets), None)
    return without


@wrong("returns the minimum of all groups, the asked one too")
def with_it(offsets):
    return [min(offsets)] * len(offsets)


@wrong("looks only at the groups before", passes_examples=False)
def before_only(offsets):
    without, least = [], None
    for offset in offsets:
        without.append(least)
        least = offset if least is None else min(least, offset)
    return without


@wrong("takes the second different offset, although two groups stand at the first", passes_examples=True)
def second_different(offsets):
    least = min(offsets, default=None)
    second = min((o for o in offsets if o != least), default=None)
    return [second if o == least else least for o in offsets]


@wrong("takes an offset of 0 for none", passes_examples=True)
def falsy(offsets):
    without = []
    for i, other in enumerate(solve(offsets)):
        without.append(other or None)
    return without


@wrong("sorts the caller's list to find the two smallest", fails="mutation")
def sorts_its_input(offsets):
    asked = list(offsets)
    offsets.sort()
    if len(offsets) < 2:
        return [None] * len(offsets)
    return [offsets[1] if o == offsets[0] else offsets[0] for o in asked]


@wrong("looks at all other groups for each one: grows with n²", fails="growth", passes_examples=True)
def every_other(offsets):
    return [min((o for j, o in enumerate(offsets) if j != i), default=None) for i in range(len(offsets))]


@wrong(
    "puts each minimum at the front of a list, which moves all the others",
    fails="growth",
    passes_examples=True,
)
def inserted_at_the_front(offsets):
    far = 10**18
    behind = [far]
    for offset in reversed(offsets):
        behind.insert(0, min(offset, behind[0]))
    without, least = [], far
    for i, offset in enumerate(offsets):
        other = min(least, behind[i + 1])
        without.append(None if other == far else other)
        least = min(least, offset)
    return without


NOTES = """
**Complexity**: O(n) time, O(n) memory for the minima from the right.

**Pitfall**: two groups may share the smallest offset. The second smallest *group* counts, not the second smallest *number*.

**Alternative**: the two smallest groups are enough, because everyone but the slowest sees the slowest: O(n) time, O(1) memory.
The walk from both sides also serves where two values are not enough: a product, a bitwise *or*, a merged sketch.

**In an engine**: PostgreSQL keeps its write-ahead log for the slowest replication slot (`restart_lsn` in `pg_replication_slots`), and one forgotten slot can fill the disk.
The question of this problem is the one to ask before you drop a slot.
"""
