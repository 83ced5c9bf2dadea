"""The shape of a question, and of the bank that holds those of one domain of an exam."""

from collections.abc import Callable
from dataclasses import dataclass, replace

LETTERS = "ABCDEF"
NUMBERS = ("no", "one", "two", "three", "four", "five", "six")
MINUTES = 2.0  # a question: 65 in 130 minutes (SAA-C03, DEA-C01), 45 in 90 (Databricks)


class QuestionError(RuntimeError):
    """There is no such bank or question, a bank breaks a rule, or an answer cannot be read."""


@dataclass(frozen=True)
class Option:
    """What can be chosen: `reason` says why it is right or wrong here, `when` where it would be right."""

    text: str
    reason: str
    right: bool = False
    when: str = ""

    @property
    def elsewhere(self) -> str:
        """`when` as a sentence of its own, "" for a right option."""
        return f"**Elsewhere:** {self.when}" if self.when else ""


@dataclass(frozen=True)
class Card:
    """A flashcard."""

    front: str
    back: str


@dataclass(frozen=True)
class Question:
    """One question; its texts are Markdown, `teaches` is a page of the book, perhaps with a #heading."""

    id: str
    exam: str
    domain: str
    objective: str
    difficulty: str
    teaches: str
    text: str
    options: tuple[Option, ...]
    card: Card | None = None

    @property
    def answer(self) -> str:
        """The letters of the right options: "B", "AD"."""
        return "".join(letter for letter, option in self.lettered if option.right)

    @property
    def lettered(self) -> list[tuple[str, Option]]:
        """The options with their letters."""
        return list(zip(LETTERS, self.options, strict=False))

    @property
    def choose(self) -> str:
        """How many to choose: "Choose one.", "Choose two."."""
        return f"Choose {NUMBERS[len(self.answer)]}."


@dataclass(frozen=True)
class Bank:
    """The questions of one domain of an exam; `weight` is the domain's percent of the scored content."""

    exam: str
    title: str
    guide: str
    domain: str
    weight: float
    questions: tuple[Question, ...]

    def only(self, keep: Callable[[Question], bool]) -> "Bank":
        """The bank with the questions that `keep` accepts."""
        return replace(self, questions=tuple(filter(keep, self.questions)))
