"""Judges an answer part by part: each is worth the same, and is reached once the one before it holds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from seniorde.checks import sandbox
from seniorde.checks.score import Part, Score

# Failed attempts in this session: the first brings the first hint.
attempts: Counter[str] = Counter()


class Hinted(Protocol):
    """What a verdict needs to know of a problem."""

    id: str
    points: float
    hints: "Hints"


Hints = Sequence[str] | Mapping[str, Sequence[str]]
"""From gentle to near: for the problem as a whole, or by a part's name or the first words of it."""


def next_hint(problem: Hinted, part: str) -> str:
    """The next hint for who failed at this part, the last again and again; "" where there is none."""
    hints, key = problem.hints, problem.id
    if isinstance(hints, Mapping):
        named = next((name for name in hints if f"{part} ".startswith(f"{name} ")), part)
        hints, key = hints.get(named, ()), f"{key} {named}"
    if not hints:
        return ""
    attempts[key] += 1
    return hints[min(attempts[key], len(hints)) - 1]


def scored(problem: Hinted, judged: Sequence[Part], printed: str = "") -> Score:
    """The score of the parts, with the next hint for the one that failed; a blank answer brings none."""
    failed = next((part for part in judged if part.reason), None)
    hint = next_hint(problem, failed.name) if failed and failed.reason != "blank" else ""
    return Score.of(judged, problem=problem.id, printed=printed, hint=hint)


class Refused(Exception):
    """The answer does not hold: `reason` is the class of the failure, `facts` the texts that show it."""

    def __init__(self, reason: str, sentence: str, **facts: str) -> None:
        super().__init__(sentence)
        self.reason, self.facts = reason, facts


def in_order(problem: Hinted, answer: Any, parts: Mapping[str, Callable[[Any], str]]) -> Score:
    """Judge by each part in turn, which returns a sentence on what holds or raises Refused."""
    points = problem.points / len(parts)
    judged: list[Part] = []
    with sandbox.quiet():
        for name, judge in parts.items():
            if judged and judged[-1].reason:
                rest = "blank" if judged[0].reason == "blank" else "not reached"
                judged.append(Part(name, points, 0, "Judged once the part before holds.", rest))
                continue
            try:
                judged.append(Part(name, points, points, judge(answer)))
            except Refused as refused:
                judged.append(Part(name, points, 0, str(refused), refused.reason, refused.facts))
    return scored(problem, judged)
