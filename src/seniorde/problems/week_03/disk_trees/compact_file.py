"""# Merge a file into the level below

A level of an LSM store is a list of files in order; a file is a non-empty list of `(key, value)` in order of keys, and no key stands in two files of a level.
The value `None` is a *tombstone*: the key was deleted.

You get `upper`, one file of a level; `lower`, the files of the level below; and `deeper`, the levels below that, each a list of `(first key, last key)`, a pair a file, in order.
Return the new list of files of the lower level:

- A file of `lower` stays as it is when its range, first to last key, has no overlap with that of `upper`.
- All others are merged with `upper`. For a key in both, the entry of `upper` counts.
- A merged tombstone is dropped if its key lies in no range of `deeper`; else an older version may be there, and it stays.
- Cut what was merged into files of `size` entries, the last may be shorter; they stand where the merged files stood.

>>> solve([("c", 1), ("f", None)], [[("a", 1)], [("b", 2), ("c", 3)], [("e", 4), ("f", 5)], [("x", 6)]], [], 2)
[[('a', 1)], [('b', 2), ('c', 1)], [('e', 4)], [('x', 6)]]
>>> solve([("f", None)], [], [[("a", "c")], [("e", "g")]], 2)
[[('f', None)]]

Limits: up to 100,000 entries, 10,000 files, 6 deeper levels; `size` from 1 up.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from heapq import merge
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-compact-file",
    pattern="merge, newest wins, tombstones last",
    difficulty="medium",
    minutes=35,
    points=3,
    order=4,
    classic="merge of sorted runs; LSM compaction",
    growth="n log n",
    growth_size=100,
    idea=(
        "the next entry of the upper file and of the merged lower ones, and the output file being filled",
        "the output holds the newest version of each key read, without tombstones that hide nothing",
        "the merged entries cut into files, between the files that nothing touches",
    ),
    hints=(
        "Find the files that stay first: those that end before `upper` begins, and those that begin behind its end.",
        "The rest is one merge of two sorted lists; a dict would do as well, if you sort its keys once at the end.",
        "When may a tombstone vanish? Not because this level no longer has the key: ask the levels below.",
        "The ranges of one deeper level do not overlap, so binary search finds the one in which a key may lie.",
    ),
)


def solve(
    upper: list[tuple], lower: list[list[tuple]], deeper: list[list[tuple]], size: int
) -> list[list[tuple]]:
    def may_hide(key):
        for ranges in deeper:
            at = bisect_right(ranges, key, key=lambda pair: pair[0]) - 1
            if at >= 0 and key <= ranges[at][1]:
                return True
        return False

    before = [file for file in lower if file[-1][0] < upper[0][0]]
    behind = [file for file in lower if file[0][0] > upper[-1][0]]
    newest = {}
    for file in [*lower[len(before) : len(lower) - len(behind)], upper]:
        for key, value in file:
            newest[key] = value
    merged = [(key, newest[key]) for key in sorted(newest) if newest[key] is not None or may_hide(key)]
    files = [merged[at : at + size] for at in range(0, len(merged), size)]
    return before + files + behind


def oracle(upper, lower, deeper, size):
    """Key by key, and a look at every range for each."""
    first, last = upper[0][0], upper[-1][0]
    touched = [file for file in lower if not (file[-1][0] < first or file[0][0] > last)]
    files, out = [], []
    for key in sorted({key for file in [upper, *touched] for key, _ in file}):
        versions = [value for file in [upper, *touched] for other, value in file if other == key]
        below = any(low <= key <= high for ranges in deeper for low, high in ranges)
        if versions[0] is not None or below:
            out.append((key, versions[0]))
    while out:
        files.append(out[:size])
        out = out[size:]
    return sorted([file for file in lower if file not in touched] + files)


def accepts(upper, lower, deeper, size):
    keys = [key for file in lower for key, _ in file]
    top = [key for key, _ in upper]
    levels = [[key for pair in ranges for key in pair] for ranges in deeper]
    return (
        bool(upper)
        and all(lower)
        and size > 0
        and top == sorted(set(top))
        and keys == sorted(set(keys))
        and all(level == sorted(level) for level in levels)
        and all(a[1] < b[0] for ranges in deeper for a, b in zip(ranges, ranges[1:]))
    )


EDGES = {
    "the level below is empty": ([("a", 1), ("b", 2)], [], [], 5),
    "nothing overlaps": ([("d", 1)], [[("a", 1), ("b", 2)], [("x", 3)]], [], 2),
    "nothing overlaps, before all": ([("a", 1)], [[("b", 1)], [("x", 3)]], [], 2),
    "nothing overlaps, behind all": ([("z", 1)], [[("b", 1)], [("x", 3)]], [], 2),
    "in the gap of a file's range": ([("d", 1)], [[("a", 1), ("x", 2)]], [], 5),
    "between two keys of upper": ([("a", 1), ("z", 2)], [[("m", 5)]], [], 5),
    "overwritten": ([("a", 9)], [[("a", 1), ("b", 2)]], [], 5),
    "overwritten with 0": ([("a", 0)], [[("a", 1)]], [], 5),
    "deleted": ([("a", None)], [[("a", 1), ("b", 2)]], [], 5),
    "deleted, and nothing is left": ([("a", None)], [[("a", 1)]], [], 5),
    "deleted, a deeper level may have it": ([("a", None)], [[("a", 1)]], [[("a", "c")]], 5),
    "deleted, the last of a deeper range": ([("c", None)], [[("b", 1)]], [[("a", "c"), ("x", "y")]], 5),
    "deleted, between two deeper ranges": ([("m", None)], [], [[("a", "c"), ("x", "y")]], 5),
    "deleted, in the second of three levels": ([("m", None)], [], [[("a", "c")], [("l", "n")], []], 5),
    "a tombstone of the level below": ([("a", 1), ("c", 2)], [[("b", None)]], [], 5),
    "a tombstone of the level below must stay": ([("a", 1), ("c", 2)], [[("b", None)]], [[("b", "b")]], 5),
    "a tombstone in a file that stays": ([("x", 1)], [[("b", None)]], [], 5),
    "written again after a deletion": ([("b", 7)], [[("b", None)]], [[("a", "z")]], 5),
    "cut with a rest": ([(key, 1) for key in "abcde"], [], [], 2),
    "cut without a rest": ([(key, 1) for key in "abcd"], [], [], 2),
    "cut after tombstones are gone": ([("a", None), ("b", 1), ("c", None), ("d", 2)], [], [], 2),
    "files that stay are not cut": ([("x", 1)], [[("a", 1), ("b", 1), ("c", 1)]], [], 1),
    "touched at both ends": ([("b", 1), ("d", 2)], [[("a", 0), ("b", 0)], [("d", 0), ("e", 0)]], [], 9),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for spread in (1, 3)[: 1 if size > 40 else 2]:
        names = [f"k{number:06}" for number in range(4 * size)]
        keys = sorted(rng.sample(names, 2 * size))
        lower, at = [], 0
        while at < len(keys):
            width = rng.randrange(1, 8)
            lower.append([(key, rng.choice((None, 0, 1, 2))) for key in keys[at : at + width]])
            at += width
        low = rng.randrange(len(names) - len(names) // spread + 1)
        chosen = sorted(rng.sample(names[low : low + len(names) // spread], max(size // spread, 1)))
        upper = [(key, rng.choice((None, None, 0, 8))) for key in chosen]
        deeper = []
        for _ in range(2):
            borders = sorted(rng.sample(names, 2 * (size // 2)))
            deeper.append(list(zip(borders[::2], borders[1::2], strict=True)))
        yield (upper, lower, deeper, rng.randrange(1, 9))


@variant
def two_positions(upper, lower, deeper, size):
    """A merge with two positions, and one in each deeper level."""
    before = [file for file in lower if file[-1][0] < upper[0][0]]
    behind = [file for file in lower if upper[-1][0] < file[0][0]]
    old = [entry for file in lower[len(before) : len(lower) - len(behind)] for entry in file]
    places, files, at, new = [0] * len(deeper), [], 0, 0
    while at < len(old) or new < len(upper):
        if new == len(upper) or at < len(old) and old[at][0] < upper[new][0]:
            entry = old[at]
            at += 1
        else:
            entry = upper[new]
            at += at < len(old) and old[at][0] == entry[0]
            new += 1
        hides = False
        for level, ranges in enumerate(deeper):
            while places[level] < len(ranges) and ranges[places[level]][1] < entry[0]:
                places[level] += 1
            hides |= places[level] < len(ranges) and ranges[places[level]][0] <= entry[0]
        if entry[1] is not None or hides:
            if not files or len(files[-1]) == size:
                files.append([])
            files[-1].append(entry)
    return [*before, *files, *behind]


@variant
def a_stream_of_entries(upper, lower, deeper, size):
    """heapq.merge, the upper file first among equals."""
    first, last = upper[0][0], upper[-1][0]
    begin = bisect_left(lower, first, key=lambda file: file[-1][0])
    end = bisect_right(lower, last, key=lambda file: file[0][0])
    stream = merge(
        ((key, 0, value) for key, value in upper),
        ((key, 1, value) for file in lower[begin:end] for key, value in file),
        key=lambda entry: entry[:2],
    )
    kept, latest = [], None
    for key, _, value in stream:
        if key == latest:
            continue
        latest = key
        ends = (bisect_left(ranges, key, key=lambda pair: pair[1]) for ranges in deeper)
        if value is not None or any(
            at < len(ranges) and ranges[at][0] <= key for ranges, at in zip(deeper, ends)
        ):
            kept.append((key, value))
    return lower[:begin] + [kept[at : at + size] for at in range(0, len(kept), size)] + lower[end:]


@wrong("lets the lower file win")
def oldest_wins(upper, lower, deeper, size):
    below = {key for file in lower for key, _ in file}
    kept = [entry for entry in upper if entry[0] not in below] or upper[:1]
    return solve(kept, lower, deeper, size)


@wrong("drops every tombstone")
def drops_all(upper, lower, deeper, size):
    return solve(upper, lower, [], size)


@wrong("keeps every tombstone")
def keeps_all(upper, lower, deeper, size):
    return solve(upper, lower, [[("", "\U0010ffff")]], size)


@wrong("drops a tombstone when this level had the key", passes_examples=True)
def dropped_with_its_version(upper, lower, deeper, size):
    below = {key for file in lower for key, _ in file}
    dropped = {key for key, value in upper if value is None and key in below}
    files = solve(upper, lower, deeper, 10**9)
    first, last = upper[0][0], upper[-1][0]
    before = [file for file in lower if file[-1][0] < first]
    behind = [file for file in lower if file[0][0] > last]
    merged = [
        e for file in files[len(before) : len(files) - len(behind)] for e in file if e[0] not in dropped
    ]
    return before + [merged[at : at + size] for at in range(0, len(merged), size)] + behind


@wrong("asks the next deeper level only")
def one_deeper_level(upper, lower, deeper, size):
    return solve(upper, lower, deeper[:1], size)


@wrong("leaves the last key of a deeper range out", passes_examples=True)
def open_ranges(upper, lower, deeper, size):
    shorter = [[(low, high[:-1] + chr(ord(high[-1]) - 1)) for low, high in ranges] for ranges in deeper]
    return solve(upper, lower, shorter, size)


@wrong("drops the tombstones of files that it need not touch", passes_examples=True)
def rewrites_tombstones(upper, lower, deeper, size):
    files = solve(upper, lower, deeper, size)
    cleaned = [[e for e in file if e[1] is not None or any(deeper)] for file in files]
    return [file for file in cleaned if file]


@wrong("merges the whole level")
def merges_everything(upper, lower, deeper, size):
    every = {key: value for file in [*lower, upper] for key, value in file}
    return solve(sorted(every.items()), [], deeper, size)


@wrong("touches only files that have a key of `upper`", passes_examples=True)
def only_equal_keys(upper, lower, deeper, size):
    keys = {key for key, _ in upper}
    touched = [file for file in lower if any(key in keys for key, _ in file)]
    merged = solve(upper, touched, deeper, size)
    return sorted([file for file in lower if file not in touched] + merged)


@wrong("takes a value of 0 for a tombstone", passes_examples=True)
def zero_is_deleted(upper, lower, deeper, size):
    return solve([(key, value or None) for key, value in upper], lower, deeper, size)


@wrong("cuts before it drops the tombstones", passes_examples=True)
def cuts_too_early(upper, lower, deeper, size):
    kept = solve(upper, lower, [[("", "\U0010ffff")]], size)
    right = {entry for file in solve(upper, lower, deeper, size) for entry in file}
    return [some for file in kept if (some := [entry for entry in file if entry in right])]


def _merged(upper, lower, size, may_hide):
    touched = [file for file in lower if file[-1][0] >= upper[0][0] and file[0][0] <= upper[-1][0]]
    newest = {key: value for file in [*touched, upper] for key, value in file}
    merged = [(key, newest[key]) for key in sorted(newest) if newest[key] is not None or may_hide(key)]
    before = [file for file in lower if file[-1][0] < upper[0][0]]
    files = [merged[at : at + size] for at in range(0, len(merged), size)]
    return before + files + lower[len(before) + len(touched) :]


@wrong("looks at every deeper range for each tombstone", fails="growth", passes_examples=True)
def looks_at_all_ranges(upper, lower, deeper, size):
    def may_hide(key):
        return any(low <= key <= high for ranges in deeper for low, high in ranges)

    return _merged(upper, lower, size, may_hide)


@wrong("sorts the deeper ranges for each tombstone", fails="growth", passes_examples=True)
def sorts_for_each(upper, lower, deeper, size):
    plain = [[(high[:], low[:]) for low, high in ranges] for ranges in deeper]

    def may_hide(key):
        for ranges in plain:
            in_order = sorted(ranges, reverse=True)[::-1]
            at = bisect_left(in_order, (key[:],))
            if at < len(in_order) and in_order[at][1] <= key:
                return True
        return False

    return _merged(upper, lower, size, may_hide)


NOTES = """
**Complexity**: O(n log n) with a dict and one sort, O(n) with two positions; the files that nothing overlaps are not read at all.

**Pitfall**: to drop a tombstone because its key has just been removed from this level.
If a deeper level still has a version, that version is the newest one then: the deleted row is back after a compaction, days later.
A tombstone is done only when nothing below can hold the key.

**Alternative**: entries of all files into one stream (`heapq.merge`, the newer file first among equals) is what engines do: it needs a block of each file in memory, no more.

**In an engine**: this is RocksDB's leveled compaction (`IsBottommostLevel` and `KeyNotExistsBeyondOutputLevel` decide on tombstones).
It also keeps whatever an open snapshot may still read.
Cassandra cannot know what other replicas have missed, so it keeps tombstones for `gc_grace_seconds`, ten days by default, before a compaction may drop them.
Delta's deletion vectors end in the same way: they hide rows until a rewrite of the file makes them needless.
"""
