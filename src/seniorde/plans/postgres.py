"""EXPLAIN (FORMAT JSON) of PostgreSQL, read into the common tree."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from seniorde.plans.tree import EXPLAINABLE, SEVERAL, Node, Plan, PlanError, with_early_stops

Raw = dict[str, Any]

BLOCK = 8192
"""Bytes of a page; PostgreSQL's default, hardly ever compiled otherwise."""

UTILITY = re.compile(
    r"(\s|--[^\n]*\n|/\*.*?\*/)*(ABORT|ALTER|ANALY[SZ]E|BEGIN|CALL|CHECKPOINT|CLOSE|CLUSTER|COMMENT|COMMIT|COPY|"
    r"CREATE|DEALLOCATE|DISCARD|DO|DROP|END|EXPLAIN|FETCH|GRANT|IMPORT|LISTEN|LOAD|LOCK|MOVE|NOTIFY|PREPARE|"
    r"REASSIGN|REFRESH|REINDEX|RELEASE|RESET|REVOKE|ROLLBACK|SAVEPOINT|SECURITY|SET|SHOW|START|TRUNCATE|"
    r"UNLISTEN|VACUUM)\b",
    re.IGNORECASE | re.DOTALL,
)

CONDITIONS = (
    "Hash Cond",
    "Merge Cond",
    "Index Cond",
    "Recheck Cond",
    "TID Cond",
    "Join Filter",
    "Filter",
    "One-Time Filter",
    "Run Condition",
    "Order By",
    "Sort Key",
    "Presorted Key",
    "Group Key",
    "Grouping Sets",
    "Cache Key",
    "Window",
    "Conflict Filter",
)

DETAILS = {
    # the engine's key: our words, shown when the figure is not zero
    "Workers Planned": "workers {}",
    "Subplans Removed": "partitions pruned at start {}",
    "Heap Fetches": "heap fetches {}",
    "Exact Heap Blocks": "exact pages {}",
    "Lossy Heap Blocks": "lossy pages {}",
    "Cache Hits": "cache hits {}",
    "Cache Misses": "cache misses {}",
    "Cache Evictions": "cache evictions {}",
    "Sort Method": "{}",
    "Tuples Inserted": "inserted {}",
    "Tuples Updated": "updated {}",
    "Tuples Deleted": "deleted {}",
    "Tuples Skipped": "skipped {}",
    "Conflicting Tuples": "conflicts {}",
    "Conflict Resolution": "on conflict {}",
}

OWN = ("Plans", "Subplan Name")
"""Keys of a node that do not tell what its expressions mention."""

REMOVED = ("Rows Removed by Filter", "Rows Removed by Join Filter", "Rows Removed by Index Recheck")


def explain(
    con: psycopg.Connection, sql: str, analyze: bool, params: Sequence[Any] | Mapping[str, Any] | None
) -> Plan:
    options = ["VERBOSE", "SETTINGS", "FORMAT JSON"] + (
        ["ANALYZE", "BUFFERS", "TIMING OFF"] if analyze else []
    )
    numbered = [int(number) for number in re.findall(r"\$(\d+)", sql)]
    cursor: psycopg.Cursor = (psycopg.RawCursor if numbered else psycopg.Cursor)(con, row_factory=tuple_row)

    def run() -> list[Raw]:
        with con.transaction(force_rollback=True):
            # binary: the extended protocol, in which the server refuses a second statement
            cursor.execute(f"EXPLAIN ({', '.join(options)}) {sql}", params, binary=True)
            [[results]] = cursor.fetchall()
        return [result for result in results if "Plan" in result]

    try:
        results = run()
        if analyze and not any(raw["Node Type"] == "ModifyTable" for raw in _nodes(results)):
            # what a session looks up once, in the catalogs and at the top of an index, does not count
            results = run()
    except psycopg.errors.SyntaxError as error:
        if "multiple commands" in str(error):
            raise PlanError(SEVERAL) from error
        if word := UTILITY.match(sql):
            raise PlanError(f"PostgreSQL makes no plan for {word[2].upper()}: {EXPLAINABLE}") from error
        raise
    except psycopg.errors.ProtocolViolation as error:
        raise PlanError(
            f"The statement has the parameter ${max(numbered)}: pass a value for each as params=[…]."
        ) from error
    partitioned = _partitioned_tables(con, _nodes(results))
    trees = [_tree(result, partitioned) for result in results]
    root = trees[0] if len(trees) == 1 else Node(operator="Rewrite", native="Rewrite", children=tuple(trees))
    spill = sum(result["Plan"].get("Temp Written Blocks", 0) for result in results) * BLOCK
    return Plan(
        root=root,
        engine="PostgreSQL",
        analyzed=analyze,
        notes=tuple(note for result in results for note in _notes(result)),
        spill_bytes=spill if analyze else None,
    )


