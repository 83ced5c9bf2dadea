"""# Stretches that touch exactly k tenants

A test of tenant isolation replays a stretch of neighbouring rows of a shared log.
`tenants[i]` is the tenant of row `i`.
Return how many stretches of one row or more touch exactly `k` different tenants.
Stretches are told apart by where they begin and end.

>>> solve(["a", "b", "a"], 2)
3
>>> solve(["a", "a", "b"], 1)
4
>>> solve(["a", "b"], 3)
0

In the first example these are rows 0–1, 1–2 and 0–2.

Limits: 0 to a million rows; tenants are any hashable values; `k` is at least 1; leave the input
as it is.
"""

from collections import Counter, OrderedDict
from collections.abc import Hashable, Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-exactly-k-tenants",
    pattern="variable window, exactly by at most",
    difficulty="hard",
    minutes=35,
    points=4,
    order=10,
    classic="subarrays with k different integers",
    growth="n",
    idea=(
        "the rows of each tenant in two windows",
        "one holds at most k tenants, the other at most k - 1",
        "the difference of two counts",
    ),
    hints=(
        "Is a stretch inside a good stretch good as well? Try it: that is why one window is not enough.",
        "Count the stretches with *at most* `k` tenants first: that condition is inherited by every part.",
        "Of those, which are too many? They have at most `k - 1`.",
    ),
)


def solve(tenants: list[Hashable], k: int) -> int:
    def at_most(limit):
        rows, left, stretches = Counter(), 0, 0
        for right, tenant in enumerate(tenants):
            rows[tenant] += 1
            while len(rows) > limit:
                rows[tenants[left]] -= 1
                if rows[tenants[left]] == 0:
                    del rows[tenants[left]]
                left += 1
            stretches += right - left + 1
        return stretches

    return at_most(k) - at_most(k - 1)


def oracle(tenants, k):
    """Every stretch and its set of tenants."""
    spans = [(i, j) for i in range(len(tenants)) for j in range(i + 1, len(tenants) + 1)]
    return sum(len(set(tenants[i:j])) == k for i, j in spans)


