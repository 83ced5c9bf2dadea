"""# A role that cannot call itself

The function `price-loader` of account `111122223333` in `eu-central-1` is called for each upload into the bucket `lake`.
Its role already has your company's managed policy, which allows `s3:*` on `lake` and its objects. You cannot change it.
Write the role's second policy, as JSON text, so that both together do this:

| It must be able to | action | on |
| :-- | :-- | :-- |
| take messages | `sqs:ReceiveMessage`, `sqs:DeleteMessage`, `sqs:ChangeMessageVisibility`, `sqs:GetQueueAttributes` | queue `uploads` |
| register partitions | `glue:CreatePartition` | table `prices` of database `silver` |
| announce | `sns:Publish` | topic `files` |

Of other queues, tables, databases and topics it may touch none, and none of these three in another way.

On S3:

1. Below `uploads/` only `s3:GetObject` and `s3:GetObjectVersion` pass, whatever else another policy of the role allows.
2. On the bucket itself only `s3:ListBucket` passes.
3. Objects elsewhere in `lake` stay as the managed policy has them.

For Glue a partition belongs to its table, database and catalog, and each is asked: `arn:aws:glue:REGION:ACCOUNT:catalog`, `…:database/NAME`, `…:table/DATABASE/TABLE`. Queues and topics: `arn:aws:sqs:REGION:ACCOUNT:NAME`, `arn:aws:sns:…`.

Say `"Version": "2012-10-17"`, as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by requests, as AWS documents the evaluation.
"""

import json

from seniorde.checks.iam import Request, must_decide
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-serverless-function-role",
    pattern="execution role",
    difficulty="medium",
    minutes=15,
    points=3,
    order=3,
    hints={
        "What the job does": (
            "Three statements that allow; Glue asks for the action on three resources, so its statement names three ARNs.",
            "Database: `arn:aws:glue:eu-central-1:111122223333:database/silver`; table: `…:table/silver/prices`.",
        ),
        "Beside it": (
            "Each call that the message names is let in by a star, or by an action too many.",
            "Name queue, topic and table whole, and the actions one by one.",
        ),
        "Below uploads/": (
            "The managed policy allows what you do not: only a deny takes it back.",
            '`"Effect": "Deny", "NotAction": […the two…], "Resource": "arn:aws:s3:::lake/uploads/*"` denies all others, also those of next year.',
        ),
        "The rest of the bucket": (
            "A deny reaches as far as its resource: the bucket is `arn:aws:s3:::lake`, without a slash and a star.",
            "Mind the slash of `uploads/*`: `uploads-old/` is another prefix.",
        ),
    },
)

