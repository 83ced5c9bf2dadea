"""What stands around the bucket: function, role, crawler, topic, dead letters. Twice is harmless."""

import io
import json
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from orderlake.config import Config
from orderlake.policies import policy

RUNTIME = "python3.12"
TRIES, WAIT = 10, timedelta(seconds=2)  # a new role takes seconds until Lambda may assume it


def deploy(config: Config) -> dict[str, str]:
    """Make what is missing, bring the rest up to date, and return the addresses."""
    bucket, session = config.bucket, boto3.Session()
    account = session.client("sts").get_caller_identity()["Account"]
    region = session.region_name or "us-east-1"
    values = {"bucket": bucket, "account": account, "region": region, "database": config.database}
    topic = session.client("sns").create_topic(Name=f"{bucket}-deliveries")["TopicArn"]
    sqs = session.client("sqs")
    queue = sqs.create_queue(QueueName=f"{bucket}-dead-letters")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    crawler = _crawler(
        session, config, _role(session, f"{bucket}-crawler", "glue", policy("crawler", **values))
    )
    role = _role(session, f"{bucket}-trigger", "lambda", policy("trigger", **values))
    variables = {"ORDERLAKE_CRAWLER": crawler, "ORDERLAKE_TOPIC": topic}
    function = _function(
        session, f"{bucket}-trigger", role, variables, attributes["QueueArn"], account, bucket
    )
    s3 = session.client("s3")
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_policy(Bucket=bucket, Policy=policy("bucket", **values))
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "LambdaFunctionConfigurations": [
                {
                    "LambdaFunctionArn": function,
                    "Events": ["s3:ObjectCreated:*"],
                    "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "bronze/"}]}},
                }
            ]
        },
    )
    return {"function": function, "topic": topic, "crawler": crawler, "dead_letters": queue}


def _role(session: boto3.Session, name: str, service: str, document: str) -> str:
    iam = session.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": f"{service}.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.put_role_policy(RoleName=name, PolicyName="orderlake", PolicyDocument=document)
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def _crawler(session: boto3.Session, config: Config, role: str) -> str:
    glue = session.client("glue")
    name = f"{config.bucket}-bronze"
    with suppress(glue.exceptions.AlreadyExistsException):
        glue.create_database(DatabaseInput={"Name": config.database})
    with suppress(glue.exceptions.AlreadyExistsException):
        glue.create_crawler(
            Name=name,
            Role=role,
            DatabaseName=config.database,
            TablePrefix="bronze_",
            Targets={"S3Targets": [{"Path": f"s3://{config.bucket}/bronze/"}]},
            RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
            SchemaChangePolicy={"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
        )
    return name


def _function(
    session: boto3.Session,
    name: str,
    role: str,
    variables: dict[str, str],
    dead_letters: str,
    account: str,
    bucket: str,
) -> str:
    client = session.client("lambda")
    code, environment = _zip(), {"Variables": variables}
    try:
        client.get_function(FunctionName=name)
    except client.exceptions.ResourceNotFoundException:
        _patiently(
            lambda: client.create_function(
                FunctionName=name,
                Runtime=RUNTIME,
                Role=role,
                Handler="trigger.handler",
                Code={"ZipFile": code},
                Environment=environment,
                Timeout=60,
                MemorySize=256,
            )
        )
    else:
        client.update_function_code(FunctionName=name, ZipFile=code)
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
        client.update_function_configuration(FunctionName=name, Role=role, Environment=environment)
    client.get_waiter("function_active_v2").wait(FunctionName=name)
    client.put_function_event_invoke_config(
        FunctionName=name,
        MaximumRetryAttempts=2,
        DestinationConfig={"OnFailure": {"Destination": dead_letters}},
    )
    with suppress(client.exceptions.ResourceConflictException):
        client.add_permission(
            FunctionName=name,
            StatementId="bronze",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
            SourceArn=f"arn:aws:s3:::{bucket}",
            SourceAccount=account,
        )
    return str(client.get_function(FunctionName=name)["Configuration"]["FunctionArn"])


def _zip() -> bytes:
    """Return the function's code; the same file gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("trigger.py", (1980, 1, 1, 0, 0, 0))
        info.external_attr = 0o644 << 16
        archive.writestr(info, Path(__file__).with_name("trigger.py").read_bytes())
    return out.getvalue()


def _patiently(create: Callable[[], Any]) -> None:
    for attempt in range(TRIES):
        try:
            create()
            return
        except ClientError as error:
            refused = error.response["Error"]["Code"] == "InvalidParameterValueException"
            if not refused or "assumed" not in str(error) or attempt == TRIES - 1:
                raise
            time.sleep(WAIT.total_seconds())
