"""A corpus of hostile submissions, graded in one batch: each gets a verdict, no other score is lost."""

import io
import json
from copy import deepcopy
from hashlib import sha256
from pathlib import Path

import nbformat
import pytest
import toy
from nbformat import v4
from rich.console import Console

from seniorde import grading
from seniorde.grading import report

SECRET = "correct-horse-battery"

# One problem of the notebook `cells` each: what the learner's cell does, and its points, verdict and reason.
# RIGHT stands for the right answer; a fair answer among noise keeps its points.
CELLS = {
    "loops_at_once": ("while True:\n    pass\nRIGHT", 0, "timeout", "longer than"),
    "loops_when_called": ("def loops_when_called(x):\n    while True: pass", 0, "timeout", "longer than"),
    "recurses": ("def recurses(x):\n    return recurses(x + 1)", 0, "error", "RecursionError"),
    "leaves": ("import sys\nsys.exit()\nRIGHT", 0, "error", "SystemExit"),
    "leaves_when_called": ("def leaves_when_called(x):\n    raise SystemExit(3)", 0, "error", "SystemExit"),
    "quits": ("RIGHT\nexit()", 2, "right", ""),
    "half_written": ("def half_written(x:\n    return 2", 0, "error", "SyntaxError"),
    "blank": ("def blank(x):\n    ...", 0, "blank", ""),
    "wrong": ("def wrong(x):\n    return x", 0, "wrong", "Another result."),
    "noisy": ("import sys\nprint('99')\nprint('oops', file=sys.stderr)\nRIGHT", 2, "right", ""),
    "raises_afterwards": ("RIGHT\nraise RuntimeError('noise')", 2, "right", ""),
    "warns": ("import warnings\nwarnings.simplefilter('error')\nRIGHT", 2, "right", ""),
    "floods": ("print('x' * 100_000_000)\nRIGHT", 2, "right", ""),
    "reads_secrets": (
        "import os, pathlib\nprint(dict(os.environ), list(pathlib.Path.home().rglob('*')))\nRIGHT",
        2, "right", "",
    ),
    "patches_checker": (
        "import seniorde.checks.score as score\n"
        "score.Score = type('Fake', (float,), {'of': classmethod(lambda *a, **k: 2.0)})\n"
        "score.Part = print\ndef patches_checker(x):\n    return x",
        0, "wrong", "Another result.",
    ),
    "hides_names": ("score = right = part = float = 2.0\nRIGHT", 2, "right", ""),
    "edited_test": ("def edited_test(x):\n    return x", 0, "wrong", "Another result."),
    "clears_names": ("RIGHT\n%reset -f\nRIGHT", 2, "right", ""),
}  # fmt: skip

# The notebook `kernel`: cells that take the kernel down.
KERNEL = {
    "first": ("import os, time\nRIGHT", 2, "right", ""),
    "dies": ("os._exit(1)\nRIGHT", 0, "killed", "ended the kernel"),
    "dies_when_called": ("def dies_when_called(x):\n    os._exit(0)", 0, "killed", "ended the kernel"),
    "eats_memory": ("hoard = [bytearray(50_000_000) for _ in range(1000)]\nRIGHT", 0, "memory", "more than"),
    "cannot_be_stopped": (
        "while True:\n    try:\n        time.sleep(1)\n    except BaseException: ...\nRIGHT",
        0, "timeout", "could not be interrupted",
    ),
    "last": ("RIGHT", 2, "right", ""),
}  # fmt: skip

# The notebook `shape`: cells deleted, doubled, moved.
SHAPE = {
    "kept": (2, "right", ""),
    "check_deleted": (2, "right", ""),
    "answer_deleted": (0, "error", "its answer cell is gone"),
    "both_deleted": (0, "missing", "not in your notebook"),
    "doubled": (2, "right", ""),
    "check_doubled": (2, "right", ""),
    "check_before_answer": (2, "right", ""),
    "helper_between": (2, "right", ""),
    "made_text": (2, "right", ""),
}

# Whole files: the problem `name-only` of each, and the sentence on the file.
FILES = {
    "broken": "not valid JSON",
    "empty": "The file is empty",
    "picture": "not valid JSON",
    "table": "no notebook that Jupyter can read",
    "odd": "no notebook that Jupyter can read",
    "folder": "this is no file",
    "missing": "Not in work/",
    "renamed": "Taken from my answers.ipynb: renamed.",
    "heavy": "",
    "older": "",
    "fair": "",
}

