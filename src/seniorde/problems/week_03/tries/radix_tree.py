"""# A trie without single file

In a trie of long keys most nodes have one way on.
A *radix tree* has no such nodes: an edge carries a whole string.
Build it from `keys`.

A node is a dict: the string of an edge → the node below.
Where a key ends, the node has the entry `"": None` as well.

- The strings on the way to a node with that entry, joined, are a key; all keys are there, and no others.
- Two edges of a node never begin with the same character.
- A node with a single entry is the root, or a key ends there.

>>> solve(["order", "orders", "ordinal"])
{'ord': {'er': {'': None, 's': {'': None}}, 'inal': {'': None}}}
>>> solve(["a/b"])
{'a/b': {'': None}}

The order of the entries does not matter; a key may stand in the list twice, and it may be empty.

Limits: up to 100,000 keys of at most 200 characters.
The work may grow with the characters of all keys, and at a node you may look at each edge; keys must not be compared each with all.
"""

from collections.abc import Iterator
from itertools import groupby
from os.path import commonprefix
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-radix-tree",
    pattern="split an edge where a key leaves it",
    difficulty="hard",
    minutes=40,
    points=4,
    order=9,
    classic="implement a radix tree (compressed trie)",
    growth="n",
    growth_size=80,
    idea=(
        "a node and how many characters of the key lie above it",
        "the tree is the radix tree of all keys put in so far",
        "the key's rest hung in where no edge begins like it, behind a split where an edge shares a part of it",
    ),
    hints=(
        "Which cases are there when a key arrives at a node, with a rest of its characters? No edge begins like the rest; the rest begins with an edge; what else?",
        "When rest and edge share only a part, the edge must be split: a new node in the middle gets the old node below, and then the key goes on from there.",
        "Do not forget a key that ends at a node or in the middle of an edge: its rest is the empty string.",
        "`os.path.commonprefix([edge, rest])` is what the two share.",
    ),
)


def solve(keys: list[str]) -> dict:
    root: dict = {}
    for key in keys:
        node, rest = root, key
        while True:
            edge = next((edge for edge in node if edge[:1] == rest[:1]), None)
            if edge is None:
                node[rest] = {"": None} if rest else None
            if not edge:
                break
            shared = 1
            while edge[shared : shared + 1] == rest[shared : shared + 1] != "":
                shared += 1
            if shared < len(edge):
                below = node.pop(edge)
                node[edge[:shared]] = {edge[shared:]: below}
            node, rest = node[edge[:shared]], rest[shared:]
    return root


def oracle(keys):
    """Sort the keys into heaps by their first character, and cut off what a heap shares."""
    node = {"": None} if "" in keys else {}
    for first in {key[0] for key in keys if key}:
        heap = [key for key in keys if key.startswith(first)]
        shared = commonprefix(heap)
        node[shared] = oracle([key[len(shared) :] for key in heap])
    return node


