"""The policy evaluator: a corpus of decisions from AWS's own rules, and moto's engine where it can follow."""

import json
from random import Random

import pytest
from moto.iam.access_control import IAMPolicy, PermissionResult

from seniorde.checks.iam import PolicyError, Request, decide, must_decide, statements
from seniorde.checks.parts import Refused

LAKE = "arn:aws:s3:::lake"


def policy(*found):
    return json.dumps({"Version": "2012-10-17", "Statement": list(found)})


def allow(**elements):
    return {"Effect": "Allow", "Action": "*", "Resource": "*"} | elements


def when(operator, key, value, **context):
    """What a statement with this condition decides for a request with this context."""
    asked = Request(
        "s3:GetObject", f"{LAKE}/a", context={name.replace("_", ":", 1): v for name, v in context.items()}
    )
    return decide(asked, policy(allow(Condition={operator: {key: value}}))) == "allowed"


CORPUS = {
    "nothing says yes": ([], "s3:GetObject", f"{LAKE}/a", "allowed by none"),
    "an allow": ([allow(Action="s3:GetObject")], "s3:GetObject", f"{LAKE}/a", "allowed"),
    "actions know no case": ([allow(Action="S3:getobject")], "s3:GetObject", f"{LAKE}/a", "allowed"),
    "resources do": ([allow(Resource=f"{LAKE}/A")], "s3:GetObject", f"{LAKE}/a", "allowed by none"),
    "a star is any text": ([allow(Action="s3:Get*")], "s3:GetObjectVersion", f"{LAKE}/a", "allowed"),
    "a star crosses slashes": ([allow(Resource=f"{LAKE}/x/*")], "s3:GetObject", f"{LAKE}/x/y/z", "allowed"),
    "a question mark is one": (
        [allow(Resource=f"{LAKE}/day-?")],
        "s3:GetObject",
        f"{LAKE}/day-10",
        "allowed by none",
    ),
    "a dot is a dot": ([allow(Resource=f"{LAKE}/a.b")], "s3:GetObject", f"{LAKE}/axb", "allowed by none"),
    "a bucket is no object": ([allow(Resource=LAKE)], "s3:GetObject", f"{LAKE}/a", "allowed by none"),
    "an object is no bucket": ([allow(Resource=f"{LAKE}/*")], "s3:ListBucket", LAKE, "allowed by none"),
    "the other bucket": (
        [allow(Resource=f"{LAKE}*")],
        "s3:GetObject",
        "arn:aws:s3:::lake-secret/a",
        "allowed",
    ),
    "deny wins": ([allow(), allow(Effect="Deny")], "s3:GetObject", f"{LAKE}/a", "denied by a statement"),
    "deny wins in any order": (
        [allow(Effect="Deny"), allow()],
        "s3:GetObject",
        f"{LAKE}/a",
        "denied by a statement",
    ),
    "a deny of something else": (
        [allow(), allow(Effect="Deny", Action="s3:Put*")],
        "s3:GetObject",
        f"{LAKE}/a",
        "allowed",
    ),
    "NotAction allows the rest": (
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        "s3:DeleteBucket",
        LAKE,
        "allowed",
    ),
    "NotAction does not deny": (
        [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}],
        "iam:CreateUser",
        "*",
        "allowed by none",
    ),
    "Deny with NotResource": (
        [allow(), {"Effect": "Deny", "Action": "s3:*", "NotResource": f"{LAKE}/landing/*"}],
        "s3:PutObject",
        f"{LAKE}/gold/a",
        "denied by a statement",
    ),
    "Deny with NotResource spares": (
        [allow(), {"Effect": "Deny", "Action": "s3:*", "NotResource": f"{LAKE}/landing/*"}],
        "s3:PutObject",
        f"{LAKE}/landing/a",
        "allowed",
    ),
}


@pytest.mark.parametrize("case", CORPUS)
def test_the_corpus(case):
    found, action, resource, expected = CORPUS[case]
    policies = [policy(*found)] if found else []
    assert decide(Request(action, resource), *policies) == expected


def test_a_deny_in_one_policy_beats_an_allow_in_another():
    assert (
        decide(Request("s3:GetObject", "*"), policy(allow()), policy(allow(Effect="Deny")))
        == "denied by a statement"
    )


