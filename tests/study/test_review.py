"""make review: the very cells of the missed problems, blank, in one notebook, graded like any other."""

import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from seniorde import grading
from seniorde.cli import app
from seniorde.grading import GradingError, attempt
from seniorde.problems import load
from seniorde.questions import exams
from seniorde.questions import load as banks
from seniorde.study import answers, cards, mistakes, review
from seniorde.study.answers import Answered
from seniorde.study.mistakes import Mistake

MISSED = "2026-03-02T12:00:00+00:00"
DAY = date(2026, 3, 4)
HASHING = [
    f"w1-hashing-{name}"
    for name in (
        "first-repeat", "table-difference", "current-state", "hash-join", "cancelling-entries",
        "same-content", "longest-run", "net-zero-stretch", "probe-table", "count-min",
    )
]  # fmt: skip
PARTITIONING, CLUSTERING = "w3-partitioning-march-in-new-york", "w3-clustering-landed-that-day"


@pytest.fixture(autouse=True)
def _today(book, zone, monkeypatch):
    zone("UTC")
    monkeypatch.setenv("SENIORDE_TODAY", f"{DAY}")


def laid(*missed: str, graded, day: date = DAY) -> review.Review:
    for hour, problem in enumerate(missed):
        graded(problem, f"2026-03-02T{hour:02}:00:00+00:00")
    return review.lay_out(day, [next(card for card in review.cards() if card.id == id) for id in missed])


def say(*words: str, code: int = 0, **more) -> str:
    done = CliRunner().invoke(app, [*words], **more)
    assert done.exit_code == code, done.output
    return done.output


def cells(path: Path, problem: str) -> list:
    """The cells of a problem, as a learner's notebook or the book's holds them."""
    parts = ("-statement", "-solution", "", "-question", "-words")
    every = {cell.id: cell for cell in nbformat.read(path, as_version=4).cells}
    return [every[f"{problem}{part}"] for part in parts]


def test_the_very_cells_blank_again_in_a_valid_notebook(book, graded):
    path = laid(HASHING[1], PARTITIONING, graded=graded).path
    assert path == book / "work" / "review" / "review-2026-03-04.ipynb"
    nbformat.validate(nbformat.read(path, as_version=4))
    week = book / "exercises"
    assert cells(path, HASHING[1]) == cells(week / "week-01" / "dsa-hashing.ipynb", HASHING[1])
    assert cells(path, PARTITIONING) == cells(week / "week-03" / "sql-partitioning.ipynb", PARTITIONING)
    assert (grading.course.reviews() / path.name).read_bytes() == path.read_bytes()


def test_the_first_cell_says_what_why_and_how_long(graded):
    graded(HASHING[0], "2026-02-20T12:00:00+00:00", "partly")
    path = laid(HASHING[0], PARTITIONING, graded=graded).path
    opening, *others = nbformat.read(path, as_version=4).cells
    one, other = load(HASHING[0]), load(PARTITIONING)
    assert opening.source.startswith("# Review of Wednesday 4 March 2026\n")
    anchor = one.title.replace(" ", "-")
    assert f"| [{one.title}](#{anchor}) | 1 | Mon 2 Mar | 2 | {one.minutes} |" in opening.source
    assert f"](#March-as-New-York-counts-it) | 3 | Mon 2 Mar | 1 | {other.minutes} |" in opening.source
    assert f"| Together | | | | {one.minutes + other.minutes} |" in opening.source
    headings = [cell.source.partition("\n")[0] for cell in others]
    assert f"## {one.title}" in headings and f"## {other.title}" in headings


