"""# Several reports, one scan

`clean` is a DataFrame that is dear to make: it reads files, joins and parses.
`reports` is a list of functions; each takes a DataFrame, runs its own action and returns its result.

Write `run_reports(clean, reports)`, which gives the data of `clean` to each report in the list's order and returns the list of their results.

- With two reports or more, the files below `clean` are read once in all.
- With one report or none nothing is cached: storing the rows would only cost.
- Afterwards nothing more is cached than before, and no stored copy is left behind, also when a report raises; its exception goes on to the caller, and later reports do not run.
- The caller may have cached `clean` already, also through another DataFrame of the same plan, which Spark keeps once: then it is still cached afterwards.
- No rows are collected to the driver by you: they are too many.

A report may use any column, and reads all rows.

```python
run_reports(clean, [by_country, by_day])  # [by_country(clean), by_day(clean)]
```
"""

import tempfile
from functools import cache
from pathlib import Path

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import session

PROBLEM = LabProblem(
    id="w3-spark-windows-run-reports",
    pattern="cache with an owner",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "Results and scans": (
            "Every action starts at the files. What keeps the rows of the first for the second?",
            "`clean.cache()` before the first report, if there are two or more, and `clean.unpersist()` after the last.",
        ),
        "One report, and an error": (
            "Who caches gives back. When, if a report raises?",
            "`try: … finally: clean.unpersist()`.",
        ),
        "The caller's cache": (
            "`unpersist` does not ask who cached. How do you know, before you begin, whether it was you?",
            "`clean.is_cached` is a note on this one object; `clean.storageLevel` asks Spark, which knows the plan.",
        ),
    },
)


def solve(clean, reports: list) -> list:
    from pyspark import StorageLevel

    ours = len(reports) > 1 and clean.storageLevel == StorageLevel.NONE
    if ours:
        clean.cache()
    try:
        return [report(clean) for report in reports]
    finally:
        if ours:
            clean.unpersist()


ROWS = 2_000


@cache
def folder():
    """Two Parquet files of 1,000 rows."""
    import pyarrow as pa
    from pyarrow import parquet

    holder = tempfile.TemporaryDirectory(prefix="seniorde-reports-")
    for part in range(2):
        numbers = range(part * 1_000, part * 1_000 + 1_000)
        columns = {
            "id": list(numbers),
            "country": [("DE", "FR", "AT")[n % 3] for n in numbers],
            "cents": [n % 700 for n in numbers],
        }
        parquet.write_table(pa.table(columns), Path(holder.name) / f"{part}.parquet")
    return holder


def clean():
    spark = session()
    spark.catalog.clearCache()
    return spark.read.parquet(folder().name).selectExpr("*", "cents * 2 AS doubled")


def by_country(df):
    return sorted(map(tuple, df.groupBy("country").sum("cents").collect()))


def total(df):
    return df.agg({"doubled": "sum"}).first()[0]


def largest(df):
    return df.selectExpr("max(id) - min(cents)").first()[0]


class ReportFailed(Exception):
    """What a report raises."""


def failing(df):
    df.count()
    raise ReportFailed


def stored(spark):
    """Whether Spark holds a cached plan, and how many stored copies of rows."""
    manager = spark._jsparkSession.sharedState().cacheManager()
    return not manager.isEmpty(), len(spark.sparkContext._jsc.getPersistentRDDs())


def grown(spark, before):
    """Whether more is stored than before; what nobody holds any more may go at any time."""
    return any(now > then for now, then in zip(stored(spark), before, strict=True))


def counted(function, df, reports):
    """Result, rows read from files, and the largest number of rows that the driver was given."""
    from seniorde import plans

    with plans.stages(df.sparkSession) as seen:
        result = call(function, df, reports, lines=None)
    return result, sum(stage.rows_in for stage in seen if stage.rows_in > 100)


EXPECTED = [
    sorted(
        (name, sum(n % 700 for n in range(ROWS) if n % 3 == k)) for k, name in enumerate(("DE", "FR", "AT"))
    ),
    2 * sum(n % 700 for n in range(ROWS)),
    ROWS - 1,
]


def results_and_scans(function):
    df = clean()
    before = stored(df.sparkSession)
    result, rows = counted(function, df, [by_country, total, largest])
    if result != EXPECTED:
        facts = {"expected": repr(EXPECTED), "got": repr(result)}
        raise Refused("result", "The results of three reports are not right.", **facts)
    if grown(df.sparkSession, before):
        raise Refused("left", "After three reports something is still stored that was not there before.")
    if rows > ROWS:
        raise Refused("scans", f"Three reports read {rows:,} rows from the files, which hold {ROWS:,}.")
    if call(function, df, [], lines=None) != []:
        raise Refused("result", "Without reports the result is an empty list.")
    return "Three reports, one scan, nothing left behind."


