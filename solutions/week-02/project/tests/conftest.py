"""An AWS in this process, by moto, and a home in which DuckDB finds its extension without a network."""

import json
import os
from collections.abc import Callable, Iterator
from importlib import util
from pathlib import Path
from typing import Any

import boto3
import duckdb
import pytest
from moto.server import ThreadedMotoServer

from orderlake import cli

BUCKET = "orderlake-tests"


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """Return the address of an AWS for these tests."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home that holds httpfs if its wheel is installed; else DuckDB fetches it."""
    folder = tmp_path_factory.mktemp("home")
    if (spec := util.find_spec("duckdb_extension_httpfs")) and spec.origin:
        [(version, platform)] = duckdb.sql(
            "SELECT library_version, (SELECT platform FROM pragma_platform()) FROM pragma_version()"
        ).fetchall()
        file = next(Path(spec.origin).parent.glob("extensions/*/httpfs.duckdb_extension"))
        place = folder / ".duckdb" / "extensions" / version / platform
        place.mkdir(parents=True)
        (place / file.name).symlink_to(file)
    return folder


@pytest.fixture
def aws(endpoint: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set the environment for an account with an empty bucket."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "ORDERLAKE_"))]:
        if name != "ORDERLAKE_DOCS":
            monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "HOME": str(home),
        "ORDERLAKE_BUCKET": BUCKET,
    }.items():
        monkeypatch.setenv(name, value)
    boto3.client("s3").create_bucket(Bucket=BUCKET)
    yield
    bucket = boto3.resource("s3").Bucket(BUCKET)
    bucket.objects.delete()
    bucket.delete()


@pytest.fixture
def orderlake(aws: None, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run a command in this process: exit code, standard output, the last line of standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        return code, out, (err.splitlines() or [""])[-1]

    return run


def placed(order: Any, at: str, quantity: Any = 1, **more: Any) -> bytes:
    """Return the event of an order of one line."""
    item = {"line_number": 1, "product_id": 7, "quantity": quantity, "unit_price_cents": 250}
    body = {"order_id": order, "customer_id": 1, "currency": "EUR", "items": [item], **more}
    event = {"event_id": f"e-{order}", "event_type": "order_placed", "occurred_at": at, "order": body}
    return json.dumps(event).encode()


def deliver(folder: Path, **files: list[bytes]) -> Path:
    """Write the orders of days in October, named `d10`, `d11`, …"""
    for name, lines in files.items():
        path = folder / "shop/orders" / f"2025-10-{name[1:]}" / "orders.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(lines))
    return folder
