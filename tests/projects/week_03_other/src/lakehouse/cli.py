"""Another right answer: no Spark, all of bronze each time, whole tables written over, files as checkpoint.

Lines are read in Python, tables are computed by DuckDB, `deltalake` commits them.
"""

import fcntl
import json
import os
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

UTC_MS = pa.timestamp("us", "UTC")
FIELDS = {
    "customers": {"name": "s?", "email": "s?", "country": "s", "city": "s?", "segment": "s", "loyalty": "s?"}
    | {"registered_at": "t", "updated_at": "t"},
    "orders": {"customer_id": "i", "ordered_at": "t", "currency": "s", "channel": "s?", "status": "s"}
    | {"amount_cents": "i", "updated_at": "t"},
}
KEYS = {"customers": "customer_id", "orders": "order_id"}
TYPES = {"s": pa.string(), "t": UTC_MS, "i": pa.int64()}
PLACE = {"source": pa.string(), "delivered": pa.date32(), "file": pa.string(), "line": pa.int32()}
BRONZE = pa.schema({**PLACE, "raw": pa.string(), "reason": pa.string()})
CENTS = {"EUR": 100, "GBP": 87, "PLN": 425, "SEK": 1100}
COMMANDS = ("ingest", "silver", "gold", "run", "replay", "forget")


class Stop(Exception):
    def __init__(self, code, words):
        super().__init__(words)
        self.code = code


