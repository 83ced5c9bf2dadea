"""Physical plans of Spark, as adaptive execution left them, read into the common tree.

A plan comes from an execution in the JVM, its counts from the SQL metrics of its operators: what the SQL tab
of Spark's web page shows. Without a JVM at hand (Spark Connect) it comes from the text of EXPLAIN.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from seniorde.plans.text import counted, size
from seniorde.plans.tree import EMPTY, Node, Plan, PlanError

OPERATORS = {
    # Spark's word: PostgreSQL's word, or a plain one where PostgreSQL has no such operator
    "FileSourceScan": "File Scan",
    "BatchScan": "Source Scan",
    "HiveTableScan": "Hive Scan",
    "LocalTableScan": "Values Scan",
    "CommandResult": "Values Scan",
    "RDDScan": "RDD Scan",
    "ExternalRDDScan": "RDD Scan",
    "InMemoryTableScan": "Cache Scan",
    "Range": "Function Scan",
    "EmptyRelation": "Result",
    "OneRowRelation": "Result",
    "BroadcastHashJoin": "Broadcast Hash Join",
    "SortMergeJoin": "Sort Merge Join",
    "ShuffledHashJoin": "Shuffled Hash Join",
    "BroadcastNestedLoopJoin": "Broadcast Nested Loop Join",
    "CartesianProduct": "Cross Product",
    "ShuffleExchange": "Shuffle",
    "BroadcastExchange": "Broadcast",
    "HashAggregate": "HashAggregate",
    "ObjectHashAggregate": "ObjectHashAggregate",
    "SortAggregate": "GroupAggregate",
    "TakeOrderedAndProject": "Top-N Sort",
    "CollectLimit": "Limit",
    "GlobalLimit": "Limit",
    "LocalLimit": "Local Limit",
    "Window": "WindowAgg",
    "WindowGroupLimit": "Window Group Limit",
    "Generate": "Unnest",
    "Union": "Append",
    "BatchEvalPython": "Python UDF",
    "ArrowEvalPython": "Python UDF",
    "ArrowAggregatePython": "Python Aggregate",
    "WindowInPandas": "Python Window",
    "ArrowWindowPython": "Python Window",
    "FlatMapGroupsInPandas": "Python Groups",
    "FlatMapGroupsInArrow": "Python Groups",
    "FlatMapCoGroupsInPandas": "Python Groups",
    "FlatMapCoGroupsInArrow": "Python Groups",
    "MapInPandas": "Python Map",
    "MapInArrow": "Python Map",
}

JOINS = {
    "LeftOuter": "Left ",
    "RightOuter": "Right ",
    "FullOuter": "Full ",
    "LeftSemi": "Semi ",
    "LeftAnti": "Anti ",
    "ExistenceJoin": "Existence ",
}

UNSEEN = {
    *("AdaptiveSparkPlan", "ResultQueryStage", "ShuffleQueryStage", "BroadcastQueryStage"),
    *("TableCacheQueryStage", "WholeStageCodegen", "InputAdapter", "ColumnarToRow", "RowToColumnar"),
    *("Project", "DeserializeToObject", "SerializeFromObject", "CollectMetrics", "Subquery"),
    *("SubqueryBroadcast", "SubqueryAdaptiveBroadcast"),
}
"""Left out: stages and code generation, the computing of columns, which PostgreSQL does inside others."""

KEEPING = {"Sort", "WindowAgg", "Append", "Coalesce", "Python UDF", "Python Window"}
"""Operators that count no rows, and hand on as many as they get."""

TOPS = {"Limit", "Local Limit", "Top-N Sort", "Window Group Limit"}

AGGREGATES = {"HashAggregate", "ObjectHashAggregate", "GroupAggregate"}

SAID = {"FileScan": "FileSourceScan", "Exchange": "ShuffleExchange", "Scan": "RDDScan"}
"""EXPLAIN's word for an operator, where it is not the operator's own."""

COMMANDS = (
    "org.apache.spark.sql.catalyst.plans.logical.Command",
    "org.apache.spark.sql.catalyst.plans.logical.ParsedStatement",
)

Jvm = Any
"""An object in the JVM, or what leads to it."""


def explain(con: Any, sql: Any, analyze: bool, params: Sequence[Any] | Mapping[str, Any] | None) -> Plan:
    df = _frame(con, sql, params)
    if type(df).__module__.startswith("pyspark.sql.connect"):
        return _from_text(df, analyze)
    spark = df.sparkSession
    # A query of its own: the one of `df` may have run, and would then not run again what it still holds.
    logical = df._jdf.queryExecution().analyzed()
    query = spark._jvm.org.apache.spark.sql.classic.Dataset.ofRows(spark._jsparkSession, logical)
    returned = None if not analyze else len(query.collect())
    return _plan(query.queryExecution(), analyze, returned)


def collected(df: Any) -> Plan:
    """The plan of a DataFrame whose rows were collected before, with what it counted then."""
    return _plan(df._jdf.queryExecution(), True, None)


def _plan(execution: Jvm, analyze: bool, returned: int | None) -> Plan:
    [root] = _tree(execution.executedPlan(), analyze)
    if returned is not None and root.actual_rows is None:
        root = replace(root, actual_rows=float(returned))
    return Plan(root=root, engine="Spark", analyzed=analyze, spill_bytes=root.spill_bytes)


def _frame(con: Any, sql: Any, params: Any) -> Any:
    """The DataFrame to explain, of a session and a statement or given as it is."""
    if hasattr(con, "sparkSession"):
        return con
    if hasattr(sql, "sparkSession"):
        return sql
    if not sql.strip().strip(";"):
        raise PlanError(EMPTY)
    if hasattr(con, "_jsparkSession"):  # a command runs as soon as the session gets it
        from py4j.java_gateway import is_instance_of

        parsed = con._jsparkSession.sessionState().sqlParser().parsePlan(sql)
        if any(is_instance_of(con.sparkContext._gateway, parsed, name) for name in COMMANDS):
            raise PlanError("Spark cannot undo a command: pass the SELECT or VALUES in it itself.")
    return con.sql(sql, args=params) if params else con.sql(sql)


def _tree(plan: Jvm, analyze: bool) -> list[Node]:
    """The operator with its inputs, or the inputs of one that is left out."""
    word = _word(plan)
    if word == "AdaptiveSparkPlan":
        return _tree(plan.executedPlan(), analyze)
    if word.endswith("QueryStage"):
        return _tree(plan.plan(), analyze)
    if word == "ReusedSubquery":
        return []
    children = [node for child in items(plan.children()) for node in _tree(child, analyze)]
    children += [
        replace(node, role="partition filter" if _word(one) == "SubqueryBroadcast" else "InitPlan")
        for one in items(plan.subqueries())
        for node in _tree(one, analyze)
    ]
    if word == "AQEShuffleRead":
        return [replace(children[0], details=(*children[0].details, *_read(plan)))]
    if word in UNSEEN:
        subplans = tuple(node for node in children[1:] if node.role)
        return [replace(node, children=(*node.children, *subplans)) for node in children[:1]]
    metrics = _metrics(plan) if analyze else {}
    operator = _operator(word, plan)
    rows = _rows(operator, plan, metrics, children) if analyze else None
    removed = None
    if operator == "Filter" and rows is not None and children[0].actual_rows is not None:
        removed = round(children[0].actual_rows - rows)
    return [
        Node(
            operator=operator,
            native=word,
            relation=_relation(operator, plan),
            conditions=tuple(_conditions(operator, plan)),
            details=tuple(_details(operator, plan, metrics)),
            actual_rows=rows,
            files=metrics.get("numFiles"),
            partitions=metrics.get("numPartitions") if "numFiles" in metrics else None,
            removed_rows=removed,
            own_spill=metrics.get("spillSize") if analyze else None,
            own_bytes=_first(metrics, "shuffleBytesWritten", "dataSize", "filesSize"),
            children=tuple(children),
        )
    ]


def _word(plan: Jvm) -> str:
    return re.sub(r"Exec$", "", str(plan.getClass().getSimpleName()))


def items(sequence: Jvm) -> list[Jvm]:
    """The elements of a sequence of Scala."""
    return [sequence.apply(position) for position in range(sequence.size())]


def _names(sequence: Jvm) -> str:
    """Expressions or columns in Spark's words, without the numbers that tell them apart within a query."""
    return _plain(str(sequence.mkString(", ")))


