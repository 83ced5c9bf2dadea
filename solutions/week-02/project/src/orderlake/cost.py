"""Cost: the bytes that one question reads, counted in listings and footers."""

from datetime import date

from orderlake.build import GateError, mark
from orderlake.deliveries import SOURCES
from orderlake.lake import Lake
from orderlake.silver import window
from orderlake.tables import column_bytes

ORDERS = "shop/orders"
NEEDED = {
    "silver_orders": ["order_id", "currency"],
    "silver_order_items": ["order_id", "quantity", "unit_price_cents"],
}


def question(lake: Lake, day: date) -> dict[str, int]:
    """Return the bytes that *gross value by currency on a date* reads from bronze, silver and gold."""
    if not any(lake.list(mark(day))):
        raise GateError(f"{day} is not published: build it first.")
    bronze = sum(
        stored.size
        for later in window(day)
        for stored in lake.list(f"bronze/{ORDERS}/delivered={later}/")
        if stored.key.endswith(SOURCES[ORDERS])
    )
    silver = sum(column_bytes(lake, name, day, columns) for name, columns in NEEDED.items())
    gold = column_bytes(lake, "gold_daily_sales", day, ["currency", "gross_cents"])
    return {"bronze": bronze, "silver": silver, "gold": gold}
