"""# A hash table that can forget

Write a hash table that keeps its keys in one list of slots, with at most one key in a slot.
`way(key, slots)` is given: it yields the slots in the order in which a key is searched, from its home slot on and round to the slot before it.

- `put(key, value)` replaces the value of a key that is in the table. A new key takes the first slot on its way that holds no key.
- `get(key)` returns the value, or `None` when the key is not there.
- `delete(key)` takes the key out; a key that is not there is no error. The other keys stay where they are.
- `layout()` returns a list: the key in each slot, `None` where there is none.

In a table of 4 slots `"a"` and `"h"` have the same home, slot 3:

>>> table = solve(4)
>>> table.put("a", 1); table.put("h", 2); table.layout()
['h', None, None, 'a']
>>> table.delete("a"); table.get("h")
2
>>> table.put("h", 5); table.layout()
['h', None, None, None]

Limits: from 1 to 100,000 slots, up to a million calls; keys are strings, values integers.
There are never more keys in the table than slots, but it may be full.
As long as at most half of the slots have ever held a key, a call takes a constant number of steps on average.
"""

from collections.abc import Iterator
from random import Random
from zlib import crc32

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-hashing-probe-table",
    pattern="hashing",
    difficulty="hard",
    minutes=45,
    points=4,
    order=8,
    classic="design a hash map",
    growth="n",
    growth_size=50,
    idea=(
        "a list of slots, and which of them have ever held a key",
        "between a key's home and its slot there is no slot that was never used",
        "a search may end at the first slot that was never used",
    ),
    hints=(
        "`h` stands behind `a`, and `a` is deleted. How does a search for `h` know that it must go on?",
        "A slot without a key is one of two kinds: never used, or emptied. Which of them ends a search?",
        "`put` may meet an emptied slot before the key itself. Remember that slot, and go on until the search is at its end.",
    ),
)


def way(key: str, slots: int) -> Iterator[int]:
    """The slots in the order in which `key` is searched."""
    home = crc32(key.encode()) % slots
    yield from range(home, slots)
    yield from range(home)


class solve:
    def __init__(self, slots: int) -> None:
        self.keys: list[str | None] = [None] * slots
        self.values = [0] * slots
        self.used = [False] * slots

    def put(self, key: str, value: int) -> None:
        free = None
        for slot in way(key, len(self.keys)):
            if self.keys[slot] == key:
                self.values[slot] = value
                return
            if self.keys[slot] is None and free is None:
                free = slot
            if not self.used[slot]:
                break
        self.keys[free], self.values[free], self.used[free] = key, value, True

    def get(self, key: str) -> int | None:
        for slot in way(key, len(self.keys)):
            if self.keys[slot] == key:
                return self.values[slot]
            if not self.used[slot]:
                return None
        return None

    def delete(self, key: str) -> None:
        for slot in way(key, len(self.keys)):
            if self.keys[slot] == key:
                self.keys[slot] = None
                return
            if not self.used[slot]:
                return

    def layout(self) -> list[str | None]:
        return list(self.keys)


def call(answer, slots, steps=()):
    """What each `get` of the steps returned, and the layout at their end."""
    table, found = answer(slots), []
    for name, *arguments in steps:
        result = getattr(table, name)(*arguments)
        if name == "get":
            found.append(result)
    return found, table.layout()


def oracle(slots, steps=()):
    """A dict says where each key stands, so nothing has to be searched."""
    place, values, found = {}, {}, []
    for name, key, *value in steps:
        if name == "get":
            found.append(values.get(key))
        elif name == "delete":
            place.pop(key, None), values.pop(key, None)
        else:
            values[key] = value[0]
            if key not in place:
                place[key] = next(slot for slot in way(key, slots) if slot not in place.values())
    at = {slot: key for key, slot in place.items()}
    return found, [at.get(slot) for slot in range(slots)]


