"""# An index from a sorted run

`CREATE INDEX` sorts first, then builds the tree from below, page after page, without one search.
A page holds at most `fanout` entries.

- The leaves hold the keys, in order; each is filled before the next begins, so only the last may be shorter.
- The level above holds one entry for each page below, that page's first key, and is packed in the same way.
- So it goes on up to a level that is a single page, the root.

Return the levels from the root to the leaves: a level is the list of its pages, a page the list of its entries.

>>> solve([3, 5, 8, 13, 21, 34, 55], 3)
[[[3, 13, 55]], [[3, 5, 8], [13, 21, 34], [55]]]
>>> solve([1, 2, 3, 4, 5], 2)
[[[1, 5]], [[1, 3], [5]], [[1, 2], [3, 4], [5]]]
>>> solve([7, 9], 4)
[[[7, 9]]]

Without keys there is one page, an empty leaf: `[[[]]]`.

Limits: up to a million distinct integers that rise; `fanout` is 2 or more.
"""

from collections.abc import Iterator
from itertools import islice
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w3-disk-trees-bulk-load",
    pattern="build a tree from below",
    difficulty="easy",
    minutes=20,
    points=2,
    order=1,
    classic="sorted array to binary search tree",
    growth="n",
    growth_size=60,
    idea=(
        "the pages of the highest level made so far",
        "they cover all keys, in order, and every page but the last is full",
        "one level more, until a level is one page",
    ),
    hints=(
        "Which level can you make without knowing any other?",
        "What does a level need to know of the one below? Only the first key of each page.",
        "Repeat the same packing on these first keys while the level has more than one page; then turn the list of levels round.",
    ),
)


def solve(keys: list[int], fanout: int) -> list[list[list[int]]]:
    entries, levels = keys, []
    while not levels or len(levels[-1]) > 1:
        pages = [entries[at : at + fanout] for at in range(0, len(entries), fanout)]
        levels.append(pages or [[]])
        entries = [page[0] for page in pages]
    return levels[::-1]


