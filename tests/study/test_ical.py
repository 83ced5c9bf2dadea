"""The calendar file: parsed again, byte for byte, over daylight saving, with ids that stay."""

import re
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import icalendar
import pytest

from seniorde.study import calendar, ical
from seniorde.study.calendar import Plan, lay
from seniorde.study.sittings import sittings

SAMPLE = Plan(date(2025, 8, 19))
PLANS = [
    *(Plan(date(2026, 11, 27) + timedelta(days=start)) for start in range(7)),
    Plan(date(2026, 11, 30), pace=4, rest="wed-am"),
    Plan(date(2026, 11, 30), pace=2, rest="sun-pm"),
    Plan(date(2026, 11, 30), 8, ((date(2026, 12, 16), 2), (date(2027, 2, 8), 4)), rest="wed-am", halves=True),
    Plan(date(2026, 12, 3), halves=True, rest="sun-am", missed=(date(2026, 12, 10), date(2026, 12, 12))),
]


def events(plan):
    return icalendar.Calendar.from_ical(ical.render(plan)).events


def timed(plan):
    return [event for event in events(plan) if isinstance(event.start, datetime)]


def spans(plan):
    return {str(event["uid"]): (event.start, event.end) for event in events(plan)}


def test_read_back_it_holds_every_sitting():
    found = [(event.start, event.end) for event in timed(SAMPLE)]
    held = [sitting for day in calendar.days(SAMPLE) for sitting in sittings(SAMPLE, day)]
    assert found == [(sitting.begin, sitting.end) for sitting in held]
    assert sum((end - begin for begin, end in found), timedelta()) == timedelta(hours=8) * 61


def test_milestones_and_windows_are_all_day():
    whole = {
        str(event["summary"]): (event.start, event.end)
        for event in events(SAMPLE)
        if not isinstance(event.start, datetime)
    }
    assert len(whole) == 10 + 3
    assert whole["Project 1 delivered (Foundations + Postgres analytics)"] == (
        date(2025, 8, 24),
        date(2025, 8, 25),
    )
    assert whole["DBX-DEA exam window"] == (date(2025, 9, 8), date(2025, 9, 22))
    assert whole["DEA exam window"] == (date(2025, 10, 13), date(2025, 10, 19))


def test_a_weekday_is_the_pages_example():
    assert [f"{event.start:%H:%M}–{event.end:%H:%M}" for event in timed(SAMPLE)[:7]] == [
        "08:00–09:30",
        "09:45–10:45",
        "10:55–13:10",
        "14:00–14:45",
        "14:55–15:40",
        "15:55–16:55",
        "17:05–17:50",
    ]


