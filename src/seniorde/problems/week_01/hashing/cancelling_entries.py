"""# Which entries cancel each other?

A ledger lists amounts in cents; a correction is an entry with the opposite amount.
Read the entries in order.
Each entry cancels the oldest earlier entry with the opposite amount that is not cancelled yet; when there is none, it waits.
Return the pairs `(earlier, later)` of positions from 0, in order of the later one.

>>> solve([500, -200, -500, 200, 200])
[(0, 2), (1, 3)]
>>> solve([30, 30, -30])
[(0, 2)]
>>> solve([0, 7, 0])
[(0, 2)]

Limits: up to a million entries; an amount may be negative or 0, and an entry of 0 cancels another entry of 0, never itself.
Each entry is in at most one pair; leave the input as it is.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-cancelling-entries",
    pattern="hashing",
    difficulty="medium",
    minutes=25,
    points=3,
    order=4,
    classic="two sum",
    growth="n",
    growth_size=120,
    idea=(
        "the waiting entries, by amount, the oldest first",
        "no two waiting entries cancel each other",
        "each entry paired with the oldest waiting one of the opposite amount",
    ),
    hints=(
        "You read an entry of -500. Which amount are you looking for, and where is it?",
        "Several entries of the same amount may wait: what must be kept under an amount?",
        "The oldest waits at the front. Which container gives up its front without moving the others?",
    ),
)


def solve(amounts: list[int]) -> list[tuple[int, int]]:
    waiting = defaultdict(deque)
    pairs = []
    for later, amount in enumerate(amounts):
        if waiting[-amount]:
            pairs.append((waiting[-amount].popleft(), later))
        else:
            waiting[amount].append(later)
    return pairs


def oracle(amounts):
    """For each entry look through the earlier ones from the start: quadratic and plainly right."""
    cancelled, pairs = set(), []
    for later, amount in enumerate(amounts):
        open_ones = [i for i in range(later) if i not in cancelled and amounts[i] == -amount]
        if open_ones:
            pairs.append((open_ones[0], later))
            cancelled |= {open_ones[0], later}
    return pairs


EDGES = {
    "no entry": ([],),
    "one entry of 0": ([0],),
    "three entries of 0": ([0, 0, 0],),
    "the correction comes first": ([-5, 5],),
    "two wait, the oldest goes first": ([5, 5, -5, -5],),
    "a pair is used up": ([5, -5, -5, 5],),
    "nothing cancels": ([1, 2, 3],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield ([rng.randrange(-size, size + 1) for _ in range(size)],)
    yield ([rng.choice((-2, -1, 0, 1, 2)) for _ in range(size)],)
    yield ([7] * (size // 2) + [-7] * (size - size // 2),)


@variant
def amount_by_amount(amounts):
    entries = {}
    for at, amount in enumerate(amounts):
        entries.setdefault(abs(amount), []).append(at)
    pairs = []
    for positions in entries.values():
        first, waiting = 0, []
        for at in positions:
            if first < len(waiting) and amounts[waiting[first]] == -amounts[at]:
                pairs.append((waiting[first], at))
                first += 1
            else:
                waiting.append(at)
    return sorted(pairs, key=lambda pair: pair[1])


@variant
def counting_first(amounts):
    places, used, pairs = {}, {}, []
    for at, amount in enumerate(amounts):
        mine, theirs = places.setdefault(amount, []), places.get(-amount, [])
        if used.get(-amount, 0) < len(theirs):
            pairs.append((theirs[used.get(-amount, 0)], at))
            used[-amount] = used.get(-amount, 0) + 1
        else:
            mine.append(at)
    return pairs


@wrong("takes the newest waiting entry")
def newest_first(amounts):
    waiting, pairs = defaultdict(list), []
    for at, amount in enumerate(amounts):
        if waiting[-amount]:
            pairs.append((waiting[-amount].pop(), at))
        else:
            waiting[amount].append(at)
    return pairs


@wrong("keeps one waiting entry an amount: the next with the same amount takes its place")
def one_place_an_amount(amounts):
    waiting, pairs = {}, []
    for at, amount in enumerate(amounts):
        if -amount in waiting:
            pairs.append((waiting.pop(-amount), at))
        else:
            waiting[amount] = at
    return pairs


@wrong("keeps the oldest entry of an amount and forgets the others", passes_examples=True)
def only_the_oldest(amounts):
    waiting, pairs = {}, []
    for at, amount in enumerate(amounts):
        if -amount in waiting:
            pairs.append((waiting.pop(-amount), at))
        else:
            waiting.setdefault(amount, at)
    return pairs


@wrong("writes the entry down before it looks, so an entry of 0 cancels itself")
def zero_cancels_itself(amounts):
    waiting, pairs = defaultdict(deque), []
    for at, amount in enumerate(amounts):
        waiting[amount].append(at)
        if waiting[-amount]:
            pairs.append((waiting[-amount].popleft(), at))
            if amount:
                waiting[amount].pop()
    return pairs


@wrong("uses a cancelled entry again")
def never_used_up(amounts):
    first, pairs = {}, []
    for at, amount in enumerate(amounts):
        if -amount in first:
            pairs.append((first[-amount], at))
        first.setdefault(amount, at)
    return pairs


@wrong("looks through all waiting entries", fails="growth", passes_examples=True)
def search_the_waiting(amounts):
    waiting, pairs = [], []
    for at, amount in enumerate(amounts):
        for earlier in waiting:
            if amounts[earlier] == -amount:
                pairs.append((earlier, at))
                waiting.remove(earlier)
                break
        else:
            waiting.append(at)
    return pairs


@wrong("copies the amounts, then copies what is left for every entry", fails="growth", passes_examples=True)
def rest_of_the_amounts(amounts):
    waiting, pairs, at = defaultdict(deque), [], 0
    while amounts:
        amount, amounts = amounts[0], amounts[1:]
        if waiting[-amount]:
            pairs.append((waiting[-amount].popleft(), at))
        else:
            waiting[amount].append(at)
        at += 1
    return pairs


NOTES = """
**Complexity**: O(n) time, O(waiting entries) memory.

**Pitfall**: look first, write down afterwards; otherwise an amount of 0 finds itself.
And `list.pop(0)` moves every entry that waits behind: with half a million equal amounts that is the whole cost; `deque.popleft` moves none.

**Alternative**: sort the positions by `(abs(amount), position)` and match inside each group: O(n log n), and each group can be worked on by another machine.

**In an engine**: a join of two streams works like this (a *symmetric hash join*).
Each side keeps its waiting rows by key, asks the other side's table first, then writes itself down; the watermark says when a row has waited long enough.
"""
