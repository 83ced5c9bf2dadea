"""# Where catalog and bucket differ

A listing of a bucket and an export of the catalog hold pairs `(key, etag)`.
Both are sorted by the key, and no key stands twice in one of them.
Return what must be done to the catalog, as pairs `(action, key)` in ascending order of the key:
`"add"` for a key that only the listing has, `"drop"` for one that only the catalog has,
`"change"` where both have the key with different etags.

>>> solve([("a", "1"), ("c", "2"), ("d", "5")], [("b", "9"), ("c", "2"), ("d", "4")])
[('add', 'a'), ('drop', 'b'), ('change', 'd')]
>>> solve([("a", "1")], [])
[('add', 'a')]
>>> solve([], [])
[]

Order is Python's order of strings, in which `"Z"` comes before `"a"`; S3 lists its keys in the same order.

Limits: 0 to a million pairs on each side; an etag may be `None`, which equals only `None`; leave the
input as it is.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-catalog-drift",
    pattern="walk of two sorted lists",
    difficulty="easy",
    minutes=15,
    points=2,
    order=2,
    classic="compare two sorted lists; intersection of two sorted arrays",
    growth="n",
    growth_size=32,
    idea=(
        "one position in each list",
        "every key below both positions is settled",
        "the actions in order of the key, the rest of the longer list last",
    ),
    hints=(
        "Look at the first key of each list. If they differ, which of the two can have no partner any more?",
        "Three cases: the listing's key is smaller, the catalog's is smaller, they are equal. Who moves on?",
        "When one list has ended, every key that is left in the other one has no partner.",
    ),
)


def solve(listing: list[tuple], catalog: list[tuple]) -> list[tuple[str, str]]:
    actions = []
    i = j = 0
    while i < len(listing) and j < len(catalog):
        (key, etag), (known, old) = listing[i], catalog[j]
        if key < known:
            actions.append(("add", key))
        elif known < key:
            actions.append(("drop", known))
        elif etag != old:
            actions.append(("change", key))
        i += key <= known
        j += known <= key
    actions += [("add", key) for key, _ in listing[i:]]
    actions += [("drop", key) for key, _ in catalog[j:]]
    return actions


def oracle(listing, catalog):
    """Every key of either side, looked up on both."""
    actions = []
    for key in sorted({key for key, _ in listing + catalog}):
        here = [etag for other, etag in listing if other == key]
        there = [etag for other, etag in catalog if other == key]
        if here != there:
            actions.append(("add" if not there else "drop" if not here else "change", key))
    return actions


def accepts(listing, catalog):
    sides = [[key for key, _ in side] for side in (listing, catalog)]
    return all(keys == sorted(set(keys)) for keys in sides)


EDGES = {
    "no difference": ([("a", "1"), ("b", "2")], [("a", "1"), ("b", "2")]),
    "an empty catalog": ([("a", "1"), ("b", "2")], []),
    "an empty bucket": ([], [("a", "1"), ("b", "2")]),
    "all of one before all of the other": ([("x", "1"), ("y", "1")], [("a", "1"), ("b", "1")]),
    "taking turns": ([("a", "1"), ("c", "1"), ("e", "1")], [("b", "1"), ("d", "1"), ("f", "1")]),
    "the same etag under another key": ([("a", "7")], [("b", "7")]),
    "upper and lower case": ([("Z", "1"), ("a", "1")], [("Z", "1"), ("_", "1"), ("b", "1")]),
    "one key is the beginning of the other": (
        [("day=1", "1"), ("day=10", "1")],
        [("day=1", "1"), ("day=2", "1")],
    ),
    "an etag that is None": ([("a", None), ("b", None)], [("a", None), ("b", "2")]),
    "an etag lost": ([("a", "1")], [("a", None)]),
    "an empty key": ([("", "1"), ("b", "2")], [("", "2")]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def side(names, chance):
        chosen = [name for name in names if rng.random() < chance]
        return [(name, rng.choice(["1", "2", None])) for name in chosen]

    names = sorted({"".join(rng.choices("abAB_/", k=rng.randint(2, 12))) for _ in range(size)})
    yield (side(names, 0.8), side(names, 0.8))
    yield (side(names, 0.5), side(names, 0.2))
    yield ([(f"x{i:07}", "1") for i in range(size)], [(f"y{i:07}", "1") for i in range(size)])


@variant
def by_dicts(listing, catalog):
    here, there = dict(listing), dict(catalog)
    actions = [("add", key) for key in here if key not in there]
    actions += [("drop", key) for key in there if key not in here]
    actions += [("change", key) for key in here if key in there and here[key] != there[key]]
    return sorted(actions, key=lambda action: action[1])


@variant
def by_iterators(listing, catalog):
    ours, theirs, actions = iter(listing), iter(catalog), []
    row, old = next(ours, None), next(theirs, None)
    while row or old:
        if old is None or (row is not None and row[0] < old[0]):
            actions.append(("add", row[0]))
            row = next(ours, None)
        elif row is None or old[0] < row[0]:
            actions.append(("drop", old[0]))
            old = next(theirs, None)
        else:
            if row != old:
                actions.append(("change", row[0]))
            row, old = next(ours, None), next(theirs, None)
    return actions


@variant
def by_one_sorted_list(listing, catalog):
    tagged = sorted(
        [(key, 0, etag) for key, etag in listing] + [(key, 1, etag) for key, etag in catalog],
        key=lambda t: t[:2],
    )
    actions, i = [], 0
    while i < len(tagged):
        key, side, etag = tagged[i]
        if i + 1 < len(tagged) and tagged[i + 1][0] == key:
            if tagged[i + 1][2] != etag:
                actions.append(("change", key))
            i += 2
        else:
            actions.append((("add", "drop")[side], key))
            i += 1
    return actions


@wrong("forgets what is left of the longer list")
def tails_lost(listing, catalog):
    actions, i, j = [], 0, 0
    while i < len(listing) and j < len(catalog):
        key, known = listing[i][0], catalog[j][0]
        if key < known:
            actions.append(("add", key))
        elif known < key:
            actions.append(("drop", known))
        elif listing[i] != catalog[j]:
            actions.append(("change", key))
        i += key <= known
        j += known <= key
    return actions


@wrong("drops and adds a key whose etag changed")
def drop_and_add(listing, catalog):
    new, old = set(listing) - set(catalog), set(catalog) - set(listing)
    return sorted([("drop", key) for key, _ in old] + [("add", key) for key, _ in new], key=lambda a: a[1])


@wrong("lists the actions kind by kind, not in order of the key")
def kind_by_kind(listing, catalog):
    here, there = dict(listing), dict(catalog)
    actions = [("add", key) for key in here if key not in there]
    actions += [("change", key) for key in here if key in there and here[key] != there[key]]
    return actions + [("drop", key) for key in there if key not in here]


@wrong("takes an etag of None for a missing key", passes_examples=True)
def none_is_missing(listing, catalog):
    here, there, actions = dict(listing), dict(catalog), []
    for key in sorted(here.keys() | there.keys()):
        etag, old = here.get(key), there.get(key)
        if old is None and etag is not None:
            actions.append(("add", key))
        elif etag is None and old is not None:
            actions.append(("drop", key))
        elif etag != old:
            actions.append(("change", key))
    return actions


@wrong("compares without regard to case, but the lists are sorted with it", passes_examples=True)
def without_case(listing, catalog):
    actions, i, j = [], 0, 0
    while i < len(listing) and j < len(catalog):
        key, known = listing[i][0], catalog[j][0]
        if key == known:
            actions += [("change", key)] if listing[i] != catalog[j] else []
            i, j = i + 1, j + 1
        elif key.lower() <= known.lower():
            actions.append(("add", key))
            i += 1
        else:
            actions.append(("drop", known))
            j += 1
    return actions + [("add", key) for key, _ in listing[i:]] + [("drop", key) for key, _ in catalog[j:]]


@wrong("moves on in both lists at every step", passes_examples=True)
def in_lockstep(listing, catalog):
    actions = []
    for (key, etag), (known, old) in zip(listing, catalog):
        if key == known:
            actions += [("change", key)] if etag != old else []
        else:
            actions += sorted([("add", key), ("drop", known)], key=lambda action: action[1])
    shorter = min(len(listing), len(catalog))
    actions += [("add", key) for key, _ in listing[shorter:]]
    return actions + [("drop", key) for key, _ in catalog[shorter:]]


@wrong("looks for every key through the whole other list", fails="growth", passes_examples=True)
def looked_up_by_scan(listing, catalog):
    return oracle(listing, catalog)


@wrong("copies what is left of a list at every step", fails="growth", passes_examples=True)
def rest_copied(listing, catalog):
    actions = []
    while listing and catalog:
        (key, etag), (known, old) = listing[0], catalog[0]
        if key < known:
            actions.append(("add", key))
        elif known < key:
            actions.append(("drop", known))
        elif etag != old:
            actions.append(("change", key))
        listing, catalog = listing[key <= known :], catalog[known <= key :]
    return actions + [("add", key) for key, _ in listing] + [("drop", key) for key, _ in catalog]


NOTES = """
**Complexity**: O(n + m) time; beside the result two positions.
With two iterators nothing but the current page of each side is ever in memory.

**Pitfall**: the two sides must be sorted by the *same* rule.
A database with a language's collation puts `a` before `Z`, S3 puts `Z` before `a`; the walk then reports keys as added and dropped that both sides have. Ask the database for `ORDER BY key COLLATE "C"`.

**Alternative**: two dictionaries and a sort: as right, and needs all of both sides in memory.

**In an engine**: `aws s3 sync` walks two sorted listings like this; `rclone` does it directory by directory.
"""
