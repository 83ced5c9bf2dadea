"""The normal form of a stored notebook: what is stripped, and what is refused."""

import re
import socket
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from .files import BENCH, EXERCISES, LESSONS, dumps, kind

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
KEPT = frozenset({"seniorde", "mystnb"})
VOLATILE = frozenset(
    {"papermill", "execution", "ExecuteTime", "collapsed", "scrolled", "trusted", "vscode", "pycharm"}
)
INJECTED = frozenset({"injected-parameters", "papermill-error-cell-tag"})
RAISES = "raises-exception"

MOST_BYTES = 300_000
MOST_LINES = 40
MOST_COLUMNS = 88


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def code_cells(nb: NotebookNode) -> list[NotebookNode]:
    """The code cells of the notebook itself, without what papermill put in."""
    return [cell for cell in nb.cells if cell.cell_type == "code" and not INJECTED & {*tags(cell)}]


def _streams_joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before and output.output_type == "stream" == before.output_type and output.name == before.name:
            before.text += output.text
        else:
            joined.append(output)
    return joined


def normalise(nb: NotebookNode) -> NotebookNode:
    """A copy of `nb` in normal form: no volatile metadata, cells counted from 1, streams in one piece."""
    nb = deepcopy(nb)
    nb.nbformat, nb.nbformat_minor = 4, 5
    for name in {*nb.metadata} - KEPT:
        del nb.metadata[name]
    nb.metadata.update(kernelspec=KERNEL, language_info=LANGUAGE)
    nb.cells = [cell for cell in nb.cells if not INJECTED & {*tags(cell)}]
    for number, cell in enumerate(nb.cells):
        cell.setdefault("id", f"cell-{number}")
        for name in VOLATILE & {*cell.metadata}:
            del cell.metadata[name]
        if not tags(cell):
            cell.metadata.pop("tags", None)
    for number, cell in enumerate((cell for cell in code_cells(nb) if cell.execution_count), start=1):
        cell.execution_count = number
        cell.outputs = _streams_joined(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    return nb


def output_texts(cell: NotebookNode) -> Iterator[str]:
    """Everything readable that a code cell has put out."""
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            yield output.text
        for mime, content in output.get("data", {}).items():
            if not mime.startswith("image/") or mime == "image/svg+xml":
                yield content if isinstance(content, str) else str(content)


class Guard(NamedTuple):
    """A pattern that must not occur, and the sentence that says so; a cell may allow it by name."""

    name: str
    pattern: re.Pattern[str]
    says: str
    in_code: bool = False


GUARDS = (
    Guard(
        "path",
        re.compile(r"""(?<![\w/.])/(?:home|root|Users|tmp)/[^\s'"]*|\b[CD]:\\\w[^\s'"]*"""),
        "holds the absolute path",
        in_code=True,
    ),
    Guard(
        "timing",
        re.compile(
            r"\d\.\d+\s?(?:ms|[µμun]s)\b|\b\d+\.\d+s\b|(?:Execution|Planning|Total|Wall) ?[Tt]ime"
            r"|actual time=|loops? each|CPU times"
        ),
        "holds the timing",
    ),
    Guard("timing", re.compile(r"^%%?time(?:it)?\b", re.MULTILINE), "times itself with", in_code=True),
    Guard("object-id", re.compile(r"\bat 0x[0-9a-fA-F]{6,}|\b0x[0-9a-f]{12}\b"), "holds the object id"),
)


def _host() -> Iterator[Guard]:
    name = socket.gethostname()
    if len(name) > 3 and re.search(r"[\d.-]", name):
        yield Guard("host", re.compile(rf"\b{re.escape(name)}\b"), "holds the host name")


def _today() -> Guard:
    return Guard("today", re.compile(re.escape(date.today().isoformat())), "holds the date of today")


def _image_without_alternative(cell: NotebookNode) -> bool:
    shown = any(mime.startswith("image/") for output in cell.outputs for mime in output.get("data", {}))
    return shown and not cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "").strip()


