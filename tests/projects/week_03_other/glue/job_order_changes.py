"""Another right answer: DuckDB writes the Parquet; a file of its own for each day."""

import json
import sys
import time
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
from lakehouse.cli import FIELDS, TYPES, UTC_MS, read


def stop(words):
    print(words, file=sys.stderr)
    sys.exit(2)


began = time.monotonic()
given = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
missing = [name for name in ("--JOB_NAME", "--source", "--target") if name not in given]
if missing:
    stop(f"The job needs the parameter {missing[0]} with a value.")
day, option = given.get("--day"), given.get("--job-bookmark-option", "job-bookmark-enable")
try:
    date.fromisoformat(day or "2025-01-01")
except ValueError:
    stop(f"--day {day} is no date: say it as 2025-10-01.")
if option not in ("job-bookmark-enable", "job-bookmark-disable"):
    stop(f"--job-bookmark-option cannot be {option}.")
source, target = Path(given["--source"]), Path(given["--target"])
bookmark = target / "_bookmarks" / f"{given['--JOB_NAME']}.json"
enabled = option == "job-bookmark-enable"
seen = set(json.loads(bookmark.read_text())) if enabled and bookmark.exists() else set()
days = {}
for path in sorted(source.glob("cdc/orders/*/*.jsonl")):
    try:
        date.fromisoformat(path.parent.name)
    except ValueError:
        continue
    if day in (None, path.parent.name):
        days.setdefault(path.parent.name, []).append(path)
new = {path.relative_to(source).as_posix() for paths in days.values() for path in paths} - seen
columns = {"op": pa.string(), "lsn": pa.int64(), "ts": UTC_MS, "key": pa.int64()}
columns |= {name: TYPES[kind[0]] for name, kind in FIELDS["orders"].items()}
files = rows = rejected = 0
for delivered, paths in days.items():
    if not {path.relative_to(source).as_posix() for path in paths} & new:
        continue
    found = {}
    for path in paths:
        files += 1
        for raw in path.read_text().split("\n"):
            if raw.strip():
                change = read("orders", raw)
                if isinstance(change, str):
                    rejected += 1
                else:
                    found[change["lsn"]] = change
    rows += len(found)
    content = pa.Table.from_pylist(list(found.values()), pa.schema(columns))
    folder = target / f"delivered={delivered}"
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.sql("SELECT key AS order_id, * EXCLUDE (key) FROM content").write_parquet(str(folder / "a.tmp"))
    (folder / "a.tmp").replace(folder / "a.parquet")
if enabled:
    bookmark.parent.mkdir(parents=True, exist_ok=True)
    bookmark.with_suffix(".tmp").write_text(json.dumps(sorted(seen | new)))
    bookmark.with_suffix(".tmp").replace(bookmark)
seconds = time.monotonic() - began
print(
    json.dumps(
        {"job": given["--JOB_NAME"], "files": files, "rows": rows, "rejected": rejected, "seconds": seconds}
    )
)
