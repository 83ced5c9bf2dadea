"""The verbs plan and today, and plan.json under damage, kills and two commands at once."""

import json
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seniorde.cli import app
from seniorde.grading import GradingError
from seniorde.study import calendar, ical, planning
from seniorde.study.calendar import Plan


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A book without pages, a learner without any file; commands run in it."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "nbgrader_config.py").touch()
    monkeypatch.chdir(book)
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("SENIORDE_TODAY", "2025-08-01")  # before all plans of these tests
    return tmp_path


def say(*words, code=0):
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def today(day, monkeypatch, code=0):
    monkeypatch.setenv("SENIORDE_TODAY", day)
    return say("today", code=code)


def test_the_sample_is_one_line_a_week(desk):
    text = say("plan", "--start", "2025-08-19")
    rows = [line for line in text.splitlines() if re.match(r" +\d ", line)]
    assert len(rows) == 9
    assert re.search(r"1  19 Aug – 24 Aug +Foundations +Project 1", rows[0])
    assert re.search(r"8 +6 Oct – 12 Oct .* Project 8 +SAA", rows[7])
    assert re.search(r"9  13 Oct – 18 Oct .* Capstone +DEA", rows[8])
    assert all(len(row.rstrip()) <= 80 for row in rows)
    assert "…" not in text
    assert f"Calendar file: {desk}/book/work/calendar.ics" in text


def test_without_options_the_plan_is_shown_and_nothing_written(desk):
    assert say("plan", code=1) == "There is no plan yet. Say when you begin: make plan START=2026-11-30\n"
    said = say("plan", "--start", "2026-11-30")
    (desk / "book/work/calendar.ics").unlink()
    shown = say("plan")
    assert said.startswith(shown)
    assert not (desk / "book/work/calendar.ics").exists()


def test_choices_stay_until_they_are_changed(desk):
    say("plan", "--start", "2026-12-01", "--rest", "sun-pm", "--halves", "--begin", "07:30")
    say("plan", "--missed", "2026-12-03")
    say("plan", "--missed", "2026-12-10", "--missed", "2026-12-03")
    plan = calendar.load()
    assert (plan.rest, plan.halves, f"{plan.begin:%H:%M}") == ("sun-pm", True, "07:30")
    assert plan.missed == (date(2026, 12, 3), date(2026, 12, 10))
    say("plan", "--unmiss", "2026-12-03", "--rest", "none", "--no-halves", "--pace", "4")
    plan = calendar.load()
    assert (plan.rest, plan.halves, plan.pace, plan.missed) == (None, False, 4, (date(2026, 12, 10),))


def test_a_revision_counts_changes_only(desk):
    say("plan", "--start", "2026-12-01")
    first = calendar.load()
    say("plan", "--start", "2026-12-01")
    assert calendar.load() == first
    say("plan", "--begin", "09:00")
    assert calendar.load().revision == first.revision + 1


def test_missed_days_outside_a_new_plan_are_told_and_forgotten(desk):
    say("plan", "--start", "2026-12-01", "--missed", "2026-12-03")
    text = say("plan", "--start", "2027-01-05")
    assert "No day of the plan any more, so not missed: Thu 3 Dec." in text
    assert calendar.load().missed == ()


def test_missed_days_are_explained(desk):
    text = say("plan", "--start", "2025-08-19", "--missed", "2025-08-26", "--missed", "2025-08-28")
    assert "Missed: Tue 26 Aug (week 2, day 2)." in text
    assert "moved into the room for catching up: Project 0:45 to Wed 27 Aug" in text
    assert "cut, there is no room: " in text and "optional labs go first" in text
    assert "dropped: System design 0:45, Certification 1:00" in text
    assert "less but not none" in text
    assert "Week 2: the project shrinks to its spine (raw to bronze" in text
    assert "and keeps its date, Sun 31 Aug." in text
    assert "the SAA" not in text
    text = say("plan", "--missed", "2025-09-02")
    assert "DBX-DEA and DEA go first, the SAA moves two to four weeks behind, to 20 Oct – 9 Nov." in text


def test_a_missed_last_day_says_when_to_deliver(desk):
    text = say("plan", "--start", "2025-08-19", "--missed", "2025-08-31")
    assert "keeps its date, Sun 31 Aug." in text
    assert "That day is missed itself: deliver what is there on the evening of Sat 30 Aug." in text


def test_the_evening_to_deliver_is_not_missed_itself(desk):
    days = [f"2025-08-{day}" for day in range(25, 32)]
    text = say("plan", "--start", "2025-08-19", "--missed", days[-1], "--missed", days[-2])
    assert "deliver what is there on the evening of Fri 29 Aug." in text
    text = say("plan", *(word for day in days for word in ("--missed", day)))
    assert "All days of the week are missed: there is nothing to deliver." in text


