"""Loopback TCP: the time of a round trip, bytes a second by size of a message, and what a distance costs."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from seniorde.labs import relay

SIZES = (64, 1_024, 16_384, 262_144, 1_048_576)  # bytes of a message
MEGABYTES = 256  # sent for each size
ROUND_TRIPS = 20_000
DISTANCES = (0, 2, 10, 20)  # milliseconds of a round trip
CONNECTIONS = (1, 4, 16)
REQUESTS = 160
OBJECT = 1_024  # bytes


def measure(quick: bool) -> dict[str, Any]:
    """Return round trips in µs, MB/s by message size, requests/s by distance and connections."""
    return {
        "round_trip_us": _round_trips(200 if quick else ROUND_TRIPS),
        "throughput_mb_s": {str(size): round(_throughput(size, 2 if quick else MEGABYTES)) for size in SIZES},
        "requests_a_second": {
            str(distance): {
                str(count): round(_requests(distance / 2_000, count, 16 if quick else REQUESTS))
                for count in CONNECTIONS
            }
            for distance in DISTANCES
        },
    }


@contextmanager
def _server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A TCP server on loopback that gives each connection to `serve` in a thread of its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=serve, args=(connection,), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


def _answer(connection: socket.socket) -> None:
    """Answer each byte with an object."""
    with connection:
        while connection.recv(1):
            connection.sendall(bytes(OBJECT))


def _swallow(connection: socket.socket) -> None:
    """Read to the end, then answer with one byte."""
    with connection:
        while connection.recv(1 << 20):
            pass
        connection.sendall(b"!")


def _round_trips(count: int) -> dict[str, float]:
    with _server(_answer) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        taken = sorted(_one(client) for _ in range(count))
    return {name: round(taken[int(share * count)] * 1e6, 1) for name, share in (("p50", 0.5), ("p99", 0.99))}


def _one(client: socket.socket) -> float:
    """The seconds of one request and its whole answer."""
    begin = time.perf_counter()
    client.sendall(b"?")
    left = OBJECT
    while left:
        left -= len(client.recv(left))
    return time.perf_counter() - begin


def _throughput(size: int, megabytes: int) -> float:
    """MB a second when a client sends messages of `size` bytes one after the other."""
    message = bytes(size)
    count = max(1, min(megabytes * 1_000_000 // size, 400_000))
    with _server(_swallow) as port, socket.create_connection(("127.0.0.1", port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        begin = time.perf_counter()
        for _ in range(count):
            client.sendall(message)
        client.shutdown(socket.SHUT_WR)
        client.recv(1)
        return count * size / 1e6 / (time.perf_counter() - begin)


def _requests(delay: float, connections: int, count: int) -> float:
    """Requests a second, each sent on a kept connection when the one before is answered."""

    def work(_: int, port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(count // connections):
                _one(client)

    with _server(_answer) as port, relay("127.0.0.1", port, delay=delay) as between:
        begin = time.perf_counter()
        with ThreadPoolExecutor(connections) as pool:
            list(pool.map(work, range(connections), repeat(between.port)))
        return count / (time.perf_counter() - begin)
