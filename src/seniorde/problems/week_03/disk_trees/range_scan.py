"""# Read a range through linked leaves

An index lies in pages. `pages` holds, by number:

- an inner page, `("inner", separators, children)`, with one child more than separators: left of a separator no key is greater than it, right of it none is less;
- a leaf, `("leaf", keys, next)`: its keys in order, and the number of the next leaf or `None`.

Keys may repeat, also from leaf to leaf, and deletes may leave a leaf empty.

Return two lists: the keys from `low` on, less than `high`, in order; and the numbers of the pages read, in order.
Go from the root down to the first leaf that may hold `low` by its separators, then from leaf to leaf until you see a key that is not less than `high`, or there is no next.

>>> PAGES = {
...     7: ("inner", [20, 30], [1, 4, 9]),
...     1: ("leaf", [5, 20], 4),
...     4: ("leaf", [20, 25], 9),
...     9: ("leaf", [30], None),
... }
>>> solve(PAGES, 7, 20, 30)
([20, 20, 25], [7, 1, 4, 9])
>>> solve(PAGES, 7, 21, 25)
([], [7, 4])

Limits: up to a million pages with a few entries each; `low < high`; the work grows with the height and the leaves read.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-range-scan",
    pattern="B+ tree: descend once, then follow the leaves",
    difficulty="medium",
    minutes=25,
    points=3,
    order=3,
    classic="range sum of a binary search tree; search range with duplicates",
    growth="log n",
    growth_size=16,
    idea=(
        "the number of one page, and the keys found so far",
        "no key of the range stands in a leaf left of this one that was not read",
        "keys and pages, when a key behind the range was seen",
    ),
    hints=(
        "At an inner page: which is the first child that may hold `low`? Think of a separator that is equal to `low`.",
        "The child's position is the number of separators that are less than `low`.",
        "In a leaf leave out what is less than `low`. Only a key that is not less than `high` ends the scan, and an empty leaf has none.",
    ),
)
PAGES = {
    7: ("inner", [20, 30], [1, 4, 9]),
    1: ("leaf", [5, 20], 4),
    4: ("leaf", [20, 25], 9),
    9: ("leaf", [30], None),
}


def solve(
    pages: dict[int, tuple[str, list[int], list[int] | int | None]], root: int, low: int, high: int
) -> tuple[list[int], list[int]]:
    found, read, number = [], [root], root
    while pages[number][0] == "inner":
        _, separators, children = pages[number]
        number = children[bisect_left(separators, low)]
        read.append(number)
    while True:
        _, keys, following = pages[number]
        for key in keys:
            if key >= high:
                return found, read
            if key >= low:
                found.append(key)
        if following is None:
            return found, read
        number = following
        read.append(number)


def oracle(pages, root, low, high):
    """Write down the whole chain with the way to each leaf, then cut it."""
    ways = {}

    def walk(number, way):
        kind, keys, below = pages[number]
        ways[number] = [*way, number]
        for child in below if kind == "inner" else ():
            walk(child, ways[number])

    walk(root, [])
    number = root
    while pages[number][0] == "inner":
        _, separators, children = pages[number]
        number = next((c for s, c in zip(separators, children) if s >= low), children[-1])
    chain = [number]
    while not any(key >= high for key in pages[chain[-1]][1]) and pages[chain[-1]][2] is not None:
        chain.append(pages[chain[-1]][2])
    keys = [key for leaf in chain for key in pages[leaf][1] if low <= key < high]
    return keys, ways[chain[0]] + chain[1:]


_TWINS = {
    2: ("inner", [8], [5, 6]),
    5: ("inner", [8], [0, 1]),
    6: ("inner", [8, 9], [3, 4, 7]),
    0: ("leaf", [4, 8], 1),
    1: ("leaf", [8, 8], 3),
    3: ("leaf", [8], 4),
    4: ("leaf", [8, 9], 7),
    7: ("leaf", [9, 12], None),
}
_HOLES = {
    1: ("inner", [10, 20, 30], [2, 0, 4, 5]),
    2: ("leaf", [3], 0),
    0: ("leaf", [], 4),
    4: ("leaf", [], 5),
    5: ("leaf", [30, 31], None),
}

EDGES = {
    "the root is a leaf": ({0: ("leaf", [1, 2, 3], None)}, 0, 2, 3),
    "an empty index": ({0: ("leaf", [], None)}, 0, 2, 3),
    "nothing as low": (PAGES, 7, 31, 40),
    "everything": (PAGES, 7, 0, 99),
    "before the first": (PAGES, 7, 1, 4),
    "the high end is a key": (PAGES, 7, 5, 20),
    "the high end is behind a leaf's last key": (PAGES, 7, 20, 26),
    "one key in many leaves": (_TWINS, 2, 8, 9),
    "one key, separators equal on two levels": (_TWINS, 2, 8, 20),
    "equal to a separator that is no longer a key": (_HOLES, 1, 20, 31),
    "empty leaves on the way": (_HOLES, 1, 3, 31),
    "begins in an empty leaf": (_HOLES, 1, 15, 31),
    "page 0 follows": (_HOLES, 1, 2, 9),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    keys = sorted(rng.choices(range(2 * size), k=4 * size))
    numbers = rng.sample(range(9 * size + 9), 9 * size + 9)
    level, pages, at = [], {}, 0
    while at < len(keys):
        width = rng.randint(2, 4)
        level.append((keys[at], numbers.pop(), keys[at : at + width]))
        at += width
    for (_, number, held), follower in zip(level, [*level[1:], (0, None, 0)]):
        left = [] if rng.random() < 0.1 else held
        pages[number] = ("leaf", left, follower[1])
    level = [(first, number) for first, number, _ in level]
    while len(level) > 1:
        above, at = [], 0
        while at < len(level):
            width = rng.randint(2, 4)
            width = width if len(level) - at - width != 1 else width + 1
            group = level[at : at + width]
            number = numbers.pop()
            pages[number] = ("inner", [first for first, _ in group[1:]], [child for _, child in group])
            above.append((group[0][0], number))
            at += width
        level = above
    for _ in range(2):
        low = rng.randrange(2 * size)
        yield pages, level[0][1], low, low + rng.randint(1, 3)


@variant
def by_slices(pages, root, low, high):
    found, read, number = [], [], root
    while number is not None:
        read.append(number)
        kind, keys, below = pages[number]
        at = bisect_left(keys, low)
        if kind == "inner":
            number = below[at]
            continue
        end = bisect_left(keys, high)
        found += keys[at:end]
        number = below if end == len(keys) else None
    return found, read


@variant
def separator_by_separator(pages, root, low, high):
    kind, keys, below = pages[root]
    read, found = [root], []
    while kind == "inner":
        child = 0
        while child < len(keys) and keys[child] < low:
            child += 1
        read.append(below[child])
        kind, keys, below = pages[below[child]]
    while not keys or keys[-1] < high:
        found += [key for key in keys if key >= low]
        if below is None:
            return found, read
        read.append(below)
        _, keys, below = pages[below]
    return found + [key for key in keys if low <= key < high], read


@variant
def calls_itself_on_the_way_down(pages, root, low, high):
    kind, keys, below = pages[root]
    if kind == "inner":
        found, read = calls_itself_on_the_way_down.answer(pages, below[bisect_left(keys, low)], low, high)
        return found, [root, *read]
    read, found, number = [], [], root
    while True:
        _, keys, following = pages[number]
        read.append(number)
        found.extend(key for key in keys if low <= key < high)
        if following is None or any(key >= high for key in keys):
            return found, read
        number = following


def _scan(pages, root, low, high, side=bisect_left, more=lambda keys, high: not keys or keys[-1] < high):
    found, read, number = [], [root], root
    while pages[number][0] == "inner":
        _, separators, children = pages[number]
        number = children[side(separators, low)]
        read.append(number)
    while True:
        _, keys, following = pages[number]
        found += [key for key in keys if low <= key < high]
        if following is None or not more(keys, high):
            return found, read
        number = following
        read.append(number)


@wrong("goes right at a separator that is equal to low, and misses its twins on the left")
def right_of_equal(pages, root, low, high):
    return _scan(pages, root, low, high, side=bisect_right)


@wrong("ends at an empty leaf", passes_examples=True)
def ends_at_empty(pages, root, low, high):
    return _scan(pages, root, low, high, more=lambda keys, high: keys and keys[-1] < high)


@wrong("ends at a leaf that gave nothing", passes_examples=True)
def ends_without_a_find(pages, root, low, high):
    return _scan(
        pages, root, low, high, more=lambda keys, high: any(key >= low for key in keys) and keys[-1] < high
    )


@wrong("takes high in as well")
def high_included(pages, root, low, high):
    found, read = _scan(pages, root, low, high + 1)
    return found, _scan(pages, root, low, high)[1]


@wrong("reads the first leaf only")
def one_leaf(pages, root, low, high):
    return _scan(pages, root, low, high, more=lambda keys, high: False)


@wrong("does not read on when the last key of a leaf is just below high", passes_examples=True)
def guesses_the_end(pages, root, low, high):
    return _scan(pages, root, low, high, more=lambda keys, high: not keys or keys[-1] < high - 1)


@wrong("reads one leaf more after the end", passes_examples=False)
def one_more(pages, root, low, high):
    return _scan(pages, root, low, high, more=lambda keys, high: not keys or keys[-1] <= high)


@wrong("takes page 0 for none", passes_examples=True)
def zero_is_none(pages, root, low, high):
    again = {n: (k, keys, (below or None) if k == "leaf" else below) for n, (k, keys, below) in pages.items()}
    return _scan(again, root, low, high)


@wrong("returns the keys and forgets the pages", fails="result", passes_examples=False)
def keys_only(pages, root, low, high):
    return _scan(pages, root, low, high)[0]


@wrong("reads the chain from its first leaf", fails="growth", passes_examples=True)
def from_the_first_leaf(pages, root, low, high):
    number = root
    while pages[number][0] == "inner":
        number = pages[number][2][0]
    found = []
    while number is not None:
        _, keys, number = pages[number]
        found += [key for key in keys if low <= key < high]
    return found, _scan(pages, root, low, high)[1]


@wrong("sorts all keys of all leaves", fails="growth", passes_examples=True)
def all_leaves(pages, root, low, high):
    found = [key for kind, keys, _ in pages.values() if kind == "leaf" for key in keys if low <= key < high]
    return sorted(found), _scan(pages, root, low, high)[1]


NOTES = """
**Complexity**: height plus leaves read; the tree above the first leaf is never touched again.

**Pitfall**: keys that repeat. A separator that is equal to `low` may have twins on both sides, so the first of them is on its left; whoever goes right loses rows and sees no error.
And the scan ends by a key it has *seen*, not by a leaf that gave nothing.

**Alternative**: without links between leaves, climb back through the parents (a stack, as in a binary tree); then an insert between two reads can move the place under your feet.

**In an engine**: PostgreSQL's B-tree makes keys unique by adding the row's place as a last column, since version 12, so equal keys have an order of their own.
The links are what makes an index scan with `LIMIT`, `BETWEEN` or `ORDER BY` cheap; PostgreSQL links leaves both ways, and `ORDER BY … DESC` follows the other link.
A page that splits while you are on it has moved keys to the right: the reader sees that its page's upper bound is less than what it seeks and follows the link (Lehman and Yao).
"""
