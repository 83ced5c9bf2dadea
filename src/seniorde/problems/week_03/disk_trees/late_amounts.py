"""# Sums over days that keep changing

A dashboard asks for revenue between two days, any two, hundreds of times a minute.
Meanwhile late orders, refunds and corrections come in, for any day.

Write a class. `solve(days)` begins with 0 cents for each of the days 0 to `days - 1`.

- `add(day, cents)` adds to one day; `cents` may be negative.
- `total(first, last)` returns the sum of the days from `first` to `last`, both included.

>>> ledger = solve(30)
>>> ledger.add(0, 500)
>>> ledger.add(7, 250)
>>> ledger.add(7, -50)
>>> ledger.total(0, 29), ledger.total(1, 7), ledger.total(8, 29)
(700, 200, 0)

Limits: up to a million days and a million calls; `0 <= first <= last < days`.
Both calls take about log n steps: neither may touch all days.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import accumulate
from math import fsum
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-late-amounts",
    pattern="Fenwick tree, segment tree",
    difficulty="medium",
    minutes=35,
    points=3,
    order=5,
    classic="range sum query, mutable",
    growth="n log n",
    growth_size=24,
    idea=(
        "sums of blocks of days whose lengths are powers of two",
        "each day belongs to about log n blocks, and all of them hold what was added to it",
        "a range as the difference of two sums, each of about log n blocks",
    ),
    hints=(
        "With one sum a day `add` is free and `total` is dear; with running sums it is the other way round. What lies in between?",
        "Keep a binary tree of sums: a parent is the sum of its two children. Which nodes does `add` change? Which few nodes make up a range?",
        "As an array: day d stands at place d + days, and the parent of place p is p // 2. `add` goes up; `total` goes up from both ends and takes a node whenever an end is the wrong kind of child.",
    ),
)


class solve:
    def __init__(self, days: int) -> None:
        self.sums = [0] * (days + 1)

    def add(self, day: int, cents: int) -> None:
        place = day + 1
        while place < len(self.sums):
            self.sums[place] += cents
            place += place & -place

    def total(self, first: int, last: int) -> int:
        result, high, low = 0, last + 1, first
        while high > low:
            result += self.sums[high]
            high -= high & -high
        while low > high:
            result -= self.sums[low]
            low -= low & -low
        return result


def call(answer, days=1, steps=()):
    """What each `total` returned."""
    ledger = answer(days)
    results = [(name, getattr(ledger, name)(*arguments)) for name, *arguments in steps]
    return [result for name, result in results if name == "total"]


def oracle(days=1, steps=()):
    """All that was added so far, looked through for each question."""
    return [
        sum(cents for kind, day, cents in steps[:at] if kind == "add" and first <= day <= last)
        for at, (name, first, last) in enumerate(steps)
        if name == "total"
    ]


def accepts(days=1, steps=()):
    return days > 0 and all(
        0 <= step[1] < days and (step[0] == "add" or step[1] <= step[2] < days) for step in steps
    )


def _all(days):
    return [("total", first, last) for first in range(days) for last in range(first, days)]


EDGES = {
    "one day": (1, [("add", 0, 5), ("total", 0, 0)]),
    "nothing added": (5, _all(5)),
    "the first day": (5, [("add", 0, 7), *_all(5)]),
    "the last day": (5, [("add", 4, 7), *_all(5)]),
    "each day another power of ten": (7, [*(("add", d, 10**d) for d in range(7)), *_all(7)]),
    "eight days": (8, [*(("add", d, 10**d) for d in range(8)), *_all(8)]),
    "a refund": (3, [("add", 1, -40), ("add", 1, 15), *_all(3)]),
    "changes between questions": (
        4,
        [("total", 0, 3), ("add", 2, 1), ("total", 0, 3), ("add", 2, 1), ("total", 2, 2), ("total", 3, 3)],
    ),
    "0 cents": (2, [("add", 1, 0), ("total", 0, 1)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    steps = []
    for _ in range(2 * size):
        first, last = sorted((rng.randrange(size), rng.randrange(size)))
        steps.append(rng.choice((("add", last, rng.randint(-99, 999)), ("total", first, last))))
    yield size, steps


@variant
class tree_in_an_array:
    """Parent p // 2; a range is climbed from both ends."""

    def __init__(self, days):
        self.days, self.sums = days, [0] * (2 * days)

    def add(self, day, cents):
        place = day + self.days
        while place:
            self.sums[place] += cents
            place //= 2

    def total(self, first, last):
        result, low, high = 0, first + self.days, last + self.days + 1
        while low < high:
            if low & 1:
                result += self.sums[low]
                low += 1
            if high & 1:
                high -= 1
                result += self.sums[high]
            low, high = low // 2, high // 2
        return result


