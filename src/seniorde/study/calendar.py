"""The calendar: the syllabus laid over real days, whatever the start, the pace and the missed days.

A study week takes as many calendar weeks as a day takes parts. Content of weekdays stays on
weekdays and content of weekends on weekends; where Week 1 has no Monday and Week 9 no Sunday,
a slower pace has days to catch up.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise, product

from seniorde.study import syllabus
from seniorde.study.plan import Plan, load, save
from seniorde.study.syllabus import Exam, Week

__all__ = [
    "Block", "Calendar", "Day", "Loss", "Plan", "Window",
    "days", "first_tuesday", "lay", "load", "on", "save", "shares",
]  # fmt: skip

DAY = timedelta(days=1)
DAILY = ("dsa", "sql")  # studied every day, in every part of a day
ROOM = ("fundamentals", "catch-up")  # blocks that a missed day's work may take
LEAST = 10  # minutes: what a rest leaves of a block is no shorter
KEPT = ("project", "core")  # what of a missed day is made up for, in this order: its labs are cut first


@dataclass(frozen=True)
class Block:
    """Minutes for one thing; `name` is the syllabus's; `since`: the missed day that it makes up for."""

    name: str
    minutes: int
    what: str = ""
    since: date | None = None


@dataclass(frozen=True)
class Day:
    """Part `part` of `parts` of day `number` of the `of` days of study week `week`.

    Week 0 is the lead-in before Week 1. Number 0 is a day to catch up. A missed day has no blocks.
    """

    date: date
    week: int
    number: int
    of: int
    theme: str
    blocks: tuple[Block, ...]
    milestone: str | None = None
    part: int = 1
    parts: int = 1
    missed: bool = False

    @property
    def minutes(self) -> int:
        """The minutes of study, without breaks."""
        return sum(block.minutes for block in self.blocks)


@dataclass(frozen=True)
class Window:
    """The days in which to sit an exam; `moved`: behind the plan, because days were missed."""

    exam: Exam
    first: date
    last: date
    moved: bool = False


@dataclass(frozen=True)
class Loss:
    """What becomes of a missed day: `moved` to another, `cut` for want of room, `dropped` for good."""

    day: date
    week: int
    number: int
    moved: tuple[tuple[date, Block], ...] = ()
    cut: tuple[Block, ...] = ()
    dropped: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Calendar:
    """All days; `small`: weeks whose project shrinks to its spine; `late`: lead-in that did not fit."""

    days: tuple[Day, ...]
    windows: tuple[Window, ...]
    losses: tuple[Loss, ...] = ()
    small: tuple[int, ...] = ()
    late: tuple[Block, ...] = ()


def days(plan: Plan) -> list[Day]:
    """Every day from the start to the end, in order."""
    return list(lay(plan).days)


def on(plan: Plan, day: date) -> Day | None:
    """That day of the plan; None before its start and after its end."""
    return next((found for found in lay(plan).days if found.date == day), None)


@cache
def lay(plan: Plan) -> Calendar:
    """The calendar of a plan."""
    tuesday = first_tuesday(plan)
    missed = {*plan.missed, *_dates(tuesday, plan.start - DAY)}
    before, late = _lead_in(plan, tuesday)
    laid, losses = _without(before, missed)
    gone, small, monday = list[Day](), list[int](), tuesday - DAY
    for week in syllabus.load().weeks.values():
        parts = 8 // plan.pace_on(monday)
        found, lost = _without(_week(plan, week, monday, parts), missed)
        monday += 7 * parts * DAY
        gone += (lacking := [day for day in found if day.missed and day.number])
        if spine := _crossed(lacking, 2):
            small.append(week.number)
            found = [_shrunk(day, week) if day.date > spine else day for day in found]
        laid += [day for day in found if day.date >= plan.start]
        losses += lost
    return Calendar(tuple(laid), tuple(_windows(laid, gone)), tuple(losses), tuple(small), late)


def first_tuesday(plan: Plan) -> date:
    """Week 1's Tuesday: the one just past for a start on a Wednesday or Thursday, else the next."""
    past = plan.start.weekday() - 1
    return plan.start - past * DAY if past in (1, 2) else plan.start + -past % 7 * DAY


