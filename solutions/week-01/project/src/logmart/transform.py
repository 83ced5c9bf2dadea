"""Staging into cleaned and quarantine, through the gate, into the marts.

A file, and a day, is a transaction: what is committed is not done again, what is not leaves no trace.
"""

import time
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import psycopg

from logmart import pseudonyms
from logmart.config import Config
from logmart.database import Connection, statements
from logmart.events import emit


class GateError(Exception):
    """The data is not fit to be published; the message says why and what to do."""


class Reconciliation(NamedTuple):
    """The lines of a log by their fate."""

    staged: int
    cleaned: int
    quarantined: int
    duplicates: int


def transform(con: Connection, config: Config) -> None:
    """Clean what is staged, then publish the days that it touches; raise GateError between the two."""
    clean(con, config)
    check(reconciliation(con), config.max_quarantine)
    publish(con, config)


def clean(con: Connection, config: Config) -> None:
    """Give every staged line its fate."""
    inner_pad, outer_pad = pseudonyms.pads(config.pii_key)
    constants = {
        "earliest": config.earliest,
        "latest": config.latest,
        "inner_pad": inner_pad,
        "outer_pad": outer_pad,
    }
    con.execute("SELECT brin_summarize_new_values('staging.lines_id')")
    files = con.execute(
        "SELECT file_id, path, server, log, before_first, before_first + lines FROM ops.files "
        "WHERE status = 'staged' ORDER BY file_id"
    ).fetchall()
    for file, path, server, log, before, last in files:
        started = time.monotonic()
        place = {"file": file, "path": path, "server": server, "before": before, "last": last}
        with con.transaction():
            [(cleaned, quarantined, duplicates)] = con.execute(
                statements(f"clean_{log}"), constants | place
            ).fetchall()
            con.execute(
                "UPDATE ops.files SET status = 'cleaned', duplicates = %s WHERE file_id = %s",
                [duplicates, file],
            )
        emit(
            "cleaned", path=path, cleaned=cleaned, quarantined=quarantined, duplicates=duplicates,
            seconds=round(time.monotonic() - started, 3),
        )  # fmt: skip
    if files:
        con.execute("ANALYZE cleaned.requests, cleaned.events")


def reconciliation(con: Connection) -> dict[str, Reconciliation]:
    """Return the fates of the lines of each log, counted in the tables."""
    rows = con.execute(
        "SELECT log, staged, cleaned, quarantined, duplicates FROM ops.reconciliation"
    ).fetchall()
    return {str(log): Reconciliation(*counts) for log, *counts in rows}  # type: ignore[arg-type]


def total(logs: dict[str, Reconciliation]) -> Reconciliation:
    """Return the sum over all logs."""
    return Reconciliation(*map(sum, zip(*logs.values(), strict=True)))


def check(logs: dict[str, Reconciliation], limit: float) -> None:
    """Raise GateError if a line has no fate, or two, or if too many are in quarantine."""
    for log, (staged, *fates) in logs.items():
        if staged != sum(fates):
            raise GateError(
                f"{staged} lines of the log {log} are staged and {sum(fates)} have a fate: "
                "nothing is published; look at ops.reconciliation and ops.files, then run replay."
            )
    counts = total(logs)
    if counts.quarantined > limit * counts.staged:
        raise GateError(
            f"{counts.quarantined / counts.staged:.2%} of the staged lines are in quarantine "
            f"and {limit:.2%} may be: nothing is published; look at quarantine.lines, "
            "mend the cause, or raise LOGMART_MAX_QUARANTINE and run transform."
        )


def publish(con: Connection, config: Config) -> None:
    """Make the marts of the stale days anew."""
    days = con.execute("SELECT day FROM ops.stale_days ORDER BY day").fetchall()
    for [day] in days:
        assert isinstance(day, date)
        started = time.monotonic()
        begin = datetime(day.year, day.month, day.day, tzinfo=UTC)
        values = {"day": day, "begin": begin, "end": begin + timedelta(days=1), "top": config.top}
        with con.transaction():
            psycopg.ClientCursor(con).execute(statements("publish_day"), values)
        emit("published", day=day, seconds=round(time.monotonic() - started, 3))


def replay(con: Connection) -> None:
    """Take every staged line back to before it was cleaned; the marts stay until they are made anew."""
    with con.transaction():
        con.execute(
            "INSERT INTO ops.stale_days SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM cleaned.requests "
            "ON CONFLICT DO NOTHING"
        )
        con.execute("TRUNCATE cleaned.requests, cleaned.events")
        con.execute("DELETE FROM quarantine.lines WHERE reason <> 'encoding'")  # those are not in staging
        con.execute("UPDATE ops.files SET status = 'staged', duplicates = 0 WHERE status = 'cleaned'")
