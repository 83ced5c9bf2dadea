"""Cleaned tables: every field, every moment, nothing personal."""

import hashlib
import re

import oracle
import pytest
from kit import CLEANED, Database, access, app, expect, logmart, same_rows, well, write


@pytest.fixture
def tokyo():
    """Return an empty database whose sessions live in another time zone."""
    made = Database("Asia/Tokyo")
    yield made
    made.drop()


def test_cleaned_requests(dirty):
    """cleaned.requests has every field of every good access line."""
    columns = CLEANED["cleaned.requests"]
    same_rows(
        "cleaned.requests with all the dirt",
        columns,
        oracle.requests(dirty),
        dirty.database.table("cleaned.requests", columns),
    )


def test_cleaned_events(dirty):
    """cleaned.events has every field of every good app line."""
    columns = CLEANED["cleaned.events"]
    same_rows(
        "cleaned.events with all the dirt",
        columns,
        oracle.events(dirty),
        dirty.database.table("cleaned.events", columns),
    )


def test_missing_is_null(database, tmp_path):
    """What an app line leaves out is NULL, but for `attempt`, which is 1; a customer_id of null is "
    "missing too."""
    lines = [app(message="bare"), app(message="null").replace(b"}", b', "customer_id": null}')]
    lines.append(app(message="full", attempt=3, customer_id=7, idempotency_key="k-1", exception="E\n  at x"))
    well(logmart(database, "run", write(tmp_path, {"app-1/app.log": lines})))
    columns = "message, attempt, customer_id, idempotency_key, exception"
    expected = [
        ("bare", 1, None, None, None),
        ("null", 1, None, None, None),
        ("full", 3, 7, "k-1", "E\n  at x"),
    ]
    same_rows(
        "cleaned.events of lines with and without what is optional",
        columns,
        expected,
        database.table("cleaned.events", columns),
    )


def test_offsets(tokyo, tmp_path):
    """`at` has the offset of the line applied, wherever the server lives."""
    lines = [
        access("26/Oct/2025:02:30:00 +0200", "/a"),
        access("26/Oct/2025:02:30:00 +0100", "/b"),
        access("25/Oct/2025:20:00:00 -0330", "/c"),
        access("26/Oct/2025:00:30:00 +0000", "/d"),
    ]
    events = [app(ts="2025-10-26T02:30:00.125+02:00"), app(ts="2025-10-26T00:30:00.125Z")]
    well(logmart(tokyo, "run", write(tmp_path, {"web-1/access.log": lines, "web-1/app.log": events})))
    got = tokyo.rows(
        "SELECT path, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM cleaned.requests"
    )
    expected = [
        ("/a", "2025-10-26 00:30:00"),
        ("/b", "2025-10-26 01:30:00"),
        ("/c", "2025-10-25 23:30:00"),
        ("/d", "2025-10-26 00:30:00"),
    ]
    same_rows(
        "cleaned.requests of lines with offsets, in UTC",
        "path, at",
        expected,
        got,
        "the offset belongs to the time; so does the time zone of your session.",
    )
    got = tokyo.rows("SELECT to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') FROM cleaned.events")
    same_rows("cleaned.events of lines with offsets, in UTC", "at", [("2025-10-26 00:30:00.125",)] * 2, got)


_UUID = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"
_TARGETS = {  # target: (path, query, endpoint)
    "/": ("/", None, "GET /"),
    "/product/17": ("/product/17", None, "GET /product/{id}"),
    "/product/17/reviews/3?page=2": ("/product/17/reviews/3", "page=2", "GET /product/{id}/reviews/{id}"),
    "/1/2/3": ("/1/2/3", None, "GET /{id}/{id}/{id}"),
    f"/order/{_UUID}": (f"/order/{_UUID}", None, "GET /order/{id}"),
    f"/order/{_UUID.upper()}": (f"/order/{_UUID.upper()}", None, f"GET /order/{_UUID.upper()}"),
    f"/order/{_UUID}x": (f"/order/{_UUID}x", None, f"GET /order/{_UUID}x"),
    "/product/17a": ("/product/17a", None, "GET /product/17a"),
    "/v2/product/": ("/v2/product/", None, "GET /v2/product/"),
    "/product/17/": ("/product/17/", None, "GET /product/{id}/"),
    "/static/app.4f1c9a.js?v=1": ("/static/app.4f1c9a.js", "v=1", "GET /static/{file}"),
    "/static/fonts/12/text.woff2": ("/static/fonts/12/text.woff2", None, "GET /static/{file}"),
    "/static": ("/static", None, "GET /static"),
    "/search?q=a?b": ("/search", "q=a?b", "GET /search"),
    "/search?": ("/search", "", "GET /search"),
    "*": ("*", None, "GET *"),
}


