"""A plan as a picture: a tidy tree, root at the top, one data unit an inch."""

from __future__ import annotations

import re
from itertools import zip_longest
from math import ceil, log10

import matplotlib.pyplot as plt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch
from matplotlib.path import Path

from seniorde.plans.text import counted, size, totals
from seniorde.plans.tree import MARKS, Node, Plan

BOX, GAP, LEVEL, LINE, PAD = 1.58, 0.14, 0.3, 0.14, 0.06
"""Inches: width of a box, space between boxes, between levels, height of a line of text, padding of a box."""
MARGIN, HEADING, LEGEND, SPACE = 0.2, 0.25, 0.65, 0.6
"""Inches: around the picture, for a heading, for the legend below, between two plans."""
FONT, CHARACTERS, BOLD_CHARACTERS, TITLE_CHARACTER, CHARACTER = 7.6, 23, 20, 0.11, 0.055
"""Points, the characters of that size that fit into a box, inches of a character of the title and totals."""

DOTTED = (0, (1.2, 0.8))
PAPER, INK, FAINT, EDGE = "#fbfaf7", "#1c2733", "#5d6975", "#8aa4bd"
COLOURS = {1: "#e3ebf2", 10: "#fee391", 100: "#fe9929", 1000: "#8c2d04"}
"""Of a box by its mark: steps of lightness, which every eye and a grey print can tell apart."""


def draw(plans: dict[str, Plan], title: str, alt_text: str) -> Figure:
    """One plan, or several side by side on one scale of widths and colours, each below its name."""
    spots = [_layout(plan.root) for plan in plans.values()]
    breadths = [max(x for x, _ in spot.values()) + BOX for spot in spots]
    depth = max(
        spot[id(node)][1] + _height(node)
        for plan, spot in zip(plans.values(), spots, strict=True)
        for node in plan.nodes()
    )
    width = max(sum(breadths) + SPACE * (len(plans) - 1), 4.4 * BOX) + 2 * MARGIN
    heading = _wrap(title, int((width - 2 * MARGIN) / TITLE_CHARACTER))
    rooms = [breadth + SPACE for breadth in breadths] if len(plans) > 1 else [width - 2 * MARGIN]
    summaries = [_summary(plan, room) for plan, room in zip(plans.values(), rooms, strict=True)]
    top = MARGIN + HEADING * (len(heading) + 2) + LINE * (max(map(len, summaries)) - 1)
    height = top + depth + LEGEND + MARGIN

    figure = plt.figure(figsize=(width, height), facecolor=PAPER, label=alt_text)
    plt.close(figure)  # pyplot lets go of it, so that a notebook shows it once
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    for row, words in enumerate(heading):
        y = MARGIN + HEADING * row
        axes.text(MARGIN, y, words, va="top", fontsize=FONT + 3.5, fontweight="bold", color=INK)
    left = (width - sum(breadths) - SPACE * (len(plans) - 1)) / 2
    for (name, plan), spot, breadth, summary in zip(plans.items(), spots, breadths, summaries, strict=True):
        start, y = left if len(plans) > 1 else MARGIN, MARGIN + HEADING * len(heading)
        axes.text(start, y, name, va="top", fontsize=FONT + 1.5, fontweight="bold", color=INK)
        for row, words in enumerate(summary):
            below = y + 0.75 * HEADING + LINE * row
            axes.text(start, below, words, va="top", fontsize=FONT, color=FAINT)
        _draw_subtree(axes, plan.root, {key: (left + x, top + y) for key, (x, y) in spot.items()})
        left += breadth + SPACE
    _legend(figure, list(plans.values()))
    return figure


def _summary(plan: Plan, room: float) -> list[str]:
    """The figures of the whole plan on lines of so many inches."""
    if not plan.analyzed:
        return ["estimates only, not run"]
    return _fill(totals(plan), int((room - MARGIN / 2) / CHARACTER), " · ")


def _layout(root: Node) -> dict[int, tuple[float, float]]:
    """Left and top of each box by its node's id: subtrees as close as they fit, levels aligned."""
    x, contour = _spread(root)
    leftmost = min(left for left, _ in contour)
    levels: list[list[Node]] = [[root]]
    while below := [child for node in levels[-1] for child in node.children]:
        levels.append(below)
    spots: dict[int, tuple[float, float]] = {}
    top = 0.0
    for level in levels:
        spots |= {id(node): (x[id(node)] - leftmost, top) for node in level}
        top += max(map(_height, level)) + LEVEL
    return spots


def _spread(node: Node) -> tuple[dict[int, float], list[tuple[float, float]]]:
    """x of the nodes of a subtree relative to its root, and the leftmost and rightmost x of each level."""
    x: dict[int, float] = {}
    contour: list[tuple[float, float]] = []
    shifts = []
    for child in node.children:
        child_x, child_contour = _spread(child)
        pairs = zip(contour, child_contour, strict=False)
        shift = max((right - left + BOX + GAP for (_, right), (left, _) in pairs), default=0.0)
        shifted = [(left + shift, right + shift) for left, right in child_contour]
        contour = [
            (min(level[0] for level in both if level), max(level[1] for level in both if level))
            for both in zip_longest(contour, shifted)
        ]
        x |= {key: value + shift for key, value in child_x.items()}
        shifts.append(shift)
    middle = (shifts[0] + shifts[-1]) / 2 if shifts else 0.0
    x = {key: value - middle for key, value in x.items()}
    return {id(node): 0.0, **x}, [(0.0, 0.0), *((left - middle, right - middle) for left, right in contour)]


