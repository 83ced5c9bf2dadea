"""A table as its log describes it: opened at a version, or refused; its schema in Spark's words."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pyspark.errors import PySparkException
from pyspark.sql.types import ArrayType, DataType, MapType, StructField, StructType

if TYPE_CHECKING:
    import pyarrow
    from deltalake import DeltaTable
    from pyarrow.fs import FileSystem

# What a reader must understand, by the protocol's names; anything else would be read wrongly.
READABLE = {"timestampNtz", "deletionVectors", "v2Checkpoint", "vacuumProtocolCheck"}
STORAGE = ("aws_", "azure_", "google_", "s3_", "allow_")

_Function = TypeVar("_Function", bound=Callable[..., Any])


class DeltaTableError(PySparkException):
    """A table that is missing or that we cannot read, or a write that does not fit it; it says what to do."""

    def __init__(self, message: str):
        super().__init__(message=message)

    def __reduce__(self) -> tuple[type[DeltaTableError], tuple[str]]:
        return type(self), (str(self.getMessage()),)


# The name that a reader sees at the head of the message.
DeltaTableError.__module__ = "seniorde.delta"


def without_traceback(function: _Function) -> _Function:
    """Let Spark show an error of ours as its one sentence: the worker that raises it ends right after."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except DeltaTableError:
            os.environ["SPARK_HIDE_TRACEBACK"] = "1"
            raise

    return call  # type: ignore[return-value]


def path_of(options: Mapping[str, str]) -> str:
    """Return the table's address: what stands in `load(…)`, `save(…)` or `start(…)`."""
    if not (path := options.get("path")):
        raise DeltaTableError("A Delta table needs a path: give it to load(), save() or start().")
    return path.removeprefix("file://")


def storage_options(options: Mapping[str, str]) -> dict[str, str]:
    """Return the options that are for the object store: keys, endpoint, region."""
    return {key: value for key, value in options.items() if key.lower().startswith(STORAGE)}


def number(options: Mapping[str, str], name: str, least: int = 0) -> int | None:
    """Return an option that must be a whole number of at least `least`."""
    text = options.get(name)
    if text is None:
        return None
    if not text.strip().isdecimal() or int(text) < least:
        raise DeltaTableError(f"The option {name} must be a whole number from {least}, not {text!r}.")
    return int(text)


def flag(options: Mapping[str, str], name: str) -> bool:
    """Return an option that must be true or false."""
    text = options.get(name, "false").strip().lower()
    if text not in {"true", "false"}:
        raise DeltaTableError(f"The option {name} must be true or false, not {text!r}.")
    return text == "true"


def moment(options: Mapping[str, str], name: str) -> datetime | None:
    """Return an option that must be a date or a time, in UTC where it names no zone."""
    text = options.get(name)
    if text is None:
        return None
    try:
        value = datetime.fromisoformat(text.strip())
    except ValueError:
        raise DeltaTableError(
            f"The option {name} must be a date or a time such as 2025-10-01T08:00:00Z, not {text!r}."
        ) from None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def existing(path: str, storage: Mapping[str, str] = {}) -> DeltaTable | None:
    """Return the newest version of the table, or None where there is none."""
    from deltalake import DeltaTable
    from deltalake.exceptions import DeltaError, TableNotFoundError

    try:
        return DeltaTable(path, storage_options=dict(storage) or None)
    except TableNotFoundError:
        return None
    except DeltaError as error:
        raise DeltaTableError(
            f"The table is not supported here, or its log is broken: {first_line(error)}."
        ) from None


def opened(path: str, options: Mapping[str, str] = {}) -> DeltaTable:
    """Return the table at the version that the options ask for, the newest by default."""
    table = existing(path, storage_options(options))
    if table is None:
        raise DeltaTableError(f"There is no Delta table at {path}.")
    version, time = number(options, "versionAsOf"), moment(options, "timestampAsOf")
    if version is not None and time is not None:
        raise DeltaTableError("Ask for versionAsOf or for timestampAsOf, not for both.")
    if version is not None:
        at_version(table, version)
    elif time is not None:
        at_version(table, version_at(table, time))
    readable(table)
    return table


