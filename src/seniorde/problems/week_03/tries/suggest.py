"""# Three tables for what is typed

A search box over the catalog offers tables while somebody types.
You get `queries`, a dict: table → how often it was queried last month; and `typed`, what stood in the box at each keystroke.

For each typed text return the tables whose names begin with it, at most three: those queried most often first, equal ones by name.

>>> solve({"order_audit": 2, "orders": 90, "orders_raw": 90, "order_lines": 40, "owners": 7}, ["o", "order_", "ow", "x"])
[['orders', 'orders_raw', 'order_lines'], ['order_lines', 'order_audit'], ['owners'], []]

A table that was never queried (0) is offered as any other; every name begins with `""`.

Limits: up to 100,000 tables and as many texts; a name has at most 60 characters, none is empty.
The work may grow as n log n with the number of tables, besides the length of their names; an answer for a text must not look at all tables that begin with it.
"""

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-tries-suggest",
    pattern="the best few at every node",
    difficulty="medium",
    minutes=25,
    points=3,
    order=5,
    classic="design search autocomplete",
    growth="n log n",
    growth_size=40,
    idea=(
        "at every node the best three of the tables that passed it",
        "tables come best first, so the first three that pass a node are its best",
        "the list at the node where the text ends",
    ),
    hints=(
        "How many tables may ever be offered at one node? You need to remember no more.",
        "In which order should the tables come, so that a list with three entries never changes again?",
        "Sort by (minus the count, name) once; then walk each name and append it to the lists on its way that are not full.",
    ),
)


def solve(queries: dict[str, int], typed: list[str]) -> list[list[str]]:
    best_first = sorted(queries, key=lambda table: (-queries[table], table))
    root: dict = {"best": best_first[:3]}
    for table in best_first:
        node = root
        for character in table:
            node = node.setdefault(character, {"best": []})
            if len(node["best"]) < 3:
                node["best"].append(table)
    offered = []
    for text in typed:
        node = root
        for character in text:
            node = node.get(character, {"best": []})
        offered.append(list(node["best"]))
    return offered


def oracle(queries, typed):
    """Sort all tables that begin with the text, for each text."""
    return [
        sorted((t for t in queries if t.startswith(text)), key=lambda t: (-queries[t], t))[:3]
        for text in typed
    ]


