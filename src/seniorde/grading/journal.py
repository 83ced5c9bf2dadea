"""The learner's files: JSON lines that are only ever appended, and small files written whole."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Generic, TypeVar

from seniorde.grading.course import home, told

T = TypeVar("T")


class Journal(Generic[T]):
    """`name`.jsonl in the learner's data folder: one dataclass instance a line, oldest first.

    `parse` makes an instance of a line's values; a ValueError, TypeError or KeyError says that it is damaged.
    """

    def __init__(self, name: str, parse: Callable[[dict[str, Any]], T]) -> None:
        self.name, self._parse = name, parse

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
        """Every item, and the number of damaged lines, which move to `name`.damaged.jsonl."""
        with told(f"read the {self.name}"), locked():
            if not self.path.exists():
                return [], 0
            lines = [line for line in self.path.read_bytes().splitlines(keepends=True) if line.strip()]
            parsed = [(line, self._item(line)) for line in lines]
            damaged = [line for line, item in parsed if item is None]
            if damaged:
                with self.path.with_suffix(".damaged.jsonl").open("ab") as aside:
                    aside.writelines(line.rstrip(b"\n") + b"\n" for line in damaged)
                    aside.flush()
                    os.fsync(aside.fileno())
                replace(self.path, b"".join(line for line, item in parsed if item is not None))
            return [item for _, item in parsed if item is not None], len(damaged)

    def _item(self, line: bytes) -> T | None:
        try:
            return self._parse(json.loads(line))
        except (ValueError, TypeError, KeyError):
            return None


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
def locked() -> Iterator[None]:
    """Hold the data folder against other commands; not to be nested."""
    with (home() / "record.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
