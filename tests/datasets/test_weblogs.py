"""The marketplace's logs: every line is what the truth says, read here by a reader of its own."""

import gzip
import hashlib
import json
import re
import tracemalloc
from datetime import UTC, datetime, timedelta
from itertools import islice

import pandas as pd
import pytest

from seniorde import datasets
from seniorde.datasets import weblogs

SCALE = 0.2
DIRT = list(datasets.dirt("weblogs"))
ACCESS = re.compile(
    r'(?P<client_ip>[0-9a-f.:]+) - - \[(?P<at>[^]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}) (?P<bytes>\d+) '
    r'"(?P<referer>[^"]*)" "(?P<user_agent>[^"]*)" (?P<host>\S+) (?P<duration>\d+\.\d{3}) '
    r"(?P<request_id>[0-9a-f]{32})"
)
SAME = ["client_ip", "method", "target", "status", "bytes", "referer", "user_agent", "host", "duration_ms"]


def read(path):
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


def lines(path):
    parts = read(path).split(b"\n")
    return parts if parts[-1] else parts[:-1]


def parsed(line):
    """Return why an access line goes to quarantine, or its fields."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return "encoding"
    if "\0" in text:
        return "encoding"
    if (match := ACCESS.fullmatch(text)) is None:
        return "format"
    found = match.groupdict()
    if (request := re.fullmatch(r"([A-Z]+) (\S+) HTTP/\d\.\d", found.pop("request"))) is None:
        return "request"
    at = datetime.strptime(found["at"], "%d/%b/%Y:%H:%M:%S %z")
    if at.year < 2025:
        return "time"
    number = {name: int(found[name]) for name in ("status", "bytes")}
    duration = round(float(found.pop("duration")) * 1_000)
    return found | number | {"at": at, "method": request[1], "target": request[2], "duration_ms": duration}


def endpoint(method, target):
    path = re.sub(
        r"/(\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(?=/|$)", "/{id}", target.partition("?")[0]
    )
    return f"{method} " + re.sub(r"^/static/.*", "/static/{file}", path)


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("logs")
    datasets.files("weblogs", folder, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def truth():
    return {name: table.to_pandas() for name, table in weblogs.truth(SCALE).items()}


def test_every_access_line_is_what_the_truth_says(logs, truth):
    seen = set()
    for name, rows in truth["access"].groupby("file"):
        found = lines(logs / name)
        assert list(rows["line"]) == list(range(1, len(found) + 1))
        for line, row in zip(found, rows.itertuples(), strict=True):
            got = parsed(line)
            if row.fate == "quarantine":
                assert got == row.reason, (line, row)
            elif row.fate == "clean":
                assert got["request_id"] == row.request_id and got["at"] == row.at
                assert {column: got[column] for column in SAME} == {c: getattr(row, c) for c in SAME}
                assert endpoint(row.method, row.target) == row.endpoint
                assert (row.server, line) not in seen
                seen.add((row.server, line))
    for row in truth["access"].query("fate == 'duplicate' and dirt == 'overlap'").itertuples():
        assert (row.server, lines(logs / row.file)[row.line - 1]) in seen


def test_every_application_line_is_what_the_truth_says(logs, truth):
    for name, rows in truth["app"].groupby("file"):
        found = lines(logs / name)
        assert list(rows["line"]) == list(range(1, len(found) + 1))
        for line, row in zip(found, rows.astype(object).itertuples(), strict=True):
            if row.fate == "quarantine":
                with pytest.raises(json.JSONDecodeError):
                    json.loads(line)
                assert row.reason == "format"
                continue
            event = json.loads(line)
            assert datetime.fromisoformat(event["ts"]) == row.at
            for key in (
                "request_id",
                "attempt",
                "level",
                "logger",
                "endpoint",
                "status",
                "duration_ms",
                "message",
            ):
                assert event[key] == getattr(row, key), key
            assert event["customer_id"] == (None if pd.isna(row.customer_id) else row.customer_id)
            assert event.get("idempotency_key") == row.idempotency_key


def test_every_kind_of_dirt_is_there_and_no_file_is_without_truth(logs, truth):
    marked = {name for table in truth.values() for name in table["dirt"].unique()} - {""}
    assert marked | {"zones", "empty"} == set(DIRT)
    files = {str(path.relative_to(logs)) for path in logs.rglob("*") if path.is_file()}
    empty = {"web-2/access.log.4.gz", "app-1/app.log.4.gz"}
    assert files - {name for table in truth.values() for name in table["file"]} == empty
    assert (logs / "app-1/app.log.4.gz").stat().st_size == 0
    assert read(logs / "web-2/access.log.4.gz") == b""


def test_without_dirt_every_line_is_clean(tmp_path):
    datasets.files("weblogs", tmp_path, scale=0.05, dirt=())
    count = 0
    for path in tmp_path.glob("web-*/*"):
        times = []
        for line in lines(path):
            got = parsed(line)
            assert not isinstance(got, str) and not re.search(rb"@|%40|\\x|bot", line) and b" +0000]" in line
            times.append(got["at"])
            count += 1
        assert times == sorted(times)
    table = weblogs.truth(0.05, 0, ())["access"].to_pandas()
    assert count == len(table) and set(table["fate"]) == {"clean"} and table["request_id"].is_unique


@pytest.mark.parametrize("name", DIRT)
def test_one_kind_of_dirt_leaves_the_other_lines_alone(name, tmp_path):
    table = weblogs.truth(0.1, 0, (name,))
    marked = {mark for rows in table.values() for mark in rows["dirt"].to_pylist()} - {""}
    assert marked == (set() if name in ("zones", "empty") else {name})
    if name in ("zones", "empty", "clock", "personal", "truncated", "encoding", "nuls", "late"):
        clean = weblogs.truth(0.1, 0, ())["access"].to_pandas()
        dirty = table["access"].to_pandas()
        unmarked = dirty[
            (dirty["dirt"] == "") & ~dirty["endpoint"].isin(["GET /account/reset", "GET /account"])
        ]
        assert set(unmarked["request_id"]) <= set(clean["request_id"])
        assert len(dirty) == len(clean)


def test_bots_are_found_by_the_definition(truth):
    clean = truth["access"].query("fate == 'clean'")
    named = clean["user_agent"].str.contains("bot|crawler|spider|curl|python-requests|monitor", case=False)
    per_minute = clean[~named].groupby(["client_ip", "user_agent", clean["at"].dt.floor("min")]).size()
    assert set(clean[named]["bot"]) == {"declared"}
    quick = set(per_minute[per_minute > 60].reset_index()["client_ip"])
    assert set(clean[~named & clean["client_ip"].isin(quick)]["bot"]) == {"undeclared"}
    assert set(clean[~named & ~clean["client_ip"].isin(quick)]["bot"]) == {""}
    assert per_minute[[ip not in quick for ip in per_minute.index.get_level_values(0)]].max() <= 40


def test_retries_carry_the_request_id_of_the_first_attempt(truth):
    clean = truth["access"].query("fate == 'clean'")
    tries = clean.sort_values("attempt").groupby("request_id")
    several = tries.filter(lambda rows: len(rows) > 1).groupby("request_id")
    assert len(several) > 20
    for _, rows in several:
        assert list(rows["attempt"]) == sorted(set(rows["attempt"])) and rows["at"].is_monotonic_increasing
        assert (rows["status"].iloc[:-1] >= 502).all()


def test_late_lines_stand_in_the_file_of_the_next_day(truth):
    late = truth["access"].query("dirt == 'late'")
    assert len(late) > 3 and set(late["file"]) == {"web-2/access.log.1"}
    assert set(late["at"].dt.date) == {(weblogs.START + timedelta(days=1)).date()}


def test_the_clocks_go_back_on_web_1(logs):
    text = b"".join(read(path) for path in logs.glob("web-1/*"))
    zones = re.findall(rb"\[26/Oct/2025:02:\d\d:\d\d (\+0\d00)\]", text)
    assert set(zones) == {b"+0200", b"+0100"}


def test_one_endpoint_is_slow_for_an_hour_and_latency_has_a_tail(truth):
    clean = truth["access"].query("fate == 'clean'")
    slow = clean[clean["endpoint"] == weblogs.INCIDENT_ENDPOINT]
    during = slow["at"].between(*weblogs.INCIDENT, inclusive="left")
    assert slow[during]["duration_ms"].median() > 5 * slow[~during]["duration_ms"].quantile(0.95)
    quantiles = clean["duration_ms"].quantile([0.5, 0.99])
    assert quantiles[0.99] > 8 * quantiles[0.5]


def test_addresses_are_from_ranges_for_documentation_and_tests(truth):
    first = (
        truth["access"]["client_ip"]
        .dropna()
        .str.extract(r"^(198\.1[89]\.|198\.51\.100\.|203\.0\.113\.|192\.0\.2\.|2001:db8:)")[0]
    )
    assert first.notna().all()


def test_the_same_bytes_on_every_machine(logs):
    digest = hashlib.sha256()
    for path in sorted(path for path in logs.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(logs)} ".encode() + read(path))
    assert digest.hexdigest()[:16] == "9de27b87e68655a2"
    header = (logs / "web-2/access.log.2.gz").read_bytes()[:10]
    assert header[3:8] == bytes(5)  # no name, no time


def test_a_seed_gives_other_lines_and_a_second_call_the_same_files(tmp_path, logs):
    datasets.files("weblogs", tmp_path, scale=SCALE, seed=1, dirt=())
    other = (tmp_path / "web-2/access.log").read_bytes()
    paths = datasets.files("weblogs", tmp_path, scale=SCALE)
    assert [path.relative_to(tmp_path) for path in paths] == sorted(
        path.relative_to(logs) for path in logs.rglob("*") if path.is_file()
    )
    assert (tmp_path / "web-2/access.log").read_bytes() == (logs / "web-2/access.log").read_bytes() != other


def test_memory_stays_flat_as_the_files_grow(tmp_path):
    peaks = []
    for scale, slices in ((1, 12), (100, 12)):
        tracemalloc.start()
        for _ in islice(weblogs._written(tmp_path, scale, 0, tuple(DIRT)), 3 * slices):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 3 * peaks[0]


def test_clear_sentences(tmp_path):
    with pytest.raises(datasets.DatasetError, match="no dirt mud: give a collection of bots, retries"):
        datasets.files("weblogs", tmp_path, dirt=["mud"])
    with pytest.raises(datasets.DatasetError, match="no dirt bots"):
        datasets.files("weblogs", tmp_path, dirt="bots")
    with pytest.raises(datasets.DatasetError, match="has tables and no files"):
        datasets.files("flights", tmp_path)
    assert datasets.dirt("flights") == {}


def test_the_truth_is_a_data_set_of_tables():
    frames = datasets.frames("weblogs", scale=0.02)
    assert set(frames) == {"access", "app"}
    assert frames["access"]["at"].dropna().between(weblogs.START, datetime(2025, 10, 28, tzinfo=UTC)).all()
