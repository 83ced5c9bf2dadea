"""Around a submission: errors, Ctrl-C, a full disk, two at once, the project."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest
import toy

from seniorde import grading

SENIORDE = [sys.executable, "-c", "from seniorde.cli import main; main()"]


def submit(*options: str, code: str = "", **more) -> subprocess.Popen:
    command = [*SENIORDE, "submit", "1", *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)


def test_nothing_started_yet(book):
    with pytest.raises(grading.GradingError, match="Nothing is started in week 1 yet"):
        grading.submit(1)


def test_an_unknown_name_lists_the_choices(desk):
    with pytest.raises(grading.GradingError, match="Choose one of: fair, project"):
        grading.submit(1, "dsa-nix")


def test_an_unknown_week(book):
    with pytest.raises(grading.GradingError, match="no week 3"):
        grading.submit(3)


def test_no_project_yet(desk):
    with pytest.raises(grading.GradingError, match="no project with acceptance tests yet"):
        grading.submit(1, "project")


def test_the_project_is_graded_by_the_books_tests(book, desk, monkeypatch):
    tests = book / "exercises" / "week-01" / "project" / "tests"
    tests.mkdir(parents=True)
    (tests / "test_it.py").write_text(
        "import os, sys\nsys.path.insert(0, 'src')\nimport job\n"
        "def test_double():\n    assert job.double(2) == 4\n"
        "def test_half():\n    assert job.half(4) == 2, 'half of 4 is 2'\n"
        "def test_secret():\n    assert 'MY_TOKEN' not in os.environ\n"
        "import pytest\ndef test_later():\n    pytest.skip('no server')\n"
    )
    with pytest.raises(grading.GradingError, match="not started yet"):
        grading.submit(1, "project")
    source = desk / "project" / "src"
    source.mkdir(parents=True)
    (source / "job.py").write_text("def double(x):\n    return 2 * x\ndef half(x):\n    return x\n")
    (desk / "project" / "pyproject.toml").write_text(
        '[tool.pytest.ini_options]\naddopts = "--no-such-option"\n'
    )
    (desk / "project" / "tests").mkdir()
    (desk / "project" / "tests" / "test_it.py").write_text("def test_double(): pass\n")
    monkeypatch.setenv("MY_TOKEN", "x")
    attempt = grading.submit(1, "project")
    found = {row.problem: (row.points, row.verdict) for row in attempt.notebooks[0].rows}
    assert found == {
        "w1-project/double": (1, "right"),
        "w1-project/half": (0, "wrong"),
        "w1-project/secret": (1, "right"),
        "w1-project/later": (0, "wrong"),
    }
    assert "half of 4 is 2" in attempt.notebooks[0].rows[1].why
    assert (attempt.folder / "submitted" / "project" / "src" / "job.py").exists()


def test_two_at_once_both_land(desk):
    done = [submit(), submit()]
    outputs = [process.communicate(timeout=240)[0] for process in done]
    assert [process.returncode for process in done] == [0, 0], outputs
    entries, damaged = grading.entries()
    assert [(e.points, e.verdict) for e in entries] == [(2, "right")] * 2
    assert (len({e.attempt for e in entries}), damaged) == (2, 0)
    for entry in entries:
        folder = grading.course.home() / "attempts" / "week-01" / entry.attempt
        assert sorted(p.name for p in folder.iterdir()) == ["feedback", "result.json", "submitted"]


def test_ctrl_c_in_the_middle_leaves_all_that_was_there(desk):
    grading.record.append(grading_entry := [_entry()])
    endless = toy.answered(desk / "fair.ipynb", "fair", {"only": "while True:\n    pass"})
    nbformat.write(endless, desk / "fair.ipynb")
    process = submit()
    kernel = _wait_for_kernel(psutil.Process(process.pid))
    family = psutil.Process(process.pid).children(recursive=True)
    assert kernel in family
    os.kill(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped. Nothing new is on record" in output
    assert "Traceback" not in output
    assert grading.entries() == (grading_entry, 0)
    (attempt,) = (grading.course.home() / "attempts" / "week-01").iterdir()
    assert (attempt / "submitted" / "fair.ipynb").read_bytes() == (desk / "fair.ipynb").read_bytes()
    assert not [p for p in family if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]


def test_a_full_disk_gets_one_sentence(desk, tmp_path):
    """No file may grow past 1 KB: the notebooks cannot even be kept."""
    grading.record.append([_entry()])
    before = (desk / "fair.ipynb").read_bytes()
    done = submit(preexec_fn=_files_of_at_most_a_kilobyte)
    output, _ = done.communicate(timeout=60)
    assert done.returncode == 1
    assert output.startswith("The disk is full: could not keep your notebooks."), output
    assert grading.entries() == ([_entry()], 0)
    assert not list((grading.course.home() / "attempts" / "week-01").iterdir()), "no half attempt is left"
    assert (desk / "fair.ipynb").read_bytes() == before


def test_a_disk_that_fills_up_while_grading_still_shows_the_points(desk, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(grading.journal.os, "fsync", full)
    attempt = grading.submit(1)
    assert [row.verdict for row in attempt.notebooks[0].rows] == ["right"]
    assert attempt.unrecorded.startswith("These points are not on record. The disk is full")


def _files_of_at_most_a_kilobyte() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))


def _entry() -> grading.Entry:
    return grading.Entry("2026-11-24T14:00:00+00:00", "a", 1, "fair", None, "fair-only", 1.0, 2.0, "partly")


def _wait_for_kernel(process: psutil.Process) -> psutil.Process:
    for _ in range(600):
        for child in process.children(recursive=True):
            try:
                if "ipykernel_launcher" in " ".join(child.cmdline()) and child.cpu_times().user > 1:
                    return child
            except psutil.Error:
                continue
        time.sleep(0.1)
    raise AssertionError("no kernel started")


def test_the_released_blank_scores_nothing_and_changes_nothing(book):
    desk = grading.start(1).folder
    before = {path: path.read_bytes() for path in Path(desk).iterdir()}
    attempt = grading.submit(1)
    assert [(row.points, row.verdict) for row in attempt.notebooks[0].rows] == [(0, "blank")]
    assert {path: path.read_bytes() for path in Path(desk).iterdir()} == before


@pytest.mark.parametrize("content", ["{", "", None], ids=["broken", "empty", "missing"])
def test_where_nothing_could_be_graded_the_command_fails(desk, content):
    mine = desk / "fair.ipynb"
    mine.unlink()
    if content is not None:
        mine.write_text(content)
    for only in ([], ["--only", "fair"]):
        process = submit(*only)
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 1, said
        assert "–" in said and "Traceback" not in said
