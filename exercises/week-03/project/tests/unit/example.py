"""An example of a test of your own: name the file test_something.py, and it runs.

The fixtures and helpers of the acceptance tests, conftest.py and kit, serve your tests too.
"""

from kit import Case, customer, write


def test_a_customer_reaches_silver(worker, tmp_path):
    folder = write(tmp_path, {"cdc/customers/2025-10-10/a.jsonl": [customer("r", 1, 7)]})
    after = Case(worker, tmp_path / "lake").after("run", folder)
    assert [row[0] for row in after.tables["silver/customers"]] == [7]
