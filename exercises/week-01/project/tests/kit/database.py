"""Databases: each test has one of its own."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any

import psycopg
from kit.sentences import fail
from psycopg import sql
from psycopg.conninfo import make_conninfo

from seniorde import labs

_numbers = count(1)


@cache
def server() -> psycopg.Connection:
    """Return the connection that makes and drops databases and roles."""
    return labs.postgres()


class Database:
    """A database of its own, empty at first. Its name lets the labs drop it if the tests are killed."""

    def __init__(self, timezone: str = "UTC"):
        keeper = server()
        self.name = f"{keeper.info.dbname}_{next(_numbers)}"
        name = sql.Identifier(self.name)
        keeper.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'").format(name)
        )
        keeper.execute(sql.SQL("ALTER DATABASE {} SET timezone = {}").format(name, sql.Literal(timezone)))
        self.url = self.address()
        self.con = psycopg.connect(self.url, autocommit=True)
        self.con.execute("SET timezone = 'UTC'")

    def address(self, **changes: Any) -> str:
        """Return the libpq address, with changes to its parameters."""
        info = server().info
        kept = {**info.get_parameters(), "password": info.password or None, "dbname": self.name}
        kept.pop("application_name", None)
        return make_conninfo(**{**kept, **changes})

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query; a table or column that is missing fails the test."""
        __tracebackhide__ = True
        try:
            return [tuple(map(plain, row)) for row in self.con.execute(query, values or None)]
        except (
            psycopg.errors.UndefinedTable,
            psycopg.errors.UndefinedColumn,
            psycopg.errors.InvalidSchemaName,
        ) as error:
            fail(
                f"The database: expected what the contract names, got: {str(error).splitlines()[0]}.",
                "compare the table with README, The interface.",
            )

    def table(self, name: str, columns: str) -> list[tuple[Any, ...]]:
        """Return these columns of all rows of a table."""
        __tracebackhide__ = True
        return self.rows(f"SELECT {columns} FROM {name}")

    def fates(self) -> dict[str, tuple[int, ...]]:
        """Return staged, cleaned, quarantined and duplicates of each log."""
        __tracebackhide__ = True
        rows = self.table("ops.reconciliation", "log, staged, cleaned, quarantined, duplicates")
        return {log: tuple(counts) for log, *counts in rows}

    def disconnect_others(self, patience: float = 0) -> None:
        """Wait until every other connection to the database is gone; after so many seconds end it."""
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        begin = time.monotonic()
        while self.con.execute(f"SELECT {others}").fetchall():
            if time.monotonic() - begin >= patience:
                self.con.execute(f"SELECT pg_terminate_backend(pid) {others}")
            time.sleep(0.01)

    def drop(self) -> None:
        """Drop it, with whoever is still connected."""
        self.con.close()
        server().execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))


def plain(value: Any) -> Any:
    """Return a value in the form in which it is compared, whatever type its column has."""
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else round(float(value), 2)
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, float):
        return round(value, 2)
    return bytes(value) if isinstance(value, memoryview) else value
