"""Project 1's acceptance tests: what is right passes in any shape, a blank starter and each flaw fail."""

import re
import shutil
from pathlib import Path
from typing import NamedTuple

import acceptance
import pytest

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "exercises" / "week-01" / "project"
REFERENCE = ROOT / "solutions" / "week-01" / "project"
MODULES = sorted(path.stem for path in (STARTER / "tests").glob("test_*.py"))

pytestmark = [pytest.mark.timeout(900), pytest.mark.usefixtures("postgres")]


class Flaw(NamedTuple):
    """A known-wrong implementation: the reference with changes, and the tests that are meant to find it."""

    fails: str  # their names, without `test_`
    changes: tuple[tuple[str, str, str], ...]  # file below src/logmart, what stands there, what instead


def _flaw(fails: str, file: str, *texts: str) -> Flaw:
    """Return a flaw in one file; `texts` are pairs of what stands there and what stands there instead."""
    return Flaw(fails, tuple((file, *pair) for pair in zip(texts[::2], texts[1::2], strict=True)))


_ONE_COPY = """with cursor.copy(_COPY) as copy:
            for rows in copy_rows(source.lines(), bad):
                copy.write(rows)
        lines = cursor.rowcount
"""
_MANY_INSERTS = """lines = 0
        for rows in copy_rows(source.lines(), bad):
            for row in rows.split(b"\\n")[:-1]:
                lines += 1
                con.execute("INSERT INTO staging.lines (raw) VALUES (%s)", [row.decode()])
"""
_BETWEEN = "FROM cleaned.requests AS r\n    WHERE at >= %(begin)s"

FLAWS = {
    "the time zone is ignored": _flaw(
        "offsets borders_of_time touched_days",
        "sql/clean_access.sql",
        *("ops.moment(time,", "ops.moment(regexp_replace(time, '.[0-9]{4}$', '+0000'),"),
    ),
    "a file is known by its name": Flaw(
        "same_content",
        (
            ("load.py", "(server, log, sha256) = (%s, %s, %s)", "(server, log, path) = (%s, %s, %s)"),
            (
                "load.py",
                "source.log, sha256],\n    ).fetchone()",
                "source.log, source.path],\n    ).fetchone()",
            ),
            (
                "sql/schema.sql",
                "UNIQUE INDEX IF NOT EXISTS files_content",
                "INDEX IF NOT EXISTS files_content",
            ),
        ),
    ),
    "a line is known without its server": _flaw(
        "same_content_elsewhere",
        "sql/schema.sql",
        *("convert_to(server || E'\\n' || raw, 'UTF8')", "convert_to(raw, 'UTF8')"),
    ),
    "a broken stream ends like a whole one": _flaw(
        "unreadable_file",
        "sources.py",
        *('raise Unreadable(f"{self.path}: {error}") from error', "return"),
    ),
    "quarantine decodes with replacement": _flaw(
        "quarantine fates[bytes]",
        "load.py",
        *("line.hex().encode()", "line.decode(errors='replace').encode().hex().encode()"),
    ),
    "the request is judged before the format": _flaw(
        "first_reason",
        "sql/clean_access.sql",
        *("WHEN NOT fits THEN 'format'\n", ""),
        *("THEN 'request'\n", "THEN 'request'\n        WHEN NOT fits THEN 'format'\n"),
    ),
    "a session ends at 30 minutes": _flaw(
        "session_borders",
        "sql/publish_day.sql",
        *("> interval '30 minutes'", ">= interval '30 minutes'"),
    ),
    "a session goes on over midnight": _flaw(
        "session_borders",
        "sql/publish_day.sql",
        *(f"AS begins\n    {_BETWEEN}", f"AS begins\n    {_BETWEEN} - interval '30 minutes'"),
    ),
    "60 rows a minute make a bot": _flaw(
        "who_is_a_bot", "sql/publish_day.sql", "busiest > 60", "busiest >= 60"
    ),
    "ties have no order": _flaw(
        "ties_and_attempts",
        "sql/publish_day.sql",
        *('ORDER BY requests DESC, endpoint COLLATE "C"', "ORDER BY requests DESC, md5(endpoint)"),
    ),
    "an attempt is a request": _flaw(
        "ties_and_attempts top_endpoints",
        "sql/publish_day.sql",
        *("count(DISTINCT request_id) AS requests", "count(*) AS requests"),
    ),
    "a percentile is a rank": _flaw(
        "percentiles latency",
        "sql/publish_day.sql",
        *("percentile_cont", "percentile_disc"),
    ),
    "a hash without a key": _flaw(
        "pseudonyms another_key",
        "sql/schema.sql",
        "sha256(outer_pad || sha256(inner_pad || convert_to(address, 'UTF8')))",
        "sha256(convert_to(address, 'UTF8'))",
    ),
    "one e-mail address a text": _flaw("emails", "sql/schema.sql", "'[email]', 'g')", "'[email]')"),
    "a file is no transaction": _flaw(
        "killed[load]",
        "load.py",
        *("with con.transaction(), con.cursor()", "with con.cursor()"),
    ),
    "a cleaned file is marked later": _flaw(
        "killed[transform]",
        "transform.py",
        *("with con.transaction():\n            [(cleaned", "if True:\n            [(cleaned"),
    ),
    "every day is rebuilt": _flaw(
        "touched_days second_run",
        "transform.py",
        "SELECT day FROM ops.stale_days ORDER BY day",
        "SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM cleaned.requests",
    ),
    "nobody waits for the other": _flaw(
        "two_at_a_time", "database.py", "SELECT pg_advisory_lock(hashtext('logmart'))", "SELECT 1"
    ),
    "a lost connection is the end": _flaw(
        "lost_connection",
        "database.py",
        *("if attempt == config.retries:", "if con is not None or attempt == config.retries:"),
    ),
    "each wait is as long": _flaw(
        "waits_double", "database.py", "config.backoff * 2**attempt", "config.backoff"
    ),
    "the gate comes after the marts": _flaw(
        "gate",
        "transform.py",
        "    check(reconciliation(con), config.max_quarantine)\n    publish(con, config)\n",
        "    publish(con, config)\n    check(reconciliation(con), config.max_quarantine)\n",
    ),
    "the gate stays open": _flaw(
        "gate gate_limit metrics",
        "transform.py",
        *("if counts.quarantined > limit * counts.staged:", "if False:"),
    ),
    "metrics are written in place": _flaw(
        "metrics_replaced",
        "metrics.py",
        *("scratch.replace(path)", "path.write_bytes(scratch.read_bytes())"),
    ),
    "the analyst reads everything": _flaw(
        "analyst",
        "database.py",
        '"GRANT SELECT ON ALL TABLES IN SCHEMA marts TO {}"',
        '"GRANT USAGE ON SCHEMA cleaned TO {0}; GRANT SELECT ON ALL TABLES IN SCHEMA cleaned, marts TO {0}"',
    ),
    "a traceback for wrong use": _flaw("wrong_use", "cli.py", "return _close(error, USED_WRONGLY)", "raise"),
    "a statement for each line": _flaw("speed", "load.py", _ONE_COPY, _MANY_INSERTS),
    "a file is read at once": _flaw("memory", "sources.py", "content.read(BLOCK)", "content.read()"),
}


