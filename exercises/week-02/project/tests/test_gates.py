"""The gates: what fails is not published, and says why."""

import json
from datetime import date

import pytest
from kit import TABLES, ends_in_words, expect, same_rows

GOOD, REJECTS, ORPHANS, TWICE, EDGE = (date(2025, 10, day) for day in (20, 21, 22, 23, 24))
WHY = {
    REJECTS: "1 of 21 lines delivered on it is rejected, ORDERLAKE_MAX_REJECTS=0.04",
    ORPHANS: "1 of 11 payments is an orphan, by default 0.02",
    TWICE: "two events place one order",
}


@pytest.mark.parametrize("day", WHY, ids=["rejects", "orphans", "twice"])
def test_gate(gates, day):
    """A date that fails a gate is not published; its batch is in quarantine with dbt's verdict."""
    after = gates.after("failing")
    found = [name for name in TABLES if any(row[0] == day for row in after.tables[name])]
    expect(not found, f"{day}, {WHY[day]}: expected nothing of it published, got rows in {found}.")
    place = f"quarantine/batches/date={day}/"
    expect(
        f"{place}run_results.json" in after.versions,
        f"{day}, {WHY[day]}: expected dbt's run_results.json below {place}, got "
        f"{[key for key in after.versions if key.startswith(place)]}.",
    )
    report = json.loads(after.reports[f"{place}run_results.json"])
    failed = [
        result["unique_id"]
        for result in report["results"]
        if result["status"] == "fail" or (result["status"] == "warn" and result["failures"])
    ]
    expect(
        failed and all(name.startswith("test.") for name in failed),
        f"{place}run_results.json: expected a dbt test with the status fail, or warn and failures, got {failed}.",
    )


def test_other_dates(gates):
    """The dates that pass are published by the same command; one at a limit passes."""
    after = gates.after("failing")
    rows = [(day, "EUR", "unknown", "unknown", 10, 10, 10_000) for day in (GOOD, EDGE)]
    got = after.tables["gold_daily_sales"]
    same_rows(
        "Beside dates that fail: gold_daily_sales",
        "gold_daily_sales",
        rows,
        got,
        f"of what was delivered on {GOOD} 1 of 31 lines is a reject, on {EDGE} 3 of 75 lines, and 1 of 50 "
        "payments is an orphan; the limits are 0.04 and 0.02: more than a limit fails.",
    )
    for day in (GOOD, EDGE):
        expect(
            not any(key.startswith(f"quarantine/batches/date={day}/") for key in after.versions),
            f"{day}: expected no batch in quarantine, got one.",
        )


def test_last_words(gates):
    """The last line on standard error names each date that failed; the log is JSON."""
    after = gates.after("failing")
    ends_in_words(after.done)
    missing = [str(day) for day in WHY if str(day) not in after.done.last_words]
    expect(
        not missing,
        f"Three dates that fail: expected each named in the last line on standard error, got none of "
        f"{missing} in {after.done.last_words[:200]!r}.",
    )
    for line in after.done.err.strip().splitlines()[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            event = {}
        expect(
            {"ts", "level", "event"} <= set(event),
            f"`run`: expected a JSON object with ts, level, event on each line but the last, got {line[:120]!r}.",
        )


def test_mended(gates):
    """A corrected delivery publishes the date, and its batch leaves the quarantine."""
    after = gates.after("mended")
    got = {row[0] for row in after.tables["gold_daily_sales"]}
    expect(
        {REJECTS, TWICE} <= got and ORPHANS not in got,
        f"Corrected deliveries for {REJECTS} and {TWICE}: expected these published and {ORPHANS} not, got "
        f"{sorted(map(str, got))}.",
    )
    for day in (REJECTS, TWICE):
        left = [key for key in after.versions if key.startswith(f"quarantine/batches/date={day}/")]
        expect(not left, f"{day} is published: expected its batch out of quarantine, got {left[:1]}.")
    for day in (GOOD, ORPHANS):
        place = f"quarantine/batches/date={day}/"
        expect(
            f"{place}run_results.json" in after.versions,
            f"{day} fails: expected its batch in quarantine with dbt's run_results.json, got "
            f"{[key for key in after.versions if key.startswith(place)]}.",
        )


def test_old_version_stays(gates):
    """A date that was published and now fails a gate stays as it was, object by object."""
    before, after = gates.after("failing"), gates.after("mended")
    places = tuple(place for found in before.partitions.values() for day, place in found if day == GOOD)
    was = {key: version for key, version in before.versions.items() if key.startswith(places)}
    now = {key: version for key, version in after.versions.items() if key.startswith(places)}
    changed = sorted(key for key in was | now if was.get(key) != now.get(key))
    expect(was, f"{GOOD} passes: expected objects of it published before, got none.")
    expect(
        not changed,
        f"{GOOD} was published and fails now: expected its objects in silver, gold and the rejects as they "
        f"were, got {len(changed)} changed: {changed[:1]}.",
        "write, audit, publish: in this order.",
    )
    for name in TABLES:
        rows = [[row for row in found.tables[name] if row[0] == GOOD] for found in (before, after)]
        same_rows(f"{GOOD} was published and fails now: {name}", name, *rows)
