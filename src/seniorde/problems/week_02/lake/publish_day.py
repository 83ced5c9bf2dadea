"""# Publish a day, or nothing

Readers of the sales of a day do two things: they get `sales/dt=2025-10-07/manifest.json`, a JSON object `{"files": ["…", …]}`, and then each key in it.
If there is no manifest yet, they see no day.

Write the function that publishes. It gets a boto3 `s3` client, the name of a `bucket`, the `day` as text, and `parts`: the contents of the day's files, a list of `bytes`, at least one, in the order in which readers must get them.
All keys of the day begin with `sales/dt=DAY/`.

1. After a run readers get exactly `parts`, also if another run had published more, fewer or other parts, perhaps with a program that names its keys otherwise.
2. Your process may die at any request to S3, and later requests never happen. Whatever is left, readers get all of the run before, or all of yours.
3. A reader may have read the manifest before your run and still be getting its files: files that it names stay as they were.
4. The same run once more leaves the same listing: same keys, same bytes.

What a dead run or a replaced one left behind may stay. Only one run at a time writes a day. Other days are none of your business.

```python
publish_day(s3, "lake", "2025-10-07", [b"first", b"second"])
```

It is judged on the local S3: run, run again, and killed at every request in turn.
"""

import hashlib
import itertools
import json
from datetime import date, timedelta
from functools import cache

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-lake-publish-day",
    pattern="atomic publish",
    difficulty="hard",
    minutes=25,
    points=4,
    hints={
        "Publish": (
            "Put the parts first, the manifest last: one put is atomic.",
            '`s3.put_object(Bucket=bucket, Key=…, Body=…)`; the manifest\'s body is `json.dumps({"files": keys})`.',
        ),
        "Run again": (
            "A new name for each run makes the listing grow. What could a name depend on, if not on the run?",
            "Name the parts by their content: a SHA-256 of all parts in the key gives the same keys for the same run.",
        ),
        "Killed at every request": (
            "Which of your requests changes what readers see? There may be one of this kind, and it must come last.",
            "Never put to a key that the present manifest names, unless its bytes stay the same; put the manifest once, after all parts.",
        ),
        "A reader in between": (
            "Deleting right after the manifest pulls the files from under a reader who began a moment earlier.",
            "Delete nothing: a lifecycle rule or a later sweep can. And a part that changes needs a new key: do `ab`, `c` and `a`, `bc` get the same names from you?",
        ),
    },
)


def solve(s3, bucket, day, parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    prefix = f"sales/dt={day}/{digest.hexdigest()[:32]}"
    keys = [f"{prefix}/part-{number:05}" for number in range(len(parts))]
    for key, part in zip(keys, parts, strict=True):
        s3.put_object(Bucket=bucket, Key=key, Body=part)
    manifest = json.dumps({"files": keys}).encode()
    s3.put_object(Bucket=bucket, Key=f"sales/dt={day}/manifest.json", Body=manifest)


FIRST, SECOND = [b"a1", b"a2", b"a3"], [b"b1", b"a2"]
_days = (f"{date(2001, 1, 1) + timedelta(number)}" for number in itertools.count())


class Dead(BaseException):
    """The process went away; nobody catches it."""


@cache
def place():
    """A client and the name of its bucket, which is this account's own."""
    from seniorde import labs

    aws = labs.aws()
    s3, name = aws.client("s3"), f"week2-publish-{aws.client('sts').get_caller_identity()['Account']}"
    region = s3.meta.region_name
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **where)
    return s3, name


def new_day(parts=None):
    """A day of its own, in which a run of another program has published."""
    day = next(_days)
    if parts is not None:
        keys = [f"sales/dt={day}/run-of-old/{number}" for number in range(len(parts))]
        put_all(*place(), keys, parts)
        put_manifest(*place(), day, keys)
    return day


def get(key):
    s3, bucket = place()
    try:
        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    except s3.exceptions.NoSuchKey:
        return None


def listing(prefix):
    s3, bucket = place()
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {item["Key"]: item["ETag"] for page in pages for item in page.get("Contents", [])}


