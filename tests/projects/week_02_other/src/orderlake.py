"""Project 2 in another shape: one module, all of bronze read every time, dbt as a command on local tables.

Times without a zone, whole numbers as decimals, several files a partition, no partition without rows.
It has neither function nor policies: it is there to be accepted by the tests of the lake.
"""

import argparse
import csv
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import boto3
import duckdb
from botocore.exceptions import BotoCoreError, ClientError

DBT = Path(__file__).parents[1] / "dbt"
SILVER = {
    "orders": "date DATE, event_id TEXT, order_id DECIMAL(18,0), customer_id DECIMAL(18,0), "
    "occurred_at TIMESTAMP, currency TEXT, channel TEXT",
    "order_items": "date DATE, order_id DECIMAL(18,0), line_number BIGINT, product_id BIGINT, "
    "quantity BIGINT, unit_price_cents BIGINT",
    "order_changes": "date DATE, event_id TEXT, order_id DECIMAL(18,0), change TEXT, occurred_at TIMESTAMP",
    "payments": "date DATE, payment_id TEXT, order_id DECIMAL(18,0), paid_at TIMESTAMP, method TEXT, "
    "amount_cents BIGINT, status TEXT",
    "customers": "date DATE, customer_id BIGINT, country TEXT, segment TEXT",
    "rejects": "date DATE, file TEXT, line BIGINT, reason TEXT, raw TEXT",
    "arrivals": "date DATE, records BIGINT",  # of each date, the lines delivered on it
    "repeats": "date DATE",
}
CHANGES = {"order_placed": "", "order_cancelled": "cancelled", "order_returned": "returned"}
SOURCE = r"(shop/orders/[0-9-]{10}/[^/]+\.jsonl|(psp/payments|crm/customers)/[0-9-]{10}/[^/]+\.csv)"
GOLD = ("daily_sales", "daily_payments", "daily_flow")
SHOWN = [name for name in SILVER if name not in ("arrivals", "repeats")] + list(GOLD)


class Trouble(Exception):
    """An exit code and the sentence that explains it."""


def layer(name):
    return "gold" if name in GOLD else "quarantine" if name == "rejects" else "silver"


def number(value, least=None):
    if isinstance(value, bool) or not re.fullmatch("-?[0-9]{1,18}", str(value)):
        raise ValueError
    if (isinstance(value, str) and value[0] == "-") or (least is not None and int(value) < least):
        raise ValueError
    return int(value)


def word(value):
    if type(value) is not str or not value:
        raise ValueError
    return value


def utc(value):
    at = datetime.fromisoformat(word(value))
    return at.astimezone(UTC).replace(tzinfo=None) if at.utcoffset() is not None else 1 / 0


def parsed(kind, row):
    """Return identity, moment and rows by table; anything raised means a bad value."""
    if kind == "customers":
        good = number(row["customer_id"]), word(row["country"]), word(row["segment"])
        return good[0], None, [("customers", good)]
    if kind == "payments":
        whole, _, part = re.fullmatch(r"(-?\d{1,12})([.,](\d\d?))?", row["amount"]).groups(default="")
        cents = abs(int(whole)) * 100 + int((part or "0").ljust(2, "0"))
        if row["status"] not in ("captured", "failed", "refunded"):
            raise ValueError
        at = utc(row["paid_at"])
        good = word(row["payment_id"]), number(row["order_id"]), at, word(row["method"])
        return good[0], at, [("payments", (*good, -cents if whole[0] == "-" else cents, row["status"]))]
    at, event, order = utc(row["occurred_at"]), word(row["event_id"]), row["order"]
    number_of = number(order["order_id"])
    change = CHANGES[row["event_type"]]
    if change:
        return event, at, [("order_changes", (event, number_of, change, at))]
    currency, channel = order["currency"].upper(), order.get("channel")
    if channel is not None:
        word(channel)
    if not re.fullmatch("[A-Z]{3}", currency) or not order["items"]:
        raise ValueError
    items = [
        (
            number_of,
            number(item["line_number"]),
            number(item["product_id"]),
            number(item["quantity"], 1),
            number(item["unit_price_cents"], 0),
        )
        for item in order["items"]
    ]
    placed = event, number_of, number(order["customer_id"]), at, currency, channel
    return event, at, [("orders", placed), *(("order_items", item) for item in items)]


