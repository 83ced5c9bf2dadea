"""The session: the one that is there (a notebook of Databricks, a Glue job), else a small one of our own."""

import os
import sys

from pyspark.sql import SparkSession


def session() -> SparkSession:
    """Return the session that runs here, or start Spark in local mode; it lives as long as the process."""
    if (found := SparkSession.getActiveSession()) is not None:
        return found
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    started = (
        SparkSession.Builder()
        .appName("lakehouse")
        .master(os.environ.get("LAKEHOUSE_MASTER") or "local[2]")
        .config("spark.driver.memory", os.environ.get("LAKEHOUSE_MEMORY") or "1g")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    started.sparkContext.setLogLevel("ERROR")
    return started
