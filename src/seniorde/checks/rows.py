"""Compares the rows of a query with the rows that an oracle expects, and shows what differs."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from numbers import Number
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 5
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Difference:
    """How the rows differ: a sentence, and labelled texts such as the missing rows."""

    sentence: str
    facts: dict[str, str] = field(default_factory=dict)


def difference(
    expected: "DataFrame", columns: Sequence[str], rows: Sequence[Row], ordered: bool | tuple[str, ...]
) -> Difference | None:
    """None when the rows are right.

    Rows are compared as a multiset, or as a sequence when `ordered`; with `ordered` a tuple of columns,
    rows that tie in them may stand in any order. Numbers of any type are compared within 1e-9, NULL,
    NaN and NaT count as the same, times are compared in UTC.
    """
    names = [str(name) for name in expected.columns]
    wanted = list(expected.itertuples(index=False, name=None))
    if len(columns) != len(names):
        sentence = (
            f"{_columns(len(columns))}, expected: {', '.join(names)}; yours: {', '.join(columns) or 'none'}."
        )
        return Difference(f"The result has {sentence}")
    if [name.lower() for name in columns] != [name.lower() for name in names]:
        same_names = sorted(map(str.lower, columns)) == sorted(map(str.lower, names))
        what = "in another order" if same_names else "named otherwise"
        return Difference(f"The columns are {what}: expected {', '.join(names)}; yours {', '.join(columns)}.")
    missing, surplus = _unmatched([_key(row) for row in wanted], [_key(row) for row in rows])
    if missing or surplus:
        return _multiset_difference(names, wanted, rows, missing, surplus)
    if ordered:
        return _order_difference(names, wanted, rows, ordered)
    return None


def _columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"


def _multiset_difference(
    names: list[str], wanted: Sequence[Row], rows: Sequence[Row], missing: list[int], surplus: list[int]
) -> Difference:
    facts = {}
    if missing:
        facts["missing"] = table(names, [wanted[i] for i in missing])
    if surplus:
        facts["surplus"] = table(names, [rows[i] for i in surplus])
    if not rows:
        sentence = f"The result has no row; {len(wanted):,} expected."
    else:
        sentence = f"{_rows(len(wanted))} expected, {len(rows):,} returned: "
        sentence += f"{len(missing):,} missing, {len(surplus):,} surplus."
    sentence += _twice(wanted, rows, missing, surplus) or _kinds(names, wanted, rows, missing, surplus)
    return Difference(sentence, facts)


def _twice(wanted: Sequence[Row], rows: Sequence[Row], missing: list[int], surplus: list[int]) -> str:
    """Whether only the number of equal rows differs."""
    if missing and all(_key(wanted[i]) in set(map(_key, rows)) for i in missing) and not surplus:
        return " Every row is there, but rows that are expected more than once are not."
    if surplus and all(_key(rows[i]) in set(map(_key, wanted)) for i in surplus) and not missing:
        return " Every row is there, but some come more often than expected."
    return ""


def _kinds(
    names: list[str], wanted: Sequence[Row], rows: Sequence[Row], missing: list[int], surplus: list[int]
) -> str:
    """A column whose values are of another type."""
    for at, name in enumerate(names):
        there = {_canonical(wanted[i][at])[0] for i in missing} - {_NULL[0]}
        here = {_canonical(rows[i][at])[0] for i in surplus} - {_NULL[0]}
        if len(there) == len(here) == 1 and there != here:
            return f" Column {name} holds {here.pop()} where {there.pop()} is expected."
    return ""


def _order_difference(
    names: list[str], wanted: Sequence[Row], rows: Sequence[Row], ordered: bool | tuple[str, ...]
) -> Difference | None:
    at = range(len(names)) if ordered is True else [names.index(name) for name in ordered or ()]
    for place, (there, here) in enumerate(zip(wanted, rows, strict=True), 1):
        if not _matches(_key(there[i] for i in at), _key(here[i] for i in at)):
            facts = {
                f"row {place} expected": table(names, [there]),
                f"row {place} returned": table(names, [here]),
            }
            return Difference("The rows are right, their order is not.", facts)
    return None


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"


# Keys: values that compare equal across types ------------------------------------------------------

_NULL = ("NULL", None)


def _key(row: Iterable[Any]) -> tuple[tuple[str, Any], ...]:
    return tuple(map(_canonical, row))


def _canonical(value: Any) -> tuple[str, Any]:
    """The kind of a value, in words, and a hashable value that is the same for equal values."""
    value = plain(value)
    match value:
        case None:
            return _NULL
        case bool():
            return ("a bool", value)
        case int():
            return ("a number", value)
        case str() | UUID():
            return ("text", str(value))
        case datetime():
            return ("a time", value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value)
        case date():
            return ("a time", datetime(value.year, value.month, value.day))
        case timedelta():
            return ("an interval", value)
        case bytes() | bytearray() | memoryview():
            return ("bytes", bytes(value))
        case list() | tuple():
            return ("a list", _key(value))
        case dict():
            return ("JSON", json.dumps(value, sort_keys=True, default=str))
        case Number():
            return _number(value)
    return (type(value).__name__, str(value))


def plain(value: Any) -> Any:
    """A numpy or pandas scalar, or an array, as Python's own; None for NULL, NaN and NaT."""
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
        value = _from_pandas(value)
    return None if isinstance(value, float) and math.isnan(value) else value


