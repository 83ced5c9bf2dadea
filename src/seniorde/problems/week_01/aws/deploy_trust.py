"""# Who may become the deployer

The role `deployer` of account `111122223333` may change production. It has no keys: it is *assumed*, for an hour at most.
Write its **trust policy** as JSON text: it says who may assume it, and has no `Resource`.

1. The build server proves each job by a signed token. Its identity provider is the principal `{"Federated": "arn:aws:iam::111122223333:oidc-provider/ci.example.com"}`, the action `sts:AssumeRoleWithWebIdentity`.
   The token's claims are condition keys: `ci.example.com:aud` must be `sts.amazonaws.com`, and `ci.example.com:sub` says which job it is.
   Only jobs of the repository `acme/lake` on the branch `main`, or on a tag that begins with `v`, may pass.
2. The role `arn:aws:iam::111122223333:role/oncall` may assume it (`sts:AssumeRole`), but only in a session begun with a second factor: `aws:MultiFactorAuthPresent` is `"true"`. A session of long-lived keys does not have this key at all.

| The claim `sub` | passes |
| :-- | :-- |
| `repo:acme/lake:ref:refs/heads/main` | yes |
| `repo:acme/lake:ref:refs/tags/v1.4.0` | yes |
| `repo:acme/lake:ref:refs/heads/try-this` | no |
| `repo:acme/lake:pull_request` | no |

Write the policy as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by requests, as AWS documents the evaluation.
"""

from seniorde.checks.iam import Request, must_decide
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-aws-deploy-trust",
    pattern="trust policy",
    difficulty="medium",
    minutes=15,
    points=3,
    order=3,
    hints={
        "What the statement shows": (
            "Two statements: each way in has its own principal, action and conditions.",
            "`sub` has one value whole and one with a star, so StringLike; of several values of a key one is enough.",
        ),
        "Other jobs, other tokens": (
            "A star stands for any text, slashes and colons too: the branch is named whole, and only the tag ends in a star.",
            "`aud` is compared whole with StringEquals, beside the StringLike on `sub`: several operators must all hold.",
        ),
        "People": (
            "What does your condition say of a session that does not have the key `aws:MultiFactorAuthPresent` at all?",
            'In the statement that allows: `"Bool": {"aws:MultiFactorAuthPresent": "true"}`, principal the role, action `sts:AssumeRole` alone.',
        ),
    },
)

