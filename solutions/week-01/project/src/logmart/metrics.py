"""Metrics in the Prometheus text format, in a file that a node exporter's textfile collector reads."""

import os
import time
from pathlib import Path

from logmart.transform import Reconciliation, total


def write(path: Path, logs: dict[str, Reconciliation], seconds: float, succeeded: bool) -> None:
    """Replace the file as a whole, so that no reader sees half of it."""
    counts = total(logs)
    ratio = counts.quarantined / counts.staged if counts.staged else 0.0
    lines = ["# HELP logmart_lines Lines ever loaded, by log and fate.", "# TYPE logmart_lines gauge"]
    for log, fates in sorted(logs.items()):
        for fate, count in fates._asdict().items():
            lines.append(f'logmart_lines{{log="{log}",fate="{fate}"}} {count}')
    for name, help_text, value in (
        ("logmart_quarantine_ratio", "Share of the staged lines that are in quarantine.", ratio),
        ("logmart_run_seconds", "Duration of the last run.", round(seconds, 3)),
        ("logmart_run_succeeded", "1 if the last run published, else 0.", int(succeeded)),
        ("logmart_run_timestamp_seconds", "End of the last run, Unix time.", round(time.time(), 3)),
    ):
        lines += [f"# HELP {name} {help_text}", f"# TYPE {name} gauge", f"{name} {value}"]
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text("\n".join(lines) + "\n", encoding="utf-8")
    scratch.replace(path)