def _from_pandas(value: Any) -> Any:
    if type(value).__name__ in ("NaTType", "NAType"):
        return None
    for method in ("to_pydatetime", "to_pytimedelta", "tolist"):
        if hasattr(value, method):
            return getattr(value, method)()
    return value


def _number(value: Any) -> tuple[str, Any]:
    """Nine digits of a number, so that equal ones share a key; `_matches` forgives the last."""
    as_float = float(value)
    if math.isnan(as_float):
        return _NULL
    if math.isinf(as_float):
        return ("a number", as_float)
    return ("a number", int(value) if value == int(value) else float(f"{as_float:.9g}"))


def _unmatched(wanted: list[Any], rows: list[Any]) -> tuple[list[int], list[int]]:
    """Positions of expected rows that are missing, and of returned rows that are surplus."""
    missing, surplus = _left(wanted, rows), _left(rows, wanted)
    fractions = [i for i in missing if any(type(value) is float for _, value in wanted[i])]
    if len(fractions) * len(surplus) <= 200_000:
        for i in fractions:
            near = next((j for j in surplus if _matches(wanted[i], rows[j])), None)
            if near is not None:
                missing.remove(i)
                surplus.remove(near)
    return missing, surplus


def _left(these: list[Any], others: list[Any]) -> list[int]:
    budget = Counter(others)
    left = []
    for i, key in enumerate(these):
        budget[key] -= 1
        if budget[key] < 0:
            left.append(i)
    return left


def _matches(one: Sequence[tuple[str, Any]], other: Sequence[tuple[str, Any]]) -> bool:
    return len(one) == len(other) and all(map(_near, one, other))


def _near(one: tuple[str, Any], other: tuple[str, Any]) -> bool:
    if one == other:
        return True
    if one[0] != other[0]:
        return False
    if one[0] == "a list":
        return _matches(one[1], other[1])
    return one[0] == "a number" and math.isclose(one[1], other[1], rel_tol=1e-8, abs_tol=1e-9)


# Showing -------------------------------------------------------------------------------------------


def table(names: Sequence[str], rows: Sequence[Row]) -> str:
    """The first rows as aligned text, NULL written out."""
    cells = [list(names), *([_text(value) for value in row] for row in rows[:SHOWN])]
    widths = [max(len(line[i]) for line in cells) for i in range(len(names))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
    if len(rows) > SHOWN:
        lines.append(f"… and {len(rows) - SHOWN:,} more")
    return "\n".join(line.rstrip() for line in lines)


def _text(value: Any) -> str:
    kind, plain = _canonical(value)
    text = "NULL" if plain is None else repr(plain) if kind == "text" and not plain.strip() else str(plain)
    return text if len(text) <= 40 else text[:39] + "…"
