"""Streams: versions in, versions out, each micro-batch once, whatever is killed between two commits."""

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.errors import PySparkException
from pyspark.sql.types import StructType

from seniorde import delta


@pytest.fixture
def table(tmp_path):
    for n in range(4):
        write_deltalake(tmp_path / "in", pa.table({"id": [2 * n, 2 * n + 1], "v": [n, n]}), mode="append")
    return tmp_path / "in"


@pytest.fixture
def copy(spark, tmp_path):
    def run(source, target="out", **options):
        stream = spark.readStream.format("delta").options(**options).load(str(source)).writeStream
        stream = stream.format("delta").option("checkpointLocation", str(tmp_path / f"check-{target}"))
        query = stream.trigger(availableNow=True).start(str(tmp_path / target))
        query.awaitTermination()
        return sorted(DeltaTable(tmp_path / target).to_pyarrow_table()["id"].to_pylist())

    return run


def test_a_stream_goes_on_where_its_checkpoint_stands_and_writes_a_replayed_batch_once(table, copy, tmp_path):
    assert copy(table, maxFilesPerTrigger=3) == list(range(8))
    assert DeltaTable(tmp_path / "out").version() == 1  # 3 files, then 1
    write_deltalake(table, pa.table({"id": [8], "v": [4]}), mode="append")
    DeltaTable(table).optimize.compact()
    assert copy(table) == list(range(9))
    assert DeltaTable(tmp_path / "out").version() == 2
    forget_last_batch(tmp_path / "check-out")
    assert copy(table) == list(range(9))  # the batch again, then nothing that is new
    assert DeltaTable(tmp_path / "out").version() == 2


def forget_last_batch(checkpoint):
    """Leave the state after a kill between the commit to the table and the commit to the checkpoint."""
    commits = sorted((checkpoint / "commits").glob("[0-9]*"), key=lambda file: int(file.name))
    commits[-1].unlink()
    commits[-1].with_name(f".{commits[-1].name}.crc").unlink(missing_ok=True)


def test_where_a_stream_starts(table, copy):
    assert copy(table, startingVersion=2) == [4, 5, 6, 7]

    def start(**options):
        reader = delta.DeltaDataSource({"path": str(table), **options}).streamReader(StructType())
        return reader.initialOffset()

    assert start() == {"version": 3, "index": 0, "start": True}
    assert start(startingVersion="latest") == {"version": 4, "index": 0, "start": False}
    assert start(startingTimestamp="2000-01-01") == {"version": 0, "index": 0, "start": False}
    with pytest.raises(delta.DeltaTableError, match="The table has no version 9 yet"):
        start(startingVersion="9")


def test_a_stream_refuses_changes_or_passes_over_them(table, copy):
    DeltaTable(table).delete("id = 0")
    with pytest.raises(PySparkException, match=r"Version 4 changes rows \(DELETE\)"):
        copy(table, startingVersion=0)
    write_deltalake(table, pa.table({"id": [8], "v": [4]}), mode="append")
    assert copy(table, startingVersion=0, skipChangeCommits=True) == list(range(9))


def test_a_stream_stops_at_a_new_schema_and_goes_on_with_it(table, copy, tmp_path):
    copy(table)
    wider = pa.table({"id": [8], "v": [4], "w": ["x"]})
    write_deltalake(table, wider, mode="append", schema_mode="merge")
    with pytest.raises(PySparkException, match="The table has no column w"):
        copy(table)  # the source has the new schema now, the target has not
    DeltaTable(tmp_path / "out").alter.add_columns(DeltaTable(table).schema().fields[2])
    assert copy(table) == list(range(9))


def test_a_merge_killed_before_its_checkpoint_changes_nothing_twice(spark, table, tmp_path):
    target, killed = tmp_path / "counts", []
    write_deltalake(target, pa.table({"v": pa.array([], pa.int64()), "rows": pa.array([], pa.int64())}))

    def merge(batch, number):
        new = batch.groupBy("v").count().withColumnRenamed("count", "rows").toArrow()

        def change(table, commit):
            merged = table.merge(
                new, "t.v = s.v", source_alias="s", target_alias="t", commit_properties=commit
            )
            merged.when_matched_update({"rows": "t.rows + s.rows"}).when_not_matched_insert_all().execute()

        delta.once(target, "counts", number, change)
        if number == 1 and not killed:
            killed.append(number)
            raise RuntimeError("killed between two commits")

    def run():
        stream = spark.readStream.format("delta").option("maxFilesPerTrigger", 2).load(str(table))
        stream = stream.writeStream.foreachBatch(merge).option("checkpointLocation", str(tmp_path / "check"))
        stream.trigger(availableNow=True).start().awaitTermination()

    with pytest.raises(PySparkException, match="killed between two commits"):
        run()
    run()
    rows = DeltaTable(target).to_pyarrow_table().sort_by("v").to_pylist()
    assert rows == [{"v": n, "rows": 2} for n in range(4)]
    assert DeltaTable(target).version() == 2
