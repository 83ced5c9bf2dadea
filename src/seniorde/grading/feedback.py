"""nbgrader's feedback page of a graded notebook."""

import re
from typing import Any

from nbconvert import HTMLExporter
from nbgrader.converters import GenerateFeedback
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import LimitOutput

from seniorde.grading.arrange import Arranged, is_grade, is_solution


def feedback(name: str, arranged: Arranged, rows: list[dict[str, Any]]) -> str:
    """The page; the reason of a verdict stands below the answer."""
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
    resources["nbgrader"] = {
        "notebook": name,
        "score": sum(line["points"] for line in rows),
        "max_score": sum(line["max_points"] for line in rows),
        "late_penalty": 0,
    }
    page, _ = HTMLExporter(config=config).from_notebook_node(notebook, resources)  # type: ignore[no-untyped-call]
    return re.sub(r"<script src=\"http[^>]*>\s*</script>", "", page)  # nothing is fetched from another host
