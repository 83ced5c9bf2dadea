"""# A bucket shared with another account

The bucket `lake-gold` belongs to account `111122223333`.
Write its **bucket policy** as JSON text, a resource policy: each statement says *who* as well (`Principal`).

1. The role `arn:aws:iam::444455556666:role/reporting` of another account may read objects below `reports/` (`s3:GetObject`), and list the bucket when the prefix begins with `reports/` (`s3:ListBucket`, condition key `s3:prefix`).
   Nobody else of that account may, and that role may do nothing else.
2. Whoever it is, administrators of your own account too: no request without TLS passes, whatever it asks of the bucket or its objects. (`aws:SecureTransport` is `"true"` or `"false"`.)
3. Only the role `arn:aws:iam::111122223333:role/retention` can delete objects or versions (`s3:DeleteObject`, `s3:DeleteObjectVersion`). Everyone else is stopped, even an administrator whose own policy allows everything. (`aws:PrincipalArn` is the ARN of the role that asks.)

| Who | asks for | passes |
| :-- | :-- | :-- |
| `reporting`, over TLS | `s3:GetObject` of `reports/2026-11.parquet` | yes |
| `reporting`, over TLS | `s3:GetObject` of `hr/salaries.parquet` | no |
| your administrator, without TLS | `s3:GetObject` of `reports/2026-11.parquet` | no |
| your administrator, over TLS | `s3:DeleteObject` of `hr/salaries.parquet` | no |
| `retention`, over TLS | `s3:DeleteObject` of `hr/salaries.parquet` | yes |

In your own account the roles `administrator` and `retention` have identity policies that allow everything: your policy need not allow them anything.
In the other account every role has a policy that allows everything; across accounts both sides must allow.
Write the policy as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by requests, as AWS documents the evaluation.
"""

import json

from seniorde.checks.iam import Request, must_decide
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-aws-shared-bucket",
    pattern="resource policy",
    difficulty="hard",
    minutes=15,
    points=4,
    order=2,
    hints={
        "What the statement shows": (
            "Four statements: two that allow the other account, two that deny everyone.",
            'To deny all but one role: `"Principal": "*"` and a Condition `ArnNotEquals` on `aws:PrincipalArn`.',
        ),
        "The other account": (
            "Reading is asked of the objects, listing of the bucket; the principal is the one role, not its account.",
            'The listing: `"Condition": {"StringLike": {"s3:prefix": "reports/*"}}` on `arn:aws:s3:::lake-gold`.',
        ),
        "Without TLS": (
            "A condition on what *you* allow binds nobody whom another policy allows: only a deny does.",
            "A policy that denies must name both the bucket and its objects where both can be asked for, and every action.",
        ),
        "Deleting": (
            "Deleting a version is an action of its own.",
            "Deny `s3:DeleteObject` and `s3:DeleteObjectVersion`, except to the one ARN, account and all.",
        ),
    },
)

