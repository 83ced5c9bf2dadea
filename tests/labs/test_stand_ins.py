"""What book/reference/stand-ins.md says of the local AWS, tried: a new version that changes a line turns red.

When a test fails, mend the page and the lessons that link to it, then the test.
"""

import io
import json
import time
import zipfile
from importlib.metadata import version

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from seniorde import labs


@pytest.fixture(scope="module")
def mini():
    """MiniStack: a lake of two days, its table in the catalog, a workgroup, a crawler that has begun."""
    labs.reset()
    aws = labs.aws()
    s3, glue, athena = (aws.client(name) for name in ("s3", "glue", "athena"))
    s3.create_bucket(Bucket="lake")
    for day in ("2025-10-01", "2025-10-02"):
        s3.put_object(Bucket="lake", Key=f"t/dt={day}/a.csv", Body=b"id,amount\n1,2.5\n2,3.5\n")
    s3.put_object(Bucket="lake", Key="scripts/bad.py", Body=b"raise SystemExit(3)")
    catalog(glue)
    for name in ("crawled", "other"):
        glue.create_database(DatabaseInput={"Name": name})
    begin_crawl(glue, "000000000000")
    location = {"ResultConfiguration": {"OutputLocation": "s3://lake/results/"}}
    limits = {"EnforceWorkGroupConfiguration": True, "BytesScannedCutoffPerQuery": 10_000_000}
    athena.create_work_group(Name="group", Configuration=location | limits)
    yield aws
    labs.reset()


@pytest.fixture(scope="module")
def moto(mini):
    """moto, with the same lake and catalog, asked by its administrator."""
    aws = labs.aws(iam=True)
    aws.client("s3").create_bucket(Bucket="lake")
    catalog(aws.client("glue"))
    begin_crawl(aws.client("glue"), "123456789012")
    return aws


COLUMNS = [{"Name": "id", "Type": "int"}, {"Name": "amount", "Type": "double"}]
SERDE = {
    "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "Parameters": {"field.delim": ","},
}
STORAGE = {"Columns": COLUMNS, "Location": "s3://lake/t/", "SerdeInfo": SERDE}
TABLE = {
    "Name": "t",
    "TableType": "EXTERNAL_TABLE",
    "Parameters": {"classification": "csv", "skip.header.line.count": "1"},
    "PartitionKeys": [{"Name": "dt", "Type": "string"}],
    "StorageDescriptor": STORAGE,
}
NAMED = {"DatabaseName": "db", "TableName": "t"}


def catalog(glue):
    glue.create_database(DatabaseInput={"Name": "db"})
    glue.create_table(DatabaseName="db", TableInput=TABLE)


def begin_crawl(glue, account):
    target = {"S3Targets": [{"Path": "s3://lake/"}]}
    role = f"arn:aws:iam::{account}:role/nobody"
    glue.create_crawler(Name="crawler", Role=role, DatabaseName="crawled", Targets=target)
    glue.start_crawler(Name="crawler")


