"""What the learner chose, in `plan.json`; the whole calendar follows from it."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import date, time
from itertools import chain, count
from pathlib import Path
from typing import Any

from seniorde.grading import GradingError
from seniorde.grading.course import home, told
from seniorde.grading.journal import locked
from seniorde.grading.journal import replace as write
from seniorde.study import clock

PACES = (8, 4, 2)
_REVISIONS = 2**31  # a calendar program counts no further
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Plan:
    """`pace`: hours a day; `rest`: the free half-day, such as "sun-pm"; `halves`: a long break after 4 hours.

    `changes`: days on which another pace was chosen, in order; each holds from the next study week on.
    `missed`: lost days, in order; `begin`: when a day begins.
    `revision` counts the changes and `saved` is the last one's time (UTC): they tell calendar
    programs which of two files is newer.
    """

    start: date
    pace: int = 8
    changes: tuple[tuple[date, int], ...] = ()
    rest: str | None = None
    halves: bool = False
    missed: tuple[date, ...] = ()
    begin: time = time(8)
    revision: int = 0
    saved: str = ""

    def __post_init__(self) -> None:
        """Raise GradingError, one sentence, for what cannot be a plan."""
        if not 2000 <= self.start.year < 2100:
            raise GradingError(f"A plan cannot start on {self.start}: choose a day of this century.")
        paces = (self.pace, *(pace for _, pace in self.changes))
        for pace in paces:
            if pace not in PACES:
                raise GradingError(f"The pace is 8, 4 or 2 hours a day, not {pace}.")
        if self.rest is not None and self.resting is None:
            raise GradingError(
                f"{self.rest!r} is no half-day. Write a weekday and a half, sun-pm or wed-am, or none."
            )
        if self.halves and 8 not in paces:
            raise GradingError(
                "Two halves of four hours need the pace of 8 hours a day. "
                "For another pace: make plan PACE=4 HALVES=0"
            )

    @property
    def resting(self) -> tuple[int, bool] | None:
        """The day of the week of the rest, Monday is 0, and whether it is the morning."""
        halves = {
            f"{day}-{half}": (i, half == "am") for i, day in enumerate(WEEKDAYS) for half in ("am", "pm")
        }
        return halves.get(self.rest or "")

    def pace_on(self, day: date) -> int:
        """The hours a day of a study week that begins on `day`."""
        return next((pace for since, pace in reversed(self.changes) if since <= day), self.pace)

    def paced(self, pace: int, since: date) -> dict[str, Any]:
        """`pace` and `changes` once a pace is chosen on the day `since`; before the start, throughout."""
        if since <= self.start:
            return {"pace": pace, "changes": ()}
        earlier = tuple(change for change in self.changes if change[0] < since)
        same = pace == (earlier[-1][1] if earlier else self.pace)
        return {"pace": self.pace, "changes": earlier if same else (*earlier, (since, pace))}


def load() -> Plan | None:
    """The plan that there is. Raises GradingError, and puts the file aside, where it cannot be read."""
    with told("read the plan"), locked(reading=True):
        return read()


def save(plan: Plan) -> Plan:
    """Put the plan in the place of the one before; what changed counts as a new revision, and is returned."""
    with told("write the plan"), locked():
        before = read()
        plan = revised(plan, before)
        if plan != before:
            keep(plan)
        return plan


def read() -> Plan | None:
    """`load` for whoever holds the lock."""
    path = _path()
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_bytes())
        for name, kind in (("pace", int), ("halves", bool), ("revision", int)):
            if type(values[name]) is not kind:
                raise TypeError(name)
        begin = time.fromisoformat(values["begin"])
        if begin.tzinfo or not 0 <= values["revision"] < _REVISIONS:
            raise ValueError(values)
        return Plan(
            start=date.fromisoformat(values["start"]),
            pace=values["pace"],
            changes=tuple(map(_change, values.get("changes", []))),
            rest=values["rest"],
            halves=values["halves"],
            missed=tuple(date.fromisoformat(day) for day in values["missed"]),
            begin=begin,
            revision=values["revision"],
            saved=clock.moment(values["saved"]).isoformat(),
        )
    except (ValueError, TypeError, KeyError, RecursionError, GradingError):
        aside = _free(path.with_suffix(".damaged.json"))
        path.replace(aside)
        raise GradingError(
            f"Your plan could not be read and was set aside as {aside}. "
            "Make a new one: make plan START=2026-11-30"
        ) from None


def _change(stored: list[Any]) -> tuple[date, int]:
    day, pace = stored
    if type(pace) is not int:
        raise TypeError(pace)
    return date.fromisoformat(day), pace


def revised(plan: Plan, before: Plan | None) -> Plan:
    """The plan as it is stored after `before`: a new revision where something changed."""
    if before and replace(plan, revision=before.revision, saved=before.saved) == before:
        return before
    return replace(plan, revision=before.revision + 1 if before else plan.revision, saved=clock.now())


def keep(plan: Plan) -> None:
    """Write the plan as it is, for whoever holds the lock; what a later edition keeps in the file stays."""
    others = json.loads(_path().read_bytes()) if _path().exists() else {}
    write(_path(), (json.dumps(others | asdict(plan), indent=1, default=_text) + "\n").encode())


def _path() -> Path:
    return home() / "plan.json"


def _free(path: Path) -> Path:
    """The path, or the first that is free of those with -2, -3 … in their name."""
    numbered = (path.with_stem(f"{path.stem}-{number}") for number in count(2))
    return next(one for one in chain([path], numbered) if not one.exists())


def _text(value: date | time) -> str:
    return value.isoformat("minutes") if isinstance(value, time) else value.isoformat()