def test_each_set_up_stands_once_right_before_the_problems_that_need_it(graded):
    """`postgres` is another database in each of these notebooks."""
    since = "w3-partitioning-since-the-storm"
    path = laid(PARTITIONING, CLUSTERING, HASHING[0], since, graded=graded).path
    ids = [cell.id for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert ids == [
        "w3-partitioning-connection",
        *(f"{PARTITIONING}-solution", PARTITIONING, f"{since}-solution", since),
        "w3-clustering-connection",
        *(f"{CLUSTERING}-solution", CLUSTERING),
        *(f"{HASHING[0]}-solution", HASHING[0]),
    ]


def test_at_most_eight_problems_and_ninety_minutes_but_always_one(graded):
    hard = laid(*HASHING, graded=graded)
    assert [item.card.id for item in hard.items] == HASHING[:5]
    assert hard.minutes <= 90 < hard.minutes + hard.later[0].problem.minutes
    assert [item.card.id for item in hard.later] == HASHING[5:]


def test_at_most_eight_problems(graded, monkeypatch):
    monkeypatch.setattr(review, "MINUTES", 1000)
    found = laid(*HASHING, graded=graded)
    assert [item.card.id for item in found.items] == HASHING[:8]
    monkeypatch.setattr(review, "MINUTES", 1)
    assert len(laid(*HASHING, graded=graded, day=DAY + timedelta(days=1)).items) == 1


def test_the_most_overdue_come_first(graded):
    graded(HASHING[4], "2026-02-01T12:00:00+00:00")
    graded(HASHING[0], MISSED)
    graded(HASHING[6], "2026-02-20T12:00:00+00:00")
    say("review")
    rows = nbformat.read("work/review/review-2026-03-04.ipynb", as_version=4).cells[0].source
    titles = [load(HASHING[number]).title for number in (4, 6, 0)]
    assert sorted(titles, key=rows.index) == titles


def test_a_second_review_of_the_day_keeps_the_learners_file_and_says_so(graded):
    graded(HASHING[0], MISSED)
    assert "Your review: work/review/review-2026-03-04.ipynb" in say("review")
    mine = Path("work/review/review-2026-03-04.ipynb")
    mine.write_text("my own words")
    graded(HASHING[1], MISSED)
    said = say("review")
    assert "stays as it is: work/review/review-2026-03-04.ipynb" in said
    assert mine.read_text() == "my own words"


def test_what_waits_in_an_earlier_review_is_named_and_not_laid_twice(graded, monkeypatch):
    graded(HASHING[0], MISSED)
    graded(HASHING[1], MISSED)
    say("review")
    graded(HASHING[0], "2026-03-04T12:00:00+00:00", "right", "review-2026-03-04")
    graded(HASHING[2], "2026-03-03T12:00:00+00:00")
    monkeypatch.setenv("SENIORDE_TODAY", "2026-03-05")
    said = say("review")
    assert f"Not answered yet in work/review/review-2026-03-04.ipynb: {HASHING[1]}." in said
    assert "make submit ONLY=review-2026-03-04" in said
    today = Path("work/review/review-2026-03-05.ipynb")
    assert cells(today, HASHING[2])
    assert HASHING[1] not in today.read_text("utf-8")
    graded(HASHING[1], "2026-03-05T12:00:00+00:00", "wrong", "review-2026-03-04")
    monkeypatch.setenv("SENIORDE_TODAY", "2026-03-07")
    said = say("review")
    assert "review-2026-03-04" not in said
    assert f"review-2026-03-05.ipynb: {HASHING[2]}." in said
    assert cells(Path("work/review/review-2026-03-07.ipynb"), HASHING[1])


def test_all_that_is_due_waits_in_an_earlier_review(graded, monkeypatch):
    graded(HASHING[0], MISSED)
    say("review")
    monkeypatch.setenv("SENIORDE_TODAY", "2026-03-05")
    assert "Not answered yet in work/review/review-2026-03-04.ipynb" in say("review")
    assert [path.name for path in Path("work/review").iterdir()] == ["review-2026-03-04.ipynb"]
    Path("work/review/review-2026-03-04.ipynb").write_text("my own words")
    assert "Your review: work/review/review-2026-03-05.ipynb" in say("review")


def test_a_problem_that_left_the_book_is_said_and_skipped(graded):
    graded("w1-hashing-retired", MISSED)
    graded(HASHING[0], MISSED)
    said = say("review")
    assert "w1-hashing-retired is no longer in the book: skipped." in said
    assert "Your review: " in said
    graded("w1-hashing-retired", MISSED)


def test_only_problems_that_left_the_book_make_no_notebook(graded):
    graded("w1-hashing-retired", MISSED)
    assert "w1-hashing-retired is no longer in the book: skipped." in say("review")
    assert not Path("work").exists()


def test_nothing_due(graded):
    assert say("review") == "Nothing to review: nothing was missed so far.\n"
    graded(HASHING[0], "2026-03-03T12:00:00+00:00")
    graded(HASHING[1], "2026-03-03T12:00:00+00:00")
    expected = "Nothing is due today. The next review is on Thursday 5 March 2026: 2 to repeat.\n"
    assert say("review") == expected
    assert not Path("work").exists()


def test_a_damaged_line_is_reported(graded, home):
    graded(HASHING[0], MISSED)
    with (home / "record.jsonl").open("a") as file:
        file.write("{")
    assert "1 damaged line(s) of record.jsonl were set aside" in say("review")


def test_a_full_disk_leaves_no_half_notebook(graded, monkeypatch):
    graded(HASHING[0], MISSED)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(grading.journal.os, "fsync", full)
    assert "The disk is full: could not write" in say("review", code=1)
    assert not list(Path("work/review").glob("*"))


def test_a_bad_day_is_one_sentence(monkeypatch):
    monkeypatch.setenv("SENIORDE_TODAY", "soon")
    assert say("review", code=1).startswith("'soon' is no day.")
    monkeypatch.setenv("SENIORDE_TODAY", "9999-12-31")
    assert say("review", code=1).startswith("9999-12-31 is not of this century.")


KILLED = """
import os, signal
from seniorde.grading import journal
real, left = os.fsync, [{calls}]
def fsync(handle):
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    real(handle)
journal.os.fsync = fsync
from seniorde.cli import main
import sys
sys.argv = ["seniorde", "review"]
main()
"""


@pytest.mark.parametrize("calls", [0, 1])
def test_killed_while_writing_leaves_no_half_notebook_and_the_next_one_is_whole(graded, calls):
    graded(HASHING[0], MISSED)
    killed = subprocess.run([sys.executable, "-c", KILLED.format(calls=calls)])
    assert killed.returncode == -signal.SIGKILL
    assert not list(Path("work/review").glob("review-*"))
    say("review")
    nbformat.validate(nbformat.read("work/review/review-2026-03-04.ipynb", as_version=4))


def test_two_at_once_lay_out_one(graded):
    graded(HASHING[0], MISSED)
    command = [sys.executable, "-c", "from seniorde.cli import main; main()", "review"]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) for _ in range(2)]
    said = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sum("Your review: " in one for one in said) == 1
    assert sum("stays as it is" in one for one in said) == 1
    assert [path.name for path in Path("work/review").iterdir()] == ["review-2026-03-04.ipynb"]


