"""EXPLAIN (FORMAT json) of DuckDB 1.5 and 2.0, read into the common tree."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import duckdb
from duckdb import StatementType

from seniorde.plans.tree import EMPTY, EXPLAINABLE, SEVERAL, Node, Plan, PlanError, with_early_stops

Raw = dict[str, Any]

READS = {StatementType.SELECT, StatementType.CALL}
WRITES = {StatementType.INSERT, StatementType.UPDATE, StatementType.DELETE, StatementType.MERGE_INTO}

OPERATORS = {
    # DuckDB's word: PostgreSQL's word, or a plain one where PostgreSQL has no such operator
    "SEQ_SCAN": "Seq Scan",
    "TABLE_SCAN": "Seq Scan",
    "COLUMN_DATA_SCAN": "Values Scan",
    "CHUNK_SCAN": "Values Scan",
    "DUMMY_SCAN": "Result",
    "EMPTY_RESULT": "Result",
    "DELIM_SCAN": "Delim Scan",
    "CTE_SCAN": "CTE Scan",
    "REC_CTE_SCAN": "WorkTable Scan",
    "RECURSIVE_CTE_SCAN": "WorkTable Scan",
    "REC_CTE": "Recursive Union",
    "RECURSIVE_CTE": "Recursive Union",
    "REC_KEY_CTE": "Recursive Union",
    "HASH_JOIN": "Hash Join",
    "NESTED_LOOP_JOIN": "Nested Loop Join",
    "BLOCKWISE_NL_JOIN": "Nested Loop Join",
    "PIECEWISE_MERGE_JOIN": "Piecewise Merge Join",
    "IE_JOIN": "Inequality Join",
    "ASOF_JOIN": "AsOf Join",
    "CROSS_PRODUCT": "Cross Product",
    "POSITIONAL_JOIN": "Positional Join",
    "POSITIONAL_SCAN": "Positional Join",
    "LEFT_DELIM_JOIN": "Delim Join",
    "RIGHT_DELIM_JOIN": "Delim Join",
    "HASH_GROUP_BY": "HashAggregate",
    "PERFECT_HASH_GROUP_BY": "HashAggregate",
    "PARTITIONED_AGGREGATE": "HashAggregate",
    "UNGROUPED_AGGREGATE": "Aggregate",
    "SIMPLE_AGGREGATE": "Aggregate",
    "ORDER_BY": "Sort",
    "TOP_N": "Top-N Sort",
    "WINDOW": "WindowAgg",
    "STREAMING_WINDOW": "WindowAgg",
    "LIMIT": "Limit",
    "STREAMING_LIMIT": "Limit",
    "LIMIT_PERCENT": "Limit",
    "FILTER": "Filter",
    "UNION": "Append",
    "UNNEST": "Unnest",
    "INOUT_FUNCTION": "ProjectSet",
    "RESERVOIR_SAMPLE": "Sample",
    "STREAMING_SAMPLE": "Sample",
    "INSERT": "Insert",
    "BATCH_INSERT": "Insert",
    "UPDATE": "Update",
    "DELETE": "Delete",
    "MERGE_INTO": "Merge",
    "CREATE_TABLE_AS": "Create Table",
    "BATCH_CREATE_TABLE_AS": "Create Table",
}

UNSEEN = ("EXPLAIN_ANALYZE", "RESULT_COLLECTOR", "QUERY", "PROJECTION")
"""Left out: the frame of the profile, and the computing of columns, which PostgreSQL does inside others."""

ROWS = ("operator_cardinality", "intermediate_rows")
"""The counter of the rows handed on, in 1.5 and in 2.0."""

CONDITIONS = {
    "Conditions": "Cond",
    "Condition": "Cond",
    "Filters": "Filter",
    "Expression": "Filter",
    "Dynamic Filters": "Dynamic Filter",
    "File Filters": "File Filter",
    "Order By": "Sort Key",
    "Groups": "Group Key",
}


def explain(
    con: duckdb.DuckDBPyConnection, sql: str, analyze: bool, params: Sequence[Any] | Mapping[str, Any] | None
) -> Plan:
    statements = con.extract_statements(sql)
    if not statements:
        raise PlanError(EMPTY)
    if len(statements) > 1:
        raise PlanError(SEVERAL)
    kind = statements[0].type
    creates_table = kind == StatementType.CREATE and re.search(r"\bTABLE\b.*\bAS\b", sql, re.I | re.S)
    if kind not in READS | WRITES and not creates_table:
        raise PlanError(f"DuckDB makes no plan for {kind.name}: {EXPLAINABLE}")
    if not analyze:
        [[_, text]] = con.execute(f"EXPLAIN (FORMAT json) {sql}", params).fetchall()
        return _plan({"children": json.loads(text)}, analyzed=False)
    nested = _in_transaction(con)
    if nested and kind not in READS:
        raise PlanError(
            "DuckDB has no savepoints, so a statement that writes cannot be undone within your transaction: "
            "commit or roll back first, or pass analyze=False."
        )
    [[coverage]] = con.execute("SELECT current_setting('profiling_coverage')").fetchall()
    if not nested:
        con.begin()
    try:
        con.execute("SET profiling_coverage = 'ALL'")  # else neither VALUES nor INSERT is profiled
        [[_, text]] = con.execute(f"EXPLAIN (ANALYZE, FORMAT json) {sql}", params).fetchall()
    finally:
        if not nested:
            con.rollback()
        with suppress(duckdb.TransactionException):  # your transaction, which the statement's error has ended
            con.execute(f"SET profiling_coverage = '{coverage}'")
    return _plan(json.loads(text), analyzed=True)


def _in_transaction(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether a transaction is open: outside of one, every statement gets a new number."""
    first, second = (con.execute("SELECT txid_current()").fetchall() for _ in range(2))
    return first == second


