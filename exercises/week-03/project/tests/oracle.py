"""The oracle: what the tables must hold, computed in plain Python from the delivered files alone.

It reads the contract as you do and shares no code with any solution.
"""

import json
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from kit.compare import columns_of

PER_EURO = {"EUR": 100, "GBP": 87, "PLN": 425, "SEK": 1100}  # hundredths
KEYS = {"customers": "customer_id", "orders": "order_id"}
TEXT, MAYBE, WHOLE, MOMENT = "text", "text or null", "whole number", "moment"
FIELDS = {
    "customers": {
        "name": MAYBE,
        "email": MAYBE,
        "country": TEXT,
        "city": MAYBE,
        "segment": TEXT,
        "loyalty": MAYBE,
        "registered_at": MOMENT,
        "updated_at": MOMENT,
    },
    "orders": {
        "customer_id": WHOLE,
        "ordered_at": MOMENT,
        "currency": TEXT,
        "channel": MAYBE,
        "status": TEXT,
        "amount_cents": WHOLE,
        "updated_at": MOMENT,
    },
}


def expected(*folders: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table after all of these deliveries."""
    bronze = [line for folder in folders for line in lines(folder)]
    aside, changes = [], defaultdict(list)
    for line in bronze:
        found = judged(line["source"], line["raw"])
        if isinstance(found, str):
            aside.append({**line, "reason": found})
        else:
            changes[line["source"]].append({**line, **found})
    state = {source: latest(changes[source], key) for source, key in KEYS.items()}
    versions = [one for rows in by_key(changes["customers"], "customer_id") for one in history(rows)]
    tables = {
        "bronze/changes": bronze,
        "quarantine/lines": aside,
        "silver/customers": state["customers"],
        "silver/orders": state["orders"],
        "silver/customer_versions": versions,
        "gold/daily_orders": daily_orders(state["orders"], versions),
        "gold/daily_customers": daily_customers({line["delivered"] for line in bronze}, versions),
        "gold/quality": quality(bronze, aside, changes),
    }
    return {
        name: [tuple(row.get(one) for one in columns_of(name)) for row in rows]
        for name, rows in tables.items()
    }


def lines(folder: Path) -> list[dict[str, Any]]:
    """Return the lines that a folder delivers."""
    found = []
    for path in sorted(folder.glob("cdc/*/*/*.jsonl")):
        source, day = path.parts[-3:-1]
        try:
            delivered = date.fromisoformat(day)
        except ValueError:
            continue
        if source in KEYS and str(delivered) == day:
            place = {"source": source, "delivered": delivered, "file": f"cdc/{source}/{day}/{path.name}"}
            texts = path.read_bytes().decode().split("\n")
            found += [
                {**place, "line": number, "raw": text} for number, text in enumerate(texts, 1) if text.strip()
            ]
    return found


def judged(source: str, raw: str) -> dict[str, Any] | str:
    """Return a change, or the reason why a line is none."""
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return "format"
    if not isinstance(body, dict):
        return "format"
    key = body.get("key")
    key = key.get(KEYS[source]) if isinstance(key, dict) else None
    if not whole(key):
        return "key"
    row = body.get("after")
    at = moment(body.get("ts"))
    if body.get("op") not in ("r", "c", "u", "d") or not whole(body.get("lsn")) or at is None:
        return "schema"
    change = {"op": body["op"], "lsn": body["lsn"], "ts": at, KEYS[source]: key}
    if body["op"] == "d":
        return change
    if not isinstance(row, dict):
        return "schema"
    for name, kind in FIELDS[source].items():
        value = row.get(name)
        good = {
            TEXT: isinstance(value, str),
            MAYBE: value is None or isinstance(value, str),
            WHOLE: whole(value),
            MOMENT: moment(value) is not None,
        }[kind]
        if not good or (name == "currency" and value not in PER_EURO):
            return "schema"
        change[name] = moment(value) if kind == MOMENT else value
    return change


def _no_constant(name: str) -> Any:
    """NaN and Infinity are Python's; JSON has no such numbers."""
    raise ValueError(name)


def whole(value: Any) -> bool:
    """A whole number of 64 bits, as a `bigint` holds it."""
    return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63


def moment(value: Any) -> datetime | None:
    pattern = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)"
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.ASCII):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):  # the first day of the year 1, east of Greenwich
        return None


