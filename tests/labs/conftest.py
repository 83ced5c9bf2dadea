"""A cache of a test's own, and a way to run other processes."""

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

from seniorde import labs


class Other:
    """Another process that runs some Python; it says what `say` printed and waits for a line of input."""

    def __init__(self, code, **environment):
        prelude = "def say(*words): print(*words, flush=True)\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", prelude + textwrap.dedent(code)],
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def line(self):
        return self.process.stdout.readline().strip()

    def finish(self, quiet=True):
        """Let it go on to its end; return what else it printed, and fail if it complained, unless it may."""
        out, err = self.process.communicate("\n", timeout=120)
        assert self.process.returncode == 0, err
        assert err == "" or not quiet
        return out.strip()

    def kill(self):
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def own_cache(monkeypatch):
    """A cache, and so a server, of this test's own; where the run's cache lies, for the same reason."""
    labs.reset()
    folder = Path(tempfile.mkdtemp(prefix="seniorde-test-"))
    monkeypatch.setenv("SENIORDE_CACHE", str(folder))
    yield folder
    labs.reset()
    shutil.rmtree(folder)


@pytest.fixture
def other():
    started = []

    def start(code, **environment):
        started.append(Other(code, **environment))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()
