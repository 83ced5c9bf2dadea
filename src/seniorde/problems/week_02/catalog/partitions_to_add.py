"""# What the catalog lacks

A table lies below a prefix of the bucket, and its partition keys are its folders: `sales/dt=2025-10-07/hour=09/part-0.parquet`.
You get the `prefix` (it ends in a slash), the names of the partition `keys` in order, the listing `objects` (S3 keys, some of other tables), and `known`, the set of value tuples in the catalog.

Return two lists of batches, `(create, delete)`; a batch is a list of tuples of values.

- A partition exists if an object that counts lies at any depth below its folders, which begin right below the prefix, each `name=value` with the right name in the right place.
- What does not count: keys that end in `/` (folder markers), and keys in which a part *below the prefix* begins with `_` or `.`, as readers skip those.
- Values in keys are percent-encoded, `hour=09%3A00`; in the catalog they are not: `09:00`. A plus stays a plus.
- Create what the catalog lacks, at most 100 in a batch; delete what no longer exists, at most 25. Both sorted, batches filled from the front, none of them empty.

>>> solve("sales/", ["dt"], ["sales/dt=2025-10-02/a.parquet", "sales/dt=2025-10-01/a.parquet"], {("2025-10-01",)})
([[('2025-10-02',)]], [])
>>> solve("sales/", ["dt"], ["sales/_tmp/dt=2025-10-03/a.parquet", "sales/dt=2025-10-04/"], {("2025-10-01",)})
([], [[('2025-10-01',)]])
"""

from random import Random
from urllib.parse import quote, unquote

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-catalog-partitions-to-add",
    pattern="partitions",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The examples": (
            "Make the set of partitions that exist; then it is two differences of sets.",
            "For each key: cut off the prefix, split at `/`, look at the first parts, one for each partition key.",
        ),
        "What counts": (
            "An object directly below the prefix, or with a folder missing, belongs to no partition.",
            "Check `part.split('=', 1)[0] == name` for each of the first folders, that a file follows, and that no part begins with `_` or `.`.",
        ),
        "Batches": (
            "`BatchCreatePartition` takes 100, `BatchDeletePartition` 25.",
            "`[items[n:n + size] for n in range(0, len(items), size)]` makes no empty batch.",
        ),
    },
)


def solve(
    prefix: str, keys: list[str], objects: list[str], known: set[tuple[str, ...]]
) -> tuple[list[list[tuple[str, ...]]], list[list[tuple[str, ...]]]]:
    there = set()
    for key in objects:
        if not key.startswith(prefix):
            continue
        *folders, file = parts = key[len(prefix) :].split("/")
        if not file or len(folders) < len(keys) or any(part.startswith(("_", ".")) for part in parts):
            continue
        pairs = [folder.partition("=") for folder in folders[: len(keys)]]
        if all(name == wanted and sign for (name, sign, _), wanted in zip(pairs, keys, strict=True)):
            there.add(tuple(unquote(value) for _, _, value in pairs))
    create, delete = sorted(there - known), sorted(known - there)
    return (
        [create[start : start + 100] for start in range(0, len(create), 100)],
        [delete[start : start + 25] for start in range(0, len(delete), 25)],
    )


def oracle(prefix, keys, objects, known):
    """By a pattern for the whole key."""
    import re

    part = r"(?![_.])[^/]+"
    folders = "".join(rf"{re.escape(name)}=([^/]*)/" for name in keys)
    pattern = re.compile(rf"{re.escape(prefix)}{folders}(?:{part}/)*{part}")
    there = []
    for key in objects:
        if (found := pattern.fullmatch(key)) and not any(n.startswith(("_", ".")) for n in keys):
            values = tuple(unquote(value) for value in found.groups())
            if values not in there:
                there.append(values)
    create = sorted(values for values in there if values not in known)
    delete = sorted(values for values in known if values not in there)
    return [create[n : n + 100] for n in range(0, len(create), 100)], [
        delete[n : n + 25] for n in range(0, len(delete), 25)
    ]


def shown(batches):
    if not isinstance(batches, list):
        return repr(batches)[:200]
    return f"{[len(b) if isinstance(b, list) else b for b in batches]}: {batches[:1]}"[:300]


