"""# Compact the days that are over

A Delta table is partitioned by `day` (a text such as `2025-10-07`). All day a stream appends small files to the partition of `today`; corrections come to older days, a file at a time.

Write the function that compacts what is worth it and disturbs nobody. It gets `path`, the folder of the table, `today`, and `most`, a number.

1. A partition is *due* if its day is before `today` and the newest version has more than `most` files in it.
2. Each due partition has one file afterwards, with the same rows.
3. All other partitions keep exactly the files that they have: today's, those with `most` files or fewer, later days, and the rows without a day.
4. No commit says that data has changed (`dataChange` is false in all that you add and remove): streams read this table.
5. If nothing is due, there is no commit.

A partition holds less than 1 MB. Old files stay on disk; do not vacuum. The folder also holds files that the newest version no longer has.

```python
compact_cold("clicks", "2025-10-09", most=4)
```

Use `deltalake`: `DeltaTable(path).optimize.compact(partition_filters=[("day", "=", …)])`.
"""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-delta-compact-cold",
    pattern="compaction",
    difficulty="medium",
    minutes=20,
    points=4,
    hints={
        "As in the statement": (
            "Count the files of each partition first, then compact those that are due, one by one.",
            "`DeltaTable(path).get_add_actions()` has a row for each file of the version, with its `partition`.",
        ),
        "Only what is due": (
            "The newest version's files count, not the files in the folder: removed ones lie there too.",
            "Before `today`, not on it; more than `most`, not as many.",
            "Rows without a day have a partition too, whose `day` is None.",
        ),
        "No change of data": (
            "Writing the rows again with `overwrite` tells every stream that all of them are new.",
            "`optimize.compact` says `dataChange: false`; called for the whole table it also takes today's files.",
        ),
    },
)


def solve(path, today, most):
    from collections import Counter

    import pyarrow as pa
    from deltalake import DeltaTable

    table = DeltaTable(path)
    files = pa.table(table.get_add_actions(flatten=True))["partition.day"].to_pylist()
    for day, count in sorted(Counter(d for d in files if d is not None).items()):
        if day < today and count > most:
            table.optimize.compact(partition_filters=[("day", "=", day)])


def rows(day, first, count=2):
    import pyarrow as pa

    ids = list(range(first, first + count))
    return pa.table({"day": pa.array([day] * count, pa.string()), "id": pa.array(ids, pa.int64())})


DAYS = ["2025-10-06", "2025-10-07", "2025-10-08", "2025-10-09", "2025-10-10", None]


@cache
def built(counts, dead):
    """A table's files: so many of each day; `dead` days were compacted before, so that removed files lie there."""
    from deltalake import DeltaTable, write_deltalake

    with TemporaryDirectory(prefix="seniorde-lab-") as path:
        number = 0
        for day, count in [*((day, 6) for day in dead), *counts]:
            for _ in range(count):
                write_deltalake(path, rows(day, number), mode="append", partition_by=["day"])
                number += 2
            if day in dead and count == 6:
                DeltaTable(path).optimize.compact(partition_filters=[("day", "=", day)])
        return {file.relative_to(path): file.read_bytes() for file in Path(path).rglob("*") if file.is_file()}


def build(path, counts, dead):
    for name, content in built(tuple(counts.items()), tuple(dead)).items():
        (Path(path) / name).parent.mkdir(parents=True, exist_ok=True)
        (Path(path) / name).write_bytes(content)


def tables():
    """Files of each day, days that were compacted before, today, most."""
    yield {"2025-10-06": 5, "2025-10-07": 6, "2025-10-08": 3, "2025-10-09": 7}, [], "2025-10-09", 4
    yield {"2025-10-07": 4, "2025-10-08": 5, "2025-10-09": 6, "2025-10-10": 6, None: 6}, [], "2025-10-09", 4
    yield {"2025-10-06": 2, "2025-10-08": 2, "2025-10-09": 5}, ["2025-10-06", "2025-10-08"], "2025-10-09", 4
    yield {"2025-10-06": 1, "2025-10-07": 2, "2025-10-08": 3}, [], "2025-10-09", 1
    random = Random(5)
    yield {day: random.randrange(1, 6) for day in DAYS}, ["2025-10-07"], "2025-10-10", 3


