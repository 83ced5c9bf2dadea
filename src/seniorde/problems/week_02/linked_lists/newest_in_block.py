"""# Blocks that grow from the back

A queue's records come as a list of nodes in order of arrival and are packed into blocks of `size` records.
Inside a block the newest stands first, because a page is filled from its end; the blocks keep their order.
The last block, when it is not full, is still in memory and keeps the order of arrival.

Relink the nodes so, and return the first.

A `Node` has a `value` and `next`, the node that follows, or `None` at the end; `Node.of(…)` makes a list of nodes.
A node keeps its value, and you make no new ones for the list.
An empty queue is `None`.

>>> solve(Node.of(1, 2, 3, 4, 5, 6, 7), 3)
Node.of(3, 2, 1, 6, 5, 4, 7)
>>> solve(Node.of(1, 2), 3)
Node.of(1, 2)
>>> solve(Node.of(1, 2, 3, 4), 2)
Node.of(2, 1, 4, 3)

Limits: up to a million nodes; `size` is at least 1 and may be greater than their number; values may be equal.
The work must not grow with `size`.
"""

from collections.abc import Iterator
from random import Random

from seniorde.checks.linked import Node, in_place, values
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-newest-in-block",
    pattern="reverse a part in place",
    difficulty="hard",
    minutes=40,
    points=4,
    order=9,
    classic="reverse nodes in k-group",
    growth="n",
    growth_size=24,
    mutates=True,
    idea=(
        "the last node of what is done, and the first of the block to come",
        "what is done is linked as asked, and its last node leads to the first record of the rest",
        "one block after the other is turned and tied in at both ends",
    ),
    hints=(
        "How do you know that a block is full before you have turned it?",
        "Each block has two seams: what leads into it, and what it leads to. Which nodes are these before and after it is turned?",
        "The block's first node is its last afterwards, so it is what leads into the next block.",
        "A node in front of the list leads into the first block, too; then no block is special.",
    ),
)

call = in_place


def solve(head: Node | None, size: int) -> Node | None:
    start = seam = Node(None, head)
    while True:
        rest = seam.next
        for _ in range(size):
            if rest is None:
                return start.next
            rest = rest.next
        first = node = seam.next
        turned = rest
        while node is not rest:
            follower = node.next
            node.next = turned
            turned, node = node, follower
        seam.next = turned
        seam = first


def oracle(head, size):
    records = values(head)
    blocks = [records[at : at + size] for at in range(0, len(records), size)]
    return Node.of(*(value for block in blocks for value in block[:: -1 if len(block) == size else 1]))


