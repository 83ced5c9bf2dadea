"""The Glue job: order changes as Parquet by day of delivery, with parameters and a bookmark."""

import json

import duckdb
from kit import ends_in_words, expect, same_rows
from kit.compare import columns_of
from oracle import judged, lines

PARTITION = "delivered=DATE"
COLUMNS = columns_of(PARTITION)


def wanted(source, day):
    """Return each order change that was delivered on a day, once."""
    rows = [line for line in lines(source) if line["source"] == "orders" and str(line["delivered"]) == day]
    found = [judged("orders", line["raw"]) for line in rows]
    changes = {one["lsn"]: one for one in found if not isinstance(one, str)}
    return [tuple(one.get(name) for name in COLUMNS) for one in changes.values()]


def got(target, day):
    """Return the rows of a partition; a moment is read in UTC."""
    files = sorted(str(path) for path in target.glob(f"delivered={day}/*.parquet"))
    if not files:
        return []
    read = f"read_parquet({files}, union_by_name = true)"
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        there = [name for name, *_ in con.execute(f"DESCRIBE FROM {read}").fetchall()]
        missing = [name for name in COLUMNS if name not in there]
        expect(not missing, f"delivered={day}: expected the columns {COLUMNS}, got none of {missing}.")
        chosen = (f"{one}::TIMESTAMP" if one == "ts" or one.endswith("_at") else one for one in COLUMNS)
        return con.execute(f"SELECT {', '.join(chosen)} FROM {read}").fetchall()


def same_partition(source, target, day, given="", hint="a delete has no row after it: its fields are NULL."):
    """Fail unless the partition of a day holds each of its changes once, with every value."""
    __tracebackhide__ = True
    what = f"delivered={day}{given and ' ' + given}"
    same_rows(what, PARTITION, wanted(source, day), got(target, day), hint)


def changed(before, after):
    names = (name for name in after if before.get(name) != after[name])
    return sorted({name.split("/")[0] for name in names if name.startswith("delivered=")})


def bookmark(files):
    return [moment for name, moment in files.items() if name.startswith("_bookmarks/")]


def metrics(done):
    for line in reversed(done.out.strip().splitlines()):
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict):
            return found
    return {}


def test_day(job):
    """`--day` reads the files of that day of delivery, and writes its partition only."""
    _, _, after = job.after("day")
    days = sorted({name.split("/")[0] for name in after if name.startswith("delivered=")})
    expect(
        days == ["delivered=2025-10-11"],
        f"--day 2025-10-11: expected one partition, delivered=2025-10-11, got {days}.",
        "choose files before you read them.",
    )


def test_rows(job):
    """Each partition holds the order changes of its day, each lsn once, with the contract's columns."""
    job.after("all")
    for day in ("2025-10-10", "2025-10-11"):
        same_partition(job.source, job.target, day)


def test_metrics(job):
    """The last JSON object on standard output says the job's name, files, rows, rejected lines and seconds."""
    done, _, _ = job.after("all")
    found = metrics(done)
    rejected = [line for line in lines(job.source) if line["file"].startswith("cdc/orders/2025-10-10")]
    rejected = sum(isinstance(judged("orders", line["raw"]), str) for line in rejected)
    facts = {"job": job.NAME, "files": 1, "rows": len(wanted(job.source, "2025-10-10")), "rejected": rejected}
    expect(
        {name: found.get(name) for name in facts} == facts and found.get("seconds", -1) >= 0,
        f"The job, one day after the other: expected the metrics {facts} and seconds, got {found}.",
        "count what this run read; the day before was another's.",
    )


def test_bookmark(job):
    """A second run finds nothing new, and writes nothing."""
    done, before, after = job.after("again")
    expect(before, "The job: expected Parquet below the target, got none.")
    expect(
        not changed(before, after) and metrics(done).get("files") == 0,
        f"The job a second time: expected no file read or written, got {metrics(done)} and "
        f"{changed(before, after)} written.",
        "the bookmark, TARGET/_bookmarks/JOB_NAME.json, says which files were read; it is written last.",
    )


def test_late_file(job):
    """A late file in the folder of an old day: that day is made anew, whole; the others are left alone."""
    _, before, after = job.after("late")
    expect(
        changed(before, after) == ["delivered=2025-10-10", "delivered=2025-10-13"],
        f"A late file for the 10th and new ones for the 13th: expected these two partitions written, got "
        f"{changed(before, after)}.",
    )
    for day in ("2025-10-10", "2025-10-13"):
        hint = "a partition that is written over needs all files of its day, not the new one only."
        same_partition(job.source, job.target, day, "after a late file", hint)


def test_disabled(job):
    """With `job-bookmark-disable` everything is read again, the rows are the same, the bookmark stays."""
    done, before, after = job.after("disabled")
    expect(
        len(changed(before, after)) == 3 and metrics(done).get("files") == 5,
        f"--job-bookmark-option job-bookmark-disable: expected 5 files read and 3 partitions written, got "
        f"{metrics(done)} and {changed(before, after)}.",
    )
    expect(
        bookmark(before) and bookmark(before) == bookmark(after),
        "--job-bookmark-option job-bookmark-disable: expected the bookmark as it was, got it written.",
    )


def test_reset(job):
    """Without its bookmark the job begins from the first file, and the rows are the same."""
    done, before, after = job.after("reset")
    expect(
        len(changed(before, after)) == 3,
        f"After a reset: expected 3 partitions written again, got {changed(before, after)}.",
    )
    for day in ("2025-10-10", "2025-10-11", "2025-10-13"):
        hint = "write over a partition; do not append to it."
        same_partition(job.source, job.target, day, "after a reset", hint)


def test_parameters(job, worker):
    """A parameter that is missing or senseless: exit code 2, and a sentence."""
    name, places = ("--JOB_NAME", "x"), ("--source", job.source, "--target", job.target)
    for arguments in (
        places,
        (*name, "--target", job.target),
        (*name, *places, "--day", "2025-02-30"),
        (*name, *places, "--job-bookmark-option", "job-bookmark-perhaps"),
    ):
        done = worker.run(*arguments, script=job.SCRIPT)
        expect(
            done.code == 2,
            f"{done.command}: expected exit code 2, got {done.code}; its last words were: {done.last_words[:200]}",
        )
        ends_in_words(done)
