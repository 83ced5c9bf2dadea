"""A round of questions: drawn by weight, answered by letters, scored by domain and objective."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from seniorde.questions import pages
from seniorde.questions.bank import LETTERS, Bank, Question, QuestionError
from seniorde.questions.finder import find, load


@dataclass(frozen=True)
class Answer:
    """What was chosen at one question: letters, "" when it was left open."""

    question: Question
    chosen: str

    @property
    def right(self) -> bool:
        """Whether exactly the right options were chosen."""
        return self.chosen == self.question.answer

    @property
    def verdict(self) -> str:
        """One sentence: "Not right: you chose A, the answer is C."."""
        if self.right:
            return f"Right: {_named(self.chosen)}."
        said = f"you chose {_named(self.chosen)}" if self.chosen else "you chose nothing"
        return f"Not right: {said}, the answer is {_named(self.question.answer)}."

    def record(self) -> dict[str, str | bool]:
        """The answer as plain values, to be stored."""
        facts = {key: getattr(self.question, key) for key in ("id", "exam", "domain", "objective")}
        return {**facts, "chosen": self.chosen, "right": self.right}

    def __repr__(self) -> str:
        return f"{self.question.id}: {self.verdict}"

    def _repr_html_(self) -> str:
        return pages.graded(self.question, self.verdict, self.right)


@dataclass(frozen=True)
class Result:
    """The answers of a round."""

    answers: tuple[Answer, ...]

    @property
    def right(self) -> int:
        """How many are right."""
        return sum(answer.right for answer in self.answers)

    @property
    def missed(self) -> tuple[Question, ...]:
        """The questions that were not answered right."""
        return tuple(answer.question for answer in self.answers if not answer.right)

    def by_domain(self) -> dict[str, tuple[int, int]]:
        """How many are right, and of how many, for each domain."""
        return self._tally("domain")

    def by_objective(self) -> dict[str, tuple[int, int]]:
        """The same for each objective."""
        return self._tally("objective")

    def records(self) -> list[dict[str, str | bool]]:
        """The answers as plain values: id, exam, domain, objective, chosen, right."""
        return [answer.record() for answer in self.answers]

    def rows(self) -> list[tuple[str, bool, int, int]]:
        """The score as a table: name, whether it is a domain, right, of how many; objectives below it."""
        table = []
        for domain, (right, total) in sorted(self.by_domain().items()):
            below = Result(tuple(a for a in self.answers if a.question.domain == domain)).by_objective()
            table += [(domain, True, right, total)]
            table += [(objective, False, *counts) for objective, counts in sorted(below.items())]
        return table

    def _tally(self, key: str) -> dict[str, tuple[int, int]]:
        counts: dict[str, tuple[int, int]] = {}
        for answer in self.answers:
            name = getattr(answer.question, key)
            right, total = counts.get(name, (0, 0))
            counts[name] = right + answer.right, total + 1
        return counts

    def __repr__(self) -> str:
        share = f" ({self.right / len(self.answers):.0%})" if self.answers else ""
        return f"{self.right} of {len(self.answers)} right{share}"

    def _repr_html_(self) -> str:
        return pages.score(repr(self), self.rows())


@dataclass(frozen=True)
class Round:
    """Questions to answer; in a notebook it shows them, the answers folded."""

    questions: tuple[Question, ...]

    def grade(self, *answers: str) -> Result:
        """Grade one answer a question, in their order: "B", "AC", "" for none.

        Raise QuestionError when their number is another, or one cannot be read.
        """
        if len(answers) != len(self.questions):
            raise QuestionError(
                f"The round has {len(self.questions)} questions and you gave {len(answers)} answers: "
                'give one a question, "" where you have none.'
            )
        return Result(tuple(map(grade, self.questions, answers)))

    def __repr__(self) -> str:
        return "\n".join(one.id for one in self.questions)

    def _repr_html_(self) -> str:
        return "".join(pages.sheet(one, number) for number, one in enumerate(self.questions, 1))


@dataclass(frozen=True)
class Shown:
    """One question in a notebook, the answer folded."""

    question: Question

    def __repr__(self) -> str:
        options = (f"{letter}  {option.text.strip()}" for letter, option in self.question.lettered)
        return "\n".join([self.question.text, "", self.question.choose, *options])

    def _repr_html_(self) -> str:
        return pages.sheet(self.question)


def quiz(exam: str, domain: str | None = None, count: int | None = None, seed: int | None = 0) -> Round:
    """A round of an exam or of one of its domains: all in order, or `count` drawn by `seed`."""
    banks = load(exam, [domain] if domain else [])
    if count is None:
        return Round(tuple(question for bank in banks for question in bank.questions))
    return Round(draw(banks, count, seed))


def question(id: str) -> Shown:
    """Show one question. Raise QuestionError when there is none of this id."""
    return Shown(find(id))


def answer(id: str, chosen: str) -> Answer:
    """Grade an answer to a question, and explain every option."""
    return grade(find(id), chosen)


def draw(banks: Sequence[Bank], count: int, seed: int | None) -> tuple[Question, ...]:
    """At most `count` questions in random order, the domains in proportion to their weights.

    The shares are those of Sainte-Laguë's method: the i-th question of a domain has the rank
    (i + 1/2) / weight, and the smallest ranks are drawn.
    """
    if count < 1:
        raise QuestionError(f"{count} questions cannot be drawn: ask for one or more.")
    random = Random(seed)
    ranked = [
        ((rank + 0.5) / bank.weight, question)
        for bank in banks
        for rank, question in enumerate(random.sample(bank.questions, len(bank.questions)))
    ]
    ranked.sort(key=lambda pair: pair[0])
    drawn = [question for _, question in ranked[:count]]
    random.shuffle(drawn)
    return tuple(drawn)


def grade(question: Question, chosen: str) -> Answer:
    """Grade letters or numbers in any order and spelling: "b", "A, C", "13"; "" is no answer.

    Raise QuestionError when an option is not there, or more or fewer are chosen than are right.
    """
    marks = re.sub(r"[\s,;.]|\band\b", "", chosen.lower()).upper()
    letters = {LETTERS[int(mark) - 1] if mark in "123456" else mark for mark in marks}
    there = LETTERS[: len(question.options)]
    if letters and (letters - set(there) or len(letters) != len(question.answer)):
        example = there[1] if len(question.answer) == 1 else there[: len(question.answer)]
        raise QuestionError(
            f"{chosen.strip()!r} is not an answer here. {question.choose} "
            f"The options are {there[0]} to {there[-1]}: write {example}, for example."
        )
    return Answer(question, "".join(sorted(letters)))


def _named(letters: str) -> str:
    return " and ".join(filter(None, (", ".join(letters[:-1]), letters[-1:])))
