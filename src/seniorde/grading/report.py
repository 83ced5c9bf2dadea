"""What the learner reads in the terminal: tables and one sentence where something is odd."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from seniorde.grading.attempt import Attempt
from seniorde.grading.desk import Started
from seniorde.grading.record import Entry

COLOUR = {"right": "green", "partly": "yellow", "blank": "dim"}
SAYS = {"right": "right", "partly": "partly right", "wrong": "wrong", "blank": "not answered yet"}


def started(done: Started, console: Console) -> None:
    """What was copied, what stays as it is, where a newer edition or a blank notebook lies."""
    console.print(f"Your desk: [bold]{escape(str(done.folder))}[/]")
    for name in done.copied:
        console.print(f"  copied  {escape(str(name))}")
    for name in done.kept:
        odd = "cannot be read" if name in done.unreadable else "older edition" if name in done.newer else ""
        console.print(f"  kept    {escape(str(name))}" + (f" [yellow]({odd})[/]" if odd else ""))
    for name, beside in done.newer.items():
        if wrong := done.unreadable.get(name):
            said = (
                f"Your {name} cannot be read and stays as it is. {wrong} "
                f"A blank one lies beside it as {beside}. "
                f"To begin anew, put yours aside and rename this one to {name.name}."
            )
        else:
            said = (
                f"The book has a newer edition of {name}. "
                f"It lies beside yours as {beside}, with your answers in it. "
                f"To move over, put yours aside and rename this one to {name.name}."
            )
        console.print(escape(said), soft_wrap=True)


def submitted(attempt: Attempt, console: Console) -> None:
    """Points per problem, what failed and why, and where the feedback lies."""
    title = "Review" if attempt.week is None else f"Week {attempt.week}"
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column("problem", no_wrap=True)
    table.add_column("points", justify="right", no_wrap=True)
    table.add_column("what happened", overflow="fold")
    for graded in attempt.notebooks:
        got, most = sum(row.points for row in graded.rows), sum(row.max_points for row in graded.rows)
        points = f"[bold]{got:g} of {most:g}[/]" if graded.rows else "[bold]–[/]"
        table.add_row(f"[bold]{escape(graded.name)}[/]", points, escape(graded.sentence))
        for row in graded.rows:
            told = row.why if row.verdict != "right" else ""
            words = ": ".join(
                filter(None, (SAYS.get(row.verdict, ""), told if row.verdict != "blank" else ""))
            )
            colour = COLOUR.get(row.verdict, "red")
            table.add_row(
                f"  {escape(row.problem)}",
                f"{row.points:g} of {row.max_points:g}",
                f"[{colour}]{escape(words)}[/]",
            )
        for problem in graded.retired:
            table.add_row(
                f"  {escape(problem)}", "–", "no longer in the book: not graded, earlier points stay"
            )
        table.add_section()
    console.print(table)
    for graded in attempt.notebooks:
        if graded.feedback:
            console.print(f"Feedback: {escape(graded.feedback.as_uri())}", soft_wrap=True)
    if attempt.unrecorded:
        console.print(f"[red]{escape(attempt.unrecorded)}[/]", soft_wrap=True)
    console.print(f"Your notebooks of this attempt are kept in {escape(str(attempt.folder))}", soft_wrap=True)


def points(week: int, entries: Iterable[Entry], damaged: int, console: Console) -> None:
    """Best and last points of every problem on record."""
    table = Table(title=f"Week {week}: points so far", title_justify="left")
    for heading, justify in (
        ("problem", "left"),
        ("best", "right"),
        ("last", "right"),
        ("of", "right"),
        ("attempts", "right"),
    ):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    by_problem: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.week == week:
            by_problem.setdefault(entry.problem, []).append(entry)
    best = most = 0.0
    for problem, tries in by_problem.items():
        best, most = best + max(t.points for t in tries), most + tries[-1].max_points
        top = max(t.points for t in tries)
        table.add_row(
            problem, f"{top:g}", f"{tries[-1].points:g}", f"{tries[-1].max_points:g}", str(len(tries))
        )
    table.add_section()
    table.add_row("[bold]together[/]", f"[bold]{best:g}[/]", "", f"{most:g}", "")
    if by_problem:
        console.print(table)
    else:
        console.print(f"Nothing of week {week} is on record yet. Run: make submit WEEK={week}")
    if damaged:
        console.print(
            f"[yellow]{damaged} damaged line(s) of the record were set aside in record.damaged.jsonl.[/]"
        )
