"""A relay on loopback: TCP passes through it unchanged, is counted, and can be kept waiting."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from types import TracebackType

CHUNK = 1 << 16


class Relay:
    """Stands between clients and a server while the `with` lasts; clients connect to its `port`.

    `connections` counts what clients opened. `flights` counts, for each connection, how often the
    direction turned: a request and its answer are two. `sent` and `received` are a client's bytes.
    `delay` is what each direction takes, in seconds; bytes that follow each other wait side by side.
    """

    def __init__(self, host: str, port: int, delay: float = 0.0) -> None:
        self.target, self.delay = (host, port), delay
        self.flights: list[int] = []
        self.sent = self.received = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    @property
    def connections(self) -> int:
        """How many connections clients opened."""
        return len(self.flights)

    def __enter__(self) -> Relay:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            ends = [self._listener, *self._open]
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
                server = socket.create_connection(self.target)
            except OSError:
                return
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open |= {client, server}
                self.flights.append(0)
                turns = _Turns(self, len(self.flights) - 1)
            for source, sink, outward in ((client, server, True), (server, client, False)):
                waiting: queue.Queue[tuple[float, bytes]] = queue.Queue()
                threading.Thread(
                    target=self._read, args=(source, waiting, turns, outward), daemon=True
                ).start()
                threading.Thread(target=self._write, args=(sink, waiting), daemon=True).start()

    def _read(
        self, source: socket.socket, waiting: queue.Queue[tuple[float, bytes]], turns: _Turns, outward: bool
    ) -> None:
        while True:
            try:
                data = source.recv(CHUNK)
            except OSError:
                data = b""
            if data:
                turns.saw(outward, len(data))
            waiting.put((time.monotonic() + self.delay, data))
            if not data:
                return

    def _write(self, sink: socket.socket, waiting: queue.Queue[tuple[float, bytes]]) -> None:
        while True:
            due, data = waiting.get()
            if self.delay:
                time.sleep(max(0.0, due - time.monotonic()))
            try:
                if not data:
                    sink.shutdown(socket.SHUT_WR)
                    return
                sink.sendall(data)
            except OSError:
                return


class _Turns:
    """Counts for one connection how often the direction turned."""

    def __init__(self, relay: Relay, number: int) -> None:
        self.relay, self.number = relay, number
        self.last: bool | None = None

    def saw(self, outward: bool, size: int) -> None:
        with self.relay._lock:
            if outward is not self.last:
                self.relay.flights[self.number] += 1
                self.last = outward
            if outward:
                self.relay.sent += size
            else:
                self.relay.received += size