def test_it_keeps_the_rules_of_the_format():
    content = ical.render(SAMPLE)
    lines = content.split(b"\r\n")
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    found = icalendar.Calendar.from_ical(content)
    assert found["version"] == "2.0" and found["prodid"]
    assert all({"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(event) for event in found.events)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan.start:%a}-{plan.pace}-{plan.rest}")
def test_ids_differ_and_nothing_overlaps(plan):
    found = events(plan)
    assert len({event["uid"] for event in found}) == len(found)
    held = [sitting for day in calendar.days(plan) for sitting in sittings(plan, day)]
    assert all(before.end < after.begin for before, after in pairwise(held))
    for day in calendar.days(plan):
        held = sittings(plan, day)
        assert sum(sitting.block.minutes for sitting in held) == day.minutes
        pauses = [(after.begin - before.end).seconds // 60 for before, after in pairwise(held)]
        assert [pause for pause in pauses if not 10 <= pause <= 15] == (
            [180 if plan.halves and day.week else 50] if day.minutes > 360 else []
        )
        assert all(sitting.block.minutes <= 135 for sitting in held)


def test_two_exports_are_equal_in_any_zone(monkeypatch):
    made = set()
    for zone in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"):
        monkeypatch.setenv("TZ", zone)
        clock.tzset()
        made.add(ical.render(SAMPLE))
    monkeypatch.undo()
    clock.tzset()
    assert len(made) == 1


def test_eight_o_clock_stays_eight_o_clock_over_daylight_saving():
    plan = Plan(date(2026, 2, 24))  # New York changes on 8 March, Berlin on 29 March
    content = ical.render(plan)
    assert b"TZID" not in content and b"VTIMEZONE" not in content
    assert not re.search(rb"^DT(START|END):\d{8}T\d{6}Z", content, re.M)
    firsts = {}
    for event in timed(plan):
        assert event.start.tzinfo is None
        firsts.setdefault(event.start.date(), event.start.time())
    for weekday, sunday in ((date(2026, 3, 7), date(2026, 3, 8)), (date(2026, 3, 28), date(2026, 3, 29))):
        assert firsts[weekday] == firsts[sunday] == time(8)


def test_a_file_imported_again_moves_events_and_does_not_double_them():
    later = Plan(SAMPLE.start + timedelta(weeks=1), revision=1, saved="2025-08-10T06:00:00+00:00")
    before, after = spans(SAMPLE), spans(later)
    assert before.keys() == after.keys()
    week = timedelta(weeks=1)
    assert after == {uid: (start + week, end + week) for uid, (start, end) in before.items()}
    event = events(later)[0]
    assert event["sequence"] == 1
    assert event["dtstamp"].dt == datetime(2025, 8, 10, 6, tzinfo=UTC)


def test_a_missed_day_has_no_events_and_leaves_the_other_weeks_alone():
    lost = Plan(SAMPLE.start, missed=(date(2025, 8, 26),))
    assert not [event for event in timed(lost) if event.start.date() == date(2025, 8, 26)]
    moved = [str(event["summary"]) for event in timed(lost) if "from Tue 26 Aug" in event["summary"]]
    assert moved == [f"{name} (from Tue 26 Aug)" for name in ("Project", *["Core topic"] * 4)]
    before, after = spans(SAMPLE), spans(lost)
    assert {uid: span for uid, span in before.items() if not uid.startswith("w2-")} == {
        uid: span for uid, span in after.items() if not uid.startswith("w2-")
    }


def test_halves_of_four_hours_with_the_break_between_them():
    plan = Plan(SAMPLE.start, halves=True)
    for day in calendar.days(plan):
        held = sittings(plan, day)
        pauses = [after.begin - before.end for before, after in pairwise(held)]
        middle = pauses.index(timedelta(hours=3)) + 1
        assert [sum(s.block.minutes for s in half) for half in (held[:middle], held[middle:])] == [240, 240]
    wednesday = sittings(plan, calendar.on(plan, date(2025, 8, 20)))
    assert [(s.block.name, s.block.minutes) for s in wednesday[2:4]] == [("core", 90), ("core", 45)]
    breaks = [event for event in timed(plan) if event["summary"] == "Break"]
    assert len(breaks) == 61
    assert {event["transp"] for event in breaks} == {"TRANSPARENT"}
    assert {event.end - event.start for event in breaks} == {timedelta(hours=3)}


def test_a_half_day_has_no_long_break():
    plan = Plan(SAMPLE.start, halves=True, rest="sun-pm")
    assert len([event for event in timed(plan) if event["summary"] == "Break"]) == 61 - 8


def test_a_free_morning_begins_after_it():
    plan = Plan(SAMPLE.start, rest="wed-am")
    assert sittings(plan, calendar.on(plan, date(2025, 8, 20)))[0].begin.time() == time(12, 50)


def test_text_with_commas_and_letters_beyond_ascii_survives():
    descriptions = [str(event.get("description", "")) for event in events(SAMPLE)]
    assert any("Architect – Associate" in text for text in descriptions)
    assert any("partitions, keys" in text or ", " in text for text in descriptions)


def test_it_lies_on_the_desk(tmp_path, monkeypatch):
    (tmp_path / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path)
    path = ical.export(SAMPLE)
    assert path == tmp_path / "work/calendar.ics"
    assert path.read_bytes() == ical.render(SAMPLE)
    ignored = (Path(__file__).parents[2] / ".gitignore").read_text().splitlines()
    assert "work/" in ignored


def test_the_moved_window_is_in_the_file():
    lost = Plan(SAMPLE.start, missed=(date(2025, 10, 6), date(2025, 10, 7)))
    assert spans(lost)["exam-saa-c03@seniorde"] == (date(2025, 10, 20), date(2025, 11, 10))
    assert lay(lost).windows[1].moved
