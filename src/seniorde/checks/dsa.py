"""Judges a Python answer: its results against the oracle, then how its work grows.

Standard library only, no thread and no process: it runs in a browser as well.

Half of the points are for right results, half for growth; growth is judged once the results are
right. A problem without a growth target gives all points for right results.
"""

import dis
import reprlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from random import Random
from types import CodeType, FunctionType
from typing import Any, Protocol

from seniorde.checks import growth, meter, sandbox, work
from seniorde.checks.compare import difference, same
from seniorde.checks.linked import Node, values
from seniorde.checks.parts import Hints, scored
from seniorde.checks.score import Part, Score
from seniorde.checks.trees import Tree, smaller

Case = tuple[Any, ...]
SIZES = (1, 2, 3, 4, 5, 6, 8, 10, 14, 20, 40)
ROUNDS = 3


class Judged(Hashable, Protocol):
    """What a check needs to know of a problem; `seniorde.problems.Problem` is one."""

    id: str
    name: str
    points: float
    growth: str | None
    growth_size: int
    hints: Hints
    mutates: bool
    examples: Sequence[Case]
    edges: Mapping[str, Case]
    solve: Callable[..., Any]
    oracle: Callable[..., Any]
    cases: Callable[[Random, int], Iterator[Case]]
    compare: Callable[[Any, Any], bool] | None
    valid: Callable[..., bool] | None
    accepts: Callable[..., bool] | None
    call: Callable[..., Any] | None


@dataclass(frozen=True)
class Failure:
    """Why one case failed."""

    reason: str
    sentence: str
    case: Case
    expected: Any = None
    got: Any = None
    has_result: bool = False
    line: str = ""


def judge(problem: Judged, answer: Any) -> Score:
    """Judge an answer; never raises, except for a real Ctrl-C."""
    parts = _parts(problem)
    if is_blank(answer):
        sentence = "Write your answer in the cell above and run it, then run this cell."
        return scored(problem, _failed(parts, 0, "blank", sentence))
    if not callable(answer):
        sentence = f"`{problem.name}` is {_short(answer, 60)}, not a function: define it with `def`."
        return scored(problem, _failed(parts, 0, "type", sentence))
    with sandbox.quiet() as noise:
        judged = _judge(problem, answer, parts)
    return scored(problem, judged, noise.excerpt)


def passes_examples(problem: Judged, answer: Any) -> bool:
    """Whether every example of the statement comes out right."""
    with sandbox.quiet():
        examples = _prepared(problem)[: len(problem.examples)]
        return all(_try(problem, answer, case, expected) is None for _, case, expected in examples)


def is_blank(answer: Any) -> bool:
    """Whether nothing was written yet: `...`, None, or a body that only returns None."""
    if answer is None or answer is ...:
        return True
    if isinstance(answer, type):
        methods = [item for item in vars(answer).values() if isinstance(item, FunctionType)]
        return bool(methods) and all(map(is_blank, methods))
    return isinstance(answer, FunctionType) and _does_nothing(answer.__code__)


def _does_nothing(code: CodeType) -> bool:
    idle = {"RESUME", "NOP", "LOAD_CONST", "RETURN_VALUE", "RETURN_CONST"}
    steps = list(dis.get_instructions(code))
    return {step.opname for step in steps} <= idle and all(
        step.argval is None for step in steps if "CONST" in step.opname
    )


def _parts(problem: Judged) -> list[Part]:
    if not problem.growth:
        return [Part("Results", problem.points, 0, "")]
    half = problem.points / 2
    return [Part("Results", half, 0, ""), Part("Growth", half, 0, "")]


def _failed(parts: list[Part], at: int, reason: str, sentence: str, **facts: str) -> list[Part]:
    """Parts before `at` hold as they are, the one there fails, the later ones were not reached."""
    rest = "blank" if reason == "blank" else "not reached"
    return [
        *parts[:at],
        Part(parts[at].name, parts[at].points, 0, sentence, reason, facts),
        *(Part(p.name, p.points, 0, "Judged once the part before holds.", rest) for p in parts[at + 1 :]),
    ]


