"""The command line: one verb a function, each a thin call into its room."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

app = typer.Typer(
    name="seniorde",
    help="Senior Data Engineering in Nine Weeks: the learner's and the author's verbs.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,
)


# The learner's verbs ------------------------------------------------------------------------------

Week = Annotated[int, typer.Argument(help="The number of the week, 1 to 9.")]


@contextmanager
def _learner() -> Iterator["Console"]:
    """A console; what the learner has to put right ends the verb with its one sentence."""
    from rich.console import Console

    from seniorde.grading import GradingError

    console = Console(highlight=False)
    try:
        yield console
    except GradingError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        console.print(
            "Stopped. Nothing new is on record; everything from before is as it was.", style="yellow"
        )
        raise typer.Exit(130) from None


@app.command()
def start(week: Week) -> None:
    """Copy a week's exercises to work/; whatever is there already stays as it is."""
    from seniorde import grading
    from seniorde.grading import report

    with _learner() as console:
        report.started(grading.start(week), console)


@app.command()
def submit(
    week: Week,
    only: Annotated[
        str | None, typer.Option(help="One notebook, such as dsa-hashing; project; or review.")
    ] = None,
) -> None:
    """Grade your work in fresh kernels, keep it as an attempt, put the points on record."""
    from seniorde import grading
    from seniorde.grading import report

    with _learner() as console:
        with console.status("Grading in fresh kernels …"):
            attempt = grading.submit(week, only)
        report.submitted(attempt, console)
        if attempt.unrecorded or not any(graded.rows for graded in attempt.notebooks):
            raise typer.Exit(1)


@app.command()
def points(week: Week) -> None:
    """Show the best and the last points of every problem so far."""
    from seniorde import grading
    from seniorde.grading import report

    with _learner() as console:
        report.points(week, *grading.entries(), console)


@app.command()
def backup(
    path: Annotated[
        Path | None, typer.Argument(help="A new file or a folder; none: your home folder.")
    ] = None,
) -> None:
    """Write all attempts and the record into one archive."""
    from seniorde import grading

    with _learner() as console:
        console.print(f"Saved in {grading.backup(path or Path.home())}", markup=False, soft_wrap=True)


@app.command()
def restore(archive: Annotated[Path, typer.Argument(help="What backup has written.")]) -> None:
    """Bring everything back from a backup; what is there now is kept beside it.

    The calendar file is written anew for the plan that came back.
    """
    from seniorde import grading
    from seniorde.study import planning

    with _learner() as console:
        before = grading.restore(archive)
        console.print(f"Restored from {archive}", markup=False, soft_wrap=True)
        if before:
            console.print(f"What was there before is kept in {before}", markup=False, soft_wrap=True)
        if calendar := planning.renew():
            console.print(f"Calendar file, to be imported again: {calendar}", markup=False, soft_wrap=True)


@app.command()
def quiz(
    exam: Annotated[str, typer.Argument(help="The exam, such as saa-c03.")],
    domain: Annotated[str | None, typer.Option(help="Only this domain of it.")] = None,
    count: Annotated[int, typer.Option(help="How many questions; domains count by their weight.")] = 10,
    seed: Annotated[int | None, typer.Option(help="The same number draws the same questions.")] = None,
    timed: Annotated[bool, typer.Option("--exam", help="Against the clock, no word until the end.")] = False,
) -> None:
    """Answer certification questions by letter; each answer is explained."""
    from seniorde.grading import GradingError
    from seniorde.questions import QuestionError
    from seniorde.questions import quiz as drawn
    from seniorde.study import answers

    with _learner() as console:
        try:
            round = drawn(exam, domain, count, seed)
            if len(round.questions) < count:
                console.print(f"There are {len(round.questions)} questions, not {count}: all are asked.")
            _, finished = answers.asked(round, console, timed)
        except QuestionError as error:
            raise GradingError(str(error)) from None
        raise typer.Exit(0 if finished else 130)


@app.command()
def log(
    day: Annotated[str | None, typer.Option(help="Another day than today, such as 2026-12-03.")] = None,
    edit: Annotated[
        bool | None, typer.Option(help="Open it in your editor; as a rule in a terminal.")
    ] = None,
) -> None:
    """Open the study log of a day, pre-filled from your record; what you wrote stays."""
    from seniorde.study import clock
    from seniorde.study.terminal import log as shown

    with _learner() as console:
        shown.opened(clock.day(day) if day else clock.today(), edit, console)


