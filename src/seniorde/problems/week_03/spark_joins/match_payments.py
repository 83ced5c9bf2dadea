"""# Payments by number or by reference

`payments` has `payment_id` (bigint, unique), `order_id` (bigint) and `reference` (text); `orders` has `order_id` (bigint, unique) and `reference` (text).
A payment belongs to an order if their `order_id` are equal, *or* their `reference` are equal.
Any of these may be NULL, except `orders.order_id`; NULL is equal to nothing, and the empty text is a text like any other.
Several orders may have the same reference, so a payment may belong to several orders, and an order has several payments.

Return the pairs: `payment_id`, `order_id` (that of the order), each pair once, also when number *and* reference agree.
A payment that belongs to no order is left out.
Any order of rows is right.

The plan may hold no nested loop join and no cartesian product: both tables are large.
Adaptive execution and automatic broadcasts are off, and nothing may be broadcast.

```python
match_payments(payments, orders)
# payments: (1, 7, "A"), (2, None, "B"), (3, 9, "A"); orders: (7, "A"), (8, "B"), (9, None)
# (1, 7), (2, 8), (3, 7), (3, 9)
```
"""

from random import Random

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import answer, expect, frame, operators, plan, session

PROBLEM = LabProblem(
    id="w3-spark-joins-match-payments",
    pattern="OR as two equalities",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "Two joins, one for each equality, and their pairs put together.",
            "Payment 1 agrees with order 7 in both: how often is it in the union of the two joins?",
        ),
        "NULLs and doubles": (
            "`distinct` of pairs is right here: a pair of ids stands for one fact. Take it of the *ids*, not of all columns.",
            "If you exclude from the second join what the first has found, a NULL `order_id` must not exclude the pair: `NOT (NULL = 7)` is not true.",
        ),
        "The plan": (
            "A hash or merge join needs an equality that *every* pair fulfils; `OR` leaves none.",
            "`payments.join(orders, 'order_id')` and `payments.join(orders, 'reference')`, `union`, `distinct`.",
        ),
    },
)


def solve(payments, orders):
    by_number = payments.join(orders.select("order_id"), "order_id").select("payment_id", "order_id")
    by_reference = payments.drop("order_id").join(orders, "reference").select("payment_id", "order_id")
    return by_number.union(by_reference).distinct()


COLUMNS = ["payment_id", "order_id"]


def tables(payments, orders):
    return (
        frame(payments, "payment_id bigint, order_id bigint, reference string"),
        frame(orders, "order_id bigint, reference string"),
    )


def judge(function, payments, orders, about):
    rows = [
        (payment, number)
        for payment, order, reference in payments
        for number, own in orders
        if order == number or (reference is not None and reference == own)
    ]
    found = answer(function, *tables(payments, orders))
    expect(found, COLUMNS, rows, about)
    return found


def the_example(function):
    session()
    judge(
        function, [(1, 7, "A"), (2, None, "B"), (3, 9, "A")], [(7, "A"), (8, "B"), (9, None)], "The example"
    )
    return "By number, by reference, by both, and one payment of two orders."


def nulls_and_doubles(function):
    payments = [
        (1, None, None),
        (2, 5, None),
        (3, None, ""),
        (4, 5, "X"),
        (5, 6, "X"),
        (6, 99, "Q"),
        (7, 99, None),
    ]
    orders = [(5, "X"), (6, "X"), (7, ""), (8, None), (9, "q"), (10, "x")]
    judge(function, payments, orders, "With NULLs and equal references")
    judge(function, payments, [], "Without orders")
    return "NULL on both sides, an empty text, one reference of two orders, no orders."


def the_plan(function):
    rng = Random(1)
    orders = [(n, rng.choice([None, f"R{n % 150}", f"R{n}"])) for n in range(300)]
    payments = [
        (n, rng.choice([None, rng.randrange(400)]), rng.choice([None, f"R{rng.randrange(350)}"]))
        for n in range(500)
    ]
    ran = plan(judge(function, payments, orders, "With 500 payments"))
    loops = [
        node for node in ran.nodes() if "Nested Loop" in node.operator or node.operator == "Cross Product"
    ]
    if loops:
        sentence = f"The plan holds a {loops[0].operator}: every payment is compared with every order."
        raise Refused("loop", sentence, plan=str(ran))
    if operators(ran, "Broadcast"):
        raise Refused("broadcast", "The plan broadcasts a table; both are large.", plan=str(ran))
    return "Joins by equality only."


PARTS = {"The example": the_example, "NULLs and doubles": nulls_and_doubles, "The plan": the_plan}


