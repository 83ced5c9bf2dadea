"""Again, in another order, in pieces: the same tables, and nothing rewritten that need not be."""

import shutil
import time
from functools import cache

import psycopg
import pytest
from kit import (
    CLEANED,
    MARTS,
    Database,
    Moments,
    access,
    app,
    expect,
    fail,
    logmart,
    same_state,
    started,
    state,
    well,
    write,
)


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """Return a folder of four days, three servers and all fates: small, for many runs, to read only."""
    lines = {
        day: [access(f"{day}/Oct/2025:10:{n:02}:00 +0000", f"/product/{n}") for n in range(12)]
        for day in range(22, 26)
    }
    events = [app(ts=f"2025-10-2{2 + n % 4}T10:00:00Z") for n in range(20)]
    return write(
        tmp_path_factory.mktemp("small"),
        {
            "web-1/access.log.1.gz": lines[22] + [b"cut sho"] + lines[23],
            "web-1/access.log": lines[23][-2:] + lines[24] + [b"\xff", b"cut sho"],
            "web-2/access.log.1": lines[24],
            "web-2/access.log-20251025": lines[24],
            "web-2/access.log": lines[25],
            "app-1/app.log": [*events, events[0], b"Traceback (most recent call last):"],
        },
    )


@pytest.fixture(scope="session")
def undisturbed(small):
    """Return a function for the state after one undisturbed run of the small folder."""

    @cache
    def after_one_run():
        __tracebackhide__ = True
        database = Database()
        try:
            well(logmart(database, "run", small, **VARIABLES))
            return state(database)
        finally:
            database.drop()

    return after_one_run


VARIABLES = {"LOGMART_MAX_QUARANTINE": 0.1, "LOGMART_BACKOFF": 0.05}


def test_second_run(database, small):
    """A second `run` on the same folder changes no row of ops.files, quarantine, cleaned, marts."""
    well(logmart(database, "run", small, **VARIABLES))
    before, paths = state(database), sorted(database.table("ops.files", "path, status"))
    written = {table: sorted(database.table(table, "xmin::text")) for table in MARTS}
    well(logmart(database, "run", small, **VARIABLES), given="a second time")
    same_state("A second `run` on the same folder", before, state(database))
    got = sorted(database.table("ops.files", "path, status"))
    expect(
        got == paths, f"A second `run` on the same folder: expected ops.files as before, {paths}, got {got}."
    )
    again = {table: sorted(database.table(table, "xmin::text")) for table in MARTS}
    expect(
        again == written,
        "A second `run` on the same folder: expected no row of marts to be rewritten, got another xmin.",
        "no new line, no touched day.",
    )


def test_any_order(small, fresh, tmp_path, undisturbed):
    """Two folders, one after the other, in either order, give the same cleaned tables and marts as one "
    "with both."""
    halves = [tmp_path / "first", tmp_path / "second"]
    for number, path in enumerate(sorted(small.glob("*/*.log*"))):
        target = halves[number % 2] / path.relative_to(small)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    expected = undisturbed()
    for order, first, second in (("one after the other", *halves), ("the second first", *halves[::-1])):
        database = fresh()
        for half in (first, second):
            well(logmart(database, "run", half, LOGMART_MAX_QUARANTINE=1))
        tables = CLEANED | MARTS
        same_state(
            f"The folder in two halves, {order}",
            {name: expected[name] for name in tables},
            state(database, tables),
            "recompute each day that new lines fall on, from all its lines.",
        )


def test_touched_days(database, tmp_path):
    """New lines recompute the days that they fall on, by UTC; rows of other days keep their xmin."""
    days = [f"{day}/Oct/2025:{hour}:00:00 +0000" for day in range(22, 26) for hour in (10, 23)]
    lines = [access(at, agent=agent) for at in days for agent in ("A/1", "A/2", "somebot")]
    well(logmart(database, "run", write(tmp_path / "1", {"web-1/access.log": lines})))
    before = {table: _versions(database, table) for table in MARTS}
    late = [access("24/Oct/2025:00:30:00 +0200", "/late"), access("24/Oct/2025:01:00:00 +0200", "/later")]
    well(
        logmart(
            database,
            "run",
            write(tmp_path / "2", {"web-2/access.log": [*late, b"cut sho"]}),
            LOGMART_MAX_QUARANTINE=1,
        )
    )
    for table in MARTS:
        after = _versions(database, table)
        kept = [
            day for day in before[table] if before[table][day] != after.get(day) and str(day) != "2025-10-23"
        ]
        expect(
            not kept,
            f"{table}, lines of 2025-10-24 00:30 and 01:00 +0200 came late, which is the 23rd in UTC: "
            "expected only rows of 2025-10-23 to be rewritten, got another xmin for "
            f"{', '.join(map(str, kept))}.",
            "note the days of the lines that are cleaned anew; delete and insert those alone.",
        )
    got = database.rows(
        "SELECT day, requests FROM marts.top_endpoints WHERE endpoint LIKE '%late%' ORDER BY endpoint"
    )
    expect(
        [(str(day), n) for day, n in got] == [("2025-10-23", 1)] * 2,
        "marts.top_endpoints after two late lines of 2025-10-23 UTC: expected GET /late and GET /later "
        "on that day "
        f"with 1 request each, got {[(str(day), n) for day, n in got]}.",
    )


