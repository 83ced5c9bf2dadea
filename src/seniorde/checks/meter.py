"""What operations of Python cost in steps, those inside C too.

A step is a turn of a loop, a call of the answer's own functions, or an element (a character, an entry)
copied, moved, compared or gone through in C. What each operation touches:
https://wiki.python.org/moin/TimeComplexity and the sources of CPython 3.11.
"""

import bisect
import collections
import copy
import heapq
import itertools
import math
import re
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import BuiltinMethodType
from typing import Any

from seniorde.checks import sandbox

CAP = 2_000_000  # steps at which a run is given up

_VIEWS: tuple[Any, ...] = (type({}.keys()), type({}.values()), type({}.items()))
_SIZED: tuple[Any, ...] = (
    list, tuple, str, bytes, bytearray, array, dict, set, frozenset, deque, *_VIEWS,
)  # fmt: skip
_SETS = (set, frozenset, dict, *_VIEWS)


@dataclass
class Place:
    """An expression or statement, why it may take many steps, and how many it took."""

    code: str
    why: str
    steps: int = 0


@dataclass
class Meter:
    """What the compiled code calls; each method does what the code says and counts."""

    places: list[Place] = field(default_factory=list)
    total: int = 0

    def reset(self) -> None:
        """Start again at nothing."""
        self.total = 0
        for place in self.places:
            place.steps = 0

    def most(self) -> list[Place]:
        """The places that took at least a tenth of all steps, the most first."""
        found = [place for place in self.places if place.steps and 10 * place.steps >= self.total]
        return sorted(found, key=lambda place: -place.steps)

    def add(self, at: int, steps: int) -> None:
        """Count at a place; ends the run at the cap."""
        self.places[at].steps += steps
        self.total += steps
        if self.total > CAP:
            raise sandbox.Stopped(f"still running after {CAP:,} steps")

    def turn(self, at: int, value: Any) -> Any:
        """One turn of a loop, or one call."""
        self.add(at, 1)
        return value

    def made(self, at: int, value: Any) -> Any:
        """A new container: all of it was copied."""
        if isinstance(value, _SIZED):
            self.add(at, len(value))
        return value

    def appended(self, at: int, owner: Any, value: Any, in_place: bool) -> Any:
        """The right side of `owner += value`; CPython extends a list, and a string held by one name."""
        if isinstance(owner, list | deque | set | dict):
            return self.through(at, value)
        if isinstance(owner, str | bytes | tuple) and isinstance(value, _SIZED):
            self.add(at, len(value) + (0 if in_place and isinstance(owner, str) else len(owner)))
        return value

    def narrowed(self, at: int, owner: Any, value: Any) -> Any:
        """The right side of `owner &= value`, which goes through the smaller of two sets."""
        if isinstance(owner, _SETS) and isinstance(value, _SETS):
            self.add(at, min(len(owner), len(value)))
        return value

    def extended(self, at: int, owner: Any, value: Any) -> Any:
        """`owner = owner + …`, which CPython does in place when it is a string."""
        if isinstance(value, _SIZED):
            self.add(at, len(value) - (len(owner) if isinstance(owner, str) else 0))
        return value

    def contains(self, at: int, item: Any, container: Any) -> bool:
        """`item in container`."""
        if isinstance(container, Iterator):
            return item in self.each(at, container)
        found = item in container
        if isinstance(container, list | tuple | deque):
            self.add(at, container.index(item) + 1 if found else len(container))
        elif isinstance(container, str | bytes | bytearray):
            self.add(at, container.find(item) + 1 if found else len(container))
        elif isinstance(container, _VIEWS[1]):
            self.add(at, len(container))
        return found

    def compared(self, at: int, left: Any, right: Any) -> Any:
        """The left side of `left == right`, or of an order: what is the same at the start is looked at."""
        if isinstance(left, list | tuple | deque) and type(left) is type(right):
            pairs = enumerate(zip(left, right, strict=False), 1)
            same = min(len(left), len(right))
            self.add(at, same if left == right else next((n for n, (a, b) in pairs if a != b), same))
        elif isinstance(left, _SIZED) and isinstance(right, _SIZED) and len(left) == len(right):
            self.add(at, len(left) if left == right else 0)
        return left

    def assign(self, at: int, value: Any, owner: Any, key: Any) -> None:
        """`owner[key] = value`, where the key is a slice."""
        before = len(owner) if isinstance(owner, list | bytearray | array) else 0
        value = value if isinstance(value, _SIZED) else list(value)
        owner[key] = value
        if before:
            start, stop, _ = key.indices(before)
            moved = before - stop if len(owner) != before else 0
            self.add(at, len(value) + max(moved, 0) + max(stop - start, 0))

    def delete(self, at: int, owner: Any, key: Any) -> None:
        """`del owner[key]`."""
        if isinstance(owner, list | bytearray | array):
            behind = key if isinstance(key, slice) else slice(key, None)
            self.add(at, len(owner) - behind.indices(len(owner))[0])
        elif isinstance(owner, deque):
            self.add(at, _nearer_end(owner, key))
        del owner[key]

    def each(self, at: int, items: Iterable[Any]) -> Iterator[Any]:
        """The items one by one, counted as they are taken."""
        for item in items:
            self.add(at, 1)
            yield item

    def through(self, at: int, items: Any) -> Any:
        """What is about to be gone through: counted now when its size is known, else item by item."""
        if isinstance(items, (*_SIZED, range)):
            self.add(at, len(items))
            return items
        return self.each(at, items) if isinstance(items, Iterator) else items

    def function(self, at: int, called: Any) -> Any:
        """What stands for a function that is called; most stand for themselves."""
        return self._ruled(at, called, _FUNCTIONS.get(id(called)))

    def method(self, at: int, owner: Any, name: str) -> Any:
        """What stands for the method of a value, class or module that is called."""
        called = getattr(owner, name)
        if isinstance(owner, type) and name in ("fromkeys", "from_iterable"):
            return self._ruled(at, called, _takes)
        owner = called.__self__ if isinstance(owner, super) else owner
        kind = next((kind for kind in _METHODS if isinstance(owner, kind)), None)
        if kind is None:
            return self.function(at, called)
        home = getattr(called, "__module__", None)  # an answer's own class may do it in another way
        standard = isinstance(called, BuiltinMethodType) or home == "collections"
        return self._ruled(at, called, _METHODS[kind].get(name) if standard else None)

    def _ruled(self, at: int, called: Any, rule: Any) -> Any:
        return called if rule is None else lambda *args, **options: rule(self, at, called, args, options)


