"""What a plan may cost: the assertion that a check makes, in counts and never in time."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from seniorde.plans.text import line, size
from seniorde.plans.tree import Node, Plan, PlanError


@dataclass(frozen=True)
class Violation:
    """One limit that a plan broke: a sentence for the learner, and the line of the plan that broke it."""

    message: str
    line: str = ""

    def __str__(self) -> str:
        return f"{self.message}\n    {self.line}" if self.line else self.message


@dataclass(frozen=True, kw_only=True)
class PlanBudget:
    """Limits for a plan; what is not given is not limited.

    Operators are whole words of a plan line in PostgreSQL's names, which hold for DuckDB and Spark too:
    `Anti Join` finds `Hash Right Anti Join`, `SubPlan` a subquery that runs again and again, `Seq Scan on
    flights` a full scan of that table, `Broadcast` what Spark sends to every task.
    """

    wants: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    scans: Mapping[str, int] = field(default_factory=dict)
    """Most reads of each table: of a partitioned table its partitions, of `read_parquet` its files."""
    pages: int | None = None
    """Most pages of 8 kB touched (PostgreSQL)."""
    rows_read: int | None = None
    """Most rows that the scans take from their tables, those that a filter removes included."""
    rows_handed_on: int | None = None
    """Most rows that any one operator hands to the one above it, over all its runs."""
    misestimate: float | None = None
    """Largest factor between estimated and actual rows of any operator."""
    spill_bytes: int | None = None
    """Most bytes written to temporary files; 0 asks that everything fits in memory."""
    shuffles: int | None = None
    """Most shuffles (Spark)."""
    rows_shuffled: int | None = None
    """Most rows that all shuffles write (Spark)."""
    files_read: int | None = None
    """Most files that all scans of files read."""
    partitions_read: int | None = None
    """Most partitions of tables and folders that all scans read (Spark)."""

    def violations(self, plan: Plan) -> list[Violation]:
        """Every limit that the plan breaks, in the order of the fields."""
        counted = (
            *(self.pages, self.rows_read, self.rows_handed_on, self.misestimate, self.spill_bytes),
            *(self.rows_shuffled, self.files_read, self.partitions_read),
        )
        if not plan.analyzed and any(limit is not None for limit in counted):
            raise PlanError(
                "Pages, rows, misestimate and spill are counted at run time: explain with analyze=True."
            )
        return [*self._operators(plan), *self._scans(plan), *self._counts(plan), *self._moved(plan)]

    def _operators(self, plan: Plan) -> Iterator[Violation]:
        for wanted in self.wants:
            if not any(_names(node, wanted) for node in plan.nodes()):
                yield Violation(f"The plan has no {wanted}, and this task asks for one.", line(plan.root))
        for forbidden in self.forbids:
            if found := next((node for node in plan.nodes() if _names(node, forbidden)), None):
                yield Violation(
                    f"The plan uses {forbidden}, and this task asks you to do without.", line(found)
                )

    def _scans(self, plan: Plan) -> Iterator[Violation]:
        for table, allowed in self.scans.items():
            reads = [node for node in plan.nodes() if table in (node.relation, node.table) and node.scans]
            if (found := plan.scans(table)) > allowed:
                most = max(reads, key=lambda node: node.scans)
                yield Violation(
                    f"The plan reads {table} {_times(found)}; {_times(allowed)} is enough.", line(most)
                )

    def _counts(self, plan: Plan) -> Iterator[Violation]:
        if self.pages is not None and plan.pages is None:
            raise PlanError(f"{plan.engine} does not count pages: limit rows_read instead.")
        for limit, found, what, share in (
            (self.pages, plan.pages, "touches {} pages", "own_pages"),
            (self.rows_read, plan.rows_read, "reads {} rows from its tables", "rows_read"),
        ):
            if limit is not None and (found or 0) > limit:
                yield Violation(
                    f"The plan {what.format(f'{found:,}')}; {limit:,} are enough. Most of them here:",
                    line(_largest(plan, share)),
                )
        if self.rows_handed_on is not None:
            widest = _largest(plan, "actual_rows")
            if (widest.actual_rows or 0) > self.rows_handed_on:
                yield Violation(
                    f"An operator hands on {widest.actual_rows:,.0f} rows; "
                    f"{self.rows_handed_on:,} are the most that any needs to.",
                    line(widest),
                )
        if self.misestimate is not None and (plan.misestimate or 1) > self.misestimate:
            worst = _largest(plan, "misestimate")
            yield Violation(
                f"The planner is wrong by a factor of {worst.misestimate:,.0f} about the rows here; "
                f"a factor of {self.misestimate:,.0f} is allowed.",
                line(worst),
            )
        if self.spill_bytes is not None and (plan.spill_bytes or 0) > self.spill_bytes:
            allowed = f"{size(self.spill_bytes)} are allowed" if self.spill_bytes else "it can do without"
            yield Violation(
                f"The plan writes {size(plan.spill_bytes or 0)} to temporary files; {allowed}.",
                line(_largest(plan, "own_spill")),
            )

    def _moved(self, plan: Plan) -> Iterator[Violation]:
        """What Spark moves between tasks, and the files and partitions that it opens."""
        most = max(plan.nodes(), key=lambda node: (node.kind == "shuffle", node.actual_rows or 0))
        for limit, found, what, where in (
            (self.shuffles, plan.shuffles, "shuffles", most),
            (self.rows_shuffled, plan.rows_shuffled, "shuffled rows", most),
            (self.files_read, plan.files_read, "files", _largest(plan, "files")),
            (self.partitions_read, plan.partitions_read, "partitions", _largest(plan, "partitions")),
        ):
            if limit is not None and (found or 0) > limit:
                yield Violation(f"The plan has {found:,} {what}; {limit:,} are enough.", line(where))


def _names(node: Node, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", node.label) is not None


def _largest(plan: Plan, figure: str) -> Node:
    return max(plan.nodes(), key=lambda node: getattr(node, figure) or 0)


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count:,} times")
