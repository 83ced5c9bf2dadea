"""# Load each batch once

Loaders append batches of payments to one Delta table. Each loader has a name and numbers its batches 0, 1, 2, … When a loader dies, it comes again and repeats batches that it has sent before, perhaps with other numbers' rows in between.

Write the function that gets `path`, the folder of the table (a text), `batch`, a `pyarrow.Table` with at least one row, `loader`, a text, and `number`, the batch's number.

1. The batch is appended, unless the table holds a batch of this loader with this number or a greater one: then the call has no effect.
2. Loaders are independent of each other. Two batches may hold the same rows; both count.
3. There may be no table yet: the first call makes it.
4. A call that appends makes exactly one commit; one without effect makes none. The loader may die at any moment, so the number stands in the same commit as the rows, as the application transaction (`txn`) of `loader`.
5. Other programs append too, without a number; their rows stay.

The batch is not changed. Calls do not run at the same time.

```python
load_once("payments", table([7, 8]), "paypal", 0)
load_once("payments", table([9]), "paypal", 1)
load_once("payments", table([7, 8]), "paypal", 0)  # again: no effect
```

Use `deltalake`: `write_deltalake(…, commit_properties=…)`, `CommitProperties`, `Transaction`, `DeltaTable.transaction_version`.
"""

import json
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-delta-load-once",
    pattern="application transactions",
    difficulty="easy",
    minutes=15,
    points=3,
    hints={
        "As in the statement": (
            "Ask the table for the loader's last number first, then append, with the number in the commit.",
            "`CommitProperties(app_transactions=[Transaction(loader, number)])` goes to `write_deltalake`.",
        ),
        "Replays": (
            "What does `transaction_version` return for a loader that has never come, and what for one that sent its batch 0?",
            "`None` and `0` are both false: compare with `is not None`.",
            "An older batch may come again after a newer one: compare with `>=`.",
        ),
        "One commit": (
            "If the rows and the number are two commits, a death between them leaves one without the other.",
            "Do not write to make the table: the first append makes it, and may carry the number too.",
        ),
    },
)


def solve(path, batch, loader, number):
    from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

    if DeltaTable.is_deltatable(path):
        last = DeltaTable(path).transaction_version(loader)
        if last is not None and last >= number:
            return
    properties = CommitProperties(app_transactions=[Transaction(loader, number)])
    write_deltalake(path, batch, mode="append", commit_properties=properties)


def table(ids):
    import pyarrow as pa

    return pa.table({"payment_id": pa.array(ids, pa.int64()), "cents": pa.array([100 * n for n in ids])})


STATEMENT = [([7, 8], "paypal", 0), ([9], "paypal", 1), ([7, 8], "paypal", 0)]


def sequences():
    """Lists of (ids, loader, number); a loader of None is a program without a number."""
    yield [([1], "a", 0), ([1], "a", 0), ([1], "b", 0), ([1], "b", 0)]
    yield [([1, 2], "a", 0), ([3], "a", 1), ([4], "a", 2), ([1, 2], "a", 0), ([3], "a", 1), ([5], "a", 3)]
    yield [([1], "a", 0), ([1], "a", 1), ([1, 1], "b", 0), ([1, 1], "b", 1)]  # the same rows, other batches
    yield [([9], None, 0), ([1], "a", 0), ([9], None, 0), ([1], "a", 0), ([2], "a", 1)]
    yield [([1], "a", 4), ([2], "a", 9), ([3], "a", 7), ([4], "a", 10)]  # with gaps, as after a lost queue
    random = Random(3)
    sent = {"card": 0, "sepa": 0}
    for _ in range(2):
        calls = []
        for _ in range(9):
            loader = random.choice(["card", "sepa"])
            number = max(0, sent[loader] - random.randrange(3))
            calls.append(([10 * number + n for n in range(1 + number % 3)], loader, number))
            sent[loader] = max(sent[loader], number + 1)
        yield calls
        sent = {"card": 0, "sepa": 0}


