"""The planted deliveries: each line is there for one sentence of the contract."""

from pathlib import Path

from kit import changed, customers, payment, payments, placed, write

NOTE = "Ring +49 30 23125 042, or write to customer9@mail.example"


def first(folder: Path) -> Path:
    """What is delivered up to 12 October."""
    again = placed(103, "2025-10-10T12:00:00Z", event="e-again")
    files = {
        # An order of 31 days before the 11th and one of 30 days before.
        "shop/orders/2025-09-10/a.jsonl": [placed(90, "2025-09-10T23:59:59Z")],
        "shop/orders/2025-09-11/a.jsonl": [placed(91, "2025-09-11T00:00:00Z")],
        "shop/orders/2025-10-10/orders-00.jsonl": [
            placed(100, "2025-10-10T00:00:00Z", (7, 2, 1050), (8, 1, 99), channel="web"),
            placed("101", "2025-10-10T23:59:59.999999Z", ("7", "2", "1050"), customer="2", currency="eur"),
            placed(102, "2025-10-10T01:30:00+02:00", currency="SEK"),  # still the 9th in UTC
            again,
            again,
            placed(104, "2025-10-10T12:00:00Z", gift_note=NOTE, channel="app", customer=2),
            placed(105, "2025-10-07T00:00:00Z"),  # three days late is in time
            placed(106, "2025-10-06T23:59:59Z"),  # four is not
            placed(107, "2031-10-10T12:00:00Z"),
            placed(108, "2025-10-10T12:00:00Z", (7, 0, 1000)),
            placed(109, "2025-10-10T12:00:00Z")[:-20],
            b"[1, 2]",
            b'{"event_id": "e-110", "event_type": "order_placed", "occurred_at": "2025-10-10T12:00:00Z"}',
            placed(111, "2025-10-10T12:00:00"),  # no offset
            b'\xff{"event_id": "e-112"}',
            placed(113, "2025-10-10T12:00:00Z", currency="EURO"),
            placed(114, "2025-10-10T12:00:00Z", (7, "two", 1000)),
            b"",
            placed(108, "2025-10-10T12:00:00Z", (7, 3, 1000)),  # again, whole
            placed(115, "2025-10-10T12:00:00Z", items=[]),
            placed(116, "2025-10-10T12:00:00Z", (7, True, 1000)),  # no number
            placed(117, "2025-10-10T12:00:00Z", (7, 1, -1)),
            b'{"event_type": "order_cancelled", "occurred_at": "2025-10-10T12:00:00Z", "order": {"order_id": 1}}',
            changed("paid", 100, "2025-10-10T12:00:00Z"),  # no such event
            placed(118, "2025-10-10T12:00:00Z", channel=""),  # a text is not empty
        ],
        "shop/orders/2025-10-10/orders-06.jsonl": [
            again,
            changed("cancelled", 100, "2025-10-10T13:00:00Z"),
            changed("returned", 91, "2025-10-10T14:00:00Z"),
            changed("returned", 91, "2025-10-10T14:00:00Z"),
            placed(100, "2025-10-10T09:00:00Z", (7, 9, 9999), channel="app"),  # again, with other items
        ],
        "shop/orders/2025-10-10/README.txt": [b"no delivery"],
        "shop/orders/latest/orders-00.jsonl": [b"no date"],
        "shop/orders/2025-10-11/orders-00.jsonl": [
            again,  # a day later
            placed(120, "2025-10-11T08:00:00Z", customer=3),
            changed("cancelled", 104, "2025-10-10T23:00:00Z"),  # late
            placed(121, "2025-10-11T09:00:00Z", (7, 1, 0), customer=2, channel="partner"),
            placed(123, "2025-10-11T09:30:00Z", event="e-100"),  # known from another date
        ],
        "shop/orders/2025-10-12/orders-00.jsonl": [],  # no bytes
        "psp/payments/2025-10-10/payments.csv": payments(
            payment("p-1", 100, "2025-10-10T10:00:00Z", "21.99"),
            payment("p-2", "101", "2025-10-10T10:05:00+02:00", "21,00", method="wallet"),
            payment("p-3", 102, "2025-10-10T10:05:00Z", "N/A"),
            b"p-4,102,2025-10-10",
            payment("p-4", 102, "2025-10-10T10:06:00Z", "10"),
            payment("p-4", 102, "2025-10-10T10:06:00Z", "10"),
            payment("p-5", 100, "2025-10-10T11:00:00Z", "-21.99", status="refunded"),
            payment("p-6", 104, "2025-10-10T11:00:00Z", status="failed"),
            payment("p-7", 999, "2025-10-10T11:00:00Z"),  # no such order
            payment("p-8", 120, "2025-10-10T11:00:00Z"),  # paid before it was ordered
            payment("p-9", 100, "2025-10-10T11:00:00Z", status="lost"),
            payment("p-10", 102, "2025-10-10T01:30:00+02:00", "5.5"),  # 5.50, on the 9th in UTC
            payment("p-11", 102, "2025-10-10T11:00:00Z", "5.555"),
            payment("p-12", 102, "2025-10-10T11:00:00Z", method=""),
        ),
        "psp/payments/2025-10-10/payments_again.csv": [
            line + b"\r"  # CR and LF
            for line in (
                *payments(payment("p-1", 100, "2025-10-10T10:30:00Z", "99.99")),  # again, with another amount
                b"",
                payment("p-13", 100, "2025-10-10T10:00:00Z", "1,2,3"),
                payment("p-14", 104, "2025-10-10T10:00:00Z", status="captured"),
            )
        ],
        "psp/payments/2025-10-11/payments.csv": [
            b"status,amount,paid_at,method,order_id,payment_id",  # columns moved
            b"captured,10.00,2025-10-11T09:00:00Z,card,91,p-20",
            b"captured,10.00,2025-10-11T09:00:00Z,card,90,p-21",  # 31 days after its order
            b'captured,"0,50",2025-10-10T09:00:00Z,card,102,p-22',  # late
            b"captured,10.00,2025-10-10T10:06:00Z,card,102,p-4",  # again, a day later
            b"captured,10.00,2025-10-11T09:30:00Z,card,91,p-1",  # known from another date
        ],
        "psp/payments/2025-10-11/payments-copy.csv": [
            b"status,amount,paid_at,method,order_id,payment_id",
            b"captured,10.00,2025-10-11T09:00:00Z,card,91,p-20",
        ],
        "psp/payments/2025-10-12/payments.csv": payments(),  # a header alone
        "crm/customers/2025-10-10/customers.csv": customers(
            (1, "DE", "regular"),
            (2, "SE", "vip"),
            (2, "SE", "new"),  # again, with another segment
            (4, "", "new"),  # no country
        ),
        "crm/customers/2025-10-11/customers.csv": customers((1, "DE", "vip"), (2, "SE", "new")),
    }
    return write(folder, files)


