"""# A history from a feed in disorder

A late change may fall into the middle of a history, so the history is made from *all* changes.

Write the function that gets `changes`, a DataFrame of Spark with `customer_id` INT, `op` STRING, `lsn` BIGINT, `at` TIMESTAMP, `city` STRING, `segment` STRING, in any order; lines with the same `lsn` are copies. It returns `customer_id`, `city`, `segment`, `valid_from` and `valid_to`, a row for each version.

In the order of a customer's `lsn`:

- A change opens a version, valid from its `at`, if none is open, or if city or segment differ from the open one's (NULL equals NULL). Otherwise nothing happens.
- The version that was open ends then: `valid_to` is that change's `at`.
- A delete (`d`; city and segment are NULL) ends the open version at its `at`, and does nothing where none is open. A customer may come back.
- An open version has `valid_to` NULL.

`at` never falls as `lsn` grows, but may stay the same: a version may end when it begins.
The order of rows and columns does not matter.

| lsn | op | at | city | segment |
| --: | :-- | :-- | :-- | :-- |
| 8 | c | 1 Oct | Lille | new |
| 32 | u | 9 Oct | Lyon | vip |
| 16 | u | 4 Oct | Lille | vip |
| 24 | u | 6 Oct | Lille | vip |
| 40 | d | 12 Oct | | |

has three versions: *Lille new* from 1 to 4 October, *Lille vip* from 4 to 9, *Lyon vip* from 9 to 12.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from seniorde.problems import LabProblem, variant, wrong
from seniorde.problems.week_03.change_data import _feeds

PROBLEM = LabProblem(
    id="w3-change-data-customer-history",
    pattern="slowly changing dimension",
    difficulty="hard",
    minutes=35,
    points=5,
    hints={
        "As in the statement": (
            "Two steps: which changes are a border, a beginning or an end? Then, where does each version end?",
            "With a window by customer, ordered by `lsn`: `lag` finds the borders; among the borders alone, `lead` of `at` is the end.",
            "Keep the deletes until the ends are known, then drop them.",
        ),
        "Values": (
            "`<>` with a NULL is NULL. Compare the two columns as a struct with `<=>`, or `eqNullSafe`.",
            "City and segment belong together: a difference in either opens a version.",
        ),
        "Deletes": (
            "After a delete there is no open version: the next change opens one, whatever its values are.",
            "The row before a return is the delete, with NULLs in it: ask for its `op` as well.",
        ),
        "Any feed": (
            "Copies have the same `lsn`, and their order is nobody's; do they make a border?",
            "Two changes may have the same `at`: order by `lsn`, and by nothing else.",
        ),
    },
)


def solve(changes):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    log = Window.partitionBy("customer_id").orderBy("lsn")
    tracked = F.struct("city", "segment")
    deleted = F.col("op") == "d"
    opens = (
        F.lag("lsn").over(log).isNull()
        | F.lag(deleted).over(log)
        | ~tracked.eqNullSafe(F.lag(tracked).over(log))
    )
    borders = changes.dropDuplicates(["lsn"]).withColumn("border", deleted | opens).where("border")
    ended = borders.withColumn("valid_to", F.lead("at").over(log)).where("op <> 'd'")
    return ended.select("customer_id", "city", "segment", F.col("at").alias("valid_from"), "valid_to")


COLUMNS = ("customer_id", "op", "lsn", "at", "city", "segment")
RESULT = {"customer_id": "int", "city": "string", "segment": "string", "valid_from": "timestamp",
          "valid_to": "timestamp"}  # fmt: skip
OCTOBER = datetime(2025, 9, 30, tzinfo=UTC)


def on(days):
    return OCTOBER + timedelta(days)


def oracle(rows):
    """Change by change, in Python."""
    found, opened = [], {}
    for who, op, _, at, *values in sorted(set(rows), key=lambda row: row[2]):
        now = opened.get(who)
        if op == "d":
            if now:
                opened.pop(who)[-1] = at
        elif now is None or now[1:3] != values:
            if now:
                now[-1] = at
            opened[who] = [who, *values, at, None]
            found.append(opened[who])
    return found


def expect(function, rows):
    given = [
        tuple(f"{value:%d %b}" if isinstance(value, datetime) else value for value in row) for row in rows
    ]
    _feeds.expect(function, _feeds.table(rows, COLUMNS), columns=RESULT, wanted=oracle(rows), given=given)


def statement(function):
    expect(function, [
        (7, "c", 8, on(1), "Lille", "new"), (7, "u", 32, on(9), "Lyon", "vip"),
        (7, "u", 16, on(4), "Lille", "vip"), (7, "u", 24, on(6), "Lille", "vip"),
        (7, "d", 40, on(12), None, None),
    ])  # fmt: skip
    return "The three versions of the statement."


def values(function):
    expect(function, [
        (1, "r", 8, on(1), None, "new"), (1, "u", 16, on(2), None, "new"), (1, "u", 24, on(3), "Graz", "new"),
        (1, "u", 32, on(4), None, None), (1, "u", 40, on(5), None, None), (1, "u", 48, on(6), "new", None),
        (1, "u", 56, on(7), None, "new"), (2, "c", 20, on(2), None, None), (2, "u", 28, on(3), None, "vip"),
        (3, "c", 30, on(3), "Wien", "new"), (3, "u", 44, on(5), "Graz", "new"), (3, "u", 52, on(6), "Wien", "new"),
        (4, "u", 60, on(8), None, None),
    ])  # fmt: skip
    return "NULLs that stay, come and go; values that come back."


def deletes(function):
    expect(function, [
        (1, "c", 8, on(1), "Graz", "new"), (1, "d", 16, on(2), None, None), (1, "c", 24, on(3), "Graz", "new"),
        (2, "c", 9, on(1), "Linz", "new"), (2, "d", 17, on(2), None, None), (2, "d", 25, on(3), None, None),
        (2, "c", 33, on(4), None, None), (2, "u", 41, on(5), None, None), (3, "d", 10, on(1), None, None),
        (4, "d", 11, on(1), None, None), (4, "c", 19, on(2), "York", None), (4, "d", 27, on(4), None, None),
        (5, "c", 12, on(1), None, None), (5, "d", 20, on(2), None, None), (5, "c", 28, on(2), None, None),
    ])  # fmt: skip
    return "Customers who go, come back with the same values or with none, and go twice."


def any_feed(function):
    expect(function, [])
    rng = Random(21)
    rows, day = [], 1
    for lsn in range(1, 160):
        day += rng.random() < 0.5
        op = rng.choice("ccuuuud")
        pair = (None, None) if op == "d" else (rng.choice(["Wien", "Graz", None]), rng.choice(["new", None]))
        rows.append((rng.randrange(1, 16), op, 8 * lsn, on(day), *pair))
    rows += rng.choices(rows, k=40)
    rng.shuffle(rows)
    expect(function, rows)
    return "No changes, and 200 lines in disorder, some at the same time, some twice."


PARTS = {"As in the statement": statement, "Values": values, "Deletes": deletes, "Any feed": any_feed}


@variant
def by_sql(changes):
    return changes.sparkSession.sql(
        """
        WITH marked AS (
            SELECT *, lag(struct(op = 'd' AS gone, city, segment)) OVER log AS last
            FROM (SELECT DISTINCT * FROM {changes}) WINDOW log AS (PARTITION BY customer_id ORDER BY lsn)
        ), borders AS (
            SELECT * FROM marked
            WHERE NOT struct(op = 'd' AS gone, city, segment) <=> last
        ), ended AS (
            SELECT *, lead(at) OVER (PARTITION BY customer_id ORDER BY lsn) AS valid_to FROM borders
        )
        SELECT customer_id, city, segment, at AS valid_from, valid_to FROM ended WHERE op <> 'd'
        """,
        changes=changes,
    )


@variant
def copies_by_window(changes):
    """Copies make no border, so they need not be removed: one shuffle."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    log = Window.partitionBy("customer_id").orderBy("lsn")
    state = F.when(F.col("op") != "d", F.struct("city", "segment"))
    marked = changes.withColumn("state", state).withColumn("before", F.lag("state").over(log))
    borders = marked.where(~F.col("state").eqNullSafe(F.col("before")))
    ended = borders.withColumn("valid_to", F.lead("at").over(log)).where(F.col("state").isNotNull())
    return ended.selectExpr("customer_id", "city", "segment", "at AS valid_from", "valid_to")


