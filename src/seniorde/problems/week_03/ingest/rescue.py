"""# No value and no line is lost

Bronze reads JSON lines by a schema that is written down.
What does not fit it goes into a column `_rescued_data`, as with Auto Loader.

`df` has one column, `value`: a line of text, never NULL. `columns` is a dictionary, name → type, such as `{"order_id": "BIGINT", "city": "STRING"}`.
Return a DataFrame with these columns, in this order and of these types, then `_rescued_data` (text): one row for each line.

A field is in its column if its value fits the type:

| type | values |
|:--|:--|
| `BIGINT` | whole numbers of 64 bits, written without point and exponent |
| `DOUBLE` | numbers |
| `BOOLEAN` | `true`, `false` |
| `STRING` | texts; of other values their JSON text, such as `7` |

- Any other field is rescued: `_rescued_data` is a JSON object, name → value. A value may be itself there, or its text: `{"tip": 9.5}` or `{"tip": "9.5"}`.
- Names that differ in their letters, as in `City`, are different names.
- `null` is never rescued.
- A line that is no JSON object, such as one that was cut, is rescued whole: its columns are NULL, `_rescued_data` is an object with the one name `_line`, its value the line as it came.
- Where nothing is rescued, `_rescued_data` is NULL.

```python
rescue(df, {"order_id": "BIGINT", "city": "STRING"})
# {"order_id": 7, "city": "Lyon"}      →  7     Lyon  NULL
# {"order_id": "7", "gift": true}      →  NULL  NULL  {"order_id":"7","gift":"true"}
# {"order_id": 7, "ci                  →  NULL  NULL  {"_line":"{\\"order_id\\": 7, \\"ci"}
```

Names are letters, digits and underlines, at most once in a line; no column is called `_line`.
"""

import json
from functools import reduce

from seniorde.checks.parts import Refused
from seniorde.checks.spark import answer, frame, session
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-ingest-rescue",
    pattern="typed and plain, compared",
    difficulty="medium",
    minutes=30,
    points=3,
    order=3,
    hints={
        "As in the statement": (
            "Take each line apart twice: by the schema, and as a map of plain texts. What has the second that the first has not?",
            "`F.from_json('value', 'order_id BIGINT, city STRING')`, `F.from_json('value', 'MAP<STRING, STRING>')`, then `F.map_filter`.",
            "What does `from_json` give for a line that was cut?",
        ),
        "What does not fit": (
            "`from_json` puts NULL where a value does not fit: then the plain text is there, and the typed value is NULL.",
            "A cast fits too much: `'7'` is no whole number, it is a text.",
            "A map without entries is no NULL: look at its size.",
        ),
        "No line is lost": (
            "An empty line gives NULL, a number gives no object: all of them are lines.",
            "Decide by the map: it is NULL when the line is no object. `F.to_json(F.struct(F.col('value').alias('_line')))`.",
        ),
    },
)


def solve(df, columns):
    from pyspark.sql import functions as F

    schema = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    parts = df.select(
        "value",
        F.from_json("value", schema).alias("typed"),
        F.from_json("value", "MAP<STRING, STRING>").alias("plain"),
    )

    def homeless(name, value):
        fits = F.lit(False)
        for column in columns:
            fits = fits | ((name == column) & F.col("typed")[column].isNotNull())
        return value.isNotNull() & ~fits

    rest = F.map_filter("plain", homeless)
    line = F.struct(F.col("value").alias("_line"))
    rescued = F.when(F.col("plain").isNull(), F.to_json(line)).when(F.size(rest) > 0, F.to_json(rest))
    return parts.select(
        *[F.col("typed")[name].alias(name) for name in columns], rescued.alias("_rescued_data")
    )


TYPES = {"BIGINT": "bigint", "DOUBLE": "double", "BOOLEAN": "boolean", "STRING": "string"}


def fits(value, kind):
    if kind == "BIGINT":
        return type(value) is int and -(2**63) <= value < 2**63
    if kind == "DOUBLE":
        return type(value) in (int, float)
    return kind == "STRING" or isinstance(value, bool)


def expected(line, columns):
    """The values of the columns, and what is rescued: an object or None."""
    try:
        record = json.loads(line)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return [None] * len(columns), {"_line": line}
    row, rest = dict.fromkeys(columns), {}
    for name, value in record.items():
        if value is not None and name in columns and fits(value, columns[name]):
            text = columns[name] == "STRING" and not isinstance(value, str)
            row[name] = json.dumps(value) if text else float(value) if columns[name] == "DOUBLE" else value
        elif value is not None:
            rest[name] = value
    return list(row.values()), rest or None


