"""Metrics in the Prometheus text format, in a file that a node exporter's textfile collector reads."""

import os
import time
from pathlib import Path

from orderlake.build import Outcome


def write(path: Path, outcome: Outcome, seconds: float) -> None:
    """Replace the file as a whole, so that no reader sees half of it."""
    lines = [
        "# HELP orderlake_dates Dates of the last build, by what became of them.",
        "# TYPE orderlake_dates gauge",
        f'orderlake_dates{{state="published"}} {len(outcome.published)}',
        f'orderlake_dates{{state="failed"}} {len(outcome.failed)}',
        "# HELP orderlake_lines Lines of the last build, by fate.",
        "# TYPE orderlake_lines gauge",
        f'orderlake_lines{{fate="read"}} {outcome.lines}',
        f'orderlake_lines{{fate="rejected"}} {outcome.rejects}',
        f'orderlake_lines{{fate="duplicate"}} {outcome.duplicates}',
        "# TYPE orderlake_build_seconds gauge",
        f"orderlake_build_seconds {seconds:.3f}",
        "# TYPE orderlake_build_timestamp_seconds gauge",
        f"orderlake_build_timestamp_seconds {time.time():.3f}",
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text("\n".join(lines) + "\n", encoding="utf-8")
    scratch.replace(path)
