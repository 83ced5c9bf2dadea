"""PostgreSQL's plans: every kind of node, the figures done right, no trace left."""

import psycopg
import pytest
from psycopg.rows import dict_row

from seniorde import plans
from seniorde.plans import PlanError
from seniorde.plans.postgres import _notes

PARALLEL = """
    SET LOCAL max_parallel_workers = 2; SET LOCAL max_parallel_workers_per_gather = 2;
    SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0;
    SET LOCAL min_parallel_table_scan_size = 0
"""
PARTITIONS = """
    CREATE TABLE readings (day int, value int) PARTITION BY RANGE (day);
    CREATE TABLE readings_a PARTITION OF readings FOR VALUES FROM (0) TO (10);
    CREATE TABLE readings_b PARTITION OF readings FOR VALUES FROM (10) TO (20);
    CREATE TABLE readings_c PARTITION OF readings FOR VALUES FROM (20) TO (30);
    INSERT INTO readings SELECT i % 30, i FROM generate_series(1, 3000) AS t(i); ANALYZE readings
"""


def find(plan, operator):
    found = [node for node in plan.nodes() if node.operator == operator]
    assert found, f"no {operator} in\n{plan}"
    return found[0]


def operators(plan):
    return [node.operator for node in plan.nodes()]


def test_text_of_a_plan(scratch):
    sql = "SELECT r_name, count(*) FROM nation JOIN region ON n_regionkey = r_regionkey GROUP BY r_name"
    assert str(plans.explain(scratch, sql)).splitlines() == [
        "HashAggregate  rows 5 → 5",
        "│   Group Key: region.r_name",
        "└─ Hash Join  rows 25 → 25",
        "   │   Hash Cond: (nation.n_regionkey = region.r_regionkey)",
        "   ├─ Seq Scan on nation  rows 25 → 25, pages 1",
        "   └─ Hash  rows 5 → 5",
        "      └─ Seq Scan on region  rows 5 → 5, pages 1",
        "Total: rows read 30, pages 2",
    ]
    plan = plans.explain(scratch, sql)
    assert repr(plan) == str(plan)
    assert "cost" in plan.text(costs=True)


def test_parallel_rows_are_totals(scratch):
    scratch.execute(PARALLEL)
    plan = plans.explain(scratch, "SELECT count(*) FROM lineitem WHERE l_quantity > 10")
    [[kept, rows]] = scratch.execute("SELECT count(*) FILTER (WHERE l_quantity > 10), count(*) FROM lineitem")
    scan = find(plan, "Parallel Seq Scan")
    assert scan.actual_rows == kept
    assert abs(plan.rows_read - rows) <= 2  # the engine rounds the rows removed by each process
    assert scan.misestimate < 1.2
    assert (scan.loops, plan.scans("lineitem")) == (1, 1)
    assert "workers 2" in find(plan, "Gather").details


def test_init_plan_of_a_parallel_query_is_counted_once(scratch):
    scratch.execute(PARALLEL)
    sql = "SELECT count(*) FROM orders WHERE o_totalprice > (SELECT avg(o_totalprice) FROM orders)"
    plan = plans.explain(scratch, sql)
    [[pages]] = scratch.execute("SELECT pg_relation_size('orders') / 8192").fetchall()
    assert [node.own_pages for node in plan.nodes() if node.operator == "Parallel Seq Scan"] == [pages, pages]
    assert plan.pages == 2 * pages
    assert plan.scans("orders") == 2


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT (SELECT max(c_acctbal) FROM customer), n_name FROM nation ORDER BY n_name",
        "SELECT n_name FROM nation WHERE n_nationkey > (SELECT min(c_nationkey) FROM customer)",
        "WITH a AS MATERIALIZED (SELECT * FROM customer), b AS MATERIALIZED (SELECT * FROM a) "
        "SELECT n_name FROM nation, b, a WHERE b.c_nationkey = n_nationkey AND a.c_custkey = b.c_custkey",
    ],
)
def test_pages_of_init_plans_and_ctes_are_counted_once(scratch, sql):
    plan = plans.explain(scratch, sql)
    pages = {node.relation: node.own_pages for node in plan.nodes() if node.operator == "Seq Scan"}
    [[customer]] = scratch.execute("SELECT pg_relation_size('customer') / 8192").fetchall()
    assert pages == {"customer": customer, "nation": 1}
    assert plan.pages == customer + 1
    assert any(node.role for node in plan.nodes())


