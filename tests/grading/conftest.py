import nbformat
import pytest
import toy

from seniorde import grading


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A released book with one small notebook in week 1, and a learner without any record."""
    book = toy.course(tmp_path / "book", {"fair": toy.source("fair", ["only"])})
    monkeypatch.chdir(book)
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    grading.release(1)
    return book


@pytest.fixture
def desk(book):
    """Week 1 started and answered right."""
    desk = grading.start(1).folder
    nbformat.write(toy.answered(desk / "fair.ipynb", "fair"), desk / "fair.ipynb")
    return desk
