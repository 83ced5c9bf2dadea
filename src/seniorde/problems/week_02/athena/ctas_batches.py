"""# More than a hundred partitions

Athena writes at most 100 partitions in a statement. Write the statements that build a large table: the first a `CREATE TABLE … AS`, the others `INSERT INTO`.

`ctas_batches(table, location, source, columns, keys, partitions)` returns a list of texts:

- `table` and `source` are names; `columns` are the names to select, `keys` those of the partition keys, all of them columns of `source`; keys hold text.
- `partitions` are tuples of values, one for each key, in any order, perhaps listed twice. The table gets exactly the rows of `source` in these partitions, each once.
- Each statement writes at most 100 partitions, and there are as few statements as possible. No partitions: no statements.
- The table is `PARQUET`, at `external_location` = `location`, `partitioned_by` the keys in order; they come last in each `SELECT`, in this order.

```python
ctas_batches("gold.sales", "s3://lake/gold/sales/", "silver.sales",
             ["order_id", "cents"], ["dt"], [("2025-10-01",), ("2025-10-02",)])
```

may return one text,

```sql
CREATE TABLE gold.sales WITH (format = 'PARQUET', external_location = 's3://lake/gold/sales/',
  partitioned_by = ARRAY['dt']) AS
SELECT order_id, cents, dt FROM silver.sales WHERE dt IN ('2025-10-01', '2025-10-02')
```

The texts are parsed as Athena's, and their queries run. A value may hold a quote: `O'Hare`.
"""

from functools import cache

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-athena-ctas-batches",
    pattern="batches of partitions",
    difficulty="medium",
    minutes=25,
    points=3,
    hints={
        "The example": (
            "Build the `SELECT` once, as a function of a batch; then put one of two heads before it.",
            '`f"INSERT INTO {table} {select}"`; the properties stand in `WITH (…)` between the name and `AS`.',
        ),
        "Batches": (
            "Remove doubles first, then cut into pieces of a hundred.",
            "`dict.fromkeys(partitions)` removes doubles and keeps the order.",
        ),
        "Several keys": (
            "Two lists of values, each with IN, select their product: more rows and more partitions than asked for.",
            "Compare rows of values: `(dt, currency) IN (('2025-10-01', 'EUR'), …)`, or `(dt = … AND currency = …) OR …`.",
        ),
        "Values": ('In SQL a quote within a text is written twice: `value.replace("\'", "\'\'")`.',),
    },
)


def solve(
    table: str,
    location: str,
    source: str,
    columns: list[str],
    keys: list[str],
    partitions: list[tuple[str, ...]],
) -> list[str]:
    def quoted(texts):
        return ", ".join("'" + text.replace("'", "''") + "'" for text in texts)

    distinct = list(dict.fromkeys(partitions))
    statements = []
    for start in range(0, len(distinct), 100):
        rows = ", ".join(f"({quoted(values)})" for values in distinct[start : start + 100])
        left = f"({', '.join(keys)})" if len(keys) > 1 else keys[0]
        query = f"SELECT {', '.join([*columns, *keys])} FROM {source} WHERE {left} IN ({rows})"
        properties = (
            f"format = 'PARQUET', external_location = {quoted([location])}, "
            f"partitioned_by = ARRAY[{quoted(keys)}]"
        )
        create = f"CREATE TABLE {table} WITH ({properties}) AS "
        statements.append((f"INSERT INTO {table} " if start else create) + query)
    return statements


DAYS = [f"2025-{month:02}-{day:02}" for month in (8, 9, 10) for day in range(1, 31)]
CURRENCIES = ["EUR", "SEK", "PLN", "GBP"]
CITIES = ["Lund", "O'Hare", "L'Aquila", "", "a''b", "50 %", 'say "no"']


