"""Measures how the work of a function grows: by counting, and by CPU time where counting is blind.

Counted are lines of Python executed, and comparisons, hashes and arithmetic on the elements of the
input, which stand in as subclasses of `int`, `float` and `str` that count. Work inside C on plain
values (`pop(0)`, a slice, `in` on a list of copies) escapes both; the syntax tree names such places
and CPU time against the reference decides.
"""

import ast
import copy
import inspect
import marshal
import math
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from seniorde.checks import sandbox
from seniorde.checks.linked import Linked, copied

TOLERANCE = math.sqrt(2)  # a factor of log n is forgiven, a factor of n is not
FACTOR = 3  # times the reference's count
CAP = 600_000  # lines, and operations on elements, at which a case is given up
SLOWER = 5  # times the reference's CPU time; the growth beyond the target must show as well
FAR = 3 * SLOWER
STEADY = 0.85  # of that growth, at each of two steps: a sort whose data leaves the cache shows it at one
AGAIN = 0.05  # CPU seconds up to which a run is worth two more
ROUNDS = 2  # in which all sizes are measured again

RATIOS: dict[str, Callable[[float], float]] = {
    "1": lambda n: 1,
    "log n": math.log2,
    "sqrt n": math.sqrt,
    "n": lambda n: n,
    "n log n": lambda n: n * math.log2(n),
    "n^2": lambda n: n**2,
    "n^2 log n": lambda n: n**2 * math.log2(n),
    "n^3": lambda n: n**3,
}


# Counting elements -------------------------------------------------------------------------------

_tally = 0


def _count() -> None:
    global _tally
    _tally += 1
    if _tally > CAP:
        raise sandbox.Stopped(f"still running after {CAP:,} operations on the elements of its input")


def _counting(name: str, base: type) -> Callable[..., Any]:
    plain = getattr(base, name)

    def operation(self: Any, *others: Any) -> Any:
        _count()
        result = plain(self, *others)
        kind = None if name == "__hash__" else _COUNTED.get(type(result))
        return kind(result) if kind else result

    operation.__name__ = name
    return operation


_COMPARE = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__")
_SUM = ("__add__", "__radd__", "__sub__", "__rsub__", "__mul__", "__rmul__", "__mod__", "__floordiv__")
_BITS = ("__and__", "__or__", "__xor__", "__lshift__", "__rshift__")


def _counted(base: type, names: tuple[str, ...]) -> type:
    methods = {name: _counting(name, base) for name in (*names, "__hash__")}
    return type(base.__name__, (base,), {**methods, "__slots__": ()})


_COUNTED: dict[type, type] = {}
_COUNTED.update(
    {
        int: _counted(int, _COMPARE + _SUM + _BITS),
        float: _counted(float, _COMPARE + _SUM),
        str: _counted(str, _COMPARE),
    }
)


def instrument(value: Any, top: bool = True, memo: dict[int, Any] | None = None) -> Any:
    """A deep copy whose numbers and strings inside containers and nodes count what is done with them.

    A number or string that is itself an argument stays plain: it is a limit or a whole text.
    `memo` holds the copies of nodes, which several arguments may share.
    """
    if type(value) in _COUNTED:
        return value if top else _COUNTED[type(value)](value)
    memo = {} if memo is None else memo
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(instrument(item, False, memo) for item in value)
    if type(value) is dict:
        return {instrument(key, False, memo): instrument(item, False, memo) for key, item in value.items()}
    if isinstance(value, Linked):
        return copied(value, lambda item: instrument(item, False, memo), memo)
    return copy.deepcopy(value)


# Growth by counting ------------------------------------------------------------------------------

Case = tuple[Any, ...]
Call = Callable[..., Any]
Inputs = Callable[[int], list[Case]]


@dataclass(frozen=True)
class Growth:
    """Operations counted at n, 2n and 4n; an entry is None where counting stopped at the cap."""

    sizes: tuple[int, int, int]
    counts: tuple[int | None, ...]
    error: BaseException | None = None
    case: Case = ()

    @property
    def ratio(self) -> float:
        """By how much the count grows at the last doubling that was counted whole."""
        known = [count for count in self.counts if count]
        return known[-1] / known[-2] if len(known) > 1 else math.inf

    def __str__(self) -> str:
        counts = (f"{count:,}" if count else f"more than {CAP:,}" for count in self.counts)
        return ", ".join(f"{count} at n = {n}" for n, count in zip(self.sizes, counts, strict=False))


