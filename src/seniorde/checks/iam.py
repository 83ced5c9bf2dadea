"""Decides what policies allow, by the documented logic: an explicit deny wins, then an allow, else no.

Written after "Policy evaluation logic" and "IAM JSON policy elements reference" of the IAM User Guide.
It covers what a data engineer writes: identity policies, resource policies and trust policies with
their conditions; not permission boundaries, session policies or those of an organization.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from seniorde.checks.parts import Refused

Effect = Literal["Allow", "Deny"]
Decision = Literal["allowed", "denied by a statement", "allowed by none"]
Kind = Literal["identity", "resource", "trust"]  # attached to a role, to a bucket; who may become a role

ELEMENTS = {"Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
PRINCIPALS = {"AWS", "Service", "Federated", "CanonicalUser"}


class PolicyError(ValueError):
    """The text is no policy; the message says what to change."""


@dataclass(frozen=True)
class Request:
    """One call: who asks for which action on which resource, and what else AWS knows of it.

    `context` maps condition keys (their case does not matter) to a text, or to a list of them for a key
    that has several values. A `principal` is an ARN, or the name of a service.
    """

    action: str
    resource: str = "*"
    principal: str = ""
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)


def decide(request: Request, *policies: str) -> Decision:
    """Return what the policies together decide; raise PolicyError for one that is none.

    >>> decide(Request("s3:GetObject", "arn:aws:s3:::lake/a"))
    'allowed by none'
    """
    effects = {effect for policy in policies for effect in _effects(statements(policy), request)}
    if "Deny" in effects:
        return "denied by a statement"
    return "allowed" if "Allow" in effects else "allowed by none"


def must_decide(policy: str, cases: Mapping[str, tuple[bool, Request]], *others: str, kind: Kind) -> str:
    """Return a sentence when the policy, beside the others, decides every case (said in words) as it must.

    Raise Refused at the first that it does not: "malformed", "allows too much" or "allows too little".
    """
    try:
        for number, statement in enumerate(statements(policy), start=1):
            if complaint := _complaint_of_kind(statement, kind):
                raise PolicyError(f"Statement {number}: {complaint}")
    except PolicyError as error:
        raise Refused("malformed", str(error)) from None
    for case, (must, request) in cases.items():
        decision = decide(request, policy, *others)
        if (decision == "allowed") != must:
            raise Refused(
                "allows too little" if must else "allows too much",
                f"This call must {'' if must else 'not '}pass: {case}.",
                call=f"{request.action} on {request.resource}",
                context=json.dumps(dict(request.context)),
                got=decision,
            )
    passing = sum(must for must, _ in cases.values())
    return f"{passing} calls pass, {len(cases) - passing} do not, as they must."


def statements(policy: str) -> list[Mapping[str, Any]]:
    """Return the statements of a policy's text; raise PolicyError with what is wrong in it."""
    try:
        document = json.loads(policy)
    except ValueError as error:
        raise PolicyError(f"This is no JSON: {error}.") from None
    if not isinstance(document, dict) or "Statement" not in document:
        raise PolicyError('A policy is an object with "Version" and "Statement".')
    if extra := set(document) - {"Version", "Id", "Statement"}:
        raise PolicyError(f"A policy has no element {sorted(extra)[0]!r}.")
    if document.get("Version") != "2012-10-17":
        raise PolicyError('Write "Version": "2012-10-17"; without it AWS reads the grammar of 2008.')
    found = document["Statement"]
    found = [found] if isinstance(found, dict) else found
    if not isinstance(found, list) or not found:
        raise PolicyError('"Statement" is a statement or a list of them.')
    for number, statement in enumerate(found, start=1):
        if complaint := _complaint(statement):
            raise PolicyError(f"Statement {number}: {complaint}")
    return found


