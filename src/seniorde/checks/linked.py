"""Nodes that point to one another: copied, compared and printed as the whole they are part of, loops and all.

A node equals itself alone, as an object of any plain class does: an answer may say `a is b` or keep
nodes in a set. What two structures have in common is what `shape` returns of them.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any, ClassVar


class Linked:
    """Base class of nodes: the fields are the `__slots__`, two or more, each a value or another node."""

    __slots__: tuple[str, ...] = ()
    _read: ClassVar[Callable[[Any], tuple[Any, ...]]]

    def __init_subclass__(cls) -> None:
        cls._read = attrgetter(*cls.__slots__)

    def __deepcopy__(self, memo: dict[int, Any]) -> Linked:
        def plain(value: Any) -> Any:
            items = value if type(value) is tuple else (value,)
            return value if _PLAIN.issuperset(map(type, items)) else copy.deepcopy(value, memo)

        return copied(self, plain, memo)


_PLAIN = {int, float, str, bool, type(None)}


class Node(Linked):
    """A node of a list: `value`, and `next`, the node that follows or None."""

    __slots__ = ("next", "value")

    def __init__(self, value: Any, next: Node | None = None) -> None:
        self.value = value
        self.next = next

    @classmethod
    def of(cls, *values: Any, back: int | None = None) -> Node | None:
        """The first of a list of nodes; with `back` the last one leads back to the node at that position.

        >>> Node.of(3, 1, 2)
        Node.of(3, 1, 2)
        >>> Node.of(3, 1, 2, back=1).next
        Node.of(1, 2, back=0)
        """
        nodes = [cls(value) for value in values]
        for node, follower in itertools.pairwise(nodes):
            node.next = follower
        if back is not None:
            nodes[-1].next = nodes[back]
        return nodes[0] if nodes else None

    def __repr__(self) -> str:
        chain = list(_chain(self))
        back = next((at for at, node in enumerate(chain) if node is chain[-1].next), None)
        parts = [repr(node.value) for node in chain] + ([] if back is None else [f"back={back}"])
        return f"Node.of({', '.join(parts)})"


def values(head: Node | None) -> list[Any]:
    """The values of a list of nodes, each node once."""
    return [node.value for node in _chain(head)]


def _chain(head: Node | None) -> Iterator[Node]:
    seen: set[int] = set()
    while isinstance(head, Node) and id(head) not in seen:
        seen.add(id(head))
        yield head
        head = head.next


def nodes(start: Linked) -> list[Linked]:
    """Every node that can be reached, each once, in the order of their fields."""
    found, seen = [start], {id(start)}
    for node in found:
        for value in type(node)._read(node):
            if isinstance(value, Linked) and id(value) not in seen:
                seen.add(id(value))
                found.append(value)
    return found


def shape(start: Linked) -> list[tuple[str, list[Any]]]:
    """Kind and fields of every node, a link as the number of the node it leads to.

    Two structures have the same shape when nothing but the identity of their nodes tells them apart.
    """
    found = nodes(start)
    number = {id(node): at for at, node in enumerate(found)}
    return [
        (
            type(node).__name__,
            [(Linked, number[id(v)]) if isinstance(v, Linked) else v for v in type(node)._read(node)],
        )
        for node in found
    ]


def copied(start: Linked, each: Callable[[Any], Any], memo: dict[int, Any]) -> Linked:
    """A copy of all that can be reached, its values passed through `each`; however long, it does not recurse.

    `memo` holds the copies by the id of their originals: what two calls share stays shared.
    """
    found = [node for node in nodes(start) if id(node) not in memo]
    memo.update((id(node), object.__new__(type(node))) for node in found)
    for node in found:
        for name, value in zip(type(node).__slots__, type(node)._read(node), strict=True):
            setattr(memo[id(node)], name, memo[id(value)] if isinstance(value, Linked) else each(value))
    twin: Linked = memo[id(start)]
    return twin


_GIVEN = object()


def in_place(answer: Callable[..., Any], head: Node | None, *rest: Any) -> Any:
    """A problem's `call` for an answer that relinks the nodes it is given.

    In the result a node that was not given, or has another value than before, is marked as such.
    """
    before: dict[Node, Any] = {}  # keeps the nodes alive, so that no new one takes the place of an old one
    node = head
    while isinstance(node, Node) and node not in before:
        before[node] = node.value
        node = node.next
    result = node = answer(head, *rest)
    while isinstance(node, Node):
        value = before.get(node, node)
        if value is _GIVEN:
            break
        if value is node:
            node.value = f"{node.value} in a new node"
        elif value is not node.value:
            node.value = f"{node.value} in the node of {value}"
        before[node] = _GIVEN
        node = node.next
    return result
