"""Logs: files and lines made by hand."""

import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any


def write(folder: Path, files: Mapping[str, Iterable[bytes] | bytes]) -> Path:
    """Write files below a folder: bytes as they are, lines with a line feed each; .gz is compressed."""
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = lines if isinstance(lines, bytes) else b"".join(line + b"\n" for line in lines)
        path.write_bytes(gzip.compress(content, mtime=0) if name.endswith(".gz") and content else content)
    return folder


def content(path: Path) -> bytes:
    """Return the uncompressed content of a file."""
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" and data else data


def lines_of(data: bytes) -> list[bytes]:
    """Return the lines of a content, as the contract cuts them."""
    lines = data.split(b"\n")
    return lines if lines[-1] else lines[:-1]


_ids = count(1)


def access(
    at: str = "25/Oct/2025:10:00:00 +0000",
    target: str = "/",
    *,
    address: str = "198.18.0.1",
    method: str = "GET",
    status: int = 200,
    size: int | str = 100,
    referer: str = "-",
    agent: str = "Browser/1.0",
    seconds: str = "0.050",
    id: str = "",
) -> bytes:
    """Return an access line, by default with a request id that no other has."""
    return (
        f'{address} - - [{at}] "{method} {target} HTTP/1.1" {status} {size} "{referer}" "{agent}" '
        f"shop.example {seconds} {id or f'{next(_ids):032x}'}"
    ).encode()


def app(**changes: Any) -> bytes:
    """Return an app line; a field that is None is left out."""
    event = {
        "ts": "2025-10-25T10:00:00.250Z",
        "level": "INFO",
        "logger": "shop.home",
        "request_id": f"{next(_ids):032x}",
        "endpoint": "GET /",
        "message": "done",
        "status": 200,
        "duration_ms": 45,
        **changes,
    }
    return json.dumps({name: value for name, value in event.items() if value is not None}).encode()


def nginx_time(at: datetime) -> str:
    """Return a time as nginx writes it."""
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * at.month - 3 : 3 * at.month]
    return f"{at:%d}/{month}/{at:%Y:%H:%M:%S %z}"
