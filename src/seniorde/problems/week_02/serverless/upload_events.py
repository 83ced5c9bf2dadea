"""# From event to bronze, once

Write the core of a function that S3 calls: it gets the `event` as a dictionary, and a boto3 `s3` client.
The bucket keeps versions.

For each record whose `eventName` begins with `ObjectCreated:`, put the bytes of *the version that the record names* to `bronze/<their SHA-256, in hex>` of the same bucket, unless that key is there.
Return the uploads' keys, as the bucket knows them, whose content *this call* put into bronze, in the order of the records.

```python
event = {"Records": [{
    "eventName": "ObjectCreated:Put",
    "s3": {
        "bucket": {"name": "lake"},
        "object": {"key": "uploads/7/a+b.csv", "versionId": "3sL4…", "size": 5},
    },
}]}
upload_events(event, s3)  # ["uploads/7/a b.csv"], the first time
upload_events(event, s3)  # []
```

- Keys in events are encoded as in a form: a blank is `+`, a plus is `%2B`.
- Skip without an error: keys that end in `/`, objects of 0 bytes, versions that no longer exist, other events than `ObjectCreated:`.
- The event that S3 sends when notifications are set has no `"Records"`: return `[]`.
- An event comes twice, at times to two functions *at the same time*. Of all calls exactly one may return a content's key.

Only `NoSuchVersion` and `NoSuchKey` mean that a version is gone; other errors of S3 go up.
"""

import hashlib
import itertools
from functools import cache
from urllib.parse import quote_plus, unquote, unquote_plus

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-serverless-upload-events",
    pattern="idempotent effect",
    difficulty="medium",
    minutes=25,
    points=3,
    order=1,
    hints={
        "One upload": (
            '`urllib.parse.unquote_plus` decodes the key; the bytes: `s3.get_object(…)["Body"].read()`.',
            "`hashlib.sha256(body).hexdigest()` is the name.",
        ),
        "What events look like": (
            '`event.get("Records", [])`; and each record may name another object, or none that you want.',
            "`unquote` leaves the plus as it is: a blank needs `unquote_plus`.",
        ),
        "The version that is named": (
            "By the time of the call another version can be the newest, or the object deleted: pass `VersionId`.",
            '`error.response["Error"]["Code"]` of a ClientError tells what is gone from what is broken.',
        ),
        "Twice": (
            "What this process remembers is gone in the next one: only the bucket knows what is there.",
            "Between looking and putting there is time for another call: let the put itself be conditional.",
            '`IfNoneMatch="*"`: S3 answers `PreconditionFailed` (or, in a race, `ConditionalRequestConflict`) to all but one.',
        ),
    },
)


