"""# A B+ tree that grows by splitting

Write a class. `solve(capacity)` is an empty index, one leaf; a page holds at most `capacity` keys.

`put(key)` goes down from the root: in an inner page, to the child whose position is the number of keys not greater than `key`.
It puts the key into the leaf, in order; a key that is there already changes nothing.
A page with one key too many splits, with `m = (capacity + 1) // 2`:

- a leaf keeps its first `m` keys; the rest goes to a new leaf on its right, whose first key is *copied* into the parent, between the two;
- of an inner page the key at position `m` *moves* up, and what is right of it goes to a new page.

Then the parent may split; a root that splits gets a new root above.

`levels()` returns the levels from root to leaves, each a list of its pages from left to right, a page the list of its keys.

>>> index = solve(2)
>>> for key in (50, 20, 90): index.put(key)
>>> index.levels()
[[[50]], [[20], [50, 90]]]
>>> for key in (60, 95): index.put(key)
>>> index.levels()
[[[60]], [[50], [90]], [[20], [50], [60], [90, 95]]]

Limits: up to a million integers, `capacity` 2 or more; a `put` takes about log n steps.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from operator import itemgetter
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-leaf-split",
    pattern="B+ tree insert",
    difficulty="hard",
    minutes=50,
    points=4,
    order=9,
    classic="design an ordered index; insert into a B-tree",
    growth="n log n",
    growth_size=40,
    idea=(
        "pages of keys, and on a put the way from the root to the leaf",
        "all leaves are equally deep, every page is in order and not too full, and keys above tell apart what is below",
        "a key one level higher for each page that splits",
    ),
    hints=(
        "Give a page two lists, its keys and its children, with one child more than keys; a leaf has no children.",
        "Remember the way: the parents and the position that you took in each. After a split the new key goes to that position, the new page right behind it.",
        "Splits go up in a loop: while the page is too full, split it and go on with its parent; above the root make a new one first.",
        "A leaf's separator stays in the leaf as well; an inner page's middle key does not. Children: the left page keeps m + 1.",
    ),
)


class solve:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.root = [[], []]  # keys, children

    def put(self, key: int) -> None:
        page, way = self.root, []
        while page[1]:
            at = bisect_right(page[0], key)
            way.append((page, at))
            page = page[1][at]
        at = bisect_left(page[0], key)
        if page[0][at : at + 1] == [key]:
            return
        page[0].insert(at, key)
        while len(page[0]) > self.capacity:
            keys, children = page
            middle = len(keys) // 2
            right = [keys[middle + 1 if children else middle :], children[middle + 1 :]]
            page[:] = [keys[:middle], children[: middle + 1]]
            if not way:
                self.root = [[], [page]]
                way.append((self.root, 0))
            parent, at = way.pop()
            parent[0].insert(at, keys[middle])
            parent[1].insert(at + 1, right)
            page = parent

    def levels(self) -> list[list[list[int]]]:
        levels, level = [], [self.root]
        while level:
            levels.append([list(keys) for keys, _ in level])
            level = [child for _, children in level for child in children]
        return levels


def call(answer, capacity=2, keys=()):
    """The levels after the puts; `levels` is asked in between as well, which must not change anything."""
    index = answer(capacity)
    for at, key in enumerate(keys):
        index.put(key)
        if at == 2:
            index.levels()
    return index.levels()


def oracle(capacity=2, keys=()):
    """Never changes a page: a put returns the one or two pages that take the place of one."""
    half = (capacity + 1) // 2

    def put(page, key):
        held, children = page
        if children:
            at = sum(k <= key for k in held)
            new = put(children[at], key)
            ups = [split for split, _ in new[1:]]
            held = held[:at] + ups + held[at:]
            children = children[:at] + [child for _, child in new] + children[at + 1 :]
        else:
            held = sorted({*held, key})
        if len(held) <= capacity:
            return [(None, (held, children))]
        left, right = held[:half], held[half + bool(children) :]
        return [(None, (left, children[: half + 1])), (held[half], (right, children[half + 1 :]))]

    root = ([], [])
    for key in keys:
        new = put(root, key)
        root = new[0][1] if len(new) == 1 else ([new[1][0]], [page for _, page in new])
    levels, level = [], [root]
    while level:
        levels.append([held for held, _ in level])
        level = [child for _, children in level for child in children]
    return levels


def accepts(capacity=2, keys=()):
    return capacity >= 2


EDGES = {
    "nothing in it": (3, []),
    "one key": (3, [5]),
    "a full leaf": (3, [3, 1, 2]),
    "one key too many": (3, [3, 1, 2, 4]),
    "an even capacity": (4, [1, 2, 3, 4, 5]),
    "rising": (2, list(range(14))),
    "falling": (2, list(range(14, 0, -1))),
    "rising, three a page": (3, list(range(25))),
    "falling, four a page": (4, list(range(40, 0, -1))),
    "a key that is there": (3, [1, 2, 3, 2, 4, 2, 4]),
    "a full leaf, a key that is there": (3, [1, 2, 3, 2]),
    "a key that is a separator": (2, [10, 20, 30, 40, 20, 30, 25]),
    "between two leaves": (2, [10, 20, 30, 40, 50, 29, 28]),
    "0 and less": (2, [0, -4, 3, -9, -2]),
    "splits on three levels at once": (2, [*range(0, 140, 10), 131, 132]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    keys = rng.choices(range(-size, 3 * size), k=2 * size)
    yield rng.choice((2, 3, 4)) if size < 16 else 4, keys


@variant
class calls_itself:
    """A put returns what its parent has to take in: a key and a page, or nothing."""

    class Page:
        def __init__(self, keys, children=None):
            self.keys, self.children = keys, children

    def __init__(self, capacity):
        self.capacity, self.root = capacity, self.Page([])

    def put(self, key):
        new = self.put_into(self.root, key)
        if new:
            self.root = self.Page([new[0]], [self.root, new[1]])

    def put_into(self, page, key):
        if page.children is None:
            if key not in page.keys:
                insort(page.keys, key)
        else:
            at = bisect_right(page.keys, key)
            new = self.put_into(page.children[at], key)
            if new:
                page.keys.insert(at, new[0])
                page.children.insert(at + 1, new[1])
        if len(page.keys) <= self.capacity:
            return None
        middle = (self.capacity + 1) // 2
        up = page.keys[middle]
        if page.children is None:
            right = self.Page(page.keys[middle:])
        else:
            right = self.Page(page.keys[middle + 1 :], page.children[middle + 1 :])
            del page.children[middle + 1 :]
        del page.keys[middle:]
        return up, right

    def levels(self):
        level, result = [self.root], []
        while level:
            result.append([page.keys[:] for page in level])
            level = [child for page in level for child in page.children or ()]
        return result


@variant
class pages_by_number:
    """As on disk: pages in a list, children are numbers, each page knows its parent."""

    def __init__(self, capacity):
        self.capacity, self.root = capacity, 0
        self.keys, self.children, self.parent = [[]], [[]], [None]

    def new(self, keys, children, parent):
        number = len(self.keys)
        self.keys.append(keys)
        self.children.append(children)
        self.parent.append(parent)
        for child in children:
            self.parent[child] = number
        return number

    def put(self, key):
        page = self.root
        while self.children[page]:
            page = self.children[page][bisect_right(self.keys[page], key)]
        if key not in self.keys[page]:
            insort(self.keys[page], key)
        while len(self.keys[page]) > self.capacity:
            keys, children, middle = self.keys[page], self.children[page], (self.capacity + 1) // 2
            if self.parent[page] is None:
                self.root = self.new([], [page], None)
            parent = self.parent[page]
            right = self.new(keys[middle + bool(children) :], children[middle + 1 :], parent)
            self.keys[page], self.children[page] = keys[:middle], children[: middle + 1]
            at = self.children[parent].index(page)
            self.keys[parent].insert(at, keys[middle])
            self.children[parent].insert(at + 1, right)
            page = parent

    def levels(self):
        level, result = [self.root], []
        while level:
            result.append([list(self.keys[page]) for page in level])
            level = [child for page in level for child in self.children[page]]
        return result


@variant
class children_carry_their_bound:
    """A page is a list of (bound, child); the first bound is minus infinity."""

    def __init__(self, capacity):
        self.capacity, self.root, self.height = capacity, [], 0

    def put(self, key):
        page, way = self.root, []
        for _ in range(self.height):
            at = len(page) - 1
            while at and page[at][0] > key:
                at -= 1
            way.append((page, at))
            page = page[at][1]
        if any(key == other for other, _ in page):
            return
        page.append((key, None))
        page.sort()
        limit = self.capacity
        while len(page) > limit:
            limit = self.capacity + 1
            middle = (self.capacity + 1) // 2
            middle += 1 if page[0][1] is not None else 0
            right = page[middle:]
            del page[middle:]
            up = right[0][0]
            if right[0][1] is not None:
                right[0] = (float("-inf"), right[0][1])
            if way:
                parent, at = way.pop()
            else:
                parent, at, self.height = [(float("-inf"), page)], 0, self.height + 1
                self.root = parent
            parent.insert(at + 1, (up, right))
            page = parent

    def levels(self):
        level, result = [self.root], []
        for _ in range(self.height):
            result.append([[bound for bound, _ in page[1:]] for page in level])
            level = [child for page in level for _, child in page]
        return [*result, [[key for key, _ in page] for page in level]]


class _Like(solve):
    """The reference with one thing changed."""

    def middle(self, keys, children):
        return len(keys) // 2

    def side(self, keys, key):
        return bisect_right(keys, key)

    def cut(self, keys, children, middle):
        right = [keys[middle + 1 if children else middle :], children[middle + 1 :]]
        return [keys[:middle], children[: middle + 1]], right

    def put(self, key):
        page, way = self.root, []
        while page[1]:
            at = self.side(page[0], key)
            way.append((page, at))
            page = page[1][at]
        if key in page[0]:
            return
        insort(page[0], key)
        while len(page[0]) > self.capacity:
            keys, children = page
            middle = self.middle(keys, children)
            page[:], right = self.cut(keys, children, middle)
            if not way:
                self.root = [[], [page]]
                way.append((self.root, 0))
            parent, at = way.pop()
            parent[0].insert(at, keys[middle])
            parent[1].insert(at + 1, right)
            page = parent


@wrong("moves a leaf's separator up, so the key is lost in the leaves", passes_examples=True)
class moves_out_of_the_leaf(_Like):
    def cut(self, keys, children, middle):
        return [keys[:middle], children[: middle + 1]], [keys[middle + 1 :], children[middle + 1 :]]


@wrong(
    "copies an inner page's middle key and leaves it in the right page, too",
    fails="error",
    passes_examples=True,
)
class copies_the_inner_key(_Like):
    def cut(self, keys, children, middle):
        return [keys[:middle], children[: middle + 1]], [keys[middle:], children[middle + 1 :]]


@wrong("splits in the middle rounded up", passes_examples=True)
class rounds_up(_Like):
    def middle(self, keys, children):
        return (len(keys) + 1) // 2


@wrong("goes left at a key that is equal to a separator", passes_examples=True)
class left_of_equal(_Like):
    def side(self, keys, key):
        return bisect_left(keys, key)


@wrong("splits a page that is just full", passes_examples=True)
class splits_too_soon(solve):
    def __init__(self, capacity):
        super().__init__(capacity)
        self.capacity = max(capacity - 1, 1)


@wrong("lets a parent grow without splitting it", passes_examples=True)
class parents_never_split(_Like):
    def put(self, key):
        capacity, leaf = self.capacity, self.root
        way = []
        while leaf[1]:
            at = bisect_right(leaf[0], key)
            way.append((leaf, at))
            leaf = leaf[1][at]
        if key in leaf[0]:
            return
        insort(leaf[0], key)
        if len(leaf[0]) > capacity:
            middle = len(leaf[0]) // 2
            right = [leaf[0][middle:], []]
            leaf[0] = leaf[0][:middle]
            if not way:
                self.root = [[], [leaf]]
                way.append((self.root, 0))
            parent, at = way[-1]
            parent[0].insert(at, right[0][0])
            parent[1].insert(at + 1, right)


@wrong("puts a key in twice", passes_examples=True)
class twice(solve):
    def put(self, key):
        page, way = self.root, []
        while page[1]:
            at = bisect_right(page[0], key)
            way.append((page, at))
            page = page[1][at]
        if key in page[0]:
            insort(page[0], key)
            if len(page[0]) > self.capacity:
                page[0].remove(key)
            return
        super().put(key)


@wrong("leaves the split's children with the left page", fails="", passes_examples=True)
class children_stay(_Like):
    def cut(self, keys, children, middle):
        return [keys[:middle], children], [keys[middle + 1 if children else middle :], children[middle + 1 :]]


@wrong("walks through all leaves to the key's place", fails="growth", passes_examples=True)
class walks_the_leaves(solve):
    def put(self, key):
        level = [self.root]
        while level[0][1]:
            level = [child for _, children in level for child in children]
        if any(key in keys for keys, _ in level):
            return
        super().put(key)


@wrong("copies the first keys of all leaves for each put, hidden in C", fails="growth", passes_examples=True)
class flat_levels:
    """Levels as flat lists of pages; a page's children are found by counting."""

    def __init__(self, capacity):
        self.capacity, self.index, self.leaves = capacity, solve(capacity), [(float("-inf"), [])]

    def put(self, key):
        key = int(key)
        firsts = list(map(itemgetter(0), self.leaves))
        at = bisect_right(firsts, key) - 1
        held = self.leaves[at][1]
        if key in held:
            return
        insort(held, key)
        self.index.put(key)
        if len(held) > self.capacity:
            middle = len(held) // 2
            self.leaves[at] = (firsts[at], held[:middle])
            self.leaves.insert(at + 1, (held[middle], held[middle:]))

    def levels(self):
        return self.index.levels()


NOTES = """
**Complexity**: O(log n) pages a put; a split is rare, since a page takes half of its capacity in keys before it splits again.

**Pitfall**: copy and move. A leaf's first key must stay in the leaf, because only leaves hold rows; an inner key is a signpost and would stand twice.
And the two halves have m + 1 and the other children, not m.

**Alternative**: split full pages already on the way *down*; then no way back is needed and a page is let go as soon as its child is held, at the price of splits that were not needed.
An LSM store never splits: it writes sorted runs and merges them.

**In an engine**: the tree grows at its root, so all leaves stay equally deep, whatever the order of keys.
Rising keys (a serial, a time stamp) always split the rightmost leaf and would leave half-empty ones behind; PostgreSQL notices and splits that page at its fillfactor instead.
Random keys (UUID version 4) touch any leaf: every insert may dirty another page, which is the write load that UUID version 7 avoids.
"""