def test_a_subplan_that_becomes_a_hash_table_says_so(scratch):
    sql = "SELECT n_name FROM nation WHERE n_regionkey NOT IN (SELECT r_regionkey FROM region)"
    assert [node.role for node in plans.explain(scratch, sql).nodes()] == ["", "hashed SubPlan 1"]


def test_a_subplan_reads_its_table_again_and_again(scratch):
    sql = "SELECT (SELECT count(*) FROM nation WHERE n_regionkey = r_regionkey) FROM region"
    plan = plans.explain(scratch, sql)
    assert [node.role for node in plan.nodes()] == ["", "SubPlan 1", ""]
    scan = list(plan.nodes())[2]
    assert (scan.loops, scan.actual_rows, scan.removed_rows, scan.own_pages) == (5, 25, 100, 5)
    assert (plan.scans("nation"), plan.scans("region")) == (5, 1)


def test_partitions_pruned_by_the_planner(scratch):
    scratch.execute(PARTITIONS)
    assert plans.explain(scratch, "SELECT * FROM readings").scans("readings") == 3
    plan = plans.explain(scratch, "SELECT * FROM readings WHERE day = 5")
    assert (plan.scans("readings"), plan.scans("readings_a")) == (1, 1)
    assert [(node.relation, node.table) for node in plan.nodes()] == [("readings_a", "readings")]


def test_partitions_pruned_at_run_time(scratch):
    scratch.execute(PARTITIONS)
    plan = plans.explain(scratch, "SELECT * FROM readings WHERE day = (SELECT 12)")
    assert [node.relation for node in plan.nodes() if node.kind == "scan" and node.loops == 0] == [
        "readings_a",
        "readings_c",
    ]
    assert plan.scans("readings") == 1
    assert str(plan).count("never executed") == 2
    assert all(node.misestimate is None for node in plan.nodes() if node.loops == 0)


def test_limit_cuts_its_input_short(scratch):
    plan = plans.explain(scratch, "SELECT * FROM lineitem LIMIT 5")
    scan = find(plan, "Seq Scan")
    assert (scan.actual_rows, scan.misestimate, scan.mark) == (5, None, 1)
    assert "cut short" in str(plan)
    sorted_plan = plans.explain(scratch, "SELECT * FROM lineitem ORDER BY l_comment LIMIT 5")
    assert not find(sorted_plan, "Seq Scan").cut_short


def test_misestimate_of_correlated_columns(scratch):
    scratch.execute(
        "CREATE TABLE cars AS SELECT i % 100 AS make, i % 100 AS model FROM generate_series(1, 20000) t(i);"
        "ANALYZE cars"
    )
    plan = plans.explain(scratch, "SELECT * FROM cars WHERE make = 7 AND model = 7")
    assert (plan.root.estimated_rows, plan.root.actual_rows, plan.root.mark) == (2, 200, 100)
    assert plan.misestimate == 100
    assert "(×100 underestimated)" in str(plan)


def test_bitmap_scans_lossy_and_exact(scratch):
    scratch.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
    sql = "SELECT * FROM lineitem WHERE l_partkey < 300 OR l_orderkey < 9000"
    exact = plans.explain(scratch, sql)
    assert find(exact, "BitmapOr").actual_rows is None
    assert find(exact, "Bitmap Heap Scan").removed_rows in (None, 0)
    scratch.execute("SET LOCAL work_mem = '64kB'")
    lossy = plans.explain(scratch, sql)
    heap = find(lossy, "Bitmap Heap Scan")
    assert any(detail.startswith("lossy pages") for detail in heap.details)
    assert heap.removed_rows > 0
    assert heap.actual_rows == find(exact, "Bitmap Heap Scan").actual_rows


def test_index_only_scan_tells_its_heap_fetches(scratch):
    scratch.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
    sql = "SELECT l_partkey FROM lineitem WHERE l_partkey = 10"
    assert "heap fetches" not in str(plans.explain(scratch, sql))
    scratch.execute("UPDATE lineitem SET l_tax = 0 WHERE l_partkey = 10")
    scan = find(plans.explain(scratch, sql), "Index Only Scan")
    assert scan.index == "lineitem_part"
    assert any(detail.startswith("heap fetches") for detail in scan.details)


