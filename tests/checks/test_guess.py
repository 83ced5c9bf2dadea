"""The words on a prediction."""

import doctest

import pytest

from seniorde.checks import guess


def test_the_docstring_is_true():
    assert doctest.testmod(guess).failed == 0


@pytest.mark.parametrize(
    ("said", "truth"), [(1, True), (0, 5), (-4, 4), ("5", 5), (100, 8), (float("nan"), 2)]
)
def test_what_is_not_close_is_not_called_close(said, truth):
    assert "close" not in guess.verdict(said, truth)
