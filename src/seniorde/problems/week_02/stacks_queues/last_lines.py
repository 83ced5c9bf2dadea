"""# The last lines of a log, and what is lost

A collector keeps the last lines of a log in memory, however long the log becomes.
Lines are numbered from 0 in the order in which they are written.
`solve(capacity)` makes an empty one.

- `write(line)` takes the next line in. When `capacity` lines are kept already, the oldest is forgotten.
- `read(start, limit)` returns a pair `(first, lines)`. `first` is the number of the oldest kept line or `start`, whichever is larger: a reader who sees that `first` is not his `start` knows how many lines he has lost. `lines` is a list of the kept lines from number `first` on, at most `limit` of them.

>>> log = solve(3)
>>> for line in "abcde": log.write(line)
>>> log.read(3, 9), log.read(0, 2), log.read(8, 2)
((3, ['d', 'e']), (2, ['c', 'd']), (8, []))

Limits: a capacity from 1 to 100,000, a million calls; `start` and `limit` are at least 0; lines are strings.
No more than `capacity` lines may be held at any time: those that are forgotten must be free.
`write` takes a constant number of steps, `read` no more than the number of lines that it returns.
"""

import weakref
from collections import deque
from collections.abc import Iterator
from itertools import islice
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-last-lines",
    pattern="ring buffer",
    difficulty="medium",
    minutes=25,
    points=3,
    order=4,
    classic="design a circular queue",
    growth="n",
    idea=(
        "slots that never move, and how many lines were written",
        "line number i, if it is kept, stands in slot i modulo capacity",
        "the kept lines from a number on, and where they begin",
    ),
    hints=(
        "How many lines are kept after n writes, and what is the number of the oldest?",
        "A list of `capacity` slots is enough. Which slot may the next line overwrite?",
        "Line number i goes to slot `i % capacity`. So `read` can find each line without a search.",
    ),
)


class solve:
    def __init__(self, capacity: int) -> None:
        self.slots: list[str] = [""] * capacity
        self.written = 0

    def write(self, line: str) -> None:
        self.slots[self.written % len(self.slots)] = line
        self.written += 1

    def read(self, start: int, limit: int) -> tuple[int, list[str]]:
        first = max(start, self.written - len(self.slots))
        numbers = range(first, min(first + limit, self.written))
        return first, [self.slots[number % len(self.slots)] for number in numbers]


class Line(str):
    """A line whose end can be seen."""


def plain(result):
    """What `read` returned, without the lines themselves."""
    if not isinstance(result, tuple) or len(result) != 2 or not isinstance(result[1], list):
        return result
    return result[0], [f"{line}" if isinstance(line, str) else line for line in result[1]]


def call(answer, capacity, steps=()):
    """What each `read` returned, and how many lines are held at the end beyond the capacity."""
    log, reads, lines = answer(capacity), [], []
    watched = len(steps) <= 500
    for name, *arguments in steps:
        if name == "write" and not watched:
            log.write(*arguments)
        elif name == "write":
            line = Line(arguments[0])
            lines.append(weakref.ref(line))
            log.write(line)
            del line
        else:
            reads.append(plain(log.read(*arguments)))
    held = sum(line() is not None for line in lines)
    return {"reads": reads, "held beyond the capacity": max(0, held - capacity)}


def oracle(capacity, steps=()):
    """Keep the whole log and number it."""
    log, reads = [], []
    for name, *arguments in steps:
        if name == "write":
            log.append(arguments[0])
        else:
            start, limit = arguments
            kept = list(enumerate(log))[-capacity:]
            first = max([start, *(number for number, _ in kept[:1])])
            reads.append((first, [line for number, line in kept if number >= start][:limit]))
    return {"reads": reads, "held beyond the capacity": 0}


def written(text):
    return [("write", letter) for letter in text]


