"""# The slowest pair of sites

The sites of a company are joined by lines, and between any two sites there is exactly one way.
`lines` holds `(site, site, milliseconds)` for each line, in any order; a line carries both ways.
Writes are acknowledged when all sites have them, so the worst case counts.

Return the greatest time between two sites: the sum of the milliseconds along the way.
With one site only there are no lines, and the answer is 0.

>>> solve([("fra", "ams", 8), ("fra", "mad", 30), ("ams", "dub", 12), ("fra", "waw", 20)])
50
>>> solve([("a", "b", 5), ("b", "c", 9), ("b", "d", 1)])
14
>>> solve([])
0

In the first, `dub` to `mad` takes 12 + 8 + 30.

Limits: up to a million lines; milliseconds are positive integers; the way may pass all sites.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong
from seniorde.problems.week_03.trees._shapes import parents

PROBLEM = Problem(
    id="w3-trees-slowest-pair",
    pattern="two longest arms",
    difficulty="medium",
    minutes=30,
    points=3,
    order=8,
    classic="diameter of a tree; binary tree maximum path sum",
    growth="n",
    growth_size=11,
    idea=(
        "for each site the longest way down from it, once all below are known",
        "every way has one highest site, and there it is made of two arms that go down",
        "the greatest sum of the two longest arms of a site",
    ),
    hints=(
        "Choose any site as the root. Every way between two sites has one highest site; what does the way look like from there?",
        "If you know the longest way down from each child, what are the two numbers that you need at the parent?",
        "Write down an order with parents first, and go through it from the end.",
    ),
)


def solve(lines: list[tuple[str, str, int]]) -> int:
    near = {}
    for one, other, ms in lines:
        near.setdefault(one, []).append((other, ms))
        near.setdefault(other, []).append((one, ms))
    order = [(site, None, 0) for site in list(near)[:1]]
    for site, above, _ in order:
        order.extend((other, site, ms) for other, ms in near[site] if other != above)
    arm, slowest = dict.fromkeys(near, 0), 0
    for site, above, ms in reversed(order):
        if above is not None:
            longer = arm[site] + ms
            slowest = max(slowest, arm[above] + longer)
            arm[above] = max(arm[above], longer)
    return slowest


def oracle(lines):
    """Walk from each site to all others."""
    ways = {}
    for one, other, ms in lines:
        ways[one] = [*ways.get(one, []), (other, ms)]
        ways[other] = [*ways.get(other, []), (one, ms)]

    def farthest(site, before):
        return max((ms + farthest(other, site) for other, ms in ways[site] if other != before), default=0)

    return max((farthest(site, None) for site in ways), default=0)


EDGES = {
    "one site": ([],),
    "one line": ([("a", "b", 7)],),
    "a chain": ([("a", "b", 1), ("b", "c", 2), ("c", "d", 3)],),
    "a star": ([("m", "a", 4), ("m", "b", 9), ("m", "c", 7)],),
    "not through the first site": ([("a", "b", 1), ("b", "c", 50), ("b", "d", 60)],),
    "few slow lines beat many quick ones": (
        [("a", "b", 1), ("b", "c", 1), ("c", "d", 1), ("d", "e", 1), ("a", "x", 9), ("a", "y", 9)],
    ),
    "written from the outside": ([("c", "b", 5), ("d", "b", 6), ("b", "a", 1)],),
    "two equal arms": ([("m", "a", 5), ("m", "b", 5)],),
    "two equal arms, twice": ([("m", "a", 5), ("m", "b", 5), ("a", "c", 5), ("b", "d", 5)],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    kinds = ("grown", "chain", "star")[: 2 if size > 100 else 3]
    for kind in kinds if size > 14 else rng.sample(kinds, 2):
        lines = []
        for site, above in parents(rng, size, kind):
            if above is not None:
                ends = [f"s{site}", f"s{above}"]
                rng.shuffle(ends)
                lines.append((*ends, rng.choice((1, 1, 2, 5, 90))))
        yield (lines,)


@variant
def farthest_of_the_farthest(lines):
    """The site farthest from any site is one end of the slowest pair."""
    near = {}
    for one, other, ms in lines:
        near.setdefault(one, []).append((other, ms))
        near.setdefault(other, []).append((one, ms))

    def farthest(start):
        far = {start: 0}
        waiting = [start]
        while waiting:
            site = waiting.pop()
            for other, ms in near.get(site, ()):
                if other not in far:
                    far[other] = far[site] + ms
                    waiting.append(other)
        return max(far.items(), key=lambda pair: pair[1])

    end = farthest(next(iter(near), None))[0]
    return farthest(end)[1]


@variant
def leaves_taken_off(lines):
    near = {}
    for one, other, ms in lines:
        near.setdefault(one, {})[other] = ms
        near.setdefault(other, {})[one] = ms
    arms, slowest = {site: [0, 0] for site in near}, 0
    ready = [site for site, others in near.items() if len(others) == 1]
    while ready:
        site = ready.pop()
        slowest = max(slowest, sum(arms[site]))
        for other, ms in near[site].items():
            del near[other][site]
            arms[other] = sorted((*arms[other], arms[site][0] + ms), reverse=True)[:2]
            slowest = max(slowest, sum(arms[other]))
            if len(near[other]) == 1:
                ready.append(other)
        near[site] = {}
    return slowest


@variant
def marks_on_a_stack(lines):
    near = {}
    for one, other, ms in lines:
        near.setdefault(one, []).append((other, ms))
        near.setdefault(other, []).append((one, ms))
    if not near:
        return 0
    arm, slowest, waiting = {}, 0, [(next(iter(near)), None, False)]
    while waiting:
        site, above, leaving = waiting.pop()
        if leaving:
            first = second = 0
            for other, ms in near[site]:
                if other != above:
                    longer = arm[other] + ms
                    if longer > first:
                        first, second = longer, first
                    elif longer > second:
                        second = longer
            arm[site], slowest = first, max(slowest, first + second)
        else:
            waiting.append((site, above, True))
            waiting.extend((other, site, False) for other, _ in near[site] if other != above)
    return slowest


def _walk(lines):
    near = {}
    for one, other, ms in lines:
        near.setdefault(one, []).append((other, ms))
        near.setdefault(other, []).append((one, ms))
    order = [(site, None, 0) for site in list(near)[:1]]
    for site, above, _ in order:
        order.extend((other, site, ms) for other, ms in near[site] if other != above)
    return order


@wrong("returns the longest way from the first site", passes_examples=False)
def from_the_first_site(lines):
    far, best = {}, 0
    for site, above, ms in _walk(lines):
        far[site] = far.get(above, 0) + ms
        best = max(best, far[site])
    return best


@wrong("lets every way pass the first site", passes_examples=True)
def through_the_first_site(lines):
    far, top, best = {}, {}, {}
    for site, above, ms in _walk(lines):
        far[site] = far.get(above, 0) + ms
        top[site] = site if above is None or top[above] == above and far[above] == 0 else top[above]
        best[top[site]] = max(best.get(top[site], 0), far[site])
    return sum(sorted(best.values())[-2:])


@wrong("counts lines instead of milliseconds to find the pair", passes_examples=True)
def most_lines(lines):
    far, hops = {}, {}
    for site, above, ms in _walk(lines):
        far[site], hops[site] = far.get(above, 0) + ms, hops.get(above, -1) + 1
    end = max(hops, key=hops.get, default=None)
    again = [(a, b, ms) for a, b, ms in lines if end in (a, b)] + [x for x in lines if end not in x[:2]]
    if not again:
        return 0
    if again[0][0] != end:
        again[0] = (again[0][1], again[0][0], again[0][2])
    far, hops = {}, {}
    for site, above, ms in _walk(again):
        far[site], hops[site] = far.get(above, 0) + ms, hops.get(above, -1) + 1
    return far[max(hops, key=hops.get)]


@wrong("takes the longest arm twice")
def same_arm_twice(lines):
    arm, slowest = {}, 0
    for site, above, ms in reversed(_walk(lines)):
        if above is not None:
            arm[above] = max(arm.get(above, 0), arm.get(site, 0) + ms)
            slowest = max(slowest, 2 * arm[above])
    return slowest


@wrong("adds up the two slowest lines of one site", passes_examples=True)
def two_lines(lines):
    at = {}
    for one, other, ms in lines:
        at.setdefault(one, []).append(ms)
        at.setdefault(other, []).append(ms)
    return max((sum(sorted(found)[-2:]) for found in at.values()), default=0)


@wrong("reads lines in the direction in which they are written", passes_examples=True)
def one_direction(lines):
    below, under = {}, set()
    for one, other, ms in lines:
        below.setdefault(one, []).append((other, ms))
        under.add(other)
    order = [(site, None, 0) for site in below if site not in under]
    for site, _, _ in order:
        order.extend((other, site, ms) for other, ms in below.get(site, ()))
    arm, slowest = {}, 0
    for site, above, ms in reversed(order):
        if above is not None:
            longer = arm.get(site, 0) + ms
            slowest = max(slowest, arm.get(above, 0) + longer)
            arm[above] = max(arm.get(above, 0), longer)
    return slowest


@wrong("calls itself along the lines", fails="recursion", passes_examples=True)
def recursive(lines):
    near, slowest = {}, 0
    for one, other, ms in lines:
        near.setdefault(one, []).append((other, ms))
        near.setdefault(other, []).append((one, ms))

    def arm(site, above):
        nonlocal slowest
        longest = 0
        for other, ms in near.get(site, ()):
            if other != above:
                longer = arm(other, site) + ms
                slowest = max(slowest, longest + longer)
                longest = max(longest, longer)
        return longest

    arm(next(iter(near), None), None)
    return slowest


@wrong("walks from each site to all others", fails="growth", passes_examples=True)
def from_each_site(lines):
    near, slowest = {}, 0
    for one, other, ms in lines:
        near.setdefault(one, []).append((other, ms))
        near.setdefault(other, []).append((one, ms))
    for start in near:
        waiting = [(start, None, 0)]
        while waiting:
            site, before, far = waiting.pop()
            slowest = max(slowest, far)
            waiting.extend((other, site, far + ms) for other, ms in near[site] if other != before)
    return slowest


@wrong("copies the names, then looks for their places in a list", fails="growth", passes_examples=True)
def places_in_a_list(lines):
    order = [(site[:], above and above[:], int(ms)) for site, above, ms in _walk(lines)]
    names = [site for site, _, _ in order]
    arm, slowest = [0] * len(names), 0
    for at in range(len(names) - 1, 0, -1):
        _, above, ms = order[at]
        parent = names.index(above)
        slowest = max(slowest, arm[parent] + arm[at] + ms)
        arm[parent] = max(arm[parent], arm[at] + ms)
    return slowest


NOTES = """
**Complexity**: O(n) time and memory.

**Pitfall**: the slowest way need not pass the root that you chose, and the two arms of a site must be two different ones.
Compare *before* you replace the longest arm, and the two never come from the same child.

**Alternative**: walk to the site that is farthest from any site, and from there to the farthest again; the second distance is the answer.
That holds because times are positive; with negative ones only the two arms are right.

**In an engine**: where messages travel along a tree, as through switches with a spanning tree or replicas that feed replicas, the diameter is the longest time until all have heard, whoever speaks.
The centre of that way is where a coordinator should stand.
"""
