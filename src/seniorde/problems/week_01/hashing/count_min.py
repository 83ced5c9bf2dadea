"""# Count a stream in a table of fixed size

A stream has too many different items for a dict.
A *count-min sketch* keeps one row of `width` counters for each seed, all 0 at the start.
`cell(item, seed, width)` is given: the one counter in the row of that seed which counts the item, together with others that fall there too.

- `add(item, times)` counts the item `times` times in every row.
- `estimate(item)` returns the least of the item's counters: never below the truth, sometimes above it.
- `merge(other)` adds the counts of another sketch with the same width and seeds, as if this one had seen both streams. The other stays as it is.

>>> sketch = solve(2, [1, 2, 3])
>>> sketch.add("GET /", 5); sketch.add("GET /cart", 2)
>>> sketch.estimate("GET /"), sketch.estimate("GET /cart"), sketch.estimate("PUT /")
(5, 2, 2)

`"PUT /"` never came: it shares each of its three cells with `"GET /cart"`.

Limits: a width from 1 to 10,000, from 1 to 8 different seeds from 0 on; a million calls.
Items are strings, `times` is at least 1.
The memory must not grow with the stream.
"""

from collections.abc import Iterator
from hashlib import blake2b
from random import Random
from typing import Self

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-count-min",
    pattern="hashing",
    difficulty="hard",
    minutes=35,
    points=4,
    order=9,
    classic="design a frequency counter with fixed memory",
    growth="n",
    idea=(
        "a row of counters for each seed",
        "every counter is at least the count of each item that falls into it",
        "the least of an item's counters",
    ),
    hints=(
        "One list of counters for each seed. What must you not do when you make these lists?",
        "A counter can only be too high, because of other items. Which of an item's counters is nearest to the truth?",
        "Two sketches with the same seeds put an item into the same cells: what is a cell of the merged sketch?",
    ),
)


def cell(item: str, seed: int, width: int) -> int:
    """The item's place in the row of `seed`, from 0 to width - 1."""
    digest = blake2b(item.encode(), digest_size=8, salt=seed.to_bytes(8, "big")).digest()
    return int.from_bytes(digest, "big") % width


class solve:
    def __init__(self, width: int, seeds: list[int]) -> None:
        self.width = width
        self.rows = {seed: [0] * width for seed in seeds}

    def add(self, item: str, times: int) -> None:
        for seed, row in self.rows.items():
            row[cell(item, seed, self.width)] += times

    def estimate(self, item: str) -> int:
        return min(row[cell(item, seed, self.width)] for seed, row in self.rows.items())

    def merge(self, other: Self) -> None:
        for seed, row in self.rows.items():
            self.rows[seed] = [mine + theirs for mine, theirs in zip(row, other.rows[seed])]


def call(answer, width, seeds, parts=(), questions=()):
    """One sketch for each part, merged into a new one: its estimates, then some of the last part."""
    whole = answer(width, seeds)
    last = whole
    for part in parts:
        last = answer(width, seeds)
        for item, times in part:
            last.add(item, times)
        whole.merge(last)
    for item in questions[:1]:
        whole.add(item, 1)
    return [whole.estimate(item) for item in questions], [last.estimate(item) for item in questions[:3]]


def oracle(width, seeds, parts=(), questions=()):
    """For each question and seed: add up the events that fall into the same cell."""

    def estimate(item, events):
        def total(seed):
            mine = cell(item, seed, width)
            return sum(times for other, times in events if cell(other, seed, width) == mine)

        return min(map(total, seeds))

    last = list(parts[-1]) if parts else [(item, 1) for item in questions[:1]]
    whole = [event for part in parts for event in part] + [(item, 1) for item in questions[:1]]
    return [estimate(item, whole) for item in questions], [estimate(item, last) for item in questions[:3]]


