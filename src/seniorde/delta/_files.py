"""Data files as a task writes them: Parquet, split by partition, with the statistics that later skip them."""

from __future__ import annotations

import json
import math
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from seniorde.delta._table import DeltaTableError

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.fs import FileSystem
    from pyarrow.parquet import FileMetaData, ParquetWriter

# As in Delta on Spark: statistics of the first 32 columns, of strings their first 32 characters.
INDEXED_COLUMNS = 32
PREFIX = 32


@dataclass(frozen=True)
class WrittenFile:
    """A file that is written and not yet part of a version: what its `add` action will say."""

    path: str
    size: int
    rows: int
    partition: dict[str, str | None]
    stats: str
    time: int


@dataclass
class _Open:
    path: str
    writer: ParquetWriter
    partition: dict[str, str | None]
    rows: int = 0
    metadata: list[FileMetaData] = field(default_factory=list)
    with_nan: set[str] = field(default_factory=set)


def write_files(
    batches: Iterable[pyarrow.RecordBatch],
    schema: pyarrow.Schema,
    root: FileSystem,
    *,
    partition_by: Sequence[str] = (),
    max_records: int | None = None,
    compression: str = "snappy",
    number: int = 0,
) -> list[WrittenFile]:
    """Write the rows below `root` and return the files; on an error, leave none."""
    stored = schema
    for name in partition_by:
        stored = stored.remove(stored.get_field_index(name))
    unfinished: dict[tuple[str | None, ...], _Open] = {}
    finished: list[WrittenFile] = []
    made: list[str] = []
    try:
        for batch in batches:
            _check_nulls(batch, schema)
            for values, rows in _by_partition(batch, partition_by):
                for part in _slices(rows.select(stored.names).cast(stored), max_records):
                    target = unfinished.get(values)
                    if target is None or (max_records and target.rows + part.num_rows > max_records):
                        if target is not None:
                            finished.append(_finish(unfinished.pop(values), root, stored))
                        named = dict(zip(partition_by, values, strict=True))
                        target = unfinished[values] = _open(root, stored, named, compression, number)
                        made.append(target.path)
                    target.writer.write_table(part)
                    target.rows += part.num_rows
                    target.with_nan |= _with_nan(part)
        while unfinished:
            _, target = unfinished.popitem()
            finished.append(_finish(target, root, stored))
    except BaseException:
        for target in unfinished.values():
            target.writer.close()
        delete_files(root, made)
        raise
    return sorted(finished, key=lambda file: file.path)


def delete_files(root: FileSystem, paths: Iterable[str]) -> None:
    """Delete files that no version names."""
    for path in paths:
        try:
            root.delete_file(path)
        except (FileNotFoundError, OSError):
            continue


def _check_nulls(batch: pyarrow.RecordBatch, schema: pyarrow.Schema) -> None:
    for position, column in enumerate(schema):
        if not column.nullable and batch.column(position).null_count:
            count = batch.column(position).null_count
            raise DeltaTableError(f"{column.name} may not be NULL in this table, and {count} rows hold one.")


def _slices(rows: pyarrow.Table, most: int | None) -> Iterator[pyarrow.Table]:
    step = most or max(rows.num_rows, 1)
    return (rows.slice(start, step) for start in range(0, rows.num_rows, step))


