"""Marts: bots, sessions, top endpoints, latency, from the cleaned requests of a day."""

from datetime import UTC, date, datetime, timedelta

import oracle
from kit import CLEANED, MARTS, Database, access, expect, logmart, nginx_time, same_rows, well, write

START = datetime(2025, 10, 25, 10, tzinfo=UTC)
DAY = date(2025, 10, 25)


def line(after, target="/", **changes):
    """Return an access line so many seconds after START."""
    return access(nginx_time(START + timedelta(seconds=after)), target, **changes)


def run(database, folder, lines, **variables):
    well(logmart(database, "run", write(folder, {"web-1/access.log": lines}), **variables))


def by_oracle(case, table, expected):
    """Compare a mart with what pandas makes of the very rows that stand in cleaned.requests."""
    __tracebackhide__ = True
    frame = oracle.cleaned(case.database.table("cleaned.requests", CLEANED["cleaned.requests"]))
    lines = oracle.fates(case)["access"][1]
    expect(
        len(frame) > 0.9 * lines,
        f"cleaned.requests: expected about {lines} rows, got {len(frame)}.",
        "a mart can only be judged once the good lines are cleaned.",
    )
    same_rows(
        f"{table} of your cleaned.requests",
        MARTS[table],
        expected(frame),
        case.database.table(table, MARTS[table]),
    )


def test_bots(dirty):
    """marts.bots has the bots of each day, by what they say and by what they do."""
    by_oracle(dirty, "marts.bots", oracle.bots)


def test_sessions(dirty):
    """marts.sessions has the sessions of people."""
    by_oracle(dirty, "marts.sessions", oracle.sessions)


def test_top_endpoints(dirty):
    """marts.top_endpoints has the ten endpoints of each day that people asked for most."""
    by_oracle(dirty, "marts.top_endpoints", oracle.top_endpoints)


def test_latency(dirty):
    """marts.latency has count, percentiles, maximum and errors of each hour and endpoint."""
    by_oracle(dirty, "marts.latency", oracle.latency)


def test_who_is_a_bot(database, tmp_path):
    """A bot says so in any case of letters, or has more than 60 rows in one UTC minute of the day."""
    lines = [line(n, agent="Sixty/1") for n in range(60)]
    lines += [line(n % 60, agent="SixtyOne/1") for n in range(61)]
    lines += [line(30 + n % 60, agent="TwoMinutes/1") for n in range(80)]
    lines += [line(0, agent="Half/1", address=f"198.18.0.{1 + n % 2}") for n in range(100)]
    said = ["RoBOTic/1", "x-CRAWLER", "aSpiderb", "Curl/8", "PYTHON-requests/2", "Uptimemonitor"]
    lines += [line(0, agent=agent) for agent in said]
    lines += [line(3_600, agent="SixtyOne/1"), line(86_400, agent="SixtyOne/1")]
    lines += [line(0, agent="curl/9") for _ in range(61)]
    run(database, tmp_path, lines)
    expected = [(DAY, "SixtyOne/1", "undeclared", 62), (DAY, "curl/9", "declared", 61)]
    expected += [(DAY, agent, "declared", 1) for agent in said]
    columns = "day, user_agent, kind, requests"
    same_rows(
        "marts.bots of visitors with 60 and 61 rows a minute, and of six who say it",
        columns,
        expected,
        database.table("marts.bots", columns),
        "a visitor is client and user agent; more than 60 in a minute of the clock; a bot all that day.",
    )


def test_session_borders(database, tmp_path):
    """More than 30 minutes end a session, exactly 30 do not; midnight UTC does; bots have none."""
    midnight = 14 * 3_600
    gaps = {
        "Exactly/1": [0, 1_800, 3_600],
        "More/1": [0, 1_801, 3_601],
        "Midnight/1": [midnight - 60, midnight - 1, midnight, midnight + 60],
        "Alone/1": [5],
        "Bot/1": [0, 1],
    }
    lines = [line(after, agent=agent) for agent, times in gaps.items() for after in times]
    lines += [line(10, agent="Alone/1", address="198.18.0.2")]
    run(database, tmp_path, lines[::-1])
    expected = [
        (DAY, agent, START + timedelta(seconds=first), START + timedelta(seconds=last), rows)
        for agent, first, last, rows in (
            ("Exactly/1", 0, 3_600, 3),
            ("More/1", 0, 0, 1),
            ("More/1", 1_801, 3_601, 2),
            ("Midnight/1", midnight - 60, midnight - 1, 2),
            ("Alone/1", 5, 5, 1),
            ("Alone/1", 10, 10, 1),
        )
    ]
    expected.append(
        (
            DAY + timedelta(days=1),
            "Midnight/1",
            START + timedelta(seconds=midnight),
            START + timedelta(seconds=midnight + 60),
            2,
        )
    )
    columns = "day, user_agent, started_at, ended_at, requests"
    same_rows(
        "marts.sessions of gaps of 30 minutes, of a second more, and over midnight",
        columns,
        expected,
        database.table("marts.sessions", columns),
        "compare the gap with > 30 minutes, within visitor and UTC day.",
    )