def _plan(profile: Raw, analyzed: bool) -> Plan:
    """Both versions: 1.5 hangs the operators below the query, 2.0 lists them as `operator`."""
    [top] = _inputs({"children": profile.get("operator") or profile["children"]})
    ctes = {info["Table Index"]: info["CTE Name"] for info in map(_info, _walk(top)) if "CTE Name" in info}
    spilled = profile.get("system", {}).get("total_bytes_spilled", profile.get("system_peak_temp_dir_size"))
    return Plan(
        root=with_early_stops(_tree(top, ctes, _distinct_keys(top))),
        engine="DuckDB",
        analyzed=analyzed,
        spill_bytes=spilled,
    )


def _distinct_keys(top: Raw) -> dict[str, Raw]:
    """The aggregate that collects the keys of each delim join; DuckDB counts its rows at every reading."""
    keys = {}
    for join in (raw for raw in _walk(top) if _word(raw).endswith("DELIM_JOIN")):
        index, aggregate = _info(join)["Delim Index"], join["children"][-1]
        readings = sum(
            _word(raw) == "DELIM_SCAN" and _info(raw)["Delim Index"] == index for raw in _walk(top)
        )
        keys[index] = aggregate
        for counter in ROWS:
            if counter in aggregate:
                aggregate[counter] //= max(readings, 1)
    return keys


