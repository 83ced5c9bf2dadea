"""The marts: as-of join, money, midnight."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from chispa import assert_df_equality
from pyspark.sql import DataFrame, SparkSession

from lakehouse.gold import daily_customers, daily_orders

VERSIONS = "customer_id long, country string, segment string, valid_from timestamp, valid_to timestamp"


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2025, 10, day, hour, tzinfo=UTC)


def versions(spark: SparkSession) -> DataFrame:
    rows = [(1, "DE", "new", at(1), at(2)), (1, "DE", "vip", at(2), at(3)), (2, "FR", "new", at(1), None)]
    return spark.createDataFrame(rows, VERSIONS)


def orders(spark: SparkSession, *rows: tuple[Any, ...]) -> DataFrame:
    schema = "customer_id long, ordered_at timestamp, currency string, amount_cents long, status string"
    return spark.createDataFrame([(*row, "placed") for row in rows], schema).selectExpr(
        "*", "CAST(NULL AS string) AS channel"
    )


def test_an_order_has_the_version_of_its_moment(spark: SparkSession) -> None:
    moments = (at(1, 23), at(2), at(2, 1), at(3))
    given = orders(spark, *((1, moment, "EUR", 100) for moment in moments), (9, at(1), "EUR", 1))
    found = daily_orders(given, versions(spark), {"EUR": Decimal(1)}).select("date", "segment", "orders")
    wanted = [
        (date(2025, 10, 1), "new", 1),
        (date(2025, 10, 1), "unknown", 1),
        (date(2025, 10, 2), "vip", 2),
        (date(2025, 10, 3), "unknown", 1),
    ]
    schema = "date date, segment string, orders long"
    assert_df_equality(
        found, spark.createDataFrame(wanted, schema), ignore_row_order=True, ignore_nullable=True
    )


def test_each_order_is_rounded_then_added(spark: SparkSession) -> None:
    given = orders(spark, (2, at(1), "SEK", 555), (2, at(1), "SEK", 555), (2, at(1), "EUR", 1))
    given = given.unionByName(given.limit(1).selectExpr("* EXCEPT (status)", "'cancelled' AS status"))
    found = daily_orders(given, versions(spark), {"EUR": Decimal(1), "SEK": Decimal("11.00")})
    assert [(row.orders, row.eur_cents) for row in found.collect()] == [(3, 101)]


def test_midnight_belongs_to_the_version_that_ends_there(spark: SparkSession) -> None:
    days = spark.createDataFrame([(date(2025, 10, 1),), (date(2025, 10, 2),)], "delivered date")
    found = daily_customers(versions(spark), days)
    wanted = spark.createDataFrame(
        [(date(2025, 10, 1), "new", 2), (date(2025, 10, 2), "vip", 1), (date(2025, 10, 2), "new", 1)],
        "date date, segment string, customers long",
    )
    assert_df_equality(found, wanted, ignore_row_order=True, ignore_nullable=True)
