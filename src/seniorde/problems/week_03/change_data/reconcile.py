"""# What the table lost

The table of customers is compared with the feed that it was made from.
Write the function that gets two DataFrames of Spark:

- `changes`: all good changes (`customer_id` INT, `op` STRING, `lsn` BIGINT, `city` STRING, `segment` STRING), in any order, some twice;
- `table`: the customers as our table shows them (`customer_id` INT, `lsn` BIGINT, `city` STRING, `segment` STRING), without deleted ones.

It returns `customer_id` INT and `verdict` STRING, one row for each customer who is not right. The *last* change is the one with the greatest `lsn`; the first line that holds is the verdict:

| `verdict` | when |
| :-- | :-- |
| `unknown` | in the table, but in no change |
| `missing` | not in the table, and the last change is no delete (`d`) |
| `resurrected` | in the table, though the last change is a delete |
| `doubled` | in the table more than once |
| `stale` | the table's `lsn` is smaller than the last one |
| `ahead` | it is greater: the feed has lost a change |
| `different` | the `lsn` is the same, city or segment are not; NULL equals NULL |

`customer_id` and `lsn` are never NULL; rows may stand in any order.

With the changes `7 c 16 Lille new`, `7 u 40 Lyon vip`, `9 d 48 NULL NULL` and the table `7 16 Lille new`, `9 24 Graz new` the result is `7 stale`, `9 resurrected`.
"""

from random import Random

from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_03.change_data import _feeds

PROBLEM = LabProblem(
    id="w3-change-data-reconcile",
    pattern="reconciliation",
    difficulty="medium",
    minutes=25,
    points=4,
    hints={
        "As in the statement": (
            "Two sides, each with one row a customer: the last change, and the row of the table.",
            "Join them with `full`; the verdict is one CASE, its branches in the order of the statement.",
        ),
        "Both sides": (
            "Which customers are on one side only? An inner or a left join does not see all of them.",
            "A customer who is deleted and not in the table is right.",
            "Fold the changes first: three changes of a customer are three rows of a join.",
        ),
        "NULLs and doubles": (
            "`<>` with a NULL is NULL, and no branch of CASE is taken: use `<=>` in SQL, `eqNullSafe` in Python.",
            "Count the rows of a customer in the table, and keep one of them, before the join.",
        ),
        "Any feed": ("Check the order of the branches: `resurrected` comes before `doubled`.",),
    },
)


def solve(changes, table):
    return changes.sparkSession.sql(
        """
        WITH last AS (
            SELECT customer_id, max_by(struct(op, lsn, city, segment), lsn) AS c
            FROM {changes} GROUP BY customer_id
        ), held AS (
            SELECT customer_id, count(*) AS copies, first(struct(lsn, city, segment)) AS t
            FROM {table} GROUP BY customer_id
        ), judged AS (
            SELECT customer_id, CASE
                WHEN c IS NULL THEN 'unknown'
                WHEN t IS NULL THEN IF(c.op = 'd', NULL, 'missing')
                WHEN c.op = 'd' THEN 'resurrected'
                WHEN copies > 1 THEN 'doubled'
                WHEN t.lsn < c.lsn THEN 'stale'
                WHEN t.lsn > c.lsn THEN 'ahead'
                WHEN NOT (t.city <=> c.city AND t.segment <=> c.segment) THEN 'different'
                END AS verdict
            FROM last FULL JOIN held USING (customer_id)
        )
        SELECT customer_id, verdict FROM judged WHERE verdict IS NOT NULL
        """,
        changes=changes,
        table=table,
    )


RESULT = {"customer_id": "int", "verdict": "string"}
TABLE = ("customer_id", "lsn", "city", "segment")


def oracle(changes, table):
    """Customer by customer, in Python."""
    last, held = {}, {}
    for row in changes:
        if row[0] not in last or row[2] > last[row[0]][2]:
            last[row[0]] = row
    for row in table:
        held.setdefault(row[0], []).append(row)
    found = {who: verdict(last.get(who), held.get(who, [])) for who in {*last, *held}}
    return [(who, word) for who, word in found.items() if word]


def verdict(change, rows):
    if change is None:
        return "unknown"
    if not rows:
        return "" if change[1] == "d" else "missing"
    if change[1] == "d":
        return "resurrected"
    if len(rows) > 1:
        return "doubled"
    [(_, lsn, *values)] = rows
    if lsn != change[2]:
        return "stale" if lsn < change[2] else "ahead"
    return "" if tuple(values) == change[3:] else "different"


def expect(function, changes, table):
    _feeds.expect(
        function, _feeds.table(changes), _feeds.table(table, TABLE),
        columns=RESULT, wanted=oracle(changes, table), given=[*changes, ("table:",), *table],
    )  # fmt: skip