def count(call: Call, inputs: Inputs, size: int) -> Growth:
    """Count the operations of `call(*case)` over the cases of size n, 2n and 4n.

    Smaller sizes are taken when the first two cannot be counted to their end.
    """
    sizes = (size, 2 * size, 4 * size)
    counts: list[int | None] = []
    for n in sizes:
        total: int | None = 0
        for case in inputs(n):
            operations, error = _operations(call, case)
            if isinstance(error, sandbox.Stopped | MemoryError):
                total = None
                break
            if error:
                return Growth(sizes, tuple(counts), error, case)
            total = (total or 0) + operations
        counts.append(total)
        if total is None:
            break
    if len(counts) < 3 and size >= 8:
        return count(call, inputs, size // 4)
    return Growth(sizes, tuple(counts))


def _operations(call: Call, case: Case) -> tuple[int, BaseException | None]:
    global _tally
    memo: dict[int, Any] = {}
    for arguments in (tuple(instrument(value, memo=memo) for value in case), fresh(case)):
        _tally = 0
        outcome = sandbox.run(lambda given=arguments: call(*given), CAP)  # type: ignore[misc]
        if outcome.error is None or isinstance(outcome.error, sandbox.Stopped):
            break
    return outcome.lines + _tally, outcome.error


def too_fast(growth: Growth, reference: Growth, target: str) -> bool:
    """Whether the counts grow by more than the target and the reference do, times about sqrt(n).

    A doubling, both doublings, and the count itself must all say so: a lucky small case of an honest
    answer moves one of them only.
    """
    allowed = per_doubling(target, growth.sizes[1], reference) * TOLERANCE
    first, last = growth.counts[0], growth.counts[-1]
    most = last or CAP
    if most <= FACTOR * (reference.counts[len(growth.counts) - 1] or CAP):
        return False
    if last is None:
        return growth.ratio > allowed
    return growth.ratio > allowed and last > (first or 1) * allowed**2


def per_doubling(target: str, n: int, reference: Growth) -> float:
    """The factor by which work may grow when n doubles."""
    formula = RATIOS.get(target)
    by_formula = formula(2 * n) / formula(n) if formula else 1.0
    return max(by_formula, reference.ratio)


def described(growth: Growth) -> str:
    """The growth in words, such as "about n^2"."""
    if growth.counts[-1] is None:
        return "faster than can be counted"
    n = growth.sizes[1]
    nearest = min(
        RATIOS, key=lambda name: abs(math.log(RATIOS[name](2 * n) / RATIOS[name](n) / growth.ratio))
    )
    return f"about {nearest}"


# Work inside C -----------------------------------------------------------------------------------

_METHODS = {
    "index": "looks through the list from its start",
    "count": "looks through everything",
    "remove": "looks through the list and moves what follows",
    "copy": "copies everything",
    "sort": "sorts everything",
    "reverse": "turns everything round",
    "extend": "copies the other list",
    "replace": "copies the whole string",
    "join": "copies every piece",
}
_CALLS = {"sorted", "sum", "min", "max", "list", "set", "tuple", "dict", "any", "all", "reversed", "Counter"}
_EXPRESSIONS = {"fullmatch", "match", "search"}
_HASHED = {"set", "dict", "frozenset", "Counter", "defaultdict", "OrderedDict"}
_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def suspects(answer: Any) -> list[tuple[str, str]] | None:
    """Places inside loops that work through a whole container in C, and regular expressions: (code, why).

    None when the source cannot be read. Places are suspicions: a slice may be short.
    """
    found: dict[str, str] = {}
    for function in _reachable(answer):
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
        except (OSError, TypeError, SyntaxError):
            return None
        assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign | ast.AnnAssign))
        hashed = {name for node in assigned for name in _hashed(node)}
        recursive = any(
            isinstance(node, ast.Name) and node.id == function.__name__ for node in ast.walk(tree)
        )
        # a method or a helper may be what the loop calls
        everywhere = recursive or function is not answer or isinstance(function, type)
        loops: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, _LOOPS)]
        for scope in [tree] if everywhere else loops:
            for node in ast.walk(scope):
                why = _whole_container(node, hashed)
                if why:
                    found[ast.unparse(node)] = why
        for node in ast.walk(tree):  # one call may take n^k steps, in a loop or not
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _EXPRESSIONS:
                found[ast.unparse(node)] = "may go back over the text for each star"
    return list(found.items())


def _reachable(answer: Any) -> Iterator[Any]:
    """The answer and the functions of its own file or notebook that it names, or its methods."""
    waiting, seen = [answer], set()
    while waiting:
        function = waiting.pop(0)
        if function in seen:
            continue
        seen.add(function)
        yield function
        if isinstance(function, FunctionType):
            module = function.__globals__
            waiting += [
                other
                for name in sorted(_names(function.__code__))
                if isinstance(other := module.get(name), FunctionType) and other.__globals__ is module
            ]


def _names(code: CodeType) -> set[str]:
    inner = (_names(const) for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*inner)


def _hashed(assigned: ast.Assign | ast.AnnAssign) -> Iterator[str]:
    """The names that the assignment makes a set or a dict."""
    if assigned.value is None:
        return
    pairs: list[tuple[ast.expr, ast.expr]] = []
    for target in assigned.targets if isinstance(assigned, ast.Assign) else [assigned.target]:
        if isinstance(target, ast.Tuple) and isinstance(assigned.value, ast.Tuple):
            pairs += zip(target.elts, assigned.value.elts, strict=False)
        else:
            pairs.append((target, assigned.value))
    yield from (target.id for target, value in pairs if isinstance(target, ast.Name) and _is_hashed(value))


