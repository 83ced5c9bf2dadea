"""One attempt: what was submitted, what came of it, and the way into the record."""

import json
import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from seniorde.grading import journal, record
from seniorde.grading.course import LEFT_OUT, GradingError, home, told


@dataclass(frozen=True)
class Limits:
    """What a notebook may use: seconds for a cell and for all of it, MB for its processes together."""

    cell_seconds: int = 60
    notebook_seconds: int = 600
    memory_mb: int = 2048


LIMITS = Limits()


@dataclass(frozen=True)
class Row:
    """One problem; verdict: right, partly, wrong, blank, error, timeout, memory, killed, missing, refused."""

    problem: str
    points: float
    max_points: float
    verdict: str
    why: str


@dataclass
class Graded:
    """One notebook; `sentence` says what is odd about the file, `retired` names problems that are gone."""

    name: str
    sentence: str = ""
    edition: str | None = None
    rows: list[Row] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    feedback: Path | None = None


@dataclass
class Attempt:
    """One submission; `folder` keeps the learner's notebooks as they were, feedback and result.json.

    `week` is None for a review, whose problems are of several weeks.
    `unrecorded` says why the scores could not be put on record, "" when they are.
    """

    id: str
    week: int | None
    folder: Path
    notebooks: list[Graded] = field(default_factory=list)
    unrecorded: str = ""


def keep(week: int | None, files: dict[str, Path]) -> Attempt:
    """A new attempt folder with the submitted files: it is there whole, or not at all."""
    attempts = home() / "attempts" / ("review" if week is None else f"week-{week:02}")
    with told("keep your notebooks"):
        attempts.mkdir(parents=True, exist_ok=True)
        partial = Path(mkdtemp(dir=attempts, prefix=".partial-"))
        try:
            (partial / "submitted").mkdir()
            for name, path in files.items():
                if path.is_dir():
                    shutil.copytree(
                        path,
                        partial / "submitted" / name,
                        ignore=shutil.ignore_patterns(*LEFT_OUT),
                        symlinks=True,
                    )
                elif path.is_file():
                    shutil.copyfile(path, partial / "submitted" / f"{name}.ipynb")
            id = f"{datetime.now(UTC):%Y-%m-%dT%H%M%SZ}-{partial.name.rpartition('-')[2]}"
            return Attempt(id, week, partial.rename(attempts / id))
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise


def week_of(problem: str) -> int:
    """The week that a problem's permanent id names: `w3-…` is of week 3."""
    named = re.match(r"w(\d+)-", problem)
    return int(named[1]) if named else 0


def put_on_record(attempt: Attempt) -> None:
    """Put the scores on record and result.json into the attempt."""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    entries = [
        record.Entry(
            time=time,
            attempt=attempt.id,
            week=week_of(row.problem) if attempt.week is None else attempt.week,
            notebook=graded.name,
            edition=graded.edition,
            problem=row.problem,
            points=row.points,
            max_points=row.max_points,
            verdict=row.verdict,
        )
        for graded in attempt.notebooks
        for row in graded.rows
    ]
    notebooks = [
        {"name": g.name, "sentence": g.sentence, "retired": g.retired, "rows": [vars(row) for row in g.rows]}
        for g in attempt.notebooks
    ]
    try:
        record.append(entries)
        with told("write the result"):
            result = json.dumps(notebooks, indent=1, ensure_ascii=False).encode()
            journal.replace(attempt.folder / "result.json", result)
    except GradingError as error:
        attempt.unrecorded = f"These points are not on record. {error}"
