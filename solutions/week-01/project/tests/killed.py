"""Run logmart and kill this process, as kill -9 does, before its n-th call to the database.

Without a kill, print the number of calls.
"""

import os
import signal
import sys
from collections.abc import Callable

import psycopg

from logmart import cli

calls = 0
last = int(sys.argv[1])


def counted(method: Callable[..., object]) -> Callable[..., object]:
    def call(*arguments: object, **options: object) -> object:
        global calls
        calls += 1
        if calls == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return method(*arguments, **options)

    return call


psycopg.Cursor.execute = counted(psycopg.Cursor.execute)  # type: ignore[method-assign]
psycopg.Copy.write = counted(psycopg.Copy.write)  # type: ignore[method-assign]
code = cli.main(sys.argv[2:])
print(calls)
sys.exit(code)
