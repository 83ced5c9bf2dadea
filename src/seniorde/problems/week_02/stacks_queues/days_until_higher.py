"""# How long did this peak last?

A capacity planner lists the highest number of connections of each day.
For each day he asks after how many days that number was exceeded for the first time.
Return a list: for each day the distance to the next later day with a *higher* peak, or `None` where none follows.

>>> solve([70, 61, 61, 65, 90])
[4, 2, 1, 1, None]
>>> solve([5, 4, 3])
[None, None, None]

In the first example day 1 has 61, day 2 only equals it, and day 3 exceeds it: two days.

Limits: up to a million days; peaks are integers; leave the input as it is.
"""

import heapq
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-days-until-higher",
    pattern="monotonic stack",
    difficulty="medium",
    minutes=20,
    points=3,
    order=3,
    classic="daily temperatures; next greater element",
    growth="n",
    growth_size=50,
    idea=(
        "the days that still wait for a higher one",
        "from bottom to top their peaks never rise",
        "a distance for each day, written when it is taken off",
    ),
    hints=(
        "Turn the question round: today has a peak of 65. For which earlier days is today the answer?",
        "Keep the days that still wait. Why can a waiting day never have a lower peak than one that waits behind it?",
        "Today answers waiting days from the top as long as they are lower; then it waits itself.",
    ),
)


def solve(peaks: list[int]) -> list[int | None]:
    distances = [None] * len(peaks)
    waiting = []
    for day, peak in enumerate(peaks):
        while waiting and peaks[waiting[-1]] < peak:
            earlier = waiting.pop()
            distances[earlier] = day - earlier
        waiting.append(day)
    return distances


def oracle(peaks):
    """For each day look through the days that follow."""
    later = [[j - i for j in range(i + 1, len(peaks)) if peaks[j] > peaks[i]] for i in range(len(peaks))]
    return [distances[0] if distances else None for distances in later]


EDGES = {
    "no day": ([],),
    "one day": ([7],),
    "all equal": ([4, 4, 4],),
    "rising": ([1, 2, 3],),
    "falling": ([3, 2, 1],),
    "one day answers many": ([5, 4, 3, 2, 9],),
    "one day answers some": ([9, 2, 5, 3, 4],),
    "equal days with a higher one behind": ([4, 4, 5],),
    "peaks of 0 and below": ([0, -3, -1, 0, 1],),
    "the answer stands behind a valley": ([6, 1, 2, 3, 7],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(-2, 5) for _ in range(size)],)
    yield ([size - day for day in range(size)],)
    yield ([size - day for day in range(size)] + [size + 1],)
    yield ([rng.randrange(10**6) for _ in range(size)],)


@variant
def from_the_right(peaks):
    """The days behind that are still visible, the nearest on top."""
    distances, visible = [None] * len(peaks), []
    for day in reversed(range(len(peaks))):
        while visible and peaks[visible[-1]] <= peaks[day]:
            visible.pop()
        if visible:
            distances[day] = visible[-1] - day
        visible.append(day)
    return distances


@variant
def by_jumps(peaks):
    """From the right, jumping over the days that a later day is higher than already."""
    distances = [None] * len(peaks)
    for day in range(len(peaks) - 2, -1, -1):
        other = day + 1
        while other is not None and peaks[other] <= peaks[day]:
            other = None if distances[other] is None else other + distances[other]
        distances[day] = None if other is None else other - day
    return distances


@variant
def by_heap(peaks):
    """The waiting days in a heap, the lowest first."""
    distances, waiting = [None] * len(peaks), []
    for day, peak in enumerate(peaks):
        while waiting and waiting[0][0] < peak:
            earlier = heapq.heappop(waiting)[1]
            distances[earlier] = day - earlier
        heapq.heappush(waiting, (peak, day))
    return distances


@wrong("takes an equal peak for a higher one")
def equal_counts(peaks):
    later = [[j - i for j in range(i + 1, len(peaks)) if peaks[j] >= peaks[i]] for i in range(len(peaks))]
    return [distances[0] if distances else None for distances in later]


@wrong("returns the day instead of the distance")
def the_day_itself(peaks):
    return [None if distance is None else day + distance for day, distance in enumerate(solve(peaks))]


@wrong("returns 0 where no higher day follows")
def zero_for_never(peaks):
    return [distance or 0 for distance in solve(peaks)]


@wrong("answers one waiting day at a time: an if where a while is wanted")
def answers_one(peaks):
    distances, waiting = [None] * len(peaks), []
    for day, peak in enumerate(peaks):
        if waiting and peaks[waiting[-1]] < peak:
            earlier = waiting.pop()
            distances[earlier] = day - earlier
        waiting.append(day)
    return distances


@wrong("looks peaks up by value, so equal days share one answer")
def by_value(peaks):
    found = dict(zip(peaks, solve(peaks)))
    return [found[peak] for peak in peaks]


@wrong("answers the waiting days in order of arrival, and stops at the first that is higher")
def a_queue(peaks):
    distances, waiting = [None] * len(peaks), []
    for day, peak in enumerate(peaks):
        while waiting and peaks[waiting[0]] < peak:
            earlier = waiting.pop(0)
            distances[earlier] = day - earlier
        waiting.append(day)
    return distances


@wrong("begins with a highest peak of 0, below which nothing counts", passes_examples=True)
def never_below_zero(peaks):
    return [
        distance if distance is not None and peaks[day + distance] > 0 else None
        for day, distance in enumerate(solve(peaks))
    ]


@wrong("looks ahead from each day until it finds a higher one", fails="growth", passes_examples=True)
def looks_ahead(peaks):
    distances = []
    for day, peak in enumerate(peaks):
        other = day + 1
        while other < len(peaks) and peaks[other] <= peak:
            other += 1
        distances.append(other - day if other < len(peaks) else None)
    return distances


@wrong("has the top of its stack at the front of a list", fails="growth", passes_examples=True)
def top_at_the_front(peaks):
    plain = [int(f"{peak}") for peak in peaks]
    distances, waiting = [None] * len(plain), []
    for day, peak in enumerate(plain):
        while waiting and plain[waiting[0]] < peak:
            earlier = waiting.pop(0)
            distances[earlier] = day - earlier
        waiting.insert(0, day)
    return distances


NOTES = """
**Complexity**: O(n) time: each day is put on the stack once and taken off at most once. O(n) memory when the peaks fall.

**Pitfall**: to keep values on the stack instead of days. The distance needs to know *when*.
And `<=` in place of `<` lets an equal day answer.

**Alternative**: from right to left with the answers themselves as a chain to jump along: no stack, and the same number of steps.
A heap of the waiting days is O(n log n), and does not need the days in order.

**In an engine**: PostgreSQL has no window function for it. `count(*) FILTER` over a frame cannot compare with the current row, so SQL writes a self join or a lateral `LIMIT 1`: for falling peaks both are quadratic.
A row at a time in a UDF or in the application, it is one pass with a stack.
"""
