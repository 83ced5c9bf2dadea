"""The policies in infra/policies, judged by IAM's documented logic: what passes, and what does not."""

import pytest
from kit import expect, fail
from kit.command import PROJECT

from seniorde.checks.iam import PolicyError, Request, decide

BUCKET, ACCOUNT, REGION, DATABASE = "acme-lake", "111122223333", "eu-central-1", "shop"
S3 = f"arn:aws:s3:::{BUCKET}"
GLUE = f"arn:aws:glue:{REGION}:{ACCOUNT}"
TABLE = f"{GLUE}:table/{DATABASE}"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{BUCKET}-trigger"
OTHER = "arn:aws:s3:::acme-payroll"
TLS = {"aws:SecureTransport": "true"}


def policy(name):
    path = PROJECT / "infra" / "policies" / f"{name}.json"
    if not path.exists():
        fail(f"infra/policies/{name}.json: expected a policy, got no such file.")
    text = path.read_text(encoding="utf-8")
    for variable, value in (
        ("bucket", BUCKET),
        ("account", ACCOUNT),
        ("region", REGION),
        ("database", DATABASE),
    ):
        text = text.replace("${" + variable + "}", value)
    return text


def judge(name, may, may_not):
    """Fail at the first call that is decided otherwise."""
    __tracebackhide__ = True
    for wanted, calls in ((True, may), (False, may_not)):
        for action, resource, *context in calls:
            request = Request(action, resource, context=TLS | (context[0] if context else {}))
            try:
                got = decide(request, policy(name))
            except PolicyError as error:
                fail(f"infra/policies/{name}.json: expected a policy, got one that AWS refuses: {error}")
            expect(
                (got == "allowed") == wanted,
                f"infra/policies/{name}.json: expected {action} on {resource} "
                f"{'allowed' if wanted else 'not allowed'}, got {got}.",
            )


def test_pipeline():
    """The pipeline writes its bucket and its catalog; it cannot lose bronze or open the bucket."""
    layers = ("bronze", "silver", "gold", "quarantine")
    may = [(action, f"{S3}/{layer}/x") for layer in layers for action in ("s3:GetObject", "s3:PutObject")]
    may += [("s3:ListBucket", S3, {"s3:prefix": "silver/"}), ("s3:DeleteObject", f"{S3}/quarantine/batches/x")]
    may += [("glue:CreatePartition", one) for one in (f"{TABLE}/gold_daily_sales", f"{GLUE}:catalog")]
    may += [("glue:CreateTable", one) for one in (f"{TABLE}/silver_orders", f"{GLUE}:database/{DATABASE}")]
    may_not = [
        ("s3:DeleteObject", f"{S3}/bronze/x"),
        ("s3:DeleteObjectVersion", f"{S3}/bronze/x"),
        ("s3:DeleteBucket", S3),
        ("s3:PutBucketPolicy", S3),
        ("s3:PutBucketVersioning", S3),
        ("s3:PutLifecycleConfiguration", S3),
        ("s3:PutObject", f"{OTHER}/bronze/x"),
        ("s3:GetObject", f"{OTHER}/x"),
        ("s3:ListBucket", OTHER),
        ("glue:CreateTable", f"{GLUE}:table/payroll/salaries"),
        ("glue:DeleteTable", f"{GLUE}:table/payroll/salaries"),
        ("glue:DeleteDatabase", f"{GLUE}:database/{DATABASE}"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
        *((f"lambda:{call}", FUNCTION) for call in ("UpdateFunctionCode", "DeleteFunction", "InvokeFunction")),
    ]
    judge("pipeline", may, may_not)


def test_trigger():
    """The function starts one crawler and speaks to one topic; it can neither read nor write data."""
    may = [
        ("glue:StartCrawler", f"{GLUE}:crawler/{BUCKET}-bronze"),
        ("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:{BUCKET}-deliveries"),
        ("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{BUCKET}-dead-letters"),
        ("logs:PutLogEvents", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{BUCKET}-trigger:*"),
    ]
    may_not = [
        ("s3:GetObject", f"{S3}/bronze/x"),
        ("s3:GetObject", f"{S3}/gold/x"),
        ("s3:PutObject", f"{S3}/bronze/x"),  # it would call itself
        ("s3:PutObject", f"{S3}/gold/x"),
        ("s3:DeleteObject", f"{S3}/bronze/x"),
        ("glue:StartCrawler", f"{GLUE}:crawler/payroll"),
        ("glue:UpdateCrawler", f"{GLUE}:crawler/{BUCKET}-bronze"),
        ("sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"),
        ("sns:Subscribe", f"arn:aws:sns:{REGION}:{ACCOUNT}:{BUCKET}-deliveries"),
        ("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    ]
    judge("trigger", may, may_not)


def test_analyst():
    """The analyst asks gold through one workgroup, and sees nothing of the layers below."""
    athena = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup"
    may = [
        ("s3:GetObject", f"{S3}/gold/daily_sales/date=2025-10-10/part-0.parquet"),
        ("s3:ListBucket", S3, {"s3:prefix": "gold/daily_sales/"}),
        ("s3:PutObject", f"{S3}/athena/x.csv"),
        ("s3:GetObject", f"{S3}/athena/x.csv"),
        ("glue:GetTable", f"{TABLE}/gold_daily_sales"),
        ("glue:GetPartitions", f"{TABLE}/gold_daily_sales"),
        ("athena:StartQueryExecution", f"{athena}/{DATABASE}"),
    ]
    may_not = [
        *(("s3:GetObject", f"{S3}/{layer}/x") for layer in ("bronze", "silver", "quarantine", "ops")),
        *(("s3:ListBucket", S3, {"s3:prefix": prefix}) for prefix in ("bronze/", "quarantine/", "")),
        ("s3:PutObject", f"{S3}/gold/x"),
        ("s3:DeleteObject", f"{S3}/gold/x"),
        ("s3:GetObject", f"{OTHER}/x"),
        ("glue:GetTable", f"{TABLE}/silver_payments"),
        ("glue:GetPartitions", f"{TABLE}/quarantine_rejects"),
        ("glue:UpdateTable", f"{TABLE}/gold_daily_sales"),
        ("athena:StartQueryExecution", f"{athena}/primary"),
    ]
    judge("analyst", may, may_not)


@pytest.mark.parametrize("layer", ["bronze", "gold"])
def test_bucket(layer):
    """The bucket's own policy refuses calls without TLS, and every deletion in bronze, to anybody."""
    anything = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    anybody = f"arn:aws:iam::{ACCOUNT}:role/admin"
    for action in ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"):
        for secure in ("true", "false"):
            request = Request(action, f"{S3}/{layer}/x", anybody, {"aws:SecureTransport": secure})
            try:
                got = decide(request, policy("bucket"), anything)
            except PolicyError as error:
                fail(f"infra/policies/bucket.json: expected a policy, got one that AWS refuses: {error}")
            wanted = secure == "true" and not ("Delete" in action and layer == "bronze")
            expect(
                (got == "allowed") == wanted,
                f"infra/policies/bucket.json, beside a role that may do everything: expected {action} on "
                f"{layer}/x {'with' if secure == 'true' else 'without'} TLS "
                f"{'allowed' if wanted else 'denied'}, got {got}.",
            )
