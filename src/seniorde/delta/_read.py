"""Reading: files chosen by the log, grouped into tasks as Spark groups files, read as Arrow batches."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pyspark.sql.datasource import DataSourceReader, Filter, InputPartition
from pyspark.sql.types import StructType

from seniorde.delta import _table
from seniorde.delta._filters import Condition, condition
from seniorde.delta._table import DeltaTableError, without_traceback

if TYPE_CHECKING:
    import pyarrow
    from deltalake import DeltaTable
    from pyarrow.fs import FileSystem

# Spark's own defaults for files: what a task reads at most, and what opening a file counts for.
MAX_PARTITION_BYTES = 128 * 2**20
OPEN_COST = 4 * 2**20
CORES = 2  # of our session; the worker that plans cannot ask


@dataclass(frozen=True)
class DataFile:
    """A data file: its path in the table's folder, bytes, partition values, a bit set for a deleted row."""

    path: str
    size: int
    partition: tuple[tuple[str, Any], ...] = ()
    deleted: bytes | None = None


class FileGroup(InputPartition):
    """The files of one task."""

    def __init__(self, files: Sequence[DataFile]):
        super().__init__(None)
        self.files = tuple(files)


def data_files(table: DeltaTable, conditions: Sequence[Condition] = ()) -> list[DataFile]:
    """Return the files that may hold a row for which all conditions are true, in the order of their paths."""
    import pyarrow as pa
    import pyarrow.compute as pc

    adds = pa.table(table.get_add_actions())
    partitioned_by = table.metadata().partition_columns
    for wanted in conditions:
        if adds.num_rows and (may := wanted.files(adds, partitioned_by)) is not None:
            adds = adds.filter(pc.fill_null(may, True))
    deleted = deleted_rows(table)
    values = adds["partition"].to_pylist() if partitioned_by else [{}] * adds.num_rows
    files = [
        DataFile(unquote(path), size, tuple(value.items()), deleted.get(unquote(path)))
        for path, size, value in zip(
            adds["path"].to_pylist(), adds["size_bytes"].to_pylist(), values, strict=True
        )
    ]
    return sorted(files, key=lambda file: file.path)


def deleted_rows(table: DeltaTable) -> dict[str, bytes]:
    """Return the deletion vectors: for a file's path, a bit for each row, set where it is deleted."""
    if "deletionVectors" not in (table.protocol().reader_features or []):
        return {}
    import numpy as np
    import pyarrow as pa

    root = table.table_uri.rstrip("/") + "/"
    vectors = pa.table(table.deletion_vectors())
    result: dict[str, bytes] = {}
    for uri, keep in zip(vectors["filepath"].to_pylist(), vectors["selection_vector"], strict=True):
        path = unquote(uri).removeprefix("file://").removeprefix(unquote(root).removeprefix("file://"))
        result[path] = np.packbits(~np.asarray(keep.values)).tobytes()
    return result


