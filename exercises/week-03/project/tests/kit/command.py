"""Commands: `lakehouse.cli.main` and the script of the Glue job, what they said and how they ended."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, NamedTuple

import psutil
from kit.sentences import expect, fail

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


class Worker:
    """A process that runs commands; it starts with the first of them."""

    def __init__(self) -> None:
        self._process: psutil.Popen | None = None
        self._folder = Path(mkdtemp(prefix="lakehouse-worker-"))
        self._said = ""

    def run(self, *arguments: object, script: str = "", **variables: Any) -> Done:
        """Run a command to its end."""
        __tracebackhide__ = True
        self.begin(*arguments, script=script, **variables)
        return self.finished()

    def begin(self, *arguments: object, script: str = "", **variables: Any) -> None:
        """Begin a command; nobody waits for it yet."""
        if self._process is None or self._process.poll() is not None:
            self._process = psutil.Popen(
                [sys.executable, str(Path(__file__).with_name("worker.py")), str(PROJECT)],
                cwd=PROJECT,
                env=environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        self._said = " ".join([script or "lakehouse", *(_short(one) for one in arguments)])
        request = {
            "script": script,
            "arguments": list(map(str, arguments)),
            "variables": {name: str(value) for name, value in variables.items() if value is not None},
            "out": str(self._folder / "out"),
            "err": str(self._folder / "err"),
        }
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()

    def running(self) -> bool:
        """Return whether the command is still on its way."""
        return not select.select([self._process.stdout], [], [], 0)[0]

    def kill_when(self, true: Callable[[], bool], look: Callable[[], None] = lambda: None) -> bool:
        """Once something is true, look, then kill -9 with all that it started; False if it never was."""
        while self.running():
            if true():
                look()
                self.end()
                return True
            time.sleep(0.002)
        self.finished()
        return False

    def finished(self) -> Done:
        """Wait for the end; a command that does not end fails the test."""
        __tracebackhide__ = True
        if not select.select([self._process.stdout], [], [], SECONDS)[0]:
            self.end()
            fail(f"{self._said}: expected an end, got none within {SECONDS} s.", "what does it wait for?")
        answer = self._process.stdout.readline()
        out, err = (
            path.read_text(errors="replace") if (path := self._folder / name).exists() else ""
            for name in ("out", "err")
        )
        if not answer:
            self.end()
            fail(f"{self._said}: expected an exit code, got an end of Python: {err.strip()[-300:]}")
        return Done(self._said, json.loads(answer), out, err)

    def end(self) -> None:
        """Kill the process and all that it started."""
        with suppress(psutil.Error, AttributeError):
            for process in (*self._process.children(recursive=True), self._process):
                process.kill()
            self._process.wait()


def environment(**variables: object) -> dict[str, str]:
    """Return the contract's environment; a variable that is None is not set."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("LAKEHOUSE_", "PYTHON", "SPARK_", "PYSPARK_"))
        or name == "PYTHONPYCACHEPREFIX"
    }
    given = {"PYTHONPATH": PROJECT / "src", "PYTHONNOUSERSITE": "1", **variables}
    return kept | {name: str(value) for name, value in given.items() if value is not None}


def started(*arguments: object, **variables: object) -> Done:
    """Run `python -m lakehouse` in a process of its own: for what needs no Spark."""
    done = subprocess.run(
        [sys.executable, "-m", "lakehouse", *map(str, arguments)],
        cwd=PROJECT,
        env=environment(**variables),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    said = " ".join(["python -m lakehouse", *(_short(one) for one in arguments)])
    return Done(said, done.returncode, done.stdout, done.stderr)


def _short(argument: object) -> str:
    text = str(argument)
    return "FOLDER" if text.startswith("/") else text


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
