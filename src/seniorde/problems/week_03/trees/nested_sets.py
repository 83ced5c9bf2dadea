"""# Hierarchy without recursion

A report asks thousands of times "everything below this category", and its engine has no recursive query.
So number the categories once: walk through the tree, and count up by one at each category you *enter* and at each category you *leave*, from 1 on.
The numbers of everything below a category then lie between its own two: `WHERE enter BETWEEN …`.

`rows` holds `(id, parent)`, in any order; the parent of a top category is `None`.
The top categories are entered in the order of their rows, and so are the children of each category.

Return for each row, in the order of the rows, its two numbers.

>>> solve([(1, None), (2, 1), (3, 1), (4, 2)])
[(1, 8), (2, 5), (6, 7), (3, 4)]
>>> solve([(5, 8), (8, None), (3, None)])
[(2, 3), (1, 4), (5, 6)]

Limits: up to a million rows; ids are distinct integers, every parent that is named has a row, no category is above itself.
The tree may have as many levels as rows.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import parents

PROBLEM = Problem(
    id="w3-trees-nested-sets",
    pattern="pre-order and post-order in one walk",
    difficulty="medium",
    minutes=25,
    points=3,
    order=3,
    classic="Euler tour of a tree; is one node below another",
    growth="n",
    growth_size=15,
    idea=(
        "a counter, and a stack of categories to enter or to leave",
        "all that was entered after an open category and is left lies below it",
        "two numbers for each category, around those of all below it",
    ),
    hints=(
        "On a stack of your own you need to come back to a category after all below it. What could you push for that?",
        "Push two kinds of entries: one to enter a category, one to leave it.",
        "On entering, push the leave first and then the children, the last child first.",
    ),
)


def solve(rows: list[tuple[int, int | None]]) -> list[tuple[int, int]]:
    below = {}
    for id, parent in rows:
        below.setdefault(parent, []).append(id)
    enter, leave, count = {}, {}, 0
    waiting = below.get(None, [])[::-1]
    while waiting:
        id = waiting[-1]
        count += 1
        if id in enter:
            leave[id] = count
            waiting.pop()
        else:
            enter[id] = count
            waiting.extend(reversed(below.get(id, ())))
    return [(enter[id], leave[id]) for id, _ in rows]


def oracle(rows):
    """Write the walk down as a list of ids, each twice, and look the places up."""

    def walk(parent):
        return [
            step for id, above in rows if above == parent and id is not None for step in (id, *walk(id), id)
        ]

    steps = walk(None)
    return [(steps.index(id) + 1, len(steps) - steps[::-1].index(id)) for id, _ in rows]


EDGES = {
    "no rows": ([],),
    "one category": ([(4, None)],),
    "a chain": ([(1, None), (2, 1), (3, 2)],),
    "category 0": ([(0, None), (1, 0), (2, 0)],),
    "category 0 below": ([(2, None), (0, 2), (1, 0)],),
    "children before their parent": ([(3, 1), (2, 1), (1, None)],),
    "ids that fall": ([(9, None), (7, 9), (8, 9)],),
    "several on top, mixed": ([(1, None), (4, 2), (2, None), (3, 1)],),
    "a child of a later child": ([(1, None), (2, 1), (3, 1), (4, 3), (5, 2)],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    kinds = ("grown", "chain", "star", "several")[: 2 if size > 100 else 4]
    for kind in kinds if size > 14 else rng.sample(kinds, 2):
        yield (parents(rng, size, kind),)


@variant
def two_kinds_of_entries(rows):
    below = {}
    for id, parent in rows:
        below.setdefault(parent, []).append(id)
    pair, count = {}, 0
    waiting = [("enter", id) for id in reversed(below.get(None, []))]
    while waiting:
        kind, id = waiting.pop()
        count += 1
        if kind == "leave":
            pair[id].append(count)
            continue
        pair[id] = [count]
        waiting.append(("leave", id))
        waiting.extend(("enter", child) for child in reversed(below.get(id, [])))
    return [tuple(pair[id]) for id, _ in rows]


@variant
def from_sizes(rows):
    """First how many are below each, then the numbers from the top."""
    below, parent = {None: []}, dict(rows)
    for id, above in rows:
        below.setdefault(above, []).append(id)
    order = list(below[None])
    for id in order:
        order.extend(below.get(id, ()))
    size = dict.fromkeys(order, 1)
    for id in reversed(order):
        if parent[id] is not None:
            size[parent[id]] += size[id]
    enter, free = {}, {None: 1}
    for id in order:
        enter[id] = free[parent[id]]
        free[parent[id]] += 2 * size[id]
        free[id] = enter[id] + 1
    return [(enter[id], enter[id] + 2 * size[id] - 1) for id, _ in rows]


@variant
def open_iterators(rows):
    below, enter, leave, count = {}, {}, {}, 0
    for id, parent in rows:
        below.setdefault(parent, []).append(id)
    way = [(None, iter(below.get(None, ())))]
    while way:
        id, children = way[-1]
        child = next(children, None)
        count += 1
        if child is None:
            leave[id] = count
            way.pop()
        else:
            enter[child] = count
            way.append((child, iter(below.get(child, ()))))
    return [(enter[id], leave[id]) for id, _ in rows]


@wrong("counts up on entering only")
def entering_only(rows):
    pairs = solve(rows)
    enters = sorted(enter for enter, _ in pairs)
    rank = {enter: place for place, enter in enumerate(enters, 1)}
    return [(rank[enter], rank[enter] + (leave - enter) // 2) for enter, leave in pairs]


@wrong("enters the last child first")
def last_child_first(rows):
    return solve(rows[::-1])[::-1]


@wrong("enters children in the order of their ids", passes_examples=True)
def by_id(rows):
    ordered = sorted(rows)
    pair = dict(zip((id for id, _ in ordered), solve(ordered)))
    if [id for id, parent in rows if parent is None] != [id for id, parent in ordered if parent is None]:
        return solve(rows)
    return [pair[id] for id, _ in rows]


@wrong("enters level by level")
def level_by_level(rows):
    below = {}
    for id, parent in rows:
        below.setdefault(parent, []).append(id)
    order = list(below.get(None, ()))
    for id in order:
        order.extend(below.get(id, ()))
    return [(order.index(id) + 1, 2 * len(rows) - order.index(id)) for id, _ in rows]


@wrong("takes a parent 0 for none", passes_examples=True)
def zero_is_none(rows):
    return solve([(id, parent or None) for id, parent in rows])


@wrong("begins again at 1 for each top category")
def each_top_from_one(rows):
    pair, tops = dict(zip((id for id, _ in rows), solve(rows))), {}
    parent = dict(rows)
    for id, _ in rows:
        top = id
        while parent[top] is not None:
            top = parent[top]
        tops[id] = pair[top][0] - 1
    return [(pair[id][0] - tops[id], pair[id][1] - tops[id]) for id, _ in rows]


@wrong("calls itself on each level", fails="recursion", passes_examples=True)
def recursive(rows):
    below, enter, leave, count = {}, {}, {}, 0
    for id, parent in rows:
        below.setdefault(parent, []).append(id)

    def walk(id):
        nonlocal count
        count += 1
        enter[id] = count
        for child in below.get(id, ()):
            walk(child)
        count += 1
        leave[id] = count

    for top in below.get(None, ()):
        walk(top)
    return [(enter[id], leave[id]) for id, _ in rows]


@wrong("looks through all rows for the children of each category", fails="growth", passes_examples=True)
def all_rows_for_each(rows):
    enter, leave, count = {}, {}, 0
    waiting = [id for id, parent in rows if parent is None][::-1]
    while waiting:
        id = waiting[-1]
        count += 1
        if id in enter:
            leave[id] = count
            waiting.pop()
        else:
            enter[id] = count
            waiting.extend([child for child, parent in rows if parent == id][::-1])
    return [(enter[id], leave[id]) for id, _ in rows]


@wrong("copies the walk, then looks each id up in it", fails="growth", passes_examples=True)
def places_in_the_walk(rows):
    below = {}
    for id, parent in rows:
        below.setdefault(parent, []).append(int(id))
    steps, seen, waiting = [], set(), below.get(None, [])[::-1]
    while waiting:
        id = waiting[-1]
        steps.append(id)
        if id in seen:
            waiting.pop()
        else:
            seen.add(id)
            waiting.extend(reversed(below.get(id, ())))
    plain = [int(id) for id, _ in rows]
    enters = [steps.index(id) + 1 for id in plain]
    return [(enter, steps.index(id, enter) + 1) for id, enter in zip(plain, enters)]


NOTES = """
**Complexity**: O(n) time and memory: two steps for each category.

**Pitfall**: a stack alone forgets whom it came from.
To come back to a category after all below it, leave it on the stack, or push a second entry.
And a stack turns the children round, so push the last one first.

**Alternative**: count how many lie below each category (from the leaves up), then hand out ranges from the top down: a category with k below it takes 2·(k + 1) numbers.
No walk in depth is needed at all.

**In an engine**: these are *nested sets*; `a.enter < b.enter AND b.leave < a.leave` says that b is below a, an index on `enter` makes it a range scan, and a sum over the range is a roll-up.
The price is writing: a new category moves all numbers behind it, on average half of the table.
PostgreSQL's `ltree` and the path column of a catalog keep the whole way as a text instead, in which a new leaf moves nothing.
"""
