"""Grades one notebook in a process of its own: `python -m seniorde.grading.worker JOB.json`."""

import json
import math
import sys
from pathlib import Path
from time import monotonic
from typing import Any

import nbformat
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbconvert import HTMLExporter
from nbformat import NotebookNode, v4
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, LimitOutput

from seniorde.checks.score import MIME
from seniorde.grading.arrange import Arranged, Problem, arrange, is_check, is_grade, is_solution
from seniorde.grading.isolate import die_with_parent, watchdog
from seniorde.grading.reading import Unreadable, read

OUTPUT_BYTES = 1_000_000  # kept of each cell; a check's own report is far smaller


def main(job_path: str) -> None:
    """Grade what JOB.json names; write result.json and feedback.html beside it."""
    folder = Path(job_path).parent
    job = json.loads(Path(job_path).read_text("utf-8"))
    result: dict[str, Any] = {"sentence": "", "rows": [], "retired": []}
    try:
        submitted = read(Path(job["submitted"]))
        release = nbformat.read(job["release"], as_version=4)
        week = [nbformat.read(path, as_version=4) for path in job["week"]]
        arranged = arrange(release, week, submitted)
    except Unreadable as error:
        result["sentence"] = str(error)
    else:
        run(
            arranged.notebook, folder / "desk", job["cell_seconds"], job["notebook_seconds"], job["memory_mb"]
        )
        result["rows"] = [row(problem) for problem in arranged.problems]
        result["retired"] = arranged.retired
        (folder / "feedback.html").write_text(feedback(job["name"], arranged, result["rows"]), "utf-8")
    (folder / "result.json").write_text(json.dumps(result), "utf-8")


def run(notebook: NotebookNode, desk: Path, cell_seconds: int, notebook_seconds: int, memory_mb: int) -> None:
    """Execute in a fresh kernel; a cell that takes the kernel down is skipped in a second run."""
    deadline = monotonic() + notebook_seconds
    while True:
        grader = Grader(cell_seconds=cell_seconds, deadline=deadline)
        with watchdog(memory_mb) as too_much:
            try:
                grader.preprocess(notebook, {"metadata": {"path": str(desk)}})
                return
            except DeadKernelError:
                kind, why = "killed", "this cell ended the kernel (os._exit or a crash)"
                if too_much.is_set():
                    kind, why = "memory", f"this cell needed more than {memory_mb} MB of memory"
            except CellTimeoutError:
                kind, why = (
                    "timeout",
                    f"this cell ran longer than {grader.allowed} s and could not be interrupted",
                )
        fault(grader.cell, kind, why + "; it was skipped and the others were run again")
        grader.cell.metadata.tags = ["skip-execution"]


class Grader(Execute):  # type: ignore[misc]
    """nbgrader's execution, with limits for the whole notebook and on output, and the guard."""

    def __init__(self, cell_seconds: int, deadline: float) -> None:
        self.cell = NotebookNode()
        self.allowed = cell_seconds
        self.cell_seconds, self.deadline = cell_seconds, deadline
        super().__init__(kernel_name="python3", shutdown_kernel="immediate", iopub_timeout=10)
        self.timeout_func = lambda cell: self.allowed
        self.on_notebook_start = lambda **_: self.whisper("remember")
        self.log.disabled = True

    def whisper(self, what: str) -> None:
        """Run a function of the guard in the kernel, unseen by the notebook."""
        code = f"__import__('seniorde.grading.guard', fromlist=['guard']).{what}()"
        self.kc.execute(code, silent=True, store_history=False, stop_on_error=False)

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        self.cell, self.kept = cell, 0
        left = self.deadline - monotonic()
        self.allowed = max(1, min(self.cell_seconds, math.ceil(left)))
        if cell.cell_type != "code" or "skip-execution" in cell.metadata.get("tags", []):
            return cell, resources
        if left <= 0:
            fault(cell, "timeout", "not reached: the notebook took all of its time before")
            return cell, resources
        if is_check(cell):
            self.whisper("restore")
        cell, resources = super().preprocess_cell(cell, resources, index)
        if any(output.get("ename") == "CellTimeoutError" for output in cell.outputs):
            fault(cell, "timeout", f"this cell ran longer than {self.allowed} s")
        return cell, resources

    def output(self, outs: list, msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        content, room = msg["content"], OUTPUT_BYTES - self.kept
        if msg["msg_type"] == "stream":
            content["text"] = content["text"][: max(room, 0)]
            self.kept += len(content["text"])
            if not content["text"]:
                return None
        elif "data" in content:
            self.kept += len(json.dumps(content["data"]))
            if self.kept > OUTPUT_BYTES:
                content["data"], content["metadata"] = {"text/plain": "… output left out: more than 1 MB"}, {}
        return super().output(outs, msg, display_id, cell_index)


def fault(cell: NotebookNode, kind: str, why: str) -> None:
    """Mark a cell that did not run to its end."""
    cell.metadata.seniorde = {"kind": kind, "why": why}
    cell.outputs = [v4.new_output("error", ename=kind, evalue=why, traceback=[f"{kind}: {why}"])]


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
            elif raised:
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


def feedback(name: str, arranged: Arranged, rows: list[dict[str, Any]]) -> str:
    """nbgrader's feedback page."""
    by_cell = {
        id(problem.cell): (problem, line) for problem, line in zip(arranged.problems, rows, strict=True)
    }
    notebook, resources = LimitOutput().preprocess(arranged.notebook, {})
    for cell in notebook.cells:
        if is_grade(cell):
            problem, line = by_cell.get(id(cell), (None, None))
            cell.metadata.nbgrader.score = line["points"] if line else 0.0
            if problem is not None and problem.answer is not None and line and line["why"]:
                problem.answer.metadata.nbgrader.comment = line["why"]
        elif is_solution(cell):
            cell.metadata.nbgrader.setdefault("comment", None)
    config = GenerateFeedback(coursedir=CourseDirectory()).config
    for script in ("mathjax_url", "require_js_url", "jquery_url"):
        config.HTMLExporter[script] = ""
    resources["nbgrader"] = {
        "notebook": name,
        "score": sum(line["points"] for line in rows),
        "max_score": sum(line["max_points"] for line in rows),
        "late_penalty": 0,
    }
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources)
    return str(page)


if __name__ == "__main__":
    die_with_parent()
    main(sys.argv[1])