# "a", "h" and "s" have their home in the last of 4 slots, "d" in the first.
EDGES = {
    "an empty table": (3, [("get", "a"), ("delete", "a")]),
    "the value is 0": (4, [("put", "a", 0), ("get", "a")]),
    "one slot": (1, [("put", "a", 1), ("get", "h"), ("delete", "a"), ("put", "h", 2), ("get", "h")]),
    "a key behind a deleted one": (
        4,
        [("put", "a", 1), ("put", "h", 2), ("delete", "a"), ("get", "h"), ("delete", "h"), ("get", "h")],
    ),
    "put again behind a deleted one": (
        4,
        [("put", "a", 1), ("put", "h", 2), ("delete", "a"), ("put", "h", 3), ("delete", "h"), ("get", "h")],
    ),
    "an emptied slot is used again": (
        4,
        [("put", "a", 1), ("put", "h", 2), ("delete", "a"), ("put", "s", 3), ("get", "s"), ("get", "h")],
    ),
    "a full table": (
        4,
        [*(("put", key, at) for at, key in enumerate("ahsd")), ("get", "d"), ("get", "z"), ("put", "s", 9)],
    ),
    "every slot was used, none is taken": (
        4,
        [*((name, key, *v) for key in "abde" for name, *v in (("put", 1), ("delete",))), ("get", "a")],
    ),
    "every slot was used, one key is put": (
        4,
        [*((name, key, *v) for key in "abde" for name, *v in (("put", 1), ("delete",))), ("put", "h", 2)],
    ),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    for slots, keys in ((2 * size, size), (4, 6)):
        live, steps = set(), []
        for value in range(size):
            key = f"k{rng.randrange(keys)}"
            name = rng.choice(("put", "put", "get", "delete"))
            if name == "put" and key not in live and len(live) == slots:
                name = "get"
            if name == "put":
                live.add(key)
            elif name == "delete":
                live.discard(key)
            steps.append((name, key, value) if name == "put" else (name, key))
        yield slots, steps


@variant
class with_tombstones:
    def __init__(self, slots):
        self.slots, self.gone = [None] * slots, object()

    def find(self, key):
        """The slot of the key, or of the first place for it."""
        free = None
        for slot in way(key, len(self.slots)):
            entry = self.slots[slot]
            if entry is None or entry is self.gone:
                free = slot if free is None else free
                if entry is None:
                    break
            elif entry[0] == key:
                return slot, True
        return free, False

    def put(self, key, value):
        self.slots[self.find(key)[0]] = (key, value)

    def get(self, key):
        slot, there = self.find(key)
        return self.slots[slot][1] if there else None

    def delete(self, key):
        slot, there = self.find(key)
        if there:
            self.slots[slot] = self.gone

    def layout(self):
        return [entry[0] if isinstance(entry, tuple) else None for entry in self.slots]


@variant
class with_a_step_counter(solve):
    def __init__(self, slots):
        super().__init__(slots)
        self.longest = 0

    def put(self, key, value):
        ways = list(zip(range(self.longest + 1), way(key, len(self.keys))))
        at = [slot for _, slot in ways if self.keys[slot] == key]
        if at:
            self.values[at[0]] = value
            return
        steps, slot = next(
            (steps, slot) for steps, slot in enumerate(way(key, len(self.keys))) if self.keys[slot] is None
        )
        self.longest = max(self.longest, steps)
        self.keys[slot], self.values[slot], self.used[slot] = key, value, True


@wrong("empties the slot for good, so the keys behind it are never found again", passes_examples=True)
class breaks_the_chain(solve):
    def delete(self, key):
        for slot in way(key, len(self.keys)):
            if self.keys[slot] == key:
                self.keys[slot], self.used[slot] = None, False
                return
            if not self.used[slot]:
                return


@wrong(
    "takes the first emptied slot without looking further, so a key stands there twice", passes_examples=True
)
class stands_twice(solve):
    def put(self, key, value):
        for slot in way(key, len(self.keys)):
            if self.keys[slot] in (None, key):
                self.keys[slot], self.values[slot], self.used[slot] = key, value, True
                return


@wrong("never uses an emptied slot again", passes_examples=True, fails="error")
class wears_out(solve):
    def put(self, key, value):
        for slot in way(key, len(self.keys)):
            if self.keys[slot] == key or not self.used[slot]:
                self.keys[slot], self.values[slot], self.used[slot] = key, value, True
                return
        raise OverflowError("the table is full")


@wrong("takes a value of 0 for none", passes_examples=True)
class falsy_value(solve):
    def get(self, key):
        return super().get(key) or None


@wrong("puts all other keys in again after a deletion, so they move", passes_examples=True)
class moves_the_others(solve):
    def delete(self, key):
        rest = [(k, v) for k, v in zip(self.keys, self.values) if k is not None and k != key]
        self.__init__(len(self.keys))
        for other, value in rest:
            self.put(other, value)


@wrong("goes through all slots for a key that is not there", fails="growth", passes_examples=True)
class whole_way(solve):
    def get(self, key):
        for slot in way(key, len(self.keys)):
            if self.keys[slot] == key:
                return self.values[slot]
        return None


@wrong("makes a list of the whole way before it takes the first step", fails="growth", passes_examples=True)
class lists_the_whole_way(solve):
    def get(self, key):
        for slot in list(way(key, len(self.keys))):
            if self.keys[slot] == key:
                return self.values[slot]
            if not self.used[slot]:
                return None
        return None


NOTES = """
**Complexity**: O(1) a call on average while half of the slots were never used; O(slots) in the worst case, when each slot was used once.

**Pitfall**: a deleted key leaves a hole that must not look like the end of the way.
Mark it (a *tombstone*), use it again for new keys, but look on to the end of the way first: the key may stand behind it.
Marks add up: a table with few keys and many marks searches as slowly as a full one, so real tables are built anew when keys and marks together pass a limit.

**Alternative**: a list of entries in each slot (chaining) needs no marks, but every entry costs a pointer and a jump in memory.
Or shift the keys behind a deleted one back: no marks, but keys move.

**In an engine**: CPython's `dict` marks deleted slots in just this way and throws the marks away when it grows.
The cache of a CPU is the reason for one flat list: the next slot has been loaded already.
"""
