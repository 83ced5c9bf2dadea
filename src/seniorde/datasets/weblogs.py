"""The marketplace's logs of four days: two web servers and an application, rotated, as dirty as real ones.

The clock goes back one hour on the third day (Europe/Berlin, 26 October 2025, 01:00 UTC).
Everything is made of whole numbers from a generator whose stream NumPy keeps for ever, and of square roots,
which every processor rounds alike: hence the same lines everywhere.
"""

from __future__ import annotations

import gzip
from collections import deque
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from seniorde.datasets._columns import Dice
from seniorde.datasets._dataset import Dataset

if TYPE_CHECKING:
    import pyarrow as pa

# Each kind of dirt, and what it does to the files.
DIRT = {
    "bots": "crawlers that say so, and scrapers that pass for browsers at 100 requests a minute",
    "retries": "a client sends a failed request again, under the same request id",
    "zones": "web-1 writes and rotates by local time: +0200, and +0100 once the clocks go back",
    "late": "web-2 writes a twentieth of the lines of one evening hours later, into the next day's file",
    "clock": "web-2 starts up in 1970 on the fourth day, for twenty minutes",
    "quotes": "user agents with escaped quotes, backslashes, semicolons and tabs",
    "personal": "e-mail addresses in query strings, in referers and in the application's messages",
    "truncated": "lines that a full disk cut short",
    "encoding": "user agents in Latin-1, which is not UTF-8",
    "nuls": "zero bytes that a power cut left before a line",
    "handshakes": "TLS and other bytes sent to a plain port, where the request line should be",
    "tracebacks": "Python tracebacks over several lines between the application's JSON lines",
    "split": "a rotation in the middle of a line: its halves stand in two files",
    "overlap": "a copytruncate rotation: a file begins with the last lines of the one before",
    "twice": "a rotated file of web-2 that was shipped twice, under another name and uncompressed",
    "empty": "files without a line, one of them of no bytes though its name ends in .gz",
}

_SERVERS = {"web-1": "access", "web-2": "access", "app-1": "app"}
START = datetime(2025, 10, 24, tzinfo=UTC)
DAYS = 4
INCIDENT = (datetime(2025, 10, 26, 15, tzinfo=UTC), datetime(2025, 10, 26, 16, tzinfo=UTC))
INCIDENT_ENDPOINT = "POST /checkout"

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000
_START = int(START.timestamp()) * _SECOND
_END = _START + DAYS * _DAY
_CLOCKS_CHANGE = _START + 2 * _DAY + _HOUR
_LATE = [_START + hours * _HOUR for hours in (45, 46, 49)]  # from, to, written
_CLOCK_OFF = (_START + 3 * _DAY + 9 * _HOUR, _START + 3 * _DAY + 9 * _HOUR + 20 * _MINUTE)
_INCIDENT = [int(moment.timestamp()) * _SECOND for moment in INCIDENT]
_SCRAPES = (_START + 4 * _HOUR, _START + 2 * _DAY + 19 * _HOUR)
_OVERLAP = 40  # lines

_VISITS_AN_HOUR = [14, 9, 6, 5, 5, 8, 16, 30, 44, 52, 58, 60, 62, 58, 54, 54, 58, 66, 76, 84, 80, 64, 42, 24]
_VISITS = 4_300  # at scale 1
_CRAWLED = 9_500
_CUSTOMERS = 2_400


class _Endpoint(NamedTuple):
    method: str
    path: str
    weight: int
    milliseconds: int  # at the median, about
    logger: str = ""


_ENDPOINTS = (
    _Endpoint("GET", "/", 130, 38, "shop.home"),
    _Endpoint("GET", "/search", 190, 120, "shop.search"),
    _Endpoint("GET", "/product/{id}", 360, 55, "shop.catalog"),
    _Endpoint("GET", "/category/{id}", 110, 64, "shop.catalog"),
    _Endpoint("POST", "/cart", 70, 48, "shop.cart"),
    _Endpoint("GET", "/cart", 45, 30, "shop.cart"),
    _Endpoint("POST", "/checkout", 28, 210, "shop.checkout"),
    _Endpoint("GET", "/order/{id}", 26, 42, "shop.orders"),
    _Endpoint("GET", "/account", 18, 33, "shop.account"),
    _Endpoint("POST", "/login", 17, 160, "shop.account"),
    _Endpoint("GET", "/account/reset", 6, 75, "shop.account"),
    _Endpoint("GET", "/static/{file}", 0, 2),
    _Endpoint("GET", "/robots.txt", 0, 1),
)
_NAMES = [f"{endpoint.method} {endpoint.path}" for endpoint in _ENDPOINTS]
_STATIC, _ROBOTS = len(_ENDPOINTS) - 2, len(_ENDPOINTS) - 1
_CHECKOUT, _ACCOUNT, _RESET = (
    _NAMES.index(n) for n in (INCIDENT_ENDPOINT, "GET /account", "GET /account/reset")
)

