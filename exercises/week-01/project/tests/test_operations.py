"""Operations: the gate, the log, the metrics, the rights, a database that comes up late."""

import contextlib
import json
import os
import re
import secrets
import socket
import threading
import time

from kit import (
    ANALYST,
    MARTS,
    access,
    app,
    expect,
    fail,
    logmart,
    server,
    started,
    state,
    well,
    write,
)
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

GOOD, BAD = [access() for _ in range(19)], b"cut sho"


def test_gate(database, tmp_path):
    """Too much in quarantine: exit code 1, the marts untouched, share and limit named; a higher limit "
    "publishes."""
    well(logmart(database, "run", write(tmp_path / "1", {"web-1/access.log": GOOD})))
    before = state(database, MARTS), _versions(database)
    bad = write(tmp_path / "2", {"web-1/access.log": [access(), *[BAD] * 5]})
    done = well(
        logmart(database, "run", bad, LOGMART_MAX_QUARANTINE=0.1), 1, "with 5 of 25 lines in quarantine"
    )
    words = done.last_words
    expect(
        _names(words, 0.2) and _names(words, 0.1) and words[0] != "{",
        "5 of 25 lines in quarantine, LOGMART_MAX_QUARANTINE=0.1: expected the last line on standard error "
        f"to name the share 0.2 (or 20 %) and the limit 0.1 (or 10 %), got {words[:200]!r}.",
    )
    expect(
        (state(database, MARTS), _versions(database)) == before,
        "5 of 25 lines in quarantine, LOGMART_MAX_QUARANTINE=0.1: expected the marts as they were, got "
        "other rows.",
        "check the gate before you publish.",
    )
    expect(
        database.fates()["access"] == (25, 20, 5, 0),
        "A run that the gate stopped: expected its lines to stay for inspection, (25, 20, 5, 0) in "
        f"ops.reconciliation, got {database.fates()['access']}.",
    )
    well(logmart(database, "transform", LOGMART_MAX_QUARANTINE=0.1), 1, "again")
    well(logmart(database, "transform", LOGMART_MAX_QUARANTINE=0.2), 0, "with LOGMART_MAX_QUARANTINE=0.2")
    [(rows,)] = database.rows("SELECT sum(requests) FROM marts.latency")
    expect(
        rows == 20,
        f"`transform` with a higher limit: expected 20 requests in marts.latency, got {rows}.",
        "the days of a run that the gate stopped are still to be published.",
    )


def test_gate_limit(database, tmp_path):
    """Exactly LOGMART_MAX_QUARANTINE, of all lines ever staged and of both logs, is not too much."""
    folder = write(
        tmp_path / "1", {"web-1/access.log": [*GOOD[:9], BAD], "app-1/app.log": [app() for _ in range(10)]}
    )
    well(logmart(database, "run", folder), 0, "with 1 of 20 lines in quarantine, by default 0.05")
    folder = write(tmp_path / "2", {"web-1/access.log": [BAD]})
    well(logmart(database, "run", folder), 1, "with 2 of 21 lines in quarantine, by default 0.05")


def _names(sentence, share):
    """Return whether a sentence names a share, as a number or in percent."""
    numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", sentence.replace(",", "."))]
    return any(abs(number - wanted) < 1e-6 for number in numbers for wanted in (share, share * 100))


def _versions(database):
    __tracebackhide__ = True
    return {table: sorted(database.table(table, "xmin::text")) for table in MARTS}


def test_log(database, tmp_path):
    """Every line on standard error is a JSON object with ts, level, event; after exit code 0, too."""
    folder = write(tmp_path, {"web-1/access.log": GOOD, "web-1/access.log.1": [access()]})
    done = well(logmart(database, "run", folder))
    lines = done.err.splitlines()
    expect(lines, "`run`: expected its log on standard error, got nothing.")
    for number, line in enumerate(lines, 1):
        if number == len(lines) and not line.startswith("{"):
            break  # a closing sentence
        try:
            event = json.loads(line)
        except ValueError:
            fail(f"`run`, line {number} on standard error: expected a JSON object, got {line[:120]!r}.")
        missing = {"ts", "level", "event"} - set(event if isinstance(event, dict) else ())
        expect(
            not missing,
            f"`run`, line {number} on standard error: expected ts, level and event, "
            f"got none of {sorted(missing)} in {line[:120]!r}.",
        )
    expect(done.events, f"`run`: expected events on standard error, got only {done.last_words[:120]!r}.")


