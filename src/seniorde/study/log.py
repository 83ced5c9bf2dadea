"""The daily study log: one Markdown file a day, pre-filled from the record, read back for the counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from seniorde import grading
from seniorde.grading import GradingError
from seniorde.grading.course import home, told
from seniorde.grading.journal import locked, replace
from seniorde.study import answers, calendar, cards, clock, mistakes

FIELDS = (
    "Date",
    "Python DSA (problems + key learning)",
    "SQL (queries + EXPLAIN notes)",
    "Labs (what built/tested)",
    "System Design (pattern, assumptions, tradeoffs)",
    "Certification prep (domain + score)",
    "Project progress (tests/docs/observability)",
    "Mistakes log updates",
    "Questions to resolve tomorrow",
)
COUNTED = (
    "Performance fix",
    "Project insight",
    "Release",
    "Design",
    "Mock",
    "Practice exam",
    "Hours",
)
BEGIN = "<!-- From your record: `make log` writes these lines anew and changes nothing else. -->"
END = "<!-- Your own words from here on. -->"
_MARKED = re.compile(f"({re.escape(BEGIN)}\\r?\\n)(.*?)({re.escape(END)})", re.DOTALL)
_KINDS = {
    "dsa": "Python DSA",
    "sql": "SQL",
    "lab": "Labs",
    "review": "Review",
    "project": "Project",
    "rubric": "Rubric",
}


@dataclass(frozen=True)
class Score:
    """Points of a design, a mock interview or a practice exam: `w1-reporting-copy 16 of 24`."""

    name: str
    points: float
    of: float


@dataclass
class DayLog:
    """What one day's file says; `said` by the name of the field, as far as its parenthesis.

    `unread`: a sentence for each line below `Counted` that cannot be read, with its file and number.
    """

    date: date
    said: dict[str, str] = field(default_factory=dict)
    designs: list[Score] = field(default_factory=list)
    mocks: list[Score] = field(default_factory=list)
    exams: list[Score] = field(default_factory=list)
    fixes: list[str] = field(default_factory=list)
    insights: list[str] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)
    hours: float | None = None
    unread: list[str] = field(default_factory=list)


# Writing -----------------------------------------------------------------------------------------


def file(day: date) -> Path:
    """Where the log of a day lies, or will lie."""
    return home() / "log" / f"{day}.md"


def open_day(day: date) -> tuple[Path, bool]:
    """The file of a day, and whether it was made just now.

    Of a file that is there nothing changes but the lines between the two marks; without them, nothing.
    """
    path, blank, recorded = file(day), form(day), "".join(f"{line}\n" for line in _recorded(day))
    with told(f"write {path}"), locked():
        new = not path.exists()
        before = blank if new else _text(path)
        after = _MARKED.sub(lambda marked: f"{marked[1]}{recorded}{marked[3]}", before)
        if new or after != before:
            path.parent.mkdir(exist_ok=True)
            replace(path, after.encode())
    return path, new


def form(day: date) -> str:
    """A blank log with its date, and a place for what the record says."""
    blank = [f"- {name}:{f' {day}' if name == 'Date' else ''}" for name in FIELDS]
    counted = [f"- {name}:" for name in COUNTED]
    return "\n".join([f"### {_title(day)}", "", BEGIN, END, "", *blank, "", "#### Counted", "", *counted, ""])


def _title(day: date) -> str:
    plan = calendar.load()
    found = plan and calendar.on(plan, day)
    if not found or not found.number:
        return clock.said(day)
    return f"Day {found.number} of Week {found.week}: {clock.said(day)}"


def _recorded(day: date) -> Iterator[str]:
    """What the record, the answers and the cards say of a day, as list items."""
    by_kind: dict[str, dict[str, str]] = {}
    for entry in grading.entries()[0]:
        if clock.local_day(entry.time) == day and entry.verdict != "blank":
            kind = _KINDS.get(entry.notebook.partition("-")[0], entry.notebook)
            by_kind.setdefault(kind, {})[entry.problem] = entry.verdict
    for kind in [*_KINDS.values(), *by_kind]:
        if verdicts := by_kind.pop(kind, None):
            right = list(verdicts.values()).count("right")
            missed = [id for id, verdict in verdicts.items() if verdict != "right" and "/" not in id]
            yield f"- {kind}: {right} of {len(verdicts)} right" + _named("not yet", missed)
    rounds: dict[str, list[answers.Answered]] = {}
    for answer in answers.JOURNAL.read()[0]:
        if clock.local_day(answer.time) == day:
            exam = f"{answer.exam} against the clock" if answer.timed else answer.exam
            rounds.setdefault(exam, []).append(answer)
    for exam, given in sorted(rounds.items()):
        right = sum(answer.right for answer in given)
        missed = list(dict.fromkeys(answer.domain for answer in given if not answer.right))
        yield f"- {exam}: {right} of {len(given)} right" + _named("missed in", missed)
    for mistake in mistakes.JOURNAL.read()[0]:
        if clock.local_day(mistake.time) == day:
            yield f"- Mistake: {mistake.about}; cause: {mistake.cause}"
    if due := sum(card.day <= day for card in cards.on(day)):
        yield f"- Still due for review: {due}"


def _named(words: str, names: list[str]) -> str:
    return f"; {words}: {', '.join(names)}" if names else ""


# Reading -----------------------------------------------------------------------------------------

_ITEM = re.compile(r"[-*+]\s+\**([^:*]+?)\**\s*:\**\s*(.*)")
_SCORE = re.compile(r"(.*?\S)[\s:,]+(\d+(?:[.,]\d+)?)\s*(?:of|/)\s*(\d+(?:[.,]\d+)?)\.?")
_HOURS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:h|hours?)?\.?")
_SAID = {name.partition(" (")[0].lower(): name.partition(" (")[0] for name in FIELDS}
_COUNTED = {name.lower(): name for name in COUNTED}
_SAYS = {
    "Design": "w1-reporting-copy 16 of 24",
    "Mock": "mock-1 23 of 32",
    "Practice exam": "saa-c03 52 of 65",
    "Hours": "7.5",
}


def read(day: date) -> DayLog | None:
    """What the log of a day says, None where there is none. Raises GradingError when it is no text."""
    path = file(day)
    with told(f"read {path}"):
        return _read(day, _text(path)) if path.exists() else None


def all() -> tuple[list[DayLog], list[str]]:
    """Every day's log in order, and a sentence for each file of the folder that is none or cannot be read."""
    logs, unread = list[DayLog](), list[str]()
    for path in sorted((home() / "log").glob("[!.]*.md")):
        try:
            day = date.fromisoformat(path.stem)
            found = read(day) if path == file(day) else None
        except ValueError:
            found = None
        except GradingError as error:
            unread.append(f"Not counted: {error}")
            continue
        if found:
            logs.append(found)
        else:
            unread.append(f"Not counted: {path} is no log of a day.")
    return logs, unread


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError:
        raise GradingError(f"{path} is no text in UTF-8: save it as such, then run again.") from None


