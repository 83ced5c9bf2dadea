"""# Impressions before a click

Two topics hold times in whole seconds, each in ascending order: when an advertisement was shown, when it was clicked.
For every click return how many impressions lie at most `span` seconds before it.
An impression in the same second as the click counts, and so does one exactly `span` seconds earlier.
An impression may count for several clicks; times may repeat on both sides.

>>> solve([1, 4, 5, 9], [5, 6, 20], 4)
[3, 2, 0]
>>> solve([3, 3, 8], [3, 3], 0)
[2, 2]
>>> solve([], [7], 10)
[0]

Limits: 0 to a million times on each side; times may be below 0, `span` is at
least 0; leave the input as it is.
"""

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-impressions-before",
    pattern="window over another stream",
    difficulty="medium",
    minutes=20,
    points=3,
    order=6,
    classic="interval join of two sorted lists",
    growth="n",
    idea=(
        "two positions in the other list",
        "between them stand the times from click - span to click",
        "one count for each click",
    ),
    hints=(
        "The impressions of one click stand side by side. Where do they begin, where do they end?",
        "The next click is not earlier. In which direction can these two positions move?",
        "Move the end over everything up to the click, the beginning over everything before `click - span`.",
    ),
)


def solve(impressions: list[int], clicks: list[int], span: int) -> list[int]:
    left = right = 0
    counts = []
    for click in clicks:
        while right < len(impressions) and impressions[right] <= click:
            right += 1
        while left < right and impressions[left] < click - span:
            left += 1
        counts.append(right - left)
    return counts


def oracle(impressions, clicks, span):
    """Every impression against every click."""
    return [sum(0 <= click - shown <= span for shown in impressions) for click in clicks]


EDGES = {
    "nothing on either side": ([], [], 5),
    "no click": ([1, 2], [], 5),
    "no impression": ([], [1, 1], 5),
    "the same second": ([4], [4], 0),
    "one second after the click": ([5], [4], 9),
    "exactly span seconds before": ([1], [6], 5),
    "one second more": ([0], [6], 5),
    "many impressions in one second": ([2, 2, 2], [2, 2, 7, 8], 5),
    "all impressions before all clicks": ([1, 2, 3], [50, 60], 48),
    "all impressions after all clicks": ([50, 60], [1, 2], 5),
    "times below 0": ([-5, -1, 0], [-1, 0], 4),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def times(count, until):
        return sorted(rng.randrange(until) for _ in range(count))

    few = min(size, 40)
    yield (times(size, 2 * size), times(size, 2 * size), size)
    yield (times(few, few), times(rng.randint(0, few), few), rng.randrange(4))
    yield (times(rng.randint(0, few), 5 * few), times(few, 5 * few), rng.randrange(3 * few))


@variant
def by_bisection(impressions, clicks, span):
    def before(time):
        return bisect_left(impressions, time - span)

    return [bisect_right(impressions, click) - before(click) for click in clicks]


@variant
def by_queue(impressions, clicks, span):
    arriving, inside, counts = iter(impressions), deque(), []
    following = next(arriving, None)
    for click in clicks:
        while following is not None and following <= click:
            inside.append(following)
            following = next(arriving, None)
        while inside and inside[0] < click - span:
            inside.popleft()
        counts.append(len(inside))
    return counts


@wrong("loses the impressions in the second of the click")
def before_only(impressions, clicks, span):
    return [bisect_left(impressions, click) - bisect_left(impressions, click - span) for click in clicks]


@wrong("loses the impressions exactly span seconds earlier")
def left_end_open(impressions, clicks, span):
    return [bisect_right(impressions, click) - bisect_right(impressions, click - span) for click in clicks]


@wrong("uses an impression up with the first click that it counts for")
def each_impression_once(impressions, clicks, span):
    at, counts = 0, []
    for click in clicks:
        count = 0
        while at < len(impressions) and impressions[at] <= click:
            count += click - impressions[at] <= span
            at += 1
        counts.append(count)
    return counts


@wrong("cuts the window off at second 0", passes_examples=True)
def cut_at_zero(impressions, clicks, span):
    return [
        bisect_right(impressions, click) - bisect_left(impressions, max(0, click - span)) for click in clicks
    ]


@wrong(
    "searches the end of the window from its beginning for each click", fails="growth", passes_examples=True
)
def end_searched_anew(impressions, clicks, span):
    left, counts = 0, []
    for click in clicks:
        while left < len(impressions) and impressions[left] < click - span:
            left += 1
        right = left
        while right < len(impressions) and impressions[right] <= click:
            right += 1
        counts.append(right - left)
    return counts


@wrong("copies what waits and what is inside with every slice", fails="growth", passes_examples=True)
def copies_with_every_slice(impressions, clicks, span):
    waiting, inside, counts = impressions, [], []
    for click in clicks:
        while waiting and waiting[0] <= click:
            inside.append(waiting[0])
            waiting = waiting[1:]
        while inside and inside[0] < click - span:
            inside = inside[1:]
        counts.append(len(inside))
    return counts


NOTES = """
**Complexity**: O(impressions + clicks) time, O(1) memory beside the result.

**Pitfall**: `<` or `<=` at each of the two ends.
Write down what happens in the same second and exactly `span` seconds earlier before you write a loop.

**Alternative**: two bisections for each click need only the impressions sorted: O(clicks · log impressions).

**In an engine**: SQL calls it a band join: `shown BETWEEN clicked - span AND clicked`.
A streaming engine keeps the impressions in its state until the watermark has passed them by `span`, as your left end does.
"""
