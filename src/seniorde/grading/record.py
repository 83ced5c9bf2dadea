"""The learner's record: JSON lines, only ever appended, keyed by the permanent problem id."""

import fcntl
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from seniorde.grading.course import GradingError, home, told


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


def append(entries: Iterable[Entry]) -> None:
    """Add entries: all of them, on the disk when this returns, or none.

    Raises GradingError when the disk is full; the record is then as it was before.
    """
    lines = "".join(json.dumps(asdict(entry), ensure_ascii=False) + "\n" for entry in entries).encode()
    with told("write the record"), _locked(), _path().open("ab+", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size and os.pread(file.fileno(), 1, size - 1) != b"\n":
            lines = b"\n" + lines
        try:
            while lines:
                lines = lines[file.write(lines) :]
            os.fsync(file.fileno())
        except BaseException:
            os.ftruncate(file.fileno(), size)
            raise


def entries() -> tuple[list[Entry], int]:
    """Every entry, oldest first, and the number of damaged lines, which move to `record.damaged.jsonl`."""
    with told("read the record"), _locked():
        if not _path().exists():
            return [], 0
        lines = _path().read_bytes().splitlines(keepends=True)
        parsed = [(line, _parse(line)) for line in lines if line.strip()]
        damaged = [line.rstrip(b"\n") + b"\n" for line, entry in parsed if entry is None]
        if damaged:
            with _path().with_suffix(".damaged.jsonl").open("ab") as aside:
                aside.writelines(damaged)
                aside.flush()
                os.fsync(aside.fileno())
            replace(_path(), b"".join(line for line, entry in parsed if entry))
        return [entry for _, entry in parsed if entry], len(damaged)


def replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


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
    with told(f"write {path}"), _locked():
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


def _path() -> Path:
    return home() / "record.jsonl"


@contextmanager
def _locked() -> Iterator[None]:
    with (home() / "record.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _parse(line: bytes) -> Entry | None:
    try:
        entry = Entry(**json.loads(line))
        return entry if 0 <= float(entry.points) <= float(entry.max_points) else None
    except (ValueError, TypeError):
        return None
