"""One writer at a time: a lock that the system takes back when its holder dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockedError(Exception):
    """Another command holds the lakehouse; the message says what to do."""


@contextmanager
def alone(root: Path, wait: float) -> Iterator[None]:
    """Hold the lakehouse; raise LockedError if another command still does after so many seconds."""
    root.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + wait
    with (root / ".lock").open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LockedError(
                        f"Another command works on {root}: wait for its end, or raise LAKEHOUSE_WAIT."
                    ) from None
                time.sleep(0.1)
        yield
