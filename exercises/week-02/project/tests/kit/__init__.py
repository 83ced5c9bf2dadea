"""What the tests share. Use it for your own tests, too."""

from kit.case import Case, Snapshot, Stages
from kit.command import Done, Running, ends_in_words, orderlake, started, well
from kit.compare import TABLES, same_rows
from kit.files import changed, customers, payment, payments, placed, write
from kit.lake import Lake, server
from kit.sentences import expect, fail

__all__ = [
    "TABLES",
    "Case",
    "Done",
    "Lake",
    "Running",
    "Snapshot",
    "Stages",
    "changed",
    "customers",
    "ends_in_words",
    "expect",
    "fail",
    "orderlake",
    "payment",
    "payments",
    "placed",
    "same_rows",
    "server",
    "started",
    "well",
    "write",
]
