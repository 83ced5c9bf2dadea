"""# The join that one seller holds up

`lines` has `line_id` (bigint, unique), `seller_id` (int) and `cents`; `terms` has `seller_id`, `region` and `fee`, two rows or more for most sellers.
The sellers in the list `hot` have most of the lines.
Any of them may have no line or no terms, and the list may be empty.

Return the inner join by `seller_id` with the columns `line_id`, `seller_id`, `region`, `cents`, `fee`, in any order of rows.

Both tables are large at work, and adaptive execution is off, so:

- no broadcast;
- with 3,000 lines, of which one hot seller has 1,800 and another 400, and 200 rows of `terms`, 8 shuffle partitions: no task that reads a shuffle may read more than 1,400 rows;
- all shuffles together may carry at most 4,000 rows there: terms of sellers that are not hot need no copies;
- no random numbers: a task that is tried again must send its rows to the same place.

```python
hot_sellers(lines, terms, [7])
# lines: (1, 7, 500), (2, 7, 800), (3, 8, 300); terms: (7, "EU", 3), (7, "UK", 4), (8, "EU", 5)
# 5 rows: (1, 7, "EU", 500, 3), (1, 7, "UK", 500, 4), (2, 7, "EU", 800, 3), …
```
"""

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import (
    answer,
    expect,
    frame,
    largest,
    run,
    session,
    shown,
    shuffled,
)

PROBLEM = LabProblem(
    id="w3-skew-hot-sellers",
    pattern="salted join",
    difficulty="medium",
    minutes=30,
    points=4,
    hints={
        "The example": (
            "Every line meets every row of its seller's terms, no more and no less.",
            "If lines are spread over salts, each row of the hot seller's terms must exist once for every salt.",
        ),
        "Other sellers": (
            "A seller without terms has no row in the result; a hot seller without lines neither.",
            "`isin` of an empty list, a NULL `seller_id`: `F.when(NULL, …)` takes the `otherwise`.",
        ),
        "The longest task": (
            "Which column decides the task of a line? Add a second one, computed from `line_id`, for hot sellers.",
            "`salt = pmod(line_id, 8)` for hot lines and 0 for all others; terms get all eight salts if hot, else only 0; join on both.",
        ),
    },
)


def solve(lines, terms, hot: list[int]):
    from pyspark.sql import functions as F

    is_hot = F.coalesce(F.col("seller_id").isin(hot), F.lit(False))
    salt = F.when(is_hot, F.pmod("line_id", F.lit(8))).otherwise(0).cast("int")
    salts = F.sequence(F.lit(0), F.when(is_hot, 7).otherwise(0))
    salted = lines.withColumn("salt", salt)
    copied = terms.withColumn("salt", F.explode(salts))
    joined = salted.join(copied, ["seller_id", "salt"])
    return joined.select("line_id", "seller_id", "region", "cents", "fee")


COLUMNS = ["line_id", "seller_id", "region", "cents", "fee"]


def tables(lines, terms):
    return (
        frame(lines, "line_id bigint, seller_id int, cents int"),
        frame(terms, "seller_id int, region string, fee int"),
    )


def judge(function, lines, terms, hot, about):
    rows = [(n, s, region, cents, fee) for n, s, cents in lines for t, region, fee in terms if s == t and s]
    expect(answer(function, *tables(lines, terms), list(hot)), COLUMNS, rows, about)


def the_example(function):
    session()
    lines = [(1, 7, 500), (2, 7, 800), (3, 8, 300)]
    judge(function, lines, [(7, "EU", 3), (7, "UK", 4), (8, "EU", 5)], [7], "The example")
    return "Three lines, two sellers, three rows of terms."


LINES = [(n, (7, 8, 9, None, 7, 11)[n % 6], n * 10) for n in range(36)]
TERMS = [
    (7, "EU", 3),
    (7, "UK", 4),
    (7, "UK", 4),
    (8, "EU", 5),
    (12, "EU", 1),
    (13, "EU", 2),
    (None, "EU", 9),
]


def other_sellers(function):
    session()
    for hot in ([7, 11, 13], []):
        judge(function, LINES, TERMS, hot, f"With hot = {hot}")
    return "Hot sellers without lines or terms, none hot, several hot, NULL, terms that stand twice."


def the_longest_task(function):
    session(partitions=8)
    lines = [(n, 7 if n % 15 < 9 else 21 if n % 15 < 11 else 30 + n % 97, n) for n in range(3_000)]
    terms = [(seller, region, 1) for seller in (7, 21, *range(30, 128)) for region in ("EU", "UK")]
    found = answer(function, *tables(lines, terms), [7, 21])
    plan = found._jdf.queryExecution().executedPlan().toString()
    if "Broadcast" in plan:
        raise Refused("broadcast", "The plan broadcasts a table; both are too large for that.")
    if "rand(" in plan or "shuffle(" in plan or "uuid(" in plan:
        raise Refused("random", "The plan draws random numbers: a task that is tried again draws others.")
    stages = run(found)
    if largest(stages) > 1_400:
        sentence = (
            f"A task reads {largest(stages):,} rows of a shuffle; 1,400 are the most that any needs to."
        )
        raise Refused("skew", sentence, stages=shown(stages))
    if shuffled(stages) > 4_000:
        sentence = f"The shuffles carry {shuffled(stages):,} rows; 4,000 are enough."
        raise Refused("moved", sentence, stages=shown(stages))
    return f"The largest task reads {largest(stages)} rows; {shuffled(stages):,} are shuffled."