def main(arguments):
    try:
        config = configured(arguments)
        lake = Path(os.environ["LAKEHOUSE_ROOT"])
        lake.mkdir(parents=True, exist_ok=True)
        with (lake / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Stop(3, "Somebody else is at work here: run again later.") from None
            work(lake, arguments, config)
    except Stop as stop:
        print(stop, file=sys.stderr)
        return stop.code
    return 0


def configured(arguments):
    if not arguments or arguments[0] not in COMMANDS:
        raise Stop(2, f"Say one of {', '.join(COMMANDS)}.")
    if arguments[0] in ("ingest", "run") and not (len(arguments) == 2 and Path(arguments[1]).is_dir()):
        raise Stop(2, "Name the folder that was delivered; it must be there.")
    if "LAKEHOUSE_ROOT" not in os.environ:
        raise Stop(2, "Set LAKEHOUSE_ROOT to the folder of the tables.")
    limits = []
    for name, default in (("LAKEHOUSE_MAX_QUARANTINED", "0.05"), ("LAKEHOUSE_MAX_ORPHANS", "0.02")):
        try:
            limits.append(float(os.environ.get(name, default)))
        except ValueError:
            raise Stop(2, f"{name} must be a number from 0 to 1.") from None
        if not 0 <= limits[-1] <= 1:
            raise Stop(2, f"{name} must be a number from 0 to 1.")
    return limits


def work(lake, arguments, limits):
    command = arguments[0]
    if command in ("ingest", "run"):
        step("ingest", lambda: ingest(lake, Path(arguments[1])))
    if command == "forget":
        step("forget", lambda: forget(lake))
    if command in ("replay", "forget"):
        remember(lake, silver=[], gold=[])
    if command not in ("ingest", "gold"):
        step("silver", lambda: silver(lake))
    if command not in ("ingest", "silver"):
        step("gold", lambda: gold(lake, *limits))
    if command == "forget":
        for log in lake.glob("*/*/_delta_log"):
            DeltaTable(log.parent).vacuum(0, dry_run=False, enforce_retention_duration=False)


def step(name, do):
    began = time.monotonic()
    rows = do() or 0
    now = datetime.now(UTC).isoformat()
    event = {"ts": now, "level": "info", "event": name, "step": name, "rows": rows}
    line = json.dumps(event | {"seconds": time.monotonic() - began})
    if path := os.environ.get("LAKEHOUSE_LOG"):
        with Path(path).open("a") as file:
            file.write(line + "\n")


def state(lake):
    path = lake / "state.json"
    return json.loads(path.read_text()) if path.exists() else {"silver": [], "gold": []}


def remember(lake, **what):
    (lake / "state.tmp").write_text(json.dumps(state(lake) | what))
    (lake / "state.tmp").replace(lake / "state.json")


def table(lake, name):
    path = lake / name
    return DeltaTable(path).to_pyarrow_table() if (path / "_delta_log").exists() else None


def put(lake, name, rows, mode="overwrite"):
    config = {"delta.dataSkippingNumIndexedCols": "0"}
    evolve = "overwrite" if mode == "overwrite" else None
    write_deltalake(lake / name, rows, mode=mode, schema_mode=evolve, configuration=config)


def bronze(lake):
    found = table(lake, "bronze/changes")
    return BRONZE.empty_table() if found is None else found


def files(lake):
    return sorted(set(bronze(lake)["file"].to_pylist()))


def ingest(lake, folder):
    known, rows = set(files(lake)), []
    for path in sorted(folder.glob("cdc/*/*/*.jsonl")):
        source, day = path.parts[-3:-1]
        name = f"cdc/{source}/{day}/{path.name}"
        try:
            delivered = date.fromisoformat(day)
        except ValueError:
            continue
        if source not in KEYS or name in known:
            continue
        for number, raw in enumerate(path.read_text().split("\n"), 1):
            if raw.strip():
                reason = read(source, raw)
                reason = reason if isinstance(reason, str) else None
                rows.append((source, delivered, name, number, raw, reason))
    if rows:
        columns = dict(zip(BRONZE.names, zip(*rows, strict=True), strict=True))
        put(lake, "bronze/changes", pa.table(columns, schema=BRONZE), "append")
    return len(rows)


def read(source, raw):
    try:
        line = json.loads(raw)
    except ValueError:
        return "format"
    if type(line) is not dict:
        return "format"
    key = line.get("key")
    key = key.get(KEYS[source]) if type(key) is dict else None
    if type(key) is not int:
        return "key"
    change = {"op": line.get("op"), "lsn": line.get("lsn"), "ts": typed("t", line.get("ts")), "key": key}
    if change["op"] not in tuple("crud") or type(change["lsn"]) is not int or change["ts"] is None:
        return "schema"
    row = line.get("after") if change["op"] != "d" else {}
    if type(row) is not dict:
        return "schema"
    for name, kind in FIELDS[source].items():
        value = change[name] = typed(kind, row.get(name))
        if change["op"] == "d":
            continue
        if value is None and not (kind == "s?" and row.get(name) is None):
            return "schema"
        if name == "currency" and value not in CENTS:
            return "schema"
    return change


def typed(kind, value):
    if kind == "i":
        return value if type(value) is int else None
    if type(value) is not str:
        return None
    if kind != "t":
        return value
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def connection(lake):
    con = duckdb.connect()
    con.execute("SET TimeZone = 'UTC'")
    lines = bronze(lake)
    con.register("bronze", lines)
    for source, fields in FIELDS.items():
        rows = []
        for line in lines.to_pylist():
            if line["source"] == source and line["reason"] is None:
                place = {name: line[name] for name in PLACE}
                rows.append({**place, **read(source, line["raw"])})
        columns = {"op": pa.string(), "lsn": pa.int64(), "ts": UTC_MS, "key": pa.int64()}
        columns |= {name: TYPES[kind[0]] for name, kind in fields.items()}
        con.register(f"lines_{source}", pa.Table.from_pylist(rows, pa.schema(PLACE | columns)))
        con.execute(f"""
            CREATE VIEW changes_{source} AS
            SELECT * FROM lines_{source}
            QUALIFY row_number() OVER (PARTITION BY lsn ORDER BY file, line) = 1""")
    return con


def silver(lake):
    now = files(lake)
    if state(lake)["silver"] == now:
        return 0
    con = connection(lake)
    total = 0
    for source, fields in FIELDS.items():
        found = con.execute(f"""
            SELECT key AS {KEYS[source]}, {", ".join(fields)} FROM changes_{source}
            QUALIFY lsn = max(lsn) OVER (PARTITION BY key) AND op <> 'd'""").to_arrow_table()
        put(lake, f"silver/{source}", found)
        total += len(found)
    versions = con.execute("""
        WITH marked AS (
            SELECT *, CASE op WHEN 'd' THEN ts ELSE updated_at END AS began,
                struct_pack(a := op = 'd', b := country, c := segment, d := loyalty) AS it
            FROM changes_customers),
        turns AS (
            SELECT * FROM marked
            QUALIFY it IS DISTINCT FROM lag(it) OVER (PARTITION BY key ORDER BY lsn))
        SELECT key AS customer_id, country, segment, loyalty, began AS valid_from,
            lead(began) OVER (PARTITION BY key ORDER BY lsn) AS valid_to
        FROM turns QUALIFY op <> 'd' AND (valid_to IS NULL OR valid_from < valid_to)""").to_arrow_table()
    put(lake, "silver/customer_versions", versions)
    aside = con.execute("FROM bronze WHERE reason IS NOT NULL").to_arrow_table()
    put(lake, "quarantine/lines", aside)
    remember(lake, silver=now)
    return total


def gold(lake, most_quarantined, most_orphans):
    now, known = state(lake)["silver"], state(lake)
    if now == known["gold"] or not now:
        return 0
    con = connection(lake)
    for name in ("customers", "orders", "customer_versions"):
        con.register(name, table(lake, f"silver/{name}"))
    con.register("done", pa.table({"file": pa.array(known["gold"], pa.string())}))
    con.execute("CREATE TABLE cents (currency text, per_euro int)")
    con.executemany("INSERT INTO cents VALUES (?, ?)", list(CENTS.items()))
    new = con.execute("""
        SELECT source, count(*), count(reason) FROM bronze
        WHERE file NOT IN (FROM done) GROUP BY ALL""").fetchall()
    said = [
        f"quarantined: {bad} of {lines} new lines of {source} cannot be used"
        for source, lines, bad in new
        if bad / lines > most_quarantined
    ]
    orphans, total = con.execute("""
        SELECT count(*) FILTER (customer_id NOT IN (SELECT customer_id FROM customer_versions)), count(*)
        FROM orders""").fetchone()
    if orphans > most_orphans * total:
        said.append(f"orphans: {orphans} of {total} orders have no customer")
    if said:
        raise Stop(1, f"Gold was not made: {'; '.join(said)}.")
    put(lake, "gold/daily_orders", con.execute("""
        SELECT ordered_at::date AS date, coalesce(country, 'unknown') AS country,
            coalesce(segment, 'unknown') AS segment, coalesce(channel, 'unknown') AS channel,
            count(*) AS orders, sum(round(amount_cents * 100 / per_euro))::bigint AS eur_cents
        FROM orders JOIN cents USING (currency)
        LEFT JOIN customer_versions AS v ON v.customer_id = orders.customer_id
            AND ordered_at >= valid_from AND (valid_to IS NULL OR ordered_at < valid_to)
        WHERE status <> 'cancelled' GROUP BY ALL""").to_arrow_table())  # fmt: skip
    put(lake, "gold/daily_customers", con.execute("""
        SELECT delivered AS date, segment, count(*) AS customers
        FROM (SELECT DISTINCT delivered FROM bronze) JOIN customer_versions
            ON valid_from < delivered + 1 AND (valid_to IS NULL OR valid_to >= delivered + 1)
        GROUP BY ALL""").to_arrow_table())  # fmt: skip
    put(lake, "gold/quality", con.execute("""
        WITH sound AS (
            SELECT *, row_number() OVER (PARTITION BY lsn ORDER BY delivered, file, line) > 1 AS again
            FROM (SELECT source, delivered, file, line, lsn, ts FROM lines_customers
                UNION ALL SELECT source, delivered, file, line, lsn, ts FROM lines_orders))
        SELECT source, delivered, count(DISTINCT bronze.file) AS files, count(*) AS lines,
            count(reason) AS quarantined, count(*) FILTER (again) AS duplicates, max(ts) AS latest
        FROM bronze LEFT JOIN sound USING (source, delivered, file, line)
        GROUP BY ALL""").to_arrow_table())  # fmt: skip
    remember(lake, gold=now)
    return total


def forget(lake):
    lines, gone = bronze(lake).to_pylist(), {}
    for line in lines:
        if line["source"] == "customers" and line["reason"] is None:
            change = read("customers", line["raw"])
            gone.setdefault(change["key"], []).append((change["lsn"], change["op"]))
    gone = {key for key, ops in gone.items() if max(ops)[1] == "d"}
    for line in lines:
        if line["source"] == "customers" and line["reason"]:
            line["raw"] = None
        elif line["source"] == "customers":
            body = json.loads(line["raw"])
            if body["key"]["customer_id"] in gone:
                for row in (body["before"], body["after"]):
                    for name in ("name", "email", "city") if row else ():
                        row.pop(name, None)
                line["raw"] = json.dumps(body)
    put(lake, "bronze/changes", pa.Table.from_pylist(lines, BRONZE))
