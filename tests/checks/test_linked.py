"""The checks copy, compare, print and count linked nodes as wholes, however long, loops and all."""

import copy

import pytest

from seniorde.checks import dsa, growth
from seniorde.checks.compare import difference, same
from seniorde.checks.linked import Linked, Node, in_place, nodes, values

TAIL = '''"""# Turn a list round

Return the list with its nodes in the opposite order.

>>> solve(Node.of(3, 1, 2))
Node.of(2, 1, 3)
"""
from seniorde.checks.linked import Node, in_place, values
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w7-testing-turned", pattern="linked list", difficulty="easy", minutes=5, points=4, classic="reverse",
    growth="n", idea=("a", "b", "c"), hints=("First hint.", "Second hint."), mutates=True,
)


def solve(head):
    before = None
    while head:
        head.next, before, head = before, head, head.next
    return before


def oracle(head):
    return Node.of(*reversed(values(head)))


call = in_place
EDGES = {"nothing": (None,)}


def cases(rng, size):
    yield (Node.of(*(rng.randrange(9) for _ in range(size))),)


variant(solve)
twin = variant(solve)


@wrong("first", passes_examples=True)
def first(head):
    return head


@wrong("second")
def second(head):
    return None


NOTES = "**Complexity**: O(n)."
'''


class Pair(Linked):
    __slots__ = ("left", "right")

    def __init__(self, left=None, right=None):
        self.left, self.right = left, right


@pytest.fixture(scope="module")
def turned(make):
    return make(slug="turned", source=TAIL)


def test_prints_as_it_is_written():
    for text in ("Node.of(3, 1, 2)", "Node.of('a', 'b', back=0)", "Node.of(1, back=0)", "Node.of([1], 2)"):
        assert repr(eval(text)) == text
    assert Node.of() is None


def test_a_node_equals_itself_alone():
    a, b = Node.of(1), Node.of(1)
    assert a != b and len({a, b}) == 2
    assert same(a, b)


@pytest.mark.parametrize(
    ("expected", "got", "equal"),
    [
        (Node.of(1, 2), Node.of(1, 2), True),
        (Node.of(1, 2), Node.of(1, 2.0), True),
        (Node.of(1, 2), Node.of(2, 1), False),
        (Node.of(1, 2), Node.of(1, 2, 2), False),
        (Node.of(1, 2, back=0), Node.of(1, 2, back=0), True),
        (Node.of(1, 2, back=0), Node.of(1, 2, back=1), False),
        (Node.of(1, 1, back=0), Node.of(1, back=0), False),
        (Node.of(1, 2), [1, 2], False),
        (Pair(Pair(), Pair()), Pair(Pair(), Pair()), True),
        (Pair(Pair(), None), Pair(None, Pair()), False),
    ],
)
def test_same_shape(expected, got, equal):
    assert same(expected, got) is equal
    assert same([expected], (got,)) is equal


def test_shared_is_not_the_same_as_twice():
    shared = Pair()
    assert not same(Pair(shared, shared), Pair(Pair(), Pair()))


def test_says_where_they_differ():
    assert difference(Node.of(1, 2), Node.of(1)) == ("result", "Nodes expected: 2; got: 1.")
    assert difference(Node.of(1, 2), Node.of(1, 3))[1] == "The first difference is at node 1, counted from 0."
    assert difference(Node.of(1), [1])[0] == "type"
    assert "None" in difference(Node.of(1), None)[1]


def test_copies_keep_loops_and_what_is_shared():
    tail = Node.of(8, 9)
    left, right = Node(1, tail), Node(2, tail)
    copies = growth.fresh((left, right, Node.of(1, 2, back=0)))
    assert same(list(copies), [left, right, Node.of(1, 2, back=0)])
    assert copies[0].next is copies[1].next is not tail
    assert not {id(n) for n in nodes(copies[0])} & {id(n) for n in nodes(left)}


def test_long_lists_do_not_recurse():
    long = Node.of(*range(5_000))
    twin = copy.deepcopy(long)
    assert same(long, twin) and len(values(twin)) == 5_000
    assert repr(long).endswith("4999)")


def test_values_of_nodes_count_and_shared_nodes_stay_shared():
    tail = Node.of(5, 6)

    def equal_pairs(left, right):
        assert left.next is right.next
        return left.value == right.value, left.value < 9

    counted = growth.count(equal_pairs, lambda n: [(Node(1, tail), Node(2, tail))], 8)
    assert counted.error is None
    assert counted.counts[0] == 4  # two lines and two comparisons


def test_in_place_marks_what_was_not_given():
    def copies(head):
        return Node(head.value, head.next)

    def swaps(head):
        head.value, head.next.value = head.next.value, head.value
        return head

    assert values(in_place(copies, Node.of(1, 2))) == ["1 in a new node", 2]
    assert values(in_place(swaps, Node.of(1, 2))) == ["2 in the node of 1", "1 in the node of 2"]
    assert in_place(lambda head: None, None) is None
    assert repr(in_place(lambda head: head, Node.of(1, 2, back=0))) == "Node.of(1, 2, back=0)"


def test_verdict_shows_the_smallest_list(turned):
    assert dsa.judge(turned, turned.solve).passed

    def keeps_the_first(head):
        return head if head is None or head.value < 5 else turned.solve(head)

    score = dsa.judge(turned, keeps_the_first)
    assert score.reason == "result"
    assert "turned(Node.of(" in score.text and "shrunk" in score.text

    def leaves_the_old_link(head):
        before = None
        while head:
            after = head.next
            if before:
                head.next = before
            before, head = head, after
        return before

    assert "back=" in dsa.judge(turned, leaves_the_old_link).text


def test_recursion_and_hidden_work_are_seen(turned):
    def recursive(head):
        if head is None or head.next is None:
            return head
        last = recursive(head.next)
        head.next.next, head.next = head, None
        return last

    assert dsa.judge(turned, recursive).reason == "recursion"
