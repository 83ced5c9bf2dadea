"""Writing: one version or nothing, rules kept, each numbered write once, also beside other writers."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake
from deltalake.exceptions import CommitFailedError
from pyspark.errors import PySparkException
from pyspark.sql.types import StructType

from seniorde import delta
from seniorde.delta import _table
from seniorde.delta._write import commit, planned, write_task


def files(path):
    return {str(file.relative_to(path)) for file in Path(path).rglob("*.parquet")}


def named(path):
    return {Path(uri).name for uri in DeltaTable(path).file_uris()}


def held(path, version=None):
    """The table's rows as sorted tuples, read by deltalake."""
    found = DeltaTable(path, version=version).to_pyarrow_table().to_pylist()
    return sorted((tuple(row.values()) for row in found), key=repr)


def refused(call, says):
    with pytest.raises(PySparkException) as caught:
        call()
    assert says in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_write_is_one_version_of_files_by_many_tasks(spark, tmp_path, append):
    append(spark.range(0, 100, 1, 4), tmp_path / "t", userMetadata="first load")
    table = DeltaTable(tmp_path / "t")
    assert (table.version(), len(table.file_uris()), table.count()) == (0, 4, 100)
    assert "first load" in json.dumps(table.history(1))
    adds = pa.table(table.get_add_actions(flatten=True)).sort_by("min.id")
    assert adds["max.id"].to_pylist() == [24, 49, 74, 99]
    append(
        spark.range(10).coalesce(1), tmp_path / "t", mode="overwrite", maxRecordsPerFile=4, compression="zstd"
    )
    adds = pa.table(DeltaTable(tmp_path / "t").get_add_actions())
    assert sorted(adds["num_records"].to_pylist()) == [2, 4, 4]


def test_statistics_bound_every_value(spark, tmp_path, append):
    rows = spark.sql("""
        select repeat('z', 40) s, timestamp'2025-10-01 00:00:00.123456' ts, double('NaN') f, 1.10bd d, true b
        union all select 'a', timestamp'2025-10-01 00:00:00.000001', 1d, -2.35bd, false
    """)
    append(rows.coalesce(1), tmp_path / "t")
    log = (tmp_path / "t" / "_delta_log" / f"{0:020d}.json").read_text().splitlines()
    stats = json.loads(next(a for line in log if (a := json.loads(line).get("add")))["stats"])
    assert stats == {
        "numRecords": 2,
        "minValues": {"s": "a", "ts": "2025-10-01T00:00:00.000Z", "d": -2.35},
        "maxValues": {"s": "z" * 32 + "\U0010ffff", "ts": "2025-10-01T00:00:00.124Z", "d": 1.1},
        "nullCount": {"s": 0, "ts": 0, "f": 0, "d": 0, "b": 0},
    }


def test_no_rows_make_a_table_and_no_files(spark, tmp_path, append):
    append(spark.range(0), tmp_path / "t")
    append(spark.range(0), tmp_path / "t")
    assert (DeltaTable(tmp_path / "t").version(), held(tmp_path / "t")) == (1, [])


def test_modes(spark, tmp_path, append):
    append(spark.sql("select 1 id, 'a' p union all select 2, 'b'"), tmp_path / "t", partitionBy="p")
    append(spark.sql("select 3 id, 'b' p"), tmp_path / "t")
    append(spark.sql("select 9 id, 'b' p"), tmp_path / "t", mode="overwrite", replaceWhere="p = 'b'")
    assert held(tmp_path / "t") == [(1, "a"), (9, "b")]
    wrong = spark.sql("select 9 id, 'a' p")
    refused(lambda: append(wrong, tmp_path / "t", mode="overwrite", replaceWhere="p = 'b'"), "break a rule")
    append(wrong, tmp_path / "t", mode="overwrite")
    assert held(tmp_path / "t") == [(9, "a")]
    assert DeltaTable(tmp_path / "t").version() == 3


def test_schema_evolution(spark, tmp_path, append):
    append(spark.sql("select 1L id, 'a' name"), tmp_path / "t")
    more = spark.sql("select 'b' NAME, 2 id, 2.5d score")  # another order, case, a narrower number
    refused(
        lambda: append(more, tmp_path / "t"),
        "The table has no column score: add it with the option mergeSchema",
    )
    before = files(tmp_path / "t")
    append(more, tmp_path / "t", mergeSchema=True)
    append(spark.sql("select 3L id"), tmp_path / "t")
    assert held(tmp_path / "t") == [(1, "a", None), (2, "b", 2.5), (3, None, None)]
    wrong = spark.sql("select '4' id")
    refused(
        lambda: append(wrong, tmp_path / "t", mergeSchema=True), "Column id is bigint in the table and string"
    )
    assert DeltaTable(tmp_path / "t").version() == 2
    assert len(files(tmp_path / "t") - before) == 2  # nothing of the refused ones, no staged file
    refused(lambda: append(wrong, tmp_path / "t", overwriteSchema=True), "goes with mode overwrite only")
    append(wrong, tmp_path / "t", mode="overwrite", overwriteSchema=True)
    assert held(tmp_path / "t") == [("4",)]
    assert held(tmp_path / "t", version=0) == [(1, "a")]


