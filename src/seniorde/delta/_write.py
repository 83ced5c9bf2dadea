"""Writing: tasks write data files, the driver makes them a version in one commit, or deletes them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql.datasource import (
    DataSourceArrowWriter,
    DataSourceStreamArrowWriter,
    WriterCommitMessage,
)
from pyspark.sql.types import (
    ArrayType,
    ByteType,
    DataType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    NullType,
    ShortType,
    StructType,
)

from seniorde.delta import _table
from seniorde.delta._files import WrittenFile, delete_files, write_files
from seniorde.delta._table import DeltaTableError, without_traceback

if TYPE_CHECKING:
    import pyarrow
    from deltalake import DeltaTable
    from deltalake.transaction import CommitProperties

# A value of the left type fits every column of a type on its right.
WIDER: dict[type[DataType], tuple[type[DataType], ...]] = {
    ByteType: (ShortType, IntegerType, LongType),
    ShortType: (IntegerType, LongType),
    IntegerType: (LongType, DoubleType),
    FloatType: (DoubleType,),
}
# What a version can only be checked for by an engine that evaluates SQL: then deltalake writes the rows.
CHECKED = ("delta.constraints.", "delta.invariants", "delta.generationExpression", "delta.identity.")
ATTEMPTS = 20


@dataclass
class Written(WriterCommitMessage):
    """What a task has written, and which stream it wrote for."""

    files: list[WrittenFile]
    query: str | None = None


@dataclass(frozen=True)
class Plan:
    """A write as it was checked when Spark planned it."""

    path: str
    storage: dict[str, str]
    overwrite: bool
    rows: StructType  # as Spark gives them
    schema: StructType  # as the table has, or will have, them
    known: str | None  # the table's schema then; None where there was no table
    partition_by: tuple[str, ...]
    hand_over: bool  # deltalake writes the rows, once more, and checks them
    schema_mode: str | None
    predicate: str | None
    application: tuple[str, int] | None
    configuration: dict[str, str]
    message: str | None
    max_records: int | None
    compression: str


def planned(options: Mapping[str, str], rows: StructType, overwrite: bool) -> Plan:
    """Check a write against the table as it is now; raise DeltaTableError if it does not fit."""
    path, storage = _table.path_of(options), _table.storage_options(options)
    merge, replace = _table.flag(options, "mergeSchema"), _table.flag(options, "overwriteSchema")
    predicate = options.get("replaceWhere")
    if replace and not overwrite:
        raise DeltaTableError(
            "overwriteSchema goes with mode overwrite only; to add columns, say mergeSchema."
        )
    if predicate and (not overwrite or replace):
        raise DeltaTableError("replaceWhere goes with mode overwrite, and not with overwriteSchema.")
    _refuse_types(rows)
    table = _table.existing(path, storage)
    wanted = tuple(name.strip() for name in options.get("partitionBy", "").split(",") if name.strip())
    if missing := [name for name in wanted if name not in rows.names]:
        raise DeltaTableError(f"The rows have no column {missing[0]} to partition by.")
    schema_mode, known, configuration = None, None, {}
    if table is None:
        schema, partition_by = _table.all_nullable(rows), wanted
        configuration = {key: value for key, value in options.items() if key.startswith("delta.")}
    else:
        writable(table)
        known = table.schema().to_json()
        old, partition_by = _table.spark_schema(table), tuple(table.metadata().partition_columns)
        if replace:
            schema, partition_by = _table.all_nullable(rows), wanted
            schema_mode = "overwrite"
        else:
            if wanted and wanted != partition_by:
                raise DeltaTableError(
                    f"The table is partitioned by {', '.join(partition_by) or 'nothing'}, "
                    f"not by {', '.join(wanted)}."
                )
            schema = fitted(rows, old, merge=merge)
            schema_mode = "merge" if schema != old else None
    return Plan(
        path,
        storage,
        overwrite,
        rows,
        schema,
        known,
        partition_by,
        table is not None and (bool(schema_mode or predicate) or _needs_checks(table)),
        schema_mode,
        predicate,
        _application(options),
        configuration,
        options.get("userMetadata"),
        _table.number(options, "maxRecordsPerFile", 0) or None,
        _compression(options),
    )


def writable(table: DeltaTable) -> None:
    """Raise if rows cannot be written as the table wants them."""
    _table.readable(table)
    features = set(table.protocol().writer_features or [])
    if unknown := features & {
        "columnMapping",
        "identityColumns",
        "icebergCompatV1",
        "icebergCompatV2",
        "rowTracking",
    }:
        raise DeltaTableError(
            f"The table asks its writers for {', '.join(sorted(unknown))}, which is not supported here."
        )


def _needs_checks(table: DeltaTable) -> bool:
    if any(key.startswith(CHECKED) for key in table.metadata().configuration):
        return True
    return any(mark in table.schema().to_json() for mark in CHECKED)


def _application(options: Mapping[str, str]) -> tuple[str, int] | None:
    name, version = options.get("txnAppId"), _table.number(options, "txnVersion")
    if (name is None) != (version is None):
        raise DeltaTableError(
            "txnAppId and txnVersion go together: the application, and the number of its write."
        )
    return None if name is None or version is None else (name, version)


def _compression(options: Mapping[str, str]) -> str:
    name = options.get("compression", "snappy").lower()
    if name not in {"snappy", "zstd", "gzip", "none"}:
        raise DeltaTableError(f"The compression must be snappy, zstd, gzip or none, not {name!r}.")
    return name


def _refuse_types(schema: StructType) -> None:
    def bad(kind: DataType) -> str | None:
        if isinstance(kind, StructType):
            return next((name for f in kind if (name := bad(f.dataType))), None)
        if isinstance(kind, ArrayType):
            return bad(kind.elementType)
        if isinstance(kind, MapType):
            return bad(kind.keyType) or bad(kind.valueType)
        refused = isinstance(kind, NullType) or kind.typeName() in {
            "variant",
            "interval",
            "daytimeinterval",
            "yearmonthinterval",
            "calendarinterval",
            "time",
        }
        return kind.simpleString() if refused else None

    lower = [name.lower() for name in schema.names]
    if twice := next((name for name in schema.names if lower.count(name.lower()) > 1), None):
        raise DeltaTableError(f"Two columns are named {twice}: names differ by more than their case.")
    for column in schema:
        if (name := bad(column.dataType)) is not None:
            raise DeltaTableError(
                f"Column {column.name} is of type {name}, which a Delta table cannot hold here."
            )
        if set(column.name) & set(" ,;{}()\n\t="):
            raise DeltaTableError(
                f"A column name may hold none of ' ,;{{}}()=', tab or line end: {column.name!r}."
            )


def fitted(rows: StructType, table: StructType, *, merge: bool) -> StructType:
    """Return the table's schema after such a write: wider with `merge`; raise if it clashes."""
    result = StructType(list(table.fields))
    columns = {field.name.lower(): field for field in table}
    for field in rows:
        held = columns.get(field.name.lower())
        if held is None:
            if not merge:
                raise DeltaTableError(
                    f"The table has no column {field.name}: "
                    "add it with the option mergeSchema, or drop it from the rows."
                )
            result.add(_table.all_nullable(StructType([field])).fields[0])
        elif not _fits(field.dataType, held.dataType):
            raise DeltaTableError(
                f"Column {field.name} is {held.dataType.simpleString()} in the table and "
                f"{field.dataType.simpleString()} in the rows: cast it."
            )
    given = {name.lower() for name in rows.names}
    for field in table:
        if not field.nullable and field.name.lower() not in given:
            raise DeltaTableError(
                f"{field.name} may not be NULL in this table, and the rows have no such column."
            )
    return result


