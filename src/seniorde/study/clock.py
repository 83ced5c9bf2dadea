"""Which day it is for the learner: the machine's local day, whatever its zone."""

import os
from datetime import UTC, date, datetime

from seniorde.grading import GradingError
from seniorde.grading.journal import moment as moment


def today() -> date:
    """The local day; `SENIORDE_TODAY=2026-12-03` looks at another one."""
    named = os.environ.get("SENIORDE_TODAY")
    return day(named) if named else datetime.now().astimezone().date()


def day(text: str) -> date:
    """A day as the learner writes it, `2026-12-03`, from 2000 to 2099. Raises GradingError for others."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise GradingError(f"{text!r} is no day. Write year, month and day: 2026-12-03.") from None
    if not 2000 <= day.year < 2100:
        raise GradingError(f"{day} is not of this century. Choose a day from 2000 to 2099.")
    return day


def local_day(time: str) -> date:
    """The learner's day of a stored UTC time (ISO 8601), by the machine's zone and its daylight saving."""
    return datetime.fromisoformat(time).astimezone().date()


def now() -> str:
    """This moment as it is stored: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def said(day: date) -> str:
    """A day in words: `Thursday 3 December 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short(day: date) -> str:
    """A day in few words: `Thu 3 Dec`."""
    return f"{day:%a} {day.day} {day:%b}"
