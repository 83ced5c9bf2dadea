"""EXPLAIN of PostgreSQL and DuckDB as one tree of operators: text, figures, picture, comparison, budget."""

from seniorde.plans.budget import PlanBudget, Violation
from seniorde.plans.compare import Comparison, compare
from seniorde.plans.explain import explain
from seniorde.plans.tree import Node, Plan, PlanError

__all__ = ["Comparison", "Node", "Plan", "PlanBudget", "PlanError", "Violation", "compare", "explain"]
