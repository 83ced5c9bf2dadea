"""`start` copies what is missing, touches nothing, and lays a newer edition beside a kept notebook."""

import nbformat
import pytest
import toy
from rich.console import Console

from seniorde import grading
from seniorde.grading import report


def test_start_copies_notebooks_and_project(book):
    project = book / "exercises" / "week-01" / "project"
    (project / "src").mkdir(parents=True)
    (project / "src" / "job.py").write_text("...")
    (project / ".gitignore").write_text("logs/")
    (project / ".mypy_cache").mkdir()
    (project / ".mypy_cache" / "old").write_text("")
    done = grading.start(1)
    assert [str(p) for p in done.copied] == ["fair.ipynb", "project/.gitignore", "project/src/job.py"]
    assert (done.folder, done.kept) == (book / "work" / "week-01", [])


def test_start_again_keeps_every_byte(desk):
    before = (desk / "fair.ipynb").read_bytes()
    done = grading.start(1)
    assert (done.copied, [str(p) for p in done.kept], done.newer) == ([], ["fair.ipynb"], {})
    assert (desk / "fair.ipynb").read_bytes() == before


def test_a_newer_edition_lies_beside_with_the_answers(book, desk):
    before = (desk / "fair.ipynb").read_bytes()
    toy_source = toy.source("fair", ["only", "later"])
    nbformat.write(toy_source, book / "solutions" / "week-01" / "fair.ipynb")
    grading.release(1)
    done = grading.start(1)
    (beside,) = done.newer.values()
    new = nbformat.read(desk / beside, as_version=4)
    assert toy.by_id(new, "fair-only-solution").source == "def only(x):\n    return 2 * x"
    assert toy.by_id(new, "fair-later-solution").source == "def later(x):\n    ..."
    assert (desk / "fair.ipynb").read_bytes() == before
    console = Console(record=True, width=200)
    report.started(done, console)
    assert f"It lies beside yours as {beside}" in console.export_text()

    (desk / beside).write_text("worked on")
    grading.start(1)
    assert (desk / beside).read_text() == "worked on"


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ('{"cells": [', "The file is broken: it is not valid JSON."),
        ("", "The file is empty."),
        ("[" * 100_000, "The file is broken: it is not valid JSON."),
        (None, "The file cannot be read: Is a directory."),
    ],
    ids=["cut off", "empty", "deep", "folder"],
)
def test_what_cannot_be_read_is_kept_and_gets_a_blank_one_beside(desk, content, wrong):
    mine = desk / "fair.ipynb"
    mine.unlink()
    if content is None:
        mine.mkdir()
    else:
        mine.write_text(content)
    done = grading.start(1)
    (beside,) = done.newer.values()
    assert mine.is_dir() if content is None else mine.read_text() == content
    blank = nbformat.read(desk / beside, as_version=4)
    assert toy.by_id(blank, "fair-only-solution").source == "def only(x):\n    ..."
    console = Console(record=True, width=200)
    report.started(done, console)
    said = console.export_text()
    assert "kept    fair.ipynb (cannot be read)" in said and "edition" not in said
    assert f"Your fair.ipynb cannot be read and stays as it is. {wrong}" in said
    assert f"A blank one lies beside it as {beside}." in said


def test_an_unknown_week_names_those_there_are(book):
    with pytest.raises(grading.GradingError, match=r"no week 7 in exercises/. The weeks with exercises: 1\."):
        grading.start(7)


def test_outside_of_the_book_the_librarys_own_is_found(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert grading.course.book() == toy.REPO
