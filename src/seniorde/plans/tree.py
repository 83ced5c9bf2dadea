"""One tree of operators for every engine, and the figures that are read off it.

Sources of the definitions: "Using EXPLAIN" and "EXPLAIN" in the PostgreSQL 18 documentation, "Profiling" in
the DuckDB documentation; the misestimate is the q-error of the paper "Preventing Bad Plans by Bounding the
Impact of Cardinality Estimation Errors" (2009).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

MARKS = (1000, 100, 10)
"""Factors at which a misestimate is marked, the largest first."""

KINDS = {
    # what the operator does: the pattern that its name begins with, after Parallel, Partial or Finalize
    "bitmap": r"Bitmap Index Scan|BitmapAnd|BitmapOr",
    "inner": r"(CTE|WorkTable|Subquery|Named Tuplestore|Delim|Buffer|Cache) Scan",
    "source": r"(Values|Function|Table Function|RDD) Scan|Result|ProjectSet|Unnest",
    "scan": r".*\bScan\b",
    "join": r".*\bJoin\b|(Broadcast )?Nested Loop|Cross Product",
    "shuffle": r"Shuffle$",
    "aggregate": r"\w*Aggregate|Group|Unique|(Hash)?SetOp|WindowAgg",
    "sort": r"(Incremental |Top-N )?Sort",
    "python": r"Python\b",
    "write": r"(Foreign )?(Insert|Update|Delete)\b|Merge$|LockRows|Create|Copy",
    "flow": r"(Merge )?Append|Recursive Union|Gather|Hash|(Local |Window Group )?Limit|Materialize|Memoize|"
    r"Filter|Sample|Rewrite|Broadcast|Reused|Coalesce|Expand",
}


EMPTY = "There is no statement to explain: pass the SQL as text."
SEVERAL = "A plan shows one statement: pass them one by one."
EXPLAINABLE = "pass the SELECT, VALUES, INSERT, UPDATE, DELETE, MERGE or CREATE TABLE AS itself."
"""The end of the sentence that answers a statement without a plan."""


class PlanError(RuntimeError):
    """The statement has no plan to show; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Node:
    """One operator of a plan.

    Rows are totals over all loops and all parallel workers, not averages; `None` means that the engine does
    not tell, or that the statement was not run. Own figures leave out those of the children.
    """

    operator: str
    """The operator in PostgreSQL's words for every engine: `Hash Anti Join`, `Seq Scan`."""
    native: str
    """The operator in the engine's own word: `HASH_JOIN`."""
    relation: str | None = None
    """Table, file, function or CTE that a scan reads or a write changes."""
    alias: str | None = None
    index: str | None = None
    table: str | None = None
    """The partitioned table when `relation` is one of its partitions, else `relation`."""
    role: str = ""
    """How the parent uses this node: `InitPlan 1`, `hashed SubPlan 2`, `CTE recent`; empty for an input."""
    conditions: tuple[str, ...] = ()
    """`Hash Cond: …`, `Filter: …`, `Sort Key: …` in the engine's words."""
    details: tuple[str, ...] = ()
    """What else can be counted: `heap fetches 12`, `lossy pages 40`, `workers 2`."""
    cost: float | None = None
    """Estimated total cost in the planner's unit, for one loop, children included."""
    estimated_rows: float | None = None
    actual_rows: float | None = None
    loops: int | None = None
    """How often the operator started afresh, 0 for never; workers that share the work count as one."""
    cut_short: bool = False
    """An operator above may stop before this one is exhausted, so fewer rows than estimated prove nothing."""
    files: int | None = None
    """Files that a scan of files reads."""
    partitions: int | None = None
    """Partitions of a table or a folder that a scan of files reads (Spark)."""
    removed_rows: int | None = None
    """Rows thrown away by the filter, the join filter or the recheck of a lossy bitmap."""
    own_pages: int | None = None
    """Pages of 8 kB touched in shared or local buffers, found there or read."""
    own_spill: int | None = None
    """Bytes written to temporary files."""
    own_bytes: int | None = None
    """Bytes handed to the parent (DuckDB), written by a shuffle, sent by a broadcast, of files (Spark)."""
    children: tuple[Node, ...] = field(default=(), repr=False)

    @property
    def kind(self) -> str:
        """What the operator does: a key of `KINDS`, `other` for an operator that this room has never seen."""
        core = re.sub(r"^(Parallel |Partial |Finalize )+", "", self.operator)
        return next((kind for kind, pattern in KINDS.items() if re.match(pattern, core)), "other")

    @property
    def condition(self) -> str:
        return "; ".join(self.conditions)

    @property
    def title(self) -> str:
        """Operator, relation and index: `Index Scan on flights f using flights_day`."""
        alias = f" {self.alias}" if self.alias not in (None, self.relation) else ""
        on = f" on {self.relation}{alias}" if self.relation else ""
        using = f" using {self.index}" if self.index else ""
        return f"{self.operator}{on}{using}"

    @property
    def label(self) -> str:
        return f"{self.role}: {self.title}" if self.role else self.title

    @property
    def pages(self) -> int | None:
        """Pages of this node and of everything below it."""
        return total(node.own_pages for node in self.walk())

    @property
    def spill_bytes(self) -> int | None:
        """Bytes written to temporary files by this node and everything below it."""
        return total(node.own_spill for node in self.walk())

    @property
    def scans(self) -> int:
        """How often a scan reads its table: a full scan in every loop, any other once; files each once."""
        if self.kind != "scan" or self.loops == 0:
            return 0
        if self.files is not None:
            return self.files
        return (self.loops if self.operator == "Seq Scan" else None) or 1

    @property
    def rows_read(self) -> int | None:
        """Rows that a scan took from its table: those it returned and those its filter removed, if told."""
        if self.kind != "scan" or self.actual_rows is None:
            return None
        return round(self.actual_rows) + (self.removed_rows or 0)

    @property
    def misestimate(self) -> float | None:
        """Factor of at least 1 between estimated and actual rows of one loop, both taken as at least one row.

        max(estimated, actual) / min(estimated, actual), the q-error. `None` when the node was never executed,
        has no estimate, or was cut short before it could return what was estimated.
        """
        if self.estimated_rows is None or self.actual_rows is None or not self.loops:
            return None
        estimated, actual = (max(rows / self.loops, 1.0) for rows in (self.estimated_rows, self.actual_rows))
        if self.fell_short:
            return None
        return max(estimated, actual) / min(estimated, actual)

    @property
    def fell_short(self) -> bool:
        """Cut short before it returned as many rows as estimated."""
        return bool(self.cut_short and self.loops) and (self.actual_rows or 0) < (self.estimated_rows or 0)

    @property
    def uncompared(self) -> bool:
        """Rows are counted, but neither estimated nor by loops (Spark)."""
        return self.actual_rows is not None and self.loops is None

    @property
    def mark(self) -> int:
        """The largest of 10, 100 and 1000 that the misestimate reaches, else 1."""
        return next((mark for mark in MARKS if (self.misestimate or 1) >= mark), 1)

    @property
    def underestimated(self) -> bool:
        return (self.actual_rows or 0) > (self.estimated_rows or 0)

    def walk(self) -> Iterator[Node]:
        """This node and all below it in pre-order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, kw_only=True, repr=False)
class Plan:
    """A query plan; `str(plan)` is its stable text, `draw()` its picture, `figures()` its table."""

    root: Node
    engine: str
    analyzed: bool
    notes: tuple[str, ...] = ()
    """Triggers and compilation that belong to no single operator."""
    spill_bytes: int | None = None
    """Bytes of temporary files: written by the statement (PostgreSQL), the most in use (DuckDB)."""

    def nodes(self) -> Iterator[Node]:
        """All operators in pre-order: the order of the lines in the text."""
        return self.root.walk()

    @property
    def pages(self) -> int | None:
        """Pages touched by scans and writes; `None` where the engine does not count pages."""
        return self.root.pages

    @property
    def rows_read(self) -> int | None:
        """Rows that all scans took from tables and files."""
        return total(node.rows_read for node in self.nodes())

    @property
    def shuffles(self) -> int:
        """How often rows are sent to other tasks by key, range or chance (Spark)."""
        return len(self._shuffles())

    @property
    def rows_shuffled(self) -> int | None:
        """Rows that all shuffles write."""
        return total(round(node.actual_rows or 0) for node in self._shuffles()) if self.analyzed else None

    @property
    def bytes_shuffled(self) -> int | None:
        """Bytes that all shuffles write, compressed; another release may pack them a little differently."""
        return total(node.own_bytes for node in self._shuffles())

    @property
    def files_read(self) -> int | None:
        """Files that all scans of files read."""
        return total(node.files for node in self.nodes())

    @property
    def partitions_read(self) -> int | None:
        """Partitions of tables and folders that all scans read."""
        return total(node.partitions for node in self.nodes())

    def _shuffles(self) -> list[Node]:
        return [node for node in self.nodes() if node.kind == "shuffle"]

    @property
    def misestimate(self) -> float | None:
        """The largest misestimate of any operator."""
        return max((node.misestimate for node in self.nodes() if node.misestimate), default=None)

    def scans(self, relation: str) -> int:
        """How often a table is read; for a partitioned table the number of partitions read."""
        return sum(node.scans for node in self.nodes() if relation in (node.relation, node.table))

    def figures(self) -> pd.DataFrame:
        """One row an operator in the order of the text, with every figure of `Node`."""
        from seniorde.plans.text import figures

        return figures(self)

    def text(self, costs: bool = False) -> str:
        """The plan as an indented tree without timings; with `costs`, the planner's estimates of cost too."""
        from seniorde.plans.text import render

        return render(self, costs)

    def draw(self, title: str = "") -> Figure:
        """The plan as a tree, root at the top: width of an edge by rows, colour by misestimate."""
        from seniorde.plans.draw import draw

        return draw({self.engine: self}, title, self.alt_text())

    def alt_text(self) -> str:
        """The picture in words, for a reader who cannot see it."""
        from seniorde.plans.text import alt_text

        return alt_text(self)

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__


