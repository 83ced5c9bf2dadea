"""Finds problems by their id and hands answers to the judge."""

import difflib
import importlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from seniorde.checks.score import Score
from seniorde.problems.problem import Exercise, ProblemError

HERE = Path(__file__).parent


def check(id: str, answer: Any) -> Score:
    """Judge an answer to the problem `id`: a function, or a text such as a query.

    Raise ProblemError when there is no such problem.
    """
    problem = load(id)
    score: Score = importlib.import_module(f"seniorde.checks.{problem.kind}").judge(problem, answer)
    return score


@cache
def load(id: str) -> Exercise:
    """The problem with this id, its file read and validated.

    The id is the file's place: `w1-hashing-first-repeat` is `week_01/hashing/first_repeat.py`, so
    that one check imports one file. Raise ProblemError when there is none or its file is wrong.
    """
    place = next((path for path in _places(id) if (HERE / path).with_suffix(".py").is_file()), None)
    if place is None:
        near = difflib.get_close_matches(str(id), ids(), n=1)
        advice = f"did you mean {near[0]!r}?" if near else "fetch the newest edition of the book."
        raise ProblemError(f"There is no problem {id!r}: {advice}")
    module = importlib.import_module(".".join((__package__ or "", *place.parts)))
    problem = getattr(module, "PROBLEM", None)
    if not isinstance(problem, Exercise):
        raise ProblemError(f"{place}.py: add PROBLEM = Problem(…), SqlProblem(…) or LabProblem(…).")
    return problem.bind(module, place)


def bank() -> list[Exercise]:
    """Every problem, by week, topic, and within a topic by order, difficulty and file name."""
    difficulties = ("easy", "medium", "hard")
    return sorted(
        map(load, ids()),
        key=lambda p: (p.week, p.topic, p.order, difficulties.index(p.difficulty), p.slug),
    )


def ids() -> list[str]:
    """Every id, without importing a problem."""
    files = sorted(HERE.glob("week_*/*/*.py"))
    return [id_of(file.relative_to(HERE).with_suffix("")) for file in files if not file.name.startswith("_")]


def id_of(place: Path) -> str:
    """The id that belongs to a file's place, `week_01/hashing/first_repeat`."""
    week, topic, slug = place.parts
    return f"w{int(week.removeprefix('week_'))}-{topic}-{slug}".replace("_", "-")


def _places(id: str) -> Iterator[Path]:
    """The places that an id can name: its hyphens do not tell where the topic ends."""
    match = re.fullmatch(r"w(\d)-([a-z0-9-]+)", str(id))
    if match:
        words = match[2].split("-")
        for cut in range(1, len(words)):
            yield Path(f"week_0{match[1]}") / "_".join(words[:cut]) / "_".join(words[cut:])
