"""The shape of a problem: its facts, and what its file adds to them."""

import ast
import doctest
import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from pandas import DataFrame

    from seniorde.checks.parts import Hints
    from seniorde.plans import PlanBudget

DIFFICULTIES = ("easy", "medium", "hard")


class ProblemError(RuntimeError):
    """There is no such problem, or a problem's file does not follow the shape."""


@dataclass(frozen=True)
class Answer:
    """An answer kept beside the problem: a right one, or one that must fail for the reason `fails`."""

    answer: Any
    why: str = ""
    fails: str = ""
    passes_examples: bool = False
    name: str = ""


def variant(answer: Any) -> Answer:
    """A right answer of another shape: decorates a function, or takes a query."""
    return Answer(answer, name=getattr(answer, "__name__", ""))


def wrong(
    why: str,
    text: str | None = None,
    *,
    fails: str = "",
    passes_examples: bool = False,
    passes_given_data: bool = False,
) -> Any:
    """A wrong answer and why: decorates a function, or takes a query or another text.

    `fails` is the class of the failure that the check must give (`Score.reason`, or its beginning):
    for Python "result" (the default), "growth", "mutation", "type", "error", …; for a query "rows"
    (the default), "trap: …" (the default with `passes_given_data`), "plan", …; for another text say it.
    `passes_examples`: it passes everything that the statement shows.
    """
    if text is not None:
        default = "trap" if passes_given_data else "rows"
        return Answer(text, why, fails or default, passes_examples or passes_given_data)
    return lambda function: Answer(function, why, fails or "result", passes_examples, function.__name__)


@dataclass(eq=False)
class Exercise:
    """What all problems share.

    `hints` go from gentle to near, for the problem or by the name of the part that failed, in SQL for "Rows"
    and for "Plan"; `minutes` are a learner's at week's pace; `points` are all there are.
    """

    id: str
    pattern: str
    difficulty: str
    minutes: int
    points: float
    hints: "Hints"
    order: int = 0

    week: int = field(init=False, default=0)
    topic: str = field(init=False, default="")
    slug: str = field(init=False, default="")
    title: str = field(init=False, default="")
    statement: str = field(init=False, default="")
    notes: str = field(init=False, default="")
    solve: Any = field(init=False, default=None)
    variants: Sequence[Answer] = field(init=False, default=())
    wrongs: Sequence[Answer] = field(init=False, default=())

    kind: ClassVar[str]
    needs: ClassVar[Sequence[str]]

    @property
    def name(self) -> str:
        """The name that the learner's answer has: the slug, in capitals for a class."""
        return self.slug

    def bind(self, module: ModuleType, place: Path) -> Self:
        """Take statement, answers, oracle and notes from the problem's file, and validate them.

        Raise ProblemError with one sentence for each thing the author has to change.
        """
        week, self.topic, self.slug = place.parts
        self.week = int(week.removeprefix("week_"))
        self.statement = inspect.cleandoc(module.__doc__ or "")
        self.title = self.statement.partition("\n")[0].removeprefix("# ")
        self.notes = getattr(module, "NOTES", "").strip()
        answers = [(name, a) for name, a in vars(module).items() if isinstance(a, Answer)]
        named = [Answer(a.answer, a.why, a.fails, a.passes_examples, a.name or name) for name, a in answers]
        self.variants = [a for a in named if not a.why]
        self.wrongs = [a for a in named if a.why]
        complaints = [f"add {name}." for name in self.needs if not hasattr(module, name)]
        if not complaints:
            self._take(module)
        complaints += self._complaints()
        if complaints:
            raise ProblemError("\n".join(f"{place}.py: {complaint}" for complaint in complaints))
        return self

    def _take(self, module: ModuleType) -> None:
        """Take what only this kind of problem has."""
        raise NotImplementedError

    def _complaints(self) -> Iterator[str]:
        expected = f"w{self.week}-{self.topic}-{self.slug}".replace("_", "-")
        if self.id != expected:
            yield f"its id is {self.id!r}, its place asks for {expected!r}."
        if not re.match(r"# \S", self.statement):
            yield 'begin the docstring with a title: """# The first repeated event.'
        if self.difficulty not in DIFFICULTIES:
            yield f"difficulty is {self.difficulty!r}: choose one of {', '.join(DIFFICULTIES)}."
        if not self.points > 0 or not self.minutes > 0:
            yield "points and minutes must be above 0."
        tuples = self.hints.values() if isinstance(self.hints, Mapping) else [self.hints]
        if not tuples or not all(tuples) or any(isinstance(hints, str) for hints in tuples):
            yield "hints must be a tuple of at least one sentence, the gentlest first, or one for each part."
        if not self.variants:
            yield "add a right answer of another shape with variant."
        if len(self.wrongs) < 2:
            yield f"it has {len(self.wrongs)} wrong answers: add at least two with wrong."
        if self.wrongs and not any(a.passes_examples for a in self.wrongs):
            yield "no wrong answer is declared to pass everything the statement shows: add one."
        if not self.notes:
            yield "add NOTES: complexity or plan, pitfall, alternative, where it occurs."


