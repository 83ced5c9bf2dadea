"""What the book's page of a week names for each block of each day: links, read from its tables."""

import re
from functools import cache
from pathlib import Path

from seniorde.grading.course import book
from seniorde.study.calendar import Block, Calendar, Day

ROWS = {
    "Python": "dsa",
    "SQL": "sql",
    "Core topic": "core",
    "Fundamentals": "fundamentals",
    "Design": "design",
    "Certification": "certification",
    "Project": "project",
}
MINUTES = re.compile(r" (\d+)(?=[,;]|$)")
LINK = re.compile(r"\[([^]]+)\]\(([^)]+)\)")


def content(laid: Calendar, day: Day, block: Block) -> str:
    """What a block is about: as the week's page says for that day, else as the syllabus says."""
    number = day.number
    if block.since:
        number = next(loss.number for loss in laid.losses if loss.day == block.since)
    name = "design" if block.name in ("mock", "retrospective") else block.name
    text = held(day.week, number).get(name, block.what)
    if block.since and " min" in text:
        text += " (the minutes are for the whole, of which this is a piece)"
    return text


def held(week: int, number: int) -> dict[str, str]:
    """By block, what day `number` of a week holds, each link with the file to open; empty without a page."""
    return {block: text for (day, block), text in _tables(book(), week).items() if day == number}


@cache
def _tables(top: Path, week: int) -> dict[tuple[int, str], str]:
    page, found, heads = top / f"book/week-{week:02}/index.md", dict[tuple[int, str], str](), list[str]()
    if not page.is_file():
        return found
    for line in page.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            heads = []
        elif cells[0] == "Block":
            heads = cells
        elif heads and cells[0] in ROWS:
            for head, cell in zip(heads[1:], cells[1:], strict=False):
                if cell != "–":
                    text = LINK.sub(lambda link: f"{link[1]} ({_file(top, week, link[2])})", cell)
                    text = MINUTES.sub(r" \1 min", text)
                    found[int(head.removeprefix("Day ")), ROWS[cells[0]]] = text
    return found


def _file(top: Path, week: int, target: str) -> str:
    """The file behind a link of the page; exercises lie on the learner's desk."""
    path = target.lstrip("/") if target.startswith("/") else f"book/week-{week:02}/{target}"
    for suffix in ("", ".ipynb", ".md"):
        if (top / f"{path}{suffix}").is_file():
            path += suffix
            break
    return path.replace("exercises/week-", "work/week-", 1)
