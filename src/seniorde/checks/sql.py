"""Judges a query: its rows on the given data, its rows where traps are planted, then its plan.

The points are shared equally by these parts; each is judged once the one before it holds.
"""

import inspect
import threading
from collections.abc import Callable, Hashable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from seniorde import datasets, labs
from seniorde.checks import parts
from seniorde.checks.parts import Hints, Refused
from seniorde.checks.rows import Difference, Row, difference, plain
from seniorde.checks.score import Score

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pandas import DataFrame

    from seniorde.plans import PlanBudget

SECONDS = 8  # a statement may take
TRAP_SCALE, TRAP_SEED = 0.001, 2013  # of the own database whose tables the traps fill

Frames = dict[str, "DataFrame"]


class Judged(Hashable, Protocol):
    """What a check needs to know of a problem; `seniorde.problems.SqlProblem` is one."""

    id: str
    slug: str
    points: float
    hints: Hints
    engine: str
    data: str
    setup: str
    plan: "PlanBudget | None"
    ordered: bool | tuple[str, ...]
    oracle: Callable[..., Any]
    traps: Mapping[str, Callable[[Frames], Frames]]
    small: Callable[[], Frames]


def judge(problem: Judged, answer: Any) -> Score:
    """Judge the text of a query; never raises, except when an engine is missing or for a real Ctrl-C."""

    def part(judge_part: Callable[[Judged, str], str]) -> Callable[[Any], str]:
        return lambda answer: judge_part(problem, statement(answer, problem.engine))

    return parts.in_order(problem, answer, {name: part(p) for name, p in _parts(problem).items()})


def passes_given_data(problem: Judged, query: str) -> bool:
    """Whether the rows are right on the data that the statement shows."""
    try:
        _judge_given(problem, statement(query, problem.engine))
    except Refused:
        return False
    return True


def _parts(problem: Judged) -> Mapping[str, Callable[[Judged, str], str]]:
    judges = {f"Rows on {problem.data}": _judge_given, "Rows where traps are planted": _judge_traps}
    if problem.plan:
        judges["Plan"] = _judge_plan
    return judges


# The statement -----------------------------------------------------------------------------------

_NO_QUERY = {
    "ALTER",
    "ANALYZE",
    "ATTACH",
    "BEGIN",
    "CALL",
    "COMMENT",
    "COMMIT",
    "COPY",
    "CREATE",
    "DELETE",
    "DO",
    "DROP",
    "EXECUTE",
    "EXPLAIN",
    "GRANT",
    "INSERT",
    "INSTALL",
    "LOAD",
    "LOCK",
    "MERGE",
    "PRAGMA",
    "PREPARE",
    "REVOKE",
    "ROLLBACK",
    "SET",
    "TRUNCATE",
    "UPDATE",
    "USE",
    "VACUUM",
}


def statement(answer: Any, engine: str) -> str:
    """The one query that the answer holds, without what follows it.

    Raise Refused when there is none, several, or something that is no query.
    """
    import sqlglot

    if (
        answer is None
        or answer is ...
        or (isinstance(answer, str) and answer.strip(" \n\t;") in ("", "...", "…"))
    ):
        raise Refused("blank", "Write your query in the cell above and run it, then run this cell.")
    if not isinstance(answer, str):
        raise Refused(
            "type", f"The answer is of type `{type(answer).__name__}`: write the query as a string."
        )
    if "\0" in answer:
        raise Refused("error", "The query holds a NUL character: delete it.")
    try:
        tokens = sqlglot.tokenize(answer, dialect=engine)
    except sqlglot.errors.TokenError:
        return answer  # the engine says it better
    groups: list[list[Any]] = [[]]
    for token in tokens:
        groups[-1].append(token) if token.text != ";" else groups.append([])
    groups = [group for group in groups if group]
    if not groups:
        raise Refused("blank", "There are only comments: write the query below them.")
    if len(groups) > 1:
        raise Refused("statement", f"The answer holds {len(groups)} statements: send one query.")
    first = groups[0][0].text.upper()
    if first in _NO_QUERY:
        raise Refused("statement", f"A query is asked for, with SELECT or WITH at its start, not {first}.")
    return answer[: groups[0][-1].end + 1]


# The parts ---------------------------------------------------------------------------------------


def _judge_given(problem: Judged, query: str) -> str:
    expected = _expected_given(problem)
    found = _run(_given(problem.engine, problem.data, problem.setup), query, _limit(expected))
    wrong = difference(expected, *found, problem.ordered)
    if wrong:
        _refuse("rows", wrong)
    return f"{len(expected):,} rows, all right."


def _judge_traps(problem: Judged, query: str) -> str:
    bench = _bench(problem.engine, problem.data)
    for name, (frames, expected) in _trapped(problem).items():
        bench.fill(frames, problem.setup)
        try:
            found = _run(bench.learner, query, _limit(expected))
        except Refused as refused:
            facts = {"data": f"small tables with a trap: {name}", **refused.facts}
            raise Refused(refused.reason, str(refused), **facts) from None
        wrong = difference(expected, *found, problem.ordered)
        if wrong:
            _refuse(f"trap: {name}", wrong, data=f"small tables with a trap: {name}")
    return f"Right with each of {len(problem.traps)} traps: {'; '.join(problem.traps)}."