def code(call, **arguments):
    """The error's code, or None."""
    try:
        call(**arguments)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def query(aws, sql, **options):
    """The finished execution of a query, and its rows."""
    athena = aws.client("athena")
    options = {"WorkGroup": "group", "QueryExecutionContext": {"Database": "db"}} | options
    name = {"QueryExecutionId": athena.start_query_execution(QueryString=sql, **options)["QueryExecutionId"]}
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        found = athena.get_query_execution(**name)["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.02)
    if found["Status"]["State"] != "SUCCEEDED":
        return found, None
    rows = athena.get_query_results(**name)["ResultSet"]["Rows"]
    return found, [[cell.get("VarCharValue") for cell in row["Data"]] for row in rows[1:]]


def state(aws, sql, **options):
    return query(aws, sql, **options)[0]["Status"]["State"]


def test_the_versions_are_those_of_the_page():
    found = {name: version(name) for name in ("ministack", "moto", "duckdb")}
    assert found == {"ministack": "1.5.33", "moto": "5.2.5", "duckdb": "1.5.5"}


def test_s3_conditional_puts_ranges_and_cold_objects_are_real(mini, moto):
    for aws in (mini, moto):
        s3 = aws.client("s3")
        assert code(s3.put_object, Bucket="lake", Key="once", Body=b"1", IfNoneMatch="*") is None
        assert code(s3.put_object, Bucket="lake", Key="once", IfNoneMatch="*") == "PreconditionFailed"
        assert code(s3.put_object, Bucket="lake", Key="once", IfMatch='"no"') == "PreconditionFailed"
        s3.put_object(Bucket="lake", Key="empty", Body=b"")
        assert code(s3.get_object, Bucket="lake", Key="empty", Range="bytes=0-9") == "InvalidRange"
        s3.put_object(Bucket="lake", Key="cold", Body=b"1", StorageClass="GLACIER")
        assert code(s3.get_object, Bucket="lake", Key="cold") == "InvalidObjectState"


def test_s3_policies_part_sizes_and_foreign_keys_are_not(mini, moto):
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::closed/*"}
    outcomes = []
    for aws in (mini, moto):
        s3 = aws.client("s3")
        s3.create_bucket(Bucket="closed")
        s3.put_object(Bucket="closed", Key="a", Body=b"1")
        s3.put_bucket_policy(
            Bucket="closed", Policy=json.dumps({"Version": "2012-10-17", "Statement": [deny]})
        )
        denied = code(s3.get_object, Bucket="closed", Key="a")
        s3.delete_bucket_policy(Bucket="closed")
        name = {"Bucket": "closed", "Key": "parts"}
        upload = s3.create_multipart_upload(**name)["UploadId"]
        parts = [
            {
                "PartNumber": n,
                "ETag": s3.upload_part(**name, UploadId=upload, PartNumber=n, Body=b"1")["ETag"],
            }
            for n in (1, 2)
        ]
        small = code(s3.complete_multipart_upload, **name, UploadId=upload, MultipartUpload={"Parts": parts})
        unknown = code(s3.put_object, **name, ServerSideEncryption="aws:kms", SSEKMSKeyId="alias/none")
        outcomes.append((denied, small, unknown))
    assert outcomes == [(None, None, None), ("403", "EntityTooSmall", None)]


def test_iam_is_asked_by_moto_alone(mini, moto):
    stranger = {"aws_access_key_id": "AKIANOBODY", "aws_secret_access_key": "guess"}
    assert code(mini.client("s3", **stranger).list_buckets) is None
    assert code(moto.client("s3", **stranger).list_buckets) == "InvalidAccessKeyId"
    malformed = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3", "Resource": "*"}]}
    )
    found = []
    for aws in (mini, moto):
        iam = aws.client("iam")
        iam.create_user(UserName="u")
        found.append(code(iam.put_user_policy, UserName="u", PolicyName="p", PolicyDocument=malformed))
    assert found == [None, "MalformedPolicyDocument"]


def partition(value):
    return {"Values": [value], "StorageDescriptor": STORAGE | {"Location": f"s3://lake/t/dt={value}/"}}


def test_glue_checks_versions_and_moto_keeps_them(mini, moto):
    glue = mini.client("glue")
    glue.update_table(DatabaseName="db", TableInput=TABLE, VersionId="1")
    stale = {"DatabaseName": "db", "TableInput": TABLE, "VersionId": "1"}
    assert code(glue.update_table, **stale) == "ConcurrentModificationException"
    assert code(glue.get_table_versions, **NAMED) == "InvalidAction"
    versioned = moto.client("glue")
    versioned.update_table(DatabaseName="db", TableInput=TABLE, VersionId="1")
    assert code(versioned.update_table, **stale) is None, "moto does not compare"
    assert len(versioned.get_table_versions(**NAMED)["TableVersions"]) == 3


def test_glue_has_no_limit_of_100_and_ministack_ignores_expressions_and_pages(mini, moto):
    many = [partition(f"x{number}") for number in range(150)]
    seen = []
    for aws in (mini, moto):
        glue = aws.client("glue")
        assert not glue.batch_create_partition(**NAMED, PartitionInputList=many).get("Errors")
        again = glue.batch_create_partition(**NAMED, PartitionInputList=many[:1])["Errors"]
        assert again[0]["ErrorDetail"]["ErrorCode"] == "AlreadyExistsException"
        found = glue.get_partitions(**NAMED, Expression="dt = 'x7'", MaxResults=10)
        seen.append((len(found["Partitions"]), "NextToken" in found))
        lost = {"DatabaseName": "db", "TableName": "nope", "PartitionInputList": many[:1]}
        seen.append(code(glue.batch_create_partition, **lost))
        gone = {**NAMED, "PartitionsToDelete": [{"Values": ["x1"]}]}
        seen.append(code(glue.batch_delete_partition, **gone))
    assert seen == [(150, False), None, "InvalidAction", (1, False), "EntityNotFoundException", None]


def test_glue_jobs_run_only_as_python_shell_on_ministack(mini, moto):
    ended = {}
    for name, aws, account in (("mini", mini, "000000000000"), ("moto", moto, "123456789012")):
        glue = aws.client("glue")
        for kind in ("pythonshell", "glueetl"):
            command = {"Name": kind, "ScriptLocation": "s3://lake/scripts/bad.py"}
            glue.create_job(Name=kind, Role=f"arn:aws:iam::{account}:role/nobody", Command=command)
            glue.start_job_run(JobName=kind)
            for _ in range(400):
                run = glue.get_job_runs(JobName=kind)["JobRuns"][0]["JobRunState"]
                if run in ("SUCCEEDED", "FAILED"):
                    break
                time.sleep(0.02)
            ended[name, kind] = run
    assert ended.pop(("mini", "pythonshell")) == "FAILED", "the script ends with 3"
    assert set(ended.values()) == {"SUCCEEDED"}, "nothing ran"


def test_glue_workflows_start_nothing(mini):
    glue = mini.client("glue")
    glue.create_workflow(Name="w")
    glue.create_job(Name="j", Role="arn:aws:iam::000000000000:role/nobody", Command={"Name": "pythonshell"})
    glue.create_trigger(Name="begin", WorkflowName="w", Type="ON_DEMAND", Actions=[{"JobName": "j"}])
    glue.start_workflow_run(Name="w")
    glue.start_trigger(Name="begin")
    time.sleep(0.3)
    assert glue.get_job_runs(JobName="j")["JobRuns"] == []


def test_athena_reports_the_length_of_the_result_as_bytes_scanned(mini):
    found, rows = query(mini, "SELECT count(*) FROM t")
    assert rows == [["4"]], "folders that no partition was registered for are read"
    assert found["Statistics"]["DataScannedInBytes"] == len("[4]")
    found, _ = query(mini, "SELECT repeat('x', 10500000)")
    assert found["Status"]["State"] == "SUCCEEDED", "the limit of 10 MB cancels nothing"
    assert found["Statistics"]["DataScannedInBytes"] > 10_000_000


def test_athena_answers_as_duckdb(mini):
    _, rows = query(mini, "SELECT 7 / 2, TRY_CAST('13.521' AS BIGINT), DECIMAL '1.5'")
    assert rows == [["3.5", "14", "1.500"]]
    for sql in ("date_add('day', 1, DATE '2025-01-01')", "approx_distinct(id)", '"$path"'):
        assert state(mini, f"SELECT {sql} FROM t") == "FAILED"
    reason = query(mini, "SELECT nope FROM t")[0]["Status"]["StateChangeReason"]
    assert reason.startswith("Binder Error")


def test_athena_has_external_tables_and_no_other_ddl(mini):
    location = "LOCATION 's3://lake/e/'"
    assert state(mini, f"CREATE EXTERNAL TABLE e (a int) STORED AS PARQUET {location}") == "SUCCEEDED"
    assert query(mini, "SELECT * FROM e")[1] == []
    assert state(mini, "DROP TABLE e") == "SUCCEEDED"
    for sql in (
        "CREATE TABLE c WITH (format = 'PARQUET') AS SELECT 1 AS a",
        "INSERT INTO t SELECT 1, 2.0, '2025-10-04'",
        "UNLOAD (SELECT 1) TO 's3://lake/u/' WITH (format = 'PARQUET')",
        "MSCK REPAIR TABLE t",
        "ALTER TABLE t ADD PARTITION (dt = '2025-10-03')",
        "SHOW PARTITIONS t",
        "DESCRIBE t",
        "CREATE DATABASE x",
    ):
        assert state(mini, sql) == "FAILED", sql
    assert state(mini, "CREATE VIEW v AS SELECT 1 AS a") == "SUCCEEDED"
    assert state(mini, "SELECT * FROM v") == "FAILED", "the view is nowhere"


def test_athena_starts_twice_reuses_nothing_and_lets_clients_choose(mini):
    athena = mini.client("athena")
    start = {"QueryString": "SELECT 1", "WorkGroup": "group", "ClientRequestToken": "a" * 40}
    assert len({athena.start_query_execution(**start)["QueryExecutionId"] for _ in range(2)}) == 2
    mine = {"ResultConfiguration": {"OutputLocation": "s3://lake/mine"}}
    place = query(mini, "SELECT 1", **mine)[0]["ResultConfiguration"]["OutputLocation"]
    assert place.startswith("s3://lake/mine") and "/mine/" not in place, "joined without a slash"
    with pytest.raises(ParamValidationError):
        athena.create_work_group(Name="small", Configuration={"BytesScannedCutoffPerQuery": 9_999_999})


def test_athena_pages_hold_a_row_more_than_asked(mini):
    athena = mini.client("athena")
    name = {"QueryExecutionId": query(mini, "SELECT * FROM t")[0]["QueryExecutionId"]}
    page = athena.get_query_results(**name, MaxResults=2)
    assert len(page["ResultSet"]["Rows"]) == 3 and page["NextToken"]


def test_athena_of_moto_says_yes_to_everything(moto):
    moto.client("athena").create_work_group(Name="group")
    found, rows = query(moto, "SELEC nonsense")
    assert (found["Status"]["State"], rows) == ("SUCCEEDED", [])


SOURCE = """
import sys, time
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event.get("fail"):
        raise ValueError("no")
    time.sleep(event.get("sleep", 0))
    held = bytearray(event.get("megabytes", 0) << 20)
    return {"calls": calls, "python": sys.version[:4], "out": "y" * event.get("size", 0)}
"""


def test_lambda_runs_code_with_timeouts_and_without_limits(mini):
    lambda_ = mini.client("lambda", config=Config(retries={"total_max_attempts": 1}))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("job.py", SOURCE)
    role = "arn:aws:iam::000000000000:role/nobody"
    lambda_.create_function(
        FunctionName="f",
        Runtime="python3.14",
        Role=role,
        Handler="job.handler",
        Timeout=30,
        MemorySize=128,
        Code={"ZipFile": packed.getvalue()},
    )
    lambda_.get_waiter("function_active_v2").wait(FunctionName="f", WaiterConfig={"Delay": 1})

    def call(**event):
        answer = lambda_.invoke(FunctionName="f", Payload=json.dumps(event))
        return answer.get("FunctionError"), json.loads(answer["Payload"].read())

    assert [call()[1]["calls"] for _ in range(2)] == [1, 2], "the second call is warm"
    assert call()[1]["python"] != "3.14", "the book's Python, whatever the runtime says"
    assert call(fail=1) == ("Unhandled", {"errorMessage": "no", "errorType": "Runtime.HandlerError"})
    assert call(megabytes=400)[0] is None, "128 MB limit nothing"
    assert call(size=7_000_000)[0] is None, "nor does the 6 MB of an answer"
    lambda_.update_function_configuration(FunctionName="f", Timeout=1)
    kind, answer = call(sleep=5)
    assert (kind, answer["errorType"]) == ("Unhandled", "Sandbox.Timedout")
    lambda_.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    assert code(lambda_.invoke, FunctionName="f") == "TooManyRequestsException"


def test_sqs_sns_s3_and_eventbridge_deliver(mini):
    sqs, sns, s3, events = (mini.client(name) for name in ("sqs", "sns", "s3", "events"))

    def queue(name, **attributes):
        url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    def bodies(url):
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        return [message["Body"] for message in found.get("Messages", [])]

    dead, arn = queue("dead")
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": "2"})
    url, _ = queue("q", VisibilityTimeout="0", RedrivePolicy=redrive)
    sqs.send_message(QueueUrl=url, MessageBody="m")
    assert [len(sqs.receive_message(QueueUrl=url).get("Messages", [])) for _ in range(3)] == [1, 1, 0]
    assert bodies(dead) == ["m"]

    landed, arn = queue("landed")
    topic = sns.create_topic(Name="topic")["TopicArn"]
    filter_ = {"FilterPolicy": json.dumps({"kind": ["a"]})}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=filter_)
    for kind in "ab":
        attribute = {"kind": {"DataType": "String", "StringValue": kind}}
        sns.publish(TopicArn=topic, Message=kind, MessageAttributes=attribute)
    assert [json.loads(body)["Message"] for body in bodies(landed)] == ["a"]

    noted, arn = queue("noted")
    configuration = {"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}
    s3.create_bucket(Bucket="events")
    s3.put_bucket_notification_configuration(
        Bucket="events", NotificationConfiguration={"QueueConfigurations": [configuration]}
    )
    s3.put_object(Bucket="events", Key="in/a b.csv", Body=b"1")
    test_event, note = (json.loads(body) for body in bodies(noted))
    assert test_event["Event"] == "s3:TestEvent"
    assert note["Records"][0]["s3"]["object"]["key"] == "in/a+b.csv", "keys are encoded"

    ruled, arn = queue("ruled")
    pattern = json.dumps({"source": ["shop"], "detail": {"n": [{"numeric": [">", 3]}]}})
    events.put_rule(Name="r", EventPattern=pattern)
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    for n in (1, 5):
        entry = {"Source": "shop", "DetailType": "x", "Detail": json.dumps({"n": n})}
        events.put_events(Entries=[entry])
    assert [json.loads(body)["detail"] for body in bodies(ruled)] == [{"n": 5}]


def test_step_functions_run_but_check_no_definition_and_no_athena_sync(mini):
    steps = mini.client("stepfunctions")
    role = "arn:aws:iam::000000000000:role/nobody"

    def run(name, **states):
        definition = json.dumps({"StartAt": "A", "States": states})
        machine = steps.create_state_machine(name=name, definition=definition, roleArn=role)
        started = steps.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
        for _ in range(400):
            found = steps.describe_execution(executionArn=started)
            if found["status"] != "RUNNING":
                return found
            time.sleep(0.02)
        return found

    each = {"StartAt": "P", "States": {"P": {"Type": "Pass", "End": True}}}
    loop = {"Type": "Map", "ItemsPath": "$.xs", "Iterator": each, "End": True}
    found = run("map", A={"Type": "Pass", "Result": {"xs": [1, 2]}, "Next": "M"}, M=loop)
    assert (found["status"], json.loads(found["output"])) == ("SUCCEEDED", [1, 2])
    task = {"Type": "Task", "Resource": "arn:aws:states:::athena:startQueryExecution.sync", "End": True}
    assert run("sync", A=task | {"Parameters": {"QueryString": "SELECT 1"}})["status"] == "FAILED"
    nothing = '{"StartAt": "nowhere", "States": {}}'
    assert code(steps.create_state_machine, name="empty", definition=nothing, roleArn=role) is None


def test_alarms_ring_and_athena_has_no_metrics(mini):
    watch = mini.client("cloudwatch")
    watch.put_metric_data(Namespace="N", MetricData=[{"MetricName": "m", "Value": 5}])
    watch.put_metric_alarm(
        AlarmName="alarm",
        Namespace="N",
        MetricName="m",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    for _ in range(200):
        states = [alarm["StateValue"] for alarm in watch.describe_alarms()["MetricAlarms"]]
        if states == ["ALARM"]:
            break
        time.sleep(0.02)
    assert states == ["ALARM"]
    query(mini, "SELECT 1")
    assert watch.list_metrics(Namespace="AWS/Athena")["Metrics"] == []
    budget = {"BudgetName": "b", "BudgetLimit": {"Amount": "10", "Unit": "USD"}}
    budget |= {"TimeUnit": "MONTHLY", "BudgetType": "COST"}
    assert code(mini.client("budgets").create_budget, AccountId="000000000000", Budget=budget) is None


def test_keys_and_secrets_behave_but_for_their_limits(mini):
    kms, ssm, secrets = (mini.client(name) for name in ("kms", "ssm", "secretsmanager"))
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"x", EncryptionContext={"a": "1"})["CiphertextBlob"]
    other = {"CiphertextBlob": sealed, "EncryptionContext": {"a": "2"}}
    assert code(kms.decrypt, **other) == "InvalidCiphertextException"
    assert code(kms.encrypt, KeyId=key, Plaintext=b"x" * 5_000) is None, "4,096 bytes on the service"
    kms.disable_key(KeyId=key)
    assert code(kms.encrypt, KeyId=key, Plaintext=b"x") == "DisabledException"
    ssm.put_parameter(Name="/p", Value="v", Type="SecureString")
    assert ssm.get_parameter(Name="/p")["Parameter"]["Value"] != "v"
    assert code(ssm.put_parameter, Name="/large", Value="x" * 5_000, Type="String") is None, "4 KB there"
    secrets.create_secret(Name="s", SecretString="1")
    secrets.put_secret_value(SecretId="s", SecretString="2")
    assert secrets.get_secret_value(SecretId="s", VersionStage="AWSPREVIOUS")["SecretString"] == "1"
    secrets.delete_secret(SecretId="s")
    assert code(secrets.get_secret_value, SecretId="s") == "InvalidRequestException"


def test_subnets_are_checked_by_moto_alone(mini, moto):
    found = []
    for aws in (mini, moto):
        ec2 = aws.client("ec2")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/20")["Subnet"]
        overlap = code(ec2.create_subnet, VpcId=vpc, CidrBlock="10.0.0.0/20")
        outside = code(ec2.create_subnet, VpcId=vpc, CidrBlock="192.168.0.0/24")
        ec2.create_vpc_endpoint(VpcId=vpc, ServiceName="com.amazonaws.us-east-1.s3")
        [endpoint] = ec2.describe_vpc_endpoints()["VpcEndpoints"]
        found.append((subnet["AvailableIpAddressCount"], overlap, outside, endpoint.get("VpcEndpointType")))
    assert found == [
        (251, None, None, "Gateway"),
        (4091, "InvalidSubnet.Conflict", "InvalidSubnet.Range", None),
    ]


def test_crawlers_look_at_nothing(mini, moto):
    glue = mini.client("glue")
    for _ in range(400):
        crawler = glue.get_crawler(Name="crawler")["Crawler"]
        if crawler["State"] == "READY":
            break
        assert code(glue.start_crawler, Name="crawler") == "CrawlerRunningException"
        time.sleep(0.05)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    assert glue.get_tables(DatabaseName="crawled")["TableList"] == []
    glue = moto.client("glue")
    assert glue.get_crawler(Name="crawler")["Crawler"]["State"] == "RUNNING", "until it is stopped"
    glue.stop_crawler(Name="crawler")
