"""Silver: a date is a function of what was delivered on it and in the three days after it."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from orderlake.deliveries import Delivery
from orderlake.lake import Lake
from orderlake.records import LATE_DAYS, Record, Reject, Row, read


@dataclass
class Batch:
    """The candidate rows of one date, by table, and what was counted while reading them."""

    date: date
    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    lines: int = 0  # delivered on the date
    rejects: int = 0
    duplicates: int = 0  # records of the date that came again
    seen: set[tuple[str, str]] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        """Return whether nothing was delivered on the date, and nothing for it later."""
        return not self.lines and not self.rows


def window(day: date) -> list[date]:
    """Return the days on which a record of this date may be delivered."""
    return [day + timedelta(late) for late in range(LATE_DAYS + 1)]


def fingerprint(day: date, bronze: Mapping[date, list[Delivery]]) -> str:
    """Return what changes when anything changes that the date is made of."""
    digest = hashlib.sha256()
    for later in window(day):
        for delivery in bronze.get(later, ()):
            digest.update(f"{delivery.key} {delivery.etag}\n".encode())
    return digest.hexdigest()


def touched(bronze: Mapping[date, list[Delivery]]) -> list[date]:
    """Return every date that something in bronze may be about."""
    return sorted({day - timedelta(late) for day in bronze for late in range(LATE_DAYS + 1)})


def batches(lake: Lake, bronze: Mapping[date, list[Delivery]], days: Iterable[date]) -> dict[date, Batch]:
    """Read what these dates are made of, each file once, and return their candidates."""
    made = {day: Batch(day) for day in sorted(days)}
    for delivered in sorted({later for day in made for later in window(day)}):
        for delivery in bronze.get(delivered, ()):
            for found in read(delivery, lake.get(delivery.key)):
                if (batch := made.get(delivery.delivered)) is not None:
                    batch.lines += 1
                if (batch := made.get(found.date)) is not None:
                    _add(batch, delivery, found)
    return {day: batch for day, batch in made.items() if not batch.empty or bronze.get(day)}


def _add(batch: Batch, delivery: Delivery, found: Record | Reject) -> None:
    if isinstance(found, Reject):
        batch.rejects += 1
        batch.rows["quarantine_rejects"].append(found._asdict())
        return
    identity = delivery.source, found.identity
    if identity in batch.seen:
        batch.duplicates += delivery.source != "crm/customers"
        return
    batch.seen.add(identity)
    for table, rows in found.rows.items():
        batch.rows[table] += rows