PARTS = {"The example": the_example, "Other sellers": other_sellers, "The longest task": the_longest_task}


@variant
def hot_apart(lines, terms, hot):
    from pyspark.sql import functions as F

    is_hot = F.coalesce(F.col("seller_id").isin(hot), F.lit(False))
    salted = lines.filter(is_hot).withColumn("salt", F.pmod(F.xxhash64("line_id"), F.lit(16)))
    copied = terms.filter(is_hot).crossJoin(lines.sparkSession.range(16).withColumnRenamed("id", "salt"))
    split = salted.join(copied.hint("merge"), ["seller_id", "salt"]).drop("salt")
    cold = lines.filter(~is_hot).join(terms.filter(~is_hot), "seller_id")
    return split.unionByName(cold).select("line_id", "seller_id", "region", "cents", "fee")


@variant
def in_sql(lines, terms, hot):
    listed = ", ".join(map(str, hot)) or "NULL"
    return lines.sparkSession.sql(
        f"""SELECT l.line_id, l.seller_id, t.region, l.cents, t.fee
        FROM (SELECT *, if(coalesce(seller_id IN ({listed}), false), line_id % 10, 0) AS salt
              FROM {{lines}}) AS l
        JOIN (SELECT *, explode(if(coalesce(seller_id IN ({listed}), false),
                  sequence(0, 9), array(0))) AS salt FROM {{terms}}) AS t
        ON l.seller_id = t.seller_id AND l.salt = t.salt""",
        lines=lines,
        terms=terms,
    )


@wrong("the plain join: all lines of the hot seller in one task", fails="skew", passes_examples=True)
def plain(lines, terms, hot):
    return lines.join(terms, "seller_id").select("line_id", "seller_id", "region", "cents", "fee")


@wrong("broadcasts the terms", fails="broadcast", passes_examples=True)
def broadcast(lines, terms, hot):
    from pyspark.sql import functions as F

    joined = lines.join(F.broadcast(terms), "seller_id")
    return joined.select("line_id", "seller_id", "region", "cents", "fee")


@wrong("copies the terms of every seller", fails="moved", passes_examples=True)
def all_copied(lines, terms, hot):
    from pyspark.sql import functions as F

    salted = lines.withColumn("salt", F.pmod("line_id", F.lit(8)).cast("int"))
    copied = terms.withColumn("salt", F.explode(F.sequence(F.lit(0), F.lit(7))))
    return salted.join(copied, ["seller_id", "salt"]).select("line_id", "seller_id", "region", "cents", "fee")


@wrong("terms are salted like the lines, once each: most lines find none", fails="rows")
def salted_once(lines, terms, hot):
    from pyspark.sql import functions as F

    is_hot = F.coalesce(F.col("seller_id").isin(hot), F.lit(False))
    salted = lines.withColumn("salt", F.when(is_hot, F.pmod("line_id", F.lit(8))).otherwise(0))
    copied = terms.withColumn("salt", F.when(is_hot, F.pmod(F.hash("region"), F.lit(8))).otherwise(0))
    return salted.join(copied, ["seller_id", "salt"]).select("line_id", "seller_id", "region", "cents", "fee")


@wrong("the copies are joined without the salt: every line eight times", fails="rows")
def salt_forgotten(lines, terms, hot):
    from pyspark.sql import functions as F

    is_hot = F.coalesce(F.col("seller_id").isin(hot), F.lit(False))
    copied = terms.withColumn("salt", F.explode(F.sequence(F.lit(0), F.when(is_hot, 7).otherwise(0))))
    return lines.join(copied, "seller_id").select("line_id", "seller_id", "region", "cents", "fee")


@wrong("a random salt", fails="random", passes_examples=True)
def random_salt(lines, terms, hot):
    from pyspark.sql import functions as F

    is_hot = F.coalesce(F.col("seller_id").isin(hot), F.lit(False))
    salted = lines.withColumn("salt", F.when(is_hot, (F.rand(3) * 8).cast("int")).otherwise(0))
    copied = terms.withColumn("salt", F.explode(F.sequence(F.lit(0), F.when(is_hot, 7).otherwise(0))))
    return salted.join(copied, ["seller_id", "salt"]).select("line_id", "seller_id", "region", "cents", "fee")


NOTES = """
**Why it holds**: a line has one salt and each row of its seller's terms exists once for that salt, so every pair meets in exactly one task.

**Pitfall**: `rand()`.
It works in every test; on the day on which a machine dies after some tasks have read its output, older releases lose or double rows, and Spark 4.3 notices by a checksum and does the readers' work again.
Let the salt be a function of the row.

**Alternative**: hot and cold apart, joined separately and put together: two joins to plan, and each can be tuned.
Adaptive execution does this by itself for pieces above its thresholds, without a list of hot sellers.

**At work**: the list comes from yesterday's counts; a seller that becomes hot today is the reason to keep an eye on the largest task.
"""