def _cell_problems(cell: NotebookNode, guards: tuple[Guard, ...]) -> Iterator[str]:
    allowed = cell.metadata.get("seniorde", {}).get("allow", [])
    outputs = "\n".join(output_texts(cell))
    if cell.execution_count is None:
        yield "was never run: outputs are cleared"
    if cell.source.rstrip().endswith(";") and "%%" not in cell.source[:2]:
        yield "ends with a semicolon, which nbval does not obey: give the result a name"
    for guard in guards:
        found = guard.pattern.search(outputs + "\n" + cell.source if guard.in_code else outputs)
        if found and guard.name not in allowed:
            yield f"{guard.says} {found.group().strip()!r}"
    for output in cell.outputs:
        if output.output_type == "error" and RAISES not in tags(cell):
            yield f"stores the error {output.ename}; tag it {RAISES} if the page is about it"
        if output.output_type == "stream" and output.name == "stderr" and "stderr" not in allowed:
            yield f"stores noise on stderr: {output.text.strip()[:80]!r}"
    if _image_without_alternative(cell):
        yield 'shows an image without alternative text: set metadata "mystnb": {"image": {"alt": "…"}}'


def _parameters_problems(nb: NotebookNode) -> Iterator[str]:
    tagged = [cell for cell in code_cells(nb) if "parameters" in tags(cell)]
    alternate = nb.metadata.get("seniorde", {}).get("alternate", {})
    if len(tagged) != 1:
        yield f"has {len(tagged)} cells tagged parameters, needs one"
    elif not alternate:
        yield 'has no other parameters to run with: set metadata "seniorde": {"alternate": {"SEED": 7}}'
    else:
        for name, value in alternate.items():
            default = re.search(rf"^{name}\b[^=\n]*=\s*(.+?)\s*(?:#.*)?$", tagged[0].source, re.MULTILINE)
            if not default:
                yield f"names the alternate parameter {name}, which its parameters cell does not set"
            elif default.group(1) == repr(value):
                yield f"has the same value for {name} in its parameters cell and as alternate"


def _page_problems(nb: NotebookNode, path: Path) -> Iterator[str]:
    if (
        not nb.cells
        or nb.cells[0].cell_type != "markdown"
        or not nb.cells[0].source.lstrip().startswith("# ")
    ):
        yield "does not begin with a title: a Markdown cell whose first line is `# …`"
    size = len(dumps(nb).encode())
    if size > MOST_BYTES:
        yield f"is {size // 1000} KB: the limit is {MOST_BYTES // 1000} KB"
    if nb != normalise(nb):
        yield "holds volatile metadata or counts its cells out of order: run `seniorde normal --fix`"
    if kind(path) in (LESSONS, BENCH):
        yield from _parameters_problems(nb)


def problems(nb: NotebookNode, path: Path, *, fresh: bool = False) -> list[str]:
    """What keeps the notebook at `path` (relative to the clone) from its normal form, one sentence each.

    An exercise must be cleared, every other notebook executed. `fresh`: it ran a moment ago, so the date
    of today in an output comes from the clock.
    """
    if kind(path) == EXERCISES:
        return [
            f"{path}: code cell {number} has outputs; exercises are released cleared"
            for number, cell in enumerate(code_cells(nb), start=1)
            if cell.outputs or cell.execution_count
        ]
    guards = (*GUARDS, *_host(), *([_today()] if fresh else []))
    found = [f"{path}: {problem}" for problem in _page_problems(nb, path)]
    cells = code_cells(nb)
    for number, cell in enumerate(cells, start=1):
        if cell.source.strip():
            found += [f"{path}: code cell {number} {problem}" for problem in _cell_problems(cell, guards)]
        else:
            found.append(f"{path}: code cell {number} is empty")
        if kind(path) == LESSONS and cell.source.count("\n") >= MOST_LINES:
            found.append(f"{path}: code cell {number} has more than {MOST_LINES} lines")
        widest = max(cell.source.split("\n"), key=len)
        if kind(path) == LESSONS and len(widest) > MOST_COLUMNS:
            found.append(
                f"{path}: code cell {number} has a line of {len(widest)} characters, which a page cuts off: "
                f"break it after at most {MOST_COLUMNS}: {widest.strip()[:40]!r}…"
            )
    if cells and not any(cell.outputs for cell in cells):
        found.append(f"{path}: no code cell has an output: outputs are cleared")
    return found