@pytest.mark.parametrize(
    ("sql", "options", "says"),
    [
        ("select 1L id, null v", {}, "Column v is of type void"),
        ("select 1L `a b`", {}, "A column name may hold none of"),
        ("select 1L id", {"partitionBy": "day"}, "The rows have no column day to partition by."),
        ("select 1L id", {"txnAppId": "a"}, "txnAppId and txnVersion go together"),
        ("select 1L id", {"mergeShema": "true"}, "There is no option mergeshema here"),
        ("select 1L id", {"compression": "lzo"}, "The compression must be"),
        ("select 1L id", {"replaceWhere": "id = 1"}, "replaceWhere goes with mode overwrite"),
        ("select array(1) id", {"partitionBy": "id"}, "cannot partition a table"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_nothing(spark, tmp_path, append, sql, options, says):
    refused(lambda: append(spark.sql(sql), tmp_path / "t", **options), says)
    assert not DeltaTable.is_deltatable(tmp_path / "t")
    assert not files(tmp_path / "t")


def test_rules_of_the_table_hold(spark, tmp_path, append):
    strict = pa.schema([pa.field("id", pa.int64(), nullable=False), pa.field("cents", pa.int64())])
    DeltaTable.create(tmp_path / "t", strict).alter.add_constraint({"positive": "cents > 0"})
    append(spark.sql("select 1L id, 5L cents"), tmp_path / "t")
    bad = spark.sql("select 2L id, -5L cents")
    refused(lambda: append(bad, tmp_path / "t"), "The rows break a rule of the table")
    null = spark.sql("select cast(null as bigint) id, 5L cents")
    refused(lambda: append(null, tmp_path / "t"), "id may not be NULL in this table")
    refused(lambda: append(spark.sql("select 5L cents"), tmp_path / "t"), "id may not be NULL in this table")
    assert held(tmp_path / "t") == [(1, 5)]
    assert {Path(name).name for name in files(tmp_path / "t")} == named(tmp_path / "t")


def test_a_numbered_write_is_there_once(spark, tmp_path, append):
    rows = spark.range(3).coalesce(1)
    for version in (0, 0, 1, 0, 1):
        append(rows, tmp_path / "t", txnAppId="load", txnVersion=version)
    append(rows, tmp_path / "t", txnAppId="other", txnVersion=0)
    assert (len(held(tmp_path / "t")), DeltaTable(tmp_path / "t").version()) == (9, 2)
    assert len(files(tmp_path / "t")) == 3


def test_a_task_that_fails_shows_nothing(spark, tmp_path, append):
    append(spark.range(4), tmp_path / "t")
    half = spark.range(0, 20000, 1, 2).selectExpr(
        "cast(if(id = 19999, raise_error('enough'), id) as bigint) id"
    )
    with pytest.raises(PySparkException, match="enough"):
        append(half, tmp_path / "t")
    assert (len(held(tmp_path / "t")), DeltaTable(tmp_path / "t").version()) == (4, 0)
    vacuum_leaves_only_the_table(tmp_path / "t")


def test_an_aborted_write_deletes_what_its_tasks_have_written(tmp_path):
    schema = StructType().add("id", "long")
    writer = delta.DeltaDataSource({"path": str(tmp_path / "t")}).writer(schema, overwrite=False)
    message = writer.write(iter(pa.table({"id": [2]}).to_batches()))
    assert len(files(tmp_path / "t")) == 1
    writer.abort([message, None])
    assert not files(tmp_path / "t")


def test_a_killed_task_leaves_orphans_that_vacuum_removes(spark, tmp_path, append):
    append(spark.range(4), tmp_path / "t")

    def die(batches):
        for batch in batches:
            yield batch
            os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(Exception, match="Python worker exited unexpectedly"):
        append(spark.range(0, 50000, 1, 1).mapInArrow(die, "id bigint"), tmp_path / "t")
    assert len(held(tmp_path / "t")) == 4
    append(spark.range(2), tmp_path / "t")
    vacuum_leaves_only_the_table(tmp_path / "t")
    assert len(held(tmp_path / "t")) == 6


def vacuum_leaves_only_the_table(path):
    DeltaTable(path).vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False, full=True)
    assert {Path(name).name for name in files(path)} == named(path)


WRITER = """
    import os, signal, sys
    import pyarrow as pa
    from pyspark.sql.types import StructType
    from seniorde.delta._write import commit, planned, write_task
    path, number, kill = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "kill"
    schema = StructType().add("writer", "long").add("n", "long")
    for n in range(20):
        rows = pa.table({"writer": [number], "n": [n]})
        plan = planned({"path": path}, schema, False)
        message = write_task(rows.to_batches(), plan)
        if kill:
            os.kill(os.getpid(), signal.SIGKILL)
        commit([message], plan)
"""


def writer(path, number, kill="no"):
    code = textwrap.dedent(WRITER)
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), str(number), kill], stderr=subprocess.PIPE
    )