def same(rescued, wanted):
    """Whether what stands in the column is the object that was asked for, values as themselves or as text."""
    if wanted is None or rescued is None:
        return rescued is wanted
    try:
        found = json.loads(rescued)
    except (TypeError, ValueError):
        return False
    if not isinstance(found, dict) or set(found) != set(wanted):
        return False

    def alike(got, value):
        if type(got) is type(value) and got == value:
            return True
        try:
            read = json.loads(got) if isinstance(got, str) else None
        except ValueError:
            return False
        return type(read) is type(value) and read == value

    return all(alike(found[name], value) for name, value in wanted.items())


def expect(function, lines, columns, partitions=1):
    session()
    df = frame([(line,) for line in lines], "value string", partitions)
    found = answer(function, df, dict(columns))
    wanted_types = [(name, TYPES[kind]) for name, kind in columns.items()] + [("_rescued_data", "string")]
    if found.dtypes != wanted_types:
        raise Refused(
            "columns", "Other columns are right.", expected=repr(wanted_types), got=repr(found.dtypes)
        )
    rows = [tuple(row) for row in found.collect()]
    if len(rows) != len(lines):
        raise Refused("lines", f"{len(lines)} lines became {len(rows)} rows.")
    left = list(rows)
    for line in lines:
        values, rest = expected(line, columns)
        match = next((r for r in left if list(r[:-1]) == values and same(r[-1], rest)), None)
        if match is None:
            near = next((row for row in left if not accounted(row, lines, columns)), None)
            raise Refused(
                "rows",
                "No row is right for this line.",
                line=line or "(empty)",
                expected=shown([*values, None if rest is None else json.dumps(rest)]),
                **({"a row that is for no line": shown(near)} if near else {}),
            )
        left.remove(match)


def accounted(row, lines, columns):
    return any(
        list(row[:-1]) == values and same(row[-1], rest)
        for values, rest in (expected(line, columns) for line in lines)
    )


def shown(row):
    return " · ".join("NULL" if value is None else str(value) for value in row)


COLUMNS = {"order_id": "BIGINT", "city": "STRING"}
WIDE = {"paid": "BOOLEAN", "order_id": "BIGINT", "city": "STRING", "price": "DOUBLE"}


def statement(function):
    lines = [
        '{"order_id": 7, "city": "Lyon"}',
        '{"order_id": "7", "gift": true}',
        '{"order_id": 7, "ci',
    ]
    expect(function, lines, COLUMNS)
    return "The three lines of the statement."


def what_does_not_fit(function):
    numbers = [
        "7",
        "-7",
        "0",
        "7.0",
        "2e3",
        '"7"',
        '""',
        "9223372036854775807",
        "9223372036854775808",
        "true",
        "[7]",
    ]
    lines = [f'{{"order_id": {value}, "city": "n{at}"}}' for at, value in enumerate(numbers)]
    prices = ["2.5", "3", "0", '"2.5"', "false", '{"net": 2}', "null", '""', '"n/a"']
    lines += [f'{{"price": {value}, "city": "p{at}"}}' for at, value in enumerate(prices)]
    flags = ["true", "false", '"true"', "1", "0", "null", "[]"]
    lines += [f'{{"paid": {value}, "city": "f{at}"}}' for at, value in enumerate(flags)]
    lines += [
        '{"order_id": 1, "city": 7}',
        '{"order_id": 2, "city": ""}',
        '{"order_id": 3, "city": true}',
        '{"order_id": 4, "city": null, "gift": null}',
        '{"order_id": 5, "City": "Wien", "ORDER_ID": 9}',
        '{"order_id": 6, "city": "Graz", "gift": "", "tip": 9.5, "n": 0, "no": false}',
        '{"order_id": "C-7", "paid": "no", "price": "?", "city": "Linz", "note": "a \\"b\\" ü"}',
        '{"price": 1.5, "order_id": 8, "city": "\\u00e9"}',
    ]
    expect(function, lines, WIDE)
    return f"{len(lines)} lines: texts for numbers, numbers for texts, other letters, NULL."


