"""A build: candidates into staging, dbt's verdict, and each good date published as a whole."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from orderlake.catalog import Catalog
from orderlake.config import Config
from orderlake.deliveries import delivered
from orderlake.events import emit
from orderlake.lake import Lake
from orderlake.marts import Made, make
from orderlake.silver import Batch, batches, fingerprint, touched
from orderlake.tables import COUNTS, TABLES, key_of, parquet

LOOK_BACK = 30  # days before a payment in which its order may lie


class GateError(Exception):
    """The data failed; the message says which dates and why."""


@dataclass
class Outcome:
    """What a build did."""

    published: list[date] = field(default_factory=list)
    failed: dict[date, list[str]] = field(default_factory=dict)
    lines: int = 0
    rejects: int = 0
    duplicates: int = 0


def build(lake: Lake, config: Config, days: Sequence[date] = ()) -> Outcome:
    """Build these dates, or every stale one: a date whose deliveries are not those it was published from.

    What is not there, such as the three days before the first delivery, is read each time: a late record may
    be about it.
    """
    bronze = delivered(lake)
    prints = {day: fingerprint(day, bronze) for day in (days or touched(bronze))}
    if not days:
        known = {
            stored.key: json.loads(lake.get(stored.key))["inputs"] for stored in lake.list("ops/published/")
        }
        prints = {day: inputs for day, inputs in prints.items() if known.get(mark(day)) != inputs}
    found = batches(lake, bronze, prints)
    if missing := sorted(set(days) - set(found)):
        raise GateError(f"Nothing was delivered for {_dates(missing)}: ingest it first.")
    outcome = Outcome(
        lines=sum(batch.lines for batch in found.values()),
        rejects=sum(batch.rejects for batch in found.values()),
        duplicates=sum(batch.duplicates for batch in found.values()),
    )
    if not found:
        emit("nothing_stale")
        return outcome
    catalog = Catalog(config.database, config.bucket)
    catalog.prepare()
    lake.remove("staging/")
    _stage(lake, found)
    made = make(config, found, _published_orders(lake, found))
    for day, batch in found.items():
        if tests := made.failures.get(day):
            _quarantine(lake, day, tests, made.report)
            outcome.failed[day] = tests
        else:
            _publish(lake, catalog, batch, made, prints[day])
            outcome.published.append(day)
    lake.remove("staging/")
    return outcome


def mark(day: date) -> str:
    """Return the object that says what a date was published from; without it, the date is not published."""
    return f"ops/published/date={day}.json"


def _stage(lake: Lake, found: Mapping[date, Batch]) -> None:
    for day, batch in found.items():
        counts = {"lines": batch.lines, "rejects": batch.rejects, "duplicates": batch.duplicates}
        lake.put(f"staging/counts/date={day}/part-0.parquet", parquet(COUNTS, [counts]))
        for name, table in TABLES.items():
            if table.layer != "gold":
                content = parquet(table, batch.rows[name])
                lake.put(f"staging/{name}/date={day}/part-0.parquet", content)


def _published_orders(lake: Lake, found: Mapping[date, Batch]) -> list[str]:
    """Return the files of published orders that a payment of this build may refer to."""
    first, last = min(found) - timedelta(LOOK_BACK), max(found)
    keys = {stored.key for stored in lake.list("silver/orders/")}
    near = (first + timedelta(number) for number in range((last - first).days + 1))
    return [
        f"s3://{lake.bucket}/{key}"
        for day in near
        if day not in found and (key := key_of("silver_orders", day)) in keys
    ]


def _publish(lake: Lake, catalog: Catalog, batch: Batch, made: Made, inputs: str) -> None:
    """Write the files of a date, silver before gold, register them, and only then mark it as published."""
    written = 0
    for name, table in TABLES.items():
        rows = made.rows.get((name, batch.date), []) if table.layer == "gold" else batch.rows[name]
        written += lake.put(key_of(name, batch.date), parquet(table, rows))
        catalog.register(name, batch.date)
    lake.remove(f"quarantine/batches/date={batch.date}/")
    lake.put(mark(batch.date), json.dumps({"date": str(batch.date), "inputs": inputs}).encode())
    emit(
        "published",
        date=batch.date,
        files_written=written,
        lines=batch.lines,
        rejects=batch.rejects,
        duplicates=batch.duplicates,
        rows={name: len(rows) for name, rows in batch.rows.items() if name.startswith("silver_")},
    )


def _quarantine(lake: Lake, day: date, tests: list[str], report: bytes) -> None:
    """Move the candidates of a date out of the way, with the evidence; what is published stays as it is."""
    place = f"quarantine/batches/date={day}/"
    for name, table in TABLES.items():
        if table.layer != "gold":
            lake.s3.copy_object(
                Bucket=lake.bucket,
                CopySource={"Bucket": lake.bucket, "Key": f"staging/{name}/date={day}/part-0.parquet"},
                Key=f"{place}{name}.parquet",
            )
    lake.put(f"{place}run_results.json", report)
    lake.put(f"{place}failures.json", json.dumps({"date": str(day), "tests": tests}).encode())
    emit("quarantined", "error", date=day, tests=tests)


def _dates(days: Sequence[date]) -> str:
    return ", ".join(map(str, days))
