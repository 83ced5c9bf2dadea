"""The marketplace: its tables hold together, and a reader of its own finds them again in the dirty files."""

import csv
import hashlib
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pandas as pd
import pytest

from seniorde import datasets
from seniorde.datasets import marketplace

SCALE = 0.1
DIRT = list(datasets.dirt("marketplace"))
BERLIN = ZoneInfo("Europe/Berlin")
END = marketplace.START + timedelta(marketplace.DAYS)


def moment(text, zone=UTC):
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone).astimezone(UTC)


def delivered(folder, source):
    """Yield day, file name and text of what a source delivered."""
    for path in sorted((folder / source).glob("*/*")):
        yield date.fromisoformat(path.parent.name), path.name, path.read_text(encoding="utf-8")


def csv_rows(text, separator=","):
    """Yield a dictionary a row, None for a row that lacks columns."""
    header, *rows = csv.reader(text.splitlines(), delimiter=separator)
    for row in rows:
        yield dict(zip(header, row, strict=True)) if len(row) == len(header) else None


def order_events(folder, seen):
    """Yield each good event once; count what had to be done in `seen`."""
    known = set()
    for day, _, text in delivered(folder, "shop/orders"):
        seen["empty"] += not text
        for line in text.splitlines():
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                seen["malformed"] += 1
                continue
            order, at = event["order"], moment(event["occurred_at"])
            items = order.get("items", [])
            seen["zones"] += not event["occurred_at"].endswith("Z")
            seen["types"] += any(isinstance(item["quantity"], str) for item in items)
            seen["text id"] += isinstance(order.get("customer_id"), str)
            seen["case"] += order.get("currency", "").islower()
            seen["personal"] += "@" in order.get("gift_note", "")
            seen["drift"] += "gift_note" in order
            if at.year > 2025 or any(int(item["quantity"]) <= 0 for item in items):
                seen["future" if at.year > 2025 else "negative"] += 1
            elif event["event_id"] in known:
                seen["duplicate"] += 1
            else:
                known.add(event["event_id"])
                seen["late"] += day > at.date()
                yield day, at, event["event_type"], order


def orders_of(folder, seen):
    """Return the tables `orders` and `order_items`, read from the files."""
    orders, items = {}, []
    undone = {}
    for _, at, kind, order in order_events(folder, seen):
        if kind != "order_placed":
            assert set(order) == {"order_id"}
            undone[order["order_id"]] = kind.removeprefix("order_")
            continue
        orders[order["order_id"]] = {
            "customer_id": int(order["customer_id"]),
            "ordered_at": at,
            "currency": order["currency"].upper(),
            "channel": order.get("channel"),
            "status": "placed",
        }
        for item in order["items"]:
            items.append({"order_id": order["order_id"]} | {name: int(item[name]) for name in item})
    for order_id, status in undone.items():
        orders[order_id]["status"] = status
    found = pd.DataFrame.from_dict(orders, orient="index").rename_axis("order_id").reset_index()
    return found, pd.DataFrame(items)


def payments_of(folder, seen, known_orders):
    found, files = {}, set()
    for day, _, text in delivered(folder, "psp/payments"):
        if text in files:
            seen["twice"] += 1
            continue
        files.add(text)
        seen["empty"] += text.count("\n") == 1
        for row in csv_rows(text):
            if row is None:
                seen["malformed"] += 1
            elif row["amount"] == "N/A":
                seen["types"] += 1
            elif int(row["order_id"]) not in known_orders:
                seen["orphans"] += 1
            elif row["payment_id"] in found:
                seen["duplicate"] += 1
            else:
                seen["types"] += "," in row["amount"]
                seen["late"] += day > moment(row["paid_at"]).date()
                amount = row.pop("amount").replace(",", ".")
                assert re.fullmatch(r"-?\d+\.\d\d", amount)
                row |= {"amount_cents": int(amount.replace(".", "")), "paid_at": moment(row["paid_at"])}
                found[row["payment_id"]] = row | {"order_id": int(row["order_id"])}
    return pd.DataFrame(found.values())


