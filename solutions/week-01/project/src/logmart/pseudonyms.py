"""Pseudonyms of addresses: HMAC-SHA256 under a secret key, 16 hex digits of it."""

import hashlib
import hmac

_BLOCK = 64  # bytes that SHA-256 takes in at a time
DIGITS = 16


def pseudonym(key: bytes, address: str) -> str:
    """Return the pseudonym; `ops.pseudonym` in SQL gives the same."""
    return hmac.digest(key, address.encode(), "sha256").hex()[:DIGITS]


def pads(key: bytes) -> tuple[bytes, bytes]:
    """Return the inner and the outer padded key of RFC 2104: with them SQL makes the HMAC of sha256()."""
    block = (hashlib.sha256(key).digest() if len(key) > _BLOCK else key).ljust(_BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)