_WORDS = [
    "lamp",
    "desk",
    "kettle",
    "bike+light",
    "rain+coat",
    "tent",
    "mug",
    "chair",
    "backpack",
    "caf%C3%A9",
]
_FILES = ("app.4f1c9a.js", "site.77b0e2.css", "logo.svg", "fonts/text.woff2")
_WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0"
_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"
_BROWSERS = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME} Safari/537.36",
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_WEBKIT} Safari/605.1.15",
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) {_WEBKIT} Mobile/15E148 Safari/604.1",
    f"Mozilla/5.0 (Linux; Android 10; K) {_CHROME} Mobile Safari/537.36",
    "MarketApp/7.2.1 (Android 15; de_DE)",
)
_QUOTED = (
    r"Mozilla/5.0 (X11; Linux x86_64) \x22Kiosk\x22 Edition; en, de",
    r"MarketApp/7.2.1 (\x22Anna\x5C's phone\x22;\x09beta)",
)  # nginx writes a quote, a backslash and a control character so
_CRAWLERS = (
    "ExampleBot/2.1 (+https://bot.example/about)",
    "Mozilla/5.0 (compatible; PriceSpider/1.0; +https://spider.example)",
    "curl/8.16.0",
    "python-requests/2.32.5",
    "UptimeMonitor/3.4",
    "ArchiveCrawler/0.9",
)
_BYTES_FOR_A_REQUEST = (
    r"\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\xA4\x10",
    r"\x16\x03\x01\x00\xEE\x01\x00\x00\xEA\x03\x03\x22\x5C",
    r"\x03\x00\x00/*\xE0\x00\x00\x00\x00\x00Cookie: mstshash=",
    "",
)
_TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "/srv/shop/{module}.py", line {line}, in handle',
    "    return self.store.fetch(key, timeout=self.timeout)",
    "TimeoutError: store did not answer within 2.0 s",
)

_COLUMNS = {
    "access": (
    "file", "line", "server", "fate", "reason", "dirt", "request_id", "attempt", "at", "client_ip", "method",
    "target", "endpoint", "status", "bytes", "referer", "user_agent", "host", "duration_ms", "bot",
    ),
    "app": (
    "file", "line", "server", "fate", "reason", "dirt", "request_id", "attempt", "at", "level", "logger",
    "customer_id", "endpoint", "status", "duration_ms", "idempotency_key", "message", "exception",
    ),
}  # fmt: skip

_Numbers = NDArray[np.int64]
_Rows = dict[str, _Numbers]
_Facts = tuple[Any, ...] | None


class _Line(NamedTuple):
    """A line as it was meant or spoiled: bytes without the line feed, and what is true of it."""

    written: int  # when, in UTC milliseconds: decides the file
    text: bytes
    reason: str = ""  # to quarantine it
    dirt: str = ""
    facts: _Facts = None


def write(folder: Path, scale: float, seed: int, dirt: Collection[str]) -> list[Path]:
    """Write the log files into `folder`, in place of those that stand there, and return their paths.

    `web-1`, `web-2` and `app-1` hold the logs of a server each, rotated at midnight: `access.log` is the
    youngest, then `access.log.1`, `access.log.2.gz`, `access.log.3.gz`; `app.log` likewise.
    """
    for _ in _written(folder, scale, seed, dirt):
        pass
    return sorted(path for server in _SERVERS for path in (folder / server).glob("*.log*"))


