"""Small change feeds as DataFrames and tables, and what comes back compared with what must."""

from collections import Counter

from seniorde.checks.lab import call
from seniorde.checks.parts import Refused

TYPES = {"customer_id": "int", "op": "string", "lsn": "bigint", "city": "string", "segment": "string"}


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


def frame(rows, columns=tuple(TYPES)):
    """A DataFrame of tuples, in this process's Spark session."""
    from seniorde import labs

    return labs.spark().createDataFrame(table(rows, columns))


def answered(function, *frames, columns):
    """The DataFrame that the function makes, once it is known to be one with these columns."""
    found = call(function, *frames, lines=None)
    if not hasattr(found, "toArrow"):
        raise Refused("type", f"It returned `{type(found).__name__}`: return a DataFrame of Spark.")
    if sorted(found.columns) != sorted(columns):
        raise Refused(
            "columns", "These are not the columns.", expected=", ".join(columns), got=", ".join(found.columns)
        )
    types = dict(found.dtypes)
    for name, kind in columns.items():
        if types[name] != kind:
            raise Refused("types", f"`{name}` is `{types[name]}`; `{kind}` is asked for.")
    return found


def expect(function, *frames, columns, wanted, given):
    """Compare the rows, in any order; `given` is what is shown when they differ."""
    found = answered(function, *frames, columns=columns)
    got = [tuple(row) for row in found.select(*columns).collect()]
    compare(got, wanted, given)
    return found


def compare(got, wanted, given):
    missing, surplus = Counter(wanted) - Counter(got), Counter(got) - Counter(wanted)
    if missing or surplus:
        raise Refused(
            "result",
            f"{missing.total()} of {len(wanted)} rows are missing, {surplus.total()} should not be there.",
            given=lines(given),
            missing=lines(missing),
            surplus=lines(surplus),
        )


def lines(rows, most=8):
    """Some rows as text."""
    shown = [" · ".join("NULL" if value is None else f"{value}" for value in row) for row in rows]
    more = len(shown) - most
    return "\n".join([*shown[:most], f"… and {more} more"] if more > 0 else shown) or "none"