def play(function, calls):
    """Make the calls on a new table and compare the table after each."""
    from deltalake import DeltaTable, write_deltalake

    last, wanted, version = {}, [], -1
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = str(Path(folder) / "payments")
        for step, (ids, loader, number) in enumerate(calls, 1):
            if loader is None:
                write_deltalake(path, table(ids), mode="append")
                wanted, version = wanted + ids, version + 1
                continue
            batch = table(ids)
            call(function, path, batch, loader, number, lines=None)
            if not batch.equals(table(ids)):
                raise Refused("mutation", "The batch was changed.")
            if last.get(loader, -1) < number:
                last[loader], wanted, version = number, wanted + ids, version + 1
            told = "\n".join(f"{at} {who} {n}" for at, who, n in calls[:step])
            if not DeltaTable.is_deltatable(path):
                raise Refused("result", f"After call {step} there is no table.", calls=told)
            now = DeltaTable(path)
            got = sorted(now.to_pyarrow_table()["payment_id"].to_pylist())
            if got != sorted(wanted):
                raise Refused(
                    "result",
                    f"After call {step} the table holds other rows.",
                    calls=told,
                    expected=str(sorted(wanted)),
                    got=str(got),
                )
            yield now, version, (loader, last[loader]), told


def statement(function):
    for _ in play(function, STATEMENT):
        pass
    return "Two batches, and the first of them again."


def replays(function):
    for calls in sequences():
        for _ in play(function, calls):
            pass
    return "Each batch once: number 0, older numbers, other loaders, equal rows."


def one_commit(function):
    for calls in sequences():
        for now, version, (loader, number), told in play(function, calls):
            if now.version() != version:
                raise Refused(
                    "commits",
                    f"The table is at version {now.version()} after this call; {version} is right.",
                    calls=told,
                )
            if now.transaction_version(loader) != number:
                raise Refused(
                    "record",
                    f"The table does not know number {number} of {loader}.",
                    calls=told,
                    got=str(now.transaction_version(loader)),
                )
            folder = Path(now.table_uri.removeprefix("file://"))
            for commit in sorted(folder.glob("_delta_log/*.json")):
                kinds = {kind for line in commit.read_text().splitlines() for kind in json.loads(line)}
                if "txn" in kinds and "add" not in kinds:
                    raise Refused("commits", "A number stands in a commit without rows.", calls=told)
    return "Rows and number in one commit, and none for a replay."


PARTS = {"As in the statement": statement, "Replays": replays, "One commit": one_commit}


@variant
def by_merge_of_nothing(path, batch, loader, number):
    """Through the table object, with the number compared as an integer."""
    from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
    from deltalake.exceptions import TableNotFoundError

    try:
        target = DeltaTable(path)
        last = target.transaction_version(loader)
    except TableNotFoundError:
        target, last = path, None
    if (-1 if last is None else last) < number:
        how = CommitProperties(app_transactions=[Transaction(app_id=loader, version=number)])
        write_deltalake(target, batch.to_reader(), mode="append", commit_properties=how)


@variant
def by_once(path, batch, loader, number):
    """The helper of the lesson, for a table that is there."""
    from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

    from seniorde import delta

    def append(target, commit):
        write_deltalake(target, batch, mode="append", commit_properties=commit)

    if DeltaTable.is_deltatable(path):
        delta.once(path, loader, number, append)
    else:
        append(path, CommitProperties(app_transactions=[Transaction(loader, number)]))


@variant
def from_the_log(path, batch, loader, number):
    """The last number read from the log's own lines."""
    from deltalake import CommitProperties, Transaction, write_deltalake

    seen = [-1]
    for commit in Path(path).glob("_delta_log/*.json"):
        for line in commit.read_text().splitlines():
            txn = json.loads(line).get("txn")
            if txn and txn["appId"] == loader:
                seen.append(txn["version"])
    if number > max(seen):
        how = CommitProperties(app_transactions=[Transaction(loader, number)])
        write_deltalake(path, batch, mode="append", commit_properties=how)


