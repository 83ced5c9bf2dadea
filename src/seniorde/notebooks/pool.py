"""Many notebooks at once: worker processes that live on, slowest notebook first, progress as it happens."""

import multiprocessing
import os
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from multiprocessing.queues import SimpleQueue
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.text import Text

from . import execute
from .execute import Job, Outcome

# Imported once, in the process that workers are forked from: a CPU second.
# Ours comes first: it shortens the import of nbformat, on which the others stand.
PRELOADED = [execute.__name__, "papermill", "nbval.plugin", "pytest", "IPython.display"]


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run_all(
    jobs: Iterable[Job],
    environment: Mapping[str, str],
    *,
    workers: int = 0,
    console: Console | None = None,
    keep_order: bool = False,
    last_seconds: Mapping[str, float] | None = None,
) -> Iterator[Outcome]:
    """Execute jobs and yield what became of each as it ends; workers begin to get ready at the call.

    `workers` 0 means one a core and one more, which fills the time in which a kernel and its client wait
    for each other. Jobs start by the seconds they took last time, unknown first, longest next, unless
    `keep_order`. A worker that is killed fails the jobs left, by name.
    """
    jobs = list(jobs)
    if not jobs:
        return iter(())
    if not keep_order:
        known = last_seconds or {}
        jobs.sort(key=lambda job: -known.get(job.name, float("inf")))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    forkserver.ensure_running()
    return _run_all(jobs, environment, context, min(workers or cores() + 1, len(jobs)), console)


def _run_all(
    jobs: list[Job],
    environment: Mapping[str, str],
    context: ForkServerContext,
    workers: int,
    console: Console | None,
) -> Iterator[Outcome]:
    console = console or Console(stderr=True)
    started: SimpleQueue[tuple[str, str]] = context.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="seniorde-") as folder:
        home = {**environment, "IPYTHONDIR": f"{folder}/ipython", "JUPYTER_CONFIG_DIR": f"{folder}/jupyter"}
        executor = ProcessPoolExecutor(
            workers,
            mp_context=context,
            initializer=execute.prepare,
            initargs=(home, Path(folder) / "kernels.log", started),
        )
        try:
            futures = {executor.submit(execute.run, job): job for job in jobs}
            yield from _shown(futures, started, console)
        finally:
            executor.shutdown(cancel_futures=True)


def _shown(
    futures: "dict[Future[Outcome], Job]", started: "SimpleQueue[tuple[str, str]]", console: Console
) -> Iterator[Outcome]:
    """Outcomes as they come, a line for each, and on a terminal what is running now."""
    waiting, total = set(futures), len(futures)
    running: dict[tuple[str, str], float] = {}
    with Live(console=console, auto_refresh=False, transient=True) as live:
        while waiting:
            done, waiting = wait(waiting, timeout=0.3, return_when=FIRST_COMPLETED)
            while not started.empty():
                running[started.get()] = time.monotonic()
            for future in done:
                outcome = _outcome(future, futures[future])
                running.pop((outcome.job.stage, outcome.job.name), None)
                verdict = Text("failed", "bold red") if outcome.error else Text("ok    ", "green")
                line = f"{outcome.seconds:6.1f} s  {outcome.job.stage:9}  {outcome.job.name}"
                live.console.print(
                    Text(f"{total - len(waiting):4}/{total}  ") + verdict + line, soft_wrap=True
                )
                yield outcome
            if console.is_terminal:
                now = time.monotonic()
                lines = [
                    f"  {now - since:6.1f} s  {stage:9}  {name}" for (stage, name), since in running.items()
                ]
                live.update(
                    Text("\n".join([*lines, f"  {total - len(waiting)} of {total} done"])), refresh=True
                )


def _outcome(future: "Future[Outcome]", job: Job) -> Outcome:
    try:
        return future.result()
    except BrokenProcessPool:
        return Outcome(job, error="its worker process was killed, most likely for want of memory")
