"""# What a DNS answer says

You get the bytes of a DNS message (RFC 1035), an answer to one question.
Return a pair: the IPv4 addresses of its answer section, as a list of texts in the order in which they stand there, and how many seconds they may be kept: the smallest TTL of all records of the answer section, `0` if it has none.

A message has a header of six 16-bit numbers (id, flags, and the counts of questions, answers, authorities, additionals), then the questions (name, type, class: 16 bits each), then the records: name, type, class (16 bits each), TTL (32 bits), length (16 bits), data of that length.
All numbers are big-endian.
A name is labels, each a length byte and so many bytes, ended by a zero byte; or a pointer, two bytes of which the two highest bits are set, and which ends the name.
The data of type 1 (A) is the address, of type 5 (CNAME) another name, and types you do not know are skipped.

>>> solve(bytes.fromhex("0007818000010001000000000173076578616d706c6500"
...                     "00010001" "c00c000100010000003c0004" "34d90a09"))
(['52.217.10.9'], 60)

Raise `ValueError` for a message that ends too early, and for one whose flags say an error (the lowest four bits are not zero).
"""

import struct

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w2-networking-dns-answer",
    pattern="wire format",
    difficulty="medium",
    minutes=25,
    points=3,
    hints={
        "The example": (
            'Keep a position. First the header: `struct.unpack_from("!6H", message)`.',
            "To skip a name: a byte of 192 or more begins a pointer of two bytes; a zero ends it; otherwise jump over the label.",
        ),
        "Longer answers": (
            "An alias stands in the section as a record of its own: its data is skipped, its TTL counts.",
            "Read only as many records as the header says are answers: after them come others.",
        ),
        "Broken messages": (
            "A slice beyond the end is short, not an error: compare its length, or let `struct` complain and turn that into a `ValueError`.",
            "The last four bits of the second number are the result: 3 means that there is no such name.",
        ),
    },
)


def name(text, pointer=None):
    labels = b"".join(bytes([len(p)]) + p.encode() for p in text.split(".") if p)
    return labels + (struct.pack("!H", 0xC000 | pointer) if pointer is not None else b"\0")


def record(owner, kind, ttl, data):
    return owner + struct.pack("!2HIH", kind, 1, ttl, len(data)) + data


def a_message(answers, *, flags=0x8180, extra=(), authorities=0, question="s3.us-east-1.amazonaws.com"):
    head = struct.pack("!6H", 7, flags, 1, len(answers), authorities, len(extra) - authorities)
    return head + name(question) + struct.pack("!2H", 1, 1) + b"".join((*answers, *extra))


def ip(text):
    return bytes(map(int, text.split(".")))


def solve(message):
    def take(form):
        nonlocal place
        try:
            values = struct.unpack_from(form, message, place)
        except struct.error:
            raise ValueError("the message ends too early") from None
        place += struct.calcsize(form)
        return values

    def skip_name():
        nonlocal place
        while True:
            (length,) = take("!B")
            if length >= 0xC0:
                take("!B")
                return
            if length == 0:
                return
            take(f"!{length}s")

    place = 0
    _, flags, questions, answers, _, _ = take("!6H")
    if flags & 0xF:
        raise ValueError(f"the server says error {flags & 0xF}")
    for _ in range(questions):
        skip_name()
        take("!2H")
    addresses, ttls = [], []
    for _ in range(answers):
        skip_name()
        kind, _, ttl, length = take("!2HIH")
        (data,) = take(f"!{length}s")
        ttls.append(ttl)
        if kind == 1:
            addresses.append(".".join(map(str, data)))
    return addresses, min(ttls, default=0)


P = b"\xc0\x0c"
EXAMPLE = bytes.fromhex(
    "0007818000010001000000000173076578616d706c650000010001c00c000100010000003c000434d90a09"
)
CASES = {
    "two addresses": (
        a_message([record(P, 1, 60, ip("52.217.10.9")), record(P, 1, 60, ip("52.217.10.10"))]),
        (["52.217.10.9", "52.217.10.10"], 60),
    ),
    "an alias first": (
        a_message(
            [
                record(P, 5, 5, name("s3-w", 15)),
                record(name("s3-w", 15), 1, 300, ip("3.5.1.2")),
            ]
        ),
        (["3.5.1.2"], 5),
    ),
    "an IPv6 address between": (
        a_message([record(P, 28, 30, bytes(16)), record(P, 1, 90, ip("10.20.1.15"))]),
        (["10.20.1.15"], 30),
    ),
    "names written out": (
        a_message([record(name("s3.us-east-1.amazonaws.com"), 1, 7, ip("1.2.3.4"))]),
        (["1.2.3.4"], 7),
    ),
    "other sections after it": (
        a_message(
            [record(P, 1, 120, ip("52.217.10.9"))],
            extra=[record(P, 2, 10, name("ns", 15)), record(name("ns", 15), 1, 10, ip("9.9.9.9"))],
            authorities=1,
        ),
        (["52.217.10.9"], 120),
    ),
    "no answer": (a_message([]), ([], 0)),
    "a TTL of a week": (a_message([record(P, 1, 604_800, ip("10.0.0.255"))]), (["10.0.0.255"], 604_800)),
}


