"""# Running revenue, day by day

`payments` has `paid_at` (timestamp, the session's time zone is UTC) and `cents`, which is negative for a refund.
A payment whose `cents` is NULL counts as 0; one whose `paid_at` is NULL is left out.

Return one row for each day on which there is a payment, in any order of rows:

- `day`, a date;
- `cents`: the sum of the day;
- `running`: the sum of this day and of all days before it;
- `last_7`: the sum of this day and of the six calendar days before it. A day without payments adds nothing, and it is one of the six.

Payments are many and days are few, so the window over everything must not see payments: with 3,000 payments on 60 days in 2 partitions, no task that reads a shuffle may read more than 200 rows.
Adaptive execution is off.

```python
running_days(payments)
# (2026-03-01 09:00, 500), (2026-03-01 10:00, 100), (2026-03-07 08:00, 50), (2026-03-08 12:00, 7)
# → (2026-03-01, 600, 600, 600), (2026-03-07, 50, 650, 650), (2026-03-08, 7, 657, 57)
```
"""

from datetime import UTC, datetime, timedelta

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, largest, run, session, shown

PROBLEM = LabProblem(
    id="w3-spark-windows-running-days",
    pattern="aggregate, then a global window",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "Make the daily sums first; both windows then run over days.",
            "8 March less six days is 2 March: the first of March is out. What must a frame count for that, rows or days?",
        ),
        "More payments": (
            "A day all of whose payments are NULL is a day with 0.",
            "`rangeBetween(-6, 0)` needs a number to order by: `F.unix_date('day')`.",
        ),
        "The largest task": (
            "A window without `partitionBy` reads everything in one task. What is everything in your query, payments or days?",
            "`groupBy(to_date('paid_at'))` and `sum` come before `withColumn(… over …)`.",
        ),
    },
)


def solve(payments):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    paid = payments.filter("paid_at IS NOT NULL").groupBy(F.to_date("paid_at").alias("day"))
    daily = paid.agg(F.sum(F.coalesce("cents", F.lit(0))).alias("cents"))
    days = Window.orderBy(F.unix_date("day"))
    running = F.sum("cents").over(days.rowsBetween(Window.unboundedPreceding, 0))
    last_7 = F.sum("cents").over(days.rangeBetween(-6, 0))
    return daily.select("day", "cents", running.alias("running"), last_7.alias("last_7"))


COLUMNS = ["day", "cents", "running", "last_7"]
FIRST = datetime(2026, 2, 20, tzinfo=UTC)


def table(rows):
    return frame(rows, "paid_at timestamp, cents int")


def judge(function, rows, about):
    sums = {}
    for at, cents in rows:
        if at is not None:
            sums[at.date()] = sums.get(at.date(), 0) + (cents or 0)
    wanted = [
        (
            day,
            cents,
            sum(c for d, c in sums.items() if d <= day),
            sum(c for d, c in sums.items() if 0 <= (day - d).days <= 6),
        )
        for day, cents in sums.items()
    ]
    expect(answer(function, table(rows)), COLUMNS, wanted, about)


def the_example(function):
    session()
    at = datetime(2026, 3, 1, 9, tzinfo=UTC)
    hours = [(0, 500), (1, 100), (143, 50), (171, 7)]
    judge(function, [(at + timedelta(hours=h), cents) for h, cents in hours], "The example")
    return "Four payments on three days."


def more_payments(function):
    session()
    days = [0, 1, 2, 5, 8, 9, 15, 16, 30, 36, 37, 43]
    rows = [(FIRST + timedelta(days=d, minutes=97 * n), 10 * n - 40) for d in days for n in range(1 + d % 4)]
    rows += [(FIRST + timedelta(days=20), None), (FIRST + timedelta(days=5, hours=3), None), (None, 900)]
    rows += [(FIRST + timedelta(days=9, seconds=-1), 3), (FIRST + timedelta(days=30), -5_000)]
    judge(function, rows, "More payments")
    return "Gaps, refunds, missing amounts and times, the last second of a day."


def the_largest_task(function):
    session()
    rows = [(FIRST + timedelta(days=n % 60, minutes=n % 1_000), n % 500) for n in range(3_000)]
    stages = run(answer(function, table(rows)))
    if largest(stages) > 200:
        sentence = f"A task reads {largest(stages):,} rows of a shuffle; 200 are enough."
        raise Refused("one task", sentence, stages=shown(stages))
    return f"The largest task reads {largest(stages)} rows."


PARTS = {"The example": the_example, "More payments": more_payments, "The largest task": the_largest_task}