@cache
def database():
    """A source with two lines for each day and currency, and one for each city."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 1")
    con.execute("CREATE SCHEMA silver")
    con.execute("CREATE TABLE silver.sales (order_id BIGINT, cents BIGINT, currency VARCHAR, dt VARCHAR)")
    rows = [
        (n, n * 7, c, d) for n, (d, c) in enumerate((d, c) for d in DAYS for c in CURRENCIES for _ in (1, 2))
    ]
    lines = ", ".join(f"({n}, {cents}, '{c}', '{d}')" for n, cents, c, d in rows)
    con.execute(f"INSERT INTO silver.sales VALUES {lines}")
    con.execute("CREATE TABLE silver.stops (stop_id BIGINT, city VARCHAR)")
    for number, city in enumerate(CITIES):
        con.execute("INSERT INTO silver.stops VALUES (?, ?)", [number, city])
    return con


def parsed(text):
    """(the statement, its query in DuckDB's dialect) of a text of Athena's."""
    import sqlglot
    from sqlglot import exp

    try:
        found = [tree for tree in sqlglot.parse(text.strip(), read="athena") if tree is not None]
    except sqlglot.errors.SqlglotError as error:
        reason = str(error).splitlines()[0]
        raise Refused("syntax", f"This does not parse: {reason}", statement=text[:400]) from None
    if len(found) != 1 or not isinstance(found[0], exp.Create | exp.Insert):
        raise Refused(
            "syntax", "Each text is one CREATE TABLE … AS or one INSERT INTO.", statement=text[:400]
        )
    query = found[0].expression
    if not isinstance(query, exp.Query):
        raise Refused("syntax", "The statement has no query.", statement=text[:400])
    return found[0], query.sql(dialect="duckdb")


def properties_of(tree):
    from sqlglot import exp

    found = {}
    for one in tree.find_all(exp.Property):
        if isinstance(one, exp.PartitionedByProperty):
            found["partitioned_by"] = [literal.name for literal in one.find_all(exp.Literal)] or [
                name.name for name in one.find_all(exp.Identifier)
            ]
        elif isinstance(one, exp.FileFormatProperty):
            found["format"] = one.this.name.upper()
        elif isinstance(one, exp.LocationProperty):
            found["external_location"] = one.this.name
        else:
            name = one.name.lower()
            arrays = [literal.name for literal in one.args["value"].find_all(exp.Literal)]
            found[name] = arrays if name == "partitioned_by" else one.args["value"].name
    return found | ({"format": found["format"].upper()} if "format" in found else {})


def expect(function, columns, keys, partitions, source="silver.sales"):
    import duckdb
    from sqlglot import exp

    table, location = "gold.sales", "s3://lake/gold/sales/"
    given = list(columns), list(keys), list(partitions)
    statements = call(function, table, location, source, *given, lines=6_000_000)
    if given != (list(columns), list(keys), list(partitions)):
        raise Refused("mutation", "The input was changed.")
    if not isinstance(statements, list) or not all(isinstance(text, str) for text in statements):
        raise Refused("type", "A list of texts is asked for.", got=repr(statements)[:200])
    wanted = set(partitions)
    asked = (
        f"{len(partitions)} partitions by {', '.join(keys)}, {len(wanted)} different: {sorted(wanted)[:3]}"
    )
    written = []
    for number, text in enumerate(statements):
        tree, query = parsed(text)
        facts = {"asked": asked, "statement": text[:400]}
        if isinstance(tree, exp.Create) != (number == 0):
            raise Refused("statement", "The first creates the table, the others insert.", **facts)
        if tree.this.find(exp.Table).sql() != table:
            raise Refused("statement", f"It does not write to {table}.", **facts)
        if number == 0:
            right = {"format": "PARQUET", "external_location": location, "partitioned_by": list(keys)}
            got = {name: properties_of(tree).get(name) for name in right}
            if got != right:
                raise Refused(
                    "properties",
                    "The table's properties are others.",
                    **facts,
                    expected=str(right),
                    got=str(got),
                )
        try:
            result = database().sql(query)
            names, rows = result.columns, result.fetchall()
        except duckdb.Error as error:
            raise Refused("syntax", f"The query fails: {str(error).splitlines()[0]}", **facts) from None
        if names != [*columns, *keys]:
            raise Refused(
                "columns",
                "The query has other columns, or the keys are not last.",
                **facts,
                expected=", ".join([*columns, *keys]),
                got=", ".join(names),
            )
        count = len({row[len(columns) :] for row in rows})
        if count > 100:
            raise Refused(
                "limit", f"Statement {number + 1} writes {count} partitions: Athena stops at 100.", **facts
            )
        written += rows
    names = ", ".join([*columns, *keys])
    everything = database().execute(f"SELECT {names} FROM {source}").fetchall()
    right = [row for row in everything if row[len(columns) :] in wanted]
    if sorted(written) != sorted(right):
        surplus = {row[len(columns) :] for row in written} - wanted
        if surplus:
            sentence = f"The table gets partitions that nobody asked for: {sorted(surplus)[:3]}."
        elif len(written) > len(right):
            sentence = "Rows are in the table twice."
        else:
            sentence = "Rows are missing."
        raise Refused(
            "rows", sentence, asked=asked, expected=f"{len(right)} rows", got=f"{len(written)} rows"
        )
    if len(statements) != -(-len(wanted) // 100):
        raise Refused(
            "count",
            "This is not the smallest number of statements.",
            asked=asked,
            expected=str(-(-len(wanted) // 100)),
            got=str(len(statements)),
        )


def example(function):
    expect(function, ["order_id", "cents"], ["dt"], [("2025-10-01",), ("2025-10-02",)])
    return "One statement, two partitions."


PAIRS = [(day, currency) for day in DAYS for currency in CURRENCIES]


def in_batches(function):
    expect(function, ["order_id"], ["dt"], [])
    expect(function, ["order_id"], ["dt"], [(day,) for day in DAYS])
    for count in (99, 100, 101, 200, 350):
        expect(function, ["order_id", "cents"], ["dt", "currency"], PAIRS[:count])
    expect(function, ["order_id"], ["dt"], [(day,) for day in DAYS[:60]] * 2)
    return "Up to 350 partitions, some listed twice."


def several_keys(function):
    gaps = [pair for number, pair in enumerate(PAIRS) if number % 3]
    expect(function, ["order_id"], ["dt", "currency"], gaps)
    expect(function, ["cents"], ["currency", "dt"], [(c, d) for d, c in reversed(gaps[:130])])
    expect(function, ["order_id"], ["dt"], [(DAYS[0],), (DAYS[40],), (DAYS[2],)])
    expect(function, ["order_id", "cents"], ["dt", "currency"], [PAIRS[0], PAIRS[5]])
    return "Pairs with gaps, in any order, the keys exchanged."


def values(function):
    for city in CITIES:
        expect(function, ["stop_id"], ["city"], [(city,)], "silver.stops")
    expect(function, ["stop_id"], ["city"], [(city,) for city in CITIES], "silver.stops")
    return "Quotes, blanks, an empty value."


PARTS = {"The example": example, "Batches": in_batches, "Several keys": several_keys, "Values": values}


def literal(text):
    return "'" + text.replace("'", "''") + "'"


def select(source, columns, keys, batch):
    names = ", ".join([*columns, *keys])
    rows = ", ".join("(" + ", ".join(map(literal, values)) + ")" for values in batch)
    left = f"({', '.join(keys)})" if len(keys) > 1 else keys[0]
    return f"SELECT {names} FROM {source} WHERE {left} IN ({rows})"


def head(table, location, keys):
    names = ", ".join(map(literal, keys))
    return (
        f"CREATE TABLE {table} WITH (format = 'PARQUET', external_location = {literal(location)}, "
        f"partitioned_by = ARRAY[{names}]) AS "
    )


@variant
def by_or(table, location, source, columns, keys, partitions):
    distinct, statements = sorted(set(partitions)), []
    while distinct:
        batch, distinct = distinct[:100], distinct[100:]
        tests = [" AND ".join(f"{k} = {literal(v)}" for k, v in zip(keys, row, strict=True)) for row in batch]
        where = " OR ".join(f"({test})" for test in tests)
        query = f"SELECT {', '.join(columns + keys)}\nFROM {source}\nWHERE {where}"
        statements.append(
            (f"INSERT INTO {table}\n" if statements else head(table, location, keys)) + query + ";"
        )
    return statements


@variant
def by_join(table, location, source, columns, keys, partitions):
    distinct, statements = list(dict.fromkeys(partitions)), []
    for start in range(0, len(distinct), 100):
        rows = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in distinct[start : start + 100])
        names = ", ".join(f"s.{name}" for name in [*columns, *keys])
        on = " AND ".join(f"s.{key} = p.{key}" for key in keys)
        query = f"SELECT {names} FROM {source} AS s JOIN (VALUES {rows}) AS p ({', '.join(keys)}) ON {on}"
        statements.append((f"INSERT INTO {table} " if start else head(table, location, keys)) + query)
    return statements


@variant
def by_builder(table, location, source, columns, keys, partitions):
    from sqlglot import exp

    distinct, statements = list(dict.fromkeys(partitions)), []
    for start in range(0, len(distinct), 100):
        tests = [
            exp.and_(*(exp.column(k).eq(exp.Literal.string(v)) for k, v in zip(keys, row, strict=True)))
            for row in distinct[start : start + 100]
        ]
        query = exp.select(*columns, *keys).from_(source).where(exp.or_(*tests)).sql(dialect="athena")
        statements.append((f"INSERT INTO {table} " if start else head(table, location, keys)) + query)
    return statements


@wrong("one statement for all: the 101st partition stops it", fails="limit", passes_examples=True)
def at_once(table, location, source, columns, keys, partitions):
    return [head(table, location, keys) + select(source, columns, keys, partitions)] if partitions else []


@wrong(
    "partitions that are listed twice land in two statements, and their rows twice",
    fails="rows",
    passes_examples=True,
)
def doubles(table, location, source, columns, keys, partitions):
    return [
        (f"INSERT INTO {table} " if start else head(table, location, keys))
        + select(source, columns, keys, partitions[start : start + 100])
        for start in range(0, len(partitions), 100)
    ]


@wrong("a list of values for each key selects their product", fails="rows", passes_examples=True)
def product(table, location, source, columns, keys, partitions):
    statements = []
    for text, start in ((None, n) for n in range(0, len(dict.fromkeys(partitions)), 100)):
        batch = list(dict.fromkeys(partitions))[start : start + 100]
        tests = [
            f"{key} IN ({', '.join(sorted({literal(row[place]) for row in batch}))})"
            for place, key in enumerate(keys)
        ]
        text = f"SELECT {', '.join([*columns, *keys])} FROM {source} WHERE {' AND '.join(tests)}"
        statements.append((f"INSERT INTO {table} " if start else head(table, location, keys)) + text)
    return statements


@wrong(
    "from the smallest to the largest: what lies in between and was not asked for comes too",
    fails="rows",
    passes_examples=True,
)
def ranges(table, location, source, columns, keys, partitions):
    distinct, statements = sorted(set(partitions)), []
    for start in range(0, len(distinct), 100):
        batch, left = distinct[start : start + 100], " || '|' || ".join(keys)
        low, high = (literal("|".join(row)) for row in (batch[0], batch[-1]))
        text = f"SELECT {', '.join([*columns, *keys])} FROM {source} WHERE {left} BETWEEN {low} AND {high}"
        statements.append((f"INSERT INTO {table} " if start else head(table, location, keys)) + text)
    return statements


@wrong("a quote in a value ends the text", fails="syntax", passes_examples=True)
def no_quoting(table, location, source, columns, keys, partitions):
    return [text.replace("''", "'") for text in solve(table, location, source, columns, keys, partitions)]


@wrong("the keys come first in the SELECT", fails="columns")
def keys_first(table, location, source, columns, keys, partitions):
    old, new = ", ".join([*columns, *keys]), ", ".join([*keys, *columns])
    return [
        text.replace(f"SELECT {old}", f"SELECT {new}")
        for text in solve(table, location, source, columns, keys, partitions)
    ]


@wrong("each statement creates the table", fails="statement", passes_examples=True)
def create_again(table, location, source, columns, keys, partitions):
    insert = f"INSERT INTO {table} "
    return [
        t.replace(insert, head(table, location, keys))
        for t in solve(table, location, source, columns, keys, partitions)
    ]


@wrong("a statement for each partition", fails="count")
def one_each(table, location, source, columns, keys, partitions):
    return [
        (f"INSERT INTO {table} " if number else head(table, location, keys))
        + select(source, columns, keys, [row])
        for number, row in enumerate(dict.fromkeys(partitions))
    ]


@wrong("the table is not partitioned", fails="properties")
def flat(table, location, source, columns, keys, partitions):
    texts = solve(table, location, source, columns, keys, partitions)
    by = f", partitioned_by = ARRAY[{', '.join(map(literal, keys))}]"
    return [text.replace(by, "") for text in texts]


NOTES = """
**Why it holds**: the batches are pieces of a set of partitions, so they do not overlap and together are the set. Each statement names its partitions, hence also prunes: it reads only what it writes, if the source is partitioned likewise.

**Pitfall**: `INSERT INTO` appends. If the third statement is retried after a timeout, its partitions are there twice; send a `ClientRequestToken`, and delete the prefixes of a batch before you repeat it.

**Alternative**: a job (Spark, DuckDB) that owns its partitions and overwrites them; `UNLOAD`, which writes files and no table; an Iceberg table with partition transforms, whose writers are bounded too.

**At work**: a hundred partitions of three years' days are four months. If you need many statements each day, the grain of the partitions is too fine.
"""
