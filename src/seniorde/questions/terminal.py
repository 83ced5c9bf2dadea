"""A round in the terminal, or with its answers piped in: one line an answer."""

import time
from collections.abc import Callable

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from seniorde.questions.bank import LETTERS, MINUTES, Question, QuestionError
from seniorde.questions.rounds import Answer, Result, Round, grade
from seniorde.questions.text import terminal


def play(
    round: Round,
    console: Console,
    exam: bool = False,
    clock: Callable[[], float] = time.monotonic,
    keep: Callable[[Answer], None] = lambda answer: None,
) -> tuple[Result, bool]:
    """Pose the questions, explain each answer at once, show the score; return it, and whether all were posed.

    With `exam` no word falls before the end, and the clock runs: what comes too late does not count.
    `keep` gets each answer as soon as it counts.
    Ctrl-C and the end of the input end the round with the score so far.
    """
    questions, answers = round.questions, list[Answer]()
    ends = clock() + 60 * MINUTES * len(questions)
    if exam:
        console.print(f"{len(questions)} questions in {MINUTES * len(questions):g} minutes.")
    finished = True
    try:
        for number, question in enumerate(questions, 1):
            _pose(question, f"Question {number} of {len(questions)}", console)
            answer = _ask(question, console, f"{(ends - clock()) / 60:.0f} min left; " if exam else "")
            if exam and clock() > ends:
                console.print("Time is up: this answer came too late.", style="yellow")
                for late in questions[number - 1 :]:
                    answers.append(Answer(late, ""))
                    keep(answers[-1])
                break
            answers.append(answer)
            keep(answer)
            if not exam:
                _explain(answer, console)
    except (KeyboardInterrupt, EOFError) as reason:
        finished = False
        why = "Stopped" if isinstance(reason, KeyboardInterrupt) else "The input ended"
        console.print(f"\n{why} after {len(answers)} of {len(questions)} questions.", style="yellow")
    result = Result(tuple(answers))
    if answers:
        _score(result, console)
    if exam:
        for answer in answers:
            if not answer.right:
                _pose(answer.question, "Missed", console)
                _explain(answer, console)
    return result, finished


def _pose(question: Question, heading: str, console: Console) -> None:
    console.print()
    console.rule(heading, align="left", style="dim")
    console.print(terminal(question.text))
    console.print(f"\n{question.choose}", style="italic")
    for letter, option in question.lettered:
        console.print(_item(letter, option.text))


def _ask(question: Question, console: Console, note: str) -> Answer:
    last = LETTERS[len(question.options) - 1]
    while True:
        line = console.input(f"Your answer ({note}A–{last}; Enter skips): ")
        if not console.is_terminal:
            console.print(line, markup=False)
        try:
            return grade(question, line)
        except QuestionError as error:
            console.print(str(error), style="yellow", markup=False)


def _explain(answer: Answer, console: Console) -> None:
    console.print(f"\n{answer.verdict}", style="bold green" if answer.right else "bold red")
    for letter, option in answer.question.lettered:
        console.print(_item(f"[green]{letter}[/]" if option.right else letter, option.reason))
        if option.elsewhere:
            console.print(_item("", option.elsewhere))
    console.print(f"{answer.question.objective}: {answer.question.teaches}", style="dim", markup=False)


def _item(letter: str, text: str) -> Padding:
    row = Table.grid(padding=(0, 2, 0, 0))
    row.add_column(width=1)
    row.add_column()
    row.add_row(letter, terminal(text))
    return Padding(row, (0, 0, 0, 2))


def _score(result: Result, console: Console) -> None:
    table = Table(title=repr(result), title_justify="left")
    table.add_column("domain and objective")
    table.add_column("right", justify="right")
    table.add_column("of", justify="right")
    for name, domain, right, total in result.rows():
        table.add_row(f"[bold]{escape(name)}[/]" if domain else f"  {escape(name)}", str(right), str(total))
    console.print(table)
