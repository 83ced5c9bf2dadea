"""# Which versions are valid at that moment?

Price lists have validity windows: `(begin, end)`, valid from `begin` on and before `end`; an `end` of `None` has no end.
Several may be valid at once, and most are short.
`windows` is in order of `begin`, as an index has it.

For each moment return the positions in `windows` of all that are valid then, in rising order.

>>> WINDOWS = [(0, None), (2, 5), (3, 4), (3, 9), (7, 8)]
>>> solve(WINDOWS, [3, 4, 6])
[[0, 1, 2, 3], [0, 1, 3], [0, 3]]
>>> solve([(5, 5), (5, 6)], [5, 6, 4])
[[1], [], []]

Limits: up to 100,000 windows and moments, integers; moments come in any order and may repeat.
A window whose end is not behind its begin is never valid.
At any moment only a few are valid; besides these, a question may take about log n steps, also where one old window has no end.
"""

from bisect import bisect_right
from collections.abc import Iterator
from heapq import heappop, heappush
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-valid-windows",
    pattern="interval tree: the greatest end below each node",
    difficulty="medium",
    minutes=35,
    points=3,
    order=7,
    classic="stabbing query; my calendar",
    growth="n log n",
    growth_size=24,
    idea=(
        "a tree over the windows in order, at each node the greatest end below it",
        "where the greatest end is not behind the moment, nothing below is valid",
        "the leaves that no node above rules out",
    ),
    hints=(
        "The windows that have begun are the first so many: one binary search. Why is it too slow to look through all of them?",
        "If you knew the greatest end of a whole block of windows, when could you skip the block?",
        "Make it a binary tree over the positions, with the greatest end at each node. Go down on the left first, and not at all where that end is not behind the moment or where the block has not begun.",
    ),
)
WINDOWS = [(0, None), (2, 5), (3, 4), (3, 9), (7, 8)]


def solve(windows: list[tuple[int, int | None]], moments: list[int]) -> list[list[int]]:
    begins = [begin for begin, _ in windows]
    ends = [float("inf") if end is None else end for _, end in windows]
    width = 1
    while width < len(windows):
        width *= 2
    greatest = [float("-inf")] * width + ends + [float("-inf")] * (width - len(ends))
    for node in range(width - 1, 0, -1):
        greatest[node] = max(greatest[2 * node], greatest[2 * node + 1])
    answers = []
    for moment in moments:
        begun, found, waiting = bisect_right(begins, moment), [], [(1, 0, width)]
        while waiting:
            node, first, size = waiting.pop()
            if first >= begun or greatest[node] <= moment:
                continue
            if size == 1:
                found.append(first)
            else:
                half = size // 2
                waiting += [(2 * node + 1, first + half, half), (2 * node, first, half)]
        answers.append(found)
    return answers


def oracle(windows, moments):
    """Each window for each moment."""
    return [
        [at for at, (begin, end) in enumerate(windows) if begin <= moment and (end is None or moment < end)]
        for moment in moments
    ]


def accepts(windows, moments):
    return all(one[0] <= other[0] for one, other in zip(windows, windows[1:]))


