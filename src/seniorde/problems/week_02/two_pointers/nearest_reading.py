"""# The nearest reading of the exchange rate

Orders and readings of the exchange rate have times in whole seconds, each list in ascending order.
For every order return the time of the reading nearest to it, before or after.
Of two readings that are equally near take the earlier one.
Where the nearest reading is more than `tolerance` seconds away, or there is none, return `None`.
Times may repeat on both sides, and a reading may serve many orders.

>>> solve([10, 14, 31], [8, 12, 20], 5)
[8, 12, None]
>>> solve([5, 5], [5], 0)
[5, 5]
>>> solve([3], [], 9)
[None]

In the first example 8 and 12 are equally near to 10.

Limits: 0 to a million times on each side, below 0 as well; `tolerance` is at least 0; leave the input
as it is.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-nearest-reading",
    pattern="one list follows the other",
    difficulty="medium",
    minutes=25,
    points=3,
    order=4,
    classic="as-of join; find the closest elements",
    growth="n",
    growth_size=32,
    idea=(
        "the position of the first reading that is not before the order",
        "no reading further left than its neighbour is nearest to this or a later order",
        "the nearer of two neighbours",
    ),
    hints=(
        "Only two readings can be the nearest: the last one before the order and the first one from it on.",
        "The next order is not earlier. In which direction does the place between these two move?",
        "Do not move on *while the next reading is nearer*: two readings of the same time are equally near.",
    ),
)


def solve(orders: list[int], readings: list[int], tolerance: int) -> list[int | None]:
    after, nearest = 0, []
    for time in orders:
        while after < len(readings) and readings[after] < time:
            after += 1
        near = None
        for reading in readings[max(after - 1, 0) : after + 1]:
            if near is None or reading - time < time - near:
                near = reading
        nearest.append(near if near is not None and abs(near - time) <= tolerance else None)
    return nearest


def oracle(orders, readings, tolerance):
    """Every reading against every order."""
    near = [[reading for reading in readings if abs(reading - time) <= tolerance] for time in orders]
    return [
        min(found, key=lambda reading: (abs(reading - time), reading), default=None)
        for time, found in zip(orders, near, strict=True)
    ]


def accepts(orders, readings, tolerance):
    return orders == sorted(orders) and readings == sorted(readings)


EDGES = {
    "nothing on either side": ([], [], 3),
    "no order": ([], [1, 2], 3),
    "exactly at the tolerance": ([5], [8], 3),
    "one second beyond it": ([5], [9], 3),
    "no tolerance": ([4, 5, 6], [5], 0),
    "a reading twice, a nearer one behind": ([9], [1, 1, 8], 9),
    "many equal readings between two others": ([3, 7], [1, 5, 5, 5, 9], 9),
    "equally near on both sides": ([5], [3, 7], 2),
    "all readings before": ([50, 60], [1, 2, 49], 15),
    "all readings after": ([1, 2], [5, 50], 4),
    "one reading for all": ([1, 2, 2, 3], [2], 1),
    "times below 0, and 0": ([-7, 0], [-8, -5, 0], 3),
    "a gap jumped over at once": ([1, 100], [0, 10, 20, 30, 99, 200], 100),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def times(count, until):
        return sorted(rng.randrange(-until, until) for _ in range(count))

    few = min(size, 40)
    yield (times(size, 2 * size), times(size, 2 * size), 3)
    yield (times(few, few), times(rng.randint(0, few), few), rng.randrange(6))
    yield (times(rng.randint(0, few), 3), times(few, 3), rng.randrange(3))


@variant
def by_bisection(orders, readings, tolerance):
    nearest = []
    for time in orders:
        at = bisect_left(readings, time)
        around = readings[max(at - 1, 0) : at + 1]
        near = min(around, key=lambda reading: abs(reading - time), default=None)
        nearest.append(None if near is None or abs(near - time) > tolerance else near)
    return nearest


@variant
def by_distinct_readings(orders, readings, tolerance):
    """Without repeated readings one may move on while the next one is nearer."""
    distinct, at, nearest = list(dict.fromkeys(readings)), 0, []
    for time in orders:
        while at + 1 < len(distinct) and abs(distinct[at + 1] - time) < abs(distinct[at] - time):
            at += 1
        fits = distinct and abs(distinct[at] - time) <= tolerance
        nearest.append(distinct[at] if fits else None)
    return nearest


@variant
def by_last_before_and_next(orders, readings, tolerance):
    coming, nearest = iter(readings), []
    before, following = None, next(coming, None)
    for time in orders:
        while following is not None and following <= time:
            before, following = following, next(coming, None)
        found = [r for r in (before, following) if r is not None and abs(r - time) <= tolerance]
        nearest.append(min(found, key=lambda r: (abs(r - time), r)) if found else None)
    return nearest


@wrong("moves on only while the next reading is nearer: stuck before a repeated one", passes_examples=True)
def stuck_before_a_repeated_one(orders, readings, tolerance):
    at, nearest = 0, []
    for time in orders:
        while at + 1 < len(readings) and abs(readings[at + 1] - time) < abs(readings[at] - time):
            at += 1
        fits = readings and abs(readings[at] - time) <= tolerance
        nearest.append(readings[at] if fits else None)
    return nearest


@wrong("takes the later of two equally near readings")
def later_of_equals(orders, readings, tolerance):
    at, nearest = 0, []
    for time in orders:
        while at + 1 < len(readings) and abs(readings[at + 1] - time) <= abs(readings[at] - time):
            at += 1
        fits = readings and abs(readings[at] - time) <= tolerance
        nearest.append(readings[at] if fits else None)
    return nearest


@wrong("looks only back: the last reading not after the order", passes_examples=True)
def only_back(orders, readings, tolerance):
    nearest = []
    for time in orders:
        at = bisect_right(readings, time) - 1
        fits = at >= 0 and time - readings[at] <= tolerance
        nearest.append(readings[at] if fits else None)
    return nearest


@wrong("refuses a reading exactly at the tolerance")
def tolerance_excluded(orders, readings, tolerance):
    found = oracle(orders, readings, tolerance)
    return [
        None if near is None or abs(near - time) >= tolerance else near for time, near in zip(orders, found)
    ]


@wrong("gives every reading to one order only")
def readings_used_up(orders, readings, tolerance):
    left, nearest = list(readings), []
    for time in orders:
        found = oracle([time], left, tolerance)[0]
        nearest.append(found)
        if found is not None:
            left.remove(found)
    return nearest


@wrong("takes a reading at second 0 for none", passes_examples=True)
def zero_is_none(orders, readings, tolerance):
    return [near or None for near in by_bisection.answer(orders, readings, tolerance)]


@wrong("compares every order with every reading", fails="growth", passes_examples=True)
def all_pairs(orders, readings, tolerance):
    return oracle(orders, readings, tolerance)


@wrong("copies the readings, then what is left of them at every step", fails="growth", passes_examples=True)
def rest_copied(orders, readings, tolerance):
    nearest, before = [], None
    for time in orders:
        while readings and readings[0] < time:
            before, readings = readings[0], readings[1:]
        around = [r for r in (before, *readings[:1]) if r is not None and abs(r - time) <= tolerance]
        nearest.append(min(around, key=lambda r: (abs(r - time), r)) if around else None)
    return nearest


NOTES = """
**Complexity**: O(orders + readings) time, O(1) memory beside the result.

**Pitfall**: "while the next one is nearer" stops at the second of two equal readings, for ever.
With `<=` it passes them, but takes the later of two that are equally near. Move by the *time*, and decide between the two neighbours afterwards.

**Alternative**: a bisection for each order needs only the readings sorted: O(orders · log readings).
It is the better one for a few orders against very many readings.

**In an engine**: `pandas.merge_asof(direction="nearest", tolerance=…)` and DuckDB's `ASOF JOIN` (which looks to one side only) walk two sorted sides.
For money look back only: the nearest rate *after* an order was not known when it was placed.
"""
