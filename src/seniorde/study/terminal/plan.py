"""What `plan` and `today` print."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from seniorde.study import syllabus
from seniorde.study.calendar import Block, Calendar, Day, Loss, Plan, Window, first_tuesday, lay
from seniorde.study.pages import content, held
from seniorde.study.planning import Changed
from seniorde.study.sittings import sittings

NEAR = 14  # days before a window opens in which `today` speaks of it
HALVES = {True: "morning", False: "afternoon"}


def changed(change: Changed, console: Console) -> None:
    """The plan as it is now, and where its calendar file lies."""
    plan(change.plan, console)
    if change.forgotten:
        days = ", ".join(map(said, change.forgotten))
        console.print(f"No day of the plan any more, so not missed: {days}.", soft_wrap=True)
    console.print(
        f"\nCalendar file: {escape(str(change.path))}\n"
        "Import it into a calendar of its own, which you can empty when the plan changes.",
        soft_wrap=True,
    )


def plan(plan: Plan, console: Console) -> None:
    """One line a week, then what was chosen and what was missed, in sentences."""
    laid = lay(plan)
    first, last = laid.days[0].date, laid.days[-1].date
    hours = ", then ".join(f"{8 // day.parts}" for day in _paces(laid))
    console.print(
        f"[bold]{said(first, year=True)} to {said(last, year=True)}[/], {hours} hours a day",
        soft_wrap=True,
    )
    console.print(_weeks(laid))
    for line in [*_chosen(plan, laid), *_missed(laid)]:
        console.print(line, markup=False, soft_wrap=True)


def _weeks(laid: Calendar) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("week", justify="right", no_wrap=True)
    table.add_column("dates", no_wrap=True)
    table.add_column("what", overflow="fold")
    table.add_column("due", no_wrap=True)
    table.add_column("exam", no_wrap=True)
    exams = {
        week: window.exam.name for window in laid.windows if not window.moved for week in window.exam.weeks
    }
    for number, days in groupby(laid.days, key=lambda day: day.week):
        dates = [day.date for day in days]
        if number:
            week = syllabus.load().weeks[number]
            due, exam = week.milestone.partition(" delivered")[0], exams.get(number, "")
            table.add_row(str(number), _span(dates[0], dates[-1]).rjust(15), week.title, due, exam)
        else:
            table.add_row("", _span(dates[0], dates[-1]).rjust(15), "before Week 1: set up, read", "", "")
    for window in laid.windows:
        if window.moved:
            table.add_row(
                "", _span(window.first, window.last).rjust(15), "behind the plan", "", window.exam.name
            )
    return table


def _chosen(plan: Plan, laid: Calendar) -> list[str]:
    """What start, pace, rest and halves mean."""
    first = next(day for day in laid.days if day.milestone)
    lines = [f"First milestone, {said(first.date)}: {first.milestone}."]
    tuesday = first_tuesday(plan)
    if tuesday < plan.start:
        lost = (plan.start - tuesday).days
        lines.append(
            f"Week 1 begins on a Tuesday: you missed {_days(lost)} of it. "
            f"Quieter: begin on the next Tuesday, make plan START={tuesday + timedelta(days=7)}"
        )
    if laid.late:
        names = "; ".join(block.what for block in laid.late)
        lines.append(f"No room before Week 1 for: {names}. Week 1 has days to catch up.")
    lines += _pace(plan, laid)
    if plan.resting:
        lines.append(_rest(plan))
    if plan.halves:
        hours = syllabus.load().breaks.halves // 60
        lines.append(f"A day is two halves of four hours, with {hours} hours between them.")
    return lines


def _paces(laid: Calendar) -> list[Day]:
    """The first day of each run of study weeks at one pace."""
    runs = groupby((day for day in laid.days if day.week), key=lambda day: day.parts)
    return [next(run) for _, run in runs]


def _pace(plan: Plan, laid: Calendar) -> Iterator[str]:
    """What a pace, or a change of it, does to a study week and to the end."""
    first, *changes = _paces(laid)
    eight = lay(replace(plan, pace=8, changes=(), missed=(), rest=None)).days[-1].date
    moved = f"the end moves from {said(eight, year=True)} to {said(laid.days[-1].date, year=True)}"
    if first.parts > 1 and not changes:
        yield f"At {8 // first.parts} hours a day a study week takes {first.parts} calendar weeks: {moved}."
    for day in changes:
        weeks = f"{day.parts} calendar weeks" if day.parts > 1 else "one calendar week"
        begin = f"From Week {day.week} on, {said(day.date)}"
        yield f"{begin}: {8 // day.parts} hours a day, a study week takes {weeks}."
    if changes:
        yield f"Against 8 hours a day throughout, {moved}."
    last = next(day.date for day in laid.days if day.week == laid.days[-1].week)
    if plan.changes and plan.changes[-1][0] > last:
        yield "Another pace holds from the next study week on, and none is left."


def _rest(plan: Plan) -> str:
    """The rest and the blocks that go for it."""
    weekday, morning = plan.resting or (0, False)
    whole = replace(plan, start=first_tuesday(plan), missed=())
    with_rest, without = (
        [day for day in lay(replace(whole, rest=rest)).days if day.week and day.date.weekday() == weekday]
        for rest in (plan.rest, None)
    )
    name = f"{with_rest[0].date:%A}"
    gone = _sum(without) - _sum(with_rest)
    blocks = ", ".join(f"{_title(block)} {_clock(minutes)}" for block, minutes in gone.items())
    return f"Free: each {name} {HALVES[morning]}. Over the {len(with_rest)} {name}s that takes {blocks}." + (
        " The afternoon begins with half of the problems and queries." if morning else ""
    )


def _sum(days: list[Day]) -> Counter[str]:
    total = Counter[str]()
    for day in days:
        for block in day.blocks:
            total[block.name] += block.minutes
    return total


def _missed(laid: Calendar) -> list[str]:
    """What becomes of missed days, of the week's project and of the exams."""
    lines = [line for loss in laid.losses for line in _loss(loss)]
    for number in sorted({loss.week for loss in laid.losses if loss.week}):
        week = syllabus.load().weeks[number]
        last = max(day.date for day in laid.days if day.week == number)
        due = f"keeps its date, {said(last)}"
        if number in laid.small:
            due = f"shrinks to its spine ({week.spine}) and {due}"
        lines.append(f"Week {number}: the project {due}.")
        if any(loss.day == last for loss in laid.losses):
            lines.append(_missed_itself(laid, number))
    for window in laid.windows:
        if window.moved:
            others = " and ".join(other.exam.name for other in laid.windows if not other.moved)
            behind = "behind the plan" if laid.days[-1].parts > 1 else "two to four weeks behind"
            lines.append(
                f"Too many days are missed for three exams: {others} go first, the {window.exam.name} moves "
                f"{behind}, to {_span(window.first, window.last)}."
            )
    return lines


