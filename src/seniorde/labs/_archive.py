"""Make the archive of Spark's classes for the Java of this machine: `python -m seniorde.labs._archive`.

Half a minute or two, once; then Spark starts and answers its first query in half the time. It lies in the
environment (170 MB), is made again for another Java or PySpark, and nothing depends on it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from seniorde import labs
from seniorde.labs import _java, _spark


def main() -> int:
    """Return 0, also when it cannot be made: then Spark is only slower."""
    try:
        program = _java.java()
        archive = _java.archive(program, _spark.classpath())
        if not archive.exists():
            print("Preparing Spark for quick starts")
            with tempfile.TemporaryDirectory() as folder:
                _make(program, archive, Path(folder))
    except (labs.LabError, OSError, subprocess.SubprocessError) as error:
        print(f"Spark will start more slowly: {error}", file=sys.stderr)
    return 0


def _make(program: Path, archive: Path, folder: Path) -> None:
    classes = folder / "classes"
    _spark.recorded = classes
    _use(folder)
    assert _spark._engine is not None
    _spark._engine.end()
    archive.parent.mkdir(parents=True, exist_ok=True)
    for old in archive.parent.glob("classes-*.jsa"):
        old.unlink()
    new = archive.with_suffix(f".{folder.name}")
    command = [str(program), "-Xshare:dump", *_java.QUICK, _spark.MEMORY, "-cp", _spark.classpath()]
    command += [f"-XX:SharedClassListFile={classes}", f"-XX:SharedArchiveFile={new}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    new.rename(archive)


def _use(folder: Path) -> None:
    """What lessons do with Spark."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    spark = labs.spark({"spark.sql.autoBroadcastJoinThreshold": "-1"})
    orders = spark.range(0, 1000, 1, 4).selectExpr("id", "id % 7 AS k", "timestamp_seconds(id) AS at")
    for name, form in (("p", "parquet"), ("j", "json"), ("c", "csv"), ("o", "orc")):
        orders.write.format(form).partitionBy("k").save(f"{folder}/{name}")
        spark.read.schema(orders.schema).format(form).load(f"{folder}/{name}").where("k = 1").count()
    orders.write.format("delta").mode("append").save(f"{folder}/d")
    delta = spark.read.format("delta").load(f"{folder}/d").where("id < 10")
    few = spark.createDataFrame([(1, "a"), (2, None)], "k LONG, name STRING")
    for hint in ("merge", "shuffle_hash", "broadcast"):
        joined = orders.join(few.hint(hint), "k", "left").groupBy("name").agg(F.sum("id"), F.max("at"))
        joined.orderBy("name").limit(3).collect()
    window = Window.partitionBy("k").orderBy("id")
    ranked = orders.withColumn("n", F.row_number().over(window)).where("n < 3").cache()
    ranked.select(F.udf(lambda x: x + 1, "long")("id")).distinct().toPandas()
    ranked.union(ranked).createOrReplaceTempView("ranked")
    spark.sql("CREATE TABLE kept AS SELECT k, count(DISTINCT id) AS c FROM ranked GROUP BY k")
    spark.sql("SELECT * FROM kept WHERE c > (SELECT avg(c) FROM kept)").collect()
    delta.collect()


if __name__ == "__main__":
    sys.exit(main())
