"""The learner's record: one line a graded problem, keyed by the permanent problem id."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from seniorde.grading.journal import Journal


@dataclass(frozen=True)
class Entry:
    """One graded problem of one attempt; `time` is UTC, ISO 8601; `points` lie between 0 and `max_points`."""

    time: str
    attempt: str
    week: int
    notebook: str
    edition: str | None
    problem: str
    points: float
    max_points: float
    verdict: str


def _parse(values: dict[str, Any]) -> Entry:
    entry = Entry(**values)
    if datetime.fromisoformat(entry.time).tzinfo is None:
        raise ValueError(entry.time)
    if not 0 <= float(entry.points) <= float(entry.max_points):
        raise ValueError(entry.points)
    return entry


_RECORD = Journal("record", _parse)
append, entries = _RECORD.append, _RECORD.read
