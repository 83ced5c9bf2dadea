"""The configuration, read from the environment and nowhere else; keys and endpoint are boto3's own."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class UsageError(Exception):
    """The command was used wrongly; the message says what to do."""


@dataclass(frozen=True)
class Config:
    """What `ORDERLAKE_*` says."""

    bucket: str
    database: str
    max_rejects: float
    max_orphans: float
    metrics: Path | None
    docs: Path | None


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration; raise UsageError for a variable that is missing or senseless."""
    if not (bucket := env.get("ORDERLAKE_BUCKET")):
        raise UsageError("ORDERLAKE_BUCKET is not set: name the bucket of the lake.")
    return Config(
        bucket=bucket,
        database=env.get("ORDERLAKE_DATABASE") or "orderlake",
        max_rejects=_share(env, "ORDERLAKE_MAX_REJECTS", 0.05),
        max_orphans=_share(env, "ORDERLAKE_MAX_ORPHANS", 0.02),
        metrics=_path(env, "ORDERLAKE_METRICS"),
        docs=_path(env, "ORDERLAKE_DOCS"),
    )


def _share(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name) or str(default)
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise UsageError(f"{name} is {text!r}: give a number from 0 to 1.")
    return number


def _path(env: Mapping[str, str], name: str) -> Path | None:
    return Path(text) if (text := env.get(name)) else None
