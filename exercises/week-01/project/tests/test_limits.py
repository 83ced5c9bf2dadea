"""Limits: the speed of a load against a bare COPY, and memory that does not grow with the lines."""

import threading
import time

import psutil
from kit import access, expect, logmart, started, well, write

LINES = 100_000  # for speed
ROUNDS = 5


def _lines(count, first=0):
    """Return access lines that differ in their request id, target and user agent."""
    models = [
        access(target=f"/product/{n}?page={n % 7}", agent=f"Browser/{n}.0 (X11; Linux x86_64)")[:-32]
        for n in range(500)
    ]
    return [models[n % 500] + b"%032x" % n for n in range(first, first + count)]


def test_speed(fresh, tmp_path):
    """`load` takes at most twice the time of a bare COPY of the same rows, start-up not counted."""
    lines = _lines(LINES)
    rows = [(1, number, line.decode()) for number, line in enumerate(lines, 1)]
    folder = write(tmp_path / "logs", {"web-1/access.log": lines})
    (tmp_path / "empty").mkdir()
    bare, nothing, loaded = [], [], []
    for _ in range(ROUNDS):
        database = fresh()
        well(logmart(database, "load", tmp_path / "empty"))
        nothing.append(_seconds(lambda: well(logmart(database, "load", tmp_path / "empty"))))  # noqa: B023
        loaded.append(_seconds(lambda: well(logmart(database, "load", folder))))  # noqa: B023
        bare.append(_seconds(lambda: _bare_copy(database, rows)))  # noqa: B023
        [(staged,)] = database.rows("SELECT staged FROM ops.reconciliation WHERE log = 'access'")
        expect(staged == LINES, f"`load` of {LINES} lines: expected as many staged, got {staged}.")
        database.drop()
        took = min(loaded) - min(nothing)
        if took <= 2 * min(bare) or took > 5 * min(bare):
            break
    expect(
        took <= 2 * min(bare),
        f"`load` of {LINES} lines: expected at most twice the {min(bare):.2f} s of a bare COPY, got "
        f"{took:.2f} s, "
        f"which is {took / min(bare):.1f} times as long.",
        "one COPY for a file, no statement for each line or batch, no index that nobody needs.",
    )


def _seconds(work):
    __tracebackhide__ = True
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _bare_copy(database, rows):
    database.con.execute("CREATE TABLE bare (file integer, number integer, line text)")
    with database.con.cursor().copy("COPY bare FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def test_memory(fresh, tmp_path):
    """`run` needs at most 1.3 times the memory for ten times the lines of one file."""
    peaks = []
    for count in (5_000, 50_000):
        folder = write(tmp_path / str(count), {"web-1/access.log": _lines(count)})
        peaks.append(_peak_mb(fresh(), folder))
    small, large = peaks
    expect(
        large <= 1.3 * small,
        f"`run` of 50,000 lines instead of 5,000: expected a peak of at most 1.3 times {small:.0f} MB, "
        f"got {large:.0f} MB, which is {large / small:.2f} times as much.",
        "read in blocks, write in blocks; leave sorting and joining to the database.",
    )


def _peak_mb(database, folder):
    """Return the peak of resident memory of `run` and all that it starts, in MB."""
    __tracebackhide__ = True
    running, peak, done = started(database.url, "run", folder), 0, threading.Event()

    def watch():
        nonlocal peak
        while not done.wait(0.01):
            try:
                tree = [running.process, *running.process.children(recursive=True)]
                peak = max(peak, sum(process.memory_info().rss for process in tree))
            except psutil.Error:
                continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        well(running.finished())
    finally:
        done.set()
        watcher.join()
    return peak / 2**20