# Questions and mistakes ---------------------------------------------------------------------------


def wrong(question, time: str = MISSED) -> Answered:
    return Answered(
        time, "r", "saa-c03", question.domain, question.objective, question.id, "", False, True, 65
    )


@pytest.fixture
def asked(monkeypatch):
    """Two questions of the book and a mistake are due."""
    from seniorde.questions import finder

    monkeypatch.setattr(finder, "ROOT", Path(finder.__file__).parents[3])
    every = banks("saa-c03")[0].questions
    gone = Answered(MISSED, "r", "saa-c03", "d", "o", "saa-retired", "", False, True, 65)
    answers.JOURNAL.append([wrong(every[0]), wrong(every[1]), gone])
    mistakes.JOURNAL.append([Mistake("m", MISSED, "COPY stopped at a tab.", "Never looked.", None, "od -c")])
    return every[:2]


def test_without_a_terminal_questions_and_mistakes_are_listed(asked):
    said = say("review")
    assert "Due on Wednesday 4 March 2026: 3 questions, 1 mistake" in said
    assert "saa-retired is no longer in the book: skipped." in said
    assert all(question.id in said for question in asked)
    assert "COPY stopped at a tab." in said and "Never looked." not in said
    assert len(answers.JOURNAL.read()[0]) == 3