def solve(event, s3):
    from botocore.exceptions import ClientError

    brought = []
    for record in event.get("Records", []):
        if not record["eventName"].startswith("ObjectCreated:"):
            continue
        bucket, upload = record["s3"]["bucket"]["name"], record["s3"]["object"]
        key = unquote_plus(upload["key"])
        if key.endswith("/"):
            continue
        try:
            got = s3.get_object(Bucket=bucket, Key=key, VersionId=upload["versionId"])
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchVersion", "NoSuchKey"):
                continue
            raise
        body = got["Body"].read()
        if not body:
            continue
        name = f"bronze/{hashlib.sha256(body).hexdigest()}"
        try:
            s3.put_object(Bucket=bucket, Key=name, Body=body, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
        else:
            brought.append(key)
    return brought


PUTS = ("PutObject", "CopyObject", "CreateMultipartUpload")
_numbers = itertools.count()
_buckets = [""]  # the last is the one in use


@cache
def client():
    from seniorde import labs

    return labs.aws().client("s3")


def in_new_bucket(part):
    """The part, judged in a bucket of its own."""

    def judged(function):
        _buckets.append(f"week2-upload-events-{len(_buckets)}")
        client().create_bucket(Bucket=bucket())
        client().put_bucket_versioning(Bucket=bucket(), VersioningConfiguration={"Status": "Enabled"})
        return part(function)

    return judged


def bucket():
    return _buckets[-1]


def fresh(text="content"):
    """Bytes that no bucket has seen."""
    return f"{text} {next(_numbers)}".encode()


def put(key, body):
    """Upload it; the record of its event."""
    version = client().put_object(Bucket=bucket(), Key=key, Body=body)["VersionId"]
    return record(key, version, len(body))


def record(key, version, size=1, event="ObjectCreated:Put"):
    upload = {"key": quote_plus(key, safe="/"), "size": size, "versionId": version, "sequencer": "0062"}
    return {
        "eventSource": "aws:s3",
        "eventName": event,
        "s3": {"bucket": {"name": bucket(), "arn": f"arn:aws:s3:::{bucket()}"}, "object": upload},
    }


def bronze():
    """What is in bronze: {key: the ETags of its versions}."""
    pages = client().get_paginator("list_object_versions").paginate(Bucket=bucket(), Prefix="bronze/")
    found = {}
    for page in pages:
        for version in page.get("Versions", []):
            found.setdefault(version["Key"], []).append(version["ETag"])
    return found


def run(function, *records):
    return call(function, {"Records": list(records)}, client(), lines=None)


def expect(function, records, keys, bodies, what):
    """Run it on the records: it returns the keys, and these bodies come into bronze, nothing else does."""
    before = bronze()
    got = run(function, *records)
    if got != keys:
        raise Refused("result", f"{what}: it returns other keys.", expected=repr(keys), got=repr(got))
    must_hold(before, bodies, what)


def must_hold(before, bodies, what):
    after = bronze()
    wanted = {f"bronze/{hashlib.sha256(body).hexdigest()}": body for body in bodies}
    if surplus := sorted(after.keys() - before.keys() - wanted.keys()):
        raise Refused("bronze", f"{what}: a key came into bronze that must not.", key=surplus[0])
    for key, body in wanted.items():
        if key not in after:
            raise Refused("bronze", f"{what}: a content is missing in bronze.", key=key, content=repr(body))
        tag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'
        if tag not in after[key] and client().get_object(Bucket=bucket(), Key=key)["Body"].read() != body:
            raise Refused("bronze", f"{what}: the bytes in bronze are others.", key=key, content=repr(body))
    for key in before:
        if after.get(key) != before[key]:
            raise Refused("again", f"{what}: a key that was there has been put again.", key=key)


def one_upload(function):
    body = fresh()
    key = "uploads/7/a b.csv"
    event = put(key, body)
    expect(function, [event], [key], [body], "An upload")
    expect(function, [event], [], [body], "The same event again")
    return "An upload is brought into bronze, and brought once."


def what_events_look_like(function):
    names = [f"uploads/{text}.csv" for text in ("1+1=2", "Köln & 50 %", "a%20b", "plain")]
    bodies = [fresh() for _ in names]
    events = [put(name, body) for name, body in zip(names, bodies, strict=True)]
    for name, body, event in zip(names[:3], bodies, events, strict=False):
        expect(function, [event], [name], [body], f"The key {name!r}")
    more = [fresh() for _ in range(3)]
    three = [put(f"uploads/{number}.csv", body) for number, body in enumerate(more)]
    expect(function, three, [f"uploads/{n}.csv" for n in range(3)], more, "Three records in an event")
    test = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": bucket()}
    if (got := call(function, test, client(), lines=None)) != []:
        raise Refused("result", "The test event has no records: return [].", got=repr(got))
    expect(function, [], [], [], "An event of no records")
    last = fresh()
    mixed = [
        put("uploads/8/", b""),
        put("uploads/9/", fresh()),
        put("uploads/empty.csv", b""),
        record("uploads/plain.csv", events[3]["s3"]["object"]["versionId"], event="ObjectTagging:Put"),
        put("uploads/last.csv", last),
    ]
    expect(function, mixed, ["uploads/last.csv"], [last], "Folders, an empty object, a tag, an upload")
    part = fresh()
    copied = put("uploads/copied.csv", part) | {"eventName": "ObjectCreated:CompleteMultipartUpload"}
    expect(function, [copied], ["uploads/copied.csv"], [part], "A multipart upload")
    return "Encoded keys, several records, folders, empty objects and test events are as they must be."


def the_version(function):
    key = "uploads/versions.csv"
    old, new = fresh("old"), fresh("new")
    first, second = put(key, old), put(key, new)
    expect(function, [first], [key], [old], "An upload that was overwritten since")
    expect(function, [second], [key], [new], "The upload that overwrote it")
    hidden = fresh("hidden")
    event = put(key, hidden)
    client().delete_object(Bucket=bucket(), Key=key)
    expect(function, [event], [key], [hidden], "An upload that lies below a delete marker")
    gone, stays = fresh("gone"), fresh("stays")
    lost = put("uploads/lost.csv", gone)
    version = lost["s3"]["object"]["versionId"]
    client().delete_object(Bucket=bucket(), Key="uploads/lost.csv", VersionId=version)
    there = put("uploads/there.csv", stays)
    expect(
        function, [lost, there], ["uploads/there.csv"], [stays], "A version that is gone, and one that is not"
    )
    return "Each record brings its own version, or none if that is gone."


def twice(function):
    body = fresh()
    here, copy = put("uploads/a.csv", body), put("uploads/copy-of-a.csv", body)
    expect(function, [here, copy], ["uploads/a.csv"], [body], "One content under two keys")
    expect(function, [copy, here], [], [body], "Both once more")
    known = fresh("brought by another function")
    name = f"bronze/{hashlib.sha256(known).hexdigest()}"
    client().put_object(Bucket=bucket(), Key=name, Body=known)
    expect(
        function,
        [put("uploads/known.csv", known)],
        [],
        [known],
        "A content that another function has brought",
    )
    together(function)
    return "However often and however close together it comes, a content is brought once."


def together(function):
    """A second call has the same event while the first is about to put."""
    key, body = "uploads/race.csv", fresh("race")
    event = put(key, body)
    s3, inner, before = client(), [], bronze()

    def second(**_):
        for name in PUTS:
            s3.meta.events.unregister(f"before-call.s3.{name}", second)
        inner.append(function({"Records": [event]}, s3))

    for name in PUTS:
        s3.meta.events.register(f"before-call.s3.{name}", second)
    try:
        outer = run(function, event)
    finally:
        for name in PUTS:
            s3.meta.events.unregister(f"before-call.s3.{name}", second)
    returned = [*outer, *(one for answer in inner for one in answer)]
    if returned != [key]:
        raise Refused(
            "race",
            "Two calls at the same time: not exactly one says that it brought the content.",
            one=repr(outer),
            other=repr(inner[0] if inner else None),
        )
    must_hold(before, [body], "Two calls at the same time")
    versions = bronze()[f"bronze/{hashlib.sha256(body).hexdigest()}"]
    if len(versions) != 1:
        raise Refused("race", "Two calls at the same time: both have put the content.")


PARTS = {
    "One upload": in_new_bucket(one_upload),
    "What events look like": in_new_bucket(what_events_look_like),
    "The version that is named": in_new_bucket(the_version),
    "Twice": in_new_bucket(twice),
}


@variant
def looks_first(event, s3):
    """A cheap look before the work, and the condition all the same; sizes from the event."""
    from botocore.exceptions import ClientError

    def code(request, **arguments):
        try:
            return None, request(**arguments)
        except ClientError as error:
            return error.response["Error"]["Code"], None

    keys = []
    for item in event.get("Records") or ():
        upload = item["s3"]["object"]
        key, bucket = unquote_plus(upload["key"]), item["s3"]["bucket"]["name"]
        wanted = item["eventName"].startswith("ObjectCreated:") and upload["size"] > 0
        if not wanted or key[-1] == "/":
            continue
        problem, got = code(s3.get_object, Bucket=bucket, Key=key, VersionId=upload["versionId"])
        if problem in ("NoSuchVersion", "NoSuchKey"):
            continue
        body = got["Body"].read()
        target = {"Bucket": bucket, "Key": "bronze/" + hashlib.sha256(body).hexdigest()}
        if code(s3.head_object, **target)[0] is None:
            continue
        problem, _ = code(s3.put_object, **target, Body=body, IfNoneMatch="*")
        if problem is None:
            keys.append(key)
        elif problem not in ("PreconditionFailed", "ConditionalRequestConflict"):
            raise RuntimeError(problem)
    return keys


@variant
def one_each(event, s3):
    """A function for one record, which returns a key or None; a 412 by its status."""
    from botocore.exceptions import ClientError

    def bring(item):
        if item["eventName"].split(":")[0] != "ObjectCreated":
            return None
        bucket, key = item["s3"]["bucket"]["name"], unquote_plus(item["s3"]["object"]["key"])
        version = item["s3"]["object"]["versionId"]
        try:
            body = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
            if key.endswith("/") or body == b"":
                return None
            digest = hashlib.new("sha256", body).hexdigest()
            s3.put_object(Bucket=bucket, Key=f"bronze/{digest}", Body=body, IfNoneMatch="*")
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 412):
                return None
            raise
        return key

    return [key for key in map(bring, event.get("Records", [])) if key]


