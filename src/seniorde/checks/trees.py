"""Binary trees: written and printed level by level, copied and compared as wholes, however deep."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from seniorde.checks.linked import Linked, nodes


class Again(NamedTuple):
    """In `Tree.of`: not a new node, but the one at this place, counted from 0 without the Nones."""

    place: int


class Tree(Linked):
    """A node of a binary tree: its `value`, and `left` and `right`, each a node or None."""

    __slots__ = ("left", "right", "value")

    def __init__(self, value: Any, left: Tree | None = None, right: Tree | None = None) -> None:
        self.value = value
        self.left = left
        self.right = right

    @classmethod
    def of(cls, *values: Any) -> Tree | None:
        """The root of a tree, its values level by level; None where there is no node.

        >>> Tree.of(8, 3, 9, None, 5)
        Tree.of(8, 3, 9, None, 5)
        >>> Tree.of(8, 3, 9, None, 5).left
        Tree.of(3, None, 5)
        """
        coming = iter(values)
        made: list[Tree] = []

        def following() -> Tree | None:
            value = next(coming, None)
            if value is None:
                return None
            if isinstance(value, Again):
                return made[value.place]
            made.append(cls(value))
            return made[-1]

        root = following()
        for node in made:  # it grows meanwhile
            node.left = following()
            node.right = following()
        return root

    def __repr__(self) -> str:
        place: dict[Any, int] = {self: 0}
        waiting, parts = deque([self]), [repr(self.value)]
        while waiting:
            node = waiting.popleft()
            for child in (node.left, node.right):
                if isinstance(child, Tree) and child not in place:
                    place[child] = len(place)
                    waiting.append(child)
                    parts.append(repr(child.value))
                else:
                    parts.append(repr(Again(place[child]) if isinstance(child, Tree) else child))
        while len(parts) > 1 and parts[-1] == "None":
            parts.pop()
        return f"Tree.of({', '.join(parts)})"


def smaller(root: Tree) -> Iterator[Tree | None]:
    """The tree with a subtree taken away, or a child in its parent's place; the largest cuts come first."""
    yield from (root.left, root.right)
    for place, node in enumerate(nodes(root)):
        for side in ("left", "right"):
            child = getattr(node, side)
            for instead in ("", "left", "right") if child else ():
                cut = copy.deepcopy(root)
                parent = nodes(cut)[place]
                left_over = getattr(getattr(parent, side), instead) if instead else None
                if left_over or not instead:
                    setattr(parent, side, left_over)
                    yield cut


_NEW = object()


def in_place(answer: Callable[..., Any], root: Tree | None, *rest: Any) -> Any:
    """A problem's `call` for an answer that relinks the nodes it is given.

    In the result a node that was not given, or has another value than before, is marked as such.
    """
    before = {node: node.value for node in _trees(root)}  # keeps the nodes alive
    result = answer(root, *rest)
    for node in _trees(result):
        value = before.get(node, _NEW)
        if value is _NEW:
            node.value = f"{node.value} in a new node"
        elif value is not node.value:
            node.value = f"{node.value} in the node of {value}"
    return result


def _trees(root: Any) -> list[Tree]:
    return [node for node in nodes(root) if isinstance(node, Tree)] if isinstance(root, Tree) else []