@app.command()
def mistake(
    about: Annotated[str | None, typer.Option(help="What went wrong.")] = None,
    cause: Annotated[str | None, typer.Option(help="Why; never that you were careless.")] = None,
    next: Annotated[str | None, typer.Option(help="What you do next time.")] = None,
    problem: Annotated[str | None, typer.Option(help="The id of a problem of the book.")] = None,
) -> None:
    """Write a mistake down, so that it comes back; without options, list those that are open."""
    from seniorde.study import clock, mistakes
    from seniorde.study.terminal import log as shown

    with _learner() as console:
        if any((about, cause, next, problem)):
            shown.mistake(mistakes.add(about or "", cause or "", next or "", problem), console)
        else:
            shown.open_mistakes(clock.today(), console)


@app.command()
def review(
    ask: Annotated[
        bool | None, typer.Option(help="Ask what is no problem to solve; as a rule in a terminal.")
    ] = None,
) -> None:
    """Lay out what you missed and is due: a notebook to solve again, and the questions."""
    from seniorde.study import clock
    from seniorde.study.terminal import review as shown

    with _learner() as console:
        shown.play(clock.today(), ask, console)


@app.command()
def plan(
    start: Annotated[str | None, typer.Option(help="The first day, as 2026-11-30.")] = None,
    pace: Annotated[
        int | None,
        typer.Option(help="Hours a day: 8, 4 or 2; in a running plan from the next study week on."),
    ] = None,
    rest: Annotated[str | None, typer.Option(help="A free half-day, as sun-pm or wed-am; or none.")] = None,
    halves: Annotated[
        bool | None, typer.Option(help="Two halves of four hours, a long break between.")
    ] = None,
    begin: Annotated[str | None, typer.Option(help="When a day begins, as 07:30.")] = None,
    missed: Annotated[list[str] | None, typer.Option(help="A day that was missed.")] = None,
    unmiss: Annotated[list[str] | None, typer.Option(help="A day that was not missed after all.")] = None,
) -> None:
    """Lay the nine weeks over your days and write the calendar file; without options, show them."""
    from seniorde.study import clock, planning
    from seniorde.study.terminal import plan as shown

    with _learner() as console:
        if (start, pace, rest, halves, begin, missed, unmiss) == (None,) * 7:
            shown.plan(planning.existing(), console)
            return
        change = planning.change(
            [clock.day(day) for day in missed or ()],
            [clock.day(day) for day in unmiss or ()],
            start=clock.day(start) if start is not None else None,
            pace=pace,
            rest=rest,
            halves=halves,
            begin=planning.clock(begin) if begin is not None else None,
        )
        shown.changed(change, console)


@app.command()
def today() -> None:
    """Show today's blocks by the clock, the next milestone, the exams that are near."""
    from seniorde.study import clock, planning
    from seniorde.study.terminal import plan as shown

    with _learner() as console:
        shown.today(planning.existing(), clock.today(), console)


@app.command()
def scaffold(
    folder: Annotated[Path, typer.Argument(help="A new folder, or the portfolio that is there.")],
    owner: Annotated[str | None, typer.Option(help="Your name on GitHub, for CODEOWNERS.")] = None,
) -> None:
    """Write your portfolio repository, or bring it up to date; what you changed in it stays."""
    from seniorde.study import scaffold as room
    from seniorde.study.terminal import scaffold as shown

    with _learner() as console:
        shown.told(room.scaffold(folder, owner), console)


@app.command()
def progress(
    csv: Annotated[Path | None, typer.Option(help="A folder for the same figures as CSV files.")] = None,
) -> None:
    """Show what is done against what the plan asks for, what is weak, and what to repeat."""
    from seniorde.study import progress as room
    from seniorde.study.terminal import progress as terminal

    with _learner() as console:
        found = room.progress()
        terminal.progress(found, console)
        terminal.written([room.notebook()[0], *(room.export(found, csv) if csv else [])], console)


# The author's verbs -------------------------------------------------------------------------------


@app.command()
def release(
    week: Week,
    check: Annotated[bool, typer.Option(help="Write nothing; fail when exercises are out of step.")] = False,
) -> None:
    """Generate exercises/ from solutions/ through nbgrader."""
    with _learner() as console:
        changed = _release(week, console, check)
        raise typer.Exit(1 if check and changed else 0)


def _release(week: int, console: "Console", check: bool = False) -> list[Path]:
    """The exercises that were not in step with their solutions, each told."""
    from seniorde import grading

    changed = grading.release(week, check)
    for path in changed:
        console.print(f"{'out of step' if check else 'released'}: {path}", markup=False, soft_wrap=True)
    if not changed:
        console.print(f"The exercises of week {week} are in step with their solutions.")
    return changed


Paths = Annotated[list[Path] | None, typer.Argument(help="Notebooks or folders of them; none: all.")]


