"""Figures of a table: what a query reads of it, and how its files lie."""

from __future__ import annotations

import pickle
import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql.datasource import CaseInsensitiveDict

from seniorde.delta import _table
from seniorde.delta._read import DataFile, data_files

if TYPE_CHECKING:
    from pathlib import Path

    from deltalake import DeltaTable
    from pyspark.sql import DataFrame


@dataclass(frozen=True)
class FilesRead:
    """The files that a query opens, of those in the version, and their bytes."""

    read: int
    total: int
    bytes_read: int
    bytes_total: int

    @property
    def skipped(self) -> int:
        return self.total - self.read


@dataclass(frozen=True)
class Layout:
    """The files of a version: how many, how large, and how many are below the size asked about."""

    files: int
    rows: int
    bytes: int
    median_bytes: int
    small: int


def files_read(query: DataFrame) -> FilesRead:
    """Return what the query, as Spark has planned it, reads of the Delta tables in it.

    Files are skipped by partition values, and by each file's smallest and largest values.
    """
    plan: Any = query._jdf.queryExecution().executedPlan()
    read: list[DataFile] = []
    total: list[DataFile] = []
    for scan in _scans(plan):
        options = CaseInsensitiveDict(_field(scan, "options").asCaseSensitiveMap())
        for partition in scan.toBatch().planInputPartitions():
            group = pickle.loads(bytes(partition.pickedPartition()))
            read += getattr(group, "files", ())
        total += data_files(_table.opened(_table.path_of(options), options))
    return FilesRead(len(read), len(total), sum(f.size for f in read), sum(f.size for f in total))


def _scans(plan: Any) -> list[Any]:
    """Return our scans in a physical plan, also below what AQE wraps and in subqueries."""
    name = plan.getClass().getSimpleName()
    if name == "AdaptiveSparkPlanExec":
        return _scans(plan.initialPlan())
    if name == "BatchScanExec":
        scan = plan.scan()
        ours = (
            scan.getClass().getSimpleName() == "PythonScan" and _field(scan, "shortName").lower() == "delta"
        )
        return [scan] if ours else []
    below = [*_elements(plan.children()), *_elements(plan.subqueries())]
    return [scan for child in below for scan in _scans(child)]


def _elements(sequence: Any) -> list[Any]:
    return [sequence.apply(index) for index in range(sequence.size())]


def _field(scan: Any, name: str) -> Any:
    field = scan.getClass().getDeclaredField(name)
    field.setAccessible(True)
    return field.get(scan)


def layout(table: DeltaTable | Path | str, *, small: int = 16 * 2**20) -> Layout:
    """Return how the files of a version lie; a file below `small` bytes counts as small."""
    import pyarrow as pa

    opened = _table.opened(str(table)) if not hasattr(table, "get_add_actions") else table
    adds = pa.table(opened.get_add_actions())
    sizes = adds["size_bytes"].to_pylist()
    return Layout(
        len(sizes),
        sum(rows or 0 for rows in adds["num_records"].to_pylist()),
        sum(sizes),
        round(statistics.median(sizes)) if sizes else 0,
        sum(size < small for size in sizes),
    )