@variant
def as_islands(changes):
    """Each run of equal states is an island with a number."""
    return changes.sparkSession.sql(
        """
        WITH marked AS (
            SELECT *, CASE WHEN (op = 'd', city, segment)
                <=> lag((op = 'd', city, segment)) OVER log THEN 0 ELSE 1 END AS begins
            FROM {changes} WINDOW log AS (PARTITION BY customer_id ORDER BY lsn)
        ), numbered AS (
            SELECT *, sum(begins) OVER (PARTITION BY customer_id ORDER BY lsn ROWS UNBOUNDED PRECEDING) AS island
            FROM marked
        ), islands AS (
            SELECT customer_id, island, min_by(op, lsn) AS op, min_by(city, lsn) AS city,
                min_by(segment, lsn) AS segment, min_by(at, lsn) AS valid_from
            FROM numbered GROUP BY customer_id, island
        ), ended AS (
            SELECT *, lead(valid_from) OVER (PARTITION BY customer_id ORDER BY island) AS valid_to FROM islands
        )
        SELECT customer_id, city, segment, valid_from, valid_to FROM ended WHERE op <> 'd'
        """,
        changes=changes,
    )


def edited(old, new):
    """The reference with another text in it, as the learner would have written it."""
    import inspect

    source = inspect.getsource(solve)
    assert old in source, old
    names = {}
    exec(source.replace(old, new), names)
    return names["solve"]


