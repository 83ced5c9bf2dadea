"""The command: `python -m logmart` as the contract says, what it said and how it ended."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple

import psutil
from kit.database import Database
from kit.sentences import expect, fail

PROJECT = Path(__file__).parents[2]
KEY = "the key of the acceptance tests"
ANALYST = f"acceptance_analyst_{os.getpid()}"
SECONDS = 90  # for one command


class Done(NamedTuple):
    """What a command said and how it ended."""

    command: str
    code: int
    out: str
    err: str

    @property
    def last_words(self) -> str:
        return (self.err.strip().splitlines() or [""])[-1]

    @property
    def events(self) -> list[dict[str, Any]]:
        """Return the lines of standard error that are JSON objects."""
        found = []
        for line in self.err.splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                found.append(event)
        return found


class Running:
    """A command on its way; what it says goes to files, so that it never waits for a reader."""

    def __init__(self, arguments: Sequence[object], environment: Mapping[str, str]):
        self.command = f"python -m logmart {' '.join(map(_short, arguments))}"
        self._out, self._err = TemporaryFile(), TemporaryFile()  # noqa: SIM115
        self.process = psutil.Popen(
            [sys.executable, "-m", "logmart", *map(str, arguments)],
            cwd=PROJECT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._err,
        )

    def said(self, file: IO[bytes] | None = None) -> str:
        """Return what stands on standard error so far."""
        file = file or self._err
        return os.pread(file.fileno(), 2**24, 0).decode(errors="replace")

    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9, with all that it started."""
        with suppress(psutil.Error):
            for process in (*self.process.children(recursive=True), self.process):
                process.kill()
        self.process.wait()

    def finished(self, seconds: float = SECONDS) -> Done:
        """Wait for the end; a command that does not end fails the test."""
        __tracebackhide__ = True
        try:
            code = self.process.wait(seconds)
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            self.kill()
            fail(
                f"{self.command}: expected an end, got none within {seconds:.0f} s.", "what does it wait for?"
            )
        return Done(self.command, code, self.said(self._out), self.said())


def started(address: str, *arguments: object, extra_path: str = "", **variables: Any) -> Running:
    """Start `python -m logmart` with the contract's environment; a variable that is None is not set."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("LOGMART_", "PG", "PYTHON"))
    }
    given = {
        "LOGMART_DATABASE_URL": address,
        "LOGMART_PII_KEY": KEY,
        "LOGMART_ANALYST": ANALYST,
        "PYTHONPATH": os.pathsep.join(filter(None, (extra_path, str(PROJECT / "src")))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONNOUSERSITE": "1",
        **{name: None if value is None else str(value) for name, value in variables.items()},
    }
    return Running(arguments, kept | {name: value for name, value in given.items() if value is not None})


def _short(argument: object) -> str:
    text = str(argument)
    return "FOLDER" if text.startswith("/") else text


def logmart(database: Database, *arguments: object, **variables: Any) -> Done:
    """Run a command to its end."""
    __tracebackhide__ = True
    return started(database.url, *arguments, **variables).finished()


def well(done: Done, code: int = 0, given: str = "") -> Done:
    """Return what a command said; fail unless it ended with this exit code."""
    __tracebackhide__ = True
    if done.code != code:
        said = f"its last words were: {done.last_words[:300]}" if done.err.strip() else "it said nothing"
        fail(f"{done.command}{given and ' ' + given}: expected exit code {code}, got {done.code}; {said}")
    return done


def ends_in_words(done: Done) -> None:
    """Fail unless the last line on standard error is a sentence for people, without a traceback."""
    __tracebackhide__ = True
    words = done.last_words
    expect(
        "Traceback (most recent call last)" not in done.err and len(words.split()) > 3 and words[0] != "{",
        f"{done.command} with exit code {done.code}: expected a last line on standard error "
        f"that says what is wrong and what to do, got {words[:200]!r}",
        "catch the error where the exit code is chosen, print one sentence; no traceback.",
    )