def files(day):
    """The keys of the manifest; None without one."""
    if (body := get(f"sales/dt={day}/manifest.json")) is None:
        return None
    try:
        found = json.loads(body)["files"]
        assert isinstance(found, list) and all(isinstance(key, str) for key in found)
    except (ValueError, KeyError, TypeError, AssertionError):
        raise Refused("manifest", f"The manifest is not as readers expect it: {body[:80]!r}") from None
    if strange := [key for key in found if not key.startswith(f"sales/dt={day}/")]:
        raise Refused("manifest", f"The key {strange[0]!r} does not begin with sales/dt={day}/.")
    return found


def read(day):
    found = files(day)
    return found if found is None else [get(key) for key in found]


def run(function, day, parts, dies_at=10**9):
    """Run it; whether it came to its end. At its request number `dies_at` it dies, and at all later ones."""
    (s3, bucket), asked = place(), itertools.count(1)

    def perhaps_die(**_):
        if next(asked) >= dies_at:
            raise Dead

    s3.meta.events.register("before-call.s3", perhaps_die)
    given = list(parts)
    try:
        call(function, s3, bucket, day, given, lines=None)
    except Refused as refused:
        if next(asked) <= dies_at or refused.reason == "slow":
            raise
        return False
    finally:
        s3.meta.events.unregister("before-call.s3", perhaps_die)
    if given != list(parts):
        raise Refused("mutation", "The list of parts was changed.")
    return next(asked) <= dies_at


def expect(day, wanted, when):
    if (got := read(day)) != wanted:
        raise Refused(
            "result", f"{when}, readers do not get the parts.", expected=repr(wanted), got=repr(got)
        )


def publish(function):
    other = new_day(FIRST)
    there = listing(f"sales/dt={other}/")
    many = [str(number).encode() for number in range(12)]
    for before, parts in (
        (None, [b"first", b"second"]),
        (FIRST, SECOND),
        (FIRST, [b"", *FIRST, b"a1"]),
        (None, many),
    ):
        day = new_day(before)
        run(function, day, parts)
        expect(day, parts, "After a run")
    if there != listing(f"sales/dt={other}/"):
        raise Refused("result", "Objects of another day were changed.")
    return "Readers get the parts in their order, the first time and after other runs."


def run_again(function):
    for before in (None, FIRST):
        day = new_day(before)
        run(function, day, SECOND)
        once = listing(f"sales/dt={day}/")
        run(function, day, SECOND)
        twice = listing(f"sales/dt={day}/")
        if once != twice:
            changed = sorted(key for key in once.keys() | twice.keys() if once.get(key) != twice.get(key))
            raise Refused("again", "The second run leaves another listing.", changed="\n".join(changed[:4]))
    for parts in (FIRST, SECOND, [b"a1a", b"2"], [b"a1", b"a2"]):
        run(function, day, parts)
        expect(day, parts, "After several runs")
    return "A second run changes nothing, and other parts after it are published."


def killed(function):
    for before, parts in ((None, SECOND), (FIRST, SECOND)):
        for dies_at in range(1, 60):
            day = new_day(before)
            ended = run(function, day, parts, dies_at)
            if (got := read(day)) not in (before, parts):
                raise Refused(
                    "half",
                    f"Killed at request {dies_at}, readers get neither the run before nor this one.",
                    before=repr(before),
                    parts=repr(parts),
                    got=repr(got),
                )
            if ended:
                break
            run(function, day, parts)
            expect(day, parts, f"Killed at request {dies_at} and run again")
    return "Killed at every request, readers get all of one run."


def in_between(function):
    day = new_day(FIRST)
    same_sizes, same_bytes = [b"ab", b"c"], [b"a", b"bc"]
    for parts in (SECOND, [b"b1", b"a3"], FIRST, [b"b1"], same_sizes, [b"cd", b"e"], same_sizes, same_bytes):
        named = files(day)
        had = [get(key) for key in named]
        run(function, day, parts)
        has = [get(key) for key in named]
        if has != had:
            raise Refused(
                "reader",
                "A file of the manifest that stood before is not as it was.",
                was=repr(had),
                now=repr(has),
            )
        expect(day, parts, "After a run")
    return "Whoever read the manifest before still gets its files."


