"""# Runs of files within a budget

A compaction merges one run of neighbouring files: one file or more, in the order given, none left out.
`sizes[i]` is the size of file `i` in megabytes; a file may be empty and have size 0.
Return how many runs have a total size of at most `budget`.
Runs are told apart by where they begin and end, not by their sizes.

>>> solve([2, 5, 1], 6)
4
>>> solve([0, 0], 0)
3
>>> solve([7, 9], 5)
0

In the first example these are 2, 5, 1 and the pair 5, 1.

Limits: 0 to a million files; sizes and `budget` are integers of at least 0; leave the input as
it is.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-cheap-runs",
    pattern="variable window, counting",
    difficulty="medium",
    minutes=20,
    points=3,
    order=5,
    classic="number of subarrays whose sum or product is below a limit",
    growth="n",
    idea=(
        "the total of the widest run that ends here",
        "every shorter run that ends here is within the budget too",
        "the sum of the widths",
    ),
    hints=(
        "If a run is within the budget, what about the runs inside it?",
        "Fix the last file of a run. Its possible beginnings lie side by side: how many are there?",
        "Keep the widest run that ends at each file, and add its width to the answer.",
    ),
)


def solve(sizes: list[int], budget: int) -> int:
    left = total = runs = 0
    for right, size in enumerate(sizes):
        total += size
        while total > budget:
            total -= sizes[left]
            left += 1
        runs += right - left + 1
    return runs


def oracle(sizes, budget):
    """Every run added up."""
    spans = [(i, j) for i in range(len(sizes)) for j in range(i, len(sizes))]
    return sum(sum(sizes[i : j + 1]) <= budget for i, j in spans)


EDGES = {
    "no file": ([], 5),
    "one file that fits exactly": ([5], 5),
    "one file that is too large": ([6], 5),
    "everything fits": ([1, 2, 3], 100),
    "no budget": ([0, 1, 0], 0),
    "empty files between large ones": ([9, 0, 0, 9, 0], 3),
    "the same run of sizes twice": ([2, 2, 2, 2], 4),
    "a file too large in the middle": ([1, 2, 50, 2, 1], 3),
    "empty files at both ends": ([0, 4, 0], 4),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few = min(size, 40)
    yield ([rng.randrange(100) for _ in range(size)], 25 * size)
    yield ([rng.choice([0, 0, 1, 2, 3]) for _ in range(few)], rng.randrange(2 * few))
    yield ([rng.choice([0, 1, 5, 30]) for _ in range(few)], rng.randrange(12))


@variant
def by_running_totals(sizes, budget):
    totals = list(accumulate(sizes, initial=0))
    return sum(i - bisect_left(totals, totals[i] - budget, 0, i) for i in range(1, len(totals)))


@variant
def by_what_begins_here(sizes, budget):
    runs = total = right = 0
    for left, size in enumerate(sizes):
        while right < len(sizes) and total + sizes[right] <= budget:
            total += sizes[right]
            right += 1
        if right > left:
            runs += right - left
            total -= size
        else:
            right = left + 1
    return runs


@wrong("counts a run only if it is smaller than the budget")
def strictly_smaller(sizes, budget):
    left = total = runs = 0
    for right, size in enumerate(sizes):
        total += size
        while left <= right and total >= budget:
            total -= sizes[left]
            left += 1
        runs += right - left + 1
    return runs


@wrong("counts one run for each last file, not one for each beginning")
def widest_only(sizes, budget):
    left = total = runs = 0
    for right, size in enumerate(sizes):
        total += size
        while total > budget:
            total -= sizes[left]
            left += 1
        runs += left <= right
    return runs


@wrong("gives up one file only when the newcomer is too large for several", passes_examples=True)
def gives_up_one_file(sizes, budget):
    left = total = runs = 0
    for right, size in enumerate(sizes):
        total += size
        if total > budget:
            total -= sizes[left]
            left += 1
        runs += right - left + 1 if total <= budget else 0
    return runs


@wrong("loses beginnings behind an empty file: equal totals are taken for one", passes_examples=False)
def equal_totals_are_one(sizes, budget):
    totals = sorted(set(accumulate(sizes, initial=0)))
    return sum(i - bisect_left(totals, totals[i] - budget, 0, i) for i in range(1, len(totals)))


@wrong("begins a new run behind a file that does not fit", passes_examples=True)
def cuts_into_batches(sizes, budget):
    total = width = runs = 0
    for size in sizes:
        if total + size > budget:
            total = width = 0
        if size <= budget:
            total, width = total + size, width + 1
            runs += width
    return runs


@wrong("adds on from every file anew: grows with n²", fails="growth", passes_examples=True)
def from_every_file(sizes, budget):
    runs = 0
    for left in range(len(sizes)):
        total = 0
        for size in sizes[left:]:
            total += size
            if total > budget:
                break
            runs += 1
    return runs


@wrong("copies the sizes, then adds the whole window up in C", fails="growth", passes_examples=True)
def adds_the_window_up(sizes, budget):
    window, runs = [], 0
    for size in list(map(int, sizes)):
        window.append(size)
        while sum(window) > budget:
            window.pop(0)
        runs += len(window)
    return runs


NOTES = """
**Complexity**: O(n) time, O(1) memory, although the answer may be as large as n²/2.

**Pitfall**: it works because no size is below 0, so a run inside a cheap run is cheap.
With negative numbers a longer run can be the cheaper one, and the window no longer knows when to stop.

**Alternative**: running totals and a bisection for each last file: O(n log n), O(n) memory.

**In an engine**: universal compaction in RocksDB merges neighbours only.
Its files are runs ordered by age, and a run left out of the middle would mix newer and older values of a key.
"""
