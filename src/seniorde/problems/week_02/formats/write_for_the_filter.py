"""# Write it for the query

Support asks all day for the lines of *one* customer: `WHERE customer_id = …`. The rows, some 50,000, come in no order; guests have no `customer_id` (NULL), and no customer has more than one in a hundred of the rows.

Write the function that writes a `pyarrow.Table` to a new Parquet file at `path` (a text), so that

1. the file holds the same rows, columns and types, in any order of rows;
2. for *every* customer the row groups that minimum and maximum cannot rule out hold at most 10 % of the rows;
3. the file has at most 90 % of the bytes that `pyarrow.parquet.write_table(table, path)` needs for the table as it came.

Tables with fewer than 1,000 rows are judged by the first rule alone; one may be empty. The table is not changed.

```python
write_for_the_filter(table, "lines.parquet")
```

It is judged by reading the footer. Use pyarrow or DuckDB.
"""

from collections import Counter
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-formats-write-for-the-filter",
    pattern="sorting and row groups",
    difficulty="medium",
    minutes=20,
    points=4,
    hints={
        "The same rows": (
            "`parquet.write_table(table, path)` keeps them; change how it is called, not the table's columns.",
            "A row-group size of 0 is refused: take at least 1 for an empty table.",
        ),
        "Few row groups": (
            "What makes the minimum and maximum of a row group lie close together?",
            'Sort: `table.sort_by("customer_id")`. Each customer then lies in one row group or two.',
            "A customer may lie in two row groups, which may hold 10 % together: write a few more than 20 of the same size.",
        ),
        "A small file": (
            "Each row group has its own dictionaries and statistics: not more of them than you need.",
            'Twenty-odd row groups, `compression="zstd"`.',
        ),
    },
)


