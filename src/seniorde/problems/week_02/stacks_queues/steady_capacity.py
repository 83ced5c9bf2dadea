"""# The largest steady window

A cluster's plan lists, hour by hour, how many slots are free.
A job that reserves `slots` for the hours from `start` to `end`, `end` not included, needs that many free slots in *each* of them.
Find the reservation with the most slot hours, `slots * (end - start)`, and return it as `(slots, start, end)`.

>>> solve([2, 1, 5, 6, 2, 3])
(5, 2, 4)
>>> solve([3, 3, 0, 7])
(7, 3, 4)

In the first example 5 slots are free in hours 2 and 3, which makes 10 slot hours; no other reservation has more.

If several have the most, return any of them.
If no slot is free at all, or no hour is given, return `(0, 0, 0)`.

Limits: up to a million hours; slots are integers, 0 or more; leave the input as it is.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-steady-capacity",
    pattern="monotonic stack, both borders",
    difficulty="hard",
    minutes=40,
    points=4,
    order=9,
    classic="largest rectangle in a histogram",
    growth="n",
    growth_size=50,
    idea=(
        "windows that still grow, each with its start and its slots",
        "from bottom to top starts and slots rise, and every window reaches up to this hour",
        "the best of all windows, each judged when a lower hour ends it",
    ),
    hints=(
        "The best reservation cannot be widened, and cannot have a slot more. So some hour in it has exactly `slots`: which reservations need to be looked at?",
        "For an hour with 5 free slots: how far to the left and to the right may a reservation of 5 reach? Which hours end it?",
        "Keep the windows that still grow. An hour with fewer free slots ends all those with more; now both of their borders are known.",
        "A lower hour starts a window of its own. But how far to the left may that one reach? As far as the windows that it has just ended.",
    ),
)


def solve(free: list[int]) -> tuple[int, int, int]:
    best, most = (0, 0, 0), 0
    growing = []
    for hour in range(len(free) + 1):
        slots = free[hour] if hour < len(free) else 0
        start = hour
        while growing and growing[-1][1] >= slots:
            start, height = growing.pop()
            if height * (hour - start) > most:
                most, best = height * (hour - start), (height, start, hour)
        growing.append((start, slots))
    return best


def oracle(free):
    """Every start, every end."""
    best = 0, 0, 0
    for start in range(len(free)):
        for end in range(start + 1, len(free) + 1):
            slots = min(free[start:end])
            if slots * (end - start) > best[0] * (best[2] - best[1]):
                best = slots, start, end
    return best


def valid(free, got):
    """As many slot hours as the best, and in each hour enough free slots."""
    best, start, end = solve(free)
    if not isinstance(got, tuple | list) or len(got) != 3 or not all(isinstance(x, int) for x in got):
        return False
    if not best:
        return tuple(got) == (0, 0, 0)
    enough = 0 <= got[1] < got[2] <= len(free) and min(free[got[1] : got[2]]) >= got[0]
    return enough and got[0] * (got[2] - got[1]) == best * (end - start)


EDGES = {
    "no hour": ([],),
    "one hour": ([4],),
    "nothing is free": ([0, 0, 0],),
    "all equal": ([3, 3, 3],),
    "rising": ([1, 2, 3, 4, 5],),
    "falling": ([5, 4, 3, 2, 1],),
    "a valley ends a window": ([6, 6, 1, 6, 6, 6],),
    "low and long": ([2, 2, 9, 2, 2, 2, 2, 2],),
    "over a peak, back to the left": ([2, 1, 2],),
    "the widest reaches back over ended windows": ([3, 6, 5, 7, 4, 8, 1, 0],),
    "the last hour ends nothing": ([1, 2, 8, 8],),
    "zeros between": ([4, 0, 5, 0, 3, 3],),
    "equal with a peak between": ([4, 9, 4],),
    "several best ones": ([2, 0, 2],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(7) for _ in range(size)],)
    yield ([rng.randint(5, 9) for _ in range(size)],)
    yield (list(range(1, size + 1)),)
    yield ([size - i for i in range(size)],)


@variant
def by_borders(free):
    """For each hour the nearest lower one on both sides."""
    n = len(free)
    left, right, stack = [-1] * n, [n] * n, []
    for hour, slots in enumerate(free):
        while stack and free[stack[-1]] > slots:
            right[stack.pop()] = hour
        left[hour] = stack[-1] if stack else -1
        stack.append(hour)
    best = max(range(n), key=lambda i: free[i] * (right[i] - left[i] - 1), default=None)
    if best is None or free[best] == 0:
        return 0, 0, 0
    return free[best], left[best] + 1, right[best]


@variant
def hours_on_the_stack(free):
    """The stack holds hours only; a window begins behind the one below it."""
    padded, stack, best = [*free, 0], [-1], (0, 0, 0)
    for hour, slots in enumerate(padded):
        while stack[-1] >= 0 and padded[stack[-1]] >= slots:
            height = padded[stack.pop()]
            start = stack[-1] + 1
            best = max(best, (height, start, hour), key=lambda b: b[0] * (b[2] - b[1]))
        stack.append(hour)
    return best


@variant
def from_high_to_low(free):
    """Hours join their neighbours in order of falling slots; a stretch knows its two ends."""
    other_end, best, most = {}, (0, 0, 0), 0
    for hour in sorted(range(len(free)), key=lambda i: -free[i]):
        start = other_end.get(hour - 1, hour)
        end = other_end.get(hour + 1, hour)
        other_end[start], other_end[end] = end, start
        other_end.setdefault(hour, hour)
        if free[hour] * (end + 1 - start) > most:
            most, best = free[hour] * (end + 1 - start), (free[hour], start, end + 1)
    return best


@wrong("starts a window at the lower hour itself, and not where the ended ones began", passes_examples=True)
def no_way_back(free):
    best, growing = (0, 0, 0), []
    for hour, slots in enumerate([*free, 0]):
        while growing and growing[-1][1] >= slots:
            start, height = growing.pop()
            best = max(best, (height, start, hour), key=lambda b: b[0] * (b[2] - b[1]))
        growing.append((hour, slots))
    return best


@wrong("forgets the windows that still grow at the end")
def open_at_the_end(free):
    best, growing = (0, 0, 0), []
    for hour, slots in enumerate(free):
        start = hour
        while growing and growing[-1][1] >= slots:
            start, height = growing.pop()
            best = max(best, (height, start, hour), key=lambda b: b[0] * (b[2] - b[1]))
        growing.append((start, slots))
    return best


@wrong("takes all hours with the least free slots, or the hour with the most")
def widest_or_highest(free):
    if not any(free):
        return 0, 0, 0
    peak = free.index(max(free))
    whole = (min(free), 0, len(free))
    return max(whole, (free[peak], peak, peak + 1), key=lambda b: b[0] * (b[2] - b[1]))


@wrong("counts the last hour twice: end is the hour before the one that ends the window")
def last_hour_included(free):
    slots, start, end = solve(free)
    return slots, start, max(0, end - 1)


@wrong("adds up the free slots of neighbours, as if they could move between hours")
def sums(free):
    return min(free, default=0), 0, len(free)


@wrong("allows an hour without free slots in the middle")
def skips_zeros(free):
    kept = [i for i, slots in enumerate(free) if slots]
    slots, start, end = solve([free[i] for i in kept])
    return (slots, kept[start], kept[end - 1] + 1) if slots else (0, 0, 0)


@wrong("ends at most one window an hour")
def ends_one(free):
    best, growing = (0, 0, 0), []
    for hour, slots in enumerate([*free, 0]):
        start = hour
        if growing and growing[-1][1] >= slots:
            start, height = growing.pop()
            best = max(best, (height, start, hour), key=lambda b: b[0] * (b[2] - b[1]))
        growing.append((start, slots))
    return best


@wrong("returns the last hour, of no slots, when nothing is free", passes_examples=True)
def nothing_free(free):
    found = solve(free)
    return found if found[0] else (0, 0, len(free))


@wrong("widens the window of each hour step by step: n² on equal hours", fails="growth", passes_examples=True)
def widens(free):
    best = 0, 0, 0
    for hour, slots in enumerate(free):
        start, end = hour, hour + 1
        while start and free[start - 1] >= slots:
            start -= 1
        while end < len(free) and free[end] >= slots:
            end += 1
        best = max(best, (slots, start, end), key=lambda b: b[0] * (b[2] - b[1]))
    return best if best[0] else (0, 0, 0)


@wrong(
    "cuts at the lowest hour, which min looks for anew in each piece", fails="growth", passes_examples=True
)
def cuts_at_the_lowest(free):
    plain = [int(f"{slots}") for slots in free]
    best, pieces = (0, 0, 0), [(0, len(plain))]
    while pieces:
        start, end = pieces.pop()
        if start < end:
            slots = min(plain[start:end])
            hour = plain.index(slots, start, end)
            best = max(best, (slots, start, end), key=lambda b: b[0] * (b[2] - b[1]))
            pieces += [(start, hour), (hour + 1, end)]
    return best if best[0] else (0, 0, 0)


NOTES = """
**Complexity**: O(n) time: each hour is put on the stack once and taken off once. O(n) memory when the hours rise.

**Pitfall**: the left border.
An hour that ends higher windows may begin where the first of them began, because all that lies between was at least as high.
And at the end of the plan all windows that still grow must be judged: an hour without slots behind the last one does it.

**Alternative**: for each hour the nearest lower hour to the left and to the right, by two passes; easier to get right, twice the memory.
Cutting at the lowest hour is O(n log n) when the cuts are even, and quadratic on rising hours.

**In an engine**: a Gantt planner for spot capacity or maintenance asks this question, and so does whoever fits a job of fixed size: keep *slots × hours ≥ size* instead of the largest.
In two dimensions, row by row, the same stack finds the largest empty rectangle of a grid.
"""