NOTHING = [
    ({"2025-10-06": 3, "2025-10-09": 6, None: 5}, [], "2025-10-09", 4),
    ({"2025-10-06": 1, "2025-10-07": 2}, ["2025-10-06"], "2025-10-09", 3),
]


def files_by_day(path):
    import pyarrow as pa
    from deltalake import DeltaTable

    found = defaultdict(set)
    for add in pa.table(DeltaTable(path).get_add_actions()).to_pylist():
        found[add["partition"]["day"]].add(add["path"])
    return found


def all_rows(path):
    from deltalake import DeltaTable

    table = DeltaTable(path).to_pyarrow_table().to_pylist()
    return sorted(((row["day"] or "", row["id"]) for row in table))


def run(function, counts, dead, today, most):
    """Call the function on a new table; give files and rows before and after, and the new commits' actions."""
    from deltalake import DeltaTable

    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        path = str(Path(folder) / "clicks")
        build(path, counts, dead)
        before, held, version = files_by_day(path), all_rows(path), DeltaTable(path).version()
        call(function, path, today, most, lines=None)
        after, now = files_by_day(path), all_rows(path)
        if held != now:
            raise Refused(
                "rows",
                f"The table had {len(held)} rows and has {len(now)}, or others.",
                today=today,
                most=str(most),
            )
        commits = []
        for number in range(version + 1, DeltaTable(path).version() + 1):
            text = (Path(path) / "_delta_log" / f"{number:020}.json").read_text()
            commits.append([json.loads(line) for line in text.splitlines()])
        lost = [file for files in before.values() for file in files if not (Path(path) / file).exists()]
        if lost and not any("%" in file for file in lost):
            raise Refused("vacuum", "Files of the version before are gone from the disk.", first=lost[0])
    return before, after, commits


def shown(counts, today, most):
    said = ", ".join(f"{day}: {n}" for day, n in counts.items())
    return {"files": said, "today": today, "most": str(most)}


def compare(function, case):
    counts, dead, today, most = case
    before, after, commits = run(function, *case)
    held = {day: len(files) for day, files in before.items()}
    for day, files in before.items():
        due = day is not None and day < today and len(files) > most
        if due and len(after[day]) != 1:
            raise Refused("due", f"{day} is due and has {len(after[day])} files.", **shown(held, today, most))
        if not due and after[day] != files:
            raise Refused("touched", f"The files of {day} are others now.", **shown(held, today, most))
    return commits


def statement(function):
    compare(function, next(tables()))
    return "Due days have one file, the others theirs."


def only_due(function):
    for case in tables():
        compare(function, case)
    return "Today, later days, days with few files and rows without a day keep their files."


def quiet(function):
    for case in tables():
        for commit in compare(function, case):
            for action in commit:
                what = action.get("add") or action.get("remove")
                if what and what["dataChange"]:
                    raise Refused(
                        "dataChange",
                        "A commit says that data has changed: a stream would stop, or read it again.",
                    )
    for case in NOTHING:
        if commits := compare(function, case):
            raise Refused(
                "commits",
                f"Nothing is due, and there are {len(commits)} commits.",
                **shown(case[0], *case[2:]),
            )
    return "Streams see nothing new, and nothing due makes no commit."


PARTS = {"As in the statement": statement, "Only what is due": only_due, "No change of data": quiet}


@variant
def by_sql(path, today, most):
    import duckdb
    import pyarrow as pa
    from deltalake import DeltaTable

    adds = pa.table(DeltaTable(path).get_add_actions(flatten=True))
    due = duckdb.sql(f"""SELECT "partition.day" FROM adds WHERE "partition.day" < '{today}'
        GROUP BY 1 HAVING count(*) > {most}""").fetchall()
    for (day,) in due:
        DeltaTable(path).optimize.compact(partition_filters=[("day", "=", day)])


@variant
def all_at_once(path, today, most):
    """One commit for all due partitions."""
    from collections import Counter

    from deltalake import DeltaTable

    table = DeltaTable(path)
    counts = Counter(part["day"] for part in map(partition_of, table.file_uris()))
    due = [day for day, count in counts.items() if day and day < today and count > most]
    if due:
        table.optimize.compact(partition_filters=[("day", "in", due)])