def _complaint(statement: Any) -> str:
    if not isinstance(statement, dict):
        return "it is no object."
    if "NotPrincipal" in statement:
        return "NotPrincipal is not judged here, and AWS advises a Condition on aws:PrincipalArn instead."
    if extra := set(statement) - ELEMENTS:
        return f"there is no element {sorted(extra)[0]!r}."
    if statement.get("Effect") not in ("Allow", "Deny"):
        return '"Effect" is "Allow" or "Deny".'
    if ("Action" in statement) == ("NotAction" in statement):
        return 'it needs one of "Action" and "NotAction".'
    if "Resource" in statement and "NotResource" in statement:
        return 'it has both "Resource" and "NotResource".'
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        values = _listed(statement.get(name, []))
        if not all(isinstance(value, str) for value in values) or (name in statement and not values):
            return f"{name!r} is a text or a list of texts."
        for value in values:
            if "Action" in name and value != "*" and not re.fullmatch(r"[\w*?-]+:[\w*?]+", value):
                return f"{value!r} is no action: write service:Action."
            if "Resource" in name and value != "*" and len(value.split(":", 5)) < 6:
                return f"{value!r} is no ARN: write arn:aws:service:region:account:resource."
    return _complaint_of_principal(statement) or _complaint_of_conditions(statement.get("Condition", {}))


def _complaint_of_kind(statement: Mapping[str, Any], kind: Kind) -> str:
    if kind == "identity" and "Principal" in statement:
        return "an identity policy has no Principal: whoever it is attached to is meant."
    if kind != "identity" and "Principal" not in statement:
        return f"it has no Principal, and a {kind} policy says who."
    has_resource = "Resource" in statement or "NotResource" in statement
    if kind == "trust" and has_resource:
        return "a trust policy has no Resource: the role itself is meant."
    if kind != "trust" and not has_resource:
        return 'it needs one of "Resource" and "NotResource".'
    return ""


def _complaint_of_principal(statement: Mapping[str, Any]) -> str:
    principal = statement.get("Principal", "*")
    if principal == "*":
        return ""
    if not isinstance(principal, dict) or not set(principal) <= PRINCIPALS or not principal:
        return f'"Principal" is "*" or an object of {", ".join(sorted(PRINCIPALS))}.'
    for value in (value for values in principal.values() for value in _listed(values)):
        if not isinstance(value, str) or ("*" in value and value != "*"):
            return f"a principal has no wildcard in it, and {value!r} has: name it whole, or use a Condition."
    return ""


def _complaint_of_conditions(conditions: Any) -> str:
    if not isinstance(conditions, dict):
        return '"Condition" is an object: operator, then key, then value.'
    for operator, keys in conditions.items():
        if _parsed(operator) is None:
            return f"there is no condition operator {operator!r}, or it is not judged here."
        if not isinstance(keys, dict):
            return f"below {operator!r} stands an object: key, then value."
        for key, values in keys.items():
            if ":" not in key:
                return f"{key!r} is no condition key: it has a prefix, such as aws: or s3:."
            if not all(isinstance(value, str | bool | int | float) for value in _listed(values)):
                return f"the value of {key!r} is a text or a list of texts."
    return ""


def _effects(found: Iterable[Mapping[str, Any]], request: Request) -> Iterable[Effect]:
    return [statement["Effect"] for statement in found if _concerns(statement, request)]


