"""dbt: its own runner, in a project's folder, quiet, offline, on the S3 of a session."""

import os
from pathlib import Path

import duckdb
import pytest

from seniorde import labs

PROFILES = """
lake:
  target: local
  outputs:
    local:
      type: duckdb
      path: lake.duckdb
      extensions: [httpfs]
      config_options:
        extension_directory: "{{ env_var('DUCKDB_EXTENSIONS') }}"
      secrets:
        - type: s3
          key_id: "{{ env_var('DBT_ENV_SECRET_S3_KEY_ID') }}"
          secret: "{{ env_var('DBT_ENV_SECRET_S3_SECRET') }}"
          session_token: "{{ env_var('DBT_ENV_SECRET_S3_SESSION_TOKEN') }}"
          region: "{{ env_var('S3_REGION') }}"
          endpoint: "{{ env_var('S3_ENDPOINT', 's3.amazonaws.com') }}"
          url_style: "{{ env_var('S3_URL_STYLE', 'vhost') }}"
          use_ssl: "{{ env_var('S3_USE_SSL', 'true') }}"
"""
SCHEMA = """
sources:
  - name: silver
    config: {meta: {external_location: "s3://lake/{name}/*/*.parquet"}}
    tables: [{name: numbers}]
models:
  - name: odd
    columns:
      - name: number
        data_tests: [not_null, {accepted_values: {arguments: {values: [1, 3, 5, 7], quote: false}}}]
"""


@pytest.fixture
def project(tmp_path):
    (tmp_path / "models").mkdir()
    (tmp_path / "dbt_project.yml").write_text("name: lake\nprofile: lake\n")
    (tmp_path / "profiles.yml").write_text(PROFILES)
    (tmp_path / "models/schema.yml").write_text(SCHEMA)
    (tmp_path / "models/odd.sql").write_text(
        "select number from {{ source('silver', 'numbers') }} where odd = 1"
    )
    return tmp_path


@pytest.fixture
def aws():
    session = labs.aws()
    session.client("s3").create_bucket(Bucket="lake")
    labs.duckdb(s3=session).execute(
        "COPY (SELECT range AS number, range % 2 AS odd FROM range(10)) TO 's3://lake/numbers' "
        "(FORMAT parquet, PARTITION_BY odd)"
    )
    yield session
    labs.reset()


def test_a_project_reads_s3_and_leaves_no_word_and_nothing_changed(project, aws, monkeypatch, capfd):
    for name, value in {
        "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "HOME": str(project / "home"),
        "DBT_TARGET": "production",
        "DBT_ENV_SECRET_S3_KEY_ID": "somebody",
    }.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ), Path.cwd()
    done = labs.dbt(project, s3=aws).invoke(["build"])
    assert done.exception is None
    found = {one.node.name.partition("_odd")[0]: (str(one.status), one.failures) for one in done.result}
    assert found == {"odd": ("success", None), "not_null": ("pass", 0), "accepted_values": ("fail", 1)}
    assert (dict(os.environ), Path.cwd()) == before
    assert capfd.readouterr() == ("", "")
    assert not (project / "home/.duckdb").exists()
    assert not list(project.glob("logs/*"))
    with labs.duckdb(s3=aws) as con:
        con.execute(f"ATTACH '{project}/lake.duckdb' AS lake (READ_ONLY)")
        assert con.execute("SELECT sum(number) FROM lake.odd").fetchone() == (25,)
    again = labs.dbt(project, s3=aws).invoke(["build", "--select", "odd", "--exclude-resource-type", "test"])
    assert again.success, "the database was closed"
    duckdb.connect(str(project / "lake.duckdb")).close()


def test_what_goes_wrong_comes_back_as_dbts_own_error(project, aws):
    without = labs.dbt(project).invoke(["parse"])
    assert "DBT_ENV_SECRET_S3_KEY_ID" in str(without.exception)
    (project / "models/odd.sql").write_text("select * from {{ ref('nothing') }}")
    assert "nothing" in str(labs.dbt(project, s3=aws).invoke(["parse"]).exception)


def test_a_folder_without_a_project_is_one_sentence(tmp_path):
    with pytest.raises(labs.LabError, match="There is no dbt project"):
        labs.dbt(tmp_path)


def test_without_dbt_a_sentence_says_which_command_installs_it(other):
    one = other("""
        import sys
        from seniorde import labs
        sys.modules["dbt"] = None
        try:
            labs.dbt(".")
        except labs.LabError as error:
            say(error)
    """)
    assert one.finish() == (
        "The package dbt is not installed here: run `make lab WEEK=2`, then restart the kernel."
    )
