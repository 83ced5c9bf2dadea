"""# How large will the tasks be?

Before a job is started, somebody wants to know how even its shuffle would be.
`events` is a DataFrame, `key` the name of a column of type bigint, `tasks` the number of shuffle partitions.

Return a DataFrame `task`, `rows`: for each task from 0 to `tasks - 1`, the number of rows that it would read after a shuffle by `key`, the one that a join or `repartition(tasks, key)` makes.
Spark sends a row to the task `hash(key)` modulo `tasks`, where the remainder is never negative.
A NULL key has a hash too, whatever `hash` says of it.
Tasks that would get no row have the number 0.
Any order of rows is right.

The rows themselves must not be shuffled: all shuffles of your query together may carry at most 200 rows, for 3,000 events in 2 partitions and 8 tasks.
Adaptive execution is off.

```python
task_rows(events, "seller_id", 3)  # keys 1, 1, 2, 3, NULL
# task 0: 2 rows, task 1: 0 rows, task 2: 3 rows
```
"""

from functools import cache

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, run, session, shown, shuffled

PROBLEM = LabProblem(
    id="w3-skew-task-rows",
    pattern="skew foreseen",
    difficulty="easy",
    minutes=15,
    points=2,
    hints={
        "The example": (
            "Which task a row goes to can be computed from the row: no shuffle of rows is needed to know it.",
            "`F.hash(key)` may be negative, and `%` keeps the sign; `F.pmod` does not. A task without rows has no group: where does its 0 come from?",
        ),
        "More keys": (
            "Negative keys, NULL, keys beyond 32 bits, one key only: compare with `events.repartition(tasks, key)` and `F.spark_partition_id()`.",
            "Do not change the key's type or value before you hash it: the hash is another one then.",
        ),
        "What is shuffled": (
            "An aggregate sends one row a group from every partition. What did your shuffle carry instead?",
            "Group by the computed task: at most 8 rows from each partition.",
        ),
    },
)


def solve(events, key: str, tasks: int):
    from pyspark.sql import functions as F

    task = F.pmod(F.hash(key), F.lit(tasks)).alias("task")
    counted = events.groupBy(task).agg(F.count("*").alias("rows"))
    every = events.sparkSession.range(tasks).select(F.col("id").cast("int").alias("task"))
    return every.join(counted, "task", "left").fillna(0, ["rows"])


KEYS = {
    "The example": ([1, 1, 2, 3, None], 3),
    "Negative keys, large keys, NULL": (
        [*range(-40, 40), *(10**12 + n for n in range(40)), *[None] * 25, *[-3] * 30],
        7,
    ),
    "No events": ([], 4),
}


@cache
def truth(name):
    """Counted after the shuffle itself."""
    from pyspark.sql import functions as F

    keys, tasks = KEYS[name]
    moved = events(keys).repartition(tasks, "seller_id").groupBy(F.spark_partition_id()).count()
    found = dict(map(tuple, moved.collect()))
    return [(task, found.get(task, 0)) for task in range(tasks)]


def events(keys):
    return frame([(key, n) for n, key in enumerate(keys)], "seller_id bigint, n int")


def judge(function, name):
    keys, tasks = KEYS[name]
    expect(answer(function, events(keys), "seller_id", tasks), ["task", "rows"], truth(name), name)


def the_example(function):
    session()
    judge(function, "The example")
    return "Five events, three tasks."


def more_keys(function):
    session()
    for name in KEYS:
        if name != "The example":
            judge(function, name)
    return "Negative, large and missing keys, no events."


def what_is_shuffled(function):
    session()
    many = events([n % 90 for n in range(3_000)])
    stages = run(answer(function, many, "seller_id", 8))
    if shuffled(stages) > 200:
        sentence = f"The shuffles carry {shuffled(stages):,} rows; 200 are enough."
        raise Refused("plan", sentence, stages=shown(stages))
    return f"{shuffled(stages)} rows shuffled."


PARTS = {"The example": the_example, "More keys": more_keys, "What is shuffled": what_is_shuffled}


@variant
def in_sql(events, key, tasks):
    return events.sparkSession.sql(
        f"""SELECT CAST(id AS INT) AS task, coalesce(rows, 0) AS rows FROM range({tasks}) LEFT JOIN (
            SELECT pmod(hash({key}), {tasks}) AS task, count(*) AS rows FROM {{events}} GROUP BY 1)
        ON id = task""",
        events=events,
    )


@variant
def collected(events, key, tasks):
    from pyspark.sql import functions as F

    found = dict(map(tuple, events.groupBy(F.pmod(F.hash(key), F.lit(tasks))).count().collect()))
    rows = [(task, found.get(task, 0)) for task in range(tasks)]
    return events.sparkSession.createDataFrame(rows, "task int, rows bigint")


@wrong("shuffles every row to count it", fails="plan", passes_examples=True)
def shuffled_first(events, key, tasks):
    from pyspark.sql import functions as F

    moved = events.repartition(tasks, key).groupBy(F.spark_partition_id().alias("task"))
    found = moved.agg(F.count("*").alias("rows"))
    every = events.sparkSession.range(tasks).select(F.col("id").cast("int").alias("task"))
    return every.join(found, "task", "left").fillna(0, ["rows"])


@wrong("the remainder of a negative hash is negative", fails="rows")
def plain_remainder(events, key, tasks):
    from pyspark.sql import functions as F

    counted = events.groupBy((F.hash(key) % tasks).alias("task")).agg(F.count("*").alias("rows"))
    every = events.sparkSession.range(tasks).select(F.col("id").cast("int").alias("task"))
    return every.join(counted, "task", "left").fillna(0, ["rows"])


@wrong("a task without rows is missing", fails="rows")
def only_filled(events, key, tasks):
    from pyspark.sql import functions as F

    task = F.pmod(F.hash(key), F.lit(tasks)).alias("task")
    return events.groupBy(task).agg(F.count("*").alias("rows"))


@wrong("count(key) does not count the rows whose key is NULL", fails="rows")
def keys_counted(events, key, tasks):
    from pyspark.sql import functions as F

    task = F.pmod(F.hash(key), F.lit(tasks)).alias("task")
    counted = events.groupBy(task).agg(F.count(key).alias("rows"))
    every = events.sparkSession.range(tasks).select(F.col("id").cast("int").alias("task"))
    return every.join(counted, "task", "left").fillna(0, ["rows"])


NOTES = """
**Why it holds**: the shuffle's rule is a function of the row, so each partition can count for itself, and only the counts travel.

**Pitfall**: `abs(hash) % n`.
It agrees for positive hashes, and half of them are negative.
`hash(NULL)` is the seed, 42, so all rows without a key meet in one task.

**Alternative**: count by key, take the largest: that is a lower bound for the longest task whatever the number of tasks, and names the key.

**At work**: a check before an expensive join: largest task against the mean, from a sample or from the table's statistics.
"""
