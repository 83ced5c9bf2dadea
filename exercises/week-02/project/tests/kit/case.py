"""A case: a lake, what was delivered to it, and what a reader finds there after each command."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from kit.command import Done, orderlake, started, well
from kit.compare import TABLES
from kit.lake import Lake
from kit.sentences import fail


class Snapshot(NamedTuple):
    """What a command said, and the lake just after it."""

    done: Done
    tables: dict[str, list[tuple[Any, ...]]]
    partitions: dict[str, list[tuple[Any, str]]]
    versions: dict[str, str]
    reports: dict[str, bytes]  # what dbt said of each batch in quarantine

    def published(self) -> dict[str, str]:
        """Return the versions of what lies in silver and gold."""
        return {key: v for key, v in self.versions.items() if key.startswith(("silver/", "gold/"))}


class Stages:
    """Commands on one lake, one after the other: each runs once, and only when a test asks for it."""

    def __init__(self, **steps: Callable[[], Snapshot]) -> None:
        self._steps, self._after = steps, {}

    def after(self, stage: str) -> Snapshot:
        """Return what is there after a stage; the stages before it run before it."""
        __tracebackhide__ = True
        for name, step in self._steps.items():
            if isinstance(found := self._after.get(name), BaseException):
                said = str(found).partition("; ")[0].partition(" Hint: ")[0]
                fail(f"Expected what a command left, but the same run failed above: {said[:200]}.")
            if name not in self._after:
                try:
                    self._after[name] = step()
                except (Exception, pytest.fail.Exception) as error:
                    self._after[name] = error
                    raise
            found = self._after[name]
            if name == stage:
                return found
        raise KeyError(stage)


class Case:
    """A lake of its own; commands run on it one after the other, each with these variables."""

    def __init__(self, **variables: Any) -> None:
        self.lake, self.variables = Lake(), variables

    def after(self, *arguments: object, code: int = 0, given: str = "") -> Snapshot:
        """Run a command that must end with this code, and look at the lake."""
        __tracebackhide__ = True
        done = well(orderlake(self.lake, *arguments, **self.variables), code, given)
        tables = {name: self.lake.table(name) for name in TABLES}
        partitions = {name: self.lake.partitions(name) for name in TABLES}
        versions = self.lake.versions()
        reports = {key: self.lake.get(key) for key in versions if key.endswith("/run_results.json")}
        return Snapshot(done, tables, partitions, versions, reports)

    def killed(self, *arguments: object) -> bool:
        """Start a command and kill it at the first object that it writes to silver or gold, True if it did."""
        before = self._published()
        running = started(self.lake, *arguments, **self.variables)
        while running.running():
            if self._published() != before:
                running.kill()
                return True
            time.sleep(0.05)
        return False

    def _published(self) -> dict[str, str]:
        versions = self.lake.versions()
        return {key: version for key, version in versions.items() if key.startswith(("silver/", "gold/"))}

