"""# Which columns for the Z-order?

A Delta table is asked the same kinds of questions each day. You may Z-order it by one column or by two, and the files that the questions read are the bill.

Write the function that gets `path`, the folder of a table (40,000 rows in one file, whole numbers without NULL, no partitions), and `questions`, a list of tuples `(column, low, high, times)`: the filter `column BETWEEN low AND high` is asked `times` a day. It returns the list of one or two columns, in the order in which they are to be given to

```python
DeltaTable(copy).optimize.z_order(columns, target_size=8_000, max_concurrent_tasks=1)
```

on a copy of the table.

1. The bill of a list is the sum over all questions of `times` × the number of files whose smallest and largest value of `column` leave room for the filter.
2. Your list's bill is at most 10 % above that of the best list.
3. The table is not changed.

The table has at most four columns; questions name only these, and there is at least one. Think first: a question for nearly all values skips nothing; columns that rise together need only one of them; and each further column is paid by the first. Or measure: copies in a temporary folder are cheap.

```python
order_for_queries("sales", [("customer", 70, 70, 100), ("product", 9, 9, 90)])  # both
order_for_queries("sales", [("customer", 70, 70, 100), ("product", 9, 9, 1)])  # ["customer"]
```
"""

from contextlib import contextmanager
from functools import cache
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-delta-order-for-queries",
    pattern="data skipping",
    difficulty="hard",
    minutes=30,
    points=5,
    hints={
        "As in the statement": (
            "Measure: for each list of one or two columns, write a copy, Z-order it, count.",
            "`itertools.permutations(names, 2)` gives the pairs in both orders; the order matters a little.",
            "The bounds of all files stand in the log: `get_add_actions(flatten=True)` has `min.customer` and `max.customer`.",
        ),
        "Other mixes": (
            "Is the most frequent question the one that can skip most? Look at how many values it asks for.",
            "A file must be read if `min <= high` and `max >= low`: compare the file's bounds with the question's.",
            "Columns that no question names cannot win; trying them costs time only.",
        ),
    },
)


def solve(path, questions):
    from itertools import permutations
    from tempfile import TemporaryDirectory

    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    rows = DeltaTable(path).to_pyarrow_table()
    names = sorted({column for column, *_ in questions})
    bills = {}
    for columns in [*permutations(names, 1), *permutations(names, 2)]:
        with TemporaryDirectory() as folder:
            write_deltalake(folder, rows)
            copy = DeltaTable(folder)
            copy.optimize.z_order(list(columns), target_size=8_000, max_concurrent_tasks=1)
            files = pa.table(copy.get_add_actions(flatten=True)).to_pylist()
        bills[columns] = sum(
            times * sum(f[f"min.{name}"] <= high and f[f"max.{name}"] >= low for f in files)
            for name, low, high, times in questions
        )
    return list(min(bills, key=bills.get))


ROWS = 40_000


@cache
def sales(kind):
    """A table: `independent` columns, or an order number that rises with the day."""
    import numpy as np
    import pyarrow as pa

    random = np.random.Generator(np.random.PCG64(len(kind)))
    columns = {
        "customer": random.integers(0, 1024, ROWS),
        "product": random.integers(0, 1024, ROWS),
        "store": random.integers(0, 4, ROWS),
    }
    if kind == "rising":
        columns["day"] = np.sort(random.integers(0, 1024, ROWS))
        columns["product"] = np.clip(columns["day"] + random.integers(0, 4, ROWS), 0, 1023)  # sold when new
        del columns["store"]
    return pa.table({name: pa.array(values.astype("int32")) for name, values in columns.items()})


MIXES = {
    "as stated, both": ("independent", (("customer", 70, 70, 100), ("product", 9, 9, 90))),
    "as stated, one": ("independent", (("customer", 70, 70, 100), ("product", 9, 9, 1))),
    "nearly all values": (
        "independent", (("customer", 20, 1000, 150), ("product", 500, 510, 120), ("store", 0, 3, 20)),
    ),
    "rising together": (
        "rising", (("day", 500, 503, 80), ("product", 300, 304, 70), ("customer", 33, 33, 90)),
    ),
    "rising, and nobody else": ("rising", (("day", 100, 120, 10), ("product", 800, 820, 10))),
}  # fmt: skip


