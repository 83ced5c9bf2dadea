"""# The next page of an index

A service hands out records in pages, by key: `WHERE key > :after ORDER BY key LIMIT :limit`.
The index is a binary search tree of distinct integers; its height is about the logarithm of its size.

Return the `limit` least keys that are greater than `after`, in order; fewer when there are no more.
`after` is `None` for the first page; it need not be a key of the index, which may have been deleted meanwhile.

>>> INDEX = Tree.of(40, 20, 60, 10, 30, 50, 70)
>>> solve(INDEX, 20, 3)
[30, 40, 50]
>>> solve(INDEX, 55, 9)
[60, 70]
>>> solve(INDEX, None, 2)
[10, 20]

Limits: up to a million keys; pages are short, and a page takes about `limit` plus log n steps.
A `Tree` has `value`, `left` and `right`; `Tree.of` writes it level by level, `None` where no node is.
An empty index is `None`; `limit` is 0 or more.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

from seniorde.checks.trees import Tree
from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import balanced

PROBLEM = Problem(
    id="w3-trees-next-page",
    pattern="in-order from a key on",
    difficulty="medium",
    minutes=25,
    points=3,
    order=5,
    classic="binary search tree iterator; k-th smallest; in-order successor",
    growth="log n",
    growth_size=50,
    idea=(
        "a stack of nodes whose left side is done, the least on top",
        "every key still to be returned is on the stack or in the right subtree of a node on it",
        "keys taken off the top, limit at most",
    ),
    hints=(
        "On the way down to `after`: which nodes of the way will be returned later, and in which order?",
        "Keep those that are greater, and go left there; at the others go right and keep nothing.",
        "The top of the stack is the next key. After it come the keys of its right subtree: go right once, then left to the end, keeping each node.",
    ),
)

INDEX = Tree.of(40, 20, 60, 10, 30, 50, 70)


def solve(root: Tree | None, after: int | None, limit: int) -> list[int]:
    waiting, node = [], root
    while node:
        if after is None or node.value > after:
            waiting.append(node)
            node = node.left
        else:
            node = node.right
    page = []
    while waiting and len(page) < limit:
        node = waiting.pop()
        page.append(node.value)
        node = node.right
        while node:
            waiting.append(node)
            node = node.left
    return page


def oracle(root, after, limit):
    """Write all keys down, sort and choose."""

    def keys(node):
        return [] if node is None else [node.value, *keys(node.left), *keys(node.right)]

    return sorted(key for key in keys(root) if after is None or key > after)[:limit]


_SMALL = Tree.of(0, -20, 20, -30, -10, 10, 30)

EDGES = {
    "nothing": (None, None, 3),
    "nothing, after a key": (None, 4, 3),
    "after 0": (_SMALL, 0, 2),
    "limit 0": (_SMALL, None, 0),
    "after the last": (_SMALL, 30, 2),
    "before the first": (_SMALL, -99, 2),
    "everything": (_SMALL, None, 99),
    "between two keys": (_SMALL, 12, 2),
    "the last key of a right subtree": (_SMALL, -10, 3),
    "a negative key": (_SMALL, -20, 9),
    "only one key": (Tree.of(1), 0, 5),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    index = balanced(sorted(rng.sample(range(-size, 3 * size), size)), rng)
    for after in (None, rng.randrange(-size, 3 * size), 2 * size):
        yield index, after, rng.randint(1, 4)


@variant
def generator(root, after, limit):
    def keys(node):
        if node is None:
            return
        if after is None or node.value > after:
            yield from keys(node.left)
            yield node.value
        yield from keys(node.right)

    return list(islice(keys(root), limit))


@variant
def one_search_a_key(root, after, limit):
    """Search for the next greater key from the root, again and again."""
    page = []
    for _ in range(limit):
        node, found = root, None
        while node:
            if after is None or node.value > after:
                found, node = node.value, node.left
            else:
                node = node.right
        if found is None:
            break
        page.append(found)
        after = found
    return page


@variant
def full_page_raises(root, after, limit):
    """A function that calls itself and stops everything once the page is full."""
    page = []

    def walk(node):
        if node is None or len(page) >= limit:
            return
        if after is None or node.value > after:
            walk(node.left)
            if len(page) < limit:
                page.append(node.value)
        walk(node.right)

    walk(root)
    return page


@wrong("begins with `after` itself")
def from_the_key_on(root, after, limit):
    return solve(root, after if after is None else after - 1, limit)


@wrong("takes an `after` of 0 for none", passes_examples=True)
def zero_is_none(root, after, limit):
    return solve(root, after or None, limit)


@wrong("returns one key even when the limit is 0", passes_examples=True)
def at_least_one(root, after, limit):
    return solve(root, after, max(limit, 1))


@wrong("finds the key first, and returns nothing when it was deleted")
def key_must_be_there(root, after, limit):
    node = root
    while node and after is not None and node.value != after:
        node = node.left if after < node.value else node.right
    return solve(root, after, limit) if node else []


@wrong("goes on below the key only, and forgets the greater ones on the way")
def subtree_only(root, after, limit):
    node = root
    while node and after is not None and node.value != after:
        node = node.left if after < node.value else node.right
    return solve(node, after, limit) if node else solve(root, after, limit)


@wrong("forgets the right side of each node", passes_examples=False)
def without_right_sides(root, after, limit):
    waiting, node = [], root
    while node:
        if after is None or node.value > after:
            waiting.append(node.value)
            node = node.left
        else:
            node = node.right
    return waiting[::-1][:limit]


@wrong("keeps the nodes of the way that are less, too")
def keeps_all_of_the_way(root, after, limit):
    waiting, node, page = [], root, []
    while node:
        waiting.append(node)
        node = node.left if after is None or node.value > after else node.right
    while waiting and len(page) < limit:
        node = waiting.pop()
        page.append(node.value)
        node = node.right
        while node:
            waiting.append(node)
            node = node.left
    return page


@wrong("walks through the whole index and cuts the page out", fails="growth", passes_examples=True)
def whole_index(root, after, limit):
    keys, way, node = [], [], root
    while way or node:
        while node:
            way.append(node)
            node = node.left
        node = way.pop()
        if after is None or node.value > after:
            keys.append(node.value)
        node = node.right
    return keys[:limit]


@wrong(
    "stops when the page is full, but walks through all smaller keys first",
    fails="growth",
    passes_examples=True,
)
def from_the_first_key(root, after, limit):
    page, way, node = [], [], root
    while (way or node) and len(page) < limit:
        while node:
            way.append(node)
            node = node.left
        node = way.pop()
        if after is None or node.value > after:
            page.append(node.value)
        node = node.right
    return page


NOTES = """
**Complexity**: O(height + limit) time, O(height) memory.

**Pitfall**: the key of the last page may be gone when the next one is asked for, so seek to a *place*, not to a node.
And the successor of a node without a right side lies further up: it is the last node of the way at which the search went left.

**Alternative**: one search from the root for each key, O(height) each, with no stack at all.
A generator is the shortest; its frames are the stack.

**In an engine**: `OFFSET 100000 LIMIT 20` walks over a hundred thousand entries, as the two slow answers do; `WHERE key > :after` seeks.
With more than one column write `(day, id) > (:day, :id)`, which PostgreSQL uses as one range of an index on both.
"""
