"""# One schema over many files

A crawler has read a sample of each file of a table: a list of `(key, columns)`, in order of the keys, `columns` a dictionary from name to type.
Return two dictionaries:

1. the table's schema, name → type, columns in the order in which they were first seen;
2. the conflicts, name → sorted list of the types that were seen, for each column whose types meet only in `string`.

The types are `boolean`, `bigint`, `double`, `date`, `timestamp`, `string`, and `void`, which a column has where its sample held no value.

- `bigint` and `double` meet in `double`, `date` and `timestamp` in `timestamp`; any other two types meet in `string`.
- `void` adds nothing and is never listed; a column that is `void` everywhere is a `string`, without conflict.
- The catalog knows small letters only: `Weight` and `weight` are one column, `weight`. No file has both.

>>> solve([("a.csv", {"id": "bigint", "Amount": "bigint"}), ("b.csv", {"amount": "double", "id": "bigint"})])
({'id': 'bigint', 'amount': 'double'}, {})
>>> solve([("a.jsonl", {"id": "bigint"}), ("b.jsonl", {"id": "string", "note": "void"})])
({'id': 'string', 'note': 'string'}, {'id': ['bigint', 'string']})

The input is not changed. No files: two empty dictionaries.
"""

import copy
from functools import reduce
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-catalog-merge-schemas",
    pattern="lattice",
    difficulty="easy",
    minutes=15,
    points=2,
    hints={
        "The examples": (
            "First collect for each column the set of its types over all files, then look at each set once.",
            "A dictionary keeps the order in which keys were first put: `seen.setdefault(name.lower(), set()).add(type)`.",
        ),
        "Types": (
            "Take `void` out of the set first; what is left is empty, one type, a pair that meets, or a conflict.",
            "`{'bigint', 'double'}` and `{'date', 'timestamp'}` are the only sets of two that are no conflict; any larger set is one.",
        ),
        "Many files": (
            "Is the result the same if the files come in another order, apart from the order of the columns?",
            "A column whose only type is `string` is no conflict; one that is `bigint`, `double` and `date` is.",
        ),
    },
)


def solve(files: list[tuple[str, dict[str, str]]]) -> tuple[dict[str, str], dict[str, list[str]]]:
    seen: dict[str, set[str]] = {}
    for _, columns in files:
        for name, kind in columns.items():
            seen.setdefault(name.lower(), set()).add(kind)
    schema, conflicts = {}, {}
    for name, kinds in seen.items():
        kinds = kinds - {"void"}
        if len(kinds) <= 1:
            schema[name] = next(iter(kinds), "string")
        elif kinds == {"bigint", "double"}:
            schema[name] = "double"
        elif kinds == {"date", "timestamp"}:
            schema[name] = "timestamp"
        else:
            schema[name] = "string"
            conflicts[name] = sorted(kinds)
    return schema, conflicts


RANK = {"bigint": (1, 0), "double": (2, 0), "date": (0, 1), "timestamp": (0, 2)}


def oracle(files):
    """Each type is a point; the meeting point is the larger of each coordinate, or text if both are used."""
    names = list(dict.fromkeys(name.lower() for _, columns in files for name in columns))
    schema, conflicts = {}, {}
    for name in names:
        kinds = [k for _, columns in files for n, k in columns.items() if n.lower() == name and k != "void"]
        points = {RANK[kind] for kind in kinds if kind in RANK}
        one_axis = len({point[0] == 0 for point in points}) == 1 and all(kind in RANK for kind in kinds)
        if one_axis:
            schema[name] = {point: kind for kind, point in RANK.items()}[max(points)]
        else:
            schema[name] = kinds[0] if len(set(kinds)) == 1 else "string"
            if len(set(kinds)) > 1:
                conflicts[name] = sorted(set(kinds))
    return schema, conflicts


def shown(result):
    return repr(result)[:400]


def expect(function, files):
    given, expected = copy.deepcopy(files), oracle(files)
    got = call(function, given)
    if given != files:
        raise Refused("mutation", "The input was changed.")
    facts = {"files": shown(files), "expected": shown(expected), "got": shown(got)}
    if not isinstance(got, tuple | list) or len(got) != 2 or not all(isinstance(one, dict) for one in got):
        raise Refused("type", "Two dictionaries are asked for.", **facts)
    if got[0] != expected[0]:
        raise Refused("result", "This is not the schema.", **facts)
    if list(got[0]) != list(expected[0]):
        raise Refused("order", "The columns are not in the order in which they were first seen.", **facts)
    if got[1] != expected[1]:
        raise Refused("conflicts", "These are not the conflicts.", **facts)


def examples(function):
    expect(
        function,
        [("a.csv", {"id": "bigint", "Amount": "bigint"}), ("b.csv", {"amount": "double", "id": "bigint"})],
    )
    expect(function, [("a.jsonl", {"id": "bigint"}), ("b.jsonl", {"id": "string", "note": "void"})])
    return "Both examples are right."


ALL = ("boolean", "bigint", "double", "date", "timestamp", "string", "void")


def types(function):
    for one in ALL:
        for other in ALL:
            expect(function, [("a", {"x": one, "k": "bigint"}), ("b", {"x": other})])
    expect(function, [("a", {"x": "void"})])
    expect(function, [])
    expect(function, [("a", {})])
    return f"All {len(ALL) ** 2} pairs of types meet where they must."


