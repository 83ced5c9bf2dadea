"""The banks of the book: whole, balanced, linked, their ids permanent."""

from pathlib import Path

import pytest

from seniorde.questions import exams, load, rules

PUBLISHED = Path(__file__).with_name("published_ids.txt")


@pytest.mark.parametrize("exam", exams())
def test_a_bank_keeps_the_rules(exam):
    assert all(bank.questions for bank in load(exam))


def test_the_banks_together_keep_the_rules():
    banks = [bank for exam in exams() for bank in load(exam)]
    assert banks
    assert list(rules.across(banks)) == []


def test_an_id_is_permanent():
    published = PUBLISHED.read_text("utf-8").split()
    there = [question.id for exam in exams() for bank in load(exam) for question in bank.questions]
    lost = set(published) - set(there)
    assert not lost, f"records are kept by id: mend these questions in place: {sorted(lost)}"
    new = [id for id in there if id not in set(published)]
    assert not new, f"append to {PUBLISHED.name}: {' '.join(new)}"