EDGES = {
    "nothing written": (3, [("read", 0, 5), ("read", 2, 5)]),
    "not yet full": (3, [*written("ab"), ("read", 0, 5), ("read", 1, 1), ("read", 2, 1)]),
    "exactly full": (3, [*written("abc"), ("read", 0, 5)]),
    "one line too many": (3, [*written("abcd"), ("read", 0, 5), ("read", 1, 5)]),
    "the example": (3, [*written("abcde"), ("read", 3, 9), ("read", 0, 2), ("read", 8, 2)]),
    "round several times": (3, [*written("abcdefghijk"), ("read", 0, 9), ("read", 9, 9), ("read", 10, 9)]),
    "a limit of 0": (2, [*written("abc"), ("read", 0, 0), ("read", 2, 0)]),
    "one slot": (1, [*written("ab"), ("read", 0, 3), ("read", 1, 3), *written("c"), ("read", 1, 3)]),
    "reading takes nothing away": (2, [*written("ab"), ("read", 0, 2), ("read", 0, 2)]),
    "equal lines": (2, [*written("xxx"), ("read", 0, 3), ("read", 2, 3)]),
    "empty lines": (2, [("write", ""), ("read", 0, 3), ("write", "a"), ("write", ""), ("read", 1, 3)]),
    "far ahead": (2, [*written("abc"), ("read", 100, 3)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    steps = [("write", f"line {i}") for i in range(3 * size)]
    yield 2 * size, steps + [("read", 3 * size - i, 2) for i in range(0, size, 2)]
    for capacity in (rng.randint(1, 6), rng.randint(1, 30)):
        steps, count = [], 0
        while len(steps) < min(size, 40):
            if rng.random() < 0.7:
                steps.append(("write", f"line {count}"))
                count += 1
            else:
                start = rng.choice((0, count // 2, max(0, count - 3), count, rng.randrange(50)))
                steps.append(("read", start, rng.choice((0, 1, 3, 3))))
        yield capacity, steps


@variant
class by_number:
    """A dict from number to line, from which the oldest is deleted."""

    def __init__(self, capacity):
        self.capacity, self.lines, self.first, self.next = capacity, {}, 0, 0

    def write(self, line):
        self.lines[self.next] = line
        self.next += 1
        if len(self.lines) > self.capacity:
            del self.lines[self.first]
            self.first += 1

    def read(self, start, limit):
        first = max(start, self.first)
        return first, [self.lines[i] for i in range(first, min(first + limit, self.next))]


@variant
class by_deque:
    """A deque that forgets by itself."""

    def __init__(self, capacity):
        self.lines, self.written = deque(maxlen=capacity), 0

    def write(self, line):
        self.lines.append(line)
        self.written += 1

    def read(self, start, limit):
        oldest = self.written - len(self.lines)
        first = max(start, oldest)
        return first, [self.lines[i - oldest] for i in range(first, min(first + limit, self.written))]


@variant
class with_head_and_length:
    def __init__(self, capacity):
        self.slots = [None] * capacity
        self.head = self.length = self.forgotten = 0

    def write(self, line):
        end = (self.head + self.length) % len(self.slots)
        self.slots[end] = line
        if self.length < len(self.slots):
            self.length += 1
        else:
            self.head = (self.head + 1) % len(self.slots)
            self.forgotten += 1

    def read(self, start, limit):
        first, lines = max(start, self.forgotten), []
        at = first - self.forgotten
        while at < self.length and len(lines) < limit:
            lines.append(self.slots[(self.head + at) % len(self.slots)])
            at += 1
        return first, lines


@variant
class grows_until_full:
    def __init__(self, capacity):
        self.capacity, self.slots, self.written = capacity, [], 0

    def write(self, line):
        if len(self.slots) < self.capacity:
            self.slots.append(line)
        else:
            self.slots[self.written % self.capacity] = line
        self.written += 1

    def read(self, start, limit):
        first = max(start, self.written - len(self.slots))
        count = max(0, min(limit, self.written - first))
        return first, [self.slots[(first + i) % self.capacity] for i in range(count)]


@wrong("keeps every line and reads the right part", passes_examples=True)
class keeps_everything:
    def __init__(self, capacity):
        self.capacity, self.lines = capacity, []

    def write(self, line):
        self.lines.append(line)

    def read(self, start, limit):
        first = max(start, len(self.lines) - self.capacity)
        return first, self.lines[first : first + limit]


@wrong("refuses a line when all slots are taken", passes_examples=True)
class refuses(solve):
    def write(self, line):
        if self.written < len(self.slots):
            super().write(line)


@wrong("reads from `start`, though other lines stand in those slots by now", passes_examples=True)
class does_not_notice_the_loss(solve):
    def read(self, start, limit):
        numbers = range(start, min(start + limit, self.written))
        return start, [self.slots[number % len(self.slots)] for number in numbers]


@wrong("returns the slots in their own order, not from the oldest on", passes_examples=True)
class order_of_slots(solve):
    def read(self, start, limit):
        first = max(start, self.written - len(self.slots))
        kept = [(n, self.slots[n % len(self.slots)]) for n in range(first, self.written)]
        return first, [line for _, line in sorted(kept, key=lambda one: one[0] % len(self.slots))][:limit]


@wrong("counts lost lines against the limit", passes_examples=True)
class limit_from_start(solve):
    def read(self, start, limit):
        first, lines = super().read(start, limit)
        return first, lines[: max(0, start + limit - first)]


@wrong("leaves one slot empty to tell full from empty, and keeps a line less", passes_examples=True)
class one_slot_empty(solve):
    def __init__(self, capacity):
        super().__init__(max(1, capacity - 1))


@wrong("says the newest number where `start` lies ahead", passes_examples=True)
class never_ahead(solve):
    def read(self, start, limit):
        return super().read(min(start, self.written), limit)


@wrong("takes an empty line for an empty slot", passes_examples=True)
class empty_is_none(solve):
    def read(self, start, limit):
        first, lines = super().read(start, limit)
        return first, [line for line in lines if line]


@wrong("looks at every kept line for each read", fails="growth", passes_examples=True)
class looks_at_all(solve):
    def read(self, start, limit):
        first = max(start, self.written - len(self.slots))
        lines = []
        for number in range(max(0, self.written - len(self.slots)), self.written):
            if first <= number < first + limit:
                lines.append(self.slots[number % len(self.slots)])
        return first, lines


@wrong("makes a new list for each line, without the oldest", fails="growth", passes_examples=True)
class makes_a_new_list:
    def __init__(self, capacity):
        self.capacity, self.lines, self.forgotten = capacity, [], 0

    def write(self, line):
        self.forgotten += len(self.lines) == self.capacity
        self.lines = [*self.lines, line][-self.capacity :]

    def read(self, start, limit):
        first = max(start, self.forgotten)
        at = first - self.forgotten
        return first, self.lines[at : at + limit]


@wrong("walks a deque from its oldest line to the first wanted one", fails="growth", passes_examples=True)
class walks_a_deque:
    def __init__(self, capacity):
        self.lines, self.written = deque(maxlen=capacity), 0

    def write(self, line):
        self.lines.append(line)
        self.written += 1

    def read(self, start, limit):
        oldest = self.written - len(self.lines)
        first = max(start, oldest)
        return first, list(islice(self.lines, first - oldest, first - oldest + limit))


NOTES = """
**Complexity**: O(1) a write, O(lines returned) a read; the memory is `capacity` from the first line to the last.

**Pitfall**: two positions, head and tail, that are equal both when the ring is empty and when it is full.
Count what was written instead: both positions follow from it, and it is the number that readers need.

**Alternative**: `collections.deque(maxlen=capacity)` forgets by itself.
It is quick at both ends and slow in the middle, because it is a chain of blocks of 64.

**In an engine**: a Kafka partition is such a log on disk: an offset never changes its meaning, retention moves the oldest one on, and a consumer that asks for less gets *offset out of range*; `auto.offset.reset` says whether it goes on at the earliest or at the latest.
PostgreSQL reads a large table through a small ring of buffers, so that one scan does not drive everything else out of its cache.
"""
