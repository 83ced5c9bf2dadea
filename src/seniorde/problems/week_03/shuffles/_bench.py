"""What the problems on shuffles and joins are judged with: rows, and what the plan moved."""

from collections.abc import Iterable
from typing import Any

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.checks.rows import difference

SETTINGS = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
}
"""Without these, what is small here would be joined as nothing large ever is."""


def session() -> Any:
    """The session, without adaptive execution and without broadcasts of its own accord."""
    from seniorde import labs

    return labs.spark(SETTINGS)


def frame(rows: Iterable[tuple[Any, ...]], schema: str) -> Any:
    """A DataFrame of rows in memory, in two partitions."""
    return session().createDataFrame([tuple(row) for row in rows], schema)


def answer(function: Any, *arguments: Any) -> Any:
    """The DataFrame that the function returns."""
    from pyspark.sql import DataFrame

    found = call(function, *arguments, lines=None)
    if not isinstance(found, DataFrame):
        raise Refused("type", f"A DataFrame is asked for, not `{type(found).__name__}`.")
    return found


def expect(df: Any, columns: list[str], rows: list[tuple[Any, ...]], about: str) -> None:
    """Refuse when the rows of the DataFrame are not these, in any order."""
    import pandas as pd

    found = [tuple(row) for row in df.collect()]
    wrong = difference(pd.DataFrame(rows, columns=columns, dtype=object), df.columns, found, False)
    if wrong:
        raise Refused("rows", f"{about}: {wrong.sentence}", **wrong.facts)


def plan(df: Any) -> Any:
    """The plan of a run."""
    from seniorde import plans

    return plans.explain(df)


def operators(plan: Any, *names: str) -> list[Any]:
    """The operators with one of these names."""
    return [node for node in plan.nodes() if node.operator in names]


def moved(plan: Any) -> int:
    """The rows that all shuffles and broadcasts carried."""
    return round(sum(node.actual_rows or 0 for node in operators(plan, "Shuffle", "Broadcast")))
