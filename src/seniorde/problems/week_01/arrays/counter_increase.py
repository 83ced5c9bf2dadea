"""# Requests served in spite of restarts

A server counts its requests, and a collector reads the counter every minute.
The counter only ever rises, but a restart sets it back to 0.
A reading below the one before it therefore means: restarted in between, and the reading itself was served since.
You get the readings and a list of questions `(i, j)`.
Return for each question how many requests were served from reading `i` to reading `j`, as far as the readings tell.

>>> solve([10, 15, 2, 9], [(0, 1), (0, 3), (1, 2), (3, 3)])
[5, 14, 2, 0]

From reading 0 to reading 3 it is 5, then 2 after the restart, then 7.

Limits: up to a million readings, none below 0, and as many questions, `0 <= i <= j < len(readings)`.
Two equal readings mean: nothing served.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-counter-increase",
    pattern="prefix sums",
    difficulty="easy",
    minutes=15,
    points=2,
    classic="range sum query, immutable",
    growth="n",
    order=1,
    idea=(
        "the increase since reading 0, one entry a reading",
        "entry i is the sum of all steps up to reading i",
        "the difference of two entries for each question",
    ),
    hints=(
        "First write down the step from each reading to the next; a restart is the one special case.",
        "Two questions that overlap add up the same steps. What could you add up once, before the first question?",
        "If you know the increase from reading 0 to i and from reading 0 to j, what is it from i to j?",
    ),
)


def solve(readings: list[int], questions: list[tuple[int, int]]) -> list[int]:
    since_first = [0]
    for before, now in zip(readings, readings[1:]):
        step = now - before if now >= before else now
        since_first.append(since_first[-1] + step)
    return [since_first[j] - since_first[i] for i, j in questions]


def oracle(readings, questions):
    """Walk through the readings for every question."""
    served = []
    for i, j in questions:
        total = 0
        for k in range(i, j):
            total += readings[k + 1] if readings[k + 1] < readings[k] else readings[k + 1] - readings[k]
        served.append(total)
    return served


EDGES = {
    "no question": ([4, 7], []),
    "no reading": ([], []),
    "one reading": ([4], [(0, 0)]),
    "nothing served": ([5, 5, 5], [(0, 2)]),
    "restarted and read at once": ([5, 0, 0, 3], [(0, 1), (0, 2), (0, 3)]),
    "restarted at every reading": ([9, 8, 7, 6], [(0, 3), (1, 2)]),
    "a question asked twice": ([1, 4, 2], [(0, 2), (0, 2)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for restart in (0.0, 0.3):
        readings = [rng.randrange(100)]
        while len(readings) < size:
            readings.append(rng.randrange(5) if rng.random() < restart else readings[-1] + rng.randrange(9))
        asked = -(-size // 4)
        yield readings, [tuple(sorted((rng.randrange(size), rng.randrange(size)))) for _ in range(asked)]


@variant
def by_accumulate(readings, questions):
    steps = [now - before * (now >= before) for before, now in zip(readings, readings[1:])]
    total = list(accumulate(steps, initial=0))
    return [total[j] - total[i] for i, j in questions]


@variant
def by_lost_counts(readings, questions):
    lost = [0]
    for before, now in zip(readings, readings[1:]):
        lost.append(lost[-1] + (before if now < before else 0))
    return [readings[j] + lost[j] - readings[i] - lost[i] for i, j in questions]


@wrong("takes the difference of two readings and forgets the restarts between them")
def difference_of_readings(readings, questions):
    return [readings[j] - readings[i] for i, j in questions]


@wrong("counts a restart as nothing served, though the reading after it was")
def ignores_the_restart(readings, questions):
    total = [0]
    for before, now in zip(readings, readings[1:]):
        total.append(total[-1] + max(now - before, 0))
    return [total[j] - total[i] for i, j in questions]


@wrong("takes two equal readings for a restart", passes_examples=True)
def equal_is_restart(readings, questions):
    total = [0]
    for before, now in zip(readings, readings[1:]):
        total.append(total[-1] + (now - before if now > before else now))
    return [total[j] - total[i] for i, j in questions]


@wrong("begins one step early: the step into reading i belongs to the time before")
def one_step_early(readings, questions):
    total = [0]
    for before, now in zip(readings, readings[1:]):
        total.append(total[-1] + (now - before if now >= before else now))
    return [total[j] - total[max(i - 1, 0)] for i, j in questions]


@wrong("adds up the steps of every question anew: grows with n²", fails="growth", passes_examples=True)
def sum_for_each_question(readings, questions):
    steps = [now - before if now >= before else now for before, now in zip(readings, readings[1:])]
    return [sum(steps[i:j]) for i, j in questions]


@wrong("cuts each reading off a copy, which copies all the others", fails="growth", passes_examples=True)
def cut_off(readings, questions):
    waiting, total = list(readings), [0]
    while len(waiting) > 1:
        before, now = waiting[:2]
        waiting = waiting[1:]
        total.append(total[-1] + (now - before if now >= before else now))
    return [total[j] - total[i] for i, j in questions]


NOTES = """
**Complexity**: O(n + q) time and O(n) memory for n readings and q questions; a question costs one subtraction.

**Pitfall**: n readings have n − 1 steps, and the prefix sums begin with a 0 that stands for *no step yet*.
Without that 0 every question that begins at reading 0 needs a special case.

**Alternative**: correct the readings instead of adding up the steps.
Add to each reading all that was lost in restarts before it; the corrected counter never falls, and two of its values answer a question.

**In an engine**: Prometheus treats a counter that falls as restarted in `rate` and `increase`, and adds the value before the fall as this problem does.
A restart that is followed by so many requests that the next reading is higher again cannot be seen in either.
"""