# Functions ---------------------------------------------------------------------------------------

# Each calls a function or a method, and counts: (meter, place, called, arguments, options).
Rule = Callable[[Meter, int, Any, tuple[Any, ...], dict[str, Any]], Any]


def _takes(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    """Takes all of what it is given."""
    result = called(*(meter.through(at, arg) for arg in args), **options)
    if called is sum and isinstance(result, list | tuple):  # each addition copies what was added before
        meter.add(at, len(result) * len(args[0]) // 2 if isinstance(args[0], _SIZED) else len(result))
    return result


def _least(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    if len(args) == 1:
        return _takes(meter, at, called, args, options)
    meter.add(at, len(args))
    return called(*args, **options)


def _until(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    """May stop on the way, or skips."""
    taken = (meter.each(at, arg) if isinstance(arg, Iterable) and not callable(arg) else arg for arg in args)
    return called(*taken, **options)


def _writes(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    return meter.made(at, called(*args, **options))


def _inserts(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    find = bisect.bisect_left if called is bisect.insort_left else bisect.bisect_right
    item, *limits = args[1:]
    key = options.get("key")
    place = find(args[0], key(item) if key else item, *limits, **options)
    meter.add(at, len(args[0]) - place)
    return called(*args, **options)


_RULES: dict[Rule, tuple[Any, ...]] = {
    _takes: (
        sorted, sum, list, tuple, set, frozenset, dict, bytes, bytearray, math.fsum, math.prod, copy.copy,
        deque, collections.Counter, collections.OrderedDict,
        heapq.heapify, heapq.nsmallest, heapq.nlargest, re.sub, re.split, re.findall,
    ),
    _least: (min, max),
    _until: (any, all, filter, itertools.islice, itertools.dropwhile, itertools.compress),
    _writes: (str, repr, format),
    _inserts: (bisect.insort, bisect.insort_left),
}  # fmt: skip
_FUNCTIONS = {id(called): rule for rule, group in _RULES.items() for called in group}


# Methods -----------------------------------------------------------------------------------------


def _costs(price: Callable[..., int]) -> Rule:
    def call(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
        meter.add(at, price(called.__self__, *args))
        return called(*args, **options)

    return call


def _whole(owner: Any, *args: Any) -> int:
    return len(owner)


def _behind(owner: Any, place: int = -1, *args: Any) -> int:
    """The elements behind the place, which move."""
    size = len(owner)
    return max(size - 1 - (place + size if place < 0 else place), 0)


def _argument(owner: Any, prefix: Any, *args: Any) -> int:
    return len(prefix) if isinstance(prefix, str | bytes) else sum(map(len, prefix))


def _turned(owner: Any, steps: int = 1) -> int:
    return min(abs(steps), len(owner))


def _within(owner: Any, start: Any = 0, stop: Any = None) -> tuple[int, int]:
    """The bounds that `find`, `index` and `count` look between, and `insert` pushes."""
    first, last, _ = slice(start, stop).indices(len(owner))
    return first, max(last, first)


def _find(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    start, stop = _within(called.__self__, *args[1:])
    try:
        found = called(*args, **options)
    except ValueError:
        meter.add(at, stop - start)
        raise
    missing = found < 0
    meter.add(
        at, stop - start if missing else stop - found if called.__name__[0] == "r" else found - start + 1
    )
    return found


def _between(owner: Any, sought: Any, *bounds: Any) -> int:
    start, stop = _within(owner, *bounds)
    return stop - start


def _pushed(owner: Any, place: int, *args: Any) -> int:
    return _between(owner, None, place)


def _nearer_end(owner: Any, place: int, *args: Any) -> int:
    """A deque turns until the place is at its end."""
    before, end = _within(owner, place)
    return min(before, end - before)


def _up_to(owner: Any, item: Any) -> int:
    return owner.index(item) + 1 if item in owner else len(owner)


def _joins(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    return meter.made(at, _takes(meter, at, called, args, options))


def _common(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    """Goes through the smallest of sets, or through what is no set."""
    if all(isinstance(arg, _SETS) for arg in args):
        meter.add(at, min(map(len, (called.__self__, *args))))
        return called(*args)
    return _until(meter, at, called, args, options)


def _both(meter: Meter, at: int, called: Any, args: Any, options: Any) -> Any:
    meter.add(at, len(called.__self__))
    return _takes(meter, at, called, args, options)


_text = {name: _costs(_whole) for name in dir(str) if not name.startswith("_")}
_text |= {**dict.fromkeys(("find", "rfind", "index", "rindex"), _find), "count": _costs(_between)}
_text |= dict.fromkeys(("startswith", "endswith"), _costs(_argument))
_text |= {"join": _joins, "format": _writes}
_row = {"index": _find, "count": _costs(_whole)}
_grows = dict.fromkeys(("extend", "extendleft", "update"), _takes)
_METHODS: dict[Any, dict[str, Any]] = {
    (list, bytearray, array): {
        **_row, **_grows, "pop": _costs(_behind), "insert": _costs(_pushed),
        **dict.fromkeys(("remove", "copy", "sort", "reverse"), _costs(_whole)),
    },
    deque: {
        **_row, **_grows, "rotate": _costs(_turned), "insert": _costs(_nearer_end), "remove": _costs(_up_to),
        **dict.fromkeys(("copy", "reverse"), _costs(_whole)),
    },
    (str, bytes): _text,
    tuple: _row,
    re.Pattern: dict.fromkeys(("sub", "split", "findall"), _takes),
    dict: {"update": _takes, **dict.fromkeys(("copy", "most_common", "total", "elements"), _costs(_whole))},
    (set, frozenset): {
        **dict.fromkeys(("copy", "difference", "issubset"), _costs(_whole)),
        **dict.fromkeys(("update", "difference_update"), _takes),
        **dict.fromkeys(("union", "symmetric_difference"), _both),
        **dict.fromkeys(("intersection", "intersection_update", "isdisjoint", "issuperset"), _common),
    },
}  # fmt: skip