def _judge(problem: Judged, answer: Any, parts: list[Part]) -> list[Part]:
    cases = _prepared(problem)
    kept = _kept(answer)
    for kind, case, expected in cases:
        failure = _try(problem, answer, case, expected)
        if failure:
            kind, failure = _smallest(problem, answer, kind, failure)
            changed = [name for name, value in _kept(answer).items() if not same(kept.get(name), value)]
            sentence = " ".join([failure.sentence, *(_OUTLIVES.format(name) for name in changed)])
            return _failed(parts, 0, failure.reason, sentence, **_facts(problem, kind, failure))
    sentence = f"{len(cases)} cases give the right result."
    parts = [Part("Results", parts[0].points, parts[0].points, sentence), *parts[1:]]
    return _judge_growth(problem, answer, parts) if problem.growth else parts


_OUTLIVES = "Mind that `{}` keeps its content from one call to the next."


def _kept(answer: Any) -> dict[str, Any]:
    """Copies of what outlives a call: default arguments and the global variables that the answer names."""
    if not isinstance(answer, FunctionType):
        return {}
    defaults = answer.__defaults__ or ()
    arguments = answer.__code__.co_varnames[: answer.__code__.co_argcount]
    found = {
        name: answer.__globals__[name] for name in answer.__code__.co_names if name in answer.__globals__
    }
    found |= dict(zip(arguments[len(arguments) - len(defaults) :], defaults, strict=True))
    return {
        name: growth.fresh(value) for name, value in found.items() if type(value) in (list, dict, set, int)
    }


# Results -----------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _prepared(problem: Judged) -> list[tuple[str, Case, Any]]:
    """Kind, arguments and expected result of every case: examples, edges, then random ones."""
    cases = [("an example of the statement", case) for case in problem.examples]
    cases += [(f"an edge case: {name}", case) for name, case in problem.edges.items()]
    for turn in range(ROUNDS):
        for size in SIZES:
            rng = Random(f"{problem.id} {turn} {size}")
            cases += [("a random case", case) for case in problem.cases(rng, size)]
    return [(kind, case, problem.oracle(*growth.fresh(case))) for kind, case in cases]


def _try(
    problem: Judged, answer: Any, case: Case, expected: Any, lines: int | None = sandbox.LINES
) -> Failure | None:
    """None when the answer is right on this case."""
    call = _caller(problem, answer)
    given = growth.fresh(case)
    outcome = sandbox.run(lambda: call(*given), lines)
    if outcome.error is not None:
        reason, sentence = explained(outcome.error)
        return Failure(reason, sentence, case, line=sandbox.line_of(outcome.error, answer))
    if not problem.mutates and not same(list(case), list(given)):
        return Failure("mutation", _MUTATES, case)
    got = outcome.value
    # What comes back may hold the learner's own code, such as a comparison.
    verdict = sandbox.run(lambda: None if _right(problem, case, expected, got) else difference(expected, got))
    if verdict.error is not None:
        reason, sentence = explained(verdict.error)
        return Failure(reason, f"Its result cannot be compared. {sentence}", case)
    if hasattr(got, "cr_code"):
        got.close()  # or Python warns later that it was never awaited
    if verdict.value is None:
        return None
    reason, sentence = verdict.value
    if problem.valid and reason == "result" and got is not None:
        sentence = "The result does not meet the statement; one that does is shown as expected."
    return Failure(reason, sentence, case, expected, got, has_result=True)


_MUTATES = "It changes its input, which the caller still needs as it was: work on a copy, or do without."


def _right(problem: Judged, case: Case, expected: Any, got: Any) -> bool:
    if problem.valid:
        return bool(problem.valid(*growth.fresh(case), got))
    return bool((problem.compare or same)(expected, got))


def _caller(problem: Judged, answer: Any) -> Callable[..., Any]:
    return answer if problem.call is None else lambda *case: problem.call(answer, *case)  # type: ignore[misc]


