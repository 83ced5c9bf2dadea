"""From solved notebooks to exercises: nbgrader clears the solutions; the result is the same every time."""

import hashlib
import json
import logging
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from seniorde.grading.course import GradingError, book, weeks

if TYPE_CHECKING:
    from nbformat import NotebookNode


def release(week: int, check: bool = False) -> list[Path]:
    """Generate exercises/week-NN/*.ipynb from solutions/week-NN/*.ipynb; return the files that changed.

    With `check` nothing is written: the files returned are those that are out of step.
    Notebooks in exercises/ without a source are removed; other files there are left alone.
    Raises GradingError when the week has no solutions or nbgrader refuses a notebook.
    """
    source, target = (book() / tree / f"week-{week:02}" for tree in ("solutions", "exercises"))
    if not list(source.glob("*.ipynb")):
        known = ", ".join(map(str, weeks(book() / "solutions"))) or "none yet"
        raise GradingError(
            f"There is no notebook in solutions/week-{week:02}. The weeks with solutions: {known}."
        )
    released = generate(sorted(source.glob("*.ipynb")))
    stale = {path for path in target.glob("*.ipynb") if path.name not in released}
    changed = {
        target / name
        for name, content in released.items()
        if not (target / name).exists() or (target / name).read_text("utf-8") != content
    }
    if not check:
        target.mkdir(parents=True, exist_ok=True)
        for path in changed:
            path.write_text(released[path.name], "utf-8")
        for path in stale:
            path.unlink()
    return sorted(changed | stale)


def generate(sources: list[Path]) -> dict[str, str]:
    """The released text of each source notebook, by file name.

    nbgrader copies whatever lies beside a notebook and deletes its target folder,
    so it works in a temporary course that holds these notebooks alone.
    """
    from nbgrader.converters import GenerateAssignment
    from nbgrader.converters.base import NbGraderException
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    from seniorde.notebooks.files import read

    config = settings()
    with TemporaryDirectory(prefix="seniorde-release-") as folder:
        config.CourseDirectory.root = folder
        config.CourseDirectory.assignment_id = "week"
        config.GenerateAssignment.no_database = True
        course = Path(folder, config.CourseDirectory.source_directory, "week")
        course.mkdir(parents=True)
        for path in sources:
            shutil.copy(path, course)
        complaints = _Complaints()
        nbgrader = GenerateAssignment(
            coursedir=CourseDirectory(config=config), config=config, log=complaints.log
        )
        nbgrader.preprocessors = [step for step in nbgrader.preprocessors if step is not SaveCells]
        try:
            nbgrader.start()
        except NbGraderException as error:
            raise GradingError("nbgrader cannot release these notebooks: " + complaints.last()) from error
        target = Path(folder, config.CourseDirectory.release_directory, "week")
        return {path.name: released_text(read(path)) for path in sorted(target.glob("*.ipynb"))}


def released_text(notebook: "NotebookNode") -> str:
    """A released notebook in normal form, with its edition: a digest of all that the learner is given."""
    from seniorde.notebooks.files import dumps
    from seniorde.notebooks.normal import normalise

    notebook = normalise(notebook)
    given = json.dumps(
        [[cell.cell_type, cell.source, cell.metadata] for cell in notebook.cells], sort_keys=True
    )
    notebook.metadata["seniorde"] = {"edition": hashlib.sha256(given.encode()).hexdigest()[:12]}
    return dumps(notebook)


def settings() -> Any:
    """The settings of nbgrader_config.py at the top of the book."""
    from traitlets.config.loader import PyFileConfigLoader

    return PyFileConfigLoader("nbgrader_config.py", path=str(book())).load_config()


class _Complaints(logging.Handler):
    """What nbgrader would have printed; the learner sees one sentence instead."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []
        self.log = logging.Logger("nbgrader")
        self.log.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())

    def last(self) -> str:
        return next(
            (text.splitlines()[-1] for text in reversed(self.messages) if "Traceback" in text), "see its log"
        )