EDGES = {
    "nothing counted": (4, [1, 2], [], []),
    "asked for what never came": (50, [1, 2], [[("a", 3)]], ["b"]),
    "one counter for everything": (1, [1, 2], [[("a", 3), ("b", 4)]], ["a", "z"]),
    "one seed": (3, [7], [[("a", 1), ("b", 2), ("c", 3), ("d", 4)]], ["a", "b", "c", "d"]),
    "the seed 0": (5, [0, 1], [[("a", 2), ("b", 2)]], ["a", "b"]),
    "an item that is empty": (8, [1, 2], [[("", 2)], [("", 3)]], ["", "a"]),
    "merged with an empty one": (8, [1, 2], [[("a", 2)], []], ["a"]),
    "three parts share an item": (8, [1, 2], [[("a", 2)], [("a", 5)], [("a", 1), ("b", 1)]], ["a", "b"]),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    events = [(f"i{rng.randrange(size)}", rng.randint(1, 9)) for _ in range(size)]
    cut = rng.randrange(size + 1)
    questions = [f"i{rng.randrange(2 * size)}" for _ in range(size)]
    yield rng.choice((5, 16, 64)), rng.sample(range(100), 2), [events[:cut], events[cut:]], questions


@variant
class one_flat_list:
    def __init__(self, width, seeds):
        self.width, self.seeds, self.counts = width, list(seeds), [0] * (width * len(seeds))

    def cells(self, item):
        return [row * self.width + cell(item, seed, self.width) for row, seed in enumerate(self.seeds)]

    def add(self, item, times):
        for at in self.cells(item):
            self.counts[at] += times

    def estimate(self, item):
        return sorted(self.counts[at] for at in self.cells(item))[0]

    def merge(self, other):
        for at, count in enumerate(other.counts):
            self.counts[at] += count


@variant
class dict_of_cells:
    def __init__(self, width, seeds):
        self.width, self.seeds, self.counts = width, seeds, {}

    def add(self, item, times):
        for seed in self.seeds:
            at = seed, cell(item, seed, self.width)
            self.counts[at] = self.counts.get(at, 0) + times

    def estimate(self, item):
        return min(self.counts.get((seed, cell(item, seed, self.width)), 0) for seed in self.seeds)

    def merge(self, other):
        for at, count in other.counts.items():
            self.counts[at] = self.counts.get(at, 0) + count


@wrong("makes one list and lets every row be that list", passes_examples=True)
class rows_are_one_list(solve):
    def __init__(self, width, seeds):
        super().__init__(width, seeds)
        self.rows = dict.fromkeys(seeds, [0] * width)

    def merge(self, other):
        for seed, row in self.rows.items():
            for at, count in enumerate(other.rows[seed]):
                row[at] += count


@wrong("takes the greatest counter instead of the least", passes_examples=True)
class greatest_counter(solve):
    def estimate(self, item):
        return max(row[cell(item, seed, self.width)] for seed, row in self.rows.items())


@wrong("takes the mean of the counters", passes_examples=True)
class mean_counter(solve):
    def estimate(self, item):
        return sum(row[cell(item, seed, self.width)] for seed, row in self.rows.items()) // len(self.rows)


@wrong("counts one event, however many times it came", passes_examples=True)
class times_ignored(solve):
    def add(self, item, times):
        super().add(item, 1)


@wrong("merges by the greater counter, which loses what both sides saw", passes_examples=True)
class merges_by_maximum(solve):
    def merge(self, other):
        for seed, row in self.rows.items():
            self.rows[seed] = list(map(max, row, other.rows[seed]))


@wrong("takes over the other's rows, and later counts into them", passes_examples=True)
class shares_rows(solve):
    def merge(self, other):
        if any(map(any, self.rows.values())):
            super().merge(other)
        else:
            self.rows = other.rows


@wrong("uses the first seed alone", passes_examples=True)
class first_seed(solve):
    def __init__(self, width, seeds):
        super().__init__(width, seeds[:1])


@wrong("counts exactly, with a dict that grows with the stream", passes_examples=True)
class exact:
    def __init__(self, width, seeds):
        self.counts = {}

    def add(self, item, times):
        self.counts[item] = self.counts.get(item, 0) + times

    def estimate(self, item):
        return self.counts.get(item, 0)

    def merge(self, other):
        for item, times in other.counts.items():
            self.add(item, times)


@wrong("keeps the events and reads them all for each question", fails="growth", passes_examples=True)
class keeps_the_events:
    def __init__(self, width, seeds):
        self.width, self.seeds, self.events = width, seeds, []

    def add(self, item, times):
        self.events.append(([cell(item, seed, self.width) for seed in self.seeds], times))

    def estimate(self, item):
        least = []
        for row, seed in enumerate(self.seeds):
            mine = cell(item, seed, self.width)
            least.append(sum(times for cells, times in self.events if cells[row] == mine))
        return min(least)

    def merge(self, other):
        self.events = self.events + other.events


@wrong("writes a cell down once for every time, and has the list count", fails="growth", passes_examples=True)
class counts_in_a_list:
    def __init__(self, width, seeds):
        self.width, self.rows = width, {seed: [] for seed in seeds}

    def add(self, item, times):
        for seed, row in self.rows.items():
            row += [cell(item, seed, self.width)] * int(f"{times}")

    def estimate(self, item):
        return min(row.count(cell(item, seed, self.width)) for seed, row in self.rows.items())

    def merge(self, other):
        for seed, row in self.rows.items():
            self.rows[seed] = row + other.rows[seed]


NOTES = """
**Complexity**: O(seeds) a call, O(width × seeds) memory however long the stream; a merge touches every counter once.

**Pitfall**: `[[0] * width] * len(seeds)` is one list under many names, so every row counts everything.
And the seeds must give *independent* places.
`crc32(item, seed)` does not: two items of the same length that collide under one seed collide under every seed, and further rows add nothing.

**Alternative**: a dict, exact, while the different items fit in memory.
When only the frequent items matter, keep the best k beside the sketch.
With width ⌈e/ε⌉ and ⌈ln 1/δ⌉ rows an estimate is more than ε × (all counts) too high with a chance of at most δ (*An Improved Data Stream Summary: The Count-Min Sketch and its Applications*, 2005).

**In an engine**: Spark has it as `df.stat.countMinSketch` in Scala and Java: each task fills a sketch of its own, then they are merged, which works because addition does not care for order.
"""