def solve(table, path: str) -> None:
    from pyarrow import parquet

    table = table.sort_by([("customer_id", "ascending"), ("ordered_at", "ascending")])
    rows = max(1, table.num_rows // 20)
    parquet.write_table(table, path, row_group_size=rows, compression="zstd")


@cache
def order_lines(seed, scale):
    """The marketplace's order lines in no order; every 31st is a guest's."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    from seniorde import datasets

    tables = datasets.arrow("marketplace", scale=scale, seed=seed)
    orders = tables["orders"].select(["order_id", "customer_id", "ordered_at", "currency"])
    table = tables["order_items"].join(orders, "order_id").combine_chunks()
    table = table.sort_by([("order_id", "ascending"), ("line_number", "ascending")])
    guest = pa.array(np.arange(table.num_rows) % 31 == 0)
    place = table.schema.get_field_index("customer_id")
    owner = pc.if_else(guest, pa.scalar(None, pa.int32()), table["customer_id"])
    table = table.set_column(place, "customer_id", owner)
    return table.take(pa.array(np.random.Generator(np.random.PCG64(seed)).permutation(table.num_rows)))


GIVEN = ((0, 0.7), (3, 0.6))


def written(function, table):
    """The bytes of the file and its footer's row groups, once its rows have been compared."""
    from pyarrow import parquet

    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = Path(folder) / "lines.parquet"
        before = table.slice()
        call(function, table, str(path), lines=None)
        if not path.is_file():
            raise Refused("rows", "There is no file at the path.")
        try:
            found, footer = parquet.read_table(path), parquet.read_metadata(path)
        except Exception as error:
            raise Refused("rows", f"This is no Parquet file that can be read: {error}") from None
        size = path.stat().st_size
    if not table.equals(before):
        raise Refused("mutation", "The table was changed.")
    types = {field.name: str(field.type) for field in table.schema}
    got = {field.name: str(field.type) for field in found.schema}
    if types != got:
        raise Refused("rows", "The columns or their types are others.", expected=str(types), got=str(got))
    names, key = list(types), [("order_id", "ascending"), ("line_number", "ascending")]
    sorted_, as_found = (t.select(names).sort_by(key).combine_chunks() for t in (table, found))
    if sorted_.equals(as_found):
        return size, footer
    rows, kept = (Counter(zip(*(t[name].to_pylist() for name in names), strict=True)) for t in (table, found))
    raise Refused(
        "rows",
        f"{found.num_rows:,} rows are in the file, {table.num_rows:,} were given, or their values differ.",
        missing=str(next(iter(rows - kept), "none")),
        surplus=str(next(iter(kept - rows), "none")),
    )


@cache
def default_size(seed, scale):
    from pyarrow import parquet

    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = Path(folder) / "lines.parquet"
        parquet.write_table(order_lines(seed, scale), path)
        return path.stat().st_size


def spans(footer):
    """Minimum, maximum and rows of each row group; None for both where they are not known."""
    names = [footer.schema.column(n).path for n in range(footer.num_columns)]
    for group in map(footer.row_group, range(footer.num_row_groups)):
        stats = group.column(names.index("customer_id")).statistics
        known = stats is not None and stats.has_min_max
        if known or stats is None or stats.null_count != group.num_rows:  # else no customer at all
            yield (stats.min, stats.max, group.num_rows) if known else (None, None, group.num_rows)


def same_rows(function):
    table = order_lines(1, 0.02)
    for some in (table.slice(0, 900), table.slice(0, 1), table.slice(0, 0), table.slice(0, 19)):
        written(function, some)
    for given in GIVEN[:1]:
        written(function, order_lines(*given))
    return "The same rows, columns and types, for small and empty tables too."


def few_groups(function):
    for given in GIVEN:
        table = order_lines(*given)
        _, footer = written(function, table)
        groups = list(spans(footer))
        for customer in table["customer_id"].unique().drop_null().to_pylist():
            read = sum(rows for low, high, rows in groups if low is None or low <= customer <= high)
            if read > table.num_rows / 10:
                raise Refused(
                    "groups",
                    f"For customer {customer} {read:,} of {table.num_rows:,} rows must be read; "
                    f"{table.num_rows // 10:,} are allowed.",
                    row_groups=str(footer.num_row_groups),
                    first=", ".join(f"{low}–{high} ({rows:,} rows)" for low, high, rows in groups[:4]),
                )
    return "No customer's lines lie in more than a tenth of the rows."


def small_file(function):
    for given in GIVEN:
        size, footer = written(function, order_lines(*given))
        most = default_size(*given) * 0.9
        if size > most:
            raise Refused(
                "size",
                f"The file has {size / 1000:,.0f} kB; {most / 1000:,.0f} are allowed.",
                row_groups=str(footer.num_row_groups),
                codec=footer.row_group(0).column(0).compression,
            )
    return "At most 90 % of the bytes of the default."


PARTS = {"The same rows": same_rows, "Few row groups": few_groups, "A small file": small_file}


@variant
def by_duckdb(table, path):
    import duckdb

    con = duckdb.connect()
    con.register("lines", table)
    con.execute(f"""COPY (FROM lines ORDER BY customer_id, order_id, line_number)
        TO '{path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)""")


@variant
def by_writer(table, path):
    from pyarrow import parquet

    order = table.sort_by([("customer_id", "descending")])
    with parquet.ParquetWriter(path, table.schema, compression="gzip") as writer:
        size = table.num_rows // 25 + 1
        for start in range(0, table.num_rows, size):
            writer.write_table(order.slice(start, size))


@variant
def tuned(table, path):
    """Ids that hardly repeat get no dictionary."""
    import pyarrow.compute as pc
    from pyarrow import parquet

    order = pc.sort_indices(table, [("customer_id", "ascending", "at_end")])
    parquet.write_table(
        table.take(order),
        path,
        compression="zstd",
        compression_level=9,
        row_group_size=max(1, -(-table.num_rows // 30)),
        use_dictionary=["customer_id", "product_id", "currency", "quantity"],
    )


def write(table, path, parts=20, **how):
    from pyarrow import parquet

    parquet.write_table(
        table, path, **{"row_group_size": max(1, table.num_rows // parts), "compression": "zstd"} | how
    )


@wrong("small row groups alone skip nothing: each spans all customers", fails="groups", passes_examples=True)
def unsorted(table, path):
    write(table, path)


@wrong("sorted, in one row group", fails="groups", passes_examples=True)
def one_group(table, path):
    write(table.sort_by("customer_id"), path, parts=1)


@wrong("sorted by what the query does not ask for", fails="groups", passes_examples=True)
def by_time(table, path):
    write(table.sort_by("ordered_at"), path)


@wrong(
    "as text 1000 comes before 2: its order is not that of the numbers", fails="groups", passes_examples=True
)
def as_text(table, path):
    import pyarrow as pa
    import pyarrow.compute as pc

    write(table.take(pc.sort_indices(table["customer_id"].cast(pa.string()))), path)


@wrong("two of ten row groups are a fifth of the rows", fails="groups", passes_examples=True)
def ten_groups(table, path):
    write(table.sort_by("customer_id"), path, parts=10)


@wrong(
    "twenty groups rounded up: two of them are a row or two more than a tenth",
    fails="groups",
    passes_examples=True,
)
def rounded_up(table, path):
    write(table.sort_by("customer_id"), path, row_group_size=max(1, -(-table.num_rows // 20)))


@wrong("without statistics nothing can be ruled out", fails="groups", passes_examples=True)
def no_statistics(table, path):
    write(table.sort_by("customer_id"), path, write_statistics=False)


@wrong(
    "hundreds of row groups: dictionaries and footer outgrow what is saved",
    fails="size",
    passes_examples=True,
)
def many_groups(table, path):
    write(table.sort_by("customer_id"), path, parts=200)


@wrong("the default codec of the day before", fails="size", passes_examples=True)
def uncompressed(table, path):
    write(table.sort_by("customer_id"), path, compression="none")


@wrong("guests are rows too", fails="rows")
def no_guests(table, path):
    import pyarrow.compute as pc

    write(table.filter(pc.is_valid(table["customer_id"])).sort_by("customer_id"), path)


@wrong("an order loses its line numbers", fails="rows")
def fewer_columns(table, path):
    write(table.drop_columns(["line_number"]).sort_by("customer_id"), path)


@wrong("an empty table makes row groups of no rows", fails="error")
def empty_fails(table, path):
    write(table.sort_by("customer_id"), path, row_group_size=table.num_rows // 20)


NOTES = """
**Why it holds**: sorting gives each row group a short span of customers, so one or two groups can hold any of them; twenty groups make a tenth of the rows out of two. zstd pays for the smaller groups.

**Pitfall**: NULLs stand together after sorting, at one end, and are not in min and max. A group of guests alone has no bounds; a reader with the null count skips it.
A sort by customer spoils the file for queries by time: one file has one order.

**Alternative**: a Bloom filter on `customer_id` keeps the order of time and answers equality only, if the reader knows Bloom filters; partitions by a hash of the customer (buckets) skip whole files; Z-order serves two columns, each half as well.

**At work**: real row groups have 100,000 rows and more, so "at most two of them" is the useful form of the rule. Put it into a test of the writing job: read the footer of yesterday's file, and fail if spans overlap.
"""
