"""The one entry: a connection and a statement, or a DataFrame of Spark in; a plan out."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from seniorde.plans.tree import EMPTY, Plan, PlanError

ENGINES = {"psycopg": "postgres", "duckdb": "duckdb", "_duckdb": "duckdb", "pyspark": "spark"}
"""The library that a connection comes from, and the module here that reads its plans."""


def explain(
    con: Any, sql: Any = "", analyze: bool = True, params: Sequence[Any] | Mapping[str, Any] | None = None
) -> Plan:
    """The plan of one statement, on a psycopg or a duckdb connection or a SparkSession; or of a DataFrame.

    With `analyze` the statement runs, in a transaction (in yours: a savepoint) that is rolled back: no row
    changes. What no rollback undoes stays: sequences move on, PostgreSQL keeps dead row versions until VACUUM
    (so later plans may touch more pages), a function that reaches outside the database has done so.
    A PostgreSQL statement that only reads runs twice, and the second run counts: then the session has looked
    up what it needs, and the same plan touches the same pages.
    DuckDB has no savepoints, so there a statement that writes is not analyzed within an open transaction.
    Spark cannot take anything back, so it explains only what reads; it collects the result, as a new query,
    and the plan is the one that adaptive execution ended with. It counts rows and does not estimate them.
    Its DataFrame may stand alone: `explain(df)`.

    `params` fill `%s` and `%(name)s` (psycopg), `?` (DuckDB, Spark), `$1` (both), `$name` (DuckDB) and
    `:name` (Spark).

    Raises `PlanError` for no statement, several statements, or one that has no plan. What the engine itself
    finds wrong (a misspelt column, a time limit) comes as the engine's own exception.
    """
    library = type(con).__module__.partition(".")[0]
    if library not in ENGINES:
        raise PlanError(
            "Plans come from a psycopg or a duckdb connection, a SparkSession or its DataFrame, not from "
            f"{type(con).__name__}: use labs.postgres(), labs.duckdb() or labs.spark()."
        )
    if isinstance(sql, str) and not sql.strip().strip(";") and not hasattr(con, "sparkSession"):
        raise PlanError(EMPTY)
    return import_module(f"seniorde.plans.{ENGINES[library]}").explain(con, sql, analyze, params)
