"""# Apply a batch, whatever came before

A job gets the changes of customers in batches and applies each to a Delta table. Batches come late, twice and in any order; so do the lines within one.

Write the function that gets `path`, the folder of the table, and `batch`, a `pyarrow.Table`. Both have the columns `customer_id` int32, `op` text, `lsn` int64, `city` text, `segment` text. The table exists; it is empty at first, and only your function writes to it.

1. After each call the table holds, for each customer, the change with the greatest `lsn` of *all* batches so far, as it is: one row. A delete (`op` is `d`, no city, no segment) is a change like the others: its row stays, as a mark, so that no older change brings the customer back.
2. Lines with the same `lsn` are copies. Lines without `customer_id` are left out. A batch may be empty.
3. A call makes at most one commit.
4. A data file in which no row changes stays. A batch that brings nothing new adds no data file.

The batch is not changed.

```python
apply_batch("silver/customers", batch)  # 7 u 40 Lyon vip · 7 c 16 Lille new
apply_batch("silver/customers", other)  # 7 d 64 NULL NULL
apply_batch("silver/customers", older)  # 7 u 48 Paris vip
```

The table then holds `7 d 64 NULL NULL`.

Use `deltalake` (`DeltaTable(path).merge(…)`), and for the batch pyarrow, pandas or DuckDB.
"""

from itertools import permutations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_03.change_data import _feeds

PROBLEM = LabProblem(
    id="w3-change-data-apply-batch",
    pattern="merge by sequence",
    difficulty="medium",
    minutes=30,
    points=4,
    hints={
        "As in the statement": (
            "Fold the batch to one line for each customer, then MERGE on `customer_id`.",
            "In pyarrow: sort by `lsn`, descending, and keep the first row of each key; or `group_by` and join.",
            "One `when_matched_update_all` with a predicate, one `when_not_matched_insert_all`; no delete.",
        ),
        "Any order": (
            "What does a matched row have to be compared with before it is overwritten?",
            'The predicate is `"s.lsn > t.lsn"`.',
            "NULL = NULL is not true: a line without key matches nothing, and would be inserted each time.",
        ),
        "Commits and files": (
            "A MERGE that changes no row writes nothing; one that overwrites with the same values does.",
            "`>=` rewrites the file of each row that comes again; and writing the whole table rewrites all.",
        ),
    },
)


def solve(path, batch):
    import duckdb
    from deltalake import DeltaTable

    newest = duckdb.sql("""
        SELECT * FROM batch WHERE customer_id IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY customer_id ORDER BY lsn DESC) = 1
    """).to_arrow_table()
    merge = DeltaTable(path).merge(
        newest, "t.customer_id = s.customer_id", source_alias="s", target_alias="t"
    )
    merge = merge.when_matched_update_all(predicate="s.lsn > t.lsn")
    merge.when_not_matched_insert_all().execute()


EXAMPLE = [[(7, "u", 40, "Lyon", "vip"), (7, "c", 16, "Lille", "new")], [(7, "d", 64, None, None)],
           [(7, "u", 48, "Paris", "vip")]]  # fmt: skip
BATCHES = [
    [(1, "c", 8, "Wien", "new"), (2, "c", 16, "Graz", "new"), (1, "c", 8, "Wien", "new"), (3, "r", 4, "York", None)],
    [(2, "d", 40, None, None), (1, "u", 32, None, "vip"), (None, "u", 48, "Graz", "vip"), (1, "u", 24, "Linz", "new")],
    [(2, "u", 36, "Linz", "vip"), (4, "d", 64, None, None), (4, "c", 56, "Lund", "new"), (3, "u", 52, None, None)],
    [(2, "c", 72, "Delft", "new"), (4, "u", 60, "Malmö", "new"), (None, "d", 80, None, None), (5, "c", 88, "Bari", "new")],
]  # fmt: skip


class Table:
    """A Delta table in a folder of its own, and what its log says of the last commits."""

    def __enter__(self):
        from deltalake import write_deltalake

        self.folder = TemporaryDirectory(prefix="seniorde-lab-")
        self.path = str(Path(self.folder.name) / "customers")
        write_deltalake(self.path, _feeds.table([]))
        self.applied = []
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def now(self):
        from deltalake import DeltaTable

        return DeltaTable(self.path)

    def apply(self, function, rows):
        """Apply a batch, and compare; return commits made, files before and files after."""
        batch = _feeds.table(rows)
        before = self.now()
        call(function, self.path, batch, lines=None)
        self.applied.append(rows)
        if not batch.equals(_feeds.table(rows)):
            raise Refused("mutation", "The batch was changed.")
        after = self.now()
        found = after.to_pyarrow_table()
        if found.column_names != list(_feeds.TYPES):
            raise Refused("columns", "The table has other columns now.", got=", ".join(found.column_names))
        wanted = {}
        for row in sum(self.applied, []):
            if row[0] is not None and (row[0] not in wanted or row[2] > wanted[row[0]][2]):
                wanted[row[0]] = row
        got = [tuple(row.values()) for row in found.to_pylist()]
        given = [row for n, rows in enumerate(self.applied, 1) for row in [(f"batch {n}:",), *rows]]
        _feeds.compare(_feeds.TYPES, got, wanted.values(), given)
        return after.version() - before.version(), set(before.file_uris()), set(after.file_uris())