def total(values: Iterable[int | None]) -> int | None:
    """The sum of the values that are known; `None` when none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def with_early_stops(node: Node, cut_short: bool = False) -> Node:
    """The same tree with `cut_short` set where an operator may leave its input unread.

    LIMIT, a merge join and the inner side of a nested loop semi or anti join stop as soon as they can, and so
    does a hash join with an empty hash table; a sort, a hash table and an aggregate read everything.
    """
    inputs = [child for child in node.children if not child.role]

    def stops(child: Node) -> bool:
        if child.role:
            return False
        inner = child is not inputs[0]
        if re.match(r"Limit|Merge .*Join", node.operator):
            return True
        if re.match(r"Nested Loop (Semi|Anti) Join", node.operator):
            return inner or cut_short
        if re.match(r"(Parallel )?Hash (Semi |Right .*)?Join", node.operator) and not inner:
            return cut_short or inputs[1].actual_rows == 0
        reads_all = r"(Top-N )?Sort|Hash$|(Partial |Finalize )?(Hash)?Aggregate|Bitmap Heap Scan"
        builds = inner and node.operator.startswith("Hash ")
        return cut_short and not builds and not re.match(reads_all, node.operator)

    children = tuple(with_early_stops(child, stops(child)) for child in node.children)
    return replace(node, cut_short=cut_short, children=children)
