"""A submission as the grader runs it: the learner's answers, the book's checks, matched by permanent id."""

import re
from copy import deepcopy
from dataclasses import dataclass, field

from nbformat import NotebookNode, v4

_CHECKED = re.compile(r"""\bcheck\(\s*["']([^"']+)["']""")


@dataclass
class Arranged:
    """The notebook to run, its problems, and the ids of problems that are no longer in the book."""

    notebook: NotebookNode
    problems: list["Problem"]
    retired: list[str] = field(default_factory=list)


@dataclass
class Problem:
    """A check; `cell` and `answer` are its cells in the arranged notebook, None where it has none."""

    id: str
    points: float
    cell: NotebookNode | None = None
    answer: NotebookNode | None = None
    blank: bool = False
    note: str = ""


def grade_id(cell: NotebookNode) -> str | None:
    """nbgrader's id of a cell, None for a cell of the learner's own."""
    found = cell.metadata.get("nbgrader") or {}
    return found.get("grade_id") if isinstance(found, dict) else None


def is_grade(cell: NotebookNode) -> bool:
    """Whether nbgrader gives points to this cell."""
    return _fact(cell, "grade")


def is_solution(cell: NotebookNode) -> bool:
    """Whether the learner writes in this cell."""
    return _fact(cell, "solution")


def is_check(cell: NotebookNode) -> bool:
    """Whether this is a locked check cell that gives points."""
    return cell.cell_type == "code" and is_grade(cell) and not is_solution(cell)


def problem_id(check: NotebookNode) -> str:
    """The permanent id that a check cell names, its grade id where it names none."""
    named = _CHECKED.search(check.source)
    return named[1] if named else str(grade_id(check))


def answers(release: NotebookNode) -> dict[str | None, str | None]:
    """The grade id of the answer cell before each check, by the check's grade id."""
    pairs: dict[str | None, str | None] = {}
    answer = None
    for cell in release.cells:
        if cell.cell_type == "code" and is_solution(cell):
            answer = grade_id(cell)
        elif is_check(cell) and answer:
            pairs[grade_id(cell)] = answer
    return pairs


def arrange(release: NotebookNode, week: list[NotebookNode], submitted: NotebookNode) -> Arranged:
    """Keep the learner's cells in order, restore every locked cell, run each check after its answer.

    A check stays where the learner's notebook has it, unless it is gone, doubled,
    before its answer or behind another answer: then it runs right after its answer.
    `week` holds all releases of the week (for a review, of the book): a problem that moved to another
    notebook is still graded, and one of `release` that is in none of them is retired.
    """
    here = [grade_id(cell) for cell in submitted.cells]
    last: dict[str | None, int] = {id: index for index, id in enumerate(here) if id}
    official = {grade_id(cell): cell for notebook in week for cell in notebook.cells if grade_id(cell)}
    pairs = {check: answer for notebook in week for check, answer in answers(notebook).items()}
    answer_ids = set(pairs.values())
    own = [id for cell in release.cells if is_check(cell) and (id := grade_id(cell)) in official]
    moved = [id for id in last if id in official and id not in own and is_check(official[id])]

    problems: dict[str | None, Problem] = {}
    after: dict[int, list[NotebookNode]] = {}
    for id in (*own, *moved):
        problem = problems[id] = Problem(
            problem_id(official[id]), float(official[id].metadata.nbgrader.points)
        )
        at, answered = last.get(id), last.get(pairs.get(id))
        if answered is not None and (at is None or at < answered or answer_ids & {*here[answered + 1 : at]}):
            at = answered
        if at is None:
            problem.note = "not in your notebook"
            continue
        if answered is None and id in pairs:
            problem.note = "its answer cell is gone from your notebook"
        problem.cell = deepcopy(official[id])
        after.setdefault(at, []).append(problem.cell)

    given = [
        cell
        for cell in release.cells
        if cell.cell_type == "code" and _fact(cell, "locked") and not is_grade(cell)
    ]
    cells = [deepcopy(cell) for cell in given if grade_id(cell) not in last]
    placed, retired = {}, []
    for index, (id, cell) in enumerate(zip(here, submitted.cells, strict=True)):
        if id not in official:
            if is_check(cell):
                retired.append(problem_id(cell))
            else:
                cells.append(_own(cell))
        elif not is_check(official[id]):
            cells.append(_restored(official[id], cell, counts=index == last[id]))
            placed[id] = cells[-1]
        cells += after.get(index, ())
    for id, problem in problems.items():
        problem.answer = placed.get(pairs.get(id))
        problem.blank = problem.answer is not None and _same(problem.answer, official[pairs[id]])
    notebook = v4.new_notebook(  # type: ignore[no-untyped-call]
        cells=cells, metadata=deepcopy(release.metadata)
    )
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
    return Arranged(notebook, list(problems.values()), retired)


def carry_over(release: NotebookNode, earlier: NotebookNode) -> NotebookNode:
    """The release with the answers of an earlier edition written into its answer cells."""
    written = {grade_id(cell): cell.source for cell in earlier.cells if is_solution(cell)}
    notebook = deepcopy(release)
    for cell in notebook.cells:
        if is_solution(cell) and grade_id(cell) in written:
            cell.source = written[grade_id(cell)]
    return notebook


def _restored(official: NotebookNode, cell: NotebookNode, counts: bool) -> NotebookNode:
    """The released cell with the learner's text where the learner writes; a double counts no more."""
    restored = deepcopy(official)
    if is_solution(official):
        restored.source = cell.source
    if not counts:
        del restored.metadata["nbgrader"]
    return restored


def _own(cell: NotebookNode) -> NotebookNode:
    """A cell of the learner's own, without metadata that would steer the grader."""
    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell}.get(cell.cell_type, v4.new_raw_cell)
    return make(source=cell.source)  # type: ignore[no-untyped-call]


def _fact(cell: NotebookNode, name: str) -> bool:
    found = cell.metadata.get("nbgrader") or {}
    return isinstance(found, dict) and bool(found.get(name))


def _same(cell: NotebookNode, other: NotebookNode) -> bool:
    return bool(cell.source.strip() == other.source.strip())
