"""Reading a learner's notebook, whatever the file holds."""

import json
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from seniorde.notebooks.files import loads


class Unreadable(ValueError):
    """The file is no notebook; the message says what it is instead."""


def read(path: Path) -> NotebookNode:
    """The notebook in a file, without outputs.

    Raises Unreadable for anything that is no notebook.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"The file cannot be read: {error.strerror}.") from None
    if not content.strip():
        raise Unreadable("The file is empty.")
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError):
        raise Unreadable("The file is broken: it is not valid JSON.") from None
    try:
        for cell in parsed["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        notebook = loads(json.dumps(parsed))
        nbformat.validate(notebook)
    except Exception:
        raise Unreadable("The file is JSON, but no notebook that Jupyter can read.") from None
    return notebook