@variant
def second_without_first(payments, orders):
    return payments.sparkSession.sql(
        """SELECT p.payment_id, o.order_id FROM {payments} AS p JOIN {orders} AS o ON p.order_id = o.order_id
        UNION ALL
        SELECT p.payment_id, o.order_id FROM {payments} AS p JOIN {orders} AS o
        ON p.reference = o.reference AND NOT (p.order_id <=> o.order_id)""",
        payments=payments,
        orders=orders,
    )


@variant
def keys_under_each_other(payments, orders):
    """Every row once for each of its keys, one join."""
    from pyspark.sql import functions as F

    def keyed(df):
        number = F.concat(F.lit("n"), F.col("order_id").cast("string"))
        keys = F.array(number, F.concat(F.lit("r"), "reference"))
        return df.withColumn("key", F.explode(keys)).filter("key IS NOT NULL")

    left, right = keyed(payments).select("payment_id", "key"), keyed(orders).select("order_id", "key")
    return left.join(right, "key").select("payment_id", "order_id").dropDuplicates()


@variant
def in_sql(payments, orders):
    payments.createOrReplaceTempView("p")
    orders.createOrReplaceTempView("o")
    return payments.sparkSession.sql(
        """SELECT payment_id, o.order_id FROM p, o WHERE p.order_id = o.order_id
        UNION SELECT payment_id, o.order_id FROM p, o WHERE p.reference = o.reference"""
    )


@wrong("OR in the condition: every payment is compared with every order", fails="loop", passes_examples=True)
def with_or(payments, orders):
    same = (payments["order_id"] == orders["order_id"]) | (payments["reference"] == orders["reference"])
    return payments.join(orders, same).select("payment_id", orders["order_id"])


@wrong("a cartesian product and a filter", fails="loop", passes_examples=True)
def crossed(payments, orders):
    pairs = payments.alias("p").crossJoin(orders.alias("o"))
    return pairs.filter("p.order_id = o.order_id OR p.reference = o.reference").select(
        "payment_id", "o.order_id"
    )


@wrong("a pair that agrees in both comes twice", fails="rows")
def twice(payments, orders):
    by_number = payments.join(orders.select("order_id"), "order_id").select("payment_id", "order_id")
    by_reference = payments.drop("order_id").join(orders, "reference").select("payment_id", "order_id")
    return by_number.union(by_reference)


@wrong("what the first join has found is excluded by <>, which NULL does not pass", fails="rows")
def null_excluded(payments, orders):
    return payments.sparkSession.sql(
        """SELECT p.payment_id, o.order_id FROM {payments} AS p JOIN {orders} AS o ON p.order_id = o.order_id
        UNION ALL
        SELECT p.payment_id, o.order_id FROM {payments} AS p JOIN {orders} AS o
        ON p.reference = o.reference AND p.order_id <> o.order_id""",
        payments=payments,
        orders=orders,
    )


@wrong("the reference is asked only where the number found nothing", fails="rows")
def fallback_only(payments, orders):
    by_number = payments.join(orders.select("order_id"), "order_id").select("payment_id", "order_id")
    rest = payments.join(by_number, "payment_id", "left_anti").drop("order_id")
    return by_number.union(rest.join(orders, "reference").select("payment_id", "order_id"))


@wrong("NULL references are taken for equal", fails="rows", passes_examples=True)
def null_safe(payments, orders):
    return payments.sparkSession.sql(
        """SELECT payment_id, o.order_id FROM {payments} AS p JOIN {orders} AS o ON p.order_id = o.order_id
        UNION SELECT payment_id, o.order_id FROM {payments} AS p JOIN {orders} AS o
        ON coalesce(p.reference, '') = coalesce(o.reference, '')""",
        payments=payments,
        orders=orders,
    )


@wrong("both have to agree", fails="rows")
def with_and(payments, orders):
    return payments.join(orders, ["order_id", "reference"]).select("payment_id", "order_id")


NOTES = """
**Why it holds**: the pairs that fulfil an `OR` are the union of the pairs that fulfil its sides; each side is an equality and can be hashed.

**Pitfall**: the pairs in both. `UNION` removes them, or the second join excludes them, null-safe: `NOT (a <=> b)`.

**Alternative**: give every row one key for each way to match, prefixed so that numbers and references never meet, explode, and join once. It reads each table once, and shuffles twice the rows.

**At work**: entity matching ("same mail or same phone"), where a third and a fourth way are added every year. With `OR` the job that took minutes takes days from a certain size on; PostgreSQL does the same, except where an index serves both sides.
"""
