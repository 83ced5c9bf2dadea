"""Deliveries: lines of the change feed, and the files that hold them."""

import json
from pathlib import Path
from typing import Any

AT = "2025-10-10T08:00:00.000Z"


def change(op: Any, lsn: Any, at: Any, key: Any, after: Any = None, **more: Any) -> bytes:
    """Return a line in the shape of Debezium's envelope."""
    envelope = {"op": op, "lsn": lsn, "ts": at, "tx": 7, "key": key, "before": None, "after": after, **more}
    return json.dumps(envelope).encode()


def customer(op: str, lsn: Any, number: Any, at: str = AT, **fields: Any) -> bytes:
    """Return a change of a customer; a delete has no row after it."""
    row = {
        "customer_id": number,
        "name": f"Nora Quill {number}",
        "email": f"nora{number}@mail.example",
        "country": "DE",
        "city": "Leipzig",
        "segment": "new",
        "registered_at": "2025-08-15T10:00:00.000Z",
        "updated_at": at,
    }
    moment = max(at, "2025-10-01T00:00:00.000Z")
    if op == "d":
        return change(op, lsn, moment, {"customer_id": number}, None, before=row | fields)
    return change(op, lsn, moment, {"customer_id": number}, row | fields)


def order(op: str, lsn: Any, number: Any, at: str = AT, **fields: Any) -> bytes:
    """Return a change of an order; `at` is when it was placed, `updated_at` when this became true."""
    row = {
        "order_id": number,
        "customer_id": 1,
        "ordered_at": at,
        "currency": "EUR",
        "channel": "web",
        "status": "placed",
        "amount_cents": 1000,
        "updated_at": at,
    }
    moment = fields.get("updated_at", at)
    if op == "d":
        return change(op, lsn, moment, {"order_id": number}, None, before=row | fields)
    return change(op, lsn, moment, {"order_id": number}, row | fields)


def write(folder: Path, files: dict[str, list[bytes]]) -> Path:
    """Write files of lines, by their paths below the folder; the last line has no line feed."""
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\n".join(lines))
    return folder
