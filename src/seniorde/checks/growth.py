"""Measures how the work of a function grows, by counting.

Counted are lines of Python executed, and comparisons, hashes and arithmetic on the elements of the
input, which stand in as subclasses of `int`, `float` and `str` that count. Work inside C on plain
values (`pop(0)`, a slice, `in` on a list of copies) escapes both; on larger inputs a meter in a copy of
the answer counts it (`checks.work`). CPU time decides only what nobody can count: regular expressions.
"""

import copy
import marshal
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from seniorde.checks import meter, sandbox, work
from seniorde.checks.linked import Linked, copied

TOLERANCE = math.sqrt(2)  # a factor of log n is forgiven, a factor of n is not
FACTOR = 3  # times the reference's count
CAP = 600_000  # lines, and operations on elements, at which a case is given up
DOUBLINGS = 10  # of the smallest size, at most, for a large input
LARGEST = 400_000  # operations expected of the reference there
STEADY = 1.3  # forgives a factor of log² n at that size, and not one of the square root of n
SLOWER = 5  # times the reference's CPU time; the growth beyond the target must show as well

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

    sizes: tuple[int, ...]
    counts: tuple[int | None, ...]
    error: BaseException | None = None
    case: Case = ()
    cap: int = CAP
    where: tuple[meter.Place, ...] = ()

    @property
    def ratio(self) -> float:
        """By how much the count grows at the last doubling that was counted whole."""
        known = [count for count in self.counts if count]
        return known[-1] / known[-2] if len(known) > 1 else math.inf

    def __str__(self) -> str:
        counts = (f"{count:,}" if count else f"more than {self.cap:,}" for count in self.counts)
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


def described(growth: Growth, target: str) -> str:
    """The growth in words, such as "about n^2"; never by a name that `target` forgives."""
    if growth.counts[-1] is None:
        return "faster than can be counted"
    known = [count for count in growth.counts if count]
    ratio = (known[-1] / known[0]) ** (1 / (len(known) - 1))
    names = {
        name: formula(2 * growth.sizes[1]) / formula(growth.sizes[1]) for name, formula in RATIOS.items()
    }
    forgiven = names.get(target, 0) * TOLERANCE
    faster = {name: by for name, by in names.items() if by > forgiven}
    if not faster:
        return "faster"
    nearest = min(faster, key=lambda name: abs(math.log(faster[name] / ratio)))
    return f"about {nearest}"


# Growth on large inputs --------------------------------------------------------------------------


def at_large(
    mine: work.Metered, inputs: Inputs, ordinary: Callable[[int], int], usual: Growth, allowed: float
) -> Growth | None:
    """The steps at n/4, n/2 and n when they outgrow the target, those inside C counted too; else None.

    n is a size, up to 512 times the smallest, for which `usual`, the count of the reference, lets expect no
    more than `LARGEST` operations, and whose steps the meter counts to their end. There the
    reference takes `ordinary(n)` steps. Three times as many must be exceeded, and the growth from n/4 to n
    must go beyond `allowed` a doubling.
    """
    last = max(at for at, count in enumerate(usual.counts) if count)
    expected = [(usual.counts[last] or 0) * allowed ** (k - last) for k in range(DOUBLINGS)]
    sizes = [usual.sizes[0] * 2**k for k in range(DOUBLINGS) if k < 3 or expected[k] <= LARGEST]
    while (most := mine.steps(inputs(sizes[-1]))) is None and len(sizes) > 3 and not mine.failed:
        sizes = sizes[:-2] if len(sizes) > 4 else sizes[:-1]
    if mine.failed or (most is not None and most <= FACTOR * ordinary(sizes[-1])):
        return None
    where = tuple(mine.meter.most())
    quarter, half = (mine.steps(inputs(n)) for n in sizes[-3:-1])
    if most is not None and most <= (allowed * STEADY) ** 2 * (quarter or 0):
        return None
    return Growth(tuple(sizes[-3:]), (quarter, half, most), cap=meter.CAP, where=where)


# CPU time ----------------------------------------------------------------------------------------


_clock = getattr(time, "thread_time", time.process_time)  # a browser has no thread time


def slower(call: Call, reference: Call, inputs: Inputs, size: int, allowed: float) -> bool:
    """Whether CPU time exceeds five times the reference's and grows beyond `allowed` a doubling.

    For what cannot be counted: the steps of a regular expression, and an answer without a source.
    Sizes go up by four, to 512 times `size`, until the answer is fifteen times slower or the reference
    would need a tenth of a second. The best of three runs counts: a neighbour on the machine can make a
    run longer, never shorter.
    """
    before, last = math.inf, 0.1 / allowed**2
    for step in range(4):
        cases = inputs(8 * size * 4**step)
        mine, theirs = (min(_cpu(each, cases) for _ in range(3)) for each in (call, reference))
        slow = mine > SLOWER * theirs and mine > (allowed * TOLERANCE) ** 2 * before
        if (slow and mine > 3 * SLOWER * theirs) or mine > 0.5 or theirs > last:
            break
        before = mine
    return slow


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
