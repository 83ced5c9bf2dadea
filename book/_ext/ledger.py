"""The ledger of last green runs: a quiet line on each notebook's page, and the table that lists them all.

It reads `_build/ledger.json`, which `seniorde verify` writes; a build without that file says so.
"""

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

NAMES = {"python": "Python", "postgres": "PostgreSQL", "duckdb": "DuckDB", "pyspark": "Spark"}


def read(app: Sphinx) -> dict:
    """The ledger as `seniorde verify` wrote it, empty when there is none."""
    path = Path(app.srcdir, app.config.ledger_path)
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def source_of(env: BuildEnvironment, page: str) -> str:
    """A page's file, relative to the repository: the ledger's key."""
    return Path(env.doc2path(page)).relative_to(env.srcdir).as_posix()


def sentence(run: dict, versions: dict[str, str], text: str) -> str:
    """One line on a run, with Python's version and those of the engines that the notebook names."""
    used = {name: version for name, version in versions.items() if name == "python" or name in text}
    outcome = "Last ran green" if run["status"] == "green" else f"Last run was {run['status']}"
    return ", ".join([f"{outcome} on {run['date']} in {run['seconds']:.1f} s", *named(used)])


def named(versions: dict[str, str]) -> list[str]:
    """`PostgreSQL 18.1`: names as people write them."""
    return [f"{NAMES.get(name, name)} {version}" for name, version in versions.items()]


def add_line(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Put the line under a notebook's page."""
    ledger = read(app)
    run = ledger.get("notebooks", {}).get(source_of(app.env, page)) if doctree else None
    if run:
        text = Path(app.env.doc2path(page)).read_text("utf-8")
        line = escape(sentence(run, ledger.get("versions", {}), text))
        context["body"] += f'<p class="last-run">{line}</p>\n'


class LedgerDirective(SphinxDirective):
    """`{ledger}`: every notebook with its last run, seconds and memory, then the versions."""

    def run(self) -> list[nodes.Node]:
        holder = nodes.container()
        self.state.nested_parse(StringList(self.markdown().splitlines(), "ledger"), 0, holder)
        return holder.children

    def markdown(self) -> str:
        ledger = read(self.env.app)
        if not ledger:
            return "This build was made without a test run, so there is nothing to list."
        rows = [
            f"| {self.link(source)} | {run['date']} | {run['status']} "
            f"| {run['seconds']:.1f} | {run['peak_mb']:,} |"
            for source, run in sorted(ledger["notebooks"].items())
        ]
        head = ["| Notebook | Last run | Result | Seconds | Peak memory, MB |", "|:--|:--|:--|--:|--:|"]
        return "\n".join([*head, *rows, "", f"Versions: {', '.join(named(ledger['versions']))}."])

    def link(self, source: str) -> str:
        page = source.removesuffix(".ipynb")
        return f"[](/{source})" if page in self.env.found_docs else f"`{source}`"


def outdated(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> Iterable[str]:
    """Every page, when the ledger is another than at the last build."""
    before, env.ledger = getattr(env, "ledger", None), read(app)
    return env.found_docs if before != env.ledger else ()


def setup(app: Sphinx) -> dict:
    app.add_config_value("ledger_path", "_build/ledger.json", "env")
    app.add_directive("ledger", LedgerDirective)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", add_line)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
