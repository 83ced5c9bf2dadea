"""The meter counts what an operation touches, and the copy of an answer does what the answer does."""

import importlib.util
import sys
from collections import deque
from types import FunctionType

import corpus
import pytest
import shapes

from seniorde.checks import meter, sandbox, work

N = 100
COSTS = [
    # lists
    ("xs.pop()", 0),
    ("xs.pop(0)", N - 1),
    ("xs.pop(-2)", 1),
    ("xs.insert(0, 1)", N),
    ("xs.insert(N, 1)", 0),
    ("xs.append(1)", 0),
    ("xs.index(10)", 11),
    ("xs.index(10, 5)", 6),
    ("xs.remove(10)", N),
    ("xs.copy()", N),
    ("xs.extend(range(5))", 5),
    ("10 in xs", 11),
    ("-1 in xs", N),
    ("-1 not in xs", N),
    ("xs[10:30]", 20),
    ("xs[3]", 0),
    ("xs + [1, 2]", N + 2),
    ("[*xs, 1]", N + 1),
    ("[1, 2]", 0),
    ("[0] * 7", 7),
    ("sorted(xs)", N),
    ("max(xs)", N),
    ("max(1, 2)", 2),
    ("sum(x for x in xs)", 2 * N),  # the loop, and what `sum` takes
    ("sum([[1, 2]] * 10, [])", 10 + 10 + 20 * 10 // 2),
    ("any(x == 10 for x in xs)", 2 * 11),
    ("all(xs[1:])", 2 * (N - 1)),
    ("sum(range(7))", 7),
    ("list(map(str, range(7)))", 7),
    ("list(islice(xs, 20, 25))", 25 + 5),
    ("list(accumulate(xs))", N),
    ("bisect.insort(xs, 10.5)", N - 11),
    ("heapq.heappush(xs, 1)", 0),
    ("heapq.nsmallest(1, xs)", N),
    # what is quick elsewhere
    ("10 in numbers", 0),
    ("queue.popleft()", 0),
    ("queue[50]", 0),
    ("queue.rotate(3)", 3),
    ("queue.pop()", 0),
    ("queue.insert(0, 1)", 0),
    ("queue.insert(30, 1)", 30),
    ("queue.remove(1)", 2),
    ("{1, 2}.intersection(numbers)", 2),
    ("{1, 2}.isdisjoint(numbers)", 2),
    ("{1, 2}.difference(numbers)", 2),
    ("array('i', xs).pop(0)", N - 1),
    ("table.pop(10)", 0),
    ("10 in table", 0),
    ("10 in table.values()", N),
    ("dict(table)", N),
    ("{**table}", N),
    ("numbers | {-1}", N + 1),
    ("numbers - set()", N),
    ("dict.fromkeys(xs)", N),
    ("len(xs)", 0),
    ("range(N)[1:]", 0),
    # text
    ("text + 'b'", N + 1),
    ("f'{text}b'", N + 1),
    ("text.replace('a', 'b')", N),
    ("text.find('b')", N),
    ("text.find('a', 5)", 1),
    ("text.startswith('aaa')", 3),
    ("text.partition('b')", N),
    ("','.join(['a', 'b'])", 2 + 3),
    ("text.find('b', 10, 30)", 20),
    ("text.rfind('a', 0, 30)", 1),
    ("text.count('a', 10, 30)", 20),
    ("str(12345)", 5),
    # loops and calls
    ("[x for x in xs]", N),
    ("(lambda: 1)()", 1),
]


@pytest.fixture(autouse=True)
def forgotten():
    yield
    sys.modules.pop("answer", None)


def written(tmp_path, code):
    file = tmp_path / "answer.py"
    file.write_text(
        "import bisect, heapq\nfrom array import array\nfrom itertools import *\nfrom collections import *\n"
        + code
    )
    spec = importlib.util.spec_from_file_location("answer", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["answer"] = module
    spec.loader.exec_module(module)
    return module


def values():
    xs = list(range(N))
    return xs, set(xs), deque(xs), dict(zip(xs, xs, strict=True)), "a" * N


def answer(tmp_path, *lines):
    body = "".join(f"    {line}\n" for line in lines)
    return written(tmp_path, f"N = {N}\ndef answer(xs, numbers, queue, table, text):\n{body}").answer


@pytest.mark.parametrize(("code", "steps"), COSTS)
def test_an_operation_costs_what_it_touches(code, steps, tmp_path):
    plain = answer(tmp_path, f"return {code}")
    copy = work.metered(plain)
    assert copy.steps([values()]) == steps + 1, "the call, and the operation"
    assert str(copy.call(*values())) == str(plain(*values())) or "lambda" in code


@pytest.mark.parametrize(
    ("lines", "steps"),
    [
        (["del xs[10]"], N - 10),
        (["del xs[-1]"], 1),
        (["del xs[90:]"], 10),
        (["del table[10], xs[0]"], N),
        (["xs[10:12] = [1, 2]"], 2 + 2),
        (["xs[10:12] = []"], 2 + N - 12),
        (["xs[:0] = (x for x in 'ab')"], 2 + 2 + N),
        (["xs += [1, 2]"], 2 + 0),
        (["numbers |= {-1}"], 1),
        (["text += 'bc'"], 2),
        (["text = text + 'bc'"], 2),
        (["global out", "out = text", "out += 'bc'"], N + 2),
        (["small = {1, 2}", "small &= numbers"], 2),
        (["match xs:", "    case [x, *rest]:", "        return x, rest"], N),
        (["match xs:", "    case [x, *_]:", "        return x"], 0),
        (["other = xs", "other == xs"], N),
        (["other = tuple(range(N - 1))", "other == xs"], N - 1),
        (["other = [-1, *xs]", "other != xs"], N + 1 + 1),
        (["text = 'bc' + text"], N + 2),
        (["xs = xs + [1]"], N + 1),
        (["table[0] = text", "table[0] += 'b'"], N + 1),
        (["first, *rest = xs"], N),
        (["while xs:", "    xs.pop()"], N + 1),
        (["for x in xs:", "    xs[x] += 1"], N),
    ],
)
def test_a_statement_costs_what_it_touches(lines, steps, tmp_path):
    copy = work.metered(answer(tmp_path, *lines))
    assert copy.steps([values()]) == steps + 1


def test_places_are_shown_by_the_steps_they_took(tmp_path):
    copy = work.metered(
        answer(tmp_path, "while queue and xs:", "    xs.pop(0)", "    queue.popleft()", "    text[:3]")
    )
    copy.steps([values()])
    assert [(place.code, place.why) for place in copy.meter.most()] == [
        ("xs.pop(0)", "moves every element behind it")
    ]


def test_helpers_and_classes_of_the_same_file_are_metered(tmp_path):
    module = written(
        tmp_path,
        """
from functools import cache

kept = []

def register(cls):
    kept.append(cls)
    return cls

@register
class Registered:
    pass

@cache
def half(n):
    return n if n < 2 else half(n // 2)

class Rows(list):
    def pop(self, at=0):
        return self.first(at)
    def first(self, at):
        return self[at:][0]

def answer(xs):
    rows = Rows(xs)
    return half(64), rows.pop(), rows.pop(90), Registered.__name__
""",
    )
    copy = work.metered(module.answer)
    assert copy.call(list(range(N))) == (1, 0, 90, "Registered")
    assert copy.steps([(list(range(N)),)]) == 1 + 2 * 2 + N + 10, (
        "its own `pop` costs its slice; `half` remembers"
    )
    assert len(module.kept) == 1, "a decorator of the file's own does not run again"


def test_a_run_ends_at_the_cap(tmp_path, monkeypatch):
    monkeypatch.setattr(meter, "CAP", 1000)
    copy = work.metered(answer(tmp_path, "while True:", "    xs.copy()"))
    assert copy.steps([values()]) is None
    assert isinstance(sandbox.run(lambda: copy.call(*values()), None).error, sandbox.Stopped)


def test_a_copy_that_fails_says_so(tmp_path):
    copy = work.metered(answer(tmp_path, "return xs.copy()[N]"))
    assert copy.steps([values()]) is None
    assert copy.failed


def test_an_answer_without_source_cannot_be_metered():
    space = {}
    exec("def answer(xs): return xs.pop(0)", space)
    assert work.metered(space["answer"]) is None
    assert work.searches(space["answer"]) is None


def test_what_the_answers_own_decorator_wraps_is_not_metered(tmp_path):
    module = written(
        tmp_path,
        """
from functools import wraps

def memo(function):
    known = {}
    @wraps(function)
    def inner(n):
        if n not in known:
            known[n] = function(n)
        return known[n]
    return inner

@memo
def helper(n):
    return n if n < 2 else helper(n - 1) + helper(n - 2)

def answer(n):
    return helper(n)
""",
    )
    assert work.metered(module.answer) is None
    assert work.metered(module.helper) is None


def test_the_statement_that_holds_a_lambda_does_not_run_again(tmp_path):
    module = written(
        tmp_path, "LOG = []\ndef note(f):\n    LOG.append(f)\n    return f\nanswer = note(lambda xs: sum(xs))"
    )
    assert work.metered(module.answer).steps([([1, 2],)]) == 1 + 2
    assert len(module.LOG) == 1


def test_searches_for_regular_expressions_are_found(tmp_path):
    plain = answer(tmp_path, "import re", "return re.fullmatch('a*b', text), xs.index(1)")
    assert work.searches(plain) == ["re.fullmatch('a*b', text)"]


@pytest.mark.parametrize(
    ("problem", "name"), [each for kind in ("right", "solve", "slow") for each in corpus.answers(kind)]
)
def test_a_copy_does_what_the_answer_does(problem, name):
    from random import Random

    from seniorde.checks.growth import fresh

    plain = getattr(corpus.PROBLEMS[problem][0], name)
    for case in corpus.PROBLEMS[problem][0].cases(Random(1), 30):
        assert work.metered(plain).call(*fresh(case)) == plain(*fresh(case))


@pytest.mark.parametrize("plain", [each for each in vars(shapes).values() if isinstance(each, FunctionType)])
def test_a_copy_does_what_any_shape_of_answer_does(plain):
    copy = work.metered(plain)
    assert copy.call(*values()) == plain(*values())
    assert copy.steps([values()]) > 0


def test_a_value_that_is_no_container_is_left_alone(tmp_path):
    class Money:
        def __init__(self, cents):
            self.cents = cents

        def __add__(self, other):
            return Money(self.cents + other.cents)

        def copy(self):
            return Money(self.cents)

    module = written(tmp_path, "def answer(a, b):\n    a += b\n    return (a + b).copy().cents")
    assert work.metered(module.answer).call(Money(1), Money(2)) == 5