def statement(function):
    with Table() as table:
        for batch in EXAMPLE:
            table.apply(function, batch)
    return "The customer of the statement stays deleted."


def any_order(function):
    for order in list(permutations(BATCHES))[::9]:
        with Table() as table:
            for batch in order:
                table.apply(function, batch)
    rng = Random(9)
    with Table() as table:
        for _ in range(4):
            ops = [rng.choice("cuud") for _ in range(60)]
            rows = [
                (rng.choice([*range(12), None]), op, lsn, *((None, None) if op == "d" else (f"city {lsn % 7}", None)))
                for op, lsn in zip(ops, rng.sample(range(2_000), 60), strict=True)
            ]  # fmt: skip
            table.apply(function, [row for row in rows if row[2] % 4 == len(table.applied)])
        for batch in ([], table.applied[2], table.applied[0]):
            table.apply(function, batch)
    return "The same table in three orders of the batches, after replays, and after an empty batch."


def files(function):
    with Table() as table:
        for start in (0, 100):
            table.apply(function, [(start + n, "c", 8 + start + n, "Wien", "new") for n in range(20)])
        first = table.now().file_uris()
        commits, before, after = table.apply(
            function, [(107, "u", 500, "Graz", "vip"), (300, "c", 508, "Linz", "new")]
        )
        if commits > 1:
            raise Refused("commits", f"A call made {commits} commits; a reader between them sees half of it.")
        kept = before & after
        if not kept:
            raise Refused(
                "files",
                f"A customer of one file has changed, and all {len(first)} files were written again.",
                before=f"{len(before)} files",
                kept=f"{len(kept)} of them",
            )
        for again in (table.applied[2], table.applied[0], [], [(107, "u", 400, "York", "new")]):
            _, before, after = table.apply(function, again)
            if after - before:
                raise Refused(
                    "files",
                    "A batch that brings nothing new has written a data file.",
                    batch=_feeds.lines(again, 4),
                )
    return "One commit a call, other files stay, and old news writes nothing."


PARTS = {"As in the statement": statement, "Any order": any_order, "Commits and files": files}


def merge(path, batch, on="t.customer_id = s.customer_id"):
    from deltalake import DeltaTable

    return DeltaTable(path).merge(batch, on, source_alias="s", target_alias="t")


def newest(batch):
    import pyarrow.compute as pc

    batch = batch.filter(pc.is_valid(batch["customer_id"]))
    last = batch.group_by("customer_id").aggregate([("lsn", "max")]).rename_columns(["customer_id", "lsn"])
    both = last.join(batch, ["customer_id", "lsn"], join_type="inner")
    names = [name for name in batch.column_names if name not in ("customer_id", "lsn")]
    both = both.group_by(["customer_id", "lsn"], use_threads=False)
    both = both.aggregate([(name, "first") for name in names])
    return both.rename_columns(["customer_id", "lsn", *names]).select(batch.column_names)


@variant
def in_pyarrow(path, batch):
    step = merge(path, newest(batch)).when_matched_update_all("s.lsn > t.lsn")
    step.when_not_matched_insert_all().execute()


@variant
def in_pandas(path, batch):
    """The columns named, deletes in a clause of their own."""
    import pandas as pd
    import pyarrow as pa

    rows = batch.to_pandas(types_mapper={pa.int32(): pd.Int32Dtype(), pa.string(): pd.StringDtype()}.get)
    rows = rows.dropna(subset=["customer_id"]).sort_values("lsn").drop_duplicates("customer_id", keep="last")
    if rows.empty:
        return
    newest = pa.Table.from_pandas(rows, schema=batch.schema, preserve_index=False)
    values = {name: f"s.{name}" for name in batch.column_names}
    marks = {"op": "s.op", "lsn": "s.lsn", "city": "NULL", "segment": "NULL"}
    step = merge(path, newest).when_matched_update(marks, predicate="s.op = 'd' AND s.lsn > t.lsn")
    step = step.when_matched_update(values, predicate="s.op <> 'd' AND s.lsn > t.lsn")
    step.when_not_matched_insert(values).execute()