def expect(function, what, sent, expected):
    got = call(function, sent)
    if not isinstance(got, tuple | list) or len(got) != 2 or (list(got[0]), got[1]) != expected:
        raise Refused("result", f"Wrong for {what}: {sent.hex()}", expected=repr(expected), got=repr(got))


def example(function):
    expect(function, "the statement's message", EXAMPLE, (["52.217.10.9"], 60))
    return "The message of the statement."


def longer(function):
    for what, (sent, expected) in CASES.items():
        expect(function, what, sent, expected)
    return f"{len(CASES)} messages: {', '.join(CASES)}."


def broken(function):
    whole = CASES["an alias first"][0]
    wrong_ones = {f"a message cut after {n} bytes": whole[:n] for n in (0, 5, 12, 20, len(whole) - 2)}
    wrong_ones["no such name"] = a_message([], flags=0x8183)
    wrong_ones["a server that failed"] = a_message([record(P, 1, 1, ip("1.1.1.1"))], flags=0x8182)
    for what, sent in wrong_ones.items():
        try:
            got = call(function, sent)
        except Refused as refused:
            if "ValueError" not in str(refused):
                raise
        else:
            raise Refused("result", f"{what} must raise.", expected="ValueError", got=repr(got))
    return f"{len(wrong_ones)} broken messages raise ValueError."


PARTS = {"The example": example, "Longer answers": longer, "Broken messages": broken}


@variant
def by_slices(message):
    class Reader:
        def __init__(self, data):
            self.data, self.at = data, 0

        def read(self, count):
            piece = self.data[self.at : self.at + count]
            if len(piece) < count:
                raise ValueError("short")
            self.at += count
            return piece

        def number(self, count):
            return int.from_bytes(self.read(count), "big")

        def name(self):
            while length := self.number(1):
                if length & 0xC0:
                    self.read(1)
                    break
                self.read(length)

    reader = Reader(message)
    _, flags, questions, answers, *_ = (reader.number(2) for _ in range(6))
    if flags % 16:
        raise ValueError("error")
    for _ in range(questions):
        reader.name()
        reader.read(4)
    found, lives = [], []
    for _ in range(answers):
        reader.name()
        kind = reader.number(2)
        reader.read(2)
        lives.append(reader.number(4))
        data = reader.read(reader.number(2))
        if kind == 1:
            found.append("%d.%d.%d.%d" % tuple(data))
    return [tuple(found), min(lives) if lives else 0]


@wrong("reads the last four bytes as the address", passes_examples=True)
def the_end(message):
    if len(message) < 16 or message[3] & 15:
        raise ValueError
    (ttl,) = struct.unpack("!I", message[-10:-6])
    return [".".join(map(str, message[-4:]))], ttl


@wrong("takes every name for a pointer", passes_examples=True)
def pointers_only(message):
    if len(message) < 12 or message[3] & 15:
        raise ValueError
    answers = int.from_bytes(message[6:8], "big")
    at = message.index(b"\0", 12) + 5
    found, lives = [], []
    for _ in range(answers):
        kind, _, ttl, length = struct.unpack_from("!2HIH", message, at + 2)
        data = message[at + 12 : at + 12 + length]
        at += 12 + length
        lives.append(ttl)
        if kind == 1:
            found.append(".".join(map(str, data)))
    return found, min(lives, default=0)


@wrong("takes the TTL of the addresses alone, and so keeps an alias too long", passes_examples=True)
def ttl_of_addresses(message):
    addresses, _ = solve(message)
    lives, at = [], 0
    for _ in addresses:
        at = message.index(b"\x00\x01\x00\x01", at + 1)
        while message[at + 8 : at + 10] != b"\x00\x04":
            at = message.index(b"\x00\x01\x00\x01", at + 1)
        lives.append(int.from_bytes(message[at + 4 : at + 8], "big"))
    return addresses, min(lives, default=0)


@wrong("does not look at the flags", passes_examples=True)
def no_flags(message):
    return (
        solve(message[:3] + bytes([message[3] & 0xF0]) + message[4:]) if len(message) > 3 else solve(message)
    )


@wrong("returns what it has when the message ends", passes_examples=True)
def forgiving(message):
    try:
        return solve(message)
    except ValueError:
        return [], 0


NOTES = """
**Why it holds**: every field has its length before it or is of fixed size, so one position that only grows is enough; names need not be read, only skipped, and a pointer ends a name wherever it points.

**Pitfall**: the alias. An answer for a cloud service is usually `CNAME` → `A`, the alias with a TTL of seconds: whoever keeps the address for the TTL of the `A` misses the failover.

**Alternative**: `dnspython`, and `socket.getaddrinfo`, which does not tell you the TTL: whoever caches its result, caches blindly.

**At work**: `dig +noall +answer` shows exactly these fields. When "some workers still go to the old address", the TTL is the first thing to read.
"""
