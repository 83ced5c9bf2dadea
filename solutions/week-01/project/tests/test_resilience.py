"""What happens when something breaks: kills, lost connections, bad files, missing rights, wrong use."""

import json
import os
import shutil
import signal
import time

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from conftest import MARTS, PROJECT, access, contents, write
from logmart import database
from logmart.config import from_environment

datasets = pytest.importorskip("seniorde.datasets")


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    datasets.files("weblogs", folder, scale=0.03)
    return folder


_undisturbed: dict[str, list[tuple[object, ...]]] = {}


@pytest.fixture
def undisturbed(logs, server, request):
    """Return the tables of a run that nothing disturbed."""
    if not _undisturbed:
        con, logmart = request.getfixturevalue("con"), request.getfixturevalue("logmart")
        assert logmart("run", logs)[0] == 0
        _undisturbed.update(contents(con))
        con.execute("DROP SCHEMA ops, staging, quarantine, cleaned, marts CASCADE")
    return _undisturbed


@pytest.fixture
def killed(process, logs):
    """Run in a process that dies before its n-th call to the database; n = 0: it lives, return its calls."""

    def run(call):
        started = process(call, "run", logs, program=(str(PROJECT / "tests/killed.py"),))
        out, err = started.communicate(timeout=60)
        assert started.returncode == (-signal.SIGKILL if call else 0), err.decode()
        return int(out) if out else 0

    return run


def test_killed_at_many_calls_then_run_again(killed, logmart, con, logs, undisturbed):
    calls = killed(0)
    assert contents(con) == undisturbed
    for call in range(4, calls, calls // 9):
        con.execute("DROP SCHEMA IF EXISTS ops, staging, quarantine, cleaned, marts CASCADE")
        killed(call)
        assert logmart("run", logs)[0] == 0
        assert contents(con) == undisturbed, f"killed before call {call} of {calls}"


def test_killed_again_and_again_it_still_gets_done(killed, logmart, con, logs, undisturbed):
    for call in (15, 30, 45):
        killed(call)
    assert logmart("run", logs)[0] == 0
    assert contents(con) == undisturbed


@pytest.mark.parametrize("seconds", [0.35, 0.7])
def test_killed_by_the_clock_while_the_server_is_busy(process, logmart, con, logs, undisturbed, seconds):
    started = process("run", logs)
    time.sleep(seconds)
    started.kill()
    started.communicate()
    assert logmart("run", logs)[0] == 0
    assert contents(con) == undisturbed


def test_two_at_the_same_time_do_the_work_once(process, con, logs, undisturbed):
    both = [process("run", logs) for _ in range(2)]
    assert [run.communicate() and run.returncode for run in both] == [0, 0]
    assert contents(con) == undisturbed


def test_files_in_two_shipments_in_the_wrong_order(logmart, con, logs, undisturbed, tmp_path):
    for number, file in enumerate(sorted(logs.rglob("*.log*"))):
        part = tmp_path / ("first", "second")[number % 2] / file.relative_to(logs)
        part.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, part)
    for part in ("second", "first"):
        assert logmart("run", tmp_path / part)[0] == 0
    wanted = {table: rows for table, rows in undisturbed.items() if table.startswith(("cleaned", "marts"))}
    assert contents(con, *wanted) == wanted


def test_late_lines_recompute_the_days_they_fall_on_and_no_other(logmart, con, tmp_path):
    datasets.files("weblogs", tmp_path, scale=0.1, dirt=("late",))
    later = tmp_path / "web-2/access.log.1"  # the 26th, and late lines of the 25th
    content = later.read_bytes()
    later.unlink()
    days = (
        "SELECT day, xmin FROM marts.sessions UNION ALL SELECT day, xmin FROM marts.top_endpoints "
        "UNION ALL SELECT (hour AT TIME ZONE 'UTC')::date, xmin FROM marts.latency"
    )
    writers = (
        f"SELECT day::text, array_agg(DISTINCT xmin::text) FROM ({days}) AS rows GROUP BY day ORDER BY day"
    )
    assert logmart("run", tmp_path)[0] == 0
    before = con.execute(writers).fetchall()
    later.write_bytes(content)
    assert logmart("run", tmp_path)[0] == 0
    after = con.execute(writers).fetchall()
    assert [new[0] for old, new in zip(before, after, strict=True) if old != new] == [
        "2025-10-25",
        "2025-10-26",
    ]
    marts = contents(con, *MARTS)
    con.execute("DROP SCHEMA ops, staging, quarantine, cleaned, marts CASCADE")
    assert logmart("run", tmp_path)[0] == 0
    assert contents(con, *MARTS) == marts