@pytest.mark.parametrize(
    ("operator", "wanted", "got", "holds"),
    [
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "AB", "ab", True),
        ("StringLike", "landing/*", "landing/2026/", True),
        ("StringLike", "landing/*", "landing", False),
        ("StringNotLike", "landing/*", "gold/", True),
        ("Bool", "false", "false", True),
        ("Bool", False, "false", True),
        ("Bool", "true", "false", False),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericEquals", "10", "many", False),
        ("DateLessThan", "2026-12-01T00:00:00Z", "2026-11-30T23:59:59Z", True),
        ("DateGreaterThan", "2026-12-01", "1764633600", False),
        ("IpAddress", "10.0.0.0/8", "10.2.3.4", True),
        ("IpAddress", ["10.0.0.0/8", "192.0.2.0/24"], "192.0.2.7", True),
        ("NotIpAddress", "10.0.0.0/8", "10.2.3.4", False),
        ("IpAddress", "2001:db8::/32", "2001:db8::1", True),
        ("ArnLike", "arn:aws:sns:*:*:alarm", "arn:aws:sns:eu-west-1:111122223333:alarm", True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAnyValue:StringEquals", ["a", "b"], ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c"], False),
        ("Null", "true", "present", False),
        ("Null", "false", "present", True),
    ],
)
def test_an_operator(operator, wanted, got, holds):
    assert when(operator, "aws:Key", wanted, aws_key=got) is holds


