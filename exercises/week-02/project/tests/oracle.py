"""The oracle: what the tables must hold, computed by pandas from the delivered files alone.

It reads the contract as you do and shares no code with any solution.
"""

import csv
import io
import json
import math
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
from kit.compare import columns_of


def expected(*folders: Path) -> dict[str, list[tuple]]:
    """Return the rows of every table after all of these deliveries, one folder after the other."""
    files: dict[str, Path] = {}
    for folder in folders:
        for pattern in ("shop/orders/*/*.jsonl", "psp/payments/*/*.csv", "crm/customers/*/*.csv"):
            found = (path for path in folder.glob(pattern) if _is_date(path.parent.name))
            files |= {path.relative_to(folder).as_posix(): path for path in found}
    read: dict[str, list[dict]] = {name: [] for name in ("events", "payments", "customers", "rejects")}
    for name in sorted(files, key=lambda name: (name.split("/")[2], name)):
        source, day = name.split("/")[1], date.fromisoformat(name.split("/")[2])
        for line, raw, found in _records(name, files[name].read_bytes()):
            found = found if isinstance(found, str) else _typed(source, found, day)
            if isinstance(found, str):
                text = raw.decode(errors="replace")
                read["rejects"].append({"date": day, "file": name, "line": line, "reason": found, "raw": text})
            else:
                read["events" if source == "orders" else source].append(found)
    days = {date.fromisoformat(name.split("/")[2]) for name in files}
    return _tables({name: pd.DataFrame(rows) for name, rows in read.items()}, days)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _records(name: str, content: bytes):
    """Yield line number, bytes, and a dict or the reason `format`."""
    rows = [(n, raw.removesuffix(b"\r")) for n, raw in enumerate(content.split(b"\n"), 1) if raw.strip()]
    if name.endswith(".jsonl"):
        for number, raw in rows:
            try:
                found = json.loads(raw.decode("utf-8"))
            except (ValueError, RecursionError):
                found = "format"
            yield number, raw, found if isinstance(found, dict) else "format"
        return
    header = next(csv.reader(io.StringIO(rows[0][1].decode(errors="replace")))) if rows else []
    for number, raw in rows[1:]:
        try:
            cells = next(csv.reader(io.StringIO(raw.decode("utf-8")), strict=True))
        except (ValueError, csv.Error):
            cells = []
        yield number, raw, dict(zip(header, cells, strict=True)) if len(cells) == len(header) else "format"


def _typed(source: str, found: dict, delivered: date) -> dict | str:
    """Return a typed record with its date, or `value` or `time`."""
    try:
        row = {"orders": _event, "payments": _payment, "customers": _customer}[source](found)
    except (KeyError, ValueError, TypeError, AttributeError, OverflowError):
        return "value"
    row["date"] = row.pop("at").date() if "at" in row else delivered
    return row if delivered - timedelta(3) <= row["date"] <= delivered else "time"


def _event(found: dict) -> dict:
    order, kind = found["order"], found["event_type"]
    if kind not in {"order_placed", "order_cancelled", "order_returned"}:
        raise ValueError
    at = _moment(found["occurred_at"])
    row = {"event_id": _text(found["event_id"]), "kind": kind, "at": at, "occurred_at": at}
    row["order_id"] = _int(order["order_id"])
    if kind == "order_placed":
        currency = _text(order["currency"]).upper()
        channel = order.get("channel")
        channel = None if channel is None else _text(channel)
        items = [
            (*(_int(item[name]) for name in ("line_number", "product_id", "quantity", "unit_price_cents")),)
            for item in order["items"]
        ]
        if not re.fullmatch("[A-Z]{3}", currency) or not isinstance(order["items"], list):
            raise ValueError
        if not items or any(quantity < 1 or price < 0 for _, _, quantity, price in items):
            raise ValueError
        row |= {"customer_id": _int(order["customer_id"]), "currency": currency, "channel": channel}
        row["items"] = items
    return row


def _payment(found: dict) -> dict:
    if not re.fullmatch(r"-?[0-9]{1,12}([.,][0-9]{1,2})?", found["amount"]):
        raise ValueError
    at = _moment(found["paid_at"])
    if found["status"] not in {"captured", "failed", "refunded"}:
        raise ValueError
    return {
        "payment_id": _text(found["payment_id"]),
        "order_id": _int(found["order_id"]),
        "at": at,
        "paid_at": at,
        "method": _text(found["method"]),
        "amount_cents": round(float(found["amount"].replace(",", ".")) * 100),
        "status": found["status"],
    }


def _customer(found: dict) -> dict:
    return {
        "customer_id": _int(found["customer_id"]),
        "country": _text(found["country"]),
        "segment": _text(found["segment"]),
    }


def _text(value) -> str:
    if not isinstance(value, str) or value == "":
        raise ValueError
    value.encode()  # JSON can name half a character, which no file can hold
    return value