PARTS = {
    "Publish": publish,
    "Run again": run_again,
    "Killed at every request": killed,
    "A reader in between": in_between,
}


@variant
def next_run(s3, bucket, day, parts):
    """Numbered runs; what stands there already is not published again."""
    top = f"sales/dt={day}/"
    number = -1
    try:
        manifest = json.load(s3.get_object(Bucket=bucket, Key=f"{top}manifest.json")["Body"])
        number = manifest.get("run", -1)
        old = [s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in manifest["files"]]
        if old == parts:
            return
    except s3.exceptions.NoSuchKey:
        pass
    keys = []
    for place, part in enumerate(parts):
        keys.append(f"{top}run={number + 1}/{place}.bin")
        s3.put_object(Bucket=bucket, Key=keys[-1], Body=part)
    body = json.dumps({"run": number + 1, "files": keys})
    s3.put_object(Bucket=bucket, Key=f"{top}manifest.json", Body=body)


@variant
def each_by_content(s3, bucket, day, parts):
    """A part by its own hash, put only if it is not there: unchanged files are shared by runs."""
    from botocore.exceptions import ClientError

    keys = []
    for part in parts:
        key = f"sales/dt={day}/data/{hashlib.sha256(part).hexdigest()}"
        try:
            s3.put_object(Bucket=bucket, Key=key, Body=part, IfNoneMatch="*")
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailed":
                raise
        keys.append(key)
    s3.put_object(Bucket=bucket, Key=f"sales/dt={day}/manifest.json", Body=json.dumps({"files": keys}))


@variant
def uploads(s3, bucket, day, parts):
    """By the transfer manager, with threads; the manifest is swapped only if it changed."""
    import io

    name = hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()
    keys = [f"sales/dt={day}/{name}-{number}-of-{len(parts)}" for number in range(len(parts))]
    for key, part in zip(keys, parts, strict=True):
        s3.upload_fileobj(io.BytesIO(part), bucket, key)
    body = json.dumps({"files": keys}, indent=1).encode()
    s3.upload_fileobj(io.BytesIO(body), bucket, f"sales/dt={day}/manifest.json")


def put_all(s3, bucket, keys, parts):
    for key, part in zip(keys, parts, strict=True):
        s3.put_object(Bucket=bucket, Key=key, Body=part)


def put_manifest(s3, bucket, day, keys):
    s3.put_object(Bucket=bucket, Key=f"sales/dt={day}/manifest.json", Body=json.dumps({"files": keys}))


@wrong(
    "fixed names: while it writes, readers of the old manifest get new parts",
    fails="half",
    passes_examples=True,
)
def same_names(s3, bucket, day, parts):
    keys = [f"sales/dt={day}/run-of-old/{number}" for number in range(len(parts))]
    put_all(s3, bucket, keys, parts)
    put_manifest(s3, bucket, day, keys)


@wrong(
    "fixed names of its own: the second version overwrites what the first names",
    fails="reader",
    passes_examples=True,
)
def own_names(s3, bucket, day, parts):
    keys = [f"sales/dt={day}/part-{number}" for number in range(len(parts))]
    put_all(s3, bucket, keys, parts)
    put_manifest(s3, bucket, day, keys)


@wrong("parts of the same sizes get the same names", fails="reader", passes_examples=True)
def named_by_size(s3, bucket, day, parts):
    name = "-".join(str(len(part)) for part in parts)
    keys = [f"sales/dt={day}/{name}/{number}" for number in range(len(parts))]
    put_all(s3, bucket, keys, parts)
    put_manifest(s3, bucket, day, keys)


@wrong(
    "`ab`, `c` and `a`, `bc` have the same hash once they are joined", fails="reader", passes_examples=True
)
def joined(s3, bucket, day, parts):
    name = hashlib.sha256(b"".join(parts)).hexdigest()
    keys = [f"sales/dt={day}/{name}/{number}" for number in range(len(parts))]
    put_all(s3, bucket, keys, parts)
    put_manifest(s3, bucket, day, keys)


