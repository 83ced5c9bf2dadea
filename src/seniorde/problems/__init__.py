"""The bank of problems: one file a problem, `week_NN/topic/slug.py`; everything else derives from it."""

from typing import TYPE_CHECKING, Any

from seniorde.problems.finder import bank, check, load
from seniorde.problems.problem import (
    Answer,
    Exercise,
    LabProblem,
    Problem,
    ProblemError,
    SqlProblem,
    variant,
    wrong,
)

if TYPE_CHECKING:
    from seniorde.plans import PlanBudget

__all__ = [
    "Answer",
    "Exercise",
    "LabProblem",
    "PlanBudget",
    "Problem",
    "ProblemError",
    "SqlProblem",
    "bank",
    "check",
    "load",
    "variant",
    "wrong",
]


def __getattr__(name: str) -> Any:
    if name == "PlanBudget":  # a Python problem needs no engine
        from seniorde.plans import PlanBudget

        return PlanBudget
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
