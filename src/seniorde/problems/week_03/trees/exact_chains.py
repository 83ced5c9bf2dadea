"""# Chains of steps that cost exactly so much

A pipeline's run is a binary tree: each node is a step, its value what the step added to the bill in cents, less than 0 for a credit.
An item of the invoice reads `cents`, and somebody asks which steps it may stand for: a *chain* goes from any step down to any step below it, child by child, or is a single step.

Return how many chains cost exactly `cents`.

>>> solve(Tree.of(3, 2, -1, 1, 4, None, 4), 6)
3
>>> solve(Tree.of(5, -5, 5), 5)
2
>>> solve(Tree.of(0, 0, 0), 0)
5

In the first: 3 + 2 + 1, 2 + 4, and 3 − 1 + 4.

Limits: up to a million steps, and as many levels; a run without steps is `None`.
A `Tree` has `value`, `left` and `right`; `Tree.of` writes it level by level, `None` where no node is.
"""

from collections import Counter
from collections.abc import Iterator
from random import Random

from seniorde.checks.trees import Tree
from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import balanced, deep, grown

PROBLEM = Problem(
    id="w3-trees-exact-chains",
    pattern="prefix sums along the way, taken back",
    difficulty="hard",
    minutes=40,
    points=4,
    order=10,
    classic="path sum III",
    growth="n",
    growth_size=12,
    idea=(
        "how often each sum from the root stands on the way to this step",
        "only steps above this one are counted: whoever is left takes his sum back",
        "for each step the number of ways above it that are smaller by exactly the cents",
    ),
    hints=(
        "On a list you would keep the sums from the start, and ask how often `sum - cents` was among them. What changes when the way branches?",
        "Coming back from a branch, its sums must be gone. Where do you come back to a step, when you keep your own stack?",
        "Push two kinds of entries: on entering, count the chains that end here, then add the sum; on leaving, take the sum back. The sum 0 before the root counts once.",
    ),
)


def solve(root: Tree | None, cents: int) -> int:
    above, chains = {0: 1}, 0
    waiting = [(root, 0, False)]
    while waiting:
        node, total, leaving = waiting.pop()
        if leaving:
            above[total] -= 1
        elif node:
            total += node.value
            chains += above.get(total - cents, 0)
            above[total] = above.get(total, 0) + 1
            waiting += [(node, total, True), (node.right, total, False), (node.left, total, False)]
    return chains


def oracle(root, cents):
    """From each step down all ways."""

    def begin(node, cents):
        if node is None:
            return 0
        rest = cents - node.value
        return (rest == 0) + begin(node.left, rest) + begin(node.right, rest)

    def all_steps(node):
        if node is None:
            return 0
        return begin(node, cents) + all_steps(node.left) + all_steps(node.right)

    return all_steps(root)


