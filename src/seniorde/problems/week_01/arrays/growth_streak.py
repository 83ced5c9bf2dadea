"""# The stretch of greatest growth

A table gains and loses rows; `net[i]` is what hour `i` added, below 0 when more was deleted than inserted.
In which stretch of hours without a gap did the table grow most?
Return `(growth, start, stop)`: the sum of `net[start:stop]`, and the stretch itself.

>>> solve([3, -5, 4, -1, 6, -2])
(9, 2, 5)
>>> solve([-4, -1, -3])
(-1, 1, 2)

The second table only shrank, so its best stretch is the hour that lost least: a stretch has at least one hour.

Limits: 1 to a million hours.
Of several best stretches return the one with the earliest start, and of these the shortest.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-growth-streak",
    pattern="best sum that ends here",
    difficulty="medium",
    minutes=25,
    points=3,
    classic="maximum subarray",
    growth="n",
    order=8,
    idea=(
        "the best sum that ends with this hour and its start, and the best of all so far",
        "every stretch that ends here either goes on from the best one before or begins here",
        "the best over all ends",
    ),
    hints=(
        "Sort the stretches by their last hour. What is the best one that ends with hour 0, with hour 1?",
        "The best stretch that ends here either begins here or goes on from the best that ended an hour before. When is going on a loss?",
        "A sum of exactly 0 before you neither helps nor harms. Which start does the statement prefer then?",
    ),
)


def solve(net: list[int]) -> tuple[int, int, int]:
    best, here, start = (net[0], 0, 1), net[0], 0
    for i in range(1, len(net)):
        if here < 0:
            here, start = 0, i
        here += net[i]
        if here > best[0]:
            best = here, start, i + 1
    return best


def oracle(net):
    """Every stretch."""
    n = len(net)
    stretches = [(sum(net[i:j]), i, j) for i in range(n) for j in range(i + 1, n + 1)]
    return min(stretches, key=lambda stretch: (-stretch[0], stretch[1], stretch[2]))


EDGES = {
    "one hour": ([5],),
    "one hour that lost": ([-5],),
    "nothing happened": ([0, 0, 0],),
    "only losses, twice the same": ([-2, -1, -1],),
    "all of it": ([1, 2, 3],),
    "a start at sum 0": ([2, -2, 3],),
    "zeros before and after": ([-1, 0, 4, 0],),
    "the same growth twice": ([3, -4, 1, 2],),
    "a loss that is worth it": ([5, -4, 5],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(-3, 4) for _ in range(size)],)
    yield ([rng.randrange(-90, 100) for _ in range(size)],)
    yield ([-rng.randrange(1, 9) for _ in range(size)],)


@variant
def by_lowest_prefix(net):
    """Growth is a total minus an earlier total: keep the lowest one so far."""
    best, total, lowest = None, 0, (0, 0)
    for stop, rows in enumerate(net, 1):
        total += rows
        if best is None or total - lowest[0] > best[0]:
            best = total - lowest[0], lowest[1], stop
        if total < lowest[0]:
            lowest = total, stop
    return best


@variant
def from_the_right(net):
    """The best stretch that begins at each hour; from the right the ties turn round."""
    best, here, stop = None, 0, len(net)
    for i in reversed(range(len(net))):
        if here <= 0:
            here, stop = 0, i + 1
        here += net[i]
        if best is None or here >= best[0]:
            best = here, i, stop
    return best


@wrong("begins with a best of 0: a table that only shrank gets a stretch of no hour")
def best_of_zero(net):
    best, here, start = (0, 0, 0), 0, 0
    for i, rows in enumerate(net):
        if here < 0:
            here, start = 0, i
        here += rows
        if here > best[0]:
            best = here, start, i + 1
    return best


@wrong("begins anew at a sum of 0 and loses the earlier start", passes_examples=True)
def anew_at_zero(net):
    best, here, start = (net[0], 0, 1), net[0], 0
    for i in range(1, len(net)):
        if here <= 0:
            here, start = 0, i
        here += net[i]
        if here > best[0]:
            best = here, start, i + 1
    return best


@wrong("takes the last of several best stretches", passes_examples=True)
def last_of_equals(net):
    best, here, start = (net[0], 0, 1), net[0], 0
    for i in range(1, len(net)):
        if here < 0:
            here, start = 0, i
        here += net[i]
        if here >= best[0]:
            best = here, start, i + 1
    return best


@wrong("ends a stretch at every loss")
def ends_at_a_loss(net):
    best, here, start = (net[0], 0, 1), net[0], 0
    for i in range(1, len(net)):
        if net[i] < 0 or here < 0:
            here, start = 0, i
        here += net[i]
        if here > best[0]:
            best = here, start, i + 1
    return best


@wrong("subtracts the lowest total of the whole day, which may come later")
def lowest_of_all(net):
    totals = [0]
    for rows in net:
        totals.append(totals[-1] + rows)
    start = totals.index(min(totals[:-1]))
    stop = max(range(start + 1, len(totals)), key=totals.__getitem__)
    return totals[stop] - totals[start], start, stop


@wrong("adds up every stretch: grows with n²", fails="growth", passes_examples=True)
def every_stretch(net):
    best = (net[0], 0, 1)
    for i in range(len(net)):
        total = 0
        for j in range(i, len(net)):
            total += net[j]
            if total > best[0]:
                best = total, i, j + 1
    return best


@wrong(
    "takes each hour off the front of a copy, which moves all the others",
    fails="growth",
    passes_examples=True,
)
def popped_from_the_front(net):
    waiting, i = list(net), 0
    best, here, start = None, 0, 0
    while waiting:
        if here < 0:
            here, start = 0, i
        here += waiting.pop(0)
        i += 1
        if best is None or here > best[0]:
            best = here, start, i
    return best


NOTES = """
**Complexity**: O(n) time, O(1) memory, one pass; it works on a stream.

**Pitfall**: begin with the first hour, not with 0, or a table that only shrank gets a stretch of no hour.
Whether a sum of 0 goes on or begins anew is decided by the rule for ties, so ask for that rule.

**Alternative**: in prefix sums the growth of a stretch is a later total minus an earlier one.
Keep the lowest total so far: the same pass, seen from the other side.

**In an engine**: change detection by cumulative sums (CUSUM) is this recurrence with a threshold: the alarm rises when the best sum that ends now is too large.
In SQL the lowest total so far is `min(total) OVER (ORDER BY hour ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)`, with a row for the 0 before the first hour.
"""