def no_line_is_lost(function):
    whole = '{"order_id": 7, "city": "Lyon", "gift": 1}'
    lines = [whole[:end] for end in (0, 1, 5, 14, 15, 30, len(whole) - 1)]
    lines += [
        whole,
        whole,
        "7",
        "null",
        '"text"',
        "[]",
        "{}",
        "not JSON",
        " ",
        '[{"order_id": 7}]',
        '{"order_id": 7,}',
    ]
    expect(function, lines, COLUMNS, partitions=2)
    return "Lines that were cut, empty, equal, or no objects."


PARTS = {
    "As in the statement": statement,
    "What does not fit": what_does_not_fit,
    "No line is lost": no_line_is_lost,
}


@variant
def in_python(df, columns):
    """A function of Python for each line."""
    from pyspark.sql import functions as F

    def take(line):
        try:
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError
        except ValueError:
            return (*[None] * len(columns), json.dumps({"_line": line}))
        row = []
        for name, kind in columns.items():
            value = record.get(name)
            good = {
                "BIGINT": type(value) is int and abs(value) < 2**63,
                "DOUBLE": type(value) in (int, float),
                "BOOLEAN": type(value) is bool,
                "STRING": value is not None,
            }[kind]
            if good:
                record.pop(name)
                value = float(value) if kind == "DOUBLE" else value
                value = json.dumps(value) if kind == "STRING" and not isinstance(value, str) else value
            row.append(value if good else None)
        rest = {name: value for name, value in record.items() if value is not None}
        return (*row, json.dumps(rest) if rest else None)

    schema = ", ".join(f"{name} {kind}" for name, kind in columns.items()) + ", _rescued_data STRING"
    return df.select(F.udf(take, schema)("value").alias("row")).select("row.*")


@variant
def in_sql(df, columns):
    """Each column parsed by itself, the rest by subtracting names."""
    typed = ", ".join(f"from_json(value, '{name} {kind}').{name} AS {name}" for name, kind in columns.items())
    taken = ", ".join(f"CASE WHEN {name} IS NOT NULL THEN '{name}' END" for name in columns)
    return df.sparkSession.sql(
        f"""
        WITH typed AS (SELECT value, from_json(value, 'MAP<STRING, STRING>') AS plain, {typed} FROM {{df}}),
        rest AS (
            SELECT *, map_filter(plain, (k, v) -> v IS NOT NULL
                AND NOT array_contains(array_compact(array({taken})), k)) AS rest FROM typed)
        SELECT {", ".join(columns)}, CASE WHEN plain IS NULL THEN to_json(named_struct('_line', value))
            WHEN cardinality(rest) > 0 THEN to_json(rest) END AS _rescued_data FROM rest""",
        df=df,
    )


@variant
def as_in_the_lesson(df, columns):
    """A map of the typed values, as texts, beside the map of the plain ones."""
    from pyspark.sql import functions as F

    plain = F.from_json("value", "MAP<STRING, STRING>")
    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    parts = df.select("value", plain.alias("plain"), F.from_json("value", shape).alias("typed"))
    pairs = [part for name in columns for part in (F.lit(name), F.col(f"typed.{name}").cast("string"))]
    known, typed = F.array(*map(F.lit, columns)), F.create_map(*pairs)

    def homeless(name, value):
        return value.isNotNull() & (~F.array_contains(known, name) | F.element_at(typed, name).isNull())

    rest = F.map_filter("plain", homeless)
    rest = F.when(F.size(rest) > 0, F.to_json(rest))
    cut = F.to_json(F.create_map(F.lit("_line"), F.col("value")))
    return parts.select(
        "typed.*", F.when(F.col("plain").isNull(), cut).otherwise(rest).alias("_rescued_data")
    )


def patched(df, columns, rescue=None, lines=None):
    """The reference's parts, with another rule for what is rescued of an object."""
    from pyspark.sql import functions as F

    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    parts = df.select(
        "value",
        F.from_json("value", shape).alias("typed"),
        F.from_json("value", "MAP<STRING, STRING>").alias("plain"),
    )

    def default(name, value):
        known = [(name == column) & F.col("typed")[column].isNotNull() for column in columns]
        return value.isNotNull() & ~reduce(lambda a, b: a | b, known)

    rest = F.map_filter("plain", rescue or default)
    whole = F.to_json(F.struct(F.col("value").alias("_line")))
    rescued = F.when(F.col("plain").isNull(), whole if lines is None else lines)
    rescued = rescued.when(F.size(rest) > 0, F.to_json(rest))
    return parts, rescued


