"""Progress: what is counted, to which week, what is called weak, and what a simulated learner comes to."""

import csv
import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import nbformat
import pytest
from rich.console import Console

from seniorde.grading import Entry, GradingError, record
from seniorde.study import answers, calendar, log, progress, simulate
from seniorde.study.calendar import Plan
from seniorde.study.terminal import progress as terminal

START = date(2025, 8, 19)
HASHING = "w1-hashing-first-repeat"


@pytest.fixture(autouse=True)
def utc(zone):
    zone("UTC")


@pytest.fixture(scope="module")
def lived():
    """What nine simulated weeks come to, the day after."""
    with simulate.learner(START, 1):
        return progress.progress(date(2025, 10, 19))


def entry(day, problem=HASHING, verdict="right", notebook="dsa-hashing", **changed) -> Entry:
    time = day if "T" in str(day) else f"{day}T12:00:00+00:00"
    points = 2.0 if verdict == "right" else 0.0
    facts = {"time": time, "attempt": "a", "week": 1, "notebook": notebook, "edition": None}
    return Entry(
        **{**facts, "problem": problem, "points": points, "max_points": 2.0, "verdict": verdict, **changed}
    )


def given(day, question, right, domain="Data Store Management", timed=False, of=10, round="r"):
    return answers.Answered(
        f"{day}T12:00:00+00:00", round, "dea-c01", domain, "2.1", question, "A", right, timed, of
    )


def week(number: int, until="2025-10-19") -> progress.Week:
    return progress.progress(date.fromisoformat(until)).weeks[number - 1]


def test_nothing_is_one_sentence(home):
    with pytest.raises(GradingError, match="nothing to show yet"):
        progress.progress(START)


def test_a_problem_is_solved_once_and_tried_once(home):
    calendar.save(Plan(START))
    record.append([
        entry("2025-08-19", verdict="blank"),
        entry("2025-08-20", verdict="wrong"),
        entry("2025-08-20", verdict="right"),
        entry("2025-08-26", verdict="right"),
        entry("2025-08-20", "w1-joins-first-flights", verdict="error", notebook="sql-joins"),
        entry("2025-08-27", "w1-joins-first-flights", verdict="right", notebook="sql-joins"),
    ])  # fmt: skip
    first, second = week(1), week(2)
    assert (first.dsa, first.sql, first.tried, first.at_once) == (1, 0, 2, 0)
    assert (second.dsa, second.sql, second.tried) == (0, 1, 0)


def test_reviews_are_counted_for_themselves(home):
    calendar.save(Plan(START))
    record.append([
        entry("2025-08-20", verdict="wrong"),
        entry("2025-08-22", verdict="wrong", notebook="review-2025-08-22"),
        entry("2025-08-29", verdict="right", notebook="review-2025-08-29"),
    ])  # fmt: skip
    first, second = week(1), week(2)
    assert (first.tried, first.at_once, first.reviewed, first.recalled, first.dsa) == (1, 0, 1, 0, 0)
    assert (second.reviewed, second.recalled, second.dsa) == (1, 1, 1)


def test_a_problem_that_left_the_book_keeps_its_kind(home):
    calendar.save(Plan(START))
    record.append([entry("2025-08-20", "w1-gone-for-good", notebook="sql-gone")])
    assert week(1).sql == 1
    assert sum(one.tried for one in progress.progress(START + timedelta(9)).patterns) == 0


def test_the_best_attempt_at_a_project_counts_for_its_week_whenever_it_was_made(home):
    calendar.save(Plan(START))
    for attempt, good in (("a", 1), ("b", 3), ("c", 2)):
        record.append(
            entry("2025-09-30", f"w1-{part}/{n}", "right" if n < good else "wrong", part, attempt=attempt)
            for part in ("project", "rubric")
            for n in range(4)
        )
    found = progress.progress(date(2025, 10, 1))
    assert (found.weeks[0].project, found.weeks[0].rubric) == (0.75, 0.75)
    assert found.weeks[6].project is None
    assert sum(one.tried + one.labs for one in found.weeks) == 0, "a test of a project is no problem"


def test_days_are_local_also_where_the_clock_changes(home, zone):
    calendar.save(Plan(date(2025, 10, 14)))
    record.append(
        [entry("2025-10-19T22:30:00+00:00"), entry("2025-10-26T23:30:00+00:00", "w1-hashing-other")]
    )
    assert [one.dsa for one in progress.progress(date(2025, 12, 1)).weeks[:3]] == [1, 1, 0]
    zone("Europe/Berlin")  # +2 until Sunday 26 October, 03:00, then +1
    assert [one.dsa for one in progress.progress(date(2025, 12, 1)).weeks[:3]] == [0, 1, 1]


