"""The change feed: its tables hold together, and a reader of its own folds the dirty files to the truth."""

import hashlib
import json
import re
from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from seniorde import datasets
from seniorde.datasets import changes

SCALE = 0.1
DIRT = list(datasets.dirt("changes"))
KEYS = {"customers": "customer_id", "orders": "order_id"}
TIMES = {"registered_at", "ordered_at", "updated_at"}
END = changes.START + timedelta(changes.DAYS)


def delivered(folder, table):
    """Yield day, file name and lines of what was delivered, in order."""
    for path in sorted((folder / "cdc" / table).glob("*/*")):
        yield date.fromisoformat(path.parent.name), path.name, path.read_text(encoding="utf-8").splitlines()


def good(folder, table, seen):
    """Return each good change once, by lsn; count what had to be done in `seen`."""
    found, youngest, files = {}, defaultdict(int), {}
    for day, name, lines in delivered(folder, table):
        copy = tuple(lines) in files
        seen["twice"] += copy
        seen["gap"] += "late" in name
        files[tuple(lines)] = name
        for line in lines:
            try:
                change = json.loads(line)
            except json.JSONDecodeError:
                seen["malformed"] += 1
                continue
            at = datetime.fromisoformat(change["ts"])
            assert day - at.date() <= timedelta(5 if "late" in name else 2) or "again" in name
            if change["key"] is None:
                assert all(
                    row is None or row[KEYS[table]] is None for row in (change["before"], change["after"])
                )
                seen["null_key"] += 1
                continue
            [key] = change["key"].values()
            segment = (change["after"] or {}).get("segment", "")
            if not isinstance(segment, str):
                assert at.date() >= date(2025, 10, 22)
                seen["breaking"] += 1
            elif change["lsn"] in found:
                assert found[change["lsn"]] == line
                seen["duplicate"] += not copy
            else:
                seen["disorder"] += change["lsn"] < youngest[key]
                seen["after its delete"] += youngest[key, "d"] > change["lsn"]
                found[change["lsn"]] = line
                youngest[key] = max(youngest[key], change["lsn"])
                if change["op"] == "d":
                    youngest[key, "d"] = change["lsn"]
    return [json.loads(found[lsn]) for lsn in sorted(found)]


def typed(row):
    return {name: datetime.fromisoformat(row[name]) if name in TIMES else row[name] for name in row}


def folded(ordered, table):
    """Return the state after the last change; each change must fit the one before."""
    state = {}
    for change in ordered:
        key = change["key"][KEYS[table]]
        before, after, op = change["before"], change["after"], change["op"]
        loyal = table == "customers" and change["ts"] >= "2025-10-10"
        for row in filter(None, (before, after)):
            assert row[KEYS[table]] == key and ("loyalty" in row) is loyal
        assert (key in state) is (op in "ud") and (before is not None) is (op in "ud")
        if before is not None:
            before.setdefault("loyalty", None)
            assert typed(before) == state[key] | ({} if table == "customers" else {"loyalty": None})
        state[key] = typed(after) if after else None
        if table == "customers" and after:
            state[key].setdefault("loyalty", None)
        if after:
            assert after["updated_at"] == change["ts"] or op == "r"
        else:
            assert op == "d"
            del state[key]
    return state


def versions(ordered):
    """Return the customers' versions: one for each run of equal tracked columns."""
    found = []
    last = {}
    for change in ordered:
        key, at = change["key"]["customer_id"], datetime.fromisoformat(change["ts"])
        after = change["after"] and typed({"loyalty": None} | change["after"])
        tracked = after and tuple(after[name] for name in changes.TRACKED)
        if key in last and tuple(last[key][2:5]) == tracked:
            continue
        if key in last:
            last.pop(key)[5] = at
        if after:
            last[key] = [key, after["updated_at"], *tracked, None]
            found.append(last[key])
    return sorted(map(tuple, found))


def same(found, truth):
    assert sorted(found.items()) == sorted((next(iter(row.values())), row) for row in truth.to_pylist())