EDGES = {
    "no windows": ([], [3]),
    "no moments": (WINDOWS, []),
    "nothing at all": ([], []),
    "at the begin and at the end": ([(2, 4)], [1, 2, 3, 4]),
    "without end": ([(2, None)], [1, 2, 10**9]),
    "an end of 0": ([(-3, 0)], [-3, -1, 0]),
    "a begin of 0": ([(0, 1)], [-1, 0, 1]),
    "never valid": ([(3, 3), (3, 2), (4, 4)], [2, 3, 4]),
    "equal windows": ([(1, 5), (1, 5), (1, 5)], [1, 4, 5]),
    "moments that fall and repeat": (WINDOWS, [8, 3, 3, 0]),
    "before all": (WINDOWS, [-1]),
    "behind all": ([(1, 2), (2, 3)], [3, 99]),
    "five windows": ([(n, n + 2) for n in range(5)], list(range(7))),
    "the old one ends in between": ([(0, 5), (1, 2), (2, 3), (3, 4), (4, 6)], [4, 5]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    windows = []
    count = size if size < 24 else min(16 * size, 12_000)
    for begin in sorted(rng.choices(range(2 * count), k=count)):
        windows.append((begin, begin + rng.randint(0, 4)))
    windows[0] = (windows[0][0], None)
    for long in (count, rng.choice((None, count))):
        at = rng.randrange(count)
        windows[at] = (windows[at][0], long and windows[at][0] + long)
    yield windows, [rng.randrange(-1, 2 * count + 4) for _ in range(size)]


@variant
def moments_in_order(windows, moments):
    """Walk through time once; whoever has begun waits in a heap for his end."""
    answers, valid, ends, coming = [None] * len(moments), {}, [], 0
    for place in sorted(range(len(moments)), key=moments.__getitem__):
        moment = moments[place]
        while coming < len(windows) and windows[coming][0] <= moment:
            end = windows[coming][1]
            valid[coming] = True
            if end is not None:
                heappush(ends, (end, coming))
            coming += 1
        while ends and ends[0][0] <= moment:
            del valid[heappop(ends)[1]]
        answers[place] = list(valid)
    return answers


@variant
def calls_itself(windows, moments):
    """A node is (greatest end, first, behind the last, left, right)."""

    def built(first, last):
        if last - first == 1:
            end = windows[first][1]
            return (float("inf") if end is None else end, first, last, None, None)
        middle = (first + last) // 2
        left, right = built(first, middle), built(middle, last)
        return (max(left[0], right[0]), first, last, left, right)

    root = built(0, len(windows)) if windows else None

    def look(node, moment, found):
        if node is None or node[0] <= moment or windows[node[1]][0] > moment:
            return
        if node[2] - node[1] == 1:
            found.append(node[1])
        look(node[3], moment, found)
        look(node[4], moment, found)

    answers = []
    for moment in moments:
        answers.append([])
        look(root, moment, answers[-1])
    return answers


@variant
def around_a_centre(windows, moments):
    """Each node keeps the windows that are valid at its centre, by begin and by end."""
    inf = float("inf")

    def built(held):
        held = [w for w in held if w[0] < w[1]]
        if not held:
            return None
        centre = held[len(held) // 2][0]
        here = [w for w in held if w[0] <= centre < w[1]]
        return (
            centre,
            here,
            sorted(here, key=lambda w: -w[1]),
            built([w for w in held if w[1] <= centre]),
            built([w for w in held if w[0] > centre]),
        )

    root = built([(begin, inf if end is None else end, at) for at, (begin, end) in enumerate(windows)])
    answers = []
    for moment in moments:
        node, found = root, []
        while node:
            centre, by_begin, by_end, left, right = node
            for begin, end, at in by_begin if moment < centre else by_end:
                if not begin <= moment < end:
                    break
                found.append(at)
            node = left if moment < centre else right
        answers.append(sorted(found))
    return answers


@wrong("still counts a window at its end", passes_examples=False)
def end_included(windows, moments):
    return oracle([(b, None if e is None else e + 1) for b, e in windows if e is None or e >= b], moments)


@wrong("does not yet count a window at its begin")
def begin_left_out(windows, moments):
    return [[at for at in found if windows[at][0] < m] for m, found in zip(moments, oracle(windows, moments))]


@wrong("takes an end of 0 for no end", passes_examples=True)
def zero_is_none(windows, moments):
    return oracle([(b, e or None) for b, e in windows], moments)


@wrong("takes no end for never valid", passes_examples=False)
def open_ends_lost(windows, moments):
    return oracle([(b, b if e is None else e) for b, e in windows], moments)


@wrong("goes back from the last begun window to the first that has ended", passes_examples=False)
def stops_at_an_ended_one(windows, moments):
    answers = []
    for moment in moments:
        at, found = bisect_right([b for b, _ in windows], moment) - 1, []
        while at >= 0 and (windows[at][1] is None or moment < windows[at][1]):
            found.append(at)
            at -= 1
        answers.append(found[::-1])
    return answers


@wrong("returns the latest only")
def latest_only(windows, moments):
    return [found[-1:] for found in oracle(windows, moments)]


@wrong("walks through time without putting the answers back into the order asked", passes_examples=False)
def in_time_order(windows, moments):
    return oracle(windows, sorted(moments))


@wrong("returns them in the order of their ends", passes_examples=False)
def by_end(windows, moments):
    far = float("inf")
    return [
        sorted(found, key=lambda at: far if windows[at][1] is None else windows[at][1])
        for found in oracle(windows, moments)
    ]


@wrong("looks through all windows that have begun", fails="growth", passes_examples=True)
def all_begun(windows, moments):
    begins, answers = [begin for begin, _ in windows], []
    for moment in moments:
        found = []
        for at in range(bisect_right(begins, moment)):
            if windows[at][1] is None or moment < windows[at][1]:
                found.append(at)
        answers.append(found)
    return answers


@wrong(
    "goes back while any earlier window may be valid, and one has no end",
    fails="growth",
    passes_examples=True,
)
def while_any_may(windows, moments):
    begins = [begin for begin, _ in windows]
    ends = [float("inf") if end is None else end for _, end in windows]
    greatest, so_far = [], float("-inf")
    for end in ends:
        so_far = max(so_far, end)
        greatest.append(so_far)
    answers = []
    for moment in moments:
        at, found = bisect_right(begins, moment) - 1, []
        while at >= 0 and greatest[at] > moment:
            if ends[at] > moment:
                found.append(at)
            at -= 1
        answers.append(found[::-1])
    return answers


@wrong("goes back as far as the longest window that has an end", fails="growth", passes_examples=True)
def as_far_as_the_longest(windows, moments):
    begins = [begin for begin, _ in windows]
    longest = max((end - begin for begin, end in windows if end is not None), default=0)
    without_end = [at for at, (_, end) in enumerate(windows) if end is None]
    answers = []
    for moment in moments:
        first, begun = bisect_right(begins, moment - longest - 1), bisect_right(begins, moment)
        found = [at for at in without_end if at < first]
        for at in range(first, begun):
            if windows[at][1] is None or moment < windows[at][1]:
                found.append(at)
        answers.append(found)
    return answers


@wrong("sorts the copied ends of all that have begun", fails="growth", passes_examples=True)
def sorts_ends(windows, moments):
    begins = [int(begin) for begin, _ in windows]
    ends = [float("inf") if end is None else float(int(end)) for _, end in windows]
    answers = []
    for moment in moments:
        begun, now, found = bisect_right(begins, int(moment)), int(moment), []
        for at in sorted(range(begun), key=ends.__getitem__, reverse=True):
            if ends[at] <= now:
                break
            found.append(at)
        answers.append(sorted(found))
    return answers


NOTES = """
**Complexity**: O(n) to build, O((1 + k)·log n) for a question with k answers.

**Pitfall**: the order by `begin` rules out what has not begun; nothing rules out what has ended.
Going back to the first ended window loses longer ones before it, and going back "while any may be valid" reads everything as soon as one old window has no end, which a validity table always has.

**Alternative**: if all moments are known, sort them and walk through time with a heap of ends: no tree at all.
An interval tree around centres answers in O(log n + k) and is longer to write.

**In an engine**: this is `WHERE valid_from <= :t AND :t < valid_to` on a slowly changing dimension.
A B-tree on `(valid_from, valid_to)` reads everything that has begun, as the slow answers do: the page count grows with the age of the table.
PostgreSQL's GiST index on a range type keeps the union of ranges at each node and skips whole pages; `EXPLAIN (BUFFERS)` shows the difference.
"""
