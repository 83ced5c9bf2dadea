"""# A policy for the loader

Every night a job puts log files into the bucket `lake-raw`, below the prefix `landing/`.
Write its **identity policy**: JSON text that is attached to its role.

| The job must be able to | action | on |
| :-- | :-- | :-- |
| put an object below `landing/` | `s3:PutObject` | the object |
| give up an upload that broke off | `s3:AbortMultipartUpload` | the object |
| list a folder: the prefix asked for begins with `landing/` | `s3:ListBucket` | the bucket |

Nothing else may pass: no reading, no deleting, no other prefix, no listing of the whole bucket, no other bucket.

S3 tells the policy the prefix that a listing asks for as the condition key `s3:prefix`.
A request that asks for no prefix has no such key.
Say `"Version": "2012-10-17"`, and name actions and resources whole where you can: what you do not need may not pass.

Write the policy as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by requests, as AWS documents the evaluation, not by its words: any policy that decides them rightly is right.
"""

from seniorde.checks.iam import Request, must_decide
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-aws-loader-policy",
    pattern="identity policy",
    difficulty="medium",
    minutes=15,
    points=3,
    order=1,
    hints={
        "What the statement names": (
            "A bucket and the objects in it are two kinds of resource, with two ARNs: you need two statements.",
            'The listing: `"Condition": {"StringLike": {"s3:prefix": "landing/*"}}` on `arn:aws:s3:::lake-raw`.',
        ),
        "Prefixes and buckets that look alike": (
            "A star stands for any text, slashes too: look at what stands directly before each star, and whether one is too early.",
            "`landing/*` with its slash, in the resource and in the condition; the bucket `arn:aws:s3:::lake-raw` without a star.",
        ),
        "Actions beside those it needs": (
            "Each action that the message names is let in by a star in `Action`, or by an action too many.",
            "Three actions, each named whole: `s3:PutObject`, `s3:AbortMultipartUpload`, `s3:ListBucket`.",
        ),
    },
)

SOLVE = r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "Put",
      "Effect": "Allow",
      "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
      "Resource": "arn:aws:s3:::lake-raw/landing/*"
    },
    {
      "Sid": "List",
      "Effect": "Allow",
      "Action": "s3:ListBucket",
      "Resource": "arn:aws:s3:::lake-raw",
      "Condition": {"StringLike": {"s3:prefix": "landing/*"}}
    }
  ]
}
"""

BUCKET = "arn:aws:s3:::lake-raw"
FILE = f"{BUCKET}/landing/2026/11/24/app.log.gz"


def put(key, action="s3:PutObject"):
    return Request(action, f"{BUCKET}/{key}")


def listing(prefix=None, bucket=BUCKET):
    return Request("s3:ListBucket", bucket, context={} if prefix is None else {"s3:prefix": prefix})


SHOWN = {
    "put an object below landing/": (True, Request("s3:PutObject", FILE)),
    "abort an upload below landing/": (True, Request("s3:AbortMultipartUpload", FILE)),
    "list the prefix landing/": (True, listing("landing/")),
    "list the prefix landing/2026/11/": (True, listing("landing/2026/11/")),
    "put an object at the top of the bucket": (False, put("app.log.gz")),
    "read what it put": (False, Request("s3:GetObject", FILE)),
    "delete what it put": (False, Request("s3:DeleteObject", FILE)),
    "list the whole bucket, without a prefix": (False, listing()),
}
NEAR = {
    "put into gold/": (False, put("gold/app.log.gz")),
    "put into landing-old/": (False, put("landing-old/app.log.gz")),
    "put into other/landing/": (False, put("other/landing/app.log.gz")),
    "list everything that begins with landing": (False, listing("landing")),
    "list the empty prefix": (False, listing("")),
    "list other/landing/": (False, listing("other/landing/")),
    "list landing-old/": (False, listing("landing-old/")),
    "put into the bucket lake-raw-test": (False, Request("s3:PutObject", f"{BUCKET}-test/landing/a")),
    "put into another bucket": (False, Request("s3:PutObject", "arn:aws:s3:::x/lake-raw/landing/a")),
    "list the bucket lake-raw-test": (False, listing("landing/", f"{BUCKET}-test")),
}
BESIDE = {
    f"{action} below landing/": (False, Request(f"s3:{action}", FILE))
    for action in (
        "PutObjectAcl",
        "PutObjectTagging",
        "DeleteObjectVersion",
        "GetObjectVersion",
        "BypassGovernanceRetention",
        "ListMultipartUploadParts",
    )
} | {
    f"{action} of the bucket": (
        False,
        Request(f"s3:{action}", BUCKET, context={"s3:prefix": "landing/"}),
    )
    for action in ("ListBucketVersions", "PutBucketPolicy", "DeleteBucket", "GetBucketPolicy")
}
OTHERS = {
    "list all buckets": (False, Request("s3:ListAllMyBuckets")),
    "hand its role to a service": (False, Request("iam:PassRole", "arn:aws:iam::111122223333:role/loader")),
}

PARTS = {
    "What the statement names": lambda policy: must_decide(policy, SHOWN, kind="identity"),
    "Prefixes and buckets that look alike": lambda policy: must_decide(policy, NEAR, kind="identity"),
    "Actions beside those it needs": lambda policy: must_decide(policy, BESIDE | OTHERS, kind="identity"),
}

BY_DENY = variant(r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::lake-raw/landing/*", "arn:aws:s3:::lake-raw"]
    },
    {
      "Effect": "Deny",
      "Action": "s3:ListBucket",
      "Resource": "*",
      "Condition": {"StringNotLike": {"s3:prefix": "landing/*"}}
    }
  ]
}
""")