_LABEL = r'\s*\w+\s*=\s*"(?:[^"\\]|\\.)*"\s*'
_SAMPLE = re.compile(
    rf"([a-zA-Z_:][\w:]*)\s*(?:{{((?:{_LABEL},)*(?:{_LABEL})?)}})?\s+([-+]?[\d.eE+-]+|NaN|[+-]?Inf)(\s+\d+)?"
)


def _samples(path):
    """Return the value of each sample of a file in the Prometheus text format, by name and labels."""
    __tracebackhide__ = True
    expect(path.is_file(), "LOGMART_METRICS: expected the file that it names after `run`, got none.")
    text, found = path.read_text(encoding="utf-8"), {}
    expect(
        text.endswith("\n"), f"LOGMART_METRICS: expected a line feed after the last line, got {text[-40:]!r}."
    )
    for line in text.splitlines():
        if line and not line.startswith("#"):
            sample = _SAMPLE.fullmatch(line)
            expect(sample, f"LOGMART_METRICS: expected the Prometheus text format, got the line {line!r}.")
            found[sample[1], frozenset(re.findall(r'(\w+)\s*=\s*"([^"]*)"', sample[2] or ""))] = float(
                sample[3]
            )
    return found


def _expect_metrics(path, database, given):
    __tracebackhide__ = True
    samples, staged, quarantined = _samples(path), 0, 0
    for log, counts in database.fates().items():
        for fate, count in zip(("staged", "cleaned", "quarantined", "duplicates"), counts, strict=True):
            got = samples.get(("logmart_lines", frozenset({("log", log), ("fate", fate)})))
            expect(
                got == count,
                f'{given}, LOGMART_METRICS: expected logmart_lines{{log="{log}",fate="{fate}"}} '
                f"{count}, got {got}.",
            )
        staged, quarantined = staged + counts[0], quarantined + counts[2]
    got = samples.get(("logmart_quarantine_ratio", frozenset()))
    expect(
        got is not None and abs(got - quarantined / staged) < 1e-3,
        f"{given}, LOGMART_METRICS: expected logmart_quarantine_ratio {quarantined / staged:.4f}, got {got}.",
    )


def test_metrics(database, tmp_path):
    """After `run`, `transform` and a gate that failed, LOGMART_METRICS has the lines by fate and the "
    "ratio."""
    path = tmp_path / "metrics" / "logmart.prom"
    path.parent.mkdir()
    folder = write(tmp_path / "1", {"web-1/access.log": [*GOOD, GOOD[0], BAD], "app-1/app.log": [app()]})
    well(logmart(database, "run", folder, LOGMART_METRICS=path))
    _expect_metrics(path, database, "`run`")
    folder = write(tmp_path / "2", {"web-1/access.log": [BAD] * 30})
    well(logmart(database, "run", folder, LOGMART_METRICS=path), 1, "with 31 of 52 lines in quarantine")
    _expect_metrics(path, database, "`run` that the gate stopped")
    path.unlink()
    well(logmart(database, "transform", LOGMART_METRICS=path, LOGMART_MAX_QUARANTINE=1))
    _expect_metrics(path, database, "`transform`")


def test_metrics_replaced(database, tmp_path):
    """A reader who has the old metrics file open never sees a piece of the new one."""
    path = tmp_path / "logmart.prom"
    well(logmart(database, "run", write(tmp_path / "1", {"web-1/access.log": GOOD}), LOGMART_METRICS=path))
    _samples(path)
    before = path.read_bytes()
    with path.open("rb") as reader:
        folder = write(tmp_path / "2", {"web-1/access.log": [access()]})
        well(logmart(database, "run", folder, LOGMART_METRICS=path))
        expect(
            reader.read() == before,
            "A file LOGMART_METRICS that is open while `run` replaces it: expected the "
            "reader to get the old content, got another.",
            "write a new file beside it, then os.replace.",
        )
    _expect_metrics(path, database, "A second `run`")


# --- Rights ---------------------------------------------------------------------------------------


