"""# Merge a run into a page

A page holds records `(key, value)` in ascending order of the key, and behind them free slots, `None`.
A sorted run of records arrives; the page has exactly as many free slots as the run has records.
Merge the run into the page, so that all records stand in it in order of the key.
Of records with equal keys those of the page come first, then those of the run, each side in its order.
Change the list `page` itself and leave `run` as it is; what you return does not matter.

>>> solve(page := [(1, "a"), (4, "b"), None, None], [(2, "x"), (4, "y")])
>>> page
[(1, 'a'), (2, 'x'), (4, 'b'), (4, 'y')]
>>> solve(page := [None], [(7, "x")])
>>> page
[(7, 'x')]

Limits: up to a million records; keys are integers, values anything.
You do not need a second page: try to do without.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterator
from operator import itemgetter
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-two-pointers-merge-into-page",
    pattern="merge from the back",
    difficulty="easy",
    minutes=15,
    points=2,
    order=1,
    classic="merge sorted array",
    growth="n",
    growth_size=32,
    mutates=True,
    idea=(
        "the last unread record of the page and of the run, and the slot to fill",
        "behind the slot stand the largest records of both, and no unread record is overwritten",
        "the page filled from its end",
    ),
    hints=(
        "Filling the page from the front overwrites records that you have not read. Where is there room?",
        "Which record belongs into the last slot of the page? You need to look at two.",
        "Of equal keys the run's record stands further back. What is left to do when one side is used up?",
    ),
)


def solve(page: list, run: list[tuple]) -> None:
    slot, last, new = len(page) - 1, len(page) - len(run) - 1, len(run) - 1
    while new >= 0:
        if last >= 0 and page[last][0] > run[new][0]:
            page[slot] = page[last]
            last -= 1
        else:
            page[slot] = run[new]
            new -= 1
        slot -= 1


def call(answer, page, run):
    answer(page, run)
    return {"page": page, "run": run}


def oracle(page, run):
    """One record after the other, each behind all that are not above it."""
    merged = [record for record in page if record is not None]
    for record in run:
        merged.insert(sum(other[0] <= record[0] for other in merged), record)
    return {"page": merged, "run": run}


def accepts(page, run):
    held = page[: len(page) - len(run)]
    keys = [[record[0] for record in part] for part in (held, run) if None not in part]
    return (
        len(page) >= len(run)
        and len(keys) == 2
        and all(slot is None for slot in page[len(held) :])
        and all(part == sorted(part) for part in keys)
    )


EDGES = {
    "nothing arrives": ([(1, 5), (2, 6)], []),
    "an empty page of no size": ([], []),
    "a page without a record": ([None, None], [(1, 5), (1, 4)]),
    "the run before the page": ([(5, 1), (6, 1), None, None], [(1, 1), (2, 1)]),
    "the run behind the page": ([(1, 1), (2, 1), None, None], [(5, 1), (6, 1)]),
    "one key only": ([(3, 9), (3, 8), None, None], [(3, 7), (3, 6)]),
    "equal keys, smaller values in the run": ([(2, 50), (3, 50), None, None], [(2, 10), (3, 10)]),
    "keys below 0 and 0": ([(-4, 1), (0, 1), None, None], [(-9, 1), (0, 0)]),
    "a value of None": ([(1, None), None], [(0, None)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    def records(count, keys):
        return sorted(((rng.randrange(keys), rng.randrange(9)) for _ in range(count)), key=itemgetter(0))

    for keys in (3 * size, max(1, size // 4)):
        arriving = rng.randint(size // 3, size - size // 3)
        yield (records(size - arriving, keys) + [None] * arriving, records(arriving, keys))


@variant
def by_stable_sort(page, run):
    page[len(page) - len(run) :] = run
    page.sort(key=itemgetter(0))


@variant
def by_library_merge(page, run):
    page[:] = heapq.merge(page[: len(page) - len(run)], run, key=itemgetter(0))


@variant
def by_counting_those_before(page, run):
    """Each record's slot is its own position and the number of others that stand before it."""
    held = page[: len(page) - len(run)]
    for i, record in enumerate(run):
        page[i + bisect_right(held, record[0], key=itemgetter(0))] = record
    before = 0
    for i, record in enumerate(held):
        while before < len(run) and run[before][0] < record[0]:
            before += 1
        page[i + before] = record


