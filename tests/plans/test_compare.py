"""Before and after: an index, and two engines."""

import pytest

from seniorde import plans

SQL = "SELECT * FROM orders WHERE o_custkey = 77"


@pytest.fixture
def comparison(scratch):
    before = plans.explain(scratch, SQL)
    scratch.execute("CREATE INDEX orders_customer ON orders (o_custkey)")
    return plans.compare(before, plans.explain(scratch, SQL))


def test_what_an_index_changed(comparison):
    lines = str(comparison).splitlines()
    assert lines[0].split() == ["before", "after"]
    assert lines[1].split() == ["operators", "1", "2", "×2.0"]
    assert lines[2].split() == ["rows", "read", "15,000", "6", "÷2,500.0"]
    assert lines[-3:] == [
        "- Seq Scan on orders",
        "+ Bitmap Heap Scan on orders",
        "+ Bitmap Index Scan using orders_customer",
    ]
    assert repr(comparison) == str(comparison)


def test_both_pictures_on_one_figure(comparison):
    figure = comparison.draw("An index spares 2,500 of 2,501 rows")
    words = [text.get_text() for text in figure.axes[0].texts]
    assert {"before", "after"} <= set(words)
    assert comparison.before.alt_text() in figure.get_label()
    assert comparison.after.alt_text() in figure.get_label()


def test_nothing_changed(pg):
    plan = plans.explain(pg, SQL)
    assert not any(line.startswith(("-", "+")) for line in str(plans.compare(plan, plan)).splitlines())


def test_two_engines(pg, duck):
    comparison = plans.compare(plans.explain(pg, SQL), plans.explain(duck, SQL), ("PostgreSQL", "DuckDB"))
    [pages] = [line.split() for line in str(comparison).splitlines() if line.startswith("pages")]
    assert pages[-1] == "–"
    assert str(comparison).split()[:2] == ["PostgreSQL", "DuckDB"]
    comparison.draw()
