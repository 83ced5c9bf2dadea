"""Plans and stages of Spark: true to what ran, and the same in every run and process."""

import io
import re
import subprocess
import sys
from itertools import combinations

import pytest

from seniorde import labs, plans

TABLES = ("customer", "orders", "lineitem", "part")
NUMBERS = (3, 18, 4, 13, 22)
"""Of TPC-H: joins with an aggregate, an aggregate in a subquery, EXISTS, an outer join, NOT EXISTS."""


@pytest.fixture(scope="module")
def lake(duck, tmp_path_factory):
    """TPC-H as Parquet, orders also by year."""
    folder = tmp_path_factory.mktemp("lake")
    for table in TABLES:
        duck.execute(f"COPY {table} TO '{folder}/{table}' (FORMAT parquet, PER_THREAD_OUTPUT)")
    duck.execute(
        f"COPY (FROM orders SELECT *, year(o_orderdate) AS year) TO '{folder}/by_year' "
        "(FORMAT parquet, PARTITION_BY (year))"
    )
    return folder


@pytest.fixture
def spark(lake):
    session = labs.spark()
    for path in lake.iterdir():
        session.read.parquet(str(path)).createOrReplaceTempView(path.name)
    return session


def words(plan):
    return [node.operator for node in plan.nodes()]


# What it says


def test_a_join_and_an_aggregate(spark):
    plan = plans.explain(
        spark,
        "SELECT o_orderpriority, count(*) FROM orders JOIN customer ON c_custkey = o_custkey "
        "WHERE o_totalprice > 400000 GROUP BY 1 ORDER BY 2 DESC LIMIT 2",
    )
    top, total, shuffle, partial, join, large, orders, sent, kept, customer = plan.nodes()
    assert words(plan) == [
        *("Top-N Sort", "HashAggregate", "Shuffle", "Partial HashAggregate", "Broadcast Hash Join"),
        *("Filter", "File Scan", "Broadcast", "Filter", "File Scan"),
    ]
    assert (top.actual_rows, total.actual_rows, plan.shuffles) == (2, 5, 1)
    assert shuffle.actual_rows == partial.actual_rows == plan.rows_shuffled
    assert plan.bytes_shuffled == shuffle.own_bytes > 0
    assert shuffle.conditions == ("Hash Key: o_orderpriority",)
    assert shuffle.details[0] == "4 partitions"
    assert shuffle.details[2] == "read as 1 partition"
    assert join.conditions == ("Cond: o_custkey = c_custkey",)
    assert (orders.relation, orders.actual_rows, orders.files) == ("orders", 15000, 1)
    assert large.removed_rows == 15000 - large.actual_rows
    assert any(text.startswith("Pushed Filter: ") for text in orders.conditions)
    assert "Columns: o_custkey, o_totalprice, o_orderpriority" in orders.conditions
    assert sent.actual_rows == customer.actual_rows == kept.actual_rows == 1500
    assert plan.rows_read == 16500
    assert plan.scans("orders") == 1


def test_partitions_and_files_left_out(spark, lake):
    plan = plans.explain(spark.read.parquet(f"{lake}/by_year").where("year = 1995 AND o_custkey = 7"))
    scan = next(node for node in plan.nodes() if node.kind == "scan")
    assert (scan.files, scan.partitions) == (1, 1)
    assert "partitions 1 of 7" in scan.details
    assert "Partition Filter: isnotnull(year), (year = 1995)" in scan.conditions
    nothing = plans.explain(spark, "SELECT count(*) FROM by_year WHERE year = 1900")
    assert (nothing.files_read, nothing.scans("by_year")) == (0, 0)


def test_totals_of_narrow_plans_side_by_side_stand_apart(spark):
    plan = plans.explain(spark, "SELECT o_custkey, count(*) FROM orders GROUP BY o_custkey")
    figure = plans.compare(plan, plan).draw()
    figure.savefig(io.BytesIO())
    shown = [text for text in figure.axes[0].texts if re.match(r"rows read|files|shuffles", text.get_text())]
    extents = [text.get_window_extent() for text in shown]
    assert len(extents) > 2
    assert not any(one.overlaps(other) for one, other in combinations(extents, 2))
    assert all(extent.x1 < figure.bbox.x1 for extent in extents)


def test_files_left_out_by_the_other_side_of_a_join(spark, tmp_path):
    spark.range(1990, 2000).selectExpr("id AS year", "int(id = 1994) AS best").write.parquet(
        f"{tmp_path}/years"
    )
    best = spark.read.parquet(f"{tmp_path}/years").where("best = 1")
    plan = plans.explain(spark.table("by_year").join(best, "year"))
    scan = next(node for node in plan.nodes() if node.relation == "by_year")
    assert (scan.files, scan.partitions) == (1, 1)
    assert "files 1 of 7" in scan.details
    assert [node.role for node in scan.children] == ["partition filter"]


