"""Runs a notebook in a fresh kernel, whatever its cells do."""

import json
import math
from pathlib import Path
from time import monotonic
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import Execute

from seniorde.grading.arrange import is_check
from seniorde.grading.isolate import watchdog
from seniorde.notebooks.kernels import PrivateAsyncKernelManager

OUTPUT_BYTES = 1_000_000  # kept of each cell
SKIP = ["skip-execution"]


def run(notebook: NotebookNode, desk: Path, cell_seconds: int, notebook_seconds: int, memory_mb: int) -> None:
    """Execute in a fresh kernel; when a cell takes the kernel down, run the others again without it.

    A check that has given its score, or a cell that ran out of time, is not run a second time.
    """
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
                kind = "timeout"
                why = f"this cell ran longer than {grader.allowed} s and could not be interrupted"
        fault(grader.cell, kind, why + "; it was skipped and the others were run again")
        for cell in notebook.cells[: notebook.cells.index(grader.cell)]:
            if is_check(cell):
                cell.metadata.tags = SKIP


class Grader(Execute):  # type: ignore[misc]
    """nbgrader's execution, with limits for the whole notebook and on output, and the guard."""

    def __init__(self, cell_seconds: int, deadline: float) -> None:
        self.cell = NotebookNode()  # type: ignore[no-untyped-call]
        self.allowed = cell_seconds
        self.cell_seconds, self.deadline = cell_seconds, deadline
        super().__init__(
            timeout=120,
            kernel_name="python3",
            kernel_manager_class=PrivateAsyncKernelManager,
            shutdown_kernel="immediate",
            iopub_timeout=5,
        )
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
        if cell.cell_type != "code" or cell.metadata.get("tags") == SKIP:
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
        elif "data" in content and not is_check(self.cell):
            self.kept += len(json.dumps(content["data"]))
            if self.kept > OUTPUT_BYTES:
                content["data"], content["metadata"] = {"text/plain": "… output left out: more than 1 MB"}, {}
        return super().output(outs, msg, display_id, cell_index)


def fault(cell: NotebookNode, kind: str, why: str) -> None:
    """Mark a cell that did not run to its end, and that is not to be run again."""
    cell.metadata.tags, cell.metadata.seniorde = SKIP, {"kind": kind, "why": why}
    error = {"output_type": "error", "ename": kind, "evalue": why, "traceback": [f"{kind}: {why}"]}
    cell.outputs = [from_dict(error)]  # type: ignore[no-untyped-call]
