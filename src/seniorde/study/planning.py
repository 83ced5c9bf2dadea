"""The learner's choices put into the plan, kept only where every day can be held."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from seniorde.grading import GradingError
from seniorde.grading.course import told
from seniorde.grading.journal import locked
from seniorde.study import plan as file
from seniorde.study.calendar import Plan, lay
from seniorde.study.sittings import sittings


@dataclass(frozen=True)
class Changed:
    """The plan now, and missed days that it does not have any more."""

    plan: Plan
    forgotten: tuple[date, ...] = ()


def change(missed: Iterable[date] = (), unmissed: Iterable[date] = (), **chosen: Any) -> Changed:
    """Put what was chosen, fields of Plan that are not None, and missed days into the plan.

    Raises GradingError without a start, for days outside the plan, and for a day beyond midnight.
    """
    chosen = {name: value for name, value in chosen.items() if value is not None}
    with told("write the plan"), locked():
        before = file.read()
        if before is None and "start" not in chosen:
            raise GradingError(NONE)
        if chosen.get("rest") == "none":
            chosen["rest"] = None
        plan = replace(before, **chosen) if before else Plan(**chosen)
        kept = set(plan.missed)
        plan = replace(plan, missed=())
        dates = {day.date for day in lay(plan).days}
        for day in (*missed, *unmissed):
            if day not in dates:
                first, last = min(dates), max(dates)
                raise GradingError(f"{day} is no day of your plan, which runs from {first} to {last}.")
        if wrong := set(unmissed) - kept:
            raise GradingError(f"{min(wrong)} does not count as missed.")
        now = (kept & dates | set(missed)) - set(unmissed)
        plan = replace(plan, missed=tuple(sorted(now)))
        _fits(plan)
        return Changed(file.store(plan, before), tuple(sorted(kept - dates)))


def existing() -> Plan:
    """The plan that there is. Raises GradingError where there is none."""
    if plan := file.load():
        return plan
    raise GradingError(NONE)


NONE = "There is no plan yet. Say when you begin: make plan START=2026-11-30"


def _fits(plan: Plan) -> None:
    """Raise GradingError where a day would end after midnight."""
    for day in lay(plan).days:
        if (held := sittings(plan, day)) and held[-1].end.date() > day.date:
            begin = f"{plan.begin:%H:%M}"
            raise GradingError(f"A day that begins at {begin} would end after midnight: begin earlier.")


def clock(text: str) -> time:
    """A time as the learner writes it, "07:30". Raises GradingError for anything else."""
    try:
        hour, minute = text.strip().split(":")
        return time(int(hour), int(minute))
    except ValueError:
        raise GradingError(f"{text!r} is no time of the day. Write hours and minutes: 07:30.") from None
