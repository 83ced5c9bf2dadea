"""Gold: dbt makes the marts of a build's candidates and says which dates fail its tests."""

import gc
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

import boto3
import duckdb

from orderlake.config import Config
from orderlake.events import emit
from orderlake.records import Row
from orderlake.tables import GOLD, TABLES

PROJECT = Path(os.environ.get("ORDERLAKE_DBT") or Path(__file__).parents[2] / "dbt")


class Made(NamedTuple):
    """The rows of each mart by date, the tests that a date fails, and dbt's own report."""

    rows: Mapping[tuple[str, date], list[Row]]
    failures: Mapping[date, list[str]]
    report: bytes


class DbtError(Exception):
    """dbt itself failed, rather than the data."""


def make(config: Config, days: Iterable[date], published_orders: list[str]) -> Made:
    """Run the models and all tests on what lies in staging."""
    gc.disable()  # what dbt loads and parses stays: to look for garbage there takes a seventh of the time
    from dbt.cli.main import dbtRunner  # seconds that other commands save

    with TemporaryDirectory(prefix="orderlake-") as folder:
        scratch = Path(folder)
        os.environ.update(_connection(), ORDERLAKE_SCRATCH=folder, ORDERLAKE_BUCKET=config.bucket)
        variables = {
            "published_orders": published_orders,
            "max_rejects": config.max_rejects,
            "max_orphans": config.max_orphans,
        }
        common = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
        common += ["--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")]
        common += ["--vars", json.dumps(variables)]
        parsed = dbtRunner().invoke(["parse", *common])
        if not parsed.success:
            raise DbtError(f"dbt cannot read the project: {_complaint(parsed)}")
        gc.enable()
        dbt = dbtRunner(cast(Any, parsed.result))
        models = dbt.invoke(["run", *common])
        if not models.success:
            raise DbtError(f"dbt could not run the models: {_complaint(models)}")
        tests = dbt.invoke(["test", *common])
        report = (scratch / "target" / "run_results.json").read_bytes()
        if config.docs:
            _docs(dbt, common, scratch / "target", config.docs)
        with duckdb.connect(str(scratch / "lake.duckdb")) as con:
            failures = _failures(con, tests.result, list(days))
            return Made({key: rows for name in GOLD for key, rows in _rows(con, name)}, failures, report)


def _failures(con: duckdb.DuckDBPyConnection, results: Any, days: list[date]) -> dict[date, list[str]]:
    """Return the names of the tests that each date fails; one that names no date fails all of them."""
    found = defaultdict(list)
    for result in results:
        if result.status == "error":
            raise DbtError(f"dbt could not run the test {result.node.name}: {result.message}")
        if result.status != "fail":
            continue
        rows = con.execute(f"SELECT * FROM {result.node.relation_name}")
        columns = [column[0] for column in rows.description or ()]
        table = rows.fetchall()
        at = columns.index("date") if "date" in columns else None
        for day in sorted({row[at] for row in table}) if at is not None else days:
            found[day].append(result.node.name)
            emit("failed_test", "error", date=day, test=result.node.name)
    return dict(found)


def _rows(con: duckdb.DuckDBPyConnection, name: str) -> Iterable[tuple[tuple[str, date], list[Row]]]:
    columns = ["date", *TABLES[name].columns]
    found = defaultdict(list)
    for row in con.execute(f"SELECT {', '.join(columns)} FROM {name.removeprefix('gold_')}").fetchall():
        found[name, row[0]].append(dict(zip(columns, row, strict=True)))
    return found.items()


def _docs(dbt: Any, common: list[str], target: Path, folder: Path) -> None:
    """Write dbt's pages: one file that needs no server, and what it is made of."""
    if not (done := dbt.invoke(["docs", "generate", "--static", "--no-compile", *common])).success:
        raise DbtError(f"dbt could not write its docs: {done.exception}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in (("index.html", "static_index.html"), *((n, n) for n in _ARTIFACTS)):
        shutil.copyfile(target / source, folder / name)


_ARTIFACTS = ("manifest.json", "catalog.json", "run_results.json")


def _connection() -> dict[str, str]:
    """Return what DuckDB must know to reach the S3 that boto3 reaches."""
    session = boto3.Session()
    client = session.client("s3")
    keys = session.get_credentials().get_frozen_credentials()
    endpoint = urlsplit(client.meta.endpoint_url)
    own = not (endpoint.hostname or "").endswith("amazonaws.com")
    return {
        "ORDERLAKE_S3_KEY": keys.access_key,
        "ORDERLAKE_S3_SECRET": keys.secret_key,
        "ORDERLAKE_S3_TOKEN": keys.token or "",
        "ORDERLAKE_S3_REGION": client.meta.region_name,
        "ORDERLAKE_S3_ENDPOINT": endpoint.netloc,
        "ORDERLAKE_S3_STYLE": "path" if own else "vhost",
        "ORDERLAKE_S3_TLS": str(endpoint.scheme == "https").lower(),
    }


def _complaint(outcome: Any) -> str:
    if outcome.exception:
        return str(outcome.exception)
    bad = [f"{result.node.name}: {result.message}" for result in outcome.result if result.status == "error"]
    return " ".join("; ".join(bad).split())
