"""# Keys that no search finds

A unique index is a binary search tree: a search goes left when its key is less than the node's, right when it is greater, and ends at a node with an equal key.
After a disk fault some nodes hold wrong keys.
They are still in the tree, but a search may never come to them.

Return the keys of all nodes that a search for that key, begun at the root, does not reach; in the order of the tree from left to right: all in a node's left subtree, the node, all in its right subtree.

>>> solve(Tree.of(8, 3, 9, 1, 10))
[10]
>>> solve(Tree.of(8, 9, None, 7, 3))
[9, 3]
>>> solve(Tree.of(5, 5))
[5]

In the second tree 9 is lost: a search for 9 goes right at 8.
A search for 7 does find it: left at 8, left at 9.

Limits: up to a million nodes, as many levels; keys are integers of 64 bits.
A `Tree` has `value`, `left` and `right`; `Tree.of` writes it level by level, `None` where no node is.
An empty tree is `None`.
"""

from collections.abc import Iterator
from random import Random

from seniorde.checks.trees import Tree
from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import balanced, grown

PROBLEM = Problem(
    id="w3-trees-lost-keys",
    pattern="bounds handed down",
    difficulty="medium",
    minutes=25,
    points=3,
    order=4,
    classic="validate a binary search tree",
    growth="n",
    growth_size=20,
    idea=(
        "the two bounds between which a search comes to this node",
        "a search for a key comes here exactly when the key lies between the bounds of the way",
        "the keys outside the bounds of their place, from left to right",
    ),
    hints=(
        "Which searches come to the left child of the root, and which to the right child of that one?",
        "Hand two bounds down. Going left the upper one becomes the node's key, but only if that is lower than it was.",
        "For the order of the tree: go left as far as you can and keep each node with its bounds on a stack; then take one off, and go on at its right.",
    ),
)


def solve(root: Tree | None) -> list[int]:
    lost, waiting = [], []
    node, low, high = root, float("-inf"), float("inf")
    while node or waiting:
        while node:
            waiting.append((node, low, high))
            node, high = node.left, min(high, node.value)
        node, low, high = waiting.pop()
        if not low < node.value < high:
            lost.append(node.value)
        node, low = node.right, max(low, node.value)
    return lost


def oracle(root):
    """Search for each key."""

    def reaches(target):
        here = root
        while here is not None:
            if here is target:
                return True
            if here.value == target.value:
                return False
            here = here.left if target.value < here.value else here.right
        return False

    def nodes(node):
        return [] if node is None else [*nodes(node.left), node, *nodes(node.right)]

    return [node.value for node in nodes(root) if not reaches(node)]


EDGES = {
    "nothing": (None,),
    "one node": (Tree.of(0),),
    "all found": (Tree.of(4, 2, 6, 1, 3, 5, 7),),
    "the least key there is": (Tree.of(-(2**63), None, 2**63 - 1),),
    "only negative keys": (Tree.of(-5, -7, -1),),
    "fits its parent, not the root": (Tree.of(8, 3, None, None, 9),),
    "fits its parent, not the root, on the other side": (Tree.of(3, None, 8, 1),),
    "equal on the left": (Tree.of(4, 2, None, None, 4),),
    "equal on the right": (Tree.of(4, None, 6, 4),),
    "0 is a bound": (Tree.of(0, -1, 1, None, 2, -2),),
    "a lost node does not widen the bounds": (Tree.of(8, 20, None, None, 12),),
    "in order, and yet lost": (Tree.of(5, 9, None, 6),),
    "found below a lost one": (Tree.of(8, 9, None, 7),),
    "twins, both lost": (Tree.of(5, 9, None, 9),),
}


def _line(rng, keys):
    """A sound index with as many levels as keys."""
    low, high, steps = 0, len(keys) - 1, []
    while low <= high:
        if rng.random() < 0.5:
            steps.append((keys[low], "right"))
            low += 1
        else:
            steps.append((keys[high], "left"))
            high -= 1
    root = None
    for key, side in reversed(steps):
        root = Tree(key, **{side: root})
    return root