def _label(node: Node) -> tuple[list[str], list[str]]:
    """The lines of a box: the operator in bold, then what it works on and what it counted."""
    what, counts = [node.role] if node.role else [], []
    if node.relation:
        alias = f" {node.alias}" if node.alias not in (None, node.relation) else ""
        what.append(f"on {node.relation}{alias}")
    if node.index:
        what.append(f"using {node.index}")
    estimated = "?" if node.estimated_rows is None else f"{node.estimated_rows:,.0f}"
    if node.loops == 0:
        what.append("never executed")
    elif node.uncompared:
        what.append(counted(node.actual_rows or 0, "row"))
    elif node.actual_rows is not None:
        what.append(f"{estimated} → {counted(node.actual_rows, 'row')}")
    elif node.estimated_rows is not None:
        what.append(counted(node.estimated_rows, "row"))
    if node.mark > 1:
        counts.append(f"{'▲' if node.underestimated else '▼'} ×{node.mark:,}")
    if node.fell_short:
        counts.append("cut short")
    if (node.loops or 0) > 1:
        counts.append(f"{node.loops:,} loops")
    if node.own_pages:
        counts.append(counted(node.own_pages, "page"))
    if node.removed_rows:
        counts.append(f"{node.removed_rows:,} removed")
    if node.own_spill:
        counts.append(f"{size(node.own_spill)} spilled")
    if node.kind in ("scan", "shuffle") and node.loops is None:
        counts += node.details
    lines = [line for text in what for line in _wrap(text, CHARACTERS)]
    return _wrap(node.operator, BOLD_CHARACTERS), lines + _fill(counts, CHARACTERS, " · ")


def _wrap(text: str, width: int) -> list[str]:
    """The text on lines of at most so many characters, broken after a space or an underscore."""
    return _fill(re.findall(rf"[^ _]{{1,{width - 1}}}[ _]*", text), width)


def _fill(pieces: list[str], width: int, between: str = "") -> list[str]:
    """The pieces on as few lines as they fit on."""
    lines: list[str] = []
    for piece in pieces:
        if lines and len(lines[-1] + between + piece.rstrip()) <= width:
            lines[-1] += between + piece
        else:
            lines.append(piece)
    return lines


def _height(node: Node) -> float:
    return LINE * sum(map(len, _label(node))) + 2 * PAD


def _draw_subtree(axes: Axes, node: Node, spots: dict[int, tuple[float, float]]) -> None:
    left, top = spots[id(node)]
    middle, height = left + BOX / 2, _height(node)
    for child in node.children:
        x, y = spots[id(child)]
        ends = (x + BOX / 2, y), (middle, top + height)
        bend = (ends[0][1] + ends[1][1]) / 2
        curve = Path(
            [ends[0], (ends[0][0], bend), (middle, bend), ends[1]],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )
        style = DOTTED if child.role else "solid"
        axes.add_patch(
            PathPatch(curve, fill=False, edgecolor=EDGE, linewidth=_width(child), linestyle=style, zorder=1)
        )
        _draw_subtree(axes, child, spots)

    executed = node.loops != 0
    axes.add_patch(
        FancyBboxPatch(
            (left, top),
            BOX,
            height,
            boxstyle="round,pad=0,rounding_size=0.06",
            facecolor=COLOURS[node.mark] if executed else PAPER,
            edgecolor=FAINT,
            linewidth=0.6,
            linestyle="solid" if executed else "dashed",
            zorder=2,
        )
    )
    ink = FAINT if not executed else PAPER if node.mark == MARKS[0] else INK
    bold, plain = _label(node)
    for position, line in enumerate(bold + plain):
        axes.text(
            middle,
            top + PAD + LINE * (position + 0.5),
            line,
            ha="center",
            va="center_baseline",
            fontsize=FONT,
            fontweight="bold" if position < len(bold) else "normal",
            color=ink,
            zorder=3,
        )


def _width(node: Node) -> float:
    """Points: wider by the same step for every tenfold of the rows handed up."""
    rows = node.estimated_rows if node.actual_rows is None else node.actual_rows
    return _points(rows or 0)


def _points(rows: float) -> float:
    return 0.8 + 1.4 * log10(max(rows, 1))


def _legend(figure: Figure, plans: list[Plan]) -> None:
    nodes = [node for plan in plans for node in plan.nodes()]
    names = {1: "estimate within ×10", 10: "×10 off", 100: "×100 off", 1000: "×1,000 off"}
    colours: list[Artist] = [
        Patch(facecolor=COLOURS[mark], edgecolor=FAINT, lw=0.6, label=name) for mark, name in names.items()
    ]
    most = max(node.actual_rows or node.estimated_rows or 0 for node in nodes)
    top = max(1, ceil(log10(max(most, 1))))
    edges: list[Artist] = [
        Line2D([], [], color=EDGE, lw=_points(10**step), label=counted(10**step, "row"))
        for step in sorted({0, (top + 1) // 2, top})
    ]
    if any(node.role for node in nodes):
        edges.append(Line2D([], [], color=EDGE, lw=2, ls=DOTTED, label="sub-plan, init plan or CTE"))
    texts = ["estimated → actual rows", "▲ more, ▼ fewer than estimated"]
    rows = [edges]
    if any(node.loops is not None for node in nodes):
        rows += [colours, [Line2D([], [], ls="", label=text) for text in texts]]
    for position, handles in enumerate(rows):
        figure.legend(
            handles=handles,
            loc="lower center",
            bbox_to_anchor=(0.5, (MARGIN / 2 + position * 0.19) / figure.get_figheight()),
            ncols=len(handles),
            frameon=False,
            borderpad=0,
            columnspacing=1.6,
            fontsize=FONT,
            labelcolor=FAINT,
        )
