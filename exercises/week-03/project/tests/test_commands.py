"""Commands: wrong use, the log."""

import json

from kit import TABLES, ends_in_words, expect, started, well


def test_wrong_use(tmp_path):
    """A missing or senseless argument or variable, or no such folder: exit code 2, and a sentence."""
    root = {"LAKEHOUSE_ROOT": tmp_path / "lake"}
    cases = [
        ("without a command", (), root),
        ("without a folder", ("run",), root),
        ("with a folder that is not there", ("ingest", tmp_path / "none"), root),
        ("without LAKEHOUSE_ROOT", ("silver",), {}),
        ("with LAKEHOUSE_MAX_QUARANTINED=1.5", ("gold",), {**root, "LAKEHOUSE_MAX_QUARANTINED": "1.5"}),
        ("with LAKEHOUSE_MAX_ORPHANS=few", ("gold",), {**root, "LAKEHOUSE_MAX_ORPHANS": "few"}),
    ]
    for given, arguments, variables in cases:
        ends_in_words(well(started(*arguments, **variables), 2, given))


def test_log(story):
    """LAKEHOUSE_LOG holds a JSON object a line; each step of `run` says its rows and seconds."""
    after = story.after("run")
    steps = {}
    for line in story.log.read_text().splitlines() if story.log.exists() else ():
        try:
            event = json.loads(line)
        except ValueError:
            event = {}
        expect(
            isinstance(event, dict) and {"ts", "level", "event"} <= set(event),
            f"LAKEHOUSE_LOG: expected a JSON object with ts, level, event on each line, got {line[:120]!r}.",
        )
        if "step" in event:
            steps.setdefault(event["step"], event)
    wanted = {"ingest", "silver", "gold"}
    good = {name for name, one in steps.items() if one.get("rows", -1) >= 0 and one.get("seconds", -1) >= 0}
    expect(
        wanted <= good,
        f"LAKEHOUSE_LOG after `run`: expected an event with step, rows and seconds for each of "
        f"{sorted(wanted)}, got {sorted(good)}.",
    )
    lines = len(after.tables["bronze/changes"] or ())
    expect(
        steps["ingest"]["rows"] == lines > 0,
        f"LAKEHOUSE_LOG: expected the step ingest with the {lines} lines of bronze as rows, got "
        f"{steps['ingest']['rows']}.",
    )


def test_steps(gates):
    """`ingest`, `silver`, `gold` one after the other make all tables; each writes its own layer."""
    after = gates.after("gold")
    missing = [name for name in TABLES if after.tables[name] is None and not name.startswith("quarantine")]
    expect(not missing, f"After `ingest`, `silver`, `gold`: expected every table, got none of {missing}.")
    between = gates.after("ingest").versions
    expect(
        not [name for name in between if name.startswith(("silver", "gold"))],
        f"`ingest`: expected it to write bronze only, got {sorted(between)}.",
    )
    expect(
        not [name for name in gates.after("silver").versions if name.startswith("gold")],
        "`silver`: expected it to leave gold alone, got tables of gold.",
    )
