"""# What a batch does to the schema on file

A schema is inferred once and kept. For each batch say what would have to change.

A schema is a dictionary, name → type. A type is `"boolean"`, `"bigint"`, `"double"`, `"string"`, `"null"`, a dictionary (a struct), or a list that holds the one type of its elements (an array).
Each line is a JSON object. A number with a point or an exponent is a `double`, any other a `bigint`; an empty list is `["null"]`.

Types meet: `null` and another in that other; `bigint` and `double` in `double`; two structs field by field; two arrays in an array of what their elements meet in; any other two different types in `string`.

Return `(schema, changes)`:

1. the schema in which `known` and all values meet: known fields first, in their order, then new ones in the order in which they are first seen, inside structs too. What the lines lack stays.
2. the list of changes `(path, before, after)` in the schema's order, outermost first: a new field (`before` is `None`) or one whose type has become another. Within a struct that stays a struct, or an array that stays an array, tell only what changed inside; `order.id` is a field of a struct, `items[]` an array's elements.

>>> known = {"id": "bigint", "order": {"total": "bigint"}}
>>> lines = ['{"id": 7, "order": {"total": 1.5, "note": null}}', '{"id": "x"}']
>>> solve(known, lines)
({'id': 'string', 'order': {'total': 'double', 'note': 'null'}}, [('id', 'bigint', 'string'), ('order.total', 'bigint', 'double'), ('order.note', None, 'null')])

`known` is not changed.
"""

import copy
import json
from random import Random

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-ingest-widen-schema",
    pattern="recursion over two trees",
    difficulty="medium",
    minutes=25,
    points=3,
    order=2,
    hints={
        "As in the statement": (
            "Three small functions: the type of a value, what two types meet in, what differs between two schemas.",
            "`meet(left, right)` calls itself for structs and for arrays; a line's type is a struct like any other.",
        ),
        "Types": (
            "In Python `True` is an `int`, and `1.0 == 1`: look at booleans first, and at the type, not the value.",
            "The elements of a list meet as the lines do: begin with `null`, which meets everything in the other.",
        ),
        "Changes": (
            "Compare the schema before with the schema after; do not collect changes line by line.",
            "Only two dictionaries, or two lists, are entered; anything else that differs is one change as a whole.",
        ),
    },
)


def solve(known, lines):
    import json

    def type_of(value):
        if isinstance(value, dict):
            return {name: type_of(inner) for name, inner in value.items()}
        if isinstance(value, list):
            element = "null"
            for inner in value:
                element = meet(element, type_of(inner))
            return [element]
        names = {bool: "boolean", int: "bigint", float: "double", str: "string"}
        return names.get(type(value), "null")

    def meet(left, right):
        if left == "null" or right == "null":
            return right if left == "null" else left
        if isinstance(left, dict) and isinstance(right, dict):
            both = {name: meet(kind, right.get(name, "null")) for name, kind in left.items()}
            return both | {name: kind for name, kind in right.items() if name not in left}
        if isinstance(left, list) and isinstance(right, list):
            return [meet(left[0], right[0])]
        if left == right:
            return left
        return "double" if {str(left), str(right)} == {"bigint", "double"} else "string"

    def differences(before, after, path):
        if isinstance(before, dict) and isinstance(after, dict):
            for name, kind in after.items():
                yield from differences(before.get(name), kind, f"{path}.{name}" if path else name)
        elif isinstance(before, list) and isinstance(after, list):
            yield from differences(before[0], after[0], f"{path}[]")
        elif before != after:
            yield path, before, after

    schema = known
    for line in lines:
        schema = meet(schema, type_of(json.loads(line)))
    return schema, list(differences(known, schema, ""))


def ordered(schema):
    """The schema as text, in which the order of fields can be seen."""
    return json.dumps(schema)


def expect(function, known, lines):
    expected, changes = solve(copy.deepcopy(known), lines)
    given = copy.deepcopy(known)
    got = call(function, given, list(lines))
    shown = {"known": ordered(known), "lines": "\n".join(lines[:8]) or "none"}
    if ordered(given) != ordered(known):
        raise Refused("mutation", "`known` was changed.", **shown, got=ordered(given)[:400])
    if not (isinstance(got, tuple | list) and len(got) == 2):
        raise Refused("result", "Return a pair.", **shown, expected="(schema, changes)", got=repr(got)[:400])
    try:
        same = ordered(got[0]) == ordered(expected)
        told = [tuple(change) for change in got[1]]
    except (TypeError, ValueError):
        raise Refused(
            "result", "Return a schema and a list of changes.", **shown, got=repr(got)[:400]
        ) from None
    if not same:
        sentence = "Another schema is right." if got[0] != expected else "Another order of fields is right."
        reason = "schema" if got[0] != expected else "order"
        raise Refused(reason, sentence, **shown, expected=ordered(expected)[:600], got=ordered(got[0])[:600])
    if told != changes:
        raise Refused(
            "changes", "Other changes are right.", **shown, expected=repr(changes)[:600], got=repr(told)[:600]
        )