_TOO_DEEP = "It calls itself too deeply (RecursionError): a base case is missing, or a loop is wanted."


def explained(error: BaseException) -> tuple[str, str]:
    """Class of the failure and a sentence, for an error that ended the learner's code."""
    match error:
        case sandbox.Stopped():
            return "endless", f"It was stopped: {error}. Which loop never meets its end?"
        case RecursionError():
            return (
                "recursion",
                _TOO_DEEP,
            )
        case MemoryError():
            return "memory", "It asks for more memory than the check allows (1 GB)."
        case SystemExit():
            return "exit", "It ends Python (`exit`, `quit` or `sys.exit`): use `return`."
        case KeyboardInterrupt():
            return "error", "It raises KeyboardInterrupt itself: use `return`."
    text = str(error) if len(str(error)) < 300 else str(error)[:300] + "…"
    return "error", f"It raises `{type(error).__name__}`" + (f": {text}" if text else ".")


def _smallest(problem: Judged, answer: Any, kind: str, failure: Failure) -> tuple[str, Failure]:
    """The failing case with items taken away as long as it fails in the same way."""
    tries = 150 if failure.reason not in ("endless", "memory", "recursion") else 0
    shrunk = True
    while shrunk and tries > 0:
        shrunk = False
        for case in _smaller(failure.case):
            tries -= 1
            if tries < 0:
                break
            if not _is_input(problem, case):
                continue
            again = _try(problem, answer, case, problem.oracle(*growth.fresh(case)), lines=20_000)
            if again and again.reason == failure.reason:
                failure, shrunk = again, True
                kind = kind if kind.startswith("shrunk") else f"shrunk from {kind}"
                break
    return kind, failure


def _smaller(case: Case) -> Iterator[Case]:
    """The case with half, a quarter, … one item of a list, a string, linked nodes or a tree taken away."""
    for at, value in enumerate(case):
        if isinstance(value, Node):
            shorter = _smaller((values(value),))
            yield from ((*case[:at], Node.of(*rest), *case[at + 1 :]) for (rest,) in shorter)
        if isinstance(value, Tree):
            yield from ((*case[:at], cut, *case[at + 1 :]) for cut in smaller(value))
        if not isinstance(value, Sequence) or isinstance(value, range):
            continue
        width = len(value) // 2
        while width:
            for start in range(0, len(value) - width + 1, width):
                yield (*case[:at], _without(value, start, start + width), *case[at + 1 :])
            width //= 2
        if len(value) == 1:
            yield (*case[:at], value[:0], *case[at + 1 :])


def _without(value: Any, start: int, stop: int) -> Any:
    return value[:start] + value[stop:]


def _is_input(problem: Judged, case: Case) -> bool:
    """Whether the statement allows this input: the problem says so, or reference and oracle agree."""
    if problem.accepts:
        return problem.accepts(*growth.fresh(case))
    try:
        expected = problem.oracle(*growth.fresh(case))
        got = _caller(problem, problem.solve)(*growth.fresh(case))
        return _right(problem, case, expected, got)
    except Exception:
        return False


def _facts(problem: Judged, kind: str, failure: Failure) -> dict[str, str]:
    facts = {
        "input": f"{problem.name}({', '.join(_short(value) for value in failure.case)})",
        "case": kind,
    }
    if failure.has_result:
        facts |= {"expected": _short(failure.expected), "got": _short(failure.got)}
    if failure.line:
        facts["where"] = failure.line
    return facts


def _short(value: Any, width: int = 300) -> str:
    shorter = reprlib.Repr()
    shorter.maxlist = shorter.maxtuple = shorter.maxset = shorter.maxdict = 24
    shorter.maxstring = shorter.maxother = shorter.maxlong = 160
    try:
        text = shorter.repr(value)
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= width else text[:width] + "…"


# Growth ------------------------------------------------------------------------------------------


def measure(problem: Judged, answer: Any) -> growth.Growth:
    """Count an answer's operations at n, 2n and 4n."""
    return growth.count(_caller(problem, answer), _inputs(problem), problem.growth_size)


