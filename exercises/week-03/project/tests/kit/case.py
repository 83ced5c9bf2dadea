"""A case: a lakehouse, and what a reader finds there after each command."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from kit.command import Done, Worker, well
from kit.lake import Lake


class Snapshot(NamedTuple):
    """What a command said, and the lakehouse just after it."""

    done: Done
    tables: dict[str, list[tuple[Any, ...]] | None]
    versions: dict[str, int]


class Stages:
    """Commands on one lakehouse, one after the other: each runs once, and only when a test asks for it."""

    def __init__(self, **steps: Callable[[], Any]) -> None:
        self._steps, self._after = steps, {}

    def after(self, stage: str) -> Any:
        """Return what is there after a stage; the stages before it run before it."""
        __tracebackhide__ = True
        for name, step in self._steps.items():
            if name not in self._after:
                try:
                    self._after[name] = step()
                except (Exception, pytest.fail.Exception) as error:
                    self._after[name] = error
            if isinstance(found := self._after[name], BaseException):
                raise found
            if name == stage:
                return found
        raise KeyError(stage)


class Case:
    """A lakehouse of its own; commands run on it one after the other, each with these variables."""

    def __init__(self, worker: Worker, root: Path, **variables: Any) -> None:
        self.worker, self.lake = worker, Lake(root)
        self.variables = {"LAKEHOUSE_ROOT": root, **variables}

    def after(self, *arguments: object, code: int = 0, given: str = "", **more: Any) -> Snapshot:
        """Run a command that must end with this code, and look at the lakehouse."""
        __tracebackhide__ = True
        well(done := self.worker.run(*arguments, **(self.variables | more)), code, given)
        return self.look(done)

    def look(self, done: Done) -> Snapshot:
        return Snapshot(done, self.lake.tables(), self.lake.versions())
