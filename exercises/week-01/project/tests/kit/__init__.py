"""What the tests share. Use it for your own tests, too."""

from kit.case import Case
from kit.command import ANALYST, KEY, ends_in_words, logmart, started, well
from kit.compare import CLEANED, MARTS, same_rows, same_state, state
from kit.database import Database, server
from kit.logs import access, app, content, lines_of, nginx_time, write
from kit.moments import Moments
from kit.sentences import expect, fail

__all__ = [
    "ANALYST",
    "CLEANED",
    "KEY",
    "MARTS",
    "Case",
    "Database",
    "Moments",
    "access",
    "app",
    "content",
    "ends_in_words",
    "expect",
    "fail",
    "lines_of",
    "logmart",
    "nginx_time",
    "same_rows",
    "same_state",
    "server",
    "started",
    "state",
    "well",
    "write",
]