def cases(rng: Random, size: int) -> Iterator[tuple]:
    keys = sorted(rng.sample(range(-size, 2 * size), size))
    hurt = list(keys)
    for _ in range(rng.randint(1, 3)):
        hurt[rng.randrange(size)] = rng.randint(-size, 2 * size)
    yield (balanced(hurt, rng),)
    yield (_line(rng, keys),)
    if size < 20:
        yield (grown(rng, rng.choices(keys, k=size)),)


@variant
def from_the_top(root):
    """Bounds in any order first; then the keys from left to right."""
    lost, waiting = set(), [(root, None, None)]
    while waiting:
        node, low, high = waiting.pop()
        if node is None:
            continue
        key = node.value
        if (low is not None and key <= low) or (high is not None and key >= high):
            lost.add(node)
        waiting.append((node.left, low, key if high is None else min(key, high)))
        waiting.append((node.right, key if low is None else max(key, low), high))
    keys, way, node = [], [], root
    while way or node:
        if node:
            way.append(node)
            node = node.left
        else:
            node = way.pop()
            if node in lost:
                keys.append(node.value)
            node = node.right
    return keys


@variant
def marks_on_the_stack(root):
    lost, waiting = [], [(root, -(2**64), 2**64, False)]
    while waiting:
        node, low, high, ready = waiting.pop()
        if node is None:
            continue
        if ready:
            if node.value <= low or node.value >= high:
                lost.append(node.value)
            continue
        waiting.append((node.right, max(low, node.value), high, False))
        waiting.append((node, low, high, True))
        waiting.append((node.left, low, min(high, node.value), False))
    return lost


@variant
def bounds_of_nodes_in_a_dict(root):
    bounds, order = {root: (float("-inf"), float("inf"))}, [root] if root else []
    for node in order:
        low, high = bounds[node]
        for child, pair in (
            (node.left, (low, min(high, node.value))),
            (node.right, (max(low, node.value), high)),
        ):
            if child:
                bounds[child] = pair
                order.append(child)
    keys, way, node = [], [], root
    while way or node:
        while node:
            way.append(node)
            node = node.left
        node = way.pop()
        if not bounds[node][0] < node.value < bounds[node][1]:
            keys.append(node.value)
        node = node.right
    return keys


def _walked(root, bounds_left, bounds_right, found=lambda low, key, high: low < key < high):
    lost, waiting = [], [(root, float("-inf"), float("inf"), False)]
    while waiting:
        node, low, high, ready = waiting.pop()
        if node is None:
            continue
        if ready:
            if not found(low, node.value, high):
                lost.append(node.value)
            continue
        waiting.append((node.right, *bounds_right(low, node.value, high), False))
        waiting.append((node, low, high, True))
        waiting.append((node.left, *bounds_left(low, node.value, high), False))
    return lost


@wrong("compares each node with its parent only")
def parent_only(root):
    return _walked(
        root, lambda low, key, high: (float("-inf"), key), lambda low, key, high: (key, float("inf"))
    )


@wrong("lets a lost node widen the bounds", passes_examples=True)
def bounds_overwritten(root):
    return _walked(root, lambda low, key, high: (low, key), lambda low, key, high: (key, high))


@wrong("counts an equal key on the right as found", passes_examples=True)
def equal_on_the_right(root):
    return _walked(
        root,
        lambda low, key, high: (low, min(key, high)),
        lambda low, key, high: (max(key, low), high),
        lambda low, key, high: low <= key < high,
    )


@wrong("counts equal keys as found")
def equal_is_found(root):
    return _walked(
        root,
        lambda low, key, high: (low, min(key, high)),
        lambda low, key, high: (max(key, low), high),
        lambda low, key, high: low <= key <= high,
    )


