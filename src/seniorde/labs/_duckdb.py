"""DuckDB: in this process, in memory, on one thread, offline."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import duckdb

from seniorde import datasets
from seniorde.datasets._extensions import extension_file
from seniorde.labs._common import LabError
from seniorde.labs._locks import own_folder

if TYPE_CHECKING:
    import boto3


def connect(
    data: str, *, scale: float, seed: int, extensions: tuple[str, ...], s3: boto3.Session | None
) -> duckdb.DuckDBPyConnection:
    """Open a database of its own and fill it."""
    con = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": "2GB",
            "temp_directory": _temporary_folder(os.getpid()),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    con.execute("SET enable_progress_bar = false")
    con.execute("SET TimeZone = 'UTC'")
    for name in dict.fromkeys((*extensions, "httpfs") if s3 is not None else extensions):
        try:
            con.load_extension(str(extension_file(name)))
        except ModuleNotFoundError:
            raise LabError(
                f"DuckDB's extension {name} is not installed here: run `make lab`, then restart the kernel."
            ) from None
    if s3 is not None:
        _join(con, s3)
    if data:
        datasets.load(con, data, scale=scale, seed=seed)
    return con


def _join(con: duckdb.DuckDBPyConnection, session: boto3.Session) -> None:
    """Let DuckDB read and write the session's S3."""
    found = secret(session)
    options = ", ".join(f"{name} {_literal(value)}" for name, value in found.items())
    con.execute(f"CREATE SECRET s3 (TYPE s3, {options})")
    endpoint = found.get("ENDPOINT", "")
    if urlsplit(f"//{endpoint}").hostname == "127.0.0.1":
        # Its own proxy, so that none from the environment stands between.
        con.execute(f"SET http_proxy = {_literal(f'http://{endpoint}')}")


def secret(session: boto3.Session) -> dict[str, str]:
    """The session's keys, region and, where it is not AWS itself, endpoint, as DuckDB's secret names them."""
    if (credentials := session.get_credentials()) is None:
        raise LabError("The session for S3 has no credentials: take that of labs.aws().")
    keys, s3 = credentials.get_frozen_credentials(), session.client("s3").meta
    found = {"KEY_ID": keys.access_key, "SECRET": keys.secret_key, "REGION": s3.region_name}
    if keys.token:
        found["SESSION_TOKEN"] = keys.token
    endpoint = urlsplit(s3.endpoint_url)
    if not (endpoint.hostname or "").endswith((".amazonaws.com", ".amazonaws.com.cn")):
        ssl = "true" if endpoint.scheme == "https" else "false"
        found |= {"ENDPOINT": endpoint.netloc, "URL_STYLE": "path", "USE_SSL": ssl}
    return found


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@cache
def _temporary_folder(process: int) -> str:
    return str(own_folder("duckdb"))
