"""A delivered line becomes a typed record, or is rejected with a reason."""

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from orderlake.deliveries import Delivery, lines

Row = dict[str, Any]
Numbered = Iterator[tuple[int, bytes, Callable[[bytes], Row]]]  # a line, and what reads it


class Rejected(ValueError):
    """A line that is no record; its text is the reason."""


class Record(NamedTuple):
    """A good line: the rows that it gives to each table, known by its identity on its date."""

    date: date
    identity: str
    rows: dict[str, list[Row]]


class Reject(NamedTuple):
    """A bad line, with the day of its delivery."""

    date: date
    file: str
    line: int
    reason: str
    raw: str


def read(delivery: Delivery, content: bytes) -> Iterator[Record | Reject]:
    """Return a record or a reject for each line of a file that is not blank; a header is none."""
    for number, line, parse in _objects(content) if delivery.source == "shop/orders" else _table(content):
        try:
            yield READERS[delivery.source](parse(line), delivery.delivered)
        except Rejected as reason:
            raw = line.decode(errors="replace")
            yield Reject(delivery.delivered, delivery.path, number, str(reason), raw)


def _objects(content: bytes) -> Numbered:
    for number, line in lines(content):
        yield number, line, _object


def _object(line: bytes) -> Row:
    try:
        found = json.loads(line.decode())
    except (ValueError, RecursionError):  # UnicodeDecodeError is a ValueError
        raise Rejected("format") from None
    if not isinstance(found, dict):
        raise Rejected("format")
    return found


def _table(content: bytes) -> Numbered:
    """Return the lines of a CSV below its header, which names the columns in any order."""
    numbered = lines(content)
    _, first = next(numbered, (0, b""))
    header = next(csv.reader([first.decode(errors="replace")]), [])

    def parse(line: bytes) -> Row:
        try:
            cells = next(csv.reader([line.decode()], strict=True))
        except (ValueError, csv.Error):
            raise Rejected("format") from None
        if len(cells) != len(header):
            raise Rejected("format")
        return dict(zip(header, cells, strict=True))

    for number, line in numbered:
        yield number, line, parse


def _event(found: Row, delivered: date) -> Record:
    """An event of the shop."""
    event_id, kind = _text(found, "event_id"), _text(found, "event_type")
    at = _moment(found, "occurred_at")
    order = found.get("order")
    if kind not in ("order_placed", "order_cancelled", "order_returned") or not isinstance(order, dict):
        raise Rejected("value")
    head: Row = {"event_id": event_id, "order_id": _whole(order, "order_id")}
    if kind != "order_placed":
        rows = {"silver_order_changes": [head | {"change": kind.removeprefix("order_"), "occurred_at": at}]}
        return Record(_on_time(at, delivered), event_id, rows)
    channel = order.get("channel")
    if channel is not None:
        channel = _text(order, "channel")
    placed = head | {
        "customer_id": _whole(order, "customer_id"),
        "occurred_at": at,
        "currency": _currency(order),
        "channel": channel,
    }
    items = order.get("items")
    if not isinstance(items, list) or not items or not all(isinstance(item, dict) for item in items):
        raise Rejected("value")
    bought = [
        {
            "order_id": head["order_id"],
            "line_number": _whole(item, "line_number"),
            "product_id": _whole(item, "product_id"),
            "quantity": _whole(item, "quantity", least=1),
            "unit_price_cents": _whole(item, "unit_price_cents", least=0),
        }
        for item in items
    ]
    rows = {"silver_orders": [placed], "silver_order_items": bought}
    return Record(_on_time(at, delivered), event_id, rows)


def _payment(found: Row, delivered: date) -> Record:
    """A row of the payment provider."""
    at = _moment(found, "paid_at")
    row: Row = {
        "payment_id": _text(found, "payment_id"),
        "order_id": _whole(found, "order_id"),
        "paid_at": at,
        "method": _text(found, "method"),
        "amount_cents": _cents(found, "amount"),
        "status": _text(found, "status"),
    }
    if row["status"] not in ("captured", "failed", "refunded"):
        raise Rejected("value")
    return Record(_on_time(at, delivered), row["payment_id"], {"silver_payments": [row]})


def _customer(found: Row, delivered: date) -> Record:
    """A row of the day's snapshot; name, e-mail address and city stay in bronze."""
    row = {
        "customer_id": _whole(found, "customer_id"),
        "country": _text(found, "country"),
        "segment": _text(found, "segment"),
    }
    return Record(delivered, str(row["customer_id"]), {"silver_customers": [row]})


READERS: Mapping[str, Callable[[Row, date], Record]] = {
    "shop/orders": _event,
    "psp/payments": _payment,
    "crm/customers": _customer,
}
LATE_DAYS = 3
LONE_SURROGATE = re.compile("[\ud800-\udfff]")  # JSON can say it, UTF-8 and Parquet cannot


def _on_time(at: datetime, delivered: date) -> date:
    if not 0 <= (delivered - at.date()).days <= LATE_DAYS:
        raise Rejected("time")
    return at.date()


def _text(found: Row, name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or not value or LONE_SURROGATE.search(value):
        raise Rejected("value")
    return value


def _whole(found: Row, name: str, least: int | None = None) -> int:
    """A whole number, also one that stands there as text."""
    value = found.get(name)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,18}", value):
        value = int(value)
    if type(value) is not int or (least is not None and value < least) or abs(value) >= 10**18:
        raise Rejected("value")
    return value


def _cents(found: Row, name: str) -> int:
    """An amount with a point or a comma before at most two decimals."""
    text = _text(found, name).replace(",", ".")
    if not re.fullmatch(r"-?[0-9]{1,12}(\.[0-9]{1,2})?", text):
        raise Rejected("value")
    return int(Decimal(text) * 100)


def _currency(found: Row) -> str:
    text = _text(found, "currency").upper()
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise Rejected("value")
    return text


def _moment(found: Row, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(found, name))
        if at.tzinfo is None:
            raise Rejected("value")
        return at.astimezone(UTC)
    except (ValueError, OverflowError):  # Rejected is a ValueError
        raise Rejected("value") from None
