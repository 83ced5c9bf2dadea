"""# Can the branch be published?

A table keeps a history of snapshots with branches: `parent` holds, for each snapshot, the one it was made from.
An audit writes to a branch, then the branch is to become the new `main`.
If `main` has not moved since, that is one changed pointer; otherwise the two must be merged from their last common snapshot on.

Return three things: that common snapshot, the newest that lies on both histories; how many snapshots `main` is ahead of it; how many `branch` is ahead of it.
The oldest snapshots are expired: a snapshot whose parent is `None` is the first that is left.
When the histories share nothing, the common snapshot is `None` and each side is ahead by all it has.

>>> solve({31: 17, 17: None, 8: 17, 45: 8}, 31, 45)
(17, 1, 2)
>>> solve({31: 17, 17: None}, 17, 31)
(17, 0, 1)
>>> solve({4: None, 9: None}, 4, 9)
(None, 1, 1)

Limits: up to a million snapshots; ids are integers from 0 on in no order; `main` and `branch` are among them; no history runs in a circle.
Leave the input as it is.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-fork-point",
    pattern="meeting point of two lists",
    difficulty="medium",
    minutes=25,
    points=3,
    order=4,
    classic="intersection of two linked lists; lowest common ancestor with parents",
    growth="n",
    growth_size=60,
    idea=(
        "how far each of two histories is from its end",
        "the common part is the same length for both, so they meet when both have the same way left",
        "the meeting point and both leads",
    ),
    hints=(
        "From the common snapshot on the two histories are one. What does that say about their ends, and about their lengths?",
        "Measure both lengths. How many snapshots of the longer one cannot be common?",
        "Skip these, then go on side by side. The first snapshot that is the same for both is the answer.",
    ),
)


def solve(parent: dict[int, int | None], main: int, branch: int) -> tuple[int | None, int, int]:
    def length(snapshot):
        steps = 0
        while snapshot is not None:
            snapshot, steps = parent[snapshot], steps + 1
        return steps

    of_main, of_branch = length(main), length(branch)
    left, right = main, branch
    for _ in range(of_main - of_branch):
        left = parent[left]
    for _ in range(of_branch - of_main):
        right = parent[right]
    common = min(of_main, of_branch)
    while left != right:
        left, right, common = parent[left], parent[right], common - 1
    return left, of_main - common, of_branch - common


def oracle(parent, main, branch):
    """Write both histories down and look each snapshot of the one up in the other."""

    def history(snapshot):
        return [] if snapshot is None else [snapshot]

    sides = []
    for tip in (main, branch):
        side = history(tip)
        while parent[side[-1]] is not None:
            side.append(parent[side[-1]])
        sides.append(side)
    left, right = sides
    common = [snapshot for snapshot in left if snapshot in right]
    first = common[0] if common else None
    return first, len(left) - len(common), len(right) - len(common)


EDGES = {
    "the same snapshot": ({5: None}, 5, 5),
    "snapshot 0 is the common one": ({0: None, 1: 0, 2: 0}, 1, 2),
    "0 lies on the way": ({7: None, 0: 7, 2: 7, 3: 0}, 3, 2),
    "main has not moved": ({1: None, 2: 1, 3: 2}, 1, 3),
    "the branch is behind": ({1: None, 2: 1, 3: 2}, 3, 2),
    "nothing in common, of different lengths": ({1: None, 2: 1, 3: None}, 2, 3),
    "ids fall": ({9: None, 4: 9, 2: 4, 6: 9}, 2, 6),
    "a third branch": ({1: None, 2: 1, 3: 1, 4: 1}, 2, 3),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for shared in (0, size // 2, rng.randint(0, size)):
        ids = rng.sample(range(3 * size + 5), size + 2)
        cut = rng.randint(shared, size)
        base, mine, theirs = ids[:shared], ids[shared : cut + 1], ids[cut + 1 :]
        parent = dict.fromkeys(ids[:1])
        for side in (mine, theirs):
            line = [base[-1] if base else None, *side]
            parent |= dict(zip(side, line))
        parent |= dict(zip(base, [None, *base]))
        pairs = sorted(parent.items())
        rng.shuffle(pairs)
        yield dict(pairs), mine[-1], theirs[-1]


@variant
def other_history_next(parent, main, branch):
    """Each walker goes on at the other's start: both walk the same number of steps, and end together."""
    left, right, steps = main, branch, 0
    while left != right:
        left = branch if left is None else parent[left]
        right = main if right is None else parent[right]
    ahead = []
    for tip in (main, branch):
        steps = 0
        while tip != left:
            tip, steps = parent[tip], steps + 1
        ahead.append(steps)
    return left, *ahead


