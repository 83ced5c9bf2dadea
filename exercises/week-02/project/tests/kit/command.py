"""The command: `python -m orderlake` as the contract says, what it said and how it ended."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import IO, Any, NamedTuple

import duckdb
import psutil
from kit.lake import Lake
from kit.sentences import expect, fail

from seniorde.datasets._extensions import extension_file

PROJECT = Path(__file__).parents[2]
SECONDS = 240  # for one command, on a busy machine


class Done(NamedTuple):
    """What a command said and how it ended."""

    command: str
    code: int
    out: str
    err: str

    @property
    def last_words(self) -> str:
        return (self.err.strip().splitlines() or [""])[-1]

    def printed(self) -> dict[str, Any]:
        """Return the JSON object on standard output."""
        __tracebackhide__ = True
        try:
            found = json.loads(self.out)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            fail(f"{self.command}: expected one JSON object on standard output, got {self.out[:100]!r}.")
        return found


class Running:
    """A command on its way; what it says goes to files, so that it never waits for a reader."""

    def __init__(self, lake: Lake, arguments: Sequence[object], variables: dict[str, Any]) -> None:
        self.command = f"python -m orderlake {' '.join(map(_short, arguments))}"
        self._out, self._err = TemporaryFile(), TemporaryFile()  # noqa: SIM115
        self.process = psutil.Popen(
            [sys.executable, "-m", "orderlake", *map(str, arguments)],
            cwd=PROJECT,
            env=environment(lake, variables),
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._err,
        )

    def said(self, file: IO[bytes]) -> str:
        return os.pread(file.fileno(), 2**24, 0).decode(errors="replace")

    def running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """kill -9, with all that it started."""
        with suppress(psutil.Error):
            for process in (*self.process.children(recursive=True), self.process):
                process.kill()
        self.process.wait()

    def finished(self) -> Done:
        """Wait for the end; a command that does not end fails the test."""
        __tracebackhide__ = True
        try:
            code = self.process.wait(SECONDS)
        except (subprocess.TimeoutExpired, psutil.TimeoutExpired):
            self.kill()
            fail(f"{self.command}: expected an end, got none within {SECONDS} s.", "what does it wait for?")
        return Done(self.command, code, self.said(self._out), self.said(self._err))


@cache
def home() -> str:
    """Return a home in which DuckDB finds httpfs installed: `INSTALL httpfs` has nothing to fetch."""
    folder = Path(mkdtemp(prefix="orderlake-home-"))
    con = duckdb.connect()
    [(version, platform)] = con.execute(
        "SELECT library_version, (SELECT platform FROM pragma_platform()) FROM pragma_version()"
    ).fetchall()
    place = folder / ".duckdb" / "extensions" / version / platform
    place.mkdir(parents=True)
    (place / "httpfs.duckdb_extension").symlink_to(extension_file("httpfs"))
    # dbt loads jsonschema, which makes 38 parsers for this optional package: a second and a half, each time.
    (folder / "quick").mkdir()
    (folder / "quick" / "rfc3987_syntax.py").write_text("raise ImportError('not needed here')")
    return str(folder)


def environment(lake: Lake, variables: dict[str, Any] | None = None) -> dict[str, str]:
    """Return the contract's environment; a variable that is None is not set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ORDERLAKE_", "AWS_", "DBT_", "PYTHON")) or name == "PYTHONPYCACHEPREFIX"
    }
    given: dict[str, Any] = {
        **lake.environment,
        "HOME": home(),
        "PYTHONPATH": os.pathsep.join((str(PROJECT / "src"), str(Path(home(), "quick")))),
        "PYTHONNOUSERSITE": "1",
        **(variables or {}),
    }
    return kept | {name: str(value) for name, value in given.items() if value is not None}


def _short(argument: object) -> str:
    text = str(argument)
    return "FOLDER" if text.startswith("/") else text


def started(lake: Lake, *arguments: object, **variables: Any) -> Running:
    """Start `python -m orderlake`."""
    return Running(lake, arguments, variables)


def orderlake(lake: Lake, *arguments: object, **variables: Any) -> Done:
    """Run a command to its end."""
    __tracebackhide__ = True
    return started(lake, *arguments, **variables).finished()


def well(done: Done, code: int = 0, given: str = "") -> Done:
    """Return what a command said; fail unless it ended with this exit code."""
    __tracebackhide__ = True
    if done.code != code:
        said = f"its last words were: {done.last_words[:300]}" if done.err.strip() else "it said nothing"
        own = [found for found in re.findall(r'File "(.+?)", line (\d+)', done.err) if _is_own(found[0])]
        if own:
            said += f" (from {Path(own[-1][0]).relative_to(PROJECT)}, line {own[-1][1]})"
        fail(f"{done.command}{given and ' ' + given}: expected exit code {code}, got {done.code}; {said}")
    return done


def _is_own(name: str) -> bool:
    return Path(name).is_relative_to(PROJECT)


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
