"""# The newest version of a key

A log-structured store (LSM) never changes a file.
The last writes are in a dict in memory, the `memtable`; older ones in `runs`, from the newest to the oldest.
A run is a non-empty list of `(key, value)` in order of keys, each key once.
A deletion is written, too: with the value `None`, a *tombstone*.

The newest version of a key counts: the memtable's, else that of the first run that has the key.
A run is *searched* only when the key is not below its first key and not above its last; once a version is found, no older run is.

For each of `keys` return `(value, searched)`: its value, or `None` when it was deleted or never written, and how many runs were searched.

>>> solve({"k5": 1}, [[("k2", None), ("k7", 3)], [("k1", 4), ("k2", 5)]], ["k5", "k2", "k1", "k3", "k9"])
[(1, 0), (None, 1), (4, 1), (None, 1), (None, 0)]

`k2` was deleted: its version in the older run is not looked for.

Limits: up to 100,000 entries in all, as many keys asked, at most 30 runs; values are whole numbers or `None`.
A search of a run may take log n steps.
"""

from bisect import bisect_left
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-newest-version",
    pattern="binary search, newest first",
    difficulty="easy",
    minutes=20,
    points=2,
    order=1,
    classic="look a key up in an LSM tree",
    growth="n log n",
    growth_size=24,
    idea=(
        "the newest run that was not searched yet",
        "no newer place has a version of the key",
        "the first version found, a tombstone too, and the runs that were opened for it",
    ),
    hints=(
        "Which version ends the search, and is a tombstone one?",
        "Go through the places from the newest to the oldest and stop at the first that *has* the key, whatever its value is.",
        "`bisect_left(run, (key,))` is the first entry that is not below the key: a tuple with one element is below every pair that begins with it.",
        "Compare with the first and the last key of a run before you count it.",
    ),
)


def solve(
    memtable: dict[str, int | None], runs: list[list[tuple[str, int | None]]], keys: list[str]
) -> list[tuple[int | None, int]]:
    answers = []
    for key in keys:
        value, searched = memtable.get(key), 0
        if key not in memtable:
            for run in runs:
                if run[0][0] <= key <= run[-1][0]:
                    searched += 1
                    at = bisect_left(run, (key,))
                    if run[at][0] == key:
                        value = run[at][1]
                        break
        answers.append((value, searched))
    return answers


def oracle(memtable, runs, keys):
    """Look at every entry of every run that the key may be in."""
    answers = []
    for key in keys:
        places = [list(memtable.items()), *(run for run in runs if run[0][0] <= key <= run[-1][0])]
        having = [at for at, place in enumerate(places) if any(entry[0] == key for entry in place)]
        if having:
            answers.append((dict(places[having[0]])[key], having[0]))
        else:
            answers.append((None, len(places) - 1))
    return answers


def accepts(memtable, runs, keys):
    return all(run and [key for key, _ in run] == sorted({key for key, _ in run}) for run in runs)