def statement(function):
    changes = [(7, "c", 16, "Lille", "new"), (7, "u", 40, "Lyon", "vip"), (9, "d", 48, None, None)]
    expect(function, changes, [(7, 16, "Lille", "new"), (9, 24, "Graz", "new")])
    return "The customers of the statement have their verdicts."


def both_sides(function):
    changes = [
        (1, "c", 8, "Wien", "new"), (2, "c", 16, "Graz", "new"), (2, "u", 24, "Linz", "new"),
        (3, "c", 32, "Graz", "vip"), (3, "d", 40, None, None), (4, "r", 48, "York", "vip"),
        (4, "u", 56, "York", "new"), (4, "u", 56, "York", "new"),
    ]  # fmt: skip
    expect(function, changes, [(1, 8, "Wien", "new"), (4, 64, "York", "new"), (5, 8, "Delft", "new")])
    expect(function, [], [(5, 8, "Delft", "new")])
    return "Customers on one side only, and a feed that is empty."


def nulls_and_doubles(function):
    changes = [
        (1, "u", 8, None, "new"), (2, "u", 16, "Graz", None), (3, "u", 24, None, None),
        (4, "u", 32, None, "vip"), (5, "u", 40, "Linz", "vip"), (6, "d", 48, None, None),
        (7, "u", 56, "Linz", "vip"), (8, "u", 64, "Linz", "vip"), (8, "c", 60, "Graz", "new"),
        (8, "u", 64, "Linz", "vip"), (9, "d", 72, None, None), (9, "c", 80, "Lyon", "new"),
    ]  # fmt: skip
    table = [
        (1, 8, None, "new"), (2, 16, None, None), (3, 24, "Wien", None), (4, 32, None, "new"),
        (5, 40, "Linz", "vip"), (5, 40, "Linz", "vip"), (6, 44, None, None), (6, 48, None, None),
        (7, 56, "Linz", "vip"), (7, 48, "Graz", "vip"), (8, 64, "Linz", "vip"), (9, 80, "Lyon", "new"),
        (10, 8, None, None), (10, 8, None, None),
    ]  # fmt: skip
    expect(function, changes, table)
    return "NULLs that are equal and NULLs that are not, and customers who are there twice."


def any_feed(function):
    rng = Random(11)
    places, words = ["Wien", "Graz", None], ["new", "vip", None]
    changes = [
        (rng.randrange(60), op := rng.choice("cuuud"), 8 * lsn, None if op == "d" else rng.choice(places),
         None if op == "d" else rng.choice(words))
        for lsn in range(1, 160)
    ]  # fmt: skip
    last = {row[0]: row for row in changes}
    table = [(row[0], row[2], *row[3:]) for row in last.values() if row[1] != "d" or rng.random() < 0.5]
    table = [row for row in table if rng.random() < 0.9] + rng.choices(table, k=5) + [(77, 8, None, None)]
    table = [(who, lsn - 8 * (rng.random() < 0.1) + 8 * (rng.random() < 0.05), rng.choice([city, city, "Graz"]), word)
             for who, lsn, city, word in table]  # fmt: skip
    changes += rng.choices(changes, k=30)
    rng.shuffle(changes)
    expect(function, changes, table)
    return "60 customers with all kinds of errors."


PARTS = {
    "As in the statement": statement,
    "Both sides": both_sides,
    "NULLs and doubles": nulls_and_doubles,
    "Any feed": any_feed,
}


@variant
def in_python(changes, table):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("customer_id").orderBy(F.desc("lsn"))
    last = changes.withColumn("n", F.row_number().over(newest)).where("n = 1").drop("n").alias("c")
    held = table.groupBy("customer_id").agg(
        F.count("*").alias("copies"), *(F.min(name).alias(name) for name in ("lsn", "city", "segment"))
    )
    both = last.join(held.alias("t"), "customer_id", "full")
    same = F.col("t.city").eqNullSafe(F.col("c.city")) & F.col("t.segment").eqNullSafe(F.col("c.segment"))
    verdict = (
        F.when(F.col("c.lsn").isNull(), "unknown")
        .when(F.col("t.lsn").isNull() & (F.col("op") != "d"), "missing")
        .when(F.col("t.lsn").isNotNull() & (F.col("op") == "d"), "resurrected")
        .when(F.col("copies") > 1, "doubled")
        .when(F.col("t.lsn") < F.col("c.lsn"), "stale")
        .when(F.col("t.lsn") > F.col("c.lsn"), "ahead")
        .when(F.col("t.lsn").isNotNull() & ~same, "different")
    )
    return both.select("customer_id", verdict.alias("verdict")).dropna(subset=["verdict"])


