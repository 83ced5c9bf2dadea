"""What `progress` prints."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from seniorde.study import syllabus
from seniorde.study.clock import said
from seniorde.study.progress import ENOUGH, WEAK, Domain, Exam, Pattern, Progress

WORST = 5  # patterns that are named


def progress(found: Progress, console: Console) -> None:
    """The weeks against their targets, where they lead, what comes back, and what is weak."""
    targets = syllabus.load().targets
    console.print(f"[bold]{said(found.until)}[/]")
    console.print(_weeks(found))
    for line in [
        f"Asked for, a week: {targets.dsa[0]}–{targets.dsa[1]} problems, {targets.sql[0]}–{targets.sql[1]} "
        f"queries, {targets.designs} designs, {targets.mocks} mock, {targets.performance_fixes} performance "
        f"fix; a project: {targets.insights} insight; an exam: {targets.practice_exams} full practice exams.",
        "",
        *_now(found),
        *_trend(found),
        *_exams(found.exams),
        *_domains(found.domains),
        *_patterns(found.patterns),
    ]:
        console.print(line, markup=False, soft_wrap=True)
    for remark in found.remarks:
        console.print(remark, style="yellow", markup=False, soft_wrap=True)


def written(paths: list[Path], console: Console) -> None:
    """Where the notebook and the tables lie."""
    for path in paths:
        what = "Plots of your own record" if path.suffix == ".ipynb" else "Written"
        console.print(f"{what}: {escape(str(path))}", soft_wrap=True)


def _weeks(found: Progress) -> Table:
    targets = syllabus.load().targets
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in (
        "week", "DSA", "SQL", "labs", "at once", "recalled", "project", "rubric", "designs", "mock",
        "exam Q", "hours",
    ):  # fmt: skip
        table.add_column(name, justify="right")
    for week in found.weeks:
        begun, over = week.number <= found.now.number, found.until > week.last
        cells = [
            _against(week.dsa, targets.dsa[0], over),
            _against(week.sql, targets.sql[0], over),
            str(week.labs),
            _share(week.at_once, week.tried),
            _share(week.recalled, week.reviewed),
            "–" if week.project is None else f"{week.project:.0%}",
            "–" if week.rubric is None else f"{week.rubric:.0%}",
            _against(week.designs, targets.designs, over),
            _against(week.mocks, targets.mocks, over),
            _share(week.right, week.answered),
            f"{round(week.hours, 1):g}",
        ]
        table.add_row(str(week.number), *(cells if begun else [""] * len(cells)))
    return table


def _against(count: int, least: int, over: bool) -> str:
    """A count, green where it is enough, yellow where it is not and the week is over."""
    return f"[green]{count}[/]" if count >= least else f"[yellow]{count}[/]" if over else str(count)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if whole else "–"


def _now(found: Progress) -> list[str]:
    """The week that is running, and what waits."""
    week, targets = found.now, syllabus.load().targets
    lines = []
    if week.first <= found.until <= week.last:
        left = (week.last - found.until).days
        missing = {
            ("problem", "problems"): targets.dsa[0] - week.dsa,
            ("query", "queries"): targets.sql[0] - week.sql,
            ("design", "designs"): targets.designs - week.designs,
            ("performance fix", "performance fixes"): targets.performance_fixes - week.fixes,
        }
        wanted = [f"{count} {names[count > 1]}" for names, count in missing.items() if count > 0]
        after = f"{left} {'day' if left == 1 else 'days'} after today" if left else "its last day"
        lines.append(f"Week {week.number}, {after}. Missing: {', '.join(wanted) or 'nothing'}.")
    if found.due:
        lines.append(f"{found.due} {'card is' if found.due == 1 else 'cards are'} due: make review")
    return lines


def _trend(found: Progress) -> list[str]:
    """The last full week against the mean of those before it."""
    full = [week for week in found.weeks if week.tried and week.last < found.until]
    if len(full) < 2:
        return []
    *before, last = full
    lines = []
    for name, part, whole in (
        ("right at once", "at_once", "tried"),
        ("recalled", "recalled", "reviewed"),
        ("exam questions right", "right", "answered"),
    ):
        earlier = [getattr(week, part) / getattr(week, whole) for week in before if getattr(week, whole)]
        if earlier and getattr(last, whole):
            now, mean = getattr(last, part) / getattr(last, whole), sum(earlier) / len(earlier)
            lines.append(f"{name} {now:.0%} ({100 * (now - mean):+.0f} points)")
    return [f"Trend, Week {last.number} against the mean before: {'; '.join(lines)}."] if lines else []


def _exams(exams: tuple[Exam, ...]) -> list[str]:
    known = syllabus.load().exams
    by_exam: dict[str, list[str]] = {}
    for one in exams:
        name = known[one.exam].name if one.exam in known else one.exam
        by_exam.setdefault(name, []).append(f"{one.points / one.of:.0%}")
    told = "; ".join(f"{name} {', '.join(shares)}" for name, shares in by_exam.items())
    return [f"Practice exams: {told}."] if told else []


def _domains(domains: tuple[Domain, ...]) -> list[str]:
    weak = [one for one in domains if one.weak]
    lines = [f"Weak domains (under {WEAK:.0%} of at least {ENOUGH} questions):"] if weak else []
    for one in weak:
        lines.append(f"  {one.exam} {one.domain}: {one.right} of {one.answered}; read again")
        lines += [f"    {page}" for page in one.repeat]
        lines.append(f'    then: .venv/bin/seniorde quiz {one.exam} --domain "{one.domain}"')
    return lines


def _patterns(patterns: tuple[Pattern, ...]) -> list[str]:
    worst = sorted((one for one in patterns if one.misses), key=lambda one: -one.misses)[:WORST]
    if not worst:
        return []
    return ["Missed most: " + "; ".join(f"{one.pattern} ({one.kind}) {one.misses}" for one in worst) + "."]
