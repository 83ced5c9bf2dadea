"""Trees of many shapes for the cases: grown at random, deep as a chain, balanced."""

from random import Random
from typing import Any

from seniorde.checks.trees import Tree


def grown(rng: Random, values: list[Any]) -> Tree | None:
    """A tree in which each value but the first hangs at a free place drawn at random."""
    root = Tree(values[0]) if values else None
    free = [(root, "left"), (root, "right")]
    for value in values[1:]:
        at = rng.randrange(len(free))
        free[at], free[-1] = free[-1], free[at]
        parent, side = free.pop()
        node = Tree(value)
        setattr(parent, side, node)
        free += [(node, "left"), (node, "right")]
    return root


def deep(rng: Random, values: list[Any]) -> Tree | None:
    """A tree with as many levels as nodes: each has one child, left or right."""
    root = None
    for value in reversed(values):
        root = Tree(value, root) if rng.random() < 0.5 else Tree(value, None, root)
    return root


def balanced(keys: list[Any], rng: Random | None = None) -> Tree | None:
    """A search tree of sorted keys, its height about the logarithm of their number."""
    if not keys:
        return None
    middle = len(keys) // 2
    if rng and len(keys) > 2:
        middle = rng.randint(len(keys) // 3, 2 * len(keys) // 3)
    return Tree(keys[middle], balanced(keys[:middle], rng), balanced(keys[middle + 1 :], rng))


def parents(rng: Random, size: int, kind: str) -> list[tuple[int, int | None]]:
    """Rows (id, parent) in any order: "grown" at random, a "chain", a "star", or "several" trees."""
    ids = rng.sample(range(3 * size), size)
    rows: list[tuple[int, int | None]] = []
    for at, id in enumerate(ids):
        above = {"grown": rng.randrange(at or 1), "chain": at - 1, "star": 0}.get(
            kind, rng.randint(-2, at - 1)
        )
        rows.append((id, None if at == 0 or above < 0 else ids[above]))
    rng.shuffle(rows)
    return rows