def test_before_the_start_and_after_the_end(home):
    calendar.save(Plan(START))
    record.append([entry("2025-08-01"), entry("2025-12-24", "w1-hashing-other")])
    found = progress.progress(date(2025, 12, 25))
    assert (found.weeks[0].dsa, found.weeks[8].dsa) == (1, 1)
    assert found.now is found.weeks[8]
    assert sum(one.dsa for one in progress.progress(date(2025, 7, 1)).weeks) == 0


def test_without_a_plan_weeks_begin_on_mondays(home):
    record.append([entry("2025-08-20"), entry("2025-09-02", "w1-hashing-other")])
    found = progress.progress(date(2025, 9, 10))
    assert [(one.first.isoformat(), one.dsa) for one in found.weeks] == [
        ("2025-08-18", 1), ("2025-08-25", 0), ("2025-09-01", 1), ("2025-09-08", 0),
    ]  # fmt: skip


def test_a_slow_pace_has_longer_weeks(home):
    calendar.save(Plan(START, pace=4))
    record.append([entry("2025-08-31")])
    assert week(1).dsa == 1


def test_a_domain_counts_by_last_answers_and_is_weak_from_five_on(home):
    calendar.save(Plan(START))
    ids = [one.id for one in progress.questions.quiz("dea-c01", "Data Store Management").questions][:6]
    answers.JOURNAL.append([given("2025-08-20", id, False) for id in ids[:4]])

    def domain():
        return next(one for one in progress.progress(START + timedelta(9)).domains if "Store" in one.domain)

    assert (domain().answered, domain().right, domain().weak) == (4, 0, False)
    answers.JOURNAL.append([given("2025-08-21", id, False) for id in ids])
    assert (domain().answered, domain().right, domain().weak) == (6, 0, True)
    taught = {progress.questions.find(id).teaches for id in ids}
    assert set(domain().repeat) == taught
    answers.JOURNAL.append([given("2025-08-22", id, True) for id in ids[:4]])
    assert (domain().right, domain().weak) == (4, False)
    assert week(1).answered == 14 and week(1).right == 4


def test_full_practice_exams_by_the_clock_and_by_the_log(home):
    calendar.save(Plan(START))
    answers.JOURNAL.append(
        [given("2025-08-23", f"q{n}", n < 50, timed=True, of=65, round="full") for n in range(65)]
    )
    answers.JOURNAL.append([given("2025-08-21", "q", True, timed=True, of=20, round="short")])
    answers.JOURNAL.append([given("2025-08-22", "q", True, timed=False, of=65, round="slow")])
    path, _ = log.open_day(date(2025, 8, 23))
    told = "- Practice exam: dbx-dea 40 of 45\n- Practice exam: dea-c01 50 of 65"
    path.write_text(path.read_text().replace("- Practice exam:", told))
    found = progress.progress(START + timedelta(9))
    assert [(one.exam, one.points, one.of) for one in found.exams] == [
        ("dbx-dea", 40, 45),
        ("dea-c01", 50, 65),
    ]
    assert found.weeks[0].exams == 2


@pytest.mark.parametrize("name", ["saa-c03", "SAA", "SAA-C03", "saa"])
def test_an_exam_told_twice_counts_once_however_it_is_named(home, name):
    calendar.save(Plan(START))
    full = [
        replace(given("2025-08-23", f"q{n}", n < 50, timed=True, of=65, round="full"), exam="saa-c03")
        for n in range(65)
    ]
    answers.JOURNAL.append(full)
    path, _ = log.open_day(date(2025, 8, 23))
    path.write_text(path.read_text().replace("- Practice exam:", f"- Practice exam: {name} 50 of 65"))
    assert [one.exam for one in progress.progress(START + timedelta(9)).exams] == ["saa-c03"]


def test_a_timed_round_of_all_questions_of_the_book_says_why_it_is_no_full_exam(home):
    calendar.save(Plan(START))
    every = len(progress.questions.quiz("dea-c01").questions)
    assert every < 65, "the bank has enough for a full exam: _short can go"
    answers.JOURNAL.append([given("2025-08-23", "q", True, timed=True, of=every)])
    answers.JOURNAL.append([given("2025-08-23", "q", True, timed=True, of=10, round="short")])
    (said,) = progress.progress(START + timedelta(9)).remarks
    assert said.startswith("The timed round of dea-c01 on Sat 23 Aug is no full practice exam: it had ")


def test_the_same_wrong_answer_submitted_again_is_one_miss(home):
    calendar.save(Plan(START))
    record.append([entry(f"2025-08-{day}", verdict="wrong") for day in (20, 21, 22)])
    assert sum(one.misses for one in progress.progress(START + timedelta(9)).patterns) == 1


def said_of(day, capsys) -> str:
    terminal.progress(progress.progress(day), Console(width=80, highlight=False))
    return capsys.readouterr().out


