"""dbt in this process: its own runner, quiet, offline, which sees an S3 and leaves nothing open."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult

from seniorde.datasets._extensions import extension_file
from seniorde.labs import _duckdb
from seniorde.labs._common import LabError, cache_folder

if TYPE_CHECKING:
    import boto3

# Options of the command line by their variables, so that an argument of `invoke` still wins.
QUIET = {
    "DBT_LOG_LEVEL": "none",
    "DBT_LOG_LEVEL_FILE": "none",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DBT_SHOW_RESOURCE_REPORT": "false",
    "DBT_USE_COLORS": "false",
    "DBT_VERSION_CHECK": "false",
}


class Runner(dbtRunner):
    """dbt's runner, for the project in one folder, with the variables that its profile reads."""

    def __init__(self, folder: Path, variables: Mapping[str, str]) -> None:
        super().__init__()
        self.folder, self.variables = folder, variables

    def invoke(self, args: list[str], **options: Any) -> dbtRunnerResult:
        with _inside(self.folder, {**QUIET, **self.variables}):
            try:
                return super().invoke(args, **options)
            finally:  # so that others may open the database
                DuckDBConnectionManager.close_all_connections()  # type: ignore[no-untyped-call]


def runner(folder: Path | str, s3: boto3.Session | None) -> Runner:
    """Return the runner of the project in `folder`."""
    project = Path(folder).resolve()
    if not (project / "dbt_project.yml").is_file():
        raise LabError(f"There is no dbt project in {folder}: name the folder that holds dbt_project.yml.")
    keys = {} if s3 is None else _keys(s3)
    return Runner(project, {"DUCKDB_EXTENSIONS": str(_extensions())} | keys)


def _keys(session: boto3.Session) -> dict[str, str]:
    """The session's S3 as variables; dbt keeps out of its logs what begins with DBT_ENV_SECRET_."""
    secret = _duckdb.secret(session)
    hidden = {
        f"DBT_ENV_SECRET_S3_{name}": secret.pop(name, "") for name in ("KEY_ID", "SECRET", "SESSION_TOKEN")
    }
    return hidden | {f"S3_{name}": value for name, value in secret.items()}


def _extensions() -> Path:
    """A folder in which `INSTALL httpfs` finds it installed: the wheel's file where DuckDB looks for it."""
    file = extension_file("httpfs")
    with duckdb.connect() as con:
        [(platform,)] = con.execute("PRAGMA platform").fetchall()
    folder = cache_folder("duckdb-extensions")
    place = folder / file.parent.name / platform / file.name
    if not place.exists() or not place.samefile(file):
        place.parent.mkdir(parents=True, exist_ok=True)
        link = place.with_name(f".{place.name}.{os.getpid()}")
        link.symlink_to(file)
        link.replace(place)
    return folder


@contextmanager
def _inside(folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Be in the folder for a moment, with the variables: dbt, its profile and DuckDB ask nobody else.

    None of the user's for dbt counts, and no proxy stands before an own server.
    """
    place, before = Path.cwd(), dict(os.environ)
    own = {name: ",".join(filter(None, (before.get(name), "127.0.0.1"))) for name in ("no_proxy", "NO_PROXY")}
    try:
        os.chdir(folder)
        for name in before:
            if name.startswith("DBT_"):
                del os.environ[name]
        os.environ.update(own | dict(variables))
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        os.chdir(place)
