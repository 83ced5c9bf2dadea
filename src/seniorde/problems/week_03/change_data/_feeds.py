"""Small change feeds as tables, and what a function makes of them compared with what it must."""

from seniorde.checks import spark
from seniorde.checks.parts import Refused
from seniorde.checks.rows import difference

TYPES = {"customer_id": "int", "op": "string", "lsn": "bigint", "city": "string", "segment": "string"}

SETTINGS = spark.SETTINGS | {
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""So few rows are not worth Java that is generated and compiled for each answer."""


def table(rows, columns=tuple(TYPES)):
    """An Arrow table of tuples."""
    import pyarrow as pa

    kinds = {
        "customer_id": pa.int32(), "lsn": pa.int64(),
        "at": pa.timestamp("us", tz="UTC"), "valid_from": pa.timestamp("us", tz="UTC"),
    }  # fmt: skip
    values = list(zip(*rows, strict=True)) if rows else [()] * len(columns)
    arrays = [
        pa.array(column, kinds.get(name, pa.string())) for name, column in zip(columns, values, strict=True)
    ]
    return pa.table(dict(zip(columns, arrays, strict=True)))


def answered(function, *tables, columns):
    """The DataFrame that the function makes of tables, once it is known to be one with these columns."""
    from seniorde import labs

    session = labs.spark(SETTINGS)
    found = spark.answer(function, *map(session.createDataFrame, tables))
    if sorted(found.columns) != sorted(columns):
        raise Refused(
            "columns", "These are not the columns.", expected=", ".join(columns), got=", ".join(found.columns)
        )
    types = dict(found.dtypes)
    for name, kind in columns.items():
        if types[name] != kind:
            raise Refused("types", f"`{name}` is `{types[name]}`; `{kind}` is asked for.")
    return found


def expect(function, *tables, columns, wanted, given):
    """Compare the rows, in any order; `given` is what is shown when they differ."""
    found = answered(function, *tables, columns=columns).select(*columns)
    compare(columns, [tuple(row) for row in found.collect()], wanted, given)


def compare(columns, got, wanted, given):
    import pandas as pd

    expected = pd.DataFrame(list(wanted), columns=list(columns), dtype=object)
    if wrong := difference(expected, list(columns), got, False):
        raise Refused("result", wrong.sentence, given=lines(given), **wrong.facts)


def lines(rows, most=30):
    """Some rows as text."""
    shown = [" · ".join("NULL" if value is None else f"{value}" for value in row) for row in rows]
    more = len(shown) - most
    return "\n".join([*shown[:most], f"… and {more} more"] if more > 0 else shown) or "none"
