"""DuckDB: in memory, on one thread, offline."""

import json

import boto3
import duckdb
import pytest

from seniorde import labs


def test_settings_for_stable_plans_without_a_network():
    con = labs.duckdb()
    wanted = {
        "threads": 1,
        "enable_progress_bar": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "TimeZone": "UTC",
    }
    assert {name: con.execute("SELECT current_setting(?)", [name]).fetchone()[0] for name in wanted} == wanted


def test_each_call_opens_a_database_of_its_own():
    first, second = labs.duckdb("flights", scale=0.02), labs.duckdb()
    assert first.execute("SELECT count(*) FROM planes").fetchone() == (3_322,)
    assert second.execute("SHOW TABLES").fetchall() == []


@pytest.mark.parametrize("name", ["delta", "httpfs", "tpch", "vss"])
def test_extensions_come_from_their_wheels(name):
    con = labs.duckdb(extensions=(name,))
    found = con.execute("SELECT loaded FROM duckdb_extensions() WHERE extension_name = ?", [name])
    assert found.fetchone() == (True,)


def test_an_extension_without_a_wheel_is_one_sentence():
    with pytest.raises(labs.LabError, match="extension spatial is not installed"):
        labs.duckdb(extensions=("spatial",))


PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.mark.parametrize("iam", [False, True])
def test_s3_is_what_the_session_sees_whatever_proxy_the_user_has(monkeypatch, iam):
    for name in PROXIES:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    aws = labs.aws(iam=iam)
    aws.client("s3").create_bucket(Bucket="lake.raw")
    con = labs.duckdb(s3=aws)
    con.execute(
        "COPY (SELECT range AS number, range % 2 AS odd FROM range(10)) TO 's3://lake.raw/numbers' "
        "(FORMAT parquet, PARTITION_BY odd)"
    )
    keys = [one["Key"] for one in aws.client("s3").list_objects_v2(Bucket="lake.raw")["Contents"]]
    assert keys == ["numbers/odd=0/data_0.parquet", "numbers/odd=1/data_0.parquet"]
    read = "SELECT sum(number) FROM 's3://lake.raw/numbers/*/*.parquet' WHERE odd = 1"
    assert labs.duckdb(s3=aws).execute(read).fetchone() == (25,)
    with pytest.raises(duckdb.Error):
        labs.duckdb(extensions=("httpfs",)).execute(read)
    assert con.execute("SELECT current_setting('threads')").fetchone() == (1,)
    labs.reset()


def secret(session):
    found = labs.duckdb(s3=session).execute("SELECT secret_string FROM duckdb_secrets()").fetchone()[0]
    return dict(pair.split("=", 1) for pair in found.split(";"))


def test_a_session_of_the_real_aws_gives_its_keys_its_region_and_no_endpoint():
    found = secret(boto3.Session("AKIAWORK", "it's", "lent", "eu-north-1"))
    assert found["key_id"] == "AKIAWORK" and found["region"] == "eu-north-1"
    assert found["session_token"] == found["secret"] == "redacted"
    assert {"endpoint", "url_style", "use_ssl"}.isdisjoint(found)


def test_a_session_without_credentials_is_one_sentence(monkeypatch):
    session = boto3.Session(region_name="us-east-1")
    monkeypatch.setattr(session, "get_credentials", lambda: None)
    with pytest.raises(labs.LabError, match="has no credentials"):
        labs.duckdb(s3=session)


def test_what_a_killed_process_spilled_is_removed_at_the_next_start(other, tmp_path, monkeypatch):
    spill = """
        import pathlib
        from seniorde import labs
        folder = pathlib.Path(labs.duckdb().execute("SELECT current_setting('temp_directory')").fetchone()[0])
        (folder / "spilled").write_text("much")
        say(folder)
        input()
    """
    victim = other(spill, TMPDIR=str(tmp_path))
    folder = victim.line()
    victim.kill()
    neighbour = other(spill, TMPDIR=str(tmp_path))
    mine = neighbour.line()
    left = {path.name for path in tmp_path.glob("*/*") if path.is_dir()}
    assert left == {mine.rpartition("/")[2]} and folder != mine
    neighbour.finish()
    assert not [path for path in tmp_path.glob("*/*") if path.is_dir()]


def test_the_same_plan_and_counts_every_time():
    con = labs.duckdb("flights", scale=0.02)
    query = "EXPLAIN (FORMAT json) SELECT dest, count(*) FROM flights JOIN planes USING (tailnum) GROUP BY 1"
    plans = {json.dumps(con.execute(query).fetchall()) for _ in range(5)}
    assert len(plans) == 1
