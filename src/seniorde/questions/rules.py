"""What a bank must fulfil, one sentence a mistake: its form, and the balance of an exam as a whole."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from seniorde.questions.bank import LETTERS, Bank, Question
from seniorde.questions.text import PARSER, plain

DIFFICULTIES = ("easy", "medium", "hard")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
CHI_SQUARE = {3: 7.81, 4: 9.49, 5: 11.07}  # exceeded by chance in 5 of 100 cases; key: degrees of freedom
LONGEST = 0.4


def complaints(raw: Any, path: Path, root: Path) -> Iterator[str]:
    """The mistakes in one file as it was read."""
    told = list(_shape(raw, texts=("exam", "title", "guide", "domain"), others=("weight", "questions")))
    if told:
        yield from told
        return
    if raw["exam"].lower() != path.parent.name:
        yield f"move the file to the folder {raw['exam'].lower()}, which its `exam` names."
    if not isinstance(raw["weight"], int | float) or not 0 < raw["weight"] <= 100:
        yield "make `weight` the domain's percent of the scored content, such as 30."
    if not isinstance(raw["questions"], list):
        yield "make `questions` a list, each with a hyphen before its id."
        return
    ids = [one.get("id") if isinstance(one, dict) else None for one in raw["questions"]]
    for number, (id, one) in enumerate(zip(ids, raw["questions"], strict=True), 1):
        name = id if isinstance(id, str) else f"question {number}"
        yield from (f"{name}: {complaint}" for complaint in _question(one, root))
    yield from (f"{id}: {times} questions have this id: an id names one." for id, times in _repeated(ids))


def across(banks: Sequence[Bank]) -> Iterator[str]:
    """The mistakes that show only when all banks of all exams lie side by side."""
    for id, times in _repeated(question.id for bank in banks for question in bank.questions):
        yield f"{id}: {times} questions have this id: an id is one of its kind over all exams."
    for exam in dict.fromkeys(bank.exam for bank in banks):
        of_exam = [bank for bank in banks if bank.exam == exam]
        for key in ("title", "guide"):
            if len(said := sorted({getattr(bank, key) for bank in of_exam})) > 1:
                yield f"{exam}: its files differ in `{key}` ({' / '.join(said)}): write the same in all."
        if (total := sum(bank.weight for bank in of_exam)) > 100:
            yield f"{exam}: the weights of its domains add up to {total:g} percent: correct them."
        questions = [question for bank in of_exam for question in bank.questions]
        yield from (f"{exam}: {complaint}" for complaint in (*_positions(questions), *_longest(questions)))


def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as the book forms them."""
    text = page.read_text("utf-8")
    if page.suffix == ".ipynb":
        cells = json.loads(text)["cells"]
        text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    return _anchors(text)


@cache
def _anchors(text: str) -> frozenset[str]:
    return frozenset(
        anchor("".join(part.content for part in inline.children or []))
        for opening, inline in pairwise(PARSER.parse(text))
        if opening.type == "heading_open" and opening.tag in ("h1", "h2", "h3")
    )


def anchor(heading: str) -> str:
    """A heading's anchor as JupyterLab forms it: `Who-may-what`."""
    return re.sub(r"[^\w-]", "", heading.strip().replace(" ", "-"))


def _question(raw: Any, root: Path) -> Iterator[str]:
    texts = ("id", "objective", "difficulty", "teaches", "question")
    told = list(_shape(raw, texts, others=("options",), optional=("card",)))
    yield from told
    if told:
        return
    if not ID.fullmatch(raw["id"]):
        yield "make the id lower-case words with hyphens, such as saa-iam-policy-evaluation."
    if raw["difficulty"] not in DIFFICULTIES:
        yield f"the difficulty {raw['difficulty']!r} is not known: choose easy, medium or hard."
    yield from _teaches(raw["teaches"], root)
    yield from _options(raw["options"])
    if "card" in raw:
        yield from (f"card: {complaint}" for complaint in _shape(raw["card"], texts=("front", "back")))