@dataclass(eq=False)
class Problem(Exercise):
    """A Python problem.

    The file defines `solve` (the reference), `oracle` (independent and plainly right),
    `cases(rng, size)` (an iterator of argument tuples; growth is measured on them with size n, 2n,
    4n), `EDGES` (name → argument tuple), and may define `compare(expected, got)` or
    `valid(*arguments, result)` where more than one result is right, `accepts(*arguments)` for what
    the statement allows, and `call(answer, *arguments)` where the answer is not simply called.

    `growth` is the target ("1", "log n", "n", "n log n", "n^2", or in other letters, such as
    "n*k"); `growth_size` the n of the smallest measurement.
    `idea` is (state kept, invariant, result): no two problems of a topic share it.
    `mutates`: the statement lets the answer change its input.
    """

    classic: str = ""
    growth: str | None = None
    growth_size: int = 100
    idea: tuple[str, str, str] = ("", "", "")
    mutates: bool = False

    oracle: Callable[..., Any] = field(init=False)
    cases: Callable[[Random, int], Iterator[tuple[Any, ...]]] = field(init=False)
    edges: Mapping[str, tuple[Any, ...]] = field(init=False, default_factory=dict)
    examples: Sequence[tuple[Any, ...]] = field(init=False, default=())
    compare: Callable[[Any, Any], bool] | None = field(init=False, default=None)
    valid: Callable[..., bool] | None = field(init=False, default=None)
    accepts: Callable[..., bool] | None = field(init=False, default=None)
    call: Callable[..., Any] | None = field(init=False, default=None)

    kind = "dsa"
    needs = ("solve", "oracle", "cases", "EDGES")

    @property
    def name(self) -> str:
        return self.slug.title().replace("_", "") if inspect.isclass(self.solve) else self.slug

    def _take(self, module: ModuleType) -> None:
        self.solve, self.oracle = module.solve, module.oracle
        self.cases, self.edges = module.cases, module.EDGES
        for hook in ("compare", "valid", "accepts", "call"):
            setattr(self, hook, getattr(module, hook, None))
        self.examples = list(_examples(self.statement, vars(module)))

    def _complaints(self) -> Iterator[str]:
        yield from super()._complaints()
        if not self.examples:
            yield "the statement has no example: add >>> solve(…) and its result."
        if not self.edges:
            yield "EDGES is empty: name at least one edge case."
        if not self.classic:
            yield "say in classic= which interview question it prepares for."
        if not all(self.idea):
            yield "say idea=(state kept, invariant, result)."


@dataclass(eq=False)
class SqlProblem(Exercise):
    """A SQL problem.

    The file defines `SOLVE` (the query), `oracle(table, …)` (pandas; its parameters are the tables
    it needs, its columns the expected ones) and TRAPS (name → mutation of the small tables, see
    `seniorde.problems.traps`).
    It may define SETUP: SQL that makes further tables and views of the data's, which it leaves as they are.
    The judge runs it on the data and again with every trap; the notebook shows it.

    `engine` is "postgres" or "duckdb"; `data` a data set; `plan` the budget for the plan on the given data.
    `ordered`: True when the statement asks for an order and the oracle's is the only one; a tuple of
    columns when rows that tie in them may stand in any order; False when any order is right.
    """

    engine: str = "postgres"
    data: str = "flights"
    plan: "PlanBudget | None" = None
    ordered: bool | tuple[str, ...] = False

    setup: str = field(init=False, default="")
    oracle: Callable[..., Any] = field(init=False)
    traps: Mapping[str, Callable[..., Any]] = field(init=False, default_factory=dict)

    kind = "sql"
    needs = ("SOLVE", "oracle", "TRAPS")

    def _take(self, module: ModuleType) -> None:
        self.solve, self.oracle, self.traps = module.SOLVE.strip(), module.oracle, module.TRAPS
        self.setup = getattr(module, "SETUP", "").strip()

    def small(self) -> "dict[str, DataFrame]":
        """The small tables that the traps are planted in."""
        from seniorde.problems.traps import small

        return small(self.data)

    def _complaints(self) -> Iterator[str]:
        yield from super()._complaints()
        if self.engine not in ("postgres", "duckdb"):
            yield f"engine is {self.engine!r}: choose postgres or duckdb."
        if not self.traps:
            yield "TRAPS is empty: plant at least one NULL, tie, duplicate or empty table."
        if {*self.hints} != ({"Rows", "Plan"} if self.plan else {"Rows"}):
            yield 'hints must be {"Rows": (…), "Plan": (…)}, "Plan" where it has one.'


@dataclass(eq=False)
class LabProblem(Exercise):
    """A problem whose answer is a text (a script, a unit file, a policy) or a function, judged by its file.

    The file defines SOLVE (the text) or `solve` (the function), and PARTS: the name of each thing that
    is judged → a function of the answer, which returns a sentence on what holds or raises
    `seniorde.checks.parts.Refused`. The first part judges what the statement shows.
    `seniorde.checks.lab` runs scripts and functions within limits.
    """

    parts: Mapping[str, Callable[[Any], str]] = field(init=False, default_factory=dict)

    kind = "lab"
    needs = ("PARTS",)

    def _take(self, module: ModuleType) -> None:
        self.solve = module.SOLVE.strip() if hasattr(module, "SOLVE") else getattr(module, "solve", None)
        self.parts = module.PARTS

    def _complaints(self) -> Iterator[str]:
        yield from super()._complaints()
        if not self.solve:
            yield "add SOLVE, the text that answers it, or the function solve."
        if not self.parts:
            yield "PARTS is empty: name at least one thing that is judged."
        if isinstance(self.hints, Mapping) and (unknown := set(self.hints) - set(self.parts)):
            yield f"hints name {min(unknown)!r}, which is none of its PARTS."


def _examples(statement: str, names: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The arguments of every call of `solve` in the statement's examples."""
    for example in doctest.DocTestParser().get_examples(statement):
        for node in ast.walk(ast.parse(example.source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "solve":
                yield tuple(eval(ast.unparse(argument), dict(names)) for argument in node.args)