@pytest.mark.parametrize(
    ("settings", "hint", "operator", "native"),
    [
        ({}, "MERGE(o)", "Sort Merge Join", "SortMergeJoin"),
        ({}, "SHUFFLE_HASH(c)", "Shuffled Hash Join", "ShuffledHashJoin"),
        ({}, "BROADCAST(c)", "Broadcast Hash Join", "BroadcastHashJoin"),
    ],
)
def test_each_strategy_of_a_join_by_its_name(spark, settings, hint, operator, native):
    sql = "SELECT /*+ {} */ * FROM orders o {} JOIN customer c ON o_custkey = c_custkey"
    joins = [
        next(node for node in plans.explain(spark, sql.format(hint, kind)).nodes() if node.kind == "join")
        for kind in ("", "LEFT", "LEFT ANTI")
    ]
    assert [join.native for join in joins] == [native] * 3
    assert [join.operator for join in joins] == [
        operator.replace(" Join", f" {kind}Join") for kind in ("", "Left ", "Anti ")
    ]


def test_joins_without_an_equality(spark):
    less = plans.explain(spark, "SELECT * FROM range(3) a LEFT JOIN range(3) b ON a.id < b.id")
    assert "Broadcast Nested Loop Left Join" in words(less)
    hint = "SELECT /*+ SHUFFLE_REPLICATE_NL(a) */ count(*) FROM customer a, customer b"
    assert "Cross Product" in words(plans.explain(spark, hint))


def test_a_skewed_partition_is_split(spark):
    settings = {
        "spark.sql.autoBroadcastJoinThreshold": -1,
        "spark.sql.adaptive.skewJoin.skewedPartitionThresholdInBytes": "4k",
        "spark.sql.adaptive.advisoryPartitionSizeInBytes": "4k",
    }
    labs.spark(settings)
    left = spark.range(0, 20000, 1, 4).selectExpr("id", "IF(id % 10 < 9, 1, id % 50) AS k")
    plan = plans.explain(left.join(spark.range(50).withColumnRenamed("id", "k"), "k"))
    join = next(node for node in plan.nodes() if node.kind == "join")
    assert "skew join" in join.details
    assert any("1 skewed split in" in " ".join(node.details) for node in plan.nodes())


def test_windows_python_functions_and_caches(spark):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    odd = F.udf(lambda x: x % 2, "long")
    ranked = spark.range(9).withColumn("k", odd("id"))
    ranked = ranked.withColumn("r", F.row_number().over(Window.partitionBy("k").orderBy("id")))
    plan = plans.explain(ranked.where("r = 1"))
    assert {"WindowAgg", "Window Group Limit", "Sort", "Shuffle", "Python UDF"} <= set(words(plan))
    assert plan.root.actual_rows == 2
    cached = ranked.cache()
    assert words(plans.explain(cached.union(cached))) == ["Append", "Cache Scan", "Cache Scan"]
    cached.unpersist()


def test_delta_is_a_scan_of_its_source(spark, tmp_path):
    spark.range(10).write.format("delta").mode("append").save(f"{tmp_path}/t")
    plan = plans.explain(spark.read.format("delta").load(f"{tmp_path}/t").where("id < 3"))
    scan = next(node for node in plan.nodes() if node.kind == "scan")
    assert (scan.title, plan.root.actual_rows) == ("Source Scan on delta", 3)


def test_a_subquery_runs_once_for_all(spark):
    plan = plans.explain(
        spark, "SELECT count(*) FROM orders WHERE o_totalprice > (SELECT avg(c_acctbal) FROM customer)"
    )
    assert [node.role for node in plan.nodes() if node.role] == ["InitPlan"]
    assert plan.scans("customer") == 1


def test_before_the_run_there_are_no_figures(spark):
    plan = plans.explain(spark, "SELECT o_custkey, count(*) FROM orders GROUP BY 1", analyze=False)
    assert words(plan) == ["HashAggregate", "Shuffle", "Partial HashAggregate", "File Scan"]
    assert not any(re.search(r"rows|kB", line) for line in plan.text().splitlines())
    assert plan.shuffles == 1


def test_the_frame_of_the_reader_is_not_touched(spark):
    frame = spark.table("orders").groupBy("o_custkey").count()
    first = frame.count()
    assert str(plans.explain(frame)) == str(plans.explain(spark, frame)) == str(plans.explain(frame))
    assert frame.count() == first


def test_parameters_fill_a_statement(spark):
    named = plans.explain(spark, "SELECT * FROM orders WHERE o_orderkey = :key", params={"key": 1})
    placed = plans.explain(spark, "SELECT * FROM orders WHERE o_orderkey = ?", params=[1])
    assert named.root.actual_rows == placed.root.actual_rows == 1


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t AS SELECT 1",
        "INSERT INTO orders SELECT * FROM orders",
        "DROP VIEW orders",
        "SHOW TABLES",
    ],
)
def test_a_command_is_refused_and_not_run(spark, sql):
    with pytest.raises(plans.PlanError, match="SELECT"):
        plans.explain(spark, sql)
    assert spark.table("orders").count() == 15000
    assert not spark.catalog.tableExists("t")


def test_nothing_to_explain(spark):
    with pytest.raises(plans.PlanError, match="no statement"):
        plans.explain(spark, " ; ")


# Text, picture, budget


