"""A small course made by code: solved notebooks of a few problems, released, started, answered."""

import shutil
from pathlib import Path

import nbformat
from nbformat import NotebookNode, v4

REPO = Path(__file__).resolve().parents[2]

CHECK = """\
import seniorde.checks.score as score
right = {name}(21) == 42
sentence, reason = ("As asked.", "") if right else ("Another result.", "result")
part = score.Part("Result", 2, 2 * right, sentence, reason)
score.Score.of([part], problem="{id}")"""


def cell(make, source: str, grade_id: str, **marks) -> NotebookNode:
    flags = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    made = make(source, metadata={"nbgrader": {**flags, "grade_id": grade_id, **marks}})
    made.id = grade_id
    return made


def source(prefix: str, names: list[str]) -> NotebookNode:
    """A source notebook; each problem `prefix-name` asks for a function that doubles."""
    cells = [cell(v4.new_code_cell, "import math", f"{prefix}-setup", locked=True)]
    for name in names:
        id = f"{prefix}-{name}"
        answer = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
        cells += [
            cell(v4.new_markdown_cell, f"## {name}", f"{id}-statement", locked=True),
            cell(v4.new_code_cell, answer, f"{id}-solution", solution=True),
            cell(v4.new_code_cell, CHECK.format(id=id, name=name), id, grade=True, locked=True, points=2),
            cell(v4.new_markdown_cell, "O(1)", f"{id}-words", grade=True, solution=True, points=0),
        ]
    return v4.new_notebook(cells=cells)


def course(folder: Path, notebooks: dict[str, NotebookNode]) -> Path:
    """A book with the sources of week 1."""
    week = folder / "solutions" / "week-01"
    week.mkdir(parents=True)
    shutil.copy(REPO / "nbgrader_config.py", folder)
    for name, notebook in notebooks.items():
        nbformat.write(notebook, week / f"{name}.ipynb")
    return folder


def by_id(notebook: NotebookNode, grade_id: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def answered(path: Path, prefix: str, answers: dict[str, str] | None = None) -> NotebookNode:
    """The notebook with every answer right, except those given; `{name}` in one stands for the right one."""
    notebook = nbformat.read(path, as_version=4)
    for made in notebook.cells:
        id = made.metadata.get("nbgrader", {}).get("grade_id", "")
        if id.endswith("-solution"):
            name = id.removeprefix(f"{prefix}-").removesuffix("-solution")
            right = f"def {name}(x):\n    return 2 * x"
            made.source = (answers or {}).get(name, "RIGHT").replace("RIGHT", right)
    return notebook
