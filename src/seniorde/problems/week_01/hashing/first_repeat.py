"""# The first repeated event

A collector may deliver an event twice.
You get the ids of events in order of arrival.
Return the first id that arrives a second time, or `None` when every id is new.

>>> solve(["a", "b", "c", "b", "a"])
'b'
>>> solve(["a", "b", "c"]) is None
True

Limits: up to a million ids, any hashable value; leave the input as it is.
"""

from collections.abc import Hashable, Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-first-repeat",
    pattern="hashing",
    difficulty="easy",
    minutes=10,
    points=2,
    classic="contains duplicate",
    growth="n",
    idea=("the ids seen so far", "every id before this one is in the set", "the first id found in the set"),
    hints=(
        "What do you have to remember about the ids seen so far?",
        "Which container answers `is it in there?` without looking at every element?",
    ),
)


def solve(ids: list[Hashable]) -> Hashable | None:
    seen = set()
    for event_id in ids:
        if event_id in seen:
            return event_id
        seen.add(event_id)
    return None


def oracle(ids):
    """Every second arrival, the earliest wins: quadratic and plainly right."""
    second = [j for j in range(len(ids)) if ids[j] in ids[:j]]
    return ids[second[0]] if second else None


EDGES = {
    "no event": ([],),
    "one event": (["a"],),
    "the second repeat began first": ([1, 2, 2, 1],),
    "an id that is 0": ([0, 1, 0],),
    "an id that is empty": (["", "x", ""],),
    "the same id three times": ([7, 7, 7],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(2 * size) for _ in range(size)],)
    yield (rng.sample(range(size), size),)


@variant
def by_last_position(ids):
    position = {}
    for here, event_id in enumerate(ids):
        if position.setdefault(event_id, here) != here:
            return event_id


@variant
def by_generator(ids):
    seen = set()
    return next((i for i in ids if i in seen or seen.add(i)), None)


@wrong("answers with the repeated id that came first, not the one that repeats first")
def earliest_original(ids):
    return next((i for i in ids if ids.count(i) > 1), None)


@wrong("takes an id that is 0 or empty for no id", passes_examples=True)
def falsy(ids):
    seen = set()
    for event_id in ids:
        if event_id and event_id in seen:
            return event_id
        seen.add(event_id)


@wrong("looks through a list for every id: grows with n²", fails="growth", passes_examples=True)
def list_lookup(ids):
    seen = []
    for event_id in ids:
        if event_id in seen:
            return event_id
        seen.append(event_id)


@wrong("copies the ids, then moves all that are left at every pop(0)", fails="growth", passes_examples=True)
def popped_from_the_front(ids):
    waiting, seen = list(ids), set()
    while waiting:
        event_id = waiting.pop(0)
        if event_id in seen:
            return event_id
        seen.add(event_id)


@wrong("empties the caller's list", fails="mutation", passes_examples=False)
def eats_its_input(ids):
    seen = set()
    while ids:
        event_id = ids.pop()
        if event_id in seen:
            return event_id
        seen.add(event_id)


NOTES = """
**Complexity**: O(n) time, O(distinct ids) memory.

**Pitfall**: the set grows for ever on a stream.
Production keeps a window of time, or a Bloom filter that may call a new id a repeat.

**Alternative**: sort and compare neighbours.
It takes O(n log n) time and loses the order of arrival, so each id must carry its position.

**In an engine**: `dropDuplicatesWithinWatermark` in Spark keeps this set in the state store, and the watermark cuts it.
"""