SOLVE = r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "BuildServer",
      "Effect": "Allow",
      "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/ci.example.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {
        "StringEquals": {"ci.example.com:aud": "sts.amazonaws.com"},
        "StringLike": {
          "ci.example.com:sub": [
            "repo:acme/lake:ref:refs/heads/main",
            "repo:acme/lake:ref:refs/tags/v*"
          ]
        }
      }
    },
    {
      "Sid": "OnCall",
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:role/oncall"},
      "Action": "sts:AssumeRole",
      "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    }
  ]
}
"""

ACCOUNT = "111122223333"


def job(sub, aud="sts.amazonaws.com", host="ci.example.com", action="AssumeRoleWithWebIdentity"):
    claims = {f"{host}:sub": sub} | ({f"{host}:aud": aud} if aud else {})
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"
    return Request(f"sts:{action}", principal=provider, context=claims)


def human(role="oncall", mfa="true", account=ACCOUNT, action="AssumeRole"):
    factor = {"aws:MultiFactorAuthPresent": mfa} if mfa else {}
    return Request(
        f"sts:{action}", principal=f"arn:aws:sts::{account}:assumed-role/{role}/ada", context=factor
    )


LAKE = "repo:acme/lake:ref:refs/"
SHOWN = {
    "a job on main": (True, job(f"{LAKE}heads/main")),
    "a job on the tag v1.4.0": (True, job(f"{LAKE}tags/v1.4.0")),
    "a job on the branch try-this": (False, job(f"{LAKE}heads/try-this")),
    "a job of a pull request": (False, job("repo:acme/lake:pull_request")),
    "on call, with a second factor": (True, human()),
}
JOBS = {
    "a job on the tag v2": (True, job(f"{LAKE}tags/v2")),
    "a job on the branch main-2": (False, job(f"{LAKE}heads/main-2")),
    "a job on a branch called v1": (False, job(f"{LAKE}heads/v1")),
    "a job on the tag nightly": (False, job(f"{LAKE}tags/nightly")),
    "main of the repository acme/lake-tools": (False, job("repo:acme/lake-tools:ref:refs/heads/main")),
    "main of a fork, eve/lake": (False, job("repo:eve/lake:ref:refs/heads/main")),
    "main of notacme/lake": (False, job("repo:notacme/lake:ref:refs/heads/main")),
    "a token made for another audience": (False, job(f"{LAKE}heads/main", aud="https://example.org")),
    "a token without an audience": (False, job(f"{LAKE}heads/main", aud=None)),
    "a token of another provider": (False, job(f"{LAKE}heads/main", host="ci.example.org")),
}
HUMANS = {
    "on call, without a second factor": (False, human(mfa="false")),
    "on call, with long-lived keys": (False, human(mfa=None)),
    "another role, with a second factor": (False, human("intern")),
    "a role oncall of another account": (False, human(account="444455556666")),
    "the build server by sts:AssumeRole": (False, job(f"{LAKE}heads/main", action="AssumeRole")),
    "on call tags its session": (False, human(action="TagSession")),
}


def decides(cases):
    return lambda policy: must_decide(policy, cases, kind="trust")


PARTS = {
    "What the statement shows": decides(SHOWN),
    "Other jobs, other tokens": decides(JOBS),
    "People": decides(HUMANS),
}

FOUR_STATEMENTS = variant(r"""
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/ci.example.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {"StringEquals": {
        "ci.example.com:aud": "sts.amazonaws.com",
        "ci.example.com:sub": "repo:acme/lake:ref:refs/heads/main"}}
    },
    {
      "Effect": "Allow",
      "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/ci.example.com"},
      "Action": "sts:AssumeRoleWithWebIdentity",
      "Condition": {"StringLike": {
        "ci.example.com:aud": "sts.amazonaws.com",
        "ci.example.com:sub": "repo:acme/lake:ref:refs/tags/v*"}}
    },
    {
      "Effect": "Allow",
      "Principal": {"AWS": "arn:aws:iam::111122223333:role/oncall"},
      "Action": "sts:AssumeRole"
    },
    {
      "Effect": "Deny",
      "Principal": {"AWS": "*"},
      "Action": "sts:AssumeRole",
      "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    }
  ]
}
""")

ANY_REF = wrong(
    "a star after the repository lets every branch and every pull request in",
    SOLVE.replace("repo:acme/lake:ref:refs/heads/main", "repo:acme/lake:*"),
    fails="allows too much",
)
LOOSE_TAG = wrong(
    "a star in the middle lets other repositories in",
    SOLVE.replace("repo:acme/lake:ref:refs/heads/main", "repo:acme/lake*:ref:refs/heads/main"),
    fails="allows too much",
    passes_examples=True,
)
NO_AUDIENCE = wrong(
    "a token made for someone else is taken too",
    SOLVE.replace('"StringEquals": {"ci.example.com:aud": "sts.amazonaws.com"},', ""),
    fails="allows too much",
    passes_examples=True,
)
IF_EXISTS = wrong(
    "long-lived keys have no such key in their request, so IfExists lets them in",
    SOLVE.replace('"Bool"', '"BoolIfExists"'),
    fails="allows too much",
    passes_examples=True,
)
EQUALS = wrong(
    "StringEquals takes the star for a star: no tag passes",
    SOLVE.replace("StringLike", "StringEquals", 1).replace(
        '"StringEquals": {"ci.example.com:aud": "sts.amazonaws.com"},\n        "StringEquals"',
        '"StringEquals"',
    ),
    fails="allows too little",
)
WITH_RESOURCE = wrong(
    "a trust policy has no resource",
    SOLVE.replace('"Action": "sts:AssumeRole",', '"Action": "sts:AssumeRole", "Resource": "*",'),
    fails="malformed",
)

NOTES = """**Why it holds**: a trust policy answers one question: who may ask STS for an hour of this role.
Keys below one `Condition` are joined by *and*, the values of a key by *or*; so two operators bind one token.

**Pitfall**: `repo:acme/lake*` also fits `repo:acme/lake-tools`, and anyone who may name a repository in `acme` gets production.
The token of a pull request is signed as truly as that of `main`: only the subject tells them apart.
`BoolIfExists` in an *allow* opens the door to every request that lacks the key; in a *deny* on `"false"` it lets long-lived keys without the key run into the deny.

**Alternative**: the second answer allows the role and denies whoever has no second factor; an allow beside it cannot weaken it.

**At work**: a build server with a role has no key that can leak from its settings, and CloudTrail shows the subject of each token in `AssumeRoleWithWebIdentity`.
The trust policy says who comes in; what the deployer may do stands in its identity policies, and in a permission boundary if others may write those.
"""