@variant
def in_sql(payments):
    return payments.sparkSession.sql(
        """WITH daily AS (
            SELECT CAST(paid_at AS DATE) AS day, coalesce(sum(cents), 0) AS cents
            FROM {payments} WHERE paid_at IS NOT NULL GROUP BY 1)
        SELECT day, cents, sum(cents) OVER (ORDER BY day) AS running,
            sum(cents) OVER (ORDER BY day RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW) AS last_7
        FROM daily""",
        payments=payments,
    )


@variant
def days_joined(payments):
    from pyspark.sql import functions as F

    daily = payments.where("paid_at IS NOT NULL").groupBy(F.to_date("paid_at").alias("day"))
    daily = daily.agg(F.sum(F.expr("ifnull(cents, 0)")).alias("cents"))
    other = daily.select(F.col("day").alias("d"), F.col("cents").alias("c"))
    pairs = daily.crossJoin(other).filter("d <= day").groupBy("day", "cents")
    week = F.sum(F.when(F.datediff("day", "d") < 7, F.col("c")).otherwise(0))
    return pairs.agg(F.sum("c").alias("running"), week.alias("last_7"))


@variant
def spread_over_days(payments):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    sums = payments.groupBy(F.date_trunc("day", "paid_at").alias("at")).agg(
        F.coalesce(F.sum("cents"), F.lit(0)).alias("cents")
    )
    w = Window.orderBy(F.col("at").cast("long"))
    return sums.where("at IS NOT NULL").select(
        F.to_date("at").alias("day"),
        "cents",
        F.sum("cents").over(w).alias("running"),
        F.sum("cents").over(w.rangeBetween(-6 * 86_400, 0)).alias("last_7"),
    )


@wrong("seven rows are seven days only where no day is missing", fails="rows")
def seven_rows(payments):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    paid = payments.filter("paid_at IS NOT NULL").groupBy(F.to_date("paid_at").alias("day"))
    daily = paid.agg(F.sum(F.coalesce("cents", F.lit(0))).alias("cents"))
    days = Window.orderBy("day")
    running, last_7 = F.sum("cents").over(days), F.sum("cents").over(days.rowsBetween(-6, 0))
    return daily.select("day", "cents", running.alias("running"), last_7.alias("last_7"))


@wrong("the window runs over payments, all in one task", fails="one task", passes_examples=True)
def over_payments(payments):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    paid = payments.filter("paid_at IS NOT NULL").select(
        F.to_date("paid_at").alias("day"), F.coalesce("cents", F.lit(0)).alias("cents")
    )
    days = Window.orderBy(F.unix_date("day"))
    return paid.select(
        "day",
        F.sum("cents").over(Window.partitionBy("day")).alias("cents"),
        F.sum("cents").over(days).alias("running"),
        F.sum("cents").over(days.rangeBetween(-6, 0)).alias("last_7"),
    ).distinct()


@wrong("a week has eight days", fails="rows")
def eight_days(payments):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    paid = payments.filter("paid_at IS NOT NULL").groupBy(F.to_date("paid_at").alias("day"))
    daily = paid.agg(F.sum(F.coalesce("cents", F.lit(0))).alias("cents"))
    days = Window.orderBy(F.unix_date("day"))
    running, last_7 = F.sum("cents").over(days), F.sum("cents").over(days.rangeBetween(-7, 0))
    return daily.select("day", "cents", running.alias("running"), last_7.alias("last_7"))


@wrong("payments without a time make a day of their own", fails="rows", passes_examples=True)
def no_time(payments):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    paid = payments.groupBy(F.to_date("paid_at").alias("day"))
    daily = paid.agg(F.sum(F.coalesce("cents", F.lit(0))).alias("cents"))
    days = Window.orderBy(F.unix_date("day"))
    running, last_7 = F.sum("cents").over(days), F.sum("cents").over(days.rangeBetween(-6, 0))
    return daily.select("day", "cents", running.alias("running"), last_7.alias("last_7"))


NOTES = """
**Why it holds**: sums add up, so the days carry all that both windows need; each partition sends at most one row a day.

**Pitfall**: `rowsBetween(-6, 0)`.
It is right on the test data, where every day has payments, and wrong from the first holiday on.

**Alternative**: a calendar joined to the daily sums makes rows and days the same thing, and shows the days without payments as well.

**At work**: the warning "No Partition Defined for Window operation" is harmless over 60 days and the end of a job over 60 million payments: look at what is below the window, not at the warning.
"""