def many(function):
    expect(function, [("a", {"x": "bigint"}), ("b", {"x": "double"}), ("c", {"x": "date"})])
    expect(function, [("a", {"x": "date"}), ("b", {"x": "bigint"}), ("c", {"x": "double"})])
    expect(function, [("a", {"x": "string"}), ("b", {"y": "void", "X": "string"}), ("c", {"Y": "date"})])
    rng = Random(5)
    for _ in range(80):
        names = ["id", "weight", "amount", "note"]
        files = [
            (
                f"{n}",
                {rng.choice((c, c.title())): rng.choice(ALL) for c in rng.sample(names, rng.randrange(5))},
            )
            for n in range(rng.randrange(6))
        ]
        expect(function, files)
    return "Three types and more, in any order, and 80 tables at random."


PARTS = {"The examples": examples, "Types": types, "Many files": many}


MEET = {frozenset(("bigint", "double")): "double", frozenset(("date", "timestamp")): "timestamp"}


def join(one, other):
    if one == other or other == "void":
        return one
    if one == "void":
        return other
    return MEET.get(frozenset((one, other)), "string")


@variant
def by_folding(files):
    seen = {}
    for _, columns in files:
        for name, kind in columns.items():
            seen.setdefault(name.lower(), []).append(kind)
    merged = {name: reduce(join, kinds) for name, kinds in seen.items()}
    clash = {
        name: sorted(set(kinds) - {"void"})
        for name, kinds in seen.items()
        if merged[name] == "string" and len(set(kinds) - {"void"}) > 1
    }
    return {name: "string" if kind == "void" else kind for name, kind in merged.items()}, clash


@variant
def by_frame(files):
    import pandas as pd

    rows = [(name.lower(), kind) for _, columns in files for name, kind in columns.items()]
    schema, conflicts = {}, {}
    for name, kinds in pd.DataFrame(rows, columns=["name", "kind"]).groupby("name", sort=False)["kind"]:
        found = sorted(set(kinds) - {"void"})
        schema[name] = {
            ("bigint", "double"): "double", ("date", "timestamp"): "timestamp", (): "string",
        }.get(tuple(found), found[0] if len(found) == 1 else "string")  # fmt: skip
        if len(found) > 1 and schema[name] == "string":
            conflicts[name] = found
    return schema, conflicts


@variant
def one_pass(files):
    schema, kinds = {}, {}
    for _, columns in files:
        for name, kind in ((n.lower(), k) for n, k in columns.items()):
            schema[name] = join(schema.get(name, "void"), kind)
            kinds.setdefault(name, set())
            kinds[name] |= {kind} - {"void"}
    schema = {n: "string" if k == "void" else k for n, k in schema.items()}
    return schema, {n: sorted(k) for n, k in kinds.items() if schema[n] == "string" and len(k) > 1}


@wrong("the first file decides: a column is never widened", passes_examples=False)
def first_wins(files):
    schema = {}
    for _, columns in files:
        for name, kind in columns.items():
            schema.setdefault(name.lower(), kind)
    return schema, {}


@wrong("a widening is reported as a conflict", fails="conflicts")
def widening_too(files):
    kinds = {}
    for _, columns in files:
        for name, kind in columns.items():
            kinds.setdefault(name.lower(), set()).add(kind)
    return solve(files)[0], {n: sorted(k - {"void"}) for n, k in kinds.items() if len(k - {"void"}) > 1}


@wrong("void is a type like another: a column without a value in one file is text", passes_examples=True)
def void_is_text(files):
    schema, conflicts = solve(files)
    for name in schema:
        kinds = {k for _, columns in files for n, k in columns.items() if n.lower() == name}
        if "void" in kinds:
            schema[name] = "string"
    return schema, conflicts


@wrong("void is listed among the types of a conflict", fails="conflicts", passes_examples=True)
def void_listed(files):
    schema, conflicts = solve(files)
    for name in conflicts:
        if any(k == "void" for _, columns in files for n, k in columns.items() if n.lower() == name):
            conflicts[name] = sorted({*conflicts[name], "void"})
    return schema, conflicts


@wrong("dates and times become text", passes_examples=True)
def no_timestamp(files):
    schema, conflicts = solve(files)
    for name in schema:
        kinds = {k for _, columns in files for n, k in columns.items() if n.lower() == name}
        if kinds >= {"date", "timestamp"}:
            schema[name] = "string"
    return schema, conflicts


@wrong("each pair is joined with the next file only: the third type is forgotten", passes_examples=True)
def last_pair(files):
    schema = {}
    for _, columns in files:
        for name, kind in columns.items():
            before = schema.get(name.lower(), "void")
            schema[name.lower()] = kind if before == "string" and kind != "void" else join(before, kind)
    return {n: "string" if k == "void" else k for n, k in schema.items()}, solve(files)[1]


@wrong("capital letters make a second column")
def case_matters(files):
    seen = {}
    for _, columns in files:
        for name, kind in columns.items():
            seen[name] = join(seen.get(name, "void"), kind)
    return seen, {}


@wrong("the columns are sorted", fails="order")
def in_alphabet(files):
    schema, conflicts = solve(files)
    return dict(sorted(schema.items())), conflicts


NOTES = """
**Why it holds**: the types form a lattice, so joining is associative and commutative, and neither the order of files nor their number matters. That is also why a crawler can only go up: once `string`, a column is text until somebody deletes the table.

**Pitfall**: folding a pair at a time with a rule that is no lattice, such as *number and date give the later one*. It gives another schema for each order of the files, hence a new table version in each crawl.

**Alternative**: Spark's `mergeSchema` refuses what it cannot widen, DuckDB's `union_by_name` widens likewise, a table format demands a declared change. Refusing is a signal, text is a silence.

**At work**: alert on conflicts, not on changes. A new column is an evolution; a number that meets a text is one dirty row, and the place to heal it is the job that writes silver.
"""