EDGES = {
    "no steps": (None, 0),
    "one step": (Tree.of(4), 4),
    "one step, none": (Tree.of(4), 0),
    "0 from a single step": (Tree.of(0), 0),
    "the whole way from the root": (Tree.of(1, 2, None, 3), 6),
    "not across two branches": (Tree.of(9, 2, 4), 6),
    "not a sum of the other branch": (Tree.of(1, 2, 4, None, None, 5), 7),
    "up and down": (Tree.of(1, 1, None, -1, None, 1, None, -1), 1),
    "credits only": (Tree.of(-3, -1, -2), -3),
    "0 on the way counts twice": (Tree.of(2, 0, None, 4), 6),
    "a chain in the middle": (Tree.of(8, 2, None, 5, None, 9), 7),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    costs = [rng.randint(-3, 5) for _ in range(size)]
    yield grown(rng, costs), rng.randint(-2, 6)
    yield deep(rng, costs), rng.randint(-2, 6)
    if size <= 100:
        yield balanced(costs, rng), rng.randint(-2, 6)


@variant
def way_as_a_list(root, cents):
    """The stack holds (step, depth); the way is cut back to the depth of the next step."""
    way, count, chains = [0], Counter([0]), 0
    waiting = [(root, 0)] if root else []
    while waiting:
        node, depth = waiting.pop()
        while len(way) > depth + 1:
            count[way.pop()] -= 1
        total = way[-1] + node.value
        chains += count[total - cents]
        way.append(total)
        count[total] += 1
        waiting.extend((child, depth + 1) for child in (node.left, node.right) if child)
    return chains


@variant
def open_children(root, cents):
    def children(node):
        return iter([child for child in (node.left, node.right) if child])

    chains, total, count = 0, 0, {0: 1}
    way = [(Tree(0, root), children(Tree(0, root)))]
    while way:
        node, below = way[-1]
        child = next(below, None)
        if child is None:
            if len(way) > 1:
                count[total] -= 1
                total -= node.value
            way.pop()
            continue
        total += child.value
        chains += count.get(total - cents, 0)
        count[total] = count.get(total, 0) + 1
        way.append((child, children(child)))
    return chains


@variant
def from_the_leaves(root, cents):
    """Sums of chains that begin at a step, kept with an offset, the smaller table put into the larger."""
    order = [root] if root else []
    for node in order:
        order.extend(child for child in (node.left, node.right) if child)
    tables, chains = {}, 0
    for node in reversed(order):
        parts = [tables.pop(child) for child in (node.left, node.right) if child]
        parts.sort(key=lambda part: -len(part[0]))
        counts, offset = parts[0] if parts else ({}, 0)
        for others, other in parts[1:]:
            for total, times in others.items():
                counts[total + other - offset] = counts.get(total + other - offset, 0) + times
        counts[-offset] = counts.get(-offset, 0) + 1
        offset += node.value
        chains += counts.get(cents - offset, 0)
        tables[node] = (counts, offset)
    return chains


@wrong("does not take the sums back, so chains run across branches", passes_examples=False)
def never_taken_back(root, cents):
    above, chains, waiting = {0: 1}, 0, [(root, 0)]
    while waiting:
        node, total = waiting.pop()
        if node:
            total += node.value
            chains += above.get(total - cents, 0)
            above[total] = above.get(total, 0) + 1
            waiting += [(node.right, total), (node.left, total)]
    return chains


@wrong("counts chains from the root only")
def from_the_root(root, cents):
    chains, waiting = 0, [(root, 0)]
    while waiting:
        node, total = waiting.pop()
        if node:
            total += node.value
            chains += total == cents
            waiting += [(node.right, total), (node.left, total)]
    return chains


def _with(root, cents, start, late):
    above, chains, waiting = dict(start), 0, [(root, 0, False)]
    while waiting:
        node, total, leaving = waiting.pop()
        if leaving:
            above[total] -= 1
        elif node:
            total += node.value
            if late:
                above[total] = above.get(total, 0) + 1
            chains += above.get(total - cents, 0)
            if not late:
                above[total] = above.get(total, 0) + 1
            waiting += [(node, total, True), (node.right, total, False), (node.left, total, False)]
    return chains


@wrong("forgets the sum before the root")
def no_zero(root, cents):
    return _with(root, cents, {}, False)


@wrong("puts a step's own sum in before it asks")
def asks_too_late(root, cents):
    return _with(root, cents, {0: 1}, True)


@wrong("keeps each sum once, in a set")
def once_each(root, cents):
    chains, way, waiting = 0, [0], [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if node:
            del way[depth + 1 :]
            total = way[-1] + node.value
            chains += total - cents in set(way)
            way.append(total)
            waiting += [(node.right, depth + 1), (node.left, depth + 1)]
    return chains


@wrong("stops a chain as soon as it costs enough, as if there were no credits")
def no_credits(root, cents):
    chains, order = 0, [root] if root else []
    for start in order:
        order.extend(child for child in (start.left, start.right) if child)
        waiting = [(start, 0)]
        while waiting:
            node, total = waiting.pop()
            if node:
                total += node.value
                chains += total == cents
                if total < cents:
                    waiting += [(node.right, total), (node.left, total)]
    return chains


@wrong("goes on at one side only when a step has both", passes_examples=False)
def left_first(root, cents):
    above, chains, node, total = {0: 1}, 0, root, 0
    while node:
        total += node.value
        chains += above.get(total - cents, 0)
        above[total] = above.get(total, 0) + 1
        node = node.left or node.right
    return chains


@wrong("calls itself on each level", fails="recursion", passes_examples=True)
def recursive(root, cents):
    above = {0: 1}

    def count(node, total):
        if node is None:
            return 0
        total += node.value
        found = above.get(total - cents, 0)
        above[total] = above.get(total, 0) + 1
        found += count(node.left, total) + count(node.right, total)
        above[total] -= 1
        return found

    return count(root, 0)


@wrong("begins at each step and walks down", fails="growth", passes_examples=True)
def from_each_step(root, cents):
    chains, order = 0, [root] if root else []
    for start in order:
        order.extend(child for child in (start.left, start.right) if child)
        waiting = [(start, 0)]
        while waiting:
            node, total = waiting.pop()
            if node:
                total += node.value
                chains += total == cents
                waiting += [(node.right, total), (node.left, total)]
    return chains


@wrong("keeps the copied sums of the way in a list and counts in it", fails="growth", passes_examples=True)
def counts_in_a_list(root, cents):
    chains, way, waiting = 0, [0], [(root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if node:
            del way[depth + 1 :]
            total = way[-1] + int(node.value)
            chains += way.count(total - cents)
            way.append(total)
            waiting += [(node.right, depth + 1), (node.left, depth + 1)]
    return chains


NOTES = """
**Complexity**: O(n) time; memory is O(n): a way may be as long as there are steps, and as many sums may have been seen.

**Pitfall**: three lines in an order that matters.
Ask first, then add the own sum, or `cents = 0` counts every step with itself.
And take it back when the step is left, or chains lead through the air from one branch to the next.

**Alternative**: keep the stack's entries with their depth and cut the way back to the depth of the next step.
From the leaves up it works as well, with a table of sums at each step, the smaller one put into the larger: n·log n, and no taking back.

**In an engine**: state that is added on entering and taken back on leaving is how a tracer keeps its open calls, and how every search by *backtracking* tries a choice and takes it back.
"""