def shares(total: int, parts: int) -> list[int]:
    """Minutes cut into parts in steps of five, the remainder carried: 90 into 4 is 20, 25, 20, 25."""
    ends = [total * part // parts // 5 * 5 for part in range(parts)] + [total]
    return [end - begin for begin, end in pairwise(ends)]


def _dates(first: date, last: date) -> Iterator[date]:
    return (first + n * DAY for n in range((last - first).days + 1))


# Before Week 1 ------------------------------------------------------------------------------------


def _lead_in(plan: Plan, tuesday: date) -> tuple[list[Day], tuple[Block, ...]]:
    """The days before Week 1, and what does not fit into their hours."""
    dates, pages = list(_dates(plan.start, tuesday - DAY)), deque(syllabus.load().lead_in)
    days = []
    for number, day in enumerate(dates, 1):
        blocks, left = list[Block](), 60 * plan.pace
        while pages and pages[0].day * len(dates) <= 4 * number and pages[0].minutes <= left:
            page = pages.popleft()
            blocks.append(Block("lead-in", page.minutes, f"{page.what} ({page.page}.md)"))
            left -= page.minutes
        days.append(Day(day, 0, number, len(dates), "before Week 1", tuple(blocks)))
    return days, tuple(Block("lead-in", page.minutes, page.what) for page in pages) if dates else ()


# A week -------------------------------------------------------------------------------------------


def _week(plan: Plan, week: Week, monday: date, parts: int) -> list[Day]:
    """The days of a study week, each of the syllabus in `parts`; none of them missed."""
    first, last = monday + week.days[0] * DAY, monday + (7 * (parts - 1) + week.days[-1]) * DAY
    ready = max(first + (parts - 1) * DAY, plan.start)  # the first day's last part
    # Each (number of the day, part, blocks), weekdays and weekend apart.
    cut = [
        (number, part, blocks)
        for number, weekday in enumerate(week.days, 1)
        for part, blocks in enumerate(_cut(week, number, weekday, parts), 1)
    ]
    weekend = iter([part for part in cut if week.days[part[0] - 1] >= 5])
    weekdays = iter([part for part in cut if week.days[part[0] - 1] < 5])
    days = []
    for day in _dates(first, last):
        if day.weekday() in week.days:
            number, part, blocks = next(weekend if day.weekday() >= 5 else weekdays)
            theme = week.themes[number - 1]
        else:
            number, part, theme = 0, 1, "catch up"
            blocks = [Block("catch-up", 480 // parts)]
        if plan.resting and day.weekday() == plan.resting[0]:
            blocks = _rested(blocks, morning=plan.resting[1])
        due = week.milestone if day == last else week.first if day == ready else None
        days.append(Day(day, week.number, number, len(week.days), theme, tuple(blocks), due, part, parts))
    return days


def _cut(week: Week, number: int, weekday: int, parts: int) -> list[list[Block]]:
    """A day of the syllabus in equal parts: problems and queries in each, then the other blocks in order.

    A block that is held whole waits for a part with room; what follows goes before it.
    """
    blocks = _full(week, number, weekday)
    size = sum(block.minutes for block in blocks) // parts
    daily = [(block, shares(block.minutes, parts)) for block in blocks if block.name in DAILY]
    queue = [block for block in blocks if block.name not in DAILY]
    cut = []
    for part in range(parts):
        now = [replace(block, minutes=share[part]) for block, share in daily]
        left, waiting = size - sum(block.minutes for block in now), list[Block]()
        for block in queue:
            fits = min(left, block.minutes)
            if fits < block.minutes and syllabus.load().blocks[block.name].whole:
                fits = 0
            now += [replace(block, minutes=fits)] if fits else []
            waiting += [replace(block, minutes=block.minutes - fits)] if fits < block.minutes else []
            left -= fits
        cut.append(now)
        queue = waiting
    return cut


def _full(week: Week, number: int, weekday: int) -> list[Block]:
    """The eight hours of a day of the syllabus."""
    plan = syllabus.load()
    return [
        Block(name, minutes, week.about(name, number))
        for name, minutes in plan.shapes[syllabus.shape(weekday)].items()
    ]


def _rested(blocks: list[Block], morning: bool) -> list[Block]:
    """A day's half: its first, or its last and half of the problems and queries: no day goes without.

    A block that is held whole goes before the others where the half has room for it, else it goes.
    """
    half = {block: block.minutes for block in blocks if block.name in DAILY}
    if morning:
        half = {block: max(LEAST, minutes // 2 // 5 * 5) for block, minutes in half.items()}
    left = sum(block.minutes for block in blocks) // 2 - sum(half.values())
    whole = [block for block in blocks if syllabus.load().blocks[block.name].whole]
    others = [block for block in blocks if block not in half and block not in whole]
    last = next(iter(half), None)
    for block in [*whole, *(reversed(others) if morning else others)]:
        fits = min(left, block.minutes)
        if fits >= (block.minutes if block in whole else LEAST):
            half[block], left, last = fits, left - fits, block
    if left and last:
        half[last] += left
    return [replace(block, minutes=half[block]) for block in blocks if block in half]


# Missed days --------------------------------------------------------------------------------------


def _without(days: list[Day], missed: set[date]) -> tuple[list[Day], list[Loss]]:
    """A week's days when some are missed: project and core topic move into the blocks for catching up.

    Of several missed days the project goes first everywhere, then the core topic.
    """
    lost = [day for day in days if day.date in missed]
    days = [replace(day, blocks=(), missed=True) if day.date in missed else day for day in days]
    moved = {day.date: list[tuple[date, Block]]() for day in lost}
    cut = {day.date: list[Block]() for day in lost}
    for name, day in product(KEPT, lost):
        left = sum(block.minutes for block in day.blocks if block.name == name)
        what = next((block.what for block in day.blocks if block.name == name), "")
        for place, later in enumerate(days):
            if later.date > day.date and left:
                days[place], taken = _given(later, Block(name, left, what, since=day.date))
                moved[day.date] += [(later.date, block) for block in taken]
                left -= sum(block.minutes for block in taken)
        if left:
            cut[day.date].append(Block(name, left, what))
    return days, [
        Loss(
            day.date,
            day.week,
            day.number,
            tuple(moved[day.date]),
            tuple(cut[day.date]),
            tuple(block for block in day.blocks if block.name not in KEPT),
        )
        for day in lost
    ]


def _given(day: Day, wanted: Block) -> tuple[Day, list[Block]]:
    """A day whose room for catching up goes to the block that is wanted, and what it took of it."""
    blocks, taken, left = list[Block](), list[Block](), wanted.minutes
    for block in day.blocks:
        fits = min(left, block.minutes) if block.name in ROOM else 0
        if fits:
            taken.append(replace(wanted, minutes=fits))
            blocks.append(taken[-1])
            left -= fits
        if fits < block.minutes:
            blocks.append(replace(block, minutes=block.minutes - fits))
    return replace(day, blocks=tuple(blocks)), taken


def _crossed(missed: list[Day], limit: int) -> date | None:
    """The date on which `limit` days of the syllabus were missed; at a slower pace each is several dates."""
    whole = accumulate(Fraction(1, day.parts) for day in missed)
    return next((day.date for day, sofar in zip(missed, whole, strict=True) if sofar >= limit), None)


def _shrunk(day: Day, week: Week) -> Day:
    """A day whose project blocks build the spine only."""
    blocks = (
        replace(block, what=f"only the spine: {week.spine}") if block.name == "project" else block
        for block in day.blocks
    )
    return replace(day, blocks=tuple(blocks))


def _windows(laid: list[Day], missed: list[Day]) -> Iterator[Window]:
    """The exams' windows; one that may wait moves behind the plan in a crunch.

    That is two missed days in its week and the one before, or three up to it.
    """
    for exam in syllabus.load().exams.values():
        dates = [day.date for day in laid if day.week in exam.weeks]
        until = [day for day in missed if day.week <= exam.weeks[-1]]
        near = [day for day in until if day.week >= exam.weeks[0] - 1]
        if exam.may_wait and (_crossed(near, 2) or _crossed(until, 3)):
            monday = laid[-1].date + (7 - laid[-1].date.weekday()) * DAY
            yield Window(exam, monday, monday + 20 * DAY, moved=True)
        else:
            yield Window(exam, dates[0], dates[-1])
