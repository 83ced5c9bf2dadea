"""The batch step that runs as a Glue job: order changes as Parquet, for readers that know no Delta.

Nothing here knows Glue: parameters come in, a session comes in, metrics go out. Paths may be on S3.
"""

import json
import time
from dataclasses import dataclass
from typing import Any

from pyarrow import fs
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from lakehouse.bronze import day_of, lines
from lakehouse.contract import SOURCES, parsed
from lakehouse.retry import retrying


@dataclass(frozen=True)
class Parameters:
    """What the job was started with."""

    name: str
    source: str
    target: str
    day: str | None = None
    bookmark: bool = True


def run(spark: SparkSession, given: Parameters) -> dict[str, Any]:
    """Make the partitions anew whose day has files that the bookmark does not know; return the metrics.

    A partition is made of all files of its day, so that a late file, a kill or a reset gives the same rows.
    """
    started = time.monotonic()
    files = retrying(lambda: delivered(given.source, given.day), on=(OSError,))
    known = seen(given) if given.bookmark else set()
    stale = {day_of(file) for file in files - known}
    read = sorted(file for file in files if day_of(file) in stale)
    metrics = {"job": given.name, "files": len(read), "partitions": len(stale), "rows": 0, "rejected": 0}
    if read:
        orders = parsed(lines(spark, given.source, read), "orders").cache()
        metrics |= counted(orders)
        # Overwriting partitions is idempotent: an attempt that failed half-way is done again whole.
        retrying(lambda: write(changes(orders), given.target), on=(PySparkException, OSError))
        orders.unpersist()
    if given.bookmark:
        remember(given, known | files)
    return metrics | {"seconds": round(time.monotonic() - started, 3)}


def delivered(source: str, day: str | None = None) -> set[str]:
    """Return the files of orders, of one day or of all; only names are read."""
    place, root = fs.FileSystem.from_uri(source)
    below = f"{root}/cdc/orders" + (f"/{day}" if day else "")
    found = place.get_file_info(fs.FileSelector(below, recursive=True, allow_not_found=True))
    names = (one.path.removeprefix(root).lstrip("/") for one in found if one.is_file)
    return {name for name in names if day_of(name)}


def changes(orders: DataFrame) -> DataFrame:
    """Return each change of a day of delivery once."""
    fields = SOURCES["orders"].fields
    sound = orders.filter("reason IS NULL").dropDuplicates(["delivered", "lsn"])
    return sound.select("lsn", "op", "ts", "order_id", *fields, "delivered")


def counted(orders: DataFrame) -> dict[str, int]:
    """Return how many rows will be written and how many lines were rejected."""
    change = F.when(F.col("reason").isNull(), F.struct("delivered", "lsn"))
    found = orders.agg(F.countDistinct(change).alias("rows"), F.count("reason").alias("rejected")).first()
    return found.asDict() if found else {}


def write(rows: DataFrame, target: str) -> None:
    """Write over the partitions that rows belong to, and over no other; a file each."""
    out = rows.repartition("delivered").write.mode("overwrite").option("partitionOverwriteMode", "dynamic")
    out.partitionBy("delivered").parquet(target)


def seen(given: Parameters) -> set[str]:
    """Return the files that earlier runs have read."""
    place, path = _bookmark(given)
    if place.get_file_info(path).type == fs.FileType.NotFound:
        return set()
    with place.open_input_stream(path) as file:
        return set(json.loads(file.read()))


def remember(given: Parameters, files: set[str]) -> None:
    """Write the bookmark, last of all and whole."""
    place, path = _bookmark(given)
    if files == seen(given):
        return
    place.create_dir(path.rpartition("/")[0])
    with place.open_output_stream(path + ".new") as file:
        file.write(json.dumps(sorted(files)).encode())
    place.move(path + ".new", path)


def _bookmark(given: Parameters) -> tuple[fs.FileSystem, str]:
    place, root = fs.FileSystem.from_uri(given.target)
    return place, f"{root}/_bookmarks/{given.name}.json"
