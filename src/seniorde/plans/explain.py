"""The one entry: a connection and a statement in, a plan out."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

from seniorde.plans.tree import EMPTY, Plan, PlanError

ENGINES = {"psycopg": "postgres", "duckdb": "duckdb", "_duckdb": "duckdb"}
"""The library that a connection comes from, and the module here that reads its plans."""


def explain(
    con: Any, sql: str, analyze: bool = True, params: Sequence[Any] | Mapping[str, Any] | None = None
) -> Plan:
    """The plan of one statement, on a psycopg or a duckdb connection.

    With `analyze` the statement runs, in a transaction (in yours: a savepoint) that is rolled back: no row
    changes. What no rollback undoes stays: sequences move on, PostgreSQL keeps dead row versions until VACUUM
    (so later plans may touch more pages), a function that reaches outside the database has done so.
    A PostgreSQL statement that only reads runs twice, and the second run counts: then the session has looked
    up what it needs, and the same plan touches the same pages.
    DuckDB has no savepoints, so there a statement that writes is not analyzed within an open transaction.

    `params` fill `%s` and `%(name)s` (psycopg), `?` (DuckDB), `$1` (both) and `$name` (DuckDB).

    Raises `PlanError` for no statement, several statements, or one that has no plan. What the engine itself
    finds wrong (a misspelt column, a time limit) comes as the engine's own exception.
    """
    library = type(con).__module__.partition(".")[0]
    if library not in ENGINES:
        raise PlanError(
            f"Plans come from a psycopg or a duckdb connection, not from {type(con).__name__}: "
            "use labs.postgres() or labs.duckdb()."
        )
    if not sql.strip().strip(";"):
        raise PlanError(EMPTY)
    return import_module(f"seniorde.plans.{ENGINES[library]}").explain(con, sql, analyze, params)
