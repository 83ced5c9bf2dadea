"""# A type for each column, from text

A crawler reads CSV as text. Write its guess, more careful than most.
`infer_types(text, delimiter)` gets a sample with a header and returns a dictionary, column → type, in the order of the header. Fields may be quoted as in RFC 4180; rows with another number of fields than the header are ignored.

A value has one of these forms, else it is text; a column of values of one form has that type:

| form | type |
|:--|:--|
| a whole number of up to 18 digits, with or without `-` | `bigint` |
| digits, a point *or* a comma, digits, with or without `-` | `decimal(p,s)` |
| a day of the calendar, `2025-10-07` | `date` |
| such a day, `T` or a blank, and a time of day, `09:30:00` | `timestamp` |

- A number with a zero too many in front, `01067` or `00.5`, is text: it is a code. `0` and `-0.5` are numbers.
- `bigint` and decimals mix to decimal; dates and timestamps to `timestamp`. Points and commas in one column, or any other mixture, make it a `string`.
- `s` is the largest number of digits after the separator, `p` is `s` plus the largest number before it.
- Empty values say nothing; a column without a value is a `string`.

>>> solve("plz;kg;on\\n01067;1,5;2025-10-07\\n20095;12;\\n", ";")
{'plz': 'string', 'kg': 'decimal(3,1)', 'on': 'date'}
>>> solve('id,at\\n7,2025-10-07 09:30:00\\n8,"2025-10-08"\\n9\\n', ",")
{'id': 'bigint', 'at': 'timestamp'}
"""

import csv
import io
import re
from datetime import date, datetime, time

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-catalog-infer-types",
    pattern="types from text",
    difficulty="medium",
    minutes=30,
    points=4,
    hints={
        "The examples": (
            "Two steps: the form of one value, then one type for the set of a column's forms.",
            "`csv.reader(io.StringIO(text, newline=''), delimiter=delimiter)` knows quotes; a pattern for each form, with `re.fullmatch`.",
        ),
        "Numbers": (
            "What comes before the separator is `0` or begins with 1 to 9; a plus sign is text.",
            "`-?(0|[1-9][0-9]*)` for what comes before, `[.,]` for the separator; count the digits without the sign, of whole numbers too.",
        ),
        "Days and times": (
            "2025-02-30 has the right form and is no day; 25:00:00 is no time.",
            "After the pattern, `date.fromisoformat` and `time.fromisoformat` decide; on `ValueError` it is text.",
        ),
        "Files": (
            "A delimiter inside quotes is no delimiter, and a value may hold a line break.",
            "Skip a row whose number of fields differs; also the empty line, which is a row of none.",
        ),
    },
)


def solve(text: str, delimiter: str) -> dict[str, str]:
    def look(value):
        """(form, digits before, digits after) of a value."""
        if found := re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", value):
            return "bigint", len(found[1]), 0
        if found := re.fullmatch(r"-?(0|[1-9][0-9]*)([.,])([0-9]+)", value):
            return found[2], len(found[1]), len(found[3])
        if found := re.fullmatch(r"([0-9]{4}-[0-9]{2}-[0-9]{2})([T ][0-9]{2}:[0-9]{2}:[0-9]{2})?", value):
            try:
                datetime.strptime(found[1] + (found[2] or " 00:00:00").replace("T", " "), "%Y-%m-%d %H:%M:%S")
                return ("timestamp" if found[2] else "date"), 0, 0
            except ValueError:
                pass
        return "string", 0, 0

    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    types = {}
    for place, name in enumerate(names):
        forms = [look(row[place]) for row in rows if len(row) == len(names) and row[place]]
        kinds = {kind for kind, _, _ in forms}
        if len(kinds - {"bigint"}) == 1 and kinds <= {".", ",", "bigint"}:
            scale = max(after for _, _, after in forms)
            types[name] = f"decimal({scale + max(before for _, before, _ in forms)},{scale})"
        elif len(kinds) == 1:
            types[name] = kinds.pop()
        else:
            types[name] = "timestamp" if kinds == {"date", "timestamp"} else "string"
    return types


