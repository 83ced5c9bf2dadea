"""Shuffles: say what moves between Spark's tasks, and move less of it."""

from seniorde.problems.week_03._opening import TRY_SPARK

__doc__ = f"{__doc__}\n\n{TRY_SPARK}"