@variant
def places_noted(parent, main, branch):
    place, snapshot = {}, main
    while snapshot is not None:
        place[snapshot] = len(place)
        snapshot = parent[snapshot]
    ahead, snapshot = 0, branch
    while snapshot is not None and snapshot not in place:
        snapshot, ahead = parent[snapshot], ahead + 1
    return snapshot, place.get(snapshot, len(place)), ahead


@variant
def from_the_old_end(parent, main, branch):
    sides = []
    for tip in (main, branch):
        side = []
        while tip is not None:
            side.append(tip)
            tip = parent[tip]
        sides.append(side[::-1])
    common = 0
    while common < min(map(len, sides)) and sides[0][common] == sides[1][common]:
        common += 1
    return (sides[0][common - 1] if common else None), len(sides[0]) - common, len(sides[1]) - common


@wrong("goes side by side without skipping the longer one's lead")
def side_by_side(parent, main, branch):
    left, right, steps = main, branch, 0
    while left != right and left is not None and right is not None:
        left, right, steps = parent[left], parent[right], steps + 1
    return left if left == right else None, steps, steps


@wrong("takes snapshot 0 for none", passes_examples=True)
def zero_is_none(parent, main, branch):
    place, snapshot = {}, main
    while snapshot:
        place[snapshot] = len(place)
        snapshot = parent[snapshot]
    ahead, snapshot = 0, branch
    while snapshot and snapshot not in place:
        snapshot, ahead = parent[snapshot], ahead + 1
    return snapshot or None, place.get(snapshot, len(place)), ahead


@wrong("takes the greater id for the newer snapshot")
def greater_is_newer(parent, main, branch):
    left, right, ahead = main, branch, [0, 0]
    while left != right:
        if right is None or (left is not None and left > right):
            left, ahead[0] = parent[left], ahead[0] + 1
        else:
            right, ahead[1] = parent[right], ahead[1] + 1
    return left, *ahead


@wrong("takes any two snapshots with the same parent for a fork, the tips only")
def parents_of_the_tips(parent, main, branch):
    if parent[main] == parent[branch]:
        return parent[main], 1, 1
    return (main, 0, 1) if parent[branch] == main else (None, 1, 1)


@wrong("mixes up the two sides")
def sides_mixed(parent, main, branch):
    common, left, right = solve(parent, main, branch)
    return common, right, left


@wrong("counts the common snapshot as ahead")
def counts_the_common_one(parent, main, branch):
    common, left, right = solve(parent, main, branch)
    return common, left + 1, right + 1


@wrong(
    "walks the whole history of main for each snapshot of the branch", fails="growth", passes_examples=True
)
def all_pairs(parent, main, branch):
    theirs, mine, ahead = branch, main, 0
    while theirs is not None:
        mine, lead = main, 0
        while mine is not None and mine != theirs:
            mine, lead = parent[mine], lead + 1
        if mine is not None:
            return mine, lead, ahead
        theirs, ahead = parent[theirs], ahead + 1
    return None, lead, ahead


@wrong("copies the ids, then looks through the list of main's history", fails="growth", passes_examples=True)
def looks_up_in_a_list(parent, main, branch):
    above = {int(child): p if p is None else int(p) for child, p in parent.items()}
    history = []
    while main is not None:
        history.append(main)
        main = above[main]
    ahead = 0
    while branch is not None and branch not in history:
        branch, ahead = above[branch], ahead + 1
    return branch, len(history) if branch is None else history.index(branch), ahead


NOTES = """
**Complexity**: O(n) time, O(1) memory with lengths; O(n) memory with a dict of one history.

**Pitfall**: ids of snapshots are random in Iceberg, so "the greater is the newer" holds only in tests.
And an id may be 0: ask `is None`, not for truth.

**Alternative**: let each walker go on at the other's start when he comes to his end.
Both walk `main + branch` steps in all and so reach the common part, or the end, in the same step; no length is ever counted.

**In an engine**: publishing a branch of an Iceberg table by `fast_forward` is allowed only when `main` is an ancestor of the branch: when the second number is 0.
`git merge-base` asks the same of a graph in which a commit may have two parents, and there a walk by lengths is no longer enough.
"""
