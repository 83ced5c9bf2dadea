"""# What will the query cost?

You get the footers of a table's Parquet files, a list of `pyarrow.parquet.FileMetaData`; `columns`, the names that the query uses; and `kept`, for each file the positions of the row groups that the filter did not rule out.
Return `(scanned, billed, usd)`:

- `scanned`: the bytes of the column chunks that must be read, compressed as they lie in the file, over all files. A name stands for a column or for a part of a nested one: `items` is all leaves below it, `items.list.element.quantity` one leaf. A name that a file does not have costs nothing there; a name that stands twice costs once.
- `billed`: Athena's rule for one query: `scanned` rounded up to whole MB, and at least 10 MB, even if nothing is scanned. 1 MB is 1,000,000 bytes.
- `usd`: 5 USD for 1 TB (10¹² bytes) billed, as a float.

The statistics, the footers themselves and dictionaries kept elsewhere are not counted.

```python
bytes_scanned([footer], ["quantity"], [[3, 5]])  # two chunks of one file, of 1,950 and 1,700 bytes
# (3650, 10000000, 5e-05)
```
"""

import io
import math
from functools import cache

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-formats-bytes-scanned",
    pattern="cost of a scan",
    difficulty="easy",
    minutes=12,
    points=2,
    hints={
        "One file": (
            "Add up `total_compressed_size` of `footer.row_group(n).column(m)` over the kept groups.",
            "The name of a chunk is `path_in_schema`; there are `footer.num_columns` of them.",
        ),
        "Nested columns": (
            "A path has parts between dots: compare parts, not letters.",
            "A chunk belongs to a name if its path equals it or begins with it and a dot; stop at the first name that fits.",
        ),
        "The bill": (
            "Rounding and the minimum come once, for the query, not for each file.",
            "`max(10, -(-scanned // 1_000_000)) * 1_000_000`, then `* 5 / 10**12`.",
        ),
    },
)


