"""PostgreSQL: an embedded server shared by all notebooks, a database for each, templates for data sets."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from seniorde import datasets
from seniorde.labs._common import LabError, setting
from seniorde.labs._locks import at_exit
from seniorde.labs._pgserver import EmbeddedServer

LEARNER = "seniorde_learner"
LEARNER_SECONDS = 10
TEMPLATES_KEPT = 12

# A plan depends on these and on nothing else: the same data gives the same plan, run after run.
# ANALYZE reads 300 rows per unit of the target: at 1,200 it reads all 336,776 flights, not a sample.
PLAN_SETTINGS = {
    "default_statistics_target": "1200",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "synchronize_seqscans": "off",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "4",
    "seq_page_cost": "1",
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
}


def connect(data: str, *, learner: bool, scale: float, seed: int, setup: str) -> psycopg.Connection:
    """Connect to this process's own copy of a data set, or as the learner to the shared one."""
    process = _process()
    try:
        return process.connect(data, learner=learner, scale=scale, seed=seed, setup=setup)
    except LabError:
        if process.usable():
            raise
        # The server died a moment ago: another one is started.
        return _process().connect(data, learner=learner, scale=scale, seed=seed, setup=setup)


def as_learner(con: psycopg.Connection) -> psycopg.Connection:
    """Connect as the learner to the database of `con`, with the right to read its tables."""
    return _process().as_learner(con)


def reset() -> None:
    """Drop this process's databases and leave the server."""
    global _current
    with _lock:
        if _current is not None and _current.pid == os.getpid():
            _current.close()
        _current = None


_lock = threading.RLock()
_current: _Process | None = None
_cleaning: int | None = None  # the process that drops its databases at exit


def _process() -> _Process:
    global _current, _cleaning
    with _lock:
        if _current is None or not _current.usable():
            reset()
            _current = _Process()
        if _cleaning != os.getpid():
            _cleaning = os.getpid()
            at_exit(reset)
        return _current


