"""Reads the banks, an exam's folder with a YAML file a domain, and finds exams and questions in them."""

import difflib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from seniorde.questions.bank import Bank, Card, Option, Question, QuestionError
from seniorde.questions.rules import complaints

ROOT = Path(__file__).parents[3]


def exams(root: Path | None = None) -> list[str]:
    """The exams that have a bank, as their folders are named: "saa-c03"."""
    return sorted({path.parent.name for path in _folder(root).glob("*/*.yaml")})


def load(exam: str, domains: Sequence[str] = (), root: Path | None = None) -> list[Bank]:
    """The banks of an exam, heaviest domain first: all, or those of the domains named.

    Raise QuestionError when there is none, or with one sentence for each rule that a bank breaks.
    """
    name = exam.lower()
    if name not in (known := exams(root)):
        raise QuestionError(f"There is no question bank {exam!r}: {_advice(name, known)}")
    banks = sorted(
        (read(path, root) for path in files(name, root)), key=lambda bank: (-bank.weight, bank.domain)
    )
    if unknown := set(domains) - {bank.domain for bank in banks}:
        advice = _advice(min(unknown), [bank.domain for bank in banks])
        raise QuestionError(f"{name} has no domain {min(unknown)!r}: {advice}")
    return [bank for bank in banks if not domains or bank.domain in domains]


def find(id: str, root: Path | None = None) -> Question:
    """The question with this id, whatever its exam. Raise QuestionError when there is none."""
    every = {
        question.id: question
        for exam in exams(root)
        for bank in load(exam, root=root)
        for question in bank.questions
    }
    if id not in every:
        raise QuestionError(f"There is no question {id!r}: {_advice(id, list(every))}")
    return every[id]


def files(exam: str, root: Path | None = None) -> list[Path]:
    """The files of an exam."""
    return sorted((_folder(root) / exam.lower()).glob("*.yaml"))


def read(path: Path, root: Path | None = None) -> Bank:
    """The bank in one file. Raise QuestionError with one sentence for each rule that it breaks."""
    try:
        raw = yaml.load(path.read_text("utf-8"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise QuestionError(f"{path.parent.name}/{path.name}: mend the YAML: {reason}.") from None
    if broken := list(complaints(raw, path, root or ROOT)):
        raise QuestionError("\n".join(f"{path.parent.name}/{path.name}: {complaint}" for complaint in broken))
    return Bank(
        **raw | {"questions": tuple(_question(one, raw["exam"], raw["domain"]) for one in raw["questions"])}
    )


def _question(raw: dict[str, Any], exam: str, domain: str) -> Question:
    return Question(
        exam=exam,
        domain=domain,
        text=raw["question"].strip(),
        options=tuple(Option(**option) for option in raw["options"]),
        card=Card(**raw["card"]) if "card" in raw else None,
        **{key: raw[key] for key in ("id", "objective", "difficulty", "teaches")},
    )


def _folder(root: Path | None) -> Path:
    return (root or ROOT) / "exercises" / "certification"


def _advice(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]!r}?"
    return f"there is {', '.join(known)}." if 0 < len(known) < 10 else "fetch the newest edition of the book."


class _Loader(yaml.CSafeLoader):  # type: ignore[misc]
    """YAML in which a key that stands twice is a mistake and not a silent loss."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = Counter(key.value for key, _ in node.value)
        if twice := [key for key, times in seen.items() if times > 1]:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} stands twice", node.start_mark)
        return super().construct_mapping(node, deep)
