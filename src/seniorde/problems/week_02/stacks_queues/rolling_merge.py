"""# Roll up a queue that cannot subtract

A dashboard shows a roll-up of the last batches: batches come in at one end and go out at the other.
To roll up is to `merge` two neighbours, the earlier one first, until one value is left.
`merge` is given, and it is **associative**: `merge(merge(a, b), c)` equals `merge(a, merge(b, c))`.
Nothing else is promised: the order matters, and nothing can be taken out of a merged value.

`solve(merge)` makes an empty queue.

- `put(value)` takes the newest value in.
- `take()` removes the oldest value and returns it, or returns `None` when the queue is empty.
- `total()` returns all values in the queue merged from the oldest to the newest, or `None` when it is empty.

>>> queue = solve(max)
>>> queue.put(7); queue.put(9); queue.put(4); queue.total()
9
>>> queue.take(), queue.take(), queue.total()
(7, 9, 4)

Limits: up to 100,000 calls in any order, values are integers or strings, never `None`; `merge` leaves its arguments as they are.
In any sequence of calls `merge` may be called a constant number of times a call, on average.
"""

import math
from collections import deque
from collections.abc import Iterator
from functools import reduce
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-rolling-merge",
    pattern="queue of two stacks",
    difficulty="medium",
    minutes=30,
    points=4,
    order=8,
    classic="implement a queue using stacks; min stack",
    growth="n",
    growth_size=140,
    idea=(
        "a stack to take from, with the merge of each value and all behind it, and a stack to put on, with one merge",
        "the first stack is older than the second",
        "the two merges merged, the older one first",
    ),
    hints=(
        "A *stack* that knows the merge of all it holds is easy. What would each entry remember beside its value?",
        "Put on one stack, take from another. When the second is empty, move everything over: in which order does it arrive?",
        "Each entry of the stack to take from remembers the merge of itself and all entries under it. Which of the two is the older, and so stands first?",
        "A value is moved once in its life. How many merges does that make for each?",
    ),
)


class solve:
    def __init__(self, merge) -> None:
        self.merge = merge
        self.front: list[tuple] = []  # value, and the merge of it with all that are newer here
        self.back: list = []
        self.back_total = None

    def put(self, value: int | str) -> None:
        self.back_total = value if not self.back else self.merge(self.back_total, value)
        self.back.append(value)

    def take(self) -> int | str | None:
        if not self.front:
            while self.back:
                value = self.back.pop()
                total = self.merge(value, self.front[-1][1]) if self.front else value
                self.front.append((value, total))
        return self.front.pop()[0] if self.front else None

    def total(self) -> int | str | None:
        if not self.front:
            return self.back_total if self.back else None
        older = self.front[-1][1]
        return self.merge(older, self.back_total) if self.back else older


def tail(earlier, later):
    """The last five characters: a merge that minds the order."""
    return (earlier + later)[-5:]


def head(earlier, later):
    """The first five characters."""
    return (earlier + later)[:5]


MERGES = {"max": max, "gcd": math.gcd, "head": head, "tail": tail}


def call(answer, merge, steps=()):
    """What each `take` and `total` returned."""
    queue, returned = answer(MERGES.get(merge, merge)), []
    for name, *arguments in steps:
        result = getattr(queue, name)(*arguments)
        if name != "put":
            returned.append(result)
    return returned


def oracle(merge, steps=()):
    """Merge everything anew each time."""
    queue, returned = [], []
    for name, *arguments in steps:
        if name == "put":
            queue = queue + arguments
        elif name == "take":
            returned.append(queue[0] if queue else None)
            queue = queue[1:]
        else:
            returned.append(reduce(MERGES.get(merge, merge), queue) if queue else None)
    return returned


def script(text):
    """Letters and digits are put, `-` takes, `?` asks for the total."""
    special = {"-": ("take",), "?": ("total",)}
    return [special.get(sign) or ("put", int(sign) if sign.isdigit() else sign) for sign in text]


