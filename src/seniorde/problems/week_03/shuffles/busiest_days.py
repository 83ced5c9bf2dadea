"""# Busiest days with one shuffle

`orders` has `order_id` (bigint), `customer_id` (int, never NULL), `day` (date, never NULL) and `cents` (int, never NULL).

Return a row for each customer: `customer_id`, `days` (on how many different days there was an order), `best` (the largest sum of `cents` of one day) and `total` (the sum of all `cents`).
Sums may be negative, because returns are.
Any order of rows is right.

The plan may hold *one* shuffle and no broadcast, and may read `orders` once.
It may carry each order once: with 3,000 orders at most 3,000 rows.
Adaptive execution is off.

```python
busiest_days(orders)
# orders: (1, 7, 1 May, 500), (2, 7, 1 May, 100), (3, 7, 2 May, 550), (4, 9, 2 May, -30)
# (7, 2, 600, 1150), (9, 1, -30, -30)
```
"""

from datetime import date, timedelta
from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, moved, operators, plan, session

PROBLEM = LabProblem(
    id="w3-shuffles-busiest-days",
    pattern="two groupings, one shuffle",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "First a sum for each customer and day, then the largest of them, their number and their sum.",
            "`groupBy('customer_id', 'day')`, and on its result `groupBy('customer_id')`.",
        ),
        "More orders": (
            "What is the best of days that are all negative?",
            "Do not start from 0, and do not drop days whose sum is 0.",
        ),
        "The shuffle": (
            "Rows that were brought together by customer: are those of one customer and day together, too?",
            "`orders.repartition('customer_id')` first; both groupings then find their rows in place.",
        ),
    },
)


def solve(orders):
    from pyspark.sql import functions as F

    gathered = orders.repartition("customer_id")
    daily = gathered.groupBy("customer_id", "day").agg(F.sum("cents").alias("sum"))
    return daily.groupBy("customer_id").agg(
        F.count("*").alias("days"), F.max("sum").alias("best"), F.sum("sum").alias("total")
    )


COLUMNS = ["customer_id", "days", "best", "total"]
SCHEMA = "order_id bigint, customer_id int, day date, cents int"
MAY = date(2025, 5, 1)


def oracle(orders):
    customers = {}
    for _, customer, day, cents in orders:
        daily = customers.setdefault(customer, {})
        daily[day] = daily.get(day, 0) + cents
    return [(c, len(days), max(days.values()), sum(days.values())) for c, days in customers.items()]


def judge(function, orders, about):
    found = answer(function, frame(orders, SCHEMA))
    expect(found, COLUMNS, oracle(orders), about)
    return found


def the_example(function):
    session()
    orders = [
        (1, 7, MAY, 500),
        (2, 7, MAY, 100),
        (3, 7, MAY + timedelta(1), 550),
        (4, 9, MAY + timedelta(1), -30),
    ]
    judge(function, orders, "The example")
    return "Two customers, two days."


def more_orders(function):
    days = [MAY + timedelta(n) for n in range(5)]
    orders = [
        (1, 1, days[0], 40),
        (2, 1, days[0], -40),
        (3, 1, days[1], -5),
        (4, 2, days[3], -9),
        (5, 2, days[4], -7),
    ]
    orders += [(6, 3, days[2], 2**31 - 1), (7, 3, days[2], 2**31 - 1), (8, 3, days[1], 5), (8, 3, days[1], 5)]
    judge(function, orders, "With returns")
    judge(function, [], "Without orders")
    return "Sums of 0 and below, sums beyond 32 bits, an order that stands twice, no orders."


def the_shuffle(function):
    rng = Random(2)
    orders = [
        (n, rng.randrange(60), MAY + timedelta(rng.randrange(20)), rng.randrange(-50, 500))
        for n in range(3_000)
    ]
    ran = plan(judge(function, orders, "With 3,000 orders"))
    count = len(operators(ran, "Shuffle"))
    if operators(ran, "Broadcast"):
        raise Refused("broadcast", "The plan broadcasts; none is needed.", plan=str(ran))
    if count > 1:
        raise Refused("shuffles", f"The plan holds {count} shuffles; one is enough.", plan=str(ran))
    if moved(ran) > 3_000 or len(operators(ran, "RDD Scan")) > 1:
        raise Refused("moved", "Each order is read and moved at most once.", plan=str(ran))
    return f"One shuffle of {moved(ran):,} rows."


PARTS = {"The example": the_example, "More orders": more_orders, "The shuffle": the_shuffle}


