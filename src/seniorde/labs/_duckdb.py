"""DuckDB: in this process, in memory, on one thread, offline."""

from __future__ import annotations

import os
from functools import cache

import duckdb

from seniorde import datasets
from seniorde.datasets._extensions import extension_file
from seniorde.labs._common import LabError
from seniorde.labs._locks import own_folder


def connect(data: str, *, scale: float, seed: int, extensions: tuple[str, ...]) -> duckdb.DuckDBPyConnection:
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
    for name in extensions:
        try:
            con.load_extension(str(extension_file(name)))
        except ModuleNotFoundError:
            raise LabError(
                f"DuckDB's extension {name} is not installed here: run `make lab`, then restart the kernel."
            ) from None
    if data:
        datasets.load(con, data, scale=scale, seed=seed)
    return con


@cache
def _temporary_folder(process: int) -> str:
    return str(own_folder("duckdb"))
