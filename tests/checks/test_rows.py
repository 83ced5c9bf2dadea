"""Rows against an oracle's rows: types, NULLs, duplicates, order, and how a difference is told."""

import datetime as dt
from decimal import Decimal
from uuid import UUID

import numpy as np
import pandas as pd
import pytest

from seniorde.checks.rows import difference, table

UTC = dt.UTC


def differs(expected, rows, ordered=False, columns=None):
    frame = pd.DataFrame(expected)
    return difference(frame, columns or list(frame.columns), rows, ordered)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ([1, 2], [2, 1]),
        ([1, 2], [Decimal("1"), 2.0]),
        ([0.1 + 0.2], [Decimal("0.3")]),
        ([1234567.894], [1234567.8940001]),
        ([1, None], [None, 1]),
        (pd.array([1, None], "Int32"), [1, None]),
        ([np.nan, 1.5], [None, Decimal("1.50")]),
        ([np.nan], [float("nan")]),
        ([float("inf")], [float("inf")]),
        ([pd.NaT, pd.Timestamp("2013-01-01")], [dt.date(2013, 1, 1), None]),
        ([pd.Timestamp("2013-01-01 05:00", tz="UTC")], [dt.datetime(2013, 1, 1, 5, tzinfo=UTC)]),
        (
            [pd.Timestamp("2013-01-01 00:00", tz="America/New_York")],
            [dt.datetime(2013, 1, 1, 5, tzinfo=UTC)],
        ),
        ([pd.Timedelta("1h")], [dt.timedelta(hours=1)]),
        ([True, False], [False, True]),
        (pd.array([True, None], "boolean"), [None, True]),
        (["a", None], [None, "a"]),
        (["a", "a"], ["a", "a"]),
        ([[1, 2]], [(1, 2)]),
        ([np.array([1, 2])], [[1, 2]]),
        ([{"b": 1, "a": 2}], [{"a": 2, "b": 1}]),
        (["12345678-1234-5678-1234-567812345678"], [UUID("12345678-1234-5678-1234-567812345678")]),
        ([b"x"], [memoryview(b"x")]),
        ([2**60], [2**60]),
    ],
)
def test_same_rows(column, values):
    assert differs({"x": column}, [(value,) for value in values]) is None


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ([1, 2], [1], "2 rows expected, 1 returned: 1 missing, 0 surplus."),
        ([1], [], "The result has no row; 1 expected."),
        ([], [1], "0 rows expected, 1 returned: 0 missing, 1 surplus."),
        ([1, 1], [1], "rows that are expected more than once are not"),
        ([1], [1, 1], "some come more often than expected"),
        ([1], ["1"], "Column x holds text where a number is expected."),
        ([1], [True], "Column x holds a bool where a number is expected."),
        ([None], [0], "1 missing, 1 surplus"),
        ([None], [""], "1 missing, 1 surplus"),
        ([2**60], [2**60 + 1], "1 missing, 1 surplus"),
        ([1.5], [1.6], "1 missing, 1 surplus"),
    ],
)
def test_other_rows(column, values, words):
    assert words in differs({"x": column}, [(value,) for value in values]).sentence


def test_columns():
    expected = {"a": [1], "b": [2]}
    assert differs(expected, [(1, 2)], columns=["A", "b"]) is None
    assert "1 column, expected: a, b; yours: a" in differs(expected, [(1,)], columns=["a"]).sentence
    assert "in another order" in differs(expected, [(2, 1)], columns=["b", "a"]).sentence
    assert "named otherwise: expected a, b; yours a, ?column?" in (
        differs(expected, [(1, 2)], columns=["a", "?column?"]).sentence
    )


def test_order():
    expected = {"city": ["B", "A", "C"], "n": [2, 1, 1]}
    tied = [("B", 2), ("C", 1), ("A", 1)]
    assert differs(expected, tied, ordered=False) is None
    assert differs(expected, tied, ordered=("n",)) is None
    wrong = differs(expected, tied, ordered=True)
    assert "their order is not" in wrong.sentence
    assert wrong.facts == {"row 2 expected": "city  n\nA     1", "row 2 returned": "city  n\nC     1"}
    assert differs(expected, list(reversed(tied)), ordered=("n",)) is not None


def test_few_rows_are_shown_aligned():
    rows = [("N1", None), ("N2345", 1.5), ("", 3)] + [("x" * 60, 0)] * 5
    assert table(["tailnum", "delay"], rows).splitlines() == [
        "tailnum                                   delay",
        "N1                                        NULL",
        "N2345                                     1.5",
        "''                                        3",
        "x" * 39 + "…  0",
        "x" * 39 + "…  0",
        "… and 3 more",
    ]


def test_many_differences_stay_quick(quick):
    def wrong():
        found = differs({"x": np.arange(30_000) + 0.25}, [(x + 0.5,) for x in range(30_000)])
        assert "30,000 missing, 30,000 surplus" in found.sentence

    assert quick(wrong, seconds=3)
