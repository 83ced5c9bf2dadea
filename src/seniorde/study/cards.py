"""What comes back, and when: replayed from the record, the answers and the mistakes; nothing else is kept."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

import fsrs
from fsrs import Rating, State

from seniorde import grading
from seniorde.grading import Entry
from seniorde.grading.course import home
from seniorde.grading.journal import Journal
from seniorde.study import answers, clock, mistakes

PROBLEM, QUESTION, MISTAKE = "problem", "question", "mistake"
_STEPS = (timedelta(hours=48), timedelta(days=7))
SCHEDULER = fsrs.Scheduler(learning_steps=_STEPS, relearning_steps=_STEPS, enable_fuzzing=False)


@dataclass(frozen=True)
class Card:
    """Something missed: how many days it was missed on, when last, and what FSRS remembers of it."""

    kind: str
    id: str
    misses: int
    missed: datetime
    memory: fsrs.Card

    @property
    def due(self) -> datetime:
        """When it is due, in UTC; `day` is what counts."""
        return self.memory.due

    @property
    def day(self) -> date:
        """The local day on which it is due: whole days after the last time, also where a clock is changed."""
        return _due_day(self.memory)

    @property
    def state(self) -> str:
        """Learning, Review or Relearning."""
        return self.memory.state.name

    @property
    def open(self) -> bool:
        """Whether it has not been right yet both after 48 hours and after one week."""
        return self.memory.state != State.Review


@dataclass(frozen=True)
class Event:
    """Something answered; `by_hand`: a mistake that the learner wrote down."""

    kind: str
    id: str
    time: datetime
    right: bool
    by_hand: bool = False


def cards(now: datetime | None = None) -> list[Card]:
    """All that was missed until `now` (none: ever), what is due first at the top."""
    by_card: dict[tuple[str, str], list[Event]] = {}
    for event in sorted(_events(), key=lambda event: event.time):
        if now is None or event.time <= now:
            by_card.setdefault((event.kind, event.id), []).append(event)
    found = (_replayed(*card, events) for card, events in by_card.items())
    return sorted((card for card in found if card), key=lambda card: (card.day, -card.misses, card.id))


def on(day: date) -> list[Card]:
    """The cards as they are at the end of a local day."""
    return cards(datetime.combine(day + timedelta(days=1), datetime.min.time()).astimezone())


def answered(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The problems of notebooks that were answered, oldest first; an answer submitted again is none.

    That is one right again in the same notebook, or as wrong as before with the same text;
    where a text is not kept, verdict and points tell.
    """
    last = dict[tuple[str, str], Entry]()
    for entry in sorted(entries, key=lambda entry: clock.moment(entry.time)):
        if "/" in entry.problem or not mistakes.entry_answered(entry):
            continue
        place = entry.notebook, entry.problem
        if not (place in last and _again(last[place], entry)):
            yield entry
        last[place] = entry


def _again(before: Entry, now: Entry) -> bool:
    if (before.verdict, before.points) != (now.verdict, now.points):
        return False
    texts = _text(before), _text(now)
    return now.verdict == "right" or None in texts or texts[0] == texts[1]


def _text(entry: Entry) -> str | None:
    """The answer as it was submitted, None where it is not kept."""
    folder = "review" if entry.notebook.startswith("review-") else f"week-{entry.week:02}"
    path = home() / "attempts" / folder / entry.attempt / "submitted" / f"{entry.notebook}.ipynb"
    return _sources(path).get(f"{entry.problem}-solution")


@cache
def _sources(path: Path) -> dict[str, str]:
    """The cells of a notebook of an attempt, which never changes, by their ids."""
    try:
        return {cell["id"]: "".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def damaged() -> list[str]:
    """A sentence for each file of which lines had to be set aside just now."""
    journals: Iterable[tuple[str, int]] = (
        ("record", grading.entries()[1]),
        *((journal.name, journal.read()[1]) for journal in _JOURNALS),
    )
    return [
        f"{lines} damaged line(s) of {name}.jsonl were set aside in {name}.damaged.jsonl."
        for name, lines in journals
        if lines
    ]


_JOURNALS: tuple[Journal, ...] = (answers.JOURNAL, mistakes.JOURNAL, mistakes.RECALLED)


def _events() -> Iterator[Event]:
    for entry in answered(grading.entries()[0]):
        yield Event(PROBLEM, entry.problem, clock.moment(entry.time), entry.verdict == "right")
    for answer in answers.JOURNAL.read()[0]:
        yield Event(QUESTION, answer.question, clock.moment(answer.time), answer.right)
    by_hand = mistakes.JOURNAL.read()[0]
    for mistake in by_hand:
        kind, id = (PROBLEM, mistake.problem) if mistake.problem else (MISTAKE, mistake.id)
        yield Event(kind, id, clock.moment(mistake.time), False, by_hand=True)
    known = {mistake.id for mistake in by_hand}
    for recalled in mistakes.RECALLED.read()[0]:
        if recalled.mistake in known:
            yield Event(MISTAKE, recalled.mistake, clock.moment(recalled.time), recalled.knew)


def _replayed(kind: str, id: str, events: list[Event]) -> Card | None:
    """The card that these events make, None where nothing was missed.

    A miss makes the card, or sets it back to 48 hours; of several on one day the last counts.
    A right answer on the day it is due or later moves the card on; before that it is practice.
    A mistake written down to a card changes nothing.
    """
    memory, before = None, fsrs.Card(card_id=0)
    misses, missed = 0, datetime.min.replace(tzinfo=UTC)
    for event in events:
        if event.by_hand and memory:
            continue
        if event.right:
            if memory and _local(event.time) >= _due_day(memory):
                memory = _reviewed(memory, Rating.Good, event.time)
            continue
        if memory is None or _local(event.time) != _local(missed):
            before, misses = memory or before, misses + 1
        memory, missed = _reviewed(before, Rating.Again, event.time), event.time
    return Card(kind, id, misses, missed, memory) if memory else None


def _reviewed(memory: fsrs.Card, rating: Rating, time: datetime) -> fsrs.Card:
    return SCHEDULER.review_card(memory, rating, time)[0]


def _due_day(memory: fsrs.Card) -> date:
    assert memory.last_review is not None
    return _local(memory.last_review) + (memory.due - memory.last_review)


def _local(time: datetime) -> date:
    return time.astimezone().date()
