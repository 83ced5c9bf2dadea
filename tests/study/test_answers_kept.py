"""make quiz keeps each answer at once: also when it is stopped, or killed, midway."""

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest
from typer.testing import CliRunner

from seniorde.cli import app
from seniorde.questions import quiz
from seniorde.study import answers, clock

EXAM = ("saa-c03", "--count", "3", "--seed", "1")


@pytest.fixture(autouse=True)
def _home(home):
    pass


def play(*words: str, given: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["quiz", *EXAM, *words], input=given)
    assert done.exit_code == code, done.output
    return done.output


def kept() -> list[answers.Answered]:
    found, damaged = answers.JOURNAL.read()
    assert not damaged
    return found


def test_every_answer_with_its_round():
    first, second, third = quiz("saa-c03", count=3, seed=1).questions
    other = next(letter for letter in "AB" if letter != second.answer)
    play(given=f"{first.answer}\n{other}\n\n")
    found = kept()
    assert [(one.question, one.chosen, one.right) for one in found] == [
        (first.id, first.answer, True),
        (second.id, other, False),
        (third.id, "", False),
    ]
    assert {(one.exam, one.timed, one.of) for one in found} == {("saa-c03", False, 3)}
    assert (found[0].domain, found[0].objective) == (first.domain, first.objective)
    assert len({one.round for one in found}) == 1
    assert all(clock.moment(one.time) for one in found)


def test_each_round_has_an_id_of_its_own():
    for _ in range(2):
        play(given="\n\n\n")
    assert len({one.round for one in kept()}) == 2


def test_against_the_clock_is_said():
    play("--exam", given="\n\n\n")
    assert [one.timed for one in kept()] == [True] * 3


def test_stopped_midway_what_was_answered_is_kept():
    play(given="\n\n", code=130)
    assert [(one.chosen, one.of) for one in kept()] == [("", 3)] * 2


def test_killed_midway_what_was_answered_is_kept():
    master, slave = pty.openpty()
    command = [sys.executable, "-c", "from seniorde.cli import main; main()", "quiz", *EXAM, "--exam"]
    process = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True)
    os.close(slave)
    read_until(master, "Question 1 of 3", "Enter skips): ")
    os.write(master, b"\n")
    read_until(master, "Question 2 of 3", "Enter skips): ")
    process.send_signal(signal.SIGKILL)
    process.wait(20)
    os.close(master)
    assert len(kept()) == 1


def read_until(master: int, *words: str) -> None:
    seen, ends = "", time.monotonic() + 30
    while not all(word in seen for word in words):
        assert time.monotonic() < ends, seen
        seen += os.read(master, 4096).decode("utf-8", "replace")


def test_a_full_disk_is_one_sentence(monkeypatch):
    from seniorde import grading

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(grading.journal.os, "fsync", full)
        assert "The disk is full: could not write the answers." in play(given="\n\n\n", code=1)
    assert kept() == []


@pytest.mark.parametrize(
    "damage",
    [
        {"of": 0}, {"of": float("inf")}, {"of": "3"}, {"right": "yes"}, {"right": 1}, {"timed": None},
        {"time": "2026-03-02T12:00:00"}, {"time": "9999-12-31T23:00:00+00:00"},
        {"question": None}, {"question": []}, {"round": []}, {"round": True}, {"exam": None}, {"exam": []},
    ],
)  # fmt: skip
def test_a_line_that_is_no_answer_is_set_aside(damage):
    play(given="\n\n\n")
    path = answers.JOURNAL.path
    line = {**json.loads(path.read_text().splitlines()[0]), **damage}
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
    found, damaged = answers.JOURNAL.read()
    assert (len(found), damaged) == (3, 1)


def test_what_a_later_edition_adds_is_not_read_and_stays():
    play(given="\n\n\n")
    path = answers.JOURNAL.path
    line = json.dumps(json.loads(path.read_text().splitlines()[0]) | {"seconds": 12}) + "\n"
    with path.open("a") as file:
        file.write(line)
    assert len(kept()) == 4
    assert path.read_text().endswith(line)
