"""# The same event, its fields in another order

Two collectors send the same events, each with its own ids, and one of them writes the fields in another order.
You get the events as dicts from field to value.
Two events have the same content when they have the same fields with the same values, in whatever order.
Return the positions of the events, grouped by content: groups in order of their first event, positions in rising order.

>>> solve([{"user": "u1", "page": "/"}, {"user": "u2", "page": "/"}, {"page": "/", "user": "u1"}])
[[0, 2], [1]]
>>> solve([{"from": "JFK", "to": "LGA"}, {"from": "LGA", "to": "JFK"}])
[[0], [1]]

Limits: up to a million events of at most 20 fields; values are any strings or `None`.
A field that is `None` is there: it differs from a field that is missing, and from the string `"None"`.
Leave the input as it is.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-same-content",
    pattern="hashing",
    difficulty="medium",
    minutes=20,
    points=3,
    order=5,
    classic="group anagrams",
    growth="n",
    idea=(
        "groups by a canonical form of the content",
        "two events are in one group exactly when their contents are equal",
        "the groups of positions",
    ),
    hints=(
        "A dict cannot be a key of a dict. Into what can you turn it that can?",
        "Two dicts that are equal must give the same key, whatever the order in which their fields were written.",
        "When you glue names and values into one string: which value could contain your glue?",
    ),
)


def solve(events: list[dict[str, str | None]]) -> list[list[int]]:
    groups = defaultdict(list)
    for position, event in enumerate(events):
        groups[frozenset(event.items())].append(position)
    return list(groups.values())


def oracle(events):
    """Compare each event with the first of every group."""
    groups = []
    for position, event in enumerate(events):
        for group in groups:
            if events[group[0]] == event:
                group.append(position)
                break
        else:
            groups.append([position])
    return groups


EDGES = {
    "no event": ([],),
    "two events without a field": ([{}, {}],),
    "a missing field and a None": ([{"a": "1"}, {"a": "1", "b": None}],),
    "None and the word None": ([{"a": None}, {"a": "None"}],),
    "values changed places": ([{"a": "1", "b": "2"}, {"a": "2", "b": "1"}],),
    "a value that looks like two fields": ([{"a": "1", "b": "2"}, {"a": "1&b=2"}, {"a": "1,b=2"}],),
    "names and values run together": ([{"ab": "c"}, {"a": "bc"}],),
    "the same values, other names": ([{"a": "1"}, {"b": "1"}],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def event(values):
        names = rng.sample(("user", "page", "status"), rng.choice((2, 3)))
        return {name: rng.choice(("1", "2", None, f"v{rng.randrange(values)}")) for name in names}

    yield ([event(1) for _ in range(size)],)
    yield ([event(size) | {"id": f"e{rng.randrange(10 * size)}"} for _ in range(size)],)


@variant
def sorted_fields(events):
    groups = {}
    for position, event in enumerate(events):
        groups.setdefault(tuple(sorted(event.items(), key=lambda item: item[0])), []).append(position)
    return list(groups.values())


@variant
def canonical_json(events):
    first, groups = {}, []
    for position, event in enumerate(events):
        text = json.dumps(event, sort_keys=True)
        if text not in first:
            first[text] = len(groups)
            groups.append([])
        groups[first[text]].append(position)
    return groups


@wrong("takes the fields in the order in which they were written")
def as_written(events):
    groups = defaultdict(list)
    for position, event in enumerate(events):
        groups[tuple(event.items())].append(position)
    return list(groups.values())


@wrong("compares the values without the names of their fields")
def values_alone(events):
    groups = defaultdict(list)
    for position, event in enumerate(events):
        groups[frozenset(event.values())].append(position)
    return list(groups.values())


@wrong("glues names and values with characters that a value may contain", passes_examples=True)
def glued(events):
    groups = defaultdict(list)
    for position, event in enumerate(events):
        groups["&".join(sorted(f"{name}={value}" for name, value in event.items()))].append(position)
    return list(groups.values())


@wrong("takes a field that is None for a missing one", passes_examples=True)
def without_nones(events):
    groups = defaultdict(list)
    for position, event in enumerate(events):
        key = frozenset((name, value) for name, value in event.items() if value is not None)
        groups[key].append(position)
    return list(groups.values())


@wrong("writes None as a string", passes_examples=True)
def none_as_word(events):
    groups = defaultdict(list)
    for position, event in enumerate(events):
        groups[frozenset((name, str(value)) for name, value in event.items())].append(position)
    return list(groups.values())


@wrong("leaves out the events that stand alone")
def only_repeated(events):
    return [group for group in oracle(events) if len(group) > 1]


@wrong("compares each event with every group", fails="growth", passes_examples=True)
def search_the_groups(events):
    contents, groups = [], []
    for position, event in enumerate(events):
        if event in contents:
            groups[contents.index(event)].append(position)
        else:
            contents.append(event)
            groups.append([position])
    return groups


@wrong("copies the table of groups for every event", fails="growth", passes_examples=True)
def copies_the_groups(events):
    groups = {}
    for position, event in enumerate(events):
        groups = dict(groups)
        groups.setdefault(frozenset(event.items()), []).append(position)
    return list(groups.values())


NOTES = """
**Complexity**: O(fields in all) time and memory; sorting the fields of each event adds a small factor.

**Pitfall**: a fingerprint made by gluing strings is only as good as its glue.
`{"a": "1&b=2"}` and `{"a": "1", "b": "2"}` become the same text, so one of two different events is dropped as a repeat.
Use a form that quotes (JSON with sorted keys) or lengths before the pieces, and then hash it.

**Alternative**: keep a short hash of the canonical form instead of the form itself.
With 64 bits, a billion different events already have a chance of some 3 % that two of them collide (n² / 2⁶⁵); with 128 bits you may forget it.

**In an engine**: `GROUP BY` over several columns hashes each column and mixes the hashes, then compares the columns themselves inside the bucket.
A surrogate key made as `md5(a || b)` has the fault of the glue: `('ab', 'c')` and `('a', 'bc')` are the same key.
"""
