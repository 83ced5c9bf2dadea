"""Moments: a command stopped in the middle, at a statement that writes."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from kit.command import SECONDS, Running
from kit.database import Database

_LOCK = 20251024


class Moments:
    """Stops a command at its n-th writing statements: triggers on the tables that are there wait for a lock.

    Each moment is just before the statement, or just after it and before its commit.
    """

    def __init__(self, database: Database):
        self.database = database
        database.con.execute(
            "CREATE SCHEMA acceptance; CREATE SEQUENCE acceptance.statement;"
            "CREATE TABLE acceptance.stops (number bigint);"
            "CREATE FUNCTION acceptance.stop() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ "
            "DECLARE now_at bigint := nextval('acceptance.statement'); "
            "BEGIN IF EXISTS (SELECT FROM acceptance.stops WHERE number = now_at) "
            f"THEN PERFORM pg_advisory_xact_lock_shared({_LOCK}); END IF; RETURN NULL; END $$"
        )

    def hook(self) -> None:
        """Put the triggers on every table of the database."""
        for (table,) in self.database.rows(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition "
            "AND relnamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema', 'acceptance')"
        ):
            for when in ("BEFORE", "AFTER"):
                self.database.con.execute(
                    f"CREATE TRIGGER acceptance_{when} {when} INSERT OR UPDATE OR DELETE ON {table} "
                    "EXECUTE FUNCTION acceptance.stop()"
                )

    @contextmanager
    def at(self, *numbers: int) -> Iterator[None]:
        """Stop whoever comes to these moments, counted from now, for as long as this holds."""
        con = self.database.con
        con.execute("SELECT setval('acceptance.statement', 1, false)")
        con.cursor().executemany("INSERT INTO acceptance.stops VALUES (%s)", [(n,) for n in numbers])
        self.close()
        try:
            yield
        finally:
            self.open()
            con.execute("DELETE FROM acceptance.stops")

    def close(self) -> None:
        self.database.con.execute(f"SELECT pg_advisory_lock({_LOCK})")

    def open(self) -> None:
        self.database.con.execute("SELECT pg_advisory_unlock_all()")

    def reached(self, running: Running) -> bool:
        """Wait until the command stands at a moment, True, or has ended, False."""
        waiting = (
            "SELECT FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s AND NOT granted"
        )
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if self.database.con.execute(waiting, [_LOCK]).fetchall():
                return True
            if not running.running():
                return False
            time.sleep(0.01)
        return False
