"""# The shortest trace that shows every step

A job failed, and its log is long.
`events` are the names of the events in the log, in order; `required` are the names that you must see to understand
the failure.
A name that stands in `required` several times must stand in the trace at least as often.
Return the shortest stretch of neighbouring events that holds them all, as `(start, stop)` with `stop` not part of it.
Other events may lie between them, and their order does not matter.
Of equally short stretches return the earliest; where there is none, return `None`.

>>> solve(["load", "retry", "load", "fail", "retry"], ["retry", "fail"])
(3, 5)
>>> solve(["load", "retry", "load", "fail", "retry"], ["load", "load", "fail"])
(0, 4)
>>> solve(["load"], ["fail"]) is None
True

Limits: 0 to a million events; `required` holds one name or more, up to a hundred thousand of them
different; the work grows with both lengths together; leave the input as it is.
"""

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-shortest-trace",
    pattern="variable window, shortest",
    difficulty="hard",
    minutes=35,
    points=4,
    order=9,
    classic="minimum window substring",
    growth="n",
    idea=(
        "what is still needed of every name, and how many in all",
        "the window is complete exactly when nothing is missing",
        "the earliest shortest complete window",
    ),
    hints=(
        "Grow to the right until the window is complete. What can you give up on the left then?",
        "Count down what is needed of each name. What does a count below 0 say?",
        "One number tells whether the window is complete: how many required events are still missing.",
        "It goes down only when an event was really needed, and up only when its count rises above 0 again.",
    ),
)


def solve(events: list[str], required: list[str]) -> tuple[int, int] | None:
    needed = Counter(required)
    missing, start, shortest = len(required), 0, None
    for stop, event in enumerate(events, 1):
        missing -= needed[event] > 0
        needed[event] -= 1
        while missing == 0:
            if shortest is None or stop - start < shortest[1] - shortest[0]:
                shortest = start, stop
            needed[events[start]] += 1
            missing += needed[events[start]] > 0
            start += 1
    return shortest


def oracle(events, required):
    """Every stretch, the shortest first, counted anew."""
    wanted = Counter(required)
    for length in range(len(required), len(events) + 1):
        for start in range(len(events) - length + 1):
            if wanted <= Counter(events[start : start + length]):
                return start, start + length
    return None


