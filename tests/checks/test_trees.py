"""Binary trees are printed, copied, compared, counted and shrunk as wholes, however deep or ill linked."""

import copy

import pytest

from seniorde.checks import dsa, growth
from seniorde.checks.compare import difference, same
from seniorde.checks.linked import nodes
from seniorde.checks.trees import Again, Tree, in_place, smaller

MIRRORED = '''"""# Turn a tree round

Swap left and right everywhere.

>>> solve(Tree.of(3, 1, 2))
Tree.of(3, 2, 1)
"""
from seniorde.checks.trees import Tree, in_place
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w7-testing-mirrored", pattern="tree", difficulty="easy", minutes=5, points=4, classic="invert",
    growth="n", idea=("a", "b", "c"), hints=("First hint.", "Second hint."), mutates=True,
)


def solve(root):
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node:
            node.left, node.right = node.right, node.left
            waiting += [node.left, node.right]
    return root


def oracle(root):
    return root and Tree(root.value, oracle(root.right), oracle(root.left))


call = in_place
EDGES = {"nothing": (None,)}


def cases(rng, size):
    waiting = [root := Tree(rng.randrange(9))]
    for _ in range(size):
        node = rng.choice(waiting)
        node.left, node.right = node.left or Tree(rng.randrange(9)), node.right or Tree(rng.randrange(9))
        waiting += [node.left, node.right]
    yield (root,)


twin = variant(solve)


@wrong("first")
def first(root):
    return root


@wrong("second")
def second(root):
    return None


@wrong("third", passes_examples=True)
def third(root):
    if root:
        root.left, root.right = root.right, root.left
    return root


NOTES = "**Complexity**: O(n)."
'''


def chain(length):
    root = None
    for value in range(length):
        root = Tree(value, root)
    return root


@pytest.fixture(scope="module")
def mirrored(make):
    return make(slug="mirrored", source=MIRRORED)


def test_prints_as_it_is_written():
    for text in (
        "Tree.of(1)",
        "Tree.of(8, 3, 9, None, 5)",
        "Tree.of('a', None, 'b', None, 'c')",
        "Tree.of(1, Again(place=0))",
        "Tree.of(1, 2, 3, None, None, Again(place=1))",
    ):
        assert repr(eval(text)) == text
    assert Tree.of() is None
    assert Again(place=0) == Again(0)


def test_a_node_equals_itself_alone():
    assert Tree(1) != Tree(1)
    assert same(Tree(1), Tree(1))


@pytest.mark.parametrize(
    ("expected", "got", "equal"),
    [
        (Tree.of(1, 2, 3), Tree.of(1, 2, 3), True),
        (Tree.of(1, 2), Tree.of(1, None, 2), False),
        (Tree.of(1, 2), Tree.of(1, 3), False),
        (Tree.of(1, 2, Again(1)), Tree.of(1, 2, Again(1)), True),
        (Tree.of(1, 2, Again(1)), Tree.of(1, 2, 2), False),
        (Tree.of(1, Again(0)), Tree.of(1, Again(0)), True),
        (Tree.of(1), [1], False),
        (Tree.of(1), None, False),
    ],
)
def test_same_shape(expected, got, equal):
    assert same(expected, got) is equal


def test_says_where_they_differ():
    assert difference(Tree.of(1, 2), Tree.of(1)) == ("result", "Nodes expected: 2; got: 1.")
    assert "node 1" in difference(Tree.of(1, 2), Tree.of(1, 3))[1]
    assert difference(Tree.of(1), [1])[0] == "type"


def test_deep_trees_do_not_recurse():
    deep = chain(50_000)
    twin = copy.deepcopy(deep)
    assert same(deep, twin) and len(nodes(twin)) == 50_000
    assert repr(deep).endswith("0)")
    assert growth.count(lambda root: root.value < 1, lambda n: [(deep,)], 8).counts[0] == 2


def test_smaller_trees_are_smaller_and_leave_the_tree_alone():
    root = Tree.of(1, 2, 3, 4, None, None, 5)
    cuts = list(smaller(root))
    assert repr(root) == "Tree.of(1, 2, 3, 4, None, None, 5)"
    assert all(len(nodes(cut)) < 5 for cut in cuts)
    assert "Tree.of(1, 4, 3, None, None, None, 5)" in map(repr, cuts)
    assert list(smaller(Tree(1))) == [None, None]


def test_in_place_marks_what_was_not_given():
    def copies(root):
        return Tree(root.value, root.left)

    def swaps(root):
        root.value, root.left.value = root.left.value, root.value
        return root

    assert repr(in_place(copies, Tree.of(1, 2))) == "Tree.of('1 in a new node', 2)"
    assert repr(in_place(swaps, Tree.of(1, 2))) == "Tree.of('2 in the node of 1', '1 in the node of 2')"
    assert in_place(lambda root: None, None) is None
    assert in_place(lambda root: 7, Tree(1)) == 7
    assert repr(in_place(lambda root: root, Tree.of(1, Again(0)))) == "Tree.of(1, Again(place=0))"


def test_verdict_shows_the_smallest_tree(mirrored):
    assert dsa.judge(mirrored, mirrored.solve).passed

    def forgets_below_five(root):
        return root if root is None or root.value < 5 else mirrored.solve(root)

    score = dsa.judge(mirrored, forgets_below_five)
    assert score.reason == "result" and "shrunk" in score.text
    shown = score.text.partition("mirrored(")[2].partition(")")[0]
    assert shown.replace("None, ", "").count(",") == 1  # a root and one child

    def leads_back(root):
        if root:
            root.left = root
        return root

    assert "Again(place=0)" in dsa.judge(mirrored, leads_back).text