@wrong("takes a bound of 0 for none", passes_examples=True)
def zero_is_no_bound(root):
    def found(low, key, high):
        return (low is None or not low or key > low) and (high is None or not high or key < high)

    lost, waiting = [], [(root, None, None, False)]
    while waiting:
        node, low, high, ready = waiting.pop()
        if node and ready:
            if not found(low, node.value, high):
                lost.append(node.value)
        elif node:
            key = node.value
            waiting.append((node.right, key if low is None else max(low, key), high, False))
            waiting.append((node, low, high, True))
            waiting.append((node.left, low, key if high is None else min(high, key), False))
    return lost


@wrong("takes everything below a lost node for lost")
def all_below(root):
    lost, waiting = [], [(root, float("-inf"), float("inf"), False, False)]
    while waiting:
        node, low, high, hurt, ready = waiting.pop()
        if node is None:
            continue
        hurt = hurt or not low < node.value < high
        if ready:
            lost += [node.value] if hurt else []
            continue
        waiting.append((node.right, max(low, node.value), high, hurt, False))
        waiting.append((node, low, high, hurt, True))
        waiting.append((node.left, low, min(high, node.value), hurt, False))
    return lost


@wrong("reports a key that is not greater than the one before it from left to right")
def order_only(root):
    lost, way, node, before = [], [], root, None
    while way or node:
        while node:
            way.append(node)
            node = node.left
        node = way.pop()
        if before is not None and node.value <= before:
            lost.append(node.value)
        before, node = node.value, node.right
    return lost


@wrong("returns the keys sorted", passes_examples=False)
def sorted_keys(root):
    return sorted(solve(root))


@wrong("calls itself on each level", fails="recursion", passes_examples=True)
def recursive(root):
    def look(node, low, high):
        if node is None:
            return []
        mine = [] if low < node.value < high else [node.value]
        left = look(node.left, low, min(high, node.value))
        return left + mine + look(node.right, max(low, node.value), high)

    return look(root, float("-inf"), float("inf"))


@wrong("searches for the key of each node", fails="growth", passes_examples=True)
def searches_for_each(root):
    lost, way, node = [], [], root
    while way or node:
        while node:
            way.append(node)
            node = node.left
        node, here = way.pop(), root
        while here and here is not node and here.value != node.value:
            here = here.left if node.value < here.value else here.right
        if here is not node:
            lost.append(node.value)
        node = node.right
    return lost


@wrong("keeps copies of all bounds of the way and takes their extremes", fails="growth", passes_examples=True)
def all_bounds_of_the_way(root):
    lost, lows, highs, waiting = [], [-(2**64)], [2**64], [(root, "enter")]
    while waiting:
        node, step = waiting.pop()
        if node is None:
            continue
        key = int(node.value)
        if step == "enter":
            highs.append(key)
            waiting += [(node, "between"), (node.left, "enter")]
        elif step == "between":
            highs.pop()
            if not max(lows) < key < min(highs):
                lost.append(key)
            lows.append(key)
            waiting += [(node, "leave"), (node.right, "enter")]
        else:
            lows.pop()
    return lost


NOTES = """
**Complexity**: O(n) time, O(height) memory.

**Pitfall**: a node may fit its parent and still be lost, because a bound comes from further up.
And the key of a lost node is a bound like any other, but it can only narrow the way, never widen it: take the lower of two upper bounds.

**Alternative**: if you only want to know *whether* the index is sound, walk from left to right and compare each key with the one before.
It says no more than yes or no: which of two keys is wrong is not seen, and a key that is in order by luck is lost all the same.

**In an engine**: PostgreSQL's `amcheck` does this for B-trees: `bt_index_check` checks the order within a level, `bt_index_parent_check` also that between parents and children, and with `rootdescend` it searches for each entry from the root.
An index whose text collation changed with the operating system is the usual patient: every page is in order by the old rules, and searches by the new ones miss rows, so a unique index lets duplicates in.
"""
