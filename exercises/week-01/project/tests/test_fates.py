"""Fates: every staged line is cleaned, in quarantine or a duplicate, and the first reason counts."""

import oracle
import pytest
from kit import access, app, expect, logmart, same_rows, well, write

GROUPS = {
    "clean": (),
    "quotes": ("quotes",),
    "cut": ("truncated", "split"),
    "bytes": ("encoding", "nuls"),
    "handshakes": ("handshakes",),
    "tracebacks": ("tracebacks",),
    "clock": ("clock",),
    "twice": ("overlap", "twice", "empty"),
}


@pytest.mark.parametrize("dirt", GROUPS)
def test_fates(generated, dirt):
    """With this dirt alone, every line has the fate that the truth says, and quarantine holds its bytes."""
    case = generated(GROUPS[dirt], scale=0.02)
    expected, got = oracle.fates(case), case.database.fates()
    columns = "path, line, server, log, reason, raw"
    given = f"weblogs with dirt={GROUPS[dirt]}, scale=0.02, seed={case.seed}"
    rows = [(case.canonical(path), *rest) for path, *rest in case.database.table("quarantine.lines", columns)]
    same_rows(
        f"{given}: quarantine.lines",
        columns,
        oracle.quarantine(case),
        rows,
        "the reasons stand in the README, in the order in which they are asked.",
    )
    expect(
        expected == got,
        f"{given}: expected staged, cleaned, quarantined, duplicates {expected}, got {got}.",
        "load this dirt alone and compare with weblogs.truth.",
    )
    for table, log, rows in (
        ("cleaned.requests", "access", oracle.requests(case)),
        ("cleaned.events", "app", oracle.events(case)),
    ):
        ids = [(row[0], row[2 if log == "access" else 4]) for row in rows]
        same_rows(
            f"{given}: {table}", "server, request_id", ids, case.database.table(table, "server, request_id")
        )


def test_reconciliation(dirty):
    """With all the dirt, cleaned, quarantined and duplicates add up to staged, and each is true."""
    expected, got = oracle.fates(dirty), dirty.database.fates()
    for log, (staged, *rest) in got.items():
        expect(
            staged == sum(rest),
            f"ops.reconciliation, log {log}: expected {staged} staged lines to have a "
            f"fate, got cleaned, quarantined, duplicates {rest}, together {sum(rest)}.",
        )
    expect(
        expected == got,
        f"All the dirt: expected staged, cleaned, quarantined, duplicates {expected}, got {got}.",
    )
    [(rows,)] = dirty.database.rows("SELECT count(*) FROM cleaned.requests")
    expect(
        rows == got["access"][1],
        f"cleaned.requests: expected {got['access'][1]} rows as ops.reconciliation says, got {rows}.",
    )


def test_quarantine(dirty):
    """quarantine.lines has path, line number, reason and all bytes of each line."""
    columns = "path, line, server, log, reason, raw"
    rows = [
        (dirty.canonical(path), *rest) for path, *rest in dirty.database.table("quarantine.lines", columns)
    ]
    same_rows(
        "quarantine.lines with all the dirt",
        columns,
        oracle.quarantine(dirty),
        rows,
        "decode strictly; keep the line as bytes until it is known to be text.",
    )


_LATIN = "téléphone".encode("latin-1")
_ACCESS = [  # reason or None, what it is, line
    (None, "an ordinary line", access()),
    (None, "bytes of 18 digits, a user name", access(size="9" * 18).replace(b" - - ", b" - anna ")),
    (None, "backslashes that COPY would read", access(agent=r"\x22a\x5Cb\tc\\N", referer=r"\N")),
    (None, "a brace, a tab and a quote of another kind", access(target="/a{b}'c", agent="a\tb 'c'")),
    ("encoding", "Latin-1 in the user agent", access(agent="@").replace(b"@", _LATIN)),
    ("encoding", "a zero byte before a good line", b"\0" + access()),
    (
        "encoding",
        "Latin-1 and cut short: the first reason counts",
        access(agent="@").replace(b"@", _LATIN)[:-5],
    ),
    ("encoding", "a surrogate, which is not UTF-8", access(agent="@").replace(b"@", b"\xed\xa0\x80")),
    ("format", "cut short", access()[:-1]),
    ("format", "one digit too many in the request id", access() + b"0"),
    ("format", "a blank at the end", access() + b" "),
    ("format", "bytes of 19 digits", access(size="1" * 19)),
    ("format", "a dash for the bytes", access(size="-")),
    ("format", "two digits for the status", access(status=20)),
    ("format", "seconds with two decimals", access(seconds="0.05")),
    ("format", "a request id in upper case", access(id="A" * 32)),
    ("format", "a quote inside the user agent", access(agent='say "hi"')),
    ("format", "a bad request and cut short: the first reason counts", access(method="", target="")[:-2]),
    ("format", "an empty line", b""),
    ("request", "an empty request", access().replace(b"GET / HTTP/1.1", b"")),
    ("request", "bytes of a TLS handshake", access().replace(b"GET / HTTP/1.1", rb"\x16\x03\x01")),
    ("request", "a method in lower case", access(method="get")),
    ("request", "HTTP/2", access().replace(b"HTTP/1.1", b"HTTP/2")),
    ("request", "a blank in the target", access(target="/a b")),
    (
        "request",
        "a bad request and a bad time: the first reason counts",
        access("31/Feb/2025:10:00:00 +0000", "/a b"),
    ),
    ("time", "the 31st of February", access("31/Feb/2025:10:00:00 +0000")),
    ("time", "the 29th of February in 2025", access("29/Feb/2025:10:00:00 +0000")),
    ("time", "25 o'clock", access("25/Oct/2025:25:00:00 +0000")),
    ("time", "a month that is none", access("25/Okt/2025:10:00:00 +0000")),
    ("time", "no time at all", access("yesterday")),
    ("time", "1970", access("01/Jan/1970:00:20:00 +0000")),
]