def _fits(given: DataType, held: DataType) -> bool:
    if given == held or type(held) in WIDER.get(type(given), ()):
        return True
    if isinstance(given, ArrayType) and isinstance(held, ArrayType):
        return _fits(given.elementType, held.elementType)
    if isinstance(given, MapType) and isinstance(held, MapType):
        return _fits(given.keyType, held.keyType) and _fits(given.valueType, held.valueType)
    if isinstance(given, StructType) and isinstance(held, StructType):
        return given.names == held.names and all(
            _fits(a.dataType, b.dataType) for a, b in zip(given, held, strict=True)
        )
    return False


def conformed(batches: Iterable[pyarrow.RecordBatch], plan: Plan) -> Iterator[pyarrow.RecordBatch]:
    """Yield Spark's batches with the table's columns, in its order and types."""
    import pyarrow as pa

    target = _table.arrow_schema(plan.schema)
    given = {name.lower(): position for position, name in enumerate(plan.rows.names)}
    for batch in batches:
        columns = []
        for field in target:
            position = given.get(field.name.lower())
            if position is None:
                columns.append(pa.nulls(batch.num_rows, field.type))
            else:
                columns.append(batch.column(position).cast(field.type))
        # Not by schema: whether a column may be NULL is checked where it is written.
        yield pa.RecordBatch.from_arrays(columns, names=target.names)