def _judge_plan(problem: Judged, query: str) -> str:
    from seniorde import plans

    assert problem.plan is not None
    con = _given(problem.engine, problem.data, problem.setup)
    with _told(query, 0), _limited(con):
        try:
            violations = problem.plan.violations(plans.explain(con, query, analyze=True))
        except plans.PlanError as error:
            raise Refused("plan", f"The rows are right, the plan cannot be judged: {error}") from None
    if violations:
        facts = {"plan line": violations[0].line} if violations[0].line else {}
        raise Refused("plan", f"The rows are right. {violations[0].message}", **facts)
    return "Within the budget."


def _limit(expected: "DataFrame") -> int:
    return 3 * len(expected) + 20_000


def _refuse(reason: str, wrong: Difference, **facts: str) -> NoReturn:
    raise Refused(reason, wrong.sentence, **facts, **wrong.facts)


# Expected rows -----------------------------------------------------------------------------------


@cache
def _frames(data: str) -> Frames:
    return datasets.frames(data)


def _oracle(problem: Judged, frames: Frames) -> "DataFrame":
    """The oracle's rows on copies of the tables that it names."""
    wanted = inspect.signature(problem.oracle).parameters
    result: DataFrame = problem.oracle(**{name: frames[name].copy() for name in wanted})
    return result


@cache
def _expected_given(problem: Judged) -> "DataFrame":
    return _oracle(problem, _frames(problem.data))


@cache
def _trapped(problem: Judged) -> dict[str, tuple[Frames, "DataFrame"]]:
    small = problem.small()
    planted = {name: trap(dict(small)) for name, trap in problem.traps.items()}
    return {name: (frames, _oracle(problem, frames)) for name, frames in planted.items()}


# Engines -----------------------------------------------------------------------------------------

_open: dict[tuple[str, ...], Any] = {}


def _given(engine: str, data: str, setup: str = "") -> Any:
    """A connection to the given data and what the setup makes of it, the learner's role on PostgreSQL."""
    con = _open.get((engine, data, setup))
    if con is None or getattr(con, "closed", False):
        if engine == "postgres":
            con = labs.postgres(data, learner=True, setup=setup)
        else:
            con = labs.duckdb(data)
            con.execute(setup)
        _open[engine, data, setup] = con
    return con


@dataclass
class Bench:
    """A database of our own whose tables hold one trap at a time, and what a setup makes of them.

    `owner` fills them; `learner` reads them, on PostgreSQL as the learner's role.
    A table keeps its primary key of `keys` where the planted rows allow it: a query may lean on it
    (`GROUP BY` the key, select the rest).
    """

    owner: Any
    learner: Any
    filled: Frames
    keys: Mapping[str, tuple[str, ...]]

    def fill(self, frames: Frames, setup: str) -> None:
        """Put the tables in, those that differ from what is there, then run the setup anew."""
        for name, kind in self.owner.execute(_RELATIONS[_is_postgres(self.owner)]).fetchall():
            if name not in frames:  # an earlier setup made it
                self.owner.execute(f'DROP {kind} IF EXISTS "{name}" CASCADE')
        for name, frame in frames.items():
            if self.filled.get(name) is not frame:
                self.filled.pop(name, None)
                if _is_postgres(self.owner):
                    _put_postgres(self.owner, name, frame, self.keys.get(name, ()))
                else:
                    _put_duckdb(self.owner, name, frame)
                self.filled[name] = frame
        if setup:
            self.owner.execute(setup)
            if _is_postgres(self.owner):  # which may read what is there when it connects
                self.learner.close()
                self.learner = labs.as_learner(self.owner)


_RELATIONS = {
    True: "SELECT relname, "
    "CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END "
    "FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')",
    False: "SELECT table_name, 'TABLE' FROM duckdb_tables() WHERE NOT internal "
    "UNION ALL SELECT view_name, 'VIEW' FROM duckdb_views() WHERE NOT internal",
}  # tables and views that are not the engine's own, by whether it is PostgreSQL


def _bench(engine: str, data: str) -> Bench:
    bench = _open.get((engine, data, "traps"))
    if bench is None or getattr(bench.owner, "closed", False) or getattr(bench.learner, "closed", False):
        bench = _new_postgres_bench(data) if engine == "postgres" else _new_duckdb_bench(data)
        _open[engine, data, "traps"] = bench
    return bench


def _new_postgres_bench(data: str) -> Bench:
    owner = labs.postgres(data, scale=TRAP_SCALE, seed=TRAP_SEED)
    constraints = owner.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c') ORDER BY contype"
    )
    for table, name in constraints.fetchall():  # duplicates are one of the traps
        owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE")
    return Bench(owner, labs.as_learner(owner), {}, datasets.keys(data))


