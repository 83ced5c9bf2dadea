"""The record: appended whole or not at all, by one or many; damage is set aside."""

import json
import multiprocessing
import subprocess
import sys
from dataclasses import asdict
from errno import EROFS
from pathlib import Path

import pytest

from seniorde.grading import Entry, GradingError, entries
from seniorde.grading.record import append


def entry(**changed) -> Entry:
    facts = {
        "time": "2026-11-24T14:00:00+00:00",
        "attempt": "a",
        "week": 1,
        "notebook": "dsa-hashing",
        "edition": "0123456789ab",
        "problem": "w1-hashing-first-repeat",
        "points": 1.0,
        "max_points": 2.0,
        "verdict": "partly",
    }
    return Entry(**{**facts, **changed})


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_entries_come_back_in_order(home):
    append([entry(attempt="a"), entry(attempt="b")])
    append([entry(attempt="c")])
    assert entries() == ([entry(attempt="a"), entry(attempt="b"), entry(attempt="c")], 0)


def test_an_empty_record(home):
    assert entries() == ([], 0)


@pytest.mark.parametrize(
    "damage",
    [
        b'{"time": "2026',
        b"\xff\xfe\x00",
        b"[]",
        b"null",
        json.dumps(asdict(entry(points=5.0))).encode(),
        json.dumps(asdict(entry(points=float("nan")))).encode(),
        json.dumps(asdict(entry(points=float("inf"), max_points=float("inf")))).encode(),
        json.dumps({name: value for name, value in asdict(entry()).items() if name != "week"}).encode(),
        b"[" * 100_000,
        *(
            json.dumps({**asdict(entry()), name: value}).encode()
            for name, value in (
                ("notebook", None),
                ("notebook", []),
                ("problem", None),
                ("problem", []),
                ("problem", True),
                ("verdict", []),
                ("points", "1"),
                ("points", True),
                ("points", 10**400),
                ("week", "1"),
                ("edition", 5),
                ("time", 5),
                ("time", "9999-12-31T23:00:00+00:00"),
                ("time", "1999-12-31T23:00:00+00:00"),
            )
        ),
    ],
)
def test_a_damaged_line_is_set_aside_and_said(home, damage):
    append([entry(attempt="a")])
    with (home / "record.jsonl").open("ab") as record:
        record.write(damage)  # as a crash in the middle of a line leaves it: no end of line
    append([entry(attempt="b")])
    assert entries() == ([entry(attempt="a"), entry(attempt="b")], 1)
    assert entries() == ([entry(attempt="a"), entry(attempt="b")], 0), "it is said once"
    assert (home / "record.damaged.jsonl").read_bytes() == damage + b"\n"


def test_what_a_later_edition_adds_is_not_read_and_stays(home):
    append([entry()])
    line = json.dumps({**asdict(entry(attempt="b")), "seconds": 12}) + "\n"
    with (home / "record.jsonl").open("a") as record:
        record.write(line + "[]\n")
    assert entries() == ([entry(), entry(attempt="b")], 1)
    assert (home / "record.jsonl").read_text().endswith(line)


def test_whole_points_count_as_points(home):
    home.mkdir()
    (home / "record.jsonl").write_text(json.dumps(asdict(entry()) | {"points": 1, "max_points": 2}) + "\n")
    assert entries() == ([entry()], 0)


@pytest.mark.parametrize("locked_before", [True, False])
def test_a_folder_that_cannot_be_written_can_be_read(home, monkeypatch, locked_before):
    append([entry()])
    with (home / "record.jsonl").open("a") as record:
        record.write("[]\n")
    if not locked_before:
        (home / "record.lock").unlink()
    real = Path.open

    def read_only(path, mode="r", *more, **named):
        if path.is_relative_to(home) and mode not in ("r", "rb"):
            raise OSError(EROFS, "Read-only file system")
        return real(path, mode, *more, **named)

    with monkeypatch.context() as mounted:
        mounted.setattr(Path, "open", read_only)
        assert entries() == ([entry()], 0)
        with pytest.raises(GradingError, match="Could not write the record: Read-only file system"):
            append([entry()])
    assert entries() == ([entry()], 1), "set aside as soon as that can be written"


def _append_some(worker: int) -> None:
    for number in range(50):
        append([entry(attempt=f"{worker}-{number}"), entry(attempt=f"{worker}-{number}")])


def test_many_at_once_all_land(home):
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_append_some, args=(n,)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    found, damaged = entries()
    assert (len(found), damaged) == (400, 0)
    assert all(found[n].attempt == found[n + 1].attempt for n in range(0, 400, 2)), (
        "one append stays together"
    )


def test_a_full_disk_leaves_the_record_as_it_was(home):
    """The system itself refuses to let the file grow past a limit, in the middle of a line."""
    append([entry()])
    before = (home / "record.jsonl").read_bytes()
    code = (
        "import resource; from test_record import entry; from seniorde.grading import GradingError\n"
        "from seniorde.grading.record import append\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({len(before) + 300}, resource.RLIM_INFINITY))\n"
        "try:\n    append([entry() for _ in range(5)])\n"
        "except GradingError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent
    )
    assert "The disk is full: could not write the record." in done.stdout, done.stderr
    assert (home / "record.jsonl").read_bytes() == before
    append([entry()])
    assert entries() == ([entry(), entry()], 0)
