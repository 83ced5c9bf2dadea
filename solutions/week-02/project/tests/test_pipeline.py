"""Commands on a lake: what passes is published, what fails is not, and a second time changes nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import boto3
import duckdb
import pytest

from conftest import BUCKET, deliver, placed
from orderlake import marts

Command = Callable[..., tuple[int, str, str]]
SOUND = [placed(number, "2025-10-10T10:00:00Z") for number in range(1, 6)]


def lake() -> dict[str, str]:
    """Return each object below the layers with its version of content."""
    found = boto3.client("s3").list_objects_v2(Bucket=BUCKET).get("Contents", [])
    return {one["Key"]: one["ETag"] for one in found if not one["Key"].startswith(("bronze/", "ops/"))}


def rows(key: str, tmp_path: Path) -> list[tuple[object, ...]]:
    boto3.client("s3").download_file(BUCKET, key, str(tmp_path / "x.parquet"))
    return duckdb.sql(f"FROM '{tmp_path}/x.parquet'").fetchall()


def test_a_failing_date_waits_in_quarantine_until_it_is_mended(orderlake: Command, tmp_path: Path) -> None:
    twice = [placed(10, "2025-10-11T10:00:00Z"), b"cut sh"]
    code, _, words = orderlake("run", deliver(tmp_path / "1", d10=SOUND, d11=twice))
    assert (code, "2025-10-11: rejects_within_limit" in words) == (1, True)
    first = lake()
    assert not [key for key in first if "date=2025-10-11" in key and not key.startswith("quarantine/batches")]
    assert rows("gold/daily_sales/date=2025-10-10/part-0.parquet", tmp_path) == [
        ("EUR", "unknown", "unknown", 5, 5, 1250)
    ]
    evidence = boto3.client("s3").get_object(
        Bucket=BUCKET, Key="quarantine/batches/date=2025-10-11/failures.json"
    )
    assert json.load(evidence["Body"])["tests"] == ["rejects_within_limit"]

    late = placed(6, "2025-10-10T23:00:00Z")
    mended = [*twice[:1], late, late, placed(1, "2025-10-10T10:00:00Z")]
    code, _, _ = orderlake("run", deliver(tmp_path / "2", d11=mended))
    assert code == 0
    second = lake()
    assert not [key for key in second if key.startswith(("quarantine/batches/", "staging/"))]
    assert rows("gold/daily_flow/date=2025-10-10/part-0.parquet", tmp_path) == [(6, 0, 0, 0, 0, 2, 0)]

    assert orderlake("run", tmp_path / "2")[0] == 0
    assert lake() == second
    glue = boto3.client("glue")
    found = glue.get_partitions(DatabaseName="orderlake", TableName="gold_daily_flow")["Partitions"]
    assert [one["Values"] for one in found] == [["2025-10-10"], ["2025-10-11"]]

    code, out, _ = orderlake("cost", "2025-10-10")
    assert code == 0 and sorted(json.loads(out)) == ["bronze", "gold", "silver"]


def test_a_join_that_multiplies_fails_the_date(
    orderlake: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = shutil.copytree(marts.PROJECT, tmp_path / "dbt")
    model = project / "models/marts/daily_sales.sql"
    right = model.read_text(encoding="utf-8")
    wrong = right.replace("left join bought using (date, order_id)", "left join bought using (date)")
    assert wrong != right
    model.write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(marts, "PROJECT", project)
    code, _, words = orderlake("run", deliver(tmp_path / "1", d10=SOUND))
    assert (code, "2025-10-10: sales_hold_every_order" in words) == (1, True)
    assert not [key for key in lake() if key.startswith(("silver/", "gold/"))]


def test_metrics_that_cannot_be_written_are_said_in_words(
    orderlake: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ORDERLAKE_METRICS", str(tmp_path / "file" / "lake.prom"))
    code, _, words = orderlake("build")
    assert code == 2 and "ORDERLAKE_METRICS" in words


def test_what_was_not_delivered_cannot_be_built(orderlake: Command) -> None:
    code, _, words = orderlake("build", "2025-10-10")
    assert (code, words) == (1, "Nothing was delivered for 2025-10-10: ingest it first.")


def test_a_missing_bucket_is_said_in_words(
    orderlake: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ORDERLAKE_BUCKET", "orderlake-none")
    code, _, words = orderlake("ingest", tmp_path)
    assert code == 3 and "Check endpoint, keys and bucket." in words