def parcels_of(folder, seen):
    found = {}
    for day, _, text in delivered(folder, "carrier/parcels"):
        for row in csv_rows(text, ";"):
            if row is None:
                seen["malformed"] += 1
                continue
            seen["drift"] += "weight_kg" in row
            assert ("weight_kg" in row) is (day >= date(2025, 10, 20) and seen["wanted drift"] > 0)
            weight = row.pop("weight_kg", None) or row.pop("weight")
            assert re.fullmatch(r"\d+\.\d{3}", weight)
            row |= {"order_id": int(row["order_id"]), "weight_grams": int(weight.replace(".", ""))}
            for name in ("shipped_at", "delivered_at"):
                row[name] = moment(row[name], BERLIN) if row[name] else None
            found[row["parcel_id"]] = row  # the last one is complete
    return pd.DataFrame(found.values())


def same(found, truth):
    """Compare two tables by their rows, whatever the order and the width of numbers."""
    key = list(truth.columns)
    found, truth = (rows[key].astype(object).where(rows[key].notna(), None) for rows in (found, truth))
    first, second = (sorted(rows.itertuples(index=False, name=None), key=str) for rows in (found, truth))
    assert first == second


def read_all(folder, dirt):
    seen = Counter({"wanted drift": int("drift" in dirt)})
    orders, items = orders_of(folder, seen)
    payments = payments_of(folder, seen, set(orders["order_id"]))
    return {
        "orders": orders,
        "order_items": items,
        "payments": payments,
        "parcels": parcels_of(folder, seen),
    }, seen


@pytest.fixture(scope="module")
def frames():
    return datasets.frames("marketplace", scale=SCALE)


@pytest.fixture(scope="module")
def small():
    return datasets.frames("marketplace", scale=0.05)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("marketplace")
    datasets.files("marketplace", folder, scale=SCALE)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clean")
    datasets.files("marketplace", folder, scale=SCALE, dirt=())
    return folder


def test_keys_and_references_hold():
    con = duckdb.connect()
    datasets.load(con, "marketplace", scale=SCALE)  # its primary keys hold, or it would not load
    references = {
        "products.seller_id": "sellers", "customer_versions.customer_id": "customers",
        "orders.customer_id": "customers", "order_items.order_id": "orders",
        "order_items.product_id": "products", "payments.order_id": "orders", "parcels.order_id": "orders",
    }  # fmt: skip
    for reference, parent in references.items():
        table, column = reference.split(".")
        query = f"SELECT count(*) FROM {table} ANTI JOIN {parent} USING ({column})"
        assert con.execute(query).fetchone() == (0,), reference
    for table in marketplace.DATASET.keys:
        missing = con.execute(f"SELECT count(COLUMNS(*)) - count(*) FROM {table}").fetchone()
        names = [column[0] for column in con.description]
        allowed = {"channel", "delivered_at", "valid_to"}
        assert {name for name, count in zip(names, missing, strict=True) if count} <= allowed


def test_the_sizes_follow_the_scale():
    rows = {name: table.num_rows for name, table in datasets.arrow("marketplace").items()}
    assert rows | {"payments": 0, "parcels": 0, "order_items": 0} == {
        "sellers": 120, "products": 1_500, "customers": 2_400, "customer_versions": 2_760,
        "orders": 42_000, "order_items": 0, "payments": 0, "parcels": 0,
    }  # fmt: skip
    assert 70_000 < rows["order_items"] < 78_000 and 40_000 < rows["payments"] < 47_000
    small = {name: table.num_rows for name, table in datasets.arrow("marketplace", scale=0.01).items()}
    assert small["orders"] == 420 and min(small.values()) >= 10
    with pytest.raises(datasets.DatasetError, match="up to 20"):
        datasets.arrow("marketplace", scale=21)


def test_days_have_a_rhythm_and_the_clock_is_utc(frames):
    at = frames["orders"]["ordered_at"]
    assert at.is_monotonic_increasing and at.iloc[0] >= marketplace.START and at.iloc[-1] < END
    by_day = at.dt.date.value_counts().sort_index()
    assert len(by_day) == marketplace.DAYS and by_day.sum() == 4_200
    assert by_day[date(2025, 10, 4)] > by_day[date(2025, 10, 7)]  # a Saturday, a Tuesday


