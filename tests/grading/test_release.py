"""Exercises come from solutions through nbgrader, the same every time, and are in step with them."""

import nbformat
import pytest
import toy

from seniorde import grading


def test_released_notebooks_are_blank_locked_and_stable(book):
    path = book / "exercises" / "week-01" / "fair.ipynb"
    first = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    assert toy.by_id(notebook, "fair-only-solution").source == "def only(x):\n    ..."
    assert toy.by_id(notebook, "fair-only-words").source == "*Your answer here.*"
    assert toy.by_id(notebook, "fair-only").metadata["editable"] is False
    assert [cell.id for cell in notebook.cells] == [
        cell.metadata.nbgrader.grade_id for cell in notebook.cells
    ]
    assert not [cell for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")]
    path.unlink()
    assert grading.release(1) == [path]
    assert path.read_bytes() == first


def test_check_finds_what_is_out_of_step_and_writes_nothing(book):
    week = book / "exercises" / "week-01"
    assert grading.release(1, check=True) == []
    edited = (week / "fair.ipynb").read_text().replace("...", "pass")
    (week / "fair.ipynb").write_text(edited)
    (week / "orphan.ipynb").write_text("{}")
    assert grading.release(1, check=True) == [week / "fair.ipynb", week / "orphan.ipynb"]
    assert (week / "fair.ipynb").read_text() == edited
    grading.release(1)
    assert grading.release(1, check=True) == []


def test_the_project_beside_is_left_alone(book):
    (book / "exercises" / "week-01" / "project").mkdir()
    (book / "exercises" / "week-01" / "project" / "README.md").write_text("brief")
    (book / "solutions" / "week-01" / "secret.txt").write_text("not for learners")
    grading.release(1)
    assert sorted(p.name for p in (book / "exercises" / "week-01").iterdir()) == ["fair.ipynb", "project"]


def test_a_source_that_nbgrader_refuses_is_named(book):
    broken = toy.source("fair", ["only"])
    toy.by_id(broken, "fair-only-solution").source = "### BEGIN SOLUTION\n1"
    nbformat.write(broken, book / "solutions" / "week-01" / "fair.ipynb")
    with pytest.raises(grading.GradingError, match="no end solution statement found"):
        grading.release(1)


def test_a_week_without_solutions(book):
    with pytest.raises(grading.GradingError, match="The weeks with solutions: 1"):
        grading.release(5)
