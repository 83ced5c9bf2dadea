"""# The highest lag of the last seconds

A monitor receives samples `(second, lag)` of a consumer group, in order of time and at uneven distances; several may
come in the same second.
At every sample an alarm asks for the highest lag of the last `span` seconds: of all samples so far, this one
included, whose second is greater than `second - span`.
Return the answer for every sample.

>>> solve([(0, 3), (1, 1), (2, 2), (9, 1)], 2)
[3, 3, 2, 1]
>>> solve([(0, 4), (0, 9), (5, 1), (6, 2)], 6)
[4, 9, 9, 2]
>>> solve([], 2)
[]

Limits: 0 to a million samples; seconds and lags are integers, seconds never fall; `span` is at least 1; the work must
not grow with the number of samples in the window; leave the input as it is.
"""

import heapq
from collections import deque
from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-lag-peaks",
    pattern="window of time, monotone queue",
    difficulty="medium",
    minutes=25,
    points=3,
    order=8,
    classic="sliding window maximum",
    growth="n",
    idea=(
        "a queue of samples whose lags fall",
        "whoever is not in it can never be the highest again",
        "the lag at the front, once a sample",
    ),
    hints=(
        "A highest value cannot be subtracted. Which samples could still become the highest one later?",
        "A sample with a lower lag than a *later* one inside the window: can it ever be the answer again?",
        "Keep the samples with falling lags in a deque. The newcomer drives out from the back what is not higher.",
        "Before you read the front, drop what is out of sight: after a pause that may be several samples.",
    ),
)


def solve(samples: list[tuple[int, int]], span: int) -> list[int]:
    candidates = deque()
    peaks = []
    for second, lag in samples:
        while candidates and candidates[-1][1] <= lag:
            candidates.pop()
        candidates.append((second, lag))
        while candidates[0][0] <= second - span:
            candidates.popleft()
        peaks.append(candidates[0][1])
    return peaks


def oracle(samples, span):
    """At every sample all earlier ones looked through."""
    return [
        max(lag for second, lag in samples[: i + 1] if second > now - span)
        for i, (now, _) in enumerate(samples)
    ]


