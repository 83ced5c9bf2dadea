"""Comparing: rows as multisets, and the whole state of a database."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from kit.database import Database, plain
from kit.sentences import fail

CLEANED = {
    "cleaned.requests": "server, at, request_id, client, method, path, query, endpoint, status, bytes, "
    "referer, user_agent, host, duration_ms",
    "cleaned.events": "server, at, level, logger, request_id, attempt, customer_id, endpoint, status, "
    "duration_ms, idempotency_key, message, exception",
}
MARTS = {
    "marts.bots": "day, client, user_agent, kind, requests",
    "marts.sessions": "day, client, user_agent, started_at, ended_at, requests",
    "marts.top_endpoints": "day, rank, endpoint, requests, attempts, visitors",
    "marts.latency": "hour, endpoint, requests, p50_ms, p95_ms, max_ms, errors",
}
TABLES = {
    "ops.files": "server, log, sha256, lines, status IN ('duplicate', 'unreadable')",
    "ops.reconciliation": "log, staged, cleaned, quarantined, duplicates",
    "quarantine.lines": "server, log, line, reason, raw",
    **CLEANED,
    **MARTS,
}


def same_rows(
    what: str, columns: str, expected: Iterable[Sequence[Any]], got: Iterable[Sequence[Any]], hint: str = ""
) -> None:
    """Fail unless both hold the same rows, in any order; say which row and which column differs."""
    __tracebackhide__ = True
    wanted = Counter(tuple(map(plain, row)) for row in expected)
    found = Counter(tuple(map(plain, row)) for row in got)
    if wanted == found:
        return
    missing, surplus = list((wanted - found).elements()), list((found - wanted).elements())
    names = [name.strip() for name in columns.split(",")]
    counts = f"{len(missing)} rows missing and {len(surplus)} surplus, of {wanted.total()}"
    if not missing:
        fail(f"{what}: expected no row more, got {counts}: {_row(names, surplus[0])}.", hint)
    row = min(missing, key=lambda one: [str(value) for value in one])
    near = max(surplus, key=lambda other: _alike(row, other), default=None)
    if near is None or _alike(row, near) < len(names) / 2:
        fail(f"{what}: expected the row {_row(names, row)}, got {counts}.", hint)
    differs = [number for number in range(len(names)) if row[number] != near[number]]
    pairs = [_pair(names[number], row[number], near[number]) for number in differs]
    fail(f"{what}: expected {' and '.join(pairs)} in the row {_row(names, row)}; {counts}.", hint)


def _pair(name: str, expected: Any, got: Any) -> str:
    """Return what was expected and what came; of long texts the part that differs."""
    if isinstance(expected, str | bytes) and isinstance(got, str | bytes) and type(expected) is type(got):
        same = next((n for n, (a, b) in enumerate(zip(expected, got, strict=False)) if a != b), 0)
        expected, got = (
            text[max(same - 12, 0) : same + 24] if len(text) > 60 else text for text in (expected, got)
        )
    return f"{name} {_value(expected)}, got {_value(got)}"


def _alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def _row(names: Sequence[str], values: Sequence[Any]) -> str:
    return "(" + ", ".join(f"{name}={_value(value)}" for name, value in zip(names, values, strict=True)) + ")"


def _value(value: Any) -> str:
    text = str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= 70 else text[:67] + "…"


def state(database: Database, tables: Mapping[str, str] = TABLES) -> dict[str, Counter[Any]]:
    """Return the rows of every table, but for names of files: any of several may be the duplicate."""
    __tracebackhide__ = True
    return {name: Counter(database.table(name, columns)) for name, columns in tables.items()}


def same_state(
    what: str, expected: dict[str, Counter[Any]], got: dict[str, Counter[Any]], hint: str = ""
) -> None:
    """Fail unless all tables hold the same rows."""
    __tracebackhide__ = True
    for name, rows in expected.items():
        same_rows(
            f"{what}: {name}",
            TABLES[name].replace(" IN ('duplicate', 'unreadable')", ""),
            rows.elements(),
            got[name].elements(),
            hint,
        )
