"""Figures of one machine: measured once by `make measure`, kept in `data/measured`, read by lessons.

A measurement is a module of this package with a function `measure(quick)`, which returns plain figures.
Stored outputs must not flicker, so a lesson plots what the file says, and says on which machine it was.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seniorde.datasets import data_folder


class MeasuredError(ValueError):
    """There is no such measurement; the message says which there are."""


def names() -> list[str]:
    """Return the names of all measurements, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__))


def read(name: str) -> dict[str, Any]:
    """Return what was measured: `figures`, and `machine`, `versions` and `date` of the measurement.

    Raise MeasuredError if there is no such measurement.
    """
    file = _file(name)
    if not file.is_file():
        raise MeasuredError(f"{name} was never measured: run `make measure`.")
    kept: dict[str, Any] = json.loads(file.read_text())
    return kept


def measure(name: str, *, quick: bool = False) -> dict[str, Any]:
    """Measure now, and return it in the form of `read`; with `quick`, few repetitions.

    Raise MeasuredError if there is no such measurement.
    """
    _file(name)
    figures = importlib.import_module(f"{__name__}.{name}").measure(quick)
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "versions": {"python": platform.python_version()},
        "figures": figures,
    }


def write(name: str) -> Path:
    """Measure and keep it in the book's data folder; return the file."""
    kept = measure(name)
    file = _file(name)
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(kept, indent=1) + "\n")
    return file


def _file(name: str) -> Path:
    if name not in names():
        raise MeasuredError(f"There is no measurement {name!r}: choose one of {', '.join(names())}.")
    return data_folder() / "measured" / f"{name}.json"