def _partitioned_tables(con: psycopg.Connection, raws: list[Raw]) -> dict[str, str]:
    """The partitioned table of each partition that the plan names."""
    names = {
        (raw["Schema"], raw["Relation Name"]) for raw in raws if "Schema" in raw and "Relation Name" in raw
    }
    query = """
        SELECT part.relname, top.relname
        FROM pg_class AS part
        JOIN pg_namespace AS schema ON schema.oid = part.relnamespace
        JOIN pg_class AS top ON top.oid = pg_partition_root(part.oid)
        WHERE part.relispartition AND part.relname = ANY(%s) AND schema.nspname = ANY(%s)"""
    with con.transaction(), con.cursor(row_factory=tuple_row) as cursor:
        return dict(cursor.execute(query, [[n for _, n in names], [s for s, _ in names]]).fetchall())


def _notes(result: Raw) -> Iterator[str]:
    for trigger in result.get("Triggers", []):
        name = trigger.get("Constraint Name") or trigger["Trigger Name"]
        yield f"Trigger {name} on {trigger['Relation']}: calls {trigger['Calls']:g}"
    if jit := result.get("JIT"):
        yield f"JIT: functions {jit['Functions']}"


def _tree(result: Raw, partitioned: dict[str, str]) -> Node:
    top, settings = result["Plan"], result.get("Settings", {})
    leader = settings.get("parallel_leader_participation", "on") == "on"
    aliases = {raw["Alias"] for raw in _walk(top) if "Alias" in raw}
    hashed = set(re.findall(r"hashed (SubPlan \d+)", str(top)))
    pages = _own(top, "Hit Blocks", "Read Blocks")
    spill = _own(top, "Temp Written Blocks")

    def build(raw: Raw, workers: int, gathers: int) -> Node:
        role = raw.get("Subplan Name", "")
        loops = raw.get("Actual Loops")
        if workers and _partial(raw):
            per_worker = workers + (max(0.0, 1 - 0.3 * workers) if leader else 0)
            estimated = raw["Plan Rows"] * per_worker * max(gathers, 1)
            executions = min(loops, gathers) if loops is not None else None
        else:
            estimated = raw["Plan Rows"] * max(loops or 1, 1)
            executions = loops
        if "Workers Planned" in raw:
            workers, gathers = raw["Workers Planned"], loops or 0
        relation = raw.get("Relation Name") or raw.get("CTE Name") or raw.get("Function Name")
        relation = (
            relation or raw.get("Table Function Name") or raw.get("Tuplestore Name") or raw.get("Alias")
        )
        # PostgreSQL reports no rows for BitmapAnd and BitmapOr
        uncounted = loops is None or raw["Node Type"] in ("BitmapAnd", "BitmapOr")
        return Node(
            operator=_operator(raw),
            native=raw["Node Type"],
            relation=relation,
            alias=raw.get("Alias"),
            index=raw.get("Index Name"),
            table=partitioned.get(relation or "", relation),
            role=f"hashed {role}" if role in hashed else role,
            conditions=tuple(_conditions(raw, aliases)),
            details=tuple(_details(raw)),
            cost=raw["Total Cost"],
            estimated_rows=float(round(estimated)),
            actual_rows=None if uncounted else float(round(raw["Actual Rows"] * loops)),
            loops=executions,
            removed_rows=_removed(raw, loops),
            own_pages=pages.get(id(raw)),
            own_spill=None if (blocks := spill.get(id(raw))) is None else blocks * BLOCK,
            children=tuple(build(child, workers, gathers) for child in raw.get("Plans", [])),
        )

    return with_early_stops(build(top, workers=0, gathers=1))


def _operator(raw: Raw) -> str:
    """The operator as EXPLAIN's text format names it, with strategy, parallelism and join type."""
    name, join = raw["Node Type"], raw.get("Join Type", "Inner")
    if name == "Aggregate":
        partial = {"Simple": ""}.get(raw["Partial Mode"], f"{raw['Partial Mode']} ")
        strategy = {"Plain": "", "Sorted": "Group", "Hashed": "Hash"}.get(raw["Strategy"], raw["Strategy"])
        name = f"{partial}{strategy}Aggregate"
    elif name == "SetOp":
        name = f"{'Hash' if raw['Strategy'] == 'Hashed' else ''}SetOp {raw['Command']}"
    elif name == "ModifyTable":
        name = raw["Operation"]
    elif name == "Foreign Scan" and raw.get("Operation", "Select") != "Select":
        name = f"Foreign {raw['Operation']}"
    elif join != "Inner":
        name = f"{name.removesuffix(' Join')} {join} Join"
    if raw.get("Scan Direction") == "Backward":
        name += " Backward"
    return f"Parallel {name}" if raw["Parallel Aware"] else name


