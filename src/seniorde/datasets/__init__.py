"""Deterministic data: a name, a scale and a seed give the same tables, or files, on every machine.

A data set is a module of this package that defines `DATASET`; adding one is adding a module.
"""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from seniorde.datasets._dataset import Dataset, DatasetError, data_folder

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import psycopg
    import pyarrow as pa

__all__ = [
    "Dataset",
    "DatasetError",
    "arrow",
    "data_folder",
    "dirt",
    "files",
    "fingerprint",
    "frames",
    "keys",
    "load",
    "names",
]


def names() -> list[str]:
    """Return the names of all data sets, in alphabetical order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def frames(name: str, *, scale: float = 1.0, seed: int = 0) -> dict[str, pd.DataFrame]:
    """Return the tables of a data set as DataFrames.

    Whole numbers come in pandas' types that know missing values (`Int32`), times as `datetime64[us, UTC]`.
    Raise DatasetError for an unknown name or a scale that the data set does not have.
    """
    import pandas as pd
    import pyarrow as pa

    nullable = {pa.int16(): pd.Int16Dtype(), pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
    tables = arrow(name, scale=scale, seed=seed)
    return {table: rows.to_pandas(types_mapper=nullable.get) for table, rows in tables.items()}


def arrow(name: str, *, scale: float = 1.0, seed: int = 0) -> dict[str, pa.Table]:
    """Return the tables of a data set as Arrow tables, in the order in which they are loaded."""
    return _find(name, scale, seed).tables(scale, seed)


def files(
    name: str,
    folder: str | Path,
    *,
    scale: float = 1.0,
    seed: int = 0,
    dirt: Collection[str] | None = None,
) -> list[Path]:
    """Write the files of a data set into a folder, in place of earlier ones of it, and return their paths.

    `dirt` names the kinds of dirt that are in them: all by default, none for `()`.
    Raise DatasetError for an unknown name, kind of dirt or scale, and for a data set that has no files.
    """
    dataset = _find(name, scale, seed)
    if dataset.files is None:
        raise DatasetError(f"The data set {name} has tables and no files: use frames, arrow or load.")
    wanted = dataset.dirt if dirt is None else dirt
    if isinstance(wanted, str) or (unknown := sorted(set(wanted) - set(dataset.dirt))):
        raise DatasetError(
            f"The data set {name} has no dirt {wanted if isinstance(wanted, str) else ', '.join(unknown)}: "
            f"give a collection of {', '.join(dataset.dirt)}."
        )
    return dataset.files(Path(folder), scale, seed, wanted)


def dirt(name: str) -> Mapping[str, str]:
    """Return the kinds of dirt that the files of a data set can have, each with what it does to them."""
    return _find(name, 1.0, 0).dirt


def keys(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the columns of the primary key of each table that has one."""
    return _find(name, 1.0, 0).keys


def load(
    con: psycopg.Connection | duckdb.DuckDBPyConnection, name: str, *, scale: float = 1.0, seed: int = 0
) -> None:
    """Create the tables of a data set with their primary keys and fill them, all or nothing.

    PostgreSQL's tables come frozen and analyzed. There is no index but those of the primary keys.
    Raise DatasetError for an unknown name, a bad scale, or a table that already exists.
    """
    from seniorde.datasets._load import into

    dataset = _find(name, scale, seed)
    into(con, dataset.tables(scale, seed), dataset.keys)


def fingerprint(name: str, *, scale: float = 1.0, seed: int = 0) -> str:
    """Return 16 hex digits that change with the scale, the seed, the files, the generator, or the loading."""
    dataset = _find(name, scale, seed)
    code = [Path(__file__).with_name(f"{name}.py"), *sorted(Path(__file__).parent.glob("_*.py"))]
    digest = hashlib.sha256(f"{dataset.version} {float(scale)} {seed}".encode())
    for path in (*code, *dataset.sources()):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _find(name: str, scale: float, seed: int) -> Dataset:
    if name not in names():
        raise DatasetError(f"There is no data set {name!r}: choose one of {', '.join(names())}.")
    dataset: Dataset = importlib.import_module(f"{__name__}.{name}").DATASET
    if not 0 < scale <= dataset.largest_scale:
        raise DatasetError(
            f"The data set {name} has no scale {scale}: "
            f"choose one above 0 and up to {dataset.largest_scale:g}."
        )
    if seed < 0:
        raise DatasetError(f"A seed is a whole number from 0, not {seed}.")
    return dataset
