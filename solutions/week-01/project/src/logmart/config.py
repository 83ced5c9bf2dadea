"""The configuration, read from the environment and nowhere else."""

import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class UsageError(Exception):
    """The command was used wrongly; the message says what to do."""


@dataclass(frozen=True)
class Config:
    """What `LOGMART_*` says. Secrets stay out of its repr."""

    database_url: str = field(repr=False)
    pii_key: bytes = field(repr=False)
    max_quarantine: float
    earliest: datetime
    latest: datetime
    top: int
    retries: int
    backoff: float
    metrics: Path | None
    analyst: str


def from_environment(env: Mapping[str, str] = os.environ) -> Config:
    """Return the configuration; raise UsageError for a variable that is missing or senseless."""
    metrics = env.get("LOGMART_METRICS")
    return Config(
        database_url=_required(env, "LOGMART_DATABASE_URL"),
        pii_key=_key(env),
        max_quarantine=_value(env, "LOGMART_MAX_QUARANTINE", "0.05", _share, "a number from 0 to 1"),
        earliest=_value(env, "LOGMART_EARLIEST", "2020-01-01T00:00:00+00:00", _moment, _A_MOMENT),
        latest=_value(env, "LOGMART_LATEST", f"{datetime.now(UTC) + timedelta(days=1)}", _moment, _A_MOMENT),
        top=_value(env, "LOGMART_TOP", "10", _at_least(1), "a whole number from 1"),
        retries=_value(env, "LOGMART_RETRIES", "5", _at_least(0), "a whole number from 0"),
        backoff=_value(env, "LOGMART_BACKOFF", "0.5", _seconds, "a number of seconds from 0"),
        metrics=Path(metrics) if metrics else None,
        analyst=env.get("LOGMART_ANALYST") or "logmart_analyst",
    )


_A_MOMENT = "an ISO 8601 time with an offset, such as 2025-10-24T00:00:00+00:00"


def _required(env: Mapping[str, str], name: str) -> str:
    if not (value := env.get(name)):
        raise UsageError(f"{name} is not set: set it, as the README says under Configuration.")
    return value


def _key(env: Mapping[str, str]) -> bytes:
    key = _required(env, "LOGMART_PII_KEY")
    if len(key) < 16:
        raise UsageError(
            "LOGMART_PII_KEY has fewer than 16 characters: make one with `openssl rand -hex 32`."
        )
    return key.encode()


def _value(env: Mapping[str, str], name: str, default: str, read: Callable[[str], T], wanted: str) -> T:
    text = env.get(name) or default
    try:
        return read(text)
    except ValueError:
        raise UsageError(f"{name} is {text!r}: give {wanted}.") from None


def _share(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 1:
        raise ValueError
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < math.inf:
        raise ValueError
    return number


def _at_least(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if number < least:
            raise ValueError
        return number

    return read


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError
    return moment
