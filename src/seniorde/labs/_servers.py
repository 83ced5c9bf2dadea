"""Server processes that do not linger: one shared by all notebooks, or one tethered to its owner."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from seniorde.labs import _tether
from seniorde.labs._locks import hold, locked


class SharedServer(ABC):
    """A server that all processes of one user share: the first in starts it, the last out stops it.

    Who is in holds a shared lock, which a killed process loses by dying. If the last one is killed,
    the server idles until the next one leaves.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seat: int | None = None

    @abstractmethod
    def _ensure_running(self) -> None:
        """Return when the server is ready, started if need be; nobody else starts or stops it meanwhile."""

    @abstractmethod
    def _stop(self) -> None:
        """Stop the server if it runs."""

    def join(self) -> None:
        """Make sure that the server runs, and keep it up until `leave`."""
        with locked(self._folder / "lifecycle.lock"):
            self._seat = hold(self._folder / "users.lock", shared=True)
            try:
                self._ensure_running()
            except BaseException:
                self._rise()
                raise

    def leave(self) -> None:
        """Give the server up; stop it if nobody else is in."""
        with locked(self._folder / "lifecycle.lock"):
            self._rise()
            if (alone := hold(self._folder / "users.lock", seconds=0)) is not None:
                self._stop()
                os.close(alone)

    def __enter__(self) -> Self:
        self.join()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def _rise(self) -> None:
        if self._seat is not None:
            os.close(self._seat)
            self._seat = None


class TetheredServer:
    """A server of this process's own, in a temporary folder; both end with this process, however it ends.

    The command sees `environment`, the path, and the folder as its home: no credential of the user's.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str]) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="seniorde-"))
        self._log = self._folder / "log"
        home = {"PATH": os.environ.get("PATH", ""), "HOME": str(self._folder), "TMPDIR": str(self._folder)}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", _tether.__file__, str(self._folder), *command],
                env=home | dict(environment),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def running(self) -> bool:
        """Return whether the command still runs."""
        return self._process.poll() is None

    def last_words(self) -> str:
        """Return the last line that the command wrote."""
        lines = self._log.read_text(errors="replace").splitlines() if self._log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    def end(self) -> None:
        """End the command and remove its folder."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def free_port() -> int:
    """Return a TCP port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
