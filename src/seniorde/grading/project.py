"""The weekly project: its acceptance tests and its rubric, on copies of the learner's project, limited."""

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from seniorde.grading import rubric
from seniorde.grading.attempt import Attempt, Graded, Limits, Row, keep, put_on_record
from seniorde.grading.course import LEFT_OUT, GradingError, desk, exercises, told
from seniorde.grading.isolate import below, end, environment, watchdog


def submit(week: int, limits: Limits) -> Attempt:
    """Keep work/week-NN/project in a new attempt, run the book's acceptance tests, score its rubric.

    A blank self-assessment is laid into the project where there is none.
    Raises GradingError when the week has no project with tests yet, or the learner has not started it.
    """
    tests = exercises(week) / "project" / "tests"
    if not tests.is_dir():
        raise GradingError(f"Week {week} has no project with acceptance tests yet: nothing to run.")
    mine = desk(week) / "project"
    if not mine.is_dir():
        raise GradingError(f"Your project is not started yet. Run: make start WEEK={week}")
    form = mine / rubric.FORM
    if not form.exists():
        with told(f"write {form}"):
            form.write_text(rubric.form(week), "utf-8")
    attempt = keep(week, {"project": mine})
    submitted = attempt.folder / "submitted" / "project"
    with TemporaryDirectory(prefix="seniorde-project-", ignore_cleanup_errors=True) as scratch:
        home, judged, own = (Path(scratch, name) for name in ("home", "judged", "own"))
        home.mkdir()
        for copy in (judged, own):
            shutil.copytree(submitted, copy, symlinks=True)
        shutil.rmtree(judged / "tests", ignore_errors=True)
        shutil.copytree(tests, judged / "tests", ignore=shutil.ignore_patterns(*LEFT_OUT))
        accepted = _accepted(week, judged, home, limits)
        passed = {row.problem.partition("/")[2]: row.verdict == "right" for row in accepted.rows}
        run = partial(_run, folder=own, home=home, limits=limits)
        attempt.notebooks = [accepted, rubric.graded(week, own, tests, passed, run)]
    put_on_record(attempt)
    return attempt


def _accepted(week: int, project: Path, home: Path, limits: Limits) -> Graded:
    """A point for every acceptance test that passes; the tests are the book's, not the copy on the desk."""
    report = home / "report.xml"
    command = [sys.executable, "-m", "pytest", "tests", "-q", "-o", "addopts=", f"--rootdir={project}"]
    code, said = _run([*command, f"--junitxml={report}"], project, home, limits)
    if code is None:
        return Graded("project", f"Stopped: the tests {said}.")
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


def _run(command: list[str], folder: Path, home: Path, limits: Limits) -> tuple[int | None, str]:
    """Exit code and the end of the output; None, and which limit it broke, for a command that was stopped."""
    log = home / "output"
    with watchdog(limits.memory_mb) as too_much, log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(home),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            process.wait(limits.notebook_seconds)
        except subprocess.TimeoutExpired:
            return None, f"ran longer than {limits.notebook_seconds} s"
        finally:
            end(below(process.pid))
            process.wait()
    if too_much.is_set():
        return None, f"needed more than {limits.memory_mb} MB of memory"
    with log.open("rb") as written:
        written.seek(max(0, log.stat().st_size - 4000))
        return process.returncode, written.read().decode(errors="replace")