def write_task(batches: Iterable[pyarrow.RecordBatch], plan: Plan) -> Written:
    """Write one task's rows; the files belong to no version yet."""
    from pyspark import TaskContext

    root = _table.filesystem(plan.path, plan.storage)
    if "://" not in plan.path:
        root.base_fs.create_dir(root.base_path, recursive=True)
    context = TaskContext.get()
    files = write_files(
        conformed(batches, plan),
        _table.arrow_schema(plan.schema),
        root,
        partition_by=plan.partition_by,
        max_records=plan.max_records,
        compression=plan.compression,
        number=context.partitionId() if context else 0,
    )
    return Written(files, context.getLocalProperty("sql.streaming.queryId") if context else None)


def undo(messages: Iterable[WriterCommitMessage | None], plan: Plan) -> None:
    """Delete what the tasks have written."""
    files = [file.path for message in messages if isinstance(message, Written) for file in message.files]
    delete_files(_table.filesystem(plan.path, plan.storage), files)


def commit(messages: Sequence[WriterCommitMessage | None], plan: Plan) -> bool:
    """Make the tasks' files one version; return False, and delete them, if this write was committed before.

    Between our look at the log and our commit another writer may commit: then look again, so that
    a write that is recorded for its application can never be there twice.
    """
    from deltalake.exceptions import CommitFailedError, DeltaError, DeltaProtocolError, SchemaMismatchError

    files = [file for message in messages if isinstance(message, Written) for file in message.files]
    done = False
    try:
        for attempt in range(ATTEMPTS):
            table = _table.existing(plan.path, plan.storage)
            if table is not None and _recorded(table, plan.application):
                return False
            _check_unchanged(table, plan)
            try:
                _version(table, files, plan)
            except CommitFailedError as error:
                if plan.overwrite and plan.application is None and table is not None:
                    raise _conflict(error) from None
                time.sleep(0.01 * attempt)  # an append has read nothing that another could have changed
                continue
            except DeltaProtocolError as error:
                raise DeltaTableError(
                    f"The rows break a rule of the table: {_table.first_line(error)}."
                ) from None
            except (SchemaMismatchError, DeltaError) as error:
                if "validation check" in str(error):
                    raise DeltaTableError(
                        f"The rows break a rule of the table, or replaceWhere: {_table.first_line(error)}."
                    ) from None
                if table is None and _table.existing(plan.path, plan.storage) is not None:
                    continue  # another writer has just created it
                raise DeltaTableError(f"The write was refused: {_table.first_line(error)}.") from None
            done = not plan.hand_over
            return True
        raise DeltaTableError(f"Other writers were faster {ATTEMPTS} times: nothing was written, try again.")
    finally:
        if not done:
            delete_files(_table.filesystem(plan.path, plan.storage), [file.path for file in files])


def _recorded(table: DeltaTable, application: tuple[str, int] | None) -> bool:
    if application is None:
        return False
    last = table.transaction_version(application[0])
    return last is not None and last >= application[1]


def _check_unchanged(table: DeltaTable | None, plan: Plan) -> None:
    if table is None and plan.known is None:
        return
    if table is None:
        raise DeltaTableError(f"The table at {plan.path} has been deleted meanwhile: nothing was written.")
    if table.schema().to_json() == plan.known:
        return
    if plan.known is None and _table.spark_schema(table) == plan.schema:
        return
    raise DeltaTableError(
        "The table's schema was changed meanwhile by another writer: nothing was written, try again."
    )


def _version(table: DeltaTable | None, files: Sequence[WrittenFile], plan: Plan) -> None:
    """Commit one version: `files` as they are, or through deltalake where it must check or rewrite rows."""
    from deltalake import Schema, write_deltalake
    from deltalake.transaction import AddAction, create_table_with_add_actions

    if table is not None and plan.hand_over:
        how: dict[str, Any] = {"mode": "append", "schema_mode": plan.schema_mode}
        if plan.overwrite:
            how |= {"mode": "overwrite", "predicate": plan.predicate}
        write_deltalake(
            table,
            _staged(files, plan),
            partition_by=list(plan.partition_by) or None,
            commit_properties=_properties(plan),
            **how,
        )
        return
    schema = Schema.from_json(plan.schema.json())
    actions: list[Any] = [
        AddAction(file.path, file.size, file.partition, file.time, True, file.stats) for file in files
    ]
    if table is None:
        create_table_with_add_actions(
            plan.path,
            schema,
            actions,
            mode="error",
            partition_by=list(plan.partition_by),
            configuration=plan.configuration or None,
            storage_options=plan.storage or None,
            commit_properties=_properties(plan),
        )
        return
    table.create_write_transaction(
        actions,
        "overwrite" if plan.overwrite else "append",
        schema,
        partition_by=list(plan.partition_by),
        commit_properties=_properties(plan),
    )