@variant
def by_union(changes, table):
    """No join: both sides below each other, and one group a customer."""
    return changes.sparkSession.sql(
        """
        WITH both AS (
            SELECT customer_id, op, lsn, struct(city, segment) AS v, 0 AS held FROM (SELECT DISTINCT * FROM {changes})
            UNION ALL
            SELECT customer_id, '', lsn, struct(city, segment), 1 FROM {table}
        ), grouped AS (
            SELECT customer_id, max(lsn) FILTER (WHERE held = 0) AS last, max_by(op, lsn) FILTER (WHERE held = 0) AS op,
                max_by(v, lsn) FILTER (WHERE held = 0) AS v, sum(held) AS copies,
                max(lsn) FILTER (WHERE held = 1) AS lsn, max_by(v, lsn) FILTER (WHERE held = 1) AS w
            FROM both GROUP BY customer_id
        )
        SELECT customer_id, CASE WHEN op IS NULL THEN 'unknown' WHEN copies = 0 THEN 'missing'
            WHEN op = 'd' THEN 'resurrected' WHEN copies > 1 THEN 'doubled' WHEN lsn < last THEN 'stale'
            WHEN lsn > last THEN 'ahead' ELSE 'different' END AS verdict
        FROM grouped
        WHERE NOT (copies = 0 AND op = 'd') AND NOT coalesce(copies = 1 AND op <> 'd' AND lsn = last AND v <=> w, false)
        """,
        changes=changes,
        table=table,
    )


def edited(old, new):
    """The reference with another text in its query, as the learner would have written it."""
    import inspect

    source = inspect.getsource(solve)
    assert old in source, old
    names = {}
    exec(source.replace(old, new), names)
    return names["solve"]


@wrong("customers who are on one side only are not seen", passes_examples=True)
def inner(changes, table):
    return edited("FULL JOIN", "JOIN")(changes, table)


@wrong("what the table has and no change made is not seen", passes_examples=True)
def left(changes, table):
    return edited("FULL JOIN", "LEFT JOIN")(changes, table)


@wrong("a NULL that is not a NULL on the other side is not seen", passes_examples=True)
def null_blind(changes, table):
    return edited(
        "NOT (t.city <=> c.city AND t.segment <=> c.segment)", "t.city <> c.city OR t.segment <> c.segment"
    )(changes, table)


@wrong("a deleted customer who is rightly gone is missed", passes_examples=True)
def missed(changes, table):
    return edited("IF(c.op = 'd', NULL, 'missing')", "'missing'")(changes, table)


@wrong("a customer who is doubled and deleted gets the wrong word", passes_examples=True)
def wrong_order(changes, table):
    text = "WHEN c.op = 'd' THEN 'resurrected'\n                WHEN copies > 1 THEN 'doubled'"
    other = "WHEN copies > 1 THEN 'doubled'\n                WHEN c.op = 'd' THEN 'resurrected'"
    return edited(text, other)(changes, table)


@wrong("doubles in the table are not counted", passes_examples=True)
def no_doubles(changes, table):
    return edited("WHEN copies > 1 THEN 'doubled'\n", "")(changes, table.dropDuplicates(["customer_id"]))


@wrong("every change is compared, not the last one", passes_examples=True)
def not_folded(changes, table):
    return changes.sparkSession.sql(
        """SELECT DISTINCT coalesce(c.customer_id, t.customer_id) AS customer_id, CASE
            WHEN c.lsn IS NULL THEN 'unknown' WHEN t.lsn IS NULL THEN 'missing'
            WHEN c.op = 'd' THEN 'resurrected' WHEN t.lsn < c.lsn THEN 'stale' ELSE 'ahead' END AS verdict
        FROM {changes} AS c FULL JOIN {table} AS t ON c.customer_id = t.customer_id
        WHERE NOT c.lsn <=> t.lsn""",
        changes=changes,
        table=table,
    )


@wrong("a table that is ahead looks right: a lost change of the feed is never found", passes_examples=True)
def never_ahead(changes, table):
    return edited("WHEN t.lsn > c.lsn THEN 'ahead'", "WHEN t.lsn > c.lsn THEN NULL")(changes, table)


NOTES = """
**Why it holds**: both sides come down to one row a customer before they meet, so the join is one to one, and a full join loses nobody. The verdicts are a CASE because their order is part of their meaning.

**Pitfall**: counts agree when one customer is missing and another is back from the dead. A comparison by key finds both; a checksum over the table only says that something is wrong.

**Alternative**: for large tables, a hash of each row and a count for each *bucket* of keys on both sides; only buckets that differ are compared row by row (that is a Merkle tree of two levels).

**At work**: `ahead` is the alarm that nobody builds. It says that bronze does not hold what silver was made of: a file was deleted, or bronze's retention is shorter than somebody believed, and no replay can make this table again.
"""