def oracle(keys, fanout):
    """Key i stands in page i // fanout; on the next level only every fanout-th is left."""
    levels, entries = [], list(keys)
    while True:
        pages = [[] for _ in range(max(1, -(-len(entries) // fanout)))]
        for at, key in enumerate(entries):
            pages[at // fanout].append(key)
        levels.insert(0, pages)
        if len(pages) == 1:
            return levels
        entries = entries[::fanout]


EDGES = {
    "no keys": ([], 3),
    "one key": ([5], 2),
    "one full page": ([1, 2, 3], 3),
    "one key more than a page": ([1, 2, 3, 4], 3),
    "as many pages as a page has entries": (list(range(9)), 3),
    "one page more": (list(range(10)), 3),
    "three levels, all full": (list(range(8)), 2),
    "the last pages hold one entry each": (list(range(9)), 2),
    "0 and less": ([-5, -1, 0, 4], 2),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for fanout in (2, rng.randint(3, 5)):
        yield sorted(rng.sample(range(-size, 3 * size), rng.randint(size * 9 // 10, size))), fanout


@variant
def by_iterator(keys, fanout):
    def packed(entries):
        source = iter(entries)
        while page := list(islice(source, fanout)):
            yield page

    levels = [list(packed(keys)) or [[]]]
    while len(levels[0]) > 1:
        levels.insert(0, list(packed(page[0] for page in levels[0])))
    return levels


@variant
def all_levels_at_once(keys, fanout):
    """Each key goes into the leaf; whoever opens a page goes up."""
    levels = [[[]]]
    for key in keys:
        for depth in range(len(levels)):
            pages = levels[depth]
            if len(pages[-1]) < fanout:
                pages[-1].append(key)
                opens = len(pages[-1]) == 1 and len(pages) > 1
            else:
                pages.append([key])
                opens = True
            if not opens:
                break
            if depth + 1 == len(levels):
                levels.append([[pages[0][0], key]])
                break
    return levels[::-1]


@variant
def calls_itself(keys, fanout):
    """A few levels only: each is shorter by the fan-out."""

    def above(level):
        if len(level) == 1:
            return [level]
        firsts = [page[0] for page in level]
        return [*above([firsts[at : at + fanout] for at in range(0, len(firsts), fanout)]), level]

    return above([keys[at : at + fanout] for at in range(0, len(keys), fanout)] or [[]])


@wrong("returns the leaves first")
def leaves_first(keys, fanout):
    return solve(keys, fanout)[::-1]


@wrong("takes the last key of each page up")
def last_keys(keys, fanout):
    level = [keys[at : at + fanout] for at in range(0, len(keys), fanout)] or [[]]
    levels = [level]
    while len(level) > 1:
        lasts = [page[-1] for page in level]
        level = [lasts[at : at + fanout] for at in range(0, len(lasts), fanout)]
        levels.append(level)
    return levels[::-1]


@wrong("puts a root above a single page")
def root_too_many(keys, fanout):
    levels = solve(keys, fanout)
    return levels if len(levels[0][0]) > 1 and len(levels) > 1 else [[[levels[0][0][0]]], *levels]


@wrong("stops one level too soon, with as many pages as a page has entries")
def no_root(keys, fanout):
    levels = solve(keys, fanout)
    return levels[1:] if len(levels) > 1 else levels


@wrong("returns no level without keys", passes_examples=True)
def nothing_for_nothing(keys, fanout):
    return solve(keys, fanout) if keys else []


@wrong("drops a last page of a single entry", passes_examples=False)
def drops_the_rest(keys, fanout):
    whole = len(keys) - (1 if len(keys) % fanout == 1 else 0)
    return solve(keys[:whole], fanout)


@wrong("makes two levels at most", passes_examples=False)
def two_levels(keys, fanout):
    levels = solve(keys, fanout)
    return levels if len(levels) < 3 else [[[page[0] for page in levels[-1]]], levels[-1]]


@wrong("divides the entries evenly among the pages")
def evenly(keys, fanout):
    entries, levels = keys, []
    while not levels or len(levels[-1]) > 1:
        count = max(1, -(-len(entries) // fanout))
        cut = [len(entries) * at // count for at in range(count + 1)]
        pages = [entries[a:b] for a, b in zip(cut, cut[1:])]
        levels.append(pages)
        entries = [page[0] for page in pages if page]
    return levels[::-1]


@wrong("packs all levels again for each key", fails="growth", passes_examples=True)
def again_for_each_key(keys, fanout):
    levels = [[[]]]
    for count in range(1, len(keys) + 1):
        levels = [[list(keys[:count])[at : at + fanout] for at in range(0, count, fanout)]]
        while len(levels[0]) > 1:
            firsts = [page[0] for page in levels[0]]
            levels.insert(0, [firsts[at : at + fanout] for at in range(0, len(firsts), fanout)])
    return levels


@wrong("copies the rest of the run for each page", fails="growth", passes_examples=True)
def copies_the_rest(keys, fanout):
    levels, entries = [], [int(key) for key in keys]
    while not levels or len(levels[-1]) > 1:
        pages, rest = [], entries
        while rest:
            pages.append(rest[:fanout])
            rest = rest[fanout:]
        levels.append(pages or [[]])
        entries = [page[0] for page in pages]
    return levels[::-1]


NOTES = """
**Complexity**: O(n): the levels together hold less than 2n entries, for `fanout` 100 about 1.01n.

**Pitfall**: the end of the loop is "this level is one page", asked *after* a level was made; so one page of keys is both leaf and root, and no keys give one empty page.

**Alternative**: all levels at once, page by page, as engines do: one open page a level, and a full one sends its first key up. It needs one page of memory a level, so a run may be larger than memory.

**In an engine**: PostgreSQL's `CREATE INDEX` sorts, then fills leaves to `fillfactor` (90 % by default for B-trees) so that the first inserts do not split each page.
Insertion in random order leaves pages about two thirds full, which is one reason why `REINDEX` shrinks an index.
The index blocks of an LSM store's files are built in this way, because a run is sorted anyhow.
"""
