"""The incremental key sees everything that outputs depend on, and nothing else."""

import pytest
from nbformat.v4 import new_markdown_cell

from seniorde.notebooks import files
from seniorde.notebooks.key import key, library

PAGE = "notebooks/week-01/01-page.ipynb"


def test_same_clone_same_key(clone):
    page = clone.notebook(PAGE, "1 + 1")
    assert key(clone.read(page), clone.top) == key(clone.read(page), clone.top)


def test_changed_data_lock_code_and_parameter_change_the_key(clone):
    page = clone.notebook(PAGE, "1 + 1")
    nb = clone.read(page)
    keys = [key(nb, clone.top)]
    clone.write("data/numbers.csv", "1\n3\n")
    keys.append(key(nb, clone.top))
    clone.write("requirements.txt", "duckdb==2\n")
    keys.append(key(nb, clone.top))
    nb.cells[1].source = "SEED = 1"
    keys.append(key(nb, clone.top))
    nb.metadata.seniorde.alternate.SEED = 8
    keys.append(key(nb, clone.top))
    nb.cells[2].source = "1 + 2"
    keys.append(key(nb, clone.top))
    nb.cells[2].outputs = []
    nb.cells[2].execution_count = 9
    keys.append(key(nb, clone.top))
    assert len(set(keys)) == len(keys)


def test_prose_and_unrelated_modules_do_not_change_the_key(clone):
    clone.write("src/seniorde/used.py", "VALUE = 1\n")
    nb = clone.read(clone.notebook(PAGE, "from seniorde import used"))
    before = key(nb, clone.top)
    nb.cells.append(new_markdown_cell("More to read."))
    clone.write("src/seniorde/other.py", "VALUE = 2\n")
    assert key(nb, clone.top) == before


def test_library_is_followed_through_packages_relative_and_lazy_imports(clone):
    clone.write("src/seniorde/labs/__init__.py", "from ._duck import duckdb\n")
    clone.write("src/seniorde/labs/_duck.py", "def duckdb():\n    from . import _late\n    return _late\n")
    clone.write("src/seniorde/labs/_late.py", "import seniorde.datasets.flights\n")
    clone.write("src/seniorde/labs/_else.py", "")
    clone.write("src/seniorde/datasets/__init__.py", "")
    clone.write("src/seniorde/datasets/origin.sql", "select 1")
    clone.write("src/seniorde/datasets/flights.py", "")
    found = library(
        clone.top / "src", ["%matplotlib inline\nfrom seniorde import labs", "%%bash\nnot python ("]
    )
    assert [path.relative_to(clone.top / "src/seniorde").as_posix() for path in found] == [
        "__init__.py",
        "datasets/__init__.py",
        "datasets/flights.py",
        "datasets/origin.sql",
        "labs/__init__.py",
        "labs/_duck.py",
        "labs/_late.py",
    ]


def test_a_module_that_imports_by_name_brings_its_neighbours_and_a_problem_is_found_by_its_id(clone):
    finder = "from importlib import import_module\nlambda kind: import_module(f'seniorde.checks.{kind}')\n"
    clone.write("src/seniorde/problems/__init__.py", finder)
    clone.write("src/seniorde/checks/__init__.py", "")
    clone.write("src/seniorde/checks/dsa.py", "")
    clone.write("src/seniorde/problems/bank.py", "")
    clone.write("src/seniorde/problems/week_01/hashing/one_more.py", "")
    clone.write("src/seniorde/problems/week_01/hashing/first_repeat.py", "")
    clone.write("src/seniorde/problems/week_01/__init__.py", "")
    clone.write("src/seniorde/problems/week_01/hashing/__init__.py", "")
    cell = "from seniorde.problems import check\ncheck('w1-hashing-first-repeat', solve)"
    names = {path.name for path in library(clone.top / "src", [cell])}
    assert names == {"__init__.py", "dsa.py", "bank.py", "first_repeat.py"}


def test_code_that_does_not_parse_depends_on_the_whole_library(clone):
    clone.write("src/seniorde/anything.py", "")
    assert len(library(clone.top / "src", ["for"])) == 2


def test_files_are_written_whole_or_not_at_all(clone):
    path = clone.write("note.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        files.write(path, "\udc80")
    assert path.read_text() == "old"
    assert [entry.name for entry in clone.top.glob(".note*")] == []
