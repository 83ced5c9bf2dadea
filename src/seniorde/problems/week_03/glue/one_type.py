"""# One type for a column that has two

A source sends JSON lines whose fields change their type from line to line.
Inference would make everything text; a DynamicFrame would leave you a choice.
Decide it: a value is taken if nothing is lost, else its line is refused.

`types` names the columns that are wanted: "int" (32 bits), "double", "boolean" or "string".
Return `(rows, refused)`: for each good line a tuple of its values, in the order of `types`; for each bad one `(line number from 1, column)`, the first column in that order that does not fit.

>>> lines = ['{"id": 7, "paid": true}', '{"id": "8"}', '{"id": 9.5, "paid": 1}', '{"id": 9']
>>> solve(lines, {"id": "int", "paid": "boolean"})
([(7, True), (8, None)], [(3, 'id'), (4, None)])

| wanted | taken |
|:--|:--|
| int | whole numbers from -2147483648 to 2147483647, also as `2.0` or `2e3`, and text that is such a number in digits alone, perhaps with a `-` in front |
| double | numbers; text that `float` reads, unless it stands for infinity or not-a-number |
| boolean | `true`, `false`; the texts `"true"` and `"false"` |
| string | text as it is; numbers and booleans as JSON writes them: `2` as `"2"`, `true` as `"true"` |

`null` and a missing field are `None`.
Objects and lists fit nothing, `true` is no number, other fields are passed over.
A line that is no JSON object, or holds `NaN` or `Infinity`, is refused with the column `None`.
"""

import json
import math
import re
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-glue-one-type",
    pattern="lossless casts",
    difficulty="medium",
    minutes=25,
    points=3,
    hints={
        "The example": (
            "One function for a value and its wanted type, that returns or raises; one loop over lines.",
        ),
        "Values": (
            "In Python `True` is an `int`: look at booleans first.",
            "`int(2.5)` is 2, and `int(' 7 ')` is 7: something is lost, or accepted that is not digits.",
            "`float('nan')` and `float('1e999')` raise nothing.",
        ),
        "Lines": (
            "`json.loads` takes `NaN`; its argument `parse_constant` is called for it.",
            "`[1]` and `7` are JSON, and no objects.",
        ),
    },
)


def solve(lines, types):
    def no_constant(name):
        raise ValueError(name)

    def cast(value, kind):
        flag, number, text = isinstance(value, bool), isinstance(value, int | float), isinstance(value, str)
        if value is None:
            return None
        if kind == "boolean" and (flag or value in ("true", "false")) and (flag or text):
            return value if flag else value == "true"
        if kind == "string" and (text or number):
            return value if text else json.dumps(value)
        if kind == "int" and not flag and (number or (text and re.fullmatch(r"-?[0-9]+", value))):
            if (text or value == math.floor(value)) and -(2**31) <= int(value) < 2**31:
                return int(value)
        if kind == "double" and not flag and (number or text) and math.isfinite(float(value)):
            return float(value)
        raise ValueError(value)

    rows, refused = [], []
    for number, line in enumerate(lines, 1):
        column = None
        try:
            record = json.loads(line, parse_constant=no_constant)
            if not isinstance(record, dict):
                raise ValueError(line)
            row = []
            for column, kind in types.items():
                row.append(cast(record.get(column), kind))
            rows.append(tuple(row))
        except (ValueError, OverflowError):
            refused.append((number, column))
    return rows, refused


def typed(rows):
    return [[(type(value).__name__, value) for value in row] for row in rows]


def expect(function, lines, types, about):
    expected = solve(lines, types)
    got = call(function, list(lines), dict(types))
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Refused("result", about, expected="(rows, refused)", got=repr(got))
    rows, refused = list(got[0]), [tuple(one) for one in got[1]]
    if refused != expected[1]:
        raise Refused("refused", about, expected=repr(expected[1])[:400], got=repr(refused)[:400])
    if typed(rows) != typed(expected[0]):
        pairs = zip([*expected[0], ()], [*rows, ()], strict=False)
        wanted, found = next(pair for pair in pairs if typed([pair[0]]) != typed([pair[1]]))
        raise Refused("result", about, expected=repr(wanted), got=repr(found))


def example(function):
    lines = ['{"id": 7, "paid": true}', '{"id": "8"}', '{"id": 9.5, "paid": 1}', '{"id": 9']
    expect(function, lines, {"id": "int", "paid": "boolean"}, "The lines of the statement")
    return "The lines of the statement."


VALUES = (
    "7", "-7", "0", "2.0", "2e3", "2.5", "1e400", "2147483647", "2147483648", "-2147483648", '"2147483648"',
    '"7"', '"-7"', '"007"', '"+7"', '" 7 "', '"7.0"', '"1_000"', '"٣"', '""', '"abc"', "true", "false", '"true"',
    '"True"', '"nan"', '"inf"', '"1e999"', '"2.5"', '" 2.5 "', "null", "[]", "[7]", '{"a": 1}', "1", '"1"',
)  # fmt: skip


def values(function):
    for kind in ("int", "double", "boolean", "string"):
        for value in VALUES:
            expect(function, [f'{{"x": {value}}}'], {"x": kind}, f'`{{"x": {value}}}`, `x` wanted as {kind}')
    return f"{4 * len(VALUES)} pairs of a value and a type."


