"""Keeps learner code apart: a clean environment, a memory watchdog, an end of all that it started."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from seniorde.grading.course import cache
from seniorde.notebooks.environment import scrubbed


def environment(private_home: Path) -> dict[str, str]:
    """The variables that learner code sees: no credentials, no real service, no way to the record."""
    kept = {
        name: value
        for name, value in scrubbed(os.environ).items()
        if not name.startswith("XDG_") and name != "SENIORDE_HOME"
    }
    return kept | {
        "HOME": str(private_home),
        "SENIORDE_CACHE": str(cache()),
        "MPLCONFIGDIR": str(cache() / "matplotlib"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONWARNINGS": "ignore",
    }


def end(processes: list[psutil.Process]) -> None:
    """Kill these processes, gone ones included."""
    for process in processes:
        with suppress(psutil.Error):
            process.kill()


def below(pid: int) -> list[psutil.Process]:
    """The process and all that it started, empty when it is gone."""
    try:
        top = psutil.Process(pid)
        return [*top.children(recursive=True), top]
    except psutil.Error:
        return []


@contextmanager
def watchdog(memory_mb: int) -> Iterator[threading.Event]:
    """Kill all that this process starts from now on once it holds more than `memory_mb`.

    The event tells that it did. What ran before, such as the JVM of an open Spark session, is neither
    counted nor killed. Resident memory of whole processes is added up: a limit on addresses (RLIMIT_AS)
    breaks JVMs.
    """
    too_much, done = threading.Event(), threading.Event()
    me = psutil.Process()
    before = set(me.children())

    def watch() -> None:
        while not done.wait(0.15):
            tree = [process for child in set(me.children()) - before for process in below(child.pid)]
            if sum(map(_resident, tree)) > memory_mb * 2**20:
                too_much.set()
                end(tree)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield too_much
    finally:
        done.set()
        thread.join()


def die_with_parent() -> None:
    """End this process and all that it started soon after the process that started it is gone."""
    parent, gone = os.getppid(), threading.Event()

    def watch() -> None:
        while os.getppid() == parent:
            gone.wait(0.5)
        end(below(os.getpid()))

    threading.Thread(target=watch, daemon=True).start()


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
