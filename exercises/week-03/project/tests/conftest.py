"""Fixtures: lakehouses that commands ran on once for all tests that look at them."""

import shutil
from pathlib import Path

import planted
import pytest
from deltalake import DeltaTable
from kit import Case, Snapshot, Stages, Worker, well

ORDER = ("commands", "bronze", "silver", "gold", "reruns", "gates", "forget", "glue", "delivery", "kill")
LENIENT = {"LAKEHOUSE_MAX_QUARANTINED": 1, "LAKEHOUSE_MAX_ORPHANS": 1}


def pytest_collection_modifyitems(items):
    """Ask in the order in which a lakehouse is built; the worker is killed last."""
    places = {f"test_{name}": place for place, name in enumerate(ORDER)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


@pytest.fixture(scope="session")
def worker():
    """Return a process that runs commands."""
    found = Worker()
    yield found
    found.end()


class Story(Stages):
    """The planted deliveries, then late ones; then the loss of silver and gold, and a request to forget."""

    def __init__(self, worker: Worker, folder: Path):
        super().__init__(
            run=lambda: self.case.after("run", self.first),
            again=lambda: self.case.after("run", self.first, given="a second time"),
            late=lambda: self.case.after("run", self.late, given="with late deliveries"),
            replay=self._replay,
            forget=lambda: self.case.after("forget"),
            after=lambda: self.case.after("run", self.late, given="after `forget`"),
            replayed=lambda: self.case.after("replay", given="after `forget`"),
        )
        self.log = folder / "log.jsonl"
        self.case = Case(worker, folder / "lake", LAKEHOUSE_LOG=self.log, **LENIENT)
        self.first, self.late = planted.first(folder / "1"), planted.late(folder / "2")

    def _replay(self) -> Snapshot:
        for lost in ("silver/orders", "silver/customer_versions", "gold"):
            shutil.rmtree(self.case.lake.root / lost)
        DeltaTable(str(self.case.lake.root / "silver/customers")).delete()
        return self.case.after("replay", given="with tables of silver and gold lost or emptied")


class Gates(Stages):
    """Deliveries that pass; some that fail both gates, twice; the orphans' customer, and an operator; a replay."""

    def __init__(self, worker: Worker, folder: Path):
        super().__init__(
            ingest=lambda: self.case.after("ingest", planted.sound(folder / "1")),
            silver=lambda: self.case.after("silver"),
            gold=lambda: self.case.after("gold"),
            failing=lambda: self.case.after("run", self.bad, code=1, given="with bad lines and orphans"),
            again=lambda: self.case.after(
                "gold", code=1, given="after the gates failed, and nothing was mended"
            ),
            mended=lambda: self.case.after("run", planted.found(folder / "3"), LAKEHOUSE_MAX_QUARANTINED=0.1),
            quiet=lambda: self.case.after("gold", given="after gold was made, without the raised limit"),
            replay=lambda: self.case.after(
                "replay",
                code=1,
                given="with 1 of all 30 lines of orders set aside and LAKEHOUSE_MAX_QUARANTINED=0.03",
                LAKEHOUSE_MAX_QUARANTINED=0.03,
            ),
        )
        self.case, self.bad = Case(worker, folder / "lake"), planted.failing(folder / "2")


class Generated(Stages):
    """The generator's change feed with all the dirt."""

    def __init__(self, worker: Worker, folder: Path):
        super().__init__(run=lambda: self.case.after("run", self.folder, given="on the generator's feed"))
        from seniorde import datasets

        self.folder, self.scale, self.seed = folder / "all", 0.01, 5
        datasets.files("changes", self.folder, scale=self.scale, seed=self.seed)
        self.case = Case(worker, folder / "lake", **LENIENT)


class Kill(Stages):
    """A command that finds the lakehouse locked; some that are killed, each of them run again."""

    def __init__(self, worker: Worker, folder: Path):
        super().__init__(locked=self._locked, killed=self._killed, ingest=self._ingest)
        self.worker, self.folder, self.died = worker, folder, False
        self.first, self.late = planted.first(folder / "1"), planted.late(folder / "2")

    def _locked(self) -> Snapshot:
        case = Case(self.worker, self.folder / "lake", LAKEHOUSE_WAIT=1, **LENIENT)
        case.lake.root.mkdir()
        with case.lake.lock():
            done = case.worker.run("run", self.first, **case.variables)
        return case.look(done)

    def _killed(self) -> Snapshot:
        for number in range(3):  # whoever is quick may be done before we look
            case = Case(self.worker, self.folder / f"lake-{number}", **LENIENT)
            case.after("run", self.first)
            before = case.lake.commits("silver/orders")
            self.worker.begin("run", self.late, **case.variables)
            self.died = self.worker.kill_when(
                lambda lake=case.lake, before=before: lake.commits("silver/orders") != before,
                lambda lake=case.lake: setattr(self, "was_locked", not lake.is_free()),
            )
            if self.died:
                break
        return case.after("run", self.late, given="after one that was killed")

    def _ingest(self) -> Snapshot:
        for number in range(2):
            case = Case(self.worker, self.folder / f"lake-ingest-{number}", **LENIENT)
            self.worker.begin("ingest", self.first, **case.variables)
            if self.worker.kill_when(lambda lake=case.lake: lake.has_rows("bronze/changes")):
                break
        return case.after(
            "ingest", self.first, given="after one that was killed as bronze had its first lines"
        )


class Job(Stages):
    """The Glue job: new days, nothing new, one day only, a late file, without bookmark, after a reset."""

    NAME, SCRIPT = "order-changes", "glue/job_order_changes.py"

    def __init__(self, worker: Worker, folder: Path):
        super().__init__(
            day=lambda: self._run("--day", "2025-10-11"),
            all=lambda: self._run(),
            again=lambda: self._run(),
            late=lambda: self._run(deliver=True),
            disabled=lambda: self._run("--job-bookmark-option", "job-bookmark-disable"),
            reset=lambda: self._run(reset=True),
        )
        self.worker, self.source, self.target = worker, folder / "in", folder / "out"
        planted.first(self.source)

    def _run(self, *more: str, deliver: bool = False, reset: bool = False):
        if deliver:
            planted.late(self.source)
        if reset:
            (self.target / "_bookmarks" / f"{self.NAME}.json").unlink()
        before = self.files()
        arguments = ("--JOB_NAME", self.NAME, "--source", self.source, "--target", self.target)
        done = well(self.worker.run(*arguments, *more, script=self.SCRIPT))
        return done, before, self.files()

    def files(self) -> dict[str, int]:
        """Return when each data file, and the bookmark, was written."""
        found = (*self.target.glob("delivered=*/*.parquet"), *self.target.glob("_bookmarks/*.json"))
        return {path.relative_to(self.target).as_posix(): path.stat().st_mtime_ns for path in found}


@pytest.fixture(scope="session")
def story(worker, tmp_path_factory):
    return Story(worker, tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="session")
def gates(worker, tmp_path_factory):
    return Gates(worker, tmp_path_factory.mktemp("gates"))


@pytest.fixture(scope="session")
def generated(worker, tmp_path_factory):
    return Generated(worker, tmp_path_factory.mktemp("generated"))


@pytest.fixture(scope="session")
def kill(worker, tmp_path_factory):
    return Kill(worker, tmp_path_factory.mktemp("kill"))


@pytest.fixture(scope="session")
def job(worker, tmp_path_factory):
    return Job(worker, tmp_path_factory.mktemp("job"))
