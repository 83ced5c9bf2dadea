"""The points that the check cells of an executed nbgrader notebook show."""

from nbformat import NotebookNode


def check_cells(nb: NotebookNode) -> list[NotebookNode]:
    """The cells that nbgrader grades by their output."""
    return [
        cell
        for cell in nb.cells
        if cell.cell_type == "code"
        and cell.metadata.get("nbgrader", {}).get("grade")
        and not cell.metadata.nbgrader.get("solution")
    ]


def earned(cell: NotebookNode) -> float | None:
    """The score that a check cell displays, None where it shows no number."""
    results = [
        output.data.get("text/plain", "") for output in cell.outputs if output.output_type == "execute_result"
    ]
    try:
        return float(results[-1])
    except (IndexError, ValueError):
        return None


def complaint(nb: NotebookNode, *, full: bool) -> str:
    """Why the notebook does not score everything (`full`) or nothing; empty when it does."""
    for cell in check_cells(nb):
        points, most = earned(cell), cell.metadata.nbgrader.points
        want = most if full else 0
        if points != want:
            shown = "no score" if points is None else f"{points:g}"
            return f"check {cell.metadata.nbgrader.grade_id} shows {shown}, must be {want:g} of {most:g}"
    return ""