def _inputs(problem: Judged) -> Callable[[int], list[Case]]:
    return lambda size: list(problem.cases(Random(f"{problem.id} growth {size}"), size))


@lru_cache(maxsize=64)
def _reference(problem: Judged) -> growth.Growth:
    return measure(problem, problem.solve)


@lru_cache(maxsize=256)
def _steps(problem: Judged, n: int) -> int:
    """The reference's steps on the cases of size n; many when they cannot be counted."""
    metered = work.metered(problem.solve, lambda copy: _caller(problem, copy))
    return (metered and metered.steps(_inputs(problem)(n))) or growth.LARGEST


def _judge_growth(problem: Judged, answer: Any, parts: list[Part]) -> list[Part]:
    target = problem.growth or ""
    reference = _reference(problem)
    counted = measure(problem, answer)
    mine = work.metered(answer, lambda copy: _caller(problem, copy))
    if counted.error is None and growth.too_fast(counted, reference, target):
        if mine:
            mine.steps(_inputs(problem)(counted.sizes[len(counted.counts) - 1]))
        where = _places(mine.meter.most()) if mine else {}
        sentence = _GROWS.format(growth.described(counted, target), target)
        return _failed(parts, 1, "growth", sentence, operations=str(counted), **where)
    failure = _failure_of_large(problem, answer, counted)
    if failure:
        facts = {"where": failure.line} if failure.line else {}
        sentence = f"Small inputs come out right, a large one does not. {failure.sentence}"
        return _failed([replace(parts[0], earned=0), *parts[1:]], 0, failure.reason, sentence, **facts)
    allowed = growth.per_doubling(target, counted.sizes[1], reference)
    larger = mine and growth.at_large(
        mine, _inputs(problem), lambda n: _steps(problem, n), reference, allowed
    )
    if larger:
        sentence = _GROWS_LARGE.format(growth.described(larger, target), target)
        return _failed(parts, 1, "growth", sentence, steps=str(larger), **_places(larger.where))
    searches = work.searches(answer) or []
    if searches or mine is None or mine.failed:
        calls = _caller(problem, answer), _caller(problem, problem.solve)
        if growth.slower(*calls, _inputs(problem), problem.growth_size, allowed):
            sentence = _SLOWER.format(growth.SLOWER, target)
            return _failed(
                parts, 1, "growth", sentence, **_places(meter.Place(code, _BACK) for code in searches)
            )
    sentence = f"Doubling n multiplies the counted work by {counted.ratio:.1f}: {target}, as asked."
    return [parts[0], replace(parts[1], earned=parts[1].points, sentence=sentence)]


_GROWS = "The results are right, but the work grows {}; asked for is {}."
_GROWS_LARGE = (
    "The results are right, but on large inputs the work grows {}; asked for is {}. "
    "A line that looks like one step may work through everything."
)
_SLOWER = (
    "The results are right, but on large inputs this needs more than {} times the CPU time of an answer that "
    "grows with {}, and the gap widens."
)
_BACK = "may go back over the text for each star"
_LIGHT = ("1", "log n", "sqrt n", "n", "n log n")
LARGE = 2_000


def _failure_of_large(problem: Judged, answer: Any, counted: growth.Growth) -> Failure | None:
    """Why the answer fails on a large input: it recurses too deeply, or was made for small ones."""
    if counted.error is not None:
        return Failure(*explained(counted.error), counted.case, line=sandbox.line_of(counted.error, answer))
    for case in _inputs(problem)(LARGE) if problem.growth in _LIGHT and counted.counts[-1] else ():
        expected = _caller(problem, problem.solve)(*growth.fresh(case))
        failure = _try(problem, answer, case, expected, lines=None)
        if failure:
            return failure
    return None


def _places(places: Iterable[meter.Place]) -> dict[str, str]:
    lines = [f"{place.code}   {place.why}" for place in places][:5]
    return {"look at": "\n".join(lines)} if lines else {}
