"""# Pause the source before the buffer is full

A reader pulls records from a source into a buffer; a writer takes them out, the oldest first.
The source hears a pause late: records that are under way already still arrive, and the buffer keeps room for them.

`solve(low, high, capacity)` makes an empty buffer with a source that runs.

- `put(record)` takes the record in and returns `True`; when `capacity` records are in the buffer already, it returns `False`, and the record is not taken. That holds whether the source is paused or not.
- `take()` removes the oldest record and returns it, or returns `None` when the buffer is empty.
- `signals()` returns a new list of all signals sent so far, which later ones do not change. `"pause"` is sent when the source runs and a `put` brings the buffer to `high` records. `"resume"` is sent when the source is paused and a `take` brings it down to `low` records.

>>> buffer = solve(1, 3, 4)
>>> [buffer.put(record) for record in "abcde"]
[True, True, True, True, False]
>>> buffer.take(), buffer.take(), buffer.signals()
('a', 'b', ['pause'])
>>> buffer.take(), buffer.signals()
('c', ['pause', 'resume'])

Limits: 0 ≤ `low` < `high` ≤ `capacity` ≤ 100,000; up to a million calls; a record is an integer or a string.
`put` and `take` need a constant number of steps on average.
"""

from collections import deque
from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-stacks-queues-pause-and-resume",
    pattern="bounded queue with back-pressure",
    difficulty="medium",
    minutes=20,
    points=3,
    order=7,
    classic="design a bounded blocking queue",
    growth="n",
    growth_size=200,
    idea=(
        "the records in order of arrival, and whether the source is paused",
        "between the two marks the source stays as it was; pauses and resumes take turns",
        "a signal only where the state changes",
    ),
    hints=(
        "The buffer holds two records, the marks are 1 and 3. Is the source paused? What do you have to remember to know it?",
        "Keep one bit, paused or not. Which mark do you look at when it is set, and which when it is not?",
        "The oldest record leaves first: which container gives up its front without moving the others?",
    ),
)


class solve:
    def __init__(self, low: int, high: int, capacity: int) -> None:
        self.low, self.high, self.capacity = low, high, capacity
        self.records: deque[int | str] = deque()
        self.paused = False
        self.sent: list[str] = []

    def put(self, record: int | str) -> bool:
        if len(self.records) == self.capacity:
            return False
        self.records.append(record)
        if not self.paused and len(self.records) >= self.high:
            self.paused = True
            self.sent.append("pause")
        return True

    def take(self) -> int | str | None:
        if not self.records:
            return None
        record = self.records.popleft()
        if self.paused and len(self.records) <= self.low:
            self.paused = False
            self.sent.append("resume")
        return record

    def signals(self) -> list[str]:
        return list(self.sent)


def call(answer, low, high, capacity, steps=()):
    """What each call returned, and the signals at the end."""
    buffer = answer(low, high, capacity)
    return [getattr(buffer, name)(*arguments) for name, *arguments in steps], buffer.signals()


def oracle(low, high, capacity, steps=()):
    """Keep all records that were ever taken in, and the level after every step."""
    accepted, gone, levels, returned = [], 0, [0], []

    def signals():
        sent, at = [], 0
        while at < len(levels):
            wanted = "resume" if len(sent) % 2 else "pause"
            reached = (lambda level: level <= low) if len(sent) % 2 else (lambda level: level >= high)
            at = next((i for i in range(at, len(levels)) if reached(levels[i])), len(levels))
            sent += [wanted] * (at < len(levels))
        return sent

    for name, *arguments in steps:
        if name == "signals":
            returned.append(signals())
            continue
        if name == "put":
            returned.append(len(accepted) - gone < capacity)
            accepted += arguments * returned[-1]
        else:
            returned.append(accepted[gone] if gone < len(accepted) else None)
            gone += gone < len(accepted)
        levels.append(len(accepted) - gone)
    return returned, signals()


