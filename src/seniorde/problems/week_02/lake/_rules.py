"""S3 lifecycle by the documented logic: what a configuration does to an object of a versioned bucket.

Written after "Lifecycle configuration elements" and "Managing your storage lifecycle" of the S3 User Guide.
It covers expiration, noncurrent versions, delete markers, multipart uploads and transitions, with filters
by prefix and size; not tags, dates, or noncurrent transitions.
"""

import json

from seniorde.checks.parts import Refused

FILTERS = {"Prefix", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And"}
ACTIONS = {
    "Expiration",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
    "Transitions",
}
SMALLEST_MOVED = 128 * 1024  # bytes, unless the filter says otherwise


def read(text):
    """The enabled rules, once the configuration has the shape of the service's model."""
    import botocore.session
    from botocore.validate import ParamValidator

    try:
        configuration = json.loads(text)
    except ValueError as error:
        raise Refused("shape", f"This is no JSON: {error}.") from None
    operation = (
        botocore.session.Session().get_service_model("s3").operation_model("PutBucketLifecycleConfiguration")
    )
    shape = operation.input_shape.members["LifecycleConfiguration"]
    report = ParamValidator().validate(configuration, shape)
    if report.has_errors():
        raise Refused("shape", "The service would refuse this.", complaint=report.generate_report())
    for number, rule in enumerate(configuration["Rules"], start=1):
        if complaint := _complaint(rule):
            raise Refused("shape", f"Rule {number}: {complaint}")
    return [rule for rule in configuration["Rules"] if rule["Status"] == "Enabled"]


def _complaint(rule):
    if rule["Status"] not in ("Enabled", "Disabled"):
        return '"Status" is "Enabled" or "Disabled".'
    if not rule.keys() & ACTIONS:
        return "it has no action."
    if "Prefix" in rule:
        return '"Prefix" stands in "Filter"; beside it, as in old configurations, it is not judged here.'
    if extra := rule.keys() - ACTIONS - {"ID", "Status", "Filter"}:
        return f"{min(extra)!r} is not judged here."
    if "Filter" not in rule:
        return 'it has no "Filter"; for the whole bucket write {"Prefix": ""}.'
    if extra := rule["Filter"].keys() - FILTERS or rule["Filter"].get("And", {}).keys() - FILTERS:
        return f"a filter by {min(extra)!r} is not judged here."
    if len(rule["Filter"]) > 1:
        return 'a filter has one element; several go into "And".'
    expiration = rule.get("Expiration", {})
    if "Expiration" in rule and len(expiration) != 1 or "Date" in expiration:
        return '"Expiration" has either "Days" or "ExpiredObjectDeleteMarker".'
    days = [expiration.get("Days"), *(move.get("Days", -1) for move in rule.get("Transitions", []))]
    days += [rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays", 1)]
    if any(day is not None and day < 0 for day in days) or expiration.get("Days") == 0:
        return "days are positive whole numbers."
    return ""


def _matching(rules, key, size, action):
    for rule in rules:
        wanted = rule["Filter"].get("And", rule["Filter"])
        over, under = wanted.get("ObjectSizeGreaterThan"), wanted.get("ObjectSizeLessThan")
        fits = (over is None or size > over) and (under is None or size < under)
        if action in rule and key.startswith(wanted.get("Prefix", "")) and fits:
            yield rule[action], over is not None or under is not None


def current_ends(rules, key, size):
    """Days after which the current version of an object gets a delete marker; None for never."""
    days = [e["Days"] for e, _ in _matching(rules, key, size, "Expiration") if "Days" in e]
    return min(days, default=None)


def noncurrent_ends(rules, key, size, newer=0):
    """Days after it was replaced that a version goes, `newer` other old ones being younger; None for never."""
    days = [
        e.get("NoncurrentDays", 0)
        for e, _ in _matching(rules, key, size, "NoncurrentVersionExpiration")
        if newer >= e.get("NewerNoncurrentVersions", 0)
    ]
    return min(days, default=None)


def upload_ends(rules, key):
    """Days after its begin that an upload which never ended is removed; None for never."""
    days = [a["DaysAfterInitiation"] for a, _ in _matching(rules, key, 0, "AbortIncompleteMultipartUpload")]
    return min(days, default=None)


def marker_goes(rules, key):
    """Whether a delete marker below which no version is left goes.

    An expiration by days removes such a marker too, once it is as old.
    """
    found = list(_matching(rules, key, 0, "Expiration"))
    return any(e.get("ExpiredObjectDeleteMarker") or "Days" in e for e, _ in found)


def moves(rules, key, size):
    """The storage classes that an object gets: {class: days}."""
    found = {}
    for transitions, by_size in _matching(rules, key, size, "Transitions"):
        if size >= SMALLEST_MOVED or by_size:
            for move in transitions:
                days = move.get("Days", 0)
                found[move["StorageClass"]] = min(days, found.get(move["StorageClass"], days))
    return found
