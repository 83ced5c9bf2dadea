"""# A memtable with express lanes

An LSM store keeps what was written last in memory, in order of keys: a *skip list*.
Every key stands on lane 0, in order; `height(key)` is given and says on how many lanes it stands, from lane 0 up, at most 16.

- `put(key, value)` adds a key, or replaces its value.
- `get(key)` returns its value, or `None` when it is not there.
- `scan(low, limit)` returns the first `limit` keys from `low` on, `low` included, with their values: a list of pairs in order.
- `way(key)` returns the keys that a search for `key` steps on.
  It begins in front of all keys on lane 15; it steps to the next key of its lane as long as that is less than `key`, otherwise it goes one lane down, and below lane 0 it ends.

>>> height("c"), height("e"), height("o"), height("q")
(1, 2, 3, 1)
>>> table = solve()
>>> for key in "qoce": table.put(key, key.upper())
>>> table.scan("d", 2)
[('e', 'E'), ('o', 'O')]
>>> table.way("z"), table.way("f"), table.way("e")
(['o', 'q'], ['e'], ['c'])

Limits: up to a million calls; keys are strings, values strings or integers.
All but `scan` take about log n steps, and so does `scan` besides the pairs that it returns.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from random import Random
from zlib import crc32

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w2-linked-lists-memtable",
    pattern="skip list",
    difficulty="hard",
    minutes=45,
    points=4,
    order=10,
    classic="design a skip list",
    growth="n log n",
    growth_size=24,
    idea=(
        "for every lane the last key that is less than the one searched",
        "each lane holds, in order, the keys that are high enough; a key of a lane stands on all lanes below",
        "links changed on the lanes of one key, right behind these last keys",
    ),
    hints=(
        "Give each key a list of links, one for each of its lanes, and let a key that is less than all others stand in front with 16 links.",
        "One method should do every search: it returns, for each lane, the last key that is less than the one searched.",
        "A new key comes right behind these keys, on the lanes that it stands on and no others.",
        "After a search the only place where the key itself can be is the link of lane 0.",
    ),
)


def height(key: str) -> int:
    """On how many lanes the key stands: 1 for half of all keys, 2 for a quarter, … at most 16."""
    coins = crc32(key.encode()) | 1 << 15
    return (coins & -coins).bit_length()


class solve:
    def __init__(self) -> None:
        self.front = [None, None, [None] * 16]  # key, value, the next on each lane

    def _before(self, key: str) -> tuple[list, list[str]]:
        """A place for what the other methods share; use it, change it or drop it."""
        here, before, way = self.front, [self.front] * 16, []
        for lane in range(15, -1, -1):
            while here[2][lane] and here[2][lane][0] < key:
                here = here[2][lane]
                way.append(here[0])
            before[lane] = here
        return before, way

    def put(self, key: str, value: str | int) -> None:
        before, _ = self._before(key)
        found = before[0][2][0]
        if found and found[0] == key:
            found[1] = value
            return
        lanes = range(height(key))
        new = [key, value, [before[lane][2][lane] for lane in lanes]]
        for lane in lanes:
            before[lane][2][lane] = new

    def get(self, key: str) -> str | int | None:
        found = self._before(key)[0][0][2][0]
        return found[1] if found and found[0] == key else None

    def scan(self, low: str, limit: int) -> list[tuple[str, str | int]]:
        here, pairs = self._before(low)[0][0][2][0], []
        while here and len(pairs) < limit:
            pairs.append((here[0], here[1]))
            here = here[2][0]
        return pairs

    def way(self, key: str) -> list[str]:
        return self._before(key)[1]


def call(answer, steps=()):
    """What each step but `put` returned."""
    table = answer()
    results = [(name, getattr(table, name)(*arguments)) for name, *arguments in steps]
    return [result for name, result in results if name != "put"]


def oracle(steps=()):
    """A dict, sorted anew for each question."""
    values, results = {}, []
    for name, key, *rest in steps:
        if name == "put":
            values[key] = rest[0]
        elif name == "get":
            results.append(values.get(key))
        elif name == "scan":
            results.append([(k, values[k]) for k in sorted(values) if k >= key][: rest[0]])
        else:
            way, below = [], sorted(k for k in values if k < key)
            for lane in range(15, -1, -1):
                way += [k for k in below if height(k) > lane and (not way or k > way[-1])]
            results.append(way)
    return results


def _questions(*keys):
    return (
        [("get", key) for key in keys] + [("way", key) for key in keys] + [("scan", key, 2) for key in keys]
    )


EDGES = {
    "nothing in it": (_questions("a"),),
    "one key": ([("put", "m", 1), *_questions("a", "m", "z")],),
    "in rising order": ([*(("put", key, key) for key in "abcdefgh"), *_questions("a", "e", "h", "z")],),
    "in falling order": ([*(("put", key, key) for key in "hgfedcba"), *_questions("a", "e", "h", "z")],),
    "a value is replaced": ([("put", "c", 1), ("put", "c", 2), ("scan", "", 9), ("get", "c")],),
    "a low key is higher than all behind it": (
        [("put", "m", 1), ("put", "c", 2), ("put", "h", 3), *_questions("i", "n")],
    ),
    "a value of 0": ([("put", "c", 0), ("get", "c"), ("scan", "c", 1)],),
    "the empty key": ([("put", "", 1), ("put", "c", 2), *_questions("", "a", "d")],),
    "scan of nothing": ([("put", "c", 1), ("scan", "a", 0), ("scan", "d", 5)],),
    "between two keys": ([("put", "c", 1), ("put", "h", 2), *_questions("d")],),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    names = [f"k{rng.randrange(2 * size)}" for _ in range(size)]
    steps = [("put", name, at) for at, name in enumerate(names)]
    for _ in range(size):
        key = f"k{rng.randrange(2 * size)}"
        steps.append(rng.choice((("get", key), ("way", key), ("scan", key, 3))))
    yield (steps,)


@variant
class lanes_of_dicts:
    """One dict a lane: a key → the next key of that lane; None stands in front."""

    def __init__(self):
        self.following, self.values = [{None: None} for _ in range(16)], {}

    def search(self, key):
        here, last, way = None, {}, []
        for lane in reversed(range(16)):
            follower = self.following[lane][here]
            while follower is not None and follower < key:
                here = follower
                way.append(here)
                follower = self.following[lane][here]
            last[lane] = here
        return last, way

    def put(self, key, value):
        if key not in self.values:
            last, _ = self.search(key)
            for lane in range(height(key)):
                following = self.following[lane]
                following[key], following[last[lane]] = following[last[lane]], key
        self.values[key] = value

    def get(self, key):
        return self.values.get(key)

    def scan(self, low, limit):
        key, pairs = self.following[0][self.search(low)[0][0]], []
        while key is not None and len(pairs) < limit:
            pairs.append((key, self.values[key]))
            key = self.following[0][key]
        return pairs

    def way(self, key):
        return self.search(key)[1]


@variant
class towers:
    """Each lane has nodes of its own; a node leads to the right and down."""

    class Stop:
        def __init__(self, key, right=None, down=None):
            self.key, self.right, self.down = key, right, down

    def __init__(self):
        self.values, self.top = {}, None
        for _ in range(16):
            self.top = self.Stop(None, None, self.top)

    def walk(self, key):
        stop, before, way = self.top, [], []
        while stop:
            while stop.right and stop.right.key < key:
                stop = stop.right
                way.append(stop.key)
            before.append(stop)
            stop = stop.down
        return before, way

    def put(self, key, value):
        if key not in self.values:
            below = None
            for _, stop in zip(range(height(key)), reversed(self.walk(key)[0])):
                stop.right = below = self.Stop(key, stop.right, below)
        self.values[key] = value

    def get(self, key):
        return self.values.get(key)

    def scan(self, low, limit):
        stop, pairs = self.walk(low)[0][-1].right, []
        while stop and len(pairs) < limit:
            pairs.append((stop.key, self.values[stop.key]))
            stop = stop.right
        return pairs

    def way(self, key):
        return self.walk(key)[1]


@variant
class from_the_highest_lane_used(lanes_of_dicts.answer):
    """Empty lanes need not be looked at."""

    def __init__(self):
        self.following, self.values = [{None: None}], {}

    def search(self, key):
        here, last, way = None, {}, []
        for lane in reversed(range(len(self.following))):
            following = self.following[lane]
            while following[here] is not None and following[here] < key:
                here = following[here]
                way.append(here)
            last[lane] = here
        return last, way

    def put(self, key, value):
        while len(self.following) < height(key):
            self.following.append({None: None})
        super().put(key, value)


@wrong("puts a key that is there a second time", passes_examples=True)
class stands_twice(solve):
    def put(self, key, value):
        before, _ = self._before(key)
        lanes = range(height(key))
        new = [key, value, [before[lane][2][lane] for lane in lanes]]
        for lane in lanes:
            before[lane][2][lane] = new


@wrong("returns the next greater key's value for a key that is not there", passes_examples=True)
class next_greater(solve):
    def get(self, key):
        found = self._before(key)[0][0][2][0]
        return found[1] if found else None


@wrong("scans from behind the key", passes_examples=True)
class low_left_out(solve):
    def scan(self, low, limit):
        pairs = super().scan(low, limit + 1)
        return [pair for pair in pairs if pair[0] != low][:limit]


@wrong("steps on the key itself", passes_examples=True)
class steps_on_the_key(solve):
    def way(self, key):
        return [*super().way(key), *([key] if self.get(key) is not None else [])]


@wrong("takes a value of 0 for none", passes_examples=True)
class falsy_value(solve):
    def get(self, key):
        return super().get(key) or None


@wrong("starts a search on the lane where the key itself would stand", passes_examples=True)
class starts_too_low(solve):
    def way(self, key):
        here, way = self.front, []
        for lane in range(height(key) - 1, -1, -1):
            while here[2][lane] and here[2][lane][0] < key:
                here = here[2][lane]
                way.append(here[0])
        return way


@wrong("begins at the front again on each lane", passes_examples=True)
class front_again(solve):
    def way(self, key):
        way = []
        for lane in range(15, -1, -1):
            here = self.front
            while here[2][lane] and here[2][lane][0] < key:
                here = here[2][lane]
                way.append(here[0])
        return way


@wrong("keeps lane 0 alone", passes_examples=True)
class one_lane(solve):
    def put(self, key, value):
        before, _ = self._before(key)
        found = before[0][2][0]
        if found and found[0] == key:
            found[1] = value
        else:
            before[0][2][0] = [key, value, [found] + [None] * 15]


@wrong("sorts a dict for each question", fails="growth", passes_examples=True)
class sorted_each_time:
    def __init__(self):
        self.values = {}

    def put(self, key, value):
        self.values[key] = value

    def get(self, key):
        return self.values.get(key)

    def scan(self, low, limit):
        return [(key, self.values[key]) for key in sorted(self.values) if key >= low][:limit]

    def way(self, key):
        way, below = [], sorted((other, height(other)) for other in self.values if other < key)
        for lane in range(15, -1, -1):
            way += [other for other, lanes in below if lanes > lane and (not way or other > way[-1])]
        return way


@wrong("copies the keys, and sorts a key's lanes anew after its put", fails="growth", passes_examples=True)
class sorts_its_lanes:
    def __init__(self):
        self.values, self.lanes, self.sorted = {}, [set() for _ in range(16)], [[] for _ in range(16)]

    def put(self, key, value):
        for lane in range(height(key)):
            self.lanes[lane].add(key[:])
            self.sorted[lane] = sorted(self.lanes[lane])
        self.values[key] = value

    def get(self, key):
        return self.values.get(key)

    def scan(self, low, limit):
        at = bisect_left(self.sorted[0], low)
        return [(key, self.values[key]) for key in self.sorted[0][at : at + limit]]

    def way(self, key):
        way = []
        for keys in reversed(self.sorted):
            begin = bisect_right(keys, way[-1]) if way else 0
            way += keys[begin : bisect_left(keys, key)]
        return way


NOTES = """
**Complexity**: O(log n) a call on average: half of the keys stand on the next lane, so on each lane a search steps on one or two keys.
Two links a key on average.

**Pitfall**: the search for the place and the change of the links need the *same* list of keys, one a lane.
A key that is compared again on the lane below costs nothing but time; a lane that is left out makes later searches slow, not wrong, and no test of results sees it.

**Alternative**: a sorted list with `bisect.insort` moves half of the keys for each new one; up to some ten thousand keys it is faster all the same, because moving neighbours is what memory is best at.
A balanced tree searches as well, but several links change far apart when it is rebalanced.

**In an engine**: the memtables of RocksDB, LevelDB and Cassandra and the sorted sets of Redis are skip lists.
A new key is published by one atomic write on each lane, lane 0 first, so readers need no lock; that, more than speed, is why a store takes a list here.
"""