def _versions(database, table):
    __tracebackhide__ = True
    day = "(hour AT TIME ZONE 'UTC')::date" if table == "marts.latency" else "day"
    rows = database.rows(
        f"SELECT {day}, array_agg(DISTINCT xmin::text ORDER BY xmin::text), count(*) FROM {table} GROUP BY 1"
    )
    expect(len(rows) == 4, f"{table} after lines of four days: expected rows of 4 days, got {len(rows)}.")
    return {day: tuple(rest) for day, *rest in rows}


# --- Killed, cut off, two at a time ---------------------------------------------------------------


def _prepared(database, empty_folder):
    """Return the moments of a database whose tables are there and empty."""
    __tracebackhide__ = True
    well(logmart(database, "run", empty_folder), given="on an empty folder")
    moments = Moments(database)
    moments.hook()
    return moments


def _kill_again_and_again(moments, numbers, command):
    """Kill -9 a command at its n-th writing statements, each time started anew, until it ends by itself."""
    __tracebackhide__ = True
    killed = 0
    for turn, number in enumerate(numbers):
        running = started(moments.database.url, *command, **VARIABLES)
        with moments.at(number):
            if not moments.reached(running):
                running.kill()
                break
            running.kill()
            killed += 1
            if turn % 2:  # the server finishes the statement of a client that is gone, or it does not
                moments.open()
            moments.database.disconnect_others(patience=turn % 2 * 5)
    return killed


@pytest.mark.parametrize("command", ["load", "transform"])
def test_killed(database, tmp_path, small, undisturbed, command):
    """After kill -9 in the middle, and again, and again, the same command gives the tables of an "
    "undisturbed run."""
    expected, moments = undisturbed(), _prepared(database, tmp_path)
    if command == "transform":
        well(logmart(database, "load", small))
    words = (command, small) if command == "load" else (command,)
    killed = _kill_again_and_again(moments, (2, 1, 4, 3, 7, 5, 12, 9, 20), words)
    expect(killed, f"`{command}`: expected to meet it at a writing statement, met it never.")
    well(logmart(database, *words, **VARIABLES), given=f"after {killed} kills")
    well(logmart(database, "run", small, **VARIABLES), given=f"after {killed} kills in `{command}`")
    same_state(
        f"`{command}` after {killed} kills, then `run`",
        expected,
        state(database),
        "what belongs together is one transaction: the lines of a file and its row in ops.files.",
    )


def test_killed_by_the_clock(fresh, small, undisturbed):
    """kill -9 at moments that the clock picks, from the first row staged to the last mart: the same "
    "tables again."""
    expected, database = undisturbed(), fresh()
    for seen in ("ops.files", "cleaned.requests", "cleaned.events", "marts.sessions"):
        running = started(database.url, "run", small, **VARIABLES)
        while running.running():
            try:
                if database.con.execute(f"SELECT FROM {seen} LIMIT 1").fetchall():
                    break
            except psycopg.errors.UndefinedTable:
                pass
            time.sleep(0.005)
        running.kill()
        database.disconnect_others(patience=5)
    well(logmart(database, "run", small, **VARIABLES), given="after 4 kills")
    same_state("`run` after 4 kills, each when a table first had a row", expected, state(database))


def test_lost_connection(database, tmp_path, small, undisturbed):
    """A command whose connections the server ends in the middle goes on by itself, and logs each retry."""
    expected, moments, lost = undisturbed(), _prepared(database, tmp_path), 0
    with moments.at(3, 12, 30):
        running = started(database.url, "run", small, **VARIABLES)
        while moments.reached(running):
            database.disconnect_others()
            lost += 1
    done = running.finished()
    expect(lost, "`run`: expected to meet it at a writing statement, met it never.")
    well(done, given=f"that lost its connection {lost} times in the middle")
    retries = [event for event in done.events if event.get("event") == "retry"]
    expect(
        len(retries) >= lost,
        f"`run` that lost its connection {lost} times: expected as many events `retry` in "
        f"the log, got {len(retries)}.",
    )
    same_state(f"`run` that lost its connection {lost} times", expected, state(database))


def test_two_at_a_time(database, tmp_path, small, undisturbed):
    """Two `run` at the same time end with 0 and the same tables as one."""
    expected, moments = undisturbed(), _prepared(database, tmp_path)
    with moments.at(4):
        one = started(database.url, "run", small, **VARIABLES)
        if not moments.reached(one):
            fail(
                "`run`: expected to meet it at a writing statement, met it never; "
                f"{one.finished().last_words[:200]}"
            )
        two = started(database.url, "run", small, **VARIABLES)
        _meet(database, two)
    for done in (one.finished(), two.finished()):
        well(done, given="beside another one")
    same_state(
        "Two `run` at the same time",
        expected,
        state(database),
        "pg_advisory_lock, before the first look at what is there.",
    )


def _meet(database, second):
    """Wait until the second command waits for the first in the database, or has ended, or has had 10 "
    "seconds."""
    waiting = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    deadline = time.monotonic() + 10
    while (
        second.running() and len(database.con.execute(waiting).fetchall()) < 2 and time.monotonic() < deadline
    ):
        time.sleep(0.02)
