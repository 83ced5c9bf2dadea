"""The function that bronze calls: on its own, then deployed."""

import json
import shutil
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError
from kit import expect, fail, orderlake, server, well
from kit.command import PROJECT, environment

from seniorde.checks.iam import Request, decide

TLS = {"aws:SecureTransport": "true"}
KEY = "bronze/psp/payments/delivered=2025-10-10/payments copy+1.csv"


class Ears:
    """A queue that hears what a topic says."""

    def __init__(self, topic):
        self.sqs = server().client("sqs")
        self.queue = self.sqs.create_queue(QueueName=f"ears-{topic.rpartition(':')[2]}")["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        server().client("sns").subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn["Attributes"]["QueueArn"]
        )

    def heard(self, seconds=0):
        return [json.loads(json.loads(body)["Message"]) for body in bodies(self.sqs, self.queue, seconds)]


def bodies(sqs, queue, seconds=0):
    """Return what lies in a queue; wait so long for the first."""
    found, deadline = [], time.monotonic() + seconds
    while True:
        messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
        if not messages and (found or time.monotonic() > deadline):
            return found
        if not messages:
            time.sleep(0.1)


def record(lake, key, version="v1"):
    stored = {"key": key.replace("=", "%3D").replace("+", "%2B").replace(" ", "+"), "size": 3}
    stored |= {"eTag": f"tag-{version}", "versionId": version, "sequencer": version}
    return {
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": lake.bucket}, "object": stored},
    }


@pytest.fixture
def call(lake, tmp_path):
    """Return a function that calls the handler, in a folder with this one file, once for each event."""
    source = PROJECT / "src" / "orderlake" / "trigger.py"
    topic = server().client("sns").create_topic(Name=f"{lake.bucket}-deliveries")["TopicArn"]
    glue = server().client("glue")
    glue.create_crawler(
        Name=f"{lake.bucket}-bronze", Role="r", DatabaseName="d", Targets={"S3Targets": [{"Path": "s3://b"}]}
    )
    lake.s3.put_object(Bucket=lake.bucket, Key=KEY, Body=b"one")

    def run(*events, topic=topic):
        __tracebackhide__ = True
        if not source.exists():
            fail("src/orderlake/trigger.py: expected a file with handler(event, context), got none.")
        shutil.copy(source, tmp_path)
        variables = {"ORDERLAKE_TOPIC": topic, "ORDERLAKE_CRAWLER": f"{lake.bucket}-bronze"}
        code = (
            "import json, sys, trigger\n"
            "for event in json.load(sys.stdin):\n    trigger.handler(event, None)\n"
        )
        return subprocess.run(
            [sys.executable, "-c", code],
            input=json.dumps(events),
            cwd=tmp_path,
            env=environment(lake, {**variables, "PYTHONPATH": str(tmp_path)}),
            capture_output=True,
            text=True,
        )

    run.topic = topic
    run.crawler = lambda: glue.get_crawler(Name=f"{lake.bucket}-bronze")["Crawler"]["State"]
    return run


def test_handler(lake, call):
    """A new object starts the crawler and is announced once, however often S3 says so."""
    ears = Ears(call.topic)
    event = {"Records": [record(lake, KEY)]}
    done = call(event, event)  # the second finds the crawler running, too
    expect(done.returncode == 0, f"The handler: expected no error, got {_last(done)}.")
    expect(
        call.crawler() != "READY", f"The handler: expected the crawler started, got it {call.crawler()}."
    )
    done = call(event, {"Records": [record(lake, KEY, "v2")]})
    expect(done.returncode == 0, f"The handler, called again: expected no error, got {_last(done)}.")
    heard = ears.heard()
    keys = [message.get("key") for message in heard]
    expect(
        keys == [KEY, KEY],
        f"Three calls for one version of an object and one for the next: expected 2 messages with the key "
        f"{KEY!r}, got {keys}.",
        "mark a delivery by key and version; a notification's key is URL-encoded.",
    )


def test_handler_raises(lake, call):
    """An error is raised, so that Lambda tries again; the next call then announces the delivery."""
    event = {"Records": [record(lake, KEY)]}
    done = call(event, topic=call.topic + "-gone")
    expect(
        done.returncode != 0,
        "A topic that is not there: expected the handler to raise, got a call that succeeded.",
        "Lambda retries, and keeps the event as a dead letter, only when the function raises.",
    )
    ears = Ears(call.topic)
    call(event)
    expect(
        len(ears.heard()) == 1,
        "The call after one that failed: expected the delivery announced, got no message.",
        "mark a delivery after the work, not before.",
    )


