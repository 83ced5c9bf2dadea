"""# The quietest hours of the week

`load[h]` is the number of queries that a warehouse answers in hour `h` of a usual week; the week then begins anew.
A maintenance job takes `hours` hours in a row.
It may begin near the end of the week and end in the next one.
Return the hour at which it must begin to meet the fewest queries, the earliest where several are equally good.

>>> solve([9, 4, 1, 2, 8], 2)
2
>>> solve([1, 7, 5, 6, 0], 2)
4
>>> solve([3, 3, 3], 2)
0

Limits: 1 to a million hours, `load[h]` at least 0; `hours` is at least 1 and at most `len(load)`; leave the input
as it is.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-quietest-hours",
    pattern="fixed window on a ring",
    difficulty="easy",
    minutes=15,
    points=2,
    order=2,
    classic="least sum of k in a circular array",
    growth="n",
    idea=(
        "the load of the hours from one beginning on",
        "it is the sum of `hours` entries of the ring",
        "the earliest beginning of the least",
    ),
    hints=(
        "At how many hours can it begin, when it may run into the next week?",
        "What leaves and what enters when the beginning moves on by one hour?",
        "The hour after the last one is hour 0: take the position modulo the length of the week.",
    ),
)


def solve(load: list[int], hours: int) -> int:
    total = least = sum(load[:hours])
    best = 0
    for begin in range(1, len(load)):
        total += load[(begin + hours - 1) % len(load)] - load[begin - 1]
        if total < least:
            least, best = total, begin
    return best


def oracle(load, hours):
    """Two weeks in a row, and the sum of every stretch that begins in the first."""
    sums = [sum((load + load)[begin : begin + hours]) for begin in range(len(load))]
    return sums.index(min(sums))


EDGES = {
    "a week of one hour": ([5], 1),
    "the whole week": ([4, 1, 2], 3),
    "a single hour": ([4, 1, 2, 1], 1),
    "no query at all": ([0, 0, 0, 0], 3),
    "only round the end": ([0, 9, 9, 9, 0], 2),
    "the last hour alone": ([3, 3, 3, 0], 1),
    "equally good round the end": ([1, 2, 1, 2, 2], 2),
    "all but one hour": ([1, 2, 9], 2),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few = min(size, 40)
    yield ([rng.randrange(1000) for _ in range(size)], max(1, size // 2))
    yield ([rng.randrange(3) for _ in range(few)], rng.randint(1, few))
    yield ([min(hour, few - hour) for hour in range(few)], max(1, few // 3))


def accepts(load, hours):
    return 1 <= hours <= len(load)


@variant
def by_running_totals(load, hours):
    totals = list(accumulate(load + load, initial=0))
    return min(range(len(load)), key=lambda begin: totals[begin + hours] - totals[begin])


@variant
def by_busiest_rest(load, hours):
    rest, most, best = sum(load) - sum(load[:hours]), -1, 0
    for begin in range(len(load)):
        if rest > most:
            most, best = rest, begin
        rest += load[begin] - load[(begin + hours) % len(load)]
    return best


@wrong("does not look round the end of the week")
def no_ring(load, hours):
    sums = [sum(load[begin : begin + hours]) for begin in range(len(load) - hours + 1)]
    return sums.index(min(sums))


@wrong("takes the latest of equally good beginnings", passes_examples=False)
def latest_of_equals(load, hours):
    totals = list(accumulate(load + load, initial=0))
    return min(range(len(load)), key=lambda begin: (totals[begin + hours] - totals[begin], -begin))


@wrong("lets the stretch shrink at the end of the week")
def cut_off(load, hours):
    sums = [sum(load[begin : begin + hours]) for begin in range(len(load))]
    return sums.index(min(sums))


@wrong("looks for the quietest hour and begins there", passes_examples=True)
def begins_at_the_quietest(load, hours):
    return load.index(min(load)) if hours < len(load) else 0


@wrong("adds up every stretch anew: grows with n·k", fails="growth", passes_examples=True)
def every_stretch_anew(load, hours):
    return oracle(load, hours)


@wrong("copies the load, then turns the whole week round hour by hour", fails="growth", passes_examples=True)
def turned_hour_by_hour(load, hours):
    ring = list(map(int, load))
    sums = []
    for _ in load:
        sums.append(sum(ring[:hours]))
        ring.append(ring.pop(0))
    return sums.index(min(sums))


NOTES = """
**Complexity**: O(n) time, O(1) memory.

**Pitfall**: the stretches that begin in the last `hours` - 1 hours.
Without them the search runs over `len(load) - hours + 1` beginnings and misses the night from Sunday to Monday.

**Alternative**: the quietest stretch leaves the busiest rest.
The rest of a stretch that runs round the end lies in one piece, which often reads more easily.

**In an engine**: the frame of a SQL window ends with the last row of its partition and never goes round.
Append the first `hours` - 1 rows again with `UNION ALL`, and let the frame run over that.
"""
