"""How far the learner is: record, answers and log against the targets of the syllabus."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path

from seniorde import grading, problems, questions
from seniorde.grading import Entry, GradingError
from seniorde.grading.course import book, told
from seniorde.grading.journal import replace
from seniorde.notebooks import files
from seniorde.study import answers, calendar, cards, clock, log, syllabus
from seniorde.study.answers import Answered

WEAK = 0.65  # below this share right a domain is weak, once ENOUGH of its questions were answered
ENOUGH = 5
DAY = timedelta(days=1)


@dataclass
class Week:
    """What was done on the days of one study week.

    `dsa`, `sql`, `labs`: problems at full points for the first time; `tried`: problems answered for the
    first time, `at_once` of them right; `reviewed`: problems of review notebooks, `recalled` of them right;
    `project`, `rubric`: the best attempt at the week's project, whenever it was made, a share of 1;
    `answered`, `right`: certification questions; `exams`: full practice exams; `hours` as logged.
    """

    number: int
    first: date
    last: date
    dsa: int = 0
    sql: int = 0
    labs: int = 0
    tried: int = 0
    at_once: int = 0
    reviewed: int = 0
    recalled: int = 0
    project: float | None = None
    rubric: float | None = None
    answered: int = 0
    right: int = 0
    exams: int = 0
    designs: int = 0
    mocks: int = 0
    fixes: int = 0
    insights: int = 0
    releases: int = 0
    hours: float = 0.0


@dataclass
class Pattern:
    """Problems of one kind and pattern: how many the book has, were tried, solved, right at once; misses."""

    kind: str
    pattern: str
    of: int
    tried: int = 0
    solved: int = 0
    at_once: int = 0
    misses: int = 0


@dataclass(frozen=True)
class Domain:
    """An exam's domain by the last answer to each question; `repeat`: pages that teach what was missed."""

    exam: str
    domain: str
    weight: float
    answered: int
    right: int
    repeat: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """The share of right answers, None where nothing was answered."""
        return self.right / self.answered if self.answered else None

    @property
    def weak(self) -> bool:
        """Whether it needs hours before anything else."""
        return self.answered >= ENOUGH and self.right < WEAK * self.answered


@dataclass(frozen=True)
class Exam:
    """One full practice exam."""

    exam: str
    day: date
    points: float
    of: float


@dataclass(frozen=True)
class Progress:
    """Everything until a day; `due`: reviews that wait; `remarks`: a sentence for all that cannot be read."""

    until: date
    weeks: tuple[Week, ...]
    patterns: tuple[Pattern, ...]
    domains: tuple[Domain, ...]
    exams: tuple[Exam, ...]
    due: int
    remarks: tuple[str, ...] = field(default=())

    @property
    def now(self) -> Week:
        """The week of `until`."""
        return next((week for week in self.weeks if self.until <= week.last), self.weeks[-1])


def progress(until: date | None = None) -> Progress:
    """Read everything until the end of a day, none: today.

    Raises GradingError when there is neither a plan nor anything on record.
    """
    until = until or clock.today()
    remarks = cards.damaged()  # first: it is told once, by whoever reads first
    entries = [one for one in grading.entries()[0] if clock.local_day(one.time) <= until]
    answered = [one for one in answers.JOURNAL.read()[0] if clock.local_day(one.time) <= until]
    logs, unread = log.all()
    logs = [one for one in logs if one.date <= until]
    times = [one.time for one in entries] + [one.time for one in answered]
    dates = [clock.local_day(time) for time in times] + [one.date for one in logs]
    weeks = _weeks(dates, until)
    _count_problems(weeks, entries)
    _count_projects(weeks, entries)
    for one in answered:
        week = _of(weeks, clock.local_day(one.time))
        week.answered, week.right = week.answered + 1, week.right + one.right
    rounds, short = list(_rounds(answered)), list(_short(answered))
    logged = [exam for exam in _logged(logs) if exam not in rounds]  # told twice, counted once
    exams = sorted([*rounds, *logged], key=lambda exam: (exam.day, exam.exam))
    for exam in exams:
        _of(weeks, exam.day).exams += 1
    for day in logs:
        week = _of(weeks, day.date)
        week.designs, week.mocks = week.designs + len(day.designs), week.mocks + len(day.mocks)
        week.fixes, week.insights = week.fixes + len(day.fixes), week.insights + len(day.insights)
        week.releases, week.hours = week.releases + len(day.releases), week.hours + (day.hours or 0)
        remarks += day.unread
    remarks += [*unread, *short]
    due = sum(card.day <= until for card in cards.on(until))
    return Progress(
        until, tuple(weeks), _patterns(entries), _domains(answered), tuple(exams), due, tuple(remarks)
    )