@variant
class levels_of_sums:
    """Level k holds the sums of 2**k days each."""

    def __init__(self, days):
        self.levels = [[0] * days]
        while len(self.levels[-1]) > 1:
            self.levels.append([0] * ((len(self.levels[-1]) + 1) // 2))

    def add(self, day, cents):
        for level in self.levels:
            level[day] += cents
            day //= 2

    def before(self, day):
        result = 0
        for level in self.levels:
            if day % 2:
                result += level[day - 1]
            day //= 2
        return result

    def total(self, first, last):
        return self.before(last + 1) - self.before(first)


@variant
class nodes_when_needed:
    """A tree of nodes that exist only where something was added."""

    def __init__(self, days):
        self.days, self.root = days, [0, None, None]

    def add(self, day, cents):
        node, low, high = self.root, 0, self.days
        while True:
            node[0] += cents
            if high - low == 1:
                return
            middle = (low + high) // 2
            side = 1 if day < middle else 2
            low, high = (low, middle) if side == 1 else (middle, high)
            node[side] = node[side] or [0, None, None]
            node = node[side]

    def total(self, first, last):
        result, waiting = 0, [(self.root, 0, self.days)]
        while waiting:
            node, low, high = waiting.pop()
            if node is None or last < low or high <= first:
                continue
            if first <= low and high - 1 <= last:
                result += node[0]
                continue
            middle = (low + high) // 2
            waiting += [(node[1], low, middle), (node[2], middle, high)]
        return result


@wrong("leaves the last day out", passes_examples=True)
class last_left_out(solve):
    def total(self, first, last):
        return super().total(first, last - 1) if last > first else 0


@wrong("replaces what was there", passes_examples=True)
class replaces(solve):
    def add(self, day, cents):
        super().add(day, cents - self.total(day, day))


@wrong("counts days from 1 in `add`, so day 0 never ends", fails="endless", passes_examples=True)
class day_zero(solve):
    def add(self, day, cents):
        place = day
        while place < len(self.sums):
            self.sums[place] += cents
            place += place & -place


@wrong("takes the running sum up to the last day for the range", passes_examples=True)
class up_to_last(solve):
    def total(self, first, last):
        return super().total(0, last)


@wrong("subtracts the first day itself", passes_examples=True)
class first_left_out(solve):
    def total(self, first, last):
        return super().total(first, last) - (super().total(first, first) if first else 0)


@wrong("ignores refunds", passes_examples=True)
class no_refunds(solve):
    def add(self, day, cents):
        super().add(day, max(cents, 0))


@wrong("has one place too few for the last day", fails="result", passes_examples=True)
class too_short(solve):
    def __init__(self, days):
        self.sums = [0] * max(days, 2)

    def total(self, first, last):
        return super().total(first, min(last, len(self.sums) - 2))


@wrong("shares its sums among all ledgers", passes_examples=True)
class shared(solve):
    everything = [0] * 100_000

    def __init__(self, days):
        self.sums = self.everything


@wrong("moves all running sums behind the day", fails="growth", passes_examples=True)
class running_sums:
    def __init__(self, days):
        self.up_to = [0] * days

    def add(self, day, cents):
        for later in range(day, len(self.up_to)):
            self.up_to[later] += cents

    def total(self, first, last):
        return self.up_to[last] - (self.up_to[first - 1] if first else 0)


@wrong("adds the days up for each question, hidden in `sum`", fails="growth", passes_examples=True)
class sums_a_slice:
    def __init__(self, days):
        self.cents = [0] * days

    def add(self, day, cents):
        self.cents[day] += int(cents)

    def total(self, first, last):
        return sum(self.cents[first : last + 1])


@wrong("builds the running sums again for each question", fails="growth", passes_examples=True)
class accumulates:
    def __init__(self, days):
        self.cents = [0] * days

    def add(self, day, cents):
        self.cents[day] += int(cents)

    def total(self, first, last):
        up_to = list(accumulate(self.cents, initial=0))
        return up_to[last + 1] - up_to[first]


@wrong(
    "keeps all additions in order of the day, and looks through those of the range",
    fails="growth",
    passes_examples=True,
)
class sorted_additions:
    def __init__(self, days):
        self.days, self.cents = [], []

    def add(self, day, cents):
        at = bisect_right(self.days, day)
        insort(self.days, int(day))
        self.cents.insert(at, int(cents))

    def total(self, first, last):
        found = self.cents[bisect_left(self.days, first) : bisect_right(self.days, last)]
        return int(fsum(found))


NOTES = """
**Complexity**: O(log n) a call, O(n) memory, one number a day.

**Pitfall**: a Fenwick tree counts from 1, since the lowest bit of 0 does not exist and the loop never moves.
And `first` must be left in: the sum up to `last` minus the sum up to the day *before* `first`.

**Alternative**: a tree in an array, parent `p // 2`, is as short and does more: minimum and maximum as well, for which no difference exists.
Blocks of √n days are simpler still and often good enough.
When nothing changes, running sums answer in one step.

**In an engine**: a roll-up table by day, month and year is this tree with other fan-outs: a late order corrects one row of each level, a range reads a few of each.
TimescaleDB builds such levels from continuous aggregates that stand on one another.
Whoever writes much keeps one level and adds up on reading: the choice is again who pays.
"""
