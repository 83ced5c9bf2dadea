"""# How much lies below this prefix?

A bucket's bill is split by prefix, and prefixes are asked for while objects still arrive.
`solve()` makes an empty inventory.

- `put(key, size)` notes an object of `size` bytes. A key that is there already gets the new size instead of its old one.
- `size(prefix)` returns how many bytes all objects have whose key begins with `prefix`. A prefix need not end at a `/`; every key begins with itself and with `""`.

>>> bucket = solve()
>>> bucket.put("sales/2026/a.parquet", 70); bucket.put("sales/2025/b.parquet", 20)
>>> bucket.put("salesforce/c.json", 5)
>>> bucket.size("sales/"), bucket.size("sales"), bucket.size("sales/2026/a.parquet")
(90, 95, 70)
>>> bucket.put("sales/2026/a.parquet", 30); bucket.size("")
55
>>> bucket.size("sales/2024")
0

Limits: up to 100,000 calls; keys are strings of at most 1,024 characters, sizes whole numbers from 0 up.
The work of a call may grow with the length of its key or prefix, not with the number of keys.
"""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-prefix-size",
    pattern="totals at the nodes of a trie",
    difficulty="easy",
    minutes=20,
    points=2,
    order=1,
    classic="map sum pairs",
    growth="n",
    growth_size=20,
    idea=(
        "at every node the total of all sizes below it",
        "the total of a node is the sum over all keys that pass it, each with its latest size",
        "the total at the node where the prefix ends",
    ),
    hints=(
        "Which totals change when one object changes its size, and by how much?",
        "Walk the key character by character and add to the total at every node on the way, the root included.",
        "A replaced object adds the difference of its sizes, so its old size must be kept.",
        "A prefix that leaves the trie has no object: 0.",
    ),
)


class solve:
    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.root: dict = {"total": 0}

    def put(self, key: str, size: int) -> None:
        change = size - self.sizes.get(key, 0)
        self.sizes[key] = size
        node = self.root
        node["total"] += change
        for character in key:
            node = node.setdefault(character, {"total": 0})
            node["total"] += change

    def size(self, prefix: str) -> int:
        node = self.root
        for character in prefix:
            if character not in node:
                return 0
            node = node[character]
        return node["total"]


def call(answer, steps=()):
    """What each question returned."""
    bucket, returned = answer(), []
    for name, *arguments in steps:
        result = getattr(bucket, name)(*arguments)
        if name == "size":
            returned.append(result)
    return returned


def oracle(steps=()):
    """Look at every object for each question."""
    sizes, returned = {}, []
    for name, text, *rest in steps:
        if name == "put":
            sizes[text] = rest[0]
        else:
            returned.append(sum(size for key, size in sizes.items() if key.startswith(text)))
    return returned


def _asked(*prefixes):
    return [("size", prefix) for prefix in prefixes]