def solve(footers, columns: list[str], kept: list[list[int]]) -> tuple[int, int, float]:
    scanned = 0
    for footer, groups in zip(footers, kept, strict=True):
        for group in map(footer.row_group, groups):
            for chunk in map(group.column, range(group.num_columns)):
                path = chunk.path_in_schema
                if any(path == name or path.startswith(f"{name}.") for name in columns):
                    scanned += chunk.total_compressed_size
    billed = max(10, -(-scanned // 1_000_000)) * 1_000_000
    return scanned, billed, billed * 5 / 10**12


@cache
def three_files():
    """Three files: flat, nested, and one whose chunks are large because they cannot be compressed."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    def footer(table, rows):
        file = io.BytesIO()
        parquet.write_table(table, file, row_group_size=rows, compression="zstd")
        return parquet.read_metadata(file)

    rng = np.random.Generator(np.random.PCG64(3))
    size = 4_000
    flat = {name: rng.integers(0, 10**limit, size) for name, limit in
            (("quantity", 1), ("quantity_returned", 2), ("order_id", 12), ("order", 5))}  # fmt: skip
    items = [[{"quantity": n % 5, "product": n, "product_group": n // 9}] * (n % 3) for n in range(size)]
    nested = {"order_id": flat["order_id"], "items": items, "items_count": [n % 3 for n in range(size)],
              "order": [{"id": n, "note": f"note {n % 70}"} for n in range(size)]}  # fmt: skip
    heavy = pa.table(
        {"order_id": rng.integers(0, 2**63 - 1, 900_000), "quantity": rng.integers(0, 2**63 - 1, 900_000)}
    )
    return footer(pa.table(flat), 1_500), footer(pa.table(nested), 1_000), footer(heavy, 450_000)


def oracle(files, columns, kept):
    """By the table that the footers make, chunk by chunk."""
    found = {}
    for number, (footer, groups) in enumerate(zip(files, kept, strict=True)):
        for group in groups:
            for place in range(footer.num_columns):
                chunk = footer.row_group(group).column(place)
                parts = chunk.path_in_schema.split(".")
                for name in columns:
                    if parts[: name.count(".") + 1] == name.split("."):
                        found[number, group, place] = chunk.total_compressed_size
    scanned = sum(found.values())
    billed = max(10, math.ceil(scanned / 10**6)) * 10**6
    return scanned, billed, billed / 10**12 * 5


def expect(function, files, columns, kept):
    wanted, got = (
        oracle(files, columns, kept),
        call(function, list(files), list(columns), [list(k) for k in kept]),
    )
    facts = {"columns": str(columns), "kept": str(kept), "expected": str(wanted), "got": repr(got)}
    if not isinstance(got, tuple) or len(got) != 3:
        raise Refused("result", "This is no tuple of three.", **facts)
    for name, mine, right in zip(("scanned", "billed", "usd"), got, wanted, strict=True):
        if not math.isclose(mine, right, rel_tol=1e-9):
            raise Refused(name, f"`{name}` is not right.", **facts)


def one_file(function):
    flat, _, _ = three_files()
    for kept in ([0, 2], [1], [0, 1, 2], []):
        for columns in (
            ["quantity"],
            ["order_id", "quantity"],
            ["quantity_returned"],
            ["nothing"],
            ["order_id"] * 2,
        ):
            expect(function, [flat], columns, [kept])
    return "Chunks of flat columns in the kept row groups."


def nested_columns(function):
    flat, nested, _ = three_files()
    leaf = "items.list.element."
    for columns in (["items"], [f"{leaf}quantity"], [f"{leaf}product"], ["items", f"{leaf}quantity"], ["order"],
                    ["order", "order_id"], ["order.id"], ["items_count"], ["items.list"], ["item"]):  # fmt: skip
        expect(function, [nested], columns, [[0, 1, 3]])
        expect(function, [flat, nested], columns, [[0], [2]])
    return "Leaves, whole columns, and names that begin alike."


def the_bill(function):
    flat, nested, heavy = three_files()
    for columns in (["order_id"], ["order_id", "quantity"], ["order"]):
        for kept in ([[0, 1, 2], [0, 1, 2, 3], [0, 1]], [[0], [], [1]], [[], [], []]):
            expect(function, [flat, nested, heavy], columns, kept)
        expect(function, [heavy] * 3, columns, [[0, 1], [1], [0]])
    expect(function, [], ["order_id"], [])
    return "Above and below the minimum, over several files, and nothing at all."


PARTS = {"One file": one_file, "Nested columns": nested_columns, "The bill": the_bill}


@variant
def by_dictionary(footers, columns, kept):
    scanned = 0
    for number, footer in enumerate(footers):
        groups = footer.to_dict()["row_groups"]
        for position in set(kept[number]):
            for chunk in groups[position]["columns"]:
                parts = chunk["path_in_schema"].split(".")
                prefixes = {".".join(parts[:n]) for n in range(1, len(parts) + 1)}
                scanned += chunk["total_compressed_size"] if prefixes & set(columns) else 0
    megabytes = max(math.ceil(scanned / 1e6), 10)
    return scanned, megabytes * 10**6, megabytes * 5e-6


@variant
def with_float(footers, columns, kept):
    names = tuple(f"{name}." for name in columns)
    scanned = sum(
        footer.row_group(g).column(c).total_compressed_size
        for footer, groups in zip(footers, kept, strict=True)
        for g in groups
        for c in range(footer.num_columns)
        if (footer.row_group(g).column(c).path_in_schema + ".").startswith(names)
    )
    billed = scanned if scanned % 1_000_000 == 0 else (scanned // 1_000_000 + 1) * 1_000_000
    billed = max(billed, 10_000_000)
    return scanned, billed, 5 * billed / 1e12


def usual(footers, columns, kept, fits, size="total_compressed_size"):
    return sum(
        getattr(footer.row_group(g).column(c), size)
        for footer, groups in zip(footers, kept, strict=True)
        for g in groups
        for c in range(footer.num_columns)
        if fits(footer.row_group(g).column(c).path_in_schema, columns)
    )


def fits(path, columns):
    return any(f"{path}.".startswith(f"{name}.") for name in columns)


def bill(scanned):
    billed = max(10, -(-scanned // 10**6)) * 10**6
    return scanned, billed, billed * 5e-12


@wrong("uncompressed bytes are not what is read", fails="scanned")
def uncompressed(footers, columns, kept):
    return bill(usual(footers, columns, kept, fits, "total_uncompressed_size"))


@wrong("quantity is taken for the beginning of quantity_returned", fails="scanned")
def by_letters(footers, columns, kept):
    return bill(usual(footers, columns, kept, lambda path, names: path.startswith(tuple(names))))


@wrong("a nested column has no chunk of its own name", fails="scanned", passes_examples=True)
def whole_names(footers, columns, kept):
    return bill(usual(footers, columns, kept, lambda path, names: path in names))


@wrong("any leaf of a column reads the whole column", fails="scanned", passes_examples=True)
def first_part(footers, columns, kept):
    tops = {name.split(".")[0] for name in columns}
    return bill(usual(footers, columns, kept, lambda path, names: path.split(".")[0] in tops))


@wrong("a name that stands twice is counted twice", fails="scanned")
def twice(footers, columns, kept):
    return bill(sum(usual(footers, [name], kept, fits) for name in columns))


@wrong("the minimum is asked for each file", fails="billed", passes_examples=True)
def by_file(footers, columns, kept):
    each = [
        bill(usual([footer], columns, [groups], fits)) for footer, groups in zip(footers, kept, strict=True)
    ]
    return sum(e[0] for e in each), sum(e[1] for e in each), sum(e[2] for e in each)


@wrong("rounded down instead of up", fails="billed", passes_examples=True)
def floor(footers, columns, kept):
    scanned = usual(footers, columns, kept, fits)
    billed = max(10, scanned // 10**6) * 10**6
    return scanned, billed, billed * 5e-12


@wrong("every row group is read, whatever the filter ruled out", fails="scanned")
def all_groups(footers, columns, kept):
    return bill(usual(footers, columns, [range(f.num_row_groups) for f in footers], fits))


NOTES = """
**Why it holds**: a columnar scan is columns times row groups, and the footer holds both factors before a byte of data is read. `total_compressed_size` includes the chunk's dictionary page.

**Pitfall**: the minimum of 10 MB is for a *query*. A dashboard of 40 small queries on a table of 1 MB is billed 400 MB a refresh: cache it, or ask one query.
Comparing names by letters finds `quantity_returned` too.

**Alternative**: measure it. `DataScannedInBytes` of the execution is the bill afterwards; a limit of bytes in the workgroup is the seat belt. `EXPLAIN` gives no bytes.

**At work**: not every engine reads a leaf alone: some read the whole nested column. Compressed files are billed compressed, so zstd saves money and not only space.
"""