def _plain(text: str) -> str:
    text = re.sub(r"(ReusedSubquery )?Subquery (scalar-)?subquery#\d+, \[id=#\d+\]", "subquery", text)
    return re.sub(r"#\d+L?\b", "", text)


def _metrics(plan: Jvm) -> dict[str, int]:
    found = re.findall(r"(\w+) -> SQLMetric\(.*?value: (-?\d+)\)", plan.metrics().mkString("\n"))
    return {name: max(int(value), 0) for name, value in found}  # below 0: never set


def _first(metrics: dict[str, int], *names: str) -> int | None:
    return next((metrics[name] for name in names if name in metrics), None)


def _rows(operator: str, plan: Jvm, metrics: dict[str, int], children: list[Node]) -> float | None:
    counter = "shuffleRecordsWritten" if operator == "Shuffle" else "numOutputRows"
    if counter in metrics:
        return float(metrics[counter])
    below = [child.actual_rows for child in children if not child.role]
    if not below or None in below:
        return None
    got = float(sum(rows or 0 for rows in below))
    if operator in TOPS and plan.limit() >= 0:
        return min(got, float(plan.limit()))
    return got if operator in KEEPING else None


def _operator(word: str, plan: Jvm) -> str:
    if word == "ReusedExchange":
        return f"Reused {OPERATORS.get(_word(plan.child()), 'Shuffle')}"
    operator = OPERATORS.get(word) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)
    if operator.endswith(" Join"):
        kind = JOINS.get(str(plan.joinType().toString()).partition("(")[0], "")
        if operator == "Broadcast Nested Loop Join" and not kind:
            return "Broadcast Nested Loop"
        return operator.removesuffix("Join") + f"{kind}Join"
    if operator in AGGREGATES:
        partial = plan.requiredChildDistributionExpressions().isEmpty()
        name = operator if plan.groupingExpressions().size() else "Aggregate"
        return f"Partial {name}" if partial else name
    return operator


