"""# One change for each customer

A file of the feed holds several changes of a customer, in any order, and some lines twice.
MERGE takes one change for each key.

Write the function that gets `changes`, a DataFrame of Spark with the columns `customer_id` INT, `op` STRING, `lsn` BIGINT, `city` STRING and `segment` STRING, and returns a DataFrame with the same columns and one row for each customer: the change with the greatest `lsn`, *as it is*.

- Lines with the same `lsn` are copies of one line; every line has an `lsn`.
- A delete (`op` is `d`) has no city and no segment; it is a change like the others, and its row is returned.
- In an update, too, a NULL is a value: it stays NULL.
- Lines without `customer_id` are left out.

| customer_id | op | lsn | city | segment |
| --: | :-- | --: | :-- | :-- |
| 7 | u | 40 | Lyon | vip |
| 7 | c | 16 | Lille | new |
| 9 | u | 24 | Graz | regular |
| 9 | d | 48 | NULL | NULL |

The first and the last row are returned.

Then the plan is judged: `changes` is read once, and its rows cross the network (are shuffled) once.
The order of rows and columns does not matter.
"""

from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_03.change_data import _feeds

PROBLEM = LabProblem(
    id="w3-change-data-fold-batch",
    pattern="newest of a key",
    difficulty="easy",
    minutes=15,
    points=3,
    hints={
        "As in the statement": (
            "This is the first row of each group: number the rows of a customer by descending `lsn`.",
            '`F.row_number().over(Window.partitionBy("customer_id").orderBy(F.desc("lsn")))`, then keep 1 and drop the number.',
        ),
        "Any batch": (
            "Take the whole row of the greatest `lsn`; a maximum of each column mixes several rows.",
            "A window keeps NULLs as they are; `first` and `last` with `ignorenulls` do not.",
        ),
        "Read once, shuffled once": (
            "Look for `Exchange` in `explain()`: what makes the second one?",
            "`row_number` needs no `dropDuplicates` before it: copies of a line get different numbers.",
            "A join with the maxima reads `changes` twice: use the window, or `max_by`.",
        ),
    },
)


def solve(changes):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc("lsn"))
    numbered = changes.where("customer_id IS NOT NULL").withColumn("n", F.row_number().over(newest))
    return numbered.where("n = 1").drop("n")


EXAMPLE = [(7, "u", 40, "Lyon", "vip"), (7, "c", 16, "Lille", "new"), (9, "u", 24, "Graz", "regular"),
           (9, "d", 48, None, None)]  # fmt: skip
EDGES = [
    (1, "u", 80, None, "vip"), (1, "c", 8, "Wien", "new"), (1, "u", 80, None, "vip"),
    (2, "d", 88, None, None), (2, "d", 88, None, None), (2, "u", 72, "Linz", "vip"),
    (3, "r", 16, "Delft", None), (3, "u", 24, "Leiden", None), (3, "u", 56, "Delft", "new"),
    (None, "u", 96, "York", "vip"), (None, "c", 4, "York", "new"), (4, "c", 3_000_000_000, "Paris", "new"),
    (4, "u", 2_999_999_999, "Zürich", "regular"),
]  # fmt: skip


def oracle(rows):
    """One customer after the other, in Python."""
    found = {}
    for row in rows:
        if row[0] is not None and (row[0] not in found or row[2] > found[row[0]][2]):
            found[row[0]] = row
    return list(found.values())