def _missed_itself(laid: Calendar, week: int) -> str:
    """When to deliver the project of a week whose last day is missed."""
    studied = [day.date for day in laid.days if day.week == week and not day.missed]
    if not studied:
        return "All days of the week are missed: there is nothing to deliver."
    return f"That day is missed itself: deliver what is there on the evening of {said(studied[-1])}."


def _loss(loss: Loss) -> list[str]:
    if not loss.week:
        return [
            f"Missed: {said(loss.day)}, before Week 1. Its pages wait for Day 1's core topic, the set-up."
        ]
    place = f"week {loss.week}, day {loss.number}" if loss.number else "a day to catch up"
    lines = [f"Missed: {said(loss.day)} ({place})."]
    if loss.moved:
        moved = ", ".join(f"{_block(block)} to {said(day)}" for day, block in loss.moved)
        lines.append(f"  moved into the room for catching up: {moved}")
    if loss.cut:
        labs = "; optional labs go first" if any(block.name == "core" for block in loss.cut) else ""
        lines.append(f"  cut, there is no room: {', '.join(map(_block, loss.cut))}{labs}")
    dropped = [
        block for block in loss.dropped if block.name not in ("dsa", "sql", "fundamentals", "catch-up")
    ]
    if dropped:
        lines.append(f"  dropped: {', '.join(map(_block, dropped))}")
    if any(block.name in ("dsa", "sql") for block in loss.dropped):
        lines.append("  problems and queries are not caught up: one of each on such a day, less but not none")
    return lines


# Today --------------------------------------------------------------------------------------------


