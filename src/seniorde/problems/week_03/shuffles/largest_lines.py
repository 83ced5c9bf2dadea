"""# The largest line of each product

`lines` has `line_id` (bigint, unique), `product_id` (int, may be NULL) and `cents` (int, may be NULL).

Return for each product its line with the most `cents`: `product_id`, `line_id`, `cents`; of several with the most, the one with the lowest `line_id`.
Lines without `cents` are never chosen: a product that has no others is left out.
Lines whose `product_id` is NULL belong together, as one more product.
Any order of rows is right.

The lines must not all be shuffled: with 4,000 lines of 20 products in two partitions, all shuffles and broadcasts together may carry at most 100 rows.
Adaptive execution is off, the lines are read once at work: read them once here, too.

```python
largest_lines(lines)
# lines: (1, 7, 500), (2, 7, 900), (3, 7, 900), (4, 8, None), (5, None, 20)
# (7, 2, 900), (None, 5, 20)
```
"""

from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, moved, plan, session

PROBLEM = LabProblem(
    id="w3-shuffles-largest-lines",
    pattern="arg max with a combine",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "Which aggregate keeps, of two rows, the one with the larger value, and what else is in that row?",
            "`max(struct(cents, …))` compares field by field; the second field decides ties.",
        ),
        "Ties and NULLs": (
            "The larger `cents`, but the *lower* `line_id`: which number is largest for the lowest id?",
            "Filter lines without `cents` first: in a struct, NULL is just the smallest value.",
        ),
        "What is shuffled": (
            "A window keeps every row, so it shuffles every row. What does an aggregate write for each task?",
            "`groupBy('product_id').agg(F.max(F.struct('cents', -F.col('line_id'))))`: one row a product and task.",
        ),
    },
)


def solve(lines):
    from pyspark.sql import functions as F

    best = F.max(F.struct("cents", (-F.col("line_id")).alias("id"))).alias("best")
    found = lines.filter("cents IS NOT NULL").groupBy("product_id").agg(best)
    return found.select("product_id", (-F.col("best.id")).alias("line_id"), "best.cents")


COLUMNS = ["product_id", "line_id", "cents"]
SCHEMA = "line_id bigint, product_id int, cents int"


def oracle(lines):
    best = {}
    for line, product, cents in lines:
        if cents is not None:
            best[product] = min(best.get(product, (-cents, line)), (-cents, line))
    return [(product, line, -cents) for product, (cents, line) in best.items()]


def judge(function, lines, about):
    found = answer(function, frame(lines, SCHEMA))
    expect(found, COLUMNS, oracle(lines), about)
    return found


def the_example(function):
    session()
    lines = [(1, 7, 500), (2, 7, 900), (3, 7, 900), (4, 8, None), (5, None, 20)]
    judge(function, lines, "The example")
    return "A tie, a product without cents, a line without product."


def ties_and_nulls(function):
    rng = Random(3)
    lines = [(9 - n, n % 3, None if n == 4 else 700) for n in range(9)]
    lines += [(100 + n, 5, -n) for n in range(4)] + [(200, 6, 0), (201, 6, None), (50, None, None)]
    lines += [(300 + n, None, 40 - n % 2) for n in range(4)] + [(99, 5, 0)]
    rng.shuffle(lines)
    judge(function, lines, "With ties, NULLs and negative cents")
    judge(function, [], "Without lines")
    return "Ties in any order, negative and missing cents, lines without a product, no lines."


def what_is_shuffled(function):
    rng = Random(8)
    lines = [(n, rng.randrange(20), rng.randrange(500)) for n in range(4_000)]
    ran = plan(judge(function, lines, "With 4,000 lines"))
    if moved(ran) > 100:
        sentence = f"Shuffles and broadcasts carry {moved(ran):,} rows; 100 are enough."
        raise Refused("moved", sentence, plan=str(ran))
    reads = sum(node.operator == "RDD Scan" for node in ran.nodes())
    if reads > 1:
        raise Refused("reads", f"The lines are read {reads} times; once is enough.", plan=str(ran))
    return f"{moved(ran)} rows are shuffled."


PARTS = {
    "The example": the_example,
    "Ties and NULLs": ties_and_nulls,
    "What is shuffled": what_is_shuffled,
}


@variant
def max_by(lines):
    from pyspark.sql import functions as F

    known = lines.filter(F.col("cents").isNotNull())
    order = F.struct("cents", -F.col("line_id"))
    found = known.groupBy("product_id").agg(F.max_by("line_id", order).alias("line_id"), F.max("cents"))
    return found.toDF("product_id", "line_id", "cents")


