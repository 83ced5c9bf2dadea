"""# Where two copies differ

Two clusters hold the same table, cut into buckets by a hash of the key; a bucket has a checksum.
Above the checksums stands a *Merkle tree*: level 0 holds the checksums, and node `at` of the next level the checksum of the nodes `2 * at` and `2 * at + 1` below it (of the first alone where there is no second), up to a level with one node.
Equal checksums mean equal content.

`levels` is your tree; `ask(level, at)` returns that node of the other cluster's tree, which has the same shape. A call goes over the network.
Return the buckets that differ, in order.

>>> solve([["a1", "b2", "c3"], ["d4", "c5"], ["e6"]], lambda level, at: [["a1", "ff", "c3"], ["00", "c5"], ["11"]][level][at])
[1]

Ask for nothing that you know already: no node twice, and no node below one that is equal in both trees.
You need not conclude from one sibling to the other: when a node differs, you may ask for both below it.

Limits: 1 to a million buckets.
The work may grow with log n for each bucket that differs, not with the number of buckets.
"""

from collections.abc import Iterator
from hashlib import blake2b
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-merkle-difference",
    pattern="descend where they differ",
    difficulty="medium",
    minutes=25,
    points=3,
    order=6,
    classic="compare two trees; anti-entropy repair",
    growth="log n",
    growth_size=64,
    idea=(
        "the nodes of one level that differ",
        "every bucket that differs lies below one of them, and below each lies at least one",
        "those of level 0",
    ),
    hints=(
        "What does one question, the one for the root, tell you when the two are equal?",
        "Go down level by level and keep only the nodes that differ; below the others nothing differs.",
        "The children of node `at` are `2 * at` and `2 * at + 1` of the level below; the last one may be missing.",
        "A loop over all nodes of a level is too much, even without a question: only the children of nodes that differ count.",
    ),
)


def solve(levels: list[list[str]], ask) -> list[int]:
    differ = [0] if ask(len(levels) - 1, 0) != levels[-1][0] else []
    for level in range(len(levels) - 2, -1, -1):
        mine, below = levels[level], []
        for at in differ:
            for child in (2 * at, 2 * at + 1):
                if child < len(mine) and ask(level, child) != mine[child]:
                    below.append(child)
        differ = below
    return differ


IN_VAIN = "asked for nothing in vain"


