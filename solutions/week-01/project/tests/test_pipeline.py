"""A few lines, each where it belongs; then everything, against the truth of the generator."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest

from conftest import KEY, access, contents, write
from logmart.pseudonyms import pseudonym

EVENT = {
    "ts": "2025-10-24T10:00:00.250Z",
    "level": "INFO",
    "logger": "shop.cart",
    "request_id": "ab",
    "endpoint": "GET /cart",
    "status": 200,
    "duration_ms": 12,
    "message": "done",
}
TEN = datetime(2025, 10, 24, 10, tzinfo=UTC)


def fates(con):
    return dict(
        con.execute("SELECT log, ARRAY[staged, cleaned, quarantined, duplicates] FROM ops.reconciliation")
    )


def quarantine(con):
    return con.execute("SELECT path, line, reason, raw FROM quarantine.lines ORDER BY path, line").fetchall()


def test_a_clean_line_becomes_a_row_and_its_address_a_pseudonym(logmart, con, tmp_path):
    line = access(
        "24/Oct/2025:12:00:00 +0200",
        "/order/0a1b2c3d-0000-4000-8000-0123456789ab/item/7?email=a.b%40mail.example&next=/x?y",
        agent=r"say \x22hi\x22 \x5C;	tab",
        referer="https://shop.example/?u=me@mail.example",
        seconds="1.005",
    )
    write(tmp_path, "web-1/access.log", line)
    assert logmart("run", tmp_path)[0] == 0
    cursor = con.execute("SELECT * FROM cleaned.requests")
    [row] = [dict(zip([column.name for column in cursor.description], row, strict=True)) for row in cursor]
    del row["digest"]
    assert row == {
        "at": TEN,
        "server": "web-1",
        "request_id": f"{1:032x}",
        "client": pseudonym(KEY.encode(), "192.0.2.1"),
        "method": "GET",
        "path": "/order/0a1b2c3d-0000-4000-8000-0123456789ab/item/7",
        "query": "email=[email]&next=/x?y",
        "endpoint": "GET /order/{id}/item/{id}",
        "status": 200,
        "bytes": 512,
        "referer": "https://shop.example/?u=[email]",
        "user_agent": r"say \x22hi\x22 \x5C;	tab",
        "host": "shop.example",
        "duration_ms": 1005,
    }


@pytest.mark.parametrize(
    ("target", "endpoint"),
    [
        ("/", "GET /"),
        ("/1/2/3", "GET /{id}/{id}/{id}"),
        ("/product/12a", "GET /product/12a"),
        ("/product/7/", "GET /product/{id}/"),
        ("/v2/product/7?id=8", "GET /v2/product/{id}"),
        ("/static/js/app.1.js", "GET /static/{file}"),
        ("/static", "GET /static"),
        ("?q=1", "GET "),
    ],
)
def test_ids_leave_the_endpoint(logmart, con, tmp_path, target, endpoint):
    write(tmp_path, "web-1/access.log", access(target=target))
    assert logmart("run", tmp_path)[0] == 0
    assert con.execute("SELECT endpoint FROM cleaned.requests").fetchall() == [(endpoint,)]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"\xff" + access().encode(), "encoding"),
        (b"\0\0" + access().encode(), "encoding"),
        ("", "format"),
        (access()[:-1], "format"),
        (access() + "0", "format"),
        (access() + "\r", "format"),
        (access() + " " + access(), "format"),
        (access(agent='a "b" c'), "format"),
        (access(seconds="0.05"), "format"),
        (access(status=2000), "format"),
        (access().replace(" 512 ", f" {10**18} "), "format"),
        (access().replace("GET", ""), "request"),
        (access(target="/a b"), "request"),
        (access().replace("GET /product/1 HTTP/2.0", r"\x16\x03\x01"), "request"),
        (access("24/Oct/2025:10:00:00"), "time"),
        (access("31/Feb/2025:10:00:00 +0000"), "time"),
        (access("24/Okt/2025:10:00:00 +0000"), "time"),
        (access("24/Oct/2025:24:00:00 +0000"), "time"),
        (access("24/Oct/2025:10:60:00 +0000"), "time"),
        (access("01/Jan/1970:00:00:00 +0000"), "time"),
        (access("01/Jan/2999:00:00:00 +0000"), "time"),
    ],
)
def test_a_line_goes_to_quarantine_for_the_first_reason(logmart, con, tmp_path, monkeypatch, line, reason):
    monkeypatch.setenv("LOGMART_MAX_QUARANTINE", "1")
    write(tmp_path, "web-1/access.log.2.gz", access(number=2), line, access(number=3))
    assert logmart("run", tmp_path)[0] == 0
    raw = line if isinstance(line, bytes) else line.encode()
    assert quarantine(con) == [("web-1/access.log.2.gz", 2, reason, raw)]
    assert fates(con)["access"] == [3, 2, 1, 0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("Traceback (most recent call last):", "format"),
        ("[]", "format"),
        (json.dumps(EVENT)[:-1], "format"),
        (json.dumps(EVENT | {"status": "200"}), "format"),
        (json.dumps(EVENT | {"duration_ms": 1.5}), "format"),
        (json.dumps(EVENT | {"message": None}), "format"),
        (json.dumps(EVENT | {"message": "\0"}), "format"),
        (json.dumps({name: value for name, value in EVENT.items() if name != "logger"}), "format"),
        (json.dumps(EVENT | {"ts": "yesterday"}), "time"),
        (json.dumps(EVENT | {"ts": "2025-10-24T10:00:00"}), "time"),
        (json.dumps(EVENT | {"ts": "2025-02-30T10:00:00Z"}), "time"),
        (json.dumps(EVENT | {"ts": "1999-10-24T10:00:00Z"}), "time"),
    ],
)
def test_an_event_goes_to_quarantine(logmart, con, tmp_path, monkeypatch, line, reason):
    monkeypatch.setenv("LOGMART_MAX_QUARANTINE", "1")
    write(tmp_path, "app-1/app.log", json.dumps(EVENT), line, end=b"")
    assert logmart("run", tmp_path)[0] == 0
    assert quarantine(con) == [("app-1/app.log", 2, reason, line.encode())]


def test_an_event_becomes_a_row(logmart, con, tmp_path):
    extra = {"ts": "2025-10-24T12:00:00.25+02:00", "customer_id": 7, "attempt": 2, "idempotency_key": "k"}
    texts = {"message": "sent to a@b.example", "exception": 'x\n"y" c%40d.example'}
    write(tmp_path, "app-1/app.log", json.dumps(EVENT), json.dumps(EVENT | extra | texts))
    assert logmart("run", tmp_path)[0] == 0
    rows = con.execute(
        "SELECT server, at, level, logger, request_id, attempt, customer_id, endpoint, status, duration_ms, "
        "idempotency_key, message, exception FROM cleaned.events ORDER BY attempt"
    ).fetchall()
    same = ("app-1", TEN + timedelta(milliseconds=250), "INFO", "shop.cart", "ab")
    assert rows == [
        (*same, 1, None, "GET /cart", 200, 12, None, "done", None),
        (*same, 2, 7, "GET /cart", 200, 12, "k", "sent to [email]", 'x\n"y" [email]'),
    ]


def test_a_duplicate_has_the_same_bytes_and_server_and_is_well_formed(logmart, con, tmp_path, monkeypatch):
    monkeypatch.setenv("LOGMART_MAX_QUARANTINE", "1")
    retry = access("24/Oct/2025:10:00:01 +0000")
    write(tmp_path, "web-1/access.log", access(), "bad", access(), retry, "bad")
    write(tmp_path, "web-2/access.log", access())
    assert logmart("run", tmp_path)[0] == 0
    assert fates(con)["access"] == [6, 3, 2, 1]


def test_a_file_is_known_by_its_content_and_a_grown_one_brings_its_new_lines(logmart, con, tmp_path):
    first, second = access(number=1), access(number=2)
    write(tmp_path, "web-1/access.log", first)
    write(tmp_path, "web-1/access.log-20251025.gz", first)
    write(tmp_path, "web-2/access.log", first)
    assert logmart("run", tmp_path)[0] == 0
    files = con.execute("SELECT path, status, lines FROM ops.files ORDER BY path").fetchall()
    assert files == [
        ("web-1/access.log", "cleaned", 1),
        ("web-1/access.log-20251025.gz", "duplicate", 1),
        ("web-2/access.log", "cleaned", 1),
    ]
    write(tmp_path, "web-1/access.log", first, second)
    assert logmart("run", tmp_path)[0] == 0
    assert fates(con)["access"] == [4, 3, 0, 1]
    write(tmp_path, "web-1/access.log.1", first, second)
    write(tmp_path, "web-1/access.log")
    assert logmart("run", tmp_path)[0] == 0
    assert fates(con)["access"] == [4, 3, 0, 1]


def test_sessions_end_after_thirty_minutes_and_at_midnight(logmart, con, tmp_path):
    times = ["09:00:00", "09:30:00", "10:00:01", "10:00:01", "23:45:00"]
    lines = [access(f"24/Oct/2025:{time} +0000", number=number) for number, time in enumerate(times)]
    lines += [
        access("25/Oct/2025:00:05:00 +0000", number=9),
        access("24/Oct/2025:09:10:00 +0000", number=8, agent="x"),
    ]
    write(tmp_path, "web-1/access.log", *reversed(lines))
    assert logmart("run", tmp_path)[0] == 0
    rows = con.execute(
        "SELECT to_char(day, 'DD'), user_agent, to_char(started_at, 'HH24:MI:SS'), "
        "to_char(ended_at, 'HH24:MI:SS'), requests FROM marts.sessions ORDER BY user_agent, started_at"
    ).fetchall()
    assert rows == [
        ("24", "Mozilla/5.0", "09:00:00", "09:30:00", 2),
        ("24", "Mozilla/5.0", "10:00:01", "10:00:01", 2),
        ("24", "Mozilla/5.0", "23:45:00", "23:45:00", 1),
        ("25", "Mozilla/5.0", "00:05:00", "00:05:00", 1),
        ("24", "x", "09:10:00", "09:10:00", 1),
    ]


def test_a_bot_says_so_or_makes_more_than_sixty_requests_in_a_minute(logmart, con, tmp_path):
    def burst(count, first, agent, minute="10:00"):
        return [
            access(f"24/Oct/2025:{minute}:{second % 60:02d} +0000", number=first + second, agent=agent)
            for second in range(count)
        ]

    lines = (
        burst(61, 1000, "quick")
        + burst(60, 2000, "brisk")
        + burst(40, 3000, "slow")
        + burst(30, 4000, "slow", "10:01")
    )
    lines += [
        access(number=1, agent="AhoyBOT/1"),
        access("25/Oct/2025:10:00:00 +0000", number=2, agent="quick"),
    ]
    write(tmp_path, "web-1/access.log", *lines)
    assert logmart("run", tmp_path)[0] == 0
    bots = con.execute(
        "SELECT day, user_agent, kind, requests FROM marts.bots ORDER BY user_agent"
    ).fetchall()
    day = date(2025, 10, 24)
    assert bots == [(day, "AhoyBOT/1", "declared", 1), (day, "quick", "undeclared", 61)]
    agents = con.execute("SELECT day, user_agent FROM marts.sessions ORDER BY 1, 2").fetchall()
    assert agents == [(day, "brisk"), (day, "slow"), (date(2025, 10, 25), "quick")]


def test_top_endpoints_break_ties_by_bytes_and_count_requests_once(logmart, con, tmp_path, monkeypatch):
    monkeypatch.setenv("LOGMART_TOP", "3")
    lines = [access(target="/b", number=number) for number in (1, 2)]
    lines += [access(target="/a", number=number) for number in (3, 4)]
    lines += [access("24/Oct/2025:10:00:05 +0000", "/a", number=3, address="192.0.2.9")]
    lines += [access(target="/Z", number=5), access(target="/y", number=6), access(target="/z", number=7)]
    write(tmp_path, "web-1/access.log", *lines)
    assert logmart("run", tmp_path)[0] == 0
    rows = con.execute(
        "SELECT rank, endpoint, requests, attempts, visitors FROM marts.top_endpoints ORDER BY rank"
    )
    assert rows.fetchall() == [(1, "GET /a", 2, 3, 2), (2, "GET /b", 2, 2, 1), (3, "GET /Z", 1, 1, 1)]


def test_latency_is_interpolated_per_hour_and_endpoint_bots_included(logmart, con, tmp_path):
    lines = [
        access(seconds=f"0.{100 * n:03d}", number=n, agent="bot", status=500 if n > 3 else 200)
        for n in range(1, 5)
    ]
    lines += [access("24/Oct/2025:11:00:00 +0000", number=9, seconds="2.000")]
    write(tmp_path, "web-1/access.log", *lines)
    assert logmart("run", tmp_path)[0] == 0
    rows = con.execute(
        "SELECT hour, endpoint, requests, p50_ms, p95_ms, max_ms, errors FROM marts.latency ORDER BY hour"
    )
    assert rows.fetchall() == [
        (TEN, "GET /product/{id}", 4, 250, pytest.approx(385), 400, 1),
        (TEN + timedelta(hours=1), "GET /product/{id}", 1, 2000, 2000, 2000, 0),
    ]


# --- The generator's truth ----------------------------------------------------------------------

SCALE = 0.05


@pytest.fixture
def truth():
    weblogs = pytest.importorskip("seniorde.datasets.weblogs")
    return {log: table.to_pandas() for log, table in weblogs.truth(SCALE).items()}


@pytest.fixture
def filled(logmart, tmp_path):
    pytest.importorskip("seniorde.datasets").files("weblogs", tmp_path, scale=SCALE)
    assert logmart("run", tmp_path)[0] == 0
    return tmp_path


def test_all_tables_against_the_truth(filled, con, truth):
    for log, rows in truth.items():
        shipped = rows[rows["dirt"] != "twice"]
        counts = shipped["fate"].value_counts()
        assert fates(con)[log] == [
            len(shipped),
            counts["clean"],
            counts["quarantine"],
            counts.get("duplicate", 0),
        ]
    expected = sorted(
        (row.line, row.server, row.reason)
        for rows in truth.values()
        for row in rows[rows["fate"] == "quarantine"].itertuples()
    )
    assert (
        con.execute("SELECT line, server, reason FROM quarantine.lines ORDER BY 1, 2, 3").fetchall()
        == expected
    )

    clean = (
        truth["access"]
        .query("fate == 'clean'")
        .assign(
            client=lambda rows: [pseudonym(KEY.encode(), address) for address in rows["client_ip"]],
            day=lambda rows: rows["at"].dt.date,
        )
    )
    columns = [
        "server",
        "at",
        "request_id",
        "client",
        "method",
        "endpoint",
        "status",
        "bytes",
        "user_agent",
        "host",
    ]
    columns += ["duration_ms"]
    found = con.execute(f"SELECT {', '.join(columns)} FROM cleaned.requests").fetchall()
    assert sorted(found) == sorted(
        tuple(row) for row in clean[columns].astype({"status": int}).itertuples(index=False)
    )

    visitor = ["day", "client", "user_agent"]
    bots = clean[clean["bot"] != ""].groupby([*visitor, "bot"]).size()
    rows = con.execute("SELECT day, client, user_agent, kind, requests FROM marts.bots").fetchall()
    assert sorted(rows) == sorted((*key, count) for key, count in bots.items())

    people = clean[clean["bot"] == ""].sort_values("at")
    gap = people.groupby(visitor)["at"].diff() > timedelta(minutes=30)
    people["session"] = gap.groupby([people[name] for name in visitor]).cumsum()
    sessions = people.groupby([*visitor, "session"])["at"].agg(["min", "max", "size"])
    rows = con.execute(
        "SELECT day, client, user_agent, started_at, ended_at, requests FROM marts.sessions"
    ).fetchall()
    assert sorted(rows) == sorted((*key[:3], *row) for key, *row in sessions.itertuples())

    tops = people.groupby(["day", "endpoint"])["request_id"].agg(["nunique", "size"]).reset_index()
    tops = tops.sort_values(["day", "nunique", "endpoint"], ascending=[True, False, True])
    tops = tops.groupby("day").head(10)
    rows = con.execute(
        "SELECT day, endpoint, requests, attempts FROM marts.top_endpoints ORDER BY day, rank"
    ).fetchall()
    assert rows == [tuple(row) for row in tops.itertuples(index=False)]

    hours = clean.groupby([clean["at"].dt.floor("h"), "endpoint"])["duration_ms"]
    rows = con.execute(
        "SELECT hour, endpoint, p50_ms, p95_ms FROM marts.latency ORDER BY hour, endpoint"
    ).fetchall()
    expected = hours.quantile([0.5, 0.95]).unstack().reset_index()
    for row, wanted in zip(rows, expected.itertuples(index=False), strict=True):
        assert row[:2] == tuple(wanted[:2]) and row[2:] == pytest.approx(tuple(wanted[2:]))


def test_no_personal_data_leaves_staging_and_quarantine(filled, con, truth):
    text = repr(
        contents(con, *[f"cleaned.{name}" for name in ("requests", "events")], "marts.sessions", "marts.bots")
    )
    assert not re.search(r"@mail|%40mail|198\.1[89]\.|2001:db8", text) and "[email]" in text


def test_a_second_run_changes_nothing_and_a_replay_gives_the_same(filled, con, logmart):
    before = contents(con)
    assert logmart("run", filled)[0] == 0
    assert contents(con) == before
    assert logmart("replay")[0] == 0
    assert contents(con) == before


def test_report_and_status_show_what_is_there(filled, logmart):
    code, out, _ = logmart("report")
    assert code == 0 and "GET /product/{id}" in out and "2025-10-27" in out
    code, out, _ = logmart("status")
    status = json.loads(out)
    assert code == 0 and status["stale_days"] == []
    assert status["staged"] == status["cleaned"] + status["quarantined"] + status["duplicates"] > 4_000
