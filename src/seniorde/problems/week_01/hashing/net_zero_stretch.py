"""# The longest stretch that nets to zero

A stretch of consecutive ledger entries whose amounts add up to 0 can move to the archive without changing the balance.
Return the longest such stretch as `(start, stop)`: `amounts[start:stop]` adds up to 0.
Of several of that length take the earliest; return `None` when no stretch of at least one entry nets to 0.

>>> solve([40, 10, -10, 5, -5, 7])
(1, 5)
>>> solve([3, 4]) is None
True

Limits: up to a million amounts in cents, each an integer, negative or 0 as well; leave the input as it is.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-net-zero-stretch",
    pattern="hashing",
    difficulty="medium",
    minutes=25,
    points=3,
    order=7,
    classic="contiguous array",
    growth="n",
    idea=(
        "for each balance the first position at which it stood",
        "the best stretch that ends before this entry is known",
        "the longest stretch between two equal balances",
    ),
    hints=(
        "Write the balance after each entry beside it. What is true of the balance before and after a stretch that nets to 0?",
        "So you look for two equal balances, far apart. What do you keep of a balance: its first position, or its last?",
        "A stretch may begin with the very first entry. Which balance stands before it?",
    ),
)


def solve(amounts: list[int]) -> tuple[int, int] | None:
    first = {0: 0}
    balance, longest = 0, None
    for stop, amount in enumerate(amounts, start=1):
        balance += amount
        start = first.setdefault(balance, stop)
        if start < stop and (longest is None or stop - start > longest[1] - longest[0]):
            longest = start, stop
    return longest


def oracle(amounts):
    """All stretches, the longest first, the earliest first: the first that adds up to 0."""
    for length in range(len(amounts), 0, -1):
        for start in range(len(amounts) - length + 1):
            if sum(amounts[start : start + length]) == 0:
                return start, start + length
    return None


EDGES = {
    "no entry": ([],),
    "one entry of 0": ([0],),
    "an entry of 0 among others": ([5, 0, 5],),
    "everything nets to 0": ([1, 2, -3],),
    "the stretch begins with the first entry": ([2, -2, 9],),
    "the stretch ends with the last entry": ([9, 2, -2],),
    "two stretches of the same length": ([2, -2, 9, 3, -3],),
    "the same balance three times": ([1, 5, -5, 2, -2, 8],),
    "only negative amounts": ([-1, -2],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randint(-3, 3) for _ in range(size)],)
    yield ([rng.randint(-10 * size, 10 * size) for _ in range(size)],)
    yield ([rng.choice((-1, 1, 1, 2)) for _ in range(size)],)


@variant
def balances_grouped(amounts):
    positions = {}
    for at, balance in enumerate(accumulate(amounts, initial=0)):
        positions.setdefault(balance, []).append(at)
    stretches = [(at[0], at[-1]) for at in positions.values() if len(at) > 1]
    return min(stretches, key=lambda s: (s[0] - s[1], s[0]), default=None)


@variant
def balances_sorted(amounts):
    balances = sorted((balance, at) for at, balance in enumerate(accumulate(amounts, initial=0)))
    longest, begin = (0, 0), balances[0]
    for balance, at in balances:
        if balance != begin[0]:
            begin = balance, at
        stretch = begin[1], at
        if (stretch[0] - at, stretch[0]) < (longest[0] - longest[1], longest[0]):
            longest = stretch
    return longest if longest[1] > longest[0] else None


@wrong("forgets the balance of 0 before the first entry", passes_examples=True)
def no_empty_prefix(amounts):
    first, balance, longest = {}, 0, None
    for stop, amount in enumerate(amounts, start=1):
        balance += amount
        start = first.setdefault(balance, stop)
        if start < stop and (longest is None or stop - start > longest[1] - longest[0]):
            longest = start, stop
    return longest


@wrong("keeps the last position of a balance, which gives the shortest stretch")
def last_position(amounts):
    seen, balance, longest = {0: 0}, 0, None
    for stop, amount in enumerate(amounts, start=1):
        balance += amount
        if balance in seen and (longest is None or stop - seen[balance] > longest[1] - longest[0]):
            longest = seen[balance], stop
        seen[balance] = stop
    return longest


@wrong("takes the later of two stretches of the same length", passes_examples=True)
def later_stretch(amounts):
    first, balance, longest = {0: 0}, 0, None
    for stop, amount in enumerate(amounts, start=1):
        balance += amount
        start = first.setdefault(balance, stop)
        if start < stop and (longest is None or stop - start >= longest[1] - longest[0]):
            longest = start, stop
    return longest


@wrong("returns the position of the last entry instead of the one behind it")
def last_entry(amounts):
    found = solve(amounts)
    return found and (found[0], found[1] - 1)


@wrong("returns the first stretch that it meets")
def first_met(amounts):
    seen, balance = {0: 0}, 0
    for stop, amount in enumerate(amounts, start=1):
        balance += amount
        if balance in seen:
            return seen[balance], stop
        seen[balance] = stop
    return None


@wrong("adds up from every start", fails="growth", passes_examples=True)
def every_start(amounts):
    longest = None
    for start in range(len(amounts)):
        balance = 0
        for stop in range(start, len(amounts)):
            balance += amounts[stop]
            if balance == 0 and (longest is None or stop + 1 - start > longest[1] - longest[0]):
                longest = start, stop + 1
    return longest


@wrong(
    "copies the amounts, and moves all that are left at every pop(0)", fails="growth", passes_examples=True
)
def popped_from_the_front(amounts):
    waiting, first, balance, longest, stop = list(amounts), {0: 0}, 0, None, 0
    while waiting:
        balance, stop = balance + waiting.pop(0), stop + 1
        start = first.setdefault(balance, stop)
        if start < stop and (longest is None or stop - start > longest[1] - longest[0]):
            longest = start, stop
    return longest


NOTES = """
**Complexity**: O(n) time, O(different balances) memory.

**Pitfall**: the empty beginning counts.
Without `{0: 0}` every stretch that starts with the first entry is missed, and on most data nobody notices.
A window that grows and shrinks does not work here: with negative amounts a longer stretch may have a smaller sum.

**Alternative**: sort the pairs (balance, position) and look at each group's first and last position: O(n log n), no table.
For amounts with fractions use whole cents or `Decimal`: equal balances of floats are rarely equal.

**In an engine**: in SQL a running sum by window gives the balance, then `GROUP BY balance` with `min` and `max` of the position: the second step is a hash aggregate.
"""
