"""What the tests share. Use it for your own tests, too."""

from kit.case import Case, Snapshot, Stages
from kit.command import Done, Worker, ends_in_words, started, well
from kit.compare import TABLES, same_rows
from kit.files import change, customer, order, write
from kit.lake import Lake
from kit.sentences import expect, fail

__all__ = [
    "TABLES",
    "Case",
    "Done",
    "Lake",
    "Snapshot",
    "Stages",
    "Worker",
    "change",
    "customer",
    "ends_in_words",
    "expect",
    "fail",
    "order",
    "same_rows",
    "started",
    "well",
    "write",
]