def at_version(table: DeltaTable, version: int) -> None:
    """Take the table back to a version; raise if the log no longer, or not yet, has it."""
    from deltalake.exceptions import DeltaError

    newest = table.version()
    if version == newest:
        return
    try:
        table.load_as_version(version)
    except DeltaError:
        oldest = min((commit["version"] for commit in table.history()), default=newest)
        raise DeltaTableError(
            f"The table has no version {version}: its log holds {oldest} to {newest}."
        ) from None


def version_at(table: DeltaTable, time: datetime, *, after: bool = False) -> int:
    """Return the version that was the newest at a time, or with `after` the first one since."""
    commits = sorted((commit["version"], commit["timestamp"]) for commit in table.history())
    wanted = time.timestamp() * 1000
    first, last = (datetime.fromtimestamp(commits[end][1] / 1000, UTC) for end in (0, -1))
    if wanted > commits[-1][1]:
        raise DeltaTableError(
            f"{time:%Y-%m-%dT%H:%M:%SZ} is after the last commit, of {last:%Y-%m-%dT%H:%M:%S.%fZ}."
        )
    if after:
        return next(version for version, written in commits if written >= wanted)
    if wanted < commits[0][1]:
        raise DeltaTableError(
            f"{time:%Y-%m-%dT%H:%M:%SZ} is before the first commit, of {first:%Y-%m-%dT%H:%M:%S.%fZ}."
        )
    return max(version for version, written in commits if written <= wanted)


def first_line(error: Exception) -> str:
    """Return what an error of deltalake says, without its prefixes."""
    text = str(error).strip().splitlines()[0].rstrip(".")
    for prefix in ("Generic DeltaTable error: ", "External error: ", "Kernel error: "):
        text = text.replace(prefix, "")
    return text


def readable(table: DeltaTable) -> None:
    """Raise if the table has a feature that we would read wrongly."""
    protocol = table.protocol()
    unknown = sorted(set(protocol.reader_features or []) - READABLE)
    if not unknown and protocol.min_reader_version == 2:
        unknown = ["columnMapping"] if column_mapping(table) else []
    if unknown or protocol.min_reader_version > 3:
        raise DeltaTableError(
            f"The table asks its readers for {', '.join(unknown) or 'a newer protocol'}, "
            "which is not supported here."
        )


def column_mapping(table: DeltaTable) -> bool:
    """Tell whether columns have other names in the files than in the schema."""
    return table.metadata().configuration.get("delta.columnMapping.mode", "none") != "none"


def spark_schema(table: DeltaTable) -> StructType:
    """Return the table's schema: the log holds it in Spark's own JSON."""
    return StructType.fromJson(json.loads(table.schema().to_json()))


def arrow_schema(schema: StructType) -> pyarrow.Schema:
    """Return the Arrow schema in which Spark wants, and gives, such rows."""
    from pyspark.sql.pandas.types import to_arrow_schema

    return to_arrow_schema(schema, timezone="UTC")


def all_nullable(schema: StructType) -> StructType:
    """Return the schema of a new table: as with Delta on Spark, every column may hold NULL."""

    def loose(kind: DataType) -> DataType:
        if isinstance(kind, StructType):
            return StructType([StructField(f.name, loose(f.dataType), True, f.metadata) for f in kind])
        if isinstance(kind, ArrayType):
            return ArrayType(loose(kind.elementType), True)
        if isinstance(kind, MapType):
            return MapType(loose(kind.keyType), loose(kind.valueType), True)
        return kind

    result = loose(schema)
    assert isinstance(result, StructType)
    return result


def filesystem(path: str, storage: Mapping[str, str]) -> FileSystem:
    """Return the file system whose root is the table's folder."""
    from pyarrow import fs

    if "://" not in path:
        return fs.SubTreeFileSystem(str(Path(path).absolute()), fs.LocalFileSystem())
    from deltalake.fs import DeltaStorageHandler

    return fs.PyFileSystem(DeltaStorageHandler(path, dict(storage) or None))
