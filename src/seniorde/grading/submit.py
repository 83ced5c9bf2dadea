"""A submission: copied into a new attempt, graded in fresh kernels, put on record."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Any

from seniorde.grading import course, project
from seniorde.grading.attempt import LIMITS, Attempt, Graded, Limits, Row, keep, put_on_record
from seniorde.grading.course import GradingError, desk, edition, exercises, review_desk, reviews, told
from seniorde.grading.isolate import below, end, environment
from seniorde.grading.journal import replace

WORKERS = 2


def submit(week: int, only: str | None = None, limits: Limits = LIMITS) -> Attempt:
    """Grade the learner's notebooks of a week, or `only` one of them; nothing in work/ is changed.

    `only` may also be `review`, the newest review notebook, or the name of one; the week says nothing then.
    Every file is kept in a new attempt folder first. The record gets all scores at once, at the end.
    Raises GradingError for an unknown week or name, when nothing is started, and when the disk is full;
    KeyboardInterrupt leaves the attempt folder with the submitted notebooks and no entry in the record.
    """
    only = only and only.removesuffix(".ipynb")
    if only == "project":
        return project.submit(week, limits)
    remarks: dict[str, str] = {}
    if only and only.startswith("review"):
        mine = _review(only)
        names, found = [mine.stem], {mine.stem: mine}
        handed_out = reviews() / mine.name
        released = {mine.stem: handed_out if handed_out.exists() else mine}
        against = course.released()
        attempt = keep(None, found)
    else:
        released = {path.stem: path for path in sorted(exercises(week).glob("*.ipynb"))}
        against = list(released.values())
        if not released:
            raise GradingError(f"Week {week} has no notebook with exercises yet.")
        if only is not None and only not in released:
            choices = ", ".join([*released, "project", "review"])
            raise GradingError(f"There is no {only} in week {week}. Choose one of: {choices}.")
        found, remarks = _found(week, released)
        names = [only] if only else list(released)
        attempt = keep(week, {name: found[name] for name in names if name in found})
    running: list[subprocess.Popen[bytes]] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        jobs = {
            name: pool.submit(_grade, attempt.folder, released[name], against, limits, running)
            for name in names
            if name in found
        }
        try:
            attempt.notebooks = [
                jobs[name].result() if name in jobs else Graded(name, "Not in work/: nothing to grade.")
                for name in names
            ]
        except BaseException:
            for job in jobs.values():
                job.cancel()
            while not all(job.done() for job in jobs.values()):
                for worker in running:
                    end(below(worker.pid))
                sleep(0.1)
            raise
    for graded in attempt.notebooks:
        graded.sentence = " ".join(filter(None, (remarks.pop(graded.name, ""), graded.sentence)))
    if only is None:
        attempt.notebooks += [Graded(name, sentence) for name, sentence in remarks.items()]
    put_on_record(attempt)
    return attempt


def _review(only: str) -> Path:
    """The learner's review notebook of this name, the newest for `review`."""
    mine = sorted(review_desk().glob("review-????-??-??.ipynb"))
    if not mine:
        raise GradingError("No review is laid out yet. Run: make review")
    found = mine[-1] if only == "review" else review_desk() / f"{only}.ipynb"
    if found not in mine:
        raise GradingError(f"There is no {only} in {review_desk()}. The newest is {mine[-1].stem}.")
    return found


def _found(week: int, released: dict[str, Path]) -> tuple[dict[str, Path], dict[str, str]]:
    """The file that answers each released notebook, and remarks on files by name."""
    folder = desk(week)
    if not folder.is_dir():
        raise GradingError(f"Nothing is started in week {week} yet. Run: make start WEEK={week}")
    files = {path.stem: path for path in sorted(folder.glob("*.ipynb")) if not path.name.startswith(".")}
    found = {name: path for name, path in files.items() if name in released}
    remarks: dict[str, str] = {}
    for name, path in files.items():
        if name in released:
            continue
        base, new, _ = name.partition(".new-")
        if new:
            remarks[name] = f"Not graded until you rename it to {base}.ipynb."
            continue
        twin = edition(path) and next((other for other in released if _akin(path, released[other])), None)
        if twin and twin not in found:
            found[twin], remarks[twin] = path, f"Taken from {path.name}: renamed."
        elif twin:
            remarks[name] = f"Not graded: a copy of {twin}.ipynb, which is graded."
        else:
            remarks[name] = f"Not graded: no exercise of week {week}."
    return found, remarks


def _akin(path: Path, release: Path) -> bool:
    """Whether a file holds the cells of this release."""

    def ids(file: Path) -> set[str]:
        cells = json.loads(file.read_bytes())["cells"]
        return {cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in cells} - {None}

    try:
        return bool(ids(path) & ids(release))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return False


def _grade(
    attempt: Path,
    release: Path,
    against: list[Path],
    limits: Limits,
    running: list["subprocess.Popen[bytes]"],
) -> Graded:
    """Grade one notebook in a worker process with a clean environment and a home of its own."""
    name = release.stem
    graded = Graded(name, edition=edition(release))
    submitted = attempt / "submitted" / f"{name}.ipynb"
    if not submitted.exists():
        graded.sentence = "Not graded: this is no file."
        return graded
    try:
        with (
            told("grade"),
            TemporaryDirectory(prefix="seniorde-submit-", ignore_cleanup_errors=True) as scratch,
        ):
            job = {
                "name": name,
                "submitted": str(submitted),
                "release": str(release),
                "week": [str(path) for path in against],
                **vars(limits),
            }
            result = _worked(Path(scratch), job, limits, running)
            graded.sentence, graded.retired = result["sentence"], result["retired"]
            graded.rows = [Row(**row) for row in result["rows"]]
            if graded.rows:
                (attempt / "feedback").mkdir(exist_ok=True)
                page = attempt / "feedback" / f"{name}.html"
                replace(page, Path(scratch, "feedback.html").read_bytes())
                graded.feedback = page
    except GradingError as error:
        graded.sentence = str(error)
    return graded


def _worked(
    folder: Path, job: dict[str, Any], limits: Limits, running: list["subprocess.Popen[bytes]"]
) -> dict[str, Any]:
    """The result of a worker process that has `folder` for itself."""
    for part in ("home", "desk"):
        (folder / part).mkdir()
    (folder / "job.json").write_text(json.dumps(job), "utf-8")
    most = limits.notebook_seconds + 120
    with (folder / "log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "seniorde.grading.worker", str(folder / "job.json")],
            cwd=folder,
            env=environment(folder / "home"),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        running.append(worker)
        try:
            worker.wait(most)
        except subprocess.TimeoutExpired:
            raise GradingError(f"Not graded: it did not end within {most} s.") from None
        finally:
            end(below(worker.pid))
            worker.wait()
    try:
        return dict(json.loads((folder / "result.json").read_bytes()))
    except (OSError, ValueError):
        said = (folder / "log").read_text("utf-8", errors="replace").strip().splitlines()
        last = said[-1][:200] if said else "without a word"
        raise GradingError(f"Not graded: the grader itself was stopped ({last}).") from None