def test_ties_and_attempts(database, tmp_path):
    """Rank by distinct request ids, ties by the endpoint's bytes; attempts and visitors counted; "
    "LOGMART_TOP rows."""
    lines = [line(n, "/b", id="b" * 31 + str(n % 2), agent=f"A/{n}") for n in range(5)]
    lines += [line(n, "/a") for n in range(2)]
    lines += [line(n, "/Z") for n in range(2)]
    lines += [line(n, "/é") for n in range(2)]
    lines += [line(n, "/many", address=f"198.18.1.{n}") for n in range(3)]
    lines += [line(n, "/once") for n in range(1)]
    lines += [line(n, "/a", agent="bot") for n in range(9)]
    run(database, tmp_path, lines, LOGMART_TOP=4)
    expected = [
        (DAY, 1, "GET /many", 3, 3, 3),
        (DAY, 2, "GET /Z", 2, 2, 1),
        (DAY, 3, "GET /a", 2, 2, 1),
        (DAY, 4, "GET /b", 2, 5, 5),
    ]
    columns = MARTS["marts.top_endpoints"]
    same_rows(
        "marts.top_endpoints of five endpoints with 2 requests each or near, LOGMART_TOP=4",
        columns,
        expected,
        database.table("marts.top_endpoints", columns),
        'bots are not people; two attempts are one request; COLLATE "C" orders by bytes.',
    )


def test_percentiles(database, tmp_path):
    """Latency is interpolated between the two nearest ranks, errors begin at 500, bots count, hours are "
    "cut."""
    taken = ["0.010", "0.020", "0.040", "0.100"]
    lines = [
        line(n, seconds=s, status=s_, agent=a)
        for n, (s, s_, a) in enumerate(zip(taken, (200, 499, 500, 503), ("A", "A", "Bot", "B"), strict=True))
    ]
    lines += [line(3_600, seconds="2.500"), line(3_601, seconds="0.001", target="/x/7?q=1")]
    run(database, tmp_path, lines)
    hour = START + timedelta(hours=1)
    expected = [
        (START, "GET /", 4, 30.0, 91.0, 100, 2),
        (hour, "GET /", 1, 2500.0, 2500.0, 2500, 0),
        (hour, "GET /x/{id}", 1, 1.0, 1.0, 1, 0),
    ]
    same_rows(
        "marts.latency of 10, 20, 40, 100 ms and an hour later",
        MARTS["marts.latency"],
        expected,
        database.table("marts.latency", MARTS["marts.latency"]),
        "percentile_cont interpolates, percentile_disc picks a rank.",
    )


def test_utc_days(tmp_path):
    """Days and hours are UTC, whatever the time zone of the database."""
    database = Database("Asia/Kathmandu")
    try:
        lines = [line(14 * 3_600 - 1, seconds="0.010"), line(14 * 3_600, seconds="0.030")]
        run(database, tmp_path, lines)
        days = [(DAY, 1), (DAY + timedelta(days=1), 1)]
        for table in ("marts.sessions", "marts.top_endpoints"):
            same_rows(
                f"{table} of a line before and one at midnight UTC, database in Asia/Kathmandu",
                "day, requests",
                days,
                database.table(table, "day, requests"),
                "a date of a timestamptz depends on the session: AT TIME ZONE 'UTC'.",
            )
        hours = [(datetime(2025, 10, 25, 23, tzinfo=UTC),), (datetime(2025, 10, 26, tzinfo=UTC),)]
        same_rows(
            "marts.latency, database in Asia/Kathmandu (+05:45)",
            "hour",
            hours,
            database.table("marts.latency", "hour"),
            "date_trunc of a timestamptz depends on the session.",
        )
    finally:
        database.drop()
