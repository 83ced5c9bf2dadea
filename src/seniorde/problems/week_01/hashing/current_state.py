"""# The table behind a change log

Changes of a table reach you in any order, some of them twice.
A change is `(key, version, value)`; the value `None` says that the row was deleted in this version.
For each key the change with the highest version holds; of two changes with the same version, the one that arrives later.
Return the table as a dict from key to value, without the deleted rows.

>>> solve([("a", 1, "new"), ("b", 1, "new"), ("a", 2, "paid"), ("b", 2, None)])
{'a': 'paid'}
>>> solve([("a", 7, "sent"), ("a", 5, "paid")])
{'a': 'sent'}

Limits: up to a million changes, versions are integers from 0, values are strings or `None`; leave the input as it is.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-current-state",
    pattern="hashing",
    difficulty="medium",
    minutes=20,
    points=3,
    order=2,
    classic="the latest record of each id",
    growth="n",
    idea=(
        "for each key its newest change, deletions too",
        "no change read so far is newer than the one kept for its key",
        "the kept changes that are not deletions",
    ),
    hints=(
        "What do you have to keep of a key so that you can say whether the next change is newer?",
        "A deletion of version 5 has arrived, now comes the value of version 4. Who remembers the deletion?",
        "Drop the deleted keys once, at the very end.",
    ),
)


def solve(changes: list[tuple[str, int, str | None]]) -> dict[str, str]:
    newest = {}
    for key, version, value in changes:
        if key not in newest or version >= newest[key][0]:
            newest[key] = version, value
    return {key: value for key, (_, value) in newest.items() if value is not None}


def oracle(changes):
    """Key by key: sort its changes by version and take the last."""
    table = {}
    for key in {key for key, _, _ in changes}:
        mine = [change for change in changes if change[0] == key]
        value = sorted(mine, key=lambda change: change[1])[-1][2]
        if value is not None:
            table[key] = value
    return table


EDGES = {
    "no change": ([],),
    "only version 0": ([("a", 0, "x")],),
    "an old value after the deletion": ([("a", 5, None), ("a", 4, "x")],),
    "a new value after the deletion": ([("a", 5, None), ("a", 6, "x")],),
    "the same version twice": ([("a", 3, "x"), ("a", 3, "y")],),
    "deleted in the same version, later": ([("a", 3, "x"), ("a", 3, None)],),
    "a value that is empty": ([("a", 1, "x"), ("a", 2, "")],),
    "a deletion of what never was": ([("a", 1, None)],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def changes(keys, versions):
        values = ("x", "y", "z", "", None)
        return [(f"k{rng.randrange(keys)}", rng.randrange(versions), rng.choice(values)) for _ in range(size)]

    yield (changes(max(1, size // 3), 5),)
    yield (changes(2 * size, 3),)


@variant
def apply_in_order_of_version(changes):
    table = {}
    for key, _, value in sorted(changes, key=lambda change: change[1]):
        if value is None:
            table.pop(key, None)
        else:
            table[key] = value
    return table


@variant
def from_the_end(changes):
    versions, table = {}, {}
    for key, version, value in reversed(changes):
        if version > versions.get(key, -1):
            versions[key], table[key] = version, value
    return {key: value for key, value in table.items() if value is not None}


@wrong(
    "forgets a deletion at once, so an older value that arrives later brings the row back",
    passes_examples=True,
)
def forgets_deletions(changes):
    newest = {}
    for key, version, value in changes:
        if key in newest and version < newest[key][0]:
            continue
        if value is None:
            newest.pop(key, None)
        else:
            newest[key] = version, value
    return {key: value for key, (_, value) in newest.items()}


@wrong("takes the change that arrives last for the newest")
def last_arrival(changes):
    table = {key: value for key, _, value in changes}
    return {key: value for key, value in table.items() if value is not None}


@wrong("keeps the first of two changes with the same version", passes_examples=True)
def first_of_a_version(changes):
    newest = {}
    for key, version, value in changes:
        if version > newest.get(key, (-1, None))[0]:
            newest[key] = version, value
    return {key: value for key, (_, value) in newest.items() if value is not None}


@wrong("takes an empty value for a deletion", passes_examples=True)
def empty_is_deleted(changes):
    newest = {}
    for key, version, value in changes:
        if key not in newest or version >= newest[key][0]:
            newest[key] = version, value
    return {key: value for key, (_, value) in newest.items() if value}


@wrong("searches the whole log for each key", fails="growth", passes_examples=True)
def log_for_each_key(changes):
    table = {}
    for key in dict.fromkeys(key for key, _, _ in changes):
        last = (-1, None)
        for other, version, value in changes:
            if other == key and version >= last[0]:
                last = version, value
        if last[1] is not None:
            table[key] = last[1]
    return table


@wrong("copies the table for every change", fails="growth", passes_examples=True)
def copies_the_table(changes):
    newest = {}
    for key, version, value in changes:
        newest = dict(newest)
        if key not in newest or version >= newest[key][0]:
            newest[key] = version, value
    return {key: value for key, (_, value) in newest.items() if value is not None}


NOTES = """
**Complexity**: O(n) time, O(keys ever seen) memory: deleted keys cost memory as well.

**Pitfall**: a deletion is a fact with a version, not the absence of a row.
Drop it early, and a late copy of an older change brings the row back.

**Alternative**: sort by version, then apply the changes one after the other: O(n log n), simple, and right.
In SQL: `row_number() OVER (PARTITION BY key ORDER BY version DESC, arrival DESC) = 1`, and the filter on deletions *after* it.

**In an engine**: a compacted Kafka topic keeps the last record of each key, and a deletion stays in it as a *tombstone* for `delete.retention.ms` (one day by default).
A consumer that needs longer than that to read the topic from its start may miss the deletion.
"""
