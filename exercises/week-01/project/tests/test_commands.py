"""Commands: what they do, their exit codes, their last words."""

import json
import socket
import textwrap
import threading
import time
from itertools import pairwise

from kit import access, app, ends_in_words, expect, fail, logmart, same_rows, started, well, write


def test_load_then_transform(database, tmp_path):
    """`load` stages every line, `transform` gives each its fate."""
    folder = write(tmp_path, {"web-1/access.log": [access(), access()], "app-1/app.log": [app()]})
    well(logmart(database, "load", folder))
    staged = {log: counts[0] for log, counts in database.fates().items()}
    expect(
        staged == {"access": 2, "app": 1},
        f"After `load` of 2 access lines and 1 app line: expected staged {{'access': 2, 'app': 1}} "
        f"in ops.reconciliation, got {staged}.",
        "ops.reconciliation has a row for each log, also before transform.",
    )
    well(logmart(database, "transform"))
    expect(
        database.fates() == {"access": (2, 2, 0, 0), "app": (1, 1, 0, 0)},
        "After `transform` of 2 access lines and 1 app line: expected staged, cleaned, quarantined, "
        "duplicates "
        f"{{'access': (2, 2, 0, 0), 'app': (1, 1, 0, 0)}}, got {database.fates()}.",
    )


def test_no_logs(database, tmp_path):
    """`run` on a folder without a log makes the tables, leaves them empty and ends with 0."""
    well(logmart(database, "run", tmp_path), given="on an empty folder")
    expect(
        database.fates() == {"access": (0, 0, 0, 0), "app": (0, 0, 0, 0)},
        "After `run` of an empty folder: expected a row of zeros for access and app, got "
        f"{database.fates()}.",
        "ops.reconciliation has a row for each log, also without a line.",
    )
    for table in ("bots", "sessions", "top_endpoints", "latency"):
        [(rows,)] = database.rows(f"SELECT count(*) FROM marts.{table}")
        expect(
            rows == 0, f"After `run` of an empty folder: expected marts.{table} to be empty, got {rows} rows."
        )


def test_status(dirty):
    """`status` prints one JSON object with the lines of all logs together, by fate."""
    done = well(logmart(dirty.database, "status"))
    try:
        printed = json.loads(done.out)
    except ValueError:
        fail(f"`status`: expected one JSON object on standard output, got {done.out[:100]!r}.")
    sums = map(sum, zip(*dirty.database.fates().values(), strict=True))
    expected = dict(zip(("staged", "cleaned", "quarantined", "duplicates"), sums, strict=True))
    got = {name: printed.get(name) for name in expected}
    expect(
        expected == got and expected["staged"] > 0,
        f"`status`: expected the sums of ops.reconciliation, {expected}, got {got}.",
    )


def test_wrong_use(database, tmp_path):
    """A missing or senseless argument or variable, or no such folder: exit code 2, and a sentence."""
    run = ("run", tmp_path)
    cases = [
        ("without a command", (), {}),
        ("without a folder", ("run",), {}),
        ("with a folder that is not there", ("run", tmp_path / "none"), {}),
        ("without LOGMART_DATABASE_URL", run, {"LOGMART_DATABASE_URL": None}),
        ("without LOGMART_PII_KEY", run, {"LOGMART_PII_KEY": None}),
        ("with a key of 15 characters", run, {"LOGMART_PII_KEY": "k" * 15}),
        ("with LOGMART_MAX_QUARANTINE=1.5", run, {"LOGMART_MAX_QUARANTINE": "1.5"}),
        ("with LOGMART_EARLIEST=yesterday", run, {"LOGMART_EARLIEST": "yesterday"}),
        ("with LOGMART_TOP=ten", run, {"LOGMART_TOP": "ten"}),
        ("with LOGMART_RETRIES=-1", run, {"LOGMART_RETRIES": "-1"}),
    ]
    for given, arguments, variables in cases:
        ends_in_words(well(logmart(database, *arguments, **variables), 2, given))


def test_no_database(database, tmp_path):
    """A database that refuses every connection: exit code 3 after all retries, and a sentence."""
    with socket.socket() as nobody:  # bound, but it does not listen
        nobody.bind(("127.0.0.1", 0))
        address = database.address(host="127.0.0.1", port=nobody.getsockname()[1])
        variables = {"LOGMART_RETRIES": 2, "LOGMART_BACKOFF": 0.05}
        done = started(address, "run", tmp_path, **variables).finished()
    ends_in_words(well(done, 3, "with a port where nobody listens"))
    retries = sum(event.get("event") == "retry" for event in done.events)
    expect(
        retries == 2,
        "A port where nobody listens, LOGMART_RETRIES=2: expected 2 events `retry` in the log, got "
        f"{retries}.",
    )


def test_waits_double(database, tmp_path):
    """A server that hangs up at once is tried LOGMART_RETRIES times again; each wait is twice as long."""
    times: list[float] = []

    def hang_up(listener):
        while True:
            try:
                con, _ = listener.accept()
            except OSError:
                return
            times.append(time.monotonic())
            con.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=hang_up, args=[listener], daemon=True)
        thread.start()
        address = database.address(
            host="127.0.0.1", port=listener.getsockname()[1], sslmode="disable", gssencmode="disable"
        )
        variables = {"LOGMART_RETRIES": 3, "LOGMART_BACKOFF": 0.2}
        done = started(address, "run", tmp_path, **variables).finished()
        listener.shutdown(socket.SHUT_RDWR)
    well(done, 3, "with a server that hangs up")
    expect(
        len(times) == 4,
        f"A server that hangs up, LOGMART_RETRIES=3: expected 4 connections, got {len(times)}.",
        "LOGMART_RETRIES counts the tries after the first.",
    )
    waits = [after - before for before, after in pairwise(times)]
    expect(
        all(wait >= 0.19 * 2**number for number, wait in enumerate(waits)),
        "LOGMART_BACKOFF=0.2: expected waits of at least 0.2, 0.4 and 0.8 s, got "
        f"{[round(w, 2) for w in waits]}.",
    )


def test_only_psycopg(database, tmp_path):
    """The package runs where psycopg is installed and no other package is."""
    guard = tmp_path / "guard"
    write(guard, {"sitecustomize.py": textwrap.dedent(_ONLY_PSYCOPG).encode()})
    folder = write(tmp_path / "logs", {"web-1/access.log": [access()], "app-1/app.log": [app()]})
    done = started(database.url, "run", folder, extra_path=str(guard)).finished()
    expect(
        done.code == 0,
        f"`run` where only psycopg is installed: expected exit code 0, got {done.code}; "
        f"its last words were: {done.last_words[:200]}",
        "import psycopg and the standard library only.",
    )
    same_rows(
        "`run` where only psycopg is installed: cleaned.requests",
        "server",
        [("web-1",)],
        database.table("cleaned.requests", "server"),
    )


_ONLY_PSYCOPG = """
    import importlib.machinery
    import sys

    ALLOWED = {"psycopg", "psycopg_binary", "psycopg_c", "typing_extensions", "tzdata"}


    class Guard:
        def find_spec(self, name, path=None, target=None):
            top = name.partition(".")[0]
            if top in ALLOWED or top in sys.stdlib_module_names or path is not None:
                return None
            spec = importlib.machinery.PathFinder.find_spec(name, path)
            if top == "seniorde" or (spec and "site-packages" in (spec.origin or "")):
                raise ModuleNotFoundError(f"No module named {name!r}: it is no part of psycopg", name=name)


    sys.meta_path.insert(0, Guard())
"""
