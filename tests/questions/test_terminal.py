"""Rounds in the terminal: by key, piped, stopped, against the clock."""

import io
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from seniorde.cli import app
from seniorde.questions import finder, quiz
from seniorde.questions.terminal import play

SAMPLE = Path(__file__).parent / "sample"
FILES = ("toy-101", "--domain", "Files", "--seed", "0")  # toy-small-files, then toy-file-format
CALL = """
from pathlib import Path
from seniorde.cli import app
from seniorde.questions import finder
finder.ROOT = Path({root!r})
app(["quiz", "toy-101"])
"""


@pytest.fixture(autouse=True)
def _sample(monkeypatch):
    monkeypatch.setattr(finder, "ROOT", SAMPLE)
    monkeypatch.setenv("COLUMNS", "90")


def seniorde(*arguments: str, answers: str = "") -> tuple[int, str]:
    done = CliRunner().invoke(app, ["quiz", *arguments], input=answers)
    return done.exit_code, done.output


def test_piped_answers_are_echoed_explained_and_scored():
    code, out = seniorde(*FILES, answers="a\nC\n")
    assert code == 0
    assert "Question 1 of 2" in out and "Question 2 of 2" in out
    assert out.count("Right: ") == 2 and "Not right" not in out
    assert out.count("Elsewhere: ") == 6
    assert "2 of 2 right (100%)" in out and "2.1 Lay out files" in out
    assert "book/toy.md#Files-names--sizes" in out


def test_an_answer_that_cannot_be_read_is_asked_again():
    code, out = seniorde(*FILES, answers="E\nAB\na\n\n")
    assert code == 0
    assert out.count("is not an answer here") == 2
    assert "you chose nothing, the answer is C" in out
    assert "1 of 2 right (50%)" in out


@pytest.mark.parametrize(("answers", "told"), [("", "after 0 of 5"), ("\n\n", "after 2 of 5")])
def test_the_end_of_the_input_ends_the_round_with_the_score_so_far(answers, told):
    code, out = seniorde("toy-101", answers=answers)
    assert code == 130
    assert f"The input ended {told} questions." in out
    assert ("0 of 2 right" in out) is bool(answers)
    assert "Traceback" not in out


def test_the_seed_decides_what_is_drawn():
    outputs = {seed: seniorde("toy-101", "--count", "2", "--seed", str(seed))[1] for seed in range(6)}
    assert len(set(outputs.values())) > 2
    assert seniorde("toy-101", "--count", "2", "--seed", "3")[1] == outputs[3]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["toy-102"], "There is no question bank 'toy-102': did you mean 'toy-101'?"),
        (["toy-101", "--domain", "File"], "toy-101 has no domain 'File': did you mean 'Files'?"),
        (["toy-101", "--count", "0"], "0 questions cannot be drawn: ask for one or more."),
    ],
)
def test_a_mistake_is_one_sentence(arguments, sentence):
    code, out = seniorde(*arguments)
    assert code == 1 and out.strip() == sentence


def test_an_exam_says_nothing_before_its_end():
    code, out = seniorde(*FILES, "--exam", answers="b\nb\n")
    assert code == 0
    assert "2 questions in 4 minutes." in out and "4 min left" in out
    before, _, after = out.partition("0 of 2 right (0%)")
    assert "Not right" not in before and "Elsewhere" not in before
    assert after.count("Not right: you chose B") == 2 and after.count("Elsewhere: ") == 6


def test_what_comes_after_the_time_does_not_count(monkeypatch):
    monkeypatch.setattr("builtins.input", lambda *_: "")
    console = Console(file=io.StringIO(), width=90)
    times = iter([0, 1, 2, 3, 700])  # five questions, ten minutes
    result, finished = play(quiz("toy-101"), console, exam=True, clock=lambda: next(times))
    assert finished and len(result.answers) == 5
    assert "Time is up: this answer came too late." in console.file.getvalue()


def test_a_round_of_fewer_questions_than_asked_for_says_so():
    _, out = seniorde("toy-101", "--count", "65", "--exam")
    assert "There are 5 questions, not 65: all are asked." in out
    _, out = seniorde("toy-101", "--count", "5")
    assert "all are asked" not in out


def test_ctrl_c_at_a_real_terminal_ends_kindly():
    master, slave = pty.openpty()
    code = CALL.format(root=str(SAMPLE))
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "90"},
    )
    os.close(slave)
    seen = read_until(master, "Enter skips): ")
    os.write(master, b"\n")
    seen += read_until(master, "Question 2 of 5", "Enter skips): ")
    process.send_signal(signal.SIGINT)
    if not select.select([master], [], [], 5)[0]:  # it came just before the answer was waited for
        process.send_signal(signal.SIGINT)
    seen += read_until(master, "of 1 right")
    assert process.wait(20) == 130
    os.close(master)
    assert "Stopped after 1 of 5 questions." in seen
    assert "Traceback" not in seen


def read_until(master: int, *words: str) -> str:
    """What the terminal shows, until all the words have come."""
    seen, ends = "", time.monotonic() + 30
    while not all(word in seen for word in words):
        assert time.monotonic() < ends, seen
        seen += os.read(master, 4096).decode("utf-8", "replace")
    return seen
