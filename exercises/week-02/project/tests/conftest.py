"""Fixtures: an empty lake, and lakes that commands ran on once for all tests that look at them."""

import shutil
from datetime import date
from pathlib import Path

import planted
import pytest
from kit import Case, Lake, Snapshot, Stages
from kit.command import home

from seniorde import datasets, labs

ORDER = ("commands", "silver", "gold", "reruns", "gates", "trigger", "policies", "delivery")
LENIENT = {"ORDERLAKE_MAX_REJECTS": 1, "ORDERLAKE_MAX_ORPHANS": 1}


def pytest_collection_modifyitems(items):
    """Ask in the order in which a lake is built; tests of your own come last."""
    places = {f"test_{name}": place for place, name in enumerate(ORDER)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session", autouse=True)
def _clean_up():
    yield
    shutil.rmtree(home(), ignore_errors=True)
    labs.reset()


@pytest.fixture
def lake():
    """Return an empty lake."""
    return Lake()


class Story(Stages):
    """The planted deliveries; then late ones, built for one date, then for all by a command that is killed."""

    def __init__(self, folder: Path):
        super().__init__(run=self._run, again=self._again, one_date=self._one_date, all=self._all)
        self.case = Case(**LENIENT)
        self.first, self.late = planted.first(folder / "1"), planted.late(folder / "2")

    def _run(self) -> Snapshot:
        return self.case.after("run", self.first)

    def _again(self) -> Snapshot:
        return self.case.after("run", self.first, given="a second time")

    def _one_date(self) -> Snapshot:
        self.case.after("ingest", self.late)
        return self.case.after("build", date(2025, 10, 11))

    def _all(self) -> Snapshot:
        killed = self.case.killed("build")  # a build that publishes at once may end before
        return self.case.after("build", given="after one that was killed" if killed else "run again")


class Gates(Stages):
    """Dates that fail; then deliveries that mend some of them and spoil one that was published."""

    def __init__(self, folder: Path):
        super().__init__(failing=self._failing, mended=self._mended)
        self.folder, self.metrics = folder, folder / "metrics.prom"
        self.case = Case(ORDERLAKE_MAX_REJECTS=0.04, ORDERLAKE_METRICS=self.metrics)
        self.measured = ""  # by the build in which three dates fail

    def _failing(self) -> Snapshot:
        folder = planted.failing(self.folder / "1")
        after = self.case.after("run", folder, code=1, given="with three dates that fail a gate")
        self.measured = self.metrics.read_text() if self.metrics.exists() else ""
        return after

    def _mended(self) -> Snapshot:
        folder = planted.mended(self.folder / "2")
        return self.case.after("run", folder, code=1, given="with two dates that fail a gate")


class Generated(Stages):
    """A week of the generator's deliveries with all the dirt."""

    def __init__(self, folder: Path):
        super().__init__(run=self._run)
        self.some, self.docs, self.metrics = folder / "some", folder / "docs", folder / "metrics.prom"
        datasets.files("marketplace", folder / "all", scale=0.03, seed=5)
        for source in ("shop/orders", "psp/payments", "crm/customers"):
            for day in sorted((folder / "all" / source).iterdir())[6:13]:
                shutil.copytree(day, self.some / source / day.name)
        self.case = Case(**LENIENT, ORDERLAKE_DOCS=self.docs, ORDERLAKE_METRICS=self.metrics)
        self.measured = ""

    def _run(self) -> Snapshot:
        after = self.case.after("run", self.some, given="on the generator's deliveries")
        self.measured = self.metrics.read_text() if self.metrics.exists() else ""
        return after


@pytest.fixture(scope="session")
def story(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="session")
def gates(tmp_path_factory):
    return Gates(tmp_path_factory.mktemp("gates"))


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    return Generated(tmp_path_factory.mktemp("generated"))
