"""A day by the clock: its blocks cut into sittings, with breaks and a meal between them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from seniorde.study import syllabus
from seniorde.study.calendar import Block, Day, Plan, shares

MEAL = 360  # minutes; a longer day has one


@dataclass(frozen=True)
class Sitting:
    """One stretch of work on a block; the times are local, without a zone."""

    begin: datetime
    end: datetime
    block: Block


def sittings(plan: Plan, day: Day) -> list[Sitting]:
    """The day's sittings in order.

    A long day has its meal, or with `halves` its long break, once half of the work is done.
    After a free morning the day begins where its second half would.
    """
    breaks, halves = syllabus.load().breaks, plan.halves and day.week > 0
    clock = datetime.combine(day.date, plan.begin)
    if day.week and plan.resting == (day.date.weekday(), True):
        clock += timedelta(minutes=240 // day.parts + (breaks.meal if day.parts == 1 else 0))
    found, done = list[Sitting](), 0
    for block in _pieces(day, halves):
        end = clock + timedelta(minutes=block.minutes)
        found.append(Sitting(clock, end, block))
        pause = breaks.long if block.name in breaks.long_after else breaks.usual
        if day.minutes > MEAL and done < day.minutes / 2 <= done + block.minutes:
            pause = breaks.halves if halves else breaks.meal
        done, clock = done + block.minutes, end + timedelta(minutes=pause)
    return found


def _pieces(day: Day, halves: bool) -> Iterator[Block]:
    """The blocks, none longer than a sitting; with `halves` a long day is cut in its middle."""
    done, longest, middle = 0, syllabus.load().breaks.sitting, day.minutes // 2
    for block in day.blocks:
        before = middle - done if halves and day.minutes > MEAL else 0
        if not 0 < before < block.minutes:
            before = 0
        for minutes in filter(None, (before, block.minutes - before)):
            for share in shares(minutes, math.ceil(minutes / longest)):
                yield replace(block, minutes=share)
        done += block.minutes
