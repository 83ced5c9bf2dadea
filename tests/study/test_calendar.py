"""The sample plan literally; each start, pace and rest by what must always hold; missed days."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest

from seniorde.grading import GradingError
from seniorde.study import calendar, syllabus
from seniorde.study.calendar import Block, Plan, lay, shares

SAMPLE = Plan(date(2025, 8, 19))
STARTS = [date(2026, 11, 30) + timedelta(days=n) for n in range(7)]


def day(month, number, year=2025):
    return date(year, month, number)


def blocks(day):
    return {block.name: block.minutes for block in day.blocks}


def test_the_sample_has_the_plans_weeks():
    spans = {}
    for found in calendar.days(SAMPLE):
        spans.setdefault(found.week, []).append(found.date)
    assert {week: (dates[0], dates[-1], len(dates)) for week, dates in spans.items()} == {
        1: (day(8, 19), day(8, 24), 6),
        2: (day(8, 25), day(8, 31), 7),
        3: (day(9, 1), day(9, 7), 7),
        4: (day(9, 8), day(9, 14), 7),
        5: (day(9, 15), day(9, 21), 7),
        6: (day(9, 22), day(9, 28), 7),
        7: (day(9, 29), day(10, 5), 7),
        8: (day(10, 6), day(10, 12), 7),
        9: (day(10, 13), day(10, 18), 6),
    }
    assert len(calendar.days(SAMPLE)) == 61


def test_the_sample_has_the_plans_milestones():
    assert {found.date: found.milestone for found in calendar.days(SAMPLE) if found.milestone} == {
        day(8, 19): "Environment set up; repo skeleton; budgets/alerts",
        day(8, 24): "Project 1 delivered (Foundations + Postgres analytics)",
        day(8, 31): "Project 2 delivered (S3 + Glue + dbt + Lambda + Athena)",
        day(9, 7): "Project 3 delivered (Databricks + Delta + Glue ETL)",
        day(9, 14): "Project 4 delivered (Airflow + dbt + quality + lineage)",
        day(9, 21): "Project 5 delivered (Kafka streaming)",
        day(9, 28): "Project 6 delivered (Hive/EMR + benchmarks)",
        day(10, 5): "Project 7 delivered (CI/CD + packaging + deploy)",
        day(10, 12): "Project 8 delivered (System design doc)",
        day(10, 18): "Capstone delivered (GenAI + unified pipelines)",
    }


def test_the_sample_has_the_plans_exam_windows():
    assert [(window.exam.name, window.first, window.last) for window in lay(SAMPLE).windows] == [
        ("DBX-DEA", day(9, 8), day(9, 21)),
        ("SAA", day(10, 6), day(10, 12)),
        ("DEA", day(10, 13), day(10, 18)),
    ]


def test_a_day_has_its_weekdays_shape_and_theme():
    friday, saturday, sunday = (calendar.on(SAMPLE, day(9, n)) for n in (5, 6, 7))
    assert blocks(friday) == {
        "dsa": 90,
        "sql": 60,
        "core": 135,
        "fundamentals": 45,
        "design": 45,
        "certification": 60,
        "project": 45,
    }
    assert (saturday.number, saturday.of, saturday.theme) == (6, 7, "mock interview; project build")
    assert blocks(saturday)["mock"] == 75
    assert "core" not in blocks(saturday) | blocks(sunday)
    assert blocks(sunday)["retrospective"] == 30


@pytest.mark.parametrize(("start", "lead"), zip(STARTS, [1, 0, 0, 0, 4, 3, 2], strict=True))
def test_days_before_week_1(start, lead):
    found = calendar.days(Plan(start))
    before = [found_day for found_day in found if found_day.week == 0]
    assert len(before) == lead
    if lead:
        assert found[lead].date.weekday() == 1
        assert [page for found_day in before for page in found_day.blocks] == [
            Block("lead-in", page.minutes, f"{page.what} ({page.page}.md)")
            for page in syllabus.load().lead_in
        ]
        assert all(0 < found_day.minutes <= 480 for found_day in before)


def test_what_does_not_fit_before_week_1_is_said():
    laid = lay(Plan(day(11, 30, 2026), pace=2))
    assert laid.days[0].minutes == 120
    kept = sum(block.minutes for block in laid.days[0].blocks + laid.late)
    assert kept == sum(page.minutes for page in syllabus.load().lead_in)


@pytest.mark.parametrize(("start", "lost"), [(day(12, 2, 2026), 1), (day(12, 3, 2026), 2)])
def test_a_start_on_wednesday_or_thursday_has_missed_days(start, lost):
    laid = lay(Plan(start))
    assert laid.days[0].date == start
    assert laid.days[0].number == 1 + lost
    assert [loss.day for loss in laid.losses] == [day(12, 1 + n, 2026) for n in range(lost)]
    assert laid.days[0].milestone == "Environment set up; repo skeleton; budgets/alerts"
    assert laid.small == ((1,) if lost == 2 else ())


@pytest.mark.parametrize("pace", [8, 4, 2])
@pytest.mark.parametrize("change", [None, 8, 4, 2])
@pytest.mark.parametrize("start", STARTS)
def test_every_pace_keeps_every_minute(start, pace, change):
    changes = ((start + timedelta(days=20), change),) if change else ()
    found = [found_day for found_day in calendar.days(Plan(start, pace, changes)) if found_day.week]
    plan = syllabus.load()
    assert all(after.date - before.date == timedelta(days=1) for before, after in pairwise(found))
    assert all(found_day.minutes == 480 / found_day.parts for found_day in found)
    assert (found[0].parts, found[-1].parts) == (8 // pace, 8 // (change or pace))
    studied = Counter()
    for found_day in found:
        if found_day.number:
            weekday = plan.weeks[found_day.week].days[found_day.number - 1]
            assert (weekday >= 5) == (found_day.date.weekday() >= 5)
            assert {"dsa", "sql"} <= set(blocks(found_day))
            for block in found_day.blocks:
                if block.since is None:
                    studied[found_day.week, found_day.number, block.name] += block.minutes
    missing = start.weekday() in (2, 3)
    for week in plan.weeks.values():
        for number, weekday in enumerate(week.days, 1):
            if not (missing and week.number == 1):
                shape = plan.shapes[syllabus.shape(weekday)]
                assert {name: studied[week.number, number, name] for name in shape} == shape


@pytest.mark.parametrize(("pace", "end", "days"), [(4, day(12, 20), 124), (2, day(4, 25, 2026), 250)])
def test_a_slower_pace_moves_the_end_and_the_windows(pace, end, days):
    laid = lay(Plan(SAMPLE.start, pace=pace))
    assert (laid.days[-1].date, len(laid.days)) == (end, days)
    assert laid.days[-1].milestone.startswith("Capstone")
    weeks = {window.exam.name: (window.last - window.first).days + 1 for window in laid.windows}
    assert weeks == {"DBX-DEA": 14 * 8 // pace, "SAA": 7 * 8 // pace, "DEA": 7 * 8 // pace - 1}
    catch_up = Counter((found.week, found.date.weekday()) for found in laid.days if found.number == 0)
    assert catch_up == {(1, 0): 8 // pace - 1, (9, 6): 8 // pace - 1}


def test_another_pace_holds_from_the_next_study_week_and_what_was_stays():
    before, wednesday = calendar.days(SAMPLE), day(8, 27)
    plan = replace(SAMPLE, **SAMPLE.paced(4, wednesday))
    after = calendar.days(plan)
    assert [found for found in after if found.week < 3] == [found for found in before if found.week < 3]
    weeks = {found.week: found.date for found in reversed(after)}
    assert (weeks[3], weeks[4], weeks[9]) == (day(9, 1), day(9, 15), day(11, 24))
    back = replace(plan, **plan.paced(8, day(9, 20)))
    weeks = {found.week: found.date for found in reversed(calendar.days(back))}
    assert (weeks[4], weeks[5], weeks[6]) == (day(9, 15), day(9, 29), day(10, 6))
    assert replace(plan, **plan.paced(8, wednesday)) == SAMPLE, "thought better of the same day"
    monday = replace(SAMPLE, **SAMPLE.paced(2, day(9, 1)))
    assert {found.parts for found in calendar.days(monday) if found.week == 3} == {4}, "the week that begins"


def test_another_pace_before_the_start_holds_throughout():
    plan = Plan(SAMPLE.start, 8, ((day(8, 27), 4),))
    assert replace(plan, **plan.paced(2, SAMPLE.start)) == Plan(SAMPLE.start, 2)


def test_parts_of_a_day_follow_each_other():
    found = [
        found for found in calendar.days(Plan(SAMPLE.start, pace=2)) if (found.week, found.number) == (2, 1)
    ]
    assert [part.part for part in found] == [1, 2, 3, 4]
    assert [blocks(part) for part in found] == [
        {"dsa": 20, "sql": 15, "core": 85},
        {"dsa": 25, "sql": 15, "core": 50, "fundamentals": 30},
        {"dsa": 20, "sql": 15, "fundamentals": 15, "design": 45, "certification": 25},
        {"dsa": 25, "sql": 15, "certification": 35, "project": 45},
    ]


@pytest.mark.parametrize("pace", [4, 2])
def test_a_mock_is_held_in_one_sitting(pace):
    mocks = [
        block.minutes
        for found in calendar.days(Plan(SAMPLE.start, pace=pace))
        for block in found.blocks
        if block.name == "mock"
    ]
    assert mocks == [75] * 9


def test_shares_carry_the_remainder():
    assert shares(90, 4) == [20, 25, 20, 25]
    assert shares(30, 4) == [5, 10, 5, 10]
    assert shares(7, 1) == [7]


@pytest.mark.parametrize("pace", [8, 4, 2])
@pytest.mark.parametrize("half", ["am", "pm"])
@pytest.mark.parametrize("weekday", range(7))
def test_a_rest_leaves_one_half_of_one_weekday(weekday, half, pace):
    name = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")[weekday]
    whole = calendar.days(Plan(SAMPLE.start, pace=pace))
    rested = calendar.days(Plan(SAMPLE.start, pace=pace, rest=f"{name}-{half}"))
    for before, after in zip(whole, rested, strict=True):
        if before.date.weekday() != weekday:
            assert after == before
        else:
            assert after.minutes == 30 * pace
            if after.number:
                assert {"dsa", "sql"} & set(blocks(after))
            if half == "pm":
                assert after.blocks[:-1] == before.blocks[: len(after.blocks) - 1]
            else:
                assert after.blocks[-1].name == before.blocks[-1].name


def test_a_free_morning_still_has_half_of_the_problems_and_queries():
    wednesday = calendar.on(Plan(SAMPLE.start, rest="wed-am"), day(8, 20))
    assert blocks(wednesday) == {
        "dsa": 45,
        "sql": 30,
        "fundamentals": 15,
        "design": 45,
        "certification": 60,
        "project": 45,
    }


@pytest.mark.parametrize("weekday", ["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
def test_a_free_morning_leaves_problems_and_queries_and_no_crumbs(weekday):
    plan = Plan(SAMPLE.start, pace=2, rest=f"{weekday}-am")
    rested = [
        found for found in calendar.days(plan) if f"{found.date:%a}".lower() == weekday and found.number
    ]
    assert all({"dsa", "sql"} <= set(blocks(found)) for found in rested)
    assert min(block.minutes for found in rested for block in found.blocks) >= 10


@pytest.mark.parametrize("half", ["am", "pm"])
@pytest.mark.parametrize("pace", [8, 4, 2])
def test_a_rest_cuts_no_mock(half, pace):
    plan = Plan(SAMPLE.start, pace=pace, rest=f"sat-{half}")
    mocks = [block.minutes for found in calendar.days(plan) for block in found.blocks if block.name == "mock"]
    assert set(mocks) == {75}
    assert len(mocks) == (8 if pace == 2 else 9), "the half of two hours has no room for one"


# Missed days: section 15 of the plan ---------------------------------------------------------------


def missed(*days, **chosen):
    return lay(Plan(SAMPLE.start, missed=tuple(sorted(days)), **chosen))


def test_a_missed_day_moves_project_and_core_into_the_room_for_catching_up():
    laid = missed(day(8, 26))
    (loss,) = laid.losses
    assert [(at, block.name, block.minutes) for at, block in loss.moved] == [
        (day(8, 27), "project", 45),
        (day(8, 28), "core", 45),
        (day(8, 29), "core", 45),
        (day(8, 30), "core", 30),
        (day(8, 31), "core", 15),
    ]
    assert not loss.cut
    assert {block.name for block in loss.dropped} == {"dsa", "sql", "fundamentals", "design", "certification"}
    after = {found.date: found for found in laid.days}
    assert after[day(8, 26)].missed and not after[day(8, 26)].blocks
    assert all(after[at].minutes == 480 for at, _ in loss.moved)
    assert after[day(8, 27)].blocks[3] == Block(
        "project", 45, "S3 lake with dbt, Glue and Lambda", since=day(8, 26)
    )
    assert "fundamentals" not in blocks(after[day(8, 27)])
    untouched = [found for found in laid.days if found.week != 2]
    assert untouched == [found for found in calendar.days(SAMPLE) if found.week != 2]


def test_what_does_not_fit_is_cut_and_the_project_keeps_its_date():
    laid = missed(day(8, 29))
    (loss,) = laid.losses
    assert [(at, block.name, block.minutes) for at, block in loss.moved] == [
        (day(8, 30), "project", 30),
        (day(8, 31), "project", 15),
    ]
    assert [(block.name, block.minutes) for block in loss.cut] == [("core", 135)]
    assert calendar.on(Plan(SAMPLE.start, missed=(day(8, 29),)), day(8, 31)).milestone.startswith("Project 2")
    assert laid.small == ()


def test_no_minute_of_a_missed_day_is_lost_from_the_account():
    for found in calendar.days(SAMPLE):
        (loss,) = missed(found.date).losses
        told = [block for _, block in loss.moved] + list(loss.cut) + list(loss.dropped)
        assert sum(block.minutes for block in told) == 480


def test_of_two_missed_days_the_projects_go_before_the_core():
    laid = missed(day(8, 25), day(8, 26))
    moved = [(loss.day.day, block.name, block.minutes) for loss in laid.losses for _, block in loss.moved]
    assert moved == [
        (25, "project", 45),
        (25, "core", 45),
        (25, "core", 30),
        (25, "core", 15),
        (26, "project", 45),
    ]
    assert sum(block.minutes for block in laid.losses[1].cut) == 135


def test_two_missed_days_shrink_the_project_from_then_on():
    laid = missed(day(8, 26), day(8, 28))
    assert laid.small == (2,)
    projects = {
        found.date.day: block.what
        for found in laid.days
        for block in found.blocks
        if found.week == 2 and block.name == "project" and block.since is None
    }
    spine = f"only the spine: {syllabus.load().weeks[2].spine}"
    assert projects[25] == projects[27] == "S3 lake with dbt, Glue and Lambda"
    assert projects[29] == projects[30] == projects[31] == spine


def test_week_1s_spine_is_the_plans():
    assert syllabus.load().weeks[1].spine == "load, clean, one mart"


@pytest.mark.parametrize(
    ("days", "moves"),
    [
        ([(10, 7)], False),
        ([(9, 29), (10, 8)], True),  # two in weeks 7 and 8
        ([(10, 7), (10, 8)], True),
        ([(9, 20), (10, 8)], False),
        ([(8, 20), (9, 2), (9, 20)], True),  # three by then
        ([(8, 20), (9, 2), (10, 14)], False),  # week 9 comes after it
    ],
)
def test_in_a_crunch_the_saa_moves_two_to_four_weeks_behind(days, moves):
    windows = {window.exam.name: window for window in missed(*(day(*each) for each in days)).windows}
    assert windows["SAA"].moved == moves
    if moves:
        assert (windows["SAA"].first, windows["SAA"].last) == (day(10, 20), day(11, 9))
        assert windows["SAA"].first - day(10, 6) == timedelta(weeks=2)
        assert windows["SAA"].last - day(10, 12) == timedelta(weeks=4)
    assert not windows["DBX-DEA"].moved and not windows["DEA"].moved


def test_at_a_slower_pace_a_missed_evening_is_a_part_of_a_day():
    start = SAMPLE.start
    evenings = [start + timedelta(days=n) for n in range(8)]
    assert missed(*evenings[:6], pace=2).small == ()
    laid = missed(*evenings, pace=2)  # one of the eight is a Monday, to catch up
    assert laid.small == ()
    assert missed(*evenings, start + timedelta(days=8), pace=2).small == (1,)
    assert laid.windows[1].moved is False


def test_missed_days_of_two_paces_add_up():
    plan = Plan(SAMPLE.start, 8, ((day(8, 27), 4),))  # two evenings of Week 3 make a day
    moved = [
        lay(replace(plan, missed=(day(8, 20), day(8, 28), *evenings))).windows[1].moved
        for evenings in ([day(9, 2)], [day(9, 2), day(9, 3)])
    ]
    assert moved == [False, True]


@pytest.mark.parametrize(
    "wrong",
    [
        {"pace": 3},
        {"changes": ((date(2025, 9, 1), 16),)},
        {"rest": "sun"},
        {"rest": "noon-pm"},
        {"rest": ""},
        {"halves": True, "pace": 4},
    ],
)
def test_what_cannot_be_a_plan_is_one_sentence(wrong):
    with pytest.raises(GradingError) as error:
        Plan(SAMPLE.start, **wrong)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("year", [1, 1999, 2100, 9999])
def test_a_start_outside_the_century_is_one_sentence(year):
    with pytest.raises(GradingError, match="this century"):
        Plan(date(year, 12, 31))