def named(parts, columns, rescued):
    from pyspark.sql import functions as F

    return parts.select(
        *[F.col("typed")[name].alias(name) for name in columns], rescued.alias("_rescued_data")
    )


@wrong("only unknown names are rescued: a value that does not fit is gone", fails="rows")
def unknown_names_only(df, columns):
    parts, rescued = patched(df, columns, lambda name, value: value.isNotNull() & ~name.isin(*columns))
    return named(parts, columns, rescued)


@wrong("a line that was cut becomes a row of NULLs, and nothing says so", fails="rows")
def cut_lines_gone(df, columns):
    from pyspark.sql import functions as F

    parts, rescued = patched(df, columns, lines=F.lit(None).cast("string"))
    return named(parts, columns, rescued)


@wrong("lines that are no objects are left out", fails="lines")
def filtered(df, columns):
    parts, rescued = patched(df, columns)
    return named(parts.where("plain IS NOT NULL"), columns, rescued)


@wrong("an empty line has no JSON text, and NULL is rescued for it", fails="rows", passes_examples=True)
def by_corrupt_record(df, columns):
    from pyspark.sql import functions as F

    shape = ", ".join(f"{name} {kind}" for name, kind in columns.items()) + ", _broken STRING"
    broken = F.from_json("value", shape, {"columnNameOfCorruptRecord": "_broken"})
    parts, rescued = patched(df.withColumn("broken", broken["_broken"]), columns)
    line = F.when(F.length("value") > 0, F.to_json(F.struct(F.col("value").alias("_line"))))
    rescued = F.when(F.col("plain").isNull(), line).otherwise(rescued)
    return named(parts, columns, rescued)


@wrong("a cast fits too much: the text '7' becomes the number 7", fails="rows")
def by_cast(df, columns):
    from pyspark.sql import functions as F

    plain = F.from_json("value", "MAP<STRING, STRING>")
    parts = df.select("value", plain.alias("plain"))
    casts = [F.expr(f"try_cast(plain['{name}'] AS {kind})").alias(name) for name, kind in columns.items()]
    parts = parts.select("*", F.struct(*casts).alias("typed"))

    def homeless(name, value):
        known = [(name == column) & F.col("typed")[column].isNotNull() for column in columns]
        return value.isNotNull() & ~reduce(lambda a, b: a | b, known)

    rest = F.map_filter("plain", homeless)
    whole = F.to_json(F.struct(F.col("value").alias("_line")))
    rescued = F.when(F.col("plain").isNull(), whole).when(F.size(rest) > 0, F.to_json(rest))
    return named(parts, columns, rescued)


@wrong("nothing rescued is {} instead of NULL", fails="rows")
def empty_object(df, columns):
    from pyspark.sql import functions as F

    parts, rescued = patched(df, columns)
    return named(parts, columns, F.coalesce(rescued, F.lit("{}")))


@wrong("names are compared in small letters", fails="rows", passes_examples=True)
def any_case(df, columns):
    from pyspark.sql import functions as F

    def homeless(name, value):
        known = [(F.lower(name) == column) & F.col("typed")[column].isNotNull() for column in columns]
        return value.isNotNull() & ~reduce(lambda a, b: a | b, known)

    parts, rescued = patched(df, columns, homeless)
    return named(parts, columns, rescued)


@wrong("equal lines are taken for one", fails="lines", passes_examples=True)
def distinct(df, columns):
    return solve(df.distinct(), columns)


NOTES = """
**Why it holds**: the map knows every name that came, the struct every value that fits. Their difference is what would be lost, and a line without a map is kept as it is; so each value is in exactly one place.

**Cost**: two passes over the text and no shuffle. A Python function does the same and carries every line to a worker and back.

**Pitfall**: `from_json` never fails here. In its default mode a value that does not fit is NULL, and so is all of a line that was cut; without a column that counts them, a source that changed its type is a slow growth of NULLs.

**Alternative**: Auto Loader's `_rescued_data` also says from which file the value came (`_file_path`), and rescues other letters only when `readerCaseSensitive` is on, its default. Spark 4's `variant` type keeps the whole line parsed (`try_parse_json`), and the schema is applied when it is read.

**At work**: count `_rescued_data` by name and day: `explode(json_object_keys(_rescued_data))`. The first line that appears there is the message that a source has changed.
"""