class _Process:
    """This process on its server: its keeper connection, its databases, its connections."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.url = setting("DATABASE_URL")
        self.token = secrets.token_hex(4)
        self._databases: dict[tuple[str, float, int, str], str] = {}
        self._open: weakref.WeakSet[psycopg.Connection] = weakref.WeakSet()
        self._server: EmbeddedServer | None = None
        self._parameters: dict[str, Any]
        if self.url is not None:
            self._parameters = _parameters_of(self.url)
        else:
            self._server = EmbeddedServer()
            self._server.join()
            self._parameters = self._server.parameters()
        try:
            self._keeper = _open(self._parameters)
            # Whoever dies loses this lock: that is how others know that our databases may go.
            self._run("SELECT pg_advisory_lock(%s)", [_number(self.token)])
            self._sweep()
        except BaseException:
            if self._server is not None:
                self._server.leave()
            raise

    def usable(self) -> bool:
        if self.pid != os.getpid() or self.url != setting("DATABASE_URL") or self._keeper.closed:
            return False
        if self._server is not None and not self._server.running():
            return False  # its children go on answering for a moment
        try:
            self._keeper.execute("SELECT")
        except psycopg.Error:
            return False
        return True

    def connect(self, data: str, *, learner: bool, scale: float, seed: int, setup: str) -> psycopg.Connection:
        if setup and not data:
            raise LabError("A setup follows the data that it needs: name a data set.")
        with _lock, _sentences():
            wanted = (data, scale, seed, setup)
            if learner:
                return self._connect(self._shared(*wanted), learner=True)
            if wanted not in self._databases:
                self._databases[wanted] = self._own(*wanted)
            return self._connect(self._databases[wanted])

    def as_learner(self, con: psycopg.Connection) -> psycopg.Connection:
        with _lock, _sentences():
            self._make_learner()
            _grant_reading(con)
            database = con.info.dbname
            self._run(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(_name(database), _name(LEARNER)))
            return self._connect(database, learner=True)

    def close(self) -> None:
        for con in list(self._open):
            con.close()
        with suppress(psycopg.Error):
            for database in self._databases.values():
                self._drop(database)
        self._databases.clear()
        self._keeper.close()
        if self._server is not None:
            self._server.leave()

    def _connect(self, database: str, *, learner: bool = False) -> psycopg.Connection:
        changed: dict[str, Any] = {"dbname": database}
        if learner:
            changed |= {"user": LEARNER, "password": self._learner_password()}
        con = _open(self._parameters | changed)
        self._open.add(con)
        return con

    def _own(self, data: str, scale: float, seed: int, setup: str) -> str:
        database = f"seniorde_own_{self.token}_{len(self._databases)}"
        self._create(database, self._template(data, scale, seed, setup) if data else None)
        return database

    def _shared(self, data: str, scale: float, seed: int, setup: str) -> str:
        if not data:
            raise LabError("A learner's connection needs a data set to read: name one, or use as_learner.")
        template = self._template(data, scale, seed, setup)
        shared = template.replace("_template_", "_shared_")
        with self._alone(shared):
            if not self._exists(shared):
                self._create(shared, template)
                self._run(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(_name(shared), _name(LEARNER)))
        return shared

    def _template(self, data: str, scale: float, seed: int, setup: str) -> str:
        """Return the template database of a data set and its setup; make it if it is not there."""
        key = f"{datasets.fingerprint(data, scale=scale, seed=seed)} {PLAN_SETTINGS}{setup}"
        digest = hashlib.sha256(key.encode()).hexdigest()[:12]
        template = f"seniorde_template_{data[:24]}_{digest}"
        with self._alone(template):
            if not self._exists(template):
                making = template.replace("_template_", "_making_")
                self._drop(making)
                self._make_learner()
                self._forget_old_templates()
                self._create(making, None)
                with _open(self._parameters | {"dbname": making}) as con:
                    datasets.load(con, data, scale=scale, seed=seed)
                    if setup:
                        con.execute(cast(Any, setup))
                        con.execute("VACUUM (FREEZE, ANALYZE)")
                    _grant_reading(con)
                self._run(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_name(making), _name(template)))
        return template

    def _make_learner(self) -> None:
        role = _name(LEARNER)
        with self._alone(LEARNER), self._keeper.transaction():
            if self._rows("SELECT FROM pg_roles WHERE rolname = %s", [LEARNER]):
                return
            password = sql.Literal(self._learner_password())
            self._run(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(role, password))
            self._run(sql.SQL("ALTER ROLE {} SET default_transaction_read_only = on").format(role))
            self._run(sql.SQL("ALTER ROLE {} SET statement_timeout = {}").format(role, f"{LEARNER_SECONDS}s"))
            with suppress(psycopg.errors.InsufficientPrivilege), self._keeper.transaction():
                # Only a superuser may limit temporary files.
                self._run(sql.SQL("ALTER ROLE {} SET temp_file_limit = '256MB'").format(role))
            if self._server is not None:
                self._run("REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC")

    def _learner_password(self) -> str:
        return hashlib.sha256(f"{LEARNER} {self.url}".encode()).hexdigest()

    def _create(self, database: str, template: str | None) -> None:
        name = _name(database)
        if template is None:
            source: sql.Composable = sql.SQL("template0 ENCODING 'UTF8' LOCALE 'C'")
        else:
            # Copying files, not pages through the log, is twice as quick where a checkpoint is cheap.
            strategy = sql.SQL(" STRATEGY file_copy" if self._server is not None else "")
            source = _name(template) + strategy
        self._run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, source))
        self._run(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
        for setting_name, value in PLAN_SETTINGS.items():
            self._run(
                sql.SQL("ALTER DATABASE {} SET {} = {}").format(
                    name, sql.SQL(setting_name), sql.Literal(value)
                )
            )

    def _drop(self, database: str) -> None:
        """Drop a database with its connections, and its replication slots, which would prevent that."""
        self._run(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots "
            "WHERE database = %s AND NOT active",
            [database],
        )
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(_name(database)))

    def _sweep(self) -> None:
        """Drop the databases of processes that died without dropping them."""
        found = self._rows("SELECT datname FROM pg_database WHERE datname LIKE 'seniorde\\_own\\_%'")
        for (database,) in found:
            owner = _number(database.split("_")[2])
            if self._rows("SELECT WHERE pg_try_advisory_lock(%s)", [owner]):
                with suppress(psycopg.errors.ObjectInUse):
                    self._drop(database)
                self._run("SELECT pg_advisory_unlock(%s)", [owner])

    def _forget_old_templates(self) -> None:
        """Keep the newest templates and their shared copies only."""
        found = self._rows(
            "SELECT datname FROM pg_database WHERE datname LIKE 'seniorde\\_template\\_%' ORDER BY oid DESC"
        )
        for (template,) in found[TEMPLATES_KEPT - 1 :]:
            for database in (template, template.replace("_template_", "_shared_")):
                with suppress(psycopg.errors.ObjectInUse):
                    self._run(sql.SQL("DROP DATABASE IF EXISTS {}").format(_name(database)))

    @contextmanager
    def _alone(self, what: str) -> Iterator[None]:
        self._run("SELECT pg_advisory_lock(%s)", [_number(what)])
        try:
            yield
        finally:
            self._run("SELECT pg_advisory_unlock(%s)", [_number(what)])

    def _exists(self, database: str) -> bool:
        return bool(self._rows("SELECT FROM pg_database WHERE datname = %s", [database]))

    def _run(self, query: sql.Composable | str, values: list[Any] | None = None) -> None:
        self._keeper.execute(cast(Any, query), values)

    def _rows(self, query: str, values: list[Any] | None = None) -> list[Any]:
        return self._keeper.execute(cast(Any, query), values).fetchall()


def _grant_reading(con: psycopg.Connection) -> None:
    role = _name(LEARNER)
    con.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    con.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role))
    con.execute(sql.SQL("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {}").format(role))


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn what the server refuses or fails to do into sentences."""
    try:
        yield
    except psycopg.OperationalError as error:
        raise LabError(
            f"PostgreSQL broke off ({_first_line(error)}): "
            "see that its disk has room, then run the cell again."
        ) from None
    except psycopg.errors.InsufficientPrivilege as error:
        raise LabError(
            f"The user of SENIORDE_DATABASE_URL may not do that ({_first_line(error)}): "
            "give it CREATEDB and CREATEROLE, or unset the variable to use the embedded server."
        ) from None


def _parameters_of(url: str) -> dict[str, Any]:
    try:
        return {"dbname": "postgres", **conninfo_to_dict(url)}
    except psycopg.Error as error:
        raise LabError(
            f"SENIORDE_DATABASE_URL is no PostgreSQL address ({_first_line(error)}): correct it, "
            "or unset it to use the embedded server."
        ) from None


def _open(parameters: dict[str, Any]) -> psycopg.Connection:
    try:
        with without_libpq_variables():
            return psycopg.connect(
                **parameters, autocommit=True, application_name="seniorde", connect_timeout=10
            )
    except psycopg.OperationalError as error:
        raise LabError(
            f"PostgreSQL does not answer ({_first_line(error)}): check SENIORDE_DATABASE_URL if you set it, "
            "else restart the kernel."
        ) from None


@contextmanager
def without_libpq_variables() -> Iterator[None]:
    """Hide PGHOST, PGSERVICE and their kind for a moment: libpq reads them from the environment itself."""
    with _lock:
        hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PG")}
        try:
            yield
        finally:
            os.environ.update(hidden)


def _name(text: str) -> sql.Identifier:
    return sql.Identifier(text)


def _number(text: str) -> int:
    """Return the advisory lock of a name: 63 bits."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
