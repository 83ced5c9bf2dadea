"""Measure what the README's performance notes say: `make measure` prints it and draws the plans again.

Needs the book's library for data, server and pictures. Wall-clock figures are the best of several, because
a machine is never idle; plans are counted in rows and pages, which are the same every time.
"""

import os
import platform
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
from psycopg.conninfo import make_conninfo
from seniorde import datasets, labs, plans

from conftest import KEY, PROJECT
from logmart.config import from_environment
from logmart.database import alone
from logmart.transform import transform
from test_limits import bare_copy_cost, cost, load_cost, rows_of

PLANS = {
    "day": "SELECT date_trunc('hour', at), endpoint, count(*), percentile_cont(0.95) WITHIN GROUP (ORDER BY "
    "duration_ms) FROM cleaned.requests WHERE at >= '2025-10-26' AND at < '2025-10-27' GROUP BY 1, 2",
    "incident": "SELECT at, request_id, status, duration_ms FROM cleaned.requests "
    "WHERE at >= '2025-10-26 15:00' AND at < '2025-10-26 16:00' AND endpoint = 'POST /checkout' ORDER BY at",
}


def main() -> None:
    con = labs.postgres()
    info = con.info
    address = make_conninfo(
        "", host=info.host, port=info.port, user=info.user, dbname=info.dbname, sslmode="disable"
    )
    os.environ |= {
        "LOGMART_DATABASE_URL": address,
        "LOGMART_PII_KEY": KEY,
        "PYTHONPATH": str(PROJECT / "src"),
    }
    version = con.execute("SHOW server_version").fetchone()[0]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.0f}"
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}, PostgreSQL {version}"
    )
    with TemporaryDirectory() as scratch:
        folder = Path(scratch, "speed")
        datasets.files(
            "weblogs", folder, scale=1, dirt=[kind for kind in datasets.dirt("weblogs") if kind != "twice"]
        )
        speed(con, folder)
        pictures(con)
        for scale in (0.1, 1, 10):
            shutil.rmtree(folder)
            datasets.files("weblogs", folder, scale=scale)
            memory(con, folder, scale)


def speed(con: psycopg.Connection, folder: Path) -> None:
    config = from_environment()
    rows = rows_of(folder)
    loads, bares = [], []
    for _ in range(9):
        bares.append(bare_copy_cost(con, rows))
        loads.append(load_cost(con, folder))
    lines = con.execute("SELECT sum(lines)::bigint FROM ops.files").fetchone()[0]
    seconds = alone(config, lambda own: cost(own, lambda: transform(own, config)))
    for name, (took, cpu) in (
        ("load", map(min, zip(*loads, strict=True))),
        ("bare COPY", map(min, zip(*bares, strict=True))),
        ("transform", seconds),
    ):
        print(f"{name:10} {took:6.2f} s {cpu:6.2f} CPU s {lines / took:10,.0f} lines/s")


def pictures(con: psycopg.Connection) -> None:
    con.execute("VACUUM (FREEZE, ANALYZE) cleaned.requests")
    for name, query in PLANS.items():
        after = plans.explain(con, query, analyze=True)
        with con.transaction(force_rollback=True):
            con.execute("ALTER TABLE cleaned.requests DROP CONSTRAINT requests_pkey")
            before = plans.explain(con, query, analyze=True)
        compared = plans.compare(before, after, ("without the key", "with the key"))
        print(f"\n{name}\n{compared}")
        figure = compared.draw()
        figure.savefig(PROJECT / f"diagrams/plan-{name}.png", dpi=80, metadata={"Software": None})
    sizes = con.execute(
        "SELECT relname, pg_relation_size(oid) / 1024 FROM pg_class WHERE relname IN "
        "('lines', 'lines_id', 'requests', 'requests_pkey') AND relkind IN ('r', 'i') ORDER BY relname"
    ).fetchall()
    print("\n" + ", ".join(f"{name} {size:,} kB" for name, size in sizes))


def memory(con: psycopg.Connection, folder: Path, scale: float) -> None:
    con.execute("DROP SCHEMA ops, staging, quarantine, cleaned, marts CASCADE")
    started = time.perf_counter()
    command = [sys.executable, str(PROJECT / "tests/peak.py"), "run", str(folder)]
    peak = int(subprocess.run(command, check=True, capture_output=True).stdout) / 1024
    lines = con.execute("SELECT sum(lines)::bigint FROM ops.files WHERE status = 'cleaned'").fetchone()[0]
    seconds = time.perf_counter() - started
    print(f"scale {scale:<4} {lines:10,} lines {peak:6.1f} MB peak of the client {seconds:7.1f} s")


if __name__ == "__main__":
    main()
