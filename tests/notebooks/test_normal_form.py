"""Every committed notebook is in normal form, and each guard refuses what it is there for."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from seniorde.notebooks import files, normal

ROOT = Path(__file__).parents[2]
LESSON = Path("notebooks/week-01/01-page.ipynb")
COMMITTED = files.find(ROOT, files.LESSONS, files.SOLUTIONS, files.EXERCISES, files.BENCH)


@pytest.mark.parametrize("path", COMMITTED, ids=str)
def test_committed_notebook_is_in_normal_form(path):
    assert normal.problems(files.read(ROOT / path), path) == []


def lesson(source="6 * 7", *outputs, **metadata):
    """A lesson in normal form with one cell of this source and these outputs."""
    cell = new_code_cell(source, execution_count=2, outputs=[*outputs], metadata=metadata)
    parameters = new_code_cell("SEED = 0", execution_count=1, metadata={"tags": ["parameters"]})
    nb = new_notebook(
        cells=[new_markdown_cell("# Title"), parameters, cell],
        metadata={"seniorde": {"alternate": {"SEED": 7}}},
    )
    return normal.normalise(nb)


def stdout(text):
    return new_output("stream", name="stdout", text=text)


def picture(**metadata):
    return new_output("display_data", data={"image/png": "AAAA"}, metadata=metadata)


def test_a_lesson_in_normal_form_has_no_problem():
    assert normal.problems(lesson("6 * 7", stdout("42\n")), LESSON) == []


@pytest.mark.parametrize(
    ("nb", "says"),
    [
        (lesson("print(p)", stdout("/home/someone.csv")), "absolute path '/home/someone.csv'"),
        (lesson("open('/tmp/x')", stdout("x")), "absolute path '/tmp/x'"),
        (lesson("1", stdout("C:\\Users\\me")), "absolute path"),
        (lesson("1", stdout("took 12.3 ms")), "timing '2.3 ms'"),
        (lesson("1", stdout("Planning Time: 1")), "timing 'Planning Time'"),
        (lesson("1", stdout("(actual time=0.1..0.2 rows=3)")), "timing 'actual time='"),
        (lesson("%%time\n1", stdout("1")), "times itself"),
        (lesson("1", stdout("<object at 0x7f51c0a81234>")), "object id"),
        (lesson("1", new_output("stream", name="stderr", text="Warning!")), "noise on stderr: 'Warning!'"),
        (lesson("1", new_output("error", ename="KeyError", evalue="x", traceback=[])), "error KeyError"),
        (lesson("1", picture()), "without alternative text"),
        (lesson("f();", stdout("1")), "semicolon"),
        (lesson("\n".join(["1"] * 41), stdout("1")), "more than 40 lines"),
        (lesson("1", stdout("x" * 300_000)), "the limit is 300 KB"),
        (lesson("1"), "no code cell has an output"),
        (lesson("", stdout("1")), "is empty"),
        (lesson(f"x = {'1' * 85}\nx", stdout("1")), "a line of 89 characters"),
    ],
)
def test_guard_refuses(nb, says):
    found = normal.problems(nb, LESSON)
    assert len(found) == 1, found
    assert says in found[0]
    assert found[0].startswith("notebooks/week-01/01-page.ipynb: ")


@pytest.mark.parametrize(
    "nb",
    [
        lesson("1", stdout("500 ms of lateness, /usr/share is no home, 10:30, 3.5 s")),
        lesson("1", stdout("took 12.3 ms"), seniorde={"allow": ["timing"]}),
        lesson("1", new_output("error", ename="E", evalue="", traceback=[]), tags=["raises-exception"]),
        lesson("1", picture(), mystnb={"image": {"alt": "A line that falls"}}),
        lesson("print('total:\\n')", stdout("total:\n")),
        lesson(f"x = {'1' * 84}\nx", stdout("1")),
    ],
)
def test_guard_lets_pass(nb):
    assert normal.problems(nb, LESSON) == []


def test_cleared_cells_titles_and_parameters_are_missed():
    nb = lesson("1", stdout("1"))
    nb.cells[2].execution_count = None
    assert "never run" in normal.problems(nb, LESSON)[0]
    nb = lesson("1", stdout("1"))
    del nb.cells[0]
    assert "title" in normal.problems(nb, LESSON)[0]
    nb = lesson("1", stdout("1"))
    nb.cells[1].metadata = {}
    assert "tagged parameters" in " ".join(normal.problems(nb, LESSON))
    for alternate, says in (
        ({}, "no other parameters"),
        ({"N": 1}, "does not set"),
        ({"SEED": 0}, "same value"),
    ):
        nb = lesson("1", stdout("1"))
        nb.metadata.seniorde.alternate = alternate
        assert says in normal.problems(nb, LESSON)[0]


def test_normal_form_strips_what_runs_leave_behind_and_is_stable():
    nb = lesson("1", stdout("a\n"), stdout("b\n"))
    nb.cells.insert(
        2, new_code_cell("SEED = 7", metadata={"tags": ["injected-parameters"]}, execution_count=2)
    )
    nb.cells[3].metadata.papermill = {"duration": 0.1}
    nb.cells[3].execution_count = 17
    nb.metadata.papermill = {"start_time": "now"}
    nb.metadata.kernelspec.display_name = "my kernel"
    nb.metadata.language_info.version = "3.12.1"
    after = normal.normalise(nb)
    assert normal.problems(after, LESSON) == []
    assert "volatile" in normal.problems(nb, LESSON)[0]
    assert [cell.get("execution_count") for cell in after.cells] == [None, 1, 2]
    assert after.cells[2].outputs[0].text == "a\nb\n"
    assert "papermill" not in after.metadata and "version" not in after.metadata.language_info


def test_exercises_must_be_cleared():
    path = Path("exercises/week-01/dsa-hashing.ipynb")
    nb = lesson("1", stdout("1"))
    assert "released cleared" in normal.problems(nb, path)[0]
    for cell in nb.cells[1:]:
        cell.outputs, cell.execution_count = [], None
    assert normal.problems(nb, path) == []