def test_how_far_an_exam_moves_is_said_for_the_sample_pace_only(desk):
    missed = [word for day in range(20, 32) for word in ("--missed", f"2025-08-{day}")]
    text = say("plan", "--start", "2025-08-19", "--pace", "4", *missed)
    assert "the SAA moves behind the plan, to 22 Dec – 11 Jan." in text


def test_a_start_on_thursday_names_the_quieter_choice(desk):
    text = say("plan", "--start", "2026-12-03")
    assert "you missed 2 days of it" in text
    assert "make plan START=2026-12-08" in text
    assert "Missed: Tue 1 Dec (week 1, day 1)." in text


def test_pace_rest_and_halves_are_explained(desk):
    text = say("plan", "--start", "2025-08-19", "--pace", "4")
    assert "the end moves from Sat 18 Oct 2025 to Sat 20 Dec 2025." in text
    text = say("plan", "--pace", "8", "--rest", "sun-pm", "--halves")
    assert "Free: each Sunday afternoon. Over the 8 Sundays that takes Project 32:00." in text
    assert "two halves of four hours, with 3 hours between them" in text


def test_another_pace_on_the_way_holds_from_the_next_week(desk, monkeypatch):
    say("plan", "--start", "2025-08-19", "--halves")
    monkeypatch.setenv("SENIORDE_TODAY", "2025-08-27")
    text = say("plan", "--pace", "4", "--missed", "2025-08-26")
    assert text.startswith("Tue 19 Aug 2025 to Sat 6 Dec 2025, 8, then 4 hours a day\n")
    assert "From Week 3 on, Mon 1 Sep: 4 hours a day, a study week takes 2 calendar weeks." in text
    assert "Against 8 hours a day throughout, the end moves from Sat 18 Oct 2025 to Sat 6 Dec 2025." in text
    assert "Missed: Tue 26 Aug (week 2, day 2)." in text
    kept = calendar.load()
    assert (kept.pace, kept.changes, kept.halves) == (8, ((date(2025, 8, 27), 4),), True)
    monkeypatch.setenv("SENIORDE_TODAY", "2025-09-03")
    say("plan", "--pace", "4")
    assert calendar.load() == kept, "the pace that holds is no change"
    text = say("plan", "--pace", "8")
    assert "From Week 4 on, Mon 15 Sep: 8 hours a day, a study week takes one calendar week." in text
    monkeypatch.setenv("SENIORDE_TODAY", "2025-10-24")
    assert "Another pace holds from the next study week on, and none is left." in say("plan", "--pace", "2")
    monkeypatch.setenv("SENIORDE_TODAY", "2025-09-02")
    say("plan", "--start", "2025-09-08", "--no-halves")
    plan = calendar.load()
    assert (plan.start, plan.pace, plan.changes) == (date(2025, 9, 8), 4, ()), (
        "laid anew, at the pace of today"
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--missed", "2026-13-01"], "'2026-13-01' is no day."),
        (["--missed", "2020-01-01"], "2020-01-01 is no day of your plan, which runs from 2026-12-01 to"),
        (["--unmiss", "2026-12-05"], "2026-12-05 does not count as missed."),
        (["--rest", "sunday"], "'sunday' is no half-day."),
        (["--begin", "25:00"], "'25:00' is no time of the day."),
        (["--begin", "8"], "'8' is no time of the day."),
        (["--begin", "20:00"], "A day that begins at 20:00 would end after midnight"),
        (["--pace", "3"], "The pace is 8, 4 or 2 hours a day, not 3."),
        (
            ["--pace", "2", "--halves"],
            "Two halves of four hours need the pace of 8 hours a day. For another pace:",
        ),
        (["--start", "tomorrow"], "'tomorrow' is no day."),
        (["--start", "9999-12-31"], "9999-12-31 is not of this century."),
        (["--missed", "9999-12-31"], "9999-12-31 is not of this century."),
    ],
)
def test_what_is_wrong_is_one_sentence_and_changes_nothing(desk, words, sentence):
    say("plan", "--start", "2026-12-01")
    before = (desk / "home/plan.json").read_bytes()
    text = say("plan", *words, code=1)
    assert text.startswith(sentence) and text.count("\n") == 1
    assert (desk / "home/plan.json").read_bytes() == before


def test_halves_name_the_way_to_another_pace_and_a_rest_is_read_in_any_case(desk):
    say("plan", "--start", "2026-12-01", "--halves", "--rest", "SUN-PM")
    assert calendar.load().rest == "sun-pm"
    assert "make plan PACE=4 HALVES=0" in say("plan", "--pace", "4", code=1)
    say("plan", "--rest", "None")
    assert calendar.load().rest is None


