"""# Sort a buffer without moving it

A buffer holds events as a list of nodes in order of arrival; a value is a pair `(time, event)`.
Before it is written out it must be in order of time; events of the same time stay in order of arrival.
Each event is large and others point to it, so nothing is copied: relink the nodes and return the first.

A `Node` has a `value` and `next`, the node that follows, or `None` at the end; `Node.of(…)` makes a list of nodes.
A node keeps its value, and none is added to the list.
An empty buffer is `None`.

>>> solve(Node.of((3, "pay"), (1, "view"), (3, "cart"), (2, "view")))
Node.of((1, 'view'), (2, 'view'), (3, 'pay'), (3, 'cart'))
>>> solve(None) is None
True

Limits: up to a million nodes; times are integers, events strings; a buffer may be in order already, or nearly.
"""

from collections.abc import Iterator
from random import Random

from seniorde.checks.linked import Node, in_place, values
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-late-events",
    pattern="merge lists",
    difficulty="medium",
    minutes=35,
    points=3,
    order=8,
    classic="sort list; merge two sorted lists",
    growth="n log n",
    growth_size=28,
    mutates=True,
    idea=(
        "sorted lists, and which of two came first",
        "every node of the earlier list arrived before every node of the later one",
        "one list, when all have been merged two by two",
    ),
    hints=(
        "You can merge two sorted lists by relinking alone. How do you get from one unsorted list to sorted ones?",
        "A list of one node is sorted. Merge neighbours to lists of 2, then of 4, and so on.",
        "A node in front of the result, thrown away at the end, spares you the question what the first node is.",
        "When both times are equal, which side must go first so that the order of arrival is kept?",
    ),
)

call = in_place


def solve(head: Node | None) -> Node | None:
    def merged(early, late):
        end = start = Node(None)
        while early and late:
            if late.value[0] < early.value[0]:
                end.next = end = late
                late = late.next
            else:
                end.next = end = early
                early = early.next
        end.next = early or late
        return start.next

    lists, step = [], 1
    while head:
        lists.append(head)
        head.next, head = None, head.next
    while step < len(lists):
        for at in range(0, len(lists) - step, 2 * step):
            lists[at] = merged(lists[at], lists[at + step])
        step *= 2
    return lists[0] if lists else None


def oracle(head):
    return Node.of(*sorted(values(head), key=lambda event: event[0]))