def read_all(folder, truth):
    seen = Counter()
    clean = []
    for table in KEYS:
        ordered = good(folder, table, seen)
        same(folded(ordered, table), truth[table])
        if table == "customers":
            assert versions(ordered) == sorted(
                tuple(row.values()) for row in truth["customer_versions"].to_pylist()
            )
        clean += [(change["lsn"], table, change) for change in ordered]
    return sorted(clean, key=lambda change: change[0]), +seen


@pytest.fixture(scope="module")
def truth():
    return datasets.arrow("changes", scale=SCALE)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("changes")
    datasets.files("changes", folder, scale=SCALE)
    return folder


def test_keys_hold_and_the_marketplace_is_the_same(truth):
    con = duckdb.connect()
    datasets.load(con, "changes", scale=SCALE)
    market = datasets.arrow("marketplace", scale=SCALE)
    for table, key in KEYS.items():
        there = {row[key]: row for row in market[table].to_pylist()}
        here = {row[key]: row for row in truth[table].to_pylist()}
        gone = len(there) - len(here)
        assert gone == {"customers": 4, "orders": 8}[table]
        for number, row in here.items():
            assert {name: row[name] for name in there[number]} == there[number]
    assert truth["customers"].schema.names == [
        *market["customers"].schema.names, "updated_at", "loyalty",
    ]  # fmt: skip
    due = Counter()
    for item in market["order_items"].to_pylist():
        due[item["order_id"]] += item["quantity"] * item["unit_price_cents"]
    assert all(row["amount_cents"] == due[row["order_id"]] for row in truth["orders"].to_pylist())
    assert all(row["ordered_at"] <= row["updated_at"] < END for row in truth["orders"].to_pylist())


def test_nobody_is_heard_of_after_he_was_forgotten(truth):
    forgotten, purged = {}, set()
    for change in truth["changes"].to_pylist():
        if change["op"] == "d":
            key = json.loads(change["key"])
            forgotten[key.get("customer_id")] = change["ts"]
            purged.add(key.get("order_id"))
    market = datasets.arrow("marketplace", scale=SCALE)
    for order in market["orders"].to_pylist():
        assert order["ordered_at"] < forgotten.get(order["customer_id"], END)
    for table in ("payments", "parcels"):
        assert not purged & set(market[table]["order_id"].to_pylist())
    closed = {row["customer_id"]: row["valid_to"] for row in truth["customer_versions"].to_pylist()}
    assert {who: at for who, at in closed.items() if at} == {who: at for who, at in forgotten.items() if who}


def test_the_versions_are_the_marketplaces_where_nothing_else_happened(truth):
    there = {
        (row["customer_id"], row["valid_from"], row["city"], row["segment"])
        for row in datasets.arrow("marketplace", scale=SCALE)["customer_versions"].to_pylist()
    }
    here = {
        (row["customer_id"], row["valid_from"], row["city"], row["segment"])
        for row in truth["customer_versions"].to_pylist()
    }
    assert there <= here and len(here) > len(there)


def test_the_feed_is_one_line_of_time(truth):
    rows = truth["changes"].to_pylist()
    lsn, at, tx = ([row[name] for row in rows] for name in ("lsn", "ts", "tx"))
    assert lsn == sorted(set(lsn)) and at == sorted(at) and tx == sorted(tx)
    kinds = "".join(row["op"] for row in rows)
    assert re.fullmatch("r+[cud]+", kinds) and len({row["tx"] for row in rows if row["op"] == "r"}) == 1
    moments = Counter((row["key"], row["ts"]) for row in rows)
    assert max(moments.values()) == 2  # created and corrected within a millisecond: lsn alone tells the order
    assert len({row["key"] for row in rows if row["table"] == "customers"}) == 240


def test_without_dirt_the_files_hold_exactly_the_truth(tmp_path, truth):
    datasets.files("changes", tmp_path, scale=SCALE, dirt=())
    clean, seen = read_all(tmp_path, truth)
    assert not seen
    for (lsn, table, change), row in zip(clean, truth["changes"].to_pylist(), strict=True):
        assert (lsn, table, change["op"], change["tx"]) == (row["lsn"], row["table"], row["op"], row["tx"])
        assert datetime.fromisoformat(change["ts"]) == row["ts"]
        for name in ("key", "before", "after"):
            change[name].pop("loyalty", None) if change[name] else None
            expected = row[name] and json.loads(row[name])
            expected.pop("loyalty", None) if expected else None
            assert change[name] == expected
    for table in KEYS:
        last = 0
        for day, name, lines in delivered(tmp_path, table):
            for line in lines:
                change = json.loads(line)
                at = datetime.fromisoformat(change["ts"])
                assert at.date() == day and name == f"changes-{at.hour // 6:02d}.jsonl"
                assert change["lsn"] > last
                last = change["lsn"]


