"""# Revenue with all below it

A shop's category tree is a table, a row a category: `(id, parent, cents)`.
`cents` is what was booked on the category itself; the parent of a top category is `None`, and there may be several.

Return for each row, in the order of the rows, the revenue of its category with everything below it.

>>> solve([(1, None, 0), (2, 1, 500), (3, 1, 200), (4, 2, 70)])
[770, 570, 200, 70]
>>> solve([(8, 5, 30), (5, None, -10)])
[30, 20]

Limits: up to a million rows in any order, so a child may come before its parent.
The tree may have as many levels as rows.
Ids are distinct integers, every parent that is named has a row, and no category is above itself; `cents` may be negative.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import parents

PROBLEM = Problem(
    id="w3-trees-category-totals",
    pattern="post-order",
    difficulty="easy",
    minutes=20,
    points=2,
    order=1,
    classic="sum of each subtree; employee importance",
    growth="n",
    growth_size=15,
    idea=(
        "a total for each category, and an order in which parents come first",
        "walking that order backwards, a category's total is whole when it is added to its parent's",
        "the totals, when all have been added",
    ),
    hints=(
        "When do you know the total of a category? Which totals must be known before?",
        "Write down an order in which each parent comes before its children; a list that grows while you walk it is enough.",
        "Walk this order backwards and add each total to the parent's.",
    ),
)


def solve(rows: list[tuple[int, int | None, int]]) -> list[int]:
    total = {id: cents for id, _, cents in rows}
    parent = {id: above for id, above, _ in rows}
    below = {id: [] for id in total}
    for id, above in parent.items():
        if above is not None:
            below[above].append(id)
    order = [id for id in total if parent[id] is None]
    for id in order:  # it grows meanwhile
        order.extend(below[id])
    for id in reversed(order):
        if parent[id] is not None:
            total[parent[id]] += total[id]
    return [total[id] for id, _, _ in rows]


def oracle(rows):
    """Ask of each category which others have it above them."""
    parent = {id: above for id, above, _ in rows}

    def above(id):
        return [] if id is None else [id, *above(parent[id])]

    return [sum(cents for other, _, cents in rows if id in above(other)) for id, _, _ in rows]


EDGES = {
    "no rows": ([],),
    "one category": ([(7, None, 5)],),
    "category 0 on top": ([(0, None, 1), (1, 0, 2), (2, 0, 4)],),
    "category 0 in the middle": ([(3, None, 1), (0, 3, 2), (2, 0, 4)],),
    "several on top": ([(1, None, 1), (2, None, 2), (3, 2, 4), (4, 1, 8)],),
    "the leaves first": ([(4, 3, 8), (3, 2, 4), (2, 1, 2), (1, None, 1)],),
    "ids that fall": ([(9, None, 1), (5, 9, 2), (2, 5, 4)],),
    "nothing booked above": ([(1, None, 0), (2, 1, 0), (3, 2, 6)],),
    "refunds": ([(1, None, -5), (2, 1, 5), (3, 1, -2)],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    kinds = ("grown", "chain", "star", "several")[: 2 if size > 100 else 4]
    for kind in kinds if size > 14 else rng.sample(kinds, 2):
        yield ([(id, above, rng.randint(-99, 999)) for id, above in parents(rng, size, kind)],)


@variant
def leaves_first(rows):
    """Take off who has no child left, again and again."""
    total, parent, open_children = {}, {}, {}
    for id, above, cents in rows:
        total[id], parent[id] = cents, above
        open_children[above] = open_children.get(above, 0) + 1
    ready = [id for id in total if id not in open_children]
    while ready:
        id = ready.pop()
        above = parent[id]
        if above is not None:
            total[above] += total[id]
            open_children[above] -= 1
            if open_children[above] == 0:
                ready.append(above)
    return [total[id] for id, _, _ in rows]


@variant
def enter_and_leave(rows):
    """A stack with two kinds of entries: go into a category, come out of it."""
    below = {}
    for id, above, _ in rows:
        below.setdefault(above, []).append(id)
    own = {id: cents for id, _, cents in rows}
    total, waiting = {}, [(id, False) for id in below.get(None, ())]
    while waiting:
        id, leaving = waiting.pop()
        if leaving:
            total[id] = own[id]
            for child in below.get(id, ()):
                total[id] += total[child]
        else:
            waiting.append((id, True))
            waiting.extend((child, False) for child in below.get(id, ()))
    return [total[id] for id, _, _ in rows]


@variant
def by_depth(rows):
    """The deepest first; depths come from walking up as far as nothing is known."""
    parent = {id: above for id, above, _ in rows}
    depth = {None: 0}
    for id in parent:
        way = []
        while id not in depth:
            way.append(id)
            id = parent[id]
        for known, step in enumerate(reversed(way), depth[id] + 1):
            depth[step] = known
    levels = [[] for _ in range(len(rows) + 1)]
    for id in parent:
        levels[depth[id]].append(id)
    total = {id: cents for id, _, cents in rows}
    for level in reversed(levels):
        for id in level:
            if parent[id] is not None:
                total[parent[id]] += total[id]
    return [total[id] for id, _, _ in rows]


@wrong("adds what is directly below, and no deeper")
def children_only(rows):
    total = {id: cents for id, _, cents in rows}
    for _, above, cents in rows:
        if above is not None:
            total[above] += cents
    return [total[id] for id, _, _ in rows]


@wrong("adds up in the order of the rows from the last one, as if parents came first", passes_examples=True)
def rows_backwards(rows):
    total = {id: cents for id, _, cents in rows}
    for id, above, _ in reversed(rows):
        if above is not None:
            total[above] += total[id]
    return [total[id] for id, _, _ in rows]


@wrong("takes a parent 0 for none", passes_examples=True)
def zero_is_none(rows):
    return solve([(id, above or None, cents) for id, above, cents in rows])


@wrong("adds the greatest ids first, as if ids grew downwards", passes_examples=True)
def by_id(rows):
    total = {id: cents for id, _, cents in rows}
    for id, above, _ in sorted(rows, key=lambda row: -row[0]):
        if above is not None:
            total[above] += total[id]
    return [total[id] for id, _, _ in rows]


@wrong("follows one top category only", passes_examples=True)
def one_root(rows):
    roots = [id for id, above, _ in rows if above is None][:1]
    kept, order = {id: cents for id, _, cents in rows}, roots
    for id in order:
        order += [child for child, above, _ in rows if above == id]
    parent = {id: above for id, above, _ in rows}
    for id in reversed(order[1:]):
        kept[parent[id]] += kept[id]
    return [kept[id] for id, _, _ in rows]


@wrong("calls itself on each level", fails="recursion", passes_examples=True)
def recursive(rows):
    below, own = {}, {}
    for id, above, cents in rows:
        below.setdefault(above, []).append(id)
        own[id] = cents
    total = {}

    def fill(id):
        total[id] = own[id] + sum(fill(child) for child in below.get(id, ()))
        return total[id]

    for top in below.get(None, ()):
        fill(top)
    return [total[id] for id, _, _ in rows]


@wrong("carries each row's cents up to the top", fails="growth", passes_examples=True)
def carries_up(rows):
    parent = {id: above for id, above, _ in rows}
    total = dict.fromkeys(parent, 0)
    for id, _, cents in rows:
        while id is not None:
            total[id] += cents
            id = parent[id]
    return [total[id] for id, _, _ in rows]


@wrong("looks for the parent's position in a list of copied ids", fails="growth", passes_examples=True)
def looks_through_ids(rows):
    ids = [int(id) for id, _, _ in rows]
    above = [-1 if parent is None else ids.index(int(parent)) for _, parent, _ in rows]
    below = [[] for _ in rows]
    for at, parent in enumerate(above):
        if parent >= 0:
            below[parent].append(at)
    order = [at for at, parent in enumerate(above) if parent < 0]
    for at in order:
        order.extend(below[at])
    total = [int(cents) for _, _, cents in rows]
    for at in reversed(order):
        if above[at] >= 0:
            total[above[at]] += total[at]
    return total


NOTES = """
**Complexity**: O(n) time and memory: each row is put into the order once and added once.

**Pitfall**: a total may be added to the parent only when it is whole.
The order of rows or of ids says nothing about that; an order in which parents come first, read backwards, does.
And a tree from data may be a chain: a function that calls itself for each level ends at some 1,000 levels.

**Alternative**: count each category's children and take off those that have none left; that is the topological sort of a scheduler, and it finds circles as well: whoever is never taken off lies on one or above one.

**In an engine**: a recursive CTE that joins each category with all above it makes as many rows as all depths together; on a chain that is n·(n + 1) / 2.
A cube or a roll-up with fixed levels is the same sum where the depth is known when the table is made.
"""