def test_targets(database, tmp_path):
    """Path and query part at the first `?`; ids and static files are normalised in the endpoint."""
    well(
        logmart(database, "run", write(tmp_path, {"web-1/access.log": [access(target=t) for t in _TARGETS]}))
    )
    got = {
        (path, query): endpoint
        for path, query, endpoint in database.table("cleaned.requests", "path, query, endpoint")
    }
    for target, (path, query, endpoint) in _TARGETS.items():
        expect(
            got.get((path, query)) == endpoint,
            f"Target {target}: expected path {path!r}, query {query!r}, endpoint {endpoint!r}, "
            f"got {got.get((path, query), 'no row with that path and query')!r}.",
        )


def _texts(database, schemas=("cleaned", "marts")):
    """Yield table, column and distinct values of every column, as text."""
    __tracebackhide__ = True
    columns = database.rows(
        "SELECT format('%%I.%%I', table_schema, table_name), column_name FROM information_schema.columns "
        "WHERE table_schema = ANY(%s) ORDER BY 1, 2",
        [list(schemas)],
    )
    expect(columns, "The database: expected tables in the schemas cleaned and marts, got none.")
    for table, column in columns:
        rows = database.rows(f'SELECT DISTINCT "{column}"::text FROM {table} WHERE "{column}" IS NOT NULL')
        yield table, column, [value for (value,) in rows]


def test_pseudonyms(database, tmp_path):
    """`client` is the start of HMAC-SHA256 of the address; no address stands there, plain or as a bare "
    "hash."""
    addresses = ["198.18.0.1", "2001:db8:1::7", "203.0.113.200"]
    folder = write(tmp_path, {"web-1/access.log": [access(address=address) for address in addresses]})
    well(logmart(database, "run", folder))
    expected = [(oracle.pseudonym(address),) for address in addresses]
    same_rows(
        f"cleaned.requests of the addresses {', '.join(addresses)}",
        "client",
        expected,
        database.table("cleaned.requests", "client"),
        "hmac, not a hash of key and address; key and address as UTF-8; 16 hex digits.",
    )
    known = {}
    for address in addresses:
        known[address] = "the address itself"
        for name in ("md5", "sha1", "sha256", "sha512", "blake2b"):
            known[hashlib.new(name, address.encode()).hexdigest()[:16]] = f"its {name} without a key"
    for table, column, values in _texts(database):
        for value in values:
            found = next((what for text, what in known.items() if text in value), None)
            expect(
                not found, f"{table}.{column}: expected no trace of an address, got {value[:60]!r}, {found}."
            )


def test_another_key(database, tmp_path):
    """The pseudonym depends on LOGMART_PII_KEY, also on a long one or one beyond ASCII."""
    key = "schlüssel " * 12
    well(logmart(database, "run", write(tmp_path, {"web-1/access.log": [access()]}), LOGMART_PII_KEY=key))
    same_rows(
        "cleaned.requests under a key of 120 characters",
        "client",
        [(oracle.pseudonym("198.18.0.1", key),)],
        database.table("cleaned.requests", "client"),
    )


def test_emails(database, tmp_path):
    """Every e-mail address in query, referer, user agent, message and exception becomes [email]."""
    lines = [
        access(target="/reset?email=anna.b+c_d-1@mail.example&step=1&copy=x%40y.example"),
        access(target="/search?q=lamp", referer="https://shop.example/?mail=a%40b.example,c@d.example"),
        access(target="/about", agent="Bot/1.0 (+mailto:admin@bot.example; 100% @ home)"),
        access(target="/user/anna@mail.example/orders"),
    ]
    events = [app(message="sent to a@b.example, c@d.example.", exception='Error: "x@y.example"\nat z')]
    well(logmart(database, "run", write(tmp_path, {"web-1/access.log": lines, "web-1/app.log": events})))
    columns = "path, query, referer, user_agent"
    expected = [
        ("/reset", "email=[email]&step=1&copy=[email]", "-", "Browser/1.0"),
        ("/search", "q=lamp", "https://shop.example/?mail=[email],[email]", "Browser/1.0"),
        ("/about", None, "-", "Bot/1.0 (+mailto:[email]; 100% @ home)"),
        ("/user/[email]/orders", None, "-", "Browser/1.0"),
    ]
    same_rows(
        "cleaned.requests of lines with e-mail addresses",
        columns,
        expected,
        database.table("cleaned.requests", columns),
    )
    same_rows(
        "cleaned.events of a line with e-mail addresses",
        "message, exception",
        [("sent to [email], [email]", 'Error: "[email]"\nat z')],
        database.table("cleaned.events", "message, exception"),
    )


def test_no_email_is_left(dirty):
    """With all the dirt, no text in cleaned or marts holds an e-mail address."""
    for table, column, values in _texts(dirty.database):
        left = next((value for value in values if re.search(oracle.EMAIL, value)), None)
        expect(left is None, f"{table}.{column}: expected no e-mail address, got {left!r}.")
