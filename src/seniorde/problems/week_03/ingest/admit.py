"""# Refuse before anything is written

A Delta table lies in the folder `path` (a text); `batch` is a `pyarrow.Table` with at least one row.
deltalake 1.6 obliges: it casts a text that looks like a number, and `schema_mode="merge"` can take NOT NULL from a column.
Write the function that decides first, then appends or refuses. Columns are matched by name, in any order.

| the batch's column | |
|:--|:--|
| has the table's type | passes |
| is `int32` for `int64`, or `float` for `double` | passes, and is cast |
| has any other type | refused |
| holds NULL where the table is NOT NULL | refused |
| has a name that the table knows in other letters only (`City`) | refused |
| has a name that the table does not know | with `evolve` it becomes a new last column that may be NULL, else refused |

- A column of the type `null` counts as not there, whatever its name.
- A table's column that is not there is NULL in the new rows; if it is NOT NULL, it is refused.
- If anything is refused, raise a `ValueError` whose text names *all* refused columns, and nothing has been written: no version, no file.
- Else make exactly one commit and return the list of new columns, in the batch's order (`[]` without).

Order, types and NOT NULL of the table's columns stay.

```python
admit("orders", pa.table({"id": pa.array([7], pa.int32()), "tip": [0.5]}), True)   # ["tip"]
admit("orders", pa.table({"id": ["7"], "tips": [1.5]}), False)  # ValueError: id, tips
```

Use `deltalake` and `pyarrow`; no two names of a batch differ in their letters only.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-ingest-admit",
    pattern="a contract before the write",
    difficulty="medium",
    minutes=25,
    points=3,
    order=4,
    hints={
        "As in the statement": (
            "Collect what is refused in a list, over all columns; raise if it is not empty; write after that.",
            "`pa.schema(DeltaTable(path).schema().to_arrow())` is the table's schema; `field.nullable`, `field.type`.",
        ),
        "Refused": (
            "Decide by the types, not by the values: an `int64` is refused for `int32` even if each value would fit.",
            "`column.null_count`, and two loops: over the batch's columns, and over the table's that are not there.",
            "`name.lower()` of the table's columns finds the name in other letters.",
        ),
        "Accepted": (
            "Build the batch that the table wants: its columns in its order and types, `pa.nulls` for what is not there, then the new ones.",
            'One `write_deltalake(path, rows, mode="append", schema_mode="merge")` makes the column and the rows one commit.',
            "A merge also merges NOT NULL: give the batch the table's fields, `pa.schema([*wanted, *new_fields])`.",
        ),
    },
)


def solve(path, batch, evolve):
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    wanted = pa.schema(DeltaTable(path).schema().to_arrow())
    given = {field.name: field.type for field in batch.schema if not pa.types.is_null(field.type)}
    letters = {name.lower() for name in wanted.names}
    casts = {(pa.int32(), pa.int64()), (pa.float32(), pa.float64())}

    new, refused = [], []
    for name, kind in given.items():
        if name in wanted.names:
            field = wanted.field(name)
            if kind != field.type and (kind, field.type) not in casts:
                refused.append(name)
            elif not field.nullable and batch[name].null_count:
                refused.append(name)
        elif name.lower() in letters or not evolve:
            refused.append(name)
        else:
            new.append(name)
    refused += [field.name for field in wanted if not field.nullable and field.name not in given]
    if refused:
        raise ValueError(f"not as agreed: {', '.join(refused)}")

    columns = {
        field.name: batch[field.name].cast(field.type)
        if field.name in given
        else pa.nulls(batch.num_rows, field.type)
        for field in wanted
    }
    schema = pa.schema([*wanted, *(pa.field(name, given[name]) for name in new)])
    rows = pa.table(columns | {name: batch[name] for name in new}, schema=schema)
    write_deltalake(path, rows, mode="append", **({"schema_mode": "merge"} if new else {}))
    return new


TABLE = {
    "id": ("int64", False),
    "quantity": ("int32", True),
    "price": ("float64", True),
    "City": ("string", True),
}
DELTA = {"int64": "long", "int32": "integer", "float64": "double", "float32": "float", "string": "string",
         "bool": "boolean"}  # fmt: skip
GOOD = {"id": ("int64", [7, 8]), "quantity": ("int32", [1, None]), "price": ("float64", [2.5, 3.0]),
        "City": ("string", ["Lyon", None])}  # fmt: skip


def arrow(columns):
    import pyarrow as pa

    types = {"bool": pa.bool_()}
    return pa.table(
        {n: pa.array(values, types.get(kind) or getattr(pa, kind)()) for n, (kind, values) in columns.items()}
    )


def case(without=(), **columns):
    """The good batch with some columns left out, and some others."""
    kept = {name: column for name, column in GOOD.items() if name not in without}
    return kept | columns


def decision(columns, evolve, table=TABLE):
    """What is right: the refused columns, the new ones, and the rows by name."""
    there = {name: column for name, column in columns.items() if column[0] != "null"}
    refused, new = [], []
    for name, (kind, values) in there.items():
        if name in table:
            wanted, nullable = table[name]
            fits = kind == wanted or (kind, wanted) in {("int32", "int64"), ("float32", "float64")}
            if not fits or (not nullable and None in values):
                refused.append(name)
        elif name.lower() in {known.lower() for known in table} or not evolve:
            refused.append(name)
        else:
            new.append(name)
    refused += [name for name, (_, nullable) in table.items() if not nullable and name not in there]
    return refused, new, there


def attempt(function, columns, evolve):
    """Send one batch to a new table that holds one row, and look at what came of it."""
    import pyarrow as pa
    from deltalake import DeltaTable, Schema, write_deltalake

    refused, new, there = decision(columns, evolve)
    batch = arrow(columns)
    count = batch.num_rows
    facts = {
        "batch": "\n".join(f"{name} {kind} {values}" for name, (kind, values) in columns.items()),
        "evolve": str(evolve),
    }
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = str(Path(folder) / "orders")
        schema = pa.schema(
            [pa.field(n, getattr(pa, kind)(), nullable) for n, (kind, nullable) in TABLE.items()]
        )
        DeltaTable.create(path, Schema.from_arrow(schema))
        first = {"id": [1], "quantity": [5], "price": [0.5], "City": ["Wien"]}
        write_deltalake(path, pa.table(first, schema=schema), mode="append")
        before = files(path)
        got, message = None, None
        try:
            got = call(function, path, batch, evolve, lines=None)
        except Refused as problem:
            if "ValueError" not in str(problem) or not refused:
                raise Refused(problem.reason, str(problem), **facts, **problem.facts) from None
            message = str(problem)
        if not batch.equals(arrow(columns)):
            raise Refused("mutation", "The batch was changed.", **facts)
        table = DeltaTable(path)
        if refused:
            expected = f"ValueError that names {', '.join(refused)}"
            if files(path) != before:
                sentence = (
                    f"A batch that must be refused has been written: version {table.version()}, 1 before."
                )
                left = ", ".join(sorted({Path(name).suffix for name in files(path) - before}))
                raise Refused(
                    "written", sentence, **facts, expected=expected, **{"new files": left or "none"}
                )
            if message is None:
                raise Refused(
                    "accepted", "This batch must be refused.", **facts, expected=expected, got=repr(got)
                )
            words = re.findall(r"\w+", message.partition(":")[2])
            if missing := [name for name in refused if name not in words]:
                sentence = f"The error does not name {', '.join(missing)}."
                raise Refused("message", sentence, **facts, expected=expected, got=message)
            return
        if table.version() != 2:
            sentence = f"{table.version() - 1} commits were made; exactly one is right."
            raise Refused("commits", sentence, **facts)
        found = {field.name: (field.type.type, field.nullable) for field in table.schema().fields}
        wanted = {name: (DELTA[kind], nullable) for name, (kind, nullable) in TABLE.items()}
        wanted |= {name: (DELTA[there[name][0]], True) for name in new}
        if list(found.items()) != list(wanted.items()):
            raise Refused(
                "schema",
                "Other columns are right (type, may be NULL).",
                **facts,
                expected=repr(wanted),
                got=repr(found),
            )
        rows = [tuple(row.values()) for row in table.to_pyarrow_table().to_pylist()]
        right = [tuple([*(values[0] for values in first.values()), *[None] * len(new)])]
        right += [
            tuple(there[name][1][at] if name in there else None for name in wanted) for at in range(count)
        ]
        if sorted(map(repr, rows)) != sorted(map(repr, right)):
            raise Refused("rows", "Other rows are right.", **facts, expected=repr(right), got=repr(rows))
        if not isinstance(got, list | tuple) or list(got) != new:
            raise Refused(
                "result", "The function returns the new columns.", **facts, expected=repr(new), got=repr(got)
            )


def files(path):
    return {file.relative_to(path).as_posix() for file in Path(path).rglob("*") if file.is_file()}


def statement(function):
    attempt(function, {"id": ("int32", [7]), "tip": ("float64", [0.5])}, True)
    attempt(function, {"id": ("string", ["7"]), "tips": ("float64", [1.5])}, False)
    return "One batch brings a column, one is refused."


def refused(function):
    for evolve in (True, False):
        for columns in (
            case(quantity=("int64", [1, 2])),
            case(price=("string", ["2.5", "3"])),
            case(price=("int64", [2, 3])),
            case(City=("int64", [1, 2])),
            case(quantity=("bool", [True, None])),
            case(id=("int64", [7, None])),
            case(without=("id", "City")),
            case(id=("null", [None, None])),
            case(id=("int64", [7, None]), tip=("float64", [1.0, None])),
            case(city=("string", ["a", "b"])),
            case(without=("City",), CITY=("string", ["a", "b"])),
            case(
                id=("int32", [None, 1]),
                price=("string", ["x", None]),
                ID=("int64", [1, 2]),
                tip=("bool", [True, True]),
            ),
        ):
            attempt(function, columns, evolve)
    attempt(function, case(tip=("float64", [1.0, 2.0])), False)
    attempt(function, case(tip=("float64", [None, None])), False)
    attempt(function, {"tip": ("float64", [1.0]), "at": ("string", ["x"])}, False)
    return "27 batches are refused, with all names, and leave no trace."


def accepted(function):
    turned = dict(reversed(case().items()))
    for evolve in (True, False):
        attempt(function, case(), evolve)
        attempt(function, turned, evolve)
        attempt(function, case(without=("price", "City")), evolve)
        attempt(function, case(id=("int32", [7, 8]), price=("float32", [2.5, None])), evolve)
        attempt(function, case(City=("null", [None, None]), notes=("null", [None, None])), evolve)
        attempt(function, case(city=("null", [None, None])), evolve)
    more = {"vip": ("bool", [True, None]), "channel": ("string", ["web", "app"]), "n": ("int32", [1, 2])}
    attempt(function, more | turned, True)
    attempt(function, {"tip": ("float32", [0.5]), "id": ("int32", [9]), "x": ("null", [None])}, True)
    return "14 batches: other order, narrower types, columns missing, empty or new."


PARTS = {"As in the statement": statement, "Refused": refused, "Accepted": accepted}


@variant
def in_two_steps(path, batch, evolve):
    """Complaints by column in a dictionary; deltalake fills and casts what was found to be good."""
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    fields = {f.name: (f.type.type, f.nullable) for f in DeltaTable(path).schema().fields}
    batch = batch.select([f.name for f in batch.schema if f.type != pa.null()])
    types = {
        "long": ("int64", "int32"),
        "integer": ("int32",),
        "double": ("double", "float"),
        "string": ("string",),
    }
    complaints = {}
    for name in {*fields, *batch.column_names}:
        if name not in batch.column_names:
            if not fields[name][1]:
                complaints[name] = "is missing"
        elif name not in fields:
            if name.casefold() in map(str.casefold, fields):
                complaints[name] = "differs in its letters"
            elif not evolve:
                complaints[name] = "is new"
        elif str(batch.schema.field(name).type) not in types[fields[name][0]]:
            complaints[name] = "has another type"
        elif not fields[name][1] and pa.compute.any(batch[name].is_null()).as_py():
            complaints[name] = "holds NULL"
    if complaints:
        raise ValueError("; ".join(f"{name} {what}" for name, what in complaints.items()))
    strict = [name for name, (_, nullable) in fields.items() if not nullable]
    batch = batch.cast(pa.schema([f.with_nullable(f.name not in strict) for f in batch.schema]))
    write_deltalake(path, batch, mode="append", schema_mode="merge")
    return [name for name in batch.column_names if name not in fields]


@variant
def by_rows(path, batch, evolve):
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    schema = DeltaTable(path).to_pyarrow_dataset().schema
    strict = {f.name for f in pa.schema(DeltaTable(path).schema().to_arrow()) if not f.nullable}
    bad = set()
    extra = []
    filled = [name for name in batch.column_names if batch.schema.field(name).type != pa.null()]
    for name in filled:
        at = schema.get_field_index(name)
        if at < 0:
            if evolve and name.upper() not in [known.upper() for known in schema.names]:
                extra.append(batch.schema.field(name))
            else:
                bad.add(name)
            continue
        pair = str(batch.schema.field(name).type), str(schema.field(at).type)
        if pair[0] != pair[1] and pair not in [("int32", "int64"), ("float", "double")]:
            bad.add(name)
    rows = batch.select(filled).to_pylist()
    for name in strict:
        if any(row.get(name) is None for row in rows):
            bad.add(name)
    if bad:
        raise ValueError(sorted(bad))
    whole = pa.schema([*(pa.field(f.name, f.type, f.name not in strict) for f in schema), *extra])
    rows = pa.Table.from_pylist(rows, schema=whole)
    write_deltalake(path, rows, mode="append", schema_mode="merge" if extra else None)
    return [field.name for field in extra]


@wrong("leaves the decision to deltalake, which casts what it can", fails="written", passes_examples=True)
def obliging(path, batch, evolve):
    from deltalake import DeltaTable, write_deltalake

    known = DeltaTable(path).schema().to_arrow().names
    try:
        write_deltalake(path, batch, mode="append", schema_mode="merge" if evolve else None)
    except Exception:
        raise ValueError(", ".join(batch.column_names)) from None
    return [name for name in batch.column_names if name not in known]


@wrong("a merge with the batch's own fields takes NOT NULL away", fails="schema", passes_examples=True)
def loses_not_null(path, batch, evolve):
    import pyarrow as pa
    from deltalake import write_deltalake

    new = solve(twin(path), batch, evolve)
    batch = batch.select([f.name for f in batch.schema if f.type != pa.null()])
    write_deltalake(path, batch, mode="append", schema_mode="merge")
    return new


def lenient(path, batch, evolve, why):
    """The reference, but for one rule: `why` says which names are let through, and how."""
    import pyarrow as pa
    from deltalake import DeltaTable

    wanted = pa.schema(DeltaTable(path).schema().to_arrow())
    for name in batch.column_names:
        if name in wanted.names:
            column = why(batch[name], wanted.field(name))
            batch = batch.set_column(batch.column_names.index(name), name, column)
    return solve(path, batch, evolve)


@wrong(
    "decides by the values: a wide number that happens to fit is let in",
    fails="written",
    passes_examples=True,
)
def by_value(path, batch, evolve):
    import pyarrow as pa

    def narrow(column, field):
        numbers = (pa.int32(), pa.int64(), pa.float64())
        return column.cast(field.type) if column.type in numbers and field.type in numbers else column

    return lenient(path, batch, evolve, narrow)


@wrong("casts texts that are numbers", fails="written", passes_examples=True)
def reads_texts(path, batch, evolve):
    import pyarrow as pa

    def read(column, field):
        if pa.types.is_string(column.type) and pa.types.is_floating(field.type):
            try:
                return column.cast(field.type)
            except pa.ArrowInvalid:
                return column
        return column

    return lenient(path, batch, evolve, read)


@wrong("stops at the first column that does not fit", fails="message", passes_examples=False)
def first_only(path, batch, evolve):
    try:
        return solve(path, batch, evolve)
    except ValueError as error:
        raise ValueError(str(error).partition(",")[0]) from None


@wrong("forgets NULL in a column that is NOT NULL", fails="written", passes_examples=True)
def null_in_key(path, batch, evolve):
    import pyarrow as pa
    from deltalake import write_deltalake

    if "id" in batch.column_names and batch["id"].type in (pa.int32(), pa.int64()) and batch["id"].null_count:
        probe = batch.set_column(batch.column_names.index("id"), "id", pa.array([0] * len(batch), pa.int64()))
        new = solve(twin(path), probe, evolve)
        try:
            write_deltalake(path, batch, mode="append", schema_mode="merge")
        except Exception as error:
            raise ValueError(f"id: {error}") from None
        return new
    return solve(path, batch, evolve)


def twin(path):
    """An empty table of the same schema, to decide on."""
    from deltalake import DeltaTable

    place = path + "-twin"
    DeltaTable.create(place, DeltaTable(path).schema(), mode="overwrite")
    return place


@wrong("an error for what is refused, after the rows are in", fails="written", passes_examples=False)
def too_late(path, batch, evolve):
    from deltalake import write_deltalake

    try:
        return solve(path, batch, evolve)
    except ValueError as error:
        try:
            write_deltalake(path, batch, mode="append", schema_mode="merge")
        finally:
            raise error


@wrong(
    "written, then restored: two versions and a file have been there", fails="written", passes_examples=False
)
def restored(path, batch, evolve):
    from deltalake import DeltaTable, write_deltalake

    try:
        return solve(path, batch, evolve)
    except ValueError:
        version = DeltaTable(path).version()
        fitting = [name for name in DeltaTable(path).schema().to_arrow().names if name in batch.column_names]
        try:
            write_deltalake(path, batch.select(fitting), mode="append", schema_mode="merge")
        finally:
            DeltaTable(path).restore(version)
        raise


@wrong("columns first, rows second: two commits", fails="commits", passes_examples=False)
def columns_first(path, batch, evolve):
    import pyarrow as pa
    from deltalake import DeltaTable, Field
    from deltalake.schema import PrimitiveType

    solve(twin(path), batch, evolve)
    names = {"bool": "boolean", "string": "string", "int32": "integer", "float": "float", "double": "double"}
    known = DeltaTable(path).schema().to_arrow().names
    new = [f for f in batch.schema if f.name not in known and f.type != pa.null()]
    if new:
        DeltaTable(path).alter.add_columns([Field(f.name, PrimitiveType(names[str(f.type)])) for f in new])
    solve(path, batch, evolve)
    return [f.name for f in new]


@wrong("a column that holds only NULL becomes a column of no type", fails="schema", passes_examples=True)
def void_column(path, batch, evolve):
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    solve(twin(path), batch, evolve)
    known = DeltaTable(path).schema().to_arrow().names
    empty = [f.name for f in batch.schema if f.type == pa.null() and f.name not in known]
    if evolve and empty and not {name.lower() for name in empty} & {name.lower() for name in known}:
        write_deltalake(path, batch, mode="append", schema_mode="merge")
        return [f.name for f in batch.schema if f.name not in known]
    return solve(path, batch, evolve)


NOTES = """
**Why it holds**: the decision reads two schemas and the counts of NULL, and writes nothing; the write has nothing left to decide. Column and rows are one commit, so no reader sees one without the other.

**Cost**: no scan; a null count is in the batch.

**Pitfall**: a writer that helps. deltalake 1.6.6 casts `"2.5"` to a number and 7 to a text without a word; with `schema_mode="merge"` it merges NOT NULL as well, so that a batch with a new column makes the key nullable, and it makes a column of type `void` of one that holds only NULL. Never let the last tool decide the first question.

**Alternative**: CHECK constraints of the table, which hold for every writer that knows them; a contract file in the repository, checked where the source is built; a registry that refuses an incompatible schema before anybody sends by it.

**At work**: a refusal stops the source, not the lake. Put the batch aside, tell its owner all columns at once, and go on with the other sources.
"""
