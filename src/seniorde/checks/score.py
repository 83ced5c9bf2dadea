"""The verdict on an answer: a number that nbgrader can read and a report that a person can read."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

NOTHING = "(nothing)"
MIME = "application/vnd.seniorde.score+json"

_BOX = "border-left:4px solid {colour};padding:.2em 1em .4em;margin:.3em 0;color:inherit"
_GREEN, _AMBER, _RED = "#2e8b57", "#c77700", "#c0392b"
_PRE = "margin:0;padding:0;white-space:pre-wrap;background:transparent;color:inherit"
_TABLE = "margin:.2em 0 .2em 1.2em;border:0;color:inherit;font:inherit"
_CELL = "text-align:left;vertical-align:top;padding:.1em .8em .1em 0;border:0;color:inherit"


@dataclass(frozen=True)
class Part:
    """One thing that was judged.

    `earned` of `points` points; `reason` is the class of the failure ("" when the part holds);
    `facts` are the labelled texts below the sentence, such as input, expected, got.
    """

    name: str
    points: float
    earned: float
    sentence: str
    reason: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


class Score(float):
    """Points earned, between 0 and `max_points`.

    nbgrader takes the plain text of a check cell's result as partial credit, and takes text, NaN
    and negative numbers for full points: so `repr` is the plain number and the value is clamped.

    >>> Score(5, max_points=2), Score(float("nan"), max_points=2).passed
    (2.0, False)
    """

    max_points: float
    parts: tuple[Part, ...]
    problem: str
    hint: str
    printed: str

    def __new__(
        cls,
        points: float,
        max_points: float,
        parts: Sequence[Part] = (),
        problem: str = "",
        hint: str = "",
        printed: str = "",
    ) -> "Score":
        points = 0.0 if math.isnan(points) else min(max(round(points, 2), 0.0), max_points)
        self = super().__new__(cls, points)
        self.max_points, self.parts = float(max_points), tuple(parts)
        self.problem, self.hint, self.printed = problem, hint, printed
        return self

    @classmethod
    def of(cls, parts: Sequence[Part], **texts: str) -> "Score":
        """The sum of the parts."""
        return cls(sum(p.earned for p in parts), sum(p.points for p in parts), parts, **texts)

    def __getnewargs__(self) -> tuple[Any, ...]:
        return (float(self), self.max_points, self.parts, self.problem, self.hint, self.printed)

    @property
    def passed(self) -> bool:
        """Whether every point was earned."""
        return float(self) == self.max_points

    @property
    def reason(self) -> str:
        """The class of the first failure: "blank", "result", "growth", "trap: …"; "" when passed."""
        return next((part.reason for part in self.parts if part.reason), "")

    @property
    def headline(self) -> str:
        """Points and verdict in words."""
        word = "passed" if self.passed else "partly there" if self > 0 else "not yet"
        if self.reason == "blank":
            word = "no answer yet"
        return f"{_plain(self)} of {_plain(self.max_points)} points: {word}"

    @property
    def text(self) -> str:
        """The whole report as plain text."""
        lines = [self.headline]
        for part in self.parts:
            share = f"{_plain(part.earned)} of {_plain(part.points)}"
            lines.append(f"{_mark(part)} {part.name} ({share}): {part.sentence}")
            for label, fact in part.facts.items():
                lines += [f"    {label}:", *(f"        {line}" for line in (fact or NOTHING).splitlines())]
        if self.hint:
            lines.append(f"Hint: {self.hint}")
        if self.printed:
            lines += ["Your code printed:", *(f"    {line}" for line in self.printed.splitlines())]
        return "\n".join(lines)

    def __repr__(self) -> str:
        return repr(float(self))

    __str__ = __repr__

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(repr(self))  # or IPython's %precision would round the points

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        report = {
            "problem": self.problem,
            "points": float(self),
            "max_points": self.max_points,
            "reason": self.reason,
            "text": self.text,
            "parts": [asdict(part) for part in self.parts],
        }
        return {MIME: report}

    def _repr_html_(self) -> str:
        colour = _GREEN if self.passed else _AMBER if self > 0 or self.reason == "blank" else _RED
        body = "".join(_part_html(part) for part in self.parts)
        if self.hint:
            body += f"<p style='margin:.4em 0'><strong>Hint:</strong> {_inline(self.hint)}</p>"
        if self.printed:
            body += (
                "<details><summary>What your code printed</summary>"
                f"<pre style='{_PRE}'>{escape(self.printed)}</pre></details>"
            )
        return (
            f"<div style='{_BOX.format(colour=colour)}'>"
            f"<p style='margin:.2em 0'><strong>{escape(self.headline)}</strong></p>{body}</div>"
        )


def _plain(points: float) -> str:
    return f"{round(float(points), 2):g}"


def _mark(part: Part) -> str:
    return "✓" if not part.reason else "–" if part.reason in ("blank", "not reached") else "✗"


def _part_html(part: Part) -> str:
    word = {"✓": "holds", "–": "not judged", "✗": "fails"}[_mark(part)]
    rows = "".join(
        f"<tr style='background:transparent'><th scope='row' style='{_CELL}'>{escape(label)}</th>"
        f"<td style='{_CELL}'><pre style='{_PRE}'>{escape(fact or NOTHING)}</pre></td></tr>"
        for label, fact in part.facts.items()
    )
    table = f"<table style='{_TABLE}'><tbody>{rows}</tbody></table>" if rows else ""
    return (
        f"<p style='margin:.3em 0'>{_mark(part)} <strong>{escape(part.name)}</strong> {word}, "
        f"{_plain(part.earned)} of {_plain(part.points)}. {_inline(part.sentence)}</p>{table}"
    )


def _inline(text: str) -> str:
    """Escaped text with `code` between backticks."""
    pieces = escape(text, quote=False).split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces))
