"""An example of a test of your own: name the file test_something.py, and it runs.

The fixtures and helpers of the acceptance tests, conftest.py and kit, serve your tests too.
"""

from kit import orderlake, placed, well, write


def test_bronze_holds_what_was_delivered(lake, tmp_path):
    name = "shop/orders/2025-10-10/a.jsonl"
    well(orderlake(lake, "ingest", write(tmp_path, {name: [placed(1, "2025-10-10T10:00:00Z")]})))
    assert lake.keys() == ["bronze/shop/orders/delivered=2025-10-10/a.jsonl"]
