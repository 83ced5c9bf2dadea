"""AWS: a local one for each process; no variable of the user's reaches it; it dies with its owner."""

import dataclasses
import itertools
import json
import socket
import urllib.request
from contextlib import suppress

import psutil
import pytest
from botocore.exceptions import ClientError

from seniorde import labs
from seniorde.labs import _aws


@pytest.fixture(scope="module", autouse=True)
def _end():
    yield
    labs.reset()


def test_clients_and_resources_reach_the_local_aws():
    aws = labs.aws()
    aws.client("s3").create_bucket(Bucket="raw.zone")
    aws.resource("s3").Object("raw.zone", "a/b").put(Body=b"rows")
    assert aws.client("s3").get_object(Bucket="raw.zone", Key="a/b")["Body"].read() == b"rows"
    signed = aws.client("s3").generate_presigned_url(
        "get_object", Params={"Bucket": "raw.zone", "Key": "a/b"}
    )
    assert urllib.request.urlopen(signed).read() == b"rows", "path style: the bucket is no host name"
    queue = aws.client("sqs").create_queue(QueueName="arrivals")["QueueUrl"]
    aws.client("sqs").send_message(QueueUrl=queue, MessageBody="landed")
    received = labs.aws().client("sqs").receive_message(QueueUrl=queue)["Messages"]
    assert [message["Body"] for message in received] == ["landed"]


def test_no_variable_and_no_file_of_the_users_is_read(monkeypatch, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text(
        "[default]\naws_access_key_id = FILE\naws_secret_access_key = FILE\n"
    )
    (tmp_path / ".aws/config").write_text(
        "[default]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:9\n"
    )
    for name, value in {
        "HOME": str(tmp_path),
        "AWS_PROFILE": "nothing",
        "AWS_ACCESS_KEY_ID": "ENVIRONMENT",
        "AWS_SECRET_ACCESS_KEY": "ENVIRONMENT",
        "AWS_SESSION_TOKEN": "ENVIRONMENT",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
        "AWS_CONFIG_FILE": str(tmp_path / "nothing"),
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    aws = labs.aws()
    credentials = aws.get_credentials()
    assert (credentials.access_key, credentials.secret_key, credentials.token) == ("test", "test", None)
    assert aws.region_name == "us-east-1"
    assert aws.client("sts").get_caller_identity()["Account"] == "000000000000"
    assert "Buckets" in aws.client("s3").list_buckets()


def servers():
    """The local AWS servers of this process, and none of its other children."""
    ours = ("ministack", "moto.server")
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it may end at this moment
            if one.cmdline()[1:2] == ["-m"] and one.cmdline()[2] in ours:
                found.append(one)
    return found


def test_the_server_sees_no_credentials_and_listens_on_loopback_only(monkeypatch):
    labs.reset()
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ENVIRONMENT")
    monkeypatch.setenv("SOME_API_KEY", "ENVIRONMENT")
    labs.aws()
    [server] = servers()
    assert "ENVIRONMENT" not in server.environ().values()
    addresses = {one.laddr.ip for one in server.net_connections() if one.status == psutil.CONN_LISTEN}
    assert addresses == {"127.0.0.1"}


BUCKETS = """
    from seniorde import labs
    s3 = labs.aws().client("s3")
    s3.create_bucket(Bucket="mine")
    say(s3.meta.endpoint_url)
    input()
    say([bucket["Name"] for bucket in s3.list_buckets()["Buckets"]])
"""


def test_two_processes_at_once_see_only_their_own_buckets(other):
    both = other(BUCKETS), other(BUCKETS)
    assert len({one.line() for one in both}) == 2
    assert [one.finish() for one in both] == ["['mine']", "['mine']"]


def test_a_killed_owner_takes_its_server_with_it(other, tmp_path):
    victim = other(BUCKETS, TMPDIR=str(tmp_path))
    victim.line()
    servers = psutil.Process(victim.process.pid).children(recursive=True)
    assert len(servers) == 2 and list(tmp_path.iterdir())
    victim.kill()
    _, alive = psutil.wait_procs(servers, timeout=10)
    assert not [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]
    assert not list(tmp_path.iterdir())


def test_a_server_that_died_is_replaced_at_the_next_call():
    labs.aws().client("s3").create_bucket(Bucket="before")
    [server] = servers()
    server.kill()
    _aws._running["ministack"].server._process.wait(10)
    assert labs.aws().client("s3").list_buckets()["Buckets"] == []


def test_a_port_that_someone_else_took_is_left_to_them(monkeypatch):
    labs.reset()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(_aws, "_ready", lambda url: str(taken.getsockname()[1]) not in url and ready(url))
        ports = iter([taken.getsockname()[1], free()])
        monkeypatch.setattr(_aws, "free_port", lambda: next(ports))
        assert labs.aws().client("s3").list_buckets()["Buckets"] == []
    with pytest.raises(StopIteration):
        next(ports)


ready, free = _aws._ready, _aws.free_port


def test_a_server_that_does_not_start_is_one_sentence(monkeypatch):
    labs.reset()
    broken = dataclasses.replace(_aws.SERVICES, environment={"GATEWAY_PORT": "no number"})
    monkeypatch.setattr(_aws, "SERVICES", broken)
    with pytest.raises(labs.LabError, match=r"did not start \(ValueError: .*make lab"):
        labs.aws()


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def assumed(aws, role):
    """Return a session of the role, with the keys that STS lends."""
    arn = aws.client("iam").get_role(RoleName=role)["Role"]["Arn"]
    lent = aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": lent["AccessKeyId"],
        "aws_secret_access_key": lent["SecretAccessKey"],
        "aws_session_token": lent["SessionToken"],
    }


def error(call, **arguments):
    try:
        call(**arguments)
    except ClientError as refused:
        return refused.response["Error"]["Code"]
    return None


ROLES = itertools.count()


@pytest.fixture
def guarded():
    """An administrator's session, a bucket `lake`, and the name of a role that has no policy yet."""
    aws, role = labs.aws(iam=True), f"loader-{next(ROLES)}"
    me = aws.client("sts").get_caller_identity()["Arn"]
    trust = policy({"Effect": "Allow", "Principal": {"AWS": me}, "Action": "sts:AssumeRole"})
    aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=trust)
    aws.client("s3").create_bucket(Bucket="lake")
    return aws, role


