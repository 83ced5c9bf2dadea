"""# Where a late stream may be flushed

Events arrive nearly in the order of their times; some come late.
You want to cut the stream into batches, sort each batch on its own and write one after the other, and the file must come out sorted.
You get the times in order of arrival.
Return every position `i` at which you may cut: after the first `i` events, no event that follows has a smaller time than any event before.
The end of the stream is such a position, position 0 is not listed.

>>> solve([3, 1, 2, 5, 4, 6])
[3, 5, 6]
>>> solve([2, 2, 1])
[3]
>>> solve([1, 2, 2])
[1, 2, 3]

The third answer shows that an event of the same time may follow later: the file stays sorted.

Limits: up to a million events; an empty stream has no position.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-flush-points",
    pattern="prefix and suffix",
    difficulty="hard",
    minutes=35,
    points=4,
    classic="max chunks to make sorted",
    growth="n",
    order=10,
    idea=(
        "the newest time so far, and the oldest time still to come, at each position",
        "a cut is safe when the first is not above the second",
        "all positions where that holds",
    ),
    hints=(
        "At a cut, which single event on the left can be in the way, and which single event on the right?",
        "Only the newest on the left and the oldest on the right matter. How do you know the oldest that is still to come, for every position?",
        "One pass from the right writes it down for all positions; a pass from the left compares.",
    ),
)


def solve(times: list[int]) -> list[int]:
    to_come = times[:]
    for i in reversed(range(len(times) - 1)):
        if to_come[i + 1] < to_come[i]:
            to_come[i] = to_come[i + 1]
    cuts, newest = [], None
    for i, time in enumerate(times):
        if i and newest <= to_come[i]:
            cuts.append(i)
        if newest is None or time > newest:
            newest = time
    return [*cuts, len(times)] if times else []


def oracle(times):
    """Sort the two parts and see whether the whole is sorted."""
    return [i for i in range(1, len(times) + 1) if sorted(times[:i]) + sorted(times[i:]) == sorted(times)]


EDGES = {
    "no event": ([],),
    "one event": ([5],),
    "sorted already": ([1, 2, 3],),
    "the wrong way round": ([3, 2, 1],),
    "all at one time": ([4, 4, 4],),
    "the oldest comes last": ([2, 3, 4, 1],),
    "the newest comes first": ([9, 1, 2, 3],),
    "late by one, with ties": ([1, 3, 2, 3, 3, 2, 4],),
    "times below 0": ([-5, -7, 0, -1, 0],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    late = rng.choice((2, 4))
    yield ([3 * i - rng.choice((0, 0, rng.randrange(3 * late))) for i in range(size)],)
    times = [i // 2 for i in range(size)]
    for _ in range(rng.randrange(3) if size > 1 else 0):
        i, j = rng.sample(range(size), 2)
        times[i], times[j] = times[j], times[i]
    yield (times,)


@variant
def by_order(times):
    """Sort the positions; a cut is safe where the first i of them are exactly 0 to i − 1."""
    order = sorted(range(len(times)), key=times.__getitem__)
    return [i for i, last in enumerate(accumulate(order, max), 1) if last == i - 1]


@variant
def by_open_batches(times):
    """Keep the batches that are still safe; a late event joins those that it falls into."""
    batches = []
    for i, time in enumerate(times, 1):
        newest = time
        while batches and batches[-1][0] > time:
            newest = max(newest, batches.pop()[0])
        batches.append((newest, i))
    return [end for _, end in batches]


@variant
def by_sums(times):
    """The first i times add up to as little as any i times can only if they are the i smallest."""
    sums, least = accumulate(times), accumulate(sorted(times))
    return [i for i, (mine, best) in enumerate(zip(sums, least), 1) if mine == best]


@wrong("does not cut between two events of the same time")
def strictly_older(times):
    oldest = [*list(accumulate(reversed(times), min))[::-1][1:], float("inf")]
    return [i for i, newest in enumerate(accumulate(times, max), 1) if newest < oldest[i - 1]]


@wrong("looks only at the next event, though a later one may be older")
def next_only(times):
    cuts, newest = [], float("-inf")
    for i, time in enumerate(times):
        if i and time >= newest:
            cuts.append(i)
        newest = max(newest, time)
    return [*cuts, len(times)] if times else []


@wrong("compares with the last event instead of the newest so far", passes_examples=False)
def last_instead_of_newest(times):
    oldest, cuts = float("inf"), []
    for i in reversed(range(1, len(times) + 1)):
        if times[i - 1] <= oldest:
            cuts.append(i)
        oldest = min(oldest, times[i - 1])
    return cuts[::-1]


@wrong("looks only three events ahead", passes_examples=True)
def three_ahead(times):
    cuts, newest = [], float("-inf")
    for i, time in enumerate(times):
        if i and newest <= min(times[i : i + 3]):
            cuts.append(i)
        newest = max(newest, time)
    return [*cuts, len(times)] if times else []


@wrong("begins with a newest time of 0, but times may be below", passes_examples=True)
def newest_of_zero(times):
    oldest = list(accumulate(reversed(times), min))[::-1]
    cuts, newest = [], 0
    for i, time in enumerate(times):
        if i and newest <= oldest[i]:
            cuts.append(i)
        newest = max(newest, time)
    return [*cuts, len(times)] if times else []


@wrong("lists position 0 as well")
def with_zero(times):
    return [0, *solve(times)]


@wrong("looks through both sides for each position: grows with n²", fails="growth", passes_examples=True)
def both_sides(times):
    n = len(times)
    return [i for i in range(1, n + 1) if i == n or max(times[:i]) <= min(times[i:])]


@wrong(
    "puts each minimum at the front of a list, which moves all the others",
    fails="growth",
    passes_examples=True,
)
def inserted_at_the_front(times):
    to_come = [float("inf")]
    for time in reversed(times):
        to_come.insert(0, min(time, to_come[0]))
    return [i for i, newest in enumerate(accumulate(times, max), 1) if newest <= to_come[i]]


NOTES = """
**Complexity**: O(n) time, O(n) memory for the oldest time still to come.

**Pitfall**: the next event does not decide; an event much later may be older than all. So a cut can only be judged with the whole rest in view.

**Alternative**: keep a list of open batches, each with its newest time; a late event joins all batches that it falls into.
It reads the stream once, from the left, and its memory is the number of batches.

**In an engine**: a stream has no end to look back from. So an engine assumes a bound on lateness, and the watermark (newest time minus that bound) takes the place of *the oldest still to come*.
What comes later than the bound is dropped or sent aside: the price of not waiting for the end.
"""
