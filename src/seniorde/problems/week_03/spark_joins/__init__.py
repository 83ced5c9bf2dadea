"""Spark joins: give the engine a join that it can do well."""

from seniorde.problems.week_03._opening import TRY_SPARK

__doc__ = f"{__doc__}\n\n{TRY_SPARK}"
