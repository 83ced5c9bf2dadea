"""Execute the notebooks that changed and store their outputs in normal form."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from nbformat import NotebookNode
from rich.console import Console

from . import compare, files, normal
from .engines import kept_up
from .environment import scrubbed
from .execute import Job, Outcome
from .files import BENCH, LESSONS, SOLUTIONS
from .key import data_digest, key
from .pool import run_all

STATE = Path(".cache/notebooks.json")


def outdated(notebooks: Mapping[Path, NotebookNode], top: Path) -> list[Path]:
    """The notebooks whose key is not the one of their last run."""
    known = files.read_json(top / STATE)
    data = data_digest(top)
    return [
        path
        for path, nb in notebooks.items()
        if known.get(path.as_posix(), {}).get("key") != key(nb, top, data=data)
    ]


def run(
    top: Path,
    paths: Iterable[Path] = (),
    *,
    everything: bool = False,
    fresh: Mapping[Path, NotebookNode] | None = None,
    console: Console | None = None,
) -> bool:
    """Execute what changed below `top` and write outputs back; True when every notebook ran.

    `fresh` holds notebooks that take the place of the stored ones: what `assembled` gives.
    A notebook that fails, or that its author changes meanwhile, stays on disk as it is.
    """
    console = console or Console()
    fresh = fresh or {}
    chosen = files.chosen(top, paths, LESSONS, SOLUTIONS, BENCH, known=fresh)
    notebooks = {path: fresh[path] if path in fresh else files.read(top / path) for path in chosen}
    todo = [*notebooks] if everything else outdated(notebooks, top)
    console.print(f"{len(todo)} of {len(notebooks)} notebooks to run")
    before = {path: _content(top / path) for path in todo}
    jobs = [Job("papermill", top, path.as_posix(), files.dumps(notebooks[path])) for path in todo]
    state = files.read_json(top / STATE)
    known = {name: entry["seconds"] for name, entry in state.items()}
    good = True
    environment = scrubbed(os.environ)
    results = run_all(jobs, environment, last_seconds=known, console=console)
    with kept_up(jobs, environment):
        for outcome in results:
            path = Path(outcome.job.name)
            if outcome.error:
                console.print(f"{path}, {outcome.error}", style="red", markup=False, highlight=False)
                good = False
            elif _content(top / path) != before[path]:
                console.print(
                    f"{path} changed while it ran; left as it is, run again", style="yellow", markup=False
                )
                good = False
            else:
                good &= _store(outcome, notebooks[path], top, state, console)
                files.write_json(top / STATE, state)
    return good


def weeks(top: Path, paths: Iterable[Path], fresh: Iterable[Path]) -> list[int]:
    """The weeks whose solutions are among the notebooks that `run` looks at, given the same paths."""
    chosen = files.chosen(top, paths, LESSONS, SOLUTIONS, BENCH, known=fresh)
    return sorted({int(path.parent.name[5:]) for path in chosen if path.match(f"{SOLUTIONS}/week-*/*")})


def assembled(top: Path) -> dict[Path, NotebookNode]:
    """The bank's topic notebooks as they are to be, by relative path; with stored outputs of the same code.

    Raises NotebookError where a problem of the bank is wrong.
    """
    from seniorde.problems import ProblemError

    from .assemble import topic_notebook, topics

    try:
        made = {
            Path(f"{SOLUTIONS}/week-{topic.week:02}/{topic.notebook}.ipynb"): topic_notebook(
                topic.week, topic.name
            )
            for topic in topics()
        }
    except ProblemError as error:
        raise files.NotebookError(str(error)) from None
    return {
        path: normal.normalise(_with_outputs(nb, files.read(top / path)) if (top / path).exists() else nb)
        for path, nb in made.items()
    }


def _with_outputs(nb: NotebookNode, stored: NotebookNode) -> NotebookNode:
    old, new = normal.code_cells(stored), normal.code_cells(nb)
    if [cell.source for cell in old] == [cell.source for cell in new]:
        for one, other in zip(old, new, strict=True):
            other.outputs, other.execution_count = one.outputs, one.execution_count
    return nb


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def _store(outcome: Outcome, before: NotebookNode, top: Path, state: dict, console: Console) -> bool:
    """Write one executed notebook; False, with a sentence each, where it breaks the normal form."""
    path = Path(outcome.job.name)
    after = normal.normalise(files.loads(outcome.notebook))
    compare.keep_images(before, after)
    files.write(top / path, files.dumps(after))
    wrong = normal.problems(after, path, fresh=True)
    state[path.as_posix()] = {"key": None if wrong else key(after, top), "seconds": round(outcome.seconds, 2)}
    for problem in wrong:
        console.print(problem, style="yellow", markup=False, highlight=False)
    return not wrong