@pytest.mark.parametrize(
    ("settings", "sql", "expected"),
    [
        ("enable_hashjoin = off", "SELECT * FROM nation JOIN region ON n_regionkey = r_regionkey", None),
        ("jit = off", "SELECT * FROM nation FULL JOIN region ON n_regionkey = r_regionkey", "Hash Full Join"),
        (
            "enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL enable_material = off; "
            "SET LOCAL enable_seqscan = off",
            "SELECT * FROM supplier JOIN nation ON s_nationkey = n_nationkey",
            "Memoize",
        ),
        (
            "enable_hashagg = off",
            "SELECT l_orderkey, l_comment FROM lineitem ORDER BY 1, 2 LIMIT 5",
            "Incremental Sort",
        ),
        ("jit = off", "SELECT n_name, rank() OVER (ORDER BY n_name) FROM nation", "WindowAgg"),
        ("jit = off", "SELECT 1 UNION SELECT 2", "Unique"),
        ("jit = off", "SELECT n_name FROM nation EXCEPT SELECT r_name FROM region", "HashSetOp Except"),
        (
            "jit = off",
            "SELECT n_regionkey, n_name, count(*) FROM nation GROUP BY CUBE (1, 2)",
            "MixedAggregate",
        ),
        ("jit = off", "SELECT * FROM generate_series(1, 3) AS g", "Function Scan"),
        ("jit = off", "VALUES (1), (2)", "Values Scan"),
        ("jit = off", "SELECT generate_series(1, 3)", "ProjectSet"),
        ("jit = off", "SELECT * FROM nation TABLESAMPLE SYSTEM (50) REPEATABLE (1)", "Sample Scan"),
        ("jit = off", "SELECT * FROM nation FOR UPDATE", "LockRows"),
        ("jit = off", "CREATE TABLE copy AS SELECT * FROM nation", "Seq Scan"),
        ("jit = off", "DECLARE c CURSOR FOR SELECT * FROM nation", "Seq Scan"),
        (
            "jit = off",
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r",
            "Recursive Union",
        ),
    ],
)
def test_kinds_of_nodes(scratch, settings, sql, expected):
    scratch.execute(f"SET LOCAL {settings}")
    plan = plans.explain(scratch, sql)
    assert expected is None or expected in operators(plan)
    assert "other" not in {node.kind for node in plan.nodes()}
    assert str(plans.explain(scratch, sql)) == str(plan)
    plan.draw()


def test_rows_of_a_recursion_are_totals(scratch):
    sql = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 10) SELECT * FROM r"
    work = find(plans.explain(scratch, sql), "WorkTable Scan")
    assert (work.actual_rows, work.loops, work.relation) == (9, 10, "r")


def test_spill(scratch):
    scratch.execute("SET LOCAL work_mem = '256kB'")
    plan = plans.explain(scratch, "SELECT * FROM lineitem ORDER BY l_comment")
    assert find(plan, "Sort").own_spill == plan.spill_bytes > 4_000_000
    assert find(plan, "Seq Scan").own_spill == 0
    assert "spilled" in str(plan)
    assert plans.explain(scratch, "SELECT * FROM nation ORDER BY 2").spill_bytes == 0


WRITES = [
    "INSERT INTO region VALUES (9, 'x', 'y')",
    "INSERT INTO region VALUES (1, 'x', 'y') ON CONFLICT (r_regionkey) DO UPDATE SET r_name = 'z'",
    "UPDATE region SET r_name = 'x'",
    "DELETE FROM region WHERE r_regionkey > 2 RETURNING *",
    "MERGE INTO region USING (VALUES (1, 'a'), (9, 'b')) AS n (k, name) ON r_regionkey = k "
    "WHEN MATCHED THEN UPDATE SET r_name = name WHEN NOT MATCHED THEN INSERT VALUES (k, name, '')",
    "WITH gone AS (DELETE FROM region RETURNING *) SELECT count(*) FROM nation",
    "CREATE TABLE region_copy AS SELECT * FROM region",
]


def state(con):
    rows = con.execute("SELECT * FROM region ORDER BY 1").fetchall()
    return rows, con.execute("SELECT count(*) FROM pg_class WHERE relkind = 'r'").fetchone()