@wrong("the manifest comes before the parts", fails="half", passes_examples=True)
def manifest_first(s3, bucket, day, parts):
    name = hashlib.sha256(repr(parts).encode()).hexdigest()
    keys = [f"sales/dt={day}/{name}/{number}" for number in range(len(parts))]
    put_manifest(s3, bucket, day, keys)
    put_all(s3, bucket, keys, parts)


@wrong("a new name for each run: retries make the listing grow", fails="again", passes_examples=True)
def new_name(s3, bucket, day, parts):
    import uuid

    keys = [f"sales/dt={day}/{uuid.uuid4()}" for _ in parts]
    put_all(s3, bucket, keys, parts)
    put_manifest(s3, bucket, day, keys)


@wrong("it cleans up what a reader may still be getting", fails="reader", passes_examples=True)
def cleans_up(s3, bucket, day, parts):
    solve(s3, bucket, day, parts)
    top = f"sales/dt={day}/"
    kept = json.load(s3.get_object(Bucket=bucket, Key=f"{top}manifest.json")["Body"])["files"]
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=top)["Contents"]:
        if item["Key"] not in (*kept, f"{top}manifest.json"):
            s3.delete_object(Bucket=bucket, Key=item["Key"])


@wrong("it cleans up first: killed after that, there is no day at all", fails="half", passes_examples=True)
def overwrite(s3, bucket, day, parts):
    found = s3.list_objects_v2(Bucket=bucket, Prefix=f"sales/dt={day}/").get("Contents", [])
    for item in found:
        s3.delete_object(Bucket=bucket, Key=item["Key"])
    solve(s3, bucket, day, parts)


@wrong("staged and moved: between two copies readers get a mixture", fails="half", passes_examples=True)
def moves(s3, bucket, day, parts):
    names = [f"{number:03}.bin" for number in range(len(parts))]
    put_all(s3, bucket, [f"sales/dt={day}/staging/{name}" for name in names], parts)
    try:
        old = json.load(s3.get_object(Bucket=bucket, Key=f"sales/dt={day}/manifest.json")["Body"])["files"]
    except s3.exceptions.NoSuchKey:
        old = []
    for name, key in itertools.zip_longest(names, old):
        if name:
            source = {"Bucket": bucket, "Key": f"sales/dt={day}/staging/{name}"}
            s3.copy_object(Bucket=bucket, Key=f"sales/dt={day}/live/{name}", CopySource=source)
        if key and not key.endswith(f"live/{name}"):
            s3.delete_object(Bucket=bucket, Key=key)
    for name in names:
        s3.delete_object(Bucket=bucket, Key=f"sales/dt={day}/staging/{name}")
    put_manifest(s3, bucket, day, [f"sales/dt={day}/live/{name}" for name in names])


@wrong("a marker of what is done makes a second version of the day impossible", fails="result")
def once_only(s3, bucket, day, parts):
    try:
        s3.head_object(Bucket=bucket, Key=f"sales/dt={day}/manifest.json")
    except s3.exceptions.ClientError:
        solve(s3, bucket, day, parts)


@wrong("the parts are listed as text: part-10 comes before part-2", fails="result")
def as_text(s3, bucket, day, parts):
    name = hashlib.sha256(repr(parts).encode()).hexdigest()
    prefix = f"sales/dt={day}/{name}/"
    put_all(s3, bucket, [f"{prefix}part-{number}" for number in range(len(parts))], parts)
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    put_manifest(s3, bucket, day, [item["Key"] for item in found])


NOTES = """
**Why it holds**: exactly one request changes what readers see, and it is the last one. Everything before it writes keys that no reader knows; names made of the content make a retry write the same keys again.

**Pitfall**: hash the lengths too, or `[b"a1a", b"2"]` and `[b"a1", b"a2"]` share a name. Do not clean up in the same breath: wait as long as the longest query runs.

**Alternative**: numbered runs that first compare, as in the second answer; a catalog whose partition points at the new prefix (one `UpdatePartition`), so that readers need no manifest; Iceberg or Delta, where the same pointer has a history and writers compete for it by a conditional put.

**At work**: two runs at a time need the condition: read the manifest's ETag before you begin, put with `IfMatch`, and begin again on 412. Spark's classic committers *move* files at the end, which on S3 is copying: the S3A committers complete multipart uploads instead.
"""
