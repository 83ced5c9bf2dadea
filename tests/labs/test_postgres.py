"""PostgreSQL: a database for each process, the same plans every time, nothing left after a kill."""

import os
import shutil
import time

import psutil
import psycopg
import pytest

from seniorde import datasets, labs
from seniorde.labs import _postgres

SMALL = {"scale": 0.02}
pytestmark = pytest.mark.usefixtures("postgres")


def database(con):
    return con.execute("SELECT current_database()").fetchone()[0]


def databases():
    with labs.postgres() as con:
        return {name for (name,) in con.execute("SELECT datname FROM pg_database")}


def test_an_empty_database_of_this_process():
    con = labs.postgres()
    assert con.autocommit
    assert con.execute(
        "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    ).fetchone() == (0,)
    con.execute("CREATE TABLE seen (n int)")
    assert database(labs.postgres()) == database(con)
    labs.reset()
    assert labs.postgres().execute("SELECT to_regclass('seen')").fetchone() == (None,)


def test_a_data_set_comes_analyzed_with_its_keys_and_no_other_index():
    con = labs.postgres("flights", **SMALL)
    tables = dict(
        con.execute("SELECT relname, reltuples FROM pg_class WHERE relname IN ('flights', 'planes')")
    )
    assert tables == {"flights": round(336_776 * 0.02), "planes": 3_322}
    indexes = con.execute(
        "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in indexes] == [f"{table}_pkey" for table in sorted(datasets.frames("flights"))]
    plan = con.execute(
        "EXPLAIN (ANALYZE, COSTS OFF) SELECT tailnum FROM planes WHERE tailnum = 'N10156'"
    ).fetchall()
    assert "Heap Fetches: 0" in str(plan), "the visibility map is complete"


QUERIES = (
    "SELECT dest, avg(arr_delay) FROM flights WHERE dep_delay > 60 AND carrier = 'UA' GROUP BY dest",
    "SELECT * FROM flights JOIN planes USING (tailnum) WHERE seats < 10 AND month BETWEEN 3 AND 5",
    "SELECT * FROM flights JOIN weather USING (origin, time_hour) WHERE wind_speed > 30 AND distance < 500",
)


def plans(con):
    return [con.execute(f"EXPLAIN {query}").fetchall() for query in QUERIES]


def test_every_copy_plans_alike_also_when_analyzed_again():
    con = labs.postgres("flights")
    first = plans(con)
    con.execute("ANALYZE")
    assert plans(con) == first
    labs.reset()
    assert plans(labs.postgres("flights")) == first


def test_a_change_in_a_copy_reaches_no_other_copy(other):
    neighbour = other("""
        from seniorde import labs
        con = labs.postgres("flights", scale=0.02)
        say(con.execute("DELETE FROM planes").rowcount)
        input()
        say(con.execute("SELECT count(*) FROM planes").fetchone()[0])
    """)
    con = labs.postgres("flights", **SMALL)
    assert neighbour.line() == "3322"
    assert con.execute("SELECT count(*) FROM planes").fetchone() == (3_322,)
    assert neighbour.finish() == "0"


FORBIDDEN = (
    "CREATE TABLE mine (n int)",
    "CREATE TEMP TABLE mine (n int)",
    "DELETE FROM flights",
    "COPY flights TO PROGRAM 'cat'",
    "COPY flights TO '/tmp/flights'",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT lo_import('/etc/hostname')",
    "CREATE DATABASE mine",
    "CREATE ROLE mine",
    "SET ROLE postgres",
    "SET temp_file_limit = -1",
    "ALTER SYSTEM SET fsync = on",
    "TRUNCATE flights",
    "DROP TABLE flights",
)


def test_a_learner_reads_and_no_more():
    con = labs.postgres("flights", learner=True, **SMALL)
    assert con.execute("SELECT count(*) FROM planes").fetchone() == (3_322,)
    assert con.execute("SHOW statement_timeout").fetchone() == ("10s",)
    con.execute("SET default_transaction_read_only = off")
    for statement in FORBIDDEN:
        with pytest.raises(psycopg.Error):
            con.execute(statement)
    con.execute("SET statement_timeout = '200ms'")
    with pytest.raises(psycopg.errors.QueryCanceled):
        con.execute("SELECT count(*) FROM flights a, flights b, flights c")


def test_a_learner_enters_no_other_database():
    mine = labs.postgres()
    labs.postgres("flights", learner=True, **SMALL)
    process = _postgres._process()
    for name in (database(mine), "postgres", "template1"):
        with pytest.raises(labs.LabError, match="permission denied"):
            process._connect(name, learner=True)


def test_as_learner_reads_the_tables_that_are_there():
    con = labs.postgres()
    con.execute("CREATE TABLE answers AS SELECT 42 AS n")
    assert labs.as_learner(con).execute("TABLE answers").fetchall() == [(42,)]
    with pytest.raises(psycopg.Error):
        labs.as_learner(con).execute("INSERT INTO answers VALUES (43)")


def test_a_learner_without_a_data_set_is_told_so():
    with pytest.raises(labs.LabError, match="data set"):
        labs.postgres(learner=True)


def test_unknown_data_sets_and_bad_scales_change_nothing(own_cache):
    before = databases()
    with pytest.raises(datasets.DatasetError, match="choose one of"):
        labs.postgres("flihgts")
    with pytest.raises(datasets.DatasetError, match="above 0 and up to 1"):
        labs.postgres("flights", scale=2)
    assert databases() == before


def test_variables_without_our_prefix_are_ignored(monkeypatch):
    labs.reset()
    for name, value in {
        "PGHOST": "nowhere.invalid",
        "PGPORT": "1",
        "PGUSER": "nobody",
        "PGPASSWORD": "secret",
        "PGDATABASE": "nothing",
        "PGSERVICE": "nothing",
        "PGOPTIONS": "-c work_mem=1GB",
        "PGDATA": "/nowhere",
        "PGSSLMODE": "require",
        "PGTZ": "Asia/Tokyo",
        "DATABASE_URL": "postgresql://nowhere.invalid/nothing",
    }.items():
        monkeypatch.setenv(name, value)
    con = labs.postgres()
    assert con.execute("SELECT current_setting('work_mem'), current_setting('timezone')").fetchone() == (
        "4MB",
        "UTC",
    )
    assert os.environ["PGHOST"] == "nowhere.invalid"


HOLD = """
    from seniorde import labs
    con = labs.postgres()
    say(con.execute("SELECT current_database()").fetchone()[0])
    input()
"""


def test_the_databases_of_a_killed_process_are_dropped_at_the_next_start(other):
    labs.postgres()
    victim, survivor = other(HOLD), other(HOLD)
    gone, kept = victim.line(), survivor.line()
    victim.kill()
    labs.reset()
    assert databases() & {gone, kept} == {kept}
    survivor.finish()
    assert kept not in databases()


def test_a_replication_slot_does_not_keep_a_dead_database(other):
    victim = other(
        HOLD.replace(
            "say(", "con.execute(\"SELECT pg_create_logical_replication_slot('s', 'pgoutput')\"); say("
        )
    )
    gone = victim.line()
    victim.kill()
    labs.reset()
    assert gone not in databases()


def test_the_embedded_server_runs_without_a_connection_and_tells_its_version(own_cache):
    with labs.embedded_postgres() as server:
        told = labs.postgres().execute("SHOW server_version").fetchone()
        labs.reset()
        assert server.running() and server.cpu_seconds() > 0
        assert told == (server.version(),)
    assert not server.running() and server.cpu_seconds() == 0


def test_a_fork_drops_nothing():
    con = labs.postgres()
    child = os.fork()
    if child == 0:
        try:
            code = 0 if database(labs.postgres()) != con.info.dbname else 1
            labs.reset()
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert database(con) in databases()


def test_a_template_that_fails_half_way_is_made_anew(monkeypatch):
    def half(con, name, **_):
        con.execute("CREATE TABLE planes (n int)")
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(datasets, "load", half)
        with pytest.raises(KeyboardInterrupt):
            labs.postgres("flights", scale=0.013)
    assert labs.postgres("flights", scale=0.013).execute("SELECT count(*) FROM planes").fetchone() == (3_322,)


def test_a_setup_makes_more_tables_for_those_who_ask_for_it():
    setup = (
        "CREATE TABLE old AS SELECT * FROM planes WHERE year < 1980; "
        "CREATE VIEW oldest AS SELECT min(year) FROM old"
    )
    own = labs.postgres("flights", scale=0.011, setup=setup)
    learner = labs.postgres("flights", scale=0.011, setup=setup, learner=True)
    assert own.execute("SELECT * FROM oldest").fetchone() == (1956,)
    assert learner.execute("SELECT * FROM oldest").fetchone() == (1956,)
    assert labs.postgres("flights", scale=0.011).execute("SELECT to_regclass('old')").fetchone() == (None,)
    with pytest.raises(labs.LabError, match="name a data set"):
        labs.postgres(setup=setup)


# What follows breaks servers, each in a cache of its own. ----------------------------------------


def running(cache):
    """Return the server's process, if it runs."""
    try:
        process = psutil.Process(int((cache / "postgres-18/data/postmaster.pid").read_text().split()[0]))
    except (FileNotFoundError, psutil.Error):
        return None
    return process if process.status() != psutil.STATUS_ZOMBIE else None


def test_a_server_that_breaks_off_is_one_sentence(monkeypatch):
    def full(*_, **__):
        raise psycopg.errors.DiskFull("could not extend file")

    monkeypatch.setattr(datasets, "load", full)
    with pytest.raises(
        labs.LabError, match=r"broke off \(could not extend file\): see that its disk has room"
    ):
        labs.postgres("flights", scale=0.012)


def works():
    return labs.postgres().execute("SELECT 1").fetchone() == (1,)


def test_two_first_starts_at_once_and_the_last_one_out_stops_the_server(own_cache, other):
    both = other(HOLD), other(HOLD)
    assert len({one.line() for one in both}) == 2
    server = running(own_cache)
    both[0].finish()
    assert server.is_running()
    both[1].finish()
    assert not running(own_cache)


def test_after_a_kill_or_a_crash_the_next_call_works(own_cache, other):
    victim = other(HOLD)
    victim.line()
    victim.kill()
    assert running(own_cache), "nobody was left to stop it"
    assert works()

    running(own_cache).kill()
    assert works(), "after the server was killed"

    running(own_cache).kill()
    while running(own_cache):
        time.sleep(0.01)
    stale = own_cache / "postgres-18/data/postmaster.pid"
    stale.write_text(f"{os.getpid()}\n" + stale.read_text().partition("\n")[2])
    assert works(), "with a stale file whose number is another process by now"

    labs.reset()
    (own_cache / "postgres-18/data/global/pg_control").write_bytes(b"")
    assert works(), "with a data folder that does not start"

    labs.reset()
    shutil.rmtree(own_cache / "postgres-18/data/base")
    (own_cache / "postgres-18/data/PG_VERSION").unlink()
    (own_cache / "postgres-18/data.new").mkdir()
    (own_cache / "postgres-18/data.new/left").touch()
    assert works(), "after an initdb that never ended"

    labs.reset()
    assert not running(own_cache), "the last one out stops the server"


def test_a_cache_that_cannot_be_written_is_one_sentence(monkeypatch, tmp_path):
    labs.reset()
    (tmp_path / "file").touch()
    monkeypatch.setenv("SENIORDE_CACHE", str(tmp_path / "file"))
    with pytest.raises(labs.LabError, match=r"cannot be written .* SENIORDE_CACHE"):
        labs.postgres()


def test_missing_binaries_are_one_sentence(monkeypatch, tmp_path):
    labs.reset()
    monkeypatch.setattr("seniorde.labs._pgserver._binaries", lambda: tmp_path)
    with pytest.raises(labs.LabError, match="make lab"):
        labs.postgres()


@pytest.mark.parametrize("url", ["no address", "postgresql://nobody@127.0.0.1:1/nothing"])
def test_a_wrong_address_is_one_sentence(monkeypatch, url):
    labs.reset()
    monkeypatch.setenv("SENIORDE_DATABASE_URL", url)
    with pytest.raises(labs.LabError, match="SENIORDE_DATABASE_URL"):
        labs.postgres()
