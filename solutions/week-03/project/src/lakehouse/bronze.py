"""Bronze: every line as delivered, with its file, its number and its day; each file once."""

import re
from datetime import date
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.contract import SOURCES
from lakehouse.events import Log
from lakehouse.tables import Tables

BRONZE = "bronze/changes"
_FILE = "cdc/(%s)/([0-9]{4}-[0-9]{2}-[0-9]{2})/[^/]+[.]jsonl" % "|".join(SOURCES)  # noqa: UP031


def delivered(folder: Path) -> list[str]:
    """Return the paths of the files that belong to the feed, relative to the folder, oldest day first."""
    found = (path.relative_to(folder).as_posix() for path in folder.glob("cdc/*/*/*.jsonl") if path.is_file())
    return sorted((one for one in found if day_of(one)), key=lambda one: (one.split("/")[2], one))


def day_of(file: str) -> str | None:
    """Return the day of delivery in a file's path, None if the path is not the feed's."""
    match = re.fullmatch(_FILE, file)
    try:
        return str(date.fromisoformat(match[2])) if match else None
    except ValueError:
        return None


def ingest(tables: Tables, folder: Path, log: Log) -> None:
    """Append the lines of files that bronze does not hold yet.

    The lines and the note that they are here are one commit: bronze itself says which files it holds.
    """
    with log.step("ingest") as facts:
        known, batch = set[str](), 0
        if tables.exists(BRONZE):
            known = {row.file for row in tables.read(BRONZE).select("file").distinct().collect()}
            batch = tables.greatest(BRONZE, "batch")
        new = [file for file in delivered(folder) if file not in known]
        facts |= {"files": len(new), "batch": batch}
        if new:
            rows = lines(tables.spark, folder, new).withColumn("batch", F.lit(batch + 1).cast("long"))
            facts["rows"] = tables.append(BRONZE, rows, run=f"ingest {batch + 1}")
            facts["batch"] = batch + 1


def lines(spark: SparkSession, folder: Path | str, files: list[str]) -> DataFrame:
    """Return the lines of files, without blank ones, numbered from 1.

    A file is read whole, since only so a line has a number: files of some hundred MB, not of many GB.
    """
    text = spark.read.text([f"{folder}/{file}" for file in files], wholetext=True)
    path = F.url_decode(F.replace(F.col("_metadata.file_path"), F.lit("+"), F.lit("%2B")))
    file = F.regexp_extract(path, "/(cdc/[^/]+/[^/]+/[^/]+)$", 1).alias("file")
    numbered = text.select(file, F.posexplode(F.split("value", "\n")).alias("position", "raw"))
    return numbered.filter("trim(raw) <> ''").select(
        F.split_part("file", F.lit("/"), F.lit(2)).alias("source"),
        F.split_part("file", F.lit("/"), F.lit(3)).cast("date").alias("delivered"),
        "file",
        (F.col("position") + 1).cast("long").alias("line"),
        F.regexp_replace("raw", "\r$", "").alias("raw"),
        F.lit(None).cast("string").alias("redacted"),  # why a line has no text any more: see forget.py
    )
