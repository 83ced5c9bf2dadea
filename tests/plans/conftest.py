"""Both engines with TPC-H at scale 0.01, and its 22 queries."""

import matplotlib
import pytest

from seniorde import labs

matplotlib.use("agg")

SCALE = 0.01


@pytest.fixture(scope="module")
def pg(postgres):
    """A psycopg connection in autocommit to an own database; tests leave it as they found it."""
    with labs.postgres("tpch", scale=SCALE) as con:
        con.execute("SET statement_timeout = '20s'")
        con.execute("CREATE INDEX IF NOT EXISTS lineitem_part ON lineitem (l_partkey, l_suppkey)")
        yield con


@pytest.fixture
def scratch(pg):
    """The same connection inside a transaction that is rolled back after the test."""
    with pg.transaction(force_rollback=True):
        yield pg


@pytest.fixture(scope="session")
def duck():
    return labs.duckdb("tpch", scale=SCALE, extensions=("tpch",))


@pytest.fixture
def toy():
    """DuckDB with 5,000 flights, 1 in 10 without its plane, and 60 planes, of which some never flew."""
    con = labs.duckdb()
    con.execute(TOY)
    return con


@pytest.fixture
def pg_toy(scratch):
    scratch.execute(TOY + "; ANALYZE flights; ANALYZE planes")
    return scratch


TOY = """
    CREATE TABLE planes AS
        SELECT 'N' || p AS tailnum, 1990 + p % 20 AS year FROM generate_series(0, 59) AS t(p);
    CREATE TABLE flights AS
        SELECT f AS id, CASE WHEN f % 10 = 0 THEN NULL ELSE 'N' || f % 50 END AS tailnum, f % 30 AS day
        FROM generate_series(0, 4999) AS t(f)
"""


@pytest.fixture(params=["PostgreSQL", "DuckDB"])
def engine(request):
    """A connection to either engine with TPC-H."""
    return request.getfixturevalue({"PostgreSQL": "pg", "DuckDB": "duck"}[request.param])


@pytest.fixture(params=["PostgreSQL", "DuckDB"])
def flights(request):
    """A connection to either engine with the toy tables."""
    return request.getfixturevalue({"PostgreSQL": "pg_toy", "DuckDB": "toy"}[request.param])


@pytest.fixture(scope="session")
def queries(duck):
    return dict(duck.execute("SELECT query_nr, query FROM tpch_queries()").fetchall())
