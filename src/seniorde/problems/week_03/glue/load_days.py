"""# Replace the days that a run touches, and no other

A job fills a Delta table of orders, partitioned by `day`, from JSON lines: `2025-10-03/orders-00.jsonl`.
An order belongs to the day of its folder. Files are added, at times to old days, and never changed; but the code was, so what the table holds of a day may be wrong.

Write the job's step, with the session that it gets:

- `options` are the parameters: `source` and `target` are folders; `day` is a `date` or `None`.
- `bookmark` is the sorted list of the files that committed runs have read, such as `"2025-10-03/orders-00.jsonl"`.

1. Without `day`, take each day that has a file which is not in the bookmark; with `day`, take this day alone, whatever the bookmark says (it has files).
2. Compute each day taken from *all* of its files, and replace what the table holds of it. Data files of other days stay.
3. A row is `order_id` (bigint), `cents` (bigint), `day` (date). Lines whose `status` is `cancelled` are left out; a status may be missing. A day may be empty afterwards.
4. One commit for all days; none if no day is taken.
5. Return the new bookmark: the old files and all that this run has read, sorted. The old one is not changed.

```python
load_days(spark, {"source": "/lake/in", "target": "/lake/orders", "day": None}, [])
# ["2025-10-03/orders-00.jsonl", "2025-10-04/orders-00.jsonl"]
```

The table exists. `df.write.format("delta")` has the option `replaceWhere`, a condition such as `day IN ('2025-10-03')`, and no dynamic partition overwrite.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.checks.spark import session
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w3-glue-load-days",
    pattern="idempotent replacement",
    difficulty="medium",
    minutes=30,
    points=4,
    hints={
        "The example": (
            "List the files, take away the bookmark, look at the folders of what is left: these are the days.",
            "`spark.read.schema(…).json([paths])`; the day of a row is in `_metadata.file_path`, or read each day by itself, add `F.lit(day)`, and `unionByName`.",
            '`.mode("overwrite").option("replaceWhere", "day IN (…)")` replaces what the condition holds for.',
        ),
        "The days": (
            "A new file in an old day: which files must be read so that the day is whole?",
            "`status <> 'cancelled'` is not true where the status is NULL.",
            "The condition names the days that were *taken*, not those that have rows, nor a range from the first to the last.",
        ),
        "Again": (
            "An append doubles, an overwrite without condition deletes the others; a loop over days makes a commit for each.",
            "With `day`, the bookmark decides nothing; what was read is added to it all the same.",
        ),
    },
)


def solve(spark, options, bookmark):
    from pathlib import Path

    from pyspark.sql import functions as F

    files = {f"{path.parent.name}/{path.name}": path for path in Path(options["source"]).glob("*/*")}
    if options["day"]:
        days = {str(options["day"])}
    else:
        days = {name.split("/")[0] for name in files.keys() - set(bookmark)}
    if not days:
        return list(bookmark)

    read = [name for name in files if name.split("/")[0] in days]
    lines = spark.read.schema("order_id BIGINT, status STRING, cents BIGINT").json(
        [str(files[n]) for n in read]
    )
    day = F.to_date(F.regexp_extract("_metadata.file_path", r"/([0-9-]{10})/[^/]*$", 1))
    rows = lines.where("status IS DISTINCT FROM 'cancelled'").select("order_id", "cents", day.alias("day"))
    taken = ", ".join(f"'{day}'" for day in sorted(days))
    writer = rows.coalesce(1).write.format("delta").mode("overwrite")
    writer.option("replaceWhere", f"day IN ({taken})").save(options["target"])
    return sorted({*bookmark, *read})


def as_table(columns):
    import pyarrow as pa

    types = {"order_id": pa.int64(), "cents": pa.int64(), "day": pa.date32()}
    return pa.table({name: pa.array(list(columns[name]), kind) for name, kind in types.items()})


class Lake:
    """A source folder, a Delta table, and what must be in it."""

    def __enter__(self):
        from deltalake import DeltaTable, Schema

        self.folder = TemporaryDirectory(prefix="seniorde-lab-")
        top = Path(self.folder.name)
        self.source, self.target, self.bookmark, self.story = top / "in", top / "orders", [], []
        self.source.mkdir()
        schema = as_table({"order_id": [], "cents": [], "day": []}).schema
        DeltaTable.create(str(self.target), Schema.from_arrow(schema), partition_by=["day"])
        self.held = {}
        warm_up()
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def put(self, name, *orders):
        """Lay a file of orders, (order_id, cents, status), into the source."""
        path = self.source / name
        path.parent.mkdir(exist_ok=True)
        lines = [{"order_id": o, "cents": c} | ({"status": s[0]} if s else {}) for o, c, *s in orders]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        self.story.append(f"comes: {name}, {len(orders)} orders")

    def wrote(self, name):
        """What the code of yesterday, which kept the cancelled, made of a file: rows, and a bookmark."""
        from deltalake import write_deltalake

        day = name[:10]
        orders = [json.loads(line) for line in (self.source / name).read_text().splitlines()]
        self.held[day] = [(order["order_id"], order["cents"], day) for order in orders]
        ids, cents, days = zip(*self.held[day], strict=True)
        rows = {"order_id": ids, "cents": cents, "day": map(date.fromisoformat, days)}
        write_deltalake(str(self.target), as_table(rows), mode="append")
        self.bookmark = sorted([*self.bookmark, name])
        self.story.append("  read by yesterday's code, which kept the cancelled")

    def table(self):
        from deltalake import DeltaTable

        return DeltaTable(str(self.target))

    def data_files(self):
        found = {}
        for uri in self.table().file_uris():
            day = uri.rpartition("day=")[2].partition("/")[0]
            found.setdefault(day, set()).add(Path(uri).name)
        return found

    def run(self, function, day=None, save=True):
        """One run, and whether everything is as it has to be after it."""
        names = sorted(f"{path.parent.name}/{path.name}" for path in self.source.glob("*/*"))
        new = {name[:10] for name in names if name not in self.bookmark}
        days = {str(day)} if day else new
        read = [name for name in names if name[:10] in days]
        self.story.append(f"run, day {day}, {len(self.bookmark)} files in the bookmark")
        before, version, given = self.data_files(), self.table().version(), list(self.bookmark)
        options = {"source": str(self.source), "target": str(self.target), "day": day}
        got = call(function, session(), options, given, lines=None)
        for taken in days:
            self.held[taken] = [
                (line["order_id"], line["cents"], taken)
                for name in read
                if name.startswith(taken)
                for line in map(json.loads, (self.source / name).read_text().splitlines())
                if line.get("status") != "cancelled"
            ]
        self.compare(before, version, days)
        expected = sorted({*self.bookmark, *read})
        if given != self.bookmark:
            self.refuse("bookmark", "The old bookmark was changed.")
        if not isinstance(got, list) or got != expected:
            self.refuse("bookmark", "Another bookmark is right.", expected=repr(expected), got=repr(got))
        if save:
            self.bookmark = got
        else:
            self.story.append("  died before the bookmark was saved")

    def compare(self, before, version, days):
        table = self.table()
        rows = [(r["order_id"], r["cents"], str(r["day"])) for r in table.to_pyarrow_table().to_pylist()]
        wanted = [row for held in self.held.values() for row in held]
        if sorted(map(repr, rows)) != sorted(map(repr, wanted)):
            facts = {"expected": count(wanted), "got": count(rows)}
            self.refuse("rows", "The table holds other rows.", **facts)
        commits = table.version() - version
        if commits != bool(days):
            self.refuse("commits", f"The run made {commits} commits; {int(bool(days))} is right.")
        if table.metadata().partition_columns != ["day"]:
            self.refuse("partitions", "The table is no longer partitioned by day.")
        after = self.data_files()
        if moved := sorted(day for day in before if day not in days and after.get(day) != before[day]):
            self.refuse(
                "files", f"Data files of a day that was not taken are others now: {', '.join(moved)}."
            )

    def refuse(self, reason, sentence, **facts):
        raise Refused(reason, sentence, story="\n".join(self.story), **facts)


@cache
def warm_up():
    """Start what the first run would have to wait for, within the time that an answer has."""
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        session().range(1).write.format("delta").mode("append").save(f"{folder}/table")


def count(rows):
    days = sorted({row[2] for row in rows})
    told = [
        f"{day}: " + ", ".join(str(row[:2]) for row in sorted(rows, key=repr) if row[2] == day)
        for day in days
    ]
    return "\n".join(told) or "no rows"


def the_example(function):
    with Lake() as lake:
        lake.put("2025-10-03/orders-00.jsonl", (1, 500, "paid"), (2, 700, "cancelled"))
        lake.put("2025-10-04/orders-00.jsonl", (3, 900, "paid"))
        lake.run(function)
        lake.run(function)
    return "Two days, and a run without new files."


def the_days(function):
    with Lake() as lake:
        for day in (1, 2, 3):
            lake.put(f"2025-10-0{day}/orders-00.jsonl", (10 * day, 100, "paid"), (10 * day + 1, 200))
        lake.run(function)
        lake.put("2025-10-01/orders-01.jsonl", (12, 300, "cancelled"), (13, 400, None))
        lake.put("2025-10-03/orders-01.jsonl", (30, 100, "paid"))  # an equal order is an order too
        lake.put("2025-10-05/orders-00.jsonl", (50, 100, "cancelled"))  # a day without a row
        lake.run(function)
    return "New files in old days, days in between, a status that is missing, a day without rows."


def again(function):
    with Lake() as lake:
        lake.put("2025-10-01/orders-00.jsonl", (1, 100, "paid"))
        lake.put("2025-10-02/orders-00.jsonl", (2, 200, "paid"))
        lake.run(function, save=False)
        lake.run(function)
        lake.put("2025-10-02/orders-01.jsonl", (3, 300))
        lake.put("2025-10-03/orders-00.jsonl", (4, 400))
        lake.run(function, day=date(2025, 10, 3))
        lake.run(function, day=date(2025, 10, 1))
        lake.put("2025-10-04/orders-00.jsonl", (5, 500, "cancelled"))
        lake.wrote("2025-10-04/orders-00.jsonl")
        lake.run(function)
        lake.run(function, day=date(2025, 10, 4))
    return "A run that died, three days by hand, one of which becomes empty."


PARTS = {"The example": the_example, "The days": the_days, "Again": again}


@variant
def day_by_day(spark, options, bookmark):
    """Each day is read by itself and gets its day as a literal; one write for their union."""
    from functools import reduce

    from pyspark.sql import functions as F

    source, wanted = Path(options["source"]), options["day"]
    by_day = {folder.name: sorted(folder.iterdir()) for folder in sorted(source.iterdir())}
    known = set(bookmark)
    days = [
        day
        for day, paths in by_day.items()
        if (
            date.fromisoformat(day) == wanted
            if wanted
            else any(f"{day}/{p.name}" not in known for p in paths)
        )
    ]
    if not days:
        return bookmark
    frames = []
    for day in days:
        df = spark.read.json(str(source / day), schema="cents LONG, status STRING, order_id LONG")
        df = df.filter(F.coalesce("status", F.lit("")) != "cancelled")
        frames.append(df.select("order_id", "cents", F.lit(day).cast("date").alias("day")))
    rows = reduce(lambda a, b: a.unionByName(b), frames)
    condition = " OR ".join(f"day = DATE '{day}'" for day in days)
    rows.write.format("delta").mode("overwrite").option("replaceWhere", condition).save(options["target"])
    read = [f"{day}/{path.name}" for day in days for path in by_day[day]]
    return sorted(known.union(read))


@variant
def through_deltalake(spark, options, bookmark):
    """Spark computes, the library replaces by a predicate."""
    import pyarrow as pa
    from deltalake import write_deltalake
    from pyspark.sql import functions as F

    source = Path(options["source"])
    names = [path.relative_to(source).as_posix() for path in source.rglob("*.jsonl")]
    days = sorted({n[:10] for n in names if n not in bookmark})
    if options["day"] is not None:
        days = [options["day"].isoformat()]
    read = [name for name in names if name[:10] in days]
    if days:
        lines = spark.read.schema("order_id BIGINT, status STRING, cents BIGINT").json(
            [f"{source}/{n}" for n in read]
        )
        lines = lines.withColumn("day", F.element_at(F.split(F.input_file_name(), "/"), -2).cast("date"))
        rows = lines.where("NOT status <=> 'cancelled'").select("order_id", "cents", "day").toArrow()
        rows = rows.cast(pa.schema([("order_id", pa.int64()), ("cents", pa.int64()), ("day", pa.date32())]))
        condition = " OR ".join(f"day = '{day}'" for day in days)
        write_deltalake(options["target"], rows, mode="overwrite", predicate=condition)
    return sorted(set(bookmark) | set(read))


def plan(options, bookmark):
    """The files by name, and the days that a run takes."""
    files = {f"{path.parent.name}/{path.name}": path for path in Path(options["source"]).glob("*/*")}
    new = {name[:10] for name in files.keys() - set(bookmark)}
    return files, sorted({str(options["day"])} if options["day"] else new)


def rows_of(spark, paths, keep="status IS DISTINCT FROM 'cancelled'"):
    from pyspark.sql import functions as F

    lines = spark.read.schema("order_id BIGINT, status STRING, cents BIGINT").json(
        [str(path) for path in paths]
    )
    day = F.to_date(F.regexp_extract(F.input_file_name(), r"/([0-9-]{10})/[^/]*$", 1))
    return lines.where(keep).select("order_id", "cents", day.alias("day")).coalesce(1)


def job(spark, options, bookmark, write, keep="status IS DISTINCT FROM 'cancelled'"):
    """The reference, but for how it writes, or what it keeps."""
    files, days = plan(options, bookmark)
    if not days:
        return list(bookmark)
    read = [name for name in files if name[:10] in days]
    write(rows_of(spark, [files[name] for name in read], keep), days)
    return sorted({*bookmark, *read})


def replace(rows, days, target, condition=None):
    condition = condition or "day IN ({})".format(", ".join(f"'{day}'" for day in days))
    rows.write.format("delta").mode("overwrite").option("replaceWhere", condition).save(target)


@wrong("appends: what was computed anew is there twice", fails="rows", passes_examples=True)
def appends(spark, options, bookmark):
    def write(rows, days):
        rows.write.format("delta").mode("append").save(options["target"])

    return job(spark, options, bookmark, write)


@wrong("overwrites the table: the other days are gone", fails="rows", passes_examples=True)
def overwrites(spark, options, bookmark):
    def write(rows, days):
        rows.write.format("delta").mode("overwrite").save(options["target"])

    return job(spark, options, bookmark, write)


@wrong(
    "reads only the new files: they replace the day that they should complete",
    fails="rows",
    passes_examples=True,
)
def new_files_only(spark, options, bookmark):
    files, days = plan(options, bookmark)
    if not days:
        return list(bookmark)
    read = [n for n in files if n[:10] in days and (options["day"] or n not in bookmark)]
    replace(rows_of(spark, [files[name] for name in read]), days, options["target"])
    return sorted({*bookmark, *read})


@wrong(
    "a range from the first to the last day: those in between are deleted", fails="rows", passes_examples=True
)
def whole_range(spark, options, bookmark):
    def write(rows, days):
        replace(rows, days, options["target"], f"day BETWEEN '{days[0]}' AND '{days[-1]}'")

    return job(spark, options, bookmark, write)


@wrong("<> leaves out the lines without a status", fails="rows", passes_examples=True)
def null_status(spark, options, bookmark):
    def write(rows, days):
        replace(rows, days, options["target"])

    return job(spark, options, bookmark, write, keep="status <> 'cancelled'")


@wrong("a commit for each day: a reader sees one new and one old", fails="commits")
def day_after_day(spark, options, bookmark):
    def write(rows, days):
        for day in days:
            replace(rows.where(f"day = '{day}'"), [day], options["target"])

    return job(spark, options, bookmark, write)


@wrong("deletes, then appends: in between the days are empty", fails="commits", passes_examples=True)
def delete_then_append(spark, options, bookmark):
    def write(rows, days):
        from deltalake import DeltaTable

        DeltaTable(options["target"]).delete("day IN ({})".format(", ".join(f"'{day}'" for day in days)))
        rows.write.format("delta").mode("append").save(options["target"])

    return job(spark, options, bookmark, write)


@wrong(
    "replaces the days that have rows: one that became empty keeps its old ones",
    fails="rows",
    passes_examples=True,
)
def days_with_rows(spark, options, bookmark):
    def write(rows, days):
        there = [str(row["day"]) for row in rows.select("day").distinct().collect()]
        replace(rows, days, options["target"], " OR ".join(["false", *(f"day = '{day}'" for day in there)]))

    return job(spark, options, bookmark, write)


@wrong("with `day`, still asks the bookmark: a replay does nothing", fails="commits", passes_examples=True)
def bookmark_decides(spark, options, bookmark):
    _, days = plan(options | {"day": None}, bookmark)
    if options["day"] and str(options["day"]) not in days:
        return list(bookmark)
    return solve(spark, options, bookmark)


@wrong("the bookmark holds only what this run has read", fails="bookmark")
def forgets(spark, options, bookmark):
    return [name for name in solve(spark, options, bookmark) if name not in bookmark]


NOTES = """
**Why it holds**: what a run writes depends on the files of the days it takes, not on what runs before it did. So it may be repeated, die, be called by hand, or get a bookmark of last week: the table is the same.

**Cost**: a late file of ten lines reads its whole day again. Where files are late by the hour, that is a MERGE's case ([change data](/notebooks/week-03/14-change-data)); or make the partition smaller.

**Pitfall**: *dynamic partition overwrite* replaces the partitions that the result has rows for. A day whose orders were all cancelled keeps its old ones, and nothing fails. `replaceWhere` names what is replaced; on Parquet you must delete the folder yourself.

**Alternative**: on Databricks also `partitionOverwriteMode` = `dynamic` for Delta, with that pitfall; on Glue with plain Parquet `partitionOverwriteMode`, which is no transaction: a reader can see a day half.

**At work**: let the parameter `day` be the way in for all that goes wrong: a replay is then the same code as every day's run, with one parameter more.
"""
