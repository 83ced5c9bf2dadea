"""A learner who does not exist: nine weeks drawn from a seed, written through the learner's own files.

For weeks that the book does not have yet the problems are invented. The rates are chosen and not measured;
they show what a report looks like, not what people do.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from seniorde import problems, questions
from seniorde.grading import Entry, record
from seniorde.grading.journal import replace
from seniorde.study import answers, calendar, cards, log, mistakes, syllabus
from seniorde.study.calendar import Day, Plan

AT_ONCE = {"easy": 0.8, "medium": 0.6, "hard": 0.4}  # the share right at the first try
MENDED = 0.75  # of the others, those put right on the same evening
RECALLED = 0.8  # of what comes back, what is known
MISSED = 0.03  # of the days, those without any study
A_DAY = {"dsa": 4.4, "sql": 1.2, "lab": 1.6}  # problems tried, at eight hours a day
KINDS = {"dsa": 30, "sql": 10, "lab": 12}  # in a week that the book does not have yet
LEVELS = ("easy", "medium", "medium", "hard")
DOMAINS = {"Design Cost-Optimized Architectures": 0.5, "Data Operations and Support": 0.55}  # the weak ones
OTHER_DOMAINS = 0.8
_MEMORY = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)  # syncs cost most of it


@dataclass(frozen=True)
class Task:
    """A problem to be tried."""

    id: str
    notebook: str
    difficulty: str
    points: float = 2.0


@contextmanager
def learner(start: date, seed: int = 0, until: date = date.max, pace: int = 8) -> Iterator[Path]:
    """The data folder of a simulated learner in a temporary place; inside, it is the learner's own.

    What comes after `until` is not there yet.
    """
    before = os.environ.get("SENIORDE_HOME")
    with tempfile.TemporaryDirectory(prefix="seniorde-simulated-", dir=_MEMORY) as folder:
        os.environ["SENIORDE_HOME"] = folder
        try:
            _live(calendar.save(Plan(start, pace)), Random(seed), until)
            yield Path(folder)
        finally:
            if before is None:
                del os.environ["SENIORDE_HOME"]
            else:
                os.environ["SENIORDE_HOME"] = before


def _live(plan: Plan, random: Random, until: date) -> None:
    tasks: dict[str, list[Task]] = {}
    days = [day for day in calendar.days(plan) if day.week and day.date <= until]
    for day in days:
        if (day.number, day.part) == (1, 1):
            tasks = _tasks(day.week)
        if random.random() < MISSED:
            continue
        _review(day, random)
        _solve(day, tasks, random)
        _quiz(day, random)
        if day.milestone and day.number > 1:
            _project(day, random)
        _write_log(day, plan, random)


def _tasks(week: int) -> dict[str, list[Task]]:
    """What the book has for a week, or invented problems, by kind."""
    found: dict[str, list[Task]] = {kind: [] for kind in KINDS}
    for one in problems.bank():
        if one.week == week:
            notebook = f"{one.kind}-{one.topic}".replace("_", "-")
            found[one.kind].append(Task(one.id, notebook, one.difficulty, one.points))
    if any(found.values()):
        return found
    return {
        kind: [Task(f"w{week}-{kind}-{n:02}", f"{kind}-week", LEVELS[n % 4]) for n in range(count)]
        for kind, count in KINDS.items()
    }


def _review(day: Day, random: Random) -> None:
    """What is due comes first."""
    due = [(card, random.random() < RECALLED) for card in cards.on(day.date) if card.day <= day.date]
    when, name = _at(day.date, 9), f"review-{day.date}"
    record.append(
        _entry(day, 9, Task(card.id, name, ""), known) for card, known in due if card.kind == cards.PROBLEM
    )
    mistakes.RECALLED.append(
        mistakes.Recalled(when, card.id, known) for card, known in due if card.kind == cards.MISTAKE
    )


def _solve(day: Day, tasks: dict[str, list[Task]], random: Random) -> None:
    """New problems; most misses are mended in the evening, and some are written down."""
    tried, mended = list[Entry](), list[Entry]()
    for kind, waiting in tasks.items():
        share = A_DAY[kind] / day.parts
        for task in waiting[: int(share) + (random.random() < share % 1)]:
            waiting.remove(task)
            rate = min(0.95, AT_ONCE[task.difficulty] + 0.015 * day.week)
            right = random.random() < rate
            tried.append(_entry(day, 10, task, right))
            if not right and random.random() < MENDED:
                mended.append(_entry(day, 18, task, True))
    record.append([*tried, *mended])
    if random.random() < 0.25:
        when = _at(day.date, 19)
        mistake = mistakes.Mistake(when, when, "A filter on a column with NULLs.", "Did not look at it.")
        mistakes.JOURNAL.append([mistake])


def _project(day: Day, random: Random) -> None:
    """One attempt at the project of the week, on the day on which it is due."""
    entries = []
    for part, count in (("project", 30), ("rubric", 27)):
        good = round(count * min(1, 0.7 + 0.03 * day.week + 0.1 * random.random()))
        tests = [Task(f"w{day.week}-{part}/{n:02}", part, "", 1.0) for n in range(count)]
        entries += [_entry(day, 20, test, n < good) for n, test in enumerate(tests)]
    record.append(entries)


def _entry(day: Day, hour: int, task: Task, right: bool) -> Entry:
    """One graded problem."""
    return Entry(
        time=_at(day.date, hour),
        attempt=f"{day.date}-{hour}",
        week=int(task.id[1]),
        notebook=task.notebook,
        edition=None,
        problem=task.id,
        points=task.points * right,
        max_points=task.points,
        verdict="right" if right else "wrong",
    )


def _quiz(day: Day, random: Random) -> None:
    """Ten questions of the exam of these weeks."""
    exam = "dbx-dea" if day.week in (3, 4) else "saa-c03" if day.week in (1, 5, 6, 7) else "dea-c01"
    seed = random.randrange(10**6)
    given = []
    for minute, question in enumerate(questions.quiz(exam, count=10, seed=seed).questions):
        right = random.random() < DOMAINS.get(question.domain, OTHER_DOMAINS)
        answered = answers.Answered(
            time=_at(day.date, 15, minute),
            round=f"{day.date}-{exam}",
            exam=exam,
            domain=question.domain,
            objective=question.objective,
            question=question.id,
            chosen=question.answer if right else "",
            right=right,
            timed=False,
            of=10,
        )
        given.append(answered)
    answers.JOURNAL.append(given)


def _write_log(day: Day, plan: Plan, random: Random) -> None:
    """The day's log, its counted lines filled in."""
    lines = [f"Hours: {round(8 / day.parts * random.uniform(0.75, 1.05), 1)}"]
    if day.number in (2, 4) and day.part == 1:
        lines.append(f"Design: week {day.week}, day {day.number} {random.randint(13, 20)} of 24")
    if any(block.name == "mock" for block in day.blocks):
        lines.append(f"Mock: mock-{day.week} {random.randint(18, 28)} of 32")
    if day.milestone and day.number > 1:
        lines += ["Performance fix: pruned partitions, 12 of 365 read", f"Release: week-{day.week:02}"]
        lines += ["Project insight: half of the bytes were one column"] * (random.random() < 0.8)
        for exam in syllabus.load().exams.values():
            for _ in range(exam.practice.count(day.week)):
                right = round(exam.questions * random.uniform(0.68, 0.9))
                lines.append(f"Practice exam: {exam.id} {right} of {exam.questions}")
    path, _ = log.open_day(day.date)
    head, counted, _ = path.read_text("utf-8").partition("#### Counted\n")
    text = head + counted + "".join(f"\n- {line}" for line in lines) + "\n"
    replace(path, text.encode())


def _at(day: date, hour: int, minute: int = 0) -> str:
    """A local time of the day as it is stored."""
    local = datetime.combine(day, time(hour)) + timedelta(minutes=minute)
    return local.astimezone(UTC).isoformat(timespec="seconds")
