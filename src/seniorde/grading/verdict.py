"""From an executed check cell to points, a verdict and a reason in few words."""

from typing import Any

from nbformat import NotebookNode

from seniorde.checks.score import MIME
from seniorde.grading.arrange import Problem


def row(problem: Problem) -> dict[str, Any]:
    """Points, verdict and the reason in few words; whatever is no number within the range gives 0."""
    points, verdict, why = 0.0, "missing", problem.note
    if problem.cell is not None:
        points, verdict, why = judged(problem, problem.cell)
        if verdict in ("error", "wrong", "refused") and problem.answer is not None:
            marked = problem.answer.metadata.get("seniorde")
            raised = error_of(problem.answer)
            if marked:
                verdict, why = marked["kind"], marked["why"]
            elif problem.blank:
                verdict, why = "blank", "not answered yet"
            elif raised and verdict != "wrong":
                verdict, why = "error", f"your answer cell: {raised}"
        if problem.note and verdict != "right":
            why = f"{problem.note}; {why}"
    return {
        "problem": problem.id,
        "points": points,
        "max_points": problem.points,
        "verdict": verdict,
        "why": why,
    }


def judged(problem: Problem, check: NotebookNode) -> tuple[float, str, str]:
    """Points, verdict and reason of an executed check cell; only a report of ours gives points."""
    if "seniorde" in check.metadata:
        return 0.0, check.metadata.seniorde["kind"], check.metadata.seniorde["why"]
    if raised := error_of(check):
        return 0.0, "error", raised
    results = [output.data for output in check.outputs if output.output_type == "execute_result"]
    report = results[-1].get(MIME) if results else None
    if report is None or report["problem"] not in ("", problem.id):
        return 0.0, "refused", "the check cell gave no score"
    points = report["points"]
    if not 0 <= points <= problem.points:
        return 0.0, "refused", f"{points:g} is no score between 0 and {problem.points:g}"
    why = next((part["sentence"] for part in report["parts"] if part["reason"]), "")
    verdict = "right" if points == problem.points else "partly" if points else "wrong"
    return points, "blank" if report["reason"] == "blank" else verdict, why


def error_of(cell: NotebookNode) -> str:
    """The last exception of a cell, in one short line."""
    raised = [output for output in cell.outputs if output.output_type == "error"]
    if not raised:
        return ""
    text = f"{raised[-1].ename}: {raised[-1].evalue}".splitlines()[0]
    return text if len(text) <= 120 else text[:119] + "…"
