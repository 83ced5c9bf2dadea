"""# Most orders have no voucher

`orders` has `order_id`, `voucher` (text) and `cents`; an order may stand there twice and then counts twice.
`vouchers` has `voucher`, unique, and `percent`.
Most orders have no voucher: then `voucher` is NULL, or `''`, or `'NONE'`, depending on the shop.
`vouchers` has no row with one of these.

Return every row of `orders` with the columns `order_id`, `voucher` (as it stands in `orders`), `cents` and `percent`, which is NULL for an order without a voucher or with one that `vouchers` does not know.
Any order of rows is right.

The rows without a voucher must not be shuffled: with 3,000 orders, 600 of them with a voucher, and 300 vouchers, all shuffles together may carry at most 1,000 rows.
`vouchers` is too large for a broadcast at work, so none here.
Adaptive execution is off.

```python
without_voucher(orders, vouchers)
# orders: (1, "A1", 900), (2, None, 500), (3, "NONE", 100), (4, "B7", 80); vouchers: ("A1", 10)
# (1, "A1", 900, 10), (2, None, 500, None), (3, "NONE", 100, None), (4, "B7", 80, None)
```
"""

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, run, session, shown, shuffled

PROBLEM = LabProblem(
    id="w3-skew-without-voucher",
    pattern="rows that cannot match",
    difficulty="easy",
    minutes=18,
    points=3,
    hints={
        "The example": (
            "A left join gives these rows; start with it, then look at what it moves.",
            "Of two parts put together, every order must be in exactly one. Into which does a comparison with NULL fall?",
        ),
        "More orders": (
            "`voucher NOT IN ('', 'NONE')` is neither true nor false for NULL: such a row is in neither part.",
            "`union` goes by position, `unionByName` by name; neither removes rows that stand twice, and `distinct` must not either.",
        ),
        "What is shuffled": (
            "Which rows can be in the result without ever meeting `vouchers`?",
            "`orders.filter(has_one).join(vouchers, 'voucher', 'left')` and, below it, the others with a NULL `percent`.",
        ),
    },
)


def solve(orders, vouchers):
    from pyspark.sql import functions as F

    has_one = F.coalesce(~F.col("voucher").isin("", "NONE"), F.lit(False))
    columns = ["order_id", "voucher", "cents", "percent"]
    joined = orders.filter(has_one).join(vouchers, "voucher", "left").select(columns)
    nothing = F.lit(None).cast("int").alias("percent")
    return joined.unionByName(orders.filter(~has_one).select("*", nothing))


COLUMNS = ["order_id", "voucher", "cents", "percent"]


def tables(orders, vouchers):
    return (
        frame(orders, "order_id int, voucher string, cents int"),
        frame(vouchers, "voucher string, percent int"),
    )


def judge(function, orders, vouchers, about):
    known = dict(vouchers)
    rows = [(*order, known.get(order[1])) for order in orders]
    expect(answer(function, *tables(orders, vouchers)), COLUMNS, rows, about)


def the_example(function):
    session()
    orders = [(1, "A1", 900), (2, None, 500), (3, "NONE", 100), (4, "B7", 80)]
    judge(function, orders, [("A1", 10)], "The example")
    return "Four orders, one voucher."


def more_orders(function):
    session()
    codes = ["A1", None, "", "NONE", "B7", "none", "A1", " ", "C3"]
    orders = [(n, codes[n % 9], 10 * n) for n in range(27)]
    orders += [*orders[:6], (99, "A1", None)]
    judge(function, orders, [("A1", 10), ("C3", None), ("none", 5), ("Z9", 1)], "More orders")
    return "Orders that stand twice, unknown vouchers, names that only look like none."


def what_is_shuffled(function):
    session()
    codes = (None, "", "NONE", None)
    orders = [(n, f"V{n % 400}" if n % 5 == 0 else codes[n % 4], n) for n in range(3_000)]
    found = answer(function, *tables(orders, [(f"V{n}", n % 50) for n in range(300)]))
    if "Broadcast" in found._jdf.queryExecution().executedPlan().toString():
        raise Refused("broadcast", "The plan broadcasts a table; at work it is too large for that.")
    stages = run(found)
    if shuffled(stages) > 1_000:
        sentence = f"The shuffles carry {shuffled(stages):,} rows; 1,000 are enough."
        raise Refused("moved", sentence, stages=shown(stages))
    return f"{shuffled(stages)} rows shuffled."


