"""The learner's record: one line a graded problem, keyed by the permanent problem id."""

from dataclasses import dataclass

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


_RECORD = Journal("record", Entry, lambda entry: 0 <= entry.points <= entry.max_points)
append, entries = _RECORD.append, _RECORD.read
