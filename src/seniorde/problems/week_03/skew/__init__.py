"""Skew: one key, one task, and all others wait."""

from seniorde.problems.week_03._opening import TRY_SPARK

__doc__ = f"{__doc__}\n\n{TRY_SPARK}"
