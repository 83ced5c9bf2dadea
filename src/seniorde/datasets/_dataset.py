"""What a data set is: a recipe from scale and seed to tables, or files, with its keys and its sources."""

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


class DatasetError(ValueError):
    """A data set that cannot be made or loaded as asked; the message says what to do."""


@dataclass(frozen=True)
class Dataset:
    """A recipe for tables; the same scale and seed always give the same rows in the same order.

    `tables(scale, seed)` returns the Arrow tables in the order in which they are loaded;
    `keys` names the primary key of each table that has one; `scales` is the largest scale allowed;
    `sources` are the files, and `version` the tool, that the rows come from.

    A data set of files has `files(folder, scale, seed, dirt)`, which writes them and returns their paths;
    its tables are then the truth about what stands in them. `dirt` names each kind of dirt and what it does.
    """

    tables: Callable[[float, int], "dict[str, pa.Table]"]
    keys: Mapping[str, tuple[str, ...]]
    largest_scale: float
    sources: Callable[[], list[Path]] = field(default=list)
    version: str = ""
    files: Callable[[Path, float, int, Collection[str]], list[Path]] | None = None
    dirt: Mapping[str, str] = field(default_factory=dict)


def data_folder() -> Path:
    """Return the folder of the book's data files: `data/` of the clone, or `SENIORDE_DATA`."""
    folder = Path(os.environ.get("SENIORDE_DATA") or Path(__file__).parents[3] / "data")
    if not folder.is_dir():
        raise DatasetError(
            f"The book's data folder {folder} does not exist: run from a clone of the book, "
            "or set SENIORDE_DATA to its data folder."
        )
    return folder
