"""What Spark calls for `spark.read.format("delta")`, `df.write.format("delta")` and the two streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql.datasource import (
    DataSource,
    DataSourceReader,
    DataSourceStreamReader,
    DataSourceStreamWriter,
    DataSourceWriter,
)
from pyspark.sql.types import StructType

from seniorde.delta import _table
from seniorde.delta._table import DeltaTableError, without_traceback

if TYPE_CHECKING:
    from collections.abc import Mapping

READ = ("path", "versionAsOf", "timestampAsOf", "__planned")
STREAM = (
    "path",
    "startingVersion",
    "startingTimestamp",
    "maxFilesPerTrigger",
    "maxBytesPerTrigger",
    "ignoreDeletes",
    "ignoreChanges",
    "skipChangeCommits",
)
WRITE = (
    "path",
    "partitionBy",
    "mergeSchema",
    "overwriteSchema",
    "replaceWhere",
    "txnAppId",
    "txnVersion",
    "userMetadata",
    "maxRecordsPerFile",
    "compression",
    "checkpointLocation",
    "queryName",
)


def check_names(options: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Raise if there is an option that would be ignored."""
    names = {name.lower() for name in known}
    for name in options:
        if name.lower() not in names and not name.lower().startswith((*_table.STORAGE, "delta.")):
            shown = ", ".join(option for option in known if option not in {"path", "__planned", "queryName"})
            raise DeltaTableError(f"There is no option {name} here; there are {shown}.")


class DeltaDataSource(DataSource):
    """Delta tables by path, through `deltalake`; `register` adds the skipping of files."""

    @classmethod
    def name(cls) -> str:
        return "delta"

    @without_traceback
    def schema(self) -> StructType:
        return _table.spark_schema(_table.opened(_table.path_of(self.options), self.options))

    @without_traceback
    def reader(self, schema: StructType) -> DataSourceReader:
        from seniorde.delta._read import DeltaReader

        check_names(self.options, READ)
        return DeltaReader(self.options, schema)

    @without_traceback
    def writer(self, schema: StructType, overwrite: bool) -> DataSourceWriter:
        from seniorde.delta._write import DeltaWriter

        check_names(self.options, WRITE)
        return DeltaWriter(self.options, schema, overwrite)

    @without_traceback
    def streamReader(self, schema: StructType) -> DataSourceStreamReader:
        from seniorde.delta._stream import DeltaStreamReader

        check_names(self.options, STREAM)
        return DeltaStreamReader(self.options, schema)

    @without_traceback
    def streamWriter(self, schema: StructType, overwrite: bool) -> DataSourceStreamWriter:
        from seniorde.delta._write import DeltaStreamWriter

        check_names(self.options, WRITE)
        return DeltaStreamWriter(self.options, schema, overwrite)


class PruningDeltaDataSource(DeltaDataSource):
    """The same, with files skipped by the pushed filters."""

    @without_traceback
    def reader(self, schema: StructType) -> DataSourceReader:
        from seniorde.delta._read import PruningReader

        check_names(self.options, READ)
        return PruningReader(self.options, schema, planned="__planned" in self.options)