def test_analyst(dirty):
    """The analyst's role has no login, reads every mart, writes none, and reads no other schema."""
    rows = dirty.database.rows("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = %s", [ANALYST])
    expect(rows == [(False, False)], f"LOGMART_ANALYST: expected a role without login, got {rows or 'none'}.")
    tables = dirty.database.rows(
        "SELECT nspname, format('%%I.%%I', nspname, relname), has_schema_privilege(%(role)s, n.oid, 'USAGE') "
        "AND (has_table_privilege(%(role)s, c.oid, 'SELECT') OR has_any_column_privilege(%(role)s, "
        "c.oid, 'SELECT')), "
        "has_table_privilege(%(role)s, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE') "
        "OR has_any_column_privilege(%(role)s, c.oid, 'INSERT, UPDATE') "
        "OR has_schema_privilege(%(role)s, n.oid, 'CREATE') "
        "FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = relnamespace "
        "WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname IN ('ops', 'staging', 'quarantine', "
        "'cleaned', 'marts')",
        {"role": ANALYST},
    )
    names = {name for _, name, _, _ in tables}
    missing = set(MARTS) | {"cleaned.requests", "quarantine.lines"}
    expect(missing <= names, f"The database: expected the tables {sorted(missing - names)}, got none.")
    for schema, name, reads, writes in tables:
        expect(not writes, f"LOGMART_ANALYST: expected no right to write {name}, got one.")
        may = schema == "marts"
        expect(
            reads == may,
            f"LOGMART_ANALYST: expected {'the' if may else 'no'} right to read {name}, "
            f"got {'one' if reads else 'none'}.",
            "GRANT USAGE on the schema marts and SELECT on its tables; nothing to PUBLIC.",
        )


def test_loader(database, tmp_path):
    """A user with CREATE on the database alone can `run`, if the analyst's role is there; again, too."""
    loader, analyst, password = f"{ANALYST}_loader", f"{ANALYST}_ready", secrets.token_hex(8)
    roles = [sql.Identifier(name) for name in (loader, analyst)]
    keeper = server()
    try:
        keeper.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(roles[0], sql.Literal(password)))
        keeper.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(roles[1]))
        name = sql.Identifier(database.name)
        keeper.execute(sql.SQL("GRANT CONNECT, CREATE ON DATABASE {} TO {}").format(name, roles[0]))
        address = database.address(user=loader, password=password)
        folder = write(tmp_path, {"web-1/access.log": GOOD, "app-1/app.log": [app()]})
        for turn in ("a first time", "a second time"):
            done = started(address, "run", folder, LOGMART_ANALYST=analyst).finished()
            well(done, given=f"by a user with CREATE on the database and no other right, {turn}")
        got = database.fates()
        expect(
            got == {"access": (19, 19, 0, 0), "app": (1, 1, 0, 0)},
            f"`run` by a user without rights: expected 19 access lines and 1 app line cleaned, got {got}.",
        )
    finally:
        database.drop()
        for role in roles:
            keeper.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(role))


# --- A database that comes up late ----------------------------------------------------------------


def test_refused_then_open(database, tmp_path):
    """A database that opens its port while the command waits is found; the log names the retry."""
    folder = write(tmp_path, {"web-1/access.log": GOOD})
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = database.address(host="127.0.0.1", port=listener.getsockname()[1])
        running = started(address, "run", folder, LOGMART_RETRIES=6, LOGMART_BACKOFF=0.25)
        deadline = time.monotonic() + 30
        while '"retry"' not in running.said() and running.running() and time.monotonic() < deadline:
            time.sleep(0.02)
        listener.listen()
        threading.Thread(target=_forward, args=[listener, database.address()], daemon=True).start()
        done = well(running.finished(), given="with a database whose port opens after the first retry")
        listener.shutdown(socket.SHUT_RDWR)
    expect(
        any(event.get("event") == "retry" for event in done.events),
        "A port that opens late: expected an event `retry` in the log, got none.",
    )
    expect(
        database.fates()["access"] == (19, 19, 0, 0),
        f"A port that opens late: expected 19 lines cleaned, got {database.fates()['access']}.",
    )


def _forward(listener, address):
    """Connect whoever comes with the database's server."""
    to = conninfo_to_dict(address)
    host, port = to.get("host", "localhost"), int(to.get("port") or 5432)

    def pump(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(2**16):
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        if host.startswith(os.sep):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{port}")
        else:
            far = socket.create_connection((host, port))
        for pair in ((near, far), (far, near)):
            threading.Thread(target=pump, args=pair, daemon=True).start()
