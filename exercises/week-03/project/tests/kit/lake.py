"""A lakehouse as a reader sees it: tables of Delta in folders."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from deltalake import DeltaTable
from kit.compare import TABLES, columns_of
from kit.sentences import fail


class Lake:
    """The tables below a folder, read by `deltalake`."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def rows(self, name: str) -> list[tuple[Any, ...]] | None:
        """Return the columns that the contract names, in its order; None if there is no such table."""
        __tracebackhide__ = True
        path = str(self.root / name)
        if not DeltaTable.is_deltatable(path):
            return None
        table = DeltaTable(path).to_pyarrow_table()
        found, columns = set(table.column_names), columns_of(name)
        missing = [one for one in columns if one not in found and one != "loyalty"]
        if missing:
            fail(f"{name}: expected the columns {columns}, got a table without {missing}.")
        nothing = [None] * table.num_rows
        values = [table[one].to_pylist() if one in found else nothing for one in columns]
        return list(zip(*values, strict=True))

    def tables(self) -> dict[str, list[tuple[Any, ...]] | None]:
        """Return every table of the contract."""
        return {name: self.rows(name) for name in TABLES}

    def versions(self) -> dict[str, int]:
        """Return the version of every table of Delta below the folder, the contract's and others."""
        logs = sorted(self.root.rglob("_delta_log"))
        paths = {log.parent.relative_to(self.root).as_posix(): str(log.parent) for log in logs}
        return {name: DeltaTable(path).version() for name, path in paths.items()}

    def is_free(self) -> bool:
        """Return whether no command holds the lock."""
        try:
            with self.lock():
                return True
        except BlockingIOError:
            return False

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the lock that the contract names."""
        with (self.root / ".lock").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def commits(self, name: str) -> int:
        """Return how many commits a table has."""
        return len(list((self.root / name / "_delta_log").glob("*.json")))

    def has_rows(self, name: str) -> bool:
        """Return whether a commit added a file of rows to a table."""
        return any('"add"' in path.read_text() for path in (self.root / name / "_delta_log").glob("*.json"))

    def columns(self, name: str) -> list[str]:
        path = str(self.root / name)
        return [field.name for field in DeltaTable(path).schema().fields]

    def holding(self, *words: str) -> dict[str, str]:
        """Return every file that holds one of these words, in a value or in its own bytes, and the word."""
        found = {}
        for path in sorted(one for one in self.root.rglob("*") if one.is_file()):
            said = path.read_bytes().decode("utf-8", "replace")
            if path.suffix == ".parquet" and path.stat().st_size:
                said += str(pq.ParquetFile(path).read().to_pydict())
            for word in words:
                if word in said:
                    found[path.relative_to(self.root).as_posix()] = word
        return found
