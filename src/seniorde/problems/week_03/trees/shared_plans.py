"""# Compute each sub-plan once

A report is one plan with many branches, and some branches do the same work.
A plan is a binary tree whose values are the names of operators, any strings.
A node's *sub-plan* is the node with everything below it; two sub-plans are the same when they agree in shape, sides and names.

If each different sub-plan is computed once and its result is used wherever it stands again, some operators need not run.
Return how many.

>>> solve(Tree.of("union", "sort", "sort", "scan", None, "scan"))
2
>>> solve(Tree.of("join", "scan", "join", None, None, "scan", "scan"))
2
>>> solve(Tree.of("join", "a", "b"))
0

In the first, `sort` over `scan` stands twice, so one `sort` and one `scan` are saved.
In the second, `scan` stands three times.

Limits: up to a million operators, and as many levels.
A `Tree` has `value`, `left` and `right`; `Tree.of` writes it level by level, `None` where no node is.
No plan is `None`; nothing is saved there.
"""

from collections.abc import Iterator
from random import Random

from seniorde.checks.trees import Tree
from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import grown

PROBLEM = Problem(
    id="w3-trees-shared-plans",
    pattern="a number for each different subtree",
    difficulty="medium",
    minutes=30,
    points=3,
    order=9,
    classic="find duplicate subtrees; subtree of another tree; Merkle tree",
    growth="n",
    growth_size=15,
    idea=(
        "a number for each different sub-plan met so far, found by name and the numbers of its two sides",
        "two sub-plans have the same number exactly when they are the same",
        "nodes minus numbers",
    ),
    hints=(
        "How many operators run when each different sub-plan runs once? It is enough to count different sub-plans.",
        "Two sub-plans are the same when three things are: the name, the left side, the right side. Sides that were seen before can be compared by a number.",
        "Go through the nodes so that children come before their parents, and keep a dict from (name, number left, number right) to a number.",
    ),
)


def solve(root: Tree | None) -> int:
    order = [root] if root else []
    for node in order:
        order.extend(child for child in (node.left, node.right) if child)
    number, known = {None: 0}, {}
    for node in reversed(order):
        key = (node.value, number[node.left], number[node.right])
        number[node] = known.setdefault(key, len(known) + 1)
    return len(order) - len(known)


def oracle(root):
    """Compare each sub-plan with all that were kept."""

    def nodes(node):
        return [] if node is None else [node, *nodes(node.left), *nodes(node.right)]

    def equal(a, b):
        if a is None or b is None:
            return a is b
        return a.value == b.value and equal(a.left, b.left) and equal(a.right, b.right)

    kept = []
    for node in nodes(root):
        if not any(equal(node, other) for other in kept):
            kept.append(node)
    return len(nodes(root)) - len(kept)