EDGES = {
    "one event": (Node.of((1, "a")),),
    "two in the wrong order": (Node.of((2, "a"), (1, "b")),),
    "the same time, names fall": (Node.of((1, "z"), (1, "m"), (1, "a")),),
    "in order already": (Node.of((1, "a"), (2, "a"), (3, "a"), (4, "a")),),
    "in falling order": (Node.of((5, "a"), (4, "a"), (3, "a"), (2, "a"), (1, "a")),),
    "the last comes first": (Node.of((2, "a"), (3, "a"), (4, "a"), (1, "a")),),
    "equal pairs": (Node.of((2, "a"), (1, "a"), (2, "a"), (1, "a")),),
    "time 0 and below": (Node.of((0, "a"), (-1, "b"), (0, "")),),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield (Node.of(*((rng.randrange(size), f"e{rng.randrange(9)}") for _ in range(size))),)
    yield (Node.of(*((at, f"e{rng.randrange(9)}") for at in range(size))),)


@variant
def nodes_sorted(head):
    nodes = []
    while head:
        nodes.append(head)
        head = head.next
    nodes.sort(key=lambda node: node.value[0])
    for node, follower in zip(nodes, [*nodes[1:], None]):
        node.next = follower
    return nodes[0] if nodes else None


@variant
def halves(head):
    """Find the middle with two speeds, sort both halves, merge."""
    if head is None or head.next is None:
        return head
    slow, fast = head, head.next
    while fast and fast.next:
        slow, fast = slow.next, fast.next.next
    late, slow.next = slow.next, None
    early, late = halves_sorted(head), halves_sorted(late)
    end = start = Node(None)
    while early and late:
        if early.value[0] <= late.value[0]:
            end.next, early = early, early.next
        else:
            end.next, late = late, late.next
        end = end.next
    end.next = early or late
    return start.next


halves_sorted = halves.answer


@variant
def like_a_counter(head):
    """Slot i holds a sorted list of 2**i nodes, or nothing: one more node is a carry."""
    slots = []
    while head:
        carry, head = head, head.next
        carry.next = None
        for at, early in enumerate([*slots, None]):
            if early is None:
                slots[at : at + 1] = [carry]
                break
            carry, slots[at] = two_merged(early, carry), None
    whole = None
    for early in slots:
        whole = two_merged(early, whole)
    return whole


def two_merged(early, late):
    end = start = Node(None)
    while early and late:
        if early.value[0] <= late.value[0]:
            end.next, early = early, early.next
        else:
            end.next, late = late, late.next
        end = end.next
    end.next = early or late
    return start.next


@wrong("lets the later side go first when times are equal")
def late_goes_first(head):
    def merged(early, late):
        end = start = Node(None)
        while early and late:
            if early.value[0] < late.value[0]:
                end.next, early = early, early.next
            else:
                end.next, late = late, late.next
            end = end.next
        end.next = early or late
        return start.next

    lists = []
    while head:
        rest, head.next = head.next, None
        lists.append(head)
        head = rest
    while len(lists) > 1:
        pairs = zip(lists[::2], [*lists[1::2], None])
        lists = [merged(early, late) for early, late in pairs]
    return lists[0] if lists else None


@wrong("compares the events as well when the times are equal")
def whole_pairs(head):
    nodes = []
    while head:
        nodes.append(head)
        head = head.next
    nodes.sort(key=lambda node: node.value)
    for node, follower in zip(nodes, [*nodes[1:], None]):
        node.next = follower
    return nodes[0] if nodes else None


@wrong("does not end the list, which runs in a circle when the last node was not the last before")
def end_not_set(head):
    nodes = []
    while head:
        nodes.append(head)
        head = head.next
    nodes.sort(key=lambda node: node.value[0])
    for node, follower in zip(nodes, nodes[1:]):
        node.next = follower
    return nodes[0] if nodes else None


@wrong("sorts the values and leaves the nodes where they are")
def values_move(head):
    events, node = sorted(values(head), key=lambda event: event[0]), head
    for event in events:
        node.value = event
        node = node.next
    return head


@wrong("makes new nodes")
def new_nodes(head):
    return oracle(head)


@wrong("forgets the list that has no partner", passes_examples=True)
def odd_one_lost(head):
    lists = []
    while head:
        rest, head.next = head.next, None
        lists.append(head)
        head = rest
    while len(lists) > 1:
        lists = [two_merged(early, late) for early, late in zip(lists[::2], lists[1::2])]
    return lists[0] if lists else None


@wrong("merges by calling itself for each node", fails="recursion", passes_examples=True)
def recursive_merge(head):
    def merged(early, late):
        if not early or not late:
            return early or late
        if early.value[0] <= late.value[0]:
            early.next = merged(early.next, late)
            return early
        late.next = merged(early, late.next)
        return late

    lists = []
    while head:
        rest, head.next = head.next, None
        lists.append(head)
        head = rest
    while len(lists) > 1:
        pairs = zip(lists[::2], [*lists[1::2], None])
        lists = [merged(early, late) for early, late in pairs]
    return lists[0] if lists else None


@wrong(
    "walks from the front for each node, to the place where it belongs", fails="growth", passes_examples=True
)
def insertion(head):
    start = Node(None)
    while head:
        rest, place = head.next, start
        while place.next and place.next.value[0] <= head.value[0]:
            place = place.next
        head.next, place.next = place.next, head
        head = rest
    return start.next


@wrong("merges each node alone into all that came before", fails="growth", passes_examples=True)
def one_by_one(head):
    whole = None
    while head:
        rest, head.next = head.next, None
        whole, head = two_merged(whole, head), rest
    return whole


@wrong("copies the times, then takes out the least that is left", fails="growth", passes_examples=True)
def least_of_the_rest(head):
    nodes, times = [], []
    while head:
        nodes.append(head)
        times.append(int(head.value[0]))
        head = head.next
    end = start = Node(None)
    while nodes:
        at = times.index(min(times))
        times.pop(at)
        end.next = nodes.pop(at)
        end = end.next
    end.next = None
    return start.next


NOTES = """
**Complexity**: O(n log n) time: each round touches every node once, and there are log n rounds.
The list of lists above takes O(n) memory; kept in slots like the digits of a binary number it takes O(log n).

**Pitfall**: stability hangs on one sign: when times are equal, the *earlier* list gives its node.
And the last node must end the list; its old link may lead anywhere.

**Alternative**: collect the nodes, `sort(key=…)`, relink: the same result, O(n) pointers more, and in Python ten times as fast.
Start with the runs that are in order already, and a buffer that is nearly in order takes nearly n steps: that is Timsort's idea.

**In an engine**: merge sort is the sort of lists because it reads each of them from the front only; Linux sorts its lists so (`list_sort`).
For the same reason it is the sort of disks and tapes: an external sort in PostgreSQL or Spark merges runs that it reads from the front.
"""
