"""Which day it is for the learner: the machine's local day, whatever its zone."""

import os
from datetime import UTC, date, datetime

from seniorde.grading import GradingError


def today() -> date:
    """The local day; `SENIORDE_TODAY=2026-12-03` looks at another one."""
    named = os.environ.get("SENIORDE_TODAY")
    return day(named) if named else datetime.now().astimezone().date()


def day(text: str) -> date:
    """A day as the learner writes it, `2026-12-03`. Raises GradingError for anything else."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise GradingError(f"{text!r} is no day. Write year, month and day: 2026-12-03.") from None


def local_day(time: str) -> date:
    """The learner's day of a stored UTC time (ISO 8601), by the machine's zone and its daylight saving."""
    return datetime.fromisoformat(time).astimezone().date()


def moment(time: str) -> datetime:
    """A stored time in UTC. Raises ValueError for one without a zone or that cannot be read."""
    read = datetime.fromisoformat(time)
    if read.tzinfo is None:
        raise ValueError(f"{time!r} says no zone")
    return read.astimezone(UTC)


def now() -> str:
    """This moment as it is stored: UTC, ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def said(day: date) -> str:
    """A day in words: `Thursday 3 December 2026`."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short(day: date) -> str:
    """A day in few words: `Thu 3 Dec`."""
    return f"{day:%a} {day.day} {day:%b}"
