"""One table, four engines: Spark writes, Sail changes it by SQL, DuckDB and deltalake read the same rows."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from deltalake import DeltaTable

from seniorde import delta, labs


@pytest.fixture
def table(spark, tmp_path):
    path = tmp_path / "orders"
    rows = spark.sql("""
        select id, cast(id * 1.25 as decimal(10, 2)) amount, if(id % 2 = 0, 'web', 'shop') channel,
          timestamp'2025-10-01 08:00:00.5' + make_dt_interval(cast(id as int)) placed,
          named_struct('city', 'Lyon') where_to
        from range(8)
    """)
    rows.write.format("delta").mode("append").option("partitionBy", "channel").save(str(path))
    return path


def test_sail_changes_what_spark_wrote_and_all_read_the_same(table, read):
    sail = labs.sail()
    sail.sql(f"CREATE TABLE orders USING delta LOCATION '{table}'")
    sail.sql("UPDATE orders SET amount = 99.99 WHERE id = 1").collect()
    sail.sql("DELETE FROM orders WHERE id = 2").collect()
    sail.sql("""
        MERGE INTO orders t USING (SELECT 3L id, 'shop' channel UNION ALL SELECT 50L, 'web') s ON t.id = s.id
        WHEN MATCHED THEN DELETE
        WHEN NOT MATCHED THEN INSERT (id, channel) VALUES (s.id, s.channel)
    """).collect()
    old = sail.sql("SELECT count(*) n FROM orders VERSION AS OF 0").first().n
    ids = [0, 1, 4, 5, 6, 7, 50]
    con = labs.duckdb(extensions=("delta",))
    by_duckdb = con.sql(f"select id, amount, channel, placed, where_to from delta_scan('{table}')").fetchall()
    assert (old, sorted(row[0] for row in by_duckdb), sorted(row[0] for row in read(table))) == (8, ids, ids)
    assert sorted(r[0] for r in sail.table("orders").collect()) == ids
    assert sorted(DeltaTable(table).to_pyarrow_table()["id"].to_pylist()) == ids


def test_types_are_the_same_to_duckdb(table):
    con = labs.duckdb(extensions=("delta",))
    con.sql("set timezone = 'UTC'")
    row = con.sql(
        f"select amount, channel, placed, where_to from delta_scan('{table}') where id = 5"
    ).fetchone()
    assert row[0] == Decimal("6.25")
    assert row[1] == "shop"
    assert row[2] == datetime(2025, 10, 6, 8, 0, 0, 500000, UTC)
    assert row[3] == {"city": "Lyon"}


def test_figures(spark, table):
    before = delta.layout(table)
    assert (before.rows, before.small) == (8, before.files)
    query = spark.read.format("delta").load(str(table)).where("channel = 'shop'")
    assert delta.files_read(query).skipped > 0
    DeltaTable(table).optimize.compact()
    assert delta.layout(DeltaTable(table)).files == 2
