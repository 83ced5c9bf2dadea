"""The incremental key of a notebook: a digest of everything its outputs depend on."""

import ast
import hashlib
import json
import platform
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from nbformat import NotebookNode

from seniorde.problems.finder import id_of

from .normal import code_cells, normalise

PACKAGE = "seniorde"


def _code(source: str) -> str:
    """A cell's source as Python: IPython's magics and shell lines left out."""
    if source.lstrip().startswith("%%"):
        return ""
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines())


def imports(source: str, package: str = "") -> Iterator[str]:
    """Dotted names of the book's library that Python `source` imports, inside functions too.

    `package` is the package that relative imports start from.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == PACKAGE)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            if origin.split(".")[0] == PACKAGE:
                yield from (f"{origin}.{alias.name}" for alias in node.names)


def _files(src: Path, name: str) -> Iterator[Path]:
    """The file of every package on the way to `name` and of the module itself."""
    folder = src
    for part in name.split("."):
        if (folder / f"{part}.py").is_file():
            yield folder / f"{part}.py"
            return
        folder /= part
        if not (folder / "__init__.py").is_file():
            return
        yield folder / "__init__.py"


@lru_cache(maxsize=4096)
def _needs(src: Path, path: Path, _stamp: int) -> tuple[Path, ...]:
    """The library files that one library file leads to."""
    source = path.read_text(encoding="utf-8")
    package = ".".join(path.relative_to(src).parent.parts)
    found = [file for name in imports(source, package) for file in _files(src, name)]
    if path.name == "__init__.py":
        found += [
            file for file in path.parent.iterdir() if file.is_file() and file.suffix not in {".py", ".pyc"}
        ]
    if re.search(r"\b(?:importlib|pkgutil)\b", source):
        packages = re.findall(rf"""["']({PACKAGE}(?:\.\w+)*)\.\{{""", source)
        for folder in (path.parent, *(src.joinpath(*name.split(".")) for name in packages)):
            found += folder.glob("*.py")
    return tuple(found)


def library(src: Path, sources: Iterable[str]) -> list[Path]:
    """The library's files below `src` that these cells reach: imports of imports, data files of packages,
    the packages in which a module looks by name, and every problem whose id a cell names."""
    text = "\n".join(_code(source) for source in sources)
    try:
        names = list(imports(text))
    except SyntaxError:
        return sorted((src / PACKAGE).rglob("*.py"))
    waiting = [file for name in names for file in _files(src, name)]
    bank = src / PACKAGE / "problems"
    for file in bank.glob("week_*/*/*.py"):
        if re.search(rf"""["']{id_of(file.relative_to(bank).with_suffix(""))}["']""", text):
            waiting += _files(src, ".".join(file.relative_to(src).with_suffix("").parts))
    seen: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            if path.suffix == ".py":
                waiting += _needs(src, path, path.stat().st_mtime_ns)
    return sorted(seen)


def digest(top: Path, paths: Iterable[Path]) -> str:
    """One digest of the names and contents of files."""
    total = hashlib.sha256()
    for path in sorted(paths):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(top).as_posix()} {content}\n".encode())
    return total.hexdigest()


def key(nb: NotebookNode, top: Path, *, data: str | None = None) -> str:
    """The key of a notebook of the clone `top`; `data`: the digest of its data folder, if known already.

    It covers code, tags, metadata and stored outputs (so that a page edited by hand runs again), the
    library files it reaches, data, lock file and interpreter; Markdown does not count.
    """
    nb = normalise(nb)
    cells = code_cells(nb)
    parts = {
        "cells": [[cell.source, cell.metadata, cell.outputs, cell.execution_count] for cell in cells],
        "metadata": nb.metadata,
        "library": digest(top, library(top / "src", [cell.source for cell in cells])),
        "data": data or data_digest(top),
        "lock": digest(top, top.glob("requirements.txt")),
        "python": [platform.python_implementation(), platform.python_version()],
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def data_digest(top: Path) -> str:
    """The digest of every file below data/."""
    return digest(top, (path for path in (top / "data").rglob("*") if path.is_file()))
