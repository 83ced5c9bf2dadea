"""Judges an answer to a lab, a text (a script, a file) or a function, by the parts that its problem lists."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Protocol

from seniorde.checks import dsa, parts, sandbox
from seniorde.checks.parts import Hints, Refused
from seniorde.checks.score import Score

SECONDS = 10  # a script may take
BLOCKS = 65_536  # of 512 bytes, that a script may write to a file, or print


class Judged(Protocol):
    """What a check needs to know of a problem; `seniorde.problems.LabProblem` is one."""

    id: str
    name: str
    points: float
    hints: Hints
    solve: Any
    parts: Mapping[str, Callable[[Any], str]]


def judge(problem: Judged, answer: Any) -> Score:
    """Judge a text or a function; never raises, except for a real Ctrl-C."""
    return parts.in_order(problem, answer, {name: _guarded(problem, p) for name, p in problem.parts.items()})


def passes_examples(problem: Judged, answer: Any) -> bool:
    """Whether the first part holds, which judges what the statement shows."""
    first = next(iter(problem.parts.values()))
    try:
        with sandbox.quiet():
            _guarded(problem, first)(answer)
    except Refused:
        return False
    return True


def _guarded(problem: Judged, judge: Callable[[Any], str]) -> Callable[[Any], str]:
    """The part, asked only when there is an answer of the right kind; its errors told in a sentence."""

    def part(answer: Any) -> str:
        text = isinstance(problem.solve, str)
        if dsa.is_blank(answer) or (text and isinstance(answer, str) and answer.strip() in ("", "...", "…")):
            raise Refused("blank", "Write your answer in the cell above and run it, then run this cell.")
        if text and not isinstance(answer, str):
            raise Refused("type", f"`{problem.name}` is of type `{type(answer).__name__}`: write it as text.")
        if not text and not callable(answer):
            raise Refused("type", f"`{problem.name}` is no function: define it with `def`.")
        try:
            return judge(answer)
        except Refused:
            raise
        except Exception as error:  # such as a result that is nothing like the one that was asked for
            raise Refused(
                "error", f"Your answer cannot be judged: {type(error).__name__}: {error}"
            ) from error

    return part


def call(function: Callable[..., Any], *arguments: Any, lines: int | None = sandbox.LINES) -> Any:
    """What the function returns, within the sandbox's limits; Refused when it raises or does not end.

    `lines` of Python are allowed, or with None as many as fit the time.
    SystemExit is an answer of a command line: it is raised to the caller.
    """
    outcome = sandbox.run(lambda: function(*arguments), lines)
    if isinstance(outcome.error, SystemExit):
        raise outcome.error
    if outcome.error is not None:
        line = sandbox.line_of(outcome.error, function)
        facts = {"where": line} if line else {}
        if isinstance(outcome.error, sandbox.Stopped):
            raise Refused("slow", f"Stopped: {outcome.error}.", **facts)
        raise Refused("error", f"It raised {type(outcome.error).__name__}: {outcome.error}", **facts)
    return outcome.value


@dataclass(frozen=True)
class Ran:
    """What a script left: its two streams, its exit code, and the files of its folder (path → bytes)."""

    out: str
    err: str
    code: int
    files: Mapping[str, bytes]


def run_script(
    script: str,
    files: Mapping[str, str | bytes] = {},
    *arguments: str,
    shell: Sequence[str] = ("sh",),
    seconds: float = SECONDS,
) -> Ran:
    """Run a script in a new folder that holds `files`, with a bare environment (LC_ALL=C, TZ=UTC).

    Its own folder is its home, and written as `.` in what it prints. Git reads no setting of the
    machine, and commits as one fixed person at one fixed time.
    Raise Refused when it does not end in time.
    """
    with TemporaryDirectory(prefix="seniorde-lab-", ignore_cleanup_errors=True) as name:
        top = Path(name).resolve()
        folder = top / "here"
        folder.mkdir()
        for path, content in files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        with (top / "out").open("wb") as out, (top / "err").open("wb") as err:
            process = subprocess.Popen(
                [
                    "sh",
                    "-c",
                    f'ulimit -f {BLOCKS}; exec "$@"',
                    "sh",
                    *shell,
                    "-c",
                    script,
                    *shell[:1],
                    *arguments,
                ],
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
            )
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Refused("slow", f"The script was stopped after {seconds:g} seconds.") from None
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # and what it left running
            process.wait()
        paths = [path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file()]
        left = {path.as_posix(): (folder / path).read_bytes() for path in paths if ".git" not in path.parts}
        return Ran(_read(top / "out", folder), _read(top / "err", folder), process.returncode, left)


def _read(path: Path, folder: Path) -> str:
    return path.read_bytes().decode("utf-8", "replace").replace(str(folder), ".")


def _environment(folder: Path) -> dict[str, str]:
    person = {"NAME": "Learner", "EMAIL": "learner@example.com", "DATE": "2026-01-05T09:00:00Z"}
    git = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in person.items()}
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "LC_ALL": "C",
        "TZ": "UTC",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),
        "GIT_EDITOR": "true",
        **git,
    }
