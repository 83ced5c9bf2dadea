"""The speed of the load beside a bare COPY, and memory that does not grow with the input."""

import io
import time
from contextlib import redirect_stderr
from pathlib import Path

import psycopg
import pytest

from conftest import PROJECT, write
from logmart.config import from_environment
from logmart.database import alone
from logmart.load import load
from logmart.sources import BLOCK, Source, sources

datasets = pytest.importorskip("seniorde.datasets")


def rows_of(folder):
    """Return the rows of a bare COPY, in its text format, a hundred in a piece: file, number, text."""
    rows = []
    for source in sources(folder):
        text = b"".join(source.lines()).decode("utf-8", "replace").replace("\0", "")
        text = text.replace("\\", "\\\\").replace("\t", "\\t")
        rows += [f"{source.path}\t{number}\t{line}\n" for number, line in enumerate(text.split("\n")[:-1], 1)]
    return ["".join(rows[first : first + 100]).encode() for first in range(0, len(rows), 100)]


def bare_copy_cost(con, rows):
    con.execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (file text, line bigint, raw text)")

    def copy_all():
        with con.cursor().copy("COPY bare FROM STDIN") as copy:
            for piece in rows:
                copy.write(piece)

    return cost(con, copy_all)


def cost(con, work):
    """Return wall-clock seconds, and CPU seconds of this process and its backend where Linux tells them."""
    backend = Path(f"/proc/{con.info.backend_pid}/schedstat")
    here = backend.exists() and "postgres" in backend.with_name("cmdline").read_text()

    def cpu():
        return time.process_time() + (int(backend.read_text().split()[0]) / 1e9 if here else 0)

    started, before = time.perf_counter(), cpu()
    with redirect_stderr(io.StringIO()):
        work()
    return time.perf_counter() - started, cpu() - before if here else None


def load_cost(con, folder):
    con.execute("DROP SCHEMA IF EXISTS ops, staging, quarantine, cleaned, marts CASCADE")
    return alone(from_environment(), lambda own: cost(own, lambda: load(own, folder)))


def test_load_has_at_least_half_the_speed_of_a_bare_copy(con, tmp_path):
    content = b""
    for file in datasets.files("weblogs", tmp_path / "logs", scale=0.1):
        content += b"".join(Source(file, "", "", "").lines())
    big = tmp_path / "big"
    write(big, "web-1/access.log", content * 8)
    write(big, "web-2/access.log.1.gz", content * 8)
    rows = rows_of(big)
    loads, bares = zip(*[(load_cost(con, big), bare_copy_cost(con, rows)) for _ in range(5)], strict=True)
    # Others may use the machine: CPU seconds where they can be read, else the best of several.
    which = 0 if loads[0][1] is None else 1
    assert min(load[which] for load in loads) < 2 * min(bare[which] for bare in bares)


def test_load_sends_blocks_and_not_lines(con, tmp_path, monkeypatch):
    datasets.files("weblogs", tmp_path, scale=0.2)
    written, write = [], psycopg.Copy.write
    monkeypatch.setattr(
        psycopg.Copy, "write", lambda copy, data: (written.append(len(data)), write(copy, data))[1]
    )
    load_cost(con, tmp_path)
    files = len(list(tmp_path.rglob("*.log*")))
    assert sum(written) > 2**21 and len(written) <= 2 * files + sum(written) / BLOCK


def test_ten_times_the_lines_need_no_more_memory(process, tmp_path, con):
    peaks = []
    for scale in (0.02, 0.2):
        folder = tmp_path / str(scale)
        datasets.files("weblogs", folder, scale=scale)
        child = process("run", folder, program=(str(PROJECT / "tests/peak.py"),))
        peaks.append(int(child.communicate()[0]))
    assert peaks[1] < 1.2 * peaks[0]
