"""The syllabus agrees with itself, with the plan's numbers and with the pages that quote it."""

import re
from pathlib import Path

from seniorde.questions import exams
from seniorde.study import pages, syllabus

ROOT = Path(__file__).parents[2]
PLAN = syllabus.load()


def test_the_page_of_the_day_shows_the_shapes():
    page = (ROOT / "book/start/daily-template.md").read_text()
    rows = [
        [cell.strip().strip("*") for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("|")
    ]
    names = {
        "Python DSA": ["dsa"],
        "Advanced SQL": ["sql"],
        "Core topic": ["core"],
        "Fundamentals": ["fundamentals"],
        "System design": ["design", "mock", "retrospective"],
        "Certification": ["certification"],
        "Project": ["project"],
        "Together": list(PLAN.blocks),
    }
    shown = {row[0]: row[1:4] for row in rows if re.match(r"[–\d]", row[1])}
    for title, keys in names.items():
        (cells,) = [cells for name, cells in shown.items() if name.startswith(title)]
        minutes = [sum(shape.get(key, 0) for key in keys) for shape in PLAN.shapes.values()]
        assert cells == [f"{n // 60}:{n % 60:02}" if n else "–" for n in minutes], title


def test_the_page_of_the_week_shows_the_themes():
    page = (ROOT / "book/start/micro-plan.md").read_text()
    assert all(f"| {name} |" in page for name in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"))
    themes = re.findall(r"^\| (?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \| ([^|]+) \|", page, re.M)
    first_words = [theme.split()[0].strip(":;,") for theme in themes]
    assert first_words == [theme.split()[0].strip(":;,") for theme in PLAN.weeks[2].themes]


def test_weekend_days_fit_eight_hours_and_hold_the_plans_project():
    assert {name: sum(shape.values()) for name, shape in PLAN.shapes.items()} == {
        "weekday": 480,
        "saturday": 480,
        "sunday": 480,
    }
    assert all(240 <= PLAN.shapes[name]["project"] <= 360 for name in ("saturday", "sunday"))
    assert 60 <= PLAN.shapes["saturday"]["mock"] <= 90


def test_targets_are_the_plans():
    assert (PLAN.targets.dsa, PLAN.targets.sql) == ((25, 35), (5, 10))
    assert (PLAN.targets.designs, PLAN.targets.practice_exams) == (2, 2)
    assert (PLAN.targets.performance_fixes, PLAN.targets.insights, PLAN.targets.mocks) == (1, 1, 1)
    assert all(len(exam.practice) == PLAN.targets.practice_exams for exam in PLAN.exams.values())
    assert all(max(exam.practice) <= max(exam.weeks) for exam in PLAN.exams.values())


def test_exams_are_those_that_have_questions():
    assert set(PLAN.exams) == set(exams())


def test_every_week_says_what_every_block_is_about():
    assert list(PLAN.weeks) == list(range(1, 10))
    for week in PLAN.weeks.values():
        assert len(week.themes) == len(week.days)
        assert len(week.whiteboards) == len(week.drills) == 2
        for name in ("dsa", "sql", "core", "fundamentals", "certification", "whiteboards", "drills"):
            assert all(isinstance(topic, str) for topic in getattr(week, name)), (week.number, name)


def test_mocks_and_designs_are_those_of_the_pages():
    rotation = (ROOT / "book/interview/index.md").read_text()
    designs = (ROOT / "book/design/index.md").read_text()
    for week in PLAN.weeks.values():
        assert f"| {week.number} | {week.mock} |" in rotation
        row = next(line for line in designs.splitlines() if line.startswith(f"| {week.number} |"))
        assert all(title in row for title in (*week.whiteboards, *week.drills)), week.number


def test_pages_before_week_1_exist():
    assert all((ROOT / f"{page.page}.md").is_file() for page in PLAN.lead_in)
    assert {page.day for page in PLAN.lead_in} == {1, 2, 3, 4}


def test_a_weeks_page_says_what_a_block_holds(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert pages.held(1, 1)["dsa"] == (
        "arrays and strings (notebooks/week-01/01-arrays-and-strings.ipynb) 60 min, "
        "problems (work/week-01/dsa-arrays.ipynb) 30 min"
    )
    assert pages.held(1, 1)["project"] == "read the brief (book/week-01/project.md); skeleton, CI"
    assert "core" not in pages.held(1, 5)
    assert pages.held(10, 1) == {}


def test_every_file_that_a_weeks_page_names_exists(monkeypatch):
    monkeypatch.chdir(ROOT)
    for week in PLAN.weeks:
        for number in range(1, 8):
            for text in pages.held(week, number).values():
                for path in re.findall(r"\(((?:book|notebooks|work)/[^)]+)\)", text):
                    assert (ROOT / path.replace("work/", "exercises/", 1)).is_file(), path
