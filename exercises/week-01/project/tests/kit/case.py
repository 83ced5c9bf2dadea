"""A case: logs from the generator with their truth, run once."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from kit.command import Done, logmart, well
from kit.database import Database
from kit.logs import content

from seniorde import datasets
from seniorde.datasets import weblogs


class Case:
    """A folder from the generator with its truth, and a database that it was `run` into, once."""

    def __init__(self, folder: Path, scale: float, seed: int, dirt: Sequence[str]):
        self.folder, self.scale, self.seed, self.dirt = folder, scale, seed, dirt
        self.paths = datasets.files("weblogs", folder, scale=scale, seed=seed, dirt=dirt)
        self.said = "all the dirt" if set(dirt) == set(weblogs.DIRT) else f"dirt={tuple(dirt)}"
        self._database: Database | None = None
        self._done: Done | None = None

    @cached_property
    def truth(self) -> dict[str, Any]:
        """Return the data frames of the truth by log."""
        return {n: t.to_pandas() for n, t in weblogs.truth(self.scale, self.seed, self.dirt).items()}

    @property
    def database(self) -> Database:
        """Return the database after a `run` that ended well."""
        __tracebackhide__ = True
        if self._database is None or self._done is None:
            self._database = Database()
            self._done = logmart(self._database, "run", self.folder)
        well(self._done, given=f"on the generator's logs with {self.said}")
        return self._database

    @cached_property
    def contents(self) -> dict[str, bytes]:
        """Return the uncompressed content of each file by its path in the folder."""
        return {path.relative_to(self.folder).as_posix(): content(path) for path in self.paths}

    def canonical(self, path: str) -> str:
        """Return one name for all files of a server with the same content: any may be the staged one."""
        server, data = path.split("/")[0], self.contents.get(path)
        twins = (p for p, other in self.contents.items() if p.startswith(f"{server}/") and other == data)
        return next(twins, path)

    def drop(self) -> None:
        if self._database:
            self._database.drop()
