"""# Keep the last snapshots

A table's snapshots are a list of nodes, the oldest first; only the first node is known, and nobody has counted them.
The retention rule keeps the last `keep` snapshots.
Return the first node that is kept; when there are no more than `keep`, that is the first of all.

A `Node` has a `value` and `next`, the node that follows, or `None` at the end; `Node.of(…)` makes a list of nodes.
Leave the list as it is: you return a node of it, and what follows it is kept with it.
No snapshots are `None`.

>>> solve(Node.of("s1", "s2", "s3", "s4", "s5"), 2)
Node.of('s4', 's5')
>>> solve(Node.of("s1", "s2"), 7)
Node.of('s1', 's2')

Limits: up to a million nodes; `keep` is at least 1, and may be far greater than the number of nodes.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.checks.linked import Node, in_place, values
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-kept-snapshots",
    pattern="two pointers on a list",
    difficulty="easy",
    minutes=15,
    points=2,
    order=2,
    classic="remove the n-th node from the end",
    growth="n",
    growth_size=25,
    idea=(
        "two nodes, the second `keep` steps ahead of the first",
        "the distance never changes",
        "the first, at the moment when the second runs off the end",
    ),
    hints=(
        "You cannot walk back from the end. Who could tell you that the end is `keep` steps away?",
        "Send one walker ahead by `keep` steps, then let both go on together.",
        "What if the list ends while the first walker is still gaining his lead?",
    ),
)

call = in_place


def solve(head: Node | None, keep: int) -> Node | None:
    ahead = head
    for _ in range(keep):
        if ahead is None:
            return head
        ahead = ahead.next
    while ahead:
        head, ahead = head.next, ahead.next
    return head


def oracle(head, keep):
    return Node.of(*values(head)[-keep:])


EDGES = {
    "no snapshot": (None, 1),
    "one snapshot": (Node.of("s1"), 1),
    "exactly as many as are kept": (Node.of("s1", "s2", "s3"), 3),
    "one more than are kept": (Node.of("s1", "s2", "s3"), 2),
    "the newest alone": (Node.of("s1", "s2", "s3"), 1),
    "a million may be kept": (Node.of("s1", "s2"), 1_000_000),
    "equal values": (Node.of(1, 1, 1, 1), 2),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    snapshots = [rng.randrange(2 * size) for _ in range(size)]
    yield Node.of(*snapshots), rng.randint(1, 3)
    yield Node.of(*snapshots), size // 2 + 1


@variant
def counted_first(head, keep):
    count, node = 0, head
    while node:
        count, node = count + 1, node.next
    while count > keep:
        head, count = head.next, count - 1
    return head


@variant
def queue_of_the_last(head, keep):
    last = deque(maxlen=keep)
    while head:
        last.append(head)
        head = head.next
    return last[0] if last else None


@variant
def all_in_a_list(head, keep):
    found = []
    while head:
        found.append(head)
        head = head.next
    return found[max(0, len(found) - keep)] if found else None


@wrong("is one node off: its lead is too short")
def lead_too_short(head, keep):
    ahead = head
    for _ in range(keep - 1):
        ahead = ahead and ahead.next
    while ahead:
        head, ahead = head.next, ahead.next
    return head


@wrong("returns None when there are fewer than are kept")
def none_when_few(head, keep):
    ahead = head
    for _ in range(keep):
        if ahead is None:
            return None
        ahead = ahead.next
    while ahead:
        head, ahead = head.next, ahead.next
    return head


@wrong("runs off the end while it gains its lead", fails="error")
def no_end_in_the_lead(head, keep):
    ahead = head
    for _ in range(keep):
        ahead = ahead.next
    while ahead:
        head, ahead = head.next, ahead.next
    return head


@wrong("fails when there are exactly as many as are kept", fails="error", passes_examples=True)
def exactly_as_many(head, keep):
    ahead = head
    for _ in range(keep):
        if ahead is None:
            return head
        ahead = ahead.next
    while ahead.next:
        head, ahead = head.next, ahead.next
    return head.next


@wrong("makes new nodes")
def new_nodes(head, keep):
    return Node.of(*values(head)[-keep:])


@wrong("cuts the expired snapshots off", fails="mutation")
def cuts(head, keep):
    kept = solve(head, keep)
    while head and head is not kept:
        head.next, head = None, head.next
    return kept


@wrong("counts what is left from each node on", fails="growth", passes_examples=True)
def counts_from_each(head, keep):
    while head:
        left, node = 0, head
        while node:
            left, node = left + 1, node.next
        if left <= keep:
            break
        head = head.next
    return head


@wrong("puts the nodes into a list and copies it without its first", fails="growth", passes_examples=True)
def without_the_first(head, keep):
    found = []
    while head:
        found.append(head)
        head = head.next
    while len(found) > keep:
        found = found[1:]
    return found[0] if found else None


NOTES = """
**Complexity**: O(n) time and O(1) memory.
It is one walk for the leader; the other walker follows `keep` nodes behind.

**Pitfall**: the list may end before the lead is gained, or in the very step in which it is.
Test with one fewer, exactly as many, and one more than `keep`.

**Alternative**: count first and walk again: as good when a second walk is possible.
A stream cannot be walked twice; there a `deque(maxlen=keep)` holds the last ones, O(keep) memory.

**In an engine**: `tail -n`, and retention rules that count instead of asking for an age.
Iceberg's `expire_snapshots` has both, an age and `retain_last`, which protects the newest ones even when they are old.
"""
