"""A line becomes a record or a reject: no AWS needed."""

from datetime import UTC, date, datetime

import pytest

from conftest import placed
from orderlake.deliveries import Delivery
from orderlake.records import Record, Reject, read
from orderlake.silver import fingerprint, touched
from orderlake.tables import COUNTS, TABLES, parquet

DAY = date(2025, 10, 10)
ITEM = ("line_number", "product_id", "quantity", "unit_price_cents")


def delivery(source: str = "shop/orders", day: date = DAY, etag: str = "1") -> Delivery:
    return Delivery(day, source, "a", f"bronze/{source}/{day}/a", etag)


def one(line: bytes, source: str = "shop/orders") -> Record | Reject:
    [found] = read(delivery(source), line)
    return found


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "format"),
        (b"[]", "format"),
        (b"\xff", "format"),
        (b"{}", "value"),
        (placed(1, "2025-10-10T10:00:00"), "value"),
        (placed(1, "0001-01-01T00:00:00+23:00"), "value"),
        (placed(1, "2025-10-10T10:00:00Z", quantity=0), "value"),
        (placed(1, "2025-10-10T10:00:00Z", quantity=True), "value"),
        (placed("-1", "2025-10-10T10:00:00Z"), "value"),
        (placed(1, "2025-10-10T10:00:00Z", channel="\ud800"), "value"),
        (b"[" * 100_000, "format"),
        (placed(1, "2025-10-10T10:00:00Z", items=[]), "value"),
        (placed(1, "2025-10-10T10:00:00Z", currency="E€R"), "value"),
        (placed(1, "2025-10-06T23:59:59Z"), "time"),
        (placed(1, "2025-10-11T00:00:00Z"), "time"),
    ],
)
def test_a_reject_has_the_first_reason_that_holds(line: bytes, reason: str) -> None:
    found = one(line)
    assert isinstance(found, Reject) and (found.line, found.reason) == (1, reason)


def test_a_date_is_that_of_utc() -> None:
    found = one(placed("7", "2025-10-10T01:30:00+02:00", quantity="2", currency="eur", gift_note="x"))
    assert isinstance(found, Record) and found.date == date(2025, 10, 9)
    assert found.rows["silver_orders"] == [
        {
            "event_id": "e-7",
            "order_id": 7,
            "customer_id": 1,
            "occurred_at": datetime(2025, 10, 9, 23, 30, tzinfo=UTC),
            "currency": "EUR",
            "channel": None,
        }
    ]


@pytest.mark.parametrize(
    ("amount", "cents"),
    [
        ("12.50", 1250),
        ('"12,5"', 1250),
        ("-3", -300),
        ("0.07", 7),
        ("N/A", None),
        ("1.234", None),
        ("", None),
    ],
)
def test_an_amount_is_read_in_cents(amount: str, cents: int | None) -> None:
    head = b"payment_id,order_id,paid_at,method,amount,status\n"
    found = one(head + f"p-1,1,2025-10-10T10:00:00Z,card,{amount},captured".encode(), "psp/payments")
    if isinstance(found, Record):
        assert found.rows["silver_payments"][0]["amount_cents"] == cents
    else:
        assert (cents, found.line, found.reason) == (None, 2, "value")


def test_columns_are_found_by_name_and_counted() -> None:
    content = b"segment,customer_id,country\n\nvip,7,DE\r\nvip,8\n"
    record, reject = read(delivery("crm/customers"), content)
    assert isinstance(record, Record) and record.rows["silver_customers"][0]["segment"] == "vip"
    assert isinstance(reject, Reject) and (reject.line, reject.reason) == (4, "format")


def test_a_date_depends_on_what_came_until_three_days_later() -> None:
    bronze = {date(2025, 10, day): [delivery(day=date(2025, 10, day))] for day in (10, 13, 14)}
    before = fingerprint(DAY, bronze)
    bronze[date(2025, 10, 14)] = [delivery(etag="2")]
    assert fingerprint(DAY, bronze) == before
    bronze[date(2025, 10, 13)] = [delivery(etag="2")]
    assert fingerprint(DAY, bronze) != before
    assert touched({DAY: []}) == [date(2025, 10, day) for day in (7, 8, 9, 10)]


def test_a_long_number_of_a_line_is_no_reason_to_stop() -> None:
    found = one(placed(1, "2025-10-10T10:00:00Z", items=[dict.fromkeys(ITEM, 10**18 - 1)]))
    assert isinstance(found, Record)
    assert parquet(TABLES["silver_order_items"], found.rows["silver_order_items"])


def test_the_same_rows_give_the_same_bytes() -> None:
    rows = [{"lines": number, "rejects": 0, "duplicates": 0} for number in range(3)]
    assert parquet(COUNTS, rows) == parquet(COUNTS, list(rows))
