"""Grades one notebook in a process of its own: `python -m seniorde.grading.worker JOB.json`."""

import json
import sys
from pathlib import Path
from typing import Any

from seniorde.grading.arrange import arrange
from seniorde.grading.isolate import die_with_parent
from seniorde.grading.reading import Unreadable, read
from seniorde.grading.verdict import row
from seniorde.notebooks import files


def main(job_path: str) -> None:
    """Grade what JOB.json names; write result.json and feedback.html beside it."""
    folder = Path(job_path).parent
    job = json.loads(Path(job_path).read_text("utf-8"))
    result: dict[str, Any] = {"sentence": "", "rows": [], "retired": []}
    try:
        submitted = read(Path(job["submitted"]))
        release = files.read(Path(job["release"]))
        week = [files.read(Path(path)) for path in job["week"]]
        arranged = arrange(release, week, submitted)
    except Unreadable as error:
        result["sentence"] = str(error)
    else:
        from seniorde.grading.feedback import feedback
        from seniorde.grading.kernel import run

        run(
            arranged.notebook, folder / "desk", job["cell_seconds"], job["notebook_seconds"], job["memory_mb"]
        )
        result["rows"] = [row(problem) for problem in arranged.problems]
        result["retired"] = arranged.retired
        (folder / "feedback.html").write_text(feedback(job["name"], arranged, result["rows"]), "utf-8")
    (folder / "result.json").write_text(json.dumps(result), "utf-8")


if __name__ == "__main__":
    die_with_parent()
    main(sys.argv[1])