def copied(project: Path, folder: Path) -> Path:
    """Copy a project, with the book's acceptance tests in place of its own."""
    shutil.copytree(project, folder, ignore=shutil.ignore_patterns("tests", "__pycache__", ".*"))
    shutil.copytree(STARTER / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return folder


def spoiled(folder: Path, changes: tuple[tuple[str, str, str], ...]) -> None:
    """Replace text in a copy of the reference; a text that is not there any more is an error."""
    for name, before, after in changes:
        path = folder / "src" / "logmart" / name
        text = path.read_text(encoding="utf-8")
        assert before in text, f"the reference has changed: {name} does not hold {before!r}"
        path.write_text(text.replace(before, after), encoding="utf-8")


def graded(folder: Path, *choice: str) -> dict[str, str]:
    """Run acceptance tests; return test, without `test_` → the first line of its failure, or ""."""
    results = acceptance.graded(folder, *choice, PYTHONDONTWRITEBYTECODE="1")
    return {name.rpartition("::test_")[2]: message for name, message in results.items()}


# Two halves, for two workers; within each, the generator's logs are made once.
HALVES = ("commands files fates cleaned marts", "reruns operations limits")


def test_the_halves_are_the_whole():
    assert sorted(" ".join(HALVES).split()) == sorted(module.removeprefix("test_") for module in MODULES)


@pytest.mark.parametrize("id", HALVES)
def test_the_reference_passes(tmp_path, id):
    folder = copied(REFERENCE, tmp_path / "project")
    results = graded(folder, *(f"tests/test_{name}.py" for name in id.split()))
    assert results
    assert {name: message for name, message in results.items() if message} == {}


def test_another_shape_passes(tmp_path):
    """Python that parses, views, other types, columns in another order, staged lines removed."""
    source = tmp_path / "other" / "src"
    source.mkdir(parents=True)
    shutil.copy(Path(__file__).parent / "week_01_other" / "logmart.py", source)
    folder = copied(source.parent, tmp_path / "project")
    modules = ("files", "fates", "cleaned", "marts", "reruns", "operations")
    results = graded(folder, *(f"tests/test_{name}.py" for name in modules))
    assert len(results) > 40
    assert {name: message for name, message in results.items() if message} == {}


def test_the_blank_starter_scores_nothing_and_is_told_why(tmp_path):
    results = graded(copied(STARTER, tmp_path / "project"), "tests")
    assert len(results) > 40
    assert [name for name, message in results.items() if not message] == []
    assert [name for name, message in results.items() if "expected" not in message] == []


def test_without_a_package_it_says_so(tmp_path):
    folder = copied(STARTER, tmp_path / "project")
    shutil.rmtree(folder / "src")
    results = graded(folder, "tests/test_commands.py")
    assert "No module named logmart" in results["load_then_transform"]


@pytest.mark.parametrize("id", FLAWS)
def test_a_flaw_fails_the_tests_meant_for_it(tmp_path, id):
    flaw = FLAWS[id]
    folder = copied(REFERENCE, tmp_path / "project")
    spoiled(folder, flaw.changes)
    meant = flaw.fails.split()
    where = {name: module for module in MODULES for name in _names(module)}
    choice = [f"tests/{where[name.partition('[')[0]]}.py::test_{name}" for name in meant]
    results = graded(folder, *choice)
    assert set(results) == set(meant)
    assert [name for name, message in results.items() if not message] == []
    assert all("expected" in message for message in results.values()), results


def _names(module: str) -> list[str]:
    text = (STARTER / "tests" / f"{module}.py").read_text(encoding="utf-8")
    return re.findall(r"^def test_(\w+)\(", text, flags=re.M)