EDGES = {
    "nothing in it": (_asked("", "a"),),
    "one object": ([("put", "ab", 3), *_asked("", "a", "ab", "abc", "b")],),
    "a key that another begins with": ([("put", "ab", 3), ("put", "abcd", 4), *_asked("ab", "abc", "abcd")],),
    "the longer key first": ([("put", "abcd", 4), ("put", "ab", 3), *_asked("ab", "abc", "abcd")],),
    "replaced by a smaller size": ([("put", "ab", 9), ("put", "ab", 2), *_asked("", "a", "ab")],),
    "replaced by the same size": ([("put", "ab", 9), ("put", "ab", 9), *_asked("", "ab")],),
    "replaced by 0 and again": ([("put", "a", 9), ("put", "a", 0), ("put", "a", 4), *_asked("", "a")],),
    "an object of 0 bytes": ([("put", "ab", 0), *_asked("a", "ab")],),
    "the empty key": ([("put", "", 5), ("put", "a", 1), *_asked("", "a")],),
    "a prefix inside a name": (
        [("put", "sales/a", 1), ("put", "salesforce/a", 2), *_asked("sal", "sales/")],
    ),
    "the same characters elsewhere": ([("put", "xab", 1), ("put", "ab", 2), *_asked("ab", "b")],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    keys = ["".join(rng.choice("ab/") for _ in range(rng.randrange(1, 9))) for _ in range(size)]
    steps = []
    for _ in range(size):
        steps.append(("put", rng.choice(keys), rng.randrange(50)))
        steps.append(("size", rng.choice(keys)[: rng.choice((0, 1, 2, 9))]))
    yield (steps,)


@variant
class a_total_for_every_prefix:
    """A hash table with every beginning of every key: the trie without its links."""

    def __init__(self):
        self.sizes, self.totals = {}, Counter()

    def put(self, key, size):
        change = size - self.sizes.get(key, 0)
        self.sizes[key] = size
        for end in range(len(key) + 1):
            self.totals[key[:end]] += change

    def size(self, prefix):
        return self.totals[prefix]


@variant
class with_nodes:
    """Nodes are objects, and the size of a key stands at its last one."""

    class Node:
        def __init__(self):
            self.below, self.total, self.own = {}, 0, 0

    def __init__(self):
        self.root = self.Node()

    def put(self, key, size):
        way = [self.root]
        for character in key:
            if character not in way[-1].below:
                way[-1].below[character] = type(self.root)()
            way.append(way[-1].below[character])
        change, way[-1].own = size - way[-1].own, size
        for node in way:
            node.total += change

    def size(self, prefix):
        node = self.root
        for character in prefix:
            node = node.below.get(character)
            if node is None:
                return 0
        return node.total


@variant
class numbers_for_nodes:
    """Edges in one dict: (node, character) → node."""

    def __init__(self):
        self.edges, self.totals, self.sizes = {}, [0], defaultdict(int)

    def put(self, key, size):
        change, self.sizes[key] = size - self.sizes[key], size
        node = 0
        self.totals[0] += change
        for character in key:
            following = self.edges.setdefault((node, character), len(self.totals))
            if following == len(self.totals):
                self.totals.append(0)
            node = following
            self.totals[node] += change

    def size(self, prefix):
        node = 0
        for character in prefix:
            node = self.edges.get((node, character))
            if node is None:
                return 0
        return self.totals[node]


@wrong("adds the new size to the old one", passes_examples=True)
class adds_again(solve):
    def put(self, key, size):
        super().put(key, self.sizes.get(key, 0) + size)


@wrong("does not count at the root", passes_examples=True)
class no_total_of_all(solve):
    def size(self, prefix):
        return super().size(prefix) if prefix else 0


@wrong("keeps the first size of a key that comes again with less", passes_examples=True)
class only_grows(solve):
    def put(self, key, size):
        if size >= self.sizes.get(key, 0):
            super().put(key, size)


@wrong("returns the total of the last node that it reached", passes_examples=True)
class stops_where_it_leaves(solve):
    def size(self, prefix):
        node = self.root
        for character in prefix:
            node = node.get(character, node)
        return node["total"]


@wrong("takes whole folders only", passes_examples=True)
class whole_folders(solve):
    def size(self, prefix):
        return sum(
            size
            for key, size in self.sizes.items()
            if not prefix or key == prefix or key.startswith(prefix.rstrip("/") + "/")
        )


@wrong("puts an object of a key that another begins with at the wrong node", passes_examples=True)
class forgets_the_short_key(solve):
    def put(self, key, size):
        node = self.root
        for character in key:
            node = node.get(character, {})
        if key in self.sizes or len(node) < 2:
            super().put(key, size)


@wrong("looks at every key for each question", fails="growth", passes_examples=True)
class looks_at_all(solve):
    def put(self, key, size):
        self.sizes[key] = size

    def size(self, prefix):
        return sum(size for key, size in self.sizes.items() if key.startswith(prefix))


@wrong("adds up a slice of the sorted keys for each question", fails="growth", passes_examples=True)
class adds_a_slice:
    def __init__(self):
        self.keys, self.sizes = [], {}

    def put(self, key, size):
        if key not in self.sizes:
            insort(self.keys, key)
        self.sizes[key] = size

    def size(self, prefix):
        below = self.keys[bisect_left(self.keys, prefix) : bisect_left(self.keys, prefix + "\uffff")]
        return sum(self.sizes[key] for key in below)


@wrong("copies the objects and adds up those below in C", fails="growth", passes_examples=True)
class adds_in_c:
    def __init__(self):
        self.sizes = {}

    def put(self, key, size):
        self.sizes[key[:]] = size + 0.0

    def size(self, prefix):
        below = list(map(str.startswith, self.sizes, [prefix] * len(self.sizes)))
        return int(sum(map(float.__mul__, self.sizes.values(), map(float, below))))


NOTES = """
**Complexity**: O(length of the key) a call, whatever the number of keys; memory one node for each different beginning.

**Pitfall**: a key that comes again.
The totals on its way hold its old size, so only the difference may be added, and the difference may be below 0.

**Alternative**: a hash table from every beginning to its total: the same answers with one look-up for a question, but each beginning is copied, so a key of 1,024 characters costs half a megabyte.
For an inventory that no longer changes, sorted keys with running sums are the smallest: two binary searches and one subtraction.

**In an engine**: S3 Storage Lens has totals by prefix among its paid metrics, down to a depth that you set.
CephFS keeps recursive statistics of each directory and carries the difference up the way to the root in the same manner, with some delay.
"""