def test_with_iam_a_role_does_what_its_policy_allows_and_nothing_else(guarded):
    aws, role = guarded
    put = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::lake/landing/*"}
    aws.client("iam").put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=policy(put))
    s3 = aws.client("s3", **assumed(aws, role))
    assert error(s3.put_object, Bucket="lake", Key="landing/a", Body=b"rows") is None
    assert error(s3.put_object, Bucket="lake", Key="gold/a") == "AccessDenied"
    assert error(s3.get_object, Bucket="lake", Key="landing/a") == "AccessDenied"
    assert error(s3.list_objects_v2, Bucket="lake") == "AccessDenied"
    assert aws.client("s3").get_object(Bucket="lake", Key="landing/a")["Body"].read() == b"rows"


def test_with_iam_a_deny_wins_and_a_policy_that_goes_takes_its_permission_with_it(guarded):
    aws, role = guarded
    iam = aws.client("iam")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::lake/gold/*"}
    for name, statement in (("all", everything), ("but", deny)):
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=policy(statement))
    s3 = aws.client("s3", **assumed(aws, role))
    assert error(s3.put_object, Bucket="lake", Key="landing/a") is None
    assert error(s3.put_object, Bucket="lake", Key="gold/a") == "AccessDenied"
    iam.delete_role_policy(RoleName=role, PolicyName="all")
    assert error(s3.put_object, Bucket="lake", Key="landing/a") == "AccessDenied"


def test_with_iam_nobody_is_let_in_without_a_key_or_a_trusting_role(guarded):
    aws, _ = guarded
    key = {"aws_access_key_id": "AKIANOBODY", "aws_secret_access_key": "guess"}
    assert error(aws.client("s3", **key).list_buckets) == "InvalidAccessKeyId"
    iam = aws.client("iam")
    stranger = policy(
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::123456789012:user/stranger"},
            "Action": "sts:AssumeRole",
        }
    )
    closed = iam.create_role(RoleName="closed", AssumeRolePolicyDocument=stranger)["Role"]["Arn"]
    refused = error(aws.client("sts").assume_role, RoleArn=closed, RoleSessionName="test")
    assert refused == "AccessDenied"


def test_both_local_aws_run_beside_each_other_and_end_together(guarded):
    aws, _ = guarded
    labs.aws().client("s3").create_bucket(Bucket="elsewhere")
    assert [bucket["Name"] for bucket in aws.client("s3").list_buckets()["Buckets"]] == ["lake"]
    assert labs.aws(iam=True).client("s3").list_buckets()["Buckets"], "the same one at the next call"
    running = servers()
    assert len(running) == 2
    labs.reset()
    assert psutil.wait_procs(running, timeout=10)[1] == []
    assert labs.aws(iam=True).client("s3").list_buckets()["Buckets"] == []


def test_our_variable_joins_a_profile(monkeypatch, tmp_path):
    (tmp_path / "credentials").write_text(
        "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = key\n"
    )
    (tmp_path / "config").write_text("[profile work]\nregion = eu-central-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ENVIRONMENT")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("SENIORDE_AWS_PROFILE", "work")
    aws = labs.aws()
    assert (aws.get_credentials().access_key, aws.region_name) == ("AKIAWORK", "eu-central-1")
    assert aws.client("s3").meta.endpoint_url == "https://s3.eu-central-1.amazonaws.com"
    assert labs.aws(iam=True).get_credentials().access_key == "AKIAWORK", "there IAM is always on"
    monkeypatch.setenv("SENIORDE_AWS_PROFILE", "nobody")
    with pytest.raises(labs.LabError, match="There is no AWS profile 'nobody'"):
        labs.aws()