EDGES = {
    "one sample": ([(4, 7)], 3),
    "a span of one second": ([(0, 9), (0, 2), (1, 1), (1, 5)], 1),
    "exactly span seconds ago": ([(0, 9), (5, 1)], 5),
    "one second less": ([(0, 9), (4, 1)], 5),
    "always falling": ([(0, 9), (1, 7), (2, 5), (3, 3)], 2),
    "always rising": ([(0, 1), (1, 3), (2, 5), (3, 7)], 2),
    "a long pause behind several candidates": ([(0, 9), (1, 7), (2, 5), (60, 1)], 10),
    "the peak stands twice in the window": ([(0, 5), (1, 1), (2, 5), (3, 2), (4, 2)], 3),
    "all in one second": ([(3, 1), (3, 4), (3, 2)], 1),
    "lags and seconds below 0": ([(-9, -5), (-8, -9), (-7, -7), (-6, -8)], 2),
    "a span longer than everything": ([(0, 2), (5, 9), (7, 1)], 1000),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few, half = min(size, 40), max(1, size // 2)
    yield ([(second, size - second) for second in range(size)], half)
    yield ([(second, rng.randrange(10**6)) for second in range(size)], half)
    seconds = accumulate(rng.choice([0, 0, 1, 1, 2, 7]) for _ in range(few))
    yield ([(second, rng.randrange(-2, 4)) for second in seconds], rng.randint(1, 9))


@variant
def by_heap(samples, span):
    heap, peaks = [], []
    for second, lag in samples:
        heapq.heappush(heap, (-lag, -second))
        while -heap[0][1] <= second - span:
            heapq.heappop(heap)
        peaks.append(-heap[0][0])
    return peaks


@variant
def by_two_stacks(samples, span):
    front, back, back_peak = [], [], None
    peaks, left = [], 0
    for second, lag in samples:
        back.append(lag)
        back_peak = lag if back_peak is None or lag > back_peak else back_peak
        while samples[left][0] <= second - span:
            if not front:
                while back:
                    front.append(max(back.pop(), front[-1]) if front else back.pop())
                back_peak = None
            front.pop()
            left += 1
        known = [peak for peak in (front[-1] if front else None, back_peak) if peak is not None]
        peaks.append(max(known))
    return peaks


@wrong("never lets the highest lag go")
def highest_of_all(samples, span):
    return list(accumulate((lag for _, lag in samples), max))


@wrong("lets a sample go one second too late")
def one_second_too_wide(samples, span):
    return oracle(samples, span + 1)


@wrong("looks at the last span samples instead of seconds")
def counts_samples(samples, span):
    lags = [lag for _, lag in samples]
    return [max(lags[max(0, i - span + 1) : i + 1]) for i in range(len(lags))]


@wrong("sees later samples of the same second, as a RANGE frame of SQL does")
def sees_its_peers(samples, span):
    return [max(lag for second, lag in samples if now - span < second <= now) for now, _ in samples]


@wrong("lets one sample go at a time: after a pause old ones stay", passes_examples=True)
def lets_one_go(samples, span):
    candidates, peaks = deque(), []
    for second, lag in samples:
        while candidates and candidates[-1][1] <= lag:
            candidates.pop()
        candidates.append((second, lag))
        if candidates[0][0] <= second - span:
            candidates.popleft()
        peaks.append(candidates[0][1])
    return peaks


@wrong(
    "keeps lags, drives out equal ones, and lets go by value: the newer twin is lost", passes_examples=True
)
def lets_go_by_value(samples, span):
    candidates, peaks, left = deque(), [], 0
    for second, lag in samples:
        while samples[left][0] <= second - span:
            if candidates and candidates[0] == samples[left][1]:
                candidates.popleft()
            left += 1
        while candidates and candidates[-1] <= lag:
            candidates.pop()
        candidates.append(lag)
        peaks.append(candidates[0])
    return peaks


@wrong("falls back to the newcomer when the peak leaves, not to the next highest", passes_examples=True)
def falls_back_to_the_newcomer(samples, span):
    peak, peaks = (0, 0), []
    for second, lag in samples:
        if not peaks or lag >= peak[1] or peak[0] <= second - span:
            peak = second, lag
        peaks.append(peak[1])
    return peaks


@wrong("begins with a peak of 0", passes_examples=True)
def never_below_zero(samples, span):
    return [max(0, peak) for peak in oracle(samples, span)]


@wrong(
    "looks the window through when the peak leaves: n² on falling lags", fails="growth", passes_examples=True
)
def looks_again_when_the_peak_leaves(samples, span):
    peak, left, peaks = 0, 0, []
    for i, (second, lag) in enumerate(samples):
        while samples[left][0] <= second - span:
            left += 1
        if peak < left:
            peak = max(range(left, i + 1), key=lambda j: samples[j][1])
        elif lag >= samples[peak][1]:
            peak = i
        peaks.append(samples[peak][1])
    return peaks


@wrong("copies the lags, then takes the max of every slice in C", fails="growth", passes_examples=True)
def max_of_slices(samples, span):
    lags, left, peaks = [int(lag) for _, lag in samples], 0, []
    for i, (second, _) in enumerate(samples):
        while samples[left][0] <= second - span:
            left += 1
        peaks.append(max(lags[left : i + 1]))
    return peaks


NOTES = """
**Complexity**: O(n) time: every sample enters the queue once and leaves it once.
The memory is the longest falling stretch inside a window.

**Pitfall**: `if` instead of `while` at the front.
With even distances one sample leaves at a time; after a pause many do.

**Alternative**: a heap that throws old samples away when they come to its top: O(n log n).
Two stacks, each with its running maximum, are O(n) too and work for every operation that has no inverse.

**In an engine**: SQL says `RANGE BETWEEN … PRECEDING AND CURRENT ROW`, but there a row also sees later rows of its own
second.
PostgreSQL 18 has no inverse for `max`: whenever the head of the frame moves, it goes through the whole frame anew, as
the slow answers here do.
"""