def _relation(operator: str, plan: Jvm) -> str | None:
    if operator == "File Scan":
        if plan.tableIdentifier().isDefined():
            return str(plan.tableIdentifier().get().table())
        paths = items(plan.relation().location().rootPaths())
        return str(paths[0].getName()) if len(paths) == 1 else f"{len(paths)} paths"
    if operator == "Hive Scan":
        return str(plan.relation().tableMeta().identifier().table())
    if operator == "Source Scan":
        return str(plan.table().name())
    if operator == "Function Scan":
        return "range"
    if operator == "Cache Scan":
        name = plan.relation().cacheBuilder().tableName()
        return str(name.get()) if name.isDefined() else None
    return None


def _conditions(operator: str, plan: Jvm) -> Iterator[str]:
    """What an operator goes by, in Spark's words."""
    if operator == "File Scan":
        metadata = plan.metadata()
        for name, key in (("Partition Filter", "PartitionFilters"), ("Pushed Filter", "PushedFilters")):
            text = str(metadata.get(key).get()) if metadata.contains(key) else "[]"
            if text != "[]":
                yield f"{name}: {_plain(text[1:-1])}"
    if operator in ("File Scan", "Source Scan", "Hive Scan"):
        yield f"Columns: {', '.join(column.name() for column in items(plan.output())) or 'none'}"
    elif operator == "Filter":
        yield f"Filter: {_plain(plan.condition().toString())}"
    elif operator in ("Sort", "Top-N Sort"):
        yield f"Sort Key: {_names(plan.sortOrder())}"
    elif operator in ("WindowAgg", "Window Group Limit"):
        if plan.partitionSpec().size():
            yield f"Partition Key: {_names(plan.partitionSpec())}"
        if plan.orderSpec().size():
            yield f"Sort Key: {_names(plan.orderSpec())}"
    elif operator == "Unnest":
        yield f"Function: {_plain(plan.generator().toString())}"
    elif operator == "Python UDF":
        yield f"Function: {_names(plan.udfs())}"
    elif operator.removeprefix("Partial ") in AGGREGATES and plan.groupingExpressions().size():
        yield f"Group Key: {_names(plan.groupingExpressions())}"
    elif operator == "Shuffle":
        found = re.match(r"(hash|range)partitioning\((.*), \d+\)", plan.outputPartitioning().toString())
        if found is not None:
            yield f"{found[1].title()} Key: {_plain(found[2])}"
    elif operator.endswith(" Join") or operator == "Broadcast Nested Loop":
        if "Nested" not in operator:
            keys = zip(items(plan.leftKeys()), items(plan.rightKeys()), strict=True)
            yield "Cond: " + _plain(
                ", ".join(f"{left.toString()} = {right.toString()}" for left, right in keys)
            )
        if plan.condition().isDefined():
            yield f"Join Filter: {_plain(plan.condition().get().toString())}"


