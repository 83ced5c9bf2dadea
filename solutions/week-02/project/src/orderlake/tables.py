"""The tables of the lake: their columns, where they lie, and their rows as Parquet."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from orderlake.lake import Lake

UTC = pa.timestamp("us", tz="UTC")


class Table(NamedTuple):
    """A table of the catalog, partitioned by `date`; `key` orders its rows."""

    layer: str
    columns: Mapping[str, pa.DataType]
    key: Sequence[str]


def _table(layer: str, key: str, **columns: pa.DataType) -> Table:
    return Table(layer, columns, key.split())


whole, text = pa.int64(), pa.string()
TABLES = {
    "silver_orders": _table(
        "silver",
        "order_id event_id",
        event_id=text,
        order_id=whole,
        customer_id=whole,
        occurred_at=UTC,
        currency=text,
        channel=text,
    ),
    "silver_order_items": _table(
        "silver",
        "order_id line_number",
        order_id=whole,
        line_number=whole,
        product_id=whole,
        quantity=whole,
        unit_price_cents=whole,
    ),
    "silver_order_changes": _table(
        "silver", "order_id event_id", event_id=text, order_id=whole, change=text, occurred_at=UTC
    ),
    "silver_payments": _table(
        "silver",
        "payment_id",
        payment_id=text,
        order_id=whole,
        paid_at=UTC,
        method=text,
        amount_cents=whole,
        status=text,
    ),
    "silver_customers": _table("silver", "customer_id", customer_id=whole, country=text, segment=text),
    "quarantine_rejects": _table("quarantine", "file line", file=text, line=whole, reason=text, raw=text),
    "gold_daily_sales": _table(
        "gold",
        "currency channel segment",
        currency=text,
        channel=text,
        segment=text,
        orders=whole,
        units=whole,
        gross_cents=whole,
    ),
    "gold_daily_payments": _table(
        "gold",
        "currency method",
        currency=text,
        method=text,
        captured=whole,
        captured_cents=whole,
        refunded=whole,
        refunded_cents=whole,
        failed=whole,
    ),
    "gold_daily_flow": _table(
        "gold",
        "",
        placed=whole,
        cancelled=whole,
        returned=whole,
        payments=whole,
        orphans=whole,
        duplicates=whole,
        rejects=whole,
    ),
}
# What only the gates and gold_daily_flow need: one row a date.
COUNTS = _table("staging", "", lines=whole, rejects=whole, duplicates=whole)
GOLD = [name for name, table in TABLES.items() if table.layer == "gold"]


def key_of(name: str, day: date) -> str:
    """Return the one object that holds the rows of a table's date."""
    layer = TABLES[name].layer
    return f"{layer}/{name.removeprefix(f'{layer}_')}/date={day}/part-0.parquet"


def parquet(table: Table, rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Return rows as a Parquet file: the same rows in any order give the same bytes."""
    ordered = sorted(rows, key=lambda row: [row[column] for column in table.key])
    columns = {name: pa.array([row[name] for row in ordered], kind) for name, kind in table.columns.items()}
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, compression="zstd")
    return out.getvalue()


def column_bytes(lake: Lake, name: str, day: date, columns: Sequence[str]) -> int:
    """Return the compressed bytes of some columns of a date, as the footer of its file counts them."""
    footer = pq.ParquetFile(io.BytesIO(lake.get(key_of(name, day)))).metadata
    chunks = (
        footer.row_group(group).column(number)
        for group in range(footer.num_row_groups)
        for number in range(footer.num_columns)
    )
    return sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)
