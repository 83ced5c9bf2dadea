"""Runs a learner's function: quietly, within limits, and never past a real Ctrl-C."""

import builtins
import contextlib
import gc
import inspect
import io
import linecache
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import FrameType
from typing import Any, NoReturn, TextIO

OURS = os.path.dirname(os.path.abspath(__file__)) + os.sep  # noqa: PTH100, PTH120

LINES = 400_000  # lines of Python a single case may execute
CPU_SECONDS = 3.0
WALL_SECONDS = 45.0  # an engine at work on a busy machine; below the minute that a cell has
MEMORY = 1 << 30  # bytes a single case may add


class Stopped(BaseException):
    """A limit was reached; no `except Exception` of the learner catches it."""


@dataclass
class Outcome:
    """What a call gave: a value, or the error that ended it, and the lines of Python it executed."""

    value: Any = None
    error: BaseException | None = None
    lines: int = 0


class Noise(io.TextIOBase):
    """Keeps the first characters written and forgets the rest."""

    KEPT = 600

    def __init__(self) -> None:
        self.head, self.written = "", 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if len(self.head) < self.KEPT:
            self.head += text[: self.KEPT - len(self.head)]
        self.written += len(text)
        return len(text)

    @property
    def excerpt(self) -> str:
        """The first characters, and how many more there were."""
        rest = self.written - len(self.head)
        return self.head + (f"\n… and {rest:,} more characters" if rest else "")


@contextlib.contextmanager
def quiet() -> Iterator[Noise]:
    """Swallow what is printed, warned, logged or written to the descriptors 1 and 2."""
    noise = Noise()
    before: tuple[TextIO, TextIO] = (sys.stdout, sys.stderr)
    with contextlib.ExitStack() as stack:
        for descriptor, stream in ((1, before[0]), (2, before[1])):
            with contextlib.suppress(Exception):
                stream.flush()
            with contextlib.suppress(OSError):
                stack.enter_context(_to_null(descriptor))
            # A log handler or a variable may hold the old stream.
            with contextlib.suppress(AttributeError, TypeError):
                stream.write = noise.write  # type: ignore[method-assign]
                stack.callback(vars(stream).pop, "write", None)
        stack.enter_context(contextlib.redirect_stdout(noise))
        stack.enter_context(contextlib.redirect_stderr(noise))
        stack.enter_context(_alone())
        yield noise


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Nobody answers `input()`, and IPython's own `exit` does not end the kernel."""
    asking = builtins.input
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    builtins.input = _no_input
    if shell:
        shell.ask_exit = sys.exit
    try:
        yield
    finally:
        builtins.input = asking
        if shell:
            del shell.ask_exit


def _no_input(prompt: object = "") -> NoReturn:
    raise RuntimeError("input() has nobody to ask in a check: use the arguments")


@contextlib.contextmanager
def _to_null(descriptor: int) -> Iterator[None]:
    saved = os.dup(descriptor)
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, descriptor)
        os.close(null)
        yield
    finally:
        os.dup2(saved, descriptor)
        os.close(saved)


def run(call: Callable[[], Any], lines: int | None = LINES) -> Outcome:
    """Call within the limits and catch whatever it raises, except a real Ctrl-C.

    `lines` bounds the lines of Python executed, outside this package and without the loading of
    modules; None neither counts nor bounds them, which leaves full speed for a measurement.
    """
    outcome = Outcome()
    before = sys.gettrace()
    depth = sys.getrecursionlimit()
    with _alarms() as interrupted, _memory_limit(), no_collector():
        try:
            if lines is not None:
                sys.settrace(_tracer(outcome, lines))
            try:
                outcome.value = call()
            finally:
                sys.settrace(before)
        except BaseException as error:
            outcome.error = error
        finally:
            sys.setrecursionlimit(depth)
    if interrupted:
        raise KeyboardInterrupt
    return outcome


@contextlib.contextmanager
def no_collector() -> Iterator[None]:
    """Leave garbage alone: the finalizers of others would count as lines and time of the call."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _tracer(outcome: Outcome, limit: int) -> Callable[[FrameType, str, Any], Any]:
    loading = False

    def step(frame: FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            outcome.lines += 1
            if outcome.lines > limit:
                raise Stopped(f"still running after {limit:,} lines of Python")
        return step

    def load(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal loading
        loading = event != "return"
        return load

    def enter(frame: FrameType, event: str, arg: Any) -> Any:
        nonlocal loading
        code = frame.f_code
        if loading or code.co_filename.startswith(OURS):
            return None
        if code.co_name == "_find_and_load" and code.co_filename == "<frozen importlib._bootstrap>":
            loading = True
            return load
        return step

    return enter


@contextlib.contextmanager
def _alarms() -> Iterator[list[bool]]:
    """Stop after CPU or wall seconds, and note a real Ctrl-C, where signals can be used."""
    interrupted: list[bool] = []
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield interrupted
        return

    def stop(number: int, frame: FrameType | None) -> None:
        if _calling(frame):
            raise Stopped("still running after some seconds")

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.append(True)
        if _calling(frame):
            raise KeyboardInterrupt

    handlers = {signal.SIGPROF: stop, signal.SIGALRM: stop, signal.SIGINT: interrupt}
    saved = {number: signal.getsignal(number) for number in handlers}
    timers = ((signal.ITIMER_PROF, CPU_SECONDS), (signal.ITIMER_REAL, WALL_SECONDS))
    for number, handler in handlers.items():
        signal.signal(number, handler)
    # They repeat, because a bare `except` may swallow the first.
    rest = {timer: signal.setitimer(timer, seconds, 0.02) for timer, seconds in timers}
    begin = time.monotonic()
    try:
        yield interrupted
    finally:
        spent = time.monotonic() - begin
        for timer in rest:
            signal.setitimer(timer, 0)
        for number, old in saved.items():
            signal.signal(number, signal.SIG_DFL if old is None else old)
        for timer, (delay, interval) in rest.items():
            if delay:
                passed = spent if timer == signal.ITIMER_REAL else 0.0
                signal.setitimer(timer, max(delay - passed, 1e-3), interval)


def _calling(frame: FrameType | None) -> bool:
    """Whether the call is still at work: an alarm that comes as it ends must not break what tidies up."""
    ours = (__file__, contextlib.__file__)
    while frame and frame.f_code is not run.__code__:
        if frame.f_code.co_filename not in ours:
            return True
        frame = frame.f_back
    return False


@contextlib.contextmanager
def _memory_limit() -> Iterator[None]:
    """Turn a huge allocation into a MemoryError, where the system can (Linux)."""
    try:
        import resource

        with open("/proc/self/statm") as statm:  # noqa: PTH123
            used = int(statm.read().split()[0]) * resource.getpagesize()
    except (ImportError, OSError):
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = used + MEMORY
    tighter = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min([wanted, *tighter]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def line_of(error: BaseException, answer: Any) -> str:
    """The line of the answer's own file or cell in which the error arose, or ""."""
    found, traceback = "", error.__traceback__
    home = _home(answer)
    while traceback:
        file, number = traceback.tb_frame.f_code.co_filename, traceback.tb_lineno
        if file == home:
            text = linecache.getline(file, number, traceback.tb_frame.f_globals).strip()
            found = f"line {number}: {text}" if text else f"line {number}"
        traceback = traceback.tb_next
    return found


def _home(answer: Any) -> str:
    """The file or notebook cell that the answer was written in."""
    functions = [answer, *(vars(answer).values() if isinstance(answer, type) else ())]
    codes = (getattr(inspect.unwrap(f), "__code__", None) for f in functions if callable(f))
    return next((code.co_filename for code in codes if code), "")