def variation(decode=unquote_plus, newest=False, condition=True):
    """A right or wrong answer, by its habits."""

    def answer(event, s3):
        brought = []
        for item in event.get("Records", []):
            upload, bucket = item["s3"]["object"], item["s3"]["bucket"]["name"]
            key = decode(upload["key"])
            if key.endswith("/") or not item["eventName"].startswith("ObjectCreated:"):
                continue
            version = {} if newest else {"VersionId": upload["versionId"]}
            try:
                body = s3.get_object(Bucket=bucket, Key=key, **version)["Body"].read()
            except s3.exceptions.ClientError:
                continue
            name = f"bronze/{hashlib.sha256(body).hexdigest()}"
            if not body:
                continue
            if condition:
                try:
                    s3.put_object(Bucket=bucket, Key=name, Body=body, IfNoneMatch="*")
                except s3.exceptions.ClientError:
                    continue
            else:
                try:
                    s3.head_object(Bucket=bucket, Key=name)
                    continue
                except s3.exceptions.ClientError:
                    s3.put_object(Bucket=bucket, Key=name, Body=body)
            brought.append(key)
        return brought

    return answer


@wrong("the key is encoded, and no object has that name")
def as_it_stands(event, s3):
    return variation(decode=str)(event, s3)


@wrong("unquote leaves the plus: names with blanks are not found, and the error is swallowed")
def leaves_plus(event, s3):
    return variation(decode=unquote)(event, s3)


