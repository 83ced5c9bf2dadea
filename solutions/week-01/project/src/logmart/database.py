"""The connection: retried with growing waits, alone by a lock, on a schema that is there."""

import time
from collections.abc import Callable
from importlib import resources
from typing import TypeVar

import psycopg
from psycopg import sql

from logmart import pseudonyms
from logmart.config import Config, UsageError
from logmart.events import emit

Connection = psycopg.Connection[tuple[object, ...]]
T = TypeVar("T")

# Try again after these: 08 connection, 57P0x shutdown and start, 53300 too many clients, 40 rollback.
_PASSING = ("08", "57P0", "53300", "40")


class DatabaseError(Exception):
    """The database cannot be reached or refuses; the message says what to do."""


def statements(name: str) -> bytes:
    """Return the text of a file of `sql/`; as bytes, because psycopg takes text only if it is a literal."""
    return resources.files("logmart").joinpath("sql", f"{name}.sql").read_bytes()


def alone(config: Config, work: Callable[[Connection], T], wait: Callable[[float], None] = time.sleep) -> T:
    """Return what `work` returns on a connection that no other run has; do it again if the connection breaks.

    `work` must be repeatable: what it committed before the break, it must find and skip.
    Raise DatabaseError when no try is left, UsageError for a senseless address.
    """
    for attempt in range(config.retries + 1):
        con: Connection | None = None
        try:
            con = psycopg.connect(
                config.database_url, autocommit=True, application_name="logmart", connect_timeout=10
            )
            with con:
                con.execute("SET timezone = 'UTC'")
                con.execute("SELECT pg_advisory_lock(hashtext('logmart'))")
                _prepare(con, config)
                return work(con)
        except psycopg.errors.InsufficientPrivilege as error:
            raise DatabaseError(
                f"PostgreSQL refuses ({_first(error)}): give the loader that right."
            ) from error
        except psycopg.ProgrammingError as error:
            if con is not None:
                raise
            raise UsageError(f"LOGMART_DATABASE_URL is no address ({_first(error)}): correct it.") from None
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            # Whatever the server says has a code: without one, the connection did not come or broke.
            if error.sqlstate and not error.sqlstate.startswith(_PASSING):
                raise DatabaseError(
                    f"PostgreSQL refuses ({_first(error)}): mend that, then run again."
                ) from error
            if attempt == config.retries:
                raise DatabaseError(
                    f"PostgreSQL cannot be reached after {config.retries} retries ({_first(error)}): "
                    "check that it runs and that LOGMART_DATABASE_URL is right."
                ) from error
            seconds = config.backoff * 2**attempt
            emit("retry", "warning", attempt=attempt + 1, seconds=seconds, reason=_first(error))
            wait(seconds)
    raise AssertionError("the last attempt returns or raises")


def _prepare(con: Connection, config: Config) -> None:
    """Make the schema and the rights, or find that they are there; see that the key is still the same."""
    with con.transaction():
        con.execute(statements("schema"))
        analyst = sql.Identifier(config.analyst)
        if not con.execute("SELECT FROM pg_roles WHERE rolname = %s", [config.analyst]).fetchall():
            try:
                with con.transaction():
                    con.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(analyst))
            except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
                pass  # another database's run made it a moment ago
            except psycopg.errors.InsufficientPrivilege:
                raise UsageError(
                    f"The role {config.analyst} is missing: have an administrator run infra/roles.sql once."
                ) from None
        con.execute(sql.SQL("GRANT USAGE ON SCHEMA marts TO {}").format(analyst))
        con.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA marts TO {}").format(analyst))
        check = pseudonyms.pseudonym(config.pii_key, "logmart")
        con.execute("INSERT INTO ops.key (check_value) VALUES (%s) ON CONFLICT DO NOTHING", [check])
        if con.execute("SELECT check_value FROM ops.key").fetchone() != (check,):
            raise UsageError(
                "LOGMART_PII_KEY is not the key that this database was filled with: "
                "set that one, or start an empty database with the new one."
            )


def _first(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
