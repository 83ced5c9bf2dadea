"""The relay hands on every byte and counts what passed."""

import socket
import threading

from seniorde import labs


def echo(listener):
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection:
            while data := connection.recv(1 << 16):
                connection.sendall(data)


def test_it_counts_connections_turns_and_bytes():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        with labs.relay(*listener.getsockname()) as relay:
            for rounds in (1, 3):
                with socket.create_connection(("127.0.0.1", relay.port)) as client:
                    for _ in range(rounds):
                        client.sendall(b"ping")
                        assert client.recv(4) == b"ping"
            assert (relay.connections, relay.flights) == (2, [2, 6])
            assert (relay.sent, relay.received) == (16, 16)
        listener.shutdown(socket.SHUT_RDWR)


def test_large_messages_arrive_whole_and_the_end_is_handed_on():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        with labs.relay(*listener.getsockname(), delay=0.002) as relay:
            with socket.create_connection(("127.0.0.1", relay.port)) as client:
                sent = bytes(range(256)) * 4_000
                threading.Thread(target=client.sendall, args=(sent,), daemon=True).start()
                got = b""
                while len(got) < len(sent):
                    got += client.recv(1 << 16)
                client.shutdown(socket.SHUT_WR)
                assert client.recv(1) == b""
            assert got == sent
        listener.shutdown(socket.SHUT_RDWR)