def _weeks(dates: Sequence[date], until: date) -> list[Week]:
    """The plan's study weeks, the lead-in with the first; without a plan, weeks from the first Monday."""
    if plan := calendar.load():
        spans = groupby(calendar.days(plan), key=lambda day: max(day.week, 1))
        found = {number: [day.date for day in days] for number, days in spans}
        return [Week(number, min(days), max(days)) for number, days in found.items()]
    if not dates:
        raise GradingError(
            "There is nothing to show yet. Make a plan (make plan START=2026-11-30) "
            "or submit something (make submit WEEK=1)."
        )
    monday = min(dates) - min(dates).weekday() * DAY
    count = (max(until, max(dates)) - monday).days // 7 + 1
    return [Week(n, monday + 7 * (n - 1) * DAY, monday + (7 * n - 1) * DAY) for n in range(1, count + 1)]


def _of(weeks: Sequence[Week], day: date) -> Week:
    """The week of a day; what lies before or after all weeks counts to the first or the last."""
    return next((week for week in weeks if day <= week.last), weeks[-1])


# Problems -----------------------------------------------------------------------------------------


def _answers(entries: Iterable[Entry]) -> Iterator[tuple[Entry, date, bool]]:
    """The answered problems of notebooks: the entry, its local day, whether it was right."""
    for entry in cards.answered(entries):
        yield entry, clock.local_day(entry.time), entry.verdict == "right"


def _count_problems(weeks: Sequence[Week], entries: Iterable[Entry]) -> None:
    tried, solved = set[str](), set[str]()
    for entry, day, right in _answers(entries):
        week = _of(weeks, day)
        if entry.notebook.startswith("review-"):
            week.reviewed, week.recalled = week.reviewed + 1, week.recalled + right
        if entry.problem not in tried:
            tried.add(entry.problem)
            week.tried, week.at_once = week.tried + 1, week.at_once + right
        if right and entry.problem not in solved:
            solved.add(entry.problem)
            name = {"dsa": "dsa", "sql": "sql"}.get(_kind(entry), "labs")
            setattr(week, name, getattr(week, name) + 1)


def _kind(entry: Entry) -> str:
    """dsa, sql or lab, also for a problem that the book does not have any more."""
    known = _bank().get(entry.problem)
    return known.kind if known else entry.notebook.partition("-")[0]


@cache
def _bank() -> dict[str, problems.Exercise]:
    return {one.id: one for one in problems.bank()}


def _count_projects(weeks: Sequence[Week], entries: Iterable[Entry]) -> None:
    """The best attempt's share of the points, of the acceptance tests and of the rubric."""
    points: dict[tuple[int, str, str], list[float]] = {}
    for entry in entries:
        part = entry.problem.partition("/")[0].partition("-")[2]
        if "/" in entry.problem and part in ("project", "rubric"):
            both = points.setdefault((entry.week, part, entry.attempt), [0.0, 0.0])
            both[0], both[1] = both[0] + entry.points, both[1] + entry.max_points
    for (number, part, _), (got, most) in points.items():
        if week := next((week for week in weeks if week.number == number), None):
            setattr(week, part, max(getattr(week, part) or 0.0, got / most if most else 0.0))


def _patterns(entries: Iterable[Entry]) -> tuple[Pattern, ...]:
    bank = _bank()
    sizes = Counter((one.kind, one.pattern) for one in bank.values())
    found = {key: Pattern(*key, of=size) for key, size in sizes.items()}
    tried, solved, missed = set[str](), set[str](), set[tuple[str, date]]()
    for entry, day, right in _answers(entries):
        if not (known := bank.get(entry.problem)):
            continue
        pattern = found[known.kind, known.pattern]
        if entry.problem not in tried:
            tried.add(entry.problem)
            pattern.tried, pattern.at_once = pattern.tried + 1, pattern.at_once + right
        if right and entry.problem not in solved:
            solved.add(entry.problem)
            pattern.solved += 1
        if not right and (entry.problem, day) not in missed:
            missed.add((entry.problem, day))
            pattern.misses += 1
    return tuple(sorted(found.values(), key=lambda one: (one.kind, -one.misses, one.pattern)))


