"""The learner's choices put into the plan, kept only where every day can be held."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any

from seniorde.grading import GradingError
from seniorde.grading.course import told
from seniorde.grading.journal import locked
from seniorde.study import clock as now
from seniorde.study import ical
from seniorde.study import plan as file
from seniorde.study.calendar import Plan, lay
from seniorde.study.sittings import sittings


@dataclass(frozen=True)
class Changed:
    """The plan now, its calendar file, and missed days that it does not have any more."""

    plan: Plan
    path: Path
    forgotten: tuple[date, ...] = ()


def change(missed: Iterable[date] = (), unmissed: Iterable[date] = (), **chosen: Any) -> Changed:
    """Put what was chosen, fields of Plan that are not None, and missed days into the plan and its calendar.

    Both are written, or the plan stays as it was.
    Raises GradingError without a start, for days outside the plan, and for a day beyond midnight.
    """
    chosen = {name: value for name, value in chosen.items() if value is not None}
    with told("write the plan"), locked():
        before = file.read()
        if before is None and "start" not in chosen:
            raise GradingError(NONE)
        if "rest" in chosen:
            rest = chosen["rest"].strip().lower()
            chosen["rest"] = None if rest == "none" else rest
        if before:
            held = before.pace_on(now.today())
            pace = chosen.pop("pace", held)
            if "start" in chosen:  # laid anew
                chosen |= {"pace": pace, "changes": ()}
            elif pace != held:
                chosen |= before.paced(pace, since=now.today())
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
        lost = (kept & dates | set(missed)) - set(unmissed)
        plan = file.revised(replace(plan, missed=tuple(sorted(lost))), before)
        _fits(plan)
        return Changed(plan, _written(plan, before), tuple(sorted(kept - dates)))


def _written(plan: Plan, before: Plan | None) -> Path:
    """Write the calendar file, then the plan; without the plan, the calendar is again that of `before`."""
    path = ical.export(plan)
    try:
        file.keep(plan)
    except BaseException:
        if before:
            ical.export(before)
        else:
            path.unlink()
        raise
    return path


def renew() -> Path | None:
    """Write the calendar file of a plan that came back from a backup, newer than the one that is there.

    None, and nothing is written, where no plan came back.
    """
    with told("write the plan"), locked():
        if (plan := file.read()) is None:
            return None
        revision = max(plan.revision, ical.revision()) + 1
        return _written(replace(plan, revision=revision, saved=now.now()), plan)


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