@variant
def from_the_front_of_a_copy(page, run):
    held, i, j = page[: len(page) - len(run)], 0, 0
    for slot in range(len(page)):
        if j == len(run) or (i < len(held) and held[i][0] <= run[j][0]):
            page[slot] = held[i]
            i += 1
        else:
            page[slot] = run[j]
            j += 1


@wrong("fills from the front, over records of the page that it has not read")
def over_unread_records(page, run):
    held, i, j = len(page) - len(run), 0, 0
    for slot in range(len(page)):
        if j == len(run) or (i < held and page[i][0] <= run[j][0]):
            page[slot] = page[i]
            i += 1
        else:
            page[slot] = run[j]
            j += 1


@wrong("puts the run's records before equal ones of the page")
def run_before_equals(page, run):
    slot, last, new = len(page) - 1, len(page) - len(run) - 1, len(run) - 1
    while new >= 0:
        if last >= 0 and page[last][0] >= run[new][0]:
            page[slot] = page[last]
            last -= 1
        else:
            page[slot] = run[new]
            new -= 1
        slot -= 1


@wrong("stops when the page is used up and loses the head of the run")
def head_of_the_run_lost(page, run):
    slot, last, new = len(page) - 1, len(page) - len(run) - 1, len(run) - 1
    while new >= 0 and last >= 0:
        if page[last][0] > run[new][0]:
            page[slot] = page[last]
            last -= 1
        else:
            page[slot] = run[new]
            new -= 1
        slot -= 1


@wrong("has no guard: position -1 is the end of the list in Python, not an error", passes_examples=False)
def reads_from_the_end(page, run):
    slot, last, new = len(page) - 1, len(page) - len(run) - 1, len(run) - 1
    while slot >= 0:
        mine, theirs = page[last] if page else None, run[new] if run else None
        if theirs is None or (mine is not None and mine[0] > theirs[0]):
            page[slot] = mine
            last -= 1
        else:
            page[slot] = theirs
            new -= 1
        slot -= 1


@wrong("sorts by the values as well, so records with equal keys change places", passes_examples=True)
def sorted_by_everything(page, run):
    page[len(page) - len(run) :] = run
    page.sort(key=lambda record: (record[0], str(record[1])))


@wrong("gives the name `page` to a new list: the caller's page stays as it was")
def another_list(page, run):
    page = sorted(page[: len(page) - len(run)] + run, key=itemgetter(0))


@wrong(
    "moves the rest of the page one step for every record that arrives", fails="growth", passes_examples=True
)
def moved_one_by_one(page, run):
    held = len(page) - len(run)
    for record in run:
        slot = held
        while slot > 0 and page[slot - 1][0] > record[0]:
            page[slot] = page[slot - 1]
            slot -= 1
        page[slot] = record
        held += 1


@wrong("copies both sides, then what is left of them at every step", fails="growth", passes_examples=True)
def rest_copied(page, run):
    held, merged = page[: len(page) - len(run)], []
    while held or run:
        if not run or (held and held[0][0] <= run[0][0]):
            merged.append(held[0])
            held = held[1:]
        else:
            merged.append(run[0])
            run = run[1:]
    page[:] = merged


NOTES = """
**Complexity**: O(n) time, O(1) memory: every slot is written at most once.

**Pitfall**: the end of a side is position -1, and `page[-1]` is no error in Python but the last slot.
In a language with unsigned positions `0 - 1` is a huge number: there write `while new > 0` and read `run[new - 1]`.

**Alternative**: append the run and sort.
Python's sort finds the two runs and merges them in O(n), but keeps up to half of the page in a buffer.

**In an engine**: PostgreSQL's merge of sorted runs and an LSM tree's compaction write to a *new* place instead.
Whoever reads the old page meanwhile is not disturbed, and a crash in the middle loses nothing.
"""