@wrong("decoded twice: a name that looks encoded is another name", passes_examples=True)
def decoded_twice(event, s3):
    return variation(decode=lambda key: unquote_plus(unquote_plus(key)))(event, s3)


@wrong("the newest version, not the one that the event speaks of", fails="bronze", passes_examples=True)
def newest(event, s3):
    return variation(newest=True)(event, s3)


@wrong("it looks, then puts: between the two another call has put", fails="race", passes_examples=True)
def looks_then_puts(event, s3):
    return variation(condition=False)(event, s3)


@wrong("what the process remembers is gone in the next environment", passes_examples=True, fails="result")
def remembers(event, s3, seen=set()):  # noqa: B006
    brought = []
    for item in event.get("Records", []):
        upload, bucket = item["s3"]["object"], item["s3"]["bucket"]["name"]
        key = unquote_plus(upload["key"])
        if key.endswith("/") or not item["eventName"].startswith("ObjectCreated:"):
            continue
        try:
            body = s3.get_object(Bucket=bucket, Key=key, VersionId=upload["versionId"])["Body"].read()
        except s3.exceptions.ClientError:
            continue
        digest = hashlib.sha256(body).hexdigest()
        if body and digest not in seen:
            seen.add(digest)
            s3.put_object(Bucket=bucket, Key=f"bronze/{digest}", Body=body)
            brought.append(key)
    return brought


@wrong("it puts whatever comes: the effect is once, but nobody can tell", fails="result")
def always(event, s3):
    brought = []
    for item in event.get("Records", []):
        upload, bucket = item["s3"]["object"], item["s3"]["bucket"]["name"]
        key = unquote_plus(upload["key"])
        body = s3.get_object(Bucket=bucket, Key=key, VersionId=upload["versionId"])["Body"].read()
        s3.put_object(Bucket=bucket, Key=f"bronze/{hashlib.sha256(body).hexdigest()}", Body=body)
        brought.append(key)
    return brought


@wrong("the test event has no records, and it fails on it", fails="error", passes_examples=True)
def no_test_event(event, s3):
    return solve({"Records": event["Records"]}, s3)


@wrong("only the first record is read", passes_examples=True)
def first_record(event, s3):
    return solve({"Records": event.get("Records", [])[:1]}, s3)


@wrong("a version that is gone fails the whole event", fails="error", passes_examples=True)
def fails_on_gone(event, s3):
    for item in event.get("Records", []):
        key = unquote_plus(item["s3"]["object"]["key"])
        bucket, version = item["s3"]["bucket"]["name"], item["s3"]["object"]["versionId"]
        s3.get_object(Bucket=bucket, Key=key, VersionId=version)
    return solve(event, s3)


NOTES = """**Why it holds**: the key says the content, so a second put could only put the same; and the put carries its condition, so S3 decides which of two calls was first.

**Pitfall**: a look before the put saves a transfer and guards nothing.
The newest version of a key is not the one of the event: two events of an overwritten key would bring the new content twice and the old one never.

**Alternative**: a table with the idempotency key, written on a condition (DynamoDB), when the effect is something that cannot have a content's name, such as a mail.
Then the order matters: effect first and mark second repeats, mark first and effect second loses.

**At work**: S3 answers 412 `PreconditionFailed`, or 409 `ConditionalRequestConflict` if a deletion comes in between, which is tried again.
`sequencer` orders the events of one key; pad the shorter with zeros on the right before you compare.
"""
