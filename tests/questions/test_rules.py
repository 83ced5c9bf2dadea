"""Every rule of a bank: a bank that keeps it passes, one that breaks it is told so in one sentence."""

import copy
import json
import sys
from pathlib import Path

import pytest
import yaml

from seniorde.questions import Bank, Option, Question, QuestionError, rules
from seniorde.questions.finder import read

ROOT = Path(__file__).parents[2]
SAMPLE = Path(__file__).parent / "sample"
TABLES = SAMPLE / "exercises" / "certification" / "toy-101" / "tables.yaml"
RAW = yaml.safe_load(TABLES.read_text("utf-8"))


def broken(change) -> list[str]:
    """What is said of the sample's bank after `change` worked on it and on its first question."""
    raw = copy.deepcopy(RAW)
    raw = change(raw, raw["questions"][0]) or raw
    return list(rules.complaints(raw, TABLES, SAMPLE))


def drop(*keys):
    def change(bank, first):
        at = {"bank": bank, "first": first, "A": first["options"][0], "B": first["options"][1]}[keys[0]]
        del at[keys[1]]

    return change


def put(where, key, value):
    def change(bank, first):
        at = {"bank": bank, "first": first, "A": first["options"][0], "B": first["options"][1]}[where]
        at[key] = value

    return change


def test_the_sample_keeps_all_rules():
    assert broken(lambda bank, first: None) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda bank, first: ["a list"], "write it with the keys exam, title, guide, domain, weight"),
        *((drop("bank", key), f"add `{key}`.") for key in RAW),
        (put("bank", "weihgt", 1), "`weihgt` is not known here: use exam,"),
        (put("bank", "exam", "TOY-102"), "move the file to the folder toy-102, which its `exam` names."),
        (put("bank", "weight", "heavy"), "make `weight` the domain's percent of the scored content"),
        (put("bank", "weight", 0), "make `weight` the domain's percent"),
        (put("bank", "guide", 1.0), "put `guide` in quotes: 1.0 is not text."),
        (put("bank", "questions", "none"), "make `questions` a list"),
        (lambda bank, first: bank["questions"].append("?"), "question 4: write it with the keys id,"),
        (lambda bank, first: bank["questions"].append(first), "toy-null-compared: 2 questions have this id"),
        *(
            (drop("first", key), f"toy-null-compared: add `{key}`.")
            for key in RAW["questions"][0]
            if key not in ("id", "card")
        ),
        (drop("first", "id"), "question 1: add `id`."),
        (put("first", "id", "Toy_1"), "Toy_1: make the id lower-case words with hyphens"),
        (put("first", "objective", "  "), "toy-null-compared: add `objective`."),
        (put("first", "difficulty", "cruel"), "toy-null-compared: the difficulty 'cruel' is not known"),
        (put("first", "teaches", "book/none.md"), "the page book/none.md that `teaches` does not exist"),
        (put("first", "teaches", "book"), "the page book that `teaches` does not exist"),
        (put("first", "teaches", "book/toy.md#No"), "book/toy.md has no heading #No"),
        (put("first", "hint", "think"), "toy-null-compared: `hint` is not known here"),
        (put("first", "card", {"front": "?"}), "toy-null-compared: card: add `back`."),
        (put("first", "card", None), "toy-null-compared: card: write it with the keys front, back."),
        (put("first", "options", {"A": 1}), "toy-null-compared: make `options` a list"),
        (drop("A", "reason"), "toy-null-compared: option A: add `reason`."),
        (drop("B", "reason"), "toy-null-compared: option B: add `reason`."),
        (drop("A", "when"), "toy-null-compared: option A: add `when`, the case in which it would be"),
        (put("A", "when", ""), "toy-null-compared: option A: add `when`"),
        (put("A", "when", True), "toy-null-compared: option A: put `when` in quotes: True is not text."),
        (put("B", "when", "Never."), "toy-null-compared: option B: it is right here: put what `when` says"),
        (put("A", "text", 2), "toy-null-compared: option A: put `text` in quotes: 2 is not text."),
        (put("A", "right", False), "toy-null-compared: option A: write `right: true`, or leave `right` out."),
        (put("A", "text", " `0` "), "toy-null-compared: 2 options read '`0`': make them differ."),
        (drop("B", "right"), "toy-null-compared: no option is right: mark the right one"),
        (
            lambda bank, first: first.update(options=first["options"][:3]),
            "toy-null-compared: 3 options: give four",
        ),
        (
            lambda bank, first: put("A", "right", True)(bank, first) or drop("A", "when")(bank, first),
            "toy-null-compared: 4 options: give five or six where several are right.",
        ),
        (
            lambda bank, first: first.update(
                options=[{"text": text, "reason": "So.", "right": True} for text in "abcde"]
            ),
            "toy-null-compared: every option is right: add one that is not.",
        ),
    ],
)
def test_a_bank_that_breaks_a_rule_is_told_which(change, sentence):
    assert any(told.startswith(sentence) or sentence in told for told in broken(change)), broken(change)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("exam: [", "mend the YAML"),
        ("exam: A\nexam: B\n", "mend the YAML: exam stands twice"),
        ("questions:\n  - {id: a, id: b}\n", "mend the YAML: id stands twice"),
        ("", "write it with the keys"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, text, reason):
    path = tmp_path / "toy-101" / "tables.yaml"
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(QuestionError, match=f"^toy-101/tables.yaml: {reason}"):
        read(path, tmp_path)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path):
    raw = copy.deepcopy(RAW)
    del raw["questions"][0]["options"][0]["reason"]
    raw["questions"][1]["difficulty"] = "cruel"
    path = tmp_path / "toy-101" / "tables.yaml"
    path.parent.mkdir()
    path.write_text(json.dumps(raw))
    with pytest.raises(QuestionError) as told:
        read(path, SAMPLE)
    assert len(str(told.value).splitlines()) == 2


