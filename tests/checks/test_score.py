"""The number that nbgrader reads and the report that a person reads."""

import copy
import math
import pickle

import pytest
from IPython.core.interactiveshell import InteractiveShell
from nbformat.v4 import new_code_cell, new_output

from seniorde.checks.score import MIME, Part, Score

PARTS = (
    Part("Results", 1, 1, "All right."),
    Part("Growth", 1, 0, "Grows `n^2` < n & more.", "growth", {"operations": "5 at n = 1 <b>"}),
)


@pytest.mark.parametrize(
    ("points", "clamped"), [(1.5, 1.5), (7, 2.0), (-3, 0.0), (math.nan, 0.0), (math.inf, 2.0), (2 / 3, 0.67)]
)
def test_nbgrader_reads_the_clamped_points(points, clamped):
    from nbgrader.utils import determine_grade  # 1.5 CPU seconds that others need not wait for

    score = Score(points, 2)
    formatted, _ = InteractiveShell.instance().display_formatter.format(score)
    cell = new_code_cell("check()", outputs=[new_output("execute_result", formatted, execution_count=1)])
    cell.metadata.nbgrader = {"grade": True, "solution": False, "locked": True, "points": 2, "grade_id": "x"}
    assert determine_grade(cell) == (clamped, 2)
    assert float(score) == clamped


def test_precision_magic_does_not_round_the_points():
    shell = InteractiveShell.instance()
    shell.run_line_magic("precision", "0")
    try:
        formatted, _ = shell.display_formatter.format(Score(1.5, 2))
    finally:
        shell.run_line_magic("precision", "")
    assert formatted["text/plain"] == "1.5"


def test_report_in_words():
    score = Score.of(PARTS, problem="w1-x", hint="Use a `set`.", printed="hello")
    assert (score, score.max_points, score.passed, score.reason) == (1.0, 2.0, False, "growth")
    assert score.text.splitlines() == [
        "1 of 2 points: partly there",
        "✓ Results (1 of 1): All right.",
        "✗ Growth (0 of 1): Grows `n^2` < n & more.",
        "    operations:",
        "        5 at n = 1 <b>",
        "Hint: Use a `set`.",
        "Your code printed:",
        "    hello",
    ]
    html = score._repr_html_()
    for piece in (
        "partly there",
        "fails",
        "holds",
        "<code>n^2</code> &lt; n &amp; more",
        "&lt;b&gt;",
        "<code>set</code>",
    ):
        assert piece in html
    assert "<b>" not in html


def test_report_as_data():
    data = Score.of(PARTS, problem="w1-x")._repr_mimebundle_()[MIME]
    assert data["problem"] == "w1-x"
    assert (data["points"], data["max_points"], data["reason"]) == (1.0, 2.0, "growth")


def test_thirds_add_up_to_full_points():
    assert Score.of([Part(name, 2 / 3, 2 / 3, "") for name in "abc"]).passed


def test_score_survives_copying():
    score = Score.of(PARTS, hint="h")
    for same in (copy.deepcopy(score), pickle.loads(pickle.dumps(score))):
        assert (same, same.parts, same.hint) == (score, score.parts, "h")
