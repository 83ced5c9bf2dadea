"""TPC-H, the decision support benchmark: eight tables about parts, suppliers, customers and orders.

DuckDB's tpch extension makes the rows: 60,175 line items at scale 0.01, 6 million at scale 1.
"""

import duckdb
import pyarrow as pa

from seniorde.datasets._dataset import Dataset
from seniorde.datasets._extensions import extension_file

KEYS = {
    "region": ("r_regionkey",),
    "nation": ("n_nationkey",),
    "supplier": ("s_suppkey",),
    "part": ("p_partkey",),
    "partsupp": ("ps_partkey", "ps_suppkey"),
    "customer": ("c_custkey",),
    "orders": ("o_orderkey",),
    "lineitem": ("l_orderkey", "l_linenumber"),
}


def tables(scale: float, seed: int) -> dict[str, pa.Table]:
    """Return the eight tables; the benchmark fixes its own seed, so every `seed` gives the same rows."""
    with duckdb.connect(config={"threads": 1}) as con:
        con.load_extension(str(extension_file("tpch")))
        con.execute(f"CALL dbgen(sf = {float(scale)})")
        return {name: con.table(name).to_arrow_table() for name in KEYS}


DATASET = Dataset(tables=tables, keys=KEYS, largest_scale=10.0, version=duckdb.__version__)