@contextmanager
def _author() -> Iterator[tuple[Path, "Console"]]:
    """The clone's top folder and a console; an author's mistake ends the verb with its one sentence."""
    from rich.console import Console

    from seniorde.notebooks import files

    console = Console()
    if not console.is_terminal:
        console.width = 120
    try:
        yield files.root(), console
    except files.NotebookError as error:
        console.print(str(error), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def _end(good: bool) -> None:
    raise typer.Exit(0 if good else 1)


@app.command()
def run(
    paths: Paths = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what did not change.")] = False,
) -> None:
    """Assemble and execute the notebooks that changed, store their outputs, release the exercises."""
    from seniorde.notebooks import run as room

    with _author() as (top, console):
        fresh = room.assembled(top)
        if not room.run(top, paths or [], everything=everything, fresh=fresh, console=console):
            console.print("Nothing is released: mend what is said above, then run again.")
            _end(False)
        with _learner():
            for week in room.weeks(top, paths or [], fresh):
                _release(week, console)


@app.command()
def assemble(
    check: Annotated[bool, typer.Option(help="Write nothing; fail where a notebook is out of step.")] = False,
) -> None:
    """Write the bank's topic notebooks to solutions/; `run` also executes them."""
    from seniorde.notebooks import files
    from seniorde.notebooks import run as room

    with _author() as (top, console):
        made = room.assembled(top)
        stored = {path: (top / path).read_text("utf-8") for path in files.find(top, files.SOLUTIONS)}
        stale = [path for path, nb in made.items() if stored.get(path) != files.dumps(nb)]
        orphans = [path for path in stored if path not in made]
        for path in stale:
            console.print(f"{path} {'is out of step' if check else 'written'}", soft_wrap=True)
            if not check:
                files.write(top / path, files.dumps(made[path]))
        for path in orphans:
            console.print(f"{path} has no problem in the bank: remove it", soft_wrap=True)
        _end(not orphans and not (check and stale))


@app.command()
def verify(
    paths: Paths = None,
    real: Annotated[bool, typer.Option(help="Join the services that SENIORDE_ variables name.")] = False,
    workers: Annotated[int, typer.Option(help="Worker processes; 0: one a core and one more.")] = 0,
    timeout: Annotated[int, typer.Option(help="Seconds that a cell may take.")] = 180,
) -> None:
    """Prove the notebooks: papermill with other parameters, nbval on the stored outputs."""
    from seniorde.notebooks import verify as room

    with _author() as (top, console):
        _end(room.verify(top, paths or [], real=real, workers=workers, timeout=timeout, console=console))


@app.command()
def normal(
    paths: Paths = None,
    fix: Annotated[bool, typer.Option(help="Strip what may be stripped, without running anything.")] = False,
) -> None:
    """Check that stored notebooks are in normal form: executed, no errors, paths, timings, or noise."""
    from seniorde.notebooks import files
    from seniorde.notebooks import normal as room

    with _author() as (top, console):
        found = []
        for path in files.chosen(
            top, paths or [], files.LESSONS, files.SOLUTIONS, files.EXERCISES, files.BENCH
        ):
            if fix and files.kind(path) != files.EXERCISES:
                files.write(top / path, files.dumps(room.normalise(files.read(top / path))))
            found += room.problems(files.read(top / path), path)
        for problem in found:
            console.print(problem, markup=False, highlight=False, soft_wrap=True)
        console.print(f"{len(found)} problems")
        _end(not found)


@app.command()
def soak(
    base: Annotated[str, typer.Option(help="The commit to compare with.")] = "HEAD",
    minutes: Annotated[float, typer.Option(help="When to stop beginning a new round.")] = 20,
    seed: Annotated[int, typer.Option(help="Draws the order.")] = 0,
) -> None:
    """Repeat the notebooks that changed in random order; any difference in outputs fails."""
    from seniorde.notebooks import soak as room

    with _author() as (top, console):
        _end(room.soak(top, room.changed(top, base), minutes=minutes, seed=seed, console=console))


@app.command()
def bench() -> None:
    """Measure the notebook stages against the usual tools; minutes, on a quiet machine."""
    from seniorde.notebooks import bench as room

    with _author() as (top, console):
        room.bench(top, console)


@app.command()
def measure(
    names: Annotated[list[str] | None, typer.Argument(help="Measurements; all if none is named.")] = None,
) -> None:
    """Measure what depends on the machine, and keep it in data/measured; on a quiet machine."""
    from seniorde import measured

    with _author() as (_, console):
        for name in names or measured.names():
            console.print(str(measured.write(name)), markup=False)


def main() -> None:
    """Run the command line."""
    app()
