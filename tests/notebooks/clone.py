"""A tiny clone of the book for the author's tools to work on."""

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seniorde.notebooks import files, normal


class Clone:
    """A folder laid out like the book."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.write("requirements.txt", "duckdb==1\n")
        self.write("src/seniorde/__init__.py", "")
        self.write("data/numbers.csv", "1\n2\n")

    def write(self, name: str, content: str) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def notebook(self, name: str, *sources: str, seed: int = 0, **metadata: dict) -> Path:
        """A page: title, parameters cell, these code cells, not yet run; returns its relative path."""
        cells = [
            new_markdown_cell("# A page"),
            new_code_cell(f"SEED = {seed}", metadata={"tags": ["parameters"]}),
            *(new_code_cell(source) for source in sources),
        ]
        nb = new_notebook(cells=cells, metadata={"seniorde": {"alternate": {"SEED": 7}}, **metadata})
        self.write(name, files.dumps(normal.normalise(nb)))
        return Path(name)

    def read(self, path: Path) -> nbformat.NotebookNode:
        return nbformat.read(self.top / path, as_version=4)