EDGES = {
    "an empty queue": ("max", script("?-?")),
    "one value": ("max", script("7?-?")),
    "the example": ("max", script("794?--?")),
    "the greatest leaves": ("max", script("923?-?-?-?")),
    "a value of 0": ("max", script("0?-?0?")),
    "empty again, then used again": ("max", script("95--?3?-?")),
    "put after a take": ("max", script("52-?9?-?-?")),
    "the order matters, nothing taken yet": ("tail", script("abcdefg?")),
    "the order matters, all moved": ("tail", script("abcd-?")),
    "the order matters across both parts": ("tail", script("abc-de?")),
    "the first ones count": ("head", script("abcdefg-?--?hij?")),
    "a total of no characters": ("tail", [("put", ""), ("total",), ("take",), ("total",)]),
    "greatest common divisors": ("gcd", [("put", 4), ("put", 6), ("put", 9), *script("?-?-?-?")]),
    "asked twice": ("tail", script("ab??-??")),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    slide = [step for value in range(size) for step in (("put", size - value), ("take",), ("total",))]
    yield "max", [*(("put", 2 * size - value) for value in range(size)), *slide]
    for merge in ("tail", "head", "gcd", "max"):
        steps = []
        for place in range(min(size, 30)):
            value = rng.choice("abcdefg") if merge in ("tail", "head") else rng.choice((12, 18, 30, 60, 7, 0))
            steps.append(rng.choice((("put", value), ("put", value), ("take",), ("total",))))
            if place == 15 and rng.random() < 0.5:
                steps += [("take",)] * 5
        yield merge, steps


@variant
class totals_in_both:
    """Both stacks remember a merge with each value."""

    def __init__(self, merge):
        self.merge, self.old, self.new = merge, [], []

    def put(self, value):
        self.new.append((value, self.merge(self.new[-1][1], value) if self.new else value))

    def take(self):
        if not self.old:
            for value, _ in reversed(self.new):
                self.old.append((value, self.merge(value, self.old[-1][1]) if self.old else value))
            self.new.clear()
        return self.old.pop()[0] if self.old else None

    def total(self):
        parts = [stack[-1][1] for stack in (self.old, self.new) if stack]
        return reduce(self.merge, parts) if parts else None


@variant
class moves_in_halves:
    """A list that is older than a border and newer than it; the border moves when the older part is used up."""

    def __init__(self, merge):
        self.merge, self.values, self.totals, self.rest = merge, deque(), [], None

    def put(self, value):
        newer = len(self.values) - len(self.totals)
        self.rest = self.merge(self.rest, value) if newer else value
        self.values.append(value)

    def take(self):
        if not self.values:
            return None
        if not self.totals:
            for value in reversed(self.values):
                self.totals.append(self.merge(value, self.totals[-1]) if self.totals else value)
        self.totals.pop()
        return self.values.popleft()

    def total(self):
        if not self.values:
            return None
        if not self.totals:
            return self.rest
        return (
            self.totals[-1]
            if len(self.totals) == len(self.values)
            else self.merge(self.totals[-1], self.rest)
        )


@variant
class by_a_tree:
    """Merges of 2, 4, 8, … neighbours are kept; a total is put together from a few of them."""

    def __init__(self, merge):
        self.merge, self.levels, self.gone = merge, [[]], 0

    def put(self, value):
        level = 0
        self.levels[0].append(value)
        while len(self.levels[level]) % 2 == 0:
            pair = self.merge(*self.levels[level][-2:])
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(pair)

    def take(self):
        if self.gone == len(self.levels[0]):
            return None
        self.gone += 1
        return self.levels[0][self.gone - 1]

    def total(self):
        begin, end, left, right = self.gone, len(self.levels[0]), [], []
        for nodes in self.levels:
            if begin >= end:
                break
            if begin % 2:
                left.append(nodes[begin])
                begin += 1
            if end % 2:
                end -= 1
                right.append(nodes[end])
            begin, end = begin // 2, end // 2
        parts = left + right[::-1]
        return reduce(self.merge, parts) if parts else None


@wrong("merges the newer part first", passes_examples=True)
class newer_first(solve):
    def total(self):
        if self.front and self.back:
            return self.merge(self.back_total, self.front[-1][1])
        return super().total()


@wrong("merges the wrong way round while it moves", passes_examples=True)
class moves_backwards(solve):
    def take(self):
        if not self.front:
            while self.back:
                value = self.back.pop()
                total = self.merge(self.front[-1][1], value) if self.front else value
                self.front.append((value, total))
        return self.front.pop()[0] if self.front else None


@wrong("moves the newer values over while older ones still wait", passes_examples=True)
class moves_too_early(solve):
    def take(self):
        while self.back:
            value = self.back.pop()
            total = self.merge(value, self.front[-1][1]) if self.front else value
            self.front.append((value, total))
        return self.front.pop()[0] if self.front else None


@wrong("gives the newest value out", passes_examples=True)
class a_stack(solve):
    def take(self):
        if not self.back:
            return None
        value = self.back.pop()
        self.back_total = reduce(self.merge, self.back) if self.back else None
        return value


@wrong("forgets the values that came after the last move", passes_examples=True)
class forgets_the_newer(solve):
    def total(self):
        return self.front[-1][1] if self.front else super().total()


@wrong("keeps the old merge of the newer part after it was moved", passes_examples=True)
class stale_total(solve):
    def put(self, value):
        self.back_total = value if self.back_total is None else self.merge(self.back_total, value)
        self.back.append(value)


@wrong("takes 0 and empty text for no value", passes_examples=True)
class falsy_total(solve):
    def total(self):
        return super().total() or None


@wrong("goes on with the total when a value leaves that is not the greatest", passes_examples=True)
class hopes_for_max:
    def __init__(self, merge):
        self.merge, self.values, self.known = merge, deque(), None

    def put(self, value):
        self.known = self.merge(self.known, value) if self.values else value
        self.values.append(value)

    def take(self):
        if not self.values:
            return None
        value = self.values.popleft()
        if value == self.known:
            self.known = reduce(self.merge, self.values) if self.values else None
        return value

    def total(self):
        return self.known if self.values else None


@wrong("merges the whole queue for each total", fails="growth", passes_examples=True)
class merges_all:
    def __init__(self, merge):
        self.merge, self.values = merge, deque()

    def put(self, value):
        self.values.append(value)

    def take(self):
        return self.values.popleft() if self.values else None

    def total(self):
        return reduce(self.merge, self.values) if self.values else None


@wrong("makes a new list of the others for each value taken", fails="growth", passes_examples=True)
class a_list_of_the_others(solve):
    def take(self):
        if not self.front:
            while self.back:
                value = self.back.pop()
                total = self.merge(value, self.front[-1][1]) if self.front else value
                self.front.append((value, total))
            self.front.reverse()
        if not self.front:
            return None
        value, self.front = self.front[0][0], self.front[1:]
        return value

    def total(self):
        if self.front:
            older = self.front[0][1]
            return self.merge(older, self.back_total) if self.back else older
        return super().total()


NOTES = """
**Complexity**: O(1) merges a call on average: a value is merged when it comes, when it is moved, and once for each total.
A single `take` may move everything; the next ones are free.

**Pitfall**: the order. On the stack to take from, an entry's merge is *value, then what lies under it*, because the moved stack is turned round: the newest lies at the bottom.
With `max` nobody notices a mistake there.

**Alternative**: a tree of merges of 2, 4, 8, … neighbours: O(log n) merges a total, but no call is ever slow.
For `max` alone the queue of candidates does; it needs *the larger of two*, not any merge.

**In an engine**: sketches of distinct users merge and do not subtract, so a sliding window over them works like this, or with partial results for each slide.
DuckDB answers window frames with such a tree, and needs no inverse for any aggregate.
"""
