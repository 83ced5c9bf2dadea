"""When two results are the same, and how a difference is told."""

import math
from collections import Counter, deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from seniorde.checks.compare import any_order, difference, same


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1, 1.0),
        (0.3, 0.1 + 0.2),
        (0.5, Fraction(1, 2)),
        (2.5, Decimal("2.5")),
        (math.nan, float("nan")),
        ([1, 2], (1, 2)),
        ([(1, 2)], [[1, 2]]),
        ({"a": 1}, Counter("a")),
        ({1, 2}, frozenset({2, 1})),
        (True, np.bool_(True)),
        (3, np.int64(3)),
        ([1, 2], np.array([1, 2])),
        (10**30, 10**30),
        (None, None),
        ("", ""),
    ],
)
def test_same(expected, got):
    assert same(expected, got)
    assert same(got, expected)


@pytest.mark.parametrize(
    ("expected", "got"),
    [
        (1, True),
        (0, False),
        (0, None),
        ([], None),
        (0, ""),
        ("1", 1),
        ([1], [True]),
        ({1}, {True}),
        ({1: 0}, {1: False}),
        ([1, 2], [2, 1]),
        ([1, 2], {1, 2}),
        ([1], deque([1])),
        (10**20, 10**20 + 1),
        (1.0, 1.001),
        (1.0, math.nan),
        ([1], iter([1])),
    ],
)
def test_not_same(expected, got):
    assert not same(expected, got)
    assert not same(got, expected)


def test_any_order_counts_duplicates():
    assert any_order([1, 2, 2], [2, 1, 2])
    assert not any_order([1, 2, 2], [1, 1, 2])
    assert not any_order([1], [True])


@pytest.mark.parametrize(
    ("expected", "got", "reason", "words"),
    [
        (1, None, "result", "`return`"),
        ([1], (x for x in [1]), "type", "a generator: wrap it in `list(…)`"),
        ([1], map(int, "1"), "type", "a map object"),
        (1, True, "type", "the bool `True` where a number"),
        ([1], {1}, "type", "a set where a list"),
        ("1", 1, "type", "a number where a string"),
        (1, object(), "type", "an object of type `object`"),
        ([1, 2], [2, 1], "result", "their order is not"),
        ([1, 2], [1], "result", "Items expected: 2; got: 1."),
        ([1, 2, 3], [1, 9, 3], "result", "index 1"),
        (1, 2, "result", "not the expected one"),
        (None, 2, "result", "not the expected one"),
    ],
)
def test_difference(expected, got, reason, words):
    told = difference(expected, got)
    assert told[0] == reason
    assert words in told[1]
