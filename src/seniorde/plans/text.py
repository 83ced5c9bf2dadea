"""A plan as text, as a table and in words: the same every run, because no timing stands in it."""

from __future__ import annotations

from collections import Counter
from textwrap import shorten
from typing import TYPE_CHECKING

from seniorde.plans.tree import Node, Plan

if TYPE_CHECKING:
    import pandas as pd

WIDTH = 110
"""Characters of a condition before it is cut."""

SPARK = "Spark"

FIGURES = (
    "estimated_rows",
    "actual_rows",
    "misestimate",
    "loops",
    "removed_rows",
    "rows_read",
    "own_pages",
    "pages",
    "own_spill",
    "own_bytes",
)


def render(plan: Plan, costs: bool = False) -> str:
    lines = list(_lines(plan.root, "", "", costs))
    lines += [*plan.notes, f"Total: {', '.join(totals(plan))}"] if plan.analyzed else plan.notes
    return "\n".join(lines)


def line(node: Node, costs: bool = False) -> str:
    """One operator with its figures: what stands in the text, and what a violation quotes."""
    return "  ".join(part for part in (node.label, ", ".join(figures_of(node, costs))) if part)


def figures_of(node: Node, costs: bool = False) -> list[str]:
    """The figures of one operator in words, only those that say something."""
    parts = [rows_of(node)]
    if (node.loops or 1) > 1:
        parts.append(f"loops {node.loops:,}")
    if node.removed_rows:
        parts.append(f"removed {node.removed_rows:,}")
    if node.own_pages:
        parts.append(f"pages {node.own_pages:,}")
    if node.own_spill:
        parts.append(f"spilled {size(node.own_spill)}")
    parts += node.details
    if costs and node.cost is not None:
        parts.append(f"cost {node.cost:,.2f}")
    return [part for part in parts if part]


def rows_of(node: Node) -> str:
    """`rows estimated → actual`, with the mark of a misestimate; empty for a write that returns no rows."""
    if node.kind == "write" and not node.estimated_rows:
        return ""
    estimated = "?" if node.estimated_rows is None else f"{node.estimated_rows:,.0f}"
    if node.loops == 0:
        return "never executed"
    if node.uncompared:
        return f"rows {node.actual_rows:,.0f}"
    if node.actual_rows is None:
        return "" if node.estimated_rows is None else f"rows {estimated}"
    mark = f" (×{node.mark} {'under' if node.underestimated else 'over'}estimated)" if node.mark > 1 else ""
    cut = " (cut short)" if node.fell_short else ""
    return f"rows {estimated} → {node.actual_rows:,.0f}{mark}{cut}"


def totals(plan: Plan) -> list[str]:
    """The figures of the whole plan in words."""
    parts = [f"rows read {plan.rows_read or 0:,}"]
    if plan.engine == SPARK:
        if plan.files_read is not None:
            parts.append(f"files {plan.files_read:,}")
        parts.append(f"shuffles {plan.shuffles:,}")
        if plan.shuffles:
            parts.append(f"rows shuffled {plan.rows_shuffled or 0:,}")
    if plan.pages is not None:
        parts.append(f"pages {plan.pages:,}")
    if plan.spill_bytes:
        parts.append(f"spilled {size(plan.spill_bytes)}")
    return parts


def counted(count: float, noun: str) -> str:
    return f"{count:,.0f} {noun}{'' if count == 1 else 's'}"


def size(count: int) -> str:
    """Bytes in kB or MB of 1024."""
    return f"{count / 1024:,.0f} kB" if count < 10 * 1024**2 else f"{count / 1024**2:,.0f} MB"


def figures(plan: Plan) -> pd.DataFrame:
    import pandas as pd

    figures = (*FIGURES, "files", "partitions") if plan.engine == SPARK else FIGURES
    names = ["operator", "relation", "index", "role", "kind", *figures]
    table = pd.DataFrame([[getattr(node, name) for name in names] for node in plan.nodes()], columns=names)
    counts = [name for name in figures if name != "misestimate"]
    table[counts] = table[counts].astype("Int64")
    table["misestimate"] = table["misestimate"].astype("float64").round(2)
    return table


def alt_text(plan: Plan) -> str:
    nodes = list(plan.nodes())
    scans = Counter(node.title for node in nodes if node.kind == "scan" and node.loops != 0)
    words = [
        f"Query plan of {plan.engine} as a tree of {len(nodes)} operators, {plan.root.title} at the root."
    ]
    if scans:
        words.append(
            "It reads: " + ", ".join(f"{name}{f' ({n} times)' if n > 1 else ''}" for name, n in scans.items())
        )
        words[-1] += "."
    if plan.analyzed:
        words.append(f"Figures: {', '.join(totals(plan))}.")
        worst = max(nodes, key=lambda node: node.misestimate or 0)
        if worst.mark > 1:
            words.append(f"Largest misestimate: {worst.title}, {rows_of(worst)}.")
        elif any(node.loops is not None for node in nodes):
            words.append("Every operator is estimated within a factor of 10.")
    return " ".join(words)


def _lines(node: Node, first: str, rest: str, costs: bool) -> list[str]:
    lines = [first + line(node, costs)]
    below = "│  " if node.children else "   "
    lines += [f"{rest}{below} {shorten(condition, WIDTH, placeholder=' …')}" for condition in node.conditions]
    for child in node.children:
        last = child is node.children[-1]
        lines += _lines(child, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), costs)
    return lines
