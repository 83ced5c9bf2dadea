"""DuckDB's plans: its words in PostgreSQL's, its figures made comparable, both formats of its profile."""

import duckdb
import pytest

from seniorde import plans
from seniorde.plans import PlanError
from seniorde.plans.duckdb import _plan


def operators(plan):
    return [node.operator for node in plan.nodes()]


def test_text_of_a_plan(toy):
    sql = "SELECT year, count(*) FROM flights JOIN planes USING (tailnum) WHERE day < 3 GROUP BY year"
    plan = plans.explain(toy, sql)
    assert str(plan).splitlines() == [
        "HashAggregate  rows ? → 4",
        "│   Group Key: #0",
        "└─ Hash Join  rows 1,000 → 334",
        "   │   Cond: tailnum = tailnum",
        "   ├─ Seq Scan on flights  rows 1,000 → 334, removed 4,666",
        "   │      Filter: day<3",
        "   │      Dynamic Filter: optional: tailnum>='N0' AND optional: tailnum<='N9'",
        "   └─ Seq Scan on planes  rows 60 → 60",
        "Total: rows read 5,060",
    ]
    assert str(plans.explain(toy, sql)) == str(plan)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM planes p WHERE NOT EXISTS (FROM flights f WHERE f.tailnum = p.tailnum)", "Anti Join"),
        ("SELECT * FROM planes WHERE tailnum IN (SELECT tailnum FROM flights)", "Semi Join"),
        ("SELECT * FROM planes WHERE tailnum NOT IN (SELECT tailnum FROM flights)", "Hash Mark Join"),
        ("SELECT * FROM planes LEFT JOIN flights USING (tailnum)", "Hash Right Join"),
        ("SELECT *, (SELECT max(id) FROM flights f WHERE f.id < p.year) FROM planes p", "Delim Join"),
        ("SELECT * FROM flights a, flights b WHERE a.id < b.id AND a.day > b.day LIMIT 3", "Inequality Join"),
        ("SELECT * FROM flights a LEFT JOIN flights b ON a.id < b.id LIMIT 3", "Piecewise Merge Left Join"),
        ("SELECT * FROM flights a ASOF JOIN flights b ON a.id >= b.id", "AsOf Join"),
        ("SELECT * FROM planes, flights LIMIT 3", "Cross Product"),
        ("SELECT * FROM planes POSITIONAL JOIN flights LIMIT 3", "Positional Join"),
        ("SELECT *, row_number() OVER (PARTITION BY day ORDER BY id) FROM flights", "WindowAgg"),
        ("SELECT * FROM flights ORDER BY id", "Sort"),
        ("SELECT * FROM flights ORDER BY id LIMIT 3", "Top-N Sort"),
        ("SELECT DISTINCT day FROM flights", "HashAggregate"),
        ("SELECT sum(id + 0.5) FROM flights", "Aggregate"),
        ("SELECT id FROM flights UNION ALL SELECT year FROM planes", "Append"),
        (
            "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 9) FROM r",
            "Recursive Union",
        ),
        ("SELECT unnest([1, 2, 3])", "Unnest"),
        ("FROM range(5)", "Function Scan"),
        ("VALUES (1), (2)", "Values Scan"),
        ("FROM flights USING SAMPLE 5", "Sample"),
        ("SELECT * FROM planes WHERE false", "Result"),
        ("SUMMARIZE planes", "Unnest"),
        ("CALL range(3)", "Function Scan"),
    ],
)
def test_operators_in_words_of_postgresql(toy, sql, expected):
    plan = plans.explain(toy, sql)
    assert any(expected in name for name in operators(plan)), str(plan)
    assert "other" not in {node.kind for node in plan.nodes()}
    assert "PROJECTION" not in {node.native for node in plan.nodes()}
    plan.draw()


def test_a_cte_hangs_below_its_query(toy):
    sql = (
        "WITH c AS MATERIALIZED (SELECT day, count(*) n FROM flights GROUP BY 1) FROM c a JOIN c b USING (n)"
    )
    plan = plans.explain(toy, sql)
    assert [(node.operator, node.relation) for node in plan.nodes() if "CTE" in node.label] == [
        ("HashAggregate", None),
        ("CTE Scan", "c"),
        ("CTE Scan", "c"),
    ]
    assert plan.scans("flights") == 1


def test_a_delim_join_counts_the_rows_of_the_join_below(toy):
    plan = plans.explain(toy, "SELECT *, (SELECT max(id) FROM flights f WHERE f.id < p.year) FROM planes p")
    by_name = {node.operator: node for node in plan.nodes()}
    assert by_name["Delim Join"].actual_rows == 60
    assert by_name["Delim Scan"].actual_rows == 20  # distinct years


def test_index_scan(toy):
    toy.execute(
        "CREATE TABLE keyed (k int PRIMARY KEY, v int); INSERT INTO keyed SELECT i, i FROM range(5000) t(i)"
    )
    plan = plans.explain(toy, "SELECT * FROM keyed WHERE k = 5")
    assert (plan.root.title, plan.rows_read) == ("Index Scan on keyed", 1)


def test_files_pruned_by_partition(toy, tmp_path):
    toy.execute(f"COPY flights TO '{tmp_path}/f' (FORMAT parquet, PARTITION_BY (day))")
    plan = plans.explain(toy, f"SELECT * FROM read_parquet('{tmp_path}/f/*/*.parquet') WHERE day IN (3, 4)")
    assert (plan.root.operator, plan.root.files, plan.scans("read_parquet")) == ("File Scan", 2, 2)
    assert str(tmp_path) not in str(plan)
    assert plan.rows_read == plan.root.actual_rows == 334