@cache
def ordered(kind, columns):
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        write_deltalake(folder, sales(kind))
        copy = DeltaTable(folder)
        copy.optimize.z_order(list(columns), target_size=8_000, max_concurrent_tasks=1)
        return pa.table(copy.get_add_actions(flatten=True)).to_pylist()


def bill(kind, columns, questions):
    """The bill of a list."""
    files = ordered(kind, tuple(columns))
    return sum(
        times * sum(file[f"min.{name}"] <= high and file[f"max.{name}"] >= low for file in files)
        for name, low, high, times in questions
    )


@cache
def best(mix):
    kind, questions = MIXES[mix]
    names = sales(kind).column_names
    lists = [*permutations(names, 1), *permutations(names, 2)]
    return min((bill(kind, columns, questions), columns) for columns in lists)


def judge(function, mix):
    from deltalake import DeltaTable, write_deltalake

    kind, questions = MIXES[mix]
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = Path(folder) / "sales"
        write_deltalake(path, sales(kind))
        given = list(questions)
        got = call(function, str(path), given, lines=None)
        if given != list(questions):
            raise Refused("mutation", "The list of questions was changed.")
        if DeltaTable(path).version() != 0:
            raise Refused("mutation", "The table has other versions than before: work on a copy.")
    names = sales(kind).column_names
    right = isinstance(got, list | tuple) and 1 <= len(got) <= 2 and len(set(got)) == len(got)
    if not right or any(name not in names for name in got):
        raise Refused(
            "type", f"It returned {got!r}: a list of one or two of {', '.join(names)} is asked for."
        )
    least, columns = best(mix)
    bill_of_it = bill(kind, got, questions)
    if bill_of_it > 1.1 * least:
        raise Refused(
            "bill",
            f"{list(got)} reads {bill_of_it} files a day; {least} are possible, and 10 % more are allowed.",
            questions="\n".join(
                f"{name} BETWEEN {low} AND {high}, {times} a day" for name, low, high, times in questions
            ),
            files=str(len(ordered(kind, tuple(got)))),
        )
    return bill_of_it


def statement(function):
    bills = [judge(function, mix) for mix in list(MIXES)[:2]]
    return f"Files a day: {bills[0]} and {bills[1]}."


def other_mixes(function):
    for mix in list(MIXES)[2:]:
        judge(function, mix)
    return "Also where ranges are wide, and where columns rise together."


PARTS = {"As in the statement": statement, "Other mixes": other_mixes}


@variant
def partner(path, questions):
    """The best column, then its best partner, in both orders; counted by deltalake itself."""
    from deltalake import DeltaTable

    rows = DeltaTable(path).to_pyarrow_table()

    def cost(columns):
        def reads(copy, name, low, high):
            return len(copy.file_uris(file_pruning_predicate=f"{name} >= {low} AND {name} <= {high}"))

        with laid_out(rows, columns) as copy:
            return sum(times * reads(copy, name, low, high) for name, low, high, times in questions)

    names = list(dict.fromkeys(name for name, *_ in questions))
    first = min(names, key=lambda name: cost([name]))
    lists = [[first], *([first, other] for other in names if other != first)]
    lists += [[other, first] for other in names if other != first]
    return min(lists, key=cost)


@variant
def by_sql(path, questions):
    """Every column of the table, counted by DuckDB."""
    import duckdb
    import pyarrow as pa
    from deltalake import DeltaTable

    rows = DeltaTable(path).to_pyarrow_table()
    best = None
    for columns in [*permutations(rows.column_names, 1), *permutations(rows.column_names, 2)]:
        with laid_out(rows, columns) as copy:
            adds = pa.table(copy.get_add_actions(flatten=True))
        bill = 0
        for name, low, high, times in questions:
            sql = f"""SELECT count(*) FROM adds WHERE "min.{name}" <= {high} AND "max.{name}" >= {low}"""
            bill += times * duckdb.sql(sql).fetchone()[0]
        if best is None or bill < best[0]:
            best = bill, list(columns)
    return best[1]


