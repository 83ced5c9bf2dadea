"""A copy of an answer that counts its steps, on inputs too large to trace line by line.

`list.pop(0)`, a slice, `in` on a list or `sum` look like one step and touch every element. The source of
an answer is compiled once more, with a meter at each such place, loop and function. The meter asks the
value at hand: `pop(0)` costs what a list moves, and nothing on an `OrderedDict`. No clock is read, so a
count is the same each time.
"""

import __future__

import ast
import builtins
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType, ModuleType
from typing import Any

from seniorde.checks import sandbox
from seniorde.checks.meter import Meter, Place

METER = "__meter__"

# Places ------------------------------------------------------------------------------------------

_WHY_CALLED = {
    "index": "looks through the list from its start",
    "count": "looks through everything",
    "remove": "looks through the list and moves what follows",
    "copy": "copies everything",
    "sort": "sorts everything",
    "reverse": "turns everything round",
    "extend": "copies the other list",
    "replace": "copies the whole string",
    "join": "copies every piece",
    "pop": "moves every element behind it",
    "insert": "moves every element that follows",
    "insort": "moves every element that follows",
    "rotate": "moves element after element",
    "islice": "goes through what it skips",
}
_WHY = "works through everything it is given"
_COMBINE = (ast.Add, ast.Mult, ast.Mod, ast.BitOr, ast.BitAnd, ast.BitXor, ast.Sub)


class _Metering(ast.NodeTransformer):
    """Puts the meter at every place that may take many steps."""

    def __init__(self, meter: Meter, tree: ast.AST) -> None:
        self.meter = meter
        named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        elsewhere = (node.names for node in ast.walk(tree) if isinstance(node, ast.Nonlocal | ast.Global))
        self.local = named.difference(*elsewhere)

    def asked(self, method: str, code: str, why: str, *args: ast.expr) -> ast.Call:
        self.meter.places.append(Place(code, why))
        owner = ast.Attribute(ast.Name(METER, ast.Load()), method, ast.Load())
        return ast.Call(owner, [ast.Constant(len(self.meter.places) - 1), *args], [])

    def made(self, node: ast.expr, why: str) -> ast.AST:
        code = ast.unparse(node)
        return self.asked("made", code, why, self.generic_visit(node))  # type: ignore[arg-type]

    def _loop(self, node: ast.For | ast.comprehension) -> ast.AST:
        code = f"for {ast.unparse(node.target)} in {ast.unparse(node.iter)}"
        self.generic_visit(node)
        if not getattr(node, "is_async", False):
            node.iter = self.asked("each", code, "goes round for each", node.iter)
        return node

    visit_For = visit_comprehension = _loop

    def visit_While(self, node: ast.While) -> ast.AST:
        code = f"while {ast.unparse(node.test)}"
        self.generic_visit(node)
        node.test = self.asked("turn", code, "goes round again", node.test)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        node.body.insert(0, ast.Expr(self.asked("turn", f"def {node.name}", "is called", ast.Constant(None))))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        code = ast.unparse(node)
        self.generic_visit(node)
        node.body = self.asked("turn", code, "is called", node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        code = ast.unparse(node)
        self.generic_visit(node)
        match node.func:
            case ast.Attribute(value, name):
                why = _WHY_CALLED.get(name, _WHY)
                node.func = self.asked("method", code, why, value, ast.Constant(name))
            case ast.Name(name) if name != "super":
                node.func = self.asked("function", code, _WHY_CALLED.get(name, _WHY), node.func)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        if isinstance(node.ctx, ast.Load) and isinstance(node.slice, ast.Slice):
            return self.made(node, "copies the slice")
        return self.generic_visit(node)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if not isinstance(node.op, _COMBINE):
            return self.generic_visit(node)
        return self.made(node, "copies everything into a new one")

    def visit_Match(self, node: ast.Match) -> ast.AST:
        rests = [case.pattern for case in node.cases if _copies_the_rest(case.pattern)]
        self.generic_visit(node)
        for pattern in rests:
            code = f"case {ast.unparse(pattern)}"
            node.subject = self.asked("through", code, "copies the rest", node.subject)
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> ast.AST:
        return node  # a constant, and no place for a call

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return self.made(node, "copies everything into a new string")

    def _display(self, node: Any) -> ast.AST:
        is_target = isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)
        if is_target or not any(isinstance(item, ast.Starred) for item in node.elts):
            return self.generic_visit(node)
        return self.made(node, "copies everything into a new one")

    visit_List = visit_Tuple = visit_Set = _display

    def visit_Dict(self, node: ast.Dict) -> ast.AST:
        if None not in node.keys:
            return self.generic_visit(node)
        return self.made(node, "copies everything into a new one")

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        code = ast.unparse(node)
        self.generic_visit(node)
        match node:
            case ast.Compare(left, [ast.In() | ast.NotIn() as op], [right]):
                asked = self.asked("contains", code, "looks at one element after the other", left, right)
                return asked if isinstance(op, ast.In) else ast.UnaryOp(ast.Not(), asked)
            case ast.Compare(
                ast.Name() | ast.Attribute() as left, [op], [ast.Name() | ast.Attribute() as right]
            ):
                if not isinstance(op, ast.Is | ast.IsNot):
                    node.left = self.asked("compared", code, "compares everything", left, right)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        code, owner = ast.unparse(node), _loaded(node.target)
        self.generic_visit(node)
        once = any(isinstance(part, ast.Call | ast.NamedExpr | ast.Await) for part in ast.walk(owner))
        if once or not isinstance(node.op, _COMBINE):  # the meter would look up the target a second time
            return node
        if isinstance(node.op, ast.BitAnd):
            node.value = self.asked("narrowed", code, "goes through the smaller one", owner, node.value)
        else:
            in_place = ast.Constant(getattr(node.target, "id", "") in self.local)
            node.value = self.asked("appended", code, "copies everything", owner, node.value, in_place)
        return node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        code = ast.unparse(node)
        match node:
            case ast.Assign([ast.Name(name)], ast.BinOp(ast.Name(left), ast.Add())) if (
                name == left and name in self.local
            ):
                self.generic_visit(node.value)
                owner = ast.Name(name, ast.Load())
                node.value = self.asked(
                    "extended", code, "copies everything into a new one", owner, node.value
                )
                return node
            case ast.Assign([ast.Subscript(owner, ast.Slice() as key)], value):
                args = [self.visit(part) for part in (value, owner, _as_call(key))]
                return ast.Expr(self.asked("assign", code, "moves every element that follows", *args))
        starred = any(isinstance(part, ast.Starred) for target in node.targets for part in ast.walk(target))
        self.generic_visit(node)
        if starred:
            node.value = self.asked("through", code, "copies the rest", node.value)
        return node

    def visit_Delete(self, node: ast.Delete) -> Any:
        done: list[ast.stmt] = []
        for target in node.targets:
            if not isinstance(target, ast.Subscript):
                done.append(ast.Delete([target]))
                continue
            code = f"del {ast.unparse(target)}"
            key = _as_call(target.slice) if isinstance(target.slice, ast.Slice) else target.slice
            args = [self.visit(part) for part in (target.value, key)]
            done.append(ast.Expr(self.asked("delete", code, "moves every element that follows", *args)))
        return done


