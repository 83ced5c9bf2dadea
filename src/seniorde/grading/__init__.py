"""Exercises on the learner's desk: start, submit, record, backup; and their release by the editor."""

import sys

from seniorde.grading.attempt import Attempt, Graded, Limits, Row
from seniorde.grading.course import GradingError
from seniorde.grading.desk import Started, start
from seniorde.grading.record import Entry, backup, entries
from seniorde.grading.release import release
from seniorde.grading.submit import submit

# nbformat pulls in a grammar of web addresses that takes two CPU seconds to build and serves no notebook.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]

__all__ = [
    "Attempt", "Entry", "Graded", "GradingError", "Limits", "Row", "Started",
    "backup", "entries", "release", "start", "submit",
]  # fmt: skip
