"""The learner's files: JSON lines that are only ever appended, and small files written whole."""

import fcntl
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from errno import EACCES, EPERM, EROFS
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Generic, Protocol, TypeVar, get_args, get_type_hints

from seniorde.grading.course import home, told

_READ_ONLY = (EACCES, EPERM, EROFS)


class Line(Protocol):
    """A dataclass of plain values; `time` is UTC, ISO 8601."""

    @property
    def time(self) -> str:
        """When it happened."""


T = TypeVar("T", bound=Line)


class Journal(Generic[T]):
    """`name`.jsonl in the learner's data folder: one instance of `kind` a line, oldest first.

    A line is damaged when a field is missing or of another type, its time is no `moment`, or `hold` says no.
    A field that `kind` does not have is a later edition's: it stays in the file and is not read.
    """

    def __init__(self, name: str, kind: type[T], hold: Callable[[T], bool] = lambda _: True) -> None:
        self.name, self._kind, self._hold = name, kind, hold
        self._types = {field: get_args(hint) or (hint,) for field, hint in get_type_hints(kind).items()}

    @property
    def path(self) -> Path:
        """Where the lines are; the file is there after the first `append`."""
        return home() / f"{self.name}.jsonl"

    def append(self, items: Iterable[T]) -> None:
        """Add items: all of them, on the disk when this returns, or none.

        Raises GradingError when the disk is full; the file is then as it was before.
        """
        lines = "".join(json.dumps(asdict(item), ensure_ascii=False) + "\n" for item in items).encode()  # type: ignore[call-overload]
        with told(f"write the {self.name}"), locked(), self.path.open("ab+", buffering=0) as file:
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

    def read(self) -> tuple[list[T], int]:
        """Every item, and the number of damaged lines, which move to `name`.damaged.jsonl.

        Where nothing can be written they stay, and none is counted.
        """
        with told(f"read the {self.name}"), locked(reading=True):
            if not self.path.exists():
                return [], 0
            lines = [line for line in self.path.read_bytes().splitlines(keepends=True) if line.strip()]
            parsed = [(line, self._item(line)) for line in lines]
            damaged = [line for line, item in parsed if item is None]
            if damaged and self._set_aside(damaged):
                replace(self.path, b"".join(line for line, item in parsed if item is not None))
            else:
                damaged = []
            return [item for _, item in parsed if item is not None], len(damaged)

    def _set_aside(self, lines: list[bytes]) -> bool:
        """Whether the lines are now in `name`.damaged.jsonl."""
        try:
            with self.path.with_suffix(".damaged.jsonl").open("ab") as aside:
                aside.writelines(line.rstrip(b"\n") + b"\n" for line in lines)
                aside.flush()
                os.fsync(aside.fileno())
        except OSError as error:
            if error.errno in _READ_ONLY:
                return False
            raise
        return True

    def _item(self, line: bytes) -> T | None:
        try:
            values = json.loads(line)
            item = self._kind(
                **{name: _of(types, values[name]) for name, types in self._types.items() if name in values}
            )
            moment(item.time)
        except (ValueError, TypeError, OverflowError, RecursionError):
            return None
        return item if self._hold(item) else None


def _of(types: tuple[type, ...], value: object) -> object:
    """The value, where it is of one of the types: true is no number, and a float is finite."""
    if float in types and type(value) is int:
        value = float(value)
    if type(value) not in types or (isinstance(value, float) and not math.isfinite(value)):
        raise TypeError(value)
    return value


def moment(time: str) -> datetime:
    """A stored time in UTC. Raises ValueError without a zone, outside of 2000 to 2099, and for no time."""
    read = datetime.fromisoformat(time)
    if read.tzinfo is None or not 2000 <= read.year < 2100:
        raise ValueError(f"{time!r} says no zone, or is not of this century")
    return read.astimezone(UTC)


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


@contextmanager
def locked(reading: bool = False) -> Iterator[None]:
    """Hold the data folder against other commands; not to be nested.

    For `reading` a folder in which nothing can be written is as good, and needs no lock.
    """
    with ExitStack() as held:
        try:
            lock = held.enter_context((home() / "record.lock").open("a"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        except OSError as error:
            if not reading or error.errno not in _READ_ONLY:
                raise
        yield
