"""`seniorde run`: what changed is executed and stored, everything else is left alone."""

from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rich.console import Console
from typer.testing import CliRunner

from seniorde.cli import app
from seniorde.notebooks import compare, files, normal, run

ROOT = Path(__file__).parents[2]
SOLVED = "solutions/week-01/lab.ipynb"


@pytest.fixture
def console() -> Console:
    return Console(record=True, width=200, force_terminal=False)


def test_outputs_are_stored_in_normal_form_and_a_second_run_skips(clone, console):
    page = clone.notebook("notebooks/week-01/01-page.ipynb", "print(SEED)", "SEED + 1")
    assert run.run(clone.top, console=console)
    nb = clone.read(page)
    assert nb.cells[3].outputs[0].data["text/plain"] == "1"
    assert normal.problems(nb, page) == []
    before = (clone.top / page).stat().st_mtime_ns
    assert run.run(clone.top, console=console)
    assert "0 of 1 notebooks to run" in console.export_text()
    assert (clone.top / page).stat().st_mtime_ns == before


def test_failing_cell_is_shown_and_the_file_stays(clone, console):
    bad = clone.notebook("notebooks/week-01/01-bad.ipynb", "1 + 1", "rows = 0\n1 / rows")
    good = clone.notebook("solutions/week-01/lab-good.ipynb", "'fine'")
    stored = (clone.top / bad).read_bytes()
    assert not run.run(clone.top, console=console)
    said = console.export_text()
    assert "notebooks/week-01/01-bad.ipynb, code cell 3" in said
    assert "1 / rows" in said and "ZeroDivisionError: division by zero" in said
    assert (clone.top / bad).read_bytes() == stored
    assert clone.read(good).cells[2].outputs[0].data["text/plain"] == "'fine'"


def test_the_command_also_releases_unless_a_notebook_failed(clone, monkeypatch):
    monkeypatch.setattr(run, "assembled", lambda top: {})
    monkeypatch.chdir(clone.top)
    clone.write("nbgrader_config.py", (ROOT / "nbgrader_config.py").read_text())
    marks = {"grade": False, "locked": False, "solution": True, "task": False, "schema_version": 3}
    answer = new_code_cell(
        "### BEGIN SOLUTION\n6 * 7\n### END SOLUTION",
        metadata={"nbgrader": {**marks, "grade_id": "w1-lab"}},
    )
    clone.write(SOLVED, files.dumps(new_notebook(cells=[new_markdown_cell("# Lab"), answer])))
    bad = clone.notebook("notebooks/week-01/01-bad.ipynb", "1 / 0")
    exercise = Path("exercises/week-01/lab.ipynb")
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 1 and "Nothing is released" in done.output
    assert not exercise.exists()
    bad.unlink()
    done = CliRunner().invoke(app, ["run"])
    assert done.exit_code == 0 and f"released: {clone.top / exercise}" in done.output
    assert clone.read(exercise).cells[1].source == "..."
    assert "in step" in CliRunner().invoke(app, ["release", "1", "--check"]).output


def test_image_bytes_stay_while_pixels_stay(clone, console):
    source = """
import io
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from IPython.display import Image as Shown
import time
note, target = PngInfo(), io.BytesIO()
note.add_text("made", str(time.time()))
Image.new("RGB", (4, 4), "navy").save(target, "png", pnginfo=note)
Shown(target.getvalue())
"""
    page = clone.notebook("notebooks/week-01/01-page.ipynb", source.strip())
    run.run(clone.top, console=console)
    picture = clone.read(page).cells[2].outputs[0].data["image/png"]
    run.run(clone.top, everything=True, console=console)
    assert clone.read(page).cells[2].outputs[0].data["image/png"] == picture


def test_a_notebook_saved_meanwhile_is_not_overwritten(clone, console):
    source = "from pathlib import Path\nPath('01-page.ipynb').write_text('mine')"
    page = clone.notebook("notebooks/week-01/01-page.ipynb", source)
    assert not run.run(clone.top, console=console)
    assert (clone.top / page).read_text() == "mine"
    assert "changed while it ran" in console.export_text()


def test_credentials_and_settings_of_other_tools_do_not_reach_a_notebook(clone, console, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("SENIORDE_DATABASE_URL", "postgresql://somewhere/else")
    page = clone.notebook(
        "notebooks/week-01/01-page.ipynb",
        "import os\n[n for n in os.environ if n.startswith(('AWS', 'SENIORDE_DATABASE'))]",
    )
    run.run(clone.top, console=console)
    assert clone.read(page).cells[2].outputs[0].data["text/plain"] == "[]"


def test_unknown_path_is_one_sentence(clone, monkeypatch):
    monkeypatch.chdir(clone.top)
    with pytest.raises(files.NotebookError, match=r"No notebook at notebooks/week-09"):
        run.run(clone.top, [Path("notebooks/week-09")])


def test_differences_name_cell_and_line(clone):
    one = clone.read(clone.notebook("notebooks/week-01/01-a.ipynb", "print('a')"))
    other = clone.read(clone.notebook("notebooks/week-01/01-b.ipynb", "print('a')"))
    for nb, text in ((one, "same\nold\n"), (other, "same\nnew\n")):
        nb.cells[2].outputs = [new_output("stream", name="stdout", text=text)]
    (said,) = compare.differences(one, other)
    assert said.startswith("code cell 2, stdout:")
    assert "-old" in said and "+new" in said
    assert compare.differences(one, one) == []


def test_the_size_of_a_picture_may_change_its_pixels_may_not(clone):
    nb = clone.read(clone.notebook("notebooks/week-01/01-a.ipynb", "plot()"))

    def shows(text, **image):
        after = normal.normalise(nb)
        after.cells[2].outputs = [new_output("display_data", data={"text/plain": text, **image})]
        return after

    one, other = "<Figure size 735.2x444 with 1 Axes>", "<Figure size 735x443 with 1 Axes>"
    picture = {"image/png": "AAAA"}
    assert compare.differences(shows(one, **picture), shows(other, **picture)) == []
    assert compare.differences(shows(one), shows(other))
    assert compare.differences(shows(one, **picture), shows(f"{other}!", **picture))