def test_one_seller_takes_three_lines_of_ten_and_some_customers_never_order(frames):
    lines = frames["order_items"].merge(frames["products"], on="product_id")["seller_id"].value_counts()
    assert 0.25 < lines.iloc[0] / lines.sum() < 0.35 and lines.iloc[1] < lines.iloc[0] / 2
    never = set(frames["customers"]["customer_id"]) - set(frames["orders"]["customer_id"])
    assert 0.1 < len(never) / len(frames["customers"]) < 0.5
    bought = frames["orders"].merge(frames["customers"], on="customer_id")
    assert (bought["ordered_at"] >= bought["registered_at"]).all()


def test_the_channel_appears_on_15_october(frames):
    later = frames["orders"]["ordered_at"] >= datetime(2025, 10, 15, tzinfo=UTC)
    assert (frames["orders"]["channel"].notna() == later).all()
    share = (frames["orders"]["currency"] == "EUR").mean()
    assert 0.7 < share < 0.9 and set(frames["orders"]["currency"]) == set(marketplace.RATES)


def test_versions_follow_each_other(frames):
    versions = frames["customer_versions"].sort_values(["customer_id", "valid_from"])
    groups = versions.groupby("customer_id")
    after = groups["valid_from"].shift(-1)
    assert (versions["valid_to"].isna() == after.isna()).all()
    assert (versions["valid_to"].dropna() == after.dropna()).all()
    changed = (versions[["city", "segment"]] != groups[["city", "segment"]].shift(1)).any(axis=1)
    assert changed.all() and len(versions) - groups.ngroups == 36
    now = groups[["city", "segment"]].last()
    assert (now.values == frames["customers"][["city", "segment"]].values).all()
    assert (groups["valid_from"].min().values == frames["customers"]["registered_at"].values).all()


def test_money_and_time_agree(frames):
    orders, items, payments = (frames[name] for name in ("orders", "order_items", "payments"))
    items = items.astype({"quantity": "int64"})
    due = (items["quantity"] * items["unit_price_cents"]).groupby(items["order_id"]).sum()
    assert (payments["amount_cents"].abs() == due[payments["order_id"]].values).all()
    assert ((payments["amount_cents"] < 0) == (payments["status"] == "refunded")).all()
    captured = set(payments.query("status == 'captured'")["order_id"])
    refunded = set(payments.query("status == 'refunded'")["order_id"])
    undone = set(orders.query("status != 'placed'")["order_id"])
    assert refunded and refunded <= captured & undone
    parcels = frames["parcels"].merge(orders, on="order_id")
    assert (parcels["status"] != "cancelled").all() and parcels["delivered_at"].isna().any()
    assert (parcels["shipped_at"] > parcels["ordered_at"]).all()
    assert (parcels["delivered_at"].dropna() > parcels["shipped_at"][parcels["delivered_at"].notna()]).all()


def test_without_dirt_the_files_hold_exactly_the_truth(clean, frames):
    found, seen = read_all(clean, ())
    assert set(+seen) == set()
    for name, rows in found.items():
        same(rows, frames[name])
    lines = (clean / "shop/orders/2025-10-14/orders-03.jsonl").read_text().splitlines()
    assert [line for line in lines if "channel" in line] == []
    times = [json.loads(line)["occurred_at"] for line in lines]
    assert times == sorted(times) and all("T18" <= time[10:13] <= "T23" for time in times)


def test_the_dirty_files_hold_the_truth_once_they_are_cleaned(files, frames):
    found, seen = read_all(files, DIRT)
    for name, rows in found.items():
        same(rows, frames[name])
    assert set(DIRT) <= set(+seen), set(DIRT) - set(seen)
    assert seen["empty"] == 2 and seen["twice"] == 1


