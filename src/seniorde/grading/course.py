"""Where things lie: the book's exercises, the learner's desk, the learner's record."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path

import platformdirs

# Patterns of names that belong to a machine, not to the work: neither laid on a desk nor kept in an attempt.
LEFT_OUT = (
    ".git",
    ".env",
    ".venv",
    ".cache",
    ".*_cache",
    ".ipynb_checkpoints",
    ".DS_Store",
    "__pycache__",
    "*.egg-info",
    "node_modules",
)


class GradingError(RuntimeError):
    """One sentence for the learner: what is wrong and what to do about it."""


def book() -> Path:
    """The book's folder: the nearest one upwards with nbgrader_config.py, else the library's own clone."""
    here = Path.cwd()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[3]):
        if (folder / "nbgrader_config.py").is_file():
            return folder
    raise GradingError(
        "This is not the book's folder. Change into the folder that you cloned, then run again."
    )


def weeks(tree: Path) -> list[int]:
    """The numbers of the weeks below solutions/, exercises/ or work/."""
    return sorted(int(folder.name[5:]) for folder in tree.glob("week-[0-9][0-9]") if folder.is_dir())


def exercises(week: int) -> Path:
    """The released exercises of a week."""
    tree = book() / "exercises"
    if week not in weeks(tree):
        known = ", ".join(map(str, weeks(tree))) or "none yet"
        raise GradingError(f"There is no week {week} in exercises/. The weeks with exercises: {known}.")
    return tree / f"week-{week:02}"


def released() -> list[Path]:
    """Every released notebook with exercises, by week and name."""
    return sorted((book() / "exercises").glob("week-[0-9][0-9]/*.ipynb"))


def desk(week: int) -> Path:
    """The learner's folder of a week, which may not exist yet."""
    return book() / "work" / f"week-{week:02}"


def review_desk() -> Path:
    """The learner's folder of review notebooks, which may not exist yet."""
    return book() / "work" / "review"


def reviews() -> Path:
    """The review notebooks as they were handed out."""
    return home() / "reviews"


def home() -> Path:
    """The learner's data folder, outside the clone: attempts and record."""
    folder = Path(os.environ.get("SENIORDE_HOME") or platformdirs.user_data_dir("seniorde")).expanduser()
    with told(f"write in {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def cache() -> Path:
    """The cache that engines share, where a private HOME must not hide it."""
    folder = Path(os.environ.get("SENIORDE_CACHE") or platformdirs.user_cache_dir("seniorde")).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def edition(notebook: Path) -> str | None:
    """The edition that `release` wrote into a notebook, None where it cannot be read."""
    try:
        found = json.loads(notebook.read_bytes())["metadata"]["seniorde"]["edition"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return found if isinstance(found, str) else None


@contextmanager
def told(doing: str) -> Iterator[None]:
    """Turn an error of the file system into one sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (ENOSPC, EDQUOT, EFBIG):
            raise GradingError(
                f"The disk is full: could not {doing}. "
                "Nothing that was stored before is lost. Free some space, then run again."
            ) from error
        raise GradingError(f"Could not {doing}: {error.strerror or error}.") from error