def test_two_writers_lose_nothing_and_a_killed_one_shows_nothing(tmp_path):
    """They begin together, so that both find no table."""
    running = [writer(tmp_path / "t", 1), writer(tmp_path / "t", 2), writer(tmp_path / "t", 3, "kill")]
    errors = [one.communicate(timeout=100)[1].decode() for one in running]
    assert [one.returncode for one in running] == [0, 0, -signal.SIGKILL], errors
    table = DeltaTable(tmp_path / "t")
    rows = table.to_pyarrow_table().sort_by([("writer", "ascending"), ("n", "ascending")])
    assert rows.to_pylist() == [{"writer": w, "n": n} for w in (1, 2) for n in range(20)]
    assert table.version() == 39
    assert len(files(tmp_path / "t")) == 41
    vacuum_leaves_only_the_table(tmp_path / "t")


def set_to(value):
    def change(table, commit):
        rows = pa.table({"id": [1], "v": [value]})
        merge = table.merge(rows, "s.id = t.id", source_alias="s", target_alias="t", commit_properties=commit)
        merge.when_matched_update_all().when_not_matched_insert_all().execute()

    return change


def test_two_merges_of_the_same_rows_conflict_and_once_tries_again(tmp_path):
    path = tmp_path / "t"
    write_deltalake(path, pa.table({"id": [1, 2], "v": ["", ""]}))
    late = DeltaTable(path)
    assert delta.once(path, "a", 0, set_to("a"))
    with pytest.raises(CommitFailedError):
        set_to("late")(late, CommitProperties())
    tried = []

    def beaten_at_first(table, commit):
        tried.append(table.version())
        if len(tried) == 1:
            assert delta.once(path, "b", 0, set_to("b"))
        set_to("c")(table, commit)

    assert delta.once(path, "c", 0, beaten_at_first)
    assert (tried, DeltaTable(path).version()) == ([1, 2], 3)
    assert not delta.once(path, "c", 0, set_to("again"))
    assert sorted(DeltaTable(path).to_pyarrow_table()["v"].to_pylist()) == ["", "c"]


def test_a_replay_that_races_its_original_is_refused(tmp_path):
    path = tmp_path / "t"
    write_deltalake(path, pa.table({"id": [1], "v": ["x"]}))

    def beaten_by_itself(table, commit):
        same = CommitProperties(app_transactions=[Transaction("job", 0)])
        write_deltalake(path, pa.table({"id": [2], "v": ["y"]}), mode="append", commit_properties=same)
        write_deltalake(table, pa.table({"id": [2], "v": ["y"]}), mode="append", commit_properties=commit)

    assert not delta.once(path, "job", 0, beaten_by_itself)
    assert DeltaTable(path).to_pyarrow_table().num_rows == 2


def test_a_table_whose_schema_changed_meanwhile_is_not_written(tmp_path):
    path = str(tmp_path / "t")
    write_deltalake(path, pa.table({"id": [1]}))
    plan = planned({"path": path}, StructType().add("id", "long"), False)
    message = write_task(pa.table({"id": [2]}).to_batches(), plan)
    write_deltalake(path, pa.table({"id": ["a"]}), mode="overwrite", schema_mode="overwrite")
    with pytest.raises(delta.DeltaTableError, match="changed meanwhile by another writer"):
        commit([message], plan)
    assert {Path(name).name for name in files(path)} >= named(path)
    assert len(files(path)) == 2


def test_an_append_that_loses_a_race_to_a_delete_tries_again(tmp_path, monkeypatch):
    path, real = str(tmp_path / "t"), _table.existing
    write_deltalake(path, pa.table({"id": [1, 2]}))
    plan = planned({"path": path}, StructType().add("id", "long"), False)
    message = write_task(pa.table({"id": [3]}).to_batches(), plan)
    seen_before = [DeltaTable(path)]
    DeltaTable(path).delete("id = 1")
    monkeypatch.setattr(_table, "existing", lambda *where: seen_before.pop() if seen_before else real(*where))
    commit([message], plan)
    assert sorted(DeltaTable(path).to_pyarrow_table()["id"].to_pylist()) == [2, 3]
