"""Reading: faithful types, files skipped and never wrongly, versions, deletion vectors, features refused."""

import base64
import json
import struct
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from pyspark.errors import AnalysisException, PySparkException

from seniorde import delta

TYPES = """
    select 1Y tiny, 2S small, 3 i, 4L big, 1.5f f, 2.5d d, 12.34bd cents, cast(null as decimal(20,0)) none,
      'naïve' s, true yes, X'00FF' b, date'2025-10-01' day, timestamp'2025-10-01 08:00:00.123456' ts,
      timestamp_ntz'1969-12-31 23:59:59.999999' local, array(1, null, 3) list, map('a', 1d, 'b', null) m,
      struct('x' as name, array(struct(1L as k)) as inner) nested
    union all select null, null, null, null, float('NaN'), double('-inf'), -0.01bd, 7bd, '', false, X'', null,
      timestamp'1900-01-01 00:00:00', null, array(), map(), null
"""


def ids(count):
    return pa.table({"id": pa.array(range(count))})


def test_every_type_comes_back_as_it_was_written(spark, tmp_path, append):
    rows = spark.sql(TYPES)
    append(rows.coalesce(1), tmp_path / "t")
    found = spark.read.format("delta").load(str(tmp_path / "t"))
    assert [(f.name, f.dataType.simpleString()) for f in found.schema] == [
        (f.name, f.dataType.simpleString()) for f in rows.schema
    ]
    assert sorted(map(repr, found.collect())) == sorted(map(repr, rows.collect()))


def test_partition_values_of_every_type_come_back(spark, tmp_path, append, read):
    rows = spark.sql("""
        select 1 v, 'a b/ü%é=1' s, date'2025-10-01' d, timestamp'2025-10-01 08:00:00.5' t, 1.20bd c, true b,
          7L n
        union all select 2, null, null, null, null, null, null
        union all select 3, "q'q", date'1900-01-01', timestamp'1900-01-01', -1.00bd, false, -7L
    """)
    append(rows, tmp_path / "t", partitionBy="s,d,t,c,b,n")
    found = spark.read.format("delta").load(str(tmp_path / "t")).select(rows.columns)
    assert sorted(found.collect()) == sorted(rows.collect())
    assert [
        len(read(tmp_path / "t", w)) for w in ("s = 'a b/ü%é=1'", "s is null", "b", "t < '2000-01-01'")
    ] == [
        1,
        1,
        1,
        1,
    ]
    assert DeltaTable(tmp_path / "t").metadata().partition_columns == ["s", "d", "t", "c", "b", "n"]


@pytest.fixture(scope="module")
def ten(spark, tmp_path_factory):
    """Ten files, in two partitions: file n holds 10n to 10n+9, and other columns that grow with it."""
    path = tmp_path_factory.mktemp("ten") / "t"
    for n in range(10):
        write_deltalake(
            path,
            pa.table(
                {
                    "id": list(range(10 * n, 10 * n + 10)),
                    "half": ["low" if n < 5 else "high"] * 10,
                    "name": [f"{n}{k}-" + "x" * 40 for k in range(10)],
                    "day": [date(2025, 10, 1 + n)] * 10,
                    "at": [datetime(2025, 10, 1 + n, k, 0, 0, 123456, tzinfo=UTC) for k in range(10)],
                    "cents": pa.array([Decimal(f"{n}.{k}0") for k in range(10)], pa.decimal128(10, 2)),
                    "f": [float(n)] * 9 + [float("nan")],
                    "gap": pa.array([None] * 10 if n % 2 else range(10), pa.int64()),
                    "on": [n == 0] * 10,
                }
            ),
            mode="append",
            partition_by=["half"],
        )
    return path


