"""# The promotions of an order's hour

`orders` has `order_id` (bigint, unique) and `at` (timestamp, never NULL); `promotions` has `promotion` (int, unique), `begins` and `ends` (timestamps, never NULL; `ends` is after `begins`).
A promotion holds from `begins`, which it includes, to `ends`, which it does not.
None is longer than 40 days; they may overlap, and they may begin and end at any moment.

Return every pair of an order and a promotion that held at that moment: `order_id`, `promotion`.
Orders without a promotion are left out.
Any order of rows is right.

A condition of two comparisons alone is a nested loop.
The plan may hold none, and no cartesian product and no broadcast: both tables are large.
With 1,000 orders and 100 promotions of at most 3 days, over 60 days, all shuffles together may carry at most 3,000 rows, and no task may read more than 900 rows of a shuffle: a key that is the same for all is no key.
The session's time zone is UTC, adaptive execution is off.

```python
promotions_held(orders, promotions)
# orders: (1, 1 May 12:00), (2, 3 May 00:00); promotions: (7, 1 May 12:00, 3 May 00:00), (8, 2 May, 4 May)
# (1, 7), (2, 8)
```
"""

from datetime import datetime, timedelta
from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, moved, operators, plan, session

PROBLEM = LabProblem(
    id="w3-spark-joins-promotions-held",
    pattern="a range join with an equality",
    difficulty="hard",
    minutes=25,
    points=4,
    hints={
        "The example": (
            "First any join with the right pairs: `at >= begins AND at < ends`.",
            "Give the join an equality that every right pair fulfils: what do an order and its promotion have in common?",
        ),
        "Edges": (
            "A promotion from 23:00 to 01:00 lies on two days; one that ends at midnight does not hold on the next.",
            "`explode(sequence(to_date(begins), to_date(ends)))` lists its days; keep both comparisons in the condition.",
        ),
        "The plan": (
            "`to_date(at) = day` is the equality; each order has one day, so no pair comes twice.",
            "If a pair comes twice, orders were copied as well: copy only the promotions.",
        ),
    },
)


def solve(orders, promotions):
    from pyspark.sql import functions as F

    days = F.sequence(F.to_date("begins"), F.to_date("ends"))
    listed = promotions.withColumn("day", F.explode(days))
    dated = orders.withColumn("day", F.to_date("at"))
    held = (dated["day"] == listed["day"]) & (F.col("at") >= F.col("begins")) & (F.col("at") < F.col("ends"))
    return dated.join(listed, held).select("order_id", "promotion")


COLUMNS = ["order_id", "promotion"]
MAY = datetime(2025, 5, 1)


def tables(orders, promotions):
    return (
        frame(orders, "order_id bigint, at timestamp"),
        frame(promotions, "promotion int, begins timestamp, ends timestamp"),
    )


def judge(function, orders, promotions, about):
    rows = [(order, name) for order, at in orders for name, begins, ends in promotions if begins <= at < ends]
    found = answer(function, *tables(orders, promotions))
    expect(found, COLUMNS, rows, about)
    return found


def hours(*numbers):
    return [MAY + timedelta(hours=number) for number in numbers]


def the_example(function):
    session()
    orders = list(zip((1, 2), hours(12, 48), strict=True))
    judge(function, orders, [(7, *hours(12, 48)), (8, *hours(24, 72))], "The example")
    return "A beginning that counts, an end that does not."


def edges(function):
    second = timedelta(seconds=1)
    moments = hours(-1, 0, 1, 12, 23, 24, 25, 36, 47.5, 48, 400, 960)
    orders = list(enumerate([*moments, *(moment - second for moment in moments)]))
    promotions = [(1, *hours(23, 25)), (2, *hours(0, 24)), (3, *hours(24, 48)), (4, *hours(12, 12.5)), (5, *hours(0, 960)),
                  (6, *hours(-1, 0)), (7, *hours(23.9, 24)), (8, *hours(36, 400)), (9, *hours(36, 400))]  # fmt: skip
    judge(function, orders, promotions, "Around midnight")
    judge(function, orders, [], "Without promotions")
    return "Midnight from both sides, half an hour, forty days, overlaps, equal spans, no promotions."


def the_plan(function):
    from seniorde import plans

    rng = Random(9)
    orders = [(n, MAY + timedelta(minutes=rng.randrange(60 * 24 * 60))) for n in range(1_000)]
    begins = [MAY + timedelta(minutes=rng.randrange(57 * 24 * 60)) for _ in range(100)]
    promotions = [
        (n, at, at + timedelta(minutes=rng.randrange(30, 3 * 24 * 60))) for n, at in enumerate(begins)
    ]
    with plans.stages(session()) as stages:
        found = judge(function, orders, promotions, "With 1,000 orders")
    ran = plan(found)
    loops = [
        node for node in ran.nodes() if "Nested Loop" in node.operator or node.operator == "Cross Product"
    ]
    if loops:
        sentence = f"The plan holds a {loops[0].operator}: every order is compared with every promotion."
        raise Refused("loop", sentence, plan=str(ran))
    if operators(ran, "Broadcast"):
        raise Refused("broadcast", "The plan broadcasts a table; both are large.", plan=str(ran))
    if moved(ran) > 3_000:
        raise Refused("moved", f"The shuffles carry {moved(ran):,} rows; 3,000 are enough.", plan=str(ran))
    largest = max((stage.most for stage in stages if stage.rows_read), default=0)
    if largest > 900:
        raise Refused("one task", f"A task reads {largest:,} rows of a shuffle.", plan=str(ran))
    return f"No nested loop; {moved(ran):,} rows are shuffled."


