"""The contract of the change feed: what a line must be to count as a change, and why it is set aside if not.

`from_json` with a schema of texts turns the number 2 into the text "2" without a word. So values are read as
texts, and whether a value came as one is seen in the JSON itself, by its quotes. Spark 4 could ask a VARIANT;
this also runs where Spark is 3.5, as on Glue 5.1.
"""

from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F


class Source(NamedTuple):
    """A table of the feed; a type is `whole`, `text` or `moment`, with a `?` where NULL may stand."""

    key: str
    fields: dict[str, str]
    personal: tuple[str, ...] = ()
    tracked: tuple[str, ...] = ()


CURRENCIES = ("EUR", "GBP", "PLN", "SEK")
SOURCES = {
    "customers": Source(
        key="customer_id",
        fields={
            "name": "text?",
            "email": "text?",
            "country": "text",
            "city": "text?",
            "segment": "text",
            "loyalty": "text?",  # from 10 October
            "registered_at": "moment",
            "updated_at": "moment",
        },
        personal=("name", "email", "city"),
        tracked=("country", "segment", "loyalty"),
    ),
    "orders": Source(
        key="order_id",
        fields={
            "customer_id": "whole",
            "ordered_at": "moment",
            "currency": "text",
            "channel": "text?",
            "status": "text",
            "amount_cents": "whole",
            "updated_at": "moment",
        },
    ),
}
LOCATION = ("file", "line")  # what identifies a line of bronze
_SQL = {"whole": "bigint", "text": "string", "moment": "timestamp"}
_MOMENT = r"^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})$"


def parsed(lines: DataFrame, source: str) -> DataFrame:
    """Return lines of bronze with `reason` (NULL for a change), `op`, `lsn`, `ts`, the key and the fields."""
    known = SOURCES[source]
    row = ", ".join(f"{name} STRING" for name in known.fields)
    schema = f"op STRING, lsn STRING, ts STRING, key STRUCT<{known.key} STRING>, after STRUCT<{row}>"
    read = (
        lines.filter(F.col("source") == source)
        .withColumn("json", F.get_json_object("raw", "$"))  # written anew, without blanks; NULL if it is cut
        .withColumn("body", F.from_json("json", schema))
        .withColumn("key_json", F.get_json_object("json", "$.key"))
        .withColumn("after_json", F.get_json_object("json", "$.after"))
    )
    fields = {name: _value(f"body.after.{name}", kind) for name, kind in known.fields.items()}
    envelope = {"op": "body.op", "lsn": _value("body.lsn", "whole"), "ts": _value("body.ts", "moment")}
    values = {**envelope, known.key: _value(f"body.key.{known.key}", "whole"), **fields}
    columns = [F.expr(sql).alias(name) for name, sql in values.items()]
    return read.select(*lines.columns, F.expr(_reason(source)).alias("reason"), *columns)


def _reason(source: str) -> str:
    """Return SQL for the first reason to set a line aside; `redacted` keeps that of a line without text."""
    known = SOURCES[source]
    # The parser stops at the end of the first object: two lines in one must not pass as the first.
    one_object = r"json LIKE '{%' AND raw RLIKE '\\}\\s*$' AND raw NOT RLIKE '\\}\\s*\\{'"
    key = _is(f"body.key.{known.key}", "whole", "key_json")
    row = " AND ".join(_is(f"body.after.{name}", kind, "after_json") for name, kind in known.fields.items())
    if "currency" in known.fields:
        row += f" AND body.after.currency IN {CURRENCIES}"
    envelope = f"{_is('body.lsn', 'whole', 'json')} AND {_is('body.ts', 'moment', 'json')}"
    rest = f"body.op = 'd' OR (body.op IN ('r', 'c', 'u') AND after_json LIKE '{{%' AND {row})"
    return f"""CASE WHEN redacted IS NOT NULL THEN redacted
        WHEN NOT coalesce({one_object}, false) THEN 'format'
        WHEN NOT coalesce({key}, false) THEN 'key'
        WHEN NOT coalesce({envelope} AND ({rest}), false) THEN 'schema' END"""


def _is(value: str, kind: str, json: str) -> str:
    """Return SQL that is true if a value came with the contract's type, not one that can be cast to it."""
    quoted = f"""contains({json}, '"{value.rpartition(".")[2]}":"')"""
    if kind == "moment":
        return f"({value} RLIKE '{_MOMENT}' AND {_value(value, kind)} IS NOT NULL)"
    if kind == "whole":
        return f"({value} RLIKE '^-?\\\\d+$' AND NOT {quoted} AND {_value(value, kind)} IS NOT NULL)"
    return f"({value} IS NULL OR {quoted})" if kind.endswith("?") else f"({value} IS NOT NULL AND {quoted})"


def _value(value: str, kind: str) -> str:
    """Return SQL for a value in the contract's type, NULL if it cannot be read so."""
    return f"try_cast({value} AS {_SQL[kind.rstrip('?')]})"