def _put_postgres(con: Any, name: str, frame: "DataFrame", key: tuple[str, ...]) -> None:
    from psycopg import sql

    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    target = sql.SQL("{} ({})").format(sql.Identifier(name), columns)
    has_key = bool(key) and not frame.duplicated([*key]).any() and not frame[[*key]].isna().any(axis=None)
    with con.transaction(), con.cursor() as cursor:
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}")
        cursor.execute(drop.format(sql.Identifier(name), sql.Identifier(f"{name}_planted")))
        for column in key:
            nullable = sql.SQL("ALTER TABLE {} ALTER {} DROP NOT NULL")
            cursor.execute(nullable.format(sql.Identifier(name), sql.Identifier(column)))
        cursor.execute(sql.SQL("TRUNCATE {}").format(sql.Identifier(name)))
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(target)) as copy:
            for row in frame.itertuples(index=False, name=None):
                copy.write_row([plain(value) for value in row])
        if has_key:
            listed = sql.SQL(", ").join(map(sql.Identifier, key))
            add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY ({})")
            cursor.execute(add.format(sql.Identifier(name), sql.Identifier(f"{name}_planted"), listed))


def _new_duckdb_bench(data: str) -> Bench:
    con = labs.duckdb()
    columns = (
        _given("duckdb", data)
        .execute("SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE NOT internal")
        .fetchall()
    )
    for table in sorted({row[0] for row in columns}):
        defined = ", ".join(f'"{name}" {kind}' for owner, name, kind in columns if owner == table)
        con.execute(f'CREATE TABLE "{table}" ({defined})')
    return Bench(con, con, {}, {})


def _put_duckdb(con: Any, name: str, frame: "DataFrame") -> None:
    con.execute(f'DELETE FROM "{name}"')
    con.register("_planted", frame)
    con.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM _planted')
    con.unregister("_planted")


def _is_postgres(con: Any) -> bool:
    return type(con).__module__.startswith("psycopg")


# Running -----------------------------------------------------------------------------------------

_DECLARE = "DECLARE answer NO SCROLL CURSOR FOR "


def _run(con: Any, query: str, limit: int) -> tuple[list[str], list[Row]]:
    """Columns and rows of the query, at most `limit` of them; Refused with the engine's own words."""
    with _told(query, len(_DECLARE) if _is_postgres(con) else 0), _limited(con):
        if _is_postgres(con):
            cursor = con.execute((_DECLARE + query).encode())
            cursor = con.execute(f"FETCH FORWARD {limit + 1} FROM answer".encode())
            rows = cursor.fetchall()
        else:
            _refuse_all_but_select(query)
            cursor = con.execute(query)
            rows = cursor.fetchmany(limit + 1)
        columns = [column[0] for column in cursor.description or ()]
    if len(rows) > limit:
        raise Refused(
            "rows",
            f"The result has more than {limit:,} rows, which is far too many. Is a join condition missing?",
        )
    return columns, rows


def _refuse_all_but_select(query: str) -> None:
    import duckdb

    if any(found.type != duckdb.StatementType.SELECT for found in duckdb.extract_statements(query)):
        raise Refused("statement", "A query is asked for, one that only reads.")


@contextmanager
def _limited(con: Any) -> "Iterator[None]":
    """A read-only transaction with a time limit, rolled back at its end."""
    if _is_postgres(con):
        with con.transaction(force_rollback=True):
            con.execute("SET TRANSACTION READ ONLY")
            con.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'; SET LOCAL cursor_tuple_fraction = 1")
            yield
        return
    timer = threading.Timer(SECONDS, con.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def _told(query: str, prefix: int) -> "Iterator[None]":
    """The engine's errors as Refused, with the place in the query where it knows one."""
    import duckdb
    import psycopg

    try:
        yield
    except psycopg.errors.QueryCanceled:
        raise _too_slow() from None
    except duckdb.InterruptException:
        raise _too_slow() from None
    except (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.InsufficientPrivilege) as error:
        raise Refused(
            "refused", "The answer may only read.", **{"PostgreSQL says": _message(error)}
        ) from None
    except psycopg.Error as error:
        position = int(error.diag.statement_position or 0) - prefix
        facts = {"PostgreSQL says": _message(error)}
        if position > 0:
            facts["where"] = _caret(query, position - 1)
        raise Refused("error", "PostgreSQL cannot run the query.", **facts) from None
    except duckdb.Error as error:
        raise Refused("error", "DuckDB cannot run the query.", **{"DuckDB says": str(error)[:1000]}) from None


def _too_slow() -> Refused:
    return Refused(
        "timeout", f"The query was cancelled after {SECONDS} seconds. Does it work through a table per row?"
    )


def _message(error: Any) -> str:
    told = [error.diag.message_primary or str(error), error.diag.message_detail, error.diag.message_hint]
    return "\n".join(text for text in told if text)


def _caret(query: str, position: int) -> str:
    """The line of the query and a caret below the character at `position`, from 0."""
    begin = query.rfind("\n", 0, position) + 1
    line = query[begin:].partition("\n")[0]
    return f"{line}\n{' ' * (position - begin)}^"
