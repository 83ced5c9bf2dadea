"""A small dbt project in a folder of this process's own, in which an answer is run for real."""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer

import duckdb

from seniorde import labs
from seniorde.checks.parts import Refused

SECONDS = 20  # one call of dbt, or one query, may take
LIMITS = {"threads": 1, "memory_limit": "500MB", "max_temp_directory_size": "1GB"}
PROJECT = """
name: shop
profile: shop
query-comment: ""
flags: {write_json: false, populate_cache: false}
"""
PROFILES = """
shop:
  target: check
  outputs:
    check:
      type: duckdb
      path: warehouse.duckdb
      schema: shop
      threads: 1
      config_options: {threads: 1, memory_limit: 500MB, max_temp_directory_size: 1GB}
      settings: {TimeZone: UTC}
"""


@dataclass(frozen=True)
class Node:
    """What dbt says of a node: its status, the failing rows of a test, the message, the relations it reads."""

    status: str
    rows: int | None
    message: str
    kind: str
    needs: tuple[str, ...]
    materialized: str


class Project:
    """A project with these files; it is parsed once, and again where a file changes."""

    def __init__(self, **files):
        self._room = TemporaryDirectory(prefix="seniorde-dbt-", ignore_cleanup_errors=True)
        self.folder = Path(self._room.name)
        self.write("dbt_project.yml", PROJECT)
        self.write("profiles.yml", PROFILES)
        for path, text in files.items():
            self.write(path, text)

    def write(self, path, text):
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_text() != text:
            file.write_text(text)

    def fresh(self, sql=""):
        """Forget the database, and begin with what this SQL makes."""
        for file in self.folder.glob("warehouse.duckdb*"):
            file.unlink()
        self.sql(sql)

    def sql(self, text):
        """Run SQL beside dbt; return the rows of the last statement."""
        with duckdb.connect(str(self.folder / "warehouse.duckdb"), config=LIMITS) as con:
            con.execute("SET TimeZone = 'UTC'; SET schema = 'main'")
            with _within(SECONDS, con.interrupt):
                return con.execute(text).fetchall() if text else []

    def parse(self):
        """Read the project; the calls until the next one spare themselves that."""
        self._runner = labs.dbt(self.folder)
        from dbt_common.tests import enable_test_caching

        enable_test_caching()  # a third less for each call: dbt looks for plugins and parses macros once
        done = self._run("parse")
        self._runner.manifest = done.result
        return done.result

    def run(self, *arguments):
        """Call dbt; return the nodes by name. Raise Refused when dbt, or the database, can do nothing with it."""
        found = {}
        for one in self._run(*arguments).result:
            node = one.node
            found[node.name] = Node(
                str(one.status),
                one.failures,
                _plain(one.message or ""),
                str(node.resource_type),
                tuple(sorted(getattr(node.depends_on, "nodes", ()))),
                str(getattr(node.config, "materialized", "")),
            )
            if str(one.status) == "error":
                raise Refused("error", f"dbt stops at `{node.name}`.", message=_plain(one.message or ""))
        return found

    def _run(self, *arguments):
        with _within(SECONDS, _interrupt):
            done = self._runner.invoke([*arguments])
        if done.exception is not None:
            raise Refused(
                "error", "dbt cannot read the project with your file.", message=_plain(str(done.exception))
            )
        return done


@contextmanager
def _within(seconds, stop):
    """Call `stop` when what is inside is not done in time."""
    watch = Timer(seconds, stop)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _interrupt():
    from dbt.adapters.factory import FACTORY

    for adapter in FACTORY.adapters.values():
        adapter.connections.cancel_open()


def _plain(message):
    """The message without dbt's own call stack and without folders of this machine."""
    lines = [line.rstrip() for line in message.splitlines()]
    kept = [line for line in lines if line.strip() and not re.match(r"\s*> (in|called by) ", line)]
    return re.sub(r"/\S*/seniorde-dbt-\w+/", "", "\n".join(kept))[:700]
