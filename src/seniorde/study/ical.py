"""The calendar as an iCalendar file (RFC 5545), which calendar programs open."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import icalendar

from seniorde.grading.course import book, told
from seniorde.grading.journal import replace
from seniorde.study import syllabus
from seniorde.study.calendar import Calendar, Day, Plan, lay
from seniorde.study.pages import content
from seniorde.study.sittings import Sitting, sittings


def export(plan: Plan) -> Path:
    """Write work/calendar.ics and return its path."""
    path = _path()
    with told(f"write {path}"):
        path.parent.mkdir(exist_ok=True)
        replace(path, render(plan))
        path.chmod(0o644)
    return path


def revision() -> int:
    """The revision of the file that is there; 0 without one."""
    path = _path()
    with told(f"read {path}"):
        found = re.findall(rb"^SEQUENCE:(\d+)", path.read_bytes(), flags=re.M) if path.exists() else []
    return max(map(int, found), default=0)


def _path() -> Path:
    return book() / "work" / "calendar.ics"


def render(plan: Plan) -> bytes:
    """The file's content: sittings, milestones and exam windows; the same bytes for the same plan.

    Times are floating, without a zone: nine o'clock is nine o'clock on the learner's wall, on both
    sides of a change to daylight saving time and wherever the learner travels.
    An event's UID names what is studied and not when, so a file imported again moves events
    instead of doubling them; the plan's revision says which file is newer.
    """
    calendar, laid = icalendar.Calendar(), lay(plan)
    calendar.add("prodid", "-//seniorde//Senior Data Engineering in Nine Weeks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Senior Data Engineering")
    saved = datetime.fromisoformat(plan.saved) if plan.saved else datetime.combine(plan.start, time(), UTC)
    for event in _events(plan, laid):
        event.add("dtstamp", saved)
        event.add("sequence", plan.revision)
        calendar.add_component(event)
    return calendar.to_ical()


def _events(plan: Plan, laid: Calendar) -> Iterator[icalendar.Event]:
    for day in laid.days:
        yield from _day(plan, laid, day)
        if day.milestone:
            name = "start" if day.date != _last(laid, day.week) else "project"
            yield _all_day(f"w{day.week}-{name}", day.milestone, day.date, day.date)
    for window in laid.windows:
        title = f"{window.exam.name} exam window"
        yield _all_day(f"exam-{window.exam.id}", title, window.first, window.last, window.exam.title)


def _last(laid: Calendar, week: int) -> date:
    return max(day.date for day in laid.days if day.week == week)


def _day(plan: Plan, laid: Calendar, day: Day) -> Iterator[icalendar.Event]:
    held, seen = sittings(plan, day), Counter[str]()
    place = f"w{day.week}-d{day.number}-p{day.part}" if day.number else f"w{day.week}-{day.date:%Y%m%d}"
    for sitting in held:
        name = sitting.block.name
        seen[name] += 1
        title = syllabus.load().blocks[name].title
        if sitting.block.since:
            title += f" (from {sitting.block.since:%a} {sitting.block.since.day} {sitting.block.since:%b})"
        event = _event(f"{place}-{name}-{seen[name]}", title, content(laid, day, sitting.block))
        event.add("dtstart", sitting.begin)
        event.add("dtend", sitting.end)
        yield event
    if plan.halves:
        yield from _break(place, held)


def _break(place: str, held: list[Sitting]) -> Iterator[icalendar.Event]:
    """The break between two halves, which shows the time as free."""
    long = timedelta(minutes=syllabus.load().breaks.halves)
    for before, after in pairwise(held):
        if after.begin - before.end == long:
            event = _event(f"{place}-break", "Break", free=True)
            event.add("dtstart", before.end)
            event.add("dtend", after.begin)
            yield event


def _all_day(uid: str, title: str, first: date, last: date, more: str = "") -> icalendar.Event:
    event = _event(uid, title, more, free=True)
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))  # the first day after it
    return event


def _event(uid: str, title: str, more: str = "", free: bool = False) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{uid}@seniorde")
    event.add("summary", title)
    if more:
        event.add("description", more)
    if free:
        event.add("transp", "TRANSPARENT")
    return event