@pytest.mark.parametrize(
    ("operator", "holds"),
    [
        ("StringEquals", False),
        ("StringEqualsIfExists", True),
        ("StringNotEquals", True),
        ("StringNotEqualsIfExists", True),
        ("Bool", False),
        ("BoolIfExists", True),
        ("NotIpAddress", True),
        ("Null", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
    ],
)
def test_a_key_that_the_request_does_not_have(operator, holds):
    assert when(operator, "aws:Key", "true") is holds


def test_several_conditions_must_all_hold():
    both = policy(allow(Condition={"Bool": {"aws:a": "true"}, "StringEquals": {"aws:b": "x"}}))
    for a, b, expected in (
        ("true", "x", "allowed"),
        ("true", "y", "allowed by none"),
        ("false", "x", "allowed by none"),
    ):
        assert decide(Request("s3:GetObject", context={"aws:a": a, "aws:b": b}), both) == expected


@pytest.mark.parametrize(
    ("condition", "spares"),
    [
        ({"StringNotEquals": {"s3:header": "kms"}}, {"kms"}),
        ({"StringNotEqualsIfExists": {"s3:header": "kms"}}, {"kms"}),
        ({"StringNotEquals": {"s3:header": "kms"}, "Null": {"s3:header": "false"}}, {"kms", None}),
        ({"StringEquals": {"s3:header": "plain"}}, {"kms", None}),
    ],
)
def test_a_deny_spares_a_missing_key_by_null_and_not_by_if_exists(condition, spares):
    deny = policy(allow(Effect="Deny", Condition=condition))
    contexts = {value: {} if value is None else {"s3:header": value} for value in ("kms", "plain", None)}
    asked = {value: Request("s3:PutObject", f"{LAKE}/a", context=c) for value, c in contexts.items()}
    assert {value for value in asked if decide(asked[value], policy(allow()), deny) == "allowed"} == spares


def test_a_variable_is_filled_from_the_request():
    home = policy(allow(Resource=LAKE + "/people/${aws:username}/*"))
    for context, expected in (
        ({"aws:username": "ada"}, "allowed"),
        ({"aws:username": "eve"}, "allowed by none"),
        ({}, "allowed by none"),
    ):
        assert decide(Request("s3:GetObject", f"{LAKE}/people/ada/a", context=context), home) == expected


ACCOUNT = "111122223333"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/nightly"
PROVIDER = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"


@pytest.mark.parametrize(
    ("principal", "asking", "matches"),
    [
        ("*", "", True),
        ({"AWS": "*"}, ROLE, True),
        ({"AWS": ROLE}, ROLE, True),
        ({"AWS": ROLE}, SESSION, True),
        ({"AWS": ROLE}, f"arn:aws:iam::{ACCOUNT}:role/reader2", False),
        ({"AWS": ACCOUNT}, SESSION, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, ROLE, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "arn:aws:iam::444455556666:role/reader", False),
        ({"AWS": [ROLE, "444455556666"]}, "arn:aws:iam::444455556666:user/a", True),
        ({"Service": "glue.amazonaws.com"}, "glue.amazonaws.com", True),
        ({"Service": "glue.amazonaws.com"}, "lambda.amazonaws.com", False),
        ({"Federated": PROVIDER}, PROVIDER, True),
        ({"AWS": ACCOUNT}, PROVIDER, False),
        ({"AWS": ACCOUNT}, "glue.amazonaws.com", False),
    ],
)
def test_a_principal(principal, asking, matches):
    trust = policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})
    assert (decide(Request("sts:AssumeRole", principal=asking), trust) == "allowed") is matches


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ("[]", '"Version" and "Statement"'),
        ('{"Statement": []}', "2012-10-17"),
        (policy(), "a statement or a list"),
        (policy(allow(Effect="allow")), '"Allow" or "Deny"'),
        (policy(allow(NotAction="s3:*")), "one of"),
        (policy({"Effect": "Allow", "Resource": "*"}), "one of"),
        (policy(allow(NotResource="*")), "both"),
        (policy(allow(Resources="*")), "no element 'Resources'"),
        (policy(allow(Action="PutObject")), "service:Action"),
        (policy(allow(Action=[])), "list of texts"),
        (policy(allow(Resource="lake/landing/*")), "no ARN"),
        (policy(allow(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/*"})), "no wildcard"),
        (policy(allow(Principal={"User": "a"})), "Principal"),
        (policy(allow(Condition={"StringIs": {"aws:a": "b"}})), "StringIs"),
        (policy(allow(Condition={"Bool": {"SecureTransport": "b"}})), "prefix"),
        (policy(allow(Condition={"Bool": "aws:SecureTransport"})), "key, then value"),
        (policy(allow(Condition=["Bool"])), "operator, then key"),
        (policy("Allow"), "no object"),
        (policy(allow(NotPrincipal="*")), "NotPrincipal is not judged"),
    ],
)
def test_what_is_no_policy_is_said_in_a_sentence(text, said):
    with pytest.raises(PolicyError, match=said):
        statements(text)


def test_cases_are_judged_in_order_and_the_first_that_differs_is_said():
    get = policy(allow(Action="s3:GetObject"))
    cases = {"reads": (True, Request("s3:GetObject", "x")), "writes": (False, Request("s3:PutObject", "x"))}
    assert must_decide(get, cases, kind="identity") == "1 calls pass, 1 do not, as they must."
    for text, reason, said in (
        (policy(allow()), "allows too much", "must not pass: writes"),
        (policy(allow(Action="s3:Put*")), "allows too little", "must pass: reads"),
        ("{}", "malformed", "Version"),
    ):
        with pytest.raises(Refused, match=said) as refused:
            must_decide(text, cases, kind="identity")
        assert refused.value.reason == reason
    with pytest.raises(Refused, match="reads"):
        must_decide(get, cases, policy(allow(Effect="Deny")), kind="identity")


@pytest.mark.parametrize(
    ("kind", "elements", "said"),
    [
        ("identity", {"Resource": "*", "Principal": "*"}, "no Principal: whoever"),
        ("identity", {}, "one of"),
        ("resource", {"Resource": "*"}, "a resource policy says who"),
        ("resource", {"Principal": "*"}, "one of"),
        ("trust", {"Principal": "*", "Resource": "*"}, "has no Resource"),
        ("trust", {}, "a trust policy says who"),
    ],
)
def test_each_kind_of_policy_has_its_elements(kind, elements, said):
    text = policy({"Effect": "Allow", "Action": "s3:GetObject"} | elements)
    with pytest.raises(Refused, match=said):
        must_decide(text, {}, kind=kind)


def test_moto_decides_the_same_where_it_can():
    """moto 5.2 knows Action, NotAction, Resource, `*` and the explicit deny; the rest it ignores."""
    rng = Random(0)
    actions = ["s3:PutObject", "s3:GetObject", "s3:ListBucket", "iam:PassRole"]
    patterns = [*actions, "s3:*", "s3:Get*", "*"]
    resources = [LAKE, f"{LAKE}/landing/a", f"{LAKE}/gold/a"]
    globs = [*resources, "*", f"{LAKE}/*", f"{LAKE}/landing/*", f"{LAKE}*"]
    names = {
        PermissionResult.PERMITTED: "allowed",
        PermissionResult.DENIED: "denied by a statement",
        PermissionResult.NEUTRAL: "allowed by none",
    }
    seen = set()
    for _ in range(2_000):
        found = [
            {
                "Effect": rng.choice(["Allow", "Allow", "Deny"]),
                rng.choice(["Action", "Action", "NotAction"]): rng.sample(patterns, rng.randint(1, 2)),
                "Resource": rng.sample(globs, rng.randint(1, 2)),
            }
            for _ in range(rng.randint(1, 3))
        ]
        action, resource = rng.choice(actions), rng.choice(resources)
        text = policy(*found)
        moto = names[IAMPolicy(text).is_action_permitted(action, resource)]
        assert decide(Request(action, resource), text) == moto, (text, action, resource)
        seen.add(moto)
    assert len(seen) == 3