def test_asked_the_answers_are_kept_and_move_the_cards(asked, home, monkeypatch):
    first, second = sorted(asked, key=lambda question: question.id)
    said = say("review", "--ask", input=f"{first.answer}\n\n\nperhaps\ny\n")
    assert "1 of 2 right" in said
    assert said.index("COPY stopped at a tab.") < said.index("Cause: Never looked.") < said.index("Did you")
    assert "Next time: od -c" in said
    kept = answers.JOURNAL.read()[0][3:]
    assert [(one.question, one.right, one.exam, one.of) for one in kept] == [
        (first.id, True, "saa-c03", 2),
        (second.id, False, "saa-c03", 2),
    ]
    assert len({one.round for one in kept}) == 1
    assert [(one.mistake, one.knew) for one in mistakes.RECALLED.read()[0]] == [("m", True)]


def test_the_end_of_the_input_keeps_what_was_answered(asked):
    said = say("review", "--ask", input="\n")
    assert "after 1 of 2 questions" in said and "COPY" not in said
    assert len(answers.JOURNAL.read()[0]) == 4
    said = say("review", "--ask", input="\n\n\n")
    assert "Stopped after 0 of 1 mistakes" in said
    assert mistakes.RECALLED.read()[0] == []


def test_at_most_twenty_questions(home):
    every = [question for exam in exams() for bank in banks(exam) for question in bank.questions][:23]
    answers.JOURNAL.append([wrong(question) for question in every])
    found, later, gone = review.questions(review.cards())
    assert (len(found), later, gone) == (20, 3, [])


# Grading ------------------------------------------------------------------------------------------

RIGHT = """\
def first_repeat(ids):
    seen = set()
    for id in ids:
        if id in seen:
            return id
        seen.add(id)
"""
WRONG = "def first_repeat(ids):\n    return ids[0]\n"


def answer(path: Path, text: str) -> None:
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.id == f"{HASHING[0]}-solution").source = text
    nbformat.write(notebook, path)


