"""The lesson and the lab on schedules say what cron and systemd do: asked of croniter and systemd-analyze."""

import ast
import random
import re
import shutil
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path

import nbformat
import pytest

from seniorde.problems import load
from seniorde.problems.week_01.schedules import _units
from seniorde.problems.week_01.schedules._meaning import Unclear, calendar, cron, zone

LESSON = Path(__file__).parents[2] / "notebooks/week-01/09-schedules.ipynb"
TOOL = shutil.which("systemd-analyze")
with_systemd = pytest.mark.skipif(TOOL is None, reason="systemd-analyze is not installed")


@pytest.fixture(scope="module")
def lesson():
    """The functions and texts that the lesson defines, without running it."""
    names = {"YEAR": 2026, "date": date, "timedelta": timedelta}
    for cell in nbformat.read(LESSON, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        for node in ast.parse(cell.source).body:
            wanted = isinstance(node, ast.FunctionDef) and node.name in ("numbers", "on_day", "days")
            text = isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in (
                "SERVICE",
                "TIMER",
                "MISSPELT",
            )
            if wanted or text:
                exec(compile(ast.Module([node], []), str(LESSON), "exec"), names)
    return names


def field(rng, low, high):
    kind = rng.randrange(4)
    first, last = sorted(rng.sample(range(low, high + 1), 2))
    return ["*", f"{first}-{last}", f"{first},{last}", f"*/{rng.randrange(2, 9)}"][kind]


@pytest.mark.parametrize("seed", range(40))
def test_cron_is_croniters(seed, lesson):
    """The lesson's rule and the check's agree with croniter, told of the rule of the star."""
    croniter = pytest.importorskip("croniter").croniter
    rng = random.Random(seed)
    line = (
        f"{rng.randrange(60)} {field(rng, 0, 23)} {field(rng, 1, 28)} {field(rng, 1, 12)} {field(rng, 0, 6)}"
    )
    times = croniter(line, datetime(2025, 12, 31, 23, 59), ret_type=datetime, implement_cron_bug=True)
    theirs = set()
    while (at := times.get_next()).year == 2026:
        theirs.add(at)
    assert cron(line, 2026) == theirs
    assert lesson["days"](line) == sorted({at.date() for at in theirs})


@pytest.mark.parametrize(
    "line", ["5/15 * * * *", "60 * * * *", "* * 0 * *", "* * * * 5-1", "* * * *", "*-5 * * * *"]
)
def test_cron_refuses(line):
    with pytest.raises(Unclear):
        cron(line, 2026)


def systemd(*arguments):
    return subprocess.run(
        [TOOL, *arguments], capture_output=True, text=True, env={"TZ": "UTC", "PATH": "/usr/bin"}
    )


def elapses(expression, base, count):
    ran = systemd("calendar", f"--base-time={base}", f"--iterations={count}", expression)
    return [
        datetime.strptime(found, "%Y-%m-%d %H:%M:%S")
        for found in re.findall(r"(?:elapse|#\d+): \w+ (\S+ \S+) UTC", ran.stdout)
    ]


EXPRESSIONS = [
    "Mon..Fri *-*-* 05,17:15:00",
    "Mon-Fri 5:15",
    "mon,Wednesday 05/12:15",
    "5,17:15",
    "Sat,Sun *-*-* 02:30",
    "*-*-01..07 06:00",
    "Mon *-*-1..7 06:00",
    "*-03,06-30 04:00:00.0",
    "daily",
    "weekly",
    "monthly",
    "quarterly",
    "hourly",
    "02/3:10..50/20",
]


@with_systemd
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_calendar_is_systemds(expression):
    theirs = elapses(expression, "2026-02-26 12:00:00 UTC", 40)
    assert len(theirs) == 40
    years = range(2026, theirs[-1].year + 1)
    ours = sorted(at for year in years for at in calendar(expression, year))
    assert [at for at in ours if at > datetime(2026, 2, 26, 12)][:40] == theirs


@with_systemd
@pytest.mark.parametrize(
    "text", ["*:*/15", "Fri..Mon 05:15", "weekdays", "*-*-* 5", "25:00", "Mon..Fri 05:15Z"]
)
def test_calendar_refuses_what_systemd_refuses(text):
    assert systemd("calendar", text).returncode != 0
    with pytest.raises(Unclear):
        calendar(zone(text)[0], 2026)


@with_systemd
def test_the_night_of_the_jump():
    """The third row of the lesson's table."""
    spring = elapses("*-*-* 02:30:00 Europe/Berlin", "2026-03-28 12:00:00 UTC", 1)
    autumn = elapses("*-*-* 02:30:00 Europe/Berlin", "2026-10-24 12:00:00 UTC", 2)
    assert spring == [datetime(2026, 3, 30, 0, 30)]
    assert autumn == [datetime(2026, 10, 25, 0, 30), datetime(2026, 10, 26, 1, 30)]


@with_systemd
def test_the_lessons_units(lesson):
    good = {"load.service": lesson["SERVICE"], "load.timer": lesson["TIMER"]}
    assert _units.complaints(good) == []
    said = _units.complaints(good | {"load.timer": lesson["MISSPELT"]})
    assert len(said) == 1
    assert "Unknown key" in said[0]
    assert "Persistant" in said[0]


@with_systemd
def test_known_directives_are_systemds():
    """No directive on our lists is one that systemd does not know in that section."""
    unit = "\n".join(f"[{name}]\n" + "\n".join(f"{key}=" for key in sorted(keys))
                     for name, keys in _units.SECTIONS.items() if name != "Timer")  # fmt: skip
    timer = "[Timer]\n" + "\n".join(f"{key}=" for key in sorted(_units.SECTIONS["Timer"]))
    said = _units.complaints({"x.service": unit, "x.timer": timer})
    assert [line for line in said if "Unknown" in line] == []


def test_units_without_the_tool(monkeypatch):
    """The lab judges the same where there is no systemd-analyze."""
    monkeypatch.setattr(_units.shutil, "which", lambda name: None)
    problem = load("w1-schedules-load-units")
    from seniorde.problems import check

    for answer in (problem.solve, *(a.answer for a in problem.variants)):
        assert check(problem.id, answer).passed
    for answer in problem.wrongs:
        assert check(problem.id, answer.answer).reason == answer.fails