LIMITS = grading.Limits(cell_seconds=6, notebook_seconds=240, memory_mb=700)


def shaped(path: Path):
    notebook = toy.answered(path, "shape")
    cells = notebook.cells

    def take(grade_id):
        found = toy.by_id(notebook, grade_id)
        cells.remove(found)
        return found

    def place(grade_id):
        return cells.index(toy.by_id(notebook, grade_id))

    take("shape-check_deleted")
    take("shape-answer_deleted-solution")
    take("shape-both_deleted-solution")
    take("shape-both_deleted")
    earlier = deepcopy(toy.by_id(notebook, "shape-doubled-solution"))
    earlier.source = "def doubled(x):\n    return 'an earlier try'"
    cells.insert(place("shape-doubled-solution"), earlier)
    cells.insert(0, deepcopy(toy.by_id(notebook, "shape-check_doubled")))
    cells.insert(place("shape-check_before_answer-solution"), take("shape-check_before_answer"))
    toy.by_id(
        notebook, "shape-helper_between-solution"
    ).source = "def helper_between(x):\n    return twice(x)"
    cells.insert(place("shape-helper_between"), v4.new_code_cell("def twice(x):\n    return 2 * x"))
    text = take("shape-made_text-solution")
    at = place("shape-made_text")
    cells.insert(at, v4.new_markdown_cell(text.source, metadata=text.metadata))
    cells += [cells.pop(1) for _ in range(3)]
    return notebook


