"""# Idle nodes between two peaks

`load[h]` is the number of nodes that a cluster needs in hour `h` of the day.
Moving data between nodes is dear, so the cluster may only grow until some hour of the day, and only shrink after it.
In every hour it has at least as many nodes as it needs, and apart from that as few as this rule allows.
Return how many node-hours stand idle over the day: the nodes that it has beyond those that it needs, summed over all hours.

>>> solve([3, 1, 4, 2, 2, 3])
4
>>> solve([1, 2, 5, 1])
0
>>> solve([])
0

In the first example the cluster has 3, 3, 4, 3, 3, 3 nodes.

Limits: 0 to a million hours; loads are integers of at least 0; leave the input as it is.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-idle-node-hours",
    pattern="from both ends, the lower one is settled",
    difficulty="hard",
    minutes=35,
    points=4,
    order=9,
    classic="trapping rain water",
    growth="n",
    growth_size=32,
    idea=(
        "two hours, and the highest load from either end up to them",
        "on the side with the lower of the two, whatever lies between cannot change the size",
        "the sum of what each settled hour lacks to the lower one",
    ),
    hints=(
        "Look at one hour. Which two loads, one before and one behind, decide how many nodes it must have?",
        "It is the lower of the highest load up to this hour and the highest from this hour on.",
        "From both ends: the highest so far on the left is 3, on the right 7. What do you know of the left hour, whatever comes between?",
    ),
)


def solve(load: list[int]) -> int:
    left, right = 0, len(load) - 1
    before = behind = idle = 0
    while left <= right:
        before = max(before, load[left])
        behind = max(behind, load[right])
        if before <= behind:
            idle += before - load[left]
            left += 1
        else:
            idle += behind - load[right]
            right -= 1
    return idle


def oracle(load):
    """For each hour at which growing may end: grow up to it, shrink behind it; the cheapest of all."""
    costs = []
    for turn in range(len(load)):
        grows = list(accumulate(load[: turn + 1], max))
        shrinks = list(accumulate(load[:turn:-1], max))
        costs.append(sum(grows) + sum(shrinks) - sum(load))
    return min(costs, default=0)


EDGES = {
    "one hour": ([4],),
    "rising": ([1, 2, 3],),
    "falling": ([3, 2, 1],),
    "a valley down to 0": ([3, 0, 3],),
    "no load at all": ([0, 0, 0],),
    "the lower peak on the left": ([2, 0, 5],),
    "the lower peak on the right": ([5, 0, 2],),
    "a small peak within a large valley": ([5, 1, 3, 1, 5],),
    "equal peaks": ([4, 1, 4, 2, 4],),
    "idle on both sides of the highest": ([3, 1, 9, 2, 6],),
    "low hours at both ends": ([0, 4, 1, 4, 0],),
    "the two highest are neighbours": ([1, 0, 8, 8, 0, 2],),
    "steps down into the valley": ([6, 3, 2, 1, 4],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(100) for _ in range(size)],)
    yield ([rng.randrange(3) for _ in range(size)],)
    yield ([abs(size // 2 - hour) for hour in range(size)],)


@variant
def by_two_arrays(load):
    before = list(accumulate(load, max))
    behind = list(accumulate(reversed(load), max))[::-1]
    return sum(min(pair) for pair in zip(before, behind)) - sum(load)


@variant
def by_highest_hour(load):
    if not load:
        return 0
    top = load.index(max(load))
    sizes = sum(accumulate(load[:top], max)) + sum(accumulate(load[:top:-1], max))
    return sizes + load[top] - sum(load)


@variant
def by_stack(load):
    """Open hours in falling order; an hour that is higher fills the valley behind them layer by layer."""
    waiting, idle = [], 0
    for hour, need in enumerate(load):
        while waiting and load[waiting[-1]] < need:
            bottom = load[waiting.pop()]
            if waiting:
                idle += (hour - waiting[-1] - 1) * (min(need, load[waiting[-1]]) - bottom)
        waiting.append(hour)
    return idle


@variant
def moves_by_the_load(load):
    left, right = 0, len(load) - 1
    before = behind = idle = 0
    while left < right:
        if load[left] < load[right]:
            before = max(before, load[left])
            idle += before - load[left]
            left += 1
        else:
            behind = max(behind, load[right])
            idle += behind - load[right]
            right -= 1
    return idle


@wrong("fills a valley only between neighbouring peaks", passes_examples=True)
def neighbouring_peaks(load):
    n = len(load)
    peaks = [
        h for h in range(n) if (h == 0 or load[h - 1] <= load[h]) and (h == n - 1 or load[h + 1] <= load[h])
    ]
    return sum(
        max(0, min(load[i], load[j]) - load[h]) for i, j in zip(peaks, peaks[1:]) for h in range(i + 1, j)
    )


@wrong("never shrinks before the end of the day")
def only_grows(load):
    return sum(accumulate(load, max)) - sum(load)


@wrong("keeps the size of the highest hour for the whole day")
def one_size(load):
    return len(load) * max(load, default=0) - sum(load)


@wrong("settles the side with the higher peak", passes_examples=False)
def higher_side_settled(load):
    left, right = 0, len(load) - 1
    before = behind = idle = 0
    while left <= right:
        before = max(before, load[left])
        behind = max(behind, load[right])
        if before >= behind:
            idle += before - load[left]
            left += 1
        else:
            idle += behind - load[right]
            right -= 1
    return idle


@wrong("takes the higher of the two peaks for the size", passes_examples=False)
def higher_of_two(load):
    before = list(accumulate(load, max))
    behind = list(accumulate(reversed(load), max))[::-1]
    return sum(max(pair) for pair in zip(before, behind)) - sum(load)


@wrong("waits for a load as high as the last peak, and forgets the hours behind the highest")
def waits_for_the_peak(load):
    idle = pending = peak = 0
    for need in load:
        if need >= peak:
            idle, pending, peak = idle + pending, 0, need
        else:
            pending += peak - need
    return idle


@wrong("fills the day up to the lower of its two ends only", passes_examples=True)
def lower_end(load):
    level = min(load[0], load[-1]) if load else 0
    return sum(max(0, level - need) for need in load)


@wrong("walks from every hour to both ends: grows with n²", fails="growth", passes_examples=True)
def from_every_hour(load):
    idle = 0
    for hour, need in enumerate(load):
        before = behind = need
        for other in load[:hour]:
            before = max(before, other)
        for other in load[hour:]:
            behind = max(behind, other)
        idle += min(before, behind) - need
    return idle


@wrong("copies the loads, then takes a maximum over each side in C", fails="growth", passes_examples=True)
def maxima_of_slices(load):
    load = [int(need) + 0 for need in map(float, load)]
    return sum(min(max(load[: h + 1]), max(load[h:])) - need for h, need in enumerate(load))


NOTES = """
**Complexity**: O(n) time, O(1) memory.

**Pitfall**: the nearest peak does not decide, the highest on each side does: in `5 1 3 1 5` the small peak drowns.
And say why a side may be settled: its own highest load is the *lower* one, so whatever lies between can only raise the other.

**Alternative**: two arrays with the highest load before and behind each hour; or up to the highest hour from the left, and up to it from the right.
Both are as quick; the second needs no argument about ends, but reads the day twice.

**In an engine**: autoscalers hold a size for a while for the same reason.
Spark's dynamic allocation frees an executor that is idle for 60 seconds by default, but keeps one with cached data for ever: what a node holds is worth more than what it idles.
"""
