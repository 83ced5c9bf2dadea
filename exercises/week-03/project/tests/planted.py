"""The planted deliveries: each line is there for one sentence of the contract."""

from pathlib import Path

from kit import change, customer, order, write

NOTE = "Ring +49 30 23125 042 before you come"
FORGOTTEN = (4, 8)
LEAKS = ("nora4@", "Nora Quill 4", "Zwickau", "aa8@", "Aa Quill 8", "Aachen")  # what names them
EIGHT = {"name": "Aa Quill 8", "email": "aa8@mail.example", "city": "Aachen"}  # the least of their columns


def first(folder: Path) -> Path:
    """What is delivered up to 11 October."""
    again = customer("u", 30, 1, "2025-10-10T09:00:00.000Z", segment="regular")
    files = {
        "cdc/customers/2025-10-10/changes-00.jsonl": [
            customer("r", 10, 1, "2025-09-01T10:00:00.000Z"),
            customer("r", 11, 2, "2025-09-02T10:00:00.000Z", country="AT", segment="regular"),
            customer("r", 12, 3, "2025-09-03T10:00:00.000Z", country="FR"),
            customer("r", 13, 4, "2025-09-04T10:00:00.000Z", country="PL", city="Zwickau"),
            customer("r", 14, 5, "2025-09-05T10:00:00.000Z", name=None, email=None, city=None),
            customer("r", 15, 8, "2025-09-06T10:00:00.000Z", **EIGHT),
            again,
            again,
            # Disorder: the younger change of customer 2 comes first.
            customer("u", 36, 2, "2025-10-10T11:00:00.000Z", country="AT", segment="vip"),
            customer("u", 35, 2, "2025-10-10T10:30:00.000Z", country="AT", segment="new"),
            customer("d", 40, 3, "2025-10-10T12:00:00.000Z", country="FR"),
            customer("c", 45, 3, "2025-10-10T13:00:00.000Z", country="FR", segment="vip"),
            customer("d", 44, 4, "2025-10-10T15:00:00.000Z", country="PL", city="Zwickau"),
            customer("u", 33, 4, "2025-10-10T09:30:00.000Z", country="PL", city="Zwickau", segment="regular"),
            customer("u", 47, 1, "2025-10-10T16:00:00.000Z", segment="regular", email="other1@mail.example"),
            # Two changes of one moment: the first is true for no time at all.
            customer("c", 50, 6, "2025-10-10T17:00:00.000Z"),
            customer("u", 51, 6, "2025-10-10T17:00:00.000Z", segment="vip"),
            # A version that ends at midnight, one that begins then.
            customer("u", 55, 5, "2025-10-11T00:00:00.000Z", name=None, email=None, city=None, segment="vip"),
            b"",
        ],
        "cdc/customers/2025-10-10/changes-06.jsonl": [
            again,
            customer("u", 70, 1)[:-30],
            customer("u", 71, 1)[:-1],
            customer("u", 72, 4, city="Zwickau")[:-3],
            b"[1, 2]",
            b'"u"',
            customer("u", 73, 1) + customer("u", 74, 1),  # two lines in one
            b"{}",
            change("u", 75, "2025-10-10T09:00:00.000Z", None, {"segment": "vip"}),
            customer("u", 76, None),
            customer("u", 77, "1", segment="vip"),
            customer("u", 78, 1, segment=2),
            customer("u", 79, 1, segment=None),
            customer("u", 80, 1, loyalty=5),
            customer("u", 81, 1, registered_at="yesterday"),
            customer("u", "82", 1, segment="vip"),
            customer("x", 83, 1, segment="vip"),
            change("u", 84, "2025-10-10T09:00:00.000Z", {"customer_id": 1}),
            customer("u", 85, 1, updated_at=1760086800),
            change("d", 86, None, {"customer_id": 1}),
            b"   ",
        ],
        "cdc/orders/2025-10-10/changes 06+.jsonl": [
            # The moment before customer 1's new version, and the moment of it.
            order("c", 20, 100, "2025-10-10T08:59:59.999Z", amount_cents=1000),
            order("c", 21, 101, "2025-10-10T09:00:00.000Z", currency="SEK", amount_cents=555),
            order("c", 22, 102, "2025-10-10T09:10:00.000Z", currency="SEK", amount_cents=555),
            order("c", 23, 103, "2025-10-10T09:20:00.000Z", currency="PLN", amount_cents=1000, channel="app"),
            order("c", 24, 104, "2025-10-10T12:30:00.000Z", customer_id=3),  # while there was no customer 3
            order("c", 25, 105, "2025-10-10T10:00:00.000Z", currency="GBP", amount_cents=100, customer_id=2),
            order("c", 26, 106, "2025-10-10T10:00:00.000Z", customer_id=99),
            order("c", 27, 107, "2025-10-10T14:00:00.000Z", customer_id=4, channel=None),
            order("c", 28, 108, "2025-10-10T11:30:00.000Z", customer_id=2),
            order("d", 52, 108, "2025-10-10T11:30:00.000Z", updated_at="2025-10-10T20:00:00.000Z"),
            order("c", 29, 109, "2025-08-01T10:00:00.000Z"),  # older than anything known of customer 1
            order("c", 53, 110, "2025-10-10T23:59:59.999Z", gift_note=NOTE),
            order("c", 54, 111, "2025-10-11T00:00:00.000Z"),
            order("c", 56, 112, "2025-10-11T01:00:00+02:00"),  # still the 10th in UTC
            order("c", 57, 113, "2025-10-10T11:00:00.000Z", customer_id=2, amount_cents=1),
            order("c", 90, 190, amount_cents="1250"),
            order("c", 91, 191, amount_cents=12.5),
            order("c", 92, 192, currency="USD"),
            order("c", 93, 193, status=None),
            order("c", 94, 194, ordered_at="2025-10-32T10:00:00.000Z"),
        ],
        "cdc/orders/2025-10-11/changes-00.jsonl": [
            order("u", 58, 105, "2025-10-10T10:00:00.000Z", currency="GBP", customer_id=2, amount_cents=200),
            order("u", 59, 100, "2025-10-10T08:59:59.999Z", status="returned"),
            order("c", 60, 114, "2025-10-11T09:00:00.000Z", customer_id=5),
            order("c", 61, 115, "2025-10-11T09:00:00.000Z", customer_id=6),
            order("u", 62, 115, "2025-10-11T09:00:00.000Z", customer_id=6, status="cancelled"),
        ],
        "cdc/orders/2025-10-10/README.txt": [b"no delivery"],
        "cdc/orders/latest/changes-00.jsonl": [b"no date"],
        "cdc/orders/2025-10-32/changes-00.jsonl": [b"no date either"],
        "cdc/payments/2025-10-10/changes-00.jsonl": [b"another source"],
    }
    return write(folder, files)


