"""EXPLAIN of PostgreSQL, DuckDB and Spark as one tree: text, figures, picture, comparison, budget.

`explain(spark, sql)` and `explain(df)` run the query and read the plan that adaptive execution ended with;
`stages(spark)` counts what any action does, stage by stage.
"""

from seniorde.plans.budget import PlanBudget, Violation
from seniorde.plans.compare import Comparison, compare
from seniorde.plans.explain import explain
from seniorde.plans.stages import Stage, Stages, stages
from seniorde.plans.tree import Node, Plan, PlanError

__all__ = [
    "Comparison",
    "Node",
    "Plan",
    "PlanBudget",
    "PlanError",
    "Stage",
    "Stages",
    "Violation",
    "compare",
    "explain",
    "stages",
]
