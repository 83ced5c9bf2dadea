"""# What may go, and when

The lake's bucket keeps versions. Write its lifecycle configuration, the JSON text of `aws s3api put-bucket-lifecycle-configuration --lifecycle-configuration …`, so that

1. objects below `scratch/` are deleted 7 days after they were made, and their bytes are really gone 1 day later; no delete marker is left alone there;
2. below `bronze/`, objects of 128 KB (131,072 bytes) and more move to `GLACIER_IR` after 90 days, smaller ones never; nothing in `bronze/` is ever deleted as long as it is the current version;
3. in the whole bucket an old version goes 30 days after it was replaced (below `scratch/` after 1, as said);
4. in the whole bucket an upload that was never completed goes after 3 days;
5. the current versions below `gold/`, `bronze-samples/` and everywhere else stay as they are.

A rule looks like this; a filter for the whole bucket is `{"Prefix": ""}`:

```json
{"Rules": [
  {"ID": "…", "Status": "Enabled", "Filter": {"Prefix": "…"}, "Expiration": {"Days": 365}}
]}
```

Other actions of a rule are `NoncurrentVersionExpiration`, `AbortIncompleteMultipartUpload`, `Transitions` and, as `Expiration`, `{"ExpiredObjectDeleteMarker": true}`.
If several rules concern a version, the earliest day counts.
Write it as a raw string, `r\"\"\"…\"\"\"`, in place of `...`.
It is judged by what it does to objects, as AWS documents it; tags are not judged.
"""

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_02.lake import _rules

PROBLEM = LabProblem(
    id="w2-lake-lifecycle",
    pattern="lifecycle",
    difficulty="medium",
    minutes=15,
    points=3,
    hints={
        "The shape": (
            "Each rule needs Status, Filter and at least one action; Transitions is a list.",
            'The names of the days differ: `"Days"`, `"NoncurrentDays"`, `"DaysAfterInitiation"`.',
        ),
        "Scratch": (
            "On a bucket with versions, what does an expiration leave behind?",
            "Expiration adds a marker; add NoncurrentVersionExpiration with 1 day to the same rule, filter `scratch/`.",
        ),
        "Bronze": (
            "A prefix is the beginning of a text: which other keys begin with yours?",
            'Filter `bronze/` with the slash, `"Transitions": [{"Days": 90, "StorageClass": "GLACIER_IR"}]`, no Expiration. S3 itself leaves objects below 128 KB alone, unless a filter by size asks for them.',
        ),
        "The whole bucket": (
            "Old versions and unfinished uploads can share a rule whose prefix is empty.",
            "NoncurrentVersionExpiration with 30 NoncurrentDays, AbortIncompleteMultipartUpload with 3 DaysAfterInitiation.",
        ),
    },
)

SOLVE = r"""
{"Rules": [
  {
    "ID": "scratch",
    "Status": "Enabled",
    "Filter": {"Prefix": "scratch/"},
    "Expiration": {"Days": 7},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 1}
  },
  {
    "ID": "bronze",
    "Status": "Enabled",
    "Filter": {"Prefix": "bronze/"},
    "Transitions": [{"Days": 90, "StorageClass": "GLACIER_IR"}]
  },
  {
    "ID": "all",
    "Status": "Enabled",
    "Filter": {"Prefix": ""},
    "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}
  }
]}
"""

SIZES = (0, 20_000, 131_071, 131_072, 300_000_000)
SCRATCH = ("scratch/run=7/part-0.parquet", "scratch/a")
BRONZE = ("bronze/shop/orders/delivered=2025-10-01/orders-00.jsonl.gz", "bronze/scratch/x")
OTHERS = ("gold/revenue/part-0.parquet", "silver/orders/dt=2025-10-01/part-0.parquet", "bronze-samples/a.gz",
          "bronze", "scratch", "scratchpad/notes.md", "a.txt")  # fmt: skip


def words(days):
    return "never" if days is None else f"after {days} day{'s' * (days != 1)}"


def expect(what, got, wanted):
    if got != wanted:
        raise Refused("rule", f"{what}: it must be {words(wanted)}.", expected=words(wanted), got=words(got))


def shape(text):
    rules = _rules.read(text)
    return f"The service's model accepts it: {len(rules)} enabled rules."


def scratch(text):
    rules = _rules.read(text)
    for key in SCRATCH:
        for size in SIZES:
            expect(f"{key} ({size:,} bytes) is deleted", _rules.current_ends(rules, key, size), 7)
            for newer in (0, 3):
                got = _rules.noncurrent_ends(rules, key, size, newer)
                expect(f"An old version of {key} ({newer} younger ones) goes", got, 1)
        if not _rules.marker_goes(rules, key):
            raise Refused("rule", f"The delete marker of {key} stays alone for ever.")
    return "Deleted after 7 days, gone after 8, no marker left."


def bronze(text):
    rules = _rules.read(text)
    for key in (*BRONZE, *OTHERS):
        for size in SIZES:
            expect(f"The current version of {key} is deleted", _rules.current_ends(rules, key, size), None)
            wanted = {"GLACIER_IR": 90} if key in BRONZE and size >= 131_072 else {}
            got = _rules.moves(rules, key, size)
            if got != wanted:
                raise Refused(
                    "rule",
                    f"{key} ({size:,} bytes) is to be moved otherwise.",
                    expected=str(wanted or "nowhere"),
                    got=str(got or "nowhere"),
                )
    return "Large objects of bronze move after 90 days; no current version outside scratch is touched."


