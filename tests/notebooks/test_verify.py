"""`seniorde verify`: what it proves, what turns it red, and what it leaves behind."""

import json
from xml.etree import ElementTree

import pytest
from clone import Clone
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from rich.console import Console

from seniorde.notebooks import execute, files, normal, verify

GOOD, STALE, LUCKY, CLEARED = (f"notebooks/week-01/0{n}-page.ipynb" for n in range(4))
FULL, HALF = "solutions/week-01/dsa-full.ipynb", "solutions/week-01/dsa-half.ipynb"
BLANK, GIFT = "exercises/week-01/dsa-blank.ipynb", "exercises/week-01/dsa-gift.ipynb"

FIGURE = """
from IPython.display import display
display({"text/plain": "<Figure size 735.2x444 with 1 Axes>", "image/png": "AAAA"}, raw=True)
""".strip()
OTHER_SIZE = {"text/plain": "<Figure size 735x443 with 1 Axes>", "image/png": "BBBB"}


def printed(text: str):
    return [new_output("stream", name="stdout", text=text)]


def graded(score: str):
    """A notebook with one check worth two points that shows this score."""
    meta = {"nbgrader": {"grade": True, "solution": False, "points": 2, "grade_id": "w1-check"}}
    cell = new_code_cell(score, metadata=meta)
    return new_notebook(cells=[new_markdown_cell("# Topic"), new_code_cell("x = 2\nprint(x)"), cell])


def stored(nb, *outputs):
    """The notebook as if run, with these outputs of its code cells."""
    for number, (cell, shown) in enumerate(zip(normal.code_cells(nb), outputs, strict=True), start=1):
        cell.execution_count, cell.outputs = number, shown
    return files.dumps(nb)


@pytest.fixture(scope="module")
def proved(tmp_path_factory):
    """A clone with a good page and one that fails in every way; what verify said, its folder, its verdict."""
    clone = Clone(tmp_path_factory.mktemp("clone"))
    for page, sources, outputs in (
        (GOOD, ("print(SEED >= 0)", FIGURE), (printed("True\n"), [new_output("display_data", OTHER_SIZE)])),
        (STALE, ("print('as it is now')",), (printed("as it was\n"),)),
        (LUCKY, ("assert SEED == 0, 'only for one seed'\nprint('lucky')",), (printed("lucky\n"),)),
    ):
        nb = clone.read(clone.notebook(page, *sources))
        clone.write(page, stored(nb, [], *outputs))
    for page, score, shown in ((FULL, "1.0 + 1", "2.0"), (HALF, "1.0", "1.0")):
        result = new_output("execute_result", {"text/plain": shown}, execution_count=2)
        clone.write(page, stored(graded(score), printed("2\n"), [result]))
    clone.notebook(CLEARED, "print('never run')")
    clone.write(BLANK, files.dumps(graded("0.0")))
    clone.write(GIFT, files.dumps(graded("None")))
    console = Console(record=True, width=160, force_terminal=False)
    good = verify.verify(clone.top, console=console)
    return console.export_text(), clone.top, good


def test_every_failure_is_found_by_its_stage_and_nothing_else_fails(proved):
    said, top, good = proved
    assert not good
    cases = ElementTree.parse(top / verify.REPORT).getroot().iter("testcase")
    failed = {(case.get("classname"), case.get("name")) for case in cases if case.find("failure") is not None}
    assert failed == {
        ("nbval", STALE),
        ("papermill", LUCKY),
        ("nbval", CLEARED),
        ("papermill", HALF),
        ("papermill", GIFT),
    }
    assert said.rstrip().endswith("9 passed, 5 failed")


def test_messages_show_cell_difference_and_score(proved):
    said, _, _ = proved
    assert f"{LUCKY}, papermill: code cell 2" in said and "AssertionError: only for one seed" in said
    assert "as it was" in said and "as it is now" in said
    assert f"{CLEARED}, nbval: was never run" in said
    assert f"{HALF}, papermill: check w1-check shows 1, must be 2 of 2" in said
    assert f"{GIFT}, papermill: check w1-check shows no score, must be 0 of 2" in said


def test_the_end_says_again_what_failed_and_why(proved):
    said, _, _ = proved
    end = said.partition("Notebooks, slowest first")[2]
    assert f"{STALE}, nbval" in end and "as it is now" in end
    assert f"{HALF}, papermill: check w1-check shows 1, must be 2 of 2" in end
    job = execute.Job("nbval", None, GOOD, "{}")
    told = verify.told(execute.Outcome(job, error="begin" + 9_000 * "x" + "end"))
    assert len(told) < 2_000 and "begin" in told and told.endswith("end")


def test_report_counts_and_ledger_hold_what_ran(proved):
    _, top, _ = proved
    suites = {suite.get("name"): suite for suite in ElementTree.parse(top / verify.REPORT).getroot()}
    assert {name: suite.get("tests") for name, suite in suites.items()} == {"papermill": "8", "nbval": "6"}
    assert suites["nbval"].get("failures") == "2"
    ledger = json.loads((top / verify.LEDGER).read_text())
    assert set(ledger["versions"]) >= {"python", "duckdb", "postgres"}
    colours = {name: entry["status"] for name, entry in ledger["notebooks"].items()}
    assert colours[GOOD] == colours[FULL] == colours[BLANK] == "green"
    assert colours[STALE] == colours[LUCKY] == "red"
    assert 10 < ledger["notebooks"][GOOD]["peak_mb"] < 1000
    assert ledger["notebooks"][GOOD]["seconds"] > 0


def test_no_notebook_is_a_failure(tmp_path):
    console = Console(record=True, force_terminal=False)
    assert not verify.verify(tmp_path, console=console)
    assert "0 passed, 1 failed" in console.export_text()


def test_memory_above_the_limit_fails_and_cpu_above_the_budget_is_said_aloud():
    job = execute.Job("nbval", None, GOOD, "{}")
    heavy = execute.Outcome(job, peak_mb=5000, cpu_seconds=21)
    assert verify.judged(heavy).error == "took 5000 MB, the limit is 4096 MB"
    console = Console(record=True, width=200, force_terminal=False)
    verify.over_budget([heavy], console)
    assert f"OVER BUDGET: {GOOD} takes 21 CPU seconds in nbval" in console.export_text()


def test_a_real_service_is_not_compared_with_stored_outputs(clone):
    clone.notebook(GOOD, "1")
    assert [job.stage for job in verify.jobs(clone.top, compare=False)] == ["papermill"]
    assert [job.parameters for job in verify.jobs(clone.top)] == [{"SEED": 7}, {}]