ONE_STATEMENT = wrong(
    "listing is asked of the bucket, whose ARN has no slash: the job cannot list",
    r"""
{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket"],
    "Resource": "arn:aws:s3:::lake-raw/landing/*"
  }
}
""",
    fails="allows too little",
)
CONDITION_ON_BOTH = wrong(
    "a put has no s3:prefix, so the condition never holds and nothing can be put",
    r"""
{
  "Version": "2012-10-17",
  "Statement": {
    "Effect": "Allow",
    "Action": ["s3:PutObject", "s3:AbortMultipartUpload", "s3:ListBucket"],
    "Resource": ["arn:aws:s3:::lake-raw", "arn:aws:s3:::lake-raw/landing/*"],
    "Condition": {"StringLike": {"s3:prefix": "landing/*"}}
  }
}
""",
    fails="allows too little",
)
IF_EXISTS = wrong(
    "with IfExists a listing without a prefix passes, and shows the whole bucket",
    SOLVE.replace("StringLike", "StringLikeIfExists"),
    fails="allows too much",
)
NO_SLASH = wrong(
    "without the slash, landing-old/ belongs to it too",
    SOLVE.replace("landing/*", "landing*"),
    fails="allows too much",
    passes_examples=True,
)
STAR_BEFORE = wrong(
    "a star before the prefix lists every folder called landing",
    SOLVE.replace('"s3:prefix": "landing/*"', '"s3:prefix": "*landing/*"'),
    fails="allows too much",
    passes_examples=True,
)
PUT_STAR = wrong(
    "s3:Put* also rewrites access lists and tags",
    SOLVE.replace("s3:PutObject", "s3:Put*"),
    fails="allows too much",
    passes_examples=True,
)
LIST_STAR = wrong(
    "s3:List* also lists versions",
    SOLVE.replace("s3:ListBucket", "s3:List*"),
    fails="allows too much",
    passes_examples=True,
)
NO_ARN = wrong("a resource is an ARN", SOLVE.replace("arn:aws:s3:::", ""), fails="malformed")

NOTES = """**Why it holds**: nothing is allowed until a statement allows it.
Two statements, because objects and buckets are two kinds of resource: `s3:PutObject` is asked of `arn:aws:s3:::lake-raw/landing/…`, `s3:ListBucket` of `arn:aws:s3:::lake-raw`.
The prefix of a listing is no part of its resource, so only a condition can hold it.

**Pitfall**: an `Allow` whose condition names a key that the request lacks does not allow; a `Deny` with a *negated* operator does deny it.
So `StringLike` on one statement for both actions silences the puts, and `…IfExists` opens the listing of the whole bucket.

**Alternative**: allow broadly and deny what does not fit, as in the second answer.
It holds against other policies of the same role too, since a deny wins over all of them, and it is harder to read.

**At work**: creating a multipart upload and sending its parts needs `s3:PutObject`, completing it too; giving it up needs `s3:AbortMultipartUpload`.
With a customer's KMS key the loader needs `kms:GenerateDataKey`, and for parts `kms:Decrypt`, on that key.
"""