@pytest.mark.parametrize("sql", WRITES)
@pytest.mark.parametrize("nested", [False, True], ids=["autocommit", "in a transaction"])
def test_a_write_leaves_no_trace(pg, sql, nested):
    before = state(pg)
    if nested:
        with pg.transaction(force_rollback=True):
            pg.execute("INSERT INTO region VALUES (7, 'mine', '')")
            inside = state(pg)
            plans.explain(pg, sql)
            assert state(pg) == inside
    else:
        plan = plans.explain(pg, sql)
        assert pg.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert "other" not in {node.kind for node in plan.nodes()}
        assert sql.startswith("CREATE") or any(node.kind == "write" for node in plan.nodes())
        plan.draw()
    assert state(pg) == before


def test_a_write_outside_autocommit(pg):
    with psycopg.connect(pg.info.dsn, row_factory=dict_row, autocommit=False) as con:
        plan = plans.explain(con, "DELETE FROM region")
        assert con.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
        assert plan.root.title == "Delete on region"
        assert con.execute("SELECT count(*) AS n FROM region").fetchone() == {"n": 5}


def test_merge_tells_what_it_did(scratch):
    merge = find(plans.explain(scratch, WRITES[4]), "Merge")
    assert merge.details == ("inserted 1", "updated 1")


def test_triggers(scratch):
    scratch.execute("CREATE TABLE child (key bigint REFERENCES region)")
    plan = plans.explain(scratch, "INSERT INTO child VALUES (1), (2)")
    assert plan.notes == ("Trigger child_key_fkey on child: calls 2",)
    assert plan.notes[0] in str(plan)


def test_compilation_is_noted_without_its_time():
    assert list(_notes({"JIT": {"Functions": 5, "Timing": {"Total": 12.3}}})) == ["JIT: functions 5"]


def test_a_rule_gives_several_plans(scratch):
    scratch.execute("CREATE TABLE log (a int); CREATE RULE also AS ON INSERT TO log DO ALSO SELECT 5")
    plan = plans.explain(scratch, "INSERT INTO log VALUES (1)")
    assert operators(plan) == ["Rewrite", "Insert", "Result", "Result"]


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("SELECT * FROM nation WHERE n_nationkey = %s", [3]),
        ("SELECT * FROM nation WHERE n_nationkey = %(key)s AND n_name LIKE '%%'", {"key": 3}),
        ("SELECT * FROM nation WHERE n_nationkey = $1 AND n_name LIKE '%'", [3]),
    ],
)
def test_parameters(scratch, sql, params):
    assert plans.explain(scratch, sql, params=params).root.actual_rows == 1


def test_a_percent_sign_is_no_parameter(scratch):
    assert plans.explain(scratch, "SELECT * FROM nation WHERE n_name LIKE '%A'").root.kind == "scan"


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        (" ; ", "There is no statement"),
        ("SELECT 1; DELETE FROM region", "one statement"),
        ("VACUUM", "no plan for VACUUM"),
        ("/* why */ -- not\n set work_mem = '1MB'", "no plan for SET"),
        ("CREATE INDEX ON nation (n_name)", "no plan for CREATE"),
        ("EXPLAIN SELECT 1", "no plan for EXPLAIN"),
        ("TRUNCATE region", "no plan for TRUNCATE"),
        ("SELECT * FROM nation WHERE n_nationkey = $1", "parameter"),
    ],
)
def test_what_has_no_plan_is_told_in_a_sentence(pg, sql, sentence):
    before = state(pg)
    with pytest.raises(PlanError, match=sentence):
        plans.explain(pg, sql)
    assert state(pg) == before


def test_mistakes_come_as_the_engines_own_errors(pg):
    with pytest.raises(psycopg.errors.UndefinedColumn, match="n_nmae"):
        plans.explain(pg, "SELECT n_nmae FROM nation")
    with pytest.raises(psycopg.errors.SyntaxError, match="selec"):
        plans.explain(pg, "selec 1")
    with pytest.raises(psycopg.errors.DivisionByZero):
        plans.explain(pg, "SELECT 1 / 0")
    assert plans.explain(pg, "SELECT 1").root.operator == "Result"


def test_other_connections_are_refused():
    with pytest.raises(PlanError, match=r"labs\.postgres"):
        plans.explain(object(), "SELECT 1")
