"""Delta: writes that count once, files laid out for the questions, compaction that disturbs nobody, retention.

To try something out, add a cell of your own; its table lies beside this notebook:

```python
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

write_deltalake("tried", pa.table({"day": ["2025-10-07"], "cents": [500]}), mode="append")
DeltaTable("tried").version(), DeltaTable("tried").file_uris()
```
"""
