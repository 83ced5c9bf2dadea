"""The build of a small book: faults are named and fail it, assets come only to the pages that need them."""

import json
import runpy
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from test_pages import opened, violations

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
RUN = {"status": "green", "date": "2026-11-24", "seconds": 3.24, "peak_mb": 310}


def notebook(path: Path, prose: str = "# A notebook", code: str = "duckdb", **metadata: object) -> None:
    """A notebook about DuckDB: a cell of prose, a cell that made a picture."""
    picture = new_output("display_data", data={"image/png": DOT})
    cell = new_code_cell(code, execution_count=1, outputs=[picture], metadata=metadata)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    facts = {"kernelspec": kernel, "language_info": {"name": "python"}}
    nbformat.write(new_notebook(cells=[new_markdown_cell(prose), cell], metadata=facts), path)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with our settings and extensions, a start page, a plain page and a notebook."""
    for name in ("_config.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("_ext", "_static"):
        shutil.copytree(ROOT / "book" / name, tmp_path / "book" / name)
    toc = {"format": "jb-book", "root": "start", "chapters": [{"file": "plain"}, {"file": "note"}]}
    (tmp_path / "_toc.yml").write_text(json.dumps(toc))
    (tmp_path / "start.md").write_text("# Start\n\nNothing yet.\n")
    (tmp_path / "plain.md").write_text("# Plain\n\n```{ledger}\n```\n")
    notebook(tmp_path / "note.ipynb", mystnb={"image": {"alt": "one dot"}})
    return tmp_path


SCRIPT = runpy.run_path(str(ROOT / "book" / "build.py"))


def complaints(book: Path) -> list[str]:
    return SCRIPT["render"](book)


def text(book: Path, page: str) -> str:
    return (book / "_build" / "html" / f"{page}.html").read_text("utf-8")


def test_each_fault_is_named_and_fails_the_build_again_and_again(book, monkeypatch, capsys):
    toc = json.loads((book / "_toc.yml").read_text())
    toc["chapters"].append({"file": "not-there"})
    (book / "_toc.yml").write_text(json.dumps(toc))
    (book / "start.md").write_text("# Start\n\n[broken](nowhere.md)\n\n<p><img src='dot.png'></p>\n")
    notebook(book / "note.ipynb", prose="# A notebook\n\n[broken](nowhere.md)")
    monkeypatch.setattr("sys.argv", ["build.py", str(book)])
    for _ in range(2):
        assert SCRIPT["main"]() == 1
        report = capsys.readouterr().err
        assert "start.md:3: WARNING: 'myst' cross-reference target not found: 'nowhere.md'" in report
        assert "start.md: WARNING: an <img> in HTML has no alternative text" in report
        assert "note.ipynb, cell 1: WARNING: 'myst' cross-reference target not found" in report
        assert "note.ipynb: WARNING: an image has no alternative text: set the metadata" in report
        assert "not-there" in report
        assert "Traceback" not in report


def test_a_toc_that_cannot_be_read_is_one_sentence(book):
    (book / "_toc.yml").unlink()
    assert [told.partition(":")[0] for told in complaints(book)] == ["_toc.yml cannot be read"]


def test_the_ledger_is_joined_when_there_is_one(book):
    assert complaints(book) == []
    assert "made without a test run" in text(book, "plain")
    assert "last-run" not in text(book, "note")
    assert not (book / "node_modules").exists()

    ledger = {
        "versions": {"python": "3.11.7", "postgres": "18.1", "duckdb": "1.5.5"},
        "notebooks": {"note.ipynb": RUN},
    }
    (book / "_build" / "ledger.json").write_text(json.dumps(ledger))
    assert complaints(book) == []
    assert "Last ran green on 2026-11-24 in 3.2 s, Python 3.11.7, DuckDB 1.5.5</p>" in text(book, "note")
    assert 'href="note.html">' in text(book, "plain")
    assert "Versions: Python 3.11.7, PostgreSQL 18.1, DuckDB 1.5.5." in text(book, "plain")


def test_a_solution_is_named_one_and_shows_no_marks(book):
    prose = "# Hashing: exercises\n\n[the problem](#The-problem)\n\n## The problem\n"
    marked = "def solve():\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n"
    pages = ["exercises/note", "solutions/note"]
    for page in pages:
        (book / page).parent.mkdir()
        notebook(book / f"{page}.ipynb", prose, marked, mystnb={"image": {"alt": "one dot"}})
    toc = {"format": "jb-book", "root": "start", "chapters": [{"file": page} for page in pages]}
    (book / "_toc.yml").write_text(json.dumps(toc))
    assert complaints(book) == []
    assert "<h1>Hashing: exercises<" in text(book, "exercises/note")
    assert "<h1>Hashing: solutions<" in text(book, "solutions/note")
    assert "Hashing: solutions" in text(book, "start")
    assert 'href="#the-problem"' in text(book, "solutions/note")
    assert "SOLUTION" in text(book, "exercises/note")
    assert "SOLUTION" not in text(book, "solutions/note")


@pytest.mark.browser
def test_formulas_and_diagrams_are_drawn_and_load_nothing_elsewhere(book, chromium, axe):
    from chromium import served

    (book / "node_modules").symlink_to(axe.parents[1])
    diagram = "```{mermaid}\n:alt: raw rows flow to clean rows\nflowchart LR\n  raw --> clean\n```\n"
    (book / "start.md").write_text(f"# Start\n\nIt grows with $n^2$.\n\n{diagram}")
    assert complaints(book) == []
    assert "tex-svg" not in text(book, "plain") and "mermaid" not in text(book, "plain")
    with served(book / "_build" / "html") as address:
        for theme in ("light", "dark"):
            with opened(chromium, address, "start.html", color_scheme=theme) as (page, heard):
                page.locator("figure.diagram svg").wait_for()
                page.locator("mjx-container svg").wait_for()
                assert "flowchart" not in page.locator("figure.diagram").inner_text()
                assert not violations(page, axe)
                assert heard == []


@pytest.mark.browser
def test_a_diagram_without_words_fails_the_build(book):
    (book / "start.md").write_text("# Start\n\n```{mermaid}\nflowchart LR\n```\n")
    assert "A diagram needs `:alt:`" in "\n".join(complaints(book))