def test_deployed(lake, tmp_path):
    """`deploy`, twice: an object in bronze is announced; one that cannot be is a dead letter in the end."""
    addresses = well(orderlake(lake, "deploy")).printed()
    missing = {"function", "topic", "crawler", "dead_letters"} - set(addresses)
    expect(not missing, f"`deploy`: expected function, topic, crawler, dead_letters, got none of {missing}.")
    for what, end in (
        ("function", "trigger"),
        ("topic", "deliveries"),
        ("crawler", "bronze"),
        ("dead_letters", "dead-letters"),
    ):
        name = str(addresses[what]).rpartition("/")[2].rpartition(":")[2]
        expect(
            name == f"{lake.bucket}-{end}",
            f"`deploy`: expected {what} with the name {lake.bucket}-{end}, got {addresses[what]!r}.",
        )
    before = made(lake)
    again = well(orderlake(lake, "deploy"), given="a second time").printed()
    expect(again == addresses, f"`deploy` a second time: expected {addresses} again, got {again}.")
    for what, found in made(lake).items():
        expect(
            found == before[what],
            f"`deploy` a second time: expected {what} as before, {str(before[what])[:150]}, got "
            f"{str(found)[:150]}.",
        )
    tries = before["its retries"].get("MaximumRetryAttempts")
    expect(tries == 2, f"`deploy`: expected MaximumRetryAttempts 2, got {tries}.")
    policies = [json.dumps(one) for one in before["the policies of its role"].values()]
    delete = Request("s3:DeleteObject", f"arn:aws:s3:::{lake.bucket}/{KEY}", "arn:aws:iam::0:role/admin", TLS)
    rules = before["the bucket's policy"]
    got = decide(delete, json.dumps(rules)) if rules else "no policy"
    expect(
        got == "denied by a statement",
        f"`deploy`: expected a policy on the bucket that denies to delete in bronze, got {got}.",
        "put infra/policies/bucket.json there.",
    )
    ears = Ears(addresses["topic"])
    lake.s3.put_object(Bucket=lake.bucket, Key="gold/x.parquet", Body=b"one")
    lake.s3.put_object(Bucket=lake.bucket, Key=KEY, Body=b"one")
    keys = [message.get("key") for message in ears.heard(60)]
    expect(keys == [KEY], f"One object in bronze, one in gold: expected one message, {KEY!r}, got {keys}.")
    marks = lake.keys("ops/")
    expect(marks, "A delivery that was announced: expected something below ops/, got nothing.")
    for key in marks:
        request = Request("s3:PutObject", f"arn:aws:s3:::{lake.bucket}/{key}", context=TLS)
        got = decide(request, *policies)
        expect(
            got == "allowed",
            f"The policies of the function's role: expected s3:PutObject on {key} allowed, got {got}.",
            "here no policy is enforced; on AWS the function could not remember a delivery.",
        )
    server().client("sns").delete_topic(TopicArn=addresses["topic"])
    lake.s3.put_object(Bucket=lake.bucket, Key=KEY + "2", Body=b"two")
    letters = bodies(server().client("sqs"), addresses["dead_letters"], 90)
    expect(
        len(letters) == 1 and "payments" in letters[0],
        f"A topic that is gone: expected one dead letter with the event after two retries, got {len(letters)}.",
    )


def made(lake):
    """Return what `deploy` made and set, without what AWS stamps on it."""
    stamped = {"ResponseMetadata", "LastModified", "RevisionId", "LastUpdateStatus", "State", "CreationTime"}
    stamped |= {"LastUpdated", "Version", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"}
    function, crawler = f"{lake.bucket}-trigger", f"{lake.bucket}-bronze"
    calls, iam, glue = server().client("lambda"), server().client("iam"), server().client("glue")
    try:
        configuration = calls.get_function_configuration(FunctionName=function)
        crawling = glue.get_crawler(Name=crawler)["Crawler"]
    except ClientError as error:
        fail(f"`deploy`: expected the function {function} and the crawler {crawler}, got: {error}.")
    role = configuration["Role"].rpartition("/")[2]
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names
    }
    for one in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        arn = one["PolicyArn"]
        with suppress(ClientError):  # one of AWS's own, which is not here
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=arn, VersionId=version)
            policies[arn] = found["PolicyVersion"]["Document"]
    try:
        bucket = json.loads(lake.s3.get_bucket_policy(Bucket=lake.bucket)["Policy"])
    except ClientError:
        bucket = None
    try:
        retries = calls.get_function_event_invoke_config(FunctionName=function)
    except ClientError:
        retries = {}
    calling = lake.s3.get_bucket_notification_configuration(Bucket=lake.bucket)
    for one in calling.get("LambdaFunctionConfigurations", ()):
        one.pop("Id", None)  # which S3 makes if nobody gives one
    found = {
        "the function": configuration,
        "its retries": retries,
        "the notification": calling,
        "the crawler": crawling,
    }
    found = {what: {k: v for k, v in one.items() if k not in stamped} for what, one in found.items()}
    return found | {"the bucket's policy": bucket, "the policies of its role": policies}


def _last(done):
    return (done.stderr.strip().splitlines() or ["nothing"])[-1][:200]