def some(seed, size):
    rng = Random(seed)
    rows = [
        (100 + rng.randrange(size // 4), op := rng.choice("ccuuud"), 8 * lsn,
         None if op == "d" else rng.choice(["Wien", "Graz", None]),
         None if op == "d" else rng.choice(["new", "vip"]))
        for lsn in range(1, size)
    ]  # fmt: skip
    rows += rng.choices(rows, k=size // 5)
    rng.shuffle(rows)
    return rows


def expect(function, rows):
    _feeds.expect(function, _feeds.table(rows), columns=_feeds.TYPES, wanted=oracle(rows), given=rows)


def statement(function):
    expect(function, EXAMPLE)
    return "The rows of the statement come back."


def any_batch(function):
    expect(function, [*EDGES, *some(3, 200)])
    expect(function, [])
    return "Copies, NULLs, deletes, an empty batch, and 240 lines in disorder."


def once(function):
    from seniorde import plans

    plan = plans.explain(_feeds.answered(function, _feeds.table(some(4, 100)), columns=_feeds.TYPES))
    reads = sum(node.kind == "source" for node in plan.root.walk())
    if reads != 1 or plan.shuffles != 1:
        raise Refused(
            "plan",
            f"The plan reads `changes` {reads} times and shuffles {plan.shuffles} times; once each is enough.",
            plan=plan.text(),
        )
    return "Read once, shuffled once."


PARTS = {"As in the statement": statement, "Any batch": any_batch, "Read once, shuffled once": once}


@variant
def greatest_struct(changes):
    from pyspark.sql import functions as F

    rows = changes.where(F.col("customer_id").isNotNull())
    newest = F.max(F.struct("lsn", "op", "city", "segment")).alias("newest")
    return rows.groupBy("customer_id").agg(newest).select("customer_id", "newest.*")


@variant
def by_sql(changes):
    return changes.sparkSession.sql(
        """SELECT customer_id, max_by(op, lsn) AS op, max(lsn) AS lsn, max_by(city, lsn) AS city,
            max_by(segment, lsn) AS segment
        FROM {changes} WHERE customer_id IS NOT NULL GROUP BY customer_id""",
        changes=changes,
    )


@variant
def ranked(changes):
    """`rank` leaves copies of the newest line, which are removed by the same key."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.col("lsn").desc())
    first = changes.filter("customer_id is not null").withColumn("n", F.rank().over(newest)).filter("n = 1")
    return first.dropDuplicates(["customer_id"]).select("segment", "city", "lsn", "op", "customer_id")


@wrong("the maximum of each column is a row that nobody sent")
def each_column(changes):
    return changes.sparkSession.sql(
        """SELECT customer_id, max(op) AS op, max(lsn) AS lsn, max(city) AS city, max(segment) AS segment
        FROM {changes} WHERE customer_id IS NOT NULL GROUP BY customer_id""",
        changes=changes,
    )


@wrong("a customer who was deleted last has no row, so that nobody deletes him")
def without_deletes(changes):
    return solve(changes).where("op <> 'd'")


@wrong("deletes are left out before, and an older change wins")
def deletes_first(changes):
    return solve(changes.where("op <> 'd'"))


@wrong("a NULL that was sent is filled from an older change", passes_examples=True)
def filled(changes):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    log = Window.partitionBy("customer_id").orderBy("lsn")
    rows = changes.where("customer_id IS NOT NULL")
    last = [F.last(name, ignorenulls=True).over(log).alias(name) for name in ("city", "segment")]
    kept = rows.select("customer_id", "op", "lsn", *last)
    kept = kept.selectExpr(
        "customer_id",
        "op",
        "lsn",
        "IF(op = 'd', NULL, city) AS city",
        "IF(op = 'd', NULL, segment) AS segment",
    )
    return solve(kept)


@wrong("rank keeps the copies of the newest line", passes_examples=True)
def copies(changes):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc("lsn"))
    ranked = changes.where("customer_id IS NOT NULL").withColumn("n", F.rank().over(newest))
    return ranked.where("n = 1").drop("n")


@wrong("lines without a key are a customer of their own", passes_examples=True)
def null_key(changes):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc("lsn"))
    return changes.withColumn("n", F.row_number().over(newest)).where("n = 1").drop("n")


@wrong("removing the copies first is a shuffle of its own", fails="plan", passes_examples=True)
def distinct_first(changes):
    return solve(changes.distinct())


@wrong("a join with the maxima reads the changes twice", fails="plan", passes_examples=True)
def by_join(changes):
    rows = changes.where("customer_id IS NOT NULL")
    last = rows.groupBy("customer_id").agg({"lsn": "max"}).withColumnRenamed("max(lsn)", "lsn")
    return rows.join(last, ["customer_id", "lsn"]).dropDuplicates(["customer_id"])


@wrong(
    "sorted, then the first that comes: nothing promises it, and the sort is a shuffle",
    fails="plan",
    passes_examples=True,
)
def sorted_first(changes):
    from pyspark.sql import functions as F

    rows = changes.where("customer_id IS NOT NULL").orderBy(F.desc("lsn"))
    return rows.groupBy("customer_id").agg(
        *(F.max_by(name, "lsn").alias(name) for name in ("op", "city", "segment")), F.max("lsn").alias("lsn")
    )


NOTES = """
**Why it holds**: the newest change of a key is a maximum by `lsn`, so it asks for no order of arrival and takes copies for nothing. One window by the key needs the rows of a key in one place: one shuffle.

**Pitfall**: `dropDuplicates(["customer_id"])` after a sort keeps *some* row. The sort orders the output of one stage; the next shuffle brings the pieces in any order.

**Alternative**: `max_by` and the maximum of a struct aggregate before the shuffle (a *partial* aggregate), so at most one row of a key leaves each task. The window has its own form of this since Spark 3.5, `WindowGroupLimit`; look for it in the plan.

**At work**: fold inside `foreachBatch`, right before the MERGE. A key that comes back ten thousand times in a batch (a counter, a heartbeat) is a skewed partition in the window, and one row a task in the aggregate.
"""