@wrong("a version for each change, though nothing differs")
def every_change(changes):
    return edited('.where("border")', "")(changes)


@wrong("deletes are left out first, so nobody's last version ends")
def no_deletes(changes):
    return solve(changes.where("op <> 'd'"))


@wrong("in the order of arrival nothing is older than what it follows")
def by_arrival(changes):
    from pyspark.sql import functions as F

    return solve(changes.withColumn("lsn", F.monotonically_increasing_id()))


@wrong("a comparison with NULL opens nothing", passes_examples=True)
def null_blind(changes):
    return edited(
        "~tracked.eqNullSafe(F.lag(tracked).over(log))",
        '(F.lag("city").over(log) != F.col("city")) | (F.lag("segment").over(log) != F.col("segment"))',
    )(changes)


@wrong("the city alone opens a version")
def city_alone(changes):
    return edited('F.struct("city", "segment")', 'F.struct("city")')(changes)


@wrong("who comes back without values has no version", passes_examples=True)
def comes_back(changes):
    return edited("        | F.lag(deleted).over(log)\n", "")(changes)


@wrong("equal values are one version, though another lay between them", passes_examples=True)
def by_group(changes):
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    log = Window.partitionBy("customer_id").orderBy("valid_from", "gone")
    rows = changes.groupBy("customer_id", "city", "segment", (F.col("op") == "d").alias("gone"))
    rows = rows.agg(F.min("at").alias("valid_from"))
    rows = rows.withColumn("valid_to", F.lead("valid_from").over(log)).where("NOT gone")
    return rows.drop("gone")


@wrong("two changes at the same time stand in any order", passes_examples=True)
def by_time(changes):
    return edited('.orderBy("lsn")', '.orderBy("at", F.desc("lsn"))')(changes)


@wrong("versions that end when they begin are left out", passes_examples=True)
def no_moments(changes):
    return solve(changes).where("valid_to IS NULL OR valid_to > valid_from")


NOTES = """
**Why it holds**: a border is a change whose state differs from the one before it, deletes being a state of their own. Between two borders nothing happens, so the next border is the end of the version.

**Pitfall**: a history that is patched version by version cannot take a late change: *Lille* (1 October), *Lille* again (6 October, nothing happens), then *Lyon* of the 4th comes in. The patch splits the version and has forgotten that Lille came back on the 6th. From all changes it is three versions.

**Alternative**: only the customers that a delivery touches are computed again, and replaced in one commit (`replaceWhere`, or a MERGE with `WHEN NOT MATCHED BY SOURCE AND customer_id IN … THEN DELETE`).

**At work**: decide whose time the versions have. `at` is the source's clock; when a change *became known* is another axis, and an auditor who asks "what did we believe on the 5th?" needs both.
"""
