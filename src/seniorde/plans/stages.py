"""What Spark did, stage by stage: the counts of its web page's Stages tab, without times and job numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Self

from seniorde.plans.spark import Jvm, items
from seniorde.plans.tree import PlanError

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import SparkSession


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage that ran: the same work on every partition, between two shuffles."""

    reads: str
    """`input` (files, tables, sources), `shuffle`, both, or `nothing`: rows that are in memory or made up."""
    writes: str
    """`shuffle`, `output` (files), `broadcast`, or `result`, which goes to the driver."""
    tasks: int
    """One a partition; the tries of those that failed are not counted."""
    failed: int
    """Tries that failed."""
    rows_in: int
    """Rows read from files, tables and sources."""
    rows_read: int
    """Rows read from shuffles."""
    bytes_read: int
    rows_written: int
    """Rows written to a shuffle."""
    bytes_written: int
    spilled: int
    """Bytes written to disk because memory was short."""
    most: int
    """Rows of the largest task, read or, if it reads none, written."""
    middle: float
    """Rows of the median task: `most` far above it is skew."""


class Stages:
    """The stages of what runs inside `with`, which is one action after the other on one session."""

    def __init__(self, spark: SparkSession) -> None:
        context = getattr(spark, "_jsc", None)
        if context is None:
            raise PlanError(
                "Stages are counted in Spark's own process: pass the session of labs.spark(), "
                "without SENIORDE_SPARK_REMOTE."
            )
        self._context: Jvm = context.sc()
        self._first = self._last = self._jobs()
        self._stages: list[Stage] | None = None
        self.skipped = 0
        """Stages that were not run, because their shuffle's files from before were still there."""

    def __enter__(self) -> Self:
        self._first, self._stages = self._jobs(), None
        return self

    def __exit__(self, *_: object) -> None:
        self._last = self._jobs()
        self._stages = self._collected()

    def __iter__(self) -> Iterator[Stage]:
        """The stages in the order in which they could begin: broadcasts before what waits for them."""
        if self._stages is None:
            raise PlanError("Stages are known when the block of `with plans.stages(spark)` has ended.")
        return iter(self._stages)

    def table(self) -> pd.DataFrame:
        """One row a stage, numbered from 1. Rows are the same in every run of the same query and settings.

        Bytes are compressed, and may change a little with another release of Spark.
        """
        import pandas as pd

        rows = [{"stage": number, **vars(stage)} for number, stage in enumerate(self, 1)]
        return pd.DataFrame(rows, columns=["stage", *Stage.__dataclass_fields__]).set_index("stage")

    def __str__(self) -> str:
        return str(self.table().to_string())

    __repr__ = __str__

    def _jobs(self) -> int:
        return int(self._context.dagScheduler().numTotalJobs())

    def _collected(self) -> list[Stage]:
        self._context.listenerBus().waitUntilEmpty()
        store = self._context.statusStore()
        found: dict[int, Stage] = {}
        self.skipped = 0
        for number in range(self._first, self._last):
            job = store.job(number)
            tags = job.jobTags().mkString(" ")
            for stage in sorted(job.stageIds().apply(i) for i in range(job.stageIds().size())):
                data = store.lastStageAttempt(stage)
                if str(data.status().toString()) == "SKIPPED":
                    self.skipped += 1
                else:
                    found[stage] = _stage(store, data, "broadcast exchange" in tags)
        return [found[number] for number in sorted(found, key=lambda number: _place(number, found[number]))]


def stages(spark: SparkSession) -> Stages:
    """Count what Spark does inside `with`: `with plans.stages(spark) as seen: df.count()`, `seen.table()`.

    Raise PlanError on a session of Spark Connect, which does not tell.
    """
    return Stages(spark)


def _stage(store: Jvm, data: Jvm, broadcasts: bool) -> Stage:
    tasks = store.taskList(data.stageId(), data.attemptId(), 2**31 - 1)
    done = [task for task in items(tasks) if str(task.status()) == "SUCCESS"]
    counts = [_counts(task.taskMetrics().get()) for task in done if task.taskMetrics().isDefined()]
    sizes = [read or written for read, written in counts] or [0]
    sources = {"input": data.inputRecords() or data.inputBytes(), "shuffle": data.shuffleReadRecords()}
    sinks = {"shuffle": data.shuffleWriteRecords(), "output": data.outputRecords() or data.outputBytes()}
    return Stage(
        reads=" and ".join(name for name, rows in sources.items() if rows) or "nothing",
        writes=next((name for name, rows in sinks.items() if rows), "broadcast" if broadcasts else "result"),
        tasks=int(data.numTasks()),
        failed=int(data.numFailedTasks()),
        rows_in=int(data.inputRecords()),
        rows_read=int(data.shuffleReadRecords()),
        bytes_read=int(data.shuffleReadBytes()),
        rows_written=int(data.shuffleWriteRecords()),
        bytes_written=int(data.shuffleWriteBytes()),
        spilled=int(data.diskBytesSpilled()),
        most=max(sizes),
        middle=float(median(sizes)),
    )


def _counts(metrics: Jvm) -> tuple[int, int]:
    """Rows that a task read and wrote."""
    read = metrics.inputMetrics().recordsRead() + metrics.shuffleReadMetrics().recordsRead()
    written = metrics.shuffleWriteMetrics().recordsWritten() + metrics.outputMetrics().recordsWritten()
    return int(read), int(written)


def _place(number: int, stage: Stage) -> tuple[object, ...]:
    """Broadcasts run beside other jobs and get their numbers by chance: they go first, by their content."""
    if stage.writes == "broadcast" and stage.reads != "shuffle":
        return 0, stage.rows_in, stage.tasks, stage.most, number
    return 1, number