def script(text):
    """`a` and other letters are put, `-` takes, `?` asks for the signals."""
    special = {"-": ("take",), "?": ("signals",)}
    return [special.get(letter, ("put", letter)) for letter in text]


EDGES = {
    "taken from an empty buffer": (0, 1, 1, script("-?-")),
    "one place": (0, 1, 1, script("ab-?c--?")),
    "the example": (1, 3, 4, script("abcde--?-?")),
    "full, and the record is lost": (0, 2, 2, script("abc---")),
    "in order of arrival": (0, 9, 9, script("abc-d---")),
    "between the marks nothing is sent": (1, 4, 6, script("abc-d-e-f-?")),
    "one pause only, above the high mark": (1, 2, 5, script("abcde?")),
    "no resume without a pause": (1, 3, 5, script("ab--?")),
    "around the high mark": (1, 3, 5, script("abc-d-e-f?")),
    "around the low mark": (1, 3, 5, script("abc--d-e-f-?")),
    "paused, and records still arrive": (0, 1, 3, script("abcd?---?")),
    "two rounds": (0, 2, 3, script("ab--?cd--?")),
    "a low mark of 0": (0, 2, 2, script("ab-?-?")),
    "records of 0 and nothing": (0, 3, 3, [("put", 0), ("put", ""), ("take",), ("take",), ("take",)]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield size // 2, size, size + 5, [*(("put", i) for i in range(size + 9)), *[("take",)] * (size + 9)]
    for _ in range(3):
        low, gap, room = rng.randrange(3), rng.randint(1, 4), rng.randrange(3)
        steps, filling = [], True
        while len(steps) < min(size, 40):
            if rng.random() < 0.1:
                filling = not filling
            put = ("put", rng.choice((len(steps), f"r{len(steps)}", 0)))
            steps.append(put if filling ^ (rng.random() < 0.2) else ("take",))
            if rng.random() < 0.1:
                steps.append(("signals",))
        yield low, low + gap, low + gap + room, steps


@variant
class one_list_and_a_position:
    """Taken records stay until half of the list is taken."""

    def __init__(self, low, high, capacity):
        self.low, self.high, self.capacity = low, high, capacity
        self.records, self.gone, self.sent = [], 0, []

    def level(self):
        return len(self.records) - self.gone

    def put(self, record):
        if self.level() >= self.capacity:
            return False
        self.records.append(record)
        if self.level() == self.high and len(self.sent) % 2 == 0:
            self.sent.append("pause")
        return True

    def take(self):
        if self.level() == 0:
            return None
        record = self.records[self.gone]
        self.gone += 1
        if 2 * self.gone > len(self.records):
            self.records, self.gone = self.records[self.gone :], 0
        if self.level() == self.low and len(self.sent) % 2:
            self.sent.append("resume")
        return record

    def signals(self):
        return self.sent[:]


@variant
class ring:
    def __init__(self, low, high, capacity):
        self.marks, self.paused, self.pauses, self.resumes = (high, low), False, 0, 0
        self.slots, self.begin, self.end = [None] * capacity, 0, 0

    def put(self, record):
        if self.end - self.begin == len(self.slots):
            return False
        self.slots[self.end % len(self.slots)] = record
        self.end += 1
        if self.end - self.begin == self.marks[0] and self.pauses == self.resumes:
            self.pauses += 1
        return True

    def take(self):
        if self.end == self.begin:
            return None
        record = self.slots[self.begin % len(self.slots)]
        self.begin += 1
        if self.end - self.begin == self.marks[1] and self.pauses > self.resumes:
            self.resumes += 1
        return record

    def signals(self):
        return (["pause", "resume"] * self.pauses)[: self.pauses + self.resumes]


@variant
class two_stacks(solve):
    def __init__(self, low, high, capacity):
        super().__init__(low, high, capacity)
        self.back, self.front = [], []

    def put(self, record):
        level = len(self.back) + len(self.front)
        if level == self.capacity:
            return False
        self.back.append(record)
        if level + 1 >= self.high and not self.paused:
            self.paused = True
            self.sent.append("pause")
        return True

    def take(self):
        if not self.front:
            while self.back:
                self.front.append(self.back.pop())
        if not self.front:
            return None
        record = self.front.pop()
        if self.paused and len(self.back) + len(self.front) <= self.low:
            self.paused = False
            self.sent.append("resume")
        return record


@wrong("resumes as soon as the buffer is below the high mark, so the source flaps", passes_examples=True)
class one_mark(solve):
    def take(self):
        record = super().take()
        if record is not None and self.paused and len(self.records) < self.high:
            self.paused = False
            self.sent.append("resume")
        return record


@wrong("sends a pause for every record above the high mark", passes_examples=True)
class many_pauses(solve):
    def put(self, record):
        taken = super().put(record)
        if taken and len(self.records) > self.high:
            self.sent.append("pause")
        return taken


@wrong("sends a resume whenever the buffer falls to the low mark", passes_examples=True)
class many_resumes(solve):
    def take(self):
        running, before = not self.paused, len(self.records)
        record = super().take()
        if running and before > len(self.records) <= self.low:
            self.sent.append("resume")
        return record


@wrong("refuses what arrives while the source is paused", passes_examples=True)
class refuses_when_paused(solve):
    def put(self, record):
        return not self.paused and super().put(record)


@wrong("gives the newest record out first", passes_examples=True)
class newest_first(solve):
    def take(self):
        self.records.reverse()
        record = super().take()
        self.records.reverse()
        return record


@wrong("makes room for a new record: the oldest is lost", passes_examples=True)
class overwrites(solve):
    def put(self, record):
        if len(self.records) == self.capacity:
            self.records.popleft()
        return super().put(record)


@wrong("pauses only above the high mark", passes_examples=True)
class above_high(solve):
    def __init__(self, low, high, capacity):
        super().__init__(low, high + 1, capacity)


@wrong("resumes only below the low mark", passes_examples=True)
class below_low(solve):
    def __init__(self, low, high, capacity):
        super().__init__(low - 1, high, capacity)


@wrong("takes a record of 0 or without text for none", passes_examples=True)
class falsy_record(solve):
    def take(self):
        return super().take() or None


@wrong("sends no further pause after the first round", passes_examples=True)
class one_round(solve):
    def put(self, record):
        if "resume" in self.sent:
            self.paused = True
        return super().put(record)


@wrong("hands out its own list of signals, which goes on growing", passes_examples=True)
class own_list_of_signals(solve):
    def signals(self):
        return self.sent


@wrong("counts its records one by one", fails="growth", passes_examples=True)
class counts_records(solve):
    def put(self, record):
        level = sum(1 for _ in self.records)
        return level < self.capacity and super().put(record)


@wrong("makes a new list of the others for each record taken", fails="growth", passes_examples=True)
class a_list_of_the_others(solve):
    def __init__(self, low, high, capacity):
        super().__init__(low, high, capacity)
        self.records = []

    def take(self):
        if not self.records:
            return None
        record, self.records = self.records[0], self.records[1:]
        if self.paused and len(self.records) <= self.low:
            self.paused = False
            self.sent.append("resume")
        return record


NOTES = """
**Complexity**: O(1) a call with a deque; the memory is bounded by `capacity`.

**Pitfall**: one mark in place of two.
At the mark each record turns the source off or on, and a pause costs a round trip: two marks make the switches rare (*hysteresis*).
The room above the high mark must hold what can be under way when the pause is sent: rate × round trip.

**Alternative**: *credits*: the reader tells the source how many records it may still send, and nothing is ever under way without a place.

**In an engine**: TCP's window is credits in bytes. Flink's network stack uses credits between tasks, so a slow sink slows the source down without losing a record.
A Kafka consumer calls `pause` on a partition and goes on polling, so that it stays a member of its group, and calls `resume` later.
"""