def test_a_refused_connection_is_tried_again_with_growing_waits(logmart, monkeypatch, tmp_path):
    monkeypatch.setenv("LOGMART_DATABASE_URL", "host=127.0.0.1 port=1 dbname=none")
    monkeypatch.setenv("LOGMART_RETRIES", "3")
    code, _, err = logmart("run", tmp_path)
    events = [json.loads(line) for line in err[:-1]]
    assert code == 3 and [(event["event"], event["seconds"]) for event in events] == [
        ("retry", 0.01),
        ("retry", 0.02),
        ("retry", 0.04),
    ]
    assert "cannot be reached after 3 retries" in err[-1]


def test_a_server_that_comes_back_is_joined(database_is_away_for, con):
    waits = []
    config = from_environment()
    with database_is_away_for(2):
        assert database.alone(config, lambda own: own.execute("SELECT 1").fetchall(), waits.append) == [(1,)]
    assert waits == [0.01, 0.02]


@pytest.fixture
def database_is_away_for(database, monkeypatch):
    from contextlib import contextmanager

    @contextmanager
    def away(times):
        connect, left = psycopg.connect, [None] * times

        def refused_at_first(*arguments, **options):
            if left:
                left.pop()
                raise psycopg.OperationalError("connection refused")
            return connect(*arguments, **options)

        with monkeypatch.context() as patch:
            patch.setattr(psycopg, "connect", refused_at_first)
            yield

    return away


@pytest.mark.parametrize("table", ["staging.lines", "cleaned.requests", "marts.sessions"])
def test_a_connection_lost_in_the_middle_goes_on_where_it_was(
    table, process, logmart, con, logs, undisturbed, tmp_path
):
    assert logmart("load", tmp_path)[0] == 0  # makes the tables
    waiting = (
        f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = '{table}'::regclass"
    )
    with con.transaction():
        con.execute(f"LOCK TABLE {table} IN SHARE MODE")  # the run waits where it writes, and is ended there
        run = process("run", logs)
        while not (ended := con.execute(waiting).fetchall()):
            assert run.poll() is None, run.communicate()[1].decode()
            time.sleep(0.02)
    assert ended == [(True,)]
    _, err = run.communicate(timeout=60)
    assert run.returncode == 0, err.decode()
    assert err.count(b'"retry"') == 1
    assert contents(con) == undisturbed


def test_the_gate_keeps_the_marts_until_the_limit_allows(logmart, con, tmp_path, monkeypatch):
    metrics = tmp_path / "logmart.prom"
    monkeypatch.setenv("LOGMART_METRICS", str(metrics))
    write(tmp_path, "web-1/access.log", *[access(number=number) for number in range(9)])
    assert logmart("run", tmp_path)[0] == 0
    before = contents(con, "marts.sessions", "marts.latency")
    write(tmp_path, "web-1/access.log.1", access(number=10), "bad")
    code, _, err = logmart("run", tmp_path)
    assert code == 1 and "9.09% of the staged lines are in quarantine and 5.00% may be" in err[-1]
    assert contents(con, "marts.sessions", "marts.latency") == before
    assert con.execute("SELECT count(*) FROM cleaned.requests").fetchone() == (10,)
    assert 'logmart_lines{log="access",fate="quarantined"} 1\n' in metrics.read_text()
    assert "logmart_run_succeeded 0" in metrics.read_text()
    monkeypatch.setenv("LOGMART_MAX_QUARANTINE", "0.1")
    assert logmart("transform")[0] == 0
    assert con.execute("SELECT sum(requests) FROM marts.latency").fetchone() == (10,)
    assert "logmart_run_succeeded 1" in metrics.read_text()


def test_a_lost_line_is_noticed(logmart, con, tmp_path):
    write(tmp_path, "web-1/access.log", access(number=1), access(number=2))
    assert logmart("run", tmp_path)[0] == 0
    con.execute("DELETE FROM cleaned.requests WHERE request_id LIKE '%%1'")
    code, _, err = logmart("transform")
    assert code == 1 and "2 lines of the log access are staged and 1 have a fate" in err[-1]
    assert logmart("replay")[0] == 0
    assert con.execute("SELECT count(*) FROM cleaned.requests").fetchone() == (2,)


