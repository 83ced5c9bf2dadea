"""# Hot, warm, cold in one pass

A cache holds a list of files `(name, days)`, where `days` have passed since the last access.
A file is hot up to `hot` days, warm above that up to `warm` days, and cold above that.
Rearrange the list `files` itself, so that all hot files come first, then the warm ones, then the cold ones.
Within a tier any order is right.
Return `(first, second)`: the position at which the warm files begin, and the one at which the cold files begin.

>>> solve(files := [("a", 90), ("b", 7), ("c", 0)], 1, 30)
(1, 2)
>>> files
[('c', 0), ('b', 7), ('a', 90)]
>>> solve([("a", 5)], 1, 3)
(0, 0)
>>> solve([], 1, 3)
(0, 0)

Limits: up to a million files; `days` is at least 0, and `hot` is at most `warm`; where they are equal, no
file is warm.
A name may occur several times; no file may be lost.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-temperature-tiers",
    pattern="three-way partition",
    difficulty="medium",
    minutes=20,
    points=3,
    order=6,
    classic="sort colors; the Dutch national flag",
    growth="n",
    growth_size=32,
    mutates=True,
    idea=(
        "three positions: where hot ends, the next file to look at, where cold begins",
        "hot files, warm ones, those not looked at, cold ones stand in this order",
        "two borders when nothing is left to look at",
    ),
    hints=(
        "Cut the list into four parts: hot, warm, not looked at yet, cold. Where do three borders stand at first?",
        "Look at the first file that you have not looked at. With which one do you swap it if it is hot, if it is cold?",
        "A file that comes from the cold end has not been looked at. One that comes from the hot border has.",
    ),
)


def solve(files: list[tuple[str, int]], hot: int, warm: int) -> tuple[int, int]:
    first, here, second = 0, 0, len(files)
    while here < second:
        days = files[here][1]
        if days <= hot:
            files[first], files[here] = files[here], files[first]
            first += 1
            here += 1
        elif days <= warm:
            here += 1
        else:
            second -= 1
            files[second], files[here] = files[here], files[second]
    return first, second


def call(answer, files, hot, warm):
    returned = answer(files, hot, warm)
    return {"files": files, "returned": returned}


def oracle(files, hot, warm):
    """Tier by tier."""
    tiers = [
        [file for file in files if file[1] <= hot],
        [file for file in files if hot < file[1] <= warm],
        [file for file in files if file[1] > warm],
    ]
    return {"files": sum(tiers, []), "returned": (len(tiers[0]), len(tiers[0]) + len(tiers[1]))}


def valid(files, hot, warm, result):
    expected = oracle(files, hot, warm)
    first, second = expected["returned"]
    got, returned = result["files"], result["returned"]
    return (
        isinstance(returned, tuple | list)
        and tuple(returned) == (first, second)
        and Counter(map(tuple, got)) == Counter(files)
        and all(days <= hot for _, days in got[:first])
        and all(hot < days <= warm for _, days in got[first:second])
    )


def accepts(files, hot, warm):
    return hot <= warm


EDGES = {
    "one hot file": ([("a", 0)], 0, 5),
    "exactly at both limits": ([("a", 5), ("b", 2), ("c", 6), ("d", 3)], 2, 5),
    "no tier between": ([("a", 3), ("b", 2), ("c", 1), ("d", 2)], 2, 2),
    "all hot": ([("a", 0), ("b", 1)], 5, 9),
    "all warm": ([("a", 6), ("b", 7)], 5, 9),
    "all cold": ([("a", 60), ("b", 70)], 5, 9),
    "the wrong way round": ([("a", 9), ("b", 8), ("c", 4), ("d", 3), ("e", 0), ("f", 1)], 1, 5),
    "cold at both ends, hot in the middle": ([("a", 9), ("b", 0), ("c", 9)], 1, 5),
    "cold meets cold": ([("a", 9), ("b", 0), ("c", 9), ("d", 9)], 1, 5),
    "the same file twice": ([("a", 9), ("a", 9), ("a", 0), ("a", 0)], 1, 5),
    "hot at the end": ([("a", 3), ("b", 3), ("c", 0)], 1, 5),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def files(days):
        return [(f"f{rng.randrange(size)}", day) for day in days]

    yield (files([rng.randrange(9) for _ in range(size)]), 2, 5)
    yield (files([rng.choice((0, 9, 9)) for _ in range(size)]), rng.randrange(3), 5)
    yield (files(sorted((rng.randrange(100) for _ in range(size)), reverse=True)), 33, 66)


@variant
def by_sort(files, hot, warm):
    files.sort(key=lambda file: file[1])
    first = sum(days <= hot for _, days in files)
    return first, first + sum(hot < days <= warm for _, days in files)


@variant
def by_three_lists(files, hot, warm):
    tiers = [], [], []
    for file in files:
        tiers[(file[1] > hot) + (file[1] > warm)].append(file)
    files[:] = tiers[0] + tiers[1] + tiers[2]
    return len(tiers[0]), len(tiers[0]) + len(tiers[1])


@variant
def by_two_passes(files, hot, warm):
    borders, border = [], 0
    for limit in (hot, warm):
        for here in range(border, len(files)):
            if files[here][1] <= limit:
                files[border], files[here] = files[here], files[border]
                border += 1
        borders.append(border)
    return tuple(borders)


@wrong("moves on after a swap with the cold end, past a file that nobody has looked at")
def past_an_unread_file(files, hot, warm):
    first, second, here = 0, len(files), 0
    while here < second:
        if files[here][1] <= hot:
            files[first], files[here] = files[here], files[first]
            first += 1
        elif files[here][1] > warm:
            second -= 1
            files[second], files[here] = files[here], files[second]
        here += 1
    return first, second


@wrong("stops one file too early: the last one is not looked at", passes_examples=False)
def last_file_unread(files, hot, warm):
    first, here, last = 0, 0, len(files) - 1
    while here < last:
        if files[here][1] <= hot:
            files[first], files[here] = files[here], files[first]
            first, here = first + 1, here + 1
        elif files[here][1] <= warm:
            here += 1
        else:
            files[last], files[here] = files[here], files[last]
            last -= 1
    return first, last + 1


@wrong("does not look further after a swap with the hot border", passes_examples=False)
def swaps_once(files, hot, warm):
    first, second = 0, len(files)
    for here in range(len(files)):
        if files[here][1] <= hot:
            files[first], files[here] = files[here], files[first]
            first += 1
        elif files[here][1] > warm and here < second:
            second -= 1
            files[second], files[here] = files[here], files[second]
    return first, second


@wrong("takes a file exactly at a limit into the colder tier", passes_examples=True)
def limits_excluded(files, hot, warm):
    files.sort(key=lambda file: file[1])
    first = sum(days < hot for _, days in files)
    return first, sum(days < warm for _, days in files)


@wrong("returns how many files are hot and how many are warm")
def sizes_of_tiers(files, hot, warm):
    files.sort(key=lambda file: file[1])
    return sum(days <= hot for _, days in files), sum(hot < days <= warm for _, days in files)


@wrong("makes a new list and leaves the caller's as it was")
def another_list(files, hot, warm):
    files = sorted(files, key=lambda file: file[1])
    return sum(days <= hot for _, days in files), sum(days <= warm for _, days in files)


@wrong("collects the files in a set: one that stands twice is lost", passes_examples=True)
def by_set(files, hot, warm):
    files[:] = sorted(set(files), key=lambda file: file[1])
    return sum(days <= hot for _, days in files), sum(days <= warm for _, days in files)


@wrong("swaps neighbours until nothing changes: grows with n²", fails="growth", passes_examples=True)
def bubbles(files, hot, warm):
    def tier(file):
        return (file[1] > hot) + (file[1] > warm)

    for end in range(len(files), 1, -1):
        for i in range(1, end):
            if tier(files[i - 1]) > tier(files[i]):
                files[i - 1], files[i] = files[i], files[i - 1]
    tiers = Counter(map(tier, files))
    return tiers[0], tiers[0] + tiers[1]


@wrong(
    "copies the files, then inserts each at its place, which moves the rest",
    fails="growth",
    passes_examples=True,
)
def inserted(files, hot, warm):
    first, second, arranged = 0, 0, []
    for file in list(files):
        if file[1] <= hot:
            arranged = [file, *arranged]
            first, second = first + 1, second + 1
        elif file[1] <= warm:
            arranged = [*arranged[:first], file, *arranged[first:]]
            second += 1
        else:
            arranged.append(file)
    files[:] = arranged
    return first, second


NOTES = """
**Complexity**: O(n) time, O(1) memory; every step settles one file, and a file is swapped twice at most.

**Pitfall**: after a swap with the cold end stay where you are.
What came from there has not been looked at; what comes from the hot border is warm, so there you may move on.

**Alternative**: two passes, hot against the rest and then warm against the rest; or three lists, which keep the order within a tier but need memory for all files.

**In an engine**: it is the partition step of a quicksort that survives many equal keys: less, equal, greater.
With two parts only, a column of one repeated value makes quicksort quadratic; PostgreSQL's `qsort` therefore cuts into three.
"""
