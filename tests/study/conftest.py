import shutil
import time
from pathlib import Path

import pytest

from seniorde.grading import Entry
from seniorde.grading.record import append

REPO = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A learner of whom nothing is kept yet."""
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    return tmp_path / "home"


@pytest.fixture
def zone(monkeypatch):
    """Sets the machine's time zone for one test."""

    def set_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield set_to
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def graded(home):
    """Puts a problem's verdict on record."""

    def put(problem: str, time: str, verdict: str = "wrong", notebook: str = "dsa-hashing") -> None:
        points = 2.0 if verdict == "right" else 0.0
        append([Entry(time, "a", 1, notebook, None, problem, points, 2.0, verdict)])

    return put


@pytest.fixture
def book(tmp_path, monkeypatch, home):
    """A book of some real notebooks with exercises."""
    for name in (
        "week-01/dsa-hashing",
        "week-01/sql-joins",
        "week-03/sql-clustering",
        "week-03/sql-partitioning",
    ):
        target = tmp_path / "book" / "exercises" / f"{name}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPO / "exercises" / f"{name}.ipynb", target)
    shutil.copy(REPO / "nbgrader_config.py", tmp_path / "book")
    monkeypatch.chdir(tmp_path / "book")
    return tmp_path / "book"
