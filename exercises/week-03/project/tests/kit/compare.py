"""Comparing: rows as multisets, with a sentence that says which row and which column differs."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kit.sentences import fail

TABLES = {
    "bronze/changes": "source, delivered, file, line, raw",
    "quarantine/lines": "source, delivered, file, line, reason, raw",
    "silver/customers": "customer_id, name, email, country, city, segment, loyalty, registered_at, updated_at",
    "silver/orders": "order_id, customer_id, ordered_at, currency, channel, status, amount_cents, updated_at",
    "silver/customer_versions": "customer_id, country, segment, loyalty, valid_from, valid_to",
    "gold/daily_orders": "date, country, segment, channel, orders, eur_cents",
    "gold/daily_customers": "date, segment, customers",
    "gold/quality": "source, delivered, files, lines, quarantined, duplicates, latest",
}
JOB = {
    "delivered=DATE": "lsn, op, ts, order_id, customer_id, ordered_at, currency, channel, status, amount_cents, "
    "updated_at"
}
GOLD = tuple(name for name in TABLES if name.startswith("gold/"))


def columns_of(table: str) -> list[str]:
    return [name.strip() for name in (TABLES | JOB)[table].split(",")]


def plain(value: Any) -> Any:
    """Return a value as any writer's types would give it: UTC moments, whole numbers, None."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    if isinstance(value, Decimal | float):
        return None if value != value else int(value) if value == int(value) else float(value)
    return value


def same_rows(
    what: str, table: str, expected: Iterable[Sequence[Any]], got: Iterable[Sequence[Any]], hint: str = ""
) -> None:
    """Fail unless both hold the same rows, in any order."""
    __tracebackhide__ = True
    wanted = Counter(tuple(map(plain, row)) for row in expected)
    found = Counter(tuple(map(plain, row)) for row in got)
    if wanted == found:
        return
    names = columns_of(table)
    missing, surplus = list((wanted - found).elements()), list((found - wanted).elements())
    counts = f"{len(missing)} rows missing and {len(surplus)} surplus, of {wanted.total()}"
    if not missing:
        fail(f"{what}: expected no row more, got {counts}: {_row(names, surplus[0])}.", hint)
    row = min(missing, key=lambda one: [str(value) for value in one])
    near = max(surplus, key=lambda other: _alike(row, other), default=None)
    if near is None or _alike(row, near) < len(names) / 2:
        fail(f"{what}: expected the row {_row(names, row)}, got {counts}.", hint)
    pairs = [
        f"{name} {_value(one)}, got {_value(other)}"
        for name, one, other in zip(names, row, near, strict=True)
        if one != other
    ]
    fail(f"{what}: expected {' and '.join(pairs)} in the row {_row(names, row)}; {counts}.", hint)


def _alike(one: Sequence[Any], other: Sequence[Any]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def _row(names: Sequence[str], values: Sequence[Any]) -> str:
    return "(" + ", ".join(f"{name}={_value(value)}" for name, value in zip(names, values, strict=True)) + ")"


def _value(value: Any) -> str:
    text = str(value) if isinstance(value, date) else repr(value)
    return text if len(text) <= 70 else text[:67] + "…"
