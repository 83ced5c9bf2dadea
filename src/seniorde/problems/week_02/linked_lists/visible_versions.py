"""# Vacuum a chain of versions

An engine keeps the versions of a row as a list of nodes, the newest first; a version's value is the number of the commit that made it.
A reader with snapshot `s` sees the newest version whose commit is not greater than `s`; readers to come see the newest of all.
`snapshots` is a tuple of those of the running readers.

Take all versions out of the list that nobody can see any more, and return its first node.
Relink the nodes that you are given; a node keeps its value, and you make no new ones.

A `Node` has a `value` and `next`, the node that follows, or `None` at the end; `Node.of(…)` makes a list of nodes.

>>> solve(Node.of(9, 7, 4, 2), (5,))
Node.of(9, 4)
>>> solve(Node.of(9, 7, 4, 2), ())
Node.of(9)
>>> solve(Node.of(9, 7, 4, 2), (1, 7, 8, 20))
Node.of(9, 7)

A reader with snapshot 1 sees no version: the row is younger than he is.

Limits: from 1 to a million versions, commits fall along the list; up to a million snapshots, they rise and may be equal.
"""

from bisect import bisect_left
from collections.abc import Iterator
from random import Random

from seniorde.checks.linked import Node, in_place, values
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-visible-versions",
    pattern="take nodes out",
    difficulty="medium",
    minutes=25,
    points=3,
    order=5,
    classic="remove elements from a linked list; remove duplicates from a sorted list",
    growth="n",
    growth_size=25,
    mutates=True,
    idea=(
        "the last node that stays, and the newest snapshot that is older than it",
        "of the versions behind the last one that stays, the first that this snapshot sees stays next",
        "the list without the nodes between two that stay",
    ),
    hints=(
        "The first node always stays. Which snapshots are content with it, and which need an older version?",
        "Take the newest snapshot that does not see the last node kept. Which node behind it does this snapshot see?",
        "Skip nodes up to that one and set a single link. Snapshots and versions both only move towards the past.",
        "When no snapshot is left, the last node kept ends the list.",
    ),
)


call = in_place


def solve(head: Node, snapshots: tuple[int, ...]) -> Node:
    at = len(snapshots) - 1
    kept = head
    while kept:
        while at >= 0 and snapshots[at] >= kept.value:
            at -= 1
        version = kept.next if at >= 0 else None
        while version and version.value > snapshots[at]:
            version = version.next
        kept.next = version
        kept = version
    return head


def oracle(head, snapshots):
    """Ask each snapshot what it sees."""
    commits = values(head)
    seen = {commits[0]}
    for snapshot in snapshots:
        seen |= set([commit for commit in commits if commit <= snapshot][:1])
    return Node.of(*sorted(seen, reverse=True))


