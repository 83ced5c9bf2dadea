"""Engines: each call returns the field's ordinary client, connected to an engine that is ready.

The engine is embedded unless a variable of ours, beginning with `SENIORDE_`, names a real service.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from seniorde.labs._common import LabError, not_installed

if TYPE_CHECKING:
    import boto3
    import duckdb as duckdb_package
    import psycopg
    from dbt.cli.main import dbtRunner
    from pyspark.sql import SparkSession

    from seniorde.labs._pgserver import EmbeddedServer
    from seniorde.labs._relay import Relay

__all__ = [
    "LabError",
    "as_learner",
    "aws",
    "dbt",
    "duckdb",
    "embedded_postgres",
    "postgres",
    "relay",
    "reset",
    "sail",
    "spark",
]


def postgres(
    data: str = "", *, learner: bool = False, scale: float = 1.0, seed: int = 0, setup: str = ""
) -> psycopg.Connection:
    """Connect to PostgreSQL, in autocommit.

    Without `data`, the database is empty; with it, it holds the data set's tables, analyzed, and plans
    that are the same in every run. It belongs to this process: a second call with the same arguments
    opens a second connection to it, and it is dropped at exit.
    With `learner`, connect instead to a copy that all share, as a role that reads only, for at most
    10 seconds a statement.
    `setup` is SQL that runs once after the data is loaded: it makes further tables and views.
    `SENIORDE_DATABASE_URL` names a server to use instead of the embedded one.
    Raise LabError if there is no server, DatasetError if there is no such data set.
    """
    with _packages():
        from seniorde.labs._postgres import connect
    return connect(data, learner=learner, scale=scale, seed=seed, setup=setup)


def embedded_postgres() -> EmbeddedServer:
    """Return the embedded server, which runs inside `with`, also while no connection is open.

    Raise LabError if it is not installed whole, and at `with` if it does not start.
    """
    with _packages():
        from seniorde.labs._pgserver import EmbeddedServer
    return EmbeddedServer()


def as_learner(con: psycopg.Connection) -> psycopg.Connection:
    """Connect to the database of `con` as the learner's role, which may read its present tables only."""
    with _packages():
        from seniorde.labs import _postgres
    return _postgres.as_learner(con)


def duckdb(
    data: str = "",
    *,
    scale: float = 1.0,
    seed: int = 0,
    extensions: tuple[str, ...] = (),
    s3: boto3.Session | None = None,
) -> duckdb_package.DuckDBPyConnection:
    """Open a DuckDB database in memory, on one thread, with the data set's tables and the extensions named.

    Extensions (`delta`, `httpfs`, `tpch`, `vss`) come from installed packages, never from a network.
    With `s3`, `s3://…` is what that session sees, with the keys that it has now.
    Raise LabError for an extension that is not installed, DatasetError if there is no such data set.
    """
    with _packages():
        from seniorde.labs._duckdb import connect
    return connect(data, scale=scale, seed=seed, extensions=extensions, s3=s3)


def aws(*, iam: bool = False) -> boto3.Session:
    """Return a boto3 session whose clients and resources reach an AWS of this process's own.

    It runs the services and asks no policy. With `iam`, the session is an administrator's on a second
    one, which lets nobody do what the policies of a user or a role do not allow.
    `SENIORDE_AWS_PROFILE` names a profile of the real one to use instead.
    Raise LabError if the local AWS does not start or there is no such profile.
    """
    with _packages():
        from seniorde.labs._aws import session
    return session(iam=iam)


def dbt(folder: Path | str, *, s3: boto3.Session | None = None) -> dbtRunner:
    """Return dbt's own runner for the project in `folder`: `invoke(["build"])` as on the command line.

    It logs nothing, asks no network, and closes the database when it is done. Its profile, the
    project's `profiles.yml`, reads variables: DUCKDB_EXTENSIONS, a folder with httpfs in it, and with
    `s3` that session's keys (DBT_ENV_SECRET_S3_KEY_ID, …_SECRET, …_SESSION_TOKEN), S3_REGION, and
    where it is not AWS itself S3_ENDPOINT, S3_URL_STYLE, S3_USE_SSL.
    Raise LabError if there is no project or dbt is not installed.
    """
    with _packages():
        from seniorde.labs._dbt import runner
    return runner(folder, s3)


def spark(config: Mapping[str, object] | None = None, *, hive: bool = False) -> SparkSession:
    """Return this process's SparkSession, on two cores of this machine, with the settings given.

    It is the same session in every call: its defaults are restored, then those of `config` are set. They
    are Spark's own, but for 4 shuffle partitions, UTC, Arrow for pandas, and no web page. `delta` is a
    format like any other. What Spark reads only at its start (`spark.driver.…`, `spark.ui.enabled`, and
    the Hive metastore that `hive` asks for) must stand in the first call. Files and tables without a
    place of their own lie in a private folder, which is removed at exit.
    `SENIORDE_SPARK_REMOTE` (a Spark Connect URL) or `SENIORDE_SPARK_MASTER` name a cluster to use instead.
    Raise LabError if there is no Java or no such cluster, or a setting comes too late.
    """
    with _packages():
        from seniorde.labs._spark import session
    return session(config, hive=hive)


def sail() -> SparkSession:
    """Return a SparkSession (Spark Connect) on Sail, an engine in Rust that knows Delta's SQL.

    It stands beside that of `labs.spark()`. Functions of columns for it are those of
    `pyspark.sql.connect.functions`; in SQL there is no difference.
    With `SENIORDE_SPARK_REMOTE` it is the session there. Raise LabError if it does not start.
    """
    with _packages():
        from seniorde.labs._spark import sail
    return sail()


def relay(host: str, port: int, *, delay: float = 0.0) -> Relay:
    """Return a relay to a TCP server: inside `with`, clients that connect to its `port` reach the server.

    It counts connections, turns of direction and bytes, and keeps each direction waiting for `delay` seconds.
    """
    from seniorde.labs._relay import Relay

    return Relay(host, port, delay)


def reset() -> None:
    """Start clean: drop this process's databases, stop its servers; the next call makes new ones.

    Spark's session stays, emptied: without views, tables, cached data and settings of its own.
    """
    import sys

    for engine in ("_postgres", "_aws", "_spark"):
        if (module := sys.modules.get(f"{__name__}.{engine}")) is not None:
            module.reset()


@contextmanager
def _packages() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package == "seniorde":
            raise
        raise not_installed(package) from None
