"""# The newest two orders of every customer

`orders` has `order_id` (unique), `customer_id`, `ordered_at` (timestamp) and `cents`.

Return the two newest orders of every customer, all four columns unchanged, in any order of rows.
Newest is the latest `ordered_at`; among equal ones the largest `order_id`.
An order whose `ordered_at` is NULL counts as older than every other.
A customer with one order has one row.
Orders whose `customer_id` is NULL belong together, as if NULL were one more customer.

Nearly all orders are thrown away, so they must not be shuffled first: with 3,000 orders of 25 customers in 2 partitions, all shuffles together may carry at most 300 rows, and the orders are read once.
Adaptive execution is off.

```python
newest_two(orders)
# (1, 7, 2026-03-01, 500), (2, 7, 2026-03-02, 80), (3, 7, 2026-03-02, 90), (4, 8, NULL, 70)
# → orders 3, 2 and 4
```
"""

from datetime import UTC, datetime, timedelta

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, run, session, shown, shuffled

PROBLEM = LabProblem(
    id="w3-spark-windows-newest-two",
    pattern="group limit below the shuffle",
    difficulty="easy",
    minutes=15,
    points=2,
    hints={
        "The example": (
            "A window by customer, newest first, and a number for each row: which function never gives two rows one number?",
            "Order by `ordered_at` and by `order_id`, both descending; drop the number at the end.",
        ),
        "More customers": (
            "Where does a descending order put NULL? Say it, if you are not sure: `F.desc_nulls_last`.",
            "`PARTITION BY` keeps a NULL customer together; a join on `customer_id` loses it.",
        ),
        "What is shuffled": (
            "Look for `WindowGroupLimit` in `explain()`: Spark keeps the first rows of each group before the shuffle, if the limit is plain.",
            "`filter(n <= 2)` directly on the window's column: no arithmetic on it, no other window beside it.",
        ),
    },
)


def solve(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc_nulls_last("ordered_at"), F.desc("order_id"))
    numbered = orders.withColumn("n", F.row_number().over(newest))
    return numbered.filter("n <= 2").drop("n")


COLUMNS = ["order_id", "customer_id", "ordered_at", "cents"]
DAY = datetime(2026, 3, 1, tzinfo=UTC)


def table(rows):
    return frame(rows, "order_id int, customer_id int, ordered_at timestamp, cents int")


def judge(function, rows, about):
    oldest = DAY - timedelta(days=9_999)
    groups = {}
    for row in sorted(rows, key=lambda row: (row[2] or oldest, row[0]), reverse=True):
        groups.setdefault(row[1], []).append(row)
    wanted = [row for group in groups.values() for row in group[:2]]
    expect(answer(function, table(rows)), COLUMNS, wanted, about)


def the_example(function):
    session()
    later = DAY + timedelta(days=1)
    judge(function, [(1, 7, DAY, 500), (2, 7, later, 80), (3, 7, later, 90), (4, 8, None, 70)], "The example")
    return "Three orders of one customer, one of another."


def more_customers(function):
    session()
    rows = [(n, n % 4 if n % 5 else None, DAY + timedelta(hours=n * 7 % 10), n) for n in range(60)]
    rows += [(100 + n, 50, None, n) for n in range(3)]
    rows += [(200 + n, 51, DAY if n == 1 else None, None) for n in range(4)]
    rows += [(300 + n, 52 + n % 2, DAY, 5) for n in range(7)] + [(400, 60, DAY, 1)]
    judge(function, rows, "More customers")
    return "Equal times, missing times, a customer that is NULL, one order only."


def what_is_shuffled(function):
    session()
    rows = [(n, n * 31 % 25, DAY + timedelta(minutes=n * 17 % 2_900), n) for n in range(3_000)]
    found = answer(function, table(rows))
    reads = found._jdf.queryExecution().executedPlan().toString().count("Scan ExistingRDD")
    if reads > 1:
        raise Refused("reads", f"The plan reads the orders {reads} times; once is enough.")
    stages = run(found)
    if shuffled(stages) > 300:
        sentence = f"The shuffles carry {shuffled(stages):,} rows; 300 are enough."
        raise Refused("moved", sentence, stages=shown(stages))
    return f"{shuffled(stages)} rows shuffled."


PARTS = {"The example": the_example, "More customers": more_customers, "What is shuffled": what_is_shuffled}


@variant
def in_sql(orders):
    return orders.sparkSession.sql(
        """SELECT order_id, customer_id, ordered_at, cents FROM (
            SELECT *, row_number() OVER (
                PARTITION BY customer_id ORDER BY ordered_at DESC NULLS LAST, order_id DESC) AS place
            FROM {orders}) WHERE place < 3""",
        orders=orders,
    )


@variant
def qualified(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    w = Window.partitionBy("customer_id").orderBy(F.col("ordered_at").desc(), F.col("order_id").desc())
    return (
        orders.select("*", F.rank().over(w).alias("place")).where(F.col("place") <= 2).select(orders.columns)
    )


@variant
def two_largest(orders):
    from pyspark.sql import functions as F

    row = F.struct("ordered_at", "order_id", "cents")
    kept = orders.groupBy("customer_id").agg(F.collect_list(row).alias("rows"))
    first = F.slice(F.sort_array("rows", asc=False), 1, 2)
    found = kept.select("customer_id", F.explode(first).alias("r"))
    return found.select("r.order_id", "customer_id", "r.ordered_at", "r.cents")


@wrong("arithmetic hides the limit: every row is shuffled", fails="moved", passes_examples=True)
def hidden_limit(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc_nulls_last("ordered_at"), F.desc("order_id"))
    numbered = orders.withColumn("n", F.row_number().over(newest) - 1)
    return numbered.filter("n < 2").drop("n")


@wrong("a count beside it needs all rows of the group", fails="moved", passes_examples=True)
def with_count(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc_nulls_last("ordered_at"), F.desc("order_id"))
    of_all = F.count("*").over(Window.partitionBy("customer_id"))
    numbered = orders.withColumn("n", F.row_number().over(newest)).withColumn("all", of_all)
    return numbered.filter("n <= 2 AND all > 0").select(orders.columns)


@wrong("equal times get one rank", fails="rows")
def ranked(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc_nulls_last("ordered_at"))
    return orders.withColumn("n", F.dense_rank().over(newest)).filter("n <= 2").drop("n")


@wrong("a missing time is the newest", fails="rows", passes_examples=True)
def nulls_first(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc_nulls_first("ordered_at"), F.desc("order_id"))
    return orders.withColumn("n", F.row_number().over(newest)).filter("n <= 2").drop("n")


@wrong("finds the ids, then reads and shuffles all orders again", fails="reads", passes_examples=True)
def read_again(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc_nulls_last("ordered_at"), F.desc("order_id"))
    ids = orders.withColumn("n", F.row_number().over(newest)).filter("n <= 2").select("order_id")
    return orders.join(ids, "order_id").select(orders.columns)


NOTES = """
**Why it holds**: the newest two of a customer are among the newest two of each partition, so every partition may throw the rest away before the shuffle: `WindowGroupLimit`, once below and once above it.

**Pitfall**: anything between the rank and its limit (`n - 1 < 2`, an `OR`, a second window) makes Spark shuffle and sort every row, and the result is the same.

**Alternative**: an aggregate that keeps the largest, `max_by` for the newest one; `collect_list` also combines before the shuffle, but carries all rows inside its lists.

**At work**: the newest version of each key in a change feed, the first step of most merges.
"""