def partition_of(uri):
    day = next(part for part in Path(uri).parts if part.startswith("day=")).removeprefix("day=")
    return {"day": None if day == "__HIVE_DEFAULT_PARTITION__" else day}


@variant
def by_z_order(path, today, most):
    """Rewriting in order also makes one file of each partition."""
    from deltalake import DeltaTable

    counts = {}
    for uri in DeltaTable(path).file_uris():
        day = partition_of(uri)["day"]
        counts[day] = counts.get(day, 0) + 1
    for day, count in counts.items():
        if day is not None and day < today and count > most:
            DeltaTable(path).optimize.z_order(["id"], partition_filters=[("day", "=", day)])


def days(path):
    from collections import Counter

    import pyarrow as pa
    from deltalake import DeltaTable

    files = pa.table(DeltaTable(path).get_add_actions(flatten=True))["partition.day"].to_pylist()
    return Counter(day for day in files if day is not None)


def compact(path, due):
    from deltalake import DeltaTable

    for day in due:
        DeltaTable(path).optimize.compact(partition_filters=[("day", "=", day)])


@wrong("the whole table: today's files are pulled from under the stream", fails="touched")
def everything(path, today, most):
    from deltalake import DeltaTable

    DeltaTable(path).optimize.compact()


@wrong("until today, today included", fails="touched")
def today_too(path, today, most):
    compact(path, [day for day, count in days(path).items() if day <= today and count > most])


@wrong("every day but today is not every day before it", fails="touched", passes_examples=True)
def all_but_today(path, today, most):
    compact(path, [day for day, count in days(path).items() if day != today and count > most])


@wrong("as many as `most` is not more", fails="touched", passes_examples=True)
def at_least(path, today, most):
    compact(path, [day for day, count in days(path).items() if day < today and count >= most])


@wrong("days with few files are rewritten each night", fails="touched")
def few_too(path, today, most):
    compact(path, [day for day in days(path) if day < today])


@wrong("the files in the folder are not those of the version", fails="touched", passes_examples=True)
def by_folder(path, today, most):
    for folder in Path(path).glob("day=*"):
        day = folder.name.removeprefix("day=")
        if day < today and len(list(folder.glob("*.parquet"))) > most:
            compact(path, [day])


@wrong("rewritten by overwrite: a stream reads all of it as new", fails="dataChange", passes_examples=True)
def rewrites(path, today, most):
    from deltalake import DeltaTable, write_deltalake

    for day, count in days(path).items():
        if day < today and count > most:
            part = DeltaTable(path).to_pyarrow_table(filters=[("day", "=", day)])
            write_deltalake(path, part, mode="overwrite", predicate=f"day = '{day}'")


@wrong(
    "appended and deleted: twice there in between, and a change of data",
    fails="dataChange",
    passes_examples=True,
)
def moves(path, today, most):
    from deltalake import DeltaTable, write_deltalake

    for day, count in days(path).items():
        if day < today and count > most:
            part = DeltaTable(path).to_pyarrow_table(filters=[("day", "=", day)])
            DeltaTable(path).delete(f"day = '{day}'")
            write_deltalake(path, part, mode="append")


@wrong("a vacuum takes the files that readers may still need", fails="vacuum")
def vacuums(path, today, most):
    from deltalake import DeltaTable

    solve(path, today, most)
    DeltaTable(path).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)


NOTES = """
**Why it holds**: the log says which files count, and compaction is the one rewriting operation whose commit says that no row is new.

**Pitfall**: `os.listdir` counts tombstoned files too, so that a day that was compacted yesterday looks due for ever. Compacting the partition that a stream writes is not wrong, but a MERGE or DELETE there at the same time is refused.

**Alternative**: `optimize.compact(min_commit_interval=…)` for the whole table, if nothing else writes; on Databricks `OPTIMIZE t WHERE day < …`, auto compaction after each write (`delta.autoOptimize.autoCompact`), or predictive optimization, which chooses for you.

**Cost**: compaction reads and writes each row once more, and the old files are stored until the vacuum. A day that is compacted once, when it is over, costs one rewrite; one that is compacted every hour costs 24.

**At work**: let one job do it. Two compactions of the same files at once are both committed by deltalake 1.6.6, and every row is there twice.
"""