def _copies_the_rest(pattern: ast.pattern) -> bool:
    return any(
        (isinstance(part, ast.MatchStar) and part.name) or (isinstance(part, ast.MatchMapping) and part.rest)
        for part in ast.walk(pattern)
    )


def _as_call(key: ast.Slice) -> ast.Call:
    parts = [part or ast.Constant(None) for part in (key.lower, key.upper, key.step)]
    return ast.Call(ast.Name("slice", ast.Load()), parts, [])


def _loaded(target: ast.expr) -> ast.expr:
    return ast.parse(ast.unparse(target), mode="eval").body


# The answer, compiled once more ------------------------------------------------------------------


@dataclass
class Metered:
    """A call of the copy of an answer, and its meter."""

    call: Callable[..., Any]
    meter: Meter
    failed: bool = False

    def steps(self, cases: list[tuple[Any, ...]]) -> int | None:
        """The steps over the cases, which it may change; None when they are too many.

        None as well, and `failed`, when the copy raises an error.
        """
        self.meter.reset()
        outcome = sandbox.run(lambda: [self.call(*case) for case in cases], None)
        self.failed |= isinstance(outcome.error, Exception) and not isinstance(outcome.error, MemoryError)
        return None if outcome.error else self.meter.total


def metered(
    answer: Any, caller: Callable[[Any], Callable[..., Any]] = lambda answer: answer
) -> Metered | None:
    """The answer with a meter at each place that may take many steps; None when it cannot be made.

    The functions and classes of the same file or notebook that it names are metered with it, and share a
    copy of its global variables. `caller` makes a call on a case out of the copy. It cannot be made
    without a source, and of what a decorator of the answer's own has wrapped.
    """
    plain = inspect.unwrap(answer)
    meter, copies = Meter(), {}
    try:
        module = _globals(plain)
        space = {**module, METER: meter}
        for found in reversed(list(_reachable(plain))):
            known = module.get(found.__name__, answer if found is plain else found)
            copies[found] = _compiled(found, meter, space, wrapped=callable(known) and known is not found)
            if inspect.unwrap(module.get(found.__name__, plain)) is found:
                space[found.__name__] = copies[found]
    except (OSError, TypeError, ValueError, SyntaxError, NameError, AttributeError):
        return None
    return Metered(caller(copies[plain]), meter)


