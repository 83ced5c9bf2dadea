"""Project 2's acceptance tests: what is right passes in any shape, a blank starter and each flaw fail.

A build costs seconds, so flaws that do not hide each other share one copy of the reference and its builds.
"""

import shutil
from pathlib import Path

import pytest
from acceptance import Flaw, failures, graded, plant

ROOT = Path(__file__).parents[2]
STARTER = ROOT / "exercises" / "week-02" / "project"
REFERENCE = ROOT / "solutions" / "week-02" / "project"

pytestmark = pytest.mark.timeout(900)


FLAWS = {
    "a moment keeps its own clock": Flaw(
        "test_silver.py::test_silver[silver_orders]",
        "src/orderlake/records.py",
        "return at.astimezone(UTC)",
        "return at.replace(tzinfo=UTC)",
    ),
    "a comma is dropped": Flaw(
        "test_silver.py::test_silver[silver_payments]",
        "src/orderlake/records.py",
        '.replace(",", ".")',
        '.replace(",", "")',
    ),
    "a header is no line": Flaw(
        "test_silver.py::test_silver[quarantine_rejects]",
        "src/orderlake/deliveries.py",
        "start=1",
        "start=0",
    ),
    "an order may be of any age": Flaw(
        "test_gold.py::test_gold[gold_daily_payments]",
        "dbt/models/marts/matched_payments.sql",
        "and orders.date between payments.date - 30 and payments.date",
        "",
    ),
    "a date that fails one test is published, too": Flaw(
        "test_gates.py::test_gate[twice]",
        "src/orderlake/build.py",
        "        else:\n            _publish(",
        '        if "orders_are_unique" in made.failures.get(day, ["orders_are_unique"]):\n'
        "            _publish(",
    ),
    "dbt's verdict is thrown away": Flaw(
        "test_gates.py::test_gate[orphans]", "src/orderlake/build.py", "run_results.json", "report.txt"
    ),
    "a failing date is not named": Flaw(
        "test_gates.py::test_last_words", "src/orderlake/cli.py", 'f"{day}: {', 'f"{'
    ),
    "bronze is written again": Flaw(
        "test_commands.py::test_ingest", "src/orderlake/lake.py", "== digest:", "== digest and False:"
    ),
    "a key stays encoded": Flaw(
        "test_trigger.py::test_handler",
        "src/orderlake/trigger.py",
        'unquote_plus(stored["key"])',
        'stored["key"] or unquote_plus("")',
    ),
    "marked before the work": Flaw(
        "test_trigger.py::test_handler_raises",
        "src/orderlake/trigger.py",
        '    _start_crawler(os.environ["ORDERLAKE_CRAWLER"])\n',
        '    s3.put_object(Bucket=bucket, Key=mark, Body=b"")\n'
        '    _start_crawler(os.environ["ORDERLAKE_CRAWLER"])\n',
    ),
    "the analyst reads all layers": Flaw(
        "test_policies.py::test_analyst", "infra/policies/analyst.json", "${bucket}/gold/*", "${bucket}/*"
    ),
    "the pipeline may lose bronze": Flaw(
        "test_policies.py::test_pipeline",
        "infra/policies/pipeline.json",
        "${bucket}/staging/*",
        "${bucket}/*",
    ),
    "the function calls itself": Flaw(
        "test_policies.py::test_trigger",
        "infra/policies/trigger.json",
        "${bucket}/ops/deliveries/*",
        "${bucket}/*",
    ),
    "calls without TLS pass": Flaw(
        "test_policies.py::test_bucket[gold]", "infra/policies/bucket.json", '"false"', '"never"'
    ),
    "an event is tried again once": Flaw(
        "test_trigger.py::test_deployed",
        "src/orderlake/deploy.py",
        "MaximumRetryAttempts=2",
        "MaximumRetryAttempts=1",
    ),
    "failed dates are not counted": Flaw(
        "test_delivery.py::test_metrics",
        "src/orderlake/metrics.py",
        "{len(outcome.failed)}",
        "0",
    ),
    "an action floats": Flaw(
        "test_delivery.py::test_workflow",
        ".github/workflows/ci.yml",
        "setup-python@ece7cb06caefa5fff74198d8649806c4678c61a1",
        "setup-python@v6",
    ),
}


def copied(project: Path, folder: Path) -> Path:
    """Copy a project, with the book's acceptance tests in place of its own."""
    left_out = shutil.ignore_patterns("tests", "__pycache__", ".*_cache")
    shutil.copytree(project, folder, ignore=left_out)
    dbt = project / "dbt" / "tests"  # which are no acceptance tests
    if dbt.is_dir():
        shutil.copytree(dbt, folder / "dbt" / "tests")
    shutil.copytree(STARTER / "tests", folder / "tests", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return folder


# Two halves, for two workers; within each, a lake is built once for all tests that look at it.
HALVES = ("commands silver gold reruns delivery", "gates trigger policies")


def test_the_halves_are_the_whole():
    modules = [path.stem.removeprefix("test_") for path in (STARTER / "tests").glob("test_*.py")]
    assert sorted(" ".join(HALVES).split()) == sorted(modules)


@pytest.mark.parametrize("id", HALVES)
def test_the_reference_passes(tmp_path, id):
    results = graded(
        copied(REFERENCE, tmp_path / "project"), *(f"tests/test_{name}.py" for name in id.split())
    )
    assert len(results) > 10
    assert failures(results) == {}


def test_another_shape_passes(tmp_path):
    """One module, all of bronze read every time, dbt as a command, other types, two files a partition."""
    folder = copied(Path(__file__).parent / "week_02_other", tmp_path / "project")
    shutil.copy(STARTER / "pyproject.toml", folder)
    commands = (f"commands.py::test_{name}" for name in ("ingest", "delivered_again", "nothing_to_build"))
    choice = (*commands, "gates.py", "silver.py::test_silver", "gold.py::test_gold")
    results = graded(folder, *(f"tests/test_{one}" for one in choice))
    assert len(results) == 19
    assert failures(results) == {}


def test_the_blank_starter_scores_nothing_and_is_told_why(tmp_path):
    results = graded(copied(STARTER, tmp_path / "project"), "tests")
    assert len(results) > 40
    assert [name for name, message in results.items() if not message] == []
    assert [name for name, message in results.items() if "expected" not in message] == []


def test_flaws_fail_the_tests_meant_for_them(tmp_path):
    folder = copied(REFERENCE, tmp_path / "project")
    plant(folder, FLAWS)
    results = graded(folder, *(f"tests/{flaw.fails}" for flaw in FLAWS.values()))
    assert len(results) == len(FLAWS)
    assert len(failures(results)) == len(FLAWS), results
    assert all("expected" in message for message in results.values()), results