# Certification ------------------------------------------------------------------------------------


def _domains(answered: Iterable[Answered]) -> tuple[Domain, ...]:
    last = {one.question: one for one in answered}
    found = []
    for exam in questions.exams():
        for bank in questions.load(exam):
            asked = [(one, last[one.id].right) for one in bank.questions if one.id in last]
            missed = Counter(one.teaches for one, right in asked if not right)
            repeat = tuple(page for page, _ in missed.most_common())
            right = len(asked) - missed.total()
            found.append(Domain(exam, bank.domain, bank.weight, len(asked), right, repeat))
    return tuple(found)


def _rounds(answered: Iterable[Answered]) -> Iterator[Exam]:
    """The rounds against the clock that are as long as the exam itself."""
    for _, given in groupby(sorted(answered, key=lambda one: one.round), key=lambda one: one.round):
        first, *rest = given
        exam = syllabus.load().exams.get(first.exam.lower())
        if exam and first.timed and first.of >= exam.questions:
            right = sum(one.right for one in (first, *rest))
            yield Exam(exam.id, clock.local_day(first.time), right, first.of)


def _short(answered: Iterable[Answered]) -> Iterator[str]:
    """A sentence for each timed round of all that the book has, where an exam asks more."""
    for first in {one.round: one for one in answered if one.timed}.values():
        exam = syllabus.load().exams.get(first.exam.lower())
        if exam and exam.id in questions.exams():
            every = sum(len(bank.questions) for bank in questions.load(exam.id))
            if every <= first.of < exam.questions:
                yield (
                    f"The timed round of {exam.id} on {clock.short(clock.local_day(first.time))} is no full "
                    f"practice exam: it had {first.of} questions, all that the book has, "
                    f"and the exam has {exam.questions}."
                )


def _logged(logs: Iterable[log.DayLog]) -> Iterator[Exam]:
    """The exams in the logs, by their ids also where the short name was written."""
    ids = {name.lower(): exam.id for exam in syllabus.load().exams.values() for name in (exam.id, exam.name)}
    for day in logs:
        for one in day.exams:
            yield Exam(ids.get(one.name.lower(), one.name), day.date, one.points, one.of)


# Export -------------------------------------------------------------------------------------------


def notebook() -> tuple[Path, bool]:
    """The notebook of these figures for one's own record, in work/, and whether it was laid just now."""
    target = book() / "work" / "progress.ipynb"
    page = files.read(book() / "notebooks" / "study" / "progress.ipynb")
    with told(f"write {target}"):
        if target.exists():
            return target, False
        for cell in page.cells:
            cell.source = cell.source.replace('LEARNER = "simulated"', 'LEARNER = "you"')
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        target.parent.mkdir(exist_ok=True)
        replace(target, files.dumps(page).encode())
    return target, True


def export(found: Progress, folder: str | Path) -> list[Path]:
    """Write weeks.csv, patterns.csv, domains.csv and exams.csv into a folder, each whole.

    Raises GradingError when the folder cannot be written.
    """
    folder = Path(folder).expanduser()
    tables: dict[str, tuple[type, Sequence[object]]] = {
        "weeks": (Week, found.weeks),
        "patterns": (Pattern, found.patterns),
        "domains": (Domain, found.domains),
        "exams": (Exam, found.exams),
    }
    with told(f"write into {folder}"):
        folder.mkdir(parents=True, exist_ok=True)
        for name, (kind, rows) in tables.items():
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, [one.name for one in fields(kind)])
            writer.writeheader()
            for row in rows:
                values = asdict(row)  # type: ignore[call-overload]
                writer.writerow({key: _cell(value) for key, value in values.items()})
            replace(folder / f"{name}.csv", text.getvalue().encode())
    return [folder / f"{name}.csv" for name in tables]


def _cell(value: object) -> object:
    if isinstance(value, float):
        return round(value, 3)
    return "; ".join(value) if isinstance(value, tuple) else value