def test_a_broken_file_is_named_and_the_others_go_on(logmart, con, tmp_path):
    write(tmp_path, "web-1/access.log", access(number=1))
    broken = write(tmp_path, "web-1/access.log.2.gz", *[access(number=number) for number in range(50)])
    whole = broken.read_bytes()
    broken.write_bytes(whole[:-20])
    for _ in range(2):
        code, _, err = logmart("run", tmp_path)
        assert code == 1 and err[-1].startswith("web-1/access.log.2.gz cannot be read")
    assert con.execute("SELECT path, status, lines FROM ops.files ORDER BY path").fetchall() == [
        ("web-1/access.log", "cleaned", 1),
        ("web-1/access.log.2.gz", "unreadable", None),
    ]
    assert con.execute("SELECT sum(requests) FROM marts.latency").fetchone() == (1,)
    broken.write_bytes(whole)
    assert logmart("run", tmp_path)[0] == 0
    assert con.execute("SELECT status FROM ops.files ORDER BY path").fetchall() == [
        ("cleaned",),
        ("cleaned",),
    ]


def test_wrong_use_is_said_in_one_sentence(logmart, tmp_path, monkeypatch):
    assert logmart("load")[0] == 2
    assert logmart("run", tmp_path / "nowhere")[2][-1].endswith(
        "name the one that holds a folder for each server."
    )
    monkeypatch.setenv("LOGMART_PII_KEY", "")
    assert logmart("status")[::2] == (
        2,
        ["LOGMART_PII_KEY is not set: set it, as the README says under Configuration."],
    )
    monkeypatch.setenv("LOGMART_PII_KEY", "x" * 16)
    monkeypatch.setenv("LOGMART_DATABASE_URL", "nonsense")
    code, _, err = logmart("status")
    assert code == 2 and err[-1].startswith("LOGMART_DATABASE_URL is no address")


def test_another_key_is_refused(logmart, con, monkeypatch):
    assert logmart("status")[0] == 0
    monkeypatch.setenv("LOGMART_PII_KEY", "another key of sixteen")
    code, _, err = logmart("status")
    assert code == 2 and "not the key that this database was filled with" in err[-1]


def test_loader_is_no_superuser_and_analyst_reads_marts_only(logmart, con, database, logs, monkeypatch):
    con.execute((PROJECT / "infra/roles.sql").read_text())
    secret = os.urandom(8).hex()
    con.execute(f"ALTER ROLE logmart_loader PASSWORD '{secret}'")
    monkeypatch.setenv(
        "LOGMART_DATABASE_URL", make_conninfo(database, user="logmart_loader", password=secret)
    )
    monkeypatch.setenv("LOGMART_ANALYST", "logmart_nobody")
    code, _, err = logmart("run", logs)
    assert code == 2 and "have an administrator run infra/roles.sql" in err[-1]
    monkeypatch.delenv("LOGMART_ANALYST")
    assert logmart("run", logs)[0] == 0
    rights = con.execute(
        "SELECT table_schema, right_name FROM information_schema.tables, "
        "unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS right_name "
        "WHERE table_schema IN ('ops', 'staging', 'quarantine', 'cleaned', 'marts') "
        "AND has_table_privilege('logmart_analyst', format('%I.%I', table_schema, table_name), right_name) "
        "GROUP BY 1, 2"
    ).fetchall()
    assert rights == [("marts", "SELECT")]
    con.execute("SET ROLE logmart_analyst")
    assert con.execute("SELECT count(*) > 0 FROM marts.sessions").fetchone() == (True,)
    for table in ("cleaned.requests", "quarantine.lines", "staging.lines", "ops.files"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            con.execute(f"SELECT FROM {table}")


def test_logs_are_json_but_for_the_closing_sentence(logmart, logs):
    _, _, err = logmart("run", logs)
    events = [json.loads(line) for line in err]
    assert {"ts", "level", "event"} <= set.intersection(*map(set, events))
    assert {event["event"] for event in events} == {"file", "cleaned", "published", "done"}


def test_the_package_does_not_need_the_book():
    modules = list((PROJECT / "src/logmart").rglob("*.py"))
    assert modules and not [module for module in modules if "seniorde" in module.read_text()]
