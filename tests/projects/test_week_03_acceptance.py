"""Project 3's acceptance tests: what is right passes in any shape, a blank starter and each flaw fail.

A JVM costs seconds, so the flaws stand in the answer that needs none; those that do not hide each other share
one copy of it.
"""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from acceptance import Flaw, failures, graded, plant

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "exercises" / "week-03" / "project"
REFERENCE = ROOT / "solutions" / "week-03" / "project"
OTHER = Path(__file__).parent / "week_03_other"
CLI, JOB = "src/lakehouse/cli.py", "glue/job_order_changes.py"

pytestmark = pytest.mark.timeout(900)


# Each group shares a copy.
FLAWS = {
    "reading": {
        "lines are numbered from 0": Flaw(
            "test_bronze.py::test_lines", CLI, 'split("\\n"), 1)', 'split("\\n"), 0)'
        ),
        "a text passes as a key": Flaw(
            "test_bronze.py::test_quarantine[key]",
            CLI,
            "    if type(key) is not int:",
            "    if type(key) is not int and not (type(key) is str and key.isdigit() and (key := int(key))):",
        ),
        "a number becomes a text": Flaw(
            "test_bronze.py::test_not_coerced",
            CLI,
            '    if type(value) is not str:\n        return None\n    if kind != "t":',
            '    if value is not None and kind != "t":\n        value = str(value)\n'
            '    if type(value) is not str:\n        return None\n    if kind != "t":',
        ),
        "a moment keeps its own clock": Flaw(
            "test_silver.py::test_silver[silver/orders]",
            CLI,
            "return found.astimezone(UTC) if",
            "return found.replace(tzinfo=UTC) if",
        ),
        "a version of no length stays": Flaw(
            "test_silver.py::test_silver[silver/customer_versions]",
            CLI,
            'AND (valid_to IS NULL OR valid_from < valid_to)"',
            'AND true"',
        ),
        "today's segment for old orders": Flaw(
            "test_gold.py::test_gold[gold/daily_orders]",
            CLI,
            "AND ordered_at >= valid_from AND (valid_to IS NULL OR ordered_at < valid_to)",
            "AND valid_to IS NULL",
        ),
        "a version that ends at midnight is over": Flaw(
            "test_gold.py::test_gold[gold/daily_customers]",
            CLI,
            "valid_to >= delivered + 1",
            "valid_to > delivered + 1",
        ),
        "the log's statistics remember": Flaw(
            "test_forget.py::test_forgotten",
            CLI,
            '{"delta.dataSkippingNumIndexedCols": "0"}',
            '{"delta.dataSkippingNumIndexedCols": "32"}',
        ),
        "the share is that of all lines": Flaw(
            "test_gates.py::test_gate[quarantined]",
            CLI,
            "SELECT source, count(*), count(reason) FROM bronze",
            "SELECT 'all' AS source, count(*), count(reason) FROM bronze",
        ),
        "the bookmark is not kept": Flaw(
            "test_glue.py::test_bookmark", JOB, "json.dumps(sorted(seen | new))", "json.dumps([])"
        ),
        "a partition without its amounts": Flaw(
            "test_glue.py::test_rows",
            JOB,
            "* EXCLUDE (key) FROM",
            "* EXCLUDE (key) REPLACE (0 AS amount_cents) FROM",
        ),
        "any bookmark option is taken": Flaw(
            "test_glue.py::test_parameters", JOB, 'not in ("job-bookmark-enable"', 'in (""'
        ),
    },
    "merging": {
        "the last line wins": Flaw(
            "test_silver.py::test_late[silver/customers]",
            CLI,
            "QUALIFY lsn = max(lsn) OVER (PARTITION BY key) AND op <> 'd'",
            "QUALIFY 1 = row_number() OVER (PARTITION BY key ORDER BY delivered DESC, file DESC, line DESC) "
            "AND op <> 'd'",
        ),
        "a file's day decides whether it is new": Flaw(
            "test_bronze.py::test_new_files_only",
            CLI,
            "source not in KEYS or name in known:",
            "source not in KEYS or any(day in one for one in known):",
        ),
        "every run publishes": Flaw(
            "test_reruns.py::test_second_run",
            CLI,
            'if now == known["gold"] or not now:',
            "if not now:",
        ),
        "orphans pass": Flaw(
            "test_gates.py::test_gate[orphans]", CLI, "orphans > most_orphans * total", "orphans < 0"
        ),
        "old versions keep their files": Flaw(
            "test_forget.py::test_forgotten", CLI, "vacuum(0, dry_run=False", "vacuum(0, dry_run=True"
        ),
        "a failed gate forgets": Flaw(
            "test_gates.py::test_fails_again",
            CLI,
            "    if said:\n        raise",
            "    if said:\n        remember(lake, gold=now)\n        raise",
        ),
        "who came back is forgotten": Flaw(
            "test_forget.py::test_the_living_stay",
            CLI,
            'if max(ops)[1] == "d"}',
            'if any(op == "d" for _, op in ops)}',
        ),
        "a forgotten line loses its segment": Flaw(
            "test_forget.py::test_what_is_kept",
            CLI,
            '("name", "email", "city") if row',
            '("name", "email", "city", "segment") if row',
        ),
        "a late file takes the place of its day": Flaw(
            "test_glue.py::test_late_file",
            JOB,
            "    for path in paths:\n        files += 1",
            "    for path in [one for one in paths if one.relative_to(source).as_posix() in new]:\n"
            "        files += 1",
        ),
    },
    "deleting": {
        "a delete is forgotten": Flaw(
            "test_silver.py::test_deleted_stays_deleted",
            CLI,
            "QUALIFY lsn = max(lsn) OVER (PARTITION BY key) AND op <> 'd'",
            "WHERE op <> 'd' QUALIFY lsn = max(lsn) OVER (PARTITION BY key)",
        ),
        "gold is published before the gates": Flaw(
            "test_gates.py::test_gold_stays",
            CLI,
            "    if said:\n        raise Stop(1, f\"Gold was not made: {'; '.join(said)}.\")\n",
            '    if said:\n        put(lake, "gold/quality", table(lake, "gold/quality"))\n'
            "        raise Stop(1, f\"Gold was not made: {'; '.join(said)}.\")\n",
        ),
        "a replay trusts what was judged": Flaw(
            "test_gates.py::test_replay_judges_anew",
            CLI,
            "remember(lake, silver=[], gold=[])",
            "remember(lake, silver=[])",
        ),
        "bronze takes two commits": Flaw(
            "test_kill.py::test_killed_at_bronze",
            CLI,
            'put(lake, "bronze/changes", pa.table(columns, schema=BRONZE), "append")',
            "every = pa.table(columns, schema=BRONZE)\n"
            "        for part in (every.slice(0, 5), every.slice(5)):\n"
            '            put(lake, "bronze/changes", part, "append")\n'
            '            __import__("time").sleep(1)',
        ),
        "a file is noted, then read": Flaw(
            "test_kill.py::test_killed",
            CLI,
            "    con = connection(lake)\n    total = 0\n",
            "    con = connection(lake)\n    total = 0\n    remember(lake, silver=now)\n",
        ),
    },
}


