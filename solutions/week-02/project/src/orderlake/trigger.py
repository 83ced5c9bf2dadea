"""The Lambda function that bronze calls: a new delivery starts the crawler and is announced, once.

Deployed as this one file. S3 calls at least once, so each delivery is marked when all is done; an error is
raised, so that Lambda tries again twice and then gives the event to the dead letters.
"""

import hashlib
import json
import os
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_plus

import boto3


def handler(event: dict[str, Any], context: object) -> dict[str, int]:
    """Handle the records of a notification; return how many were new."""
    return {"new": sum(_handle(record["s3"]) for record in event.get("Records", ()))}


def _handle(record: dict[str, Any]) -> bool:
    s3 = boto3.client("s3")
    bucket, stored = record["bucket"]["name"], record["object"]
    key = unquote_plus(stored["key"])  # a notification has it URL-encoded
    version = stored.get("versionId") or stored.get("eTag", "")
    mark = f"ops/deliveries/{hashlib.sha256(json.dumps([key, version]).encode()).hexdigest()}.json"
    if s3.list_objects_v2(Bucket=bucket, Prefix=mark).get("KeyCount"):
        return False
    delivery = {"bucket": bucket, "key": key, "version": version, "size": stored.get("size")}
    _start_crawler(os.environ["ORDERLAKE_CRAWLER"])
    boto3.client("sns").publish(
        TopicArn=os.environ["ORDERLAKE_TOPIC"], Subject="New delivery", Message=json.dumps(delivery)
    )
    s3.put_object(Bucket=bucket, Key=mark, Body=json.dumps(delivery).encode())
    print(json.dumps({"event": "delivery", **delivery}))
    return True


def _start_crawler(name: str) -> None:
    glue = boto3.client("glue")
    with suppress(glue.exceptions.CrawlerRunningException):  # that run, or the next, finds the object
        glue.start_crawler(Name=name)