def test_first_reason(database, tmp_path):
    """Each malformed access line has the first reason that holds, each good one is cleaned."""
    _judge(database, tmp_path, "access", _ACCESS)


_APP = [
    (None, "an ordinary line", app()),
    (None, "all that is optional", app(attempt=2, customer_id=7, idempotency_key="k", exception="E\nat x")),
    (None, "fields that nobody asked for", app(extra={"a": [1]}, host="app-1")),
    (None, "a time with an offset", app(ts="2025-10-25T12:00:00.250+02:00")),
    (
        None,
        "text beyond ASCII",
        json_line := app(message="größer").replace(b"gr\\u00f6\\u00dfer", "größer".encode()),
    ),
    ("encoding", "Latin-1", json_line.decode().encode("latin-1")),
    ("format", "a line of a traceback", b"TimeoutError: store did not answer within 2.0 s"),
    ("format", "cut short", app()[:-1]),
    ("format", "an array", b"[]"),
    ("format", "a text", b'"GET /"'),
    ("format", "no request id", app(request_id=None)),
    ("format", "no time", app(ts=None)),
    ("format", "a status that is a text", app(status="200")),
    ("format", "a message that is a number", app(message=5)),
    ("format", "a duration with decimals", app(duration_ms=4.5)),
    ("time", "the 31st of September", app(ts="2025-09-31T10:00:00Z")),
    ("time", "a time that is none", app(ts="yesterday")),
    ("time", "1970", app(ts="1970-01-01T00:20:00Z")),
]


def test_app_format(database, tmp_path):
    """An app line is a JSON object with the fields of the README; what is no such object has the reason "
    "format."""
    _judge(database, tmp_path, "app", _APP)


def _judge(database, tmp_path, log, cases):
    __tracebackhide__ = True
    folder = write(tmp_path, {f"web-1/{log}.log": [line for _, _, line in cases]})
    well(logmart(database, "run", folder, LOGMART_MAX_QUARANTINE=1))
    reasons = dict(database.table("quarantine.lines", "line, reason"))
    for number, (reason, what, line) in enumerate(cases, 1):
        expect(
            reasons.get(number) == reason,
            f"{log} line with {what}, {line[:140]!r}: expected "
            f"{f'quarantine for the reason {reason}' if reason else 'a cleaned line'}, got "
            f"{f'quarantine for {reasons[number]}' if number in reasons else 'no row in quarantine.lines'}.",
        )
    clean = sum(reason is None for reason, _, _ in cases)
    expected = (len(cases), clean, len(cases) - clean, 0)
    expect(
        database.fates()[log] == expected,
        f"{len(cases)} odd {log} lines: expected fates {expected}, got {database.fates()[log]}.",
    )


def test_borders_of_time(database, tmp_path):
    """LOGMART_EARLIEST is the first possible moment, LOGMART_LATEST the first impossible one."""
    lines = [
        access("25/Oct/2025:09:59:59 +0000"),
        access("25/Oct/2025:12:00:00 +0200"),
        access("25/Oct/2025:11:59:59 +0000"),
        access("25/Oct/2025:12:00:00 +0000"),
    ]
    folder = write(tmp_path, {"web-1/access.log": lines})
    borders = {"LOGMART_EARLIEST": "2025-10-25T10:00:00+00:00", "LOGMART_LATEST": "2025-10-25T14:00:00+02:00"}
    well(logmart(database, "run", folder, LOGMART_MAX_QUARANTINE=1, **borders))
    got = sorted(database.table("quarantine.lines", "line, reason"))
    expect(
        got == [(1, "time"), (4, "time")],
        "Lines at 09:59:59, 10:00:00, 11:59:59 and 12:00:00 UTC with LOGMART_EARLIEST at 10:00 and "
        "LOGMART_LATEST "
        f"at 12:00 UTC: expected lines 1 and 4 in quarantine for `time`, got {got}.",
    )


def test_duplicate_lines(database, tmp_path):
    """The same good bytes again are a duplicate; every malformed line goes to quarantine; two attempts "
    "stay two."""
    good, bad = access(id="a" * 32), b"cut sho"
    attempt = good.replace(b" 200 ", b" 502 ")
    folder = write(
        tmp_path,
        {
            "web-1/access.log": [good, good, bad, bad, attempt],
            "web-1/access.log.1": [bad, good, good + b"\r"],
        },
    )
    well(logmart(database, "run", folder, LOGMART_MAX_QUARANTINE=1))
    expect(
        database.fates()["access"] == (8, 2, 4, 2),
        "A good line 3 times, a malformed one 3 times, the good one with a carriage return, another "
        "attempt of it: "
        f"expected 8 staged, 2 cleaned, 4 in quarantine, 2 duplicates, got {database.fates()['access']}.",
        "the identity of a cleaned line is server, log and bytes; a malformed one has none.",
    )