def only(path: Path, problem: str) -> None:
    """Leave one problem in a notebook of exercises."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = cells(path, problem)
    nbformat.write(notebook, path)


def on_day(number: int, monkeypatch) -> None:
    """Day 0 is 2 March 2026, at noon."""
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=number)

    class Fixed(datetime):
        @classmethod
        def now(cls, tz=None):
            return moment.astimezone(tz)

    monkeypatch.setattr(attempt, "datetime", Fixed)
    monkeypatch.setenv("SENIORDE_TODAY", f"{moment.date()}")


def last_entry():
    return grading.entries()[0][-1]


def test_there_is_nothing_to_submit_yet():
    with pytest.raises(GradingError, match=r"No review is laid out yet\. Run: make review"):
        grading.submit(1, "review")


@pytest.mark.slow
def test_from_a_miss_to_fsrs_and_back(book, home, graded, monkeypatch):
    """Wrong on day 0, due on day 2, blank; right: after a week; right: by FSRS; wrong: after 48 hours."""
    only(book / "exercises" / "week-01" / "dsa-hashing.ipynb", HASHING[0])
    on_day(0, monkeypatch)
    desk = grading.start(1).folder
    answer(desk / "dsa-hashing.ipynb", WRONG)
    grading.submit(1, "dsa-hashing")
    on_day(1, monkeypatch)
    assert say("review").startswith("Nothing is due today. The next review is on Wednesday 4 March 2026")

    on_day(2, monkeypatch)
    say("review")
    mine = book / "work" / "review" / "review-2026-03-04.ipynb"
    assert cells(mine, HASHING[0])[1].source.endswith("...")
    answer(mine, RIGHT)
    done = grading.submit(7, "review")  # whatever the week
    assert [(row.problem, row.verdict) for row in done.notebooks[0].rows] == [(HASHING[0], "right")]
    entry = last_entry()
    assert (entry.week, entry.notebook, entry.problem) == (1, "review-2026-03-04", HASHING[0])
    assert done.folder.parent == home.resolve() / "attempts" / "review"
    assert (done.folder / "submitted" / mine.name).read_bytes() == mine.read_bytes()
    assert done.notebooks[0].feedback.exists()
    (card,) = cards.cards()
    assert card.day == date(2026, 3, 11)

    on_day(9, monkeypatch)
    assert "Your review: work/review/review-2026-03-11.ipynb" in say("review")
    graded(HASHING[0], "2026-03-11T12:00:00+00:00", "right", "review-2026-03-11")
    scheduler = cards.SCHEDULER
    expected = cards.fsrs.Card(card_id=1)
    for number, rating in ((0, "Again"), (2, "Good"), (9, "Good")):
        moment = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=number)
        expected, _ = scheduler.review_card(expected, cards.fsrs.Rating[rating], moment)
    (card,) = cards.cards()
    assert (card.due, card.state) == (expected.due, "Review")
    wait = (card.day - date(2026, 3, 2)).days

    on_day(wait - 1, monkeypatch)
    assert say("review").startswith("Nothing is due today.")
    on_day(wait, monkeypatch)
    say("review")
    answer(book / "work" / "review" / f"review-{card.day}.ipynb", WRONG)
    say("submit", "1", "--only", f"review-{card.day}.ipynb")
    assert last_entry().verdict == "wrong"
    (card,) = cards.cards()
    assert (card.misses, card.state) == (2, "Relearning")
    assert card.day == date(2026, 3, 2) + timedelta(days=wait + 2)


@pytest.mark.slow
def test_the_book_goes_on_while_a_review_lies_on_the_desk(book, graded, monkeypatch):
    """One of its problems leaves the book, the other moves to another notebook."""
    monkeypatch.setenv("COLUMNS", "200")
    mine = laid(HASHING[0], HASHING[1], graded=graded).path
    answer(mine, RIGHT)
    source = book / "exercises" / "week-01" / "dsa-hashing.ipynb"
    notebook = nbformat.read(source, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not cell.id.startswith(HASHING[1])]
    nbformat.write(notebook, source.with_name("dsa-hashing-again.ipynb"))
    source.unlink()
    said = say("submit", "1", "--only", "review")
    assert "no longer in the book: not graded, earlier points stay" in said
    assert [(one.problem, one.verdict) for one in grading.entries()[0][2:]] == [(HASHING[0], "right")]


def test_which_review_is_graded_also_without_the_copy_handed_out(book):
    folder = book / "work" / "review"
    folder.mkdir(parents=True)
    for name in ("review-2026-03-04", "review-2026-03-11", "review-2026-03-11-Copy1", "review-notes"):
        (folder / f"{name}.ipynb").write_text("")
    done = grading.submit(1, "review")
    assert [graded.name for graded in done.notebooks] == ["review-2026-03-11"]
    assert done.notebooks[0].sentence == "The file is empty."
    assert [graded.name for graded in grading.submit(1, "review-2026-03-04").notebooks] == [
        "review-2026-03-04"
    ]
    with pytest.raises(
        GradingError, match=r"There is no review-2026-03-05 in .* The newest is review-2026-03-11"
    ):
        grading.submit(1, "review-2026-03-05")
