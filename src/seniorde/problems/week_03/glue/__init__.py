"""A Glue job: what its parameters mean, what its bookmark remembers, what it replaces, and which type it decides for.

To try the step on Spark, add a cell of your own; its table lies beside this notebook:

```python
from seniorde import labs

spark = labs.spark()
empty = spark.createDataFrame([], "order_id bigint, cents bigint, day date")
writer = empty.write.format("delta").mode("append")
writer.option("partitionBy", "day").save("tried-days")
```
"""
