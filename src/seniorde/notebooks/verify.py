"""Prove every notebook: papermill with other parameters, nbval on the stored outputs; one table of both."""

import os
import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table

from seniorde import labs

from . import files, scores
from .engines import kept_up
from .environment import scrubbed
from .execute import MOST_MB, Job, Outcome
from .files import EXERCISES, LESSONS, SOLUTIONS
from .pool import run_all
from .run import STATE

LEDGER = Path("_build/ledger.json")
REPORT = Path("_build/junit-notebooks.xml")
SHOWN_VERSIONS = ("duckdb", "pandas", "matplotlib", "sqlglot", "pyspark", "deltalake")

BUDGET, SLOW_BUDGET = 20, 40  # CPU seconds
SLOW = ("labs.spark(", "labs.dbt(")  # what a page starts that may take the second


def jobs(top: Path, paths: Iterable[Path] = (), *, compare: bool = True, timeout: int = 180) -> list[Job]:
    """What there is to prove: every notebook with its alternate parameters and, with `compare`, the stored
    outputs of lessons, labs and solutions; exercises run blank."""
    todo = []
    for path in files.chosen(top, paths, LESSONS, SOLUTIONS, EXERCISES):
        nb = files.read(top / path)
        alternate = nb.metadata.get("seniorde", {}).get("alternate", {})
        job = Job("papermill", top, path.as_posix(), files.dumps(nb), alternate, timeout)
        todo.append(job)
        if compare and files.kind(path) != EXERCISES:
            todo.append(replace(job, stage="nbval", parameters={}))
    return todo


def judged(outcome: Outcome) -> Outcome:
    """The outcome, failed also by its memory and its scores: a solution has all points, an exercise none."""
    if outcome.peak_mb > MOST_MB:
        return replace(outcome, error=f"took {outcome.peak_mb:.0f} MB, the limit is {MOST_MB} MB")
    if outcome.error:
        return outcome
    kind = files.kind(Path(outcome.job.name))
    if outcome.job.stage == "papermill" and kind in (SOLUTIONS, EXERCISES):
        nb = files.loads(outcome.notebook)
        return replace(outcome, error=scores.complaint(nb, full=kind == SOLUTIONS))
    return outcome


def verify(
    top: Path,
    paths: Iterable[Path] = (),
    *,
    real: bool = False,
    workers: int = 0,
    timeout: int = 180,
    console: Console | None = None,
) -> bool:
    """Prove the notebooks below `top`; True when there was one and none failed.

    `real` joins the services that SENIORDE_ variables name, and then does not compare stored outputs.
    Leaves a JUnit file and the ledger in _build/.
    """
    console = console or Console()
    todo = jobs(top, paths, compare=not real, timeout=timeout)
    if not todo:
        console.print(f"No notebook below {top}.\n0 passed, 1 failed", highlight=False)
        return False
    state = files.read_json(top / STATE)
    known = {name: entry.get("seconds", 0.0) for name, entry in state.items()}
    outcomes = []
    environment = scrubbed(os.environ, real=real)
    results = run_all(todo, environment, workers=workers, last_seconds=known, console=console)
    with kept_up(todo, environment) as spent:
        for outcome in results:
            outcome = judged(outcome)
            outcomes.append(outcome)
            if outcome.error:
                said = f"\n{outcome.job.name}, {outcome.job.stage}: {outcome.error}"
                console.print(said, style="red", markup=False, highlight=False, soft_wrap=True)
        engines = {"postgres": round(spent(), 2)}
    console.print(table(outcomes, engines))
    over_budget(outcomes, console)
    files.write(top / REPORT, junit(outcomes))
    files.write_json(top / LEDGER, ledger(outcomes, engines, files.read_json(top / LEDGER)))
    _remember(top, state, outcomes)
    failed = [outcome for outcome in outcomes if outcome.error]
    for outcome in failed:  # once more at the end, because a log is read, and cut, from its end
        console.print(f"\n{told(outcome)}", style="red", markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(outcomes) - len(failed)} passed, {len(failed)} failed", highlight=False)
    return not failed


def told(outcome: Outcome, most: int = 1_500) -> str:
    """Which notebook failed in which stage and why; the middle of a long reason is left out."""
    reason = outcome.error or ""
    if len(reason) > most:
        reason = f"{reason[: most // 2]}\n […]\n{reason[-most // 2 :]}"
    return f"{outcome.job.name}, {outcome.job.stage}: {reason}"


