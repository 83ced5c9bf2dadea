"""What the marketplace's source systems deliver each day, as dirty as real files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from seniorde.datasets._columns import (
    TEXT,
    Choice,
    Columns,
    Dice,
    Numbers,
    hexadecimal,
    joined,
    milliseconds,
    padded,
    stamps,
    words,
)  # fmt: skip

# Each kind of dirt, and what it does to the files.
DIRT = {
    "late": "order events and payments that are delivered one to three days after they happened",
    "duplicate": "an order event or a payment delivered again under its id, in the same or a later file",
    "malformed": "JSON lines cut short, CSV rows that lack columns; delivered again whole",
    "types": 'amounts such as "12,50"; "N/A", delivered again whole; quantities as text, such as "2"',
    "drift": "orders get gift_note from 10 October, parcels' weight moves and is called weight_kg from the "
    "20th, and customer_id comes as text in a few events",
    "personal": "e-mail addresses and telephone numbers in gift_note, from 10 October",
    "orphans": "payments for orders that do not exist",
    "negative": "orders with quantities of 0 and below, delivered again whole",
    "case": "currencies in small letters",
    "zones": "occurred_at in Berlin's time: +02:00, and +01:00 once the clocks go back",
    "empty": "an orders file of no bytes on 5 October, a payments file of a header alone on the 12th",
    "twice": "the payments of 8 October delivered a second time, under another name",
    "future": "order events of the year 2031, from a wrong clock, delivered again whole",
}
START = datetime(2025, 10, 1, tzinfo=UTC)
DAYS = 28
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000
BEGIN = int(START.timestamp()) * SECOND
END = BEGIN + DAYS * DAY
_CLOCKS_CHANGE = BEGIN + 25 * DAY + HOUR
CHANNELS_FROM, _NOTES_FROM, _WEIGHT_KG_FROM = (BEGIN + day * DAY for day in (14, 9, 19))
_SIX_YEARS = 2_191 * DAY

# How often a row is spoiled, of 10,000; a row has one fault at most.
_ORDER_FAULTS = {
    "late": 300, "duplicate": 200, "malformed": 60, "types": 100, "text id": 80, "personal": 120,
    "negative": 60, "case": 200, "zones": 300, "future": 50,
}  # fmt: skip
_PAYMENT_FAULTS = {"late": 300, "duplicate": 200, "malformed": 60, "types": 150, "missing": 60, "orphans": 60}
_PARCEL_FAULTS = {"malformed": 60}
_DIRT_OF = {"text id": "drift", "missing": "types"}
_OF_PLACED_ORDERS = ["types", "text id", "personal", "negative", "case"]
_SENT_AGAIN = ["duplicate", "malformed", "missing", "negative", "future"]

_SOURCES = ("shop/orders", "psp/payments", "carrier/parcels", "crm/customers", "crm/sellers", "crm/products")
_PARCELS_HEADER = ("parcel_id", "order_id", "carrier", "weight", "shipped_at", "delivered_at")
_PARCELS_HEADER_LATER = ("parcel_id", "weight_kg", "order_id", "carrier", "shipped_at", "delivered_at")

_NOTES = ("Happy birthday!", "Thank you for everything", "For your new home", "See you soon")
_UTC = "%Y-%m-%dT%H:%M:%SZ"

_Files = Iterator[tuple[str, bytes]]


class Story(NamedTuple):
    """The tables as columns, and beside them what only the files tell: when an order was undone."""

    tables: dict[str, Columns]
    ordered_at: Numbers
    undone_at: Numbers  # cancelled or returned; END where neither
    status: Numbers  # 0 placed, 1 cancelled, 2 returned
    lines: Numbers  # of each order


def write(folder: Path, story: Story, seed: int, dirt: Collection[str]) -> list[Path]:
    """Write what the sources deliver, a folder a source and a day of delivery (UTC); return the paths.

    `shop/orders`: JSON lines, a file for each six hours in which something came, in order of arrival.
    `psp/payments`: CSV. `carrier/parcels`: CSV with semicolons and Berlin's time; a parcel's row comes
    when it is shipped, and again, complete, when it is delivered. `crm`: the state at the end of each day.
    """
    for source in _SOURCES:
        for old in folder.glob(f"{source}/????-??-??/*"):
            old.unlink()
    paths = []
    for deliver in (_order_files, _payment_files, _parcel_files, _snapshot_files):
        for name, content in deliver(story, seed, frozenset(dirt)):
            paths.append(folder / name)
            paths[-1].parent.mkdir(parents=True, exist_ok=True)
            paths[-1].write_bytes(content)
    return sorted(paths)


class _Rows(NamedTuple):
    """What arrives, in order: positions in a table, when, and what spoils each."""

    row: Numbers
    at: Numbers
    fault: NDArray[np.str_]

    def have(self, fault: str) -> Choice:
        found: Choice = self.fault == fault
        return found


def _arrivals(
    dice: Dice, at: Numbers, faults: Mapping[str, int], dirt: Collection[str], placed: Choice | None = None
) -> _Rows:
    """Return what arrives of the rows that happened at these times; the dice fall alike for any dirt."""
    size = len(at)
    names = np.array([name if _DIRT_OF.get(name, name) in dirt else "" for name in faults] + [""])
    fault = names[dice.pick((*faults.values(), 10_000 - sum(faults.values())), size)]
    fault[(at >= END - 3 * DAY) & np.isin(fault, ["late", *_SENT_AGAIN])] = ""
    fault[(at < _NOTES_FROM) & (fault == "personal")] = ""
    if placed is not None:
        fault[~placed & np.isin(fault, _OF_PLACED_ORDERS)] = ""
    comes = at + (fault == "late") * (1 + dice.below(3, size)) * DAY
    wait = HOUR + dice.below(10 * HOUR, size)
    wait[(fault == "orphans") | (fault == "duplicate") & (dice.below(2, size) == 0)] = 5 * SECOND
    again = np.flatnonzero(np.isin(fault, [*_SENT_AGAIN, "orphans"]))
    rows = np.concatenate([np.arange(size), again])
    comes = np.concatenate([comes, np.minimum(comes + wait, END - 1)[again]])
    orphan = fault == "orphans"
    fault = np.concatenate([np.where(orphan, "", fault), np.where(orphan, fault, "")[again]])
    order = np.argsort(comes, kind="stable")
    return _Rows(rows[order], comes[order], fault[order])


def _order_files(story: Story, seed: int, dirt: frozenset[str]) -> _Files:
    """Yield the order events, as JSON lines in files of six hours."""
    dice, orders = Dice(seed, 20), story.tables["orders"]
    undone = np.flatnonzero(story.undone_at < END)
    order = np.concatenate([np.arange(len(story.ordered_at)), undone])
    at = np.concatenate([story.ordered_at, story.undone_at[undone]])
    kind = np.concatenate([np.zeros_like(story.ordered_at), story.status[undone]])
    by_time = np.lexsort((order, at))
    order, at, kind = order[by_time], at[by_time], kind[by_time]
    event_id = hexadecimal(np.arange(len(at)), seed)
    noted = (dice.below(100, len(at)) < 8) & (at >= _NOTES_FROM) & ("drift" in dirt)
    note, number = dice.below(len(_NOTES), len(at)), dice.below(1_000, len(at))

    rows = _arrivals(dice, at, _ORDER_FAULTS, dirt, kind == 0)
    order, at, kind, note, number = (values[rows.row] for values in (order, at, kind, note, number))
    noted, placed = noted[rows.row] & ~rows.have("personal"), kind == 0
    hours = rows.have("zones") * np.where(at < _CLOCKS_CHANGE, 2, 1)
    head = joined(
        '{"event_id":"', event_id.take(rows.row), '","event_type":"order_',
        words(("placed", "cancelled", "returned"), kind), '","occurred_at":"',
        stamps(at + hours * HOUR + rows.have("future") * _SIX_YEARS, "%Y-%m-%dT%H:%M:%S", "ms"),
        words(("Z", "+01:00", "+02:00"), hours), '","order":{"order_id":', orders["order_id"].take(order),
    )  # fmt: skip
    customer = orders["customer_id"].take(order)
    quote = words(("", '"'), rows.have("text id"))
    currency = orders["currency"].take(order)
    body = joined(
        ',"customer_id":', quote, customer, quote,
        ',"currency":"', pc.if_else(rows.have("case"), pc.utf8_lower(currency), currency), '"',
        pc.fill_null(joined(',"channel":"', orders["channel"].take(order), '"'), ""),
        ',"items":[', _items_text(story, np.where(placed, order, -1), rows), "]",
        pc.if_else(noted, joined(',"gift_note":"', words(_NOTES, note), '"'), ""),
    )  # fmt: skip
    private = joined(
        ',"gift_note":"Ring +49 30 23125 ', padded(number, 3),  # a number kept for fiction
        ", or write to customer", customer, '@mail.example"',
    )  # fmt: skip
    body = pc.if_else(rows.have("personal"), joined(body, private), body)
    lines = joined(head, pc.if_else(placed, body, ""), "}}")
    lines = spoiled(lines, rows.have("malformed"), cut_short)
    for part, content in cut_up(lines, (rows.at - BEGIN) // (6 * HOUR), 4 * DAYS):
        if content:
            yield f"shop/orders/{day_of(part // 4)}/orders-{part % 4:02d}.jsonl", content
    if "empty" in dirt:
        yield "shop/orders/2025-10-05/orders-04.jsonl", b""


def _items_text(story: Story, order: Numbers, rows: _Rows) -> pa.Array:
    """Return the JSON of the lines of each order; of none where the order is -1."""
    items = story.tables["order_items"]
    count = np.where(order < 0, 0, story.lines[order])
    begin = (np.cumsum(story.lines) - story.lines)[order]
    ends = np.cumsum(count)
    event = np.repeat(np.arange(len(order)), count)
    line = begin[event] + np.arange(len(event)) - (ends - count)[event]
    quantity = items["quantity"].to_numpy()[line]
    quantity = np.where(rows.have("negative")[event], 1 - quantity, quantity)
    quote = words(("", '"'), rows.have("types")[event])
    text = joined(
        '{"line_number":', items["line_number"].take(line), ',"product_id":', items["product_id"].take(line),
        ',"quantity":', quote, quantity, quote,
        ',"unit_price_cents":', items["unit_price_cents"].take(line), "}",
    )  # fmt: skip
    offsets = pa.array(np.append(0, ends).astype(np.int32))
    return pc.binary_join(pa.ListArray.from_arrays(offsets, text), ",")


def _payment_files(story: Story, seed: int, dirt: frozenset[str]) -> _Files:
    """Yield the payments, a CSV file a day."""
    payments = story.tables["payments"]
    at = milliseconds(payments["paid_at"])
    rows = _arrivals(Dice(seed, 21), at, _PAYMENT_FAULTS, dirt)
    orphan = rows.have("orphans")
    cents = payments["amount_cents"].to_numpy()[rows.row]
    sign, whole, part = words(("", "-"), cents < 0), np.abs(cents) // 100, padded(np.abs(cents) % 100, 2)
    amount = joined(sign, whole, ".", part)
    amount = pc.if_else(rows.have("types"), joined('"', sign, whole, ",", part, '"'), amount)
    lines = joined(
        "p-", padded(rows.row + 1 + orphan * 50_000_000, 8), ",",
        payments["order_id"].to_numpy()[rows.row] + orphan * 5_000_000, ",",
        stamps(at[rows.row], _UTC, "ms"), ",", payments["method"].take(rows.row), ",",
        pc.if_else(rows.have("missing"), "N/A", amount), ",", payments["status"].take(rows.row),
    )  # fmt: skip
    lines = spoiled(lines, rows.have("malformed"), lambda line: line.rsplit(",", 1 + len(line) % 3)[0])
    header = b"payment_id,order_id,paid_at,method,amount,status\n"
    for day, content in cut_up(lines, (rows.at - BEGIN) // DAY, DAYS):
        yield f"psp/payments/{day_of(day)}/payments.csv", header + content
        if "twice" in dirt and day_of(day) == "2025-10-08":
            yield f"psp/payments/{day_of(day)}/payments-copy.csv", header + content
    if "empty" in dirt:
        yield "psp/payments/2025-10-12/payments-02.csv", header


def _parcel_files(story: Story, seed: int, dirt: frozenset[str]) -> _Files:
    """Yield the parcels, a CSV file a day: a row when one is shipped, one more when it is delivered."""
    parcels = story.tables["parcels"]
    shipped, delivered = (milliseconds(parcels[name]) for name in ("shipped_at", "delivered_at"))
    arrived = np.flatnonzero(delivered >= 0)
    parcel = np.concatenate([np.arange(len(shipped)), arrived])
    at = np.concatenate([shipped, delivered[arrived]])
    by_time = np.argsort(at, kind="stable")
    complete, parcel, at = by_time >= len(shipped), parcel[by_time], at[by_time]
    rows = _arrivals(Dice(seed, 22), at, _PARCEL_FAULTS, dirt)
    parcel, complete = parcel[rows.row], complete[rows.row]

    def berlin(times: Numbers) -> pa.Array:
        return stamps(times + np.where(times < _CLOCKS_CHANGE, 2, 1) * HOUR, "%Y-%m-%d %H:%M:%S")

    grams = parcels["weight_grams"].to_numpy()[parcel]
    fields = {name: parcels[name].take(parcel) for name in ("parcel_id", "order_id", "carrier")}
    fields["weight"] = fields["weight_kg"] = joined(grams // 1_000, ".", padded(grams % 1_000, 3))
    fields["shipped_at"] = berlin(shipped[parcel])
    fields["delivered_at"] = pc.if_else(complete, berlin(delivered[parcel]), "")
    drifted = (rows.at >= _WEIGHT_KG_FROM) & ("drift" in dirt)
    before, after = (
        joined(*(fields[name] for name in header), separator=";")
        for header in (_PARCELS_HEADER, _PARCELS_HEADER_LATER)
    )
    lines = pc.if_else(drifted, after, before)
    lines = spoiled(lines, rows.have("malformed"), lambda line: line.rsplit(";", 1 + len(line) % 3)[0])
    for day, content in cut_up(lines, (rows.at - BEGIN) // DAY, DAYS):
        later = "drift" in dirt and BEGIN + day * DAY >= _WEIGHT_KG_FROM
        header = ";".join(_PARCELS_HEADER_LATER if later else _PARCELS_HEADER)
        yield f"carrier/parcels/{day_of(day)}/parcels.csv", f"{header}\n".encode() + content


def _snapshot_files(story: Story, seed: int, dirt: frozenset[str]) -> _Files:
    """Yield the customers, sellers and products as they are at the end of each day."""
    products = story.tables["products"]
    quote = {name: '"' if values.type == TEXT else "" for name, values in products.items()}
    fields = [(f',"{name}":{quote[name]}', values, quote[name]) for name, values in products.items()]
    all_products = _whole_file(joined("{", *(part for field in fields for part in field), "}")).replace(
        b"{,", b"{"
    )
    all_sellers = _csv(story.tables["sellers"])

    versions = story.tables["customer_versions"]
    owner, since = versions["customer_id"].to_numpy(), milliseconds(versions["valid_from"])
    customers = story.tables["customers"]
    customers = customers | {"registered_at": stamps(milliseconds(customers["registered_at"]), _UTC)}
    for day in range(DAYS):
        known = np.flatnonzero(since < BEGIN + (day + 1) * DAY)
        last = known[np.flatnonzero(np.diff(owner[known], append=0))]
        state = {name: values.take(pa.array(owner[last] - 1)) for name, values in customers.items()}
        state |= {name: versions[name].take(pa.array(last)) for name in ("city", "segment")}
        yield f"crm/customers/{day_of(day)}/customers.csv", _csv(state)
        yield f"crm/sellers/{day_of(day)}/sellers.csv", all_sellers
        yield f"crm/products/{day_of(day)}/products.jsonl", all_products


def spoiled(lines: pa.Array, which: Choice, spoil: Callable[[str], str]) -> pa.Array:
    """Return the lines, the chosen ones spoiled."""
    bad = pa.array(which)
    return pc.replace_with_mask(
        lines, bad, pa.array([spoil(line) for line in lines.filter(bad).to_pylist()], TEXT)
    )


def cut_short(line: str) -> str:
    """Return the first half of a line, or more; never all of it."""
    return line[: len(line) * (45 + len(line) % 50) // 100]


def cut_up(lines: pa.Array, part: Numbers, parts: int) -> Iterator[tuple[int, bytes]]:
    """Yield the lines of each part as bytes; the parts stand in order."""
    _, offsets, data = joined(lines, "\n").buffers()
    ends = np.frombuffer(offsets, np.int32, len(lines) + 1)[np.searchsorted(part, np.arange(parts + 1))]
    for number in range(parts):
        yield number, memoryview(data)[ends[number] : ends[number + 1]].tobytes() if data else b""


def _csv(columns: Columns) -> bytes:
    return f"{','.join(columns)}\n".encode() + _whole_file(joined(*columns.values(), separator=","))


def _whole_file(lines: pa.Array) -> bytes:
    return next(cut_up(lines, np.zeros(len(lines), np.int64), 1))[1]


def day_of(number: int) -> str:
    return f"{START + timedelta(number):%Y-%m-%d}"
