"""DuckDB: in memory, on one thread, offline."""

import json

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