# An exam as a whole -------------------------------------------------------------------------------


def made(number: int, right: str, longest: str = "", options: int = 4) -> Question:
    """A question whose right options are `right`, with `longest` as the longest."""
    letters = "ABCDEF"[:options]
    return Question(
        id=f"made-{number}",
        exam="MADE-1",
        domain="All",
        objective="1.1 All",
        difficulty="easy",
        teaches="book/toy.md",
        text="Which?",
        options=tuple(
            Option("a long text" if letter == longest else "text", "So.", right=letter in right)
            for letter in letters
        ),
    )


def bank(questions, **facts) -> Bank:
    known = {"exam": "MADE-1", "title": "Made", "guide": "1", "domain": "All", "weight": 50}
    return Bank(**known | facts, questions=tuple(questions))


@pytest.mark.parametrize("answers", ["ABCD" * 10, "ABCDABCAAD", "A", "AAB", ["AC", "BD", "CE", "AD", "BE"]])
def test_spread_answers_pass(answers):
    questions = [made(number, right, options=4 + (len(right) > 1)) for number, right in enumerate(answers)]
    assert list(rules.across([bank(questions)])) == []


@pytest.mark.parametrize("answers", ["B" * 4, "C" * 20 + "ABCD" * 5, "AB" * 20, ["CD"] * 12])
def test_answers_that_favour_a_place_are_told(answers):
    questions = [made(number, right, options=4 + (len(right) > 1)) for number, right in enumerate(answers)]
    (told,) = rules.across([bank(questions)])
    assert told.startswith("MADE-1: the right answers favour a place:")


def test_the_longest_option_may_be_right_in_two_of_five_questions():
    def exam(telling: int) -> list[str]:
        spread = [("ABCD"[number % 4], "ABCD"[(number + (number >= telling)) % 4]) for number in range(20)]
        return list(rules.across([bank(made(n, *pair) for n, pair in enumerate(spread))]))

    assert exam(8) == []
    (told,) = exam(9)
    assert "the longest option is right in 9 of 20 questions, at most 40% may be" in told


def test_marks_of_markdown_do_not_make_an_option_longer():
    question = made(1, "A")
    options = (Option("**`text`**", "So.", right=True), *question.options[1:])
    assert not rules._longest_is_right(Question(**vars(question) | {"options": options}))
    assert rules._longest_is_right(made(1, "A", longest="A"))


def test_files_of_an_exam_agree_and_an_id_is_one_of_its_kind():
    one, two = bank([made(1, "A")]), bank([made(1, "B")], domain="Other", guide="2", weight=60)
    told = list(rules.across([one, two, bank([made(1, "C")], exam="MADE-2")]))
    assert told == [
        "made-1: 3 questions have this id: an id is one of its kind over all exams.",
        "MADE-1: its files differ in `guide` (1 / 2): write the same in all.",
        "MADE-1: the weights of its domains add up to 110 percent: correct them.",
    ]


def test_headings_have_the_anchors_that_the_book_gives_them(tmp_path):
    sys.path.append(str(ROOT / "book" / "_ext"))
    from notebook_pages import anchor

    for heading in ("Who may what?", "S3: names & sizes", " The `IN` clause ", "Über-Größe, 100 %"):
        assert rules.anchor(heading) == anchor(heading)
    page = tmp_path / "page.md"
    page.write_text("# The `IN` clause\n\n```md\n## No heading\n```\n\nOld\n---\n\n#### Too deep\n")
    assert rules.anchors(page) == {"The-IN-clause", "Old"}
    cells = [{"cell_type": "markdown", "source": ["# One\n"]}, {"cell_type": "code", "source": ["# no"]}]
    note = tmp_path / "note.ipynb"
    note.write_text(json.dumps({"cells": cells}))
    assert rules.anchors(note) == {"One"}
