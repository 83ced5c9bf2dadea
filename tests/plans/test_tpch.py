"""The 22 queries of TPC-H on both engines: what must hold for every plan."""

import pytest

from seniorde import plans

KEYS = {
    "customer": "c_custkey",
    "lineitem": "l_orderkey",
    "nation": "n_nationkey",
    "orders": "o_orderkey",
    "part": "p_partkey",
    "partsupp": "ps_partkey",
    "region": "r_regionkey",
    "supplier": "s_suppkey",
}


@pytest.fixture(params=range(1, 23))
def sql(request, queries):
    return queries[request.param]


def test_any_plan(engine, sql):
    plan = plans.explain(engine, sql)
    nodes = list(plan.nodes())

    assert str(plans.explain(engine, sql)) == str(plan)
    assert {node.kind for node in nodes} <= set(plans.tree.KINDS)
    assert len(plan.figures()) == len(nodes)
    assert all((node.misestimate or 1) >= 1 for node in nodes)
    assert all((count or 0) >= 0 for n in nodes for count in (n.own_pages, n.own_spill, n.removed_rows))
    for node in nodes:
        assert node.pages == plans.tree.total([node.own_pages, *(child.pages for child in node.children)])
    rows = len(engine.execute(sql).fetchall())
    assert plan.root.actual_rows == rows
    assert plan.rows_read >= rows
    assert f"{len(nodes)} operators" in plan.alt_text()
    assert plan.draw().get_label() == plan.alt_text()


def test_pages_are_those_of_the_engine(pg, sql):
    """Once the session knows its types and functions, nothing but tables is touched."""
    plans.explain(pg, sql)
    plan = plans.explain(pg, sql)
    [[[result]]] = pg.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}").fetchall()
    assert plan.pages == result["Plan"]["Shared Hit Blocks"] + result["Plan"]["Shared Read Blocks"]


def test_estimates_alone(engine, sql):
    plan = plans.explain(engine, sql, analyze=False)
    assert all(node.actual_rows is None and node.misestimate is None for node in plan.nodes())
    assert any(node.estimated_rows for node in plan.nodes())
    assert "→" not in str(plan)
    assert plan.rows_read is None


@pytest.mark.parametrize(("table", "key"), KEYS.items())
def test_a_scan_reads_every_row(engine, table, key):
    [[rows]] = engine.execute(f"SELECT count(*) FROM {table}").fetchall()
    plan = plans.explain(engine, f"SELECT * FROM {table}")
    assert (plan.rows_read, plan.root.actual_rows, plan.scans(table)) == (rows, rows, 1)
    [[selected]] = engine.execute(f"SELECT count(*) FROM {table} WHERE {key} % 7 = 3").fetchall()
    plan = plans.explain(engine, f"SELECT * FROM {table} WHERE {key} % 7 = 3")
    assert (plan.rows_read, plan.root.actual_rows) == (rows, selected)
    assert sum(node.removed_rows or 0 for node in plan.nodes()) == rows - selected