def by_key(changes: list[dict], key: str) -> list[list[dict]]:
    """Return each key's changes by lsn, each once."""
    found: dict[int, dict[int, dict]] = defaultdict(dict)
    for change in changes:
        found[change[key]].setdefault(change["lsn"], change)
    return [[one[lsn] for lsn in sorted(one)] for one in found.values()]


def latest(changes: list[dict], key: str) -> list[dict]:
    return [rows[-1] for rows in by_key(changes, key) if rows[-1]["op"] != "d"]


def history(rows: list[dict]) -> list[dict]:
    """Return a customer's versions."""
    found: list[dict] = []
    current = None
    for row in rows:
        values = None if row["op"] == "d" else tuple(row[name] for name in ("country", "segment", "loyalty"))
        if values == current:
            continue
        at = row["ts"] if values is None else row["updated_at"]
        if current is not None:
            found[-1]["valid_to"] = at
        if values is not None:
            found.append({**row, "valid_from": at, "valid_to": None})
        current = values
    return [one for one in found if one["valid_to"] is None or one["valid_from"] < one["valid_to"]]


def daily_orders(orders: list[dict], versions: list[dict]) -> list[dict]:
    of = defaultdict(list)
    for one in versions:
        of[one["customer_id"]].append(one)
    sums: dict[tuple, list[int]] = defaultdict(lambda: [0, 0])
    for order in orders:
        if order["status"] == "cancelled":
            continue
        at = order["ordered_at"]
        then = next((one for one in of[order["customer_id"]] if valid(one, at)), {})
        place = (at.date(), then.get("country"), then.get("segment"), order["channel"])
        found = sums[tuple("unknown" if one is None else one for one in place)]
        per_euro = PER_EURO[order["currency"]]
        found[0] += 1
        found[1] += (order["amount_cents"] * 100 * 2 + per_euro) // (2 * per_euro)
    names = ("date", "country", "segment", "channel", "orders", "eur_cents")
    return [dict(zip(names, (*key, *values), strict=True)) for key, values in sums.items()]


def valid(version: dict, at: datetime) -> bool:
    return version["valid_from"] <= at and (version["valid_to"] is None or at < version["valid_to"])


def daily_customers(days: set[date], versions: list[dict]) -> list[dict]:
    found: Counter = Counter()
    for day in days:
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(1)
        found.update(
            (day, one["segment"])
            for one in versions
            if one["valid_from"] < end and (one["valid_to"] is None or one["valid_to"] >= end)
        )
    return [{"date": day, "segment": segment, "customers": count} for (day, segment), count in found.items()]


def quality(bronze: list[dict], aside: list[dict], changes: dict[str, list[dict]]) -> list[dict]:
    days: dict[tuple, dict] = {}
    for line in bronze:
        place = (line["source"], line["delivered"])
        empty = {"files": set(), "lines": 0, "quarantined": 0, "duplicates": 0, "latest": None}
        found = days.setdefault(place, {"source": place[0], "delivered": place[1], **empty})
        found["files"].add(line["file"])
        found["lines"] += 1
    for line in aside:
        days[line["source"], line["delivered"]]["quarantined"] += 1
    for source, rows in changes.items():
        seen = set()
        for row in sorted(rows, key=lambda one: (one["delivered"], one["file"], one["line"])):
            found = days[source, row["delivered"]]
            found["duplicates"] += row["lsn"] in seen
            found["latest"] = max(found["latest"] or row["ts"], row["ts"])
            seen.add(row["lsn"])
    return [{**found, "files": len(found["files"])} for found in days.values()]