def test_a_late_evening_fits_a_slow_pace(desk):
    say("plan", "--start", "2026-12-01", "--pace", "2", "--begin", "20:30")
    assert f"{calendar.load().begin:%H:%M}" == "20:30"


# Today --------------------------------------------------------------------------------------------


def test_today_before_on_and_after_the_plan(desk, monkeypatch):
    assert today("2025-08-01", monkeypatch, code=1).startswith("There is no plan yet.")
    say("plan", "--start", "2025-08-19")
    assert today("2025-08-18", monkeypatch) == "Your plan begins on Tue 19 Aug 2025, in 1 day.\n"
    assert today("2025-10-20", monkeypatch) == "Your plan ended on Sat 18 Oct 2025, 2 days ago.\n"
    text = today("2025-08-26", monkeypatch)
    assert text.startswith("Tue 26 Aug: Week 2, S3 lake, Glue, Athena, dbt, Lambda; day 2 of 7\n")
    assert re.search(r"^10:55–13:10  Core topic", text, re.M)
    assert "two pointers; linked lists; stacks and queues" in text
    assert "Next milestone, Sun 31 Aug, in 5 days: Project 2 delivered" in text
    assert "Exam window from Mon 8 Sep to Sun 21 Sep: DBX-DEA" in text
    assert "make log, then make review" in text
    assert all(len(line.rstrip()) <= 80 for line in text.splitlines() if re.match(r"[\d ]{5}", line))
    assert "Exam window" not in today("2025-08-24", monkeypatch)
    assert "Exam window open until Sun 21 Sep: DBX-DEA" in today("2025-09-08", monkeypatch)
    assert "Next milestone, today: Capstone delivered" in today("2025-10-18", monkeypatch)


def test_today_after_the_plan_still_speaks_of_an_exam_that_was_moved(desk, monkeypatch):
    missed = [word for day in ("08", "10", "29") for word in ("--missed", f"2026-12-{day}")]
    say("plan", "--start", "2026-12-01", *missed)
    assert "Exam window open until Sun 21 Feb: SAA" in today("2027-02-03", monkeypatch)
    assert "Exam window" not in today("2027-02-22", monkeypatch)


def test_today_when_the_day_is_missed_or_moved(desk, monkeypatch):
    say("plan", "--start", "2025-08-19", "--missed", "2025-08-26")
    assert "This day counts as missed. If it is not: make plan UNMISS=2025-08-26" in today(
        "2025-08-26", monkeypatch
    )
    assert "from Tue 26 Aug: S3 lake with dbt, Glue and Lambda" in today("2025-08-27", monkeypatch)


def test_today_before_week_1_and_at_a_slower_pace(desk, monkeypatch):
    say("plan", "--start", "2026-11-30", "--pace", "4")
    assert today("2026-11-30", monkeypatch).startswith("Mon 30 Nov: before Week 1, day 1 of 1\n")
    assert "day 1 of 6, part 2 of 2" in today("2026-12-02", monkeypatch)
    assert "a day to catch up" in today("2026-12-07", monkeypatch)


def test_a_piece_says_that_its_minutes_are_for_the_whole(desk, monkeypatch):
    say("plan", "--start", "2026-12-02")
    monkeypatch.chdir(Path(__file__).parent)
    text = " ".join(today("2026-12-03", monkeypatch).split())
    assert "135 min (the minutes are for the whole, of which this is a piece)" in text


def test_today_names_the_files_of_the_books_weeks(desk, monkeypatch):
    say("plan", "--start", "2025-08-19")
    monkeypatch.chdir(Path(__file__).parent)
    text = today("2025-08-19", monkeypatch)
    assert "(notebooks/week-01/01-arrays-and-strings.ipynb)" in text
    assert "work/week-01/dsa-arrays.ipynb" in text
    assert "(book/start/environment.md) 135 min" in text


# The file -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]", b'{"start": "x"}', b"\xff\xfe", b'{"start": "2026-12-01"}', b"[" * 100_000],
)
def test_a_damaged_file_is_set_aside_and_told_once(desk, damage):
    (desk / "home").mkdir()
    (desk / "home/plan.json").write_bytes(damage)
    with pytest.raises(GradingError, match="could not be read and was set aside"):
        calendar.load()
    assert (desk / "home/plan.damaged.json").read_bytes() == damage
    assert calendar.load() is None