def _tree(raw: Raw, ctes: dict[str, str], keys: dict[str, Raw]) -> Node:
    word, info, inputs = _word(raw), _info(raw), _inputs(raw)
    if word == "CTE":
        # as in PostgreSQL: the definition hangs below the query that uses it
        definition, query = (_tree(child, ctes, keys) for child in inputs)
        definition = replace(definition, role=f"CTE {info['CTE Name']}")
        return replace(query, children=(definition, *query.children))
    operator = _operator(word, info)
    counted = raw
    if operator == "Delim Join":
        counted = inputs[1]  # the join that does the work
    elif operator == "Delim Scan":
        counted = keys[info["Delim Index"]]  # the distinct keys, counted where they are collected
    rows = _count(counted, *ROWS)
    children = tuple(_tree(child, ctes, keys) for child in inputs)
    if operator == "Delim Join":
        children = (children[0], _with_buffer(children[1], children[0]), *children[2:])
    return Node(
        operator=operator,
        native=word,
        relation=_relation(word, info, ctes),
        conditions=tuple(_conditions(info)),
        details=tuple(_details(info)),
        estimated_rows=float(info["Estimated Cardinality"]) if "Estimated Cardinality" in info else None,
        actual_rows=None if rows is None else float(rows),
        loops=None if rows is None else 1,
        files=int(info["Total Files Read"]) if "Total Files Read" in info else None,
        removed_rows=_removed(raw, operator, rows, children),
        own_bytes=_count(raw, "result_set_size", "intermediate_size_bytes"),
        children=children,
    )


def _with_buffer(join: Node, rows: Node) -> Node:
    """The join below a delim join, whose one input is the rows that the delim join has kept."""

    def buffer(child: Node) -> Node:
        if child.native not in ("COLUMN_DATA_SCAN", "DUMMY_SCAN"):
            return child
        return replace(
            child, operator="Buffer Scan", estimated_rows=rows.estimated_rows, actual_rows=rows.actual_rows
        )

    return replace(join, children=tuple(map(buffer, join.children)))


def _word(raw: Raw) -> str:
    return str(raw.get("operator_name") or raw["name"]).strip()


def _info(raw: Raw) -> Raw:
    return raw.get("extra_info", {})


def _inputs(raw: Raw) -> list[Raw]:
    """The inputs of an operator, those behind an operator that is left out in its place."""
    children = raw.get("children", [])
    return [i for child in children for i in (_inputs(child) if _word(child) in UNSEEN else [child])]


def _walk(raw: Raw) -> Iterator[Raw]:
    yield raw
    for child in raw.get("children", []):
        yield from _walk(child)


def _count(raw: Raw, *names: str) -> int | None:
    """A counter by its name in 1.5 or in 2.0."""
    return next((raw[name] for name in names if name in raw), None)


def _operator(word: str, info: Raw) -> str:
    if info.get("Type") == "Index Scan":
        return "Index Scan"
    if word.startswith("READ_"):
        return "File Scan"
    if "Function" in info:
        return "Function Scan"
    operator = OPERATORS.get(word, word.replace("_", " ").title())
    join = info.get("Join Type", "INNER").replace("_", " ").title()
    if operator == "Delim Join":
        return operator
    if operator == "Nested Loop Join" and join == "Inner":
        return "Nested Loop"
    return operator if join == "Inner" else operator.replace(" Join", f" {join} Join")


def _relation(word: str, info: Raw, ctes: dict[str, str]) -> str | None:
    if "Table" in info:
        return str(info["Table"]).rpartition(".")[2]
    if "Function" in info:
        return str(info["Function"]).lower()
    return info.get("CTE Name") or ctes.get(info.get("CTE Index", ""))


def _conditions(info: Raw) -> Iterator[str]:
    for key, name in CONDITIONS.items():
        if value := info.get(key):
            text = ", ".join(value) if isinstance(value, list) else str(value)
            yield f"{name}: " + re.sub(r"\b\w+\.\w+\.(?=\w+\.\w)", "", text)


def _details(info: Raw) -> Iterator[str]:
    if "Top" in info:
        yield f"top {info['Top']}"
    if "Scanning Files" in info:
        yield f"files {info['Scanning Files']}"


def _removed(raw: Raw, operator: str, rows: int | None, children: tuple[Node, ...]) -> int | None:
    """Rows a filter removed; unknown for files and functions, whose rows scanned DuckDB only estimates."""
    if rows is None:
        return None
    if operator == "Filter" and children[0].actual_rows is not None:
        return round(children[0].actual_rows) - rows
    scanned = _count(raw, "operator_rows_scanned", "rows_scanned")
    return max(scanned - rows, 0) if scanned and "Table" in _info(raw) else None
