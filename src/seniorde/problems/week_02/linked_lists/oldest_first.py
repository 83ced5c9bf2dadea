"""# From undo to redo

A transaction keeps its changes as a list of nodes, the newest first: an undo walks it from its head.
A redo needs the oldest first.
Turn the list round and return its new first node.

A `Node` has a `value` and `next`, the node that follows, or `None` at the end; `Node.of(…)` makes a list of nodes.
Relink the nodes that you are given: other parts of the engine point to them, so a node keeps its value, and you make no new ones.
No changes are `None`.

>>> solve(Node.of("add", "pay", "ship"))
Node.of('ship', 'pay', 'add')
>>> solve(None) is None
True

Limits: up to a million nodes; values may be equal.
"""

from collections.abc import Iterator
from random import Random

from seniorde.checks.linked import Node, in_place, values
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-oldest-first",
    pattern="linked list",
    difficulty="easy",
    minutes=15,
    points=2,
    order=1,
    classic="reverse a linked list",
    growth="n",
    growth_size=40,
    mutates=True,
    idea=(
        "the head of what is turned, and the head of what is not yet",
        "together they hold every node once, and no link leads from one to the other",
        "the turned part, once nothing else is left",
    ),
    hints=(
        "Two lists: one already turned, empty at first, and the rest. What moves from one to the other in a step?",
        "As soon as you set `head.next`, the rest is out of reach. What must be kept before that?",
        "Three names are enough: the node turned last, the node in hand, the node that follows it.",
    ),
)

call = in_place


def solve(head: Node | None) -> Node | None:
    turned = None
    while head:
        rest = head.next
        head.next = turned
        turned, head = head, rest
    return turned


def oracle(head):
    return Node.of(*reversed(values(head)))


EDGES = {
    "one change": (Node.of("add"),),
    "two changes": (Node.of("add", "pay"),),
    "equal values": (Node.of(5, 5, 1),),
    "values that count as false": (Node.of(0, "", None, 1),),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield (Node.of(*(rng.randrange(size) for _ in range(size))),)


@variant
def moved_to_the_front(head):
    """The first node stays in hand; whatever follows it goes to the front, one after the other."""
    front = head
    while head and head.next:
        moved = head.next
        head.next, moved.next, front = moved.next, front, moved
    return front


@variant
def by_a_stack(head):
    stack = []
    while head:
        stack.append(head)
        head = head.next
    start = end = Node(None)
    while stack:
        end.next = stack.pop()
        end = end.next
    end.next = None
    return start.next


@wrong("leaves the link of the old head, so the last two nodes run in a circle")
def old_head_keeps_its_link(head):
    turned, node = head, head.next if head else None
    while node:
        rest = node.next
        node.next = turned
        turned, node = node, rest
    return turned


@wrong("sets the link before it has kept the rest, and loses it")
def loses_the_rest(head):
    turned = None
    while head:
        head.next = turned
        turned, head = head, head.next
    return turned


@wrong("returns the old head, which is the last node now")
def returns_the_old_head(head):
    first = head
    turned = None
    while head:
        head.next, turned, head = turned, head, head.next
    return first


@wrong("makes new nodes")
def new_nodes(head):
    turned = None
    while head:
        turned = Node(head.value, turned)
        head = head.next
    return turned


@wrong("moves the values and leaves the nodes where they are")
def values_move(head):
    found, node = values(head), head
    while node:
        node.value = found.pop()
        node = node.next
    return head


@wrong("takes a value such as 0 for the end of the list", passes_examples=True)
def stops_at_zero(head):
    turned = None
    while head and head.value:
        head.next, turned, head = turned, head, head.next
    return turned


@wrong("calls itself once a node", fails="recursion", passes_examples=True)
def recursive(head):
    def turned(node):
        if node is None or node.next is None:
            return node
        last = turned(node.next)
        node.next.next, node.next = node, None
        return last

    return turned(head)


@wrong("walks to the last node again for each link", fails="growth", passes_examples=True)
def last_again_and_again(head):
    start = end = Node(None)
    while head:
        before, last = None, head
        while last.next:
            before, last = last, last.next
        end.next = end = last
        if before is None:
            break
        before.next = None
    return start.next


@wrong("puts the nodes into a list, each in front of the others", fails="growth", passes_examples=True)
def inserted_in_front(head):
    found = []
    while head:
        found.insert(0, head)
        head = head.next
    for node, follower in zip(found, [*found[1:], None]):
        node.next = follower
    return found[0] if found else None


NOTES = """
**Complexity**: O(n) time, O(1) memory: three names, however long the list.

**Pitfall**: the link that you overwrite is the only way to the rest, so keep the rest first.
And the old head must end the list; forget it, and the last two nodes run in a circle that no test of values sees.

**Alternative**: a stack of the nodes, O(n) memory.
Recursion is that stack in disguise and ends at some 1,000 calls.
Python's `head.next, turned, head = turned, head, head.next` works because the right side is evaluated first; in the order `head, head.next, … = …` it does not.

**In an engine**: in a log of the ARIES kind every record of a transaction holds the number of the one before (`prevLSN`), because a rollback undoes the newest first.
A lock-free stack whose consumer wants the order of arrival is taken off whole and turned round once, in just this way.
"""
