"""# The longest history after a backfill

`days` holds the numbers of the days whose partition exists, ascending and each once.
You may backfill at most `k` missing days, any days you like.
Return the length of the longest stretch of days without a gap that you can reach.

>>> solve([1, 2, 5, 6, 7], 2)
7
>>> solve([1, 2, 5, 6, 7], 1)
4
>>> solve([10, 12, 30], 1)
3
>>> solve([], 3)
3

In the second example one day before or after 5, 6, 7 is backfilled.

Limits: 0 to a million partitions; day numbers are integers, far apart if they like; `k` is at
least 0; leave the input as it is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-backfill-streak",
    pattern="variable window, longest",
    difficulty="medium",
    minutes=20,
    points=3,
    order=3,
    classic="longest run of ones after k flips",
    growth="n",
    idea=(
        "two positions in a sorted list, nothing else",
        "fewer than k + 1 days are missing between them",
        "the longest stretch, spare repairs added",
    ),
    hints=(
        "How many days are missing between two existing days? Their numbers and their positions tell you.",
        "Walk to the right. When more than `k` are missing, what is the least you must give up on the left?",
        "What do you do with the backfills that the best window does not need?",
    ),
)


def solve(days: list[int], k: int) -> int:
    left = most = 0
    for right, day in enumerate(days):
        while day - days[left] - (right - left) > k:
            left += 1
        most = max(most, right - left + 1)
    return most + k


def oracle(days, k):
    """Every pair of existing days that k backfills connect."""
    pairs = [(i, j) for i in range(len(days)) for j in range(i, len(days))]
    within = [j - i + 1 for i, j in pairs if len(set(range(days[i], days[j])) - set(days)) <= k]
    return max(within, default=0) + k


EDGES = {
    "no partition, no backfill": ([], 0),
    "one day, no backfill": ([7], 0),
    "no backfill allowed": ([1, 2, 4, 5, 6, 9], 0),
    "no gap": ([4, 5, 6], 2),
    "more backfills than gaps": ([1, 3, 5], 10),
    "one gap of several days": ([1, 2, 3, 7, 8, 9], 2),
    "a wide gap first, then narrow ones": ([1, 5, 7, 9, 11], 3),
    "exactly k missing": ([0, 4, 5], 3),
    "one more than k missing": ([0, 5, 6], 3),
    "days before day 0": ([-3, -2, 0, 1], 1),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few = min(size, 40)
    yield (sorted(rng.sample(range(2 * size), size)), size // 2)
    yield (list(accumulate(rng.choice([1, 1, 1, 2, 2, 3, 5]) for _ in range(few))), rng.randrange(few))
    yield (sorted(rng.sample(range(3 * few), few)), rng.randrange(4))


@variant
def by_search_for_the_left_end(days, k):
    missing = [day - i for i, day in enumerate(days)]
    most = 0
    for i, count in enumerate(missing):
        most = max(most, bisect_right(missing, count + k) - i)
    return most + k


@variant
def window_that_never_shrinks(days, k):
    left = 0
    for right in range(len(days)):
        if days[right] - days[left] > right - left + k:
            left += 1
    return len(days) - left + k


@wrong("forgets the backfills that are left over")
def spare_backfills_lost(days, k):
    left = most = 0
    for right, day in enumerate(days):
        while day - days[left] - (right - left) > k:
            left += 1
        most = max(most, day - days[left] + 1)
    return most


@wrong("takes every gap for one missing day")
def gap_is_one_day(days, k):
    left = gaps = most = 0
    for right in range(len(days)):
        gaps += right > 0 and days[right] - days[right - 1] > 1
        while gaps > k:
            left += 1
            gaps -= days[left] - days[left - 1] > 1
        most = max(most, right - left + 1)
    return most + k


@wrong("begins afresh on the right when the backfills are spent", passes_examples=True)
def begins_afresh(days, k):
    most = length = spent = 0
    for i, day in enumerate(days):
        gap = day - days[i - 1] - 1 if i else 0
        if spent + gap > k:
            length = spent = gap = 0
        length, spent = length + 1, spent + gap
        most = max(most, length)
    return most + k


@wrong("stops at k - 1 missing days", passes_examples=False)
def one_too_careful(days, k):
    left = most = 0
    for right, day in enumerate(days):
        while left < right and day - days[left] - (right - left) >= k:
            left += 1
        most = max(most, right - left + 1)
    return most + k


@wrong("walks on from every day anew: grows with n²", fails="growth", passes_examples=True)
def from_every_day(days, k):
    most = 0
    for left in range(len(days)):
        right = left
        while right + 1 < len(days) and days[right + 1] - days[left] - (right + 1 - left) <= k:
            right += 1
        most = max(most, right - left + 1)
    return most + k


@wrong(
    "copies the days, then makes the calendar of every window anew in C", fails="growth", passes_examples=True
)
def calendar_of_every_window(days, k):
    left, most, days = 0, 0, list(map(int, days))
    present = set(days)
    for right, day in enumerate(days):
        while len(set(range(days[left], day)) - present) > k:
            left += 1
        most = max(most, right - left + 1)
    return most + k


NOTES = """
**Complexity**: O(n) time, O(1) memory; each end moves n times at most, so the inner loop does not multiply.

**Pitfall**: writing the calendar out, one entry a day.
Two partitions ten thousand years apart make it four million entries long.

**Alternative**: `day - position` never falls, so the left end can be searched for by bisection: O(n log n).

**In an engine**: SQL finds stretches without a gap by the same difference.
`day - row_number() OVER (ORDER BY day)` is constant within a stretch: group by it.
"""
