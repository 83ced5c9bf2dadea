"""# How long must the files be kept?

An auditor will read version `version` of a Delta table at some later time, and the vacuum runs every night. Which retention keeps that version whole?

Write the function that gets `path`, the folder of the table, `version`, and `now`, a `datetime` in UTC, the time at which the vacuum will run. It returns the least whole number of hours, from 0, such that a vacuum at `now` with this retention deletes no file of that version; or `None` if one of its files is already gone from the disk.

1. The vacuum deletes files that the newest version does not have, and that were removed *more* than the retention ago. A file of the newest version is never deleted.
2. When a file was removed stands in the `deletionTimestamp` (milliseconds since 1970, UTC) of its `remove` action in the log. A file may be added again, by a restore, and removed again: then the last time counts.
3. The log has all its commits as `_delta_log/00000000000000000000.json` and so on, no checkpoint; a line is one action. Paths in it are the files' names, as they are.

The table is not changed.

```python
keep_version("clicks", 3, datetime(2025, 10, 9, tzinfo=UTC))  # 49: its oldest removed file went 48.5 hours ago
```

Use `deltalake` or read the log yourself; it is checked with real vacuums.
"""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-delta-keep-version",
    pattern="retention",
    difficulty="medium",
    minutes=25,
    points=4,
    hints={
        "As in the statement": (
            "Which files does the version have, which of them does the newest version lack, and when did those go?",
            "`DeltaTable(path, version=version).file_uris()` against `DeltaTable(path).file_uris()`.",
            "The earliest of their removals decides; round the hours up.",
        ),
        "Restored files": (
            "A file that was removed and added again is in the newest version: it needs no retention.",
            "Removed a second time, its first `deletionTimestamp` means nothing any more.",
            "Only removals of files of *this* version count: the table may have removed others earlier.",
        ),
        "Files that are gone": (
            "Nothing in the log says that a vacuum has been: look at the disk.",
            "All files of the version may still belong to the newest one: then 0 hours keep them.",
        ),
    },
)


def solve(path, version, now):
    import json
    from math import ceil
    from pathlib import Path

    from deltalake import DeltaTable

    needed = {Path(uri).name for uri in DeltaTable(path, version=version).file_uris()}
    if any(not (Path(path) / name).exists() for name in needed):
        return None
    removed = {}
    for commit in sorted(Path(path).glob("_delta_log/*.json")):
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                removed.pop(action["add"]["path"], None)
            elif "remove" in action:
                removed[action["remove"]["path"]] = action["remove"]["deletionTimestamp"]
    ages = [now.timestamp() - removed[name] / 1000 for name in needed if name in removed]
    return max((ceil(age / 3600) for age in ages), default=0)


NOW = datetime(2025, 10, 9, tzinfo=UTC)
# A commit: hours before `now`, files added, files removed.
STATEMENT = [
    (80.0, ["a"], []),
    (70.0, ["b"], []),
    (60.25, ["c"], ["a"]),
    (50.0, ["d"], []),
    (48.5, ["e"], ["b"]),
    (20.75, ["f"], ["c", "d"]),
]


def ending(commits, now=NOW):
    """For each file: the hours since it was removed, None if it is there."""
    since = {}
    for hours, added, gone in commits:
        since |= dict.fromkeys(gone, hours) | dict.fromkeys(added)
    return since


def held(commits, version):
    files = set()
    for _, added, gone in commits[: version + 1]:
        files = (files - set(gone)) | set(added)
    return files


