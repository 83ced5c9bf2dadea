"""make log: one file a day, pre-filled; what the learner wrote stays; what is counted is read back."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seniorde import grading
from seniorde.cli import app
from seniorde.study import answers, calendar, log, mistakes
from seniorde.study.answers import Answered
from seniorde.study.log import Score
from seniorde.study.mistakes import Mistake

DAY = date(2026, 12, 2)
NOON = f"{DAY}T12:00:00+00:00"
PAGE = Path(__file__).parents[2] / "book" / "templates" / "daily-log.md"


@pytest.fixture(autouse=True)
def _today(home, zone, monkeypatch):
    zone("Europe/Berlin")
    monkeypatch.setenv("SENIORDE_TODAY", f"{DAY}")
    for editor in ("VISUAL", "EDITOR"):
        monkeypatch.delenv(editor, raising=False)


def say(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, [*words])
    assert done.exit_code == code, done.output
    return done.output


def opened() -> str:
    path, _ = log.open_day(DAY)
    return path.read_text()


def recorded(text: str) -> list[str]:
    return text.partition(log.BEGIN)[2].partition(log.END)[0].strip().splitlines()


def test_the_form_is_the_page_of_the_book():
    """Fields, their order, and the counted lines below them."""

    def items(text: str) -> list[str]:
        return re.findall(r"^(?:- ([^:]+):.*|#+ (Counted))$", text, re.MULTILINE)

    block = PAGE.read_text("utf-8").partition("```markdown\n")[2].partition("```")[0]
    assert items(block) == items(log.form(DAY))


def test_a_new_log_holds_the_day_and_every_field(home):
    text = opened()
    assert log.file(DAY) == home.resolve() / "log" / "2026-12-02.md"
    assert text.startswith("### Wednesday 2 December 2026\n")
    assert "\n- Date: 2026-12-02\n" in text
    assert all(f"\n- {name}:\n" in text for name in (*log.FIELDS[1:], *log.COUNTED))


def test_the_plan_says_which_day_it_is(home):
    calendar.save(calendar.Plan(start=date(2026, 11, 30)))
    found = calendar.on(calendar.load(), DAY)
    assert opened().startswith(f"### Day {found.number} of Week {found.week}: Wednesday 2 December 2026\n")


def test_the_record_of_the_day_comes_in_by_local_time(graded):
    graded("w1-hashing-first-repeat", "2026-12-01T22:30:00+00:00")  # 23:30 of the day before
    graded("w1-hashing-hash-join", "2026-12-01T23:30:00+00:00", "right")
    graded("w1-hashing-longest-run", NOON, "partly")
    graded("w1-hashing-count-min", NOON, "blank")
    graded("w1-joins-top", NOON, "right", "sql-joins")
    graded("w1-hashing-first-repeat", NOON, "right", "review-2026-12-02")
    graded("w1-project/schema_is_made", NOON, "wrong", "project")
    answers.JOURNAL.append(
        [
            Answered(NOON, "r", "saa-c03", domain, "o", f"q{number}", "A", right, timed, 2)
            for number, (domain, right, timed) in enumerate(
                [("IAM", False, False), ("IAM", False, False), ("Cost", True, False), ("Cost", True, True)]
            )
        ]
    )
    mistakes.JOURNAL.append([Mistake("m", NOON, "a tab", "never looked")])
    assert recorded(opened()) == [
        "- Python DSA: 1 of 2 right; not yet: w1-hashing-longest-run",
        "- SQL: 1 of 1 right",
        "- Review: 1 of 1 right",
        "- Project: 0 of 1 right",
        "- saa-c03: 1 of 3 right; missed in: IAM",
        "- saa-c03 against the clock: 1 of 1 right",
        "- Mistake: a tab; cause: never looked",
    ]


def test_reviews_that_wait_are_counted(graded):
    graded("w1-hashing-first-repeat", "2026-11-29T12:00:00+00:00")
    assert recorded(opened()) == ["- Still due for review: 1"]


def test_opening_again_brings_the_record_in_and_touches_nothing_else(graded):
    mine = opened().replace("- Labs (what built/tested):", "- Labs (what built/tested): my words\n  and more")
    log.file(DAY).write_text(mine)
    graded("w1-hashing-hash-join", NOON, "right")
    after = opened()
    assert recorded(after) == ["- Python DSA: 1 of 1 right"]
    assert after.replace("- Python DSA: 1 of 1 right\n", "") == mine


@pytest.mark.parametrize(
    "mine",
    [
        "",
        "my own form\r\n- Date: x\r\n",
        f"{log.BEGIN}\nthe second mark is gone\n",
        f"{log.END}\nthe wrong way round\n{log.BEGIN}\n",
    ],
)
def test_without_both_marks_nothing_is_touched(graded, mine):
    opened()
    log.file(DAY).write_bytes(mine.encode())
    graded("w1-hashing-hash-join", NOON, "right")
    assert log.open_day(DAY) == (log.file(DAY), False)
    assert log.file(DAY).read_bytes() == mine.encode()


def test_a_file_that_is_no_text_stays_and_is_said(home):
    opened()
    log.file(DAY).write_bytes(b"\xff\xfe\x00")
    assert "is no text in UTF-8" in say("log", code=1)
    assert log.file(DAY).read_bytes() == b"\xff\xfe\x00"


def test_a_write_cut_off_leaves_the_old_file(graded, monkeypatch):
    before = opened()
    graded("w1-hashing-hash-join", NOON, "right")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(grading.journal.os, "fsync", full)
    assert "The disk is full: could not write" in say("log", code=1)
    assert log.file(DAY).read_text() == before
    assert [path.name for path in log.file(DAY).parent.iterdir()] == [log.file(DAY).name]


def test_two_at_once_make_one_whole_file(graded):
    graded("w1-hashing-hash-join", NOON, "right")
    command = [sys.executable, "-c", "from seniorde.cli import main; main()", "log"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(one.partition(" log of")[0] for one in said) == ["New", "Your"]
    assert log.file(DAY).read_text() == opened()


# Reading ------------------------------------------------------------------------------------------


def written(text: str) -> log.DayLog:
    log.open_day(DAY)
    log.file(DAY).write_text(text)
    return log.read(DAY)


def test_no_log():
    assert log.read(DAY) is None
    assert log.all() == ([], [])


def test_a_blank_log_says_nothing():
    opened()
    read = log.read(DAY)
    said = {name.partition(" (")[0]: "" for name in log.FIELDS}
    assert read == log.DayLog(DAY, said={**said, "Date": f"{DAY}"})


def test_what_the_record_says_is_not_what_the_learner_said(graded):
    graded("w1-hashing-hash-join", NOON, "right")
    opened()
    assert log.read(DAY).said["Python DSA"] == ""


def test_fields_run_to_the_next_field():
    read = written(
        "### Day 3\n\n- **Date:** Thursday\n- **Python DSA:** two\n  lines\n\n  - and a list\n"
        "- SQL (queries + EXPLAIN notes): 423 pages: all\n```sql\n# no heading\n```\n"
        "- labs: x\n- System Design (pattern, assumptions, tradeoffs): y\n- Note: of mine\n"
    )
    assert read.said == {
        "Date": "Thursday",
        "Python DSA": "two\n  lines\n\n  - and a list",
        "SQL": "423 pages: all\n```sql\n# no heading\n```",
        "Labs": "x",
        "System Design": "y\n- Note: of mine",
    }
    assert read.unread == []


def test_the_filled_in_example_of_the_book_reads():
    text = PAGE.read_text("utf-8").partition("## Filled in")[2].partition("What makes it useful")[0]
    read = written(text)
    assert list(read.said) == [name.partition(" (")[0] for name in log.FIELDS]
    assert all(read.said.values())
    assert read.unread == []
    assert read.designs == [Score("w1-error-budgets", 24, 36)]
    assert (len(read.fixes), read.hours) == (1, 7.5)


def test_counted_lines_any_number_of_them():
    read = written(
        "- Date: x\n#### Counted\n- Performance fix: 4,793 pages to 51: LATERAL\n- Performance fix:\n"
        "- Project insight: half the bytes\n- Release: v1.2\n- Release: v1.3\n"
        "- Design: w1-reporting-copy 16 of 24\n- design: W2 lake 10/24\n- Mock: mock-1: 23,5 of 32\n"
        "- Practice exam: saa-c03 52 of 65\n- Hours: 4\n- Hours: 3,5 h\n"
    )
    assert read.fixes == ["4,793 pages to 51: LATERAL"]
    assert read.insights == ["half the bytes"]
    assert read.releases == ["v1.2", "v1.3"]
    assert read.designs == [Score("w1-reporting-copy", 16, 24), Score("W2 lake", 10, 24)]
    assert read.mocks == [Score("mock-1", 23.5, 32)]
    assert read.exams == [Score("saa-c03", 52, 65)]
    assert read.hours == 7.5
    assert read.unread == []


@pytest.mark.parametrize(
    ("line", "advice"),
    [
        ("- Design: w1-reporting-copy", "write Design: w1-reporting-copy 16 of 24, for example"),
        ("- Design: w1-reporting-copy 25 of 24", "write Design"),
        ("- Mock: mock-1 0 of 0", "write Mock"),
        ("- Practice exam: 52 of 65", "write Practice exam"),
        ("- Hours: many", "write Hours: 7.5"),
        ("- Hours: 25", "write Hours"),
        ("- Houres: 8", "begin with Performance fix"),
        ("eight hours", "begin with Performance fix"),
    ],
)
def test_a_line_that_cannot_be_read_is_said_with_its_number_and_stays(line, advice):
    text = opened().replace("- Hours:", f"{line}\n- Hours: 8")
    read = written(text)
    number = text.splitlines().index(line) + 1
    (unread,) = read.unread
    assert unread.startswith(f"log/2026-12-02.md, line {number}: {line!r} is not counted; {advice}")
    assert (read.hours, read.designs, read.mocks, read.exams) == (8, [], [], [])
    assert unread in say("log").replace("\n", " ")
    assert log.file(DAY).read_text() == text


def test_all_logs_in_order_and_what_is_none():
    for day in (date(2026, 12, 3), DAY):
        log.open_day(day)
    folder = log.file(DAY).parent
    (folder / "2026-12-04.md").write_bytes(b"\xff")
    (folder / "20261205.md").write_text("no day in this form")
    (folder / "notes.md").write_text("mine")
    (folder / ".2026-12-06.md").write_text("an editor's")
    logs, unread = log.all()
    assert [one.date for one in logs] == [DAY, date(2026, 12, 3)]
    assert unread == [
        f"Not counted: {folder}/2026-12-04.md is no text in UTF-8: save it as such, then run again.",
        f"Not counted: {folder}/20261205.md is no log of a day.",
        f"Not counted: {folder}/notes.md is no log of a day.",
    ]


# The verb -----------------------------------------------------------------------------------------


def test_without_a_terminal_the_path_is_printed(home, monkeypatch):
    monkeypatch.setenv("EDITOR", "false")
    assert say("log").replace("\n", "") == f"New log of Wednesday 2 December 2026: {log.file(DAY)}"
    assert say("log").startswith("Your log of Wednesday 2 December 2026: ")
    assert "Thursday 3 December 2026" in say("log", "--day", "2026-12-03")


def test_the_editor_gets_the_file_and_what_it_left_is_read(tmp_path, monkeypatch):
    editor = tmp_path / "my editor.py"
    editor.write_text("import sys; open(sys.argv[-1], 'a').write('- Hours: many\\n')")
    monkeypatch.setenv("VISUAL", f"{sys.executable} '{editor}'")
    monkeypatch.setenv("EDITOR", "false")
    assert "'- Hours: many' is not counted" in say("log", "--edit").replace("\n", " ")
    assert "Hours: many" not in say("log", "--no-edit", "--day", "2026-12-03")


def test_an_editor_that_cannot_start_is_one_sentence(home, monkeypatch):
    assert say("log", "--edit", code=1).startswith("No editor is set: set EDITOR, or open ")
    monkeypatch.setenv("EDITOR", "no-such-editor --wait")
    assert say("log", "--edit", code=1).startswith("Could not start the editor 'no-such-editor --wait'")
    monkeypatch.setenv("EDITOR", "vi 'unclosed")
    assert say("log", "--edit", code=1).startswith("Could not start the editor")
    assert log.file(DAY).exists()


def test_a_bad_day_is_one_sentence(home):
    assert say("log", "--day", "2026-13-01", code=1).startswith("'2026-13-01' is no day.")
    assert say("log", "--day", "9999-12-31", code=1).startswith("9999-12-31 is not of this century.")