PARTS = {"The example": the_example, "More orders": more_orders, "What is shuffled": what_is_shuffled}


@variant
def in_sql(orders, vouchers):
    return orders.sparkSession.sql(
        """SELECT order_id, voucher, cents, percent FROM {orders} LEFT JOIN {vouchers} USING (voucher)
        WHERE voucher NOT IN ('', 'NONE')
        UNION ALL
        SELECT order_id, voucher, cents, CAST(NULL AS INT) FROM {orders}
        WHERE voucher IS NULL OR voucher IN ('', 'NONE')""",
        orders=orders,
        vouchers=vouchers,
    )


@variant
def lists_by_voucher(orders, vouchers):
    from pyspark.sql import functions as F

    none = F.col("voucher").isNull() | F.col("voucher").isin("", "NONE")
    cheap = orders.where(none).withColumn("percent", F.expr("CAST(NULL AS INT)"))
    dear = orders.where(~none).alias("o").join(vouchers.alias("v"), F.expr("o.voucher = v.voucher"), "left")
    return cheap.union(dear.select("order_id", "o.voucher", "cents", "percent"))


@wrong("moves every order, to learn that most have no partner", fails="moved", passes_examples=True)
def plain(orders, vouchers):
    return orders.join(vouchers, "voucher", "left").select("order_id", "voucher", "cents", "percent")


@wrong("only NULL is left where it is", fails="moved", passes_examples=True)
def only_null(orders, vouchers):
    from pyspark.sql import functions as F

    joined = orders.filter("voucher IS NOT NULL").join(vouchers, "voucher", "left")
    rest = orders.filter("voucher IS NULL").withColumn("percent", F.lit(None).cast("int"))
    return joined.unionByName(rest).select("order_id", "voucher", "cents", "percent")


@wrong("an order whose voucher is NULL is in neither part", fails="rows")
def null_lost(orders, vouchers):
    from pyspark.sql import functions as F

    joined = orders.filter("voucher NOT IN ('', 'NONE')").join(vouchers, "voucher", "left")
    rest = orders.filter("voucher IN ('', 'NONE')").withColumn("percent", F.lit(None).cast("int"))
    return joined.unionByName(rest).select("order_id", "voucher", "cents", "percent")


@wrong("the inner join drops the orders whose voucher is not known", fails="rows")
def inner(orders, vouchers):
    from pyspark.sql import functions as F

    has_one = F.coalesce(~F.col("voucher").isin("", "NONE"), F.lit(False))
    joined = orders.filter(has_one).join(vouchers, "voucher")
    rest = orders.filter(~has_one).withColumn("percent", F.lit(None).cast("int"))
    return joined.unionByName(rest).select("order_id", "voucher", "cents", "percent")


@wrong("upper case calls a real voucher none", fails="rows", passes_examples=True)
def any_case(orders, vouchers):
    from pyspark.sql import functions as F

    has_one = F.coalesce(~F.upper(F.trim("voucher")).isin("", "NONE"), F.lit(False))
    joined = orders.filter(has_one).join(vouchers, "voucher", "left")
    rest = orders.filter(~has_one).withColumn("percent", F.lit(None).cast("int"))
    return joined.unionByName(rest).select("order_id", "voucher", "cents", "percent")


NOTES = """
**Why it holds**: each order is in exactly one part, because `has_one` is never NULL; only the part that can match meets `vouchers`.

**Pitfall**: three-valued logic.
`~isin` of a NULL is NULL, and a filter keeps neither it nor its opposite.

**Alternative**: replace the missing key by one that spreads and matches nothing; it reads `orders` once and evens the tasks out, but shuffles everything.

**At work**: guests without a customer number, events without a session.
Placeholders are worse than NULL, for Spark drops NULL keys from an inner join by itself and must believe every `'NONE'`.
"""