def call(answer, levels, other):
    """The result, and the first question that was asked in vain."""
    if callable(other):
        return answer(levels, other), IN_VAIN
    asked, verdict = set(), IN_VAIN

    def ask(level, at):
        nonlocal verdict
        if not (0 <= level < len(other) and 0 <= at < len(other[level])):
            raise IndexError(f"the other tree has no node {at} on level {level}")
        above = (level + 1, at // 2)
        if (level, at) in asked:
            verdict = f"asked twice for node {at} of level {level}"
        elif level + 1 < len(other) and other[level + 1][at // 2] == levels[level + 1][at // 2]:
            verdict = f"asked for node {at} of level {level}, below node {above[1]}, which is equal"
        asked.add((level, at))
        return other[level][at]

    return answer(levels, ask), verdict


def oracle(levels, other):
    """Compare all buckets."""
    mine = levels[0]
    theirs = [other(0, at) for at in range(len(mine))] if callable(other) else other[0]
    return [at for at in range(len(mine)) if mine[at] != theirs[at]], IN_VAIN


def _tree(checksums):
    levels = [list(checksums)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [below[at : at + 2] for at in range(0, len(below), 2)]
        levels.append([blake2b(" ".join(pair).encode(), digest_size=6).hexdigest() for pair in pairs])
    return levels


def accepts(levels, other):
    if callable(other):
        return False
    same_shape = bool(levels and other) and 0 < len(levels[0]) == len(other[0])
    return same_shape and levels == _tree(levels[0]) and other == _tree(other[0])


def _pair(mine, theirs):
    return (_tree(mine), _tree(theirs))


EDGES = {
    "one bucket, equal": _pair("a", "a"),
    "one bucket, different": _pair("a", "b"),
    "two buckets, equal": _pair("ab", "ab"),
    "the first of two": _pair("ab", "xb"),
    "the second of two": _pair("ab", "ax"),
    "both of two": _pair("ab", "xy"),
    "three, the one without a sibling": _pair("abc", "abx"),
    "five, the one without a sibling on two levels": _pair("abcde", "abcdx"),
    "the first and the last": _pair("abcdefgh", "xbcdefgy"),
    "two siblings": _pair("abcdefgh", "abxyefgh"),
    "two neighbours that are no siblings": _pair("abcdefgh", "axycdefgh"[:1] + "xydefgh"),
    "all": _pair("abcdefg", "tuvwxyz"),
    "six": _pair("abcdef", "abcdxf"),
    "the same checksum in many buckets": _pair("aaaaaaa", "aabaaaa"),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    count = size + rng.randrange(2)
    mine = [f"{rng.randrange(16**4):04x}" for _ in range(count)]
    theirs = list(mine)
    for at in rng.sample(range(count), min(2, count)):
        theirs[at] = f"{rng.randrange(16**4):04x}"
    yield _pair(mine, theirs)
    if size < 20:
        yield _pair(mine, [sum_ if rng.random() < 0.6 else "0000" for sum_ in mine])
    yield _pair(mine, mine)


@variant
def by_recursion(levels, ask):
    """A node, then what lies below it."""

    def below(level, at):
        if at >= len(levels[level]) or ask(level, at) == levels[level][at]:
            return []
        if level == 0:
            return [at]
        return below(level - 1, 2 * at) + below(level - 1, 2 * at + 1)

    return below(len(levels) - 1, 0)


@variant
def with_a_stack(levels, ask):
    """Nodes to look at, the leftmost on top."""
    found, waiting = [], [(len(levels) - 1, 0)]
    while waiting:
        level, at = waiting.pop()
        if ask(level, at) != levels[level][at]:
            if level == 0:
                found.append(at)
            elif 2 * at + 1 < len(levels[level - 1]):
                waiting += [(level - 1, 2 * at + 1), (level - 1, 2 * at)]
            else:
                waiting.append((level - 1, 2 * at))
    return found


@variant
def concludes_the_sibling(levels, ask):
    """When the left one is equal, the right one differs: it is asked for only when it is a bucket's parent."""
    found, waiting = [], [(len(levels) - 1, 0, False)]
    while waiting:
        level, at, known = waiting.pop()
        if not known and ask(level, at) == levels[level][at]:
            continue
        if level == 0:
            found.append(at)
            continue
        left, right = 2 * at, 2 * at + 1
        if right >= len(levels[level - 1]):
            waiting.append((level - 1, left, True))
        elif ask(level - 1, left) == levels[level - 1][left]:
            waiting.append((level - 1, right, True))
        else:
            waiting += [(level - 1, right, False), (level - 1, left, True)]
    return found


@wrong("asks for all buckets", passes_examples=True)
def asks_for_all(levels, ask):
    return [at for at, mine in enumerate(levels[0]) if ask(0, at) != mine]


@wrong("goes down on one side only", passes_examples=True)
def one_side(levels, ask):
    at = 0
    if ask(len(levels) - 1, 0) == levels[-1][0]:
        return []
    for level in range(len(levels) - 2, -1, -1):
        at *= 2
        if ask(level, at) == levels[level][at]:
            at += 1
    return [at]


@wrong("asks for a sibling that is not there", fails="error", passes_examples=True)
def missing_sibling(levels, ask):
    differ = [0] if ask(len(levels) - 1, 0) != levels[-1][0] else []
    for level in range(len(levels) - 2, -1, -1):
        children = [child for at in differ for child in (2 * at, 2 * at + 1)]
        differ = [child for child in children if ask(level, child) != levels[level][child]]
    return differ


@wrong("leaves the node without a sibling out", passes_examples=True)
def lonely_left_out(levels, ask):
    differ = [0] if ask(len(levels) - 1, 0) != levels[-1][0] else []
    for level in range(len(levels) - 2, -1, -1):
        children = [child for at in differ for child in (2 * at, 2 * at + 1)]
        whole = len(levels[level]) // 2 * 2 or 1
        differ = [child for child in children if child < whole and ask(level, child) != levels[level][child]]
    return differ


@wrong("asks for the children before it knows whether the node differs", passes_examples=True)
def too_curious(levels, ask):
    found, waiting = [], [(len(levels) - 1, 0, ask(len(levels) - 1, 0))]
    while waiting:
        level, at, theirs = waiting.pop()
        children = [c for c in (2 * at + 1, 2 * at) if level and c < len(levels[level - 1])]
        answers = [(level - 1, child, ask(level - 1, child)) for child in children]
        if theirs != levels[level][at]:
            found += [at] if level == 0 else []
            waiting += answers
    return found


@wrong("asks for the root, then again for it as for any node", passes_examples=True)
def root_twice(levels, ask):
    if ask(len(levels) - 1, 0) == levels[-1][0]:
        return []
    return by_recursion.answer(levels, ask)


@wrong("returns the buckets in the order in which it met them, from the right", passes_examples=True)
def from_the_right(levels, ask):
    return solve(levels, ask)[::-1]


@wrong("looks at each node of its own tree", fails="growth", passes_examples=True)
def looks_at_its_own(levels, ask):
    differ = {(len(levels) - 1, 0)} if ask(len(levels) - 1, 0) != levels[-1][0] else set()
    for level in range(len(levels) - 2, -1, -1):
        for at, mine in enumerate(levels[level]):
            if (level + 1, at // 2) in differ and ask(level, at) != mine:
                differ.add((level, at))
    return sorted(at for level, at in differ if level == 0)


NOTES = """
**Complexity**: two questions for each node that differs: about 2 × log n for each bucket that differs, and one question when nothing does.

**Pitfall**: to walk over all nodes of a level in one's own memory.
It asks for nothing in vain and still takes n steps; with millions of buckets and a repair every hour that is what you see in the profile.

**Alternative**: one question for a whole level of nodes at a time: as many checksums, but only as many round trips as levels.
When most buckets differ, do not descend at all: send the checksums of level 0.

**In an engine**: Amazon's Dynamo paper (2007) describes it, and Git compares two directory trees in this way, by the hashes of their folders.
Cassandra's repair builds such a tree on each replica and sends it whole, of bounded depth, to be compared in one place; ScyllaDB compares hashes of rows instead, since 3.1.
A bucket that differs is then read whole on both sides, so the number of buckets decides how much is sent for one row that differs.
"""
