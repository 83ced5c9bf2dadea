"""Lakes: each case has a bucket and a Glue database of its own, on one local AWS for all."""

import io
from collections.abc import Iterator
from datetime import date
from functools import cache
from itertools import count
from typing import Any

import boto3
import pyarrow.parquet as pq
from kit.compare import columns_of, plain
from kit.sentences import fail

from seniorde import labs

_numbers = count(1)


@cache
def server() -> boto3.Session:
    """Return a session on the tests' own AWS."""
    return labs.aws()


@cache
def client(service: str) -> Any:
    return server().client(service)


class Lake:
    """A bucket that keeps all versions, and the name of a database that is not there yet."""

    def __init__(self) -> None:
        number = next(_numbers)
        self.bucket, self.database = f"acceptance-lake-{number}", f"lake_{number}"
        self.s3, self.glue = client("s3"), client("glue")
        self._rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self.s3.create_bucket(Bucket=self.bucket)
        self.s3.put_bucket_versioning(
            Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"}
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL": self.s3.meta.endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "ORDERLAKE_BUCKET": self.bucket,
            "ORDERLAKE_DATABASE": self.database,
        }

    def keys(self, prefix: str = "") -> list[str]:
        return sorted(self.versions(prefix))

    def versions(self, prefix: str = "") -> dict[str, str]:
        """Return the version of each object that is there: another version was written again."""
        return {
            found["Key"]: found["VersionId"]
            for page in self.s3.get_paginator("list_object_versions").paginate(
                Bucket=self.bucket, Prefix=prefix
            )
            for found in page.get("Versions", ())
            if found["IsLatest"]
        }

    def gone_and_back(self, prefixes: tuple[str, ...]) -> list[str]:
        """Return the objects that are there, but were deleted in between."""
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket)
        deleted = {found["Key"] for page in pages for found in page.get("DeleteMarkers", ())}
        return [key for key in self.keys() if key in deleted and key.startswith(prefixes)]

    def get(self, key: str) -> bytes:
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def partitions(self, table: str) -> list[tuple[date, str]]:
        """Return date and prefix of each partition that the catalog knows; no such table fails the test."""
        __tracebackhide__ = True
        try:
            pages = list(
                self.glue.get_paginator("get_partitions").paginate(
                    DatabaseName=self.database, TableName=table
                )
            )
        except self.glue.exceptions.EntityNotFoundException:
            fail(
                f"The catalog: expected the table {table} in the database {self.database}, got none.",
                "create it in Glue; compare its name with README, The tables.",
            )
        found = []
        for partition in (one for page in pages for one in page["Partitions"]):
            location, start = partition["StorageDescriptor"]["Location"], f"s3://{self.bucket}/"
            if not location.startswith(start):
                fail(f"The catalog: expected locations of {table} below {start}, got {location}.")
            try:
                day = date.fromisoformat(partition["Values"][0])
            except ValueError:
                fail(f"The catalog: expected a partition {table} by ISO date, got {partition['Values']}.")
            found.append((day, location.removeprefix(start).rstrip("/") + "/"))
        return found

    def files(self, prefix: str) -> Iterator[pq.ParquetFile]:
        """Return the Parquet files below a prefix; anything else there fails the test."""
        __tracebackhide__ = True
        for key in self.keys(prefix):
            try:
                yield pq.ParquetFile(io.BytesIO(self.get(key)))
            except Exception as error:
                fail(f"{key}: expected a Parquet file, got {error}.", "readers read all that lies there.")

    def table(self, name: str) -> list[tuple[Any, ...]]:
        """Return the rows of a table as a reader finds them: through the catalog."""
        __tracebackhide__ = True
        rows, columns = [], columns_of(name)[1:]
        partitions = self.partitions(name)
        versions = self.versions(f"{name.partition('_')[0]}/")
        for day, prefix in partitions:
            for one in sorted(versions.items()):
                if one[0].startswith(prefix):
                    if one not in self._rows:
                        self._rows[one] = [row for file in self.files(one[0]) for row in file.read().to_pylist()]
                    for row in self._rows[one]:
                        if missing := set(columns) - set(row):
                            fail(f"{name}: expected the columns {columns}, got none of {sorted(missing)}.")
                        rows.append((day, *(plain(row[column]) for column in columns)))
        return rows
