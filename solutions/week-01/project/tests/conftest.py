"""A database for each test, on the server of LOGMART_TEST_DATABASE_URL or on the book's embedded one."""

import gzip
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from logmart import cli

PROJECT = Path(__file__).parents[1]
KEY = "a key for the tests only"


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Return the address of a server on which databases and roles can be made."""
    if address := os.environ.get("LOGMART_TEST_DATABASE_URL"):
        yield address
        return
    labs = pytest.importorskip("seniorde.labs", reason="set LOGMART_TEST_DATABASE_URL to a server for tests")
    with labs.embedded_postgres() as running:
        yield make_conninfo(**running.parameters())


@pytest.fixture(scope="session")
def own_database(server: str) -> Iterator[str]:
    """Return the address of a database of this session's own."""
    name = f"logmart_test_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
    yield make_conninfo(server, dbname=name)
    with psycopg.connect(server, autocommit=True) as con:
        con.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(own_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Empty the database and return its address; the environment is set for it."""
    with psycopg.connect(own_database, autocommit=True) as con:
        con.execute("DROP SCHEMA IF EXISTS ops, staging, quarantine, cleaned, marts CASCADE")
    for variable in [variable for variable in os.environ if variable.startswith("LOGMART_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("LOGMART_DATABASE_URL", own_database)
    monkeypatch.setenv("LOGMART_PII_KEY", KEY)
    monkeypatch.setenv("LOGMART_BACKOFF", "0.01")
    return own_database


@pytest.fixture
def con(database: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database, autocommit=True) as con:
        con.execute("SET timezone = 'UTC'")
        yield con


@pytest.fixture
def logmart(database: str, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, list[str]]]:
    """Run a command in this process: exit code, standard output, lines of standard error."""

    def run(*arguments: object) -> tuple[int, str, list[str]]:
        capsys.readouterr()
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return run


@pytest.fixture
def process(database: str) -> Callable[..., subprocess.Popen[bytes]]:
    """Start a command as a process of its own."""

    def start(
        *arguments: object, program: tuple[str, ...] = ("-m", "logmart"), **variables: str
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *program, *map(str, arguments)],
            env={**os.environ, "PYTHONPATH": str(PROJECT / "src"), **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


def write(folder: Path, name: str, *lines: str | bytes, end: bytes = b"\n") -> Path:
    """Write a log file, compressed if its name ends in .gz."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + (
        end if lines else b""
    )
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def access(
    at: str = "24/Oct/2025:10:00:00 +0000",
    target: str = "/product/1",
    *,
    number: int = 1,
    address: str = "192.0.2.1",
    agent: str = "Mozilla/5.0",
    status: int = 200,
    seconds: str = "0.050",
    referer: str = "-",
) -> str:
    """Return an access line."""
    return (
        f'{address} - - [{at}] "GET {target} HTTP/2.0" {status} 512 "{referer}" "{agent}" shop.example '
        f"{seconds} {number:032x}"
    )


TABLES = {
    "ops.files": "path, server, log, sha256, lines, status, duplicates",
    "quarantine.lines": "path, line, server, log, reason, raw",
    "cleaned.requests": "*",
    "cleaned.events": "*",
    "marts.bots": "*",
    "marts.sessions": "*",
    "marts.top_endpoints": "*",
    "marts.latency": "*",
}

MARTS = [table for table in TABLES if table.startswith("marts")]


def contents(con: psycopg.Connection, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """Return the rows of the tables that an undisturbed run decides, in a fixed order."""
    return {
        table: con.execute(
            f"SELECT {columns} FROM {table} ORDER BY {columns if columns != '*' else '1, 2, 3, 4'}"
        ).fetchall()
        for table, columns in TABLES.items()
        if not tables or table in tables
    }
