"""# The log that came back to itself

Each record of a log holds the offset of the record before it of the same key, or -1 when there is none.
So the history of a key is read backwards, from its last record on.
A faulty compaction has written some wrong offsets, and readers hang: their chain has run into a circle.

`previous[i]` is what record `i` holds; `last` is the last record of a key, or -1 for a key without records.
Return two numbers: how many records a reader reads before he enters the circle, and how many lie on it.
A chain that ends has 0 records on a circle, and all of its records before it.

>>> solve([-1, 4, 0, 1, 3, 2, 1], 6)
(1, 3)
>>> solve([-1, 4, 0, 1, 3, 2, 1], 5)
(3, 0)

From 6 the chain goes to 1, 4, 3 and back to 1; from 5 to 2 and 0, where it ends.

Limits: up to a million records; an offset is -1 or that of a record, its own one too.
Leave the input as it is.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-offset-loop",
    pattern="fast and slow",
    difficulty="medium",
    minutes=30,
    points=3,
    order=3,
    classic="linked list cycle II",
    growth="n",
    growth_size=50,
    idea=(
        "a slow and a fast offset",
        "the fast one has gone twice as far, so when they meet the way gone is a multiple of the circle",
        "where two walkers meet, one from the start and one from the meeting point",
    ),
    hints=(
        "With a note of every offset seen it is easy. Get that right first; then ask what two walkers of different speed can tell without notes.",
        "On the circle the fast walker comes nearer by one record a step, so he cannot jump over the slow one.",
        "When they meet, the slow one has gone a whole number of circles. Start a second slow one at `last`: where do those two meet?",
        "Once you stand on the circle, one walk round it counts its records.",
    ),
)


def solve(previous: list[int], last: int) -> tuple[int, int]:
    slow = fast = last
    steps = 0
    while fast != -1 and previous[fast] != -1:
        slow, fast, steps = previous[slow], previous[previous[fast]], steps + 1
        if slow == fast:
            break
    else:
        return 2 * steps + (fast != -1), 0
    before, walker = 0, last
    while walker != slow:
        walker, slow, before = previous[walker], previous[slow], before + 1
    around, walker = 1, previous[slow]
    while walker != slow:
        walker, around = previous[walker], around + 1
    return before, around


def oracle(previous, last):
    """Write down every offset that is read."""
    read = []
    while last != -1 and last not in read:
        read.append(last)
        last = previous[last]
    before = len(read) if last == -1 else read.index(last)
    return before, len(read) - before


EDGES = {
    "a key without records": ([-1, 0], -1),
    "no records at all": ([], -1),
    "one record": ([-1], 0),
    "a record that leads to itself": ([0], 0),
    "to itself after two others": ([0, 0, 1], 2),
    "a circle from the start": ([2, 0, 1], 2),
    "two that lead to each other": ([1, 0], 0),
    "a long way into a short circle": ([1, 0, 1, 2, 3, 4, 5, 6], 7),
    "a short way into a long circle": ([6, 0, 1, 2, 3, 4, 5, 3], 7),
    "even and ends": ([-1, 0, 1, 2], 3),
    "odd and ends": ([-1, 0, 1, 2, 3], 4),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for back in (-1, 0, size - 1, rng.randrange(size)):
        order = rng.sample(range(size), size)
        previous = [-1] * size
        for record, before in zip(order, order[1:]):
            previous[record] = before
        previous[order[-1]] = -1 if back == -1 else order[back]
        yield previous, order[0]


def accepts(previous, last):
    return all(-1 <= offset < len(previous) for offset in [*previous, last])


@variant
def places_noted(previous, last):
    place = {}
    while last != -1 and last not in place:
        place[last] = len(place)
        last = previous[last]
    before = len(place) if last == -1 else place[last]
    return before, len(place) - before


@variant
def brent(previous, last):
    """The slow one waits, and jumps to the fast one after 1, 2, 4, … steps."""
    if last == -1:
        return 0, 0
    power = around = 1
    slow, fast, read = last, previous[last], 1
    while fast != -1 and slow != fast:
        if power == around:
            slow, power, around = fast, 2 * power, 0
        fast, around, read = previous[fast], around + 1, read + 1
    if fast == -1:
        return read, 0
    slow = fast = last
    for _ in range(around):
        fast = previous[fast]
    before = 0
    while slow != fast:
        slow, fast, before = previous[slow], previous[fast], before + 1
    return before, around


@variant
def marked_in_an_array(previous, last):
    at = [-1] * len(previous)
    count = 0
    while last != -1 and at[last] == -1:
        at[last] = count
        last, count = previous[last], count + 1
    return (count, 0) if last == -1 else (at[last], count - at[last])


@wrong("takes the place where the two walkers meet for the entrance")
def meets_elsewhere(previous, last):
    around = solve(previous, last)[1]
    if not around:
        return solve(previous, last)
    slow, fast, before = previous[last], previous[previous[last]], 1
    while slow != fast:
        slow, fast, before = previous[slow], previous[previous[fast]], before + 1
    return before, around


@wrong("takes the steps until they meet for the length of the circle", passes_examples=True)
def steps_are_the_circle(previous, last):
    before, around = solve(previous, last)
    if not around:
        return before, 0
    slow, fast, steps = previous[last], previous[previous[last]], 1
    while slow != fast:
        slow, fast, steps = previous[slow], previous[previous[fast]], steps + 1
    return before, steps


@wrong("waits for the first record to come back, which a circle further on never does", fails="endless")
def waits_for_the_first(previous, last):
    node, read = last, 0
    while node != -1:
        node, read = previous[node], read + 1
        if node == last:
            return 0, read
    return read, 0


@wrong("takes a record that leads to itself for the end", passes_examples=True)
def itself_is_the_end(previous, last):
    place = {}
    while last != -1 and last not in place:
        place[last] = len(place)
        if previous[last] == last:
            return len(place), 0
        last = previous[last]
    before = len(place) if last == -1 else place[last]
    return before, len(place) - before


@wrong("takes offset 0 for none")
def zero_is_none(previous, last):
    place = {}
    while last > 0 and last not in place:
        place[last] = len(place)
        last = previous[last]
    before = place.get(last, len(place))
    return before, len(place) - before


@wrong("marks the records that were read", fails="mutation")
def marks(previous, last):
    place = {}
    while last != -1 and last not in place:
        place[last] = len(place)
        previous[last], last = -2, previous[last]
    before = len(place) if last == -1 else place[last]
    return before, len(place) - before


@wrong("looks through everything read before, at each record", fails="growth", passes_examples=True)
def looks_through_all(previous, last):
    read = []
    while last != -1:
        for place, offset in enumerate(read):
            if offset == last:
                return place, len(read) - place
        read.append(last)
        last = previous[last]
    return len(read), 0


@wrong("copies the offsets and looks each up in a list", fails="growth", passes_examples=True)
def looks_up_in_a_list(previous, last):
    plain, read = [int(offset) for offset in previous], []
    while last != -1 and last not in read:
        read.append(last)
        last = plain[last]
    before = len(read) if last == -1 else read.index(last)
    return before, len(read) - before


NOTES = """
**Complexity**: O(n) time and O(1) memory with two walkers; O(n) memory with a dict.

**Why they meet**: on the circle the fast walker gains one record a step, so the distance runs down to 0 and never jumps over it.
**Why the second walk ends at the entrance**: when they meet, the slow one has gone `s` steps and the fast one `2s`; the difference `s` is a whole number of circles.
So a walker who stands at the meeting point and goes on for as many steps as lie before the circle has gone a whole number of circles beyond that: he stands at the entrance, together with a walker who began at the start.

**Pitfall**: the meeting point is not the entrance, and the steps until then are not the length of the circle, only a multiple.

**Alternative**: Brent's walkers find the length first and follow fewer links.
In a log in memory take the dict; on disk, or for a check in a running reader, two offsets and no notes.

**In an engine**: SQLite's `PRAGMA integrity_check` follows the list of free pages with one bit a page, and reports a circle as `2nd reference to page`.
"""
