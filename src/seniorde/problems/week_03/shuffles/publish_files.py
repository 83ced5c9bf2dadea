"""# One sorted file for each country

`publish_files(df, place)` writes the DataFrame `df` as Parquet into the folder `place`, which does not exist yet.
`df` has `order_id` (bigint), `country` (text, never NULL) and `cents`; it comes from an expensive filter that runs in several tasks, and it is lazy: nothing has run yet.

Write so that

- there is a folder `country=…` for each country that occurs, with exactly one Parquet file in it, and the column `country` only in the path;
- the rows in a file are in order of `order_id` (unique);
- the filter still runs in as many tasks as `df` has partitions: do not make it one task;
- the filter runs once: each row of `df` is computed once;
- the countries are not all written by one task, when there are 8 of them.

What the function returns is not looked at.
Adaptive execution is off; there are 4 shuffle partitions.
An empty `df` must not fail.

```python
publish_files(orders.filter(expensive), "/lake/published")
# /lake/published/country=DE/part-….parquet, /lake/published/country=FR/part-….parquet
```
"""

from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong
from seniorde.checks.spark import frame, session

PROBLEM = LabProblem(
    id="w3-shuffles-publish-files",
    pattern="repartition before a partitioned write",
    difficulty="medium",
    minutes=20,
    points=3,
    hints={
        "The example": (
            "`df.write.partitionBy('country').parquet(place)` makes the folders. Who decides how many files are in each?",
            "Every task that has rows of a country writes a file for it: bring each country into one task.",
        ),
        "Order in the file": (
            "A shuffle gives no order. Which sort moves nothing between tasks?",
            "`sortWithinPartitions('country', 'order_id')`: the writer needs the countries together, too.",
        ),
        "The tasks": (
            "`coalesce(1)` takes the tasks from what stands before it; `repartition(1)` makes one task write everything.",
            "`repartition('country')` is a shuffle by the column: the filter keeps its tasks. Ranges look at the data first, and compute it twice.",
        ),
    },
)


def solve(df, place: str):
    by_country = df.repartition("country").sortWithinPartitions("country", "order_id")
    by_country.write.partitionBy("country").parquet(place)


SCHEMA = "order_id bigint, country string, cents int"
COUNTRIES = ("DE", "FR", "AT", "NL", "ES", "SE", "PL", "GB")


def published(function, rows, counts=None):
    """The rows of each file by country, in the file's order, and the stages that ran."""
    import pyarrow.parquet as pq

    from seniorde import plans

    spark = session()
    df = frame(rows, SCHEMA).filter("cents > 0")
    with TemporaryDirectory(prefix="seniorde-lab-") as top:
        place = f"{top}/published"
        with plans.stages(spark) as seen:
            call(function, df, place, lines=None)
        files = sorted(Path(place).rglob("*.parquet")) if Path(place).exists() else []
        found = {}
        for file in files:
            table = pq.ParquetFile(file).read()
            columns = tuple(zip(*(table[name].to_pylist() for name in table.column_names), strict=True))
            folder = file.parent.relative_to(place).as_posix()
            found.setdefault(folder, []).append((table.column_names, list(columns)))
    return found, list(seen)


def expected(rows):
    wanted = {}
    for order, country, cents in sorted(rows):
        if cents > 0:
            wanted.setdefault(f"country={country}", []).append((order, cents))
    return wanted


def check(found, rows, ordered):
    wanted = expected(rows)
    files = "\n".join(f"{folder}: {len(parts)} files" for folder, parts in sorted(found.items()))
    if set(found) != set(wanted):
        raise Refused(
            "folders", "There must be a folder for each country that occurs, and no other.", found=files
        )
    if any(len(parts) > 1 for parts in found.values()):
        raise Refused("files", "A country has more than one file.", found=files)
    for folder, [(columns, content)] in found.items():
        if columns != ["order_id", "cents"]:
            raise Refused("columns", f"The file in {folder} has the columns {', '.join(columns)}.")
        if sorted(content) != wanted[folder]:
            raise Refused("rows", f"These are not the rows of {folder}.", found=str(content[:5]))
        if ordered and content != wanted[folder]:
            sentence = f"The rows in {folder} are not in order of order_id."
            raise Refused("order", sentence, found=str([row[0] for row in content[:8]]))


def the_example(function):
    rows = [(n, COUNTRIES[n % 2], n % 5) for n in range(40)]
    found, _ = published(function, rows)
    check(found, rows, ordered=False)
    return "Two countries, two folders, a file each."


def mixed(count, seed):
    rng = Random(seed)
    return [(n, rng.choice(COUNTRIES), rng.randrange(100)) for n in rng.sample(range(10 * count), count)]