@variant
def by_list(orders):
    """All orders of a customer in one row, and the days in a function of arrays."""
    return orders.sparkSession.sql(
        """SELECT customer_id, size(sums) AS days, array_max(sums) AS best,
            aggregate(sums, 0L, (a, b) -> a + b) AS total
        FROM (SELECT customer_id, transform(array_distinct(transform(list, x -> x.day)),
                d -> aggregate(list, 0L, (a, x) -> a + if(x.day = d, x.cents, 0))) AS sums
            FROM (SELECT customer_id, collect_list(struct(day, cents)) AS list FROM {orders}
                GROUP BY customer_id))""",
        orders=orders,
    )


@variant
def by_windows(orders):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    summed = orders.repartition(5, "customer_id").withColumn(
        "sum", F.sum("cents").over(Window.partitionBy("customer_id", "day"))
    )
    return summed.groupBy("customer_id").agg(
        F.count_distinct("day").alias("days"), F.max("sum").alias("best"), F.sum("cents").alias("total")
    )


@variant
def everything_in_one_task(orders):
    return orders.coalesce(1).sparkSession.sql(
        """SELECT customer_id, count(*) AS days, max(s) AS best, sum(s) AS total
        FROM (SELECT customer_id, day, sum(cents) AS s FROM {rows} GROUP BY ALL) GROUP BY customer_id""",
        rows=orders.repartition("customer_id"),
    )


@wrong("two groupings, two shuffles", fails="shuffles", passes_examples=True)
def two_groupings(orders):
    from pyspark.sql import functions as F

    daily = orders.groupBy("customer_id", "day").agg(F.sum("cents").alias("sum"))
    return daily.groupBy("customer_id").agg(
        F.count("*").alias("days"), F.max("sum").alias("best"), F.sum("sum").alias("total")
    )


@wrong(
    "gathered by customer and day: the second grouping shuffles again", fails="shuffles", passes_examples=True
)
def by_both(orders):
    from pyspark.sql import functions as F

    daily = (
        orders.repartition("customer_id", "day")
        .groupBy("customer_id", "day")
        .agg(F.sum("cents").alias("sum"))
    )
    return daily.groupBy("customer_id").agg(
        F.count("*").alias("days"), F.max("sum").alias("best"), F.sum("sum").alias("total")
    )


@wrong("two results that are joined: the orders are read twice", fails="shuffles", passes_examples=True)
def joined(orders):
    from pyspark.sql import functions as F

    gathered = orders.repartition("customer_id")
    daily = gathered.groupBy("customer_id", "day").agg(F.sum("cents").alias("sum"))
    best = daily.groupBy("customer_id").agg(F.count("*").alias("days"), F.max("sum").alias("best"))
    total = gathered.groupBy("customer_id").agg(F.sum("cents").alias("total"))
    return best.join(total, "customer_id")


@wrong("the largest order instead of the largest day", fails="rows")
def largest_order(orders):
    from pyspark.sql import functions as F

    return orders.groupBy("customer_id").agg(
        F.count_distinct("day").alias("days"), F.max("cents").alias("best"), F.sum("cents").alias("total")
    )


@wrong("orders are counted, not days", fails="rows")
def counts_orders(orders):
    from pyspark.sql import functions as F

    daily = orders.repartition("customer_id").groupBy("customer_id", "day")
    summed = daily.agg(F.sum("cents").alias("sum"), F.count("*").alias("n"))
    return summed.groupBy("customer_id").agg(
        F.sum("n").alias("days"), F.max("sum").alias("best"), F.sum("sum").alias("total")
    )


@wrong("days whose sum is not above 0 are left out", fails="rows")
def positive_days(orders):
    from pyspark.sql import functions as F

    daily = orders.repartition("customer_id").groupBy("customer_id", "day").agg(F.sum("cents").alias("sum"))
    return daily.groupBy("customer_id").agg(
        F.count(F.when(F.col("sum") > 0, 1)).alias("days"), F.greatest(F.max("sum"), F.lit(0)).alias("best"),
        F.sum("sum").alias("total"),
    )  # fmt: skip


@wrong("an order that stands twice is dropped", fails="rows", passes_examples=True)
def distinct(orders):
    from pyspark.sql import functions as F

    daily = (
        orders.repartition("customer_id")
        .distinct()
        .groupBy("customer_id", "day")
        .agg(F.sum("cents").alias("sum"))
    )
    return daily.groupBy("customer_id").agg(
        F.count("*").alias("days"), F.max("sum").alias("best"), F.sum("sum").alias("total")
    )


NOTES = """
**Why it holds**: a grouping needs the rows of each group in one task. Rows that are distributed by a *subset* of the grouping columns fulfil that, so Spark plans no further shuffle.

**Pitfall**: the price. Without the `repartition` the first shuffle carries a row a customer, day and task, with it every order. It pays where the combine saves little, and where a stage less is worth more than some bytes.

**Alternative**: gather once by the coarsest key that all steps share, also over joins and windows; or a table that is bucketed by it.

**At work**: sessions, funnels and customer features: ten steps, all by customer. One shuffle at their beginning, and the plan shows ten steps without another.
"""