def truth(scale: float = 1.0, seed: int = 0, dirt: Collection[str] = tuple(DIRT)) -> dict[str, pa.Table]:
    """Return what is true of every line of the files: tables `access` and `app`, a row a physical line.

    `fate` is `clean`, `quarantine` (`reason` says why: `encoding`, `format`, `request`, `time`; the fields
    after `dirt` are NULL) or `duplicate` (the same bytes were clean in an earlier line of the same server, or
    the whole file was shipped before).
    `at` is the true time; `dirt` is what was done to the line, `endpoint` the method and the path without
    its ids, `bot` is `declared`, `undeclared` or empty.
    """
    import pyarrow as pa

    text, whole, large = pa.string(), pa.int32(), pa.int64()
    types = dict.fromkeys(("attempt", "status", "duration_ms", "customer_id"), whole)
    types |= {"line": large, "bytes": large, "at": pa.timestamp("us", tz="UTC")}
    found: dict[str, list[tuple[Any, ...]]] = {"access": [], "app": []}
    for log, rows in _written(None, scale, seed, dirt):
        found[log].extend(rows)
    tables = {}
    for log, columns in _COLUMNS.items():
        values = dict(zip(columns, zip(*found[log], strict=True), strict=True))
        values["at"] = tuple(None if at is None else at * 1_000 for at in values["at"])
        tables[log] = pa.table({name: pa.array(values[name], types.get(name, text)) for name in columns})
    return tables


def _written(
    folder: Path | None, scale: float, seed: int, dirt: Collection[str]
) -> Iterator[tuple[str, list[tuple[Any, ...]]]]:
    """Write the files, unless `folder` is None, and yield the truth of their lines."""
    logs = [_Log(folder, server, name, dirt) for server, name in _SERVERS.items()]
    spoiler = Dice(seed, 3)
    for end, rows in _requests(scale, seed, dirt):
        size = len(rows["at"])
        rows["spoil"], rows["cut"] = spoiler.below(100_000, size), spoiler.below(1_000, size)
        rows["spoil_app"] = spoiler.below(100_000, size)
        access, events = _formatted(rows, seed, frozenset(dirt))
        for log, lines in zip(logs, (*access, events), strict=True):
            yield log.name, log.write(end, lines)
    for log in logs:
        log.close()


# --- Requests -------------------------------------------------------------------------------------