def order_in_the_file(function):
    rows = mixed(600, 4)
    check(published(function, rows)[0], rows, ordered=True)
    found, _ = published(function, [])
    if any(content for parts in found.values() for _, content in parts):
        raise Refused("rows", "Without rows there is nothing to write.")
    return "Eight countries in order; no rows, no error."


def the_tasks(function):
    rows = mixed(800, 5)
    found, stages = published(function, rows)
    check(found, rows, ordered=True)
    shown = "\n".join(
        f"{number}: {stage.tasks} tasks, reads {stage.reads}, writes {stage.writes}, largest task {stage.most} rows"
        for number, stage in enumerate(stages, 1)
    )
    first = [stage for stage in stages if stage.reads == "nothing"]  # a cache that is read is "input"
    if len(first) > 1:
        raise Refused("twice", f"The filter runs {len(first)} times.", stages=shown)
    if first[0].tasks < 2:
        raise Refused("tasks", "The filter runs in one task; df has two partitions.", stages=shown)
    last = [stage for stage in stages if stage.writes == "output"]
    if not last or last[-1].most >= sum(cents > 0 for _, _, cents in rows):
        raise Refused("one task", "One task writes all countries.", stages=shown)
    return "The filter keeps its tasks, and several tasks write."


PARTS = {"The example": the_example, "Order in the file": order_in_the_file, "The tasks": the_tasks}


@variant
def more_tasks(df, place):
    from pyspark.sql import functions as F

    df.repartition(8, F.col("country")).sortWithinPartitions("country", "order_id").write.partitionBy(
        "country"
    ).mode("overwrite").parquet(place)


@variant
def in_sql(df, place):
    df.createOrReplaceTempView("to_publish")
    rows = df.sparkSession.sql("SELECT * FROM to_publish DISTRIBUTE BY country SORT BY country, order_id")
    rows.write.parquet(place, partitionBy="country")


@variant
def by_rebalance(df, place):
    spread = df.repartition(16, "country").sortWithinPartitions("country", "order_id", "cents")
    spread.write.format("parquet").partitionBy("country").save(place)


@variant
def kept_first(df, place):
    kept = df.cache()
    try:
        ranges = kept.repartitionByRange(4, "country").sortWithinPartitions("country", "order_id")
        ranges.write.partitionBy("country").parquet(place)
    finally:
        kept.unpersist()


@wrong("each task writes a file for each country", fails="files")
def as_it_comes(df, place):
    df.sortWithinPartitions("country", "order_id").write.partitionBy("country").parquet(place)


@wrong("coalesce(1) makes the filter one task, too", fails="tasks", passes_examples=True)
def one_task(df, place):
    df.coalesce(1).sortWithinPartitions("country", "order_id").write.partitionBy("country").parquet(place)


@wrong("repartition(1): one task writes everything", fails="one task", passes_examples=True)
def one_writer(df, place):
    df.repartition(1).sortWithinPartitions("country", "order_id").write.partitionBy("country").parquet(place)


@wrong(
    "the rows of a file stand in the order in which they were fetched", fails="order", passes_examples=True
)
def unsorted(df, place):
    df.repartition("country").write.partitionBy("country").parquet(place)


@wrong("sorted before the shuffle, which keeps no order", fails="order", passes_examples=True)
def sorted_too_early(df, place):
    df.orderBy("order_id").repartition("country").write.partitionBy("country").parquet(place)


@wrong(
    "a file for every country by a loop: the filter runs once for each", fails="twice", passes_examples=True
)
def loop(df, place):
    for row in df.select("country").distinct().collect():
        part = df.filter(df["country"] == row[0]).drop("country").coalesce(1).sortWithinPartitions("order_id")
        part.write.parquet(f"{place}/country={row[0]}")


@wrong(
    "a global order by country and order: the sample computes the filter a second time",
    fails="twice",
    passes_examples=True,
)
def global_order(df, place):
    from pyspark.sql import functions as F

    ranges = df.repartitionByRange(4, F.col("country")).sortWithinPartitions("country", "order_id")
    ranges.write.partitionBy("country").parquet(place)


@wrong("without folders", fails="folders")
def flat(df, place):
    df.repartition("country").sortWithinPartitions("country", "order_id").write.parquet(place)


NOTES = """
**Why it holds**: a task writes one file for each partition value that it meets. A shuffle by the partition column brings each country into one task, and the sort makes its rows a run.

**Pitfall**: `coalesce`. It is narrow, so the filter before it gets as few tasks as the write.
And sort by the partition column first: the writer needs its countries one after the other, and would sort again, by country only.

**Alternative**: `repartitionByRange('country', 'order_id')` spreads large countries over several files with disjoint ranges; it samples first, so the filter runs twice, unless its result is cached.

**At work**: one file for each country is right while a country fits a file. Beyond that, add a second expression to the shuffle, such as `order_id % 8` for the large ones.
"""