EDGES = {
    "no key": ([],),
    "one key": (["a"],),
    "the empty key": ([""],),
    "the empty key and another": (["", "ab"],),
    "the empty key comes last": (["ab", ""],),
    "a key twice": (["ab", "ab"],),
    "nothing shared": (["ab", "cd"],),
    "a key ends at an edge's middle": (["abcd", "ab"],),
    "a key goes on behind another": (["ab", "abcd"],),
    "three that begin with each other": (["abc", "a", "ab"],),
    "split in the middle": (["abcd", "abxy"],),
    "split, then a key ends at the new node": (["abcd", "abxy", "ab"],),
    "split twice": (["abcdef", "abcxyz", "abq"],),
    "split above a node with edges": (["abcd", "abce", "ax"],),
    "split just before the end": (["abc", "abd"],),
    "split behind the first character": (["abc", "axy"],),
    "an edge added to a node that is there": (["abc", "abd", "abe"],),
    "all share one character": (["a1", "a2", "a"],),
    "keys with slashes and spaces": (["s3/a b/c", "s3/a b/d", "s3/"],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield (["".join(rng.choice("ab") for _ in range(rng.randrange(13))) for _ in range(size)],)
    parts = ["sales", "salesforce", "sal", "orders", "raw", "raw_", "2026", "2025"]
    yield (["/".join(rng.choices(parts, k=rng.randrange(1, 4))) for _ in range(size)],)
    yield ([f"run={rng.randrange(10**6):06}" for _ in range(size)],)


@variant
def a_trie_first(keys):
    """Build the trie, then pull each single file together."""
    root = {}
    for key in keys:
        node = root
        for character in key:
            node = node.setdefault(character, {})
        node[""] = None

    def pulled(node):
        result = {}
        for edge, below in node.items():
            while below is not None and len(below) == 1 and "" not in below:
                ((character, below),) = below.items()
                edge += character
            result[edge] = below and pulled(below)
        return result

    return pulled(root)


@variant
def groups_of_sorted(keys):
    """In sorted order, keys that begin alike stand together."""

    def grouped(keys):
        node = {}
        for first, group in groupby(keys, key=lambda key: key[:1]):
            group = list(group)
            shared = commonprefix([group[0], group[-1]])
            node[shared] = grouped([key[len(shared) :] for key in group]) if first else None
        return node

    return grouped(sorted(set(keys)))


@variant
def edges_by_first_character(keys):
    """Nodes with a dict from the first character to [string, node]; turned into the result at the end."""

    class Node:
        def __init__(self, ends):
            self.ends, self.edges = ends, {}

        def result(self):
            return {text: node.result() for text, node in self.edges.values()} | (
                {"": None} if self.ends else {}
            )

    root = Node(False)
    for key in keys:
        node, at = root, 0
        while at < len(key):
            if key[at] not in node.edges:
                node.edges[key[at]] = (key[at:], Node(False))
            text, below = node.edges[key[at]]
            shared = len(commonprefix([text, key[at:]]))
            if shared < len(text):
                middle = Node(False)
                middle.edges[text[shared]] = (text[shared:], below)
                node.edges[key[at]] = (text[:shared], middle)
                below = middle
            node, at = below, at + shared
        node.ends = True
    return root.result()


@variant
def a_stack_of_open_nodes(keys):
    """Sorted keys; the stack holds the way to the last key, from the root down."""
    root = {}
    way, last = [(0, root, "")], ""  # depth, node, edge above it
    for key in sorted(set(keys)):
        shared = len(commonprefix([last, key]))
        edge, below = "", None
        while way[-1][0] > shared:
            _, below, edge = way.pop()
        depth, node, _ = way[-1]
        if depth < shared:
            cut = shared - depth
            del node[edge]
            middle = {edge[cut:]: below}
            node[edge[:cut]] = middle
            way.append((shared, middle, edge[:cut]))
            node = middle
        if key[shared:]:
            node[key[shared:]] = leaf = {"": None}
            way.append((len(key), leaf, key[shared:]))
        else:
            node[""] = None
        last = key
    return root


def _trie(keys):
    root = {}
    for key in keys:
        node = root
        for character in key:
            node = node.setdefault(character, {})
        node[""] = None
    return root


@wrong("builds the trie and leaves it at that")
def not_compressed(keys):
    return _trie(keys)


@wrong("pulls together past the end of a key that another begins with")
def pulls_past_an_end(keys):
    others = [key for key in keys if not any(k != key and k.startswith(key) for k in keys)]
    return solve(others)


@wrong("does not note a key that ends in the middle of an edge", passes_examples=True)
def ends_in_the_middle(keys):
    seen = []
    for key in keys:
        if not any(other.startswith(key) and other != key for other in seen):
            seen.append(key)
    return solve(seen)


@wrong("loses what lies below an edge when it splits it", passes_examples=True)
def loses_what_is_below(keys):
    root = {}
    for key in keys:
        node, rest = root, key
        while True:
            edge = next((edge for edge in node if edge[:1] == rest[:1]), None)
            if edge is None:
                node[rest] = {"": None} if rest else None
            if not edge:
                break
            shared = len(commonprefix([edge, rest]))
            if shared < len(edge):
                below = node.pop(edge)
                node[edge[:shared]] = {
                    edge[shared:]: {"": None} if len(below) > 2 or "" not in below else below
                }
            node, rest = node[edge[:shared]], rest[shared:]
    return root


@wrong("splits off the last character of each key")
def a_node_for_the_end(keys):
    def split(node):
        result = {}
        for edge, below in node.items():
            if below == {"": None} and len(edge) > 2:
                result[edge[:-1]] = {edge[-1]: below}
            else:
                result[edge] = below and split(below)
        return result

    return split(solve(keys))


@wrong(
    "hangs everything below one edge when all keys begin alike, and an empty edge else", passes_examples=True
)
def root_is_shared(keys):
    shared = commonprefix(keys)
    return solve(keys) if shared or not keys else {shared: solve(keys)}


@wrong("leaves the empty key out", passes_examples=True)
def no_empty_key(keys):
    return solve([key for key in keys if key])


@wrong("notes where a key ends with an empty node")
def empty_node_for_none(keys):
    def turned(node):
        return {edge: {} if below is None else turned(below) for edge, below in node.items()}

    return turned(solve(keys))


@wrong(
    "looks through all keys before each key, to see whether it is new", fails="growth", passes_examples=True
)
def looks_at_all_before(keys):
    seen = []
    for key in keys:
        for other in seen:
            if other == key:
                break
        else:
            seen.append(key)
    return solve(seen)


@wrong("sorts the keys that wait, to take the first of them", fails="growth", passes_examples=True)
def sorts_for_each(keys):
    waiting, root = {key[:] for key in keys}, {}
    while waiting:
        key = sorted(waiting)[0]
        waiting.discard(key)
        node = root
        for character in key:
            node = node.setdefault(character, {})
        node[""] = None

    def pulled(node):
        result = {}
        for edge, below in node.items():
            while below is not None and len(below) == 1 and "" not in below:
                ((character, below),) = below.items()
                edge += character
            result[edge] = below and pulled(below)
        return result

    return pulled(root)


NOTES = """
**Complexity**: O(characters of all keys), besides the look at the edges of a node.
Nodes: at most two for each key, however long the keys are, because each node but the root ends a key or has two ways on.

**Pitfall**: the key that ends in the middle of an edge.
It needs the split as well, and nothing hangs below its end but what was there before.

**Alternative**: sorted keys give the same tree in one pass: what a key shares with the one before it says where the tree branches, and a stack holds the open way.
It is the order in which index files are built; insertion is for trees that must be right after each key.

**In an engine**: DuckDB's and HyPer's ART indexes are radix trees over bytes with four sizes of nodes; Linux keeps its page cache in one, over the bits of the page's number.
PostgreSQL's SP-GiST has one for text, with a shared prefix in each inner tuple.
"""