EDGES = {
    "no event": ([], ["a"]),
    "one event, the required one": (["a"], ["a"]),
    "a name required twice": (["a", "b", "a"], ["a", "a"]),
    "a name required more often than it happens": (["a", "b"], ["a", "a"]),
    "more events of a name than required": (["a", "a", "b", "a"], ["a", "b"]),
    "the whole log": (["a", "x", "b"], ["b", "a"]),
    "equally short stretches": (["b", "a", "x", "a", "b"], ["a", "b"]),
    "the shortest comes last": (["a", "x", "b", "x", "b", "a"], ["a", "b"]),
    "more required than there are events": (["a"], ["a", "b", "c"]),
    "a name that is empty": (["", "a", ""], ["", "a"]),
    "one name is missing altogether": (["a", "b", "a"], ["a", "b", "c"]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few, names = min(size, 40), [f"step {i}" for i in range(max(1, size // 4))]
    yield ([names[i % len(names)] for i in range(size)], names)
    noise, steps = ["noise"] * (few // 3), names[: few // 4 + 1]
    yield (noise + rng.choices(steps, k=few - len(noise)), rng.choices(steps, k=3))
    yield (rng.choices("abcd", k=few), rng.choices("abc", k=rng.randint(1, 5)))
    yield (rng.choices("aab", k=few), ["a"] * max(1, few // 3) + ["b"])


def accepts(events, required):
    return len(required) > 0


@variant
def by_positions_of_required(events, required):
    wanted, queues = Counter(required), {}
    complete, newest, shortest = 0, deque(), None
    for here, event in enumerate(events):
        if event not in wanted:
            continue
        newest.append(here)
        mine = queues.setdefault(event, deque())
        mine.append(here)
        complete += len(mine) == wanted[event]
        if len(mine) > wanted[event]:
            mine.popleft()
        while newest and queues[events[newest[0]]][0] > newest[0]:
            newest.popleft()
        if complete == len(wanted) and (shortest is None or here + 1 - newest[0] < shortest[1] - shortest[0]):
            shortest = newest[0], here + 1
    return shortest


@variant
def by_bisection_over_the_length(events, required):
    def first_of(length):
        needed, missing = Counter(required), len(required)
        for stop, event in enumerate(events, 1):
            missing -= needed[event] > 0
            needed[event] -= 1
            if stop > length:
                needed[events[stop - length - 1]] += 1
                missing += needed[events[stop - length - 1]] > 0
            if missing == 0:
                return max(0, stop - length)
        return None

    length = bisect_left(range(len(events) + 1), True, key=lambda length: first_of(length) is not None)
    return None if length > len(events) else (first_of(length), first_of(length) + length)


@wrong("takes a name that is required twice for one")
def required_once(events, required):
    needed = Counter(set(required))
    missing, start, shortest = len(needed), 0, None
    for stop, event in enumerate(events, 1):
        missing -= needed[event] > 0
        needed[event] -= 1
        while missing == 0:
            if shortest is None or stop - start < shortest[1] - shortest[0]:
                shortest = start, stop
            needed[events[start]] += 1
            missing += needed[events[start]] > 0
            start += 1
    return shortest


@wrong("returns the latest of equally short stretches", passes_examples=True)
def latest_of_equals(events, required):
    needed = Counter(required)
    missing, start, shortest = len(required), 0, None
    for stop, event in enumerate(events, 1):
        missing -= needed[event] > 0
        needed[event] -= 1
        while missing == 0:
            if shortest is None or stop - start <= shortest[1] - shortest[0]:
                shortest = start, stop
            needed[events[start]] += 1
            missing += needed[events[start]] > 0
            start += 1
    return shortest


@wrong("takes the first complete stretch and stops")
def first_complete(events, required):
    wanted, stop = Counter(required), 0
    while stop <= len(events) and not wanted <= Counter(events[:stop]):
        stop += 1
    if stop > len(events):
        return None
    start = 0
    while wanted <= Counter(events[start + 1 : stop]):
        start += 1
    return start, stop


@wrong("counts an event as found although enough of its name were inside", passes_examples=True)
def surplus_counts(events, required):
    needed = Counter(required)
    missing, start, shortest = len(required), 0, None
    for stop, event in enumerate(events, 1):
        missing -= needed[event] > 0
        needed[event] = max(0, needed[event] - 1)
        while missing == 0:
            if shortest is None or stop - start < shortest[1] - shortest[0]:
                shortest = start, stop
            if events[start] in required:
                needed[events[start]] += 1
                missing += 1
            start += 1
    return shortest


@wrong(
    "asks every required name whether it is there, at each step: grows with n·k",
    fails="growth",
    passes_examples=True,
)
def asks_every_name(events, required):
    wanted, inside = Counter(required), Counter()
    start, shortest = 0, None
    for stop, event in enumerate(events, 1):
        inside[event] += 1
        while all(inside[name] >= count for name, count in wanted.items()):
            if shortest is None or stop - start < shortest[1] - shortest[0]:
                shortest = start, stop
            inside[events[start]] -= 1
            start += 1
    return shortest


@wrong(
    "copies the events as numbers, then counts through the window in C", fails="growth", passes_examples=True
)
def counts_through_the_window(events, required):
    numbers = {name: number for number, name in enumerate({*events, *required})}
    plain, needed = [numbers[event] for event in events], Counter(numbers[name] for name in required)
    missing, start, shortest = len(required), 0, None
    for stop, event in enumerate(plain, 1):
        missing -= plain[start:stop].count(event) <= needed[event]
        while missing == 0 and plain[start:stop].count(plain[start]) > needed[plain[start]]:
            start += 1
        if missing == 0 and (shortest is None or stop - start < shortest[1] - shortest[0]):
            shortest = start, stop
    return shortest


NOTES = """
**Complexity**: O(events + required) time, O(different names) memory.

**Pitfall**: comparing two whole counters at every step.
It is right, and n·k: the one number `missing` is what makes it n.

**Alternative**: bisect over the length, because a longer stretch can only hold more: O(n log n), a fixed window each time.

**In an engine**: `ts_rank_cd` of PostgreSQL ranks a text by its covers: the shortest stretches that satisfy the query.
"""
