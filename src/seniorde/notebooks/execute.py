"""What a worker process does: one notebook through papermill or through nbval, measured."""

import contextlib
import gc
import io
import multiprocessing
import os
import re
import resource
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any, Literal

import psutil
from nbformat import NotebookNode

from . import kernels
from .compare import FIGURE
from .files import dumps, loads
from .normal import INJECTED, RAISES, tags

Stage = Literal["papermill", "nbval"]
MEGABYTE = 1024 * 1024
MOST_MB = 4096


@dataclass(frozen=True)
class Job:
    """One notebook to execute, in the folder it lies in, as JupyterLab and nbval do.

    `name` is its path in the clone, `notebook` its JSON; papermill sets `parameters`; `timeout` is a cell's
    limit in seconds.
    """

    stage: Stage
    top: Path
    name: str
    notebook: str
    parameters: dict[str, Any] = field(default_factory=dict)
    timeout: int = 180


@dataclass(frozen=True)
class Outcome:
    """What became of a job: wall and CPU seconds, highest memory of its processes in MB, the error if any.

    CPU and memory are those of the kernel and what it started; a server shared by notebooks is not in them.
    `notebook` is the executed notebook's JSON, empty for nbval.
    """

    job: Job
    error: str = ""
    notebook: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


_started: "SimpleQueue[tuple[str, str]] | None" = None


def prepare(environment: Mapping[str, str], log: Path, started: "SimpleQueue[tuple[str, str]]") -> None:
    """Make this process a worker: its environment, a file for what kernels print past their cells."""
    global _started
    _started = started
    os.environ.clear()
    os.environ.update(environment)
    kernels.keep_in(log.parent)
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(handle, 2)
    gc.freeze()  # pytest collects garbage ten times a notebook, and what was imported before is none
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose command was killed ends too, and its kernel with it."""
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def run(job: Job) -> Outcome:
    """Execute one job in this process. An error of the notebook is in the outcome, never raised."""
    if _started is not None:
        _started.put((job.stage, job.name))
    with _measured() as usage:
        try:
            outcome = _papermill(job) if job.stage == "papermill" else _nbval(job)
        except Exception as error:
            outcome = Outcome(job, error=f"{type(error).__name__}: {error}")
    return replace(outcome, seconds=usage.seconds, cpu_seconds=usage.cpu_seconds, peak_mb=usage.peak_mb)


@dataclass
class _Usage:
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0


@contextlib.contextmanager
def _measured(every: float = 0.5) -> Iterator[_Usage]:
    """Fill in wall seconds, CPU seconds of all that ran below, peak memory of the tree below.

    The system counts the children that ended; a JVM outlives the kernel that started it, so what was seen of
    each process while it ran is counted as well, and the larger sum holds.
    A tree above MOST_MB is killed before it takes the machine with it.
    """
    usage = _Usage()
    done = threading.Event()
    seen: dict[int, float] = {}

    def watch() -> None:
        me = psutil.Process()
        while not done.wait(every):
            total = 0
            children = me.children(recursive=True)
            for child in children:
                with contextlib.suppress(psutil.Error):
                    total += child.memory_info().rss
                    spent = child.cpu_times()
                    seen[child.pid] = spent.user + spent.system
            usage.peak_mb = max(usage.peak_mb, total / MEGABYTE)
            if usage.peak_mb > MOST_MB:
                for child in children:
                    with contextlib.suppress(psutil.Error):
                        child.kill()

    def cpu() -> float:
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        return spent.ru_utime + spent.ru_stime

    watcher = threading.Thread(target=watch, daemon=True)
    begin, cpu_begin = time.perf_counter(), cpu()
    watcher.start()
    try:
        yield usage
    finally:
        done.set()
        watcher.join()
        usage.seconds = time.perf_counter() - begin
        usage.cpu_seconds = max(cpu() - cpu_begin, sum(seen.values()))


def _papermill(job: Job) -> Outcome:
    """papermill's steps without its last, which fails at an error that the page shows on purpose."""
    from papermill.engines import papermill_engines
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook
    from papermill.utils import chdir

    nb = load_notebook_node(loads(job.notebook))
    if job.parameters:
        nb = parameterize_notebook(nb, job.parameters)
    with chdir(job.top / Path(job.name).parent):
        nb = papermill_engines.execute_notebook_with_engine(
            None,
            nb,
            kernel_name="python3",
            progress_bar=False,
            execution_timeout=job.timeout,
            kernel_manager_class=kernels.PrivateAsyncKernelManager,
            shutdown_kernel="immediate",  # as nbval does: asked to end, one kernel in thirty hangs for 3 s
        )
    return Outcome(job, error=_first_error(nb), notebook=dumps(nb))


def _first_error(nb: NotebookNode) -> str:
    """The first cell that failed, with its number, source and error; empty when none did."""
    number = 0
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        number += not INJECTED & {*tags(cell)}
        raised = [output for output in cell.outputs if output.output_type == "error"]
        if (raised or cell.metadata.papermill.exception) and RAISES not in tags(cell):
            what = f"{raised[0].ename}: {raised[0].evalue}" if raised else "the cell did not end"
            return f"code cell {number}\n{_excerpt(cell.source)}\n{what}"
    return ""


def _excerpt(source: str, lines: int = 8) -> str:
    head = source.splitlines()
    shown = head[:lines] + (["…"] if len(head) > lines else [])
    return "\n".join(f"    {line}" for line in shown)


class _Plugin:
    """Tells nbval which outputs are the same, and keeps what failed."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    def pytest_itemcollected(self, item: Any) -> None:
        item.parent.sanitize_patterns.update([FIGURE])

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed:
            self.messages.append(report.longreprtext)

    def pytest_collectreport(self, report: Any) -> None:
        if report.failed:
            self.messages.append(report.longreprtext)


def _nbval(job: Job) -> Outcome:
    """nbval itself, through pytest in this process: imported once a worker, a fresh kernel a notebook."""
    import nbval.kernel
    import pytest

    nbval.kernel.KernelManager = kernels.PrivateKernelManager
    if cleared := [cell for cell in loads(job.notebook).cells if cell.get("execution_count", 1) is None]:
        return Outcome(job, error=f"was never run:\n{_excerpt(cleared[0].source)}")
    plugin, printed = _Plugin(), io.StringIO()
    options = f"""--nbval --nbval-current-env --nbval-cell-timeout={job.timeout} -p nbval.plugin
        -p no:cacheprovider --noconftest --color=no --assert=plain -c {os.devnull} --rootdir"""
    with contextlib.redirect_stdout(printed):
        code = pytest.main([*options.split(), str(job.top), str(job.top / job.name)], plugins=[plugin])
    failures = plugin.messages
    if code and not failures:
        failures.append(f"pytest ended with {code!r}:\n{printed.getvalue()}")
    more = f"\n… and {len(failures) - 1} more cells" if len(failures) > 1 else ""
    first = re.sub(r"\x1b\[[0-9;]*m", "", failures[0]) if failures else ""
    return Outcome(job, error=first + more)
