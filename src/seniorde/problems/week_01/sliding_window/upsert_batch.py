"""# The largest upsert

PostgreSQL refuses an `INSERT … ON CONFLICT DO UPDATE` whose rows hold the same key twice.
You get the keys of waiting changes in the order in which they must be applied.
Return the longest stretch of neighbouring changes that can go into one upsert, as `(start, stop)`:
`keys[start:stop]` holds no key twice, and `stop` is not part of it.
Of equally long stretches return the earliest; without any change return `(0, 0)`.

>>> solve(["a", "b", "a", "c", "d"])
(1, 5)
>>> solve(["a", "b", "b", "c"])
(0, 2)
>>> solve([])
(0, 0)

Limits: up to a million keys, any hashable value; leave the input as it is.
"""

from collections import Counter
from collections.abc import Hashable, Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-sliding-window-upsert-batch",
    pattern="variable window, longest",
    difficulty="medium",
    minutes=20,
    points=3,
    order=4,
    classic="longest substring without repeating characters",
    growth="n",
    idea=(
        "the latest position of every key",
        "from `start` to here no key stands twice",
        "the earliest longest stretch",
    ),
    hints=(
        "Grow the stretch to the right. Which single key can break it?",
        "If that key was seen before, where must the stretch begin so that only the newer one is inside?",
        "An earlier position may lie before the stretch already: the start never moves back.",
    ),
)


def solve(keys: list[Hashable]) -> tuple[int, int]:
    last = {}
    best, start = (0, 0), 0
    for here, key in enumerate(keys):
        start = max(start, last.get(key, -1) + 1)
        last[key] = here
        if here + 1 - start > best[1] - best[0]:
            best = start, here + 1
    return best


def oracle(keys):
    """Every stretch, the longest first: the first one without a repeated key."""
    for length in range(len(keys), 0, -1):
        for start in range(len(keys) - length + 1):
            if len(set(keys[start : start + length])) == length:
                return start, start + length
    return 0, 0


EDGES = {
    "one change": (["a"],),
    "all keys are new": ([3, 1, 2],),
    "one key only": (["a", "a", "a"],),
    "the older position lies before the stretch": (["a", "b", "b", "c", "a", "d"],),
    "two stretches of the same length": ([1, 2, 1, 2, 3, 2, 1],),
    "the longest comes last": ([1, 1, 2, 3],),
    "the longest comes first": ([1, 2, 3, 3, 3],),
    "a key that is 0": ([0, 1, 0, 2],),
    "a key that is empty": (["", "x", "", "y"],),
    "the first key returns": ([5, 6, 7, 5],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    few = min(size, 40)
    yield ([i % max(1, size // 2) for i in range(size)],)
    yield (rng.sample(range(few), few),)
    yield ([rng.randrange(max(2, few // 4)) for _ in range(few)],)
    yield ([rng.choice("abcde") for _ in range(few)],)


@variant
def by_set(keys):
    inside, start, best = set(), 0, (0, 0)
    for stop, key in enumerate(keys, 1):
        while key in inside:
            inside.remove(keys[start])
            start += 1
        inside.add(key)
        if stop - start > best[1] - best[0]:
            best = start, stop
    return best


@variant
def window_that_never_shrinks(keys):
    inside, start, best = Counter(), 0, (0, 0)
    repeated = 0
    for stop, key in enumerate(keys, 1):
        inside[key] += 1
        repeated += inside[key] == 2
        if repeated:
            repeated -= inside[keys[start]] == 2
            inside[keys[start]] -= 1
            start += 1
        if not repeated and stop - start > best[1] - best[0]:
            best = start, stop
    return best


@wrong("lets the start jump back to a key that had left the stretch", passes_examples=True)
def jumps_back(keys):
    last, best, start = {}, (0, 0), 0
    for here, key in enumerate(keys):
        start = last.get(key, start - 1) + 1
        last[key] = here
        if here + 1 - start > best[1] - best[0]:
            best = start, here + 1
    return best


@wrong("begins afresh at the repeated key and forgets what lies between")
def begins_afresh(keys):
    inside, start, best = set(), 0, (0, 0)
    for here, key in enumerate(keys):
        if key in inside:
            inside, start = set(), here
        inside.add(key)
        if here + 1 - start > best[1] - best[0]:
            best = start, here + 1
    return best


@wrong("returns the latest of equally long stretches")
def latest_of_equals(keys):
    last, best, start = {}, (0, 0), 0
    for here, key in enumerate(keys):
        start = max(start, last.get(key, -1) + 1)
        last[key] = here
        if here + 1 - start >= best[1] - best[0]:
            best = start, here + 1
    return best


@wrong("measures a stretch only when a repeated key ends it")
def last_stretch_lost(keys):
    last, best, start = {}, (0, 0), 0
    for here, key in enumerate(keys):
        if last.get(key, -1) >= start:
            if here - start > best[1] - best[0]:
                best = start, here
            start = last[key] + 1
        last[key] = here
    return best


@wrong("collects the stretch from every start anew: grows with n²", fails="growth", passes_examples=True)
def from_every_start(keys):
    best = 0, 0
    for start in range(len(keys)):
        inside, stop = set(), start
        while stop < len(keys) and keys[stop] not in inside:
            inside.add(keys[stop])
            stop += 1
        if stop - start > best[1] - best[0]:
            best = start, stop
    return best


@wrong("copies the keys, then looks through the window with `in`", fails="growth", passes_examples=True)
def looks_through_the_window(keys):
    numbers = {}
    plain = [numbers.setdefault(key, len(numbers)) for key in keys]
    window, best = [], (0, 0)
    for stop, key in enumerate(plain, 1):
        while key in window:
            window.pop(0)
        window.append(key)
        if len(window) > best[1] - best[0]:
            best = stop - len(window), stop
    return best


NOTES = """
**Complexity**: O(n) time, O(distinct keys) memory.

**Pitfall**: the position you remember may lie before the start.
Without `max` the start moves back, and the stretch holds a key twice.

**Alternative**: a set of the keys inside, emptied from the left until the newcomer fits.
It moves step by step where the positions jump; both ends still move n times at most.

**In an engine**: PostgreSQL 18 says `ON CONFLICT DO UPDATE command cannot affect row a second time`.
A loader either cuts its batches like this or keeps only the last change of each key, which loses the history.
"""
