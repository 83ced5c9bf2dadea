"""# Retention on an index

An index over event times is a binary search tree of distinct integers; its height is about the logarithm of its size.
Everything before `cutoff` has expired.
Remove all keys that are less than `cutoff`, and return the root of what is left, `None` if nothing is.

Relink the nodes: no new ones, and each keeps its value.
A node that stays keeps its parent if that stays, too; otherwise it hangs under the nearest node above it that stays, on the side where it was, or it is the new root.

>>> solve(Tree.of(40, 20, 60, 10, 30, 50, 70), 25)
Tree.of(40, 30, 60, None, None, 50, 70)
>>> solve(Tree.of(40, 20, 60, 10, 30, 50, 70), 45)
Tree.of(60, 50, 70)
>>> solve(Tree.of(40, 20), 90) is None
True

Limits: up to a million keys; the work may grow with the height, not with the number of keys: most of what expires is never looked at.
A `Tree` has `value`, `left` and `right`; `Tree.of` writes it level by level, `None` where no node is.
An empty index is `None`.
"""

from collections.abc import Iterator
from random import Random

from seniorde.checks.trees import Tree, in_place
from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import balanced

PROBLEM = Problem(
    id="w3-trees-expire",
    pattern="relink along one edge",
    difficulty="medium",
    minutes=25,
    points=3,
    order=6,
    classic="trim a binary search tree; split a binary search tree",
    growth="log n",
    growth_size=25,
    mutates=True,
    idea=(
        "the last node of the left edge that stays",
        "it and all on its right stay; whatever is still open hangs on its left",
        "the left link skips expired nodes, to the right, until one stays",
    ),
    hints=(
        "If a node expires, what do you know of its left subtree? And if it stays, of its right one?",
        "An expired node takes its left side with it, and only its right side can hold something that stays.",
        "First find the new root: go right as long as the root expires. Then do the same at the left link of each node that stays.",
    ),
)

call = in_place


def solve(root: Tree | None, cutoff: int) -> Tree | None:
    while root and root.value < cutoff:
        root = root.right
    stays = root
    while stays:
        while stays.left and stays.left.value < cutoff:
            stays.left = stays.left.right
        stays = stays.left
    return root


def oracle(root, cutoff):
    """A new tree, each node looked at."""
    if root is None:
        return None
    left, right = oracle(root.left, cutoff), oracle(root.right, cutoff)
    return right if root.value < cutoff else Tree(root.value, left, right)


_INDEX = Tree.of(0, -20, 20, -30, -10, 10, 30)

EDGES = {
    "nothing": (None, 5),
    "all stay": (_INDEX, -99),
    "all go": (_INDEX, 99),
    "the cutoff is a key": (_INDEX, -10),
    "the cutoff is the root": (_INDEX, 0),
    "the root goes": (_INDEX, 1),
    "only the last stays": (_INDEX, 30),
    "one node stays": (Tree.of(1), 1),
    "one node goes": (Tree.of(1), 2),
    "two expired ones in a row": (Tree.of(9, 2, None, 1, 4, None, None, 3, 5), 5),
    "an expired one below one that stays below an expired one": (
        Tree.of(20, 4, None, 2, 12, None, None, 8, 14, 6, 9),
        9,
    ),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for share in (0.3, 0.6, 0.9) if size <= 100 else (0.6,):
        index = balanced(sorted(rng.sample(range(-size, 3 * size), size)), rng)
        yield index, int(4 * size * share) - size


@variant
def calls_itself(root, cutoff):
    """The height is small, so a function may call itself on each level."""
    if root is None:
        return None
    if root.value < cutoff:
        return calls_itself.answer(root.right, cutoff)
    root.left = calls_itself.answer(root.left, cutoff)
    return root


@variant
def node_in_front(root, cutoff):
    front = Tree(None, root)
    stays = front
    while stays.left:
        if stays.left.value < cutoff:
            stays.left = stays.left.right
        else:
            stays = stays.left
    return front.left


@variant
def way_first(root, cutoff):
    """Walk the way of the cutoff, keep those that stay, and tie them together."""
    kept, node = [], root
    while node:
        if node.value < cutoff:
            node = node.right
        else:
            kept.append(node)
            node = node.left
    for node, follower in zip(kept, [*kept[1:], None]):
        node.left = follower
    return kept[0] if kept else None


@wrong("removes the cutoff's own key as well", passes_examples=True)
def cutoff_goes(root, cutoff):
    return solve(root, cutoff + 1)


@wrong("keeps an expired root", passes_examples=False)
def root_stays(root, cutoff):
    if root:
        root.left = solve(root.left, cutoff)
    return root


@wrong("drops a node with everything below it")
def whole_subtree(root, cutoff):
    node = root = root if root is None or root.value >= cutoff else None
    while node:
        if node.left and node.left.value < cutoff:
            node.left = None
        node = node.left
    return root


@wrong("skips one expired node only, and steps on", passes_examples=True)
def skips_one(root, cutoff):
    while root and root.value < cutoff:
        root = root.right
    node = root
    while node:
        if node.left and node.left.value < cutoff:
            node.left = node.left.right
        node = node.left
    return root


@wrong("stops at the first node of the left edge that had to be skipped", passes_examples=True)
def stops_too_soon(root, cutoff):
    while root and root.value < cutoff:
        root = root.right
    node = root
    while node and node.left and node.left.value >= cutoff:
        node = node.left
    while node and node.left and node.left.value < cutoff:
        node.left = node.left.right
    return root


@wrong("builds new nodes", passes_examples=False)
def new_nodes(root, cutoff):
    return oracle(root, cutoff)


@wrong("moves values instead of links", passes_examples=False)
def moves_values(root, cutoff):
    while root and root.value < cutoff:
        if root.right is None:
            return None
        source = root.right
        root.value, root.left, root.right = source.value, source.left, source.right
    if root:
        root.left = solve(root.left, cutoff)
    return root


@wrong("looks at every node", fails="growth", passes_examples=True)
def every_node(root, cutoff):
    if root is None:
        return None
    left, right = every_node.answer(root.left, cutoff), every_node.answer(root.right, cutoff)
    if root.value < cutoff:
        return right
    root.left, root.right = left, right
    return root


@wrong("removes the least key again and again", fails="growth", passes_examples=True)
def one_by_one(root, cutoff):
    front = Tree(None, root)
    while front.left:
        above = front
        while above.left.left:
            above = above.left
        if above.left.value >= cutoff:
            break
        above.left = above.left.right
    return front.left


NOTES = """
**Complexity**: O(height) time, O(1) memory: one way from the root to a leaf, whatever expires.

**Pitfall**: behind an expired node may stand another one, so look at the same link again before you step on.
A node in front of the root makes the root a link like any other.

**Alternative**: a function that calls itself, in four lines; it needs a frame for each level, which is fine while the tree is balanced.

**In an engine**: "drop a range" is cheap in a tree and dear in a heap of rows, which is why retention by `DELETE` is slow: the index could let go of a whole side at once, but each row must be marked dead, in the table and in every index.
Dropping a partition is the same trick one floor higher, and so are RocksDB's FIFO compaction and Cassandra's time windows, which drop whole files.
"""
