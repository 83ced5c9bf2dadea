"""Every line is a change, or has a reason."""

from chispa import assert_df_equality
from pyspark.sql import SparkSession

from conftest import customer, order
from lakehouse.contract import parsed

LINES = {
    customer("u", 1, 7): None,
    customer("d", 2, 7): None,
    customer("u", 3, 7, loyalty="gold", city=None): None,
    customer("u", 4, 7, note="{}"): None,
    customer("u", 5, 7)[:-1]: "format",
    customer("u", 6, 7) + customer("u", 7, 7): "format",
    "[1]": "format",
    "{}": "key",
    customer("u", 8, 7).replace('"customer_id": 7', '"customer_id": "7"'): "key",
    customer("u", 9, 7, segment=2): "schema",
    customer("u", 10, 7, segment=None): "schema",
    customer("u", 11, 7, updated_at="2025-10-01"): "schema",
    customer("u", 12, 7, updated_at="2025-13-01T00:00:00Z"): "schema",
    customer("?", 13, 7): "schema",
    customer("u", 14, 7).replace('"lsn": 14', '"lsn": 1.5'): "schema",
}


def judged(spark: SparkSession, lines: list[str], source: str) -> list[str | None]:
    schema = "source string, file string, line long, raw string, redacted string"
    rows = [(source, "f", number, raw, None) for number, raw in enumerate(lines)]
    found = parsed(spark.createDataFrame(rows, schema), source).orderBy("line").collect()
    return [row.reason for row in found]


def test_reasons(spark: SparkSession) -> None:
    assert judged(spark, list(LINES), "customers") == list(LINES.values())


def test_amounts_are_whole_and_currencies_known(spark: SparkSession) -> None:
    lines = [order("c", 1, 1), order("c", 2, 1, amount_cents=1.5), order("c", 3, 1, currency="USD")]
    lines += [order("c", 4, 1, amount_cents="1"), order("c", 5, 1, amount_cents=2**63)]
    assert judged(spark, lines, "orders") == [None, "schema", "schema", "schema", "schema"]


def test_values_keep_their_types(spark: SparkSession) -> None:
    schema = "source string, file string, line long, raw string, redacted string"
    rows = [("orders", "f", 1, order("c", 9, 5, ordered_at="2025-10-01T01:00:00+02:00"), None)]
    found = parsed(spark.createDataFrame(rows, schema), "orders").selectExpr(
        "lsn", "order_id", "CAST(ordered_at AS string) AS ordered_at", "amount_cents"
    )
    wanted = spark.createDataFrame(
        [(9, 5, "2025-09-30 23:00:00", 100)],
        "lsn long, order_id long, ordered_at string, amount_cents long",
    )
    assert_df_equality(found, wanted)


def test_a_line_without_text_keeps_its_reason(spark: SparkSession) -> None:
    schema = "source string, file string, line long, raw string, redacted string"
    lines = spark.createDataFrame([("customers", "f", 1, None, "key")], schema)
    assert [row.reason for row in parsed(lines, "customers").collect()] == ["key"]
