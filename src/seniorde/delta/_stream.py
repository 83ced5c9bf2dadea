"""A table as a stream: first the rows that it holds, then what each version appends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from pyspark.sql.datasource import DataSourceStreamReader, InputPartition
from pyspark.sql.streaming.datasource import (
    ReadLimit,
    ReadMaxBytes,
    ReadMaxFiles,
    SupportsTriggerAvailableNow,
)
from pyspark.sql.types import StructType

from seniorde.delta import _table
from seniorde.delta._read import DataFile, data_files, deleted_rows, grouped, read_group
from seniorde.delta._table import DeltaTableError, without_traceback

if TYPE_CHECKING:
    import pyarrow

# As in Delta on Spark.
FILES_PER_TRIGGER = 1000


class DeltaStreamReader(DataSourceStreamReader, SupportsTriggerAvailableNow):
    """Versions as micro-batches; an offset is the next file: its version, its place, whether at the start."""

    @without_traceback
    def __init__(self, options: Mapping[str, str], schema: StructType):
        self.path = _table.path_of(options)
        self.storage = _table.storage_options(options)
        self.schema = schema
        self.skip = _table.flag(options, "skipChangeCommits")
        self.again = _table.flag(options, "ignoreChanges")
        self.no_deletes = self.skip or self.again or _table.flag(options, "ignoreDeletes")
        self.files = _table.number(options, "maxFilesPerTrigger", 1)
        self.bytes = _table.number(options, "maxBytesPerTrigger", 1)
        latest = options.get("startingVersion", "").lower() == "latest"
        self.version = None if latest else _table.number(options, "startingVersion")
        self.time = _table.moment(options, "startingTimestamp")
        self.latest = latest
        if self.time is not None and (latest or self.version is not None):
            raise DeltaTableError("Ask for startingVersion or for startingTimestamp, not for both.")
        self.last: int | None = None

    def _table(self) -> Any:
        return _table.opened(self.path, self.storage)

    @without_traceback
    def initialOffset(self) -> dict[str, Any]:
        table = self._table()
        if self.latest:
            return _offset(table.version() + 1)
        if self.time is not None:
            return _offset(_table.version_at(table, self.time, after=True))
        if self.version is None:
            return _offset(table.version(), start=True)
        if self.version > table.version() + 1:
            raise DeltaTableError(
                f"The table has no version {self.version} yet: its newest is {table.version()}."
            )
        return _offset(self.version)

    def getDefaultReadLimit(self) -> ReadLimit:
        if self.bytes is not None and self.files is None:
            return ReadMaxBytes(self.bytes)
        return ReadMaxFiles(self.files or FILES_PER_TRIGGER)

    def prepareForTriggerAvailableNow(self) -> None:
        self.last = self._table().version()

    @without_traceback
    def latestOffset(self, start: dict[str, Any], limit: ReadLimit) -> dict[str, Any]:
        files, size = 0, 0
        end = start
        for offset, file in self._walk(start, None):
            if isinstance(limit, ReadMaxFiles) and files >= limit.max_files:
                break
            if isinstance(limit, ReadMaxBytes) and size >= limit.max_bytes:
                break
            end = offset
            if file is not None:
                files, size = files + 1, size + file.size
        return end

    @without_traceback
    def partitions(self, start: dict[str, Any], end: dict[str, Any]) -> Sequence[InputPartition]:
        return grouped([file for _, file in self._walk(start, end) if file is not None])

    @without_traceback
    def read(self, partition: InputPartition) -> Iterator[pyarrow.RecordBatch]:
        return read_group(partition, self.schema, self.path, self.storage)

    def _walk(
        self, start: dict[str, Any], end: dict[str, Any] | None
    ) -> Iterator[tuple[dict[str, Any], DataFile | None]]:
        """Yield, from `start` on, every file with the offset after it, and the offset after every version."""
        table = self._table()
        newest = table.version() if self.last is None or end is not None else self.last
        version, index, first = start["version"], start["index"], start["start"]
        while version <= newest:
            if end is not None and (version, index) >= (end["version"], end["index"]):
                return
            files = self._held(version) if first else self._appended(version)
            for place in range(index, len(files)):
                after = _offset(version, place + 1, start=first)
                yield after, files[place]
                if after == end:
                    return
            version, index, first = version + 1, 0, False
            yield _offset(version), None

    def _held(self, version: int) -> list[DataFile]:
        table = self._table()
        _table.at_version(table, version)
        return data_files(table)

    def _appended(self, version: int) -> list[DataFile]:
        """Return the files that a version adds; raise if it changes rows that the stream may have given."""
        log = f"_delta_log/{version:020d}.json"
        try:
            with _table.filesystem(self.path, self.storage).open_input_file(log) as file:
                actions = [json.loads(line) for line in file.read().decode().splitlines() if line.strip()]
        except FileNotFoundError:
            raise DeltaTableError(
                f"Version {version} is no longer in the log: start the stream anew, with another checkpoint."
            ) from None
        added = [a["add"] for a in actions if a.get("add", {}).get("dataChange")]
        removed = [a["remove"] for a in actions if a.get("remove", {}).get("dataChange")]
        self._check(version, actions, added=bool(added), removed=bool(removed))
        if removed and not self.again:
            return []
        deleted = {}
        if any("deletionVector" in add for add in added):
            table = self._table()
            _table.at_version(table, version)
            deleted = deleted_rows(table)
        return [
            DataFile(
                unquote(add["path"]),
                add["size"],
                tuple(add["partitionValues"].items()),
                deleted.get(unquote(add["path"])),
            )
            for add in added
        ]

    def _check(self, version: int, actions: list[dict[str, Any]], *, added: bool, removed: bool) -> None:
        what = (
            next((a["commitInfo"].get("operation") for a in actions if "commitInfo" in a), None) or "a write"
        )
        if removed and not added and not self.no_deletes:
            raise DeltaTableError(
                f"Version {version} deletes rows ({what}), and a stream knows no deletes: "
                "set skipChangeCommits or ignoreDeletes to pass over it."
            )
        if removed and added and not (self.skip or self.again):
            raise DeltaTableError(
                f"Version {version} changes rows ({what}), and a stream knows no changes: "
                "set skipChangeCommits to pass over it, or read the change data feed."
            )
        for text in (a["metaData"]["schemaString"] for a in actions if "metaData" in a):
            types = {field.name: field.dataType for field in self.schema}
            for field in StructType.fromJson(json.loads(text)):
                if types.get(field.name) != field.dataType:
                    raise DeltaTableError(
                        f"Version {version} changes the schema ({field.name}): start the query again, "
                        "so that it reads the new one."
                    )


def _offset(version: int, index: int = 0, *, start: bool = False) -> dict[str, Any]:
    return {"version": version, "index": index, "start": start}