def _requests(scale: float, seed: int, dirt: Collection[str]) -> Iterator[tuple[int, _Rows]]:
    """Yield slices of time, each with its requests in order; only pages still to come are kept."""
    minutes = int(max(1, min(60, 60 // max(scale, 1))))
    visits, bots, rest = Dice(seed, 0), Dice(seed, 1), Dice(seed, 2)
    pending: _Rows | None = None
    number = 0
    for begin in range(_START, _END, minutes * _MINUTE):
        end = begin + minutes * _MINUTE
        parts = [_visited(visits, begin, end, scale)]
        crawled = _crawled(bots, begin, end, scale)
        if "bots" in dirt:
            parts.append(crawled)
        fresh = _answered(rest, {name: np.concatenate([part[name] for part in parts]) for name in parts[0]})
        fresh["number"] = number + np.arange(len(fresh["at"]))
        number += len(fresh["at"])
        again = _retried(rest, fresh)
        if "retries" not in dirt:
            again = {name: values[:0] for name, values in again.items()}
        parts = [fresh, again] + ([pending] if pending else [])
        rows = {name: np.concatenate([part[name] for part in parts]) for name in fresh}
        now = rows["at"] < end
        pending = {name: values[~now] for name, values in rows.items()}
        order = np.lexsort((rows["attempt"][now], rows["number"][now], rows["at"][now]))
        yield end, {name: values[now][order] for name, values in rows.items()}


def _visited(dice: Dice, begin: int, end: int, scale: float) -> _Rows:
    """Return the page views, with the files that they load, of the visits that begin in a slice."""
    count = _until(end, _VISITS * scale) - _until(begin, _VISITS * scale)
    start = begin + dice.below(end - begin, count)
    customers = max(40, round(_CUSTOMERS * scale))
    visitor = np.minimum(dice.below(customers, count), dice.below(customers, count))
    pages = 1 + dice.below(7, count) + dice.below(7, count)
    visit = np.repeat(np.arange(count), pages)
    size = len(visit)
    gap = 8_000 + dice.below(50_000, size) + (dice.below(25, size) == 0) * dice.below(20 * _MINUTE, size)
    gap += (dice.below(40, size) == 0) * (31 * _MINUTE + dice.below(20 * _MINUTE, size))
    at = start[visit] + _running_total_per_group(gap, pages)
    endpoint = dice.pick([endpoint.weight for endpoint in _ENDPOINTS], size)
    files = dice.below(4, size) * (dice.below(5, size) < 2)
    page = np.repeat(np.arange(size), files)
    zeros = np.zeros(size + len(page), np.int64)
    return {
        "at": np.concatenate([at, at[page] + 150 + dice.below(900, len(page))]),
        "visitor": visitor[np.concatenate([visit, visit[page]])],
        "endpoint": np.concatenate([endpoint, np.full(len(page), _STATIC)]),
        "kind": zeros,
    }


def _crawled(dice: Dice, begin: int, end: int, scale: float) -> _Rows:
    """Return the requests of the declared bots (kind 1) and of the scrapers (kind 2) in a slice."""
    count = int((end - _START) * _CRAWLED * scale / (_END - _START))
    count -= int((begin - _START) * _CRAWLED * scale / (_END - _START))
    at = begin + dice.below(end - begin, count)
    visitor = dice.below(12, count)
    endpoint = np.where(dice.below(60, count) == 0, _ROBOTS, dice.pick([2, 0, 70, 28], count))
    parts = [{"at": at, "visitor": visitor, "endpoint": endpoint, "kind": np.ones(count, np.int64)}]
    for number, scrape in enumerate(_SCRAPES):
        minutes = max(1, round(8 * min(scale, 1)))
        if begin <= scrape < end or scrape <= begin < scrape + minutes * _MINUTE:
            first, last = max(begin, scrape), min(end, scrape + minutes * _MINUTE)
            at = np.arange(first, last, 600)
            each = np.full(len(at), 1)
            parts.append({"at": at, "visitor": each * number, "endpoint": each * 2, "kind": each * 2})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _answered(dice: Dice, rows: _Rows) -> _Rows:
    """Add what the servers did: which one, the item, the status, the bytes, the milliseconds."""
    size = len(rows["at"])
    item = dice.below(1_000, size) * dice.below(1_000, size) // 200 + 1
    luck = dice.below(10_000, size)
    status = np.select(
        [luck < 9_480, luck < 9_700, luck < 9_930, luck < 9_950, luck < 9_975], [200, 304, 404, 500, 502], 504
    )
    middle = np.array([endpoint.milliseconds for endpoint in _ENDPOINTS])[rows["endpoint"]]
    # A Pareto tail with exponent 2 over an even spread.
    tail = np.sqrt(10_000 / (1 + dice.below(10_000, size)))
    taken = (middle * (40 + dice.below(40, size)) * tail / 100).astype(np.int64)
    struck = (rows["endpoint"] == _CHECKOUT) & (rows["at"] >= _INCIDENT[0]) & (rows["at"] < _INCIDENT[1])
    taken = np.where(struck, taken * 14 + 1_500, taken)
    status = np.where(struck & (dice.below(10, size) < 3), 504, status)
    status = np.where((rows["endpoint"] == _STATIC) & (status >= 500), 200, status)
    length = 180 + dice.below(900, size) * np.where(rows["endpoint"] == _STATIC, 90, 24)
    return rows | {
        "server": dice.below(2, size),
        "item": item,
        "status": status,
        "bytes": np.where(status == 304, 0, np.where(status >= 400, 153, length)),
        "taken": np.minimum(taken, 30_000),
        "attempt": np.ones(size, np.int64),
    }


def _retried(dice: Dice, rows: _Rows) -> _Rows:
    """Return the second and third attempts of people's requests that a gateway failed."""
    found: list[_Rows] = []
    for attempt in (2, 3):
        failed = (rows["status"] >= 502) & (rows["kind"] == 0)
        rows = {name: values[failed] for name, values in rows.items()}
        size = len(rows["at"])
        rows |= {
            "at": rows["at"] + 1_000 + rows["taken"] + dice.below(2_000, size),
            "server": dice.below(2, size),
            "status": np.where(dice.below(4, size) == 0, 502, 200),
            "bytes": 200 + dice.below(9_000, size),
            "attempt": np.full(size, attempt),
        }
        found.append(rows)
    return {name: np.concatenate([part[name] for part in found]) for name in rows}


def _until(at: int, total: float) -> int:
    """Return how many of the `total` visits have begun at a time, by the hours' shares."""
    days, left = divmod(at - _START, _DAY)
    hours, left = divmod(left, _HOUR)
    share = sum(_VISITS_AN_HOUR) * days + sum(_VISITS_AN_HOUR[:hours])
    share = share * 60 + (_VISITS_AN_HOUR[hours] * left // _MINUTE if left else 0)
    return int(total * share / (DAYS * 60 * sum(_VISITS_AN_HOUR)))


def _running_total_per_group(values: _Numbers, sizes: _Numbers) -> _Numbers:
    total = np.cumsum(values)
    firsts = np.cumsum(sizes) - sizes
    return total - np.repeat(total[firsts], sizes)


# --- Lines ----------------------------------------------------------------------------------------

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _formatted(
    rows: _Rows, seed: int, dirt: frozenset[str]
) -> tuple[tuple[list[_Line], list[_Line]], list[_Line]]:
    """Return the lines of the two web servers and of the application for a slice's requests."""
    salt = np.uint64(seed * 1_000_003 % 2**63)
    halves = (_mixed(rows["number"] + first, salt).tolist() for first in (0, 2**40))
    ids = [f"{high:016x}{low:016x}" for high, low in zip(*halves, strict=True)]
    access: tuple[list[_Line], list[_Line]] = ([], [])
    events: list[_Line] = []
    for values in zip(*(column.tolist() for column in rows.values()), ids, strict=True):
        row = _Row(*values)
        lines = access[row.server]
        if row.spoil >= 99_900 and "handshakes" in dirt:
            lines.append(_handshake(row, dirt))
        lines.append(_access_line(row, dirt))
        if _ENDPOINTS[row.endpoint].logger:
            events += _app_lines(row, dirt)
    return access, events


class _Row(NamedTuple):
    """A request; the order of the fields is the order in which `_requests` makes them."""

    at: int
    visitor: int
    endpoint: int
    kind: int  # 0 a customer, 1 a declared bot, 2 a scraper
    server: int
    item: int
    status: int
    bytes: int
    taken: int
    attempt: int
    number: int
    spoil: int
    cut: int
    spoil_app: int
    id: str


def _access_line(row: _Row, dirt: frozenset[str]) -> _Line:
    method, path = _ENDPOINTS[row.endpoint][:2]
    address, agent = _client(row.kind, row.visitor, "quotes" in dirt)
    personal = "personal" in dirt
    target = _target(row, path, personal)
    referer = "-"
    if row.endpoint == _STATIC:
        referer = "https://shop.example/"
    elif row.endpoint == _ACCOUNT and personal:
        referer = f"https://shop.example/account/reset?email=customer{row.visitor}%40mail.example"
    host = (
        "static.shop.example"
        if row.endpoint == _STATIC
        else "www.shop.example"
        if row.visitor % 11 == 0
        else "shop.example"
    )
    stamp = _stamp(row.at, row.server, dirt)
    version = "1.1" if row.kind == 1 else "2.0"

    def line(agent: str) -> str:
        return (
            f'{address} - - [{stamp}] "{method} {target} HTTP/{version}" {row.status} {row.bytes} '
            f'"{referer}" "{agent}" {host} {row.taken // 1_000}.{row.taken % 1_000:03d} {row.id}'
        )

    text = line(agent).encode()
    if row.spoil < 100 and "truncated" in dirt:
        return _Line(_written_at(row, dirt), _cut(text, row.cut), "format", "truncated")
    if 100 <= row.spoil < 160 and "encoding" in dirt:
        text = line("MarketApp/7.2.1 (téléphone de Zoé; fr_FR)").encode("latin-1")
        return _Line(_written_at(row, dirt), text, "encoding", "encoding")
    if 160 <= row.spoil < 200 and "nuls" in dirt:
        return _Line(_written_at(row, dirt), bytes(64 + row.cut) + text, "encoding", "nuls")
    if _clock_is_off(row, dirt):
        return _Line(row.at, text, "time", "clock")
    written = _written_at(row, dirt)
    facts = (
        row.id, row.attempt, row.at // _SECOND * _SECOND, address, method, target, _NAMES[row.endpoint],
        row.status, row.bytes, referer, agent, host, row.taken, ("", "declared", "undeclared")[row.kind],
    )  # fmt: skip
    done = (
        "late" if written > row.at
        else "retries" if row.attempt > 1
        else "personal" if "email=" in target or "email=" in referer
        else "quotes" if "\\x" in agent
        else "bots" if row.kind
        else ""
    )  # fmt: skip
    return _Line(written, text, "", done, facts)


def _handshake(row: _Row, dirt: frozenset[str]) -> _Line:
    """Return the line of a port scanner that came just before a request."""
    request = _BYTES_FOR_A_REQUEST[row.number % len(_BYTES_FOR_A_REQUEST)]
    stamp = _stamp(row.at, row.server, dirt)
    text = (
        f'198.51.100.{row.visitor % 254 + 1} - - [{stamp}] "{request}" 400 150 "-" "-" _ '
        f"0.{row.cut:03d} {row.id[16:]}{row.id[:16]}"
    )
    return _Line(_written_at(row, dirt), text.encode(), "request", "handshakes")


def _app_lines(row: _Row, dirt: frozenset[str]) -> list[_Line]:
    endpoint = _ENDPOINTS[row.endpoint]
    level = "ERROR" if row.status >= 500 else "WARNING" if row.status == 404 else "INFO"
    customer = row.visitor if row.kind == 0 and row.visitor % 3 else None
    key = f"idem-{row.id[4:16]}" if row.endpoint == _CHECKOUT else None
    message = "not found" if row.status == 404 else "failed" if row.status >= 500 else "done"
    if row.endpoint == _RESET:
        message = (
            f"reset link sent to customer{row.visitor}@mail.example"
            if "personal" in dirt
            else "reset link sent"
        )
    taken = row.taken * 9 // 10
    traceback = None
    if row.status == 500:
        module = endpoint.logger.removeprefix("shop.")
        traceback = [part.format(module=module, line=40 + row.number % 60) for part in _TRACEBACK]
    text = (
        f'{{"ts": "{_iso(row.at)}", "level": "{level}", "logger": "{endpoint.logger}", "host": "app-1", '
        f'"request_id": "{row.id}", "attempt": {row.attempt}, '
        f'"customer_id": {"null" if customer is None else customer}, "endpoint": "{_NAMES[row.endpoint]}", '
        f'"status": {row.status}, "duration_ms": {taken}, "message": "{message}"'
    )
    if key:
        text += f', "idempotency_key": "{key}"'
    raw = traceback if "tracebacks" in dirt else None
    exception = "\n".join(traceback) if traceback and not raw else None
    if exception:
        text += ', "exception": "' + exception.replace('"', '\\"').replace("\n", "\\n") + '"'
    line = f"{text}}}".encode()
    if row.spoil_app < 100 and "truncated" in dirt:
        return [_Line(row.at, _cut(line, row.cut), "format", "truncated")]
    facts = (
        row.id, row.attempt, row.at, level, endpoint.logger, customer, _NAMES[row.endpoint],
        row.status, taken, key, message, exception,
    )  # fmt: skip
    lines = [
        _Line(row.at, line, "", "retries" if row.attempt > 1 else "personal" if "@" in message else "", facts)
    ]
    return lines + [_Line(row.at, part.encode(), "format", "tracebacks") for part in raw or ()]


def _target(row: _Row, path: str, personal: bool) -> str:
    if row.endpoint == _STATIC:
        return "/static/" + _FILES[row.number % len(_FILES)]
    if path == "/search":
        return f"/search?q={_WORDS[row.item % len(_WORDS)]}" + (
            f"&page={row.item % 5}" if row.item % 5 > 1 else ""
        )
    if path == "/category/{id}":
        return f"/category/{row.item % 40 + 1}?sort=price&page={row.item % 6 + 1}"
    if path == "/order/{id}":
        return f"/order/{row.id[:8]}-{row.id[8:12]}-{row.id[12:16]}-{row.id[16:20]}-{row.id[20:]}"
    if row.endpoint == _RESET:
        at = "@" if row.number % 2 else "%40"
        return (
            f"/account/reset?email=customer{row.visitor}{at}mail.example&step=1"
            if personal
            else "/account/reset?step=1"
        )
    return path.replace("{id}", str(row.item))


@lru_cache(maxsize=50_000)
def _client(kind: int, visitor: int, quotes: bool) -> tuple[str, str]:
    """Return a visitor's address, from the ranges kept for documentation and tests, and user agent."""
    if kind == 1:
        return f"203.0.113.{10 + visitor}", _CRAWLERS[visitor % len(_CRAWLERS)]
    if kind == 2:
        return f"192.0.2.{77 + visitor}", _BROWSERS[visitor]
    agent = _QUOTED[visitor % 2] if quotes and visitor % 23 < 2 else _BROWSERS[visitor % len(_BROWSERS)]
    if visitor % 7 == 3 or visitor >= 2**17:
        return f"2001:db8:{visitor >> 16:x}::{visitor & 0xFFFF:x}", agent
    return f"198.{18 + (visitor >> 16)}.{visitor >> 8 & 255}.{visitor & 255}", agent


def _clock_is_off(row: _Row, dirt: frozenset[str]) -> bool:
    return "clock" in dirt and row.server == 1 and _CLOCK_OFF[0] <= row.at < _CLOCK_OFF[1]


def _written_at(row: _Row, dirt: frozenset[str]) -> int:
    held = "late" in dirt and row.server == 1 and _LATE[0] <= row.at < _LATE[1] and row.cut % 20 == 0
    return _LATE[2] if held else row.at


def _stamp(at: int, server: int, dirt: frozenset[str]) -> str:
    """Return nginx's `$time_local`."""
    hours = 0
    if server == 0 and "zones" in dirt:
        hours = 2 if at < _CLOCKS_CHANGE else 1
    elif server == 1 and "clock" in dirt and _CLOCK_OFF[0] <= at < _CLOCK_OFF[1]:
        at -= _CLOCK_OFF[0]
    minute, second = divmod(at // _SECOND, 60)
    before, after = _minute(minute, hours)
    return f"{before}{second:02d}{after}"


@lru_cache(maxsize=2_000)
def _minute(minute: int, hours: int) -> tuple[str, str]:
    local = datetime.fromtimestamp(minute * 60, timezone(timedelta(hours=hours)))
    return f"{local.day:02d}/{_MONTHS[local.month - 1]}/{local:%Y:%H:%M}:", f" +{hours:02d}00"


def _iso(at: int) -> str:
    minute, left = divmod(at, _MINUTE)
    return f"{_iso_minute(minute)}:{left // 1_000:02d}.{left % 1_000:03d}Z"


@lru_cache(maxsize=2_000)
def _iso_minute(minute: int) -> str:
    return f"{datetime.fromtimestamp(minute * 60, UTC):%Y-%m-%dT%H:%M}"


def _cut(text: bytes, luck: int) -> bytes:
    return text[: len(text) * (450 + luck * 530 // 1_000) // 1_000]


def _mixed(numbers: _Numbers, salt: np.uint64) -> NDArray[np.uint64]:
    """Return SplitMix64 of the numbers: 64 bits each that look like chance."""
    mixed = (numbers.astype(np.uint64) + salt) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


# --- Files ----------------------------------------------------------------------------------------


class _Log:
    """One log of one server: what it was told to write, in rotated files."""

    def __init__(self, folder: Path | None, server: str, name: str, dirt: Collection[str]):
        self.name, self._server, self._dirt = name, server, dirt
        self._folder = folder / server if folder else None
        self._rotations = _rotations(server, dirt)
        self._rotated = 0
        self._held: list[_Line] = []
        self._recent: deque[_Line] = deque(maxlen=_OVERLAP)
        self._truth: list[tuple[Any, ...]] = []
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            for old in self._folder.glob(f"{name}.log*"):
                old.unlink()
            if "empty" in dirt and server == "web-2":
                _Sink(self._folder / f"{name}.log.{DAYS}.gz").close()
            if "empty" in dirt and server == "app-1":
                (self._folder / f"{name}.log.{DAYS}.gz").touch()
        self._open()

    def write(self, end: int, lines: list[_Line]) -> list[tuple[Any, ...]]:
        """Write the lines that are due before `end` and keep the others; return the truth of the former."""
        lines = self._held + lines
        self._held = [line for line in lines if line.written >= end]
        for line in lines:
            if line.written < end:
                if self._rotated < len(self._rotations) and line.written >= self._rotations[self._rotated]:
                    self._rotate(line)
                else:
                    self._put(line)
        truth, self._truth = self._truth, []
        return truth

    def close(self) -> None:
        for sink in self._sinks:
            sink.close()

    def _rotate(self, line: _Line) -> None:
        """Begin the next file with a line, of which the old one may get the first half."""
        first = [line]
        if "split" in self._dirt and (self._server, self._rotated) in (("web-2", 0), ("app-1", 1)):
            half = len(line.text) // 2
            before, after = (line._replace(text=part, reason=_reason_of_half(part), dirt="split", facts=None)
                             for part in (line.text[:half], line.text[half:]))  # fmt: skip
            self._put(before, end=b"")
            first = [after]
        if "overlap" in self._dirt and (self._server, self._rotated) == ("web-1", 1):
            first = [
                old if old.reason else old._replace(dirt="overlap", facts=None) for old in self._recent
            ] + first
        self.close()
        self._rotated += 1
        self._open()
        for line in first:
            self._put(line)

    def _open(self) -> None:
        age = len(self._rotations) - self._rotated
        names = [f"{self.name}.log" + ("" if age == 0 else f".{age}" if age == 1 else f".{age}.gz")]
        if "twice" in self._dirt and (self._server, self._rotated) == ("web-2", 0):
            names.append(f"{self.name}.log-{START + timedelta(days=1):%Y%m%d}")
        self._names = [f"{self._server}/{name}" for name in names]
        self._sinks = [_Sink(self._folder / name) for name in names] if self._folder else []
        self._count = 0
        self._recent.clear()

    def _put(self, line: _Line, end: bytes = b"\n") -> None:
        self._count += 1
        for sink in self._sinks:
            sink.write(line.text + end)
        fate = "quarantine" if line.reason else "clean" if line.facts else "duplicate"
        facts = line.facts or (None,) * (len(_COLUMNS[self.name]) - 6)
        self._truth.append(
            (self._names[0], self._count, self._server, fate, line.reason or None, line.dirt, *facts)
        )
        if len(self._names) > 1:
            empty = (None,) * len(facts)
            self._truth.append(
                (self._names[1], self._count, self._server, "duplicate", None, "twice", *empty)
            )
        self._recent.append(line)


class _Sink:
    """A file that is written in large pieces, compressed where its name ends in .gz."""

    def __init__(self, path: Path):
        self._file = path.open("wb", buffering=2**18)
        # Without a time and a name in its header, a compressed file is the same in every run.
        self._gzip = gzip.GzipFile("", "wb", 6, self._file, mtime=0) if path.suffix == ".gz" else None
        self._parts: list[bytes] = []

    def write(self, text: bytes) -> None:
        self._parts.append(text)
        if len(self._parts) == 1_000:
            self._flush()

    def close(self) -> None:
        self._flush()
        if self._gzip:
            self._gzip.close()
        self._file.close()

    def _flush(self) -> None:
        (self._gzip or self._file).write(b"".join(self._parts))
        self._parts.clear()


def _rotations(server: str, dirt: Collection[str]) -> list[int]:
    """Return the server's midnights, in UTC milliseconds."""
    midnights = [_START + day * _DAY for day in range(1, DAYS)]
    if server == "web-1" and "zones" in dirt:
        local = [midnight - 2 * _HOUR for midnight in (*midnights, _END)]
        midnights = [at + _HOUR if at > _CLOCKS_CHANGE else at for at in local]
    return midnights


def _reason_of_half(part: bytes) -> str:
    try:
        return "encoding" if "\0" in part.decode() else "format"
    except UnicodeDecodeError:
        return "encoding"


def _tables(scale: float, seed: int) -> dict[str, pa.Table]:
    return truth(scale, seed)


DATASET = Dataset(
    tables=_tables,
    keys={"access": ("file", "line"), "app": ("file", "line")},
    largest_scale=100.0,
    files=write,
    dirt=DIRT,
)