EDGES = {
    "an empty queue": (None, 2),
    "one record, blocks of one": (Node.of(1), 1),
    "blocks of one": (Node.of(1, 2, 3), 1),
    "one full block": (Node.of(1, 2, 3), 3),
    "one record is missing": (Node.of(1, 2, 3), 4),
    "one record too many": (Node.of(1, 2, 3, 4), 3),
    "three full blocks": (Node.of(1, 2, 3, 4, 5, 6), 2),
    "far larger than the queue": (Node.of(1, 2), 1_000_000),
    "values that count as false": (Node.of(0, None, "", 0), 2),
    "equal values": (Node.of(1, 1, 2, 1), 2),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for block in (1, rng.randint(2, 4), max(1, size - 1)):
        yield Node.of(*(rng.randrange(size) for _ in range(size))), block


@variant
def by_a_stack(head, size):
    end = start = Node(None)
    block = []
    while head:
        block.append(head)
        head = head.next
        if len(block) == size:
            while block:
                end.next = end = block.pop()
    for node in block:
        end.next = end = node
    end.next = None
    return start.next


@variant
def turned_back(head, size):
    """Turn every block; when the last turns out too short, turn it back."""

    def turned(node, count):
        before, first, done = None, node, 0
        while node and done < count:
            node.next, before, node = before, node, node.next
            done += 1
        return before, first, node, done

    start = seam = Node(None)
    while head:
        new_first, last, rest, done = turned(head, size)
        if done < size:
            new_first, last, _, _ = turned(new_first, done)
        seam.next, seam, head = new_first, last, rest
    return start.next


@variant
def moved_to_the_front(head, size):
    count, node = 0, head
    while node:
        count, node = count + 1, node.next
    start = seam = Node(None, head)
    for _ in range(count // size):
        last = seam.next
        for _ in range(size - 1):
            moved = last.next
            last.next, moved.next, seam.next = moved.next, seam.next, moved
        seam = last
    return start.next


@variant
def nodes_in_a_list(head, size):
    nodes = []
    while head:
        nodes.append(head)
        head = head.next
    full = len(nodes) // size * size
    order = [nodes[at - at % size + size - 1 - at % size] for at in range(full)] + nodes[full:]
    for node, follower in zip(order, [*order[1:], None]):
        node.next = follower
    return order[0] if order else None


@wrong("turns the last block although it is not full")
def last_block_too(head, size):
    records = []
    while head:
        records.append(head)
        head = head.next
    order = [node for at in range(0, len(records), size) for node in records[at : at + size][::-1]]
    for node, follower in zip(order, [*order[1:], None]):
        node.next = follower
    return order[0] if order else None


@wrong("turns the whole list once, so the blocks stand in the opposite order")
def everything_turned(head, size):
    turned = None
    while head:
        head.next, turned, head = turned, head, head.next
    return turned


@wrong("does not tie the end of a block to the next one")
def seams_open(head, size):
    first, start = head, None
    while head:
        probe, block = head, []
        for _ in range(size):
            if probe is None:
                return start or first
            block.append(probe)
            probe = probe.next
        for later, earlier in zip(block[::-1], block[-2::-1]):
            later.next = earlier
        block[0].next = probe
        start, head = start or block[-1], probe
    return start


@wrong("makes new nodes")
def new_nodes(head, size):
    return oracle(head, size)


@wrong("moves the values and leaves the nodes where they are")
def values_move(head, size):
    node = head
    for value in values(oracle(head, size)):
        node.value = value
        node = node.next
    return head


@wrong("leaves a last block that is exactly full as it came")
def exactly_full(head, size):
    start = seam = Node(None, head)
    while True:
        rest = seam.next
        for _ in range(size):
            if rest is None or rest.next is None:
                return start.next
            rest = rest.next
        first = node = seam.next
        turned = rest
        while node is not rest:
            node.next, turned, node = turned, node, node.next
        seam.next, seam = turned, first


@wrong("takes a value such as 0 for the end", passes_examples=True)
def stops_at_zero(head, size):
    end = start = Node(None)
    block = []
    while head and head.value:
        block.append(head)
        head = head.next
        if len(block) == size:
            while block:
                end.next = end = block.pop()
    for node in block:
        end.next = end = node
    end.next = None
    return start.next


@wrong("calls itself once a block", fails="recursion", passes_examples=True)
def recursive(head, size):
    def packed(first):
        rest = first
        for _ in range(size):
            if rest is None:
                return first
            rest = rest.next
        turned, node = packed(rest), first
        while node is not rest:
            node.next, turned, node = turned, node, node.next
        return turned

    return packed(head)


@wrong("walks through the block to its last node for each node of it", fails="growth", passes_examples=True)
def last_again_and_again(head, size):
    count, node = 0, head
    while node:
        count, node = count + 1, node.next
    start = seam = Node(None, head)
    for _ in range(count // size):
        for left in range(size - 1, 0, -1):
            before = seam.next
            for _ in range(left - 1):
                before = before.next
            last = before.next
            before.next, last.next, seam.next, seam = last.next, seam.next, last, last
        seam = seam.next
    return start.next


@wrong("collects the nodes, then copies what is left for each block", fails="growth", passes_examples=True)
def rest_of_the_nodes(head, size):
    nodes = []
    while head:
        nodes.append(head)
        head = head.next
    end = start = Node(None)
    while nodes:
        block, nodes = nodes[:size], nodes[size:]
        for node in block[::-1] if len(block) == size else block:
            end.next = end = node
    end.next = None
    return start.next


NOTES = """
**Complexity**: O(n) time, each node is looked at twice: once to see that its block is full, once to turn it. O(1) memory.

**Pitfall**: the seams.
A block that is turned ends with what was its first node, and that node must lead to the *turned* next block, which is not there yet.
Let it lead to the first of the rest, and correct the one link when the next block is turned.

**Alternative**: a stack of `size` nodes: shorter to write, O(size) memory.
Recursion by block is as deep as there are blocks.

**In an engine**: PostgreSQL fills a page from its end, so the newest row lies at the lowest address, while the array of line pointers at the front keeps the order of arrival.
Log shippers that apply "newest wins" read a full block from its front and stop at the first record of a key.
"""
