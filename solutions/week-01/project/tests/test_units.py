"""The parts that need no database."""

import gzip
import hashlib
import hmac
import io
import json
from pathlib import Path

import pytest

from conftest import write
from logmart import events, metrics, pseudonyms, sources
from logmart.config import UsageError, from_environment
from logmart.load import copy_rows
from logmart.sources import Source, Unreadable
from logmart.transform import GateError, Reconciliation, check

REQUIRED = {"LOGMART_DATABASE_URL": "dbname=logs", "LOGMART_PII_KEY": "0123456789abcdef"}


def test_configuration_has_defaults_and_hides_its_secrets():
    config = from_environment(REQUIRED)
    assert (config.max_quarantine, config.top, config.retries, config.analyst) == (
        0.05,
        10,
        5,
        "logmart_analyst",
    )
    assert "0123456789abcdef" not in repr(config) and "dbname" not in repr(config)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LOGMART_DATABASE_URL", ""),
        ("LOGMART_PII_KEY", "short"),
        ("LOGMART_MAX_QUARANTINE", "5 %"),
        ("LOGMART_MAX_QUARANTINE", "1.5"),
        ("LOGMART_MAX_QUARANTINE", "nan"),
        ("LOGMART_EARLIEST", "2025-10-24T00:00:00"),
        ("LOGMART_TOP", "0"),
        ("LOGMART_RETRIES", "-1"),
        ("LOGMART_BACKOFF", "inf"),
    ],
)
def test_a_senseless_variable_is_named(variable, value):
    with pytest.raises(UsageError, match=variable):
        from_environment(REQUIRED | {variable: value})


def test_lines_come_in_whole_blocks_however_they_are_cut(tmp_path, monkeypatch):
    content = b"one\n\ntwo\r\na line longer than a block\nlast"
    file = write(tmp_path, "web-1/access.log.1.gz", content, end=b"")
    for size in range(1, 50):
        monkeypatch.setattr(sources, "BLOCK", size)
        blocks = list(Source(file, "", "", "").lines())
        assert b"".join(blocks) == content + b"\n"
        assert all(block.endswith(b"\n") for block in blocks)


def test_a_file_is_known_by_its_uncompressed_content(tmp_path):
    plain, packed = write(tmp_path, "web-1/access.log", "x"), write(tmp_path, "web-1/access.log.1.gz", "x")
    one, other = (Source(file, "", "", "").sha256() for file in (plain, packed))
    assert one == other == hashlib.sha256(b"x\n").hexdigest()


@pytest.mark.parametrize(
    "content", [b"no gzip", gzip.compress(b"x" * 1000)[:20], gzip.compress(b"x")[:-1] + b"!"]
)
def test_a_broken_stream_is_unreadable(tmp_path, content):
    file = tmp_path / "access.log.2.gz"
    file.write_bytes(content)
    with pytest.raises(Unreadable):
        Source(file, "access.log.2.gz", "", "").sha256()


def test_only_logs_of_a_server_are_sources(tmp_path):
    for name in (
        "web-1/access.log",
        "web-1/error.log",
        "app-1/app.log.2.gz",
        "access.log",
        "web-1/old/access.log",
    ):
        write(tmp_path, name, "x")
    (tmp_path / "web-1/access.log.d").mkdir()
    found = [(source.path, source.server, source.log) for source in sources.sources(tmp_path)]
    assert found == [("web-1/access.log", "web-1", "access"), ("app-1/app.log.2.gz", "app-1", "app")]


def test_copy_rows_escape_text_and_set_aside_what_is_none():
    bad = io.BytesIO()
    blocks = [b"a\\x22\tb\r\n\\.\n\n", b"caf\xc3\xa9\n", b"\xff\nzero\0\nfine\n\\N\n"]
    rows = b"".join(copy_rows(iter(blocks), bad))
    assert rows == b"a\\\\x22\\tb\\r\n\\\\.\n\ncaf\xc3\xa9\n\\N\n\\N\nfine\n\\\\N\n"
    assert bad.getvalue() == b"5 ff\n6 7a65726f00\n"


@pytest.mark.parametrize("key", [b"k" * 16, b"k" * 64, b"k" * 65])
def test_pads_make_the_hmac(key):
    inner, outer = pseudonyms.pads(key)
    digest = hashlib.sha256(outer + hashlib.sha256(inner + b"192.0.2.1").digest())
    assert digest.digest() == hmac.digest(key, b"192.0.2.1", "sha256")
    assert pseudonyms.pseudonym(key, "192.0.2.1") == digest.hexdigest()[:16]


def test_the_gate_counts_every_line_and_the_share_of_quarantine():
    check({"access": Reconciliation(0, 0, 0, 0)}, 0.0)
    check({"access": Reconciliation(100, 90, 5, 5), "app": Reconciliation(0, 0, 0, 0)}, 0.05)
    with pytest.raises(GateError, match=r"5.00% .* 4.00%"):
        check({"access": Reconciliation(100, 90, 5, 5)}, 0.04)
    with pytest.raises(GateError, match="100 lines of the log app are staged and 99 have a fate"):
        check({"access": Reconciliation(1, 1, 0, 0), "app": Reconciliation(100, 99, 0, 0)}, 1.0)


def test_metrics_replace_the_file_as_a_whole(tmp_path):
    path = tmp_path / "logmart.prom"
    path.write_text("old")
    metrics.write(path, {"access": Reconciliation(10, 8, 1, 1), "app": Reconciliation(0, 0, 0, 0)}, 1.5, True)
    assert 'logmart_lines{log="access",fate="quarantined"} 1\n' in path.read_text()
    assert "logmart_quarantine_ratio 0.1\n" in path.read_text()
    assert list(tmp_path.iterdir()) == [Path(path)]


def test_an_event_is_a_line_of_json(capsys):
    events.emit("file", path='a "quoted"\nname', lines=3)
    [line] = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert (event["event"], event["level"], event["lines"]) == ("file", "info", 3) and event["ts"]
