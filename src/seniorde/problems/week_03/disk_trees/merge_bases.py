"""# Where two versions of a table part

A table can be branched: each version was made from one earlier version, its parent.
`parents` holds for each version the number of its parent, which is less than its own number, and `-1` for the first, version 0.

For each pair of versions in `pairs` return the last version that both come from, the *base* from which a merge has to compare.
A version comes from itself, so the base of a version and one of its ancestors is the ancestor.

>>> solve([-1, 0, 1, 2, 1, 4], [(3, 5), (2, 3), (5, 5), (0, 4)])
[1, 2, 5, 0]

Version 1 was branched: versions 2 and 3 were made on one side of it, 4 and 5 on the other.

Limits: up to 100,000 versions, at least one, and as many pairs; the history may be one single line.
A pair may take about log n steps; the preparation n log n.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-merge-bases",
    pattern="jumps of 1, 2, 4, … steps",
    difficulty="hard",
    minutes=40,
    points=4,
    order=10,
    classic="lowest common ancestor, many questions",
    growth="n log n",
    growth_size=45,
    idea=(
        "for each version its depth and its ancestors 1, 2, 4, … steps above",
        "two versions of the same depth: a jump that leaves them different has not passed their base",
        "the parent of both, when no jump is left",
    ),
    hints=(
        "For one pair: bring both to the same depth, then go up step by step until they are the same. How long can that take?",
        "The ancestor 8 steps up is the ancestor 4 steps up of the ancestor 4 steps up: one list a power of two.",
        "First lift the deeper one by the difference of the depths, written in powers of two.",
        "Then try the jumps from the longest to the shortest, and jump only where the two do *not* land on the same version.",
    ),
)


def solve(parents: list[int], pairs: list[tuple[int, int]]) -> list[int]:
    depth = [0] * len(parents)
    for version in range(1, len(parents)):
        depth[version] = depth[parents[version]] + 1
    jumps = [[0, *parents[1:]]]  # the first version stays where it is
    while 1 << len(jumps) <= max(depth):
        last = jumps[-1]
        jumps.append([last[above] for above in last])
    bases = []
    for one, other in pairs:
        if depth[one] < depth[other]:
            one, other = other, one
        difference = depth[one] - depth[other]
        for power, jump in enumerate(jumps):
            if difference >> power & 1:
                one = jump[one]
        for jump in reversed(jumps):
            if jump[one] != jump[other]:
                one, other = jump[one], jump[other]
        bases.append(one if one == other else parents[one])
    return bases


def oracle(parents, pairs):
    """All ancestors of both, for each pair."""

    def line(version):
        versions = []
        while version >= 0:
            versions.append(version)
            version = parents[version]
        return versions

    return [max(set(line(one)) & set(line(other))) for one, other in pairs]


def accepts(parents, pairs):
    return (
        bool(parents)
        and parents[0] == -1
        and all(0 <= parent < version for version, parent in enumerate(parents) if version)
        and all(0 <= version < len(parents) for pair in pairs for version in pair)
    )


EDGES = {
    "one version": ([-1], [(0, 0)]),
    "no pair": ([-1, 0], []),
    "parent and child": ([-1, 0], [(0, 1), (1, 0)]),
    "two children": ([-1, 0, 0], [(1, 2), (2, 1)]),
    "the same version": ([-1, 0, 1], [(2, 2), (0, 0)]),
    "one line": ([-1, 0, 1, 2, 3, 4, 5, 6], [(7, 3), (1, 6), (0, 7), (6, 7)]),
    "one line of a power of two": ([-1, *range(8)], [(8, 0), (8, 7), (4, 8)]),
    "an ancestor of the other": ([-1, 0, 1, 1, 3], [(1, 4), (4, 0), (3, 4)]),
    "branches of different length": ([-1, 0, 1, 2, 3, 1, 5], [(4, 6), (4, 5), (3, 6), (2, 5)]),
    "many branches of the first": ([-1, 0, 0, 0, 0], [(1, 4), (2, 3)]),
    "two branches that part early": ([-1, 0, 0, 1, 2, 3, 4, 5, 6], [(7, 8), (8, 7), (7, 6), (1, 8)]),
    "the higher number on the shorter branch": ([-1, 0, 1, 2, 3, 0], [(5, 4), (4, 5)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    grown = [-1, *(rng.randrange(max(0, version - 3), version) for version in range(1, size))]
    forked = [-1, *(max(version - 2, 0) for version in range(1, size))]
    wide = [-1, *(rng.randrange(version) for version in range(1, size))]
    for parents in (grown, forked, wide):
        yield (parents, [(rng.randrange(size), rng.randrange(size)) for _ in range(size)])


@variant
def numbers_of_a_walk(parents, pairs):
    """Walk the tree once; the base is the highest version between the two in the walk."""
    children = [[] for _ in parents]
    for version, parent in enumerate(parents[1:], 1):
        children[parent].append(version)
    walk, first, waiting = [], [0] * len(parents), [(0, 0)]
    while waiting:
        version, done = waiting.pop()
        if done == 0:
            first[version] = len(walk)
        walk.append(version)
        if done < len(children[version]):
            waiting += [(version, done + 1), (children[version][done], 0)]
    least = [walk]  # the least number of a stretch of the walk is its highest version
    while 2 << (len(least) - 1) <= len(walk):
        half, below = 1 << (len(least) - 1), least[-1]
        least.append([min(a, b) for a, b in zip(below, below[half:])])
    bases = []
    for one, other in pairs:
        begin, end = sorted((first[one], first[other]))
        power = (end - begin + 1).bit_length() - 1
        bases.append(min(least[power][begin], least[power][end + 1 - (1 << power)]))
    return bases


@variant
def one_jump_a_version(parents, pairs):
    """Each version knows its parent and one ancestor far above (skew-binary jump pointers)."""
    depth, jump = [0], [0]
    for parent in parents[1:]:
        far = jump[parent]
        depth.append(depth[parent] + 1)
        jump.append(jump[far] if depth[parent] - depth[far] == depth[far] - depth[jump[far]] else parent)
    bases = []
    for one, other in pairs:
        if depth[one] < depth[other]:
            one, other = other, one
        while depth[one] > depth[other]:
            one = jump[one] if depth[jump[one]] >= depth[other] else parents[one]
        while one != other:
            if jump[one] != jump[other]:
                one, other = jump[one], jump[other]
            else:
                one, other = parents[one], parents[other]
        bases.append(one)
    return bases


@variant
def heavy_paths(parents, pairs):
    """The tree cut into paths, each going on where most versions are; a way up crosses few of them."""
    below = [1] * len(parents)
    for version in range(len(parents) - 1, 0, -1):
        below[parents[version]] += below[version]
    heavy = [-1] * len(parents)
    for version in range(1, len(parents)):
        parent = parents[version]
        if heavy[parent] < 0 or below[version] > below[heavy[parent]]:
            heavy[parent] = version
    top = [0] * len(parents)
    for version in range(1, len(parents)):
        top[version] = top[parents[version]] if heavy[parents[version]] == version else version
    bases = []
    for one, other in pairs:
        while top[one] != top[other]:
            if top[one] < top[other]:
                one, other = other, one
            one = parents[top[one]]
        bases.append(min(one, other))
    return bases


@wrong("goes up from the version with the higher number, but once only")
def one_step(parents, pairs):
    bases = []
    for one, other in pairs:
        low, high = sorted((one, other))
        bases.append(low if low == high else max(parents[high], 0))
    return bases


@wrong("takes the lower number of the two for their base")
def the_lower(parents, pairs):
    return [min(pair) for pair in pairs]


@wrong("does not let a version come from itself")
def strictly_above(parents, pairs):
    return [
        max(parents[base], 0) if base in pair else base for base, pair in zip(solve(parents, pairs), pairs)
    ]


@wrong("does not bring them to the same depth first")
def not_levelled(parents, pairs):
    bases = []
    for one, other in pairs:
        while one != other:
            one, other = max(parents[one], 0), max(parents[other], 0)
        bases.append(one)
    return bases


@wrong("returns the version where both land, one level too low for the rest", passes_examples=True)
def lands_too_high(parents, pairs):
    bases = []
    for (one, other), base in zip(pairs, solve(parents, pairs)):
        apart = one != base and other != base and one - base > 4 and other - base > 4
        bases.append(max(parents[base], 0) if apart else base)
    return bases


@wrong("jumps as far as three times four steps", passes_examples=True)
def few_jumps(parents, pairs):
    lines = [[0, *parents[1:]]]
    for _ in range(2):
        lines.append([lines[-1][above] for above in lines[-1]])
    depth = [0] * len(parents)
    for version in range(1, len(parents)):
        depth[version] = depth[parents[version]] + 1
    bases = []
    for one, other in pairs:
        if depth[one] < depth[other]:
            one, other = other, one
        for power in (2, 1, 0):
            if depth[one] - depth[other] >= 1 << power:
                one = lines[power][one]
        for power in (2, 1, 0):
            if lines[power][one] != lines[power][other]:
                one, other = lines[power][one], lines[power][other]
        bases.append(one if one == other else max(parents[one], 0))
    return bases


@wrong("goes up step by step", fails="growth", passes_examples=True)
def step_by_step(parents, pairs):
    bases = []
    for one, other in pairs:
        while one != other:
            if one < other:
                other = parents[other]
            else:
                one = parents[one]
        bases.append(one)
    return bases


@wrong("makes a dict of the whole history for each pair", fails="growth", passes_examples=True)
def a_dict_for_each(parents, pairs):
    plain, bases = [int(parent) for parent in parents], []
    for pair, base in zip(pairs, solve(parents, pairs)):
        history = dict(enumerate(plain))
        bases.append(pair[0] if history[pair[0]] == history[pair[1]] and pair[0] == pair[1] else base)
    return bases


NOTES = """
**Complexity**: n log n to fill the jumps, log n a pair; the table has a number for each version and power of two.

**Pitfall**: to jump as soon as both land on the same version.
That version is a common ancestor, and not yet the last one; you jump only while they stay *different*, and the parent of both at the end is the base.

**Alternative**: walk the tree once and write down each version as you pass it; the base is the highest version between the two in that list, and the least of a stretch can be had in one step.
For a few pairs go up step by step, from the higher number: no preparation at all.

**In an engine**: lakeFS, Nessie and Dolt branch tables and merge from such a base; Git's `merge-base` walks back from both by date, and its commit-graph file keeps *generation numbers* (depths, in newer versions corrected dates) to stop early.
There a version may have two parents, and two bases.
"""
