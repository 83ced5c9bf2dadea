"""The function, beside an AWS that has no crawler or topic by other names; and the policies' texts."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

from conftest import BUCKET
from orderlake import trigger
from orderlake.policies import FOLDER, policy


@pytest.fixture
def topic(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    arn = boto3.client("sns").create_topic(Name="deliveries")["TopicArn"]
    monkeypatch.setenv("ORDERLAKE_TOPIC", arn)
    monkeypatch.setenv("ORDERLAKE_CRAWLER", "bronze")
    return str(arn)


def event(version: str) -> dict[str, object]:
    stored = {"key": "bronze/psp/payments/delivered%3D2025-10-10/a+b.csv", "size": 3, "versionId": version}
    return {"Records": [{"s3": {"bucket": {"name": BUCKET}, "object": stored}}]}


def test_a_delivery_is_new_once(topic: str) -> None:
    with pytest.raises(ClientError, match="EntityNotFound"):  # no crawler yet: nothing is marked
        trigger.handler(event("1"), None)
    boto3.client("glue").create_crawler(
        Name="bronze", Role="r", DatabaseName="d", Targets={"S3Targets": [{"Path": "s3://b"}]}
    )
    found = [trigger.handler(event(version), None)["new"] for version in "1121"]
    assert found == [1, 0, 1, 0]
    keys = [one["Key"] for one in boto3.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert len(keys) == 2 and all(key.startswith("ops/deliveries/") for key in keys)
    mark = json.load(boto3.client("s3").get_object(Bucket=BUCKET, Key=keys[0])["Body"])
    assert mark["key"] == "bronze/psp/payments/delivered=2025-10-10/a b.csv"


def test_a_test_event_is_nothing_new() -> None:
    assert trigger.handler({"Event": "s3:TestEvent"}, None) == {"new": 0}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_a_policy_is_filled_in_and_names_no_other_bucket(name: str) -> None:
    text = policy(name, bucket="lake", account="111122223333", region="eu-north-1", database="shop")
    assert "$" not in text
    for statement in json.loads(text)["Statement"]:
        for resource in (
            [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
        ):
            assert resource != "*" and ("s3:::" not in resource or resource.startswith("arn:aws:s3:::lake"))