def _concerns(statement: Mapping[str, Any], request: Request) -> bool:
    context = {key.lower(): value for key, value in request.context.items()}
    return (
        _named(statement, "Action", lambda pattern: _glob(pattern.lower(), request.action.lower()))
        and _named(statement, "Resource", lambda pattern: _glob(_filled(pattern, context), request.resource))
        and ("Principal" not in statement or _is_principal(statement["Principal"], request.principal))
        and all(
            _holds(operator, key.lower(), _listed(values), context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, values in keys.items()
        )
    )


def _named(statement: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    """Whether the element, or its Not form, names what is asked for; a trust policy has no Resource."""
    if f"Not{element}" in statement:
        return not any(map(matches, _listed(statement[f"Not{element}"])))
    return element not in statement or any(map(matches, _listed(statement[element])))


def _is_principal(principal: Any, asking: str) -> bool:
    if principal == "*":
        return True
    return any(
        _is_one(value, asking)
        for kind, values in principal.items()
        if kind != "CanonicalUser"
        for value in _listed(values)
    )


def _is_one(value: str, asking: str) -> bool:
    """Whether the principal is the one named, in the account named, or a session of the role named."""
    account = re.fullmatch(r"(?:arn:aws:iam::)?(\d{12})(?::root)?", value)
    if account:
        return asking.startswith("arn:") and asking.split(":")[4] == account[1] and "provider/" not in asking
    session = re.fullmatch(r"arn:aws:sts::(\d+):assumed-role/(.+)/[^/]+", asking)
    role = f"arn:aws:iam::{session[1]}:role/{session[2]}" if session else ""
    return value in ("*", asking, role)


def _glob(pattern: str, text: str) -> bool:
    """Match `*` and `?`, which cross the separators of an ARN."""
    regular = "".join(
        {"*": ".*", "?": "."}.get(part, re.escape(part)) for part in re.split(r"([*?])", pattern)
    )
    return re.fullmatch(regular, text, re.DOTALL) is not None


def _filled(pattern: str, context: Mapping[str, str | Sequence[str]]) -> str:
    """Replace policy variables such as `${aws:username}`; one without a value matches nothing."""

    def value(match: re.Match[str]) -> str:
        if match[1] in ("*", "?", "$"):
            return match[1]
        found = context.get(match[1].lower())
        return found if isinstance(found, str) else "\0"

    return re.sub(r"\$\{([^}]+)\}", value, pattern)


def _number(text: str) -> float:
    return float(text)


def _time(text: str) -> float:
    if re.fullmatch(r"-?\d+", text):
        return float(text)
    moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _within(network: str, address: str) -> bool:
    return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)


def _compared(name: str, convert: Callable[[str], float]) -> dict[str, Callable[[str, str], bool]]:
    return {
        f"{name}Equals": lambda wanted, got: convert(got) == convert(wanted),
        f"{name}LessThan": lambda wanted, got: convert(got) < convert(wanted),
        f"{name}LessThanEquals": lambda wanted, got: convert(got) <= convert(wanted),
        f"{name}GreaterThan": lambda wanted, got: convert(got) > convert(wanted),
        f"{name}GreaterThanEquals": lambda wanted, got: convert(got) >= convert(wanted),
    }


# How a value of the policy meets one of the request.
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, got: wanted == got,
    "StringEqualsIgnoreCase": lambda wanted, got: wanted.lower() == got.lower(),
    "StringLike": _glob,
    "ArnEquals": _glob,
    "ArnLike": _glob,
    "Bool": lambda wanted, got: wanted.lower() == got.lower(),
    "IpAddress": _within,
    **_compared("Numeric", _number),
    **_compared("Date", _time),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


def _parsed(operator: str) -> tuple[str, str, bool] | None:
    """Return the quantifier, the operator's own name and whether a missing key satisfies it."""
    match = re.fullmatch(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?", operator)
    if match is None or match[2] not in {*_TESTS, *_NEGATED, "Null"}:
        return None
    return match[1] or "", match[2], match[3] is not None


def _holds(operator: str, key: str, wanted: list[Any], context: Mapping[str, str | Sequence[str]]) -> bool:
    parsed = _parsed(operator)
    assert parsed is not None, "statements() refuses others"
    quantifier, name, if_exists = parsed
    texts = [_filled(_text(value), context) for value in wanted]
    if name == "Null":
        return any((text == "true") == (key not in context) for text in texts)
    got = context.get(key)
    if got is None:
        return if_exists or quantifier == "ForAllValues" or (name in _NEGATED and not quantifier)
    values = [got] if isinstance(got, str) else list(got)
    test = _TESTS[_NEGATED.get(name, name)]

    def one(value: str) -> bool:
        return any(_met(test, text, value) for text in texts) != (name in _NEGATED)

    return all(map(one, values)) if quantifier == "ForAllValues" else any(map(one, values))


def _met(test: Callable[[str, str], bool], wanted: str, got: str) -> bool:
    try:
        return test(wanted, got)
    except ValueError:  # no number, no time, no address
        return False


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
