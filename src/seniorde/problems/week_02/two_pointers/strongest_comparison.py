"""# The strongest comparison

A panel asks customers every day; `asked[d]` is how many answered on day `d`.
A comparison of two days is the stronger the further they lie apart and the more have answered:
its strength is the number of days from the earlier to the later one, times the smaller of the two numbers of answers.
Return the strength of the strongest comparison, 0 where there are fewer than two days.

>>> solve([3, 9, 4, 8, 2])
16
>>> solve([5, 5])
5
>>> solve([7])
0

In the first example days 1 and 3 are compared: two days apart, 8 answers on the weaker one.

Limits: 0 to a million days; numbers of answers are integers of at least 0; leave the input as it is.
"""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-strongest-comparison",
    pattern="from both ends, the weaker one is dropped",
    difficulty="medium",
    minutes=20,
    points=3,
    order=3,
    classic="container with most water",
    growth="n",
    growth_size=32,
    idea=(
        "two days, and the best strength so far",
        "no comparison with a dropped day is stronger than the best so far",
        "the best when the two days meet",
    ),
    hints=(
        "Begin with the first and the last day: no other pair lies further apart.",
        "Keep the weaker of the two days and bring the other one nearer. Can that comparison ever be stronger?",
        "It cannot: fewer days apart, and no more answers. So drop the weaker day for good.",
    ),
)


def solve(asked: list[int]) -> int:
    left, right, best = 0, len(asked) - 1, 0
    while left < right:
        best = max(best, (right - left) * min(asked[left], asked[right]))
        if asked[left] < asked[right]:
            left += 1
        else:
            right -= 1
    return best


def oracle(asked):
    """Every pair of days."""
    pairs = combinations(range(len(asked)), 2)
    return max(((j - i) * min(asked[i], asked[j]) for i, j in pairs), default=0)


EDGES = {
    "no day": ([],),
    "nobody answers": ([0, 0, 0],),
    "the ends are the best": ([6, 1, 1, 6],),
    "two strong neighbours": ([1, 40, 41, 1],),
    "rising": ([1, 2, 3, 4, 5, 6],),
    "falling": ([6, 5, 4, 3, 2, 1],),
    "all equal": ([4, 4, 4, 4],),
    "a strong day hides behind a weak one": ([2, 1, 9, 1, 1, 9, 1],),
    "equal ends, better inside": ([3, 8, 7, 3],),
    "only one end answers": ([0, 0, 5],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(1000) for _ in range(size)],)
    yield ([rng.randrange(4) for _ in range(size)],)
    yield ([rng.choice([1, 2, size, 3 * size]) for _ in range(size)],)


@variant
def from_the_strongest_day_down(asked):
    """The days in falling order of answers: each is the weaker partner of those before it."""
    order = sorted(range(len(asked)), key=asked.__getitem__, reverse=True)
    first, last, best = len(asked), -1, 0
    for day in order:
        first, last = min(first, day), max(last, day)
        best = max(best, asked[day] * max(day - first, last - day))
    return best


@variant
def equal_days_both_dropped(asked):
    left, right, best = 0, len(asked) - 1, 0
    while left < right:
        level = min(asked[left], asked[right])
        best = max(best, (right - left) * level)
        while left < right and asked[left] <= level:
            left += 1
        while left < right and asked[right] <= level:
            right -= 1
    return best


@wrong("drops the stronger day")
def stronger_dropped(asked):
    left, right, best = 0, len(asked) - 1, 0
    while left < right:
        best = max(best, (right - left) * min(asked[left], asked[right]))
        if asked[left] > asked[right]:
            left += 1
        else:
            right -= 1
    return best


@wrong("counts both days as days apart")
def both_days_counted(asked):
    left, right, best = 0, len(asked) - 1, 0
    while left < right:
        best = max(best, (right - left + 1) * min(asked[left], asked[right]))
        if asked[left] < asked[right]:
            left += 1
        else:
            right -= 1
    return best


@wrong("compares the two days with the most answers", passes_examples=True)
def two_strongest(asked):
    if len(asked) < 2:
        return 0
    i, j = sorted(range(len(asked)), key=asked.__getitem__)[-2:]
    return abs(i - j) * min(asked[i], asked[j])


@wrong("always drops the first day", passes_examples=False)
def only_from_the_left(asked):
    last = len(asked) - 1
    return max(((last - i) * min(asked[i], asked[last]) for i in range(last)), default=0)


@wrong("drops the day with the weaker neighbour, looking one step ahead", passes_examples=True)
def looks_one_step_ahead(asked):
    left, right, best = 0, len(asked) - 1, 0
    while left < right:
        best = max(best, (right - left) * min(asked[left], asked[right]))
        if asked[left + 1] > asked[right - 1]:
            left += 1
        else:
            right -= 1
    return best


@wrong("stops where both ends are equal", passes_examples=True)
def stops_at_equal_ends(asked):
    left, right, best = 0, len(asked) - 1, 0
    while left < right:
        best = max(best, (right - left) * min(asked[left], asked[right]))
        if asked[left] == asked[right]:
            break
        if asked[left] < asked[right]:
            left += 1
        else:
            right -= 1
    return best


@wrong("compares all pairs: grows with n²", fails="growth", passes_examples=True)
def all_pairs(asked):
    best = 0
    for i in range(len(asked)):
        for j in range(i + 1, len(asked)):
            best = max(best, (j - i) * min(asked[i], asked[j]))
    return best


@wrong("copies the days, then cuts one off by copying the rest", fails="growth", passes_examples=True)
def rest_copied(asked):
    best = 0
    while len(asked) > 1:
        best = max(best, (len(asked) - 1) * min(asked[0], asked[-1]))
        asked = asked[1:] if asked[0] < asked[-1] else asked[:-1]
    return best


NOTES = """
**Complexity**: O(n) time, O(1) memory: every step drops one day.

**Pitfall**: saying only "move the smaller one".
The reason is the answer: every pair of the weaker day with a nearer partner is shorter and no stronger, so a whole row of pairs is settled by one look.

**Alternative**: the days in falling order of answers, with the first and the last position so far: O(n log n), and it needs no argument about both ends.

**In an engine**: a scan that knows the smallest and largest value of each row group settles a whole group by one look, too.
The skill is the same: find the bound that makes looking needless.
"""
