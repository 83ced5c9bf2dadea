"""make mistake: written down by hand, derived from failed checks, listed until they are learnt."""

import json
import re
import subprocess
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from seniorde.cli import app
from seniorde.study import cards, clock, mistakes
from seniorde.study.mistakes import Mistake, Recalled

ONE, OTHER = "w1-hashing-first-repeat", "w1-hashing-hash-join"


@pytest.fixture(autouse=True)
def _today(home, zone, monkeypatch):
    zone("UTC")
    monkeypatch.setenv("SENIORDE_TODAY", "2026-03-04")


def say(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["mistake", *words])
    assert done.exit_code == code, done.output
    return done.output


def rows(text: str) -> list[str]:
    return [
        re.sub(r"\s+", " ", line.strip("│ ").replace(" │", ""))
        for line in text.splitlines()
        if line.startswith("│")
    ]


def test_none():
    assert say() == "No mistake is open.\n"
    assert mistakes.all() == ([], 0)


def test_written_down_it_is_kept_and_comes_back_in_two_days():
    said = say("--about", " COPY stopped\nat a tab ", "--cause", "never saw a raw line", "--next", "od -c")
    (one,), damaged = mistakes.all()
    assert (one.about, one.cause, one.next, one.problem, damaged) == (
        "COPY stopped at a tab", "never saw a raw line", "od -c", None, 0,
    )  # fmt: skip
    (card,) = cards.cards()
    assert (card.kind, card.id) == (cards.MISTAKE, one.id)
    assert said == f"Written down. It comes back on {clock.said(card.day)}.\n"


@pytest.mark.parametrize(
    "words",
    [
        ["--about", "x"],
        ["--cause", "y"],
        ["--about", " ", "--cause", "y"],
        ["--problem", ONE],
        ["--next", "z"],
    ],
)
def test_what_and_why_are_asked_for(words):
    assert say(*words, code=1) == 'Say what happened and why: make mistake ABOUT="…" CAUSE="…"\n'
    assert mistakes.all() == ([], 0)


def test_an_unknown_problem_is_one_sentence():
    said = say("--about", "x", "--cause", "y", "--problem", "w1-hashing-first-repeet", code=1)
    assert "There is no problem 'w1-hashing-first-repeet': did you mean 'w1-hashing-first-repeat'?" in said
    assert mistakes.all() == ([], 0)


def test_failed_checks_are_derived_one_a_problem_and_day(graded, home):
    graded(ONE, "2026-03-02T09:00:00+00:00", "error")
    graded(ONE, "2026-03-02T10:00:00+00:00", "partly")
    graded(ONE, "2026-03-03T10:00:00+00:00")
    graded(OTHER, "2026-03-02T10:00:00+00:00", "blank")
    mistakes.JOURNAL.append([Mistake("m", "2026-03-02T12:00:00+00:00", "x", "y", ONE)])
    found, _ = mistakes.all()
    assert [(one.id, one.about, one.cause, one.problem) for one in found] == [
        (f"{ONE} 2026-03-02", "check: partly, 0 of 2", "", ONE),
        ("m", "x", "y", ONE),
        (f"{ONE} 2026-03-03", "check: wrong, 0 of 2", "", ONE),
    ]
    assert len((home / "mistakes.jsonl").read_text().splitlines()) == 1, "derived, not copied"


def test_damaged_lines_are_counted(graded, home):
    graded(ONE, "2026-03-02T09:00:00+00:00")
    mistakes.JOURNAL.append([Mistake("m", "2026-03-02T12:00:00+00:00", "x", "y")])
    for name in ("record", "mistakes"):
        with (home / f"{name}.jsonl").open("a") as file:
            file.write("[]\n")
    found, damaged = mistakes.all()
    assert (len(found), damaged) == (2, 2)


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        *(("mistakes", {"problem": wrong}) for wrong in (["x"], 5)),
        *(("mistakes", {"about": wrong}) for wrong in (5, None)),
        *(("mistakes", damage) for damage in ({"id": []}, {"cause": {}}, {"next": None})),
        ("mistakes", {"time": "9999-12-31T23:00:00+00:00"}),
        *(("recalled", damage) for damage in ({"mistake": []}, {"knew": 1}, {"time": None})),
    ],
)
def test_a_line_with_another_type_is_set_aside(home, name, damage):
    mistake = Mistake("m", "2026-03-02T12:00:00+00:00", "x", "y")
    recalled = Recalled("2026-03-03T12:00:00+00:00", "m", True)
    mistakes.JOURNAL.append([mistake])
    mistakes.RECALLED.append([recalled])
    good = {"mistakes": mistake, "recalled": recalled}[name]
    with (home / f"{name}.jsonl").open("a") as file:
        file.write(json.dumps(asdict(good) | damage) + "\n" + json.dumps(asdict(good) | {"new": 1}) + "\n")
    said = say()
    assert said.startswith(f"1 damaged line(s) of {name}.jsonl were set aside in {name}.damaged.jsonl.")
    assert len((home / f"{name}.jsonl").read_text().splitlines()) == 2


def test_the_list_names_what_is_open_the_most_pressing_first(graded):
    graded(ONE, "2026-03-03T12:00:00+00:00", "partly")
    graded(OTHER, "2026-03-02T12:00:00+00:00")
    mistakes.JOURNAL.append(
        [
            Mistake("m", "2026-03-01T12:00:00+00:00", "a tab", "never looked", None, "od -c"),
            Mistake("n", "2026-03-03T12:00:00+00:00", "took a set", "read too fast", ONE),
        ]
    )
    assert rows(say()) == [
        "Tue 3 Mar a tab Sun 1 Mar 1",
        "Cause: never looked",
        "Next time: od -c",
        f"Wed 4 Mar {OTHER} Mon 2 Mar 1",
        "check: wrong, 0 of 2",
        f"Thu 5 Mar {ONE} Tue 3 Mar 1",
        "took a set",
        "Cause: read too fast",
    ]


def test_what_was_right_after_two_days_and_after_a_week_is_open_no_more(graded):
    mistakes.JOURNAL.append([Mistake("m", "2026-03-02T12:00:00+00:00", "a tab", "never looked")])
    mistakes.RECALLED.append([Recalled("2026-03-04T12:00:00+00:00", "m", True)])
    assert "a tab" in say()
    mistakes.RECALLED.append([Recalled("2026-03-11T12:00:00+00:00", "m", True)])
    assert say() == "No mistake is open.\n"
    (card,) = cards.cards()
    assert card.day > date(2026, 3, 18), "it still comes back, by FSRS"


def test_markup_in_the_learners_words_is_theirs():
    say("--about", "[bold]x[/] and [1]", "--cause", "[/]")
    said = say()
    assert "[bold]x[/] and [1]" in said and "Cause: [/]" in said


def test_make_takes_the_words_as_they_are(tmp_path):
    stub = tmp_path / "seniorde"
    stub.write_text("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")
    stub.chmod(0o755)
    words = {"ABOUT": "cost $5 in $HOME", "CAUSE": 'a "quote", $(shell echo no), `no` # all', "NEXT": "$(5"}
    command = ["make", "--silent", "--old-file=.venv/.core", f"BIN={tmp_path}"]
    said = subprocess.run(
        [*command, "mistake", *(f"{name}={text}" for name, text in words.items())],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    about, cause, after = words.values()
    assert said.splitlines() == ["mistake", "--about", about, "--cause", cause, "--next", after]
