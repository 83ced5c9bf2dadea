"""# Three files in one block

A compaction writes three files into one block of `limit` megabytes.
`sizes[i]` is the size of file `i`; the list is in no order.
Return in how many ways three different files can be chosen whose total is at most `limit`.
Files are told apart by their position, not by their size; the order in which they are chosen does not matter.

>>> solve([5, 1, 3, 2], 8)
2
>>> solve([2, 2, 2, 2], 6)
4
>>> solve([1, 1], 100)
0

In the first example these are 5, 1, 2 and 1, 3, 2.

Limits: 0 to 3,000 files; sizes and `limit` are integers of at least 0; leave the input as it is.
"""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-block-triples",
    pattern="one fixed, the others from both ends",
    difficulty="medium",
    minutes=25,
    points=3,
    order=8,
    classic="3Sum smaller; 3Sum",
    growth="n^2",
    growth_size=12,
    idea=(
        "the largest file of the three, and two ends among the smaller ones",
        "if the two ends fit, so does the larger end with every file between",
        "the sum of the widths at which they fit",
    ),
    hints=(
        "Sort a copy. Does the question change when the files are in order of their sizes?",
        "Fix the largest of the three. What remains is a question about pairs with a smaller limit.",
        "Smallest and largest of the rest fit together: how many pairs with that largest one fit as well?",
    ),
)


def solve(sizes: list[int], limit: int) -> int:
    ordered, ways = sorted(sizes), 0
    for third in range(2, len(ordered)):
        room = limit - ordered[third]
        left, right = 0, third - 1
        while left < right:
            if ordered[left] + ordered[right] <= room:
                ways += right - left
                left += 1
            else:
                right -= 1
    return ways


def oracle(sizes, limit):
    """Every three files."""
    return sum(sum(three) <= limit for three in combinations(sizes, 3))


EDGES = {
    "no file": ([], 5),
    "two files": ([1, 1], 5),
    "three that fit exactly": ([4, 1, 2], 7),
    "three that do not fit": ([4, 1, 2], 6),
    "all fit": ([3, 1, 2, 0, 4], 100),
    "none fits": ([9, 9, 9, 9], 5),
    "empty files and no room": ([0, 3, 0, 0, 0], 0),
    "equal sizes": ([2, 2, 2, 2, 2], 6),
    "in falling order": ([9, 7, 5, 3, 1], 15),
    "one file alone too large": ([50, 1, 1, 1], 10),
    "two sizes only": ([1, 5, 1, 5, 1, 5], 7),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(100) for _ in range(size)], 150)
    yield ([rng.randrange(4) for _ in range(size)], rng.randrange(2, 9))
    yield ([rng.choice((0, 1, 30)) for _ in range(size)], rng.randrange(2, 70))


@variant
def smallest_fixed(sizes, limit):
    ordered, ways = sorted(sizes), 0
    for first in range(len(ordered) - 2):
        left, right = first + 1, len(ordered) - 1
        while left < right:
            if ordered[first] + ordered[left] + ordered[right] <= limit:
                ways += right - left
                left += 1
            else:
                right -= 1
    return ways


@variant
def by_bisection(sizes, limit):
    ordered, ways = sorted(sizes), 0
    for i in range(len(ordered)):
        for j in range(i + 1, len(ordered)):
            ways += max(0, bisect_right(ordered, limit - ordered[i] - ordered[j]) - j - 1)
    return ways


@variant
def by_sizes_of_pairs(sizes, limit):
    """Each file in turn is the last of three; the totals of the pairs before it are counted by size."""
    within = [0] * (limit + 1)
    seen, ways = [], 0
    for size in sizes:
        if size <= limit:
            ways += sum(within[: limit - size + 1])
            for other in seen:
                if other + size <= limit:
                    within[other + size] += 1
            seen.append(size)
    return ways


@wrong("counts three files only if they leave room", passes_examples=False)
def strictly_below(sizes, limit):
    return sum(sum(three) < limit for three in combinations(sizes, 3))


@wrong("counts one way for each step at which the ends fit, not one for each file between")
def one_way_a_step(sizes, limit):
    ordered, ways = sorted(sizes), 0
    for third in range(2, len(ordered)):
        left, right = 0, third - 1
        while left < right:
            if ordered[left] + ordered[right] + ordered[third] <= limit:
                ways += 1
                left += 1
            else:
                right -= 1
    return ways


@wrong("walks from both ends of a list that is in no order", passes_examples=False)
def without_order(sizes, limit):
    ways = 0
    for third in range(2, len(sizes)):
        left, right = 0, third - 1
        while left < right:
            if sizes[left] + sizes[right] + sizes[third] <= limit:
                ways += right - left
                left += 1
            else:
                right -= 1
    return ways


@wrong("counts ways of the same sizes once")
def by_size(sizes, limit):
    return len({three for three in combinations(sorted(sizes), 3) if sum(three) <= limit})


@wrong("takes a file twice")
def a_file_twice(sizes, limit):
    return sum(sum(three) <= limit for three in combinations_with_replacement(sizes, 3))


@wrong("moves the right end where the ends fit, and loses the pairs of the left one", passes_examples=False)
def right_end_moves(sizes, limit):
    ordered, ways = sorted(sizes), 0
    for third in range(2, len(ordered)):
        left, right = 0, third - 1
        while left < right:
            if ordered[left] + ordered[right] + ordered[third] <= limit:
                ways += right - left
                right -= 1
            else:
                left += 1
    return ways


@wrong("sorts the caller's list", fails="mutation", passes_examples=False)
def sorts_the_input(sizes, limit):
    sizes.sort()
    return solve(sizes, limit)


@wrong("tries every three files: grows with n³", fails="growth", passes_examples=True)
def every_three(sizes, limit):
    ways = 0
    for i in range(len(sizes)):
        for j in range(i + 1, len(sizes)):
            for k in range(j + 1, len(sizes)):
                ways += sizes[i] + sizes[j] + sizes[k] <= limit
    return ways


@wrong(
    "fixes the largest file, then tries every pair of the smaller ones", fails="growth", passes_examples=True
)
def every_pair_below(sizes, limit):
    ordered, ways = sorted(sizes), 0
    for third, size in enumerate(ordered):
        for second in range(1, third):
            ways += sum(ordered[first] + ordered[second] + size <= limit for first in range(second))
    return ways


NOTES = """
**Complexity**: O(n²) time after an O(n log n) sort, O(n) memory for the copy.
Only a *count* comes so cheap: the ways themselves may be n³/6.

**Pitfall**: at a fit, moving the wrong end.
If the ends fit, the *left* file fits with everything up to `right`: all its pairs are counted, and it is done.

**Alternative**: a bisection for each pair, O(n² log n); or counters by total size, O(n² + n · limit), when `limit` is small.

**In an engine**: no planner does this for you.
`a JOIN b ON a.id < b.id JOIN c ON b.id < c.id WHERE a.size + b.size + c.size <= 128` is two nested loops: n³/6 rows before the filter.
"""
