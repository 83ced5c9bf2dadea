"""Exercises on the learner's desk: start, submit, record, backup; and their release by the editor."""

from seniorde.grading.archive import backup, restore
from seniorde.grading.attempt import Attempt, Graded, Limits, Row
from seniorde.grading.course import GradingError
from seniorde.grading.desk import Started, start
from seniorde.grading.record import Entry, entries
from seniorde.grading.release import release
from seniorde.grading.submit import submit

__all__ = [
    "Attempt", "Entry", "Graded", "GradingError", "Limits", "Row", "Started",
    "backup", "entries", "release", "restore", "start", "submit",
]  # fmt: skip
