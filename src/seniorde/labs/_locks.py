"""Locks and folders that die with their owner: the kernel lets go of them, however the process ends."""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seniorde.labs._common import LabError

LOCK_SECONDS = 120.0


def hold(path: Path, *, shared: bool = False, seconds: float = LOCK_SECONDS) -> int | None:
    """Lock a file and return its descriptor, or None if others still hold it after `seconds`.

    Closing the descriptor, or the death of the process, releases the lock: none is ever stale.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.02)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock for a block; raise LabError if another process keeps it too long."""
    descriptor = hold(path)
    if descriptor is None:
        raise LabError(
            f"Another process has held {path} for {LOCK_SECONDS:.0f} s: "
            "restart the notebook that is starting this engine, then run the cell again."
        )
    try:
        yield
    finally:
        os.close(descriptor)


def own_folder(name: str) -> Path:
    """Return a new folder for temporary files of this process, removed at exit.

    What killed processes left behind is removed first.
    """
    base = private_folder(Path(tempfile.gettempdir()) / f"seniorde-{name}-{os.getuid()}")
    with locked(base / "lock"):
        for guard in base.glob("*.guard"):
            if (dead := hold(guard, seconds=0)) is not None:
                shutil.rmtree(guard.with_suffix(""), ignore_errors=True)
                guard.unlink()
                os.close(dead)
        folder = Path(tempfile.mkdtemp(dir=base))
        guard = folder.with_suffix(".guard")
        hold(guard)

    def remove() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        guard.unlink(missing_ok=True)

    at_exit(remove)
    return folder


def private_folder(path: Path, *other_owners: int) -> Path:
    """Make a folder in a place where everybody may write; raise LabError if somebody else made it."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in (os.getuid(), *other_owners):
        raise LabError(f"The folder {path} belongs to somebody else: ask them to remove it, or set TMPDIR.")
    return path


def at_exit(clean: Callable[[], None]) -> None:
    """Call `clean` when this process ends, silently, and never in a process forked from it."""
    owner = os.getpid()

    def run() -> None:
        if os.getpid() == owner:
            with suppress(Exception):  # the next start sweeps up what is left
                clean()

    atexit.register(run)