def _read(day: date, text: str) -> DayLog:
    """Field by field: what follows a field's line belongs to it, as far as the next field or heading."""
    log, said, current = DayLog(day), dict[str, list[str]](), ""
    lines = _MARKED.sub(lambda marked: "\n" * marked[0].count("\n"), text).splitlines()
    for number, line in enumerate(lines, 1):
        item = _ITEM.match(line)
        name = item[1].partition(" (")[0].strip().lower() if item else ""
        if line.startswith("#") and (current == "Counted" or line.strip("# ").lower() == "counted"):
            current = "" if current == "Counted" else "Counted"
        elif item and name in _SAID:
            current = _SAID[name]
            said.setdefault(current, []).append(item[2])
        elif item and name in _COUNTED:
            current = "Counted"
            if not _count(log, _COUNTED[name], item[2].strip()):
                log.unread.append(_unread(day, number, line, _COUNTED[name]))
        elif current == "Counted" and line.strip() and not line.strip().startswith("<!--"):
            log.unread.append(_unread(day, number, line, ""))
        elif current in said:
            said[current].append(line)
    log.said = {name: "\n".join(lines).strip() for name, lines in said.items()}
    return log


def _count(log: DayLog, name: str, value: str) -> bool:
    """Put one counted line into the log; False where it cannot be read. An empty one counts nothing."""
    texts = {"Performance fix": log.fixes, "Project insight": log.insights, "Release": log.releases}
    scores = {"Design": log.designs, "Mock": log.mocks, "Practice exam": log.exams}
    if not value:
        return True
    if name in texts:
        texts[name].append(value)
        return True
    if name in scores and (found := _SCORE.fullmatch(value)):
        points, of = _number(found[2]), _number(found[3])
        if points <= of and of:
            scores[name].append(Score(found[1], points, of))
            return True
    if name == "Hours" and (found := _HOURS.fullmatch(value)):
        hours = (log.hours or 0) + _number(found[1])
        if hours <= 24:
            log.hours = hours
            return True
    return False


def _number(text: str) -> float:
    return float(text.replace(",", "."))


def _unread(day: date, number: int, line: str, name: str) -> str:
    advice = (
        f"write {name}: {_SAYS[name]}, for example" if name in _SAYS else f"begin with {', '.join(COUNTED)}"
    )
    return f"log/{day}.md, line {number}: {line.strip()!r} is not counted; {advice}."