EDGES = {
    "no row": ([], 1),
    "one row": (["a"], 1),
    "one tenant only": (["a", "a", "a"], 1),
    "more asked for than there are": (["a", "b", "a"], 3),
    "all different, one asked for": (["a", "b", "c"], 1),
    "all different, all asked for": (["a", "b", "c"], 3),
    "the same tenant at both ends": (["a", "b", "b", "a"], 2),
    "a tenant that is 0": ([0, 1, 0, 0], 2),
    "a tenant that is empty": (["", "x", ""], 2),
    "a long run of one tenant inside": (["a", "b", "b", "b", "c"], 2),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few, half = min(size, 40), max(1, size // 2)
    yield ([i % half for i in range(size)], max(1, half - 1))
    yield (rng.choices("abcd", k=few), 4)
    yield (rng.choices("abcde", k=few), rng.randint(1, 5))
    yield ([rng.randrange(few + 1) for _ in range(few)], rng.randint(1, max(1, few // 2)))


@variant
def by_two_left_ends(tenants, k):
    wide, narrow = Counter(), Counter()
    first, last, stretches = 0, 0, 0
    for tenant in tenants:
        wide[tenant] += 1
        narrow[tenant] += 1
        while len(wide) > k:
            wide[tenants[first]] -= 1
            if not wide[tenants[first]]:
                del wide[tenants[first]]
            first += 1
        while len(narrow) >= k:
            narrow[tenants[last]] -= 1
            if not narrow[tenants[last]]:
                del narrow[tenants[last]]
            last += 1
        stretches += last - first
    return stretches


@variant
def by_latest_rows(tenants, k):
    latest, stretches, border = OrderedDict(), 0, -1
    for here, tenant in enumerate(tenants):
        latest.pop(tenant, None)
        latest[tenant] = here
        if len(latest) > k:
            _, border = latest.popitem(last=False)
        if len(latest) == k:
            stretches += next(iter(latest.values())) - border
    return stretches


@wrong("counts the stretches with at most k tenants")
def at_most_k(tenants, k):
    rows, left, stretches = Counter(), 0, 0
    for right, tenant in enumerate(tenants):
        rows[tenant] += 1
        while len(rows) > k:
            rows[tenants[left]] -= 1
            if not rows[tenants[left]]:
                del rows[tenants[left]]
            left += 1
        stretches += right - left + 1
    return stretches


@wrong("one window: counts for each last row only the widest stretch", passes_examples=False)
def widest_only(tenants, k):
    rows, left, stretches = Counter(), 0, 0
    for tenant in tenants:
        rows[tenant] += 1
        while len(rows) > k:
            rows[tenants[left]] -= 1
            if not rows[tenants[left]]:
                del rows[tenants[left]]
            left += 1
        stretches += len(rows) == k
    return stretches


@wrong("counts stretches with the same content only once", passes_examples=False)
def by_content(tenants, k):
    spans = [(i, j) for i in range(len(tenants)) for j in range(i + 1, len(tenants) + 1)]
    return len({tuple(tenants[i:j]) for i, j in spans if len(set(tenants[i:j])) == k})


@wrong("shrinks the window for good while it still holds k tenants", passes_examples=False)
def shrinks_for_good(tenants, k):
    rows, left, stretches = Counter(), 0, 0
    for tenant in tenants:
        rows[tenant] += 1
        while len(rows) >= k:
            stretches += len(rows) == k
            rows[tenants[left]] -= 1
            if not rows[tenants[left]]:
                del rows[tenants[left]]
            left += 1
    return stretches


@wrong("drops the tenant that was seen first, not the one whose latest row is oldest", passes_examples=True)
def drops_the_first_seen(tenants, k):
    latest, stretches, border = {}, 0, -1
    for here, tenant in enumerate(tenants):
        latest[tenant] = here
        if len(latest) > k:
            border = latest.pop(next(iter(latest)))
        if len(latest) == k:
            stretches += min(latest.values()) - border
    return stretches


@wrong(
    "looks for the oldest latest row among all tenants: grows with n·k", fails="growth", passes_examples=True
)
def looks_for_the_oldest(tenants, k):
    latest, stretches, border = {}, 0, -1
    for here, tenant in enumerate(tenants):
        latest[tenant] = here
        if len(latest) > k:
            border = latest.pop(min(latest, key=latest.get))
        if len(latest) == k:
            stretches += min(latest.values()) - border
    return stretches


@wrong("walks on from every row: grows with n²", fails="growth", passes_examples=True)
def from_every_row(tenants, k):
    stretches = 0
    for left in range(len(tenants)):
        seen = set()
        for tenant in tenants[left:]:
            seen.add(tenant)
            if len(seen) > k:
                break
            stretches += len(seen) == k
    return stretches


@wrong(
    "copies the tenants, then makes a set of the window at every step in C",
    fails="growth",
    passes_examples=True,
)
def a_set_at_every_step(tenants, k):
    numbers = {}
    plain = [numbers.setdefault(tenant, len(numbers)) for tenant in tenants]

    def at_most(limit):
        left, stretches = 0, 0
        for stop in range(1, len(plain) + 1):
            while len(set(plain[left:stop])) > limit:
                left += 1
            stretches += stop - left
        return stretches

    return at_most(k) - at_most(k - 1)


NOTES = """
**Complexity**: O(n) time for two passes, O(k) memory.

**Pitfall**: *exactly* is not inherited.
A part of a good stretch may touch fewer tenants, so one window cannot tell how many beginnings are good.

**Alternative**: two left ends in one pass, or the latest row of each tenant in order of age (an `OrderedDict`).

**In an engine**: PostgreSQL 18 answers `count(DISTINCT tenant) OVER (…)` with `DISTINCT is not implemented for window
functions`; DuckDB 1.5 computes it.
"""
