"""Structured logs: one JSON object a line, on standard error."""

import json
import sys
from datetime import UTC, datetime


def emit(event: str, level: str = "info", **facts: object) -> None:
    """Write one event with its facts."""
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    print(
        json.dumps({"ts": now, "level": level, "event": event, **facts}, default=str),
        file=sys.stderr,
        flush=True,
    )