EDGES = {
    "no table": ({}, ["", "a"]),
    "nothing typed": ({"a": 1}, []),
    "one table": ({"ab": 1}, ["", "a", "ab", "abc", "b"]),
    "four that tie": ({"d": 5, "b": 5, "a": 5, "c": 5}, [""]),
    "four that tie, longer names": ({"ad": 5, "ab": 5, "aa": 5, "ac": 5}, ["a"]),
    "a tie at the third place": ({"a1": 9, "a2": 8, "a4": 7, "a3": 7}, ["a"]),
    "never queried": ({"a": 0, "b": 0}, ["", "a"]),
    "a name that another begins with": ({"a": 1, "ab": 2, "abc": 3, "abcd": 4}, ["a", "ab", "abc", "abcd"]),
    "the best one comes last": ({"a1": 1, "a2": 2, "a3": 3, "a4": 4}, ["", "a"]),
    "a text that leaves every name": ({"ab": 1}, ["ax", "abx", "abb"]),
    "texts in no order, one twice": ({"ab": 1, "b": 2}, ["b", "a", "b", ""]),
    "upper and lower case differ": ({"A": 1, "a": 1}, ["", "A", "a"]),
    "names that are words of the code": ({"best": 3, "be": 1, "b": 2}, ["b", "be", "best"]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = ["".join(rng.choice("abc_") for _ in range(rng.randrange(1, 9))) for _ in range(size)]
    queries = {name: rng.randrange(max(size // 2, 2)) for name in names}
    typed = [rng.choice(names)[: rng.randrange(6)] for _ in range(size)]
    yield (queries, typed)
    yield ({f"o_{rng.randrange(10**6)}": rng.randrange(9) for _ in range(size)}, ["o", "o_"] * (size // 2))


@variant
def best_of_every_beginning(queries, typed):
    """A hash table from every beginning to its best three."""
    best = defaultdict(list)
    for table in sorted(sorted(queries), key=queries.get, reverse=True):
        for end in range(len(table) + 1):
            if len(best[table[:end]]) < 3:
                best[table[:end]].append(table)
    return [best.get(text, [])[:] for text in typed]


@variant
def tables_in_any_order(queries, typed):
    """Each node keeps its best three sorted, whatever comes."""
    root = [[], {}]
    for table, count in queries.items():
        node, rank = root, (-count, table)
        node[0] = sorted([*node[0], rank])[:3]
        for character in table:
            node = node[1].setdefault(character, [[], {}])
            node[0] = sorted([*node[0], rank])[:3]
    offered = []
    for text in typed:
        node = root
        for character in text:
            node = node[1].get(character, [[], {}])
        offered.append([table for _, table in node[0]])
    return offered


@variant
def best_of_a_range(queries, typed):
    """Sorted names and, for each power of two, the best three of every stretch of that width."""
    names = sorted(queries)
    levels = [[[(-queries[name], name)] for name in names]]
    while 2 ** len(levels) <= len(names):
        below, half = levels[-1], 2 ** (len(levels) - 1)
        levels.append(
            [sorted({*below[at], *below[at + half]})[:3] for at in range(len(names) - 2 * half + 1)]
        )
    offered = []
    for text in typed:
        begin, end = bisect_left(names, text), bisect_left(names, text + "\uffff")
        if begin == end:
            offered.append([])
            continue
        level = (end - begin).bit_length() - 1
        both = {*levels[level][begin], *levels[level][end - 2**level]}
        offered.append([name for _, name in sorted(both)[:3]])
    return offered


@wrong("breaks ties by the order in the dict", passes_examples=True)
def ties_as_they_come(queries, typed):
    return [
        sorted((t for t in queries if t.startswith(text)), key=lambda t: -queries[t])[:3] for text in typed
    ]


@wrong("keeps the first three that pass a node, in the order of the dict")
def first_three(queries, typed):
    best = defaultdict(list)
    for table in queries:
        for end in range(len(table) + 1):
            if len(best[table[:end]]) < 3:
                best[table[:end]].append(table)
    return [sorted(best[text], key=lambda t: (-queries[t], t)) for text in typed]


@wrong("offers the least queried ones")
def least_first(queries, typed):
    return [
        sorted((t for t in queries if t.startswith(text)), key=lambda t: (queries[t], t))[:3]
        for text in typed
    ]


@wrong("looks for the text anywhere in the name", passes_examples=True)
def anywhere(queries, typed):
    return [sorted((t for t in queries if text in t), key=lambda t: (-queries[t], t))[:3] for text in typed]


@wrong("does not offer a table whose whole name was typed", passes_examples=True)
def not_the_name_itself(queries, typed):
    return [
        [table for table in tables if table != text] for text, tables in zip(typed, solve(queries, typed))
    ]


@wrong("leaves out tables that were never queried", passes_examples=True)
def queried_only(queries, typed):
    return solve({table: count for table, count in queries.items() if count}, typed)


@wrong("offers everything when no name begins with the text")
def falls_back(queries, typed):
    return [tables or solve(queries, [""])[0] for tables in solve(queries, typed)]


@wrong("looks at all tables for each text", fails="growth", passes_examples=True)
def looks_at_all(queries, typed):
    return oracle(queries, typed)


@wrong("takes the best three of a slice of the sorted names", fails="growth", passes_examples=True)
def best_of_a_slice(queries, typed):
    names, rank = sorted(table[:] for table in queries), {}
    for place, table in enumerate(sorted(queries, key=lambda t: (-queries[t], t))):
        rank[table[:]] = place
    tables = list(rank)
    offered = []
    for text in typed:
        places = map(rank.get, names[bisect_left(names, text) : bisect_left(names, text + "\uffff")])
        offered.append([tables[place] for place in sorted(places)[:3]])
    return offered


@wrong("finds the range of names, then asks a heap for its best three", fails="growth", passes_examples=True)
def heap_of_the_range(queries, typed):
    names = sorted(queries)
    return [
        heapq.nsmallest(
            3,
            names[bisect_left(names, text) : bisect_left(names, text + "\uffff")],
            key=lambda t: (-queries[t], t),
        )
        for text in typed
    ]


NOTES = """
**Complexity**: O(n log n) to sort, then one step for each character of the names and of the texts.
Memory: a node and at most three references for each different beginning.

**Pitfall**: the first keystrokes.
A range of sorted names is found at once, and then `"o"` means to look at half of the catalog, for the text that is typed most.

**Alternative**: sorted names with the best three of every stretch of 1, 2, 4, … names (a sparse table): two overlapping stretches cover any range.
It needs n log n entries and no nodes, and serves ranges that are no prefix as well.

**In an engine**: Lucene's `WFSTCompletionLookup` and its relatives store names in a finite state transducer, a trie that shares ends as well as beginnings, with weights on its arcs; they follow the best ways first and stop after k.
Weights that change all the time are the hard part: such a structure is built anew from time to time.
"""