EDGES = {
    "nothing written": ({}, [], ["a"]),
    "nothing asked": ({"a": 1}, [[("a", 2)]], []),
    "in the memtable": ({"a": 1}, [[("a", 2)]], ["a"]),
    "deleted in the memtable": ({"a": None}, [[("a", 2)]], ["a"]),
    "deleted in a run": ({}, [[("a", None)], [("a", 2)]], ["a"]),
    "written again after a deletion": ({}, [[("a", 3)], [("a", None)], [("a", 2)]], ["a"]),
    "a value of 0": ({"b": 0}, [[("a", 0)], [("a", 5), ("b", 6)]], ["a", "b"]),
    "in the oldest run": ({}, [[("b", 1)], [("c", 1)], [("a", 7), ("z", 1)]], ["a", "z", "m"]),
    "the first and the last key": ({}, [[("b", 1), ("d", 2), ("f", 3)]], ["b", "f", "a", "g", "c"]),
    "searched and not found": ({}, [[("a", 1), ("c", 1)], [("a", 2), ("c", 2)]], ["b"]),
    "searched in vain, then found": ({}, [[("a", 1), ("c", 1)], [("b", 2)]], ["b"]),
    "a run of one entry": ({}, [[("b", 1)]], ["a", "b", "c"]),
    "asked twice": ({"a": 1}, [[("b", 2)]], ["b", "a", "b"]),
    "a key that begins like another": ({}, [[("ab", 1), ("abc", 2)]], ["ab", "abc", "abcd", "a"]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = [f"k{number:06}" for number in range(2 * size)]

    def entries(count):
        low = rng.randrange(len(names) - count + 1)
        chosen = (
            rng.sample(names[low : low + 2 * count], count)
            if rng.random() < 0.5
            else rng.sample(names, count)
        )
        return [(name, rng.choice((None, 0, rng.randrange(99)))) for name in sorted(set(chosen))]

    runs = [entries(max(size // share, 1)) for share in (8, 4, 2)]
    yield (dict(entries(max(size // 8, 1))), runs, rng.choices(names, k=size))


@variant
def a_dict_for_each_run(memtable, runs, keys):
    """Hash tables made once."""
    tables = [(run[0][0], run[-1][0], dict(run)) for run in runs]
    answers = []
    for key in keys:
        if key in memtable:
            answers.append((memtable[key], 0))
            continue
        searched, value = 0, None
        for first, last, table in tables:
            if first <= key <= last:
                searched += 1
                if key in table:
                    value = table[key]
                    break
        answers.append((value, searched))
    return answers


@variant
def run_by_run(memtable, runs, keys):
    """All keys go through one run before the next is opened."""
    found = {key: (memtable[key], 0) for key in keys if key in memtable}
    searched = dict.fromkeys(keys, 0)
    for run in runs:
        for key in searched:
            if key not in found and run[0][0] <= key <= run[-1][0]:
                searched[key] += 1
                at = bisect_left(run, key, key=lambda entry: entry[0])
                if run[at][0] == key:
                    found[key] = (run[at][1], searched[key])
    return [found.get(key, (None, searched[key])) for key in keys]


@variant
def sorted_questions(memtable, runs, keys):
    """Questions in order of keys, and a position in each run that only moves on."""
    answers, positions = {}, [0] * len(runs)
    for key in sorted(set(keys)):
        if key in memtable:
            answers[key] = (memtable[key], 0)
            continue
        value, searched, settled = None, 0, False
        for number, run in enumerate(runs):
            while positions[number] < len(run) and run[positions[number]][0] < key:
                positions[number] += 1
            inside = run[0][0] <= key <= run[-1][0]
            if inside and not settled:
                searched += 1
                if run[positions[number]][0] == key:
                    value, settled = run[positions[number]][1], True
        answers[key] = (value, searched)
    return [answers[key] for key in keys]


@wrong("goes on behind a tombstone")
def behind_the_tombstone(memtable, runs, keys):
    live = [[entry for entry in run if entry[1] is not None] for run in runs]
    return solve({k: v for k, v in memtable.items() if v is not None}, [run for run in live if run], keys)


@wrong("goes on behind a tombstone of the memtable", passes_examples=True)
def memtable_without_tombstones(memtable, runs, keys):
    return solve({key: value for key, value in memtable.items() if value is not None}, runs, keys)


@wrong("takes a value of 0 for none", passes_examples=True)
def zero_is_none(memtable, runs, keys):
    return [(value or None, searched) for value, searched in solve(memtable, runs, keys)]


@wrong("takes the oldest version")
def oldest_first(memtable, runs, keys):
    return solve(memtable, runs[::-1], keys)


@wrong("searches runs whose keys are all above or below")
def searches_every_run(memtable, runs, keys):
    answers = []
    for key in keys:
        if key in memtable:
            answers.append((memtable[key], 0))
            continue
        tables = [dict(run) for run in runs]
        at = next((at for at, table in enumerate(tables) if key in table), None)
        answers.append((None, len(runs)) if at is None else (tables[at][key], at + 1))
    return answers


@wrong("leaves the first and the last key of a run out")
def open_borders(memtable, runs, keys):
    return [
        answer if key in memtable or not any(key in (run[0][0], run[-1][0]) for run in runs) else (None, 0)
        for key, answer in zip(keys, solve(memtable, runs, keys))
    ]


@wrong("returns the next greater key's value for a key that is not there")
def next_greater(memtable, runs, keys):
    answers = []
    for key in keys:
        answer = solve(memtable, runs, [key])[0]
        inside = [run for run in runs if run[0][0] <= key <= run[-1][0]]
        if answer[0] is None and inside and key not in memtable:
            answer = (inside[0][bisect_left(inside[0], (key,))][1], 1)
        answers.append(answer)
    return answers


@wrong("looks at one entry of the runs after the other", fails="growth", passes_examples=True)
def looks_at_all(memtable, runs, keys):
    return oracle(memtable, runs, keys)


@wrong("makes a dict of a run for each search", fails="growth", passes_examples=True)
def a_dict_for_each_search(memtable, runs, keys):
    answers = []
    plain = [[(key[:], value) for key, value in run] for run in runs]
    for key in keys:
        value, searched = memtable.get(key), 0
        if key not in memtable:
            for run in plain:
                if run[0][0] <= key <= run[-1][0]:
                    searched += 1
                    table = dict(run)
                    if key in table:
                        value = table[key]
                        break
        answers.append((value, searched))
    return answers


NOTES = """
**Complexity**: O(log n) a run that is searched, so a key that is not there costs most: it is looked for in every run whose range it lies in.

**Pitfall**: a tombstone is a version.
Whoever skips it finds the older value, and a deleted customer is back.

**Alternative**: a dict for each run answers in one step; for files of a size for which LSM trees are made it does not fit in memory.
So engines keep a sparse index of each run (one key a block) and a Bloom filter, which says of most keys that they are not in this run before anything is read.

**In an engine**: the number of runs searched is the *read amplification*; compaction lowers it, and pays by writing again.
RocksDB looks a key up like this: its L0 files overlap, and with leveled compaction each lower level has for a key one file only.
Cassandra and HBase keep a time with each cell, so parts of a row may lie in several files, and a read merges what it finds there.
"""