def _remember(top: Path, state: dict, outcomes: list[Outcome]) -> None:
    for outcome in outcomes:
        state.setdefault(outcome.job.name, {})["seconds"] = round(outcome.seconds, 2)
    files.write_json(top / STATE, state)


def table(outcomes: list[Outcome], engines: Mapping[str, float]) -> Table:
    """One row an outcome, slowest first, and the CPU seconds of the engines that notebooks shared."""
    shown = Table(title="Notebooks, slowest first")
    shown.add_column("notebook", overflow="fold")
    shown.add_column("stage")
    for column in ("seconds", "CPU s", "peak MB"):
        shown.add_column(column, justify="right")
    shown.add_column("status")
    for outcome in sorted(outcomes, key=lambda outcome: -outcome.seconds):
        shown.add_row(
            outcome.job.name,
            outcome.job.stage,
            f"{outcome.seconds:.1f}",
            f"{outcome.cpu_seconds:.1f}",
            f"{outcome.peak_mb:.0f}",
            "[red]failed[/]" if outcome.error else "[green]passed[/]",
        )
    for engine, seconds in engines.items():
        if seconds:
            shown.add_row(f"{engine}, shared by all", "", "", f"{seconds:.1f}", "", "")
    return shown


def over_budget(outcomes: list[Outcome], console: Console) -> None:
    """Say loudly which notebooks take more CPU seconds than a page may."""
    for outcome in outcomes:
        most = SLOW_BUDGET if any(engine in outcome.job.notebook for engine in SLOW) else BUDGET
        if outcome.cpu_seconds > most:
            console.print(
                f"OVER BUDGET: {outcome.job.name} takes {outcome.cpu_seconds:.0f} CPU seconds "
                f"in {outcome.job.stage}, a page may take {most}",
                style="bold yellow",
                soft_wrap=True,
            )


def junit(outcomes: list[Outcome]) -> str:
    """The outcomes as a JUnit document: one test case a notebook and stage."""
    suites = ElementTree.Element("testsuites")
    for stage in sorted({outcome.job.stage for outcome in outcomes}):
        cases = [outcome for outcome in outcomes if outcome.job.stage == stage]
        suite = ElementTree.SubElement(
            suites,
            "testsuite",
            name=stage,
            tests=str(len(cases)),
            failures=str(sum(bool(case.error) for case in cases)),
            errors="0",
            time=f"{sum(case.seconds for case in cases):.3f}",
        )
        for case in sorted(cases, key=lambda case: case.job.name):
            element = ElementTree.SubElement(
                suite, "testcase", classname=stage, name=case.job.name, time=f"{case.seconds:.3f}"
            )
            if case.error:
                printable = "".join(sign for sign in case.error if sign.isprintable() or sign in "\n\t")
                failure = ElementTree.SubElement(element, "failure", message=printable.splitlines()[0])
                failure.text = printable
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode") + "\n"


def versions() -> dict[str, str]:
    """The versions that decide what a page shows: of the interpreter, PostgreSQL, and packages."""
    found = {"python": platform.python_version()}
    with suppress(labs.LabError):
        found["postgres"] = labs.embedded_postgres().version()
    for package in SHOWN_VERSIONS:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found


def ledger(outcomes: list[Outcome], engines: Mapping[str, float], before: dict) -> dict:
    """When each notebook was last proved, in how many seconds (of its stored parameters where compared), at
    which memory; entries of notebooks that did not run now stay as in `before`. `engines`: the CPU seconds
    of those that notebooks shared, in this run."""
    notebooks = dict(before.get("notebooks", {}))
    for name in {outcome.job.name for outcome in outcomes}:
        runs = [outcome for outcome in outcomes if outcome.job.name == name]
        told = next((run for run in runs if run.job.stage == "nbval"), runs[0])
        notebooks[name] = {
            "status": "red" if any(run.error for run in runs) else "green",
            "date": datetime.now(UTC).date().isoformat(),
            "seconds": round(told.seconds, 1),
            "cpu_seconds": round(sum(run.cpu_seconds for run in runs), 2),
            "peak_mb": round(max(run.peak_mb for run in runs)),
        }
    return {"versions": versions(), "notebooks": notebooks, "engines": dict(engines)}