def _int(value) -> int:
    if isinstance(value, bool) or not (isinstance(value, int) or re.fullmatch(r"[0-9]{1,18}", value)):
        raise ValueError
    if abs(int(value)) >= 10**18:
        raise ValueError
    return int(value)


def _moment(value: str) -> datetime:
    at = datetime.fromisoformat(_text(value))
    if at.tzinfo is None:
        raise ValueError
    return at.astimezone(UTC)


def _tables(read: dict[str, pd.DataFrame], days: set[date]) -> dict[str, list[tuple]]:
    events, duplicate_events = _first(read["events"], ["date", "event_id"])
    payments, duplicate_payments = _first(read["payments"], ["date", "payment_id"])
    customers, _ = _first(read["customers"], ["date", "customer_id"])
    rejects = read["rejects"].reindex(columns=columns_of("quarantine_rejects"))
    events = events.reindex(
        columns=[*events.columns, *({"kind", "items", "currency", "channel", "customer_id", "order_id", "date"} - {*events})]
    )
    orders = events[events.kind == "order_placed"]
    changes = events[events.kind != "order_placed"].assign(
        change=lambda frame: [kind.replace("order_", "") for kind in frame.kind]
    )
    items = pd.DataFrame(
        [(row.date, row.order_id, *item) for row in orders.itertuples() for item in row.items_],
        columns=columns_of("silver_order_items"),
    ) if len(orders := orders.rename(columns={"items": "items_"})) else pd.DataFrame(
        columns=columns_of("silver_order_items")
    )
    sales = _sales(orders, items, customers)
    known: dict[int, list[tuple[date, str]]] = {}
    for day, order, currency in zip(orders.date, orders.order_id, orders.currency, strict=True):
        known.setdefault(order, []).append((day, currency))
    matched = payments.reindex(columns=columns_of("silver_payments"))
    near = [
        [one for one in known.get(order, ()) if 0 <= (paid - one[0]).days <= 30]
        for paid, order in zip(matched.date, matched.order_id, strict=True)
    ]
    matched["orphan"] = [not orders for orders in near]
    matched["currency"] = [max(orders)[1] if orders else "none" for orders in near]
    dates = sorted(days | {*events.date} | {*payments.reindex(columns=["date"]).date})
    flow = [
        (
            day,
            int((orders.date == day).sum()),
            int(((changes.date == day) & (changes.change == "cancelled")).sum()),
            int(((changes.date == day) & (changes.change == "returned")).sum()),
            int((matched.date == day).sum()),
            int(((matched.date == day) & matched.orphan).sum()),
            duplicate_events.get(day, 0) + duplicate_payments.get(day, 0),
            int((rejects.date == day).sum()),
        )
        for day in dates
    ]
    frames = {
        "silver_orders": orders,
        "silver_order_items": items,
        "silver_order_changes": changes,
        "silver_payments": payments,
        "silver_customers": customers,
        "quarantine_rejects": rejects,
        "gold_daily_sales": sales,
        "gold_daily_payments": _paid(matched),
    }
    found = {name: _rows(frame, columns_of(name)) for name, frame in frames.items()}
    return found | {"gold_daily_flow": flow}


def _first(frame: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, dict[date, int]]:
    """Return the first record of each key, and how many others each date has."""
    if frame.empty:
        return frame.reindex(columns=key), {}
    again = frame.duplicated(key)
    return frame[~again], frame[again].groupby("date").size().to_dict()


def _sales(orders: pd.DataFrame, items: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    if orders.empty:
        return pd.DataFrame(columns=columns_of("gold_daily_sales"))
    bought = items.assign(cents=items.quantity * items.unit_price_cents)
    bought = bought.groupby(["date", "order_id"], as_index=False)[["quantity", "cents"]].sum()
    joined = orders.merge(bought, how="left", on=["date", "order_id"]).merge(
        customers.reindex(columns=["date", "customer_id", "segment"]), how="left", on=["date", "customer_id"]
    )
    joined = joined.fillna({"channel": "unknown", "segment": "unknown"})
    return joined.groupby(["date", "currency", "channel", "segment"], as_index=False).agg(
        orders=("order_id", "size"), units=("quantity", "sum"), gross_cents=("cents", "sum")
    )


def _paid(matched: pd.DataFrame) -> pd.DataFrame:
    frame = matched[["date", "currency", "method"]].copy()
    for status in ("captured", "refunded", "failed"):
        frame[status] = (matched.status == status).astype(int)
        frame[f"{status}_cents"] = matched.amount_cents.where(matched.status == status, 0)
    return frame.groupby(["date", "currency", "method"], as_index=False).sum()


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple]:
    def plain(value):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return None
        if isinstance(value, pd.Timestamp):
            return value.to_pydatetime()
        return int(value) if isinstance(value, float) or type(value).__module__ == "numpy" else value

    return [tuple(map(plain, row)) for row in frame.reindex(columns=columns).itertuples(index=False, name=None)]
