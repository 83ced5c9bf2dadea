"""The truth by key, and the versions of a customer: pure functions on small tables."""

from datetime import UTC, datetime
from typing import Any

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from lakehouse.silver import latest, once, versions, with_gone
from lakehouse.tables import GONE

CHANGES = "customer_id long, op string, lsn long, ts timestamp, updated_at timestamp, segment string"
VERSIONS = "customer_id long, segment string, valid_from timestamp, valid_to timestamp, lsn long"


def at(hour: int) -> datetime:
    return datetime(2025, 10, 1, hour, tzinfo=UTC)


def changes(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    full = [(1, op, lsn, at(hour), at(hour), segment) for op, lsn, hour, segment in rows]
    return spark.createDataFrame(full, CHANGES)


def test_versions_follow_lsn_and_not_arrival(spark: SparkSession) -> None:
    found = versions(
        changes(
            spark,
            ("u", 30, 9, "vip"),
            ("c", 10, 8, "new"),
            ("u", 40, 10, "vip"),  # another column changed
            ("d", 50, 11, None),
            ("c", 60, 12, "vip"),
            ("u", 70, 12, "new"),  # at the same moment: vip was true for no time
        ),
        "customer_id",
        ("segment",),
    )
    wanted = [(1, "new", at(8), at(9), 10), (1, "vip", at(9), at(11), 30), (1, "new", at(12), None, 70)]
    assert_df_equality(found, spark.createDataFrame(wanted, VERSIONS), ignore_row_order=True)


def test_a_version_that_nothing_changed_stays_open(spark: SparkSession) -> None:
    found = versions(changes(spark, ("c", 1, 8, None), ("u", 2, 9, None)), "customer_id", ("segment",))
    assert_df_equality(found, spark.createDataFrame([(1, None, at(8), None, 1)], VERSIONS))


def test_the_last_change_wins_and_a_delete_is_one(spark: SparkSession) -> None:
    rows = [(1, "d", 9, None, 1), (1, "u", 8, "vip", 2), (2, "u", 7, "vip", 3), (2, "u", 7, "vip", 4)]
    schema = "customer_id long, op string, lsn long, segment string, line long"
    given = spark.createDataFrame(rows, schema).selectExpr(
        "*", "current_timestamp() AS ts", "current_date() AS delivered", "'f' AS file"
    )
    found = latest(once(given), "customer_id").select("customer_id", "lsn", "segment", GONE)
    wanted = spark.createDataFrame(
        [(1, 9, None, True), (2, 7, "vip", False)],
        f"customer_id long, lsn long, segment string, {GONE} boolean",
    )
    assert_df_equality(found, wanted, ignore_row_order=True, ignore_nullable=True)


def test_rows_that_are_no_more_are_marked(spark: SparkSession) -> None:
    schema = "customer_id long, segment string"
    now, before = (spark.createDataFrame(rows, schema) for rows in ([(1, "a")], [(1, "b"), (2, "c")]))
    wanted = spark.createDataFrame([(1, "a", False), (2, "c", True)], f"{schema}, {GONE} boolean")
    found = with_gone(now, before, ("customer_id",)).select(*wanted.columns)
    assert_df_equality(found, wanted, ignore_row_order=True, ignore_nullable=True)
