"""What is due today: the review notebook, the questions, the mistakes written down."""

from collections.abc import Sequence
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from seniorde.grading.course import book
from seniorde.questions import Round
from seniorde.study import answers, clock, mistakes, review
from seniorde.study.review import MISTAKE, PROBLEM, QUESTION, Card
from seniorde.study.terminal.log import told


def play(day: date, ask: bool | None, console: Console) -> None:
    """Lay out what is due, ask the questions and the mistakes; `ask` None: where there is a terminal."""
    told(review.damaged(), console)
    cards = review.on(day)
    due = [card for card in cards if card.day <= day]
    if not due:
        console.print(_nothing(cards), soft_wrap=True)
        return
    problems, questions, by_hand = (
        [card for card in due if card.kind == kind] for kind in (PROBLEM, QUESTION, MISTAKE)
    )
    counts = ((len(problems), "problem"), (len(questions), "question"), (len(by_hand), "mistake"))
    said = ", ".join(f"{count} {name}{'s' * (count > 1)}" for count, name in counts if count)
    console.print(f"[bold]Due on {clock.said(day)}:[/] {said}")
    if problems:
        _problems(review.lay_out(day, problems), console)
    asking = console.is_terminal if ask is None else ask
    if questions and not _questions(questions, asking, console):
        return
    if by_hand:
        _mistakes(by_hand, asking, console)
    if (questions or by_hand) and not asking:
        console.print("To answer them: make review in a terminal.")


def _nothing(cards: Sequence[Card]) -> str:
    if not cards:
        return "Nothing to review: nothing was missed so far."
    first = cards[0].day
    count = sum(card.day == first for card in cards)
    return f"Nothing is due today. The next review is on {clock.said(first)}: {count} to repeat."


def _problems(laid: review.Review, console: Console) -> None:
    if laid.items:
        table = Table(caption=f"{laid.minutes} minutes", caption_justify="right")
        table.add_column("problem", overflow="fold")
        table.add_column("last missed", no_wrap=True)
        table.add_column("times", justify="right", no_wrap=True)
        table.add_column("minutes", justify="right", no_wrap=True)
        for item in laid.items:
            missed = clock.short(item.card.missed.astimezone().date())
            table.add_row(escape(item.card.id), missed, str(item.card.misses), str(item.problem.minutes))
        console.print(table)
    path = laid.path.relative_to(book())
    if laid.kept:
        console.print(
            f"Your review of this day stays as it is: {path}. Submit it with: make submit ONLY=review. "
            "For another one on this day, rename it and run make review again.",
            markup=False,
            soft_wrap=True,
        )
    elif laid.items:
        console.print(
            f"Your review: {path}. When solved: make submit ONLY=review", markup=False, soft_wrap=True
        )
        if laid.later:
            names = ", ".join(item.card.id for item in laid.later)
            console.print(f"Left for the next review: {names}", markup=False, soft_wrap=True)
    for name, ids in laid.waiting.items():
        console.print(
            f"Not answered yet in work/review/{name}.ipynb: {', '.join(ids)}. "
            f"Solve them there, then: make submit ONLY={name}. "
            "To have them laid out anew, remove that notebook.",
            markup=False,
            soft_wrap=True,
        )
    told([f"{id} is no longer in the book: skipped." for id in laid.gone], console)


def _questions(due: Sequence[Card], asking: bool, console: Console) -> bool:
    """Ask or list the questions; whether to go on."""
    found, later, gone = review.questions(due)
    told([f"{id} is no longer in the book: skipped." for id in gone], console)
    if later:
        console.print(f"{later} more questions are left for the next review.")
    if asking and found:
        return answers.asked(Round(tuple(found)), console)[1]
    for question in found:
        console.print(f"  {question.id}  [dim]{escape(question.domain)}[/]", soft_wrap=True)
    return True


def _mistakes(due: Sequence[Card], asking: bool, console: Console) -> None:
    """Each mistake: what it was, then why, then whether the learner knew; an answer is kept at once."""
    by_id = {one.id: one for one in mistakes.JOURNAL.read()[0]}
    if not asking:
        for card in due:
            console.print(f"  {by_id[card.id].about}", markup=False, soft_wrap=True)
        return
    asked = 0
    try:
        for card in due:
            one = by_id[card.id]
            console.rule(f"Mistake {asked + 1} of {len(due)}", align="left", style="dim")
            console.print(one.about, markup=False)
            console.input("Why, and what next time? Say it aloud, then press Enter. ")
            console.print(
                "\n".join([f"Cause: {one.cause}", *([f"Next time: {one.next}"] * bool(one.next))]),
                markup=False,
            )
            knew = ""
            while knew not in ("y", "n"):
                knew = console.input("Did you know it? (y/n) ").strip().lower()[:1]
            mistakes.RECALLED.append([mistakes.Recalled(clock.now(), one.id, knew == "y")])
            asked += 1
    except (KeyboardInterrupt, EOFError):
        console.print(f"\nStopped after {asked} of {len(due)} mistakes; these are kept.", style="yellow")
