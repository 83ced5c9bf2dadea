"""One session for all tests, and a small delivery."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lakehouse import cli
from lakehouse.session import session

T = "2025-10-{:02d}T{:02d}:00:00.000Z"


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """Return the session that every command and every test uses: a JVM and plans for small tables."""
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", f'--driver-java-options "{quick}" pyspark-shell')
    found = session()
    for name, value in {
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    }.items():
        found.conf.set(name, value)
    yield found
    found.stop()


@pytest.fixture
def lakehouse(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run a command on a lakehouse of this test's own: exit code, last line of standard error."""
    for name in [name for name in os.environ if name.startswith("LAKEHOUSE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LAKEHOUSE_ROOT", str(tmp_path / "lake"))
    monkeypatch.setenv("LAKEHOUSE_LOG", str(tmp_path / "log"))

    def run(*arguments: object, **variables: object) -> tuple[int, str]:
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, str(value))
            capsys.readouterr()
            code = cli.main([str(one) for one in arguments])
            return code, (capsys.readouterr().err.splitlines() or [""])[-1]

    return run


def customer(op: str, lsn: int, number: int, day: int = 1, hour: int = 8, **row: Any) -> str:
    """Return a line of the customers' feed."""
    at = T.format(day, hour)
    fields = {"country": "DE", "segment": "new", "registered_at": at, "updated_at": at} | row
    body = {"op": op, "lsn": lsn, "ts": at, "key": {"customer_id": number}}
    return json.dumps(body | {"after": None if op == "d" else fields})


def order(op: str, lsn: int, number: int, day: int = 1, hour: int = 12, **row: Any) -> str:
    """Return a line of the orders' feed."""
    at = T.format(day, hour)
    fields = {"customer_id": 1, "ordered_at": at, "currency": "EUR", "channel": "web", "status": "placed"}
    fields |= {"amount_cents": 100, "updated_at": at} | row
    body = {"op": op, "lsn": lsn, "ts": at, "key": {"order_id": number}}
    return json.dumps(body | {"after": None if op == "d" else fields})


def deliver(folder: Path, day: int = 1, name: str = "a", **sources: list[str]) -> Path:
    """Write a file for each source, as delivered on a day of October."""
    for source, lines in sources.items():
        path = folder / "cdc" / source / f"2025-10-{day:02d}" / f"{name}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines), encoding="utf-8")
    return folder
