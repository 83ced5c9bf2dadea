"""The mistakes log: what the learner writes down, and the checks that failed, read from the record."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from seniorde import grading
from seniorde.grading import Entry, GradingError
from seniorde.grading.journal import Journal
from seniorde.problems import ProblemError, load
from seniorde.study import clock

MISSES = frozenset({"wrong", "partly", "error", "timeout", "memory", "killed"})


@dataclass(frozen=True)
class Mistake:
    """What went wrong, why, and what to do `next` time; `problem` is the id of a problem of the book."""

    id: str
    time: str
    about: str
    cause: str
    problem: str | None = None
    next: str = ""


@dataclass(frozen=True)
class Recalled:
    """Whether the learner knew, when asked, what there is to know about the mistake of this id."""

    time: str
    mistake: str
    knew: bool


JOURNAL = Journal("mistakes", Mistake)
RECALLED = Journal("recalled", Recalled)


def add(about: str, cause: str, next: str = "", problem: str | None = None) -> Mistake:
    """Write a mistake down. Raises GradingError when what or why is not said, and for an unknown problem."""
    about, cause, next = (" ".join(text.split()) for text in (about, cause, next))
    if not about or not cause:
        raise GradingError('Say what happened and why: make mistake ABOUT="…" CAUSE="…"')
    if problem:
        try:
            load(problem)
        except ProblemError as error:
            raise GradingError(str(error)) from None
    time = clock.now()
    mistake = Mistake(f"{time}-{secrets.token_hex(3)}", time, about, cause, problem or None, next)
    JOURNAL.append([mistake])
    return mistake


def all() -> tuple[list[Mistake], int]:
    """Failed checks and mistakes by hand, oldest first, and the number of damaged lines set aside."""
    entries, of_record = grading.entries()
    by_hand, of_mistakes = JOURNAL.read()
    return sorted([*failed(entries), *by_hand], key=lambda one: one.time), of_record + of_mistakes


def failed(entries: Iterable[Entry]) -> list[Mistake]:
    """The failed checks as mistakes: one a problem and local day, the last."""
    last = {
        f"{entry.problem} {clock.local_day(entry.time)}": entry for entry in entries if entry_missed(entry)
    }
    return [
        Mistake(
            id,
            entry.time,
            f"check: {entry.verdict}, {entry.points:g} of {entry.max_points:g}",
            "",
            entry.problem,
        )
        for id, entry in last.items()
    ]


def entry_answered(entry: Entry) -> bool:
    """Whether a submitted problem was answered, right or not."""
    return entry.verdict == "right" or entry_missed(entry)


def entry_missed(entry: Entry) -> bool:
    """Whether a problem was missed: one not answered yet was not, and a project's test is no problem."""
    return entry.verdict in MISSES and "/" not in entry.problem