def test_text_table_and_picture(spark):
    plan = plans.explain(spark, "SELECT o_custkey, count(*) FROM orders WHERE o_orderkey < 100 GROUP BY 1")
    text = plan.text()
    assert not re.search(r"#\d|plan_id|/tmp|\?|\b\d+ ms\b", text)
    assert text.splitlines()[-1] == (
        f"Total: rows read {plan.rows_read:,}, files 1, shuffles 1, rows shuffled {plan.rows_shuffled:,}"
    )
    table = plan.figures()
    assert list(table.columns[-2:]) == ["files", "partitions"]
    assert table.own_bytes.notna().any()
    figure = plan.draw("Orders by customer")
    said = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert "4 partitions" in said
    assert "→" not in said
    assert "shuffles 1" in plan.alt_text()
    assert "estimated" not in plan.alt_text()


def test_a_budget(spark):
    plan = plans.explain(
        spark, "SELECT /*+ MERGE(o) */ count(*) FROM orders o JOIN customer ON o_custkey = c_custkey"
    )
    allowed = plans.PlanBudget(shuffles=3, rows_shuffled=17_000, files_read=2, scans={"orders": 1})
    assert allowed.violations(plan) == []
    tight = plans.PlanBudget(
        wants=("Broadcast Hash Join",), forbids=("Merge Join",), shuffles=1, rows_shuffled=10, files_read=1
    )
    assert [violation.message for violation in tight.violations(plan)] == [
        "The plan has no Broadcast Hash Join, and this task asks for one.",
        "The plan uses Merge Join, and this task asks you to do without.",
        "The plan has 3 shuffles; 1 are enough.",
        f"The plan has {plan.rows_shuffled:,} shuffled rows; 10 are enough.",
        "The plan has 2 files; 1 are enough.",
    ]
    unrun = plans.explain(spark, "SELECT 1", analyze=False)
    with pytest.raises(plans.PlanError):
        plans.PlanBudget(rows_shuffled=1).violations(unrun)


# Stages


def test_stages_of_a_grouping(spark):
    frame = spark.range(0, 1000, 1, 4).selectExpr("IF(id < 900, 0, id) AS k").repartition(3, "k")
    with plans.stages(spark) as seen:
        frame.groupBy("k").count().collect()
    made, counted = seen
    assert (made.reads, made.writes, made.tasks, made.rows_written) == ("input", "shuffle", 4, 1000)
    assert (counted.reads, counted.writes, counted.tasks) == ("shuffle", "result", 3)
    assert counted.rows_read == 1000
    assert counted.most >= 900 > counted.middle
    assert counted.bytes_read == made.bytes_written > 0
    assert list(seen.table().index) == [1, 2]
    assert not {"time", "id", "duration"} & set(seen.table().columns)


def test_stages_of_a_broadcast_and_a_write(spark, tmp_path):
    with plans.stages(spark) as seen:
        spark.sql(
            "SELECT /*+ BROADCAST(customer) */ * FROM orders JOIN customer ON o_custkey = c_custkey"
        ).write.parquet(f"{tmp_path}/joined")
    assert [(stage.reads, stage.writes) for stage in seen] == [("input", "broadcast"), ("input", "output")]


def test_a_failed_task_is_counted_apart(spark):
    from pyspark.errors import PySparkException
    from pyspark.sql import functions as F

    with plans.stages(spark) as seen, pytest.raises(PySparkException):
        spark.range(0, 4, 1, 2).select(F.raise_error(F.lit("no"))).collect()
    assert sum(stage.failed for stage in seen) >= 1


def test_shuffle_files_that_are_still_there_are_not_written_again(spark):
    pairs = spark.sparkContext.parallelize(range(20), 2).map(lambda n: (n % 3, n)).groupByKey(2)
    with plans.stages(spark) as first:
        pairs.count()
    with plans.stages(spark) as second:
        pairs.count()
    assert (len(list(first)), first.skipped, len(list(second)), second.skipped) == (2, 0, 1, 1)


def test_stages_are_known_only_at_the_end(spark):
    with plans.stages(spark) as seen, pytest.raises(plans.PlanError, match="ended"):
        seen.table()


# The same in every run


ALL = """
    import sys
    from pathlib import Path
    from seniorde import labs, plans
    spark = labs.spark()
    for path in Path(sys.argv[1]).iterdir():
        spark.read.parquet(str(path)).createOrReplaceTempView(path.name)
    for sql in sys.argv[2:]:
        with plans.stages(spark) as seen:
            print(plans.explain(spark, sql))
        print(seen)
    labs.spark({"spark.sql.autoBroadcastJoinThreshold": -1})
    for sql in sys.argv[2:]:
        print(plans.explain(spark, sql))
"""


@pytest.mark.slow
def test_plans_and_stages_are_the_same_in_two_processes(lake, queries):
    import textwrap

    command = [sys.executable, "-c", textwrap.dedent(ALL), lake, *(queries[number] for number in NUMBERS)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    first, second = (one.communicate(timeout=250)[0] for one in both)
    assert first.count("Total: ") == 2 * len(NUMBERS)
    assert first == second