def late(folder: Path) -> Path:
    """What comes on 13 October, and a file of the 10th that comes with it."""
    orders = [
        order("u", 49, 108, "2025-10-10T11:30:00.000Z", customer_id=2),  # older than its delete
        order("c", 120, 121, "2025-10-13T09:00:00.000Z", customer_id=1),
        order("u", 58, 105, "2025-10-10T10:00:00.000Z", currency="GBP", customer_id=2, amount_cents=200),
    ]
    known = {"loyalty": "bronze"}
    files = {
        "cdc/customers/2025-10-13/changes-00.jsonl": [
            customer("u", 110, 1, "2025-10-12T10:00:00.000Z", segment="regular", **known),
            # Older than what is known of customer 2, and it tells of a version in between.
            customer("u", 34, 2, "2025-10-10T09:45:00.000Z", country="SE", segment="regular"),
            # Older than the delete of customer 4.
            customer("u", 43, 4, "2025-10-10T13:30:00.000Z", country="PL", city="Zwickau", segment="vip"),
            # The segment is a number; the same change comes again, right.
            customer("u", 111, 6, "2025-10-12T11:00:00.000Z", segment=1),
            customer("c", 112, 7, "2025-10-12T12:00:00.000Z", loyalty=None),
            customer("d", 114, 8, "2025-10-13T02:00:00.000Z", **EIGHT),
        ],
        "cdc/customers/2025-10-13/changes-06.jsonl": [
            customer("u", 111, 6, "2025-10-12T11:00:00.000Z", segment="regular"),
            customer("u", 113, 7, "2025-10-13T01:00:00.000Z", loyalty="gold"),
        ],
        "cdc/orders/2025-10-13/changes-00.jsonl": orders,
        "cdc/orders/2025-10-13/changes-00-again.jsonl": orders,
        "cdc/orders/2025-10-10/changes-18.jsonl": [
            order("c", 95, 120, "2025-10-10T18:30:00.000Z", customer_id=2),
        ],
    }
    return write(folder, files)


def sound(folder: Path) -> Path:
    """Twenty orders of two customers, and nothing wrong."""
    return write(
        folder,
        {
            "cdc/customers/2025-10-20/a.jsonl": [customer("r", number, number) for number in (1, 2)],
            "cdc/orders/2025-10-20/a.jsonl": [
                order("c", 100 + number, number, "2025-10-20T10:00:00.000Z") for number in range(20)
            ],
        },
    )


def failing(folder: Path) -> Path:
    """Ten orders: one is cut short, two are of a customer that nobody has told of. And ten good customers."""
    at = "2025-10-21T10:00:00.000Z"
    orders = [order("c", 200 + number, 100 + number, at) for number in range(8)]
    orders += [order("c", 210 + number, 110 + number, at, customer_id=3) for number in range(2)]
    customers = [customer("r", 220 + number, 20 + number) for number in range(10)]
    return write(
        folder,
        {
            "cdc/orders/2025-10-21/a.jsonl": [*orders[1:], orders[0][:-9]],
            "cdc/customers/2025-10-21/a.jsonl": customers,
        },
    )


def found(folder: Path) -> Path:
    """The customer of the orphans."""
    line = customer("c", 299, 3, "2025-10-22T09:00:00.000Z", country="ES")
    return write(folder, {"cdc/customers/2025-10-23/a.jsonl": [line]})
