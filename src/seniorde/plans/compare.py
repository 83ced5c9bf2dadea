"""Two plans side by side: before and after an index, a rewrite, a setting, or on two engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import ndiff
from typing import TYPE_CHECKING

from seniorde.plans.text import SPARK, size
from seniorde.plans.tree import Plan

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, repr=False)
class Comparison:
    """What changed between two plans: `str()` is a stable table, `draw()` both pictures on one scale."""

    before: Plan
    after: Plan
    names: tuple[str, str] = ("before", "after")

    def draw(self, title: str = "") -> Figure:
        from seniorde.plans.draw import draw

        named = dict(zip(self.names, (self.before, self.after), strict=True))
        return draw(named, title, self.alt_text())

    def alt_text(self) -> str:
        """Both pictures in words."""
        first, second = self.names
        return f"{first}: {self.before.alt_text()} {second}: {self.after.alt_text()}"

    def __str__(self) -> str:
        rows: list[tuple[str, ...]] = [("", *self.names, "")]
        for name, of in FIGURES.items():
            values = of(self.before), of(self.after)
            if any(values):
                rows.append((name, *(_shown(name, value) for value in values), _ratio(*values)))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        table = [f"{n:<{widths[0]}}  {b:>{widths[1]}}  {a:>{widths[2]}}  {r}".rstrip() for n, b, a, r in rows]
        before, after = ([node.label for node in plan.nodes()] for plan in (self.before, self.after))
        changes = [change for change in ndiff(before, after) if not change.startswith("?")]
        return "\n".join([*table, "", *changes])

    __repr__ = __str__


def compare(before: Plan, after: Plan, names: tuple[str, str] = ("before", "after")) -> Comparison:
    """Set two plans side by side, under two different names."""
    return Comparison(before, after, names)


FIGURES: dict[str, Callable[[Plan], float | None]] = {
    "operators": lambda plan: sum(1 for _ in plan.nodes()),
    "rows read": lambda plan: plan.rows_read,
    "pages": lambda plan: plan.pages,
    "files read": lambda plan: plan.files_read if plan.engine == SPARK else None,
    "partitions read": lambda plan: plan.partitions_read,
    "shuffles": lambda plan: plan.shuffles,
    "rows shuffled": lambda plan: plan.rows_shuffled,
    "spill": lambda plan: plan.spill_bytes,
    "worst misestimate": lambda plan: plan.misestimate,
    "rows returned": lambda plan: None if plan.root.actual_rows is None else round(plan.root.actual_rows),
}


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "–"
    if name == "spill":
        return size(int(value))
    return f"×{value:,.1f}" if name == "worst misestimate" else f"{value:,}"


def _ratio(before: float | None, after: float | None) -> str:
    if not before or not after or before == after:
        return ""
    return f"÷{before / after:,.1f}" if before > after else f"×{after / before:,.1f}"
