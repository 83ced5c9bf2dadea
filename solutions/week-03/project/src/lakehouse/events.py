"""The log: one JSON object a line, with rows and seconds of every step."""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Log:
    """Appends events to a file, or to standard error."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path

    def emit(self, event: str, level: str = "info", **facts: object) -> None:
        """Write one event with its facts."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"ts": now, "level": level, "event": event, **facts}, default=str)
        if self.path is None:
            print(line, file=sys.stderr, flush=True)
        else:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, Any]]:
        """Time a step; what it puts into the facts is written with its seconds when it is done."""
        facts: dict[str, Any] = {"rows": 0}
        started = time.monotonic()
        yield facts
        self.emit("done", step=name, **facts, seconds=round(time.monotonic() - started, 3))
