"""Silver: the truth by key, whatever came twice, late or in disorder; and every version of a customer.

A batch says which keys are touched. Their rows are made anew from all their changes, so that the same batch,
merged again after a kill, gives the same tables.
"""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from lakehouse.bronze import BRONZE
from lakehouse.checkpoints import Checkpoints
from lakehouse.contract import LOCATION, SOURCES, parsed
from lakehouse.events import Log
from lakehouse.tables import GONE, Tables

QUARANTINE, VERSIONS = "quarantine/lines", "silver/customer_versions"
OPTIONAL = ("loyalty",)  # a column of silver from the first change on that has it


def merge(tables: Tables, done: Checkpoints, log: Log, afresh: bool = False) -> None:
    """Bring silver up to the last batch of bronze; `afresh` makes it from all of bronze instead."""
    with log.step("silver") as facts:
        if not tables.exists(BRONZE):
            return
        bronze = tables.read(BRONZE)
        last = tables.greatest(BRONZE, "batch")
        since = 0 if afresh else done.get("silver")
        facts |= {"batches": last - since, "quarantined": 0}
        if since == last:
            return
        new = bronze.filter(F.col("batch") > since)
        read = {source: parsed(new, source).cache() for source in SOURCES}
        bad = [found.filter("reason IS NOT NULL") for found in read.values()]
        rows = bad[0].select(*_KEPT).unionByName(bad[1].select(*_KEPT))
        facts["quarantined"] = _put(tables, QUARANTINE, rows, LOCATION, afresh)
        for source, found in read.items():
            facts["rows"] += _source(tables, source, found.filter("reason IS NULL"), afresh)
            found.unpersist()
        done.put(silver=last)


_KEPT = ("source", "delivered", "file", "line", "reason", "raw")


def _source(tables: Tables, source: str, changes: DataFrame, afresh: bool) -> int:
    known = SOURCES[source]
    kept = changes.select(*LOCATION, "delivered", "op", "lsn", "ts", known.key, *known.fields)
    rows = _put(tables, f"silver/{source}_changes", kept, LOCATION, afresh)
    touched = changes.select(known.key).distinct()
    history = tables.read(f"silver/{source}_changes").join(F.broadcast(touched), known.key, "left_semi")
    history = once(history).cache()
    state = latest(history, known.key)
    optional = tuple(name for name in OPTIONAL if name in known.fields)
    _put(tables, f"silver/{source}", state, (known.key,), afresh, optional)
    if known.tracked:
        now, opened_by = versions(history, known.key, known.tracked), (known.key, "lsn")
        if not afresh and tables.exists(VERSIONS):
            before = tables.read(VERSIONS).join(F.broadcast(touched), known.key, "left_semi")
            now = with_gone(now, before, opened_by)
        _put(tables, VERSIONS, now, opened_by, afresh)
    history.unpersist()
    return rows


def _put(
    tables: Tables,
    name: str,
    rows: DataFrame,
    keys: tuple[str, ...],
    afresh: bool,
    optional: tuple[str, ...] = (),
) -> int:
    return tables.replace(name, rows, optional) if afresh else tables.upsert(name, rows, keys, optional)


def once(changes: DataFrame) -> DataFrame:
    """Return each change once: a line that came again has the same lsn."""
    return changes.dropDuplicates(["lsn"])


def latest(changes: DataFrame, key: str) -> DataFrame:
    """Return the row after the last change of each key; GONE where that was a delete."""
    newest = Window.partitionBy(key).orderBy(F.desc("lsn"))
    last = changes.withColumn("place", F.row_number().over(newest)).filter("place = 1")
    return last.withColumn(GONE, F.col("op") == "d").drop("place", "op", "ts", "delivered", *LOCATION)


def versions(changes: DataFrame, key: str, tracked: tuple[str, ...]) -> DataFrame:
    """Return SCD type 2: a row for as long as the tracked columns stay the same.

    A version begins at `updated_at` and ends where the next begins, or with a delete; one of no length is
    left out. The `lsn` of the change that opens it identifies it: two may begin at the same moment.
    """
    in_order = Window.partitionBy(key).orderBy("lsn")
    values = F.struct((F.col("op") == "d").alias("deleted"), *tracked)
    opened = (
        changes.withColumn("values", values)
        .withColumn("before", F.lag("values").over(in_order))
        .filter(F.col("before").isNull() | ~F.col("values").eqNullSafe(F.col("before")))
        .withColumn("valid_from", F.when(F.col("op") == "d", F.col("ts")).otherwise(F.col("updated_at")))
        .withColumn("valid_to", F.lead("valid_from").over(in_order))
        .filter("op <> 'd' AND (valid_to IS NULL OR valid_to > valid_from)")
    )
    return opened.select(key, *tracked, "valid_from", "valid_to", "lsn")


def with_gone(now: DataFrame, before: DataFrame, keys: tuple[str, ...]) -> DataFrame:
    """Return the rows that are now, and those from before that are not any more, marked as GONE."""
    gone = before.join(now, list(keys), "left_anti").withColumn(GONE, F.lit(True))
    return now.withColumn(GONE, F.lit(False)).unionByName(gone, allowMissingColumns=True)
