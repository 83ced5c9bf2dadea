"""What the problems on skew, windows and caching are judged with: rows, and counts of stages."""

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.checks.rows import difference

SETTINGS = {"spark.sql.adaptive.enabled": "false", "spark.sql.autoBroadcastJoinThreshold": "-1"}


def session(partitions=4):
    """The session, without adaptive execution and broadcasts, with so many shuffle partitions."""
    from seniorde import labs

    return labs.spark({**SETTINGS, "spark.sql.shuffle.partitions": str(partitions)})


def frame(rows, schema, partitions=2):
    """A DataFrame of rows in memory, in so many partitions."""
    from pyspark.sql import SparkSession

    spark = SparkSession.active()
    return spark.createDataFrame(spark.sparkContext.parallelize(list(rows), partitions), schema)


def answer(function, *arguments):
    """The DataFrame that the function returns."""
    from pyspark.sql import DataFrame

    found = call(function, *arguments, lines=None)
    if not isinstance(found, DataFrame):
        raise Refused("type", f"A DataFrame is asked for, not `{type(found).__name__}`.")
    return found


def expect(df, columns, rows, about):
    """Refuse when the rows of the DataFrame are not these, in any order."""
    import pandas as pd

    found = [tuple(row) for row in df.collect()]
    wrong = difference(pd.DataFrame(rows, columns=columns, dtype=object), df.columns, found, False)
    if wrong:
        raise Refused("rows", f"{about}: {wrong.sentence}", **wrong.facts)


def run(df):
    """The stages of a run whose rows go nowhere."""
    from seniorde import plans

    with plans.stages(df.sparkSession) as seen:
        df.write.format("noop").mode("overwrite").save()
    return list(seen)


def shuffled(stages):
    """The rows that all shuffles carried."""
    return sum(stage.rows_written for stage in stages)


def largest(stages):
    """The rows of the largest task that reads a shuffle."""
    return max((stage.most for stage in stages if stage.rows_read), default=0)


def shown(stages):
    """The stages for who has to look: one line each."""
    return "\n".join(
        f"{number}: {stage.tasks} tasks, rows in {stage.rows_in + stage.rows_read:,}, largest task "
        f"{stage.most:,}, rows shuffled {stage.rows_written:,}"
        for number, stage in enumerate(stages, 1)
    )