def test_snapshots_are_the_state_at_the_end_of_the_day(files, frames):
    versions = frames["customer_versions"]
    for day in (date(2025, 10, 1), date(2025, 10, 20), date(2025, 10, 28)):
        end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(1)
        rows = list(csv_rows((files / f"crm/customers/{day}/customers.csv").read_text(encoding="utf-8")))
        state = versions[(versions["valid_from"] < end) & ~(versions["valid_to"] < end)]
        state = state.merge(frames["customers"].drop(columns=["city", "segment"]), on="customer_id")
        found = (
            pd.DataFrame(rows)
            .astype({"customer_id": int})
            .assign(registered_at=lambda rows: pd.to_datetime(rows["registered_at"]))
        )
        same(found, state[found.columns])
    sellers = pd.DataFrame(csv_rows((files / "crm/sellers/2025-10-05/sellers.csv").read_text()))
    assert list(sellers["joined_on"]) == [str(day) for day in frames["sellers"]["joined_on"]]
    text = (files / "crm/products/2025-10-05/products.jsonl").read_text().splitlines()
    same(pd.DataFrame(map(json.loads, text)), frames["products"])


@pytest.mark.parametrize("kind", DIRT)
def test_one_kind_of_dirt_is_alone(kind, tmp_path, small):
    datasets.files("marketplace", tmp_path, scale=0.05, dirt=[kind])
    found, seen = read_all(tmp_path, [kind])
    for name, rows in found.items():
        same(rows, small[name])
    late = {"late"} if kind in ("malformed", "types", "negative", "future", "duplicate") else set()
    assert kind in +seen
    assert set(+seen) <= {
        kind,
        *late,
        *{"drift": ["text id", "wanted drift"], "personal": ["drift"]}.get(kind, []),
    }


def test_spoiled_rows_come_again_within_a_day(tmp_path):
    datasets.files("marketplace", tmp_path, scale=SCALE, dirt=["malformed"])
    broken, whole = [], []
    for day, name, text in delivered(tmp_path, "shop/orders"):
        for line in text.splitlines():
            match = re.match(r'{"event_id":"(\w{16})"', line)
            (whole if line.endswith("}}") else broken).append((match[1], (day, name)))
    later = dict(whole)
    assert len(broken) > 10 and all(later[event] >= at for event, at in broken)
    assert all((later[event][0] - at[0]).days <= 1 for event, at in broken)


def test_clocks_go_back(files):
    zones = Counter()
    for _, _, text in delivered(files, "shop/orders"):
        zones.update(re.findall(r'"occurred_at":"2025-10-(\d\d)\S{13}([+]\d\d:00)"', text))
    assert {zone for day, zone in zones if int(day) <= 25} == {"+02:00"}
    assert {zone for day, zone in zones if int(day) >= 27} == {"+01:00"}


def test_the_same_bytes_on_every_machine_and_twice(tmp_path):
    paths = datasets.files("marketplace", tmp_path, scale=0.05)
    again = datasets.files("marketplace", tmp_path, scale=0.05)
    assert paths == again == sorted(path for path in tmp_path.rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in again:
        digest.update(f"{path.relative_to(tmp_path)} ".encode() + path.read_bytes())
    assert digest.hexdigest()[:16] == "817fc4b688b3b82e"
    tables = hashlib.sha256()
    for table in datasets.arrow("marketplace", scale=0.05).values():
        tables.update(json.dumps(table.to_pylist(), default=str).encode())
    assert tables.hexdigest()[:16] == "676c31d0fbe8b9fc"


def test_a_seed_gives_other_rows(frames):
    other = datasets.frames("marketplace", scale=SCALE, seed=1)
    assert not other["orders"].equals(frames["orders"]) and len(other["orders"]) == len(frames["orders"])
    assert datasets.arrow("marketplace", scale=0.01, seed=2**40)["orders"].num_rows == 420


@pytest.mark.parametrize("seed", [7, 42])
def test_other_seeds_have_all_the_dirt_and_the_truth(seed, tmp_path):
    datasets.files("marketplace", tmp_path, scale=0.05, seed=seed)
    found, seen = read_all(tmp_path, DIRT)
    truth = datasets.frames("marketplace", scale=0.05, seed=seed)
    for name, rows in found.items():
        same(rows, truth[name])
    assert set(DIRT) <= set(+seen)


def test_personal_columns_exist_and_nothing_else_looks_personal(frames):
    for table, columns in marketplace.PERSONAL.items():
        assert set(columns) <= set(frames[table].columns)
    for table, rows in frames.items():
        text = rows.select_dtypes("object").astype(str)
        mail = {name for name in text if text[name].str.contains("@").any()}
        assert mail <= set(marketplace.PERSONAL.get(table, ()))
