"""Compares a prediction with the truth that the page just measured."""

from typing import Any


def verdict(guess: Any, truth: Any) -> str:
    """Return a few words on a guess: None, right, close (a number within a factor of two), or off.

    >>> verdict(None, 8), verdict(8, 8), verdict(6, 8), verdict("all", "none")
    ('you did not guess', 'right', 'close: you said 6', 'you said all')
    """
    if guess is None:
        return "you did not guess"
    if guess == truth:
        return "right"
    numbers = all(isinstance(value, int | float) and not isinstance(value, bool) for value in (guess, truth))
    if numbers and guess * truth > 0 and 0.5 <= guess / truth <= 2:
        return f"close: you said {guess}"
    return f"you said {guess}"
