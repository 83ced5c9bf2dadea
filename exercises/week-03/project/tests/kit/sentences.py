"""How a test fails: with one sentence that says what was given, expected and got, and a hint."""

from typing import NoReturn

import pytest


def fail(sentence: str, hint: str = "") -> NoReturn:
    """Fail with one line that a learner can act on."""
    __tracebackhide__ = True
    pytest.fail(" ".join(f"{sentence} {'Hint: ' + hint if hint else ''}".split()), pytrace=False)


def expect(true: object, sentence: str, hint: str = "") -> None:
    """Fail with the sentence unless it is true."""
    __tracebackhide__ = True
    if not true:
        fail(sentence, hint)