@variant
def smallest_struct(lines):
    return lines.sparkSession.sql(
        """SELECT product_id, best.line_id, -best.less AS cents FROM (
            SELECT product_id, min(named_struct('less', -cents, 'line_id', line_id)) AS best
            FROM {lines} WHERE cents IS NOT NULL GROUP BY product_id)""",
        lines=lines,
    )


@variant
def two_steps(lines):
    """One row a task first, by hand, then one a product."""
    from pyspark.sql import functions as F

    part = lines.filter("cents IS NOT NULL").withColumn("part", F.spark_partition_id())
    best = F.max_by(F.struct("line_id", "cents"), F.struct("cents", -F.col("line_id"))).alias("b")
    small = part.groupBy("part", "product_id").agg(best).select("product_id", "b.*")
    return small.groupBy("product_id").agg(best).select("product_id", "b.line_id", "b.cents")


@variant
def numbered(lines):
    """Spark sees the condition and keeps the first of each task before the shuffle: WindowGroupLimit."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    order = Window.partitionBy("product_id").orderBy(F.desc("cents"), "line_id")
    known = lines.filter("cents IS NOT NULL").withColumn("n", F.row_number().over(order))
    return known.filter("n = 1").select("product_id", "line_id", "cents")


@wrong("a window over the product shuffles every line", fails="moved", passes_examples=True)
def beside_the_best(lines):
    from pyspark.sql import functions as F

    known = lines.filter("cents IS NOT NULL")
    best = F.expr("max(struct(cents, -line_id)) OVER (PARTITION BY product_id)")
    same = F.col("best") == F.struct("cents", -F.col("line_id"))
    return known.withColumn("best", best).filter(same).select("product_id", "line_id", "cents")


@wrong(
    "the largest is found, then looked up by a join: the lines are shuffled again",
    fails="moved",
    passes_examples=True,
)
def joined_back(lines):
    from pyspark.sql import functions as F

    most = lines.groupBy("product_id").agg(F.max("cents").alias("cents"))
    same = F.expr("l.product_id <=> m.product_id AND l.cents = m.cents")
    found = lines.alias("l").join(most.alias("m"), same, "left_semi")
    return (
        found.groupBy("product_id", "cents")
        .agg(F.min("line_id").alias("line_id"))
        .select("product_id", "line_id", "cents")
    )


@wrong("the highest line_id wins a tie", fails="rows")
def last_line(lines):
    from pyspark.sql import functions as F

    best = F.max(F.struct("cents", "line_id")).alias("best")
    found = lines.filter("cents IS NOT NULL").groupBy("product_id").agg(best)
    return found.select("product_id", "best.line_id", "best.cents")


@wrong("max and min of two columns need not come from one line", fails="rows")
def two_lines(lines):
    from pyspark.sql import functions as F

    known = lines.filter("cents IS NOT NULL")
    found = known.groupBy("product_id").agg(F.min("line_id").alias("line_id"), F.max("cents").alias("cents"))
    return found.select("product_id", "line_id", "cents")


@wrong("a product without cents is returned with NULL", fails="rows")
def null_is_smallest(lines):
    from pyspark.sql import functions as F

    best = F.max(F.struct("cents", (-F.col("line_id")).alias("id"))).alias("best")
    found = lines.groupBy("product_id").agg(best)
    return found.select("product_id", (-F.col("best.id")).alias("line_id"), "best.cents")


@wrong("lines without a product are dropped", fails="rows")
def no_null_product(lines):
    from pyspark.sql import functions as F

    best = F.max(F.struct("cents", (-F.col("line_id")).alias("id"))).alias("best")
    found = lines.dropna().groupBy("product_id").agg(best)
    return found.select("product_id", (-F.col("best.id")).alias("line_id"), "best.cents")


@wrong("of equal lines whichever comes first is taken", fails="rows")
def any_of_them(lines):
    from pyspark.sql import functions as F

    known = lines.filter("cents IS NOT NULL").groupBy("product_id")
    found = known.agg(
        F.max_by("line_id", F.struct("cents", F.hash("line_id"))).alias("line_id"),
        F.max("cents").alias("cents"),
    )
    return found.select("product_id", "line_id", "cents")


NOTES = """
**Why it holds**: the larger of two structs is an associative choice, so each task can make it for itself and write one row a product; `max` of a struct compares field by field.

**Pitfall**: NULL in a struct is its smallest value and no missing row, so a product without cents comes back with NULL, unless it was filtered.

**Alternative**: `row_number() = 1` over a window moves no more: Spark sees the condition and puts a `WindowGroupLimit` before the shuffle. It sorts in every task for that, which the aggregate does not; and a window with `max` beside every row has no such limit.

**At work**: deduplication of a change feed, newest row of each key. With many rows a key the aggregate moves a fraction; with one or two it moves nearly as much as the window.
"""
