"""Kernels that talk over Unix sockets in a folder of this process's own.

Over TCP a port that one kernel has just left can be given to the next, whose shell then hears the
heartbeat of the first one's client; and two kernels that start at once can be given the same port.
"""

import itertools
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager, KernelManager

_number = itertools.count()


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    """A folder with a short path, because a socket's may hold 103 bytes; it goes when the process ends."""
    return tempfile.TemporaryDirectory(prefix="sde-")


def keep_in(folder: Path) -> None:
    """Put the sockets of this process into a folder that somebody else removes."""
    global _folder
    _folder = folder


_folder: Path | None = None


def _private() -> dict[str, Any]:
    folder = _folder or Path(_temporary().name)
    return {"transport": "ipc", "connection_file": str(folder / f"{os.getpid()}-{next(_number)}.json")}


class PrivateKernelManager(KernelManager):
    """A kernel manager for clients that wait."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_private(), **options)


class PrivateAsyncKernelManager(AsyncKernelManager):
    """A kernel manager for nbclient and what stands on it: papermill, nbgrader."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**_private(), **options)