def last_number(path, loader):
    from deltalake import DeltaTable

    return DeltaTable(path).transaction_version(loader) if DeltaTable.is_deltatable(path) else None


def append(path, batch, loader, number):
    from deltalake import CommitProperties, Transaction, write_deltalake

    how = CommitProperties(app_transactions=[Transaction(loader, number)])
    write_deltalake(path, batch, mode="append", commit_properties=how)


@wrong("batch 0 is false: it is loaded again", fails="result", passes_examples=True)
def zero_is_false(path, batch, loader, number):
    last = last_number(path, loader)
    if last and last >= number:
        return
    append(path, batch, loader, number)


@wrong("an older batch that comes again is not equal to the last one", fails="result")
def only_equal(path, batch, loader, number):
    if last_number(path, loader) != number:
        append(path, batch, loader, number)


@wrong("greater is not enough: the last batch comes again", fails="result", passes_examples=True)
def off_by_one(path, batch, loader, number):
    last = last_number(path, loader)
    if last is not None and last > number:
        return
    append(path, batch, loader, number)


@wrong("deltalake records the number and refuses nothing by itself", fails="result")
def records_only(path, batch, loader, number):
    append(path, batch, loader, number)


@wrong("one name for all loaders: the second one's batch 0 is dropped", fails="result", passes_examples=True)
def one_name(path, batch, loader, number):
    solve(path, batch, "loader", number)


@wrong("equal rows of another batch are rows too", fails="result", passes_examples=True)
def by_rows(path, batch, loader, number):
    from deltalake import DeltaTable

    if DeltaTable.is_deltatable(path):
        there = set(DeltaTable(path).to_pyarrow_table()["payment_id"].to_pylist())
        import pyarrow as pa

        keep = [value not in there for value in batch["payment_id"].to_pylist()]
        batch = batch.filter(pa.array(keep, pa.bool_()))
        if not batch.num_rows:
            return
    append(path, batch, loader, number)


@wrong(
    "rows first, number second: a death between them loads the batch again",
    fails="commits",
    passes_examples=True,
)
def two_commits(path, batch, loader, number):
    from deltalake import write_deltalake

    last = last_number(path, loader)
    if last is not None and last >= number:
        return
    write_deltalake(path, batch, mode="append")
    append(path, batch.slice(0, 0), loader, number)


@wrong(
    "a marker in a file is a second commit, and no reader of the table knows it",
    fails="record",
    passes_examples=True,
)
def marker_file(path, batch, loader, number):
    from deltalake import write_deltalake

    marker = Path(path).parent / f"{loader}.last"
    if marker.exists() and int(marker.read_text()) >= number:
        return
    write_deltalake(path, batch, mode="append")
    marker.write_text(str(number))


@wrong("the first call overwrites what others have appended", fails="result", passes_examples=True)
def overwrites(path, batch, loader, number):
    from deltalake import CommitProperties, Transaction, write_deltalake

    last = last_number(path, loader)
    if last is not None and last >= number:
        return
    how = CommitProperties(app_transactions=[Transaction(loader, number)])
    mode = "overwrite" if last is None else "append"
    write_deltalake(path, batch, mode=mode, commit_properties=how)


NOTES = """
**Why it holds**: rows and number become visible in one commit, so no moment exists at which one is there without the other; the comparison makes every repetition a question that the table itself answers.

**Complexity**: one read of the newest snapshot; `txn` actions are kept in checkpoints, so the log's length does not matter.

**Pitfall**: `if last and …` loads batch 0 twice, and only batch 0, which no test with a fresh number finds. A queue that restarts its numbers makes everything after it a replay: give it another name then.

**Alternative**: MERGE on a business key is idempotent without numbers, at the price of reading the target; Structured Streaming's Delta sink does what this function does, with the query's id and the batch's number; on Databricks the options `txnAppId` and `txnVersion` of `df.write` are the same thing.

**At work**: two loaders of one name at the same time both find the old number. deltalake's commit refuses the second one then (`CommitFailedError`), and it must look again, which is what `delta.once` does.
"""
