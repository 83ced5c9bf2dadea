"""The marketplace's change feed over the same 28 days: what its customers and orders went through.

The customers and orders are those of `marketplace` at the same scale and seed, without the customers who
asked to be forgotten and the test orders that were purged. A line of the files has the shape of Debezium's
envelope; `lsn` grows over the whole feed, is unique to a change, and is the order of truth.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from seniorde.datasets import _columns, _deliveries, marketplace
from seniorde.datasets._columns import (
    TEXT,
    Choice,
    Columns,
    Dice,
    Numbers,
    joined,
    milliseconds,
    moments,
    stamps,
    whole,
    words,
)  # fmt: skip
from seniorde.datasets._dataset import Dataset
from seniorde.datasets._deliveries import (
    BEGIN,
    DAY,
    DAYS,
    END,
    HOUR,
    MINUTE,
    SECOND,
    START,
    Story,
    cut_short,
    cut_up,
    day_of,
    spoiled,
)  # fmt: skip

__all__ = ["DATASET", "DAYS", "DIRT", "START", "TRACKED", "tables", "write"]

# Each kind of dirt, and what it does to the files.
DIRT = {
    "duplicate": "a line delivered again with its lsn, in the same or a later file",
    "disorder": "a line delivered minutes to two days late, after younger lines of its key; every second "
    "customer who is forgotten, and test order that is purged, has an update that comes after its delete",
    "malformed": "a line cut short; delivered again whole, up to eleven hours later",
    "twice": "a whole file delivered again under another name: the orders of 8 October, 6 to 12 o'clock, "
    "on the 9th, and the first file of the customers, with the snapshot, on the 15th",
    "breaking": "a number as a customer's segment, from 22 October; delivered again right, up to eleven "
    "hours later, with its lsn",
    "null_key": "a line without key, and without the key's column in its rows; nothing is lost with it",
    "gap": "the orders of 16 October, 12 to 18 o'clock, delivered three days late",
}
# The columns whose changes open a version of a customer.
TRACKED = ("city", "segment", "loyalty")

_LOYALTY_FROM, _BREAKING_FROM = BEGIN + 9 * DAY, BEGIN + 21 * DAY
_WINDOW = 6 * HOUR
_SEGMENTS = ("new", "regular", "vip")
_TABLES = {"customers": "customer_id", "orders": "order_id"}
_KEYS: dict[str, tuple[str, ...]] = {
    "customers": ("customer_id",),
    "customer_versions": ("customer_id", "valid_from"),
    "orders": ("order_id",),
    "changes": ("lsn",),
}

# How often a line is spoiled, of 10,000; a line has one fault at most.
_FAULTS = {
    "customers": {"duplicate": 400, "disorder": 500, "malformed": 100, "null_key": 100},
    "orders": {"duplicate": 250, "disorder": 500, "malformed": 60, "null_key": 30},
}
_SENT_AGAIN = ["duplicate", "malformed", "breaking", "null_key"]
# A file that comes again, or later: its table, day and part; the days that it takes; its name then.
_TWICE = {("customers", 0, 0): (14, "again"), ("orders", 7, 1): (1, "again")}
_GAP = {("orders", 15, 2): (3, "late")}


class _Feed(NamedTuple):
    """The changes of one table, by key and then by age: a row after each, and what is known of it."""

    row: Columns  # as the change left it; as it was, for a delete
    key: Numbers
    at: Numbers  # before the feed begins, for a row of the snapshot
    op: NDArray[np.str_]
    waits: Numbers  # how late the line comes if there is disorder; 0 where chance decides


def tables(scale: float, seed: int) -> dict[str, pa.Table]:
    """Return the state after the last change, the customers' versions, and all changes in order.

    `customer_versions`: a version opens when a column of TRACKED changes, at its `updated_at`; a delete
    closes the last one. `changes`: every change once, `key`, `before` and `after` as JSON text.
    """
    feeds = _feeds(marketplace.story(scale, seed), seed)
    customers, orders = (pa.table(_state(feed)) for feed in feeds.values())
    found = {"customers": customers, "customer_versions": _versions(feeds["customers"]), "orders": orders}
    parts = [_changes(table, feed, *numbers) for (table, feed), numbers in _numbered(feeds, seed)]
    return found | {"changes": pa.concat_tables(parts).sort_by("lsn")}


def write(folder: Path, scale: float, seed: int, dirt: Collection[str]) -> list[Path]:
    """Write the feed into folders such as `cdc/orders/2025-10-01`, a table and a day of delivery (UTC).

    JSON lines, a file for each six hours in which something came, in order of arrival: `changes-00.jsonl`
    to `changes-03.jsonl`. The customers' first file begins with the snapshot. Rows of customers have
    `loyalty` from 10 October.
    """
    for table in _TABLES:
        for old in folder.glob(f"cdc/{table}/????-??-??/*"):
            old.unlink()
    feeds = _feeds(marketplace.story(scale, seed), seed)
    paths = []
    for (table, feed), numbers in _numbered(feeds, seed):
        for name, content in _files(table, feed, *numbers, seed, frozenset(dirt)):
            paths.append(folder / "cdc" / table / name)
            paths[-1].parent.mkdir(parents=True, exist_ok=True)
            paths[-1].write_bytes(content)
    return sorted(paths)


def _feeds(story: Story, seed: int) -> dict[str, _Feed]:
    return {"customers": _customers(story, Dice(seed, 30)), "orders": _orders(story, Dice(seed, 31))}


def _customers(story: Story, dice: Dice) -> _Feed:
    """Return what customers go through: versions, another e-mail address, loyalty, and being forgotten."""
    customers, versions = story.tables["customers"], story.tables["customer_versions"]
    size = len(customers["customer_id"])
    registered = milliseconds(customers["registered_at"])
    owner, since = (
        versions["customer_id"].to_numpy().astype(np.int64) - 1,
        milliseconds(versions["valid_from"]),
    )
    forgotten = _forgotten(dice, story, owner, since)
    updated = forgotten - HOUR - dice.below(18 * HOUR, size)  # soon before, and heard of after
    until = np.where(forgotten < END, updated - DAY, END)

    early = np.maximum(registered, BEGIN)
    mail = early + HOUR + dice.below(27 * DAY, size)
    mail[dice.below(12, size) > 0] = END
    chosen = np.flatnonzero(forgotten < END)
    mail[chosen] = END
    mail[chosen[::2]] = updated[chosen[::2]]
    joins = np.maximum(_LOYALTY_FROM, early + DAY) + dice.below(18 * DAY, size)
    joins[(dice.below(10, size) > 3) | (joins >= until)] = END
    rises = joins + DAY + dice.below(6 * DAY, size)
    rises[(dice.below(2, size) > 0) | (rises >= until)] = END

    who, at, kind = _events([(owner, since)], [mail, joins, rises, forgotten])
    version = np.maximum.accumulate(np.where(kind == 0, np.cumsum(kind == 0) - 1, 0))
    level = _so_far(who, (kind == 2) * (1 + dice.pick((7, 3), size)[who]) + (kind == 3))
    old_mail = (mail[who] < END) & (_so_far(who, kind == 1) == 0)
    row = {name: customers[name].take(pa.array(who)) for name in ("customer_id", "name")}
    row["email"] = joined("customer", row["customer_id"], words(("@mail.example", "@post.example"), old_mail))
    row["country"] = customers["country"].take(pa.array(who))
    row |= {name: versions[name].take(pa.array(version)) for name in ("city", "segment")}
    row["registered_at"] = customers["registered_at"].take(pa.array(who))
    row["updated_at"] = moments(at)
    row["loyalty"] = words(("", "bronze", "silver", "gold"), level, level > 0)
    op = np.array(["u", "u", "u", "u", "d"])[kind]
    first = np.diff(who, prepend=-1) > 0
    op[first] = np.where(at[first] < BEGIN, "r", "c")
    late = 43 * HOUR + dice.below(5 * HOUR, len(at))  # the day after the delete, or the next
    return _Feed(row, who, at, op, np.where((kind == 1) & (forgotten[who] < END), late, 0))


def _forgotten(dice: Dice, story: Story, owner: Numbers, since: Numbers) -> Numbers:
    """Return when each customer is forgotten: a day or more after the last that is known of him; else END."""
    size = int(owner[-1]) + 1
    last = np.full(size, BEGIN + DAY)
    np.maximum.at(last, owner, since)
    buyer = story.tables["orders"]["customer_id"].to_numpy().astype(np.int64) - 1
    np.maximum.at(last, buyer, np.where(story.undone_at < END, story.undone_at, story.ordered_at))
    begin, end = last + DAY, END - 3 * DAY
    found = np.full(size, END)
    luck = dice.below(2**31, size)
    who = _some(dice, begin < end - DAY, max(2, size // 60))
    found[who] = begin[who] + ((end - begin[who]) // SECOND * luck[who] >> 31) * SECOND
    return found


def _orders(story: Story, dice: Dice) -> _Feed:
    """Return what orders go through: some are corrected at once, undone later, purged in the night after."""
    orders, items = story.tables["orders"], story.tables["order_items"]
    at, undone, size = story.ordered_at, story.undone_at, len(story.ordered_at)
    price = items["unit_price_cents"].to_numpy().astype(np.int64) * items["quantity"].to_numpy()
    paid = np.add.reduceat(price, np.cumsum(story.lines) - story.lines)
    before = paid * (50 + dice.below(45, size)) // 100
    edited = at + np.where(dice.below(5, size) == 0, 0, 5 + dice.below(50, size)) * SECOND
    edited[(dice.below(4, size) > 0) | (edited >= END)] = END

    # A test order was cancelled, and nobody tried to pay for it.
    test = (story.status == 1) & (undone < END - 5 * DAY)
    test[story.tables["payments"]["order_id"].to_numpy() - orders["order_id"][0].as_py()] = False
    purged = np.full(size, END)
    tests = _some(dice, test, max(2, size // 500))
    purged[tests] = (undone[tests] // DAY + 1) * DAY + 2 * HOUR

    order, at, kind = _events([(np.arange(size), at)], [edited, undone, purged])
    names = ("order_id", "customer_id", "ordered_at", "currency", "channel")
    row = {name: orders[name].take(pa.array(order)) for name in names}
    gone = _so_far(order, kind == 2) > 0
    row["status"] = words(("placed", "cancelled", "returned"), np.where(gone, story.status[order], 0))
    old = (edited[order] < END) & (_so_far(order, kind == 1) == 0)
    row["amount_cents"] = whole(np.where(old, before[order], paid[order]))
    row["updated_at"] = moments(at)
    late = 47 * HOUR + dice.below(HOUR, len(at))
    chosen = (kind == 2) & np.isin(order, np.sort(tests)[::2])
    return _Feed(row, order, at, np.array(["c", "u", "u", "d"])[kind], np.where(chosen, late, 0))


def _some(dice: Dice, choice: Choice, count: int) -> Numbers:
    """Return so many of the chosen positions, or all if there are not as many."""
    found = np.flatnonzero(choice)
    chosen: Numbers = found[np.argsort(dice.below(2**31, len(found)), kind="stable")[:count]]
    return chosen


def _events(
    begin: Collection[tuple[Numbers, Numbers]], later: Collection[Numbers]
) -> tuple[Numbers, Numbers, Numbers]:
    """Return key, time and kind of all events by key and age: those of `begin`, and one a key until END."""
    parts = [*begin, *((found := np.flatnonzero(times < END), times[found]) for times in later)]
    key, at = (np.concatenate([part[place] for part in parts]) for place in (0, 1))
    kind = np.repeat(np.arange(len(parts)), [len(times) for _, times in parts])
    order = np.lexsort((kind, at, key))
    return key[order], at[order], kind[order]


def _so_far(key: Numbers, values: Numbers | Choice) -> Numbers:
    """Return the sums of what came until each event of its key."""
    sums = np.cumsum(values.astype(np.int64))
    begin = np.flatnonzero(np.diff(key, prepend=-1))
    before = (sums - values)[begin]
    return sums - np.repeat(before, np.diff(begin, append=len(key)))


def _numbered(
    feeds: Mapping[str, _Feed], seed: int
) -> Iterator[tuple[tuple[str, _Feed], tuple[Numbers, Numbers]]]:
    """Yield each table and feed with the lsn and transaction of its changes; a moment is one transaction."""
    dice = Dice(seed, 32)
    at = np.concatenate([feed.at for feed in feeds.values()])
    table = np.repeat(np.arange(len(feeds)), [len(feed.at) for feed in feeds.values()])
    order = np.lexsort((np.arange(len(at)), table, np.maximum(at, BEGIN), at >= BEGIN))
    lsn, tx = np.empty_like(at), np.empty_like(at)
    lsn[order] = 26_000_000 + 8 * np.cumsum(1 + dice.below(40, len(at)))
    moment = 2 * np.maximum(at, BEGIN - 1)[order] + table[order]
    tx[order] = 700 + np.cumsum(np.diff(moment, prepend=0) != 0)
    for number, (name, feed) in enumerate(feeds.items()):
        yield (name, feed), (lsn[table == number], tx[table == number])


def _changes(table: str, feed: _Feed, lsn: Numbers, tx: Numbers) -> pa.Table:
    """Return the changes of a table in order of lsn."""
    first = np.diff(feed.key, prepend=-1) > 0
    previous = np.maximum(np.arange(len(lsn)) - 1, 0)
    hidden = ("loyalty", feed.at < _LOYALTY_FROM)
    before = _objects({name: values.take(pa.array(previous)) for name, values in feed.row.items()}, *hidden)
    columns = {
        "table": words([table], np.zeros_like(lsn)),
        "op": pa.array(feed.op.tolist(), TEXT),
        "lsn": pa.array(lsn),
        "ts": moments(np.maximum(feed.at, BEGIN)),
        "tx": whole(tx),
        "key": _objects({_TABLES[table]: feed.row[_TABLES[table]]}),
        "before": pc.if_else(pa.array(first), pa.scalar(None, TEXT), before),
        "after": pc.if_else(pa.array(feed.op == "d"), pa.scalar(None, TEXT), _objects(feed.row, *hidden)),
    }
    return pa.table(columns).take(pa.array(np.argsort(lsn)))


def _objects(row: Columns, hidden: str = "", where: Choice | None = None) -> pa.Array:
    """Return rows as JSON; a hidden column is left out of some."""
    parts: list[str | pa.Array] = []
    for number, (name, values) in enumerate(row.items()):
        if pa.types.is_timestamp(values.type):
            values = stamps(milliseconds(values), "%Y-%m-%dT%H:%M:%SZ", "ms")
        text = joined('"', values, '"') if values.type == TEXT else values.cast(TEXT)
        part = joined("," if number else "{", f'"{name}":', pc.fill_null(text, "null"))
        parts.append(pc.if_else(pa.array(where), "", part) if name == hidden else part)
    return joined(*parts, "}")


def _state(feed: _Feed) -> Columns:
    """Return the rows that are there after the last change."""
    last = (np.diff(feed.key, append=-1) != 0) & (feed.op != "d")
    return {name: values.filter(pa.array(last)) for name, values in feed.row.items()}


def _versions(feed: _Feed) -> pa.Table:
    same = np.diff(feed.key, prepend=-1) == 0
    for name in TRACKED:
        code = pc.fill_null(feed.row[name].dictionary_encode().indices, -1).to_numpy()
        same &= np.append(False, code[1:] == code[:-1])
    opens = np.flatnonzero(~same & (feed.op != "d"))
    ends = np.flatnonzero(~same | (feed.op == "d"))  # where the version before it ends, if it is of this key
    next_end = np.append(ends, 0)[np.searchsorted(ends, opens, side="right")]
    closed = (feed.key[next_end] == feed.key[opens]) & (next_end > opens)
    row = {name: values.take(pa.array(opens)) for name, values in feed.row.items()}
    return pa.table(
        {"customer_id": row["customer_id"], "valid_from": row["updated_at"]}
        | {name: row[name] for name in TRACKED}
        | {"valid_to": moments(feed.at[next_end], closed)}
    )


def _files(
    table: str, feed: _Feed, lsn: Numbers, tx: Numbers, seed: int, dirt: frozenset[str]
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the lines of each file, in order of arrival."""
    changes, by_age = _changes(table, feed, lsn, tx), np.argsort(lsn)
    row, comes, fault = _arrivals(
        Dice(seed, 40 + list(_TABLES).index(table)), np.maximum(feed.at, BEGIN)[by_age],
        feed.op[by_age], feed.waits[by_age], _FAULTS[table], table == "customers", dirt,
    )  # fmt: skip
    columns = zip(changes.column_names, changes.columns, strict=True)
    column = {name: values.combine_chunks().take(pa.array(row)) for name, values in columns}
    lines = joined(
        '{"op":"', column["op"], '","lsn":', column["lsn"].to_numpy() + 4 * (fault == "null_key"),
        ',"ts":"', stamps(milliseconds(column["ts"]), "%Y-%m-%dT%H:%M:%SZ", "ms"), '","tx":', column["tx"],
        ',"key":', column["key"], ',"before":', pc.fill_null(column["before"], "null"),
        ',"after":', pc.fill_null(column["after"], "null"), "}",
    )  # fmt: skip
    lines = spoiled(lines, fault == "malformed", cut_short)
    lines = spoiled(lines, fault == "breaking", _with_a_number)
    lines = spoiled(lines, fault == "null_key", lambda line: _without_key(line, _TABLES[table]))
    for part, content in cut_up(lines, (comes - BEGIN) // _WINDOW, DAY // _WINDOW * DAYS):
        day, part = divmod(part, DAY // _WINDOW)
        place = (table, day, part)
        if not content:
            continue
        if place in _TWICE and "twice" in dirt:
            wait, name = _TWICE[place]
            yield f"{day_of(day + wait)}/changes-{part:02d}-{name}.jsonl", content
        if place in _GAP and "gap" in dirt:
            wait, name = _GAP[place]
            yield f"{day_of(day + wait)}/changes-{part:02d}-{name}.jsonl", content
        else:
            yield f"{day_of(day)}/changes-{part:02d}.jsonl", content


def _arrivals(
    dice: Dice,
    at: Numbers,
    op: NDArray[np.str_],
    waits: Numbers,
    faults: Mapping[str, int],
    numbers: bool,
    dirt: Collection[str],
) -> tuple[Numbers, Numbers, NDArray[np.str_]]:
    """Return what arrives, in order: the change, when, and what spoils it."""
    size = len(at)
    names = np.array([name if name in dirt else "" for name in faults] + [""], "U9")
    fault = names[dice.pick((*faults.values(), 10_000 - sum(faults.values())), size)]
    fault[(op == "r") & (fault != "duplicate")] = ""
    fault[(at >= END - 3 * DAY) & (fault == "disorder")] = ""
    if numbers and "breaking" in dirt:
        fault[np.flatnonzero((at >= _BREAKING_FROM) & (op != "d"))[::5]] = "breaking"
    fault[at >= END - DAY] = ""
    if "disorder" in dirt:
        fault[waits > 0] = "disorder"
    little = dice.below(2, size) == 0
    late = np.where(little, MINUTE + dice.below(29 * MINUTE, size), HOUR + dice.below(46 * HOUR, size))
    comes = at + (fault == "disorder") * np.where(waits > 0, waits, late)

    again = np.flatnonzero(np.isin(fault, _SENT_AGAIN))
    wait = HOUR + dice.below(10 * HOUR, size)
    wait[(fault == "null_key") | (fault == "duplicate") & little] = 5 * SECOND
    row = np.concatenate([np.arange(size), again])
    comes = np.concatenate([comes, np.minimum(comes + wait, END - 1)[again]])
    surplus = fault == "null_key"
    copies = np.where(surplus, fault, "")[again]
    fault = np.concatenate([np.where(surplus, "", fault), copies])
    order = np.argsort(comes, kind="stable")
    return row[order], comes[order], fault[order]


def _with_a_number(line: str) -> str:
    """Return a customer's line in which the segment after the change is a number."""
    before, after = line.split(',"after":')
    return f'{before},"after":' + re.sub(
        '"segment":"(new|regular|vip)"', lambda found: f'"segment":{_SEGMENTS.index(found[1])}', after
    )


def _without_key(line: str, column: str) -> str:
    """Return a line without its key, and without the column of it."""
    return re.sub(f'"{column}":[0-9]+', f'"{column}":null', re.sub('"key":{[^}]*}', '"key":null', line))


DATASET = Dataset(
    tables=tables,
    keys=_KEYS,
    largest_scale=10.0,
    sources=lambda: [Path(str(module.__file__)) for module in (_columns, _deliveries, marketplace)],
    files=write,
    dirt=DIRT,
)