PARTS = {"The example": the_example, "Edges": edges, "The plan": the_plan}


@variant
def in_sql(orders, promotions):
    return orders.sparkSession.sql(
        """SELECT order_id, promotion FROM {orders} JOIN (
            SELECT *, explode(sequence(date_trunc('day', begins), ends, interval 1 day)) AS day FROM {promotions})
        ON date_trunc('day', at) = day WHERE at >= begins AND at < ends""",
        orders=orders,
        promotions=promotions,
    )


@variant
def in_buckets(orders, promotions):
    """Pieces of twelve hours, by number."""
    from pyspark.sql import functions as F

    def piece(column):
        return F.floor(F.unix_timestamp(column) / 43_200)

    listed = promotions.withColumn("piece", F.explode(F.sequence(piece("begins"), piece("ends"))))
    met = orders.withColumn("piece", piece("at")).join(listed, "piece")
    return met.filter("at >= begins AND at < ends").select("order_id", "promotion")


@variant
def in_weeks(orders, promotions):
    from pyspark.sql import functions as F

    week = F.expr("explode(sequence(trunc(begins, 'week'), to_date(ends), interval 7 days))")
    listed = promotions.select("*", week.alias("week"))
    met = orders.select("*", F.trunc("at", "week").alias("week")).join(listed, "week")
    return met.filter("at >= begins AND at < ends").select("order_id", "promotion")


@wrong("two comparisons: a nested loop", fails="loop", passes_examples=True)
def nested_loop(orders, promotions):
    held = (orders["at"] >= promotions["begins"]) & (orders["at"] < promotions["ends"])
    return orders.join(promotions, held).select("order_id", "promotion")


@wrong("the day of the beginning alone: what holds overnight is lost", fails="rows")
def first_day(orders, promotions):
    from pyspark.sql import functions as F

    met = orders.withColumn("day", F.to_date("at")).join(
        promotions.withColumn("day", F.to_date("begins")), "day"
    )
    return met.filter("at >= begins AND at < ends").select("order_id", "promotion")


@wrong("the days are compared, the hours are forgotten", fails="rows")
def whole_days(orders, promotions):
    from pyspark.sql import functions as F

    days = F.explode(F.sequence(F.to_date("begins"), F.to_date("ends")))
    met = orders.withColumn("day", F.to_date("at")).join(promotions.withColumn("day", days), "day")
    return met.select("order_id", "promotion")


@wrong("BETWEEN also holds at the end", fails="rows")
def both_ends(orders, promotions):
    from pyspark.sql import functions as F

    days = F.explode(F.sequence(F.to_date("begins"), F.to_date("ends")))
    met = orders.withColumn("day", F.to_date("at")).join(promotions.withColumn("day", days), "day")
    return met.filter("at BETWEEN begins AND ends").select("order_id", "promotion")


@wrong(
    "steps of a day from the beginning's hour: the last day is not reached",
    fails="rows",
    passes_examples=True,
)
def days_by_the_hour(orders, promotions):
    return orders.sparkSession.sql(
        """SELECT order_id, promotion FROM {orders} JOIN (SELECT *,
            explode(transform(sequence(begins, ends, interval 1 day), x -> to_date(x))) AS day FROM {promotions})
        ON to_date(at) = day WHERE at >= begins AND at < ends""",
        orders=orders,
        promotions=promotions,
    )


@wrong(
    "a constant as the key: one task compares everything with everything",
    fails="one task",
    passes_examples=True,
)
def one_key(orders, promotions):
    from pyspark.sql import functions as F

    met = orders.withColumn("key", F.length("order_id") * 0).join(
        promotions.withColumn("key", F.length("promotion") * 0), "key"
    )
    return met.filter(F.expr("at >= begins AND at < ends AND rand(1) >= 0")).select("order_id", "promotion")


@wrong("every minute is listed: more copies than orders", fails="moved", passes_examples=True)
def by_minute(orders, promotions):
    return orders.sparkSession.sql(
        """SELECT order_id, promotion FROM (SELECT *, date_trunc('minute', at) AS key FROM {orders}) JOIN (
            SELECT *, explode(sequence(date_trunc('minute', begins), ends, interval 1 minute)) AS key FROM {promotions})
        USING (key) WHERE at >= begins AND at < ends""",
        orders=orders,
        promotions=promotions,
    )


NOTES = """
**Why it holds**: an order lies in exactly one day; a promotion that holds then has that day in its list. So every right pair meets once, and the comparisons remove the others.

**Pitfall**: midnight. A list of days made by steps of 24 hours from the beginning misses the last day; the day of `ends` must be in it, even if it holds no moment of the promotion.

**Alternative**: other pieces than days. Shorter ones copy the promotions more often, longer ones compare more pairs; near the typical length both are small.
Databricks does this itself for the hint `RANGE_JOIN` with the length of a piece.

**At work**: prices with validity, sessions, IP ranges, shifts. A handful of ranges is better broadcast: then the nested loop is cheap.
"""