EDGES = {
    "one version": (Node.of(3), (1, 3, 9)),
    "no reader": (Node.of(3, 2, 1), ()),
    "all readers are newer": (Node.of(3, 2, 1), (3, 4)),
    "all readers are older than the row": (Node.of(9, 8), (1, 2)),
    "everything is seen": (Node.of(3, 2, 1), (1, 2)),
    "the snapshot of the commit itself": (Node.of(5, 3, 1), (3,)),
    "just before a commit": (Node.of(5, 3, 1), (2,)),
    "an old reader alone": (Node.of(9, 7, 5, 3, 1), (1,)),
    "equal snapshots": (Node.of(9, 7, 5), (7, 7, 7)),
    "commit 0": (Node.of(2, 1, 0), (0,)),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for readers in (size, 2):
        commits = sorted(rng.sample(range(3 * size), size), reverse=True)
        yield Node.of(*commits), tuple(sorted(rng.randrange(-1, 3 * size + 1) for _ in range(readers)))


def accepts(head, snapshots):
    commits = values(head)
    return (
        bool(commits)
        and commits == sorted(set(commits), reverse=True)
        and list(snapshots) == sorted(snapshots)
    )


@variant
def version_by_version(head, snapshots):
    """A version is seen when a snapshot lies between its commit and the next newer one."""
    rest, newer, kept = list(snapshots), head.value, head
    version = head.next
    while version:
        while rest and rest[-1] >= newer:
            rest.pop()
        if rest and rest[-1] >= version.value:
            kept.next = version
            kept = version
        newer, version = version.value, version.next
    kept.next = None
    return head


@variant
def by_search(head, snapshots):
    kept = version = head
    while version.next:
        newer, version = version.value, version.next
        if bisect_left(snapshots, version.value) < bisect_left(snapshots, newer):
            kept.next = version
            kept = version
    kept.next = None
    return head


@variant
def seen_first(head, snapshots):
    """Walk once to find what is seen, once more to relink."""
    seen, version, at = {head.value}, head, len(snapshots) - 1
    while version and at >= 0:
        if snapshots[at] >= version.value:
            seen.add(version.value)
            at -= 1
        else:
            version = version.next
    node = head
    while node:
        while node.next and node.next.value not in seen:
            node.next = node.next.next
        node = node.next
    return head


@wrong("keeps everything that is newer than what the oldest reader sees")
def oldest_reader_alone(head, snapshots):
    node = head
    while node:
        if not snapshots or node.value <= snapshots[0]:
            node.next = None
        node = node.next
    return head


@wrong("lets a reader see only what is older than his snapshot")
def strictly_older(head, snapshots):
    return solve(head, tuple(snapshot - 1 for snapshot in snapshots))


@wrong("drops the newest version when no running reader sees it")
def newest_goes_too(head, snapshots):
    start = solve(Node(10**9, head), snapshots)
    return start.next or head


@wrong("takes out one of several neighbours and steps over the next")
def steps_over(head, snapshots):
    seen = set(values(oracle(head, snapshots)))
    node = head
    while node and node.next:
        if node.next.value not in seen:
            node.next = node.next.next
        node = node.next
    return head


@wrong("keeps the oldest version for readers who see none")
def keeps_the_oldest(head, snapshots):
    oldest = values(head)[-1]
    return solve(head, sorted(max(snapshot, oldest) for snapshot in snapshots))


@wrong("makes new nodes")
def new_nodes(head, snapshots):
    return oracle(head, snapshots)


@wrong("asks all snapshots at each version", fails="growth", passes_examples=True)
def asks_all(head, snapshots):
    kept = version = head
    while version.next:
        newer, version = version.value, version.next
        for snapshot in snapshots:
            if version.value <= snapshot < newer:
                kept.next = version
                kept = version
                break
    kept.next = None
    return head


@wrong("puts the nodes into a list and copies it without its first", fails="growth", passes_examples=True)
def without_the_first(head, snapshots):
    nodes, node, at = [], head, len(snapshots) - 1
    while node:
        nodes.append(node)
        node = node.next
    kept = nodes[0]
    newer = kept.value
    while len(nodes) > 1:
        nodes = nodes[1:]
        version = nodes[0]
        while at >= 0 and snapshots[at] >= newer:
            at -= 1
        if at >= 0 and snapshots[at] >= version.value:
            kept.next = version
            kept = version
        newer = version.value
    kept.next = None
    return head


NOTES = """
**Complexity**: O(versions + snapshots) time, O(1) memory: both walkers move towards the past only.

**Pitfall**: several neighbours go at once.
Whoever takes one node out must ask again at the *same* node before he steps on.

**Alternative**: ask for each version whether a snapshot lies between its commit and that of the next newer one, by binary search: O(v log s).

**In an engine**: PostgreSQL does not look at the gaps between snapshots: it removes what is older than the *oldest* one (the xmin horizon).
So a single forgotten transaction keeps every later version of every row, seen by nobody, which is the first thing to look for when a table grows without reason.
SAP HANA's and some research engines do collect in the gaps, as you did.
"""
