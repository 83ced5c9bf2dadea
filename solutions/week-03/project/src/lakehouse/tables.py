"""Tables of Delta: read, upsert, replace, tidy. The only module that knows who keeps their log.

Spark computes; `deltalake` commits, because the jars that would let Spark do so are not on every laptop.
On Databricks, or on Glue with `--datalake-formats delta`, `native.py` takes the place of this class.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake
from deltalake.exceptions import CommitFailedError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.types import StructType

from lakehouse.retry import retrying

GONE = "_gone"  # a column of an upsert: true for a row that must not be there any more
# Statistics hold values. They stay in the log when the rows are long gone, so only these columns have any.
COUNTED = (
    "file", "line", "delivered", "batch", "lsn", "ts", "customer_id", "order_id", "ordered_at", "valid_from",
    "date",
)  # fmt: skip


class Tables:
    """The tables below a folder, each by its name, such as `silver/orders`."""

    def __init__(self, spark: SparkSession, root: Path) -> None:
        self.spark, self.root = spark, root

    def exists(self, name: str) -> bool:
        """Return whether there is such a table."""
        return bool(DeltaTable.is_deltatable(str(self.root / name)))

    def read(self, name: str) -> DataFrame:
        """Return a table as it is now; a later commit does not change what was returned."""
        table = self._open(name)
        schema = StructType.fromJson(json.loads(table.schema().to_json()))
        files = sorted(table.file_uris())
        if not files:
            return self.spark.createDataFrame([], schema)
        return self.spark.read.schema(schema).parquet(*files)

    def greatest(self, name: str, column: str) -> int:
        """Return the greatest value of a counted column, 0 if there is none: from the log, without data."""
        found = pa.table(self._open(name).get_add_actions(flatten=True)).to_pydict()
        return max((value for value in found.get(f"max.{column}", ()) if value is not None), default=0)

    def replace(self, name: str, rows: DataFrame, optional: Sequence[str] = ()) -> int:
        """Put rows in the place of all that a table holds, in one commit; return how many there are.

        An optional column is left out as long as no row has a value in it.
        """
        content = _without_empty(_collected(rows), optional)
        if GONE in content.column_names:
            content = content.filter(pa.compute.invert(content[GONE])).drop_columns(GONE)
        if not self.exists(name):
            self._create(name, content.schema)
        self._write(name, content, "overwrite")
        return int(content.num_rows)

    def append(self, name: str, rows: DataFrame, run: str = "") -> int:
        """Add rows in one commit; return how many. `run` is kept in the history."""
        content = _collected(rows)
        if content.num_rows:
            if not self.exists(name):
                self._create(name, content.schema)
            self._write(name, content, "append", run)
        return int(content.num_rows)

    def upsert(self, name: str, rows: DataFrame, keys: Sequence[str], optional: Sequence[str] = ()) -> int:
        """MERGE rows by their keys: insert, update, delete those that are GONE; return how many came.

        A column that the table does not have yet is added to it, an optional one with its first value.
        """
        known = self._open(name).schema().to_arrow() if self.exists(name) else None
        new = [column for column in optional if known is None or column not in pa.schema(known).names]
        content = _without_empty(_collected(rows), new)
        if not content.num_rows:
            if not self.exists(name):
                self._create(name, _without_gone(content.schema))
            return 0
        if GONE not in content.column_names:
            content = content.append_column(GONE, pa.array([False] * content.num_rows))
        if not self.exists(name):
            self._create(name, _without_gone(content.schema))
        values = {column: f"s.{column}" for column in content.column_names if column != GONE}

        def merge() -> None:
            condition = " AND ".join(f"t.{key} = s.{key}" for key in keys)
            (
                self._open(name)
                .merge(content, condition, source_alias="s", target_alias="t", merge_schema=True)
                .when_matched_delete(f"s.{GONE}")
                .when_matched_update(values)
                .when_not_matched_insert(values, f"NOT s.{GONE}")
                .execute()
            )

        retrying(merge, on=(CommitFailedError,))
        return int(content.num_rows)

    def names(self) -> Iterator[str]:
        """Yield the name of every table."""
        for log in sorted(self.root.glob("*/*/_delta_log")):
            yield log.parent.relative_to(self.root).as_posix()

    def compact(self, name: str) -> int:
        """Write small files together; return how many went."""
        return int(self._open(name).optimize.compact()["numFilesRemoved"])

    def vacuum(self, name: str, hours: int) -> int:
        """Delete files that no version of so many hours needs, and those of killed writes."""
        table = self._open(name)
        gone = table.vacuum(hours, dry_run=False, enforce_retention_duration=False, full=True)
        return len(gone)

    def _open(self, name: str) -> DeltaTable:
        return DeltaTable(str(self.root / name))

    def _create(self, name: str, schema: pa.Schema) -> None:
        counted = ",".join(column for column in schema.names if column in COUNTED)
        DeltaTable.create(
            str(self.root / name),
            schema,
            mode="ignore",
            configuration={"delta.dataSkippingStatsColumns": counted},
        )

    def _write(self, name: str, content: pa.Table, mode: str, run: str = "") -> None:
        properties = CommitProperties(custom_metadata={"run": run}) if run else None
        evolve = "overwrite" if mode == "overwrite" else "merge"
        retrying(
            lambda: write_deltalake(
                str(self.root / name), content, mode=mode, schema_mode=evolve, commit_properties=properties
            ),
            on=(CommitFailedError,),
        )


def _collected(rows: DataFrame) -> pa.Table:
    """Return rows through Arrow, every column nullable."""
    content = rows.toArrow()
    return content.cast(pa.schema([field.with_nullable(True) for field in content.schema]))


def _without_empty(content: pa.Table, optional: Sequence[str]) -> pa.Table:
    empty = [name for name in optional if content[name].null_count == content.num_rows]
    return content.drop_columns(empty) if empty else content


def _without_gone(schema: pa.Schema) -> pa.Schema:
    return pa.schema([field for field in schema if field.name != GONE])
