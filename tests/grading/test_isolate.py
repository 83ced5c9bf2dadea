"""The watchdog: what it counts, what it kills, what it leaves alone."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from seniorde.grading.isolate import watchdog

HOLD = "import sys, time; held = bytearray(300 * 2**20); print('holds', flush=True); time.sleep(600)"


@pytest.fixture
def hog() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-c", HOLD], stdout=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_what_ran_before_is_neither_counted_nor_killed(hog):
    engine = hog()
    assert engine.stdout.readline() == b"holds\n"
    with watchdog(200) as too_much:
        subprocess.run([sys.executable, "-c", "import time; time.sleep(1)"], check=True)
    assert not too_much.is_set()
    assert engine.poll() is None
    with watchdog(200) as too_much:
        assert hog().wait(30) == -9
    assert too_much.is_set()
    assert engine.poll() is None