@pytest.mark.parametrize(
    "damage",
    [
        {"pace": 8.0}, {"pace": "8"}, {"pace": True}, {"rest": []}, {"rest": 5}, {"halves": "no"},
        {"halves": 0}, {"missed": [5]}, {"missed": 5}, {"begin": 8}, {"begin": "08:00+01:00"},
        {"changes": None}, {"changes": [["2026-12-09"]]}, {"changes": [["2026-12-09", 4.0]]},
        {"revision": 1e400}, {"revision": 10**30}, {"revision": -1}, {"revision": "1"}, {"start": 5},
        {"start": "9999-12-31"}, {"saved": None}, {"saved": "9999-12-31T23:00:00+00:00"},
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_damage(desk, damage):
    calendar.save(Plan(date(2026, 12, 1)))
    path = desk / "home/plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | damage))
    with pytest.raises(GradingError, match="could not be read and was set aside"):
        calendar.load()
    assert calendar.load() is None


def test_what_was_set_aside_before_stays(desk):
    (desk / "home").mkdir()
    for damage in (b"one", b"two", b"three"):
        (desk / "home/plan.json").write_bytes(damage)
        with pytest.raises(GradingError, match="could not be read and was set aside"):
            calendar.load()
    names = ("plan.damaged.json", "plan.damaged-2.json", "plan.damaged-3.json")
    assert [(desk / "home" / name).read_bytes() for name in names] == [b"one", b"two", b"three"]


def test_a_later_editions_fields_do_not_hurt_and_stay(desk):
    plan = calendar.save(Plan(date(2026, 12, 1)))
    path = desk / "home/plan.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"colour": "blue"}))
    assert calendar.load() == plan
    planning.change(pace=4)
    assert json.loads(path.read_text())["colour"] == "blue"
    assert calendar.load().pace == 4


def test_a_plan_of_an_earlier_edition_is_read(desk):
    plan = calendar.save(Plan(date(2026, 12, 1)))
    path = desk / "home/plan.json"
    values = json.loads(path.read_text())
    del values["changes"]
    path.write_text(json.dumps(values))
    assert calendar.load() == plan


def test_a_full_disk_leaves_the_old_plan(desk, monkeypatch):
    calendar.save(Plan(date(2026, 12, 1)))
    before = (desk / "home/plan.json").read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(GradingError, match="The disk is full: could not write"):
        planning.change(missed=[date(2026, 12, 3)])
    assert (desk / "home/plan.json").read_bytes() == before
    assert not [path for path in (desk / "home").iterdir() if path.name.startswith(".plan")]


def test_a_calendar_file_that_cannot_be_written_leaves_the_old_plan(desk):
    plan = calendar.save(Plan(date(2026, 12, 1)))
    (desk / "book/work").touch()
    with pytest.raises(GradingError, match=r"Could not write .*calendar\.ics"):
        planning.change(missed=[date(2026, 12, 3)])
    assert calendar.load() == plan


def test_a_plan_that_cannot_be_written_leaves_its_calendar_file(desk, monkeypatch):
    planning.change(start=date(2026, 12, 1))
    before = (desk / "book/work/calendar.ics").read_bytes()

    def fails(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(planning.file, "keep", fails)
    with pytest.raises(GradingError, match="The disk is full: could not write the plan"):
        planning.change(missed=[date(2026, 12, 3)])
    assert (desk / "book/work/calendar.ics").read_bytes() == before


def test_a_restored_plan_has_a_calendar_file_newer_than_the_one_there(desk):
    archive = desk / "backup.tar.gz"
    say("plan", "--start", "2026-12-01")
    say("backup", str(archive))
    say("plan", "--begin", "09:00")
    say("plan", "--begin", "10:00")
    path = desk / "book/work/calendar.ics"
    exported = int(re.search(r"SEQUENCE:(\d+)", path.read_text())[1])
    assert f"Calendar file, to be imported again: {path}" in say("restore", str(archive))
    assert set(re.findall(r"SEQUENCE:(\d+)", path.read_text())) == {str(exported + 1)}
    assert "DTSTART:20261201T080000" in path.read_text()
    assert calendar.load().revision == exported + 1


CHANGE = """
import os, signal, sys
from datetime import date
from seniorde.study import planning
if sys.argv[2:] == ["killed"]:
    os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
planning.change(missed=[date.fromisoformat(sys.argv[1])])
"""


def command(*words):
    return subprocess.run([sys.executable, "-c", CHANGE, *words], check=False, capture_output=True).returncode


def test_a_killed_command_leaves_the_old_plan(desk):
    plan = calendar.save(Plan(date(2026, 12, 1)))
    assert command("2026-12-03", "killed") == -signal.SIGKILL
    assert calendar.load() == plan
    assert command("2026-12-03") == 0
    assert calendar.load().missed == (date(2026, 12, 3),)


def test_commands_at_once_lose_nothing(desk):
    calendar.save(Plan(date(2026, 12, 1)))
    days = [date(2026, 12, day) for day in range(3, 9)]
    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(command, map(str, days))) == {0}
    assert calendar.load().missed == tuple(days)
    assert (desk / "book/work/calendar.ics").read_bytes() == ical.render(calendar.load())
