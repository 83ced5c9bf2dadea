"""Measures, in one run, the usual tools on twelve fixed notebooks against ours doing the same work."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from rich.console import Console

from . import files
from .environment import scrubbed
from .pool import cores
from .verify import LEDGER

GOAL, FLOOR_GOAL = 0.45, 1.3
TOOLS = ("papermill", "nbval", "jupyter-book", "nbclient", "ipykernel", "duckdb", "pandas", "matplotlib")
WARM = """
import matplotlib.font_manager
from seniorde import labs
labs.duckdb("flights")
labs.postgres("flights")
"""


def bench(top: Path, console: Console | None = None) -> None:
    """Print a Markdown table of seconds and ratios; takes some minutes and wants a quiet machine.

    Raises NotebookError where a tool fails: its seconds would mean nothing.
    """
    console = console or Console()
    with tempfile.TemporaryDirectory(prefix="seniorde-bench-") as folder:
        book = Path(folder)
        lay_out(top, book)
        load = os.getloadavg()[0]
        _seconds("warm-up", [[sys.executable, "-c", WARM]], book, console)
        taken = {name: _seconds(name, command, book, console) for name, command in commands(book).items()}
        console.print(
            report(taken, files.read_json(book / LEDGER), load), markup=False, highlight=False, soft_wrap=True
        )


def lay_out(top: Path, book: Path) -> None:
    """A book of the twelve notebooks, with two settings: execution off, execution forced."""
    pages = files.find(top, files.BENCH)
    target = book / "notebooks/week-01"
    target.mkdir(parents=True)
    for page in pages:
        shutil.copy(top / page, target)
    (book / "src/seniorde").mkdir(parents=True)
    (book / "out").mkdir()
    shutil.copy(top / "requirements.txt", book)
    names = [f"notebooks/week-01/{page.stem}" for page in pages]
    chapters = "".join(f"  - file: {name}\n" for name in names[1:])
    files.write(book / "_toc.yml", f"format: jb-book\nroot: {names[0]}\nchapters:\n{chapters}")
    for mode in ("off", "force"):
        files.write(book / f"{mode}.yml", f'title: Bench\nexecute:\n  execute_notebooks: "{mode}"\n')


def commands(book: Path) -> dict[str, list[list[str]]]:
    """What is timed, in order: for each name the commands that run one after the other."""
    bin = Path(sys.executable).parent
    pages = files.find(book, files.LESSONS)
    papermill = []
    for page in pages:
        alternate = files.read(book / page).metadata.seniorde.alternate
        chosen = [word for name, value in alternate.items() for word in ("-p", name, str(value))]
        papermill.append(
            [f"{bin}/papermill", str(page), f"out/{page.name}", "--cwd", str(page.parent), *chosen]
        )

    def build(mode: str) -> list[str]:
        return [
            f"{bin}/jupyter-book",
            "build",
            ".",
            "--all",
            "--config",
            f"{mode}.yml",
            "--path-output",
            f"out/{mode}",
        ]

    nbval = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "nbval.plugin",
        "--nbval",
        "--nbval-current-env",
        *map(str, pages),
    ]
    return {
        "(a) papermill, command line, one by one": papermill,
        "(b) nbval in sequence": [nbval],
        "(c) Jupyter Book, execution forced": [build("force")],
        "seniorde verify": [[f"{bin}/seniorde", "verify"]],
        "Jupyter Book, execution off": [build("off")],
    }


def _seconds(name: str, commands: list[list[str]], book: Path, console: Console) -> float:
    console.print(f"{name} …", markup=False, highlight=False)
    environment = scrubbed(os.environ)
    begin = time.perf_counter()
    for command in commands:
        done = subprocess.run(command, cwd=book, env=environment, capture_output=True, text=True)
        if done.returncode or list(book.glob("out/**/*.err.log")):
            raise files.NotebookError(f"{name} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return time.perf_counter() - begin


def report(taken: Mapping[str, float], ledger: dict, load: float) -> str:
    """The measured seconds as a Markdown table, the ratio to the usual tools, the distance from the floor."""
    *usual, verify, build = taken.values()
    theirs, ours = sum(usual), verify + build
    kernels = sum(entry["cpu_seconds"] for entry in ledger["notebooks"].values())
    engines = sum(ledger["engines"].values())
    floor = (kernels + engines) / cores()
    rows = [f"| {name} | {seconds:.1f} |" for name, seconds in taken.items()]
    versions = ", ".join(f"{tool} {version(tool)}" for tool in TOOLS)
    return "\n".join(
        [
            "",
            "| 12 notebooks | seconds |",
            "| :-- | --: |",
            *rows,
            f"| **(a) + (b) + (c)** | **{theirs:.1f}** |",
            f"| **ours: verify and book** | **{ours:.1f}** |",
            "",
            f"Ratio {ours / theirs:.2f} (goal: at most {GOAL}).",
            f"CPU floor of the notebook stages: {kernels:.1f} CPU seconds of kernels, {engines:.1f} of the "
            f"server they share; on {cores()} cores {floor:.1f} s; "
            f"verify takes {verify / floor:.2f} times the floor (goal: at most {FLOOR_GOAL}).",
            f"The machine's load was {load:.1f} at the start; with more than 0.5 these figures do not count.",
            f"{platform.system()} {platform.machine()}, {cores()} cores, "
            f"Python {platform.python_version()}, {versions}.",
        ]
    )
