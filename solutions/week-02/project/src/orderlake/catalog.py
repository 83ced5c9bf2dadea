"""The Glue catalog: readers find a date through it, so a date is registered once its files are there."""

from contextlib import suppress
from datetime import date
from typing import Any

import boto3
import pyarrow as pa

from orderlake.lake import RETRIES
from orderlake.tables import TABLES

KINDS = {pa.int64(): "bigint", pa.string(): "string"}  # else timestamp
FORMAT = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}


class Catalog:
    """One Glue database over one bucket."""

    def __init__(self, database: str, bucket: str) -> None:
        self.database, self.bucket = database, bucket
        self.glue: Any = boto3.client("glue", config=RETRIES)

    def prepare(self) -> None:
        """Make the database and the tables that are missing."""
        with suppress(self.glue.exceptions.AlreadyExistsException):
            self.glue.create_database(DatabaseInput={"Name": self.database})
        there = {
            table["Name"]
            for page in self.glue.get_paginator("get_tables").paginate(DatabaseName=self.database)
            for table in page["TableList"]
        }
        for name in TABLES:
            if name not in there:
                self.glue.create_table(DatabaseName=self.database, TableInput=self._table(name))

    def register(self, name: str, day: date) -> None:
        """Make the partition of a date known; one that is known stays."""
        partition = {
            "Values": [str(day)],
            "StorageDescriptor": self._storage(name, f"date={day}/"),
            "Parameters": {"classification": "parquet"},
        }
        with suppress(self.glue.exceptions.AlreadyExistsException):
            self.glue.create_partition(DatabaseName=self.database, TableName=name, PartitionInput=partition)

    def _table(self, name: str) -> dict[str, Any]:
        return {
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": {"classification": "parquet", "EXTERNAL": "TRUE"},
            "PartitionKeys": [{"Name": "date", "Type": "date"}],
            "StorageDescriptor": self._storage(name),
        }

    def _storage(self, name: str, below: str = "") -> dict[str, Any]:
        layer = TABLES[name].layer
        columns = TABLES[name].columns.items()
        return {
            "Columns": [{"Name": column, "Type": KINDS.get(kind, "timestamp")} for column, kind in columns],
            "Location": f"s3://{self.bucket}/{layer}/{name.removeprefix(f'{layer}_')}/{below}",
            **FORMAT,
        }
