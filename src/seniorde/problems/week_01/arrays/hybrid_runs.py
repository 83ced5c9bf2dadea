"""# Runs and literals

A column store writes a column as a list of blocks.
A stretch of at least `shortest` equal neighbours becomes one block `("run", value, length)`.
All other values stay as they are, in blocks `("literal", [values])`, each as long as possible: two literal blocks never stand side by side.
Return the blocks in the order of the column.

>>> solve([5, 5, 5, 5, 1, 2, 2, 7], 3)
[('run', 5, 4), ('literal', [1, 2, 2, 7])]
>>> solve(["a", "b", "b", "b"], 3)
[('literal', ['a']), ('run', 'b', 3)]

The two 2s are too few for a run, so they join the literals around them.

Limits: up to a million values of any type that `==` compares, `None` among them; `shortest` is at least 2.
An empty column has no block.
"""

from collections.abc import Iterator
from itertools import groupby
from random import Random
from typing import Any

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-hybrid-runs",
    pattern="runs",
    difficulty="medium",
    minutes=25,
    points=3,
    classic="string compression",
    growth="n",
    order=5,
    idea=(
        "where the current run began, and the literals that wait for their block",
        "blocks, waiting literals and current run together are the column read so far",
        "a block for each long run, the waiting literals before it",
    ),
    hints=(
        "When do you know that a run is over, and how long it was?",
        "A run that is too short is not lost. Where does it wait until its block is written?",
        "Two moments write the waiting literals: before a long run, and at the end of the column.",
    ),
)


def solve(values: list[Any], shortest: int) -> list[tuple]:
    blocks, literals, begin = [], [], 0
    for i in range(1, len(values) + 1):
        if i < len(values) and values[i] == values[begin]:
            continue
        if i - begin < shortest:
            literals += values[begin:i]
        else:
            if literals:
                blocks.append(("literal", literals))
                literals = []
            blocks.append(("run", values[begin], i - begin))
        begin = i
    if literals:
        blocks.append(("literal", literals))
    return blocks


def oracle(values, shortest):
    """Decide for each value, by looking to both sides, whether it is in a run; then join neighbours."""
    blocks = []
    for i, value in enumerate(values):
        begin, end = i, i + 1
        while begin > 0 and values[begin - 1] == value:
            begin -= 1
        while end < len(values) and values[end] == value:
            end += 1
        if end - begin >= shortest:
            if i == begin:
                blocks.append(("run", value, end - begin))
        elif blocks and blocks[-1][0] == "literal":
            blocks[-1][1].append(value)
        else:
            blocks.append(("literal", [value]))
    return blocks


EDGES = {
    "an empty column": ([], 2),
    "one value": ([4], 2),
    "one run": ([4, 4, 4], 3),
    "one too few for a run": ([4, 4], 3),
    "two runs side by side": ([0, 0, 0, 1, 1, 1], 3),
    "a run of None and one of 0": ([None, None, 0, 0], 2),
    "short runs before, between and after": ([1, 1, 2, 2, 2, 3, 3, 1, 2, 2, 2, 1], 3),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    shortest = rng.choice((2, 3, 4))
    yield [rng.randrange(2) for _ in range(size)], shortest
    values = []
    while len(values) < size:
        values += [rng.randrange(5)] * rng.randrange(1, 2 * shortest)
    yield values[:size], shortest
    yield rng.sample(range(size), size), shortest


@variant
def by_groupby(values, shortest):
    blocks = []
    for value, group in groupby(values):
        group = list(group)
        if len(group) >= shortest:
            blocks.append(("run", value, len(group)))
        elif blocks and blocks[-1][0] == "literal":
            blocks[-1][1].extend(group)
        else:
            blocks.append(("literal", group))
    return blocks


@variant
def by_two_passes(values, shortest):
    borders = [i for i in range(len(values)) if i == 0 or values[i] != values[i - 1]] + [len(values)]
    long = [(b, e) for b, e in zip(borders, borders[1:]) if e - b >= shortest]
    blocks, done = [], 0
    for begin, end in [*long, (len(values), len(values))]:
        if done < begin:
            blocks.append(("literal", values[done:begin]))
        if begin < end:
            blocks.append(("run", values[begin], end - begin))
        done = end
    return blocks


@wrong("asks for more than `shortest` equal values")
def one_more(values, shortest):
    return by_groupby.answer(values, shortest + 1)


@wrong("makes a literal block of every short run: two stand side by side")
def literals_not_joined(values, shortest):
    groups = ((value, list(group)) for value, group in groupby(values))
    return [("run", v, len(g)) if len(g) >= shortest else ("literal", g) for v, g in groups]


@wrong("forgets the literals that still wait at the end")
def lost_tail(values, shortest):
    blocks = by_groupby.answer(values, shortest)
    return blocks[:-1] if blocks and blocks[-1][0] == "literal" else blocks


@wrong(
    "begins with None as the value before the first, so a first run of None is one too long",
    passes_examples=True,
)
def none_before_the_first(values, shortest):
    blocks, literals, value, length = [], [], None, 0
    for following in [*values, object()]:
        if following == value:
            length += 1 + (length == 0)
            continue
        if length >= shortest:
            blocks += [("literal", literals)] * bool(literals) + [("run", value, length)]
            literals = []
        else:
            literals += [value] * length
        value, length = following, 1
    return blocks + [("literal", literals)] * bool(literals)


@wrong("writes the run before the literals that stand in front of it")
def run_first(values, shortest):
    runs, literals = [], []
    for value, group in groupby(values):
        length = len(list(group))
        if length >= shortest:
            runs.append(("run", value, length))
        else:
            literals += [value] * length
    return runs + [("literal", literals)] * bool(literals)


@wrong("copies the literals for each new one: grows with n²", fails="growth", passes_examples=True)
def copied_literals(values, shortest):
    blocks, literals = [], []
    for value, group in groupby(values):
        length = len(list(group))
        if length >= shortest:
            blocks += [("literal", literals)] * bool(literals) + [("run", value, length)]
            literals = []
        else:
            literals = literals + [value] * length
    return blocks + [("literal", literals)] * bool(literals)


@wrong("cuts each run off a copy, which copies all the others", fails="growth", passes_examples=True)
def cut_off(values, shortest):
    waiting, blocks = list(values), []
    while waiting:
        value, length = waiting[0], 1
        while length < len(waiting) and waiting[length] == value:
            length += 1
        waiting = waiting[length:]
        if length >= shortest:
            blocks.append(("run", value, length))
        elif blocks and blocks[-1][0] == "literal":
            blocks[-1][1].extend([value] * length)
        else:
            blocks.append(("literal", [value] * length))
    return blocks


NOTES = """
**Complexity**: O(n) time; each value is compared with the start of its run and copied once.

**Pitfall**: the end of the column ends a run as well. Whoever writes blocks only when the value changes loses the last one.

**Alternative**: two passes, first the borders where the value changes, then the blocks.
It reads more simply, and with NumPy the first pass is one comparison of the array with itself, shifted by one.

**In an engine**: Parquet writes dictionary indices and definition levels in such a hybrid of runs and bit-packed literals, and counts its literals in groups of eight.
Sorting a table by a column of few values turns that column into a handful of runs.
"""