def old(path: Path):
    """An earlier edition: it has a problem that is gone, lacks one that came later, holds one that moved."""
    notebook = toy.answered(path, "older")
    notebook.cells = [
        c
        for c in notebook.cells
        if not c.metadata.get("nbgrader", {}).get("grade_id", "").startswith("older-later")
    ]
    notebook.cells += toy.source("older", ["gone"]).cells[1:] + toy.source("fair", ["moved"]).cells[1:]
    notebook.metadata["seniorde"]["edition"] = "0123456789ab"
    return notebook


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Everything above, submitted once."""
    book = tmp_path_factory.mktemp("book")
    sources = {
        "cells": toy.source("cells", list(CELLS)),
        "kernel": toy.source("kernel", list(KERNEL)),
        "shape": toy.source("shape", list(SHAPE)),
        **{name: toy.source(name, ["only"]) for name in FILES},
        "older": toy.source("older", ["only", "later"]),
        "fair": toy.source("fair", ["only", "moved"]),
    }
    toy.course(book, sources)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(book)
        patch.setenv("SENIORDE_HOME", str(book / "home"))
        for name in (
            "AWS_SECRET_ACCESS_KEY",
            "SENIORDE_DATABASE_URL",
            "SENIORDE_LLM_KEY",
            "HTTPS_PROXY",
            "MY_TOKEN",
        ):
            patch.setenv(name, SECRET)
        (book / "person").mkdir()
        (book / "person" / f".{SECRET}").touch()
        patch.setenv("HOME", str(book / "person"))
        patch.setenv("SENIORDE_CACHE", str(book / "cache"))
        grading.release(1)
        desk = grading.start(1).folder

        answers = {name: answer for name, (answer, *_) in CELLS.items()}
        cells = toy.answered(desk / "cells.ipynb", "cells", answers)
        toy.by_id(cells, "cells-edited_test").source = "2.0"
        nbformat.write(cells, desk / "cells.ipynb")
        answers = {name: answer for name, (answer, *_) in KERNEL.items()}
        nbformat.write(toy.answered(desk / "kernel.ipynb", "kernel", answers), desk / "kernel.ipynb")
        nbformat.write(shaped(desk / "shape.ipynb"), desk / "shape.ipynb")
        for name in ("fair", "renamed", "heavy"):
            nbformat.write(toy.answered(desk / f"{name}.ipynb", name), desk / f"{name}.ipynb")
        nbformat.write(old(desk / "older.ipynb"), desk / "older.ipynb")
        heavy = json.loads((desk / "heavy.ipynb").read_text())
        stream = {"output_type": "stream", "name": "stdout", "text": "y" * 100_000_000}
        next(c for c in heavy["cells"] if c["cell_type"] == "code")["outputs"] = [stream]
        (desk / "heavy.ipynb").write_text(json.dumps(heavy))
        (desk / "renamed.ipynb").rename(desk / "my answers.ipynb")
        (desk / "broken.ipynb").write_text((desk / "broken.ipynb").read_text()[:-40])
        (desk / "empty.ipynb").write_bytes(b"")
        (desk / "picture.ipynb").write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe")
        (desk / "table.ipynb").write_text('[{"a": 1}]')
        (desk / "odd.ipynb").write_text('{"cells": [{"cell_type": "code", "source": 3}], "nbformat": 4}')
        for name in ("folder", "missing"):
            (desk / f"{name}.ipynb").unlink()
        (desk / "folder.ipynb").mkdir()
        nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1 / 0")]), desk / "scratch.ipynb")

        (desk / "fair.new-0123456789ab.ipynb").write_bytes((desk / "fair.ipynb").read_bytes())
        before = _digest(desk)
        attempt = grading.submit(1, limits=LIMITS)
        assert _digest(desk) == before, "the learner's files were touched"
        attempt.entries = grading.entries()[0]
    return attempt


def _digest(folder: Path) -> dict[str, str]:
    return {str(p): sha256(p.read_bytes()).hexdigest() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(attempt, name):
    graded = next(g for g in attempt.notebooks if g.name == name)
    return graded, {row.problem.removeprefix(f"{name}-"): row for row in graded.rows}


def verdict(row):
    return row.points, row.verdict


@pytest.mark.parametrize("name", CELLS)
def test_cell(graded, name):
    _, points, kind, why = CELLS[name]
    row = rows(graded, "cells")[1][name]
    assert verdict(row) == (points, kind), row
    assert why in row.why


@pytest.mark.parametrize("name", KERNEL)
def test_kernel(graded, name):
    _, points, kind, why = KERNEL[name]
    row = rows(graded, "kernel")[1][name]
    assert verdict(row) == (points, kind), row
    assert why in row.why


@pytest.mark.parametrize("name", SHAPE)
def test_shape(graded, name):
    points, kind, why = SHAPE[name]
    row = rows(graded, "shape")[1][name]
    assert verdict(row) == (points, kind), row
    assert why in row.why


@pytest.mark.parametrize("name", FILES)
def test_file(graded, name):
    notebook, found = rows(graded, name)
    assert FILES[name] in notebook.sentence
    readable = name in ("renamed", "heavy", "older", "fair")
    assert {row.points for problem, row in found.items() if problem == "only"} == ({2} if readable else set())


def test_an_older_edition_is_graded_by_problem(graded):
    notebook, found = rows(graded, "older")
    assert verdict(found["only"]) == (2, "right")
    assert verdict(found["later"]) == (0, "missing")
    assert verdict(found["fair-moved"]) == (2, "right")
    assert notebook.retired == ["older-gone"]


def test_a_file_of_the_learners_own_is_named(graded):
    assert "no exercise of week 1" in rows(graded, "scratch")[0].sentence
    assert "until you rename it to fair.ipynb" in rows(graded, "fair.new-0123456789ab")[0].sentence


def test_every_score_is_on_record(graded):
    shown = [(g.name, r.problem, r.points, r.verdict) for g in graded.notebooks for r in g.rows]
    stored = [(e.notebook, e.problem, e.points, e.verdict) for e in graded.entries]
    assert stored == shown
    assert not graded.unrecorded


def test_no_credential_is_seen(graded):
    """Neither an environment variable nor a file of the learner's home gets into what the kernel printed."""
    page = rows(graded, "cells")[0].feedback.read_text()
    assert "SENIORDE_CACHE" in page, "the environment was printed"
    for path in graded.folder.rglob("*"):
        if path.is_file():
            assert SECRET not in path.read_text(errors="replace"), path


def test_feedback_is_small_and_reaches_no_host(graded):
    pages = [g.feedback for g in graded.notebooks if g.feedback]
    assert len(pages) == 7
    for page in pages:
        text = page.read_text()
        assert len(text) < 4_000_000
        assert 'src="http' not in text
    assert "Another result." in rows(graded, "cells")[0].feedback.read_text()


def test_the_table_says_it_in_words(graded):
    console = Console(width=200, record=True, file=io.StringIO())
    report.submitted(graded, console)
    text = console.export_text()
    assert SECRET not in text
    for _, _, _, why in (*CELLS.values(), *KERNEL.values()):
        assert why in text
    for sentence in FILES.values():
        assert sentence in text