def test_before_the_plan_the_terminal_shows_what_is_done(home, capsys):
    calendar.save(Plan(START))
    record.append([entry("2025-08-01"), entry("2025-08-02", "w1-hashing-hash-join", verdict="wrong")])
    said = said_of(date(2025, 8, 5), capsys)
    assert any(line.split()[:3] == ["1", "1", "0"] for line in said.splitlines())
    assert "1 card is due: make review" in said


def test_hours_are_shown_with_their_half_and_a_running_week_is_no_trend(home, capsys):
    record.append([entry("2025-08-20"), entry("2025-08-27", "w1-hashing-hash-join")])
    path, _ = log.open_day(date(2025, 8, 20))
    path.write_text(path.read_text().replace("- Hours:", "- Hours: 6.5"))
    said = said_of(date(2025, 8, 28), capsys)
    assert " 6.5\n" in said and "Trend" not in said


def test_what_cannot_be_read_is_said_and_the_rest_counts(home):
    calendar.save(Plan(START))
    record.append([entry("2025-08-20")])
    path, _ = log.open_day(date(2025, 8, 20))
    path.write_text(path.read_text().replace("- Design:", "- Design: a lake\n- Design: lake 16 of 24"))
    (home / "log" / "2025-08-21.md").write_bytes(b"\xff\xfe\x00")
    with record._RECORD.path.open("ab") as file:
        file.write(b'{"time": "cut\n')
    found = progress.progress(START + timedelta(9))
    assert (found.weeks[0].dsa, found.weeks[0].designs) == (1, 1)
    said = " ".join(found.remarks)
    assert (
        "1 damaged line(s) of record.jsonl" in said
        and "'- Design: a lake'" in said
        and f"Not counted: {home}/log/2025-08-21.md is no text in UTF-8" in said
    )


def test_the_table_fits_80_columns_and_says_what_is_missing(home, capsys):
    with simulate.learner(START, 1, until=date(2025, 9, 10)):
        terminal.progress(progress.progress(date(2025, 9, 10)), Console(width=80, highlight=False))
    said = capsys.readouterr().out
    table = said.split("Asked for")[0].splitlines()
    assert max(map(len, table)) <= 80 and "…" not in said
    assert "Week 4, 4 days after today. Missing:" in said and "cards are due: make review" in said
    assert "Trend, Week 3 against the mean before:" in said


def test_the_tables_hold_every_row(lived, tmp_path):
    paths = progress.export(lived, tmp_path / "new" / "folder")
    rows = {path.stem: list(csv.DictReader(path.open(newline=""))) for path in paths}
    assert {name: len(found) for name, found in rows.items()} == {
        "weeks": 9, "patterns": len(lived.patterns), "domains": len(lived.domains), "exams": 6,
    }  # fmt: skip
    assert [int(row["dsa"]) for row in rows["weeks"]] == [one.dsa for one in lived.weeks]
    assert rows["weeks"][0]["first"] == "2025-08-19"


def test_a_folder_that_is_a_file_is_one_sentence(lived, tmp_path):
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(GradingError, match="Could not write into"):
        progress.export(lived, tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


def test_the_notebook_is_laid_once_for_the_learner(home, tmp_path, monkeypatch):
    page = Path(__file__).parents[2] / "notebooks/study/progress.ipynb"
    book = tmp_path / "book"
    (book / "notebooks/study").mkdir(parents=True)
    (book / "nbgrader_config.py").touch()
    (book / "notebooks/study/progress.ipynb").write_bytes(page.read_bytes())
    monkeypatch.chdir(book)
    path, new = progress.notebook()
    laid = nbformat.read(path, as_version=4)
    assert new and any('LEARNER = "you"' in cell.source for cell in laid.cells)
    assert not any(cell.get("outputs") for cell in laid.cells)
    path.write_text("mine")
    assert progress.notebook() == (path, False) and path.read_text() == "mine"


def test_the_simulated_learner_comes_again_by_its_seed(lived):
    with simulate.learner(START, 1):
        assert progress.progress(date(2025, 10, 19)) == lived
    with simulate.learner(START, 2, until=date(2025, 8, 24)):
        assert progress.progress(date(2025, 8, 24)).weeks[0] != lived.weeks[0]


def test_nine_weeks_add_up(lived):
    total = {name: sum(getattr(one, name) for one in lived.weeks) for name in ("dsa", "sql", "labs", "tried")}
    assert total["dsa"] + total["sql"] + total["labs"] <= total["tried"]
    assert [one.number for one in lived.weeks] == list(range(1, 10))
    assert all(one.project and one.rubric and one.answered >= one.right for one in lived.weeks)
    assert [one.exams for one in lived.weeks] == [0, 0, 0, 2, 0, 0, 2, 1, 1]
    assert lived.remarks == ()
    assert json.loads(json.dumps([one.hours for one in lived.weeks]))
