"""Run what changed again and again, in another order each time, until a difference shows or time is up."""

import os
import random
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from . import compare, files, normal
from .engines import kept_up
from .environment import scrubbed
from .execute import Job
from .files import LESSONS, SOLUTIONS
from .pool import run_all


def changed(top: Path, base: str) -> list[Path]:
    """The lessons, labs and solutions that differ from the commit `base`, those not committed yet as well.

    Raises NotebookError where `base` is no commit.
    """
    names: set[str] = set()
    for arguments in (["diff", "--name-only", base, "--"], ["ls-files", "--others", "--exclude-standard"]):
        git = subprocess.run(["git", "-C", str(top), *arguments], capture_output=True, text=True)
        if git.returncode:
            raise files.NotebookError(f"git cannot compare with {base!r}: {git.stderr.strip()}")
        names |= {*git.stdout.splitlines()}
    return [path for path in files.find(top, LESSONS, SOLUTIONS) if path.as_posix() in names]


def soak(
    top: Path, paths: Iterable[Path], *, minutes: float = 20, seed: int = 0, console: Console | None = None
) -> bool:
    """Repeat the notebooks at `paths` for some minutes; True when every run gave the stored outputs.

    The order of round r is drawn from `seed` + r; a round that has begun is finished. Nothing is written.
    """
    console = console or Console()
    stored = {path.as_posix(): files.read(top / path) for path in paths}
    if not stored:
        console.print("Nothing changed: no notebook to repeat.")
        return True
    end, rounds, found = time.monotonic() + 60 * minutes, 0, 0
    while not rounds or time.monotonic() < end:
        order = random.Random(seed + rounds).sample(sorted(stored), len(stored))
        console.print(f"round {rounds + 1}, seed {seed + rounds}: {' '.join(order)}", soft_wrap=True)
        jobs = [Job("papermill", top, name, files.dumps(stored[name])) for name in order]
        environment = scrubbed(os.environ)
        with kept_up(jobs, environment):
            for outcome in run_all(jobs, environment, keep_order=True, console=console):
                name = outcome.job.name
                if outcome.error:
                    told = [outcome.error]
                else:
                    told = compare.differences(stored[name], normal.normalise(files.loads(outcome.notebook)))
                found += bool(told)
                for difference in told:
                    console.print(f"{name}, {difference}", style="red", markup=False, highlight=False)
        rounds += 1
    console.print(f"{rounds} rounds of {len(stored)} notebooks, {found} runs differed")
    return not found