@contextmanager
def laid_out(rows, columns):
    """A copy of the rows, Z-ordered."""
    from deltalake import DeltaTable, write_deltalake

    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        write_deltalake(folder, rows)
        copy = DeltaTable(folder)
        copy.optimize.z_order(list(columns), target_size=8_000, max_concurrent_tasks=1)
        yield copy


def cheapest(path, questions, lists):
    import pyarrow as pa
    from deltalake import DeltaTable

    rows = DeltaTable(path).to_pyarrow_table()
    bills = {}
    for columns in lists:
        with laid_out(rows, columns) as copy:
            files = pa.table(copy.get_add_actions(flatten=True)).to_pylist()
        bills[columns] = sum(
            times * sum(f[f"min.{name}"] <= high and f[f"max.{name}"] >= low for f in files)
            for name, low, high, times in questions
        )
    return list(min(bills, key=bills.get))


def asked(questions):
    return sorted({name for name, *_ in questions})


@wrong("the most frequent question only: the other reads every file", fails="bill")
def most_asked(path, questions):
    return [max(questions, key=lambda question: question[3])[0]]


@wrong("every column that is asked for: a rare one spoils the tiles of the other", fails="bill")
def all_asked(path, questions):
    return asked(questions)[:2]


@wrong("the two most frequent: one asks for nearly all values and skips nothing", fails="bill")
def two_most_asked(path, questions):
    order = sorted(questions, key=lambda question: -question[3])
    return list(dict.fromkeys(name for name, *_ in order))[:2]


@wrong("one column is not enough for two questions", fails="bill")
def singles_only(path, questions):
    return cheapest(path, questions, [*permutations(asked(questions), 1)])


@wrong("pairs only: a rare or a twin column is paid by the other", fails="bill")
def pairs_only(path, questions):
    return cheapest(
        path, questions, [*permutations(asked(questions), 2)] or [*permutations(asked(questions), 1)]
    )


@wrong("measured, but each question counts as asked once", fails="bill")
def unweighted(path, questions):
    lists = [*permutations(asked(questions), 1), *permutations(asked(questions), 2)]
    return cheapest(path, [(*question[:3], 1) for question in questions], lists)


@wrong(
    "a rule of thumb: both if the second is asked half as often, else the first; ranges and twins are not seen",
    fails="bill",
    passes_examples=True,
)
def half_as_often(path, questions):
    totals = {}
    for name, _, _, times in questions:
        totals[name] = totals.get(name, 0) + times
    order = sorted(totals, key=lambda name: -totals[name])
    both = len(order) > 1 and totals[order[1]] * 2 >= totals[order[0]]
    return order[1::-1] if both else order[:1]


@wrong("tried on the table itself: it has new versions, and its readers a new layout", fails="mutation")
def in_place(path, questions):
    from deltalake import DeltaTable

    DeltaTable(path).optimize.z_order(asked(questions)[:1], target_size=8_000)
    return asked(questions)[:1]


@wrong(
    "fewest distinct values first, as in an index on a column store: files skip little by four values",
    fails="bill",
)
def low_cardinality(path, questions):
    from deltalake import DeltaTable

    rows = DeltaTable(path).to_pyarrow_table()
    return sorted(asked(questions), key=lambda name: len(rows[name].unique()))[:1]


NOTES = """
**Why it holds**: the bill depends on the data (how values spread, which columns rise together) and on the mix; with so few lists, measuring all of them is exact and takes a second.

**Thinking first** still pays. With N files a single column makes its own questions read about 1 and all others N; a pair makes both read about √N. So a pair wins if the second's share of the questions is worth the loss of the first: with 20 files 1 against 4.5. A question for most of the values is worth nothing to either.

**Pitfall**: columns that rise together (a day and an order number, a day and what was new then) are one column; both in the list only cost. And deltalake interleaves the bits of the raw values: a column whose values are small numbers and one with large numbers do not get equal weight, so that the order of the list matters. Delta on Spark numbers ranges of about as many rows first, and interleaves their numbers.

**Alternative**: partition by what is in every question and has few values; liquid clustering on Databricks takes up to four columns, changes them without rewriting everything, and clusters new data as it comes.

**At work**: take the mix from the query history, not from memory: filters by table and column, with their selectivity. Count files read before and after on a copy of one day.
"""
