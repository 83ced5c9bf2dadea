"""What comes back and when: 48 hours, a week, then FSRS; by local days, replayed from the plain files."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fsrs
import pytest

from seniorde.grading import Entry, entries
from seniorde.grading.record import append
from seniorde.study import answers, cards, mistakes
from seniorde.study.answers import Answered
from seniorde.study.mistakes import Mistake, Recalled

ONE = "w1-hashing-first-repeat"


def at(day: int, hour: int = 12) -> str:
    """A time of March 2026, in UTC."""
    return datetime(2026, 3, day, hour, tzinfo=UTC).isoformat(timespec="seconds")


@pytest.fixture(autouse=True)
def _utc(home, zone):
    zone("UTC")


def only() -> cards.Card:
    (card,) = cards.cards()
    return card


def test_nothing_missed_nothing_due(home):
    assert cards.cards() == []


@pytest.mark.parametrize("verdict", ["wrong", "partly", "error", "timeout", "memory", "killed"])
def test_a_miss_comes_back_after_48_hours(graded, verdict):
    graded(ONE, at(2), verdict)
    card = only()
    assert (card.kind, card.id, card.misses, card.day) == ("problem", ONE, 1, date(2026, 3, 4))
    assert card.due == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert (card.state, card.open) == ("Learning", True)


@pytest.mark.parametrize("verdict", ["blank", "missing", "refused", "right", "of a later edition"])
def test_what_is_no_miss_makes_no_card(graded, verdict):
    graded(ONE, at(2), verdict)
    assert cards.cards() == []


def test_projects_tests_and_rubric_are_no_problems_to_repeat(graded):
    graded("w1-project/schema_is_made", at(2), "wrong", "project")
    graded("w1-rubric/readme", at(2), "partly", "rubric")
    assert cards.cards() == []
    assert mistakes.all() == ([], 0)


def test_right_in_time_is_due_after_a_week_and_then_by_fsrs(graded):
    graded(ONE, at(2))
    graded(ONE, at(4), "right", "review-2026-03-04")
    assert (only().day, only().open) == (date(2026, 3, 11), True)
    graded(ONE, at(11), "right", "review-2026-03-11")
    after = by_fsrs((2, "Again"), (4, "Good"), (11, "Good"))
    assert after.due - after.last_review > timedelta(days=7)
    assert only().due == after.due
    assert (only().state, only().open) == ("Review", False)


def test_wrong_after_a_week_is_due_after_48_hours_again(graded):
    graded(ONE, at(2))
    graded(ONE, at(4), "right", "review-2026-03-04")
    graded(ONE, at(11), "wrong", "review-2026-03-11")
    assert (only().misses, only().day) == (2, date(2026, 3, 13))


def test_forgotten_after_fsrs_is_learnt_again_by_48_hours_and_a_week(graded):
    graded(ONE, at(1))
    graded(ONE, at(3), "right", "review-2026-03-03")
    graded(ONE, at(10), "right", "review-2026-03-10")
    graded(ONE, at(24), "wrong", "review-2026-03-24")
    assert (only().state, only().open, only().day) == ("Relearning", True, date(2026, 3, 26))
    graded(ONE, at(26), "right", "review-2026-03-26")
    assert only().due == datetime(2026, 4, 2, 12, tzinfo=UTC)


def by_fsrs(*reviews: tuple[int, str]) -> fsrs.Card:
    """The same from the package itself."""
    steps = (timedelta(hours=48), timedelta(days=7))
    scheduler = fsrs.Scheduler(learning_steps=steps, relearning_steps=steps, enable_fuzzing=False)
    card = fsrs.Card(card_id=1)
    for day, rating in reviews:
        card, _ = scheduler.review_card(card, fsrs.Rating[rating], datetime.fromisoformat(at(day)))
    return card


def test_mended_in_the_evening_is_practice(graded):
    graded(ONE, at(2, 9))
    graded(ONE, at(2, 20), "right")
    graded(ONE, at(3, 20), "right", "another")
    assert (only().day, only().misses) == (date(2026, 3, 4), 1)


def test_several_misses_of_a_day_count_once_from_the_last(graded):
    for hour in (9, 11):
        graded(ONE, at(2, hour))
    graded(ONE, at(2, 12), "right")
    graded(ONE, at(2, 15), "partly")
    assert (only().misses, only().due) == (1, datetime(2026, 3, 4, 15, tzinfo=UTC))
    assert only().memory.stability == by_fsrs((2, "Again")).stability


def test_several_misses_on_the_day_it_is_due_count_once_too(graded):
    graded(ONE, at(2))
    for hour, verdict in ((9, "wrong"), (10, "right"), (12, "wrong")):
        graded(ONE, at(4, hour), verdict, "review-2026-03-04")
    assert (only().misses, only().day) == (2, date(2026, 3, 6))
    assert only().memory.stability == by_fsrs((2, "Again"), (4, "Again")).stability


def test_early_on_the_due_day_is_in_time(graded):
    graded(ONE, at(2, 23))
    graded(ONE, at(4, 1), "right", "review-2026-03-04")
    assert only().day == date(2026, 3, 11)


def test_an_old_right_answer_submitted_again_is_no_review(graded):
    graded(ONE, at(2, 9))
    graded(ONE, at(2, 20), "right")
    graded(ONE, at(5), "right")  # the whole week again, this problem as it was
    assert only().day == date(2026, 3, 4)
    graded(ONE, at(5, 13), "right", "review-2026-03-05")
    assert only().day == date(2026, 3, 12)
    graded(ONE, at(12), "right", "review-2026-03-05")
    assert only().day == date(2026, 3, 12)


def test_an_old_wrong_answer_submitted_again_is_no_miss_once_it_is_made_good(graded):
    graded(ONE, at(2))
    graded(ONE, at(5), "right", "review-2026-03-05")
    graded(ONE, at(6))  # still as it was in the week's notebook
    assert (only().misses, only().day) == (1, date(2026, 3, 12))


def test_the_week_submitted_every_day_with_the_same_wrong_answer_is_one_miss(graded):
    for number in range(1, 8):
        graded(ONE, at(number))
    assert (only().misses, only().day) == (1, date(2026, 3, 3))
    graded(ONE, at(8), "partly")
    assert (only().misses, only().day) == (2, date(2026, 3, 10))


def test_another_wrong_answer_is_another_miss_where_the_texts_are_kept(home):
    for number, text in ((2, "return 1"), (3, "return 1"), (4, "return 2")):
        folder = home / "attempts" / "week-01" / f"a{number}" / "submitted"
        folder.mkdir(parents=True)
        cells = [{"id": f"{ONE}-solution", "source": ["def f():\n", text]}]
        (folder / "dsa-hashing.ipynb").write_text(json.dumps({"cells": cells}))
        append([Entry(at(number), f"a{number}", 1, "dsa-hashing", None, ONE, 0.0, 2.0, "wrong")])
    assert (only().misses, only().day) == (2, date(2026, 3, 6))


def test_the_order_of_the_lines_does_not_matter(graded):
    graded(ONE, at(4), "right", "review-2026-03-04")
    graded(ONE, at(2))
    assert only().day == date(2026, 3, 11)


def test_as_it_was_on_a_day(graded):
    graded(ONE, at(2))
    graded(ONE, at(4), "right", "review-2026-03-04")
    assert cards.on(date(2026, 3, 1)) == []
    assert [card.day for card in cards.on(date(2026, 3, 3))] == [date(2026, 3, 4)]
    assert [card.day for card in cards.on(date(2026, 3, 4))] == [date(2026, 3, 11)]


def test_most_overdue_first(graded):
    graded("w1-hashing-hash-join", at(3))
    graded("w1-hashing-same-content", at(2))
    for day, verdict in ((1, "wrong"), (3, "partly")):
        graded("w1-hashing-longest-run", at(day), verdict)
    assert [card.id.removeprefix("w1-hashing-") for card in cards.cards()] == [
        "same-content",
        "longest-run",
        "hash-join",
    ]


@pytest.mark.parametrize(
    ("name", "missed", "due"),
    [
        ("Europe/Berlin", "2026-03-28T22:30:00+00:00", date(2026, 3, 30)),  # Sat 23:30; 48 h is Tue 00:30
        ("Europe/Berlin", "2026-10-23T22:30:00+00:00", date(2026, 10, 26)),  # Sat 00:30; 48 h is Sun 23:30
        ("America/New_York", "2026-03-08T04:30:00+00:00", date(2026, 3, 9)),  # Sat 23:30; 48 h is Tue 00:30
        ("America/New_York", "2026-10-31T04:30:00+00:00", date(2026, 11, 2)),  # Sat 00:30; 48 h is Sun 23:30
        ("Pacific/Kiritimati", "2026-03-01T10:30:00+00:00", date(2026, 3, 4)),
    ],
)
def test_due_counts_local_days_also_where_the_clock_is_changed(graded, zone, name, missed, due):
    zone(name)
    graded(ONE, missed)
    assert only().day == due
    before, on_it = (
        datetime.combine(day, datetime.min.time()).astimezone().astimezone(UTC) + timedelta(hours=12)
        for day in (due - timedelta(days=1), due)
    )
    graded(ONE, before.isoformat(), "right", "early")
    assert only().day == due, "practice"
    graded(ONE, on_it.isoformat(), "right", "review")
    assert only().day == due + timedelta(days=7)


def answered(question: str, time: str, right: bool, round: str) -> Answered:
    return Answered(time, round, "saa-c03", "d", "o", question, "A" if right else "", right, False, 5)


def test_questions_come_back_by_the_same_rules(home):
    answers.JOURNAL.append(
        [
            answered("saa-one", at(2), False, "a"),
            answered("saa-two", at(2), True, "a"),
            answered("saa-one", at(3), True, "b"),
        ]
    )
    assert (only().kind, only().id, only().day) == ("question", "saa-one", date(2026, 3, 4))
    answers.JOURNAL.append([answered("saa-one", at(4), True, "c")])
    assert only().day == date(2026, 3, 11)


def test_mistakes_by_hand_come_back_as_the_learner_knows_them(home):
    mistakes.JOURNAL.append([Mistake("m", at(2), "a tab", "never looked")])
    assert (only().kind, only().id, only().day) == ("mistake", "m", date(2026, 3, 4))
    mistakes.RECALLED.append([Recalled(at(4), "m", True), Recalled(at(4), "lost", False)])
    assert only().day == date(2026, 3, 11)
    mistakes.RECALLED.append([Recalled(at(11), "m", False)])
    assert (only().day, only().misses) == (date(2026, 3, 13), 2)


def test_a_cause_written_down_later_moves_no_card_and_without_a_card_makes_one(graded):
    graded(ONE, at(2))
    other = "w1-hashing-hash-join"
    mistakes.JOURNAL.append([Mistake("a", at(3), "x", "y", ONE), Mistake("b", at(3), "x", "y", other)])
    assert [(card.id, card.day) for card in cards.cards()] == [
        (ONE, date(2026, 3, 4)),
        (other, date(2026, 3, 5)),
    ]


def test_the_record_of_an_older_edition_still_replays(home):
    """The lines as the first edition wrote them."""
    line = {
        "time": at(2), "attempt": "2026-03-02T120000Z-x", "week": 1, "notebook": "dsa-hashing",
        "edition": None,
        "problem": "w1-hashing-retired-long-ago", "points": 0.0, "max_points": 2.0, "verdict": "wrong",
    }  # fmt: skip
    home.mkdir()
    (home / "record.jsonl").write_text(json.dumps(line) + "\n")
    assert (only().id, only().day) == ("w1-hashing-retired-long-ago", date(2026, 3, 4))


def test_damage_is_said_once_and_the_rest_replays(graded, home):
    graded(ONE, at(2))
    for name in ("record", "answers", "mistakes", "recalled"):
        with (home / f"{name}.jsonl").open("a") as file:
            file.write('{"time": "2026-0')
    bad = {**entries()[0][0].__dict__, "time": "yesterday"}
    with (home / "record.jsonl").open("a") as file:
        file.write(json.dumps(bad) + "\n" + json.dumps({**bad, "time": "2026-03-02T12:00:00"}) + "\n")
    assert cards.damaged() == [
        "2 damaged line(s) of record.jsonl were set aside in record.damaged.jsonl.",
        *(
            f"1 damaged line(s) of {name}.jsonl were set aside in {name}.damaged.jsonl."
            for name in ("answers", "mistakes", "recalled")
        ),
    ]
    assert cards.damaged() == []
    assert only().day == date(2026, 3, 4)


def test_the_page_says_after_how_many_days_fsrs_asks_again(graded):
    page = (Path(__file__).parents[2] / "book" / "start" / "how-to-use.md").read_text("utf-8")
    graded(ONE, "2026-03-02T12:00:00+00:00")
    waits = []
    for _ in range(5):
        due = only().day
        waits.append((due - only().memory.last_review.date()).days)
        graded(ONE, f"{due}T12:00:00+00:00", "right", f"review-{due}")
    assert waits[:2] == [2, 7]
    assert "some {} days, then {}, then {}".format(*waits[2:]) in page
