"""Incremental ingest: each file in one batch, a schema that only widens, no value lost, and refused before it is written.

To try something out, add a cell of your own; `write_deltalake` of `deltalake` makes a table from a `pyarrow.Table`:

```python
from seniorde import labs

spark = labs.spark()
df = spark.createDataFrame([('{"order_id": 7}',)], "value string")
```
"""