def _properties(plan: Plan) -> CommitProperties:
    from deltalake import CommitProperties, Transaction

    return CommitProperties(
        custom_metadata={"userMetadata": plan.message} if plan.message else None,
        max_commit_retries=0 if plan.application else None,
        app_transactions=[Transaction(*plan.application)] if plan.application else None,
    )


def _staged(files: Sequence[WrittenFile], plan: Plan) -> pyarrow.RecordBatchReader:
    import pyarrow as pa

    from seniorde.delta._read import DataFile, read_file

    root = _table.filesystem(plan.path, plan.storage)
    given = {name.lower() for name in plan.rows.names}
    # Columns that the rows lack are left to deltalake: it knows defaults and generated columns.
    schema = StructType([field for field in plan.schema if field.name.lower() in given])
    rows = (
        batch
        for file in files
        for batch in read_file(DataFile(file.path, file.size, tuple(file.partition.items())), schema, root)
    )
    return pa.RecordBatchReader.from_batches(_table.arrow_schema(schema), rows)


def _conflict(error: Exception) -> DeltaTableError:
    return DeltaTableError(
        "Another writer has changed the table meanwhile: nothing was written, try again "
        f"({_table.first_line(error)})."
    )


class DeltaWriter(DataSourceArrowWriter):
    """A batch write: append or overwrite."""

    @without_traceback
    def __init__(self, options: Mapping[str, str], schema: StructType, overwrite: bool):
        self.plan = planned(options, schema, overwrite)

    @without_traceback
    def write(self, iterator: Iterator[pyarrow.RecordBatch]) -> WriterCommitMessage:
        return write_task(iterator, self.plan)

    @without_traceback
    def commit(self, messages: Sequence[WriterCommitMessage | None]) -> None:
        commit(messages, self.plan)

    def abort(self, messages: Sequence[WriterCommitMessage | None]) -> None:
        undo(messages, self.plan)


class DeltaStreamWriter(DataSourceStreamArrowWriter):
    """A stream's sink: each micro-batch is one version, written once for its query and batch number."""

    @without_traceback
    def __init__(self, options: Mapping[str, str], schema: StructType, overwrite: bool):
        self.plan = planned(options, schema, overwrite)

    @without_traceback
    def write(self, iterator: Iterator[pyarrow.RecordBatch]) -> WriterCommitMessage:
        return write_task(iterator, self.plan)

    @without_traceback
    def commit(self, messages: Sequence[WriterCommitMessage | None], batchId: int) -> None:
        from dataclasses import replace

        query = next((m.query for m in messages if isinstance(m, Written) and m.query), None)
        if query is None:
            return  # no task, so no row
        commit(messages, replace(self.plan, application=(query, batchId)))

    def abort(self, messages: Sequence[WriterCommitMessage | None], batchId: int) -> None:
        undo(messages, self.plan)


Change = Callable[["DeltaTable", "CommitProperties"], Any]


def once(path: str, application: str, version: int, change: Change, *, attempts: int = ATTEMPTS) -> bool:
    """Call `change(table, commit)` unless write `version` of `application` is in the table; tell whether.

    `change` passes `commit` as `commit_properties` to a merge, an update, a delete or a write, so that the
    change and its number are one commit: a batch that is replayed after a crash changes nothing.
    If another writer commits first, look again and call `change` again on the newer table.
    """
    from deltalake import CommitProperties, Transaction
    from deltalake.exceptions import CommitFailedError

    for attempt in range(attempts):
        table = _table.opened(path)
        if _recorded(table, (application, version)):
            return False
        properties = CommitProperties(
            max_commit_retries=0, app_transactions=[Transaction(application, version)]
        )
        try:
            change(table, properties)
        except CommitFailedError:
            time.sleep(0.01 * attempt)
            continue
        return True
    raise DeltaTableError(f"Other writers were faster {attempts} times: nothing was changed, try again.")


__all__ = ["DeltaStreamWriter", "DeltaWriter", "once"]
