"""Judges answers in Spark: rows in any order, the stages of a run, and what its plan moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.checks.rows import difference

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from seniorde.plans import Node, Plan
    from seniorde.plans.stages import Stage

SETTINGS = {"spark.sql.adaptive.enabled": "false", "spark.sql.autoBroadcastJoinThreshold": "-1"}
"""Without these, what is small here would be joined as nothing large ever is."""

SCANNED = {"spark.sql.execution.arrow.localRelationThreshold": "0"}
"""Without this, the planner itself would filter rows that are so few."""


def session(partitions: int = 4) -> SparkSession:
    """Return the session, without adaptive execution and broadcasts, with so many shuffle partitions."""
    from seniorde import labs

    return labs.spark({**SETTINGS, **SCANNED, "spark.sql.shuffle.partitions": str(partitions)})


def frame(rows: Iterable[tuple[Any, ...]], schema: str, partitions: int = 2) -> DataFrame:
    """Return a DataFrame of rows in memory, in so many partitions, of the session that is open.

    A time without a zone is one of UTC. Rows go over as Arrow, which needs no worker of Python.
    """
    import pyarrow as pa
    from pyspark.sql import SparkSession
    from pyspark.sql.pandas.types import to_arrow_schema
    from pyspark.sql.types import StructType

    rows = list(rows)
    types = to_arrow_schema(cast(StructType, StructType.fromDDL(schema)), timezone="UTC")
    columns = zip(*rows, strict=True) if rows else [()] * len(types)
    whole = pa.table([pa.array(*column) for column in zip(columns, types.types, strict=True)], schema=types)
    size = max(1, -(-len(rows) // partitions))
    table = pa.concat_tables([whole.slice(begin, size) for begin in range(0, len(rows), size)] or [whole])
    return SparkSession.active().createDataFrame(table, schema)


def answer(function: Callable[..., Any], *arguments: Any) -> DataFrame:
    """Return the DataFrame that the function returns; refuse anything else."""
    from pyspark.sql import DataFrame

    found = call(function, *arguments, lines=None)
    if not isinstance(found, DataFrame):
        raise Refused("type", f"A DataFrame is asked for, not `{type(found).__name__}`.")
    return found


def expect(df: DataFrame, columns: list[str], rows: list[tuple[Any, ...]], about: str) -> None:
    """Refuse when the rows of the DataFrame are not these, in any order."""
    import pandas as pd

    found = [tuple(row) for row in df.collect()]
    wrong = difference(pd.DataFrame(rows, columns=columns, dtype=object), df.columns, found, False)
    if wrong:
        raise Refused("rows", f"{about}: {wrong.sentence}", **wrong.facts)


def run(df: DataFrame) -> list[Stage]:
    """Return the stages of a run whose rows go nowhere."""
    from seniorde import plans

    with plans.stages(df.sparkSession) as seen:
        df.write.format("noop").mode("overwrite").save()
    return list(seen)


def shuffled(stages: Iterable[Stage]) -> int:
    """Return the rows that all shuffles carried."""
    return sum(stage.rows_written for stage in stages)


def largest(stages: Iterable[Stage]) -> int:
    """Return the rows of the largest task that reads a shuffle."""
    return max((stage.most for stage in stages if stage.rows_read), default=0)


def shown(stages: Iterable[Stage]) -> str:
    """Return the stages for who has to look: one line each."""
    return "\n".join(
        f"{number}: {stage.tasks} tasks, rows in {stage.rows_in + stage.rows_read:,}, largest task "
        f"{stage.most:,}, rows shuffled {stage.rows_written:,}"
        for number, stage in enumerate(stages, 1)
    )


def plan(df: DataFrame) -> Plan:
    """Return the plan of a DataFrame that `expect` has run, with what it counted there."""
    from seniorde.plans.spark import collected

    return collected(df)


def operators(plan: Plan, *names: str) -> list[Node]:
    """Return the operators with one of these names."""
    return [node for node in plan.nodes() if node.operator in names]


def moved(plan: Plan) -> int:
    """Return the rows that all shuffles and broadcasts carried."""
    return round(sum(node.actual_rows or 0 for node in operators(plan, "Shuffle", "Broadcast")))
