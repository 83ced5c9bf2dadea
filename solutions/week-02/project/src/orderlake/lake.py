"""The bucket: where what lies, and writes that change nothing when nothing changed."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import boto3
from botocore.config import Config as ClientConfig
from botocore.exceptions import BotoCoreError, ClientError

RETRIES = ClientConfig(retries={"mode": "standard"})  # AWS_MAX_ATTEMPTS says how many; waits double
UNREACHABLE = (BotoCoreError, ClientError)


class Stored(NamedTuple):
    """An object as the listing knows it."""

    key: str
    etag: str
    size: int


class Lake:
    """One bucket."""

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket
        self.s3: Any = boto3.client("s3", config=RETRIES)

    def check(self) -> None:
        """Raise ClientError if the bucket is not there."""
        self.s3.head_bucket(Bucket=self.bucket)

    def list(self, prefix: str) -> Iterator[Stored]:
        """Return the objects below a prefix in the order of their keys."""
        for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            for found in page.get("Contents", ()):
                yield Stored(found["Key"], found["ETag"].strip('"'), found["Size"])

    def get(self, key: str) -> bytes:
        """Return the content of an object."""
        return bytes(self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())

    def put(self, key: str, content: bytes) -> bool:
        """Make the object hold this content; return whether it had to be written.

        A PUT shows the old object or the new one, never half of it. The ETag of a single PUT without KMS is
        the MD5 of the content; with KMS it is not, and the object is written again, which is harmless.
        """
        digest = hashlib.md5(content, usedforsecurity=False).hexdigest()
        try:
            if self.s3.head_object(Bucket=self.bucket, Key=key)["ETag"].strip('"') == digest:
                return False
        except ClientError as error:
            if error.response["Error"]["Code"] not in ("404", "NoSuchKey"):
                raise
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return True

    def remove(self, prefix: str) -> None:
        """Delete what lies below a prefix."""
        for found in list(self.list(prefix)):
            self.s3.delete_object(Bucket=self.bucket, Key=found.key)
