"""The review of a day: the missed problems, blank again, in one notebook; and the questions that are due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from seniorde import grading
from seniorde.grading import GradingError
from seniorde.grading.course import released, review_desk, reviews, told
from seniorde.grading.journal import locked, replace
from seniorde.problems import Exercise, ProblemError, load
from seniorde.questions import Question, exams
from seniorde.questions import load as banks
from seniorde.study import clock
from seniorde.study.cards import MISTAKE, PROBLEM, QUESTION, Card, cards, damaged, on
from seniorde.study.mistakes import entry_answered

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = [
    "MISTAKE", "PROBLEM", "QUESTION", "Card", "Item", "Review",
    "cards", "damaged", "lay_out", "on", "questions",
]  # fmt: skip

PROBLEMS, MINUTES, QUESTIONS = 8, 90, 20  # the most that one review asks for


@dataclass(frozen=True)
class Item:
    """A missed problem, the notebook of exercises that holds it, and its cells there."""

    card: Card
    problem: Exercise
    source: Path
    cells: "list[NotebookNode]"


@dataclass
class Review:
    """What became of the due problems: in the notebook at `path`, left for `later`, `gone` from the book.

    `waiting`: in a notebook of an earlier day, by its name, and not answered there yet.
    `kept`: a notebook of this day was there before and stays as it is.
    """

    path: Path
    kept: bool
    items: list[Item] = field(default_factory=list)
    later: list[Item] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    waiting: dict[str, list[str]] = field(default_factory=dict)

    @property
    def minutes(self) -> int:
        """The minutes of what is in the notebook."""
        return sum(item.problem.minutes for item in self.items)


def lay_out(day: date, due: Sequence[Card]) -> Review:
    """Write work/review/review-DAY.ipynb with the first of the due problems; never over a file.

    At least one, at most PROBLEMS, and no more than MINUTES together; none that waits in an earlier notebook.
    A copy of what is handed out lies in the data folder: by that the review is graded.
    """
    path = review_desk() / f"review-{day}.ipynb"
    review = Review(path, kept=path.exists())
    setups, places = _book()
    waiting = _waiting(day)
    for card in due:
        if card.id in waiting:
            review.waiting.setdefault(waiting[card.id], []).append(card.id)
            continue
        try:
            item = Item(card, load(card.id), *places[card.id])
        except (KeyError, ProblemError):
            review.gone.append(card.id)
            continue
        fits = len(review.items) < PROBLEMS and review.minutes + item.problem.minutes <= MINUTES
        if not review.later and (fits or not review.items):
            review.items.append(item)
        else:
            review.later.append(item)
    if review.items and not review.kept:
        review.kept = not _written(path, _text(day, review.items, setups))
    if review.kept:
        review.later, review.items = [*review.items, *review.later], []
    return review


def _waiting(day: date) -> dict[str, str]:
    """The problems of the reviews before a day that no review since has an answer of, and the notebook."""
    from seniorde.grading.arrange import is_check, problem_id
    from seniorde.notebooks import files

    answered = dict[str, str]()  # the last review that has an answer
    for entry in grading.entries()[0]:
        if entry.notebook.startswith("review-") and entry_answered(entry):
            answered[entry.problem] = max(entry.notebook, answered.get(entry.problem, ""))
    found = dict[str, str]()
    for path in sorted(review_desk().glob("review-????-??-??.ipynb")):
        if path.stem < f"review-{day}":
            try:
                checks = [problem_id(cell) for cell in files.read(path).cells if is_check(cell)]
            except files.NotebookError:
                continue
            found |= {id: path.stem for id in checks if answered.get(id, "") < path.stem}
    return found


def questions(due: Sequence[Card]) -> tuple[list[Question], int, list[str]]:
    """The first of the due questions, the number left for later, and the ids that are gone from the book."""
    every = {one.id: one for exam in exams() for bank in banks(exam) for one in bank.questions}
    found = [every[card.id] for card in due if card.id in every]
    gone = [card.id for card in due if card.id not in every]
    return found[:QUESTIONS], len(found[QUESTIONS:]), gone


def _book() -> "tuple[dict[Path, list[NotebookNode]], dict[str, tuple[Path, list[NotebookNode]]]]":
    """The cells that set up each notebook of exercises, and the notebook and the cells of each problem."""
    from seniorde.grading.arrange import is_check, problem_id
    from seniorde.notebooks import files

    setups: dict[Path, list[NotebookNode]] = {}
    places: dict[str, tuple[Path, list[NotebookNode]]] = {}
    for path in released():
        try:
            shared, *problems = _parts(files.read(path).cells)
        except files.NotebookError as error:
            raise GradingError(str(error)) from None
        setups[path] = [cell for cell in shared if cell.cell_type == "code"]
        for cells in problems:
            places |= {problem_id(cell): (path, cells) for cell in cells if is_check(cell)}
    return setups, places


def _parts(cells: "list[NotebookNode]") -> "list[list[NotebookNode]]":
    """The cells before the first statement, then those of each problem: a statement and what follows it."""
    parts: list[list[NotebookNode]] = [[]]
    for cell in cells:
        if cell.id.endswith("-statement"):
            parts.append([])
        parts[-1].append(cell)
    return parts


def _text(day: date, items: list[Item], setups: "dict[Path, list[NotebookNode]]") -> str:
    """The notebook; the set-up of a notebook of exercises stands before its problems: names may clash."""
    from nbformat.v4 import new_notebook

    from seniorde.grading.release import released_text

    sources = list(dict.fromkeys(item.source for item in items))
    items = sorted(items, key=lambda item: sources.index(item.source))
    cells = [_markdown("review-opening", _opening(day, items))]
    for source, group in groupby(items, key=lambda item: item.source):
        if setups[source]:
            said = (
                f"*For the problems of `{source.parent.name}/{source.stem}`: run this cell before them, "
                "and again when you come back to them.*"
            )
            cells += [_markdown(f"review-{source.stem}", said), *setups[source]]
        cells += [cell for item in group for cell in item.cells]
    return released_text(new_notebook(cells=cells))  # type: ignore[no-untyped-call]


def _opening(day: date, items: list[Item]) -> str:
    from seniorde.notebooks.assemble import anchor

    rows = [
        f"| [{problem.title}](#{anchor(problem)}) | {problem.week} | {clock.short(card.missed.astimezone())} "
        f"| {card.misses} | {problem.minutes} |"
        for card, problem in ((item.card, item.problem) for item in items)
    ]
    minutes = sum(item.problem.minutes for item in items)
    return "\n".join(
        [
            f"# Review of {clock.said(day)}",
            "",
            "You missed each of these. Solve it again from nothing, without your earlier answer.",
            "Then run `make submit ONLY=review`.",
            "What is right now comes back after a week, later after longer; what is wrong, after 48 hours.",
            "",
            "| Problem | Week | Last missed | Times | Minutes |",
            "| :-- | --: | :-- | --: | --: |",
            *rows,
            f"| Together | | | | {minutes} |",
        ]
    )


def _markdown(id: str, source: str) -> "NotebookNode":
    from nbformat.v4 import new_markdown_cell

    cell: NotebookNode = new_markdown_cell(source, id=id)  # type: ignore[no-untyped-call]
    return cell


def _written(path: Path, text: str) -> bool:
    """Write a review and its copy, each whole; False, and nothing touched, where the review is there."""
    copy = reviews() / path.name
    with told(f"write {path}"), locked():
        if path.exists():
            return False
        for target in (copy, path):
            target.parent.mkdir(parents=True, exist_ok=True)
            replace(target, text.encode())
    return True