def test_the_text_of_the_table_is_the_text_of_the_lines(tmp_path, truth):
    datasets.files("changes", tmp_path, scale=SCALE, dirt=())
    lines = {line for table in KEYS for _, _, lines in delivered(tmp_path, table) for line in lines}
    made = {
        f'{{"op":"{row["op"]}","lsn":{row["lsn"]},"ts":"{row["ts"].strftime("%Y-%m-%dT%H:%M:%S")}.'
        f'{row["ts"].microsecond // 1000:03d}Z","tx":{row["tx"]},"key":{row["key"]},'
        f'"before":{row["before"] or "null"},"after":{row["after"] or "null"}}}'
        for row in truth["changes"].to_pylist()
    }
    assert lines == made


def test_the_dirty_files_hold_the_truth_once_they_are_cleaned(files, truth):
    _, seen = read_all(files, truth)
    assert set(DIRT) <= set(seen) and seen["twice"] == 2 and seen["gap"] == 1
    assert seen["after its delete"] >= 4


@pytest.mark.parametrize("kind", DIRT)
def test_one_kind_of_dirt_is_alone(kind, tmp_path):
    datasets.files("changes", tmp_path, scale=0.05, dirt=[kind])
    _, seen = read_all(tmp_path, datasets.arrow("changes", scale=0.05))
    also = {"disorder", "after its delete"} if kind in ("disorder", "malformed", "breaking", "gap") else set()
    assert kind in seen and set(seen) <= {kind} | also


@pytest.mark.parametrize("seed", [7, 42, 2**40])
def test_other_seeds_have_all_the_dirt_and_the_truth(seed, tmp_path):
    datasets.files("changes", tmp_path, scale=0.05, seed=seed)
    _, seen = read_all(tmp_path, datasets.arrow("changes", scale=0.05, seed=seed))
    assert set(DIRT) <= set(seen) and seen["after its delete"]


def test_a_file_that_comes_again_or_late_has_a_name_that_says_so(files):
    names = {
        f"{table}/{day}/{name}"
        for table in KEYS
        for day, name, _ in delivered(files, table)
        if not re.fullmatch(r"changes-0[0-3]\.jsonl", name)
    }
    assert names == {
        "customers/2025-10-15/changes-00-again.jsonl",
        "orders/2025-10-09/changes-01-again.jsonl",
        "orders/2025-10-19/changes-02-late.jsonl",
    }
    first, again, missing = (
        files / "cdc" / path
        for path in (
            "customers/2025-10-01/changes-00.jsonl",
            "customers/2025-10-15/changes-00-again.jsonl",
            "orders/2025-10-16/changes-02.jsonl",
        )
    )
    assert first.read_bytes() == again.read_bytes() and not missing.exists()


def test_the_same_bytes_on_every_machine_and_twice(tmp_path):
    paths = datasets.files("changes", tmp_path, scale=0.05)
    again = datasets.files("changes", tmp_path, scale=0.05)
    assert paths == again == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in again:
        digest.update(f"{path.relative_to(tmp_path)} ".encode() + path.read_bytes())
    tables = hashlib.sha256()
    for table in datasets.arrow("changes", scale=0.05).values():
        tables.update(json.dumps(table.to_pylist(), default=str).encode())
    assert (digest.hexdigest()[:16], tables.hexdigest()[:16]) == ("dd65b5883e74c659", "8b63a07110d0b2f9")


def test_a_tiny_scale_still_forgets_and_purges():
    rows = datasets.arrow("changes", scale=0.01)["changes"].to_pylist()
    assert {row["table"] for row in rows if row["op"] == "d"} == set(KEYS)
    assert max(row["ts"] for row in rows) < END and rows[0]["ts"] == datetime(2025, 10, 1, tzinfo=UTC)