def today(plan: Plan, day: date, console: Console) -> None:
    """The day's blocks by the clock, the next milestone, the exams that are near."""
    laid = lay(plan)
    first, last = laid.days[0].date, laid.days[-1].date
    if day < first:
        console.print(f"Your plan begins on {said(first, year=True)}, in {_days((first - day).days)}.")
        return
    if day > last:
        console.print(f"Your plan ended on {said(last, year=True)}, {_days((day - last).days)} ago.")
        for line in _ahead(laid, day):
            console.print(line, markup=False, soft_wrap=True)
        return
    found = laid.days[(day - first).days]
    console.print(_heading(found), style="bold", soft_wrap=True, markup=False)
    if found.missed:
        console.print(f"This day counts as missed. If it is not: make plan UNMISS={day}", soft_wrap=True)
    else:
        console.print(_blocks(plan, laid, found))
        for line in _besides(found):
            console.print(line, markup=False, soft_wrap=True)
    for line in _ahead(laid, day):
        console.print(line, markup=False, soft_wrap=True)
    if not found.missed:
        console.print("When the day is over: make log, then make review.")


def _heading(day: Day) -> str:
    if not day.week:
        return f"{said(day.date)}: before Week 1, day {day.number} of {day.of}"
    place = f"day {day.number} of {day.of}" if day.number else "a day to catch up"
    part = f", part {day.part} of {day.parts}" if day.number and day.parts > 1 else ""
    title = syllabus.load().weeks[day.week].title
    return f"{said(day.date)}: Week {day.week}, {title}; {place}{part}" + (
        f"\nThe day is for: {day.theme}" if day.number else ""
    )


def _blocks(plan: Plan, laid: Calendar, day: Day) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    told = set[Block]()
    for sitting in sittings(plan, day):
        block, name = sitting.block, _title(sitting.block.name)
        same = replace(block, minutes=0)
        about = "the same, on" if same in told else content(laid, day, block)
        if block.since:
            about = f"from {said(block.since)}: {about}"
        told.add(same)
        text = f"[bold]{name}[/]" + (f"\n{escape(about)}" if about else "")
        table.add_row(f"{sitting.begin:%H:%M}–{sitting.end:%H:%M}", text)
    return table


def _besides(day: Day) -> list[str]:
    """What the week's page names for this day beyond its blocks."""
    if not day.week or not day.number:
        return []
    whole = [f"The minutes named are for all {day.parts} parts of the day."] if day.parts > 1 else []
    plan = syllabus.load()
    shape = plan.shapes[syllabus.shape(plan.weeks[day.week].days[day.number - 1])]
    more = [text for name, text in held(day.week, day.number).items() if name not in {*shape, "design"}]
    return whole + ([f"When time is left: {'; '.join(more)}"] if more else [])


def _ahead(laid: Calendar, day: date) -> list[str]:
    lines = []
    if due := next((found for found in laid.days if found.date >= day and found.milestone), None):
        lines.append(f"Next milestone, {_when(due.date, day)}: {due.milestone}.")
    return lines + [line for window in laid.windows if (line := _near(window, day))]


def _near(window: Window, day: date) -> str:
    name = f"{window.exam.name}, {window.exam.title}"
    if window.first <= day <= window.last:
        return f"Exam window open until {said(window.last)}: {name}."
    if 0 < (window.first - day).days <= NEAR:
        return f"Exam window from {said(window.first)} to {said(window.last)}: {name}."
    return ""


# Words --------------------------------------------------------------------------------------------


def said(day: date, year: bool = False) -> str:
    """A day as it is spoken: Thu 3 Dec."""
    return f"{day:%a} {day.day} {day:%b}" + (f" {day.year}" if year else "")


def _span(first: date, last: date) -> str:
    return f"{first.day} {first:%b} – {last.day} {last:%b}"


def _when(then: date, now: date) -> str:
    away = (then - now).days
    return "today" if not away else f"{said(then)}, in {_days(away)}"


def _days(number: int) -> str:
    return f"{number} day{'s' if number != 1 else ''}"


def _title(name: str) -> str:
    return syllabus.load().blocks[name].title


def _clock(minutes: int) -> str:
    return f"{minutes // 60}:{minutes % 60:02}"


def _block(block: Block) -> str:
    return f"{_title(block.name)} {_clock(block.minutes)}"