def late(folder: Path) -> Path:
    """What is delivered on 13 October: late lines, and events that came before."""
    files = {
        "shop/orders/2025-10-13/orders-00.jsonl": [
            placed(122, "2025-10-11T10:00:00Z", customer=2),
            placed(100, "2025-10-10T00:00:00Z", (7, 2, 1050), (8, 1, 99), channel="web"),
            placed(130, "2025-10-13T10:00:00Z"),
        ],
        "psp/payments/2025-10-13/payments.csv": payments(
            payment("p-30", 122, "2025-10-11T12:00:00Z"), payment("p-31", 130, "2025-10-13T12:00:00Z")
        ),
    }
    return write(folder, files)


def failing(folder: Path) -> Path:
    """Five dates: the 20th is sound, the 24th stands at each limit, each of the others fails a gate."""
    good = {day: [_on(day, number) for number in range(10)] for day in (20, 21, 22, 23, 24)}
    paid = {day: payments(*(_pay(day, number) for number in range(10))) for day in good}
    good[20] = [*good[20], *(_on(20, number) for number in range(10)), b"cut sho"]  # 1 of 31 with duplicates
    good[21] = [*good[21], b"cut sho"]  # 1 of 21 lines of orders and payments is no record
    good[22] = [*good[22], *(_on(21, number) for number in range(10, 16))]  # late: delivered on the 22nd
    paid[22] = [*paid[22], payment("p-x", 999, "2025-10-22T12:00:00Z")]  # 1 of 11 payments is an orphan
    good[23] = [*good[23], placed(2300, "2025-10-23T12:00:00Z", event="e-another")]  # placed twice
    # Of 75 lines, 12 late ones among them, 3 are rejects: 0.04. Of 50 payments 1 is an orphan: 0.02.
    good[24] = [*good[24], *(_on(23, number) for number in range(10, 22)), b"cut", b"sho", b"rt"]
    paid[24] = payments(*(_pay(24, number, 2400 + number % 10) for number in range(49)), _pay(24, 49, 999))
    return write(
        folder,
        {f"shop/orders/2025-10-{day}/orders.jsonl": lines for day, lines in good.items()}
        | {f"psp/payments/2025-10-{day}/payments.csv": lines for day, lines in paid.items()},
    )


def mended(folder: Path) -> Path:
    """The 21st and 23rd again without the fault; the 20th, which was published, with another one."""
    good = {day: [_on(day, number) for number in range(10)] for day in (20, 21, 23)}
    good[20] = [*good[20], placed(2000, "2025-10-20T12:00:00Z", event="e-other")]
    return write(folder, {f"shop/orders/2025-10-{day}/orders.jsonl": lines for day, lines in good.items()})


def _on(day: int, number: int) -> bytes:
    return placed(100 * day + number, f"2025-10-{day}T10:00:00Z")


def _pay(day: int, number: int, order: int = 0) -> bytes:
    return payment(f"p-{day}-{number}", order or 100 * day + number, f"2025-10-{day}T11:00:00Z")