def statement(function):
    known = {"id": "bigint", "order": {"total": "bigint"}}
    expect(function, known, ['{"id": 7, "order": {"total": 1.5, "note": null}}', '{"id": "x"}'])
    return "The two lines of the statement."


VALUES = ("7", "-2", "1.0", "2e3", "true", '"x"', '""', "null", "[]", "[1]", "[1, 2.5]", '[null, "a"]', "[true, 0]",
          "{}", '{"a": 1}', '{"b": null}', "[[1], []]", '[{"a": 1}, {"b": "x"}]', "[1, [2]]")  # fmt: skip


def types(function):
    for value in VALUES:
        expect(function, {}, [f'{{"x": {value}}}'])
    for left in VALUES:
        for right in VALUES[::2]:
            expect(function, {}, [f'{{"x": {left}}}', f'{{"x": {right}}}'])
    return f"{len(VALUES)} values, alone and in {len(VALUES) * len(VALUES[::2])} pairs."


def random_value(rng, depth):
    kind = rng.choice(["scalar", "scalar", "list", "object"] if depth else ["scalar"])
    if kind == "list":
        return [random_value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    if kind == "object":
        return {name: random_value(rng, depth - 1) for name in rng.sample("abcd", rng.randint(0, 3))}
    return rng.choice([None, True, 3, 0, 2.5, 4.0, "x"])


def changes(function):
    known = {
        "id": "bigint",
        "note": "null",
        "order": {"total": "bigint", "at": "string", "flags": ["null"]},
        "items": [{"quantity": "bigint", "tags": ["string"]}],
    }
    expect(function, {}, [])
    expect(function, known, [])
    expect(function, known, ["{}", '{"id": null, "order": null, "items": []}'])
    expect(function, known, ['{"items": [{"quantity": 1.5}, {"tags": [7], "price": 1}], "note": {"a": [1]}}'])
    expect(function, known, ['{"order": "none", "items": {"quantity": 1}}'])
    expect(
        function, known, ['{"z": 1, "order": {"new": {"deep": 1}, "flags": [true]}, "a": true, "id": 2.0}']
    )
    expect(function, {"x": "double"}, ['{"x": 1}', '{"x": 2}'])
    expect(function, {"x": "string"}, ['{"x": 1}', '{"x": [1]}'])
    rng = Random(4)
    for _ in range(60):
        schema, _ = solve({}, [json.dumps({name: random_value(rng, 2) for name in "cab"})])
        rows = [
            {name: random_value(rng, 2) for name in rng.sample("abcd", rng.randint(0, 4))} for _ in range(3)
        ]
        expect(function, schema, [json.dumps(row) for row in rows])
    return "Eight batches by hand and 60 by chance, nested."


PARTS = {"As in the statement": statement, "Types": types, "Changes": changes}


@variant
def by_match(known, lines):
    """The values of a field are gathered first and met at once."""

    def infer(values, before):
        kinds = [] if before is None else [before]
        kinds += [
            value if isinstance(value, dict | list) else
            {"bool": "boolean", "int": "bigint", "float": "double", "str": "string"}[type(value).__name__]
            for value in values
            if value is not None
        ]  # fmt: skip
        kinds = [kind for kind in kinds if kind != "null"]
        if not kinds:
            return "null"
        if all(isinstance(kind, dict) for kind in kinds):
            objects = [value for value in values if value is not None]
            fields = before if isinstance(before, dict) else {}
            names = [*fields, *(name for value in objects for name in value)]
            return {
                name: infer([value.get(name) for value in objects], fields.get(name))
                for name in dict.fromkeys(names)
            }
        if all(isinstance(kind, list) for kind in kinds):
            elements = [inner for value in values if value is not None for inner in value]
            return [infer(elements, before[0] if isinstance(before, list) else None)]
        if any(isinstance(kind, dict | list) for kind in kinds):
            return "string"
        return (
            kinds[0] if len(set(kinds)) == 1 else "double" if set(kinds) == {"bigint", "double"} else "string"
        )

    def tell(before, after, path, found):
        match before, after:
            case dict(), dict():
                for name in after:
                    tell(before.get(name), after[name], [*path, "." * bool(path) + name], found)
            case [old], [new]:
                tell(old, new, [*path, "[]"], found)
            case _ if before != after:
                found.append(("".join(path), before, after))
        return found

    schema = infer([json.loads(line) for line in lines], known)
    return schema, tell(known, schema, [], [])


@variant
def in_place_on_a_copy(known, lines):
    schema = copy.deepcopy(known)

    def put(fields, name, value):
        if value is None:
            fields.setdefault(name, "null")
        elif isinstance(value, dict):
            if fields.get(name, "null") == "null":
                fields[name] = {}
            if isinstance(fields[name], dict):
                for inner, content in value.items():
                    put(fields[name], inner, content)
            else:
                fields[name] = "string"
        elif isinstance(value, list):
            if fields.get(name, "null") == "null":
                fields[name] = ["null"]
            if isinstance(fields[name], list):
                element = {"it": fields[name][0]}
                for content in value:
                    put(element, "it", content)
                fields[name] = [element["it"]]
            else:
                fields[name] = "string"
        else:
            kind = {bool: "boolean", int: "bigint", float: "double", str: "string"}[type(value)]
            now = fields.get(name, "null")
            if now == "null" or now == kind:
                fields[name] = kind
            elif now in ("bigint", "double") and kind in ("bigint", "double"):
                fields[name] = "double"
            else:
                fields[name] = "string"

    for line in lines:
        for name, value in json.loads(line).items():
            put(schema, name, value)
    found = []

    def compare(old, new, path):
        if type(old) is dict and type(new) is dict:
            for name in new:
                compare(old.get(name), new[name], path + "." + name if path else name)
        elif type(old) is list and type(new) is list:
            compare(old[0], new[0], path + "[]")
        elif old != new:
            found.append((path, old, new))

    compare(known, schema, "")
    return schema, found


def changed(known, lines, change):
    """The reference's answer for lines whose values `change` has been at."""

    def walk(value):
        if isinstance(value, dict):
            return change({name: walk(inner) for name, inner in value.items()})
        if isinstance(value, list):
            return change([walk(inner) for inner in value])
        return change(value)

    return solve(known, [json.dumps(walk(json.loads(line))) for line in lines])


@wrong("takes true for a number", fails="schema", passes_examples=True)
def bool_is_int(known, lines):
    return changed(known, lines, lambda v: int(v) if isinstance(v, bool) else v)


@wrong("takes 1.0 for a whole number", fails="schema", passes_examples=True)
def whole_doubles(known, lines):
    return changed(known, lines, lambda v: int(v) if isinstance(v, float) and v.is_integer() else v)


@wrong("the first element of a list speaks for all", fails="schema", passes_examples=True)
def first_element(known, lines):
    return changed(known, lines, lambda v: v[:1] if isinstance(v, list) else v)


@wrong("a NULL makes text of a number", fails="schema", passes_examples=False)
def null_is_text(known, lines):
    return changed(known, lines, lambda v: "" if v is None else v)


@wrong("leaves out fields that hold only NULL", fails="schema", passes_examples=False)
def without_nulls(known, lines):
    return changed(
        known, lines, lambda v: {n: i for n, i in v.items() if i is not None} if isinstance(v, dict) else v
    )


@wrong("the batch's schema replaces the one on file", fails="schema", passes_examples=True)
def forgets_known(known, lines):
    schema, _ = solve({}, lines)
    return schema, solve(known, lines)[1]


@wrong("orders the fields by name", fails="order", passes_examples=True)
def by_name(known, lines):
    schema, told = solve(known, lines)
    return dict(sorted(schema.items())), told


@wrong("structs are entered only at the top: what lies deeper is one change", fails="changes")
def whole_structs(known, lines):
    schema, _ = solve(known, lines)
    return schema, [(n, known.get(n), kind) for n, kind in schema.items() if known.get(n) != kind]


@wrong("tells each field of a new struct", fails="changes", passes_examples=True)
def leaves(known, lines):
    schema, told = solve(known, lines)

    def spread(path, before, after):
        if before is None and isinstance(after, dict) and after:
            return [leaf for n, kind in after.items() for leaf in spread(f"{path}.{n}", None, kind)]
        return [(path, before, after)]

    return schema, [leaf for change in told for leaf in spread(*change)]


@wrong("tells the changes in the order in which the lines bring them", fails="changes")
def by_line(known, lines):
    told, schema = [], known
    for line in lines:
        schema, more = solve(schema, [line])
        told += [change for change in more if change not in told]
    return schema, told


@wrong("changes the schema on file while it reads", fails="mutation", passes_examples=False)
def in_place(known, lines):
    before = copy.deepcopy(known)
    schema, told = solve(known, lines)
    known.clear()
    known.update(schema)
    assert before is not known
    return schema, told


NOTES = """
**Why it holds**: *meet* does not ask for order or repetition, so batches may come in any order and twice; only the order of the columns tells who came first. And it only widens: what is read by the old schema can be read by the new one, unless a number has become text.

Spark 4.3 infers JSON by the same rules; it sorts the fields by name, makes text of a field that was never anything but `null`, and leaves out an empty struct.

**Cost**: one visit to each value, and to each field of the schema for a line, if you meet line by line; group the values by field first, and a schema of a thousand columns does not hurt.

**Pitfall**: sampling. Spark's `samplingRatio` and Auto Loader's first 50 GB or 1,000 files decide the type of what comes for years. So the schema is kept, and hints (`cloudFiles.schemaHints`) say what a sample cannot.

**Alternative**: all JSON columns as text, as Auto Loader infers them unless asked (`cloudFiles.inferColumnTypes`): nothing ever fails, and each reader casts anew. Or a contract, and no inference at all.

**At work**: the list of changes is the message: a new `null` field is nothing, `bigint` → `double` is a question, anything → `string` is a call to the owner.
"""