def truth(commits, version, lost=()):
    files = held(commits, version)
    if files & set(lost):
        return None
    since = ending(commits)
    return max((int(-(-since[name] // 1)) for name in files if since[name] is not None), default=0)


def logs():
    """Lists of commits, and files that are gone from the disk."""
    yield STATEMENT, ()
    yield [(90.5, ["a", "b"], []), (80.5, ["c"], ["a", "b"]), (60.5, ["a", "b"], ["c"])], ()  # restored
    yield (
        [
            (90.5, ["a"], []),
            (80.5, ["b"], ["a"]),
            (60.5, ["a"], ["b"]),
            (30.25, ["c"], ["a"]),  # restored and removed again
            (10.75, ["d"], []),
        ],
        (),
    )
    yield [(99.5, ["z"], []), (98.5, ["a"], ["z"]), (50.5, ["b"], []), (3.25, ["c"], ["a"])], ()
    yield [(5.5, ["a"], []), (4.5, ["b"], []), (3.5, ["c"], [])], ()
    yield [(0.75, ["a"], []), (0.5, ["b"], ["a"])], ()
    random = Random(8)
    for _ in range(3):
        hours, live, dead, commits = 100.0, [], [], []
        for number in range(8):
            hours -= random.randrange(2, 12) + random.choice([0.25, 0.5])
            gone = random.sample(live, min(len(live), random.randrange(3)))
            back = random.sample(dead, 1) if dead and random.random() < 0.4 else []
            added = [f"f{number}", *back]
            live = [name for name in live if name not in gone] + added
            dead = [name for name in dead if name not in back] + gone
            commits.append((hours, added, gone))
        yield commits, ()


def lost_logs():
    yield STATEMENT, ("a",)
    yield STATEMENT, ("a", "b")
    yield [(90.5, ["a"], []), (80.5, ["b"], ["a"]), (60.5, ["a"], ["b"]), (2.5, ["c"], [])], ("b",)
    yield [(90.5, ["a"], []), (80.5, ["b"], ["a"]), (70.5, ["c"], ["b"]), (2.5, ["d"], [])], ("a", "b")


def build(folder, commits, lost, end):
    """Write such a table: the log by hand, its times counted back from `end`."""
    import pyarrow as pa
    from pyarrow import parquet

    log = folder / "_delta_log"
    log.mkdir(parents=True)
    for name in {name for _, added, _ in commits for name in added} - set(lost):
        parquet.write_table(pa.table({"n": [1]}), folder / name)
    schema = {"type": "struct", "fields": [{"name": "n", "type": "long", "nullable": True, "metadata": {}}]}
    head = [
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {
            "metaData": {
                "id": "1", "format": {"provider": "parquet", "options": {}}, "schemaString": json.dumps(schema),
                "partitionColumns": [], "configuration": {}, "createdTime": 0,
            }
        },
    ]  # fmt: skip
    for version, (hours, added, gone) in enumerate(commits):
        at = int((end - timedelta(hours=hours)).timestamp() * 1000)
        lines = [{"commitInfo": {"timestamp": at, "operation": "WRITE"}}, *(head if version == 0 else [])]
        lines += [
            {"remove": {"path": name, "deletionTimestamp": at, "dataChange": True, "size": 1}}
            for name in gone
        ]
        lines += [
            {"add": {"path": name, "partitionValues": {}, "size": (folder / name).stat().st_size
                     if (folder / name).exists() else 1, "modificationTime": at, "dataChange": True}}
            for name in added
        ]  # fmt: skip
        (log / f"{version:020}.json").write_text("\n".join(map(json.dumps, lines)))


def ask(function, commits, lost, version):
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = Path(folder) / "clicks"
        build(path, commits, lost, NOW)
        before = sorted(str(file) for file in path.rglob("*"))
        got = call(function, str(path), version, NOW, lines=None)
        if sorted(str(file) for file in path.rglob("*")) != before:
            raise Refused("mutation", "The table's folder was changed.")
    told = "\n".join(
        f"version {n}, {hours:g} h ago: "
        + ", ".join([f"+{name}" for name in added] + [f"−{name}" for name in gone])
        for n, (hours, added, gone) in enumerate(commits)
    )
    wanted = truth(commits, version, lost)
    if got != wanted or isinstance(got, bool) or not isinstance(got, int | None):
        raise Refused(
            "result",
            f"For version {version}" + (f", with {', '.join(lost)} gone from the disk" if lost else "") + ":",
            log=told,
            expected=str(wanted),
            got=repr(got),
        )
    return got


def vacuum_agrees(commits, version, hours):
    """Whether real vacuums keep the version with `hours`, and lose it with an hour less."""
    from deltalake import DeltaTable

    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        first = Path(folder) / "a"
        build(first, commits, (), datetime.now(UTC))
        names = held(commits, version)
        second = Path(folder) / "b"
        shutil.copytree(first, second)
        for path, kept in ((first, hours), (second, hours - 1)):
            if kept >= 0:
                DeltaTable(path).vacuum(retention_hours=kept, enforce_retention_duration=False, dry_run=False)
        whole = all((first / name).exists() for name in names)
        broken = hours == 0 or not all((second / name).exists() for name in names)
        return whole and broken


def statement(function):
    for version in (3, 5):
        hours = ask(function, STATEMENT, (), version)
        if not vacuum_agrees(STATEMENT, version, hours):
            raise Refused("vacuum", f"A vacuum with {hours} hours does otherwise.")
    return "The example, and a real vacuum agrees."


def restored(function):
    for commits, lost in logs():
        for version in range(len(commits)):
            ask(function, commits, lost, version)
    return "Files removed, restored and removed again."


def gone(function):
    for commits, lost in lost_logs():
        for version in range(len(commits)):
            ask(function, commits, lost, version)
    return "A version with a file less is no version."


PARTS = {"As in the statement": statement, "Restored files": restored, "Files that are gone": gone}


@variant
def by_fold(path, version, now):
    """The log alone, folded twice."""
    folder = Path(path)
    files, since = set(), {}
    for number, commit in enumerate(sorted(folder.glob("_delta_log/*.json"))):
        actions = [json.loads(line) for line in commit.read_text().splitlines()]
        for remove in (a["remove"] for a in actions if "remove" in a):
            since[remove["path"]] = remove["deletionTimestamp"]
            if number <= version:
                files.discard(remove["path"])
        for add in (a["add"] for a in actions if "add" in a):
            since[add["path"]] = None
            if number <= version:
                files.add(add["path"])
    if not all((folder / name).exists() for name in files):
        return None
    times = [since[name] for name in files if since[name]]
    if not times:
        return 0
    hours, rest = divmod(int(now.timestamp() * 1000) - min(times), 3_600_000)
    return hours + (rest > 0)


@variant
def by_duckdb(path, version, now):
    """The log as a table of JSON lines."""
    import duckdb
    from deltalake import DeltaTable

    names = [Path(uri).name for uri in DeltaTable(path, version=version).file_uris()]
    current = {Path(uri).name for uri in DeltaTable(path).file_uris()}
    if not all((Path(path) / name).is_file() for name in names):
        return None
    lines = "\n".join(file.read_text() for file in Path(path).glob("_delta_log/*.json"))
    rows = [json.loads(line)["remove"] for line in lines.splitlines() if line.startswith('{"remove')]
    if not rows:
        return 0
    con = duckdb.connect()
    con.execute("CREATE TABLE removed (name TEXT, gone BIGINT)")
    con.executemany("INSERT INTO removed VALUES (?, ?)", [(r["path"], r["deletionTimestamp"]) for r in rows])
    last = dict(con.sql("SELECT name, max(gone) FROM removed GROUP BY name").fetchall())
    ages = [now.timestamp() * 1000 - last[name] for name in names if name not in current]
    return max([0, *(int(-(-age // 3_600_000)) for age in ages)])


def removals(path):
    """(file, time) of every removal, in the order of the log."""
    for commit in sorted(Path(path).glob("_delta_log/*.json")):
        for line in commit.read_text().splitlines():
            if "remove" in (action := json.loads(line)):
                yield action["remove"]["path"], action["remove"]["deletionTimestamp"]


def names_of(path, version=None):
    from deltalake import DeltaTable

    return {Path(uri).name for uri in DeltaTable(path, version=version).file_uris()}


def hours(now, times):
    ages = [now.timestamp() - at / 1000 for at in times]
    return max((int(-(-age // 3600)) for age in ages), default=0)


def missing(path, files):
    return any(not (Path(path) / name).exists() for name in files)


@wrong("the age of the version is not that of the removals", fails="result")
def age_of_version(path, version, now):
    text = (Path(path) / "_delta_log" / f"{version:020}.json").read_text().splitlines()[0]
    return hours(now, [json.loads(text)["commitInfo"]["timestamp"]])


@wrong("the next commit may not remove anything of it", fails="result", passes_examples=True)
def all_removals_after(path, version, now):
    files, current = names_of(path, version), names_of(path)
    if missing(path, files):
        return None
    times = []
    for number, commit in enumerate(sorted(Path(path).glob("_delta_log/*.json"))):
        if number > version:
            times += [
                json.loads(line)["remove"]["deletionTimestamp"]
                for line in commit.read_text().splitlines()
                if "remove" in json.loads(line)
            ]
    return hours(now, times) if files - current else 0


@wrong("the first removal of a file that was restored means nothing", fails="result", passes_examples=True)
def first_removal(path, version, now):
    files, current, first = names_of(path, version), names_of(path), {}
    if missing(path, files):
        return None
    for name, at in removals(path):
        first.setdefault(name, at)
    return hours(now, [first[name] for name in files - current])


@wrong("a file that is back needs no retention", fails="result", passes_examples=True)
def restored_counts(path, version, now):
    files, last = names_of(path, version), dict(removals(path))
    if missing(path, files):
        return None
    return hours(now, [last[name] for name in files if name in last])


@wrong("rounded down, the vacuum comes half an hour too early", fails="result")
def rounded_down(path, version, now):
    files, current, last = names_of(path, version), names_of(path), dict(removals(path))
    if missing(path, files):
        return None
    ages = [now.timestamp() - last[name] / 1000 for name in files - current]
    return max((int(age // 3600) for age in ages), default=0)


@wrong("the latest removal keeps only the last file", fails="result")
def latest(path, version, now):
    files, current, last = names_of(path, version), names_of(path), dict(removals(path))
    if missing(path, files):
        return None
    return hours(now, [max(times)] if (times := [last[name] for name in files - current]) else [])


@wrong("removals of files that the version never had", fails="result")
def of_the_table(path, version, now):
    files = names_of(path, version)
    if missing(path, files):
        return None
    return hours(now, [at for _, at in removals(path)]) if files - names_of(path) else 0


@wrong(
    "a vacuum leaves no line about a file: the log alone cannot tell", fails="result", passes_examples=True
)
def never_looks(path, version, now):
    files, current, last = names_of(path, version), names_of(path), dict(removals(path))
    return hours(now, [last[name] for name in files - current])


@wrong("no file removed is 0 hours, not None", fails="result", passes_examples=False)
def none_for_nothing(path, version, now):
    return solve(path, version, now) or None


NOTES = """
**Why it holds**: a version is readable as long as all its files lie there; a file lies there while the newest version has it, or until the retention after its *last* removal has passed. The first of its files to go decides.

**Pitfall**: retention counts from the removal, not from the writing. A version of three years ago whose files nobody touched is whole with a retention of 0, and one of an hour ago may be lost after a compaction with 0.

**Pitfall**: the log's retention (`delta.logRetentionDuration`, 30 days) is another number: without the commits up to a version, or a checkpoint at it, nobody can fold it, whatever lies on the disk.

**Alternative**: `vacuum(keep_versions=[…])` of deltalake leaves the files of the versions named; a `CLONE` on Databricks, or a copy of the files by name, keeps one version for years without keeping everything else.

**At work**: for promises to delete, the same number is an upper bound: after a `DELETE`, the rows are on disk for the retention and a night. Write both dates into the same runbook.
"""
