"""Caching and windows at scale: read once, sort little, keep what is used."""

from seniorde.problems.week_03._opening import TRY_SPARK

__doc__ = f"{__doc__}\n\n{TRY_SPARK}"