def csv_text(names, rows, delimiter):
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows([names, *rows])
    return out.getvalue()


def expect(function, names, rows, expected, delimiter=",", text=None):
    text = csv_text(names, rows, delimiter) if text is None else text
    got = call(function, text, delimiter)
    facts = {"text": text[:300], "delimiter": delimiter, "expected": str(expected), "got": repr(got)[:300]}
    if not isinstance(got, dict) or list(got) != list(expected):
        raise Refused("columns", "These are not the columns, in the order of the header.", **facts)
    if got != expected:
        column = next(name for name in expected if got[name] != expected[name])
        raise Refused("result", f"Column {column} has another type.", **facts)


def column(function, values, expected, delimiter=","):
    """One column of values, beside a column of numbers."""
    rows = [(value, number) for number, value in enumerate(values, 1)]
    expect(function, ("x", "n"), rows, {"x": expected, "n": "bigint"}, delimiter)


def examples(function):
    text = "plz;kg;on\n01067;1,5;2025-10-07\n20095;12;\n"
    expect(function, (), (), {"plz": "string", "kg": "decimal(3,1)", "on": "date"}, ";", text)
    text = 'id,at\n7,2025-10-07 09:30:00\n8,"2025-10-08"\n9\n'
    expect(function, (), (), {"id": "bigint", "at": "timestamp"}, ",", text)
    return "Both examples are right."


NUMBERS = (
    (["0", "-5", "17"], "bigint"), (["999999999999999999"], "bigint"), (["1000000000000000000"], "string"),
    (["-999999999999999999"], "bigint"), (["007"], "string"), (["7", "07"], "string"), (["+7"], "string"),
    (["00"], "string"), (["0.5"], "decimal(2,1)"), (["-0,25", "3"], "decimal(3,2)"), (["00.5"], "string"),
    (["1.5", "1,5"], "string"), (["12.50", "N/A"], "string"), (["1.250,50"], "string"), ([".5"], "string"),
    (["5."], "string"), (["1e5"], "string"), (["100", "2.345"], "decimal(6,3)"), (["-12345", "0.1"], "decimal(6,1)"),
    (["12345678901234567890.5"], "decimal(21,1)"), (["1", "", "2"], "bigint"), (["", ""], "string"),
    ([" 7"], "string"), (["٣"], "string"), (["1_000"], "string"), (["1", "x"], "string"), (["0", "0.0"], "decimal(2,1)"),
)  # fmt: skip

MOMENTS = (
    (["2025-10-07"], "date"), (["2024-02-29"], "date"), (["2025-02-29"], "string"), (["2025-13-01"], "string"),
    (["20251007"], "bigint"), (["2025-10-7"], "string"), (["07.10.2025"], "string"), (["2025-10-07T09:30:00"], "timestamp"),
    (["2025-10-07 24:00:01"], "string"), (["2025-10-07 09:60:00"], "string"), (["2025-10-07T09:30"], "string"),
    (["2025-10-07", "2025-10-07 00:00:00"], "timestamp"), (["2025-10-07T09:30:00Z"], "string"), (["2025-W41-2"], "string"),
    (["2025-10-07", "7"], "string"), (["2025-10-07", ""], "date"), (["2025-10-07", "2025-02-30"], "string"),
    (["2025-10-07 09:30:00", "1.5"], "string"), (["09:30:00"], "string"),
)  # fmt: skip


def numbers(function):
    for values, expected in NUMBERS:
        column(function, values, expected)
        column(function, values[::-1], expected, ";")
    return f"{len(NUMBERS)} columns of numbers and of what only looks like them."


def moments(function):
    for values, expected in MOMENTS:
        column(function, values, expected)
    return f"{len(MOMENTS)} columns of days and times."