def _is_hashed(value: ast.expr) -> bool:
    called = (
        isinstance(value, ast.Call) and getattr(value.func, "id", getattr(value.func, "attr", "")) in _HASHED
    )
    return called or isinstance(value, ast.Dict | ast.Set | ast.DictComp | ast.SetComp)


def _whole_container(node: ast.AST, hashed: set[str]) -> str:
    match node:
        case ast.Call(func=ast.Attribute(attr="pop"), args=[ast.UnaryOp(ast.USub(), ast.Constant(value=1))]):
            return ""
        case ast.Call(func=ast.Attribute(attr="pop"), args=[_]):
            return "moves every element behind it if it is a list"
        case ast.Call(func=ast.Attribute(attr="insert")):
            return "moves every element that follows"
        case ast.Call(func=ast.Attribute(attr=name)) if name in _METHODS:
            return _METHODS[name]
        case ast.Call(func=ast.Name(id=name)) if name in _CALLS:
            return "works through everything it is given"
        case ast.Subscript(slice=ast.Slice()):
            return "copies the slice"
        case ast.Delete(targets=[ast.Subscript()]):
            return "may move every element that follows"
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]) if name not in hashed:
            return "looks at one element after the other if it is a list"
        case ast.Compare(
            ops=[ast.In() | ast.NotIn()], comparators=[ast.Call() | ast.Attribute() | ast.Subscript()]
        ):
            return "looks at one element after the other if it is a list"
        case ast.AugAssign(op=ast.Add(), value=added) if not isinstance(added, ast.Constant):
            return "copies everything if it is a string or a tuple"
        case ast.BinOp(op=ast.Add(), left=ast.Name(), right=ast.List() | ast.Tuple()):
            return "copies everything into a new list"
    return ""


# CPU time ----------------------------------------------------------------------------------------


_clock = getattr(time, "thread_time", time.process_time)  # a browser has no thread time


def slower(call: Call, reference: Call, inputs: Inputs, size: int, allowed: float) -> bool:
    """Whether CPU time exceeds five times the reference's and grows beyond `allowed` a doubling.

    Sizes go up by four, to 512 times `size`, until the answer is fifteen times slower or the reference
    would need a tenth of a second. What may be slow is measured again, and the best run counts:
    a neighbour on the machine can make a run longer, never shorter. Nor does a slow answer pass because
    its smaller runs were long: where only the growth is missing, all sizes are measured again.
    """
    most, last = (allowed * TOLERANCE) ** 2, 0.1 / allowed**2
    sizes, mine, theirs = list[list[Case]](), list[float](), list[float]()

    def measure(at: int) -> None:
        mine[at] = min(mine[at], _cpu(call, sizes[at]))
        theirs[at] = min(theirs[at], _cpu(reference, sizes[at]))

    for step in range(4):
        sizes.append(inputs(8 * size * 4**step))
        mine.append(math.inf)
        theirs.append(math.inf)
        measure(step)
        for _ in range((2 if mine[-1] < AGAIN else 1) if mine[-1] > 2 * theirs[-1] else 0):
            measure(step)
        if (mine[-1] > FAR * theirs[-1] and _too_slow(mine, theirs, most)) or mine[-1] > 0.5:
            break
        if theirs[-1] > last and _cpu(reference, sizes[-1]) > last:
            break
    for _ in range(ROUNDS):
        if mine[-1] <= SLOWER * theirs[-1] or _too_slow(mine, theirs, most):
            break
        for at in range(len(sizes)):
            measure(at)
    return _too_slow(mine, theirs, most)


def _too_slow(mine: list[float], theirs: list[float], most: float) -> bool:
    """Whether the largest size takes too long, and more than `most` times the size before.

    What is not far slower must grow so at two steps, nearly.
    """
    before = mine[-2] if len(mine) > 1 else math.inf
    earlier = mine[-3] if len(mine) > 2 else 0.0
    far = mine[-1] > FAR * theirs[-1]
    grows = mine[-1] > most * before and (far or mine[-1] > (STEADY * most) ** 2 * earlier)
    return mine[-1] > SLOWER * theirs[-1] and grows


def _cpu(call: Call, cases: list[Case]) -> float:
    """CPU seconds of one run; infinite when a limit ended it."""
    copies = fresh(cases)
    with sandbox.no_collector():
        begin = _clock()
        outcome = sandbox.run(lambda: [call(*case) for case in copies], None)
        ended = isinstance(outcome.error, sandbox.Stopped | MemoryError)
        return math.inf if ended else _clock() - begin


def fresh(value: Any) -> Any:
    """A deep copy; of plain values ten times faster than `copy.deepcopy`."""
    try:
        return marshal.loads(marshal.dumps(value))
    except ValueError:
        return copy.deepcopy(value)