def copied(project: Path, folder: Path) -> Path:
    """Copy a project, with the book's acceptance tests in place of its own."""
    left_out = shutil.ignore_patterns("tests", "__pycache__", ".*_cache")
    shutil.copytree(project, folder, ignore=left_out)
    if not (folder / "pyproject.toml").exists():
        shutil.copy(STARTER / "pyproject.toml", folder)
    shutil.copytree(STARTER / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return folder


def test_the_reference_passes(tmp_path):
    results = graded(copied(REFERENCE, tmp_path / "project"), "tests")
    assert len(results) > 45
    assert failures(results) == {}


def test_another_shape_passes(tmp_path):
    """No Spark, all of bronze at every run, other types, files as checkpoint, no waiting for a lock."""
    results = graded(copied(OTHER, tmp_path / "project"), "tests")
    assert set(failures(results)) == {
        "tests.test_delivery::test_makefile",
        "tests.test_delivery::test_workflow",
    }


def test_the_blank_starter_scores_nothing_and_is_told_why(tmp_path):
    results = graded(copied(STARTER, tmp_path / "project"), "tests")
    assert len(results) > 45
    assert [name for name, message in results.items() if not message] == []
    assert [name for name, message in results.items() if "expected" not in message] == []


@pytest.mark.parametrize("group", FLAWS)
def test_flaws_fail_the_tests_meant_for_them(tmp_path, group):
    flaws = FLAWS[group]
    folder = copied(OTHER, tmp_path / "project")
    plant(folder, flaws)
    chosen = dict.fromkeys(f"tests/{flaw.fails}" for flaw in flaws.values())
    results = graded(folder, *chosen)
    assert len(results) == len(chosen)
    assert [name for name, message in results.items() if not message] == []
    assert all("expected" in message for message in results.values()), results


@pytest.mark.parametrize(
    ("before", "after", "lacks"),
    [
        ("  push:\n    branches: [main]\n  pull_request:\n", "  [push, pull_request]\n", ""),
        ("pull_request:", "pull_request_target:", "at pull_request, got"),
        ("- run: make test PYTHON=python", "- run: echo pytest  # make test", "runs the tests"),
        ("- run: make lint PYTHON=python", "- run: pip install ruff", "lints"),
        (
            '- run: echo "JAVA_HOME=$JAVA_HOME_17_X64" >> "$GITHUB_ENV"',
            "- run: true  # no Java",
            "brings Java",
        ),
        ("setup-python@ece7cb06caefa5fff74198d8649806c4678c61a1", "setup-python@v6", "pinned"),
    ],
)
def test_a_workflow_is_read_not_searched(tmp_path, before, after, lacks):
    folder = copied(REFERENCE, tmp_path / "project")
    plant(folder, {after: Flaw("", ".github/workflows/ci.yml", before, after)})
    message = graded(folder, "tests/test_delivery.py")["tests.test_delivery::test_workflow"]
    assert lacks in message if lacks else not message


def test_the_oracle_judges_any_line():
    """A line that no delivery holds yet is judged, too: nothing raises, nothing is taken that is no JSON."""
    code = """
import json
from kit import customer, order
from oracle import judged

for key in (7, "x", [1], None, {"customer_id": 2**63}, {"customer_id": 1.0}, {"customer_id": True}):
    line = json.loads(customer("c", 1, 1)) | {"key": key}
    assert judged("customers", json.dumps(line)) == "key", key
for moment in ("0001-01-01T00:00:00+05:00", "2025-10-10T08:00Z", "2025-10-10T08:00:00", "2025-10-10"):
    assert judged("customers", customer("c", 1, 1, updated_at=moment).decode()) == "schema", moment
for amount in (float("nan"), float("inf")):
    assert judged("orders", order("c", 1, 1, amount_cents=amount).decode()) == "format"
assert judged("orders", order("c", 1, 1, amount_cents=2**63).decode()) == "schema"
assert judged("orders", order("c", 1, 1, amount_cents=2**63 - 1).decode())["amount_cents"] == 2**63 - 1
assert judged("orders", order("c", 2**64, 1).decode()) == "schema"
assert judged("orders", "[" * 100_000) == "format"
"""
    subprocess.run([sys.executable, "-B", "-c", code], check=True, cwd=STARTER / "tests")
