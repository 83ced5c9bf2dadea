"""Trying again what may go well a little later."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def retrying(
    call: Callable[[], Result],
    on: tuple[type[Exception], ...],
    attempts: int = 4,
    wait: float = 0.2,
    sleep: Callable[[float], object] = time.sleep,
) -> Result:
    """Return what a call returns; after one of these errors wait, longer each time, and call again.

    A random part of the wait keeps two writers from meeting again at the same moment.
    """
    for attempt in range(1, attempts):
        try:
            return call()
        except on:
            sleep(wait * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))
    return call()
