"""Learner's code runs quietly, within limits, and leaves nothing behind."""

import gc
import itertools
import logging
import os
import signal
import sys
import time
from functools import partial
from types import SimpleNamespace

import pytest

from seniorde.checks import sandbox
from seniorde.checks.sandbox import Stopped, quiet, run


def test_noise_is_swallowed_and_shortened(capfd):
    handler = logging.StreamHandler()  # holds the stream of now
    old = sys.stderr
    with quiet() as noise:
        print("a word")
        print("to stderr", file=sys.stderr)
        old.write("by an old name\n")
        handler.emit(logging.makeLogRecord({"msg": "logged"}))
        os.write(1, b"raw\n")
        os.write(2, b"raw\n")
        for _ in range(100):
            print("x" * 1_000_000)
    assert capfd.readouterr() == ("", "")
    assert noise.excerpt.startswith("a word\nto stderr\nby an old name\n")
    assert len(noise.excerpt) < 700
    assert noise.excerpt.endswith("more characters")
    print("heard again")
    os.write(2, b"and raw")
    assert capfd.readouterr() == ("heard again\n", "and raw")


def test_lines_are_counted_and_bounded():
    def loop(n):
        for _ in range(n):
            pass

    assert run(lambda: loop(1000)).lines == pytest.approx(2000, rel=0.1)

    def endless():
        while True:
            pass

    outcome = run(endless)
    assert isinstance(outcome.error, Stopped)


def test_loading_a_module_is_not_counted_and_what_follows_is(tmp_path, monkeypatch):
    (tmp_path / "a_large_module.py").write_text(
        "x = 0\n" * 5_000 + "def f(n):\n    for _ in range(n):\n        pass\n"
    )
    (tmp_path / "a_broken_module.py").write_text("x = 0\n" * 5_000 + "import a_missing_module\n")
    monkeypatch.syspath_prepend(tmp_path)

    def answer():
        from a_large_module import f

        try:
            import a_broken_module  # noqa: F401
        except ImportError:
            f(100)

    assert 200 <= run(answer).lines <= 220
    sys.modules.pop("a_large_module")


def test_swallowing_the_limit_does_not_help(monkeypatch):
    monkeypatch.setattr(sandbox, "CPU_SECONDS", 0.2)

    def stubborn():
        while True:
            try:  # noqa: SIM105
                sum(range(100))
            except BaseException:
                pass

    assert isinstance(run(stubborn).error, Stopped)


def test_waiting_is_stopped_by_the_wall_clock(monkeypatch):
    monkeypatch.setattr(sandbox, "WALL_SECONDS", 0.2)
    assert isinstance(run(lambda: time.sleep(30)).error, Stopped)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds a process's memory")
def test_memory_is_bounded(monkeypatch):
    assert isinstance(run(lambda: [0] * 10**12).error, MemoryError)
    monkeypatch.setattr(sandbox, "MEMORY", 200_000_000)
    assert isinstance(run(lambda: list(itertools.count())).error, MemoryError)


@pytest.mark.parametrize("error", [SystemExit, KeyboardInterrupt, GeneratorExit, ValueError])
def test_raised_errors_are_caught(error):
    def raising():
        raise error("x")

    assert type(run(raising).error) is error


def test_a_real_interrupt_is_not_caught():
    def interrupted():
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(1)
        except BaseException:
            pass

    with pytest.raises(KeyboardInterrupt):
        run(interrupted)


def test_everything_is_put_back():
    state = lambda: (  # noqa: E731
        sys.gettrace(),
        sys.getrecursionlimit(),
        *map(signal.getsignal, (signal.SIGALRM, signal.SIGPROF, signal.SIGINT)),
        signal.getitimer(signal.ITIMER_PROF),
        sys.stdout,
        sys.stderr,
        input,
    )
    handler = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 50)
    try:
        before = state()
        with quiet():
            run(lambda: sys.setrecursionlimit(9999))
            run(lambda: 1 / 0)
        assert state() == before
        assert 45 < signal.getitimer(signal.ITIMER_REAL)[0] <= 50
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


def test_input_has_nobody_to_ask():
    with quiet():
        assert "nobody" in str(run(lambda: input("? ")).error)


class Litter:
    """What an engine leaves behind: garbage in a ring, with a finalizer in Python."""

    def __init__(self):
        self.ring = self

    def __del__(self):
        for _ in range(100):
            pass


def test_finalizers_of_others_garbage_do_not_count():
    def makes_lists():
        return [[] for _ in range(5000)]  # more than enough to wake the collector

    gc.collect()
    alone = run(makes_lists).lines
    gc.disable()
    litter = [Litter() for _ in range(50)]
    del litter
    gc.enable()
    assert run(makes_lists).lines == alone
    assert gc.isenabled()


def test_an_alarm_while_the_call_is_tidied_up_breaks_nothing(monkeypatch):
    alarm = partial(signal.raise_signal, signal.SIGPROF)  # the handler runs in the frame that tidies up
    monkeypatch.setattr(sandbox, "gc", SimpleNamespace(isenabled=lambda: True, disable=int, enable=alarm))
    assert sandbox.run(lambda: 3).value == 3