def whole_lines(function):
    types = {"id": "int", "price": "double", "name": "string", "paid": "boolean"}
    odd = [
        "",
        "7",
        "[1]",
        "null",
        '{"id": NaN}',
        '{"other": Infinity}',
        '{"id": 1}',
        "{}",
        '{"id": 1} x',
        "not JSON",
    ]
    expect(function, odd, types, "Lines that are no objects, or hold NaN")
    expect(function, [], types, "No line")
    expect(function, ['{"id": 1}', '{"id": []}'], {}, "No column wanted")
    rng = Random(8)
    names = [*types, "extra"]
    lines = []
    for _ in range(200):
        fields = rng.sample(names, rng.randint(0, 5))
        lines.append("{" + ", ".join(f'"{name}": {rng.choice(VALUES)}' for name in fields) + "}")
    expect(function, lines, types, "200 lines by chance")
    return "Odd lines, no lines, and 200 by chance."


PARTS = {"The example": example, "Values": values, "Lines": whole_lines}


@variant
def by_table(lines, types):
    def whole(value):
        if type(value) is str:
            if not value or not set(value[1:] if value[0] == "-" and len(value) > 1 else value) <= set(
                "0123456789"
            ):
                raise ValueError
            value = int(value)
        if type(value) not in (int, float) or value in (math.inf, -math.inf) or value != int(value):
            raise ValueError
        if not -2147483648 <= value <= 2147483647:
            raise ValueError
        return int(value)

    def real(value):
        if type(value) not in (int, float, str):
            raise ValueError
        value = float(value)
        if value - value != 0:
            raise ValueError
        return value

    def flag(value):
        return (
            {"true": True, "false": False}[value]
            if type(value) is str
            else {True: True, False: False}[value]
            if type(value) is bool
            else 1 / 0
        )

    def text(value):
        if type(value) in (dict, list):
            raise ValueError
        return value if type(value) is str else json.dumps(value)

    readers = {"int": whole, "double": real, "boolean": flag, "string": text}

    def constant(name):
        raise KeyError(name)

    rows, refused = [], []
    for number in range(1, len(lines) + 1):
        try:
            record = json.loads(lines[number - 1], parse_constant=constant)
        except (ValueError, KeyError):
            refused.append((number, None))
            continue
        if type(record) is not dict:
            refused.append((number, None))
            continue
        row = ()
        for name, kind in types.items():
            value = record.get(name)
            try:
                row += (None if value is None else readers[kind](value),)
            except (ValueError, KeyError, OverflowError, ZeroDivisionError):
                refused.append((number, name))
                break
        else:
            rows.append(row)
    return rows, refused


def _patched(types, change):
    """An answer that treats some values otherwise: `change(value, kind)` returns another value or raises."""

    def answer(lines):
        changed = []
        for line in lines:
            try:
                record = json.loads(line)
                for name, kind in types.items():
                    if name in record:
                        record[name] = change(record[name], kind)
                changed.append(json.dumps(record))
            except (ValueError, TypeError, AttributeError):
                changed.append(line)
        return solve(changed, types)

    return answer


@wrong("takes true for the number 1", fails="refused", passes_examples=True)
def bool_is_int(lines, types):
    return _patched(types, lambda v, k: int(v) if isinstance(v, bool) and k in ("int", "double") else v)(
        lines
    )


@wrong("cuts decimals off", fails="refused", passes_examples=False)
def cuts(lines, types):
    return _patched(
        types, lambda v, k: int(v) if isinstance(v, float) and k == "int" and math.isfinite(v) else v
    )(lines)


@wrong("lets int() decide about texts", fails="refused", passes_examples=True)
def loose_text(lines, types):
    def change(value, kind):
        if kind == "int" and isinstance(value, str):
            try:
                return int(value)
            except ValueError:
                return value
        return value

    return _patched(types, change)(lines)


@wrong("wraps around, as a cast without ANSI rules does", fails="refused", passes_examples=True)
def wraps(lines, types):
    def change(value, kind):
        if kind == "int" and type(value) in (int, str) and re.fullmatch(r"-?[0-9]+", str(value)):
            return (int(value) + 2**31) % 2**32 - 2**31
        return value

    return _patched(types, change)(lines)


@wrong("takes NaN as json.loads does", fails="refused", passes_examples=True)
def takes_nan(lines, types):
    return solve([line.replace("NaN", "null").replace("Infinity", "null") for line in lines], types)


@wrong("leaves a bad value out instead of refusing its line", fails="refused", passes_examples=False)
def nulls(lines, types):
    rows, refused = [], []
    for number, line in enumerate(lines, 1):
        good, bad = solve([line], types)
        if bad and bad[0][1] is None:
            refused.append((number, None))
            continue
        row = []
        for name, kind in types.items():
            one, _ = solve([line], {name: kind})
            row.append(one[0][0] if one else None)
        rows.append(tuple(row))
    return rows, refused


NOTES = """
**Cost.** One pass, a constant amount for each value.

**Pitfalls.** `isinstance(True, int)`; `int(" 7 ")`, `int("1_000")` and `int("٣")` all succeed; `float("nan")` too; `json.loads` reads `NaN`, which is no JSON, and no other system will read what you write with it.

**Alternatives.** In Spark: a schema of texts, then `try_cast`, and a filter on *text there, number not*; `from_json` with `columnNameOfCorruptRecord`. With pydantic: strict types and a union.

**At work.** Count refused lines by column and day.
One in a thousand is noise; one in ten is a new version of the source, and the run should stop before it publishes.
"""
