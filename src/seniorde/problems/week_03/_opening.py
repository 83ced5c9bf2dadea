"""What the exercises on Spark open with, after their topic."""

TRY_SPARK = """\
To try something out, add a cell of your own; the settings are those of the checks:

```python
from seniorde import labs, plans

spark = labs.spark(
    {"spark.sql.adaptive.enabled": "false", "spark.sql.autoBroadcastJoinThreshold": "-1"}
)
df = spark.createDataFrame([(1, 7, 500), (2, 7, 100)], "id bigint, key int, cents int")
plans.explain(df.groupBy("key").sum("cents"))  # runs it: operators, and the rows that moved
```
"""
