"""Delta tables for Spark: `spark.read.format("delta")`, `df.write.format("delta")`, and both for streams.

`labs.spark()` calls `register`, so that a page says what it would say on Databricks. The log, the files and
the commits are Delta's own (library `deltalake`); the way into Spark is a Python data source of ours, and
this is what it knows.

Reading: `versionAsOf`, `timestampAsOf`. Partitions and files are skipped by the filters that Spark pushes
down (comparisons, IN, LIKE 'x%', IS NULL, joined by AND; not OR, not on floats), the plan shows them, and
`files_read(query)` counts. Only the columns needed are read. Deletion vectors are respected; column mapping
and type widening are refused.

Writing: `append`, `overwrite`, `replaceWhere`, `mergeSchema`, `overwriteSchema`, `txnAppId` with
`txnVersion`, `userMetadata`, `maxRecordsPerFile`, `compression`, and `delta.…` properties of a new table.
Tasks write the files, the driver commits one version. NOT NULL and CHECK constraints hold. A stream's sink
writes each micro-batch once.

A stream's source: `startingVersion`, `startingTimestamp`, `maxFilesPerTrigger`, `maxBytesPerTrigger`,
`ignoreDeletes`, `ignoreChanges`, `skipChangeCommits`.

What differs from Databricks: a new table is partitioned by `option("partitionBy", "day")`, since Spark 4.3
hands `partitionBy("day")` to no Python source (a batch raises, a stream ignores it); a mode must be said;
the option names are checked, and Databricks ignores an unknown one; the size of a table is unknown to the
planner, so a join is broadcast only by AQE or a hint; `delta.`path`` in SQL, MERGE, UPDATE, DELETE and
VERSION AS OF are `labs.sail()`'s, or `DeltaTable.merge`, `update`, `delete`.

Maintenance is the ordinary library: `deltalake.DeltaTable(path)` has `optimize.compact()`,
`optimize.z_order([…])`, `vacuum(…)`, `history()`, `restore(…)`, `create_checkpoint()`,
`alter.add_constraint({…})`, `load_cdf(…)`. There, unlike OPTIMIZE, VACUUM and RESTORE of Databricks:
`vacuum` only lists by default (`dry_run=False` deletes), and finds files that no version ever named with
`full=True`; `compact` aims at 100 MB unless told; `delete` and `update` rewrite files and write no deletion
vectors; nothing runs by itself. A table object is a snapshot: an append through an old one is refused after
somebody's delete, and two compactions of the same files at once are both committed, with every row twice
(1.6.6): let one job at a time maintain a table.
"""

from seniorde.delta._figures import FilesRead, Layout, files_read, layout
from seniorde.delta._pushdown import register
from seniorde.delta._table import DeltaTableError
from seniorde.delta._write import once
from seniorde.delta.source import DeltaDataSource

__all__ = [
    "DeltaDataSource",
    "DeltaTableError",
    "FilesRead",
    "Layout",
    "files_read",
    "layout",
    "once",
    "register",
]
