"""Change data: a feed in disorder folded, merged into a Delta table, kept as a history, and reconciled.

To try something out: `from seniorde import labs`, then `labs.spark().createDataFrame(rows, "customer_id INT, op STRING, lsn BIGINT, city STRING, segment STRING")` with a list of tuples; and `write_deltalake(path, table)` of `deltalake` with a `pyarrow.Table`, in a folder of your own.
"""