def grouped(files: Sequence[DataFile]) -> list[FileGroup]:
    """Return the files in groups, one a task, by Spark's rule: largest first, into the open group."""
    total = sum(file.size + OPEN_COST for file in files)
    most = min(MAX_PARTITION_BYTES, max(OPEN_COST, total // CORES))
    groups: list[list[DataFile]] = []
    used = most + 1
    for file in sorted(files, key=lambda file: (-file.size, file.path)):
        if used + file.size > most:
            groups.append([])
            used = 0
        groups[-1].append(file)
        used += file.size + OPEN_COST
    return [FileGroup(group) for group in groups]


def read_file(
    file: DataFile, schema: StructType, root: FileSystem, conditions: Sequence[Condition] = ()
) -> Iterator[pyarrow.RecordBatch]:
    """Yield the file's rows that answer the conditions, the columns of `schema` in Spark's Arrow types."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    target = _table.arrow_schema(schema)
    fixed = dict(file.partition)
    with root.open_input_file(file.path) as handle:
        source = parquet.ParquetFile(handle, coerce_int96_timestamp_unit="us")
        stored = {name for name in source.schema_arrow.names if name in schema.names and name not in fixed}
        # With nothing to read, one column still tells the number of rows.
        columns = sorted(stored) or source.schema_arrow.names[:1]
        gone = None
        if file.deleted is not None:
            bits = np.unpackbits(np.frombuffer(file.deleted, np.uint8)).astype(bool)
            gone = np.zeros(source.metadata.num_rows, bool)
            gone[: min(len(bits), len(gone))] = bits[: len(gone)]
        start = 0
        for batch in source.iter_batches(columns=columns):
            rows = batch.num_rows
            arrays = [
                _cast(batch.column(batch.schema.get_field_index(field.name)), field)
                if field.name in stored
                else _constant(fixed.get(field.name), field.type, rows)
                for field in target
            ]
            table = pa.table(arrays, names=target.names)
            if gone is not None:
                table = table.filter(pa.array(~gone[start : start + rows]))
            start += rows
            for wanted in conditions:
                table = table.filter(wanted.rows(table))
            yield from (part for part in table.cast(target).to_batches() if part.num_rows)


def read_group(
    partition: InputPartition,
    schema: StructType,
    path: str,
    storage: Mapping[str, str],
    conditions: Sequence[Condition] = (),
) -> Iterator[pyarrow.RecordBatch]:
    """Yield the rows of one task's files."""
    root = _table.filesystem(path, storage)
    for file in getattr(partition, "files", ()):
        try:
            yield from read_file(file, schema, root, conditions)
        except (FileNotFoundError, DeltaTableError) as error:
            os.environ["SPARK_HIDE_TRACEBACK"] = "1"
            if isinstance(error, DeltaTableError):
                raise
            raise DeltaTableError(
                f"The data file {file.path} is gone: this version of the table has been vacuumed."
            ) from None


def _cast(array: pyarrow.Array, field: pyarrow.Field) -> pyarrow.Array:
    import pyarrow as pa

    if array.type == field.type:
        return array
    try:
        return array.cast(field.type)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DeltaTableError(
            f"A file holds {field.name} as {array.type}, not as {field.type}: {error}."
        ) from None


def _constant(value: Any, wanted: pyarrow.DataType, rows: int) -> pyarrow.Array:
    """Return a partition value, as the log's text or as a value, for every row."""
    import pyarrow as pa

    if isinstance(value, str) and not pa.types.is_string(wanted):
        local = pa.timestamp("us") if pa.types.is_timestamp(wanted) else wanted
        return pa.repeat(pa.scalar(value.removesuffix("Z")).cast(local).cast(wanted), rows)
    return pa.repeat(pa.scalar(value, wanted), rows)


class DeltaReader(DataSourceReader):
    """A batch read: every file of the version asked for."""

    def __init__(self, options: Mapping[str, str], schema: StructType):
        self.path = _table.path_of(options)
        self.options = options  # whose names have no case
        self.storage = _table.storage_options(options)
        self.schema = schema
        self.conditions: list[Condition] = []

    @without_traceback
    def partitions(self) -> Sequence[InputPartition]:
        table = _table.opened(self.path, self.options)
        check_schema(self.schema, _table.spark_schema(table))
        return grouped(data_files(table, self.conditions))

    @without_traceback
    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        return read_group(partition, self.schema, self.path, self.storage, self.conditions)


class PruningReader(DeltaReader):
    """A batch read that skips files by pushed filters; the rule of `register` plans each scan by itself."""

    def __init__(self, options: Mapping[str, str], schema: StructType, *, planned: bool):
        super().__init__(options, schema)
        self.planned = planned

    @without_traceback
    def pushFilters(self, filters: list[Filter]) -> Iterator[Filter]:
        for pushed in filters:
            if (wanted := condition(pushed, self.schema)) is None:
                yield pushed
            else:
                self.conditions.append(wanted)

    @without_traceback
    def partitions(self) -> Sequence[InputPartition]:
        return super().partitions() if self.planned else [InputPartition(None)]

    @without_traceback
    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        if not self.planned:
            raise DeltaTableError(
                "This scan has not been planned by seniorde.delta's rule: call register(spark)."
            )
        return super().read(partition)


def check_schema(wanted: StructType, actual: StructType) -> None:
    """Raise unless every column asked for is one of the table's, of the same type."""
    types = {field.name: field.dataType for field in actual}
    for field in wanted:
        if types.get(field.name) != field.dataType:
            held = types[field.name].simpleString() if field.name in types else "no such column"
            raise DeltaTableError(
                f"The schema is the log's, and {field.name} {field.dataType.simpleString()} does not fit it "
                f"({held}): read without a schema, and again if the table has changed."
            )