SOLVE = r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Take",
      "Effect": "Allow",
      "Action": [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:ChangeMessageVisibility",
        "sqs:GetQueueAttributes"
      ],
      "Resource": "arn:aws:sqs:eu-central-1:111122223333:uploads"
    },
    {
      "Sid": "Register",
      "Effect": "Allow",
      "Action": "glue:CreatePartition",
      "Resource": [
        "arn:aws:glue:eu-central-1:111122223333:catalog",
        "arn:aws:glue:eu-central-1:111122223333:database/silver",
        "arn:aws:glue:eu-central-1:111122223333:table/silver/prices"
      ]
    },
    {
      "Sid": "Announce",
      "Effect": "Allow",
      "Action": "sns:Publish",
      "Resource": "arn:aws:sns:eu-central-1:111122223333:files"
    },
    {
      "Sid": "NeverWriteWhereItListens",
      "Effect": "Deny",
      "NotAction": ["s3:GetObject", "s3:GetObjectVersion"],
      "Resource": "arn:aws:s3:::lake/uploads/*"
    },
    {
      "Sid": "LeaveTheBucketAlone",
      "Effect": "Deny",
      "NotAction": "s3:ListBucket",
      "Resource": "arn:aws:s3:::lake"
    }
  ]
}
"""

BUCKET = "arn:aws:s3:::lake"
MANAGED = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]},
    }
)


def arn(service, name, account="111122223333"):
    return f"arn:aws:{service}:eu-central-1:{account}:{name}"


def sqs(action, queue="uploads"):
    return Request(f"sqs:{action}", arn("sqs", queue))


def glue(action, resource="table/silver/prices"):
    return Request(f"glue:{action}", arn("glue", resource))


def s3(action, key=None):
    return Request(f"s3:{action}", BUCKET if key is None else f"{BUCKET}/{key}")


FILE = "uploads/7/prices.csv"
JOB = {
    f"{action} of its queue": (True, sqs(action))
    for action in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "GetQueueAttributes")
} | {
    "create a partition, asked of the catalog": (True, glue("CreatePartition", "catalog")),
    "create a partition, asked of the database": (True, glue("CreatePartition", "database/silver")),
    "create a partition, asked of the table": (True, glue("CreatePartition")),
    "publish to its topic": (True, Request("sns:Publish", arn("sns", "files"))),
    "read an upload": (True, s3("GetObject", FILE)),
    "write into silver/": (True, s3("PutObject", "silver/prices/dt=2026-11-24/a.parquet")),
}
BESIDE = {
    "take from the dead letters": (False, sqs("ReceiveMessage", "uploads-dead")),
    "take from another queue": (False, sqs("ReceiveMessage", "orders")),
    "take from the queue uploads of another region": (
        False,
        Request("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:111122223333:uploads"),
    ),
    "take from the queue uploads of another account": (
        False,
        Request("sqs:ReceiveMessage", arn("sqs", "uploads", "444455556666")),
    ),
    "send to its own queue": (False, sqs("SendMessage")),
    "purge its queue": (False, sqs("PurgeQueue")),
    "change its queue's attributes": (False, sqs("SetQueueAttributes")),
    "create a partition in another table": (False, glue("CreatePartition", "table/silver/orders")),
    "create a partition in prices_old": (False, glue("CreatePartition", "table/silver/prices_old")),
    "create a partition in another database": (False, glue("CreatePartition", "database/gold")),
    "delete a partition": (False, glue("DeletePartition")),
    "update its table": (False, glue("UpdateTable")),
    "delete its table": (False, glue("DeleteTable")),
    "start a crawler": (False, glue("StartCrawler", "crawler/prices")),
    "publish to another topic": (False, Request("sns:Publish", arn("sns", "files-finance"))),
    "subscribe somebody to its topic": (False, Request("sns:Subscribe", arn("sns", "files"))),
    "publish to the topic files of another account": (
        False,
        Request("sns:Publish", arn("sns", "files", "444455556666")),
    ),
    "hand its role on": (False, Request("iam:PassRole", "arn:aws:iam::111122223333:role/price-loader")),
}
BELOW = {
    "read the version that an event names": (True, s3("GetObjectVersion", FILE)),
} | {
    f"{action} below uploads/": (False, s3(action, FILE))
    for action in (
        "PutObject",
        "DeleteObject",
        "DeleteObjectVersion",
        "PutObjectTagging",
        "PutObjectAcl",
        "RestoreObject",
        "AbortMultipartUpload",
        "GetObjectTagging",
    )
}
REST = {
    "list the bucket": (True, s3("ListBucket")),
    "write into quarantine/": (True, s3("PutObject", "quarantine/7/prices.csv")),
    "write into uploads-old/": (True, s3("PutObject", "uploads-old/7/prices.csv")),
    "write into silver/uploads/": (True, s3("PutObject", "silver/uploads/a")),
    "delete in silver/": (True, s3("DeleteObject", "silver/prices/dt=2026-11-24/a.parquet")),
    "tag in silver/": (True, s3("PutObjectTagging", "silver/a")),
} | {
    f"{action} of the bucket": (False, s3(action))
    for action in (
        "PutBucketNotification",
        "PutBucketPolicy",
        "DeleteBucket",
        "PutLifecycleConfiguration",
        "ListBucketVersions",
    )
}


def decides(cases):
    return lambda policy: must_decide(policy, cases, MANAGED, kind="identity")


PARTS = {
    "What the job does": decides(JOB),
    "Beside it": decides(BESIDE),
    "Below uploads/": decides(BELOW),
    "The rest of the bucket": decides(REST),
}

ONE_DENY = variant(r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [
        "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes",
        "glue:CreatePartition", "sns:Publish"
      ],
      "Resource": [
        "arn:aws:sqs:eu-central-1:111122223333:uploads",
        "arn:aws:sns:eu-central-1:111122223333:files",
        "arn:aws:glue:eu-central-1:111122223333:catalog",
        "arn:aws:glue:eu-central-1:111122223333:database/silver",
        "arn:aws:glue:eu-central-1:111122223333:table/silver/prices"
      ]
    },
    {
      "Effect": "Deny",
      "NotAction": ["s3:GetObject", "s3:GetObjectVersion", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::lake", "arn:aws:s3:::lake/uploads/*"]
    }
  ]
}
""")
NOT_RESOURCE = variant(
    SOLVE.replace(
        '"NotAction": "s3:ListBucket",\n      "Resource": "arn:aws:s3:::lake"',
        '"NotAction": ["s3:ListBucket", "sqs:*", "sns:*", "glue:*"],\n      "NotResource": "arn:aws:s3:::lake/*"',
    )
)

