"""The weekly project: its acceptance tests, run on a copy of the learner's project under the same limits."""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from seniorde.grading.attempt import Attempt, Graded, Limits, Row, keep, put_on_record
from seniorde.grading.course import LEFT_OUT, GradingError, desk, exercises
from seniorde.grading.isolate import below, end, environment, watchdog


def submit(week: int, limits: Limits) -> Attempt:
    """Keep work/week-NN/project in a new attempt, run the book's acceptance tests on it, put it on record.

    Raises GradingError when the week has no project with tests yet, or the learner has not started it.
    """
    tests = exercises(week) / "project" / "tests"
    if not tests.is_dir():
        raise GradingError(f"Week {week} has no project with acceptance tests yet: nothing to run.")
    mine = desk(week) / "project"
    if not mine.is_dir():
        raise GradingError(f"Your project is not started yet. Run: make start WEEK={week}")
    attempt = keep(week, {"project": mine})
    attempt.notebooks.append(_graded(week, attempt.folder / "submitted" / "project", tests, limits))
    put_on_record(attempt)
    return attempt


def _graded(week: int, submitted: Path, tests: Path, limits: Limits) -> Graded:
    """A point for every acceptance test that passes; the tests are the book's, not the copy on the desk."""
    with TemporaryDirectory(prefix="seniorde-project-", ignore_cleanup_errors=True) as scratch:
        folder, report = Path(scratch, "project"), Path(scratch, "report.xml")
        Path(scratch, "home").mkdir()
        shutil.copytree(submitted, folder, symlinks=True)
        shutil.rmtree(folder / "tests", ignore_errors=True)
        shutil.copytree(tests, folder / "tests", ignore=shutil.ignore_patterns(*LEFT_OUT))
        command = [sys.executable, "-m", "pytest", "tests", "-q", "-o", "addopts="]
        with watchdog(limits.memory_mb) as too_much:
            process = subprocess.Popen(
                [*command, f"--rootdir={folder}", f"--junitxml={report}"],
                cwd=folder,
                env=environment(Path(scratch, "home")),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            try:
                process.wait(limits.notebook_seconds)
            except subprocess.TimeoutExpired:
                return Graded("project", f"Stopped: the tests ran longer than {limits.notebook_seconds} s.")
            finally:
                end(below(process.pid))
                process.wait()
        if too_much.is_set():
            return Graded("project", f"Stopped: the tests needed more than {limits.memory_mb} MB of memory.")
        try:
            cases = list(ElementTree.parse(report).iter("testcase"))
        except (OSError, ElementTree.ParseError):
            return Graded("project", "The tests ended without a report: does an import end Python?")
    graded = Graded("project")
    for case in cases:
        trouble = next((child for child in case if child.tag in ("failure", "error", "skipped")), None)
        why = "" if trouble is None else (trouble.get("message") or "failed").splitlines()[0]
        name = f"w{week}-project/{(case.get('name') or '').removeprefix('test_')}"
        verdict = "right" if trouble is None else "wrong"
        graded.rows.append(Row(name, float(trouble is None), 1.0, verdict, why.removeprefix("Failed: ")))
    return graded