@pytest.mark.parametrize(
    ("where", "files", "rows"),
    [
        ("id = 42", 1, 1),
        ("id between 38 and 41", 2, 4),
        ("id in (1, 2, 99)", 2, 3),
        ("id >= 95 and half = 'low'", 0, 0),
        ("half = 'high'", 5, 50),
        ("half <> 'high'", 5, 50),
        ("half is null", 0, 0),
        ("day > date'2025-10-09'", 1, 10),
        ("at >= timestamp'2025-10-03 09:00:00.123456'", 8, 71),
        ("cents < 1.05", 2, 11),
        ("cents = 1.1", 1, 1),
        ("name like '3%'", 1, 10),
        ("name like '%3-x%'", 10, 10),
        ("name = '55-' || repeat('x', 40)", 1, 1),
        ("gap is null", 5, 50),
        ("gap is not null", 5, 50),
        ("gap <=> 3", 10, 5),
        ("not (gap = 3)", 5, 45),
        ("on", 1, 10),
        ("f > 8.5", 10, 19),  # NaN is the largest number: no statistics tell of it
        ("id = 5 or id = 95", 10, 2),  # Spark does not push OR to Python
        ("id % 10 = 0", 10, 10),
    ],
)
def test_files_are_skipped_and_no_row_is_lost(spark, ten, where, files, rows):
    query = spark.read.format("delta").load(str(ten)).where(where)
    figures = delta.files_read(query)
    assert (figures.read, figures.total, len(query.collect())) == (files, 10, rows)


def test_two_filters_on_one_dataframe_do_not_meet(spark, ten):
    """Spark keeps one plan for each load(): the reason for our rule."""
    data = spark.read.format("delta").load(str(ten))
    low, high = data.where("id < 10"), data.where("id >= 90")
    assert [low.union(high).count(), data.count(), low.count(), low.union(data).count()] == [20, 100, 10, 110]
    assert low.alias("a").join(data.alias("b"), "half").where("b.id > 45").count() == 40
    sql = "select count(*) n from {t} where id = (select max(id) from {t} where half = 'low')"
    assert spark.sql(sql, t=data).first().n == 1


def test_a_dataframe_sees_what_is_appended_later(spark, tmp_path):
    write_deltalake(tmp_path / "t", ids(2))
    data = spark.read.format("delta").load(str(tmp_path / "t"))
    assert data.count() == 2
    write_deltalake(tmp_path / "t", ids(3), mode="append")
    assert data.count() == 5


def test_a_plan_reads_only_the_columns_it_needs(spark, ten):
    data = spark.read.format("delta").load(str(ten))
    plan = data.where("id > 90").groupBy("day").count()._jdf.queryExecution().toString()
    assert "ReadSchema" not in plan or "name" not in plan.partition("Physical Plan")[2]
    assert data.select("name").where("id = 3").first().name.startswith("03-")


def test_without_the_rule_nothing_is_skipped_and_all_is_right(spark, ten):
    class Plain(delta.DeltaDataSource):
        @classmethod
        def name(cls):
            return "plain"

    spark.dataSource.register(Plain)
    data = spark.read.format("plain").load(str(ten))
    assert [data.where("id < 10").union(data).count(), data.where("half = 'low'").count()] == [110, 50]


def test_versions_by_number_and_by_time(tmp_path, read):
    for n in (1, 2, 3):
        write_deltalake(tmp_path / "t", ids(n), mode="append")
    assert [len(read(tmp_path / "t", versionAsOf=v)) for v in (0, 1, 2)] == [1, 3, 6]
    times = [commit["timestamp"] / 1000 for commit in reversed(DeltaTable(tmp_path / "t").history())]
    between = datetime.fromtimestamp((times[1] + times[2]) / 2, UTC)
    assert len(read(tmp_path / "t", timestampAsOf=between.isoformat())) == 3


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"versionAsOf": "7"}, "The table has no version 7: its log holds 0 to 0."),
        ({"versionAsOf": "x"}, "The option versionAsOf must be a whole number from 0, not 'x'."),
        ({"timestampAsOf": "2000-01-01"}, "2000-01-01T00:00:00Z is before the first commit"),
        ({"timestampAsOf": "2999-01-01"}, "2999-01-01T00:00:00Z is after the last commit"),
        ({"timestampAsOf": "soon"}, "must be a date or a time"),
        ({"versionAsOf": "0", "timestampAsOf": "2999-01-01"}, "not for both"),
        ({"version": "0"}, "There is no option version here"),
    ],
)
def test_what_cannot_be_read_is_said_in_a_sentence(spark, tmp_path, options, says):
    write_deltalake(tmp_path / "t", ids(1))
    with pytest.raises(AnalysisException) as caught:
        spark.read.format("delta").options(**options).load(str(tmp_path / "t")).collect()
    assert says in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_no_table_and_no_path(spark, tmp_path):
    with pytest.raises(AnalysisException, match="There is no Delta table at "):
        spark.read.format("delta").load(str(tmp_path))
    with pytest.raises(AnalysisException, match="needs a path"):
        spark.read.format("delta").load()