SOLVE = r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "ReportsRead",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::444455556666:role/reporting"},
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::lake-gold/reports/*"
    },
    {
      "Sid": "ReportsList",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::444455556666:role/reporting"},
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::lake-gold",
      "Condition": {"StringLike": {"s3:prefix": "reports/*"}}
    },
    {
      "Sid": "OnlyOverTls",
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:*",
      "Resource": ["arn:aws:s3:::lake-gold", "arn:aws:s3:::lake-gold/*"],
      "Condition": {"Bool": {"aws:SecureTransport": "false"}}
    },
    {
      "Sid": "OnlyRetentionDeletes",
      "Effect": "Deny",
      "Principal": "*",
      "Action": ["s3:DeleteObject", "s3:DeleteObjectVersion"],
      "Resource": "arn:aws:s3:::lake-gold/*",
      "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/retention"}}
    }
  ]
}
"""

BUCKET = "arn:aws:s3:::lake-gold"
OWN, OTHER = "111122223333", "444455556666"
EVERYTHING = json.dumps(
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}
)


def ask(role, action, resource, tls=True, account=OWN, **context):
    """A request by a session of the role, with what AWS adds to it."""
    added = {
        "aws:PrincipalArn": f"arn:aws:iam::{account}:role/{role}",
        "aws:PrincipalAccount": account,
        "aws:SecureTransport": "true" if tls else "false",
    }
    added |= {key.replace("_", ":"): value for key, value in context.items()}
    return Request(f"s3:{action}", resource, f"arn:aws:sts::{account}:assumed-role/{role}/session", added)


def reporting(action, resource, tls=True, role="reporting", **context):
    return ask(role, action, resource, tls, OTHER, **context)


REPORT, SALARIES = f"{BUCKET}/reports/2026-11.parquet", f"{BUCKET}/hr/salaries.parquet"

SHOWN = {
    "reporting reads reports/2026-11.parquet": (True, reporting("GetObject", REPORT)),
    "reporting reads hr/salaries.parquet": (False, reporting("GetObject", SALARIES)),
    "the administrator reads a report without TLS": (
        False,
        ask("administrator", "GetObject", REPORT, tls=False),
    ),
    "the administrator deletes hr/salaries.parquet": (False, ask("administrator", "DeleteObject", SALARIES)),
    "retention deletes hr/salaries.parquet": (True, ask("retention", "DeleteObject", SALARIES)),
}
ACROSS = {
    "reporting lists the prefix reports/": (True, reporting("ListBucket", BUCKET, s3_prefix="reports/")),
    "reporting lists the prefix reports/2026/": (
        True,
        reporting("ListBucket", BUCKET, s3_prefix="reports/2026/"),
    ),
    "reporting lists the whole bucket": (False, reporting("ListBucket", BUCKET)),
    "reporting lists the prefix hr/": (False, reporting("ListBucket", BUCKET, s3_prefix="hr/")),
    "reporting reads reports-draft/a": (False, reporting("GetObject", f"{BUCKET}/reports-draft/a")),
    "reporting puts a report": (False, reporting("PutObject", REPORT)),
    "reporting reads an old version": (False, reporting("GetObjectVersion", REPORT)),
    "reporting reads the bucket's policy": (False, reporting("GetBucketPolicy", BUCKET)),
    "another role of that account reads a report": (False, reporting("GetObject", REPORT, role="intern")),
    "a role reporting of a third account reads a report": (
        False,
        ask("reporting", "GetObject", REPORT, account="777788889999"),
    ),
}
TLS = {
    f"{who} asks {action} without TLS": (False, call(action, resource, tls=False, **context))
    for who, call in (
        ("reporting", reporting),
        ("the administrator", lambda *a, **k: ask("administrator", *a, **k)),
        ("retention", lambda *a, **k: ask("retention", *a, **k)),
    )
    for action, resource, context in (
        ("GetObject", REPORT, {}),
        ("ListBucket", BUCKET, {"s3_prefix": "reports/"}),
        ("PutObject", REPORT, {}),
        ("PutBucketPolicy", BUCKET, {}),
        ("DeleteObject", REPORT, {}),
    )
} | {
    "the administrator puts an object over TLS": (True, ask("administrator", "PutObject", SALARIES)),
    "the administrator mends the policy over TLS": (True, ask("administrator", "PutBucketPolicy", BUCKET)),
    "the administrator lists the bucket over TLS": (True, ask("administrator", "ListBucket", BUCKET)),
}
DELETING = {
    "retention deletes a version": (True, ask("retention", "DeleteObjectVersion", REPORT)),
    "the administrator deletes a version": (False, ask("administrator", "DeleteObjectVersion", REPORT)),
    "the administrator deletes a report": (False, ask("administrator", "DeleteObject", REPORT)),
    "a role retention2 deletes a report": (False, ask("retention2", "DeleteObject", REPORT)),
    "reporting deletes a report": (False, reporting("DeleteObject", REPORT)),
    "a role retention of the other account deletes a report": (
        False,
        reporting("DeleteObject", REPORT, role="retention"),
    ),
}


def decides(cases):
    """Own roles bring an identity policy that allows everything; across accounts the bucket must allow."""

    def part(policy):
        own = {name: case for name, case in cases.items() if f"::{OWN}:" in case[1].principal}
        must_decide(policy, own, EVERYTHING, kind="resource")
        across = {name: case for name, case in cases.items() if name not in own}
        must_decide(policy, across, kind="resource")
        passing = sum(must for must, _ in cases.values())
        return f"{passing} calls pass, {len(cases) - passing} do not, as they must."

    return part


PARTS = {
    "What the statement shows": decides(SHOWN),
    "The other account": decides(ACROSS),
    "Without TLS": decides(TLS),
    "Deleting": decides(DELETING),
}

BY_ACCOUNT = variant(
    SOLVE.replace('{"AWS": "arn:aws:iam::444455556666:role/reporting"}', '{"AWS": "444455556666"}', 1)
    .replace(
        '"Resource": "arn:aws:s3:::lake-gold/reports/*"',
        '"Resource": "arn:aws:s3:::lake-gold/reports/*",\n      "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::444455556666:role/reporting"}}',
    )
    .replace(
        '"Action": "s3:*",\n      "Resource": ["arn:aws:s3:::lake-gold", "arn:aws:s3:::lake-gold/*"]',
        '"Action": "*",\n      "Resource": "*"',
    )
    .replace(
        '{"Bool": {"aws:SecureTransport": "false"}}', '{"StringNotEquals": {"aws:SecureTransport": "true"}}'
    )
)

THE_ACCOUNT = wrong(
    "the whole other account is let in, not one role",
    SOLVE.replace("arn:aws:iam::444455556666:role/reporting", "arn:aws:iam::444455556666:root"),
    fails="allows too much",
    passes_examples=True,
)
TLS_BY_ALLOW = wrong(
    "a condition on what the policy allows does not bind those whom their own policy allows",
    r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::444455556666:role/reporting"},
      "Action": "s3:GetObject",
      "Resource": "arn:aws:s3:::lake-gold/reports/*",
      "Condition": {"Bool": {"aws:SecureTransport": "true"}}
    },
    {
      "Effect": "Deny",
      "Principal": "*",
      "Action": "s3:DeleteObject*",
      "Resource": "arn:aws:s3:::lake-gold/*",
      "Condition": {"ArnNotEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/retention"}}
    }
  ]
}
""",
    fails="allows too much",
)
OBJECTS_ONLY = wrong(
    "the deny names the objects and forgets the bucket: listing without TLS passes",
    SOLVE.replace('["arn:aws:s3:::lake-gold", "arn:aws:s3:::lake-gold/*"]', '"arn:aws:s3:::lake-gold/*"'),
    fails="allows too much",
    passes_examples=True,
)
ONE_DELETE = wrong(
    "deleting a version is another action",
    SOLVE.replace('["s3:DeleteObject", "s3:DeleteObjectVersion"]', '"s3:DeleteObject"'),
    fails="allows too much",
    passes_examples=True,
)
SWAPPED = wrong(
    "ArnEquals denies the one role that may delete, and lets all others",
    SOLVE.replace("ArnNotEquals", "ArnEquals"),
    fails="allows too much",
)
NO_PRINCIPAL = wrong(
    "a resource policy says who",
    SOLVE.replace('      "Principal": "*",\n', ""),
    fails="malformed",
)

NOTES = """**Why it holds**: across accounts a request needs a yes from both sides; inside one account a yes from either is enough, and a bucket policy cannot take it back except by a deny.
So what must bind *everyone* stands in `Deny` statements with `"Principal": "*"`, and the exception in their condition.

**Pitfall**: a condition on an `Allow` limits what *this* statement gives, not what others get elsewhere.
Another: the account as principal (`…:root`) hands the decision to the administrators of that account.
A deny that locks out everyone, you too, can be mended by the root user only: deny actions on data, not `s3:PutBucketPolicy`, and try it on a bucket of no worth.

**Alternative**: an access point for each reader keeps the bucket policy short; Lake Formation shares tables instead of prefixes.
S3 Object Lock in compliance mode is stronger than any policy: nobody deletes before the date.

**At work**: if the objects are encrypted with a KMS key, the reader also needs `kms:Decrypt` in the *key's* policy; AWS's own key `aws/s3` cannot be shared across accounts.
Objects written by other accounts belong to the bucket's owner only while Object Ownership is *bucket owner enforced*, the default since April 2023.
"""