def _details(operator: str, plan: Jvm, metrics: dict[str, int]) -> Iterator[str]:
    """What else can be counted, or was chosen."""
    if operator in TOPS and plan.limit() >= 0:
        yield f"top {plan.limit()}"
    elif operator == "Shuffle":
        yield counted(plan.outputPartitioning().numPartitions(), "partition")
        if "shuffleBytesWritten" in metrics:
            yield size(metrics["shuffleBytesWritten"])
    elif operator == "File Scan":
        yield str(plan.relation().fileFormat().toString()).lower()
        yield from _of("partitions", metrics.get("numPartitions"), _partitions(plan))
        yield from _of("files", metrics.get("numFiles"), metrics.get("staticFilesNum"))
    elif operator == "Source Scan" and metrics:
        yield counted(plan.inputPartitions().size(), "partition")
    elif operator.startswith(("Sort Merge", "Shuffled")):
        if operator.startswith("Shuffled"):
            yield f"builds {str(plan.buildSide().toString()).removeprefix('Build').lower()}"
        if plan.isSkewJoin():
            yield "skew join"


def _of(what: str, count: int | None, among: int | None) -> Iterator[str]:
    if count is not None:
        yield f"{what} {count:,}" + (f" of {among:,}" if among is not None and among > count else "")


def _partitions(plan: Jvm) -> int | None:
    """Partitions of a folder, those that a filter leaves out included; a table's list is cut already."""
    location = plan.relation().location()
    if plan.tableIdentifier().isDefined() or not hasattr(location, "partitionSpec"):
        return None
    return int(location.partitionSpec().partitions().size())


def _read(plan: Jvm) -> Iterator[str]:
    """How adaptive execution lets a shuffle's partitions be read."""
    metrics = _metrics(plan)
    if plan.isLocalRead():
        yield "local read"
        return
    if skewed := metrics.get("numSkewedPartitions"):
        parts = metrics.get("numSkewedSplits", 0)
        yield f"{skewed:,} skewed split in {parts:,}"
    if plan.hasCoalescedPartition():
        yield f"read as {counted(plan.partitionSpecs().size(), 'partition')}"


def _from_text(df: Any, analyze: bool) -> Plan:
    """The plan before the run, from EXPLAIN's text: all that Spark Connect tells."""
    if analyze:
        raise PlanError("Spark Connect does not tell what a plan counted: pass analyze=False.")
    text = df._explain_string().partition("== Physical Plan ==")[2].strip("\n")
    lines = [
        re.match(r"([ :]*(?:[:+]- )?)(?:\*\(\d+\) )?(\w+)(.*)", one)
        for one in text.splitlines()
        if one.strip()
    ]
    found = [(len(line[1]) // 3, line[2], line[3]) for line in lines if line is not None]
    if not found or any(word.endswith("Exec") for _, word, _ in found):
        raise PlanError(
            "This engine behind Spark Connect shows plans of its own: print them with df.explain()."
        )
    [root] = _parsed(found)[:1]
    return Plan(root=root, engine="Spark", analyzed=False)


def _parsed(lines: list[tuple[int, str, str]]) -> list[Node]:
    """The operators of the first level among the lines, each a depth, a word and the rest."""
    nodes: list[Node] = []
    starts = [place for place, line in enumerate(lines) if line[0] == lines[0][0]]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        _, said, rest = lines[start]
        children = _parsed(lines[start + 1 : end]) if end > start + 1 else []
        word = {"FileScan": "FileSourceScan", "Exchange": "ShuffleExchange", "Scan": "RDDScan"}.get(
            said, said
        )
        if word in UNSEEN:
            nodes += [replace(node, role="InitPlan") for node in children] if word == "Subquery" else children
            continue
        operator = OPERATORS.get(word) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", word)
        if operator.endswith(" Join"):
            kind = next((JOINS[name] for name in JOINS if re.search(rf"\b{name}\b", rest)), "")
            operator = operator.removesuffix("Join") + f"{kind}Join"
        if operator in AGGREGATES and rest.startswith("(keys=[],"):
            operator = "Aggregate"
        if "functions=[partial_" in rest:
            operator = f"Partial {operator}"
        nodes.append(
            Node(operator=operator, native=word, conditions=(_plain(rest.strip()),), children=tuple(children))
        )
    return nodes
