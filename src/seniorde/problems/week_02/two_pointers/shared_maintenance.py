"""# When both systems are down

Two teams publish their calendars of maintenance: lists of periods `(start, stop)` in minutes.
A period includes its start and not its stop, and `start < stop`.
Within a calendar the periods are in ascending order and do not overlap; one may begin where the one before it stops.
Return the periods in which both systems are down, in ascending order.
Report one period for each pair of periods that overlap, and do not join neighbours.

>>> solve([(0, 10), (20, 30)], [(5, 25)])
[(5, 10), (20, 25)]
>>> solve([(0, 10)], [(10, 20)])
[]
>>> solve([(0, 8)], [(1, 3), (3, 5)])
[(1, 3), (3, 5)]

Limits: 0 to a million periods in a calendar; minutes are integers, below 0 as well; leave the input
as it is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-shared-maintenance",
    pattern="walk of two lists of intervals",
    difficulty="medium",
    minutes=20,
    points=3,
    order=5,
    classic="interval list intersections",
    growth="n",
    growth_size=20,
    idea=(
        "one period of each calendar",
        "a period that stops before the other's can meet nothing that comes later",
        "the overlap of the two, where it is not empty",
    ),
    hints=(
        "Two periods are given. When does their overlap begin, when does it stop, and when is there none?",
        "You have reported the overlap of two periods. Which of them may meet another one?",
        "The one that stops first is done. That it *starts* first says nothing.",
    ),
)


def solve(ours: list[tuple], theirs: list[tuple]) -> list[tuple[int, int]]:
    i = j = 0
    shared = []
    while i < len(ours) and j < len(theirs):
        start = max(ours[i][0], theirs[j][0])
        stop = min(ours[i][1], theirs[j][1])
        if start < stop:
            shared.append((start, stop))
        if ours[i][1] < theirs[j][1]:
            i += 1
        else:
            j += 1
    return shared


def oracle(ours, theirs):
    """Every period against every other."""
    overlaps = [(max(a, c), min(b, d)) for a, b in ours for c, d in theirs]
    return sorted((start, stop) for start, stop in overlaps if start < stop)


def accepts(ours, theirs):
    minutes = [[minute for period in calendar for minute in period] for calendar in (ours, theirs)]
    lasting = all(start < stop for calendar in (ours, theirs) for start, stop in calendar)
    return lasting and all(side == sorted(side) for side in minutes)


EDGES = {
    "two empty calendars": ([], []),
    "one empty calendar": ([(0, 5)], []),
    "the same calendar twice": ([(0, 2), (4, 6)], [(0, 2), (4, 6)]),
    "one inside the other": ([(0, 100)], [(10, 20), (30, 40), (90, 110)]),
    "the same stop": ([(0, 10), (12, 14)], [(5, 10), (11, 13)]),
    "the same start": ([(0, 4), (6, 9)], [(0, 8)]),
    "starts first, stops last": ([(0, 50)], [(1, 2), (3, 4), (49, 60)]),
    "neighbours that touch": ([(0, 3), (3, 6)], [(1, 5)]),
    "neighbours on both sides": ([(0, 3), (3, 6)], [(2, 3), (3, 4)]),
    "no overlap, taking turns": ([(0, 1), (4, 5)], [(2, 3), (6, 7)]),
    "before minute 0": ([(-10, -2)], [(-5, 3)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def calendar(count, steps):
        minute, periods = rng.randrange(-3, 3), []
        for _ in range(count):
            start = minute + rng.choice(steps)
            minute = start + rng.choice((1, 2, 5))
            periods.append((start, minute))
        return periods

    yield (calendar(size, (0, 1, 4)), calendar(size, (0, 1, 4)))
    yield (calendar(size, (0, 0, 1)), calendar(max(1, size // 6), (0, 9, 30)))
    yield ([(-5, 9 * size)], calendar(size, (0, 2)))


@variant
def by_sweep(ours, theirs):
    """All starts and stops in order; a period opens where both are down, closes where one stops."""
    moments = [(stop, 0) for _, stop in ours + theirs] + [(start, 1) for start, _ in ours + theirs]
    down, since, shared = 0, 0, []
    for minute, begins in sorted(moments):
        if begins:
            down += 1
            since = minute
        else:
            if down == 2 and since < minute:
                shared.append((since, minute))
            down -= 1
    return shared


@variant
def by_bisection(ours, theirs):
    shared = []
    for a, b in ours:
        j = bisect_right(theirs, a, key=itemgetter(1))
        while j < len(theirs) and theirs[j][0] < b:
            shared.append((max(a, theirs[j][0]), min(b, theirs[j][1])))
            j += 1
    return shared


@variant
def both_move_at_equal_stops(ours, theirs):
    i, j, shared = 0, 0, []
    while i < len(ours) and j < len(theirs):
        (a, b), (c, d) = ours[i], theirs[j]
        if a < d and c < b:
            shared.append((max(a, c), min(b, d)))
        i += b <= d
        j += d <= b
    return shared


@wrong("reports empty periods where one calendar stops and the other starts")
def empty_periods(ours, theirs):
    i, j, shared = 0, 0, []
    while i < len(ours) and j < len(theirs):
        (a, b), (c, d) = ours[i], theirs[j]
        if max(a, c) <= min(b, d):
            shared.append((max(a, c), min(b, d)))
        i += b <= d
        j += d < b
    return shared


@wrong("moves on with the period that started first")
def first_to_start_moves(ours, theirs):
    i, j, shared = 0, 0, []
    while i < len(ours) and j < len(theirs):
        (a, b), (c, d) = ours[i], theirs[j]
        if max(a, c) < min(b, d):
            shared.append((max(a, c), min(b, d)))
        if a <= c:
            i += 1
        else:
            j += 1
    return shared


@wrong("moves on in both calendars after an overlap")
def both_move_after_an_overlap(ours, theirs):
    i, j, shared = 0, 0, []
    while i < len(ours) and j < len(theirs):
        (a, b), (c, d) = ours[i], theirs[j]
        if max(a, c) < min(b, d):
            shared.append((max(a, c), min(b, d)))
            i, j = i + 1, j + 1
        elif b <= d:
            i += 1
        else:
            j += 1
    return shared


@wrong("joins periods that touch")
def neighbours_joined(ours, theirs):
    joined = []
    for start, stop in oracle(ours, theirs):
        if joined and joined[-1][1] == start:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((start, stop))
    return joined


@wrong("overlooks a period that lies wholly inside another", passes_examples=False)
def inner_ones_overlooked(ours, theirs):
    found = [(max(a, c), min(b, d)) for a, b in ours for c, d in theirs if a <= c < b <= d or c <= a < d <= b]
    return sorted(found)


@wrong("writes both calendars out minute by minute and forgets where periods touch", passes_examples=False)
def minute_by_minute(ours, theirs):
    down = {m for a, b in ours for m in range(a, b)} & {m for a, b in theirs for m in range(a, b)}
    starts = sorted(m for m in down if m - 1 not in down)
    stops = sorted(m + 1 for m in down if m + 1 not in down)
    return list(zip(starts, stops))


@wrong("opens no period that starts below minute 0", passes_examples=True)
def begins_at_zero(ours, theirs):
    return [(max(start, 0), stop) for start, stop in oracle(ours, theirs) if stop > 0]


@wrong("compares every period with every other", fails="growth", passes_examples=True)
def all_pairs(ours, theirs):
    shared = []
    for a, b in ours:
        for c, d in theirs:
            if max(a, c) < min(b, d):
                shared.append((max(a, c), min(b, d)))
    return shared


@wrong("copies what is left of a calendar at every step", fails="growth", passes_examples=True)
def rest_copied(ours, theirs):
    shared = []
    while ours and theirs:
        (a, b), (c, d) = ours[0], theirs[0]
        if max(a, c) < min(b, d):
            shared.append((max(a, c), min(b, d)))
        ours, theirs = ours[b <= d :], theirs[d <= b :]
    return shared


NOTES = """
**Complexity**: O(n + m) time, O(1) memory beside the result, which has at most n + m - 1 periods.

**Pitfall**: dropping the period that *starts* first.
It may be the long one that meets many more; only the stop tells that a period is done.

**Alternative**: a sweep over all starts and stops in order, with a count of the systems that are down.
It also answers "at least two of five systems", where two positions do not reach.

**In an engine**: PostgreSQL's `range_agg(a) * range_agg(b)` intersects two multiranges with this walk; it joins neighbours first.
A temporal join of two histories (price valid from/to, address valid from/to) is the same loop for each key.
"""