def _conditions(raw: Raw, aliases: set[str]) -> Iterator[str]:
    for key in CONDITIONS:
        if key in raw:
            text = _words(raw[key])
            # with one relation, VERBOSE's prefix on every column says nothing
            yield f"{key}: " + (
                re.sub(rf"\b{re.escape(*aliases)}\.", "", text) if len(aliases) == 1 else text
            )


def _words(value: Any) -> str:
    """A value of a condition as text: a list of keys, or the sets of GROUPING SETS, CUBE and ROLLUP."""
    if isinstance(value, list):
        return ", ".join(f"({_words(part)})" if isinstance(part, list) else _words(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_words(part)}" for key, part in value.items())
    return str(value)


def _details(raw: Raw) -> Iterator[str]:
    for key, words in DETAILS.items():
        if raw.get(key):
            yield words.format(f"{raw[key]:,}" if isinstance(raw[key], int) else raw[key])
    if (
        "Workers Planned" in raw
        and raw.get("Workers Launched", raw["Workers Planned"]) < raw["Workers Planned"]
    ):
        yield f"launched {raw['Workers Launched']}"
    if (batches := max(raw.get("Hash Batches", 1), raw.get("HashAgg Batches", 1))) > 1:
        yield f"batches {batches}"
    for key in ("Full-sort Groups", "Pre-sorted Groups"):
        if key in raw:
            yield f"{key.lower()} {raw[key]['Group Count']:,}"
    if raw.get("Disabled"):
        yield "disabled"


def _removed(raw: Raw, loops: int | None) -> int | None:
    """Rows removed, over all loops: the engine tells the average of a loop, rounded to a whole row."""
    counts = [raw[key] for key in REMOVED if key in raw]
    return round(sum(counts) * loops) if counts and loops is not None else None


def _nodes(results: list[Raw]) -> list[Raw]:
    return [raw for result in results for raw in _walk(result["Plan"])]


def _walk(raw: Raw) -> Iterator[Raw]:
    yield raw
    for child in raw.get("Plans", []):
        yield from _walk(child)


def _initial(raw: Raw) -> bool:
    return raw.get("Parent Relationship") == "InitPlan"


def _partial(raw: Raw) -> bool:
    """Whether each worker does a share of the operator, rather than all of it."""
    if raw["Node Type"].startswith("Gather"):
        return False
    inputs = (child for child in raw.get("Plans", []) if "Subplan Name" not in child)
    return raw["Parallel Aware"] or any(map(_partial, inputs))


def _own(top: Raw, *counters: str) -> dict[int, int]:
    """A buffer counter of each node without its children, by the node's id; empty for a plan not run.

    PostgreSQL counts a node with all that ran inside it, but hangs an init plan or CTE where it is declared,
    not where it runs. It runs in the node that names it, in the Gather that hands its value to workers, or in
    the Append that prunes by it: its figures are taken off there. Pages stay with operators that touch
    tables; elsewhere they are look-ups in the system catalogs, made once a session.
    """

    def count(raw: Raw) -> int:
        shared = [f"{place} {counter}" for counter in counters for place in ("Shared", "Local")]
        return sum(raw[key] for key in (counters if counters[0] in raw else shared))

    if "Actual Loops" not in top:
        return {}
    inputs = {id(raw): [child for child in raw.get("Plans", []) if not _initial(child)] for raw in _walk(top)}
    own = {id(raw): count(raw) - sum(map(count, inputs[id(raw)])) for raw in _walk(top)}
    for parent in _walk(top):
        for plan in filter(_initial, parent.get("Plans", [])):
            below = [raw for raw in _walk(parent) if own[id(raw)] >= count(plan) and _runs(raw, plan)]
            if below:
                own[id(below[0])] -= count(plan)
    return {id(raw): max(own[id(raw)], 0) if _touches(raw, counters[0]) else 0 for raw in _walk(top)}


def _runs(raw: Raw, plan: Raw) -> bool:
    name: str = plan["Subplan Name"]
    if name.startswith("CTE "):
        return raw.get("CTE Name") == name.removeprefix("CTE ")
    words = re.findall(r"\$\d+", name) or [f"({name})"]  # `InitPlan 1 (returns $0)` before PostgreSQL 17
    mentioned = any(word in str(value) for word in words for key, value in raw.items() if key not in OWN)
    return mentioned or raw["Node Type"] in ("Gather", "Gather Merge", "Append", "Merge Append")


def _touches(raw: Raw, counter: str) -> bool:
    name = raw["Node Type"]
    if counter.startswith("Temp"):
        return True
    return name not in ("CTE Scan", "WorkTable Scan", "Subquery Scan") and (
        name.endswith(" Scan") or name in ("ModifyTable", "LockRows", "Result", "ProjectSet")
    )
