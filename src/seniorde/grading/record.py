"""The learner's record: one line a graded problem, keyed by the permanent problem id; and its backup."""

import os
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from seniorde.grading.course import GradingError, home, told
from seniorde.grading.journal import Journal, locked


@dataclass(frozen=True)
class Entry:
    """One graded problem of one attempt; `time` is UTC, ISO 8601; `points` lie between 0 and `max_points`."""

    time: str
    attempt: str
    week: int
    notebook: str
    edition: str | None
    problem: str
    points: float
    max_points: float
    verdict: str


def _parse(values: dict[str, Any]) -> Entry:
    entry = Entry(**values)
    if not 0 <= float(entry.points) <= float(entry.max_points):
        raise ValueError(entry.points)
    return entry


_RECORD = Journal("record", _parse)
append, entries = _RECORD.append, _RECORD.read


def backup(path: str | Path) -> Path:
    """Pack record and attempts into one new .tar.gz at `path`, a file or a folder.

    Raises GradingError when the file exists, lies inside the data folder, or the disk is full.
    """
    path, source = Path(path).expanduser().resolve(), home()
    if path.is_dir():
        path /= f"seniorde-backup-{datetime.now():%Y-%m-%d-%H%M%S}.tar.gz"
    if path.is_relative_to(source):
        raise GradingError(f"The backup cannot lie inside {source}, which it saves. Choose another place.")
    if path.exists():
        raise GradingError(f"{path} exists already. Choose another name; a backup is never overwritten.")
    with told(f"write {path}"), locked():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            try:
                with tarfile.open(fileobj=file, mode="w:gz") as archive:
                    archive.add(source, arcname="seniorde", filter=_worth_keeping)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).rename(path)
            finally:
                Path(file.name).unlink(missing_ok=True)
    return path


def _worth_keeping(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    name = Path(member.name).name
    return None if name.startswith(".") or name.endswith(".lock") else member