def expect(function, prefix, keys, objects, known):
    given, expected = (list(keys), list(objects), set(known)), oracle(prefix, keys, objects, known)
    got = call(function, prefix, *given)
    if given != (list(keys), list(objects), set(known)):
        raise Refused("mutation", "The input was changed.")
    if not isinstance(got, tuple | list) or len(got) != 2:
        raise Refused("type", "Two lists of batches are asked for.", got=repr(got)[:200])
    for word, mine, right, size in zip(("create", "delete"), got, expected, (100, 25), strict=True):
        facts = {
            "prefix": f"{prefix}, keys {keys}",
            "objects": "\n".join(objects[:6]),
            "known": str(sorted(known)[:6]),
            "expected": shown(right),
            "got": shown(mine),
        }
        if isinstance(mine, list) and any(isinstance(b, list) and len(b) > size for b in mine):
            raise Refused("batch", f"The service refuses a batch of more than {size} to {word}.", **facts)
        if mine != right:
            raise Refused("result", f"These are not the batches to {word}.", **facts)


def examples(function):
    objects = ["sales/dt=2025-10-02/a.parquet", "sales/dt=2025-10-01/a.parquet"]
    expect(function, "sales/", ["dt"], objects, {("2025-10-01",)})
    hidden = ["sales/_tmp/dt=2025-10-03/a.parquet", "sales/dt=2025-10-04/"]
    expect(function, "sales/", ["dt"], hidden, {("2025-10-01",)})
    return "Both examples are right."


ODD = (
    "silver/sales/dt=2025-10-01/hour=09/part-0.parquet",
    "silver/sales/dt=2025-10-01/hour=09/part-1.parquet",
    "silver/sales/dt=2025-10-01/hour=10/run=3/part-0.parquet",
    "silver/sales/dt=2025-10-01/part-0.parquet",
    "silver/sales/part-0.parquet",
    "silver/sales/dt=2025-10-02/hour=09/",
    "silver/sales/dt=2025-10-02/hour=10/_SUCCESS",
    "silver/sales/dt=2025-10-02/hour=11/.part-0.parquet.crc",
    "silver/sales/dt=2025-10-02/hour=12/_temporary/0/part-0.parquet",
    "silver/sales/hour=13/dt=2025-10-02/part-0.parquet",
    "silver/sales/day=2025-10-02/hour=14/part-0.parquet",
    "silver/sales/2025-10-02/15/part-0.parquet",
    "silver/sales/dt=2025-10-03/hour=09%3A00/part-0.parquet",
    "silver/sales/dt=2025-10-03/hour=a=b/part-0.parquet",
    "silver/sales/dt=2025-10-03/hour=09+02%3A00/part-0.parquet",
    "silver/sales_old/dt=2025-10-04/hour=09/part-0.parquet",
    "gold/silver/sales/dt=2025-10-05/hour=09/part-0.parquet",
    "silver/sales/x/dt=2025-10-06/hour=09/part-0.parquet",
)


def what_counts(function):
    for key in ODD:
        expect(function, "silver/sales/", ["dt", "hour"], [key], set())
    expect(function, "silver/sales/", ["dt", "hour"], list(ODD), {("2025-10-01", "09"), ("2025-10-02", "12")})
    expect(function, "_raw/sales/", ["dt"], ["_raw/sales/dt=2025-10-01/a.parquet"], set())
    encoded = [f"s/city={quote(city)}/a.parquet" for city in ("Malmö", "Gävle", "50 %")]
    expect(function, "s/", ["city"], encoded, {("Malmö",), ("Lund",)})
    expect(function, "s/", ["city"], [], set())
    return f"{len(ODD)} keys, most of which belong to no partition."


def batches(function):
    for count in (99, 100, 101, 250):
        objects = [f"s/n={number}/a.parquet" for number in range(count)]
        expect(function, "s/", ["n"], objects, set())
        expect(function, "s/", ["n"], objects[:3], {(str(number),) for number in range(count)})
    rng = Random(8)
    for _ in range(30):
        names = rng.sample(range(400), rng.randrange(300))
        objects = [f"s/n={number}/{rng.choice(('a', '_a', 'b/c'))}" for number in names for _ in range(2)]
        expect(function, "s/", ["n"], objects, {(str(number),) for number in rng.sample(range(400), 60)})
    return "Batches around both limits, and 30 tables at random."


PARTS = {"The examples": examples, "What counts": what_counts, "Batches": batches}


@variant
def by_loop(prefix, keys, objects, known):
    there = set()
    for key in objects:
        parts = key.removeprefix(prefix).split("/") if key.startswith(prefix) else []
        if len(parts) <= len(keys) or parts[-1] == "" or any(p[:1] in ("_", ".") for p in parts):
            continue
        values = []
        for name, part in zip(keys, parts, strict=False):
            if part.startswith(name + "="):
                values.append(unquote(part[len(name) + 1 :]))
        if len(values) == len(keys):
            there.add(tuple(values))
    result = []
    for missing, size in ((there - known, 100), (known - there, 25)):
        ordered, chunks = sorted(missing), []
        while ordered:
            chunks.append(ordered[:size])
            ordered = ordered[size:]
        result.append(chunks)
    return tuple(result)