def files(function):
    expect(
        function, ("a", "b"), [("1,5", "x\ny"), ("2,25", 'say "no"')], {"a": "decimal(3,2)", "b": "string"}
    )
    expect(function, ("a", "b"), [], {"a": "string", "b": "string"})
    cut = "a,b,c\n1,2.5,2025-10-07\nx\n2,3.5\ny,y,y,y\n\n3,4.5,2025-10-08\n"
    expect(function, (), (), {"a": "bigint", "b": "decimal(2,1)", "c": "date"}, ",", cut)
    windows = "a;b\r\n1;2025-10-07\r\n"
    expect(function, (), (), {"a": "bigint", "b": "date"}, ";", windows)
    expect(function, (), (), {"a|b": "bigint", "c": "string"}, "\t", '"a|b"\tc\n1\t"1\t2"\n')
    wide = [(str(n), f"{n}.5", "" if n % 2 else f"2025-10-{n % 28 + 1:02}") for n in range(300)]
    expect(function, ("n", "d", "on"), wide, {"n": "bigint", "d": "decimal(4,1)", "on": "date"})
    return "Quotes, line breaks, cut rows, other delimiters, a header alone."


PARTS = {"The examples": examples, "Numbers": numbers, "Days and times": moments, "Files": files}


WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)([.,])([0-9]+)")
MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T ]([0-9]{2}:[0-9]{2}:[0-9]{2}))?")


def form(value):
    """(form, digits before, digits after) of a value."""
    if found := WHOLE.fullmatch(value):
        return "bigint", len(found[1]), 0
    if found := DECIMAL.fullmatch(value):
        return found[2], len(found[1]), len(found[3])
    if found := MOMENT.fullmatch(value):
        try:
            date.fromisoformat(found[1])
            time.fromisoformat(found[2] or "00:00:00")
        except ValueError:
            return "string", 0, 0
        return ("timestamp" if found[2] else "date"), 0, 0
    return "string", 0, 0


def type_of(values):
    forms = [form(value) for value in values if value]
    kinds = {kind for kind, _, _ in forms}
    if len(kinds) == 1 and not kinds & {".", ","}:
        return kinds.pop()
    if kinds in ({"."}, {","}, {".", "bigint"}, {",", "bigint"}):
        scale = max(after for _, _, after in forms)
        return f"decimal({scale + max(before for _, before, _ in forms)},{scale})"
    return "timestamp" if kinds == {"date", "timestamp"} else "string"


def by_form(text, delimiter):
    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [row for row in rows if len(row) == len(names)]
    return {name: type_of([row[place] for row in rows]) for place, name in enumerate(names)}


@variant
def by_reader(text, delimiter):
    reader = csv.DictReader(
        io.StringIO(text, newline=""), delimiter=delimiter, restkey="\0more", restval="\0less"
    )
    columns = {name: set() for name in reader.fieldnames}
    for row in reader:
        if "\0more" not in row and "\0less" not in row.values():
            for name, value in row.items():
                columns[name].add(value)
    return {name: type_of(sorted(values)) for name, values in columns.items()}


@variant
def by_parsing(text, delimiter):
    from decimal import Decimal, InvalidOperation

    def kind(value):
        for pattern, name in (
            ("%Y-%m-%d", "date"),
            ("%Y-%m-%dT%H:%M:%S", "timestamp"),
            ("%Y-%m-%d %H:%M:%S", "timestamp"),
        ):
            try:
                if datetime.strptime(value, pattern).strftime(pattern).zfill(len(value)) == value:
                    return name
            except ValueError:
                pass
        digits = value.removeprefix("-")
        front = re.split("[.,]", digits)[0]
        if (
            not value.isascii()
            or not set(digits) <= set("0123456789.,")
            or (front[:1] == "0" and front != "0")
        ):
            return "string"
        if digits.isdecimal():
            return "bigint" if len(digits) <= 18 else "string"
        try:
            Decimal(digits.replace(",", "."))
        except InvalidOperation:
            return "string"
        mark = "," if "," in digits else "."
        return mark if all(digits.split(mark)) else "string"

    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    result = {}
    for place, name in enumerate(names):
        values = [row[place] for row in rows if len(row) == len(names) and row[place]]
        kinds = {kind(value) for value in values}
        if kinds & {".", ","} and kinds <= {"bigint", "."} or kinds & {","} and kinds <= {"bigint", ","}:
            halves = [re.split("[.,]", value.removeprefix("-")) + [""] for value in values]
            scale = max(len(half[1]) for half in halves)
            result[name] = f"decimal({scale + max(len(half[0]) for half in halves)},{scale})"
        elif len(kinds) == 1:
            result[name] = kinds.pop()
        else:
            result[name] = "timestamp" if kinds == {"date", "timestamp"} else "string"
    return result