def test_spill(toy, tmp_path):
    toy.execute(f"SET temp_directory = '{tmp_path}'; SET memory_limit = '25MB'")
    sql = "SELECT a.i, b.i::varchar || 'padding' AS s FROM range(10) a(i), range(60000) b(i) ORDER BY s"
    assert plans.explain(toy, sql).spill_bytes > 0


WRITES = [
    "INSERT INTO planes VALUES ('X', 1)",
    "INSERT INTO planes SELECT tailnum, day FROM flights",
    "UPDATE planes SET year = 1 WHERE year > 2000",
    "DELETE FROM planes",
    "TRUNCATE planes",
    "MERGE INTO planes USING (SELECT 'N1' AS tailnum) n USING (tailnum) WHEN MATCHED THEN DELETE",
    "CREATE TABLE planes_copy AS FROM planes",
]


def state(con):
    coverage = "SELECT current_setting('profiling_coverage')"
    return [con.execute(sql).fetchall() for sql in ("FROM planes ORDER BY ALL", "SHOW TABLES", coverage)]


@pytest.mark.parametrize("sql", WRITES)
def test_a_write_leaves_no_trace(toy, sql):
    before = state(toy)
    plan = plans.explain(toy, sql)
    assert state(toy) == before
    assert plan.root.kind == "write"
    plan.draw()


def test_within_a_transaction_reads_run_and_writes_are_refused(toy):
    toy.begin()
    toy.execute("INSERT INTO planes VALUES ('X', 1)")
    before = state(toy)
    assert plans.explain(toy, "FROM planes").root.actual_rows == 61
    with pytest.raises(PlanError, match="no savepoints"):
        plans.explain(toy, "DELETE FROM planes")
    assert plans.explain(toy, "DELETE FROM planes", analyze=False).root.operator == "Delete"
    assert state(toy) == before
    toy.commit()
    assert state(toy) == before


@pytest.mark.parametrize(
    ("sql", "params"),
    [
        ("FROM planes WHERE tailnum = ?", ["N3"]),
        ("FROM planes WHERE tailnum = $1", ["N3"]),
        ("FROM planes WHERE tailnum = $name", {"name": "N3"}),
    ],
)
def test_parameters(toy, sql, params):
    assert plans.explain(toy, sql, params=params).root.actual_rows == 1


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("", "There is no statement"),
        ("-- only a remark", "There is no statement"),
        ("SELECT 1; DROP TABLE planes", "one statement"),
        ("SET threads = 4", "no plan for SET"),
        ("CREATE INDEX i ON planes (year)", "no plan for CREATE"),
        ("COPY planes TO 'planes.csv'", "no plan for COPY"),
        ("EXPLAIN SELECT 1", "no plan for EXPLAIN"),
        ("VACUUM", "no plan for VACUUM"),
    ],
)
def test_what_has_no_plan_is_told_in_a_sentence(toy, sql, sentence):
    before = state(toy)
    with pytest.raises(PlanError, match=sentence):
        plans.explain(toy, sql)
    assert state(toy) == before


def test_mistakes_come_as_the_engines_own_errors(toy):
    before = state(toy)
    with pytest.raises(duckdb.BinderException, match="yaer"):
        plans.explain(toy, "SELECT yaer FROM planes")
    with pytest.raises(duckdb.ParserException):
        plans.explain(toy, "selec 1")
    with pytest.raises(duckdb.InvalidInputException, match="boom"):
        plans.explain(toy, "SELECT error('boom')")
    assert state(toy) == before


PROFILE_OF_DUCKDB_2 = {
    # SELECT g, sum(v) FROM t JOIN u USING (i) WHERE i < 100 GROUP BY g, as 2.0.1 writes it, shortened
    "operator": [
        {
            "name": "RESULT_COLLECTOR",
            "type": "RESULT_COLLECTOR",
            "extra_info": {},
            "intermediate_rows": 0,
            "intermediate_size_bytes": 0,
            "children": [
                {
                    "name": "HASH_GROUP_BY",
                    "type": "HASH_GROUP_BY",
                    "extra_info": {"Groups": "#0", "Aggregates": "sum(#1)", "Estimated Cardinality": "11"},
                    "intermediate_rows": 10,
                    "intermediate_size_bytes": 170,
                    "children": [
                        {
                            "name": "SEQ_SCAN",
                            "type": "TABLE_SCAN",
                            "extra_info": {
                                "Table": "memory.main.t",
                                "Type": "Sequential Scan",
                                "Filters": ["(i < 100)"],
                                "Estimated Cardinality": "90910",
                            },
                            "intermediate_rows": 100,
                            "intermediate_size_bytes": 500,
                            "rows_scanned": 14336,
                            "row_groups_scanned": 1,
                            "total_row_groups_to_scan": 9,
                        }
                    ],
                }
            ],
        }
    ],
    "system": {"peak_temp_dir_size": 4096, "total_bytes_spilled": 4096},
}


def test_the_profile_of_the_next_version():
    plan = _plan(PROFILE_OF_DUCKDB_2, analyzed=True)
    assert str(plan).splitlines() == [
        "HashAggregate  rows 11 → 10",
        "│   Group Key: #0",
        "└─ Seq Scan on t  rows 90,910 → 100 (×100 overestimated), removed 14,236",
        "       Filter: (i < 100)",
        "Total: rows read 14,336, spilled 4 kB",
    ]