def _by_partition(
    batch: pyarrow.RecordBatch, partition_by: Sequence[str]
) -> Iterator[tuple[tuple[str | None, ...], pyarrow.Table]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    table = pa.Table.from_batches([batch])
    if not partition_by:
        yield (), table
        return
    keys = pa.table([_as_text(table[name]) for name in partition_by], names=list(partition_by))
    groups: dict[tuple[str | None, ...], list[int]] = {}
    for row, values in enumerate(zip(*(keys[name].to_pylist() for name in partition_by), strict=True)):
        groups.setdefault(tuple(value or None for value in values), []).append(row)
    for group, rows in groups.items():
        yield group, pc.take(table, pa.array(rows))


def _as_text(column: pyarrow.ChunkedArray) -> pyarrow.ChunkedArray:
    """Return partition values as the protocol writes them."""
    import pyarrow as pa

    if pa.types.is_nested(column.type) or pa.types.is_binary(column.type):
        raise DeltaTableError(f"A column of type {column.type} cannot partition a table.")
    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us"))
    return column.cast(pa.string())


def _open(
    root: FileSystem, schema: pyarrow.Schema, partition: dict[str, str | None], compression: str, number: int
) -> _Open:
    from pyarrow.parquet import ParquetWriter

    folder = "".join(
        f"{quote(name, safe='')}={'__HIVE_DEFAULT_PARTITION__' if value is None else quote(value, safe='')}/"
        for name, value in partition.items()
    )
    if folder:
        root.create_dir(folder, recursive=True)
    path = f"{folder}part-{number:05d}-{uuid.uuid4()}.c000.{compression}.parquet"
    metadata: list[FileMetaData] = []
    writer = ParquetWriter(
        path, schema, filesystem=root, compression=compression, metadata_collector=metadata
    )
    return _Open(path, writer, partition, metadata=metadata)


def _finish(file: _Open, root: FileSystem, schema: pyarrow.Schema) -> WrittenFile:
    file.writer.close()
    info = root.get_file_info(file.path)
    stats = statistics(file.metadata[0], schema, file.with_nan)
    time = int((info.mtime_ns or 0) // 1_000_000)
    return WrittenFile(file.path, info.size, file.rows, file.partition, json.dumps(stats), time)


def _with_nan(table: pyarrow.Table) -> set[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    floats = (column.name for column in table.schema if pa.types.is_floating(column.type))
    return {name for name in floats if pc.any(pc.is_nan(table[name])).as_py()}


def statistics(metadata: FileMetaData, schema: pyarrow.Schema, with_nan: set[str]) -> dict[str, Any]:
    """Return a file's rows and, of each column that has an order, its bounds and its NULLs."""
    import pyarrow as pa

    indexed = {
        column.name
        for column in list(schema)[:INDEXED_COLUMNS]
        if not pa.types.is_nested(column.type) and not pa.types.is_binary(column.type)
    }
    least: dict[str, Any] = {}
    most: dict[str, Any] = {}
    nulls: dict[str, int] = dict.fromkeys(indexed, 0)
    unordered = {name for name in indexed if pa.types.is_boolean(schema.field(name).type)} | with_nan
    for group in range(metadata.num_row_groups):
        for position in range(metadata.num_columns):
            column = metadata.row_group(group).column(position)
            name, found = column.path_in_schema, column.statistics
            if name not in indexed:
                continue
            if found is None or not found.has_null_count:
                nulls.pop(name, None)
                unordered.add(name)
                continue
            if name in nulls:
                nulls[name] += found.null_count
            if found.has_min_max:
                least[name] = min(least.get(name, found.min), found.min)
                most[name] = max(most.get(name, found.max), found.max)
            elif found.null_count < column.num_values:
                unordered.add(name)
    return {
        "numRecords": metadata.num_rows,
        "minValues": _bounds(least, unordered, upper=False),
        "maxValues": _bounds(most, unordered, upper=True),
        "nullCount": dict(sorted(nulls.items())),
    }


def _bounds(values: Mapping[str, Any], unordered: set[str], *, upper: bool) -> dict[str, Any]:
    written = {name: _bound(value, upper) for name, value in sorted(values.items()) if name not in unordered}
    return {name: value for name, value in written.items() if value is not None}


def _bound(value: Any, upper: bool) -> Any:
    """Return a bound as JSON: a long string or a time is cut so that it still bounds."""
    if isinstance(value, str):
        if len(value) <= PREFIX:
            return value
        return value[:PREFIX] + ("\U0010ffff" if upper else "")
    if isinstance(value, datetime):
        cut = value.replace(microsecond=value.microsecond // 1000 * 1000)
        if upper and cut < value:
            cut += timedelta(milliseconds=1)
        text = cut.replace(tzinfo=None).isoformat(timespec="milliseconds")
        return f"{text}Z" if value.tzinfo else text
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # JSON has no decimals: a bound that a float cannot hold is left out.
        return float(value) if Decimal(repr(float(value))) == value else None
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