def test_a_vacuumed_version_says_so(tmp_path, read):
    write_deltalake(tmp_path / "t", ids(1))
    write_deltalake(tmp_path / "t", ids(2), mode="overwrite")
    DeltaTable(tmp_path / "t").vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
    assert len(read(tmp_path / "t")) == 2
    with pytest.raises(PySparkException, match="has been vacuumed"):
        read(tmp_path / "t", versionAsOf=0)


def test_rows_in_a_deletion_vector_are_gone(tmp_path, read):
    path = tmp_path / "t"
    write_deltalake(path, ids(10))
    with_deletion_vector(path, rows=[0, 3, 9])
    assert [row[0] for row in read(path)] == [1, 2, 4, 5, 6, 7, 8]
    assert [row[0] for row in read(path, "id < 4")] == [1, 2]


def with_deletion_vector(path, rows):
    """Commit a version in which rows of the table's one file are marked as deleted, as Databricks does."""
    log = path / "_delta_log"
    actions = [json.loads(line) for line in (log / f"{0:020d}.json").read_text().splitlines()]
    add = next(a["add"] for a in actions if "add" in a)
    bitmap = struct.pack("<IIHHI", 12346, 1, 0, len(rows) - 1, 16) + struct.pack(f"<{len(rows)}H", *rows)
    data = struct.pack("<IQI", 1681511377, 1, 0) + bitmap
    data += b"\0" * (-len(data) % 4)
    z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
    rfc = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~"
    text = base64.b85encode(data).decode().translate(str.maketrans(rfc, z85))
    vector = {"storageType": "i", "pathOrInlineDv": text, "sizeInBytes": len(data), "cardinality": len(rows)}
    features = ["deletionVectors"]
    protocol = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": features}
    commit = [
        {"protocol": protocol | {"writerFeatures": features}},
        {"remove": {"path": add["path"], "deletionTimestamp": 1, "dataChange": True, "partitionValues": {}}},
        {"add": add | {"deletionVector": vector}},
    ]
    (log / f"{1:020d}.json").write_text("\n".join(map(json.dumps, commit)))


@pytest.mark.parametrize("feature", ["columnMapping", "typeWidening", "somethingNew"])
def test_a_feature_that_we_cannot_read_is_refused(spark, tmp_path, feature):
    path = tmp_path / "t"
    write_deltalake(path, pa.table({"id": [1]}))
    protocol = {"minReaderVersion": 3, "minWriterVersion": 7, "readerFeatures": [feature]}
    commit = {"protocol": protocol | {"writerFeatures": [feature]}}
    (path / "_delta_log" / f"{1:020d}.json").write_text(json.dumps(commit))
    with pytest.raises(AnalysisException, match="not supported here") as caught:
        spark.read.format("delta").load(str(path)).collect()
    assert "Traceback" not in str(caught.value)


def test_the_schema_is_the_logs(spark, tmp_path):
    write_deltalake(tmp_path / "t", ids(3))
    with pytest.raises(AnalysisException, match="read without a schema"):
        spark.read.format("delta").schema("id string").load(str(tmp_path / "t")).collect()