def _teaches(link: str, root: Path) -> Iterator[str]:
    name, _, heading = link.partition("#")
    page = root / name
    if page.suffix not in (".md", ".ipynb") or not page.is_file():
        yield f"the page {name} that `teaches` does not exist: name a page of the book, such as book/x.md."
    elif heading and heading not in anchors(page):
        yield f"{name} has no heading #{heading}: name one of its headings, or the page alone."


def _options(raw: Any) -> Iterator[str]:
    if not isinstance(raw, list):
        yield "make `options` a list, each with a hyphen before its text."
        return
    told = [
        f"option {letter}: {complaint}"
        for letter, option in zip(LETTERS, raw, strict=False)
        for complaint in _shape(option, texts=("text", "reason"), optional=("right", "when"))
    ]
    yield from told
    if told:
        return
    right = sum("right" in option for option in raw)
    if not right:
        yield "no option is right: mark the right one with `right: true`."
    elif right == 1 and len(raw) != 4:
        yield f"{len(raw)} options: give four where one is right."
    elif right > 1 and len(raw) not in (5, 6):
        yield f"{len(raw)} options: give five or six where several are right."
    elif right == len(raw):
        yield "every option is right: add one that is not."
    for letter, option in zip(LETTERS, raw, strict=False):
        if option.get("right", True) is not True:
            yield f"option {letter}: write `right: true`, or leave `right` out."
        elif "right" in option and "when" in option:
            yield f"option {letter}: it is right here: put what `when` says into `reason`."
        elif "right" not in option and not option.get("when"):
            yield f"option {letter}: add `when`, the case in which it would be the right choice."
    for text, times in _repeated(" ".join(option["text"].lower().split()) for option in raw):
        yield f"{times} options read {text!r}: make them differ."


def _shape(
    raw: Any, texts: Sequence[str], others: Sequence[str] = (), optional: Sequence[str] = ()
) -> Iterator[str]:
    """What is missing from a mapping, is not text, or is not known."""
    if not isinstance(raw, dict):
        yield f"write it with the keys {', '.join((*texts, *others))}."
        return
    for key in raw:
        if key not in (*texts, *others, *optional):
            yield f"`{key}` is not known here: use {', '.join((*texts, *others, *optional))}."
    for key in (*texts, *others):
        if raw.get(key) in (None, []) or not str(raw[key]).strip():
            yield f"add `{key}`."
    for key in (*texts, "when"):
        if key in raw and raw[key] is not None and not isinstance(raw[key], str):
            yield f"put `{key}` in quotes: {raw[key]!r} is not text."


def _positions(questions: Sequence[Question]) -> Iterator[str]:
    """Whether the right answers favour a place: chi-square against each place's fair share."""
    seen: Counter[str] = Counter()
    fair: Counter[str] = Counter()
    for question in questions:
        seen.update(question.answer)
        for letter, _ in question.lettered:
            fair[letter] += len(question.answer) / len(question.options)  # type: ignore[assignment]
    statistic = sum((seen[letter] - share) ** 2 / share for letter, share in fair.items())
    if fair and statistic > CHI_SQUARE[len(fair) - 1]:
        counts = ", ".join(f"{letter} {seen[letter]} ({share:.1f})" for letter, share in sorted(fair.items()))
        yield (
            f"the right answers favour a place: {counts} in brackets the fair share; "
            "move options until they are spread."
        )


def _longest(questions: Sequence[Question]) -> Iterator[str]:
    """Whether the longest option gives the answer away."""
    telling = [question.id for question in questions if _longest_is_right(question)]
    if len(telling) > max(1, LONGEST * len(questions)):
        yield (
            f"the longest option is right in {len(telling)} of {len(questions)} questions, "
            f"at most {LONGEST:.0%} may be: lengthen a distractor or shorten the answer in some of "
            f"{', '.join(telling)}."
        )


def _longest_is_right(question: Question) -> bool:
    def longest(right: bool) -> int:
        return max(len(plain(option.text)) for option in question.options if option.right is right)

    return longest(True) > longest(False)


def _repeated(values: Iterable[Any]) -> list[tuple[Any, int]]:
    return [(value, times) for value, times in Counter(values).items() if value is not None and times > 1]
