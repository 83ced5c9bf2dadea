"""Forgetting: the personal data of deleted customers leaves every file, history and log included."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from lakehouse.bronze import BRONZE
from lakehouse.contract import LOCATION, SOURCES, parsed
from lakehouse.events import Log
from lakehouse.silver import once
from lakehouse.tables import Tables


def redact(tables: Tables, log: Log) -> None:
    """Write bronze anew without what names a deleted customer; lines that nobody can read lose their text."""
    with log.step("forget") as facts:
        if not tables.exists(BRONZE):
            return
        bronze = tables.read(BRONZE)
        found = redacted(bronze).cache()
        facts["rows"] = found.count()
        if facts["rows"]:
            rest = bronze.join(found, list(LOCATION), "left_anti")
            tables.replace(BRONZE, rest.unionByName(found.select(rest.columns)))
        found.unpersist()


def redacted(bronze: DataFrame) -> DataFrame:
    """Return the lines that must change, as they must be.

    A change keeps its key, its order and what is not personal: the same history comes out of a replay.
    """
    known = SOURCES["customers"]
    lines = parsed(bronze, "customers").cache()
    changes = lines.filter("reason IS NULL")
    last = once(changes).groupBy(known.key).agg(F.max_by("op", "lsn").alias("last_op"))
    of_gone = changes.join(last.filter("last_op = 'd'"), known.key, "left_semi")
    row = F.struct(*(name for name in known.fields if name not in known.personal))
    after = F.when(F.col("op") != "d", row).alias("after")
    body = F.struct("op", "lsn", "ts", F.struct(known.key).alias("key"), after)
    format = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX"}
    emptied = of_gone.withColumn("text", F.to_json(body, format)).filter("text <> raw")
    aside = lines.filter("reason IS NOT NULL AND raw IS NOT NULL")
    return (emptied.withColumn("raw", F.col("text")).select(*bronze.columns)).unionByName(
        aside.withColumn("redacted", F.col("reason"))
        .withColumn("raw", F.lit(None).cast("string"))
        .select(*bronze.columns)
    )