TABLE_ONLY = wrong(
    "a partition is asked of catalog, database and table: with the table alone the first call fails",
    SOLVE.replace(
        """[
        "arn:aws:glue:eu-central-1:111122223333:catalog",
        "arn:aws:glue:eu-central-1:111122223333:database/silver",
        "arn:aws:glue:eu-central-1:111122223333:table/silver/prices"
      ]""",
        '"arn:aws:glue:eu-central-1:111122223333:table/silver/prices"',
    ),
    fails="allows too little",
)
NO_DENY = wrong(
    "what you do not allow is not denied: the managed policy still lets it write where it listens",
    SOLVE[: SOLVE.index(',\n    {\n      "Sid": "NeverWrite')] + "\n  ]\n}\n",
    fails="allows too much",
    passes_examples=True,
)
DENY_PUT = wrong(
    "it cannot put, and can still delete",
    SOLVE.replace('"NotAction": ["s3:GetObject", "s3:GetObjectVersion"]', '"Action": "s3:Put*"'),
    fails="allows too much",
    passes_examples=True,
)
DENY_READS = wrong(
    "reading a version is an action of its own, and it is denied with the rest",
    SOLVE.replace('"NotAction": ["s3:GetObject", "s3:GetObjectVersion"]', '"NotAction": "s3:GetObject"'),
    fails="allows too little",
    passes_examples=True,
)
DENY_ALL = wrong(
    "the deny names every object: the function cannot write its output",
    SOLVE.replace("arn:aws:s3:::lake/uploads/*", "arn:aws:s3:::lake/*"),
    fails="allows too little",
)
DENY_EVERYWHERE = wrong(
    "a deny on all resources also denies the queue, the topic and the catalog",
    SOLVE.replace('"arn:aws:s3:::lake/uploads/*"', '"*"'),
    fails="allows too little",
)
NO_SLASH = wrong(
    "without the slash the deny reaches uploads-old/ too",
    SOLVE.replace("lake/uploads/*", "lake/uploads*"),
    fails="allows too little",
    passes_examples=True,
)
ANY_REGION = wrong(
    "with a star for the region the queue of the same name elsewhere is its too",
    SOLVE.replace("arn:aws:sqs:eu-central-1:", "arn:aws:sqs:*:"),
    fails="allows too much",
    passes_examples=True,
)
NO_BUCKET = wrong(
    "it can still change the notifications that call it",
    SOLVE[: SOLVE.index(',\n    {\n      "Sid": "LeaveThe')] + "\n  ]\n}\n",
    fails="allows too much",
    passes_examples=True,
)
QUEUE_STAR = wrong(
    "a star at the end of the queue's name takes the dead letters along",
    SOLVE.replace("111122223333:uploads", "111122223333:uploads*"),
    fails="allows too much",
    passes_examples=True,
)
SQS_STAR = wrong(
    "sqs:* purges the queue too",
    SOLVE.replace('"sqs:ReceiveMessage",', '"sqs:*",'),
    fails="allows too much",
    passes_examples=True,
)
GLUE_STAR = wrong(
    "glue:* on the table drops it",
    SOLVE.replace("glue:CreatePartition", "glue:*"),
    fails="allows too much",
    passes_examples=True,
)
PRINCIPAL = wrong(
    "an identity policy has no principal: it is attached to whom it means",
    SOLVE.replace('"Sid": "Take",', '"Principal": {"Service": "lambda.amazonaws.com"},'),
    fails="malformed",
)

NOTES = """**Why it holds**: an explicit deny wins over every allow, of this policy and of all others that the role has or will get.
With `NotAction` it denies what is not named, so an action that S3 invents next year is denied too.

**Pitfall**: a policy that does not allow something denies nothing.
The same role with one more attached policy, "just for the migration", writes below `uploads/`, calls itself, and 1,000 functions of 1 GB cost USD 60 an hour.

**Alternative**: outputs in another bucket, so that no rule about prefixes is needed; a permissions boundary for all roles of the team, which bounds what any policy can give.

**At work**: the queue's own policy must let S3 send (`s3.amazonaws.com`, with `aws:SourceArn` and `aws:SourceAccount`), and with a customer's KMS key S3 needs `kms:GenerateDataKey` and the function `kms:Decrypt` on it.
Without the latter the poller reads nothing, and says so only in the mapping's state.
"""
