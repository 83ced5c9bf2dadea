"""Bronze: what was delivered, byte for byte, by source and day of delivery."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from orderlake.events import emit
from orderlake.lake import Lake

SOURCES = {"shop/orders": ".jsonl", "psp/payments": ".csv", "crm/customers": ".csv"}


class Delivery(NamedTuple):
    """One delivered file; its order among the others is the order of delivery."""

    delivered: date
    source: str
    name: str
    key: str
    etag: str

    @property
    def path(self) -> str:
        """Return where it lay in the folder that was ingested."""
        return f"{self.source}/{self.delivered}/{self.name}"


def ingest(lake: Lake, folder: Path) -> None:
    """Copy the files of a folder that bronze does not hold yet, or holds with another content."""
    written = same = 0
    for source, ending in SOURCES.items():
        for path in sorted((folder / source).glob(f"*/*{ending}")):
            if _date(path.parent.name) is None or not path.is_file():
                continue
            key = f"bronze/{source}/delivered={path.parent.name}/{path.name}"
            if lake.put(key, path.read_bytes()):
                written += 1
            else:
                same += 1
    emit("ingested", written=written, same=same)


def delivered(lake: Lake) -> dict[date, list[Delivery]]:
    """Return what lies in bronze by day of delivery; it reads listings only."""
    found = defaultdict(list)
    for source, ending in SOURCES.items():
        for key, etag, _ in lake.list(f"bronze/{source}/"):
            match = re.fullmatch(rf"bronze/{source}/delivered=([^/]+)/([^/]+{ending})", key)
            if match and (day := _date(match[1])):
                found[day].append(Delivery(day, source, match[2], key, etag))
    return {day: sorted(files) for day, files in sorted(found.items())}


def lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Return the lines that are not blank, numbered from 1."""
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield number, line.removesuffix(b"\r")


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if text == found.isoformat() else None
