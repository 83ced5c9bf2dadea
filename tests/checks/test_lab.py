"""The judge of labs: parts in order, scripts and functions within limits, no answer breaks it."""

import time
from typing import ClassVar

import pytest

from seniorde.checks.lab import call, judge, passes_examples, run_script
from seniorde.checks.parts import Refused, attempts


class Toy:
    id, name, points, hints = "w0-toy-lab", "count", 3, ("gentle", "near")
    solve = "wc -l < log"

    def on_three_lines(answer):
        got = run_script(answer, {"log": "a\nb\nc\n"}).out.strip()
        if got != "3":
            raise Refused("result", "The count differs.", expected="3", got=got)
        return "Counted."

    def on_no_lines(answer):
        got = run_script(answer, {"log": ""}).out.strip()
        if int(got) != 0:
            raise Refused("empty", "An empty log has no lines.")
        return "Counted too."

    parts: ClassVar = {"Three lines": on_three_lines, "No lines": on_no_lines}


@pytest.fixture(autouse=True)
def _first_attempt():
    attempts.clear()


def test_right_and_partly_right():
    assert judge(Toy, "grep -c '' log || true").passed
    score = judge(Toy, "wc -l < log; test -s log || echo nothing")
    assert (score, score.reason) == (1.5, "error")
    assert "ValueError" in score.text
    assert passes_examples(Toy, "wc -l < log; test -s log || echo nothing")


def test_a_failed_part_ends_the_judging_and_brings_hints_in_turn():
    score = judge(Toy, "echo 4")
    assert [part.reason for part in score.parts] == ["result", "not reached"]
    assert "expected" in score.text
    assert score.hint == "gentle"
    assert judge(Toy, "echo 4").hint == judge(Toy, "echo 4").hint == "near"
    assert not passes_examples(Toy, "echo 4")


def test_a_part_can_have_hints_of_its_own():
    class Hinted(Toy):
        hints: ClassVar = {"Three lines": ("count lines",), "No lines": ("gentle", "near")}

    assert judge(Hinted, "echo 4").hint == judge(Hinted, "echo 4").hint == "count lines"
    half = "wc -l < log; test -s log || echo nothing"
    assert [judge(Hinted, half).hint for _ in range(3)] == ["gentle", "near", "near"]


@pytest.mark.parametrize("nothing", [..., None, "", "  \n", "..."])
def test_blank(nothing):
    score = judge(Toy, nothing)
    assert (score, score.reason, score.hint) == (0.0, "blank", "")


@pytest.mark.parametrize("odd", [3, b"wc", lambda: "wc"])
def test_what_is_no_text(odd):
    assert judge(Toy, odd).reason == "type"


def test_what_is_no_function():
    class Asks(Toy):
        solve = print

    assert judge(Asks, "print").reason == "type"


def test_the_script_runs_in_a_bare_folder_of_its_own(monkeypatch):
    monkeypatch.setenv("SECRET", "x")
    ran = run_script(
        'cat "$1"; pwd; ls -a; echo $SECRET-$LC_ALL-$TZ; echo no >&2; exit 3', {"a/b": "hi\n"}, "a/b"
    )
    assert (ran.out, ran.err, ran.code) == ("hi\n.\n.\n..\na\n-C-UTC\n", "no\n", 3)
    assert ran.files == {"a/b": b"hi\n"}


def test_git_is_the_same_everywhere():
    commit = "git init -q . && git commit -q --allow-empty -m first && git log --format=%an:%cI:%H"
    assert run_script(commit).out == run_script(commit).out != ""


def test_limits():
    begin = time.monotonic()
    with pytest.raises(Refused, match="after 1 seconds") as stopped:
        run_script("sleep 60 & sleep 60", seconds=1)
    assert stopped.value.reason == "slow"
    assert run_script("sleep 60 & echo started").out == "started\n"
    assert len(run_script("yes").out) < 2**26
    assert time.monotonic() - begin < 50  # not the 60 s that it asks for


def test_call():
    assert call(divmod, 7, 2) == (3, 1)
    with pytest.raises(SystemExit):
        call(exit, 2)

    def division(x):
        return 1 / x

    with pytest.raises(Refused, match="ZeroDivisionError") as refused:
        call(division, 0)
    assert "1 / x" in refused.value.facts["where"]

    def endless():
        while True:
            pass

    with pytest.raises(Refused) as slow:
        call(endless)
    assert slow.value.reason == "slow"
