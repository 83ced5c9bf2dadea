"""# The nearest stale tables

A dashboard shows yesterday's numbers.
`inputs` holds for each table the tables that it is built from; whoever is not in it is a source.
Each table feeds one other, so from the dashboard downwards it is a tree.
`stale` holds the tables that were not refreshed.

The team on call wants the stale tables that are the fewest steps away from `table`, itself included.
Return all at that distance, in the order in which a walk level by level meets them, with inputs from left to right; `[]` when nothing is stale.

>>> INPUTS = {"board": ["sales", "people"], "sales": ["orders", "rates"], "people": ["crm"]}
>>> solve(INPUTS, "board", {"rates", "crm"})
['rates', 'crm']
>>> solve(INPUTS, "board", {"people", "orders"})
['people']
>>> solve(INPUTS, "sales", {"crm"})
[]

Limits: up to a million tables; the tree may have as many levels as tables.
`stale` may hold tables that are not part of the tree.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import parents

PROBLEM = Problem(
    id="w3-trees-nearest-stale",
    pattern="level order",
    difficulty="easy",
    minutes=20,
    points=2,
    order=2,
    classic="level order traversal; minimum depth of a tree",
    growth="n",
    growth_size=15,
    idea=(
        "the tables of one level",
        "all of them are equally far away, and no table that is nearer is stale",
        "the stale ones of the first level that has any",
    ),
    hints=(
        "In which order must you look at tables so that the first stale one is a nearest one?",
        "Keep a whole level in a list. How does the next level come from it?",
        "Stop at the first level with a stale table; return all stale ones of that level.",
    ),
)

INPUTS = {"board": ["sales", "people"], "sales": ["orders", "rates"], "people": ["crm"]}


def solve(inputs: dict[str, list[str]], table: str, stale: set[str]) -> list[str]:
    level = [table]
    while level:
        found = [name for name in level if name in stale]
        if found:
            return found
        level = [name for above in level for name in inputs.get(above, ())]
    return []


def oracle(inputs, table, stale):
    """Write all tables down with their distance, then choose."""

    def below(name, distance):
        return [(distance, name), *(x for i in inputs.get(name, []) for x in below(i, distance + 1))]

    found = [(distance, name) for distance, name in below(table, 0) if name in stale]
    nearest = min((distance for distance, _ in found), default=None)
    return [name for distance, name in found if distance == nearest]


EDGES = {
    "the table itself": ({"a": ["b"]}, "a", {"a", "b"}),
    "a source is asked": ({"a": ["b"]}, "b", {"a"}),
    "a source is asked and stale": ({"a": ["b"]}, "b", {"b"}),
    "nothing is stale": ({"a": ["b", "c"]}, "a", set()),
    "the left branch has one, deeper": ({"a": ["b", "c"], "b": ["d"]}, "a", {"c", "d"}),
    "the right branch has one, deeper": ({"a": ["b", "c"], "c": ["d"]}, "a", {"b", "d"}),
    "several on one level": ({"a": ["z", "b", "c"]}, "a", {"c", "z"}),
    "one below a stale one": ({"a": ["b"], "b": ["c"]}, "a", {"b", "c"}),
    "a table without inputs": ({"a": ["b", "c"], "b": [], "c": ["d"]}, "a", {"d"}),
    "stale elsewhere": ({"a": ["b"], "x": ["y"]}, "a", {"x", "y"}),
    "cousins, inputs not by name": ({"a": ["c", "b"], "c": ["y"], "b": ["x"]}, "a", {"x", "y"}),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    if size >= 15:
        names = [f"s{at}" for at in range(8 * size)]
        yield {"wide": names}, "wide", {names[-1], "elsewhere"}
    for kind in ("grown", "chain") if size >= 15 else ("grown", "chain", "star"):
        inputs, top = {}, ""
        for id, above in parents(rng, size, kind):
            if above is None:
                top = f"t{id}"
            else:
                inputs.setdefault(f"t{above}", []).append(f"t{id}")
        order = [top]
        for name in order:
            order.extend(inputs.get(name, ()))
        chosen = set(rng.sample(order, min(size, rng.choice((1, 2, 3)))))
        yield inputs, top, chosen if size < 15 else {order[-1], "elsewhere"}


@variant
def queue_with_distances(inputs, table, stale):
    waiting, found, nearest = deque([(table, 0)]), [], None
    while waiting:
        name, distance = waiting.popleft()
        if nearest is not None and distance > nearest:
            break
        if name in stale:
            found.append(name)
            nearest = distance
        waiting.extend((child, distance + 1) for child in inputs.get(name, ()))
    return found


@variant
def every_branch_to_its_end(inputs, table, stale):
    waiting, found = [(table, 0)], {}
    while waiting:
        name, distance = waiting.pop()
        if name in stale:
            found.setdefault(distance, []).append(name)
        waiting.extend((child, distance + 1) for child in reversed(inputs.get(name, [])))
    return found[min(found)] if found else []


@variant
def one_list_and_its_marks(inputs, table, stale):
    order, begin = [table], 0
    while begin < len(order):
        end, found = len(order), []
        for at in range(begin, end):
            if order[at] in stale:
                found.append(order[at])
            order.extend(inputs.get(order[at], ()))
        if found:
            return found
        begin = end
    return []


@wrong("follows each branch to its end and takes the first stale one")
def first_of_a_branch(inputs, table, stale):
    waiting = [table]
    while waiting:
        name = waiting.pop()
        if name in stale:
            return [name]
        waiting.extend(reversed(inputs.get(name, [])))
    return []


@wrong("returns the first of the level only")
def first_of_the_level(inputs, table, stale):
    return solve(inputs, table, stale)[:1]


@wrong("returns every stale table below")
def all_of_them(inputs, table, stale):
    order = [table]
    for name in order:
        order.extend(inputs.get(name, ()))
    return [name for name in order if name in stale]


@wrong("does not look at the table itself", passes_examples=True)
def without_itself(inputs, table, stale):
    return solve(inputs, table, stale - {table})


@wrong("asks a source for its inputs with []", fails="error", passes_examples=False)
def sources_have_no_entry(inputs, table, stale):
    level = [table]
    while level:
        found = [name for name in level if name in stale]
        if found:
            return found
        level = [name for above in level for name in inputs[above]]
    return []


@wrong("takes the tables of a level from right to left")
def right_to_left(inputs, table, stale):
    return solve({name: found[::-1] for name, found in inputs.items()}, table, stale)


@wrong("sorts the level by name")
def by_name(inputs, table, stale):
    return sorted(solve(inputs, table, stale))


@wrong("goes on with the level before when no table of it has inputs", fails="endless", passes_examples=False)
def never_ends(inputs, table, stale):
    level = [table]
    while True:
        found = [name for name in level if name in stale]
        if found:
            return found
        level = [name for above in level for name in inputs.get(above, ())] or level


@wrong("calls itself for each level", fails="recursion", passes_examples=True)
def recursive(inputs, table, stale):
    def look(level):
        if not level:
            return []
        found = [name for name in level if name in stale]
        return found or look([name for above in level for name in inputs.get(above, ())])

    return look([table])


@wrong("starts again at the top for each level", fails="growth", passes_examples=True)
def deeper_each_time(inputs, table, stale):
    for depth in range(len(inputs) + 1):
        level = [table]
        for _ in range(depth):
            level = [name for above in level for name in inputs.get(above, ())]
        found = [name for name in level if name in stale]
        if found:
            return found
    return []


@wrong(
    "keeps copied names, and looks in a list whether it has seen them", fails="growth", passes_examples=True
)
def seen_in_a_list(inputs, table, stale):
    copied = {name[:]: [child[:] for child in children] for name, children in inputs.items()}
    level, seen = [table], []
    while level:
        found = [name for name in level if name in stale]
        if found:
            return found
        seen += level
        level = [name for above in level for name in copied.get(above, ()) if name not in seen]
    return []


@wrong(
    "takes the next table off the front of a list, which moves all others",
    fails="growth",
    passes_examples=True,
)
def from_the_front(inputs, table, stale):
    waiting, found, nearest = [(table, 0)], [], None
    while waiting:
        name, distance = waiting.pop(0)
        if nearest is not None and distance > nearest:
            break
        if name in stale:
            found.append(name)
            nearest = distance
        waiting.extend((child, distance + 1) for child in inputs.get(name, ()))
    return found


NOTES = """
**Complexity**: O(n) time; memory is the widest level.

**Pitfall**: a walk that follows one branch to its end meets a stale table first that need not be the nearest.
Level by level the first one is, and its whole level must be looked at before you stop.

**Alternative**: a queue of pairs (table, distance), or a walk by branches that keeps the stale tables by distance.
The latter always sees the whole tree; the levels stop early, which is the point when a cause lies near.

**In an engine**: impact and root-cause views of a lineage tool walk level by level with a limit on the distance.
In a lineage where a table feeds several others keep a set of those you have seen, or a table is visited once for each way to it, and those are many.
"""
