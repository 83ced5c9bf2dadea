"""The configuration, read from the environment and nowhere else."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

RATES = Path(__file__).parents[2] / "data" / "rates.csv"


class UsageError(Exception):
    """The command was used wrongly; the message says what to do."""


@dataclass(frozen=True)
class Config:
    """What `LAKEHOUSE_*` says."""

    root: Path
    max_quarantined: float
    max_orphans: float
    wait: float
    rates: Path
    log: Path | None


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration; raise UsageError for a variable that is missing or senseless."""
    if not (root := env.get("LAKEHOUSE_ROOT")):
        raise UsageError("LAKEHOUSE_ROOT is not set: name the folder of the lakehouse.")
    return Config(
        root=Path(root).absolute(),
        max_quarantined=_number(env, "LAKEHOUSE_MAX_QUARANTINED", 0.05, 1),
        max_orphans=_number(env, "LAKEHOUSE_MAX_ORPHANS", 0.02, 1),
        wait=_number(env, "LAKEHOUSE_WAIT", 60, 86_400),
        rates=Path(env.get("LAKEHOUSE_RATES") or RATES),
        log=Path(text) if (text := env.get("LAKEHOUSE_LOG")) else None,
    )


def _number(env: Mapping[str, str], name: str, default: float, most: float) -> float:
    text = env.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= most:
        raise UsageError(f"{name} is {text!r}: give a number from 0 to {most}.")
    return number
