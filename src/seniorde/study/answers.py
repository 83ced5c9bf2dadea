"""The answers to certification questions: one line a question, kept as soon as it is answered."""

import secrets
from dataclasses import dataclass

from rich.console import Console

from seniorde.grading.journal import Journal
from seniorde.questions import Answer, Result, Round
from seniorde.questions.terminal import play
from seniorde.study import clock


@dataclass(frozen=True)
class Answered:
    """One question of one round, which has `of` questions; `exam` is named as for `make quiz`.

    `chosen` holds letters, "" when the question was skipped or the time was up.
    """

    time: str
    round: str
    exam: str
    domain: str
    objective: str
    question: str
    chosen: str
    right: bool
    timed: bool
    of: int


JOURNAL = Journal("answers", Answered, lambda answered: answered.of > 0)


def asked(round: Round, console: Console, timed: bool = False) -> tuple[Result, bool]:
    """Play a round in the terminal and keep each answer at once; what `play` returns."""
    id = f"{clock.now()}-{secrets.token_hex(3)}"

    def keep(answer: Answer) -> None:
        question = answer.question
        line = Answered(
            time=clock.now(),
            round=id,
            exam=question.exam.lower(),
            domain=question.domain,
            objective=question.objective,
            question=question.id,
            chosen=answer.chosen,
            right=answer.right,
            timed=timed,
            of=len(round.questions),
        )
        JOURNAL.append([line])

    return play(round, console, timed, keep=keep)
