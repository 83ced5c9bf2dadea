"""The batch step of Glue: parameters, bookmark, a late file, an attempt that fails."""

from pathlib import Path
from typing import Any

import job_order_changes
import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from conftest import deliver, order
from lakehouse import job
from lakehouse.job import Parameters
from lakehouse.retry import retrying


def rows(spark: SparkSession, target: Path) -> list[tuple[str, int]]:
    found = spark.read.parquet(str(target)).selectExpr("CAST(delivered AS string)", "lsn").collect()
    return sorted((row[0], row[1]) for row in found)


def test_a_late_file_makes_its_day_anew_and_no_other(spark: SparkSession, tmp_path: Path) -> None:
    source = deliver(tmp_path / "in", orders=[order("c", 1, 1), order("c", 1, 1), "cut"])
    deliver(source, day=2, orders=[order("c", 2, 2)])
    given = Parameters("orders", str(source), str(tmp_path / "out"))
    first = job.run(spark, given)
    assert {name: first[name] for name in ("files", "partitions", "rows", "rejected")} == {
        "files": 2, "partitions": 2, "rows": 2, "rejected": 1,
    }  # fmt: skip
    assert job.run(spark, given)["files"] == 0
    deliver(source, name="late", orders=[order("u", 3, 1)])
    assert job.run(spark, given)["partitions"] == 1
    assert rows(spark, tmp_path / "out") == [("2025-10-01", 1), ("2025-10-01", 3), ("2025-10-02", 2)]


def test_an_attempt_that_fails_is_made_again(
    spark: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, real, calls = deliver(tmp_path / "in", orders=[order("c", 1, 1)]), job.write, list[int]()

    def unlucky(*given: Any) -> None:
        calls.append(1)
        if len(calls) == 1:
            raise AnalysisException("S3 says 503 Slow Down")
        real(*given)

    monkeypatch.setattr(job, "write", unlucky)
    job.run(spark, Parameters("orders", str(source), str(tmp_path / "out")))
    assert len(calls) == 2 and rows(spark, tmp_path / "out") == [("2025-10-01", 1)]


def test_waits_double_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("random.uniform", lambda low, high: 1.0)
    waits: list[float] = []

    def failing() -> None:
        raise OSError("again")

    with pytest.raises(OSError, match="again"):
        retrying(failing, on=(OSError,), attempts=4, wait=1, sleep=waits.append)
    assert waits == [1, 2, 4]


def test_parameters_are_those_of_glue(capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--JOB_NAME", "x", "--source", "a", "--target", "b"]
    assert job_order_changes.resolved(given)["job_bookmark_option"] == "job-bookmark-enable"
    for wrong in (given[2:], [*given, "--day", "2025-2-1"], [*given, "--job-bookmark-option", "no"]):
        with pytest.raises(SystemExit) as end:
            job_order_changes.resolved(wrong)
        assert end.value.code == 2