def whole_bucket(text):
    rules = _rules.read(text)
    for key in (*BRONZE, *OTHERS):
        for size in SIZES:
            for newer in (0, 3):
                got = _rules.noncurrent_ends(rules, key, size, newer)
                expect(f"An old version of {key} ({newer} younger ones) goes", got, 30)
    for key in (*BRONZE, *OTHERS, *SCRATCH):
        expect(f"An unfinished upload of {key} goes", _rules.upload_ends(rules, key), 3)
    return "Old versions and unfinished uploads go everywhere."


PARTS = {"The shape": shape, "Scratch": scratch, "Bronze": bronze, "The whole bucket": whole_bucket}

ONE_ACTION_EACH = variant(r"""
{"Rules": [
  {"ID": "1", "Status": "Enabled", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}},
  {"ID": "2", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
  {"ID": "3", "Status": "Enabled", "Filter": {"Prefix": "scratch/"}, "Expiration": {"Days": 7}},
  {"ID": "4", "Status": "Enabled", "Filter": {"Prefix": "scratch/"}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}},
  {"ID": "5", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"ExpiredObjectDeleteMarker": true}},
  {"ID": "6", "Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}},
  {"ID": "7", "Status": "Enabled", "Filter": {"Prefix": "bronze/"}, "Transitions": [{"Days": 90, "StorageClass": "GLACIER_IR"}]}
]}
""")
BY_SIZE = variant(
    SOLVE.replace(
        '"Filter": {"Prefix": "bronze/"}',
        '"Filter": {"And": {"Prefix": "bronze/", "ObjectSizeGreaterThan": 131071}}',
    )
)

MARKER_ONLY = wrong(
    "with versions an expiration removes no byte: the old version stays for 30 days",
    SOLVE.replace(',\n    "NoncurrentVersionExpiration": {"NoncurrentDays": 1}', ""),
    fails="rule",
    passes_examples=True,
)
NO_SLASH = wrong(
    "the prefix without a slash also moves bronze-samples/",
    SOLVE.replace('"bronze/"', '"bronze"'),
    fails="rule",
    passes_examples=True,
)
SCRATCH_NO_SLASH = wrong(
    "the prefix without a slash also deletes scratchpad/",
    SOLVE.replace('"scratch/"', '"scratch"'),
    fails="rule",
    passes_examples=True,
)
EXPIRES_BRONZE = wrong(
    "bronze is deleted after a year",
    SOLVE.replace('"Transitions"', '"Expiration": {"Days": 365},\n    "Transitions"'),
    fails="rule",
    passes_examples=True,
)
SMALL_TOO = wrong(
    "a filter by size of your own also moves objects that are billed as 128 KB",
    SOLVE.replace(
        '"Filter": {"Prefix": "bronze/"}',
        '"Filter": {"And": {"Prefix": "bronze/", "ObjectSizeGreaterThan": 0}}',
    ),
    fails="rule",
    passes_examples=True,
)
THOUSANDS = wrong(
    "128 KB are 131,072 bytes, and a filter by size says *greater than*",
    SOLVE.replace(
        '"Filter": {"Prefix": "bronze/"}',
        '"Filter": {"And": {"Prefix": "bronze/", "ObjectSizeGreaterThan": 128000}}',
    ),
    fails="rule",
    passes_examples=True,
)
ONE_TOO_MANY = wrong(
    "an object of exactly 128 KB is not greater than 131,072 bytes",
    SOLVE.replace(
        '"Filter": {"Prefix": "bronze/"}',
        '"Filter": {"And": {"Prefix": "bronze/", "ObjectSizeGreaterThan": 131072}}',
    ),
    fails="rule",
    passes_examples=True,
)
KEEPS_THREE = wrong(
    "the three youngest old versions stay for ever",
    SOLVE.replace('{"NoncurrentDays": 30}', '{"NoncurrentDays": 30, "NewerNoncurrentVersions": 3}'),
    fails="rule",
    passes_examples=True,
)
UPLOADS = wrong(
    "parts of uploads that never ended stay, in no listing",
    SOLVE.replace(',\n    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3}', ""),
    fails="rule",
    passes_examples=True,
)
ONE_EXPIRATION = wrong(
    "the service takes no days and delete markers in one expiration",
    SOLVE.replace('{"Days": 7}', '{"Days": 7, "ExpiredObjectDeleteMarker": true}'),
    fails="shape",
)
NUMBERS_AS_TEXT = wrong("days are numbers", SOLVE.replace('"Days": 90', '"Days": "90"'), fails="shape")

NOTES = """
**Why it holds**: three questions for each prefix: what becomes of the current version, of the old ones, and of uploads that never ended. With versions an expiration answers the first only.

**Pitfall**: a prefix without a slash. `bronze` begins `bronze-samples/` too, and a lifecycle rule asks nobody before it deletes.
Rules act about once a day, some hours late, and take millions of objects for the price of no request; a transition costs 0.02 USD for 1,000 objects to Glacier Instant Retrieval (`us-east-1`), so moving small files can cost more than it saves, which is why S3 leaves those below 128 KB alone.

**Alternative**: Intelligent-Tiering, which moves by access instead of by age, for a fee for each object; table formats have their own *expire snapshots* and *remove orphan files*, and a lifecycle rule on a table's data prefix destroys the table.

**At work**: compare `list-object-versions` with `list-objects-v2` once a month, or read S3 Storage Lens: noncurrent bytes and incomplete uploads are two of its first numbers.
"""