def changed(change):
    """The usual answer with another form of a value."""

    def answer(text, delimiter):
        before = globals()["form"]
        globals()["form"] = lambda value: change(value, before)
        try:
            return by_form(text, delimiter)
        finally:
            globals()["form"] = before

    return answer


@wrong("a zero in front is a number: 01067 becomes 1067")
def zeros(text, delimiter):
    return changed(lambda value, form: form(value.lstrip("0") or "0") if value.isdecimal() else form(value))(
        text, delimiter
    )


@wrong("int() takes a plus, blanks, underscores and the digits of other scripts", passes_examples=True)
def by_int(text, delimiter):
    def kind(value, form):
        try:
            int(value)
        except ValueError:
            return form(value)
        return form(value) if value.lstrip("-").startswith("0") else ("bigint", len(value), 0)

    return changed(kind)(text, delimiter)


@wrong("a comma and a point in one column are taken for the same", passes_examples=True)
def one_separator(text, delimiter):
    return changed(
        lambda value, form: (*("." if k == "," else k for k in form(value)[:1]), *form(value)[1:])
    )(text, delimiter)


@wrong("the pattern alone decides on a day", passes_examples=True)
def any_day(text, delimiter):
    def kind(value, form):
        found = MOMENT.fullmatch(value)
        return (("timestamp" if found[2] else "date"), 0, 0) if found else form(value)

    return changed(kind)(text, delimiter)


@wrong("whole numbers do not count for the digits before the separator", passes_examples=False)
def narrow(text, delimiter):
    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    types = solve(text, delimiter)
    for place, name in enumerate(names):
        if types[name].startswith("decimal"):
            values = [row[place] for row in rows if len(row) == len(names)]
            types[name] = type_of([value for value in values if set(value) & {".", ","}])
    return types


@wrong("lines are split at the delimiter, quotes or not")
def no_quotes(text, delimiter):
    names, *rows = [line.split(delimiter) for line in text.splitlines()]
    rows = [row for row in rows if len(row) == len(names)]
    return {name: type_of([row[place] for row in rows]) for place, name in enumerate(names)}


@wrong("an empty value makes a column text")
def empty_is_text(text, delimiter):
    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [row for row in rows if len(row) == len(names)]
    return {n: type_of([row[i] or "x" for row in rows]) for i, n in enumerate(names)}


@wrong("the first value decides", passes_examples=False)
def first_value(text, delimiter):
    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [row for row in rows if len(row) == len(names)]
    return {n: type_of([row[i] for row in rows if row[i]][:1]) for i, n in enumerate(names)}


@wrong("cut rows are filled up with empty values and counted", passes_examples=True)
def cut_rows(text, delimiter):
    names, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows = [(row + [""] * len(names))[: len(names)] for row in rows]
    return {name: type_of([row[place] for row in rows]) for place, name in enumerate(names)}


NOTES = """
**Why it holds**: each value is judged by a whole-text pattern that says what may be there, never by *does it parse*: `int` and `float` parse far more than a data file may mean, and `fromisoformat` takes weeks and other forms.

**Pitfall**: postcodes, article numbers, phone numbers and account numbers are codes made of digits. Whether you would ever add two of them is the test; a leading zero is merely the luckiest sign of it.

**Alternative**: declare the types, read everything as text, and cast in one place with `try_cast`, counting what does not. DuckDB's `sniff_csv`, pandas and Spark's `inferSchema` guess as well, each differently: 01067 is a number for all three.

**At work**: the decimal comma next to the decimal point is how 12,50 EUR becomes 1,250. A guess that stops at the mixture costs a morning; one that goes on costs a correction of last month's revenue.
"""
