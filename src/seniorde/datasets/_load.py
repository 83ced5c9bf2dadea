"""Arrow tables into PostgreSQL (by COPY) or DuckDB, with types and primary keys."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv

from seniorde.datasets._dataset import DatasetError

if TYPE_CHECKING:
    import duckdb
    import psycopg

_SET_TARGET = "SELECT set_config('default_statistics_target', %s, false)"
BATCH = 65_536  # rows of CSV in memory at a time

_SQL_TYPES = {
    pa.bool_(): "boolean",
    pa.int16(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.float32(): "real",
    pa.float64(): "double precision",
    pa.string(): "text",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp",
    pa.timestamp("us", tz="UTC"): "timestamptz",
}


def into(con: Any, tables: Mapping[str, pa.Table], keys: Mapping[str, tuple[str, ...]]) -> None:
    """Create and fill all tables in one transaction; raise DatasetError if one exists already."""
    engine = type(con).__module__.partition(".")[0]
    (_into_postgres if engine == "psycopg" else _into_duckdb)(con, tables, keys)


def _into_postgres(
    con: psycopg.Connection[Any], tables: Mapping[str, pa.Table], keys: Mapping[str, tuple[str, ...]]
) -> None:
    from psycopg import errors
    from psycopg.pq import TransactionStatus

    try:
        # A table made in the same transaction can be filled frozen.
        with con.transaction(), con.cursor() as cursor:
            for name, rows in tables.items():
                cursor.execute(_create(name, rows.schema))
                with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT csv, FREEZE)') as sink:
                    for batch in rows.to_batches(max_chunksize=BATCH):
                        sink.write(_csv(batch))
                if key := keys.get(name):
                    cursor.execute(f'ALTER TABLE "{name}" ADD PRIMARY KEY ({", ".join(key)})')
    except errors.DuplicateTable as error:
        raise _exists(error) from None

    # VACUUM cuts off the empty pages that COPY leaves at the end, but only runs outside a transaction.
    idle = con.info.transaction_status == TransactionStatus.IDLE and con.autocommit
    analyze = "VACUUM (FREEZE, ANALYZE)" if idle else "ANALYZE"
    # ANALYZE reads 300 rows per unit of the target; estimates are stable only when it reads every row.
    target = min(10_000, max(-(-rows.num_rows // 300) for rows in tables.values()))
    [(before,)] = con.execute("SHOW default_statistics_target").fetchall()
    con.execute(_SET_TARGET, [str(max(int(before), target))])
    con.execute(f"{analyze} {', '.join(tables)}")
    con.execute(_SET_TARGET, [before])


def _into_duckdb(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, pa.Table], keys: Mapping[str, tuple[str, ...]]
) -> None:
    import duckdb

    con.begin()
    try:
        for name, rows in tables.items():
            con.execute(_create(name, rows.schema, keys.get(name)))
            con.register("_rows", rows)
            con.execute(f'INSERT INTO "{name}" FROM _rows')
            con.unregister("_rows")
    except duckdb.Error as error:
        con.rollback()
        if isinstance(error, duckdb.CatalogException):
            raise _exists(error) from None
        raise
    con.commit()


def _create(name: str, schema: pa.Schema, key: tuple[str, ...] | None = None) -> str:
    columns = [f'"{field.name}" {_sql_type(field.type)}' for field in schema]
    if key:
        columns.append(f"PRIMARY KEY ({', '.join(key)})")
    return f'CREATE TABLE "{name}" ({", ".join(columns)})'


def _sql_type(kind: pa.DataType) -> str:
    return f"numeric({kind.precision}, {kind.scale})" if pa.types.is_decimal(kind) else _SQL_TYPES[kind]


def _csv(batch: pa.RecordBatch) -> bytes:
    # Text comes quoted and NULL as nothing, so that an empty text and a NULL stay apart.
    text = io.BytesIO()
    pa.csv.write_csv(batch, text, pa.csv.WriteOptions(include_header=False, quoting_style="needed"))
    return text.getvalue()


def _exists(error: Exception) -> DatasetError:
    first = str(error).splitlines()[0]
    return DatasetError(f"{first}: drop it first, or load into a fresh database. Nothing was changed.")
