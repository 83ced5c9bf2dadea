"""Tells whether two results are the same, and says in one sentence how they differ."""

import math
from collections.abc import Mapping
from numbers import Number
from typing import Any

from seniorde.checks.linked import Linked, shape

_STREAMS = {
    "generator": "a generator",
    "map": "a map object",
    "filter": "a filter object",
    "zip": "a zip object",
    "range": "a range",
    "dict_keys": "a view of a dict's keys",
    "dict_values": "a view of a dict's values",
    "dict_items": "a view of a dict's items",
}


def same(expected: Any, got: Any) -> bool:
    """Equal in value and kind.

    Lists and tuples are one kind, numbers are compared within 1e-9, a bool is no number, NaN
    equals NaN; numpy's values count as the plain ones; linked nodes are the same in the same shape.
    """
    expected, got = _plain(expected), _plain(got)
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, Number) and isinstance(got, Number):
        return _same_number(expected, got)
    if isinstance(expected, list | tuple) and isinstance(got, list | tuple):
        return len(expected) == len(got) and all(map(same, expected, got))
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return len(expected) == len(got) and all(
            key in got and same(value, got[key]) for key, value in expected.items()
        )
    if isinstance(expected, set | frozenset) and isinstance(got, set | frozenset):
        return _tagged(expected) == _tagged(got)
    if isinstance(expected, Linked) and isinstance(got, Linked):
        return same(shape(expected), shape(got))
    return type(expected) is type(got) and bool(expected == got)


def any_order(expected: Any, got: Any) -> bool:
    """A problem's `compare` where the order of the items does not matter."""
    if not (isinstance(expected, list | tuple) and isinstance(got, list | tuple)):
        return same(expected, got)
    rest = list(got)
    for item in expected:
        at = next((i for i, other in enumerate(rest) if same(item, other)), None)
        if at is None:
            return False
        del rest[at]
    return not rest


def difference(expected: Any, got: Any) -> tuple[str, str]:
    """Class of the failure ("result" or "type") and a sentence that says how `got` differs."""
    expected, got = _plain(expected), _plain(got)
    kind = type(got).__name__
    if got is None:
        return "result", "It returns `None`. Does every path end in a `return`?"
    if kind in _STREAMS and isinstance(expected, list | tuple):
        return "type", f"It returns {_STREAMS[kind]}: wrap it in `list(…)`."
    if kind in ("coroutine", "async_generator"):
        return "type", "It returns a coroutine: write `def`, not `async def`."
    if isinstance(got, bool) and isinstance(expected, Number) and not isinstance(expected, bool):
        return "type", f"It returns the bool `{got}` where a number is asked for."
    if _kind(expected) != _kind(got) and expected is not None:
        return "type", f"It returns {_named(got)} where {_named(expected)} is asked for."
    if isinstance(expected, list | tuple):
        return "result", _first_difference(expected, got)
    if isinstance(expected, Linked) and isinstance(got, Linked):
        return "result", _first_node(shape(expected), shape(got))
    return "result", "The result is not the expected one."


def _first_difference(expected: Any, got: Any) -> str:
    if any_order(expected, got):
        return "The items are right, their order is not."
    if len(expected) != len(got):
        return f"Items expected: {len(expected)}; got: {len(got)}."
    at = next(i for i, (x, y) in enumerate(zip(expected, got, strict=True)) if not same(x, y))
    return f"The first difference is at index {at}."


def _first_node(expected: Any, got: Any) -> str:
    if len(expected) != len(got):
        return f"Nodes expected: {len(expected)}; got: {len(got)}."
    at = next(i for i, (x, y) in enumerate(zip(expected, got, strict=True)) if not same(x, y))
    return f"The first difference is at node {at}, counted from 0."


def _plain(value: Any) -> Any:
    is_numpy = type(value).__module__ == "numpy"
    return value.tolist() if is_numpy and hasattr(value, "tolist") else value


def _same_number(expected: Any, got: Any) -> bool:
    if expected == got:
        return True
    if isinstance(expected, int) and isinstance(got, int):
        return False
    try:
        a, b = float(expected), float(got)
    except (TypeError, OverflowError, ValueError):
        return False
    return (math.isnan(a) and math.isnan(b)) or math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def _tagged(items: Any) -> set[tuple[bool, Any]]:
    return {(isinstance(item, bool), item) for item in items}


_KINDS: tuple[tuple[type | Any, str], ...] = (
    (bool, "a bool"),
    (Number, "a number"),
    (str, "a string"),
    (list | tuple, "a list"),
    (Mapping, "a dict"),
    (set | frozenset, "a set"),
)


def _kind(value: Any) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), type(value).__name__)


def _named(value: Any) -> str:
    name = _kind(value)
    return name if name.startswith("a ") else f"an object of type `{name}`"
