"""Rounds in a notebook: drawn by weight and seed, graded from letters, shown with every reason."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from seniorde.questions import Bank, QuestionError, answer, find, finder, grade, question, quiz
from seniorde.questions.rounds import draw

SAMPLE = Path(__file__).parent / "sample"


@pytest.fixture(autouse=True)
def _sample(monkeypatch):
    monkeypatch.setattr(finder, "ROOT", SAMPLE)


class Nesting(HTMLParser):
    """Fails where a tag is closed that is not the last one opened."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_round_holds_an_exam_or_a_domain_in_order():
    every = [one.id for one in quiz("toy-101").questions]
    assert every[:3] == ["toy-null-compared", "toy-anti-join", "toy-window-frame"]
    assert [one.id for one in quiz("TOY-101", domain="Files").questions] == every[3:]


def test_the_same_seed_draws_the_same_questions():
    drawn = {
        seed: tuple(one.id for one in quiz("toy-101", count=3, seed=seed).questions) for seed in range(9)
    }
    assert all(len(set(ids)) == 3 for ids in drawn.values())
    assert len(set(drawn.values())) > 4
    again = "from seniorde.questions import finder, quiz; from pathlib import Path; finder.ROOT = Path({!r});"
    code = (
        again.format(str(SAMPLE)) + "print(*[one.id for one in quiz('toy-101', count=3, seed=5).questions])"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert tuple(told.stdout.split()) == drawn[5]


@pytest.mark.parametrize(("count", "shares"), [(10, (5, 3, 2)), (20, (10, 6, 4)), (65, (20, 20, 20))])
def test_domains_are_drawn_by_their_weights(count, shares):
    pattern = find("toy-small-files")
    banks = [
        Bank(
            "X-1",
            "",
            "",
            domain,
            weight,
            tuple(replace(pattern, id=f"{domain}{n}", domain=domain) for n in range(20)),
        )
        for domain, weight in (("a", 50), ("b", 30), ("c", 20))
    ]
    for seed in range(5):
        drawn = draw(banks, count, seed)
        assert len({one.id for one in drawn}) == len(drawn) == sum(shares)
        counts = Counter(one.domain for one in drawn)
        assert tuple(counts[domain] for domain in "abc") == shares


@pytest.mark.parametrize("text", ["BD", "b, d", " d b ", "2 4", "B and D", "4,2", "b;d."])
def test_letters_and_numbers_are_read_in_any_spelling(text):
    graded = answer("toy-anti-join", text)
    assert graded.chosen == "BD" and graded.right
    assert repr(graded) == "toy-anti-join: Right: B and D."


@pytest.mark.parametrize(("id", "text"), [("toy-anti-join", "AD"), ("toy-null-compared", "a")])
def test_a_wrong_answer_is_told_with_the_right_one(id, text):
    graded = answer(id, text)
    assert not graded.right
    assert graded.verdict.startswith("Not right: you chose A")
    assert "the answer is B" in graded.verdict


def test_no_answer_is_not_right():
    assert answer("toy-null-compared", " ").verdict == "Not right: you chose nothing, the answer is B."


@pytest.mark.parametrize(
    ("id", "text", "sentence"),
    [
        ("toy-null-compared", "E", "'E' is not an answer here. Choose one. The options are A to D: write B,"),
        ("toy-null-compared", "AB", "'AB' is not an answer here. Choose one."),
        ("toy-null-compared", "yes", "'yes' is not an answer here."),
        ("toy-null-compared", "7", "'7' is not an answer here."),
        ("toy-anti-join", "B", "'B' is not an answer here. Choose two. The options are A to E: write AB,"),
        ("toy-anti-joint", "B", "There is no question 'toy-anti-joint': did you mean 'toy-anti-join'?"),
    ],
)
def test_what_cannot_be_read_is_one_clear_sentence(id, text, sentence):
    with pytest.raises(QuestionError) as told:
        answer(id, text)
    assert str(told.value).startswith(sentence)


def test_an_unknown_exam_or_domain_is_one_clear_sentence():
    for call, sentence in [
        (lambda: quiz("toy-102"), "There is no question bank 'toy-102': did you mean 'toy-101'?"),
        (lambda: quiz("zzz"), "There is no question bank 'zzz': there is toy-101."),
        (lambda: quiz("toy-101", "Fils"), "toy-101 has no domain 'Fils': did you mean 'Files'?"),
        (lambda: quiz("toy-101", count=0), "0 questions cannot be drawn: ask for one or more."),
        (lambda: quiz("toy-101").grade("A"), "The round has 5 questions and you gave 1 answers:"),
    ]:
        with pytest.raises(QuestionError) as told:
            call()
        assert str(told.value).startswith(sentence)


def test_without_any_bank_the_advice_is_to_fetch_them(tmp_path, monkeypatch):
    monkeypatch.setattr(finder, "ROOT", tmp_path)
    with pytest.raises(QuestionError, match="'saa-c03': fetch the newest edition of the book"):
        quiz("saa-c03")


def test_a_result_counts_by_domain_and_objective_and_gives_plain_records():
    result = quiz("toy-101").grade("A", "BD", "", "A", "C")
    assert repr(result) == "3 of 5 right (60%)"
    assert result.by_domain() == {"Tables & queries": (1, 3), "Files": (2, 2)}
    assert result.by_objective()["1.2 Combine tables"] == (1, 2)
    assert [one.id for one in result.missed] == ["toy-null-compared", "toy-window-frame"]
    assert result.records()[2] == {
        "id": "toy-window-frame",
        "exam": "TOY-101",
        "domain": "Tables & queries",
        "objective": "1.2 Combine tables",
        "chosen": "",
        "right": False,
    }


def test_a_notebook_shows_well_formed_html_with_every_reason_and_no_raw_tag():
    for one in quiz("toy-101").questions:
        for html in (question(one.id)._repr_html_(), grade(one, one.answer)._repr_html_()):
            Nesting(html)
            assert html.count("<dd>") == len(one.options)
            assert html.count("Elsewhere:") == len(one.options) - len(one.answer)
            assert "<script" not in html and "<type" not in html
    Nesting(quiz("toy-101")._repr_html_())
    score = quiz("toy-101").grade("A", "BD", "", "A", "C")._repr_html_()
    Nesting(score)
    assert "Tables &amp; queries" in score and "3 of 5 right" in score
    assert "&lt;type mismatch&gt;" in question("toy-null-compared")._repr_html_()
    assert find("toy-anti-join").options[1].text.strip() in repr(question("toy-anti-join"))


def test_the_room_is_light():
    code = "import sys, seniorde.questions; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert not {"pandas", "numpy", "IPython", "rich", "pygments", "nbformat"} & set(loaded.split())
