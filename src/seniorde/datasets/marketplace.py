"""The marketplace over 28 days: its tables, and the files that its source systems deliver each day.

The tables are the truth. The files tell the same story as a lake receives it: nested events, CSV of three
tastes, full snapshots, and dirt. The last day is 28 October 2025; clocks in Berlin go back on the 26th.
Whole numbers alone make everything, hence the same bytes on every machine.

What a source spoils beyond repair it delivers again, whole and under the same id, within a day. Who sets
the spoiled rows aside, and only then keeps one row of each id, holds the truth.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa

from seniorde.datasets import _columns, _deliveries
from seniorde.datasets._columns import (
    Columns,
    Dice,
    Numbers,
    ids,
    joined,
    milliseconds,
    moments,
    padded,
    syllables,
    whole,
    words,
)  # fmt: skip
from seniorde.datasets._dataset import Dataset
from seniorde.datasets._deliveries import (
    BEGIN,
    CHANNELS_FROM,
    DAY,
    DAYS,
    DIRT,
    END,
    HOUR,
    MINUTE,
    SECOND,
    START,
    Story,
)  # fmt: skip

__all__ = ["DATASET", "DAYS", "DIRT", "PERSONAL", "RATES", "START", "tables", "write"]

# The columns that hold personal data, by table.
PERSONAL = {"customers": ("name", "email", "city"), "customer_versions": ("city",)}
# What a euro costs, in hundredths of each currency; the prices of an order are in its currency.
RATES = {"EUR": 100, "SEK": 1_100, "PLN": 425, "GBP": 87}

# The numbers of rows at scale 1.
_SELLERS, _PRODUCTS, _CUSTOMERS, _CHANGES, _ORDERS_A_DAY = 120, 1_500, 2_400, 360, 1_500
_ORDERS_BY_WEEKDAY = (96, 92, 94, 98, 104, 112, 104)  # of a hundred, from Monday
_ORDERS_BY_HOUR = (14, 9, 6, 5, 5, 8, 16, 30, 44, 52, 58, 60, 62, 58, 54, 54, 58, 66, 76, 84, 80, 64, 42, 24)
_FIRST_ORDER = 1_000_001
_LARGE_SELLER = 7  # takes three lines of ten

_COUNTRIES = {"DE": 40, "FR": 12, "AT": 12, "NL": 10, "ES": 6, "SE": 8, "PL": 7, "GB": 5}
_CITIES = (
    "Berlin", "Hamburg", "Leipzig", "Köln", "Paris", "Lyon", "Lille", "Nantes",
    "Wien", "Graz", "Linz", "Salzburg", "Utrecht", "Rotterdam", "Delft", "Leiden",
    "Madrid", "Sevilla", "Bilbao", "Valencia", "Uppsala", "Malmö", "Lund", "Gävle",
    "Gdańsk", "Kraków", "Poznań", "Lublin", "Leeds", "Bristol", "York", "Glasgow",
)  # fmt: skip
_CURRENCY_OF = np.array([0, 0, 0, 0, 0, 1, 2, 3])  # by country
_CATEGORIES = {
    "home": ("lamp", "rug", "mirror", "vase"), "kitchen": ("kettle", "pan", "mug", "scale"),
    "office": ("chair", "desk", "notebook", "pen"), "outdoor": ("tent", "backpack", "stove", "rope"),
    "sport": ("bike light", "ball", "mat", "racket"), "toys": ("puzzle", "kite", "robot", "train"),
}  # fmt: skip
_KINDS = ("small", "large", "light", "blue", "green", "folding", "classic", "rain-proof")
_METHODS = {"card": 48, "wallet": 30, "invoice": 14, "transfer": 8}
_CARRIERS = {"parcelway": 55, "northpost": 30, "quickbox": 15}

_KEYS: dict[str, tuple[str, ...]] = {
    "sellers": ("seller_id",),
    "products": ("product_id",),
    "customers": ("customer_id",),
    "customer_versions": ("customer_id", "valid_from"),
    "orders": ("order_id",),
    "order_items": ("order_id", "line_number"),
    "payments": ("payment_id",),
    "parcels": ("parcel_id",),
}


def tables(scale: float, seed: int) -> dict[str, pa.Table]:
    """Return the eight tables; each refers to tables before it."""
    return {name: pa.table(columns) for name, columns in story(scale, seed).tables.items()}


def write(folder: Path, scale: float, seed: int, dirt: Collection[str]) -> list[Path]:
    """Write what the sources deliver into folders such as `shop/orders/2025-10-01`; return the paths.

    `shop/orders`: JSON lines, a file for each six hours in which something came, in order of arrival.
    `psp/payments`: CSV. `carrier/parcels`: CSV with semicolons and Berlin's time; a parcel's row comes
    when it is shipped, and again, complete, when it is delivered. `crm/customers`, `crm/sellers` (CSV) and
    `crm/products` (JSON lines): the whole table as it is at the end of each day.
    """
    return _deliveries.write(folder, story(scale, seed), seed, dirt)


def story(scale: float, seed: int) -> Story:
    """Return the tables, and what else the files of this data set and of `changes` are told from."""
    sellers, products = _catalog(Dice(seed, 10), scale)
    customers, versions, country = _people(Dice(seed, 11), scale)
    dice = Dice(seed, 12)
    at = _order_times(dice, scale)
    size = len(at)
    customer = _buyers(dice, at, customers["registered_at"])
    currency = _CURRENCY_OF[country[customer]]
    channel = dice.pick((50, 40, 10), size)
    lines = 1 + dice.pick((55, 25, 12, 5, 3), size)
    items, paid, weight = _items(dice, products, lines, currency)

    shipped = _working_hour(dice, at, 1 + dice.below(2, size))
    delivered = _working_hour(dice, shipped, 1 + dice.pick((50, 30, 12, 8), size))
    status = dice.pick((880, 70, 50), size)
    undone = np.where(status == 1, at + MINUTE + dice.below(4 * HOUR, size), END)
    undone[status == 2] = (delivered + DAY + dice.below(7 * DAY, size))[status == 2]
    status[undone >= END] = 0  # not yet
    undone[undone >= END] = END

    orders = {
        "order_id": pa.array(_FIRST_ORDER + np.arange(size)),
        "customer_id": customers["customer_id"].take(customer),
        "ordered_at": moments(at),
        "currency": words(RATES, currency),
        "channel": words(("web", "app", "partner"), channel, at >= CHANNELS_FROM),
        "status": words(("placed", "cancelled", "returned"), status),
    }
    payments = _payments(Dice(seed, 13), at, undone, status, paid)
    parcels = _parcels(Dice(seed, 14), status, shipped, delivered, weight)
    found = (sellers, products, customers, versions, orders, items, payments, parcels)
    return Story(dict(zip(_KEYS, found, strict=True)), at, undone, status, lines)


def _catalog(dice: Dice, scale: float) -> tuple[Columns, Columns]:
    """Return the sellers and the products; each twelfth product is the large seller's."""
    count, size = max(10, round(_SELLERS * scale)), max(60, round(_PRODUCTS * scale))
    category = dice.below(len(_CATEGORIES), count)
    sellers: Columns = {
        "seller_id": ids(count),
        "name": joined(
            syllables(dice, 2, count), " ", words(("Trade", "Goods", "Supply"), dice.below(3, count))
        ),
        "country": words(_COUNTRIES, dice.pick(_COUNTRIES.values(), count)),
        "category": words(_CATEGORIES, category),
        "joined_on": whole(BEGIN // DAY - 1 - dice.below(1_500, count)).cast(pa.date32()),
    }
    seller = np.where(np.arange(size) % 12 == 0, _LARGE_SELLER - 1, dice.below(count, size))
    of_product = np.where(dice.below(10, size) < 7, category[seller], dice.below(len(_CATEGORIES), size))
    nouns = [noun for nouns in _CATEGORIES.values() for noun in nouns]
    products: Columns = {
        "product_id": ids(size),
        "seller_id": sellers["seller_id"].take(seller),
        "title": joined(
            words(_KINDS, dice.below(8, size)), " ", words(nouns, 4 * of_product + dice.below(4, size))
        ),
        "category": words(_CATEGORIES, of_product),
        "price_cents": whole(100 * (2 + dice.below(90, size) * dice.below(90, size) // 20) - 1),
        "weight_grams": whole(50 + dice.below(90, size) * dice.below(90, size)),
    }
    return sellers, products


def _people(dice: Dice, scale: float) -> tuple[Columns, Columns, Numbers]:
    """Return the customers as of the end, their versions, and the position of each one's country."""
    size = max(40, round(_CUSTOMERS * scale))
    old = size * 85 // 100
    registered = np.sort(BEGIN - (1 + dice.below(720 * DAY // SECOND, size)) * SECOND)
    registered[old:] = np.sort(BEGIN + dice.below(DAYS * DAY // SECOND, size - old) * SECOND)
    country, city = dice.pick(_COUNTRIES.values(), size), dice.below(4, size)
    level = np.where(np.arange(size) < old, dice.pick((90, 10), size), -1)

    # A version is the sum of what came before: a move shifts the city, another change lifts the segment.
    count = max(10, round(_CHANGES * scale))
    gap = DAYS * DAY // count
    who = np.concatenate([np.arange(size), dice.below(old, count)])
    since = np.concatenate([registered, BEGIN + np.arange(count) * gap + dice.below(gap, count)])
    move = np.concatenate([city, np.where(dice.below(10, count) < 7, 1 + dice.below(3, count), 0)])
    lift = np.concatenate([level, (move[size:] == 0).astype(np.int64)])
    order = np.lexsort((since, who))
    who, since = who[order], since[order]
    first = np.flatnonzero(np.diff(who, prepend=-1))
    last = np.append(first[1:], len(who)) - 1
    of_group = np.repeat(first, last - first + 1)
    city, level = (
        (sums := np.cumsum(values[order])) - (sums - values[order])[of_group] for values in (move, lift)
    )
    segment = np.where(level < 0, 0, 1 + level % 2)
    ended = np.append(since[1:], END)
    ended[last] = END

    versions: Columns = {
        "customer_id": whole(1 + who),
        "valid_from": moments(since),
        "city": words(_CITIES, 4 * country[who] + city % 4),
        "segment": words(("new", "regular", "vip"), segment),
        "valid_to": moments(ended, ended < END),
    }
    customers: Columns = {
        "customer_id": ids(size),
        "name": joined(syllables(dice, 2, size), " ", syllables(dice, 3, size)),
        "email": joined("customer", ids(size), "@mail.example"),
        "country": words(_COUNTRIES, country),
        "city": versions["city"].take(last),
        "segment": versions["segment"].take(last),
        "registered_at": moments(registered),
    }
    return customers, versions, country


def _order_times(dice: Dice, scale: float) -> Numbers:
    by_day = [_ORDERS_BY_WEEKDAY[(START + timedelta(day)).weekday()] for day in range(DAYS)]
    total = (np.cumsum(by_day) * _ORDERS_A_DAY * scale / 100).astype(np.int64)
    day = np.repeat(np.arange(DAYS), np.diff(total, prepend=0))
    hour = dice.pick(_ORDERS_BY_HOUR, len(day))
    return np.sort(BEGIN + day * DAY + hour * HOUR + dice.below(HOUR, len(day)))


def _buyers(dice: Dice, at: Numbers, registered: pa.Array) -> Numbers:
    """Return the position of each order's customer: early ones buy more, and one in seven never does."""
    known = np.searchsorted(milliseconds(registered), at)
    luck = np.minimum(dice.below(2**31, len(at)), dice.below(2**31, len(at)))
    customer = luck * known >> 31
    return customer - (customer % 7 == 5)


def _items(
    dice: Dice, products: Columns, lines: Numbers, currency: Numbers
) -> tuple[Columns, Numbers, Numbers]:
    """Return the order lines, and what each order costs and weighs."""
    order = np.repeat(np.arange(len(lines)), lines)
    size = len(order)
    large = products["seller_id"].to_numpy() == _LARGE_SELLER
    by_large = dice.below(10, size) < 3
    luck = np.minimum(dice.below(2**31, size), dice.below(2**31, size))
    product = np.zeros(size, np.int64)
    for mine, choice in ((by_large, np.flatnonzero(large)), (~by_large, np.flatnonzero(~large))):
        product[mine] = choice[luck[mine] * len(choice) >> 31]
    quantity = 1 + dice.pick((80, 12, 4, 3, 1), size)
    rate = np.array(list(RATES.values()))[currency[order]]
    price = products["price_cents"].to_numpy().astype(np.int64)[product] * rate // 100
    price = np.where(dice.below(10, size) == 0, price * 9 // 10, price)
    first = np.cumsum(lines) - lines
    columns: Columns = {
        "order_id": pa.array(_FIRST_ORDER + order),
        "line_number": whole(1 + np.arange(size) - first[order]),
        "product_id": products["product_id"].take(product),
        "quantity": pa.array(quantity.astype(np.int16)),
        "unit_price_cents": whole(price),
    }
    grams = products["weight_grams"].to_numpy().astype(np.int64)[product]
    return columns, np.add.reduceat(price * quantity, first), np.add.reduceat(grams * quantity, first)


def _payments(dice: Dice, at: Numbers, undone: Numbers, status: Numbers, paid: Numbers) -> Columns:
    """Return the payments until the end: some fail first, some cancelled orders were never paid."""
    size = len(at)
    method = dice.pick(_METHODS.values(), size)
    tried = at + 2 * SECOND + dice.below(4 * MINUTE, size)
    wait = np.select([method < 2, method == 2], [MINUTE, 3 * DAY + dice.below(10 * DAY, size)], DAY + HOUR)
    captured = tried + wait + dice.below(HOUR, size)
    never = (status == 1) & (dice.below(10, size) < 4)
    fails = (method < 2) & ((dice.below(100, size) < 4) | never)
    captures = ~never & (captured < undone)
    refunds = captures & (status > 0)
    refunded = undone + HOUR + dice.below(2 * DAY, size)
    parts = [(0, tried, fails, 1), (1, captured, captures, 1), (2, refunded, refunds, -1)]
    order = np.concatenate([np.flatnonzero(chosen) for _, _, chosen, _ in parts])
    when = np.concatenate([moment[chosen] for _, moment, chosen, _ in parts])
    kind = np.concatenate([np.full(chosen.sum(), number) for number, _, chosen, _ in parts])
    sign = np.concatenate([np.full(chosen.sum(), sign) for _, _, chosen, sign in parts])
    sorted_ = np.lexsort((order, when))[: np.count_nonzero(when < END)]
    order, when, kind, sign = (values[sorted_] for values in (order, when, kind, sign))
    return {
        "payment_id": joined("p-", padded(np.arange(1, len(order) + 1), 8)),
        "order_id": pa.array(_FIRST_ORDER + order),
        "paid_at": moments(when),
        "method": words(_METHODS, method[order]),
        "amount_cents": whole(sign * paid[order]),
        "status": words(("failed", "captured", "refunded"), kind),
    }


def _parcels(dice: Dice, status: Numbers, shipped: Numbers, delivered: Numbers, weight: Numbers) -> Columns:
    """Return the parcels shipped before the end: one or two for an order that was not cancelled."""
    size = len(status)
    count = np.where((status != 1) & (shipped < END), 1 + (dice.below(100, size) < 12), 0)
    order = np.repeat(np.arange(size), count)
    order = order[np.argsort(shipped[order], kind="stable")]
    lost = (dice.below(100, len(order)) == 0) & (status[order] == 0)
    return {
        "parcel_id": joined("c-", padded(np.arange(1, len(order) + 1), 8)),
        "order_id": pa.array(_FIRST_ORDER + order),
        "carrier": words(_CARRIERS, dice.pick(_CARRIERS.values(), len(order))),
        "shipped_at": moments(shipped[order]),
        "delivered_at": moments(delivered[order], (delivered[order] < END) & ~lost),
        "weight_grams": whole(weight[order] // count[order]),
    }


def _working_hour(dice: Dice, at: Numbers, days: Numbers) -> Numbers:
    """Return a second between 6 and 18 o'clock UTC, some days later: no parcel moves at night."""
    return (at // DAY + days) * DAY + (6 * 3_600 + dice.below(12 * 3_600, len(at))) * SECOND


DATASET = Dataset(
    tables=tables,
    keys=_KEYS,
    largest_scale=20.0,
    sources=lambda: [Path(str(module.__file__)) for module in (_columns, _deliveries)],
    files=write,
    dirt=DIRT,
)
