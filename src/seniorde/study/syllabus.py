"""The nine weeks as typed data; `syllabus.yaml` beside this module holds them, in one place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml  # type: ignore[import-untyped]


@dataclass(frozen=True)
class Kind:
    """A kind of block; `whole`: it is held in one sitting, on whatever day it fits."""

    title: str
    whole: bool = False


@dataclass(frozen=True)
class Page:
    """A page to read before Week 1; `day` is the lead-in day, 1 to 4, where all four are there."""

    day: int
    minutes: int
    what: str
    page: str


@dataclass(frozen=True)
class Breaks:
    """Minutes between two sittings, and the longest sitting."""

    usual: int
    long: int
    long_after: tuple[str, ...]
    meal: int
    halves: int
    sitting: int


@dataclass(frozen=True)
class Exam:
    """An exam with the weeks to sit it in and those of its two full practice exams; `id` is its bank's.

    `questions`: how many a sitting has.
    """

    id: str
    name: str
    title: str
    questions: int
    weeks: tuple[int, ...]
    practice: tuple[int, ...]
    may_wait: bool = False


@dataclass(frozen=True)
class Targets:
    """What counts as enough, a week; `insights` a project, `practice_exams` an exam."""

    dsa: tuple[int, int]
    sql: tuple[int, int]
    designs: int
    mocks: int
    performance_fixes: int
    insights: int
    practice_exams: int


@dataclass(frozen=True)
class Week:
    """A study week; `days` are its days of the week, Monday is 0; `themes` and topics in their order.

    `milestone` is due on the last day, `first` on the first; `spine` is what remains of the
    project when time runs out. No `fundamentals`: the block is for catching up.
    """

    number: int
    title: str
    days: tuple[int, ...]
    themes: tuple[str, ...]
    dsa: tuple[str, ...]
    sql: tuple[str, ...]
    core: tuple[str, ...]
    fundamentals: tuple[str, ...]
    project: str
    spine: str
    milestone: str
    certification: tuple[str, ...]
    mock: str
    whiteboards: tuple[str, ...]
    drills: tuple[str, ...]
    first: str | None = None

    def about(self, block: str, number: int) -> str:
        """What a block is about on a day of this week; designs go drill, whiteboard, drill, whiteboard."""
        match block:
            case "dsa" | "sql" | "core" | "fundamentals" | "certification":
                return "; ".join(getattr(self, block))
            case "design":
                kinds = (("drill", self.drills), ("whiteboard", self.whiteboards))
                sessions = [f"{kind}: {titles[turn]}" for turn in (0, 1) for kind, titles in kinds]
                return dict(enumerate(sessions, 1)).get(number, "documentation")
            case "mock" | "project":
                return str(getattr(self, block))
            case "retrospective":
                return "three lines; a story for the bank"
            case _:
                return ""


Shape = Literal["weekday", "saturday", "sunday"]


@dataclass(frozen=True)
class Syllabus:
    """All of it: `blocks` by name in the order of a day, `shapes` as minutes by block, `weeks` by number."""

    start: date
    blocks: Mapping[str, Kind]
    shapes: Mapping[Shape, Mapping[str, int]]
    breaks: Breaks
    lead_in: tuple[Page, ...]
    weeks: Mapping[int, Week]
    exams: Mapping[str, Exam]
    targets: Targets


def shape(weekday: int) -> Shape:
    """The shape of a day of the week; Monday is 0."""
    return "saturday" if weekday == 5 else "sunday" if weekday == 6 else "weekday"


@cache
def load() -> Syllabus:
    """The syllabus; read once, not to be changed."""
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("syllabus.yaml").read_text("utf-8"))
    weeks = [_week(values, found["themes"]) for values in found["weeks"]]
    return Syllabus(
        start=found["start"],
        blocks={name: Kind(**values) for name, values in found["blocks"].items()},
        shapes=found["shapes"],
        breaks=Breaks(**_frozen(found["breaks"])),
        lead_in=tuple(Page(**values) for values in found["lead_in"]),
        weeks={week.number: week for week in weeks},
        exams={id: Exam(id, **_frozen(values)) for id, values in found["exams"].items()},
        targets=Targets(**_frozen(found["targets"])),
    )


def _week(values: dict[str, Any], themes: list[str]) -> Week:
    own = values.pop("themes", {})
    return Week(**_frozen(values), themes=tuple(own.get(day, themes[day]) for day in values["days"]))


def _frozen(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