def one_report_and_an_error(function):
    seen = []

    def watching(df):
        seen.append(grown(df.sparkSession, before))
        return total(df)

    df = clean()
    before = stored(df.sparkSession)
    call(function, df, [watching], lines=None)
    if any(seen):
        raise Refused("one report", "With a single report the rows are stored all the same.")
    seen.clear()
    try:
        function(df, [total, failing, watching])
    except ReportFailed:
        pass
    else:
        raise Refused("error", "The exception of a report does not reach the caller.")
    if seen:
        raise Refused("error", "After a report has failed, a later one was run.")
    if grown(df.sparkSession, before):
        raise Refused("left", "After an error something is still stored that was not there before.")
    return "Nothing is stored for one report, and nothing is left after an error."


def the_callers_cache(function):
    from pyspark import StorageLevel

    df = clean().persist(StorageLevel.DISK_ONLY)
    df.count()
    spark = df.sparkSession
    for again, about in ((df, "the same DataFrame"), (None, "another DataFrame of the same plan")):
        other = (
            again
            if again is not None
            else spark.read.parquet(folder().name).selectExpr("*", "cents * 2 AS doubled")
        )
        _, rows = counted(function, other, [by_country, total])
        if df.storageLevel == StorageLevel.NONE or not stored(spark)[0]:
            raise Refused("caller", f"The caller's cache is gone; you were given {about}.")
        if rows:
            raise Refused("scans", f"With the caller's cache the files need not be read; {rows:,} rows were.")
    df.unpersist()
    return "Kept, whether the same object is given or another of the same plan."


PARTS = {
    "Results and scans": results_and_scans,
    "One report, and an error": one_report_and_an_error,
    "The caller's cache": the_callers_cache,
}


@variant
def by_level(clean, reports):
    level = clean.storageLevel
    if len(reports) < 2 or level.useMemory or level.useDisk:
        return [report(clean) for report in reports]
    kept = clean.persist()
    results = []
    try:
        for report in reports:
            results.append(report(kept))
    finally:
        kept.unpersist(blocking=True)
    return results


@variant
def with_context(clean, reports):
    from contextlib import ExitStack

    from pyspark import StorageLevel

    with ExitStack() as stack:
        if len(reports) >= 2 and clean.storageLevel == StorageLevel(False, False, False, False):
            clean.persist(StorageLevel.MEMORY_AND_DISK)
            stack.callback(clean.unpersist)
        return list(map(lambda report: report(clean), reports))


@wrong("each report reads the files again", fails="scans")
def nothing_kept(clean, reports):
    return [report(clean) for report in reports]


@wrong("never gives the cache back", fails="left")
def kept_for_ever(clean, reports):
    from pyspark import StorageLevel

    if len(reports) > 1 and clean.storageLevel == StorageLevel.NONE:
        clean.cache()
    return [report(clean) for report in reports]


@wrong("a report that raises leaves the cache behind", fails="left", passes_examples=True)
def no_finally(clean, reports):
    from pyspark import StorageLevel

    ours = len(reports) > 1 and clean.storageLevel == StorageLevel.NONE
    if ours:
        clean.cache()
    results = [report(clean) for report in reports]
    if ours:
        clean.unpersist()
    return results


@wrong("stores the rows for a single report", fails="one report", passes_examples=True)
def always(clean, reports):
    from pyspark import StorageLevel

    ours = clean.storageLevel == StorageLevel.NONE
    if ours:
        clean.cache()
    try:
        return [report(clean) for report in reports]
    finally:
        if ours:
            clean.unpersist()


@wrong("takes the caller's cache away", fails="caller", passes_examples=True)
def not_ours(clean, reports):
    if len(reports) > 1:
        clean.cache()
    try:
        return [report(clean) for report in reports]
    finally:
        if len(reports) > 1:
            clean.unpersist()


@wrong("is_cached is a note on the object, not what Spark holds", fails="caller", passes_examples=True)
def note_on_the_object(clean, reports):
    ours = len(reports) > 1 and not clean.is_cached
    if ours:
        clean.cache()
    try:
        return [report(clean) for report in reports]
    finally:
        if ours:
            clean.unpersist()


@wrong("a checkpoint leaves its copy behind", fails="left")
def checkpointed(clean, reports):
    from pyspark import StorageLevel

    if len(reports) > 1 and clean.storageLevel == StorageLevel.NONE:
        clean = clean.localCheckpoint()
    return [report(clean) for report in reports]


NOTES = """
**Why it holds**: the first report fills the cache, the others read it, and whoever filled it empties it in `finally`.

**Pitfall**: the cache belongs to the *plan*, not to the object.
`unpersist` on a second DataFrame of the same plan takes away the caller's cache; `is_cached` on that object says False, `storageLevel` asks Spark.

**Alternative**: write the rows to a table and read it: slower, survives the session, and can be looked at; or one query with all reports in it (grouping sets).

**At work**: shared functions that cache quietly are why a long-lived cluster runs out of storage by noon.
"""
