"""Deliveries, written line by line."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HEADER = "payment_id,order_id,paid_at,method,amount,status"


def placed(
    order: Any, at: str, *items: tuple[Any, ...], event: str = "", customer: Any = 1, **more: Any
) -> bytes:
    """Return the event of an order; an item is a tuple of product, quantity, price in cents."""
    lines = [
        {"line_number": number, "product_id": product, "quantity": quantity, "unit_price_cents": price}
        for number, (product, quantity, price) in enumerate(items or [(7, 1, 1000)], start=1)
    ]
    body = {"order_id": order, "customer_id": customer, "currency": "EUR", "items": lines, **more}
    return _event("order_placed", event or f"e-{order}", at, body)


def changed(kind: str, order: int, at: str) -> bytes:
    """Return the event of an order that was `cancelled` or `returned`."""
    return _event(f"order_{kind}", f"e-{order}-{kind}", at, {"order_id": order})


def _event(kind: str, event: str, at: str, order: dict[str, Any]) -> bytes:
    found = {"event_id": event, "event_type": kind, "occurred_at": at, "order": order}
    return json.dumps(found).encode()


def payment(
    number: str, order: Any, at: str, amount: str = "10.00", method: str = "card", status: str = "captured"
) -> bytes:
    """Return a row of the payment provider."""
    amount = f'"{amount}"' if "," in amount else amount
    return f"{number},{order},{at},{method},{amount},{status}".encode()


def payments(*rows: bytes) -> list[bytes]:
    """Return rows below their header."""
    return [HEADER.encode(), *rows]


def customers(*rows: tuple[int, str, str]) -> list[bytes]:
    """Return a snapshot; a row is a tuple of id, country, segment."""
    header = b"customer_id,name,email,country,city,segment,registered_at"
    return [
        header,
        *(
            f"{number},Milora Sento,milora{number}@mail.example,{country},Ulm,{segment},"
            "2025-09-01T08:00:00Z".encode()
            for number, country, segment in rows
        ),
    ]


def write(folder: Path, files: Mapping[str, Iterable[bytes]]) -> Path:
    """Write lines to files below the folder and return it."""
    for name, lines in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(line + b"\n" for line in lines))
    return folder