def lines(name, content):
    """Yield line number, bytes and a dict, or None where there is none."""
    numbered = [(n, line.rstrip(b"\r")) for n, line in enumerate(content.split(b"\n"), 1) if line.strip()]
    header = None
    for n, line in numbered:
        found = None
        try:
            if name.endswith("l"):
                found = json.loads(line.decode())
            else:
                cells = next(csv.reader([line.decode()]))
                if header is None:
                    header = cells
                    continue
                found = dict(zip(header, cells, strict=True))
        except ValueError:
            pass
        yield n, line, found if isinstance(found, dict) else None


class Lake:
    def __init__(self):
        self.bucket = os.environ.get("ORDERLAKE_BUCKET") or _stop(
            2, "Please name the bucket in ORDERLAKE_BUCKET."
        )
        self.limits = [
            _share(name, default) for name, default in (("MAX_REJECTS", "0.05"), ("MAX_ORPHANS", "0.02"))
        ]
        self.base = os.environ.get("ORDERLAKE_DATABASE", "orderlake")
        self.s3, self.glue = boto3.client("s3"), boto3.client("glue")
        self.s3.head_bucket(Bucket=self.bucket)

    def listing(self, prefix):
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {one["Key"]: one["ETag"][1:-1] for page in pages for one in page.get("Contents", ())}

    def read(self, key):
        return self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def write(self, key, content, there):
        if there.get(key) != hashlib.md5(content).hexdigest():
            self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)

    def ingest(self, folder):
        there = self.listing("bronze/")
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and re.fullmatch(SOURCE, name):
                system, table, day, file = name.split("/")
                self.write(f"bronze/{system}/{table}/delivered={day}/{file}", path.read_bytes(), there)

    def fill(self, con):
        """Read all of bronze into the tables of silver."""
        for name, columns in SILVER.items():
            con.execute(f"CREATE TABLE {name} ({columns})")
        rows, seen = {name: [] for name in SILVER}, set()
        keys = self.listing("bronze/")
        for key in sorted(keys, key=lambda key: (key.split("=")[1][:10], key)):
            _, system, kind, day, file = key.split("/")
            delivered = date.fromisoformat(day[-10:])
            rows["arrivals"].append((delivered, 0))
            for n, raw, found in lines(file, self.read(key)):
                rows["arrivals"].append((delivered, 1))
                reason, about = "format", delivered
                if found is not None:
                    try:
                        reason = "value"
                        identity, at, made = parsed(kind, found)
                        about = at.date() if at else delivered
                        late = delivered - about
                        reason = None if timedelta(0) <= late <= timedelta(3) else "time"
                    except Exception:
                        pass
                if reason:
                    path = f"{system}/{kind}/{delivered}/{file}"
                    rows["rejects"].append((delivered, path, n, reason, raw.decode(errors="replace")))
                elif (kind, about, identity) in seen:
                    rows["repeats"] += [(about,)] * (kind != "customers")
                else:
                    seen.add((kind, about, identity))
                    for table, values in made:
                        rows[table].append((about, *values))
        for name, found in rows.items():
            if found:
                con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(found[0]))})", found)

    def build(self, only):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "lake.duckdb")
            with duckdb.connect(str(path)) as con:
                self.fill(con)
                tables = ("arrivals", "orders", "order_changes", "payments")
                known = " UNION ".join(f"SELECT date FROM {name}" for name in tables)
                found = con.execute(f"SELECT DISTINCT date FROM ({known}) ORDER BY 1").fetchall()
                days = [day for (day,) in found]
            if set(only) - set(days):
                _stop(1, "Nothing was delivered for one of these dates, so ingest it first.")
            if not days:
                return
            dbt = Path(shutil.copytree(DBT, Path(folder, "dbt")))
            limits = dict(zip(("max_rejects", "max_orphans"), self.limits, strict=True))
            subprocess.run(
                [sys.executable, "-m", "dbt.cli.main", "build", "--vars", json.dumps(limits)],
                cwd=dbt,
                env=os.environ | {"DBT_PROFILES_DIR": str(dbt), "LAKE": str(path)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            report = (dbt / "target" / "run_results.json").read_bytes()
            with duckdb.connect(str(path)) as con:
                self.publish(con, only or days, report, folder)

    def publish(self, con, days, report, folder):
        bad = {}
        for result in json.loads(report)["results"]:
            if result["status"] == "fail":
                for (day,) in con.execute(f"SELECT DISTINCT date FROM {result['relation_name']}").fetchall():
                    bad.setdefault(day, []).append(result["unique_id"])
            elif result["status"] == "error":
                _stop(3, f"dbt failed on {result['unique_id']}, look at its log.")
        there = self.listing("")
        self.tables(con)
        failed = []
        for day in days:
            files = {}
            for name in SHOWN:
                count = con.execute(f"SELECT count(*) FROM {name} WHERE date = ?", [day]).fetchone()[0]
                for part in range(min(count, 2)):
                    file = Path(folder, "part.parquet")
                    con.execute(
                        f"COPY (SELECT * EXCLUDE (date, n) FROM (SELECT *, row_number() OVER () AS n FROM "
                        f"(FROM {name} WHERE date = '{day}' ORDER BY ALL)) WHERE (n - 1) % 2 = {part} "
                        f"ORDER BY n) TO '{file}'"
                    )
                    files[f"{layer(name)}/all/{name}/date={day}/{part}.parquet"] = file.read_bytes()
            old = {key for key in there if f"/date={day}/" in key and "/all/" in key}
            stale = old != set(files) or any(there[k] != hashlib.md5(c).hexdigest() for k, c in files.items())
            place = f"quarantine/batches/date={day}/"
            if stale and day in bad:
                self.write(f"{place}run_results.json", report, {})
                failed.append(f"{day} ({', '.join(bad[day])})")
                continue
            for key, content in files.items():
                self.write(key, content, there)
            for key in old - set(files) | {key for key in there if key.startswith(place)}:
                self.s3.delete_object(Bucket=self.bucket, Key=key)
            for name in {key.split("/")[2] for key in files}:
                self.partition(name, day)
        if failed:
            _stop(1, f"These dates failed a gate and are not published: {'; '.join(failed)}")

    def tables(self, con):
        _quietly(self.glue.create_database, DatabaseInput={"Name": self.base})
        for name in SHOWN:
            found = con.execute(f"SELECT column_name FROM (DESCRIBE {name})").fetchall()
            columns = [{"Name": column, "Type": "string"} for (column,) in found if column != "date"]
            place = f"s3://{self.bucket}/{layer(name)}"
            table = {
                "Name": f"{layer(name)}_{name}",
                "PartitionKeys": [{"Name": "date", "Type": "string"}],
                "StorageDescriptor": {"Columns": columns, "Location": place},
            }
            _quietly(self.glue.create_table, DatabaseName=self.base, TableInput=table)

    def partition(self, name, day):
        place = f"s3://{self.bucket}/{layer(name)}/all/{name}/date={day}/"
        given = {"Values": [str(day)], "StorageDescriptor": {"Columns": [], "Location": place}}
        names = {"DatabaseName": self.base, "TableName": f"{layer(name)}_{name}"}
        _quietly(self.glue.create_partition, **names, PartitionInput=given)


def _quietly(create, **options):
    try:
        create(**options)
    except ClientError as error:
        if error.response["Error"]["Code"] != "AlreadyExistsException":
            raise


def _share(name, default):
    text = os.environ.get(f"ORDERLAKE_{name}", default)
    if not re.fullmatch(r"0|1|[01]\.0*|0?\.\d+", text):
        _stop(2, f"Please set ORDERLAKE_{name} to a number from 0 to 1.")
    return float(text)


def _stop(code, words):
    raise Trouble(code, words)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["ingest", "build", "run", "cost"])
    parser.add_argument("what", nargs="*")
    given = parser.parse_args()
    try:
        if given.command in ("ingest", "run") and not (len(given.what) == 1 and Path(given.what[0]).is_dir()):
            _stop(2, "Please give one folder that is there.")
        try:
            dates = given.what if given.command in ("build", "cost") else []
            days = [date.fromisoformat(one) for one in dates]
        except ValueError:
            _stop(2, "Please give dates such as 2025-10-01.")
        lake = Lake()
        if given.command == "cost":
            _stop(1, "Costs are not counted by this one.")
        if given.command in ("ingest", "run"):
            lake.ingest(Path(given.what[0]))
        if given.command in ("build", "run"):
            lake.build(days)
    except Trouble as trouble:
        print(trouble.args[1], file=sys.stderr)
        return trouble.args[0]
    except (BotoCoreError, ClientError) as error:
        print("AWS could not be asked:", " ".join(str(error).split()), file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