EDGES = {
    "no plan": (None,),
    "one operator": (Tree.of("scan"),),
    "mirrored is not the same": (Tree.of("u", "j", "j", "a", "b", "b", "a"),),
    "an only child on the other side": (Tree.of("u", "s", "s", "a", None, None, "a"),),
    "same names, another shape": (Tree.of("u", "s", "f", "f", None, "s"),),
    "names that run together": (Tree.of("u", "ab", "a", "c", None, "bc"),),
    "names with brackets and commas": (Tree.of("u", "f(", "f", ",)", None, "(,)"),),
    "empty names": (Tree.of("", "", "", "", None, "", ""),),
    "a chain of equal names": (Tree.of("f", "f", None, "f", None, "f"),),
    "name None": (Tree.of("u", "None", "s", None, None, "None"),),
    "same at different depths": (Tree.of("u", "s", "x", "a", None, "s", None, None, None, "a"),),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = ["scan", "sort", "f(a,b)", "f", ""][: rng.choice((1, 2, 5))]
    yield (grown(rng, rng.choices(names, k=size)),)
    half = size // 2 + 1
    twins, sides = rng.choices(names, k=half), rng.choices(("left", "right"), k=half)
    yield (Tree("union", _line(twins, sides), _line(twins[1:], sides[1:])),)


def _line(names, sides):
    root = None
    for name, side in zip(reversed(names), reversed(sides)):
        root = Tree(name, **{side: root})
    return root


@variant
def from_the_leaves_by_marks(root):
    number, count, waiting = {}, 0, [(root, False)]
    kind = {None: -1}
    while waiting:
        node, ready = waiting.pop()
        if node is None:
            continue
        if not ready:
            waiting += [(node, True), (node.left, False), (node.right, False)]
            continue
        count += 1
        key = node.value, kind[node.left], kind[node.right]
        if key not in number:
            number[key] = len(number)
        kind[node] = number[key]
    return count - len(number)


@variant
def by_height(root):
    """Only sub-plans of the same height can be the same."""
    order = [root] if root else []
    for node in order:
        order += [child for child in (node.left, node.right) if child]
    height, levels = {None: 0}, {}
    for node in reversed(order):
        height[node] = 1 + max(height[node.left], height[node.right])
        levels.setdefault(height[node], []).append(node)
    number, different = {None: (0, 0)}, 0
    for tall in sorted(levels):
        known = {}
        for node in levels[tall]:
            key = node.value, number[node.left], number[node.right]
            number[node] = known.setdefault(key, (tall, len(known)))
        different += len(known)
    return len(order) - different


@variant
def digests(root):
    """A Merkle tree: the digest of a node covers the digests below it."""
    from hashlib import blake2b

    order = [root] if root else []
    for node in order:
        order += [child for child in (node.left, node.right) if child]
    digest = {None: bytes(16)}
    for node in reversed(order):
        text = digest[node.left] + digest[node.right] + node.value.encode()
        digest[node] = blake2b(text, digest_size=16).digest()
    return len(order) - len({digest[node] for node in order})


def _numbered(root, key):
    order = [root] if root else []
    for node in order:
        order.extend(child for child in (node.left, node.right) if child)
    number, known = {None: 0}, {}
    for node in reversed(order):
        number[node] = known.setdefault(key(node, number), len(known) + 1)
    return len(order) - len(known)


@wrong("counts equal names only")
def names_only(root):
    return _numbered(root, lambda node, number: node.value)


@wrong("does not tell left from right", passes_examples=True)
def sides_sorted(root):
    return _numbered(root, lambda n, number: (n.value, *sorted((number[n.left], number[n.right]))))


@wrong("writes sub-plans as names without a mark for no child", passes_examples=True)
def names_run_together(root):
    text = {None: ""}

    def key(node, number):
        text[node] = f"{node.value} {text[node.left]}{text[node.right]}"
        return text[node]

    return _numbered(root, key)


@wrong("writes sub-plans with brackets, which a name may hold", passes_examples=True)
def brackets(root):
    text = {None: ""}

    def key(node, number):
        text[node] = f"{node.value}({text[node.left]},{text[node.right]})"
        return text[node]

    return _numbered(root, key)


@wrong("looks at the names of the children, not at what is below them", passes_examples=True)
def one_level(root):
    return _numbered(
        root,
        lambda node, number: (node.value, node.left and node.left.value, node.right and node.right.value),
    )


@wrong("counts the sub-plans that stand more than once, not the operators saved")
def repeated_ones(root):
    order = [root] if root else []
    for node in order:
        order.extend(child for child in (node.left, node.right) if child)
    number, known, times = {None: 0}, {}, {}
    for node in reversed(order):
        key = (node.value, number[node.left], number[node.right])
        number[node] = known.setdefault(key, len(known) + 1)
        times[number[node]] = times.get(number[node], 0) + 1
    return sum(count > 1 for count in times.values())


@wrong("calls itself on each level", fails="recursion", passes_examples=True)
def recursive(root):
    known, count = {}, 0

    def number(node):
        nonlocal count
        if node is None:
            return 0
        count += 1
        key = node.value, number(node.left), number(node.right)
        return known.setdefault(key, len(known) + 1)

    number(root)
    return count - len(known)


@wrong("compares each sub-plan with those kept, by number", fails="growth", passes_examples=True)
def through_a_list(root):
    order = [root] if root else []
    for node in order:
        order.extend(child for child in (node.left, node.right) if child)
    number, kept = {None: -1}, []
    for node in reversed(order):
        key = (node.value, number[node.left], number[node.right])
        for at, other in enumerate(kept):
            if other == key:
                number[node] = at
                break
        else:
            number[node] = len(kept)
            kept.append(key)
    return len(order) - len(kept)


@wrong("copies each sub-plan into one long string", fails="growth", passes_examples=True)
def long_strings(root):
    text = {None: "-"}

    def key(node, number):
        text[node] = f"{len(node.value)}:{node.value}" + text[node.left] + text[node.right]
        return text[node]

    return _numbered(root, key)


NOTES = """
**Complexity**: O(n) time and memory: each node is one key of three small parts.

**Pitfall**: a sub-plan written as a string is as long as the sub-plan; on a deep plan that is n² letters.
And without a mark for a missing child, or with marks that a name may hold, different plans come out as the same text.

**Alternative**: a digest of name and both children's digests instead of a number.
It needs no common dict, so two machines can compare their trees without sending them; that is a Merkle tree.
Equal digests of different trees are possible in theory, numbers leave no doubt.

**In an engine**: Spark calls it *exchange reuse*: plans are compared in a canonical form, and a `ReusedExchange` stands where a shuffle is read again.
A CTE that is named twice in PostgreSQL is computed once, unless it says `NOT MATERIALIZED`; written twice as a subquery it is computed twice.
Compilers number values in the same way (*value numbering*, *hash consing*).
"""
