"""Filters that Spark pushes down: those that we answer exactly, for files by statistics, then for rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pyspark.sql import datasource as spark
from pyspark.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    IntegralType,
    StringType,
    StructType,
    TimestampNTZType,
    TimestampType,
)

if TYPE_CHECKING:
    import pyarrow

# Floats are left to Spark: to it NaN is the largest number, and statistics do not count NaN.
EXACT = (BooleanType, DateType, DecimalType, IntegralType, StringType, TimestampNTZType, TimestampType)
SIGNS: dict[type, str] = {
    spark.EqualTo: "=",
    spark.EqualNullSafe: "<=>",
    spark.GreaterThan: ">",
    spark.GreaterThanOrEqual: ">=",
    spark.LessThan: "<",
    spark.LessThanOrEqual: "<=",
    spark.In: "in",
    spark.IsNull: "is null",
    spark.IsNotNull: "is not null",
    spark.StringStartsWith: "starts with",
    spark.StringEndsWith: "ends with",
    spark.StringContains: "contains",
}
# A file's largest time may be cut to the millisecond, by the protocol.
CUT = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Condition:
    """A column, a comparison, a value in the column's Arrow type; `negated` turns true and false only."""

    column: str
    sign: str
    value: Any
    type: Any
    negated: bool = False

    def __str__(self) -> str:
        text = f"{self.column} {self.sign}" + ("" if self.value is None else f" {self.value!r}")
        return f"not ({text})" if self.negated else text

    def rows(self, data: pyarrow.RecordBatch | pyarrow.Table) -> pyarrow.Array:
        """Return for every row whether it answers the condition; NULL counts as no."""
        import pyarrow.compute as pc

        answer = self._compare(data[self.column])
        if self.negated:
            answer = pc.invert(answer)
        return pc.fill_null(answer, False)

    def _compare(self, column: pyarrow.Array) -> pyarrow.Array:
        import pyarrow as pa
        import pyarrow.compute as pc

        null = pa.scalar(None, pa.bool_())
        if self.sign == "is null":
            return pc.is_null(column)
        if self.sign == "is not null":
            return pc.is_valid(column)
        if self.sign == "in":
            found = pc.is_in(column, value_set=pa.array([v for v in self.value if v is not None], self.type))
            return pc.if_else(pc.is_valid(column), found, null)
        text = {"starts with": pc.starts_with, "ends with": pc.ends_with, "contains": pc.match_substring}
        if self.sign in text:
            return text[self.sign](column, self.value)
        value = pa.scalar(self.value, self.type)
        if self.sign == "<=>":
            return pc.is_null(column) if self.value is None else pc.fill_null(pc.equal(column, value), False)
        functions = {"=": pc.equal, ">": pc.greater, ">=": pc.greater_equal}
        functions |= {"<": pc.less, "<=": pc.less_equal}
        return functions[self.sign](column, value)

    def files(self, adds: pyarrow.Table, partitioned_by: list[str]) -> pyarrow.Array | None:
        """Return for every file whether it may hold such a row, or None if statistics do not tell."""
        import pyarrow as pa
        import pyarrow.compute as pc

        if self.column in partitioned_by:
            values = pc.struct_field(adds["partition"].combine_chunks(), [self.column])
            return self.rows(pa.table({self.column: values.cast(self.type) if self.type else values}))
        nulls, rows = _statistic(adds, "null_count", self.column), adds["num_records"]
        if self.sign == "is null" and nulls is not None and not self.negated:
            return pc.greater(nulls, 0)
        if self.sign == "is not null" and nulls is not None and not self.negated:
            return pc.less(nulls, rows)
        least, most = (_statistic(adds, end, self.column) for end in ("min", "max"))
        if self.type is None or self.negated or least is None or most is None:
            return None
        least, most = least.cast(self.type), most.cast(self.type)
        if pa.types.is_timestamp(self.type):
            most = pc.add(most, pa.scalar(CUT))
        return self._within(least, most)

    def _within(self, least: pyarrow.Array, most: pyarrow.Array) -> pyarrow.Array | None:
        import pyarrow as pa
        import pyarrow.compute as pc

        def spans(value: Any) -> pyarrow.Array:
            value = pa.scalar(value, self.type)
            return pc.and_(pc.less_equal(least, value), pc.greater_equal(most, value))

        if self.sign in {"=", "<=>"} and self.value is not None:
            return spans(self.value)
        if self.sign == "in":
            found = pc.greater(least, most)  # false, and NULL where there are no statistics
            for value in self.value:
                found = pc.or_(found, spans(value)) if value is not None else found
            return found
        if self.sign in {">", ">="}:
            compare = pc.greater if self.sign == ">" else pc.greater_equal
            return compare(most, pa.scalar(self.value, self.type))
        if self.sign in {"<", "<="}:
            compare = pc.less if self.sign == "<" else pc.less_equal
            return compare(least, pa.scalar(self.value, self.type))
        if self.sign == "starts with":
            begins = pc.utf8_slice_codeunits(least, 0, len(self.value))
            ends = pc.utf8_slice_codeunits(most, 0, len(self.value))
            value = pa.scalar(self.value)
            return pc.and_(pc.less_equal(begins, value), pc.greater_equal(ends, value))
        return None


def _statistic(adds: pyarrow.Table, kind: str, column: str) -> pyarrow.Array | None:
    import pyarrow as pa
    import pyarrow.compute as pc

    if kind not in adds.column_names:
        return None
    values = adds[kind].combine_chunks()
    if not pa.types.is_struct(values.type) or values.type.get_field_index(column) < 0:
        return None
    found = pc.struct_field(values, [column])
    return None if pa.types.is_nested(found.type) else found


def condition(pushed: spark.Filter, schema: StructType) -> Condition | None:
    """Return a pushed filter as a condition that we answer exactly, or None to leave it to Spark."""
    import pyarrow as pa

    negated = isinstance(pushed, spark.Not)
    inner: Any = pushed.child if isinstance(pushed, spark.Not) else pushed
    sign = SIGNS.get(type(inner))
    if sign is None or len(inner.attribute) != 1 or inner.attribute[0] not in schema.names:
        return None
    name: str = inner.attribute[0]
    value: Any = getattr(inner, "value", None)
    kind: DataType = schema[name].dataType
    if sign in {"is null", "is not null"}:
        return Condition(name, sign, None, None, negated)
    if not isinstance(kind, EXACT) or (negated and sign == "in" and None in value):
        return None
    if isinstance(kind, StringType) and kind.collation != "UTF8_BINARY":
        return None
    type_ = _arrow_type(kind)
    values = list(value) if sign == "in" else [value]
    if sign != "<=>" and values == [None]:
        return None
    try:
        typed = [_typed(v, type_) for v in values]
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    return Condition(name, sign, tuple(typed) if sign == "in" else typed[0], type_, negated)


def _arrow_type(kind: DataType) -> pyarrow.DataType:
    from pyspark.sql.pandas.types import to_arrow_type

    return to_arrow_type(kind, timezone="UTC")


def _typed(value: Any, type_: pyarrow.DataType) -> Any:
    import pyarrow as pa

    if value is None:
        return None
    if pa.types.is_decimal(type_):
        return pa.scalar(value).cast(type_).as_py()
    if pa.types.is_timestamp(type_) and (value.tzinfo is None) != (type_.tz is None):
        raise TypeError("a time with a zone is not a time without")
    if pa.types.is_boolean(type_) != isinstance(value, bool):
        raise TypeError("a number is no truth value")
    return pa.scalar(value, type_).as_py()