@variant
def only_news(path, batch):
    """What the table has already is left out before: then each matched row is younger."""
    import duckdb
    from deltalake import DeltaTable

    table = DeltaTable(path).to_pyarrow_table()
    news = duckdb.sql("""
        SELECT DISTINCT ON (customer_id) b.* FROM batch AS b LEFT JOIN "table" AS t USING (customer_id)
        WHERE customer_id IS NOT NULL AND (t.lsn IS NULL OR b.lsn > t.lsn) ORDER BY customer_id, b.lsn DESC
    """).to_arrow_table()
    if news.num_rows:
        merge(path, news).when_matched_update_all().when_not_matched_insert_all().execute()


@wrong(
    "not folded: MERGE inserts all the lines of a new key, and refuses several for an old one", fails="result"
)
def not_folded(path, batch):
    import pyarrow.compute as pc

    rows = batch.filter(pc.is_valid(batch["customer_id"]))
    merge(path, rows).when_matched_update_all("s.lsn > t.lsn").when_not_matched_insert_all().execute()


@wrong("an older batch goes back in time", fails="result")
def no_comparison(path, batch):
    merge(path, newest(batch)).when_matched_update_all().when_not_matched_insert_all().execute()


@wrong("after a real delete an older change brings the customer back", fails="result")
def real_delete(path, batch):
    step = merge(path, newest(batch)).when_matched_delete("s.op = 'd' AND s.lsn > t.lsn")
    step = step.when_matched_update_all("s.lsn > t.lsn")
    step.when_not_matched_insert_all("s.op <> 'd'").execute()


@wrong("a delete of a customer who is not there yet leaves no mark", fails="result", passes_examples=True)
def no_mark_for_unknown(path, batch):
    step = merge(path, newest(batch)).when_matched_update_all("s.lsn > t.lsn")
    step.when_not_matched_insert_all("s.op <> 'd'").execute()


@wrong("the last line of the batch is not the newest", fails="result")
def last_line(path, batch):
    import pyarrow as pa

    rows = {row["customer_id"]: row for row in batch.to_pylist() if row["customer_id"] is not None}
    last = pa.Table.from_pylist(list(rows.values()), schema=batch.schema)
    merge(path, last).when_matched_update_all("s.lsn > t.lsn").when_not_matched_insert_all().execute()


@wrong("a line without key matches nothing, and is inserted", fails="result", passes_examples=True)
def null_key(path, batch):
    import duckdb

    rows = duckdb.sql("SELECT DISTINCT ON (customer_id) * FROM batch ORDER BY customer_id, lsn DESC")
    step = merge(path, rows.to_arrow_table()).when_matched_update_all("s.lsn > t.lsn")
    step.when_not_matched_insert_all().execute()


@wrong("the same change again rewrites its file, at every replay", fails="files", passes_examples=True)
def or_equal(path, batch):
    step = merge(path, newest(batch)).when_matched_update_all("s.lsn >= t.lsn")
    step.when_not_matched_insert_all().execute()


@wrong("right rows, and the whole table written for each batch", fails="files", passes_examples=True)
def whole_table(path, batch):
    import pyarrow as pa
    from deltalake import DeltaTable, write_deltalake

    table = DeltaTable(path).to_pyarrow_table()
    write_deltalake(path, newest(pa.concat_tables([table, batch])), mode="overwrite")


@wrong("two commits: between them the changed customers are gone", fails="commits", passes_examples=True)
def delete_then_append(path, batch):
    import duckdb
    from deltalake import DeltaTable, write_deltalake

    table = DeltaTable(path).to_pyarrow_table()
    rows = newest(batch)
    news = duckdb.sql("""SELECT r.* FROM rows AS r LEFT JOIN "table" AS t USING (customer_id)
        WHERE t.lsn IS NULL OR r.lsn > t.lsn""").to_arrow_table()
    if news.num_rows:
        keys = ", ".join(map(str, news["customer_id"].to_pylist()))
        DeltaTable(path).delete(f"customer_id IN ({keys})")
        write_deltalake(path, news, mode="append")


NOTES = """
**Why it holds**: the row of a key is the maximum by `lsn` of all its changes. A maximum does not ask for the order of its arguments, nor how often each comes, so late, double and replayed batches need no case of their own. The delete takes part in the maximum: it has to be a row.

**Pitfall**: MERGE matches against the table as it was before. Two lines with a new key are both inserted, without an error; two with an old key are refused.

**Alternative**: where the feed is in order and each batch is applied once (its number in the commit, `txnAppId` and `txnVersion`), real deletes will do. Marks are purged once they are older than anything that can still come.

**At work**: look at *rows copied* of the MERGE in the table's history. If it is the whole table each time, the changes of a day lie in all files: partition or cluster by something that brings them together, or accept deletion vectors and compact later.
"""