def searches(answer: Any) -> list[str] | None:
    """The calls that look for a regular expression, whose steps nobody counts; None without a source."""
    try:
        trees = [_tree(function) for function in _reachable(inspect.unwrap(answer))]
    except (OSError, TypeError, SyntaxError):
        return None
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [ast.unparse(call) for call in calls if _is_search(call.func)]


def _is_search(called: ast.expr) -> bool:
    match called:
        case ast.Attribute(ast.Name("self"), _):
            return False
        case ast.Attribute(_, "fullmatch" | "match" | "search"):
            return True
    return False


def _tree(found: Any) -> ast.Module:
    return ast.parse(textwrap.dedent(inspect.getsource(found)))


def _compiled(found: Any, meter: Meter, space: dict[str, Any], wrapped: bool) -> Any:
    tree = _tree(found)
    (statement,) = tree.body
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        standard = [each for each in statement.decorator_list if _is_standard(each, space)]
        if wrapped and standard != statement.decorator_list:
            raise TypeError("what the wrapper does would be lost")
        statement.decorator_list = standard
    else:  # the statement that holds a lambda, and must not run again
        (inside,) = (node for node in ast.walk(tree) if isinstance(node, ast.Lambda))
        tree = ast.parse(f"answer = {ast.unparse(inside)}")
    tree = ast.fix_missing_locations(_Metering(meter, tree).visit(tree))
    own: dict[str, Any] = {}
    lazy = __future__.annotations.compiler_flag  # they may name what only a type checker sees
    exec(compile(tree, inspect.getfile(found), "exec", lazy, dont_inherit=True), space, own)
    (made,) = own.values()
    return made


def _is_standard(decorator: ast.expr, space: dict[str, Any]) -> bool:
    """Whether it comes with Python; another may keep a list of what it decorates."""
    while not isinstance(decorator, ast.Name):
        decorator = decorator.func if isinstance(decorator, ast.Call) else decorator.value  # type: ignore[attr-defined]
    value = space.get(decorator.id) or getattr(builtins, decorator.id)
    home = value.__name__ if isinstance(value, ModuleType) else value.__module__
    return home.split(".")[0] in sys.stdlib_module_names


def _globals(plain: Any) -> dict[str, Any]:
    """The global variables of a function, or of a class that has or inherits a method there."""
    inside = (
        [item for base in plain.__mro__ for item in vars(base).values()]
        if isinstance(plain, type)
        else [plain]
    )
    functions = (item for item in inside if isinstance(item, FunctionType))
    return next((each.__globals__ for each in functions if each.__module__ == plain.__module__), {})


def _reachable(answer: Any) -> Iterator[Any]:
    """The answer, and what it names of the functions and classes of its own file or notebook."""
    waiting, seen, module = [answer], set(), _globals(answer)
    while waiting:
        found = waiting.pop(0)
        if found in seen:
            continue
        seen.add(found)
        yield found
        named = [module.get(name) for name in sorted(_named(found))]
        for other in [*named, *(found.__bases__ if isinstance(found, type) else ())]:
            other = inspect.unwrap(other) if callable(other) else None
            if isinstance(other, FunctionType | type) and other.__module__ == module.get("__name__"):
                waiting.append(other)


def _named(found: Any) -> set[str]:
    if isinstance(found, FunctionType):
        return _names(found.__code__)
    methods = (getattr(item, "__func__", getattr(item, "fget", item)) for item in vars(found).values())
    return set().union(*(_names(method.__code__) for method in methods if isinstance(method, FunctionType)))


def _names(code: CodeType) -> set[str]:
    inner = (_names(const) for const in code.co_consts if isinstance(const, CodeType))
    return set(code.co_names).union(*inner)
