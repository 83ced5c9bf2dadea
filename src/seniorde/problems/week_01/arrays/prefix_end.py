r"""# The end of a prefix scan

A key-value store keeps its keys sorted, byte by byte.
It can only scan from a first key up to, not including, an end key.
You want all keys that begin with `prefix`, so the scan starts at `prefix` itself.
Return the end: the smallest key that is greater than every key that begins with `prefix`.
Return `None` when no key is greater than all of them; then the scan runs to the end of the store.

>>> solve(b"2026-01")
b'2026-02'
>>> solve(b"ab\xff")
b'ac'
>>> solve(b"\xff\xff") is None
True

A byte is a number from 0 to 255 (`\xff`), and `b"ab\xff"[2]` is `255`.
A key is smaller than any longer key that begins with it.

Limits: up to a million bytes; every key begins with the empty prefix `b""`.
"""

from collections.abc import Iterator
from random import Random

from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w1-arrays-prefix-end",
    pattern="carry",
    difficulty="easy",
    minutes=15,
    points=2,
    classic="plus one",
    growth="n",
    growth_size=400,
    order=2,
    idea=(
        "the last place that may still be raised, walking from the right",
        "every byte to the right of it is 255",
        "what stands before that place, and the byte there raised by one",
    ),
    hints=(
        'Which single byte of `b"2026-01"` changes, and why that one?',
        "A byte of 255 cannot be raised. What must happen to it: become 0, or go away?",
        "Walk from the right to the first byte below 255; nothing to the right of it belongs into the end key.",
    ),
)


def solve(prefix: bytes) -> bytes | None:
    for last in reversed(range(len(prefix))):
        if prefix[last] < 255:
            return prefix[:last] + bytes([prefix[last] + 1])
    return None


def oracle(prefix):
    """Raise each byte in turn and drop what follows it: the smallest of these keys."""
    ends = [prefix[:i] + bytes([prefix[i] + 1]) for i in range(len(prefix)) if prefix[i] < 255]
    return min(ends, default=None)


EDGES = {
    "the empty prefix": (b"",),
    "one byte": (b"a",),
    "a byte of 0": (b"\x00",),
    "254 becomes 255": (b"a\xfe",),
    "255 inside": (b"\xffa",),
    "255 before the last": (b"a\xff\xffb",),
    "255 at the end, twice": (b"\x00\xff\xff",),
}


def cases(rng: Random, size: int) -> Iterator[tuple]:
    yield (rng.randbytes(size),)
    yield (bytes(rng.choice(b"a\xfe\xff") for _ in range(size)),)
    yield (b"a" + b"\xff" * (size - 1),)


@variant
def by_rstrip(prefix):
    kept = prefix.rstrip(b"\xff")
    return kept[:-1] + bytes([kept[-1] + 1]) if kept else None


@variant
def by_one_number(prefix):
    raised = int.from_bytes(prefix, "big") + 1
    try:
        return raised.to_bytes(len(prefix), "big").rstrip(b"\0") or None
    except OverflowError:
        return None


@wrong("appends 255: a key that goes on with two of them lies beyond")
def appended(prefix):
    return prefix + b"\xff" if prefix.strip(b"\xff") else None


@wrong("keeps a 0 for every 255 that was carried over, so the scan also returns the key without it")
def keeps_zeros(prefix):
    raised = int.from_bytes(prefix, "big") + 1
    return raised.to_bytes(len(prefix), "big") if raised < 256 ** len(prefix) else None


@wrong("drops only one 255 from the end", passes_examples=True)
def one_carry(prefix):
    if prefix.endswith(b"\xff"):
        prefix = prefix[:-1]
    return prefix[:-1] + bytes([prefix[-1] + 1]) if prefix and prefix[-1] < 255 else None


@wrong("raises the last byte, whatever it is", fails="error")
def no_carry(prefix):
    return prefix[:-1] + bytes([prefix[-1] + 1])


@wrong(
    "copies the prefix for every 255 that it takes off: grows with n²", fails="growth", passes_examples=True
)
def shortened_step_by_step(prefix):
    while prefix.endswith(b"\xff"):
        prefix = prefix[:-1]
    return prefix[:-1] + bytes([prefix[-1] + 1]) if prefix else None


NOTES = """
**Complexity**: O(n) for n bytes, and O(1) for almost every prefix, because the last byte is rarely 255; making the key copies it once.

**Pitfall**: adding 1 as to a number leaves zeros: `b"b\\x00"` for `b"a\\xff"`.
That is greater than every key with the prefix, but not the smallest such key: the scan would also return `b"b"`.

**Alternative**: `rstrip(b"\\xff")`, then raise the last byte that is left: the same walk, inside C.

**In an engine**: FoundationDB's client libraries have this function under the name `strinc`; etcd's prefix option computes the same end of the range.
SQL planners do it too: PostgreSQL turns `LIKE 'ab%'` on a B-tree index in the C collation into `>= 'ab'` and `< 'ac'`.
"""
