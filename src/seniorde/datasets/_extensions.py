"""DuckDB's extensions as files of installed wheels: `INSTALL` would need a network."""

from importlib import util
from pathlib import Path


def extension_file(name: str) -> Path:
    """Return the file of a DuckDB extension; raise ModuleNotFoundError if its wheel is missing."""
    package = f"duckdb_extension_{name}"
    spec = util.find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"No module named '{package}'", name=package)
    return next(Path(spec.origin).parent.glob(f"extensions/v*/{name}.duckdb_extension"))
