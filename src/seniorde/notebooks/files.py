"""Where the book's notebooks lie, how they are read, and how they are written: whole or not at all."""

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nbformat
from nbformat import NotebookNode

LESSONS, SOLUTIONS, EXERCISES, BENCH = "notebooks", "solutions", "exercises", "tests/bench"


class NotebookError(RuntimeError):
    """Something an author has to put right; the message says what."""


def root() -> Path:
    """The clone's top folder, looked for from the working directory upwards.

    Raises NotebookError outside a clone.
    """
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "requirements.txt").is_file() and (folder / "src/seniorde").is_dir():
            return folder
    raise NotebookError(f"{here} is not inside a clone of the book: go to the folder that holds _toc.yml.")


def kind(path: Path) -> str:
    """The part of the book that a relative path belongs to."""
    return next(part for part in (LESSONS, SOLUTIONS, EXERCISES, BENCH) if path.is_relative_to(part))


def find(top: Path, *kinds: str) -> list[Path]:
    """The notebooks below these folders of `top`, as sorted relative paths; projects keep their own."""
    return sorted(
        path.relative_to(top)
        for kind_ in kinds
        for pattern in ("*.ipynb", "week-*/*.ipynb", "study/*.ipynb")
        for path in (top / kind_).glob(pattern)
        if not path.name.startswith(".")
    )


def chosen(top: Path, paths: Iterable[Path], *kinds: str, known: Iterable[Path] = ()) -> list[Path]:
    """Of the book's notebooks and those `known` besides, the ones that `paths` names, files or folders.

    None named: all. Raises NotebookError where a name meets no notebook.
    """
    every = sorted({*find(top, *kinds), *known})
    wanted = [Path(os.path.relpath(Path(path).resolve(), top.resolve())) for path in paths]
    for name in wanted:
        if not any(path.is_relative_to(name) for path in every):
            raise NotebookError(f"No notebook at {name}; looked in {', '.join(kinds)}.")
    return [path for path in every if not wanted or any(path.is_relative_to(name) for name in wanted)]


def loads(text: str) -> NotebookNode:
    """The notebook that a text holds."""
    return nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]


def dumps(nb: NotebookNode) -> str:
    """The text of a notebook's file, byte for byte."""
    text: str = nbformat.writes(nb)  # type: ignore[no-untyped-call]
    return text.rstrip("\n") + "\n"


def read(path: Path) -> NotebookNode:
    """The notebook in a file. Raises NotebookError where the file is none."""
    try:
        return loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise
    except Exception as error:
        raise NotebookError(f"{path} is not a notebook: {error}") from None


def write(path: Path, text: str) -> None:
    """Put `text` in the place of the file at `path` in one step, so that no reader sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_json(path: Path) -> dict:
    """The object in a JSON file, empty where the file is missing or damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_json(path: Path, content: dict) -> None:
    """Write an object as JSON with sorted keys, in one step."""
    write(path, json.dumps(content, indent=1, sort_keys=True) + "\n")
