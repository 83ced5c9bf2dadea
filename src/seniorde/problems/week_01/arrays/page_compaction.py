"""# Compact a page and tell the index

A page of a table holds records and, where a record was deleted, a tombstone: `None`.
The vacuum moves the live records to the front, in their order, and cuts the page behind the last of them.
The indexes point to positions in the page, so they must hear where each record went.
Change the list `page` itself: whoever holds it must see the compact page.
Return a list with one entry for each *old* position: the record's new position, or `None` for a tombstone.

>>> solve(page := ["ada", None, "bob", None, None, "cyd"])
[0, None, 1, None, None, 2]
>>> page
['ada', 'bob', 'cyd']

Limits: up to a million positions.
A record is anything but `None`: `0`, `""` and `[]` are records.
"""

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import Any

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-page-compaction",
    pattern="read and write position",
    difficulty="medium",
    minutes=20,
    points=3,
    classic="remove element; move zeroes",
    growth="n",
    order=4,
    mutates=True,
    idea=(
        "a position to read and, behind it, a position to write",
        "before the write position stand the live records read so far, in order",
        "the page cut at the write position, and the write position at each live record",
    ),
    hints=(
        "Deleting an element from a list moves all that follow. Which records have to move at all, and how often?",
        "Walk through the page once. Besides the place you read, which second place do you need?",
        "When you meet a live record, write it to that second place, note the place, and go one further.",
    ),
)


def solve(page: list[Any]) -> list[int | None]:
    moved, write = [], 0
    for record in page:
        if record is None:
            moved.append(None)
        else:
            moved.append(write)
            page[write] = record
            write += 1
    del page[write:]
    return moved


def call(answer, page):
    returned = answer(page)
    return {"page": page, "returned": returned}


def oracle(page):
    """The live records, and for each of them how many stand before it."""
    live = [record is not None for record in page]
    returned = [sum(live[:i]) if live[i] else None for i in range(len(page))]
    return {"page": [record for record in page if record is not None], "returned": returned}


EDGES = {
    "an empty page": ([],),
    "no tombstone": (["a", "b"],),
    "only tombstones": ([None, None, None],),
    "tombstones at both ends": ([None, "a", None],),
    "records that are false": ([0, None, "", False, [], None, 0.0],),
    "equal records": ([7, None, 7, 7],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for deleted in (0.1, 0.6):
        yield ([None if rng.random() < deleted else rng.randrange(9) for _ in range(size)],)


@variant
def by_running_count(page):
    live = [record is not None for record in page]
    moved = [count - 1 if alive else None for alive, count in zip(live, accumulate(live))]
    page[:] = [record for record in page if record is not None]
    return moved


@variant
def by_swaps(page):
    moved, hole = [None] * len(page), 0
    for i in range(len(page)):
        if page[i] is not None:
            page[hole], page[i] = page[i], page[hole]
            moved[i] = hole
            hole += 1
    while page and page[-1] is None:
        page.pop()
    return moved


@wrong("builds a new list and leaves the caller's page as it was")
def another_list(page):
    moved, kept = [], []
    for record in page:
        moved.append(None if record is None else len(kept))
        if record is not None:
            kept.append(record)
    page = kept
    return moved


@wrong("forgets to cut the page: old records stay behind the last live one")
def not_cut(page):
    moved, write = [], 0
    for record in page:
        moved.append(None if record is None else write)
        if record is not None:
            page[write] = record
            write += 1
    return moved


@wrong("takes a record that is 0 or empty for a tombstone", passes_examples=True)
def falsy(page):
    moved, write = [], 0
    for record in page:
        moved.append(write if record else None)
        if record:
            page[write] = record
            write += 1
    del page[write:]
    return moved


@wrong("deletes while it walks: of two tombstones in a row the second is skipped")
def deletes_while_walking(page):
    live = iter(range(len(page)))
    moved = [None if record is None else next(live) for record in page]
    for i, record in enumerate(page):
        if record is None:
            del page[i]
    return moved


@wrong("fills each hole with the last record: the order is lost")
def filled_from_the_end(page):
    moved = [None if record is None else i for i, record in enumerate(page)]
    origin, i = list(range(len(page))), 0
    while i < len(page):
        if page[i] is None:
            page[i], origin[i] = page[-1], origin[len(page) - 1]
            page.pop()
        else:
            moved[origin[i]] = i
            i += 1
    return moved


@wrong("closes every hole with a slice, which copies all that follows", fails="growth", passes_examples=True)
def closed_one_by_one(page):
    live = iter(range(len(page)))
    moved = [None if record is None else next(live) for record in page]
    for i in reversed(range(len(page))):
        if page[i] is None:
            page[i:] = page[i + 1 :]
    return moved


@wrong("pops each tombstone, which moves all that follows", fails="growth", passes_examples=True)
def popped_one_by_one(page):
    moved, i, live = [], 0, 0
    while i < len(page):
        moved.append(None if page[i] is None else live)
        if page[i] is None:
            page.pop(i)
        else:
            i, live = i + 1, live + 1
    return moved


@wrong(
    "looks for the next tombstone from the start each time: grows with n²",
    fails="growth",
    passes_examples=True,
)
def removed_by_value(page):
    live = iter(range(len(page)))
    moved = [None if record is None else next(live) for record in page]
    while None in page:
        page.remove(None)
    return moved


NOTES = """
**Complexity**: O(n) time; each record moves at most once. Beside the answer two positions are all the memory.

**Pitfall**: `page = [...]` gives the local name a new list and leaves the caller's page alone; `page[:] = ...`, `page[write] = ...` and `del page[write:]` change the list itself.

**Alternative**: swap a live record with the first hole.
It writes twice as often, but never leaves a stale copy behind.

**In an engine**: PostgreSQL's vacuum compacts the records *inside* a page, but keeps the numbers of their line pointers, so that no index has to hear of it.
The list that you return is the price of the design without that level of indirection.
"""
