"""Gold: three marts, made anew from silver when the gates let them through."""

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from lakehouse.bronze import BRONZE
from lakehouse.checkpoints import Checkpoints
from lakehouse.config import Config
from lakehouse.events import Log
from lakehouse.silver import QUARANTINE, VERSIONS
from lakehouse.tables import Tables


class GateError(Exception):
    """The data failed; the message says which gate and why."""


def publish(tables: Tables, done: Checkpoints, config: Config, log: Log) -> None:
    """Make gold anew if silver has come further; raise GateError and leave it as it is if a gate fails."""
    with log.step("gold") as facts:
        last = done.get("silver")
        if last == done.get("gold"):
            return
        _gates(tables, done.get("gold"), config, log)
        bronze, quarantine = tables.read(BRONZE), tables.read(QUARANTINE)
        versions, orders = tables.read(VERSIONS), tables.read("silver/orders")
        changes = [tables.read(f"silver/{source}_changes") for source in ("customers", "orders")]
        marts = {
            "gold/daily_orders": daily_orders(orders, versions, rates(config.rates)),
            "gold/daily_customers": daily_customers(versions, bronze.select("delivered").distinct()),
            "gold/quality": quality(bronze, quarantine, changes),
        }
        for name, mart in marts.items():
            facts["rows"] += tables.replace(name, mart.coalesce(1))
        done.put(gold=last)


def rates(path: Path) -> dict[str, Decimal]:
    """Return what a euro costs in each currency."""
    with path.open(encoding="utf-8") as file:
        return {row["currency"]: Decimal(row["per_euro"]) for row in csv.DictReader(file)}


def daily_orders(orders: DataFrame, versions: DataFrame, per_euro: Mapping[str, Decimal]) -> DataFrame:
    """Return orders and their value by date, and by country and segment of the customer at that moment."""
    spark: SparkSession = orders.sparkSession
    schema = "currency string, per_euro decimal(12,4)"
    rate = F.broadcast(spark.createDataFrame(list(per_euro.items()), schema))
    placed = orders.filter("status <> 'cancelled'").join(rate, "currency", "left")
    euro = F.round(F.col("amount_cents").cast("decimal(18,0)") / F.col("per_euro"), 0).cast("long")
    return (
        as_of(placed, versions, "ordered_at")
        .groupBy(
            F.to_date("ordered_at").alias("date"),
            F.coalesce("country", F.lit("unknown")).alias("country"),
            F.coalesce("segment", F.lit("unknown")).alias("segment"),
            F.coalesce("channel", F.lit("unknown")).alias("channel"),
        )
        .agg(F.count("*").alias("orders"), F.sum(euro).alias("eur_cents"))
    )


def as_of(facts: DataFrame, versions: DataFrame, moment: str) -> DataFrame:
    """Return facts, each with the version of its customer that was valid at its moment, or with none."""
    then = versions.select("customer_id", "country", "segment", "valid_from", "valid_to")
    valid = (
        (facts["customer_id"] == then["customer_id"])
        & (then["valid_from"] <= facts[moment])
        & (then["valid_to"].isNull() | (facts[moment] < then["valid_to"]))
    )
    return facts.join(then, valid, "left").drop(then["customer_id"])


def daily_customers(versions: DataFrame, days: DataFrame) -> DataFrame:
    """Return how many customers a segment had at the end of each day of delivery."""
    end = F.date_add("delivered", 1).cast("timestamp")
    valid = (versions["valid_from"] < end) & (versions["valid_to"].isNull() | (versions["valid_to"] >= end))
    return (
        days.join(versions, valid)
        .groupBy(F.col("delivered").alias("date"), "segment")
        .agg(F.count("*").alias("customers"))
    )


def quality(bronze: DataFrame, quarantine: DataFrame, changes: list[DataFrame]) -> DataFrame:
    """Return what each day delivered: files, lines, lines set aside, lines that came before, last change."""
    place = ["source", "delivered", "file", "line"]
    source = F.split_part("file", F.lit("/"), F.lit(2)).alias("source")
    found = changes[0].select(*place[1:], "lsn", "ts").unionByName(changes[1].select(*place[1:], "lsn", "ts"))
    in_order = Window.partitionBy("lsn").orderBy(*place[1:])
    again = (F.row_number().over(in_order) > 1).cast("long").alias("again")
    lines, bad = F.lit(1).alias("delivery"), F.lit(1).alias("bad")
    rows = (
        bronze.select(*place, lines)
        .unionByName(quarantine.select(*place, bad), allowMissingColumns=True)
        .unionByName(found.select(source, *place[1:], "ts", again), allowMissingColumns=True)
    )
    return rows.groupBy("source", "delivered").agg(
        F.countDistinct("file").alias("files"),
        F.count("delivery").alias("lines"),
        F.count("bad").alias("quarantined"),
        F.coalesce(F.sum("again"), F.lit(0)).alias("duplicates"),
        F.max("ts").alias("latest"),
    )


def _gates(tables: Tables, since: int, config: Config, log: Log) -> None:
    """Raise GateError for lines, new since gold was made, or for orders that are not fit to be shown."""
    new = tables.read(BRONZE).filter(F.col("batch") > since).select("source", "file", "line")
    bad = tables.read(QUARANTINE).select("file", "line", F.lit(1).alias("bad"))
    counts = new.join(bad, ["file", "line"], "left").groupBy("source").agg(F.count("*"), F.count("bad"))
    failed = []
    for source, lines, aside in sorted(counts.collect()):
        log.emit("gate", gate="quarantined", source=source, lines=lines, quarantined=aside)
        if aside > config.max_quarantined * lines:
            failed.append(
                f"quarantined: {aside} of {lines} new lines of {source} are set aside, "
                f"more than LAKEHOUSE_MAX_QUARANTINED={config.max_quarantined:g}"
            )
    orders = tables.read("silver/orders").select("customer_id")
    known = tables.read(VERSIONS).select("customer_id").distinct().withColumn("known", F.lit(1))
    joined = orders.join(known, "customer_id", "left").agg(F.count("*"), F.count("known"))
    total, sound = joined.collect()[0]
    log.emit("gate", gate="orphans", orders=total, orphans=total - sound)
    if total - sound > config.max_orphans * total:
        failed.append(
            f"orphans: {total - sound} of {total} orders have a customer that no change told of, "
            f"more than LAKEHOUSE_MAX_ORPHANS={config.max_orphans:g}"
        )
    if failed:
        raise GateError(f"Gold stays as it was. {'; '.join(failed)}. Look at {QUARANTINE}, then run again.")