by_pattern = variant(oracle)


def cut(items, size):
    return [items[start : start + size] for start in range(0, len(items), size)]


def values_of(prefix, names, key):
    """The values of the partition that the object belongs to, or None."""
    if not key.startswith(prefix) or key.endswith("/"):
        return None
    *folders, _ = parts = key[len(prefix) :].split("/")
    if len(folders) < len(names) or any(part.startswith(("_", ".")) for part in parts):
        return None
    pairs = [folder.partition("=") for folder in folders[: len(names)]]
    if any((found, sign) != (name, "=") for (found, sign, _), name in zip(pairs, names, strict=True)):
        return None
    return tuple(unquote(value) for _, _, value in pairs)


def loose(prefix, keys, objects, known, values=values_of, create=100, delete=25, order=sorted):
    there = {values(prefix, keys, key) for key in objects} - {None}
    return cut(order(there - known), create), cut(order(known - there), delete)


@wrong("markers, hidden files and unfinished writes count")
def hidden_too(prefix, keys, objects, known):
    def values(prefix, names, key):
        return values_of(prefix, names, key.replace("/_", "/").replace("/.", "/").rstrip("/") + "/x")

    return loose(prefix, keys, objects, known, values)


@wrong("the folders' names are not looked at", passes_examples=True)
def any_names(prefix, keys, objects, known):
    def values(prefix, names, key):
        parts = key[len(prefix) :].split("/")
        if not key.startswith(prefix) or len(parts) <= len(names) or not parts[-1]:
            return None
        if any(part.startswith(("_", ".")) for part in parts):
            return None
        return tuple(unquote(part.rpartition("=")[2]) for part in parts[: len(names)])

    return loose(prefix, keys, objects, known, values)


@wrong(
    "values stay percent-encoded, so a partition is created beside the one that exists", passes_examples=True
)
def encoded(prefix, keys, objects, known):
    def values(prefix, names, key):
        plain = values_of(prefix, names, key)
        return plain and tuple(quote(value, safe="=") for value in plain)

    return loose(prefix, keys, objects, known, values)


@wrong("a plus becomes a blank, as in a form", passes_examples=True)
def as_a_form(prefix, keys, objects, known):
    return solve(prefix, keys, [key.replace("+", "%20") for key in objects], known)


@wrong("200 in a batch: the service refuses it", fails="batch", passes_examples=True)
def large_batches(prefix, keys, objects, known):
    return loose(prefix, keys, objects, known, create=200)


@wrong("deletes a hundred at a time: that service takes 25", fails="batch", passes_examples=True)
def delete_batches(prefix, keys, objects, known):
    return loose(prefix, keys, objects, known, delete=100)


@wrong("like MSCK REPAIR, it only adds")
def only_adds(prefix, keys, objects, known):
    return loose(prefix, keys, objects, known)[0], []


@wrong("an empty batch is sent when nothing is missing")
def empty_batch(prefix, keys, objects, known):
    create, delete = loose(prefix, keys, objects, known)
    return create or [[]], delete or [[]]


@wrong("the prefix may stand anywhere in the key", passes_examples=True)
def anywhere(prefix, keys, objects, known):
    return loose(prefix, keys, [key[max(0, key.find(prefix)) :] for key in objects], known)


@wrong("the prefix itself is looked at for hidden parts", passes_examples=True)
def hidden_prefix(prefix, keys, objects, known):
    objects = [key for key in objects if not any(part[:1] in "_." for part in key.split("/") if part)]
    return loose(prefix, keys, objects, known)


@wrong("only files right below the partition's folder count", passes_examples=True)
def no_depth(prefix, keys, objects, known):
    def values(prefix, names, key):
        deep = key[len(prefix) :].count("/") != len(names)
        return None if deep else values_of(prefix, names, key)

    return loose(prefix, keys, objects, known, values)


NOTES = """
**Why it holds**: the partitions that exist and those that are known are two sets, and the work is their differences. A second run, right after, finds both empty and makes no request.

**Pitfall**: a partition made from `_temporary/` exists for the hours of a failed job, then points at nothing. And an answer of status 200 may hold `Errors` for single partitions; look at them.

**Alternative**: the writer registers the partition that it has just published, one request and no listing; projection needs no registration. `MSCK REPAIR TABLE` is this function without the deletions.

**At work**: run it as a check, not as a job: partitions that S3 has and the catalog lacks are days that nobody sees, and an alert on them finds the writer that forgot. Deleting wants a limit: if more than a tenth of a table is to go, somebody has deleted a prefix by mistake.
"""
