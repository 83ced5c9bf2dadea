"""One test for each thing that a Python check can say."""

import functools
import logging
import os
import subprocess
import sys

import pytest

from seniorde.checks import dsa, parts


@pytest.fixture(autouse=True)
def first_attempt():
    parts.attempts.clear()


@pytest.fixture(scope="module")
def problem(make):
    return make()


def right(xs):
    best = run = 0
    for i, x in enumerate(xs):
        run = run + 1 if i and xs[i - 1] == x else 1
        best = max(best, run)
    return best


def judge(problem, answer, reason, *words, points=0.0):
    """The score, after asserting its reason, points and words."""
    score = dsa.judge(problem, answer)
    assert (score.reason, float(score)) == (reason, points), score.text
    for word in words:
        assert word in score.text, score.text
    return score


def test_right(problem):
    score = judge(problem, right, "", "4 of 4 points: passed", "36 cases", "by 2.0: n, as asked", points=4)
    assert score.passed
    assert not score.hint


@pytest.mark.parametrize(
    "wrap", [functools.lru_cache(maxsize=None), functools.partial, lambda f: lambda xs: f(xs)]
)
def test_right_answers_that_are_not_plain_functions(problem, wrap):
    answer = wrap(right) if wrap is not functools.lru_cache else right
    if hasattr(answer, "cache_info"):
        judge(problem, answer, "error", "unhashable type: 'list'")
    else:
        judge(problem, answer, "", points=4)


def blank_def(xs): ...


def blank_pass(xs):
    """With a docstring."""


def blank_none(xs) -> int:
    return None


@pytest.mark.parametrize("answer", [blank_def, blank_pass, blank_none, ..., None])
def test_blank_scores_zero_without_an_error(problem, answer):
    score = judge(problem, answer, "blank", "no answer yet", "Write your answer")
    assert not score.hint
    assert parts.attempts[problem.id] == 0


def test_wrong_result_on_the_smallest_input(problem):
    judge(
        problem,
        lambda xs: max(map(xs.count, xs), default=0),
        "result",
        "longest_run([1, 2, 1])",
        "shrunk from a random case",
        "expected:\n        1",
        "got:\n        2",
    )


def test_an_edge_case_is_named(problem):
    def early(xs):
        best, run = 0, 1
        for i in range(1, len(xs)):
            if xs[i] == xs[i - 1]:
                run += 1
            else:
                best, run = max(best, run), 1
        return best

    judge(problem, early, "result", "an edge case: the longest run at the end")


def test_hints_come_one_by_one(problem):
    hints = [dsa.judge(problem, lambda xs: -1).hint for _ in range(3)]
    assert hints == ["First hint.", "Second hint.", "Second hint."]


@pytest.mark.parametrize(
    ("answer", "reason", "words"),
    [
        (lambda xs: None if xs else 0, "result", "Does every path end in a `return`?"),
        (lambda xs: (x for x in xs), "type", "an object of type `generator` where a number"),
        (lambda xs: right(xs) == 1 or right(xs), "type", "the bool `True` where a number"),
        (lambda xs: str(right(xs)), "type", "a string where a number"),
        (lambda xs: right(xs) + 0 * xs[0], "error", "It raises `IndexError`: list index out of range"),
        (lambda: 1, "error", "takes 0 positional arguments but 1 was given"),
        (lambda xs: 1 / 0, "error", "ZeroDivisionError"),
        (lambda xs: sys.exit(3), "exit", "It ends Python"),
        (lambda xs: [0] * 10**13, "memory", "more memory than the check allows"),
        (3, "type", "is 3, not a function"),
        ("def f(): pass", "type", "not a function"),
    ],
)
def test_verdicts(problem, answer, reason, words):
    judge(problem, answer, reason, words)


def test_the_line_of_an_error_is_shown(problem):
    def fails(xs):
        return helper(xs)

    def helper(xs):
        return xs["first"]  # here

    judge(problem, fails, "error", 'return xs["first"]  # here', "where:\n        line ")


def test_changed_input(problem):
    def sorts(xs):
        result = right(xs)
        xs.sort()
        return result

    judge(problem, sorts, "mutation", "It changes its input")


def test_changed_input_where_the_statement_allows_it(make):
    allowed = make({'growth="n",': 'growth="n", mutates=True,'})

    def empties(xs):
        result = right(xs)
        xs.clear()
        return result

    judge(allowed, empties, "", points=4)


def test_endless_loop(problem, quick):
    def endless(xs):
        while True:
            pass

    assert quick(lambda: judge(problem, endless, "endless", "Which loop never meets its end?"), seconds=1)


def test_endless_recursion(problem):
    def again(xs):
        return again(xs)

    judge(problem, again, "recursion", "RecursionError")


def test_recursion_as_deep_as_the_input(problem):
    def deep(xs, i=0, run=0, best=0):
        if i == len(xs):
            return best
        run = run + 1 if i and xs[i - 1] == xs[i] else 1
        return deep(xs, i + 1, run, max(best, run))

    judge(problem, deep, "recursion", "Small inputs come out right, a large one does not")


def test_interrupt_raised_by_the_answer(problem):
    def raises(xs):
        raise KeyboardInterrupt

    judge(problem, raises, "error", "KeyboardInterrupt itself")


def test_state_that_outlives_the_call(problem):
    def remembers(xs, seen=[]):  # noqa: B006
        seen.append(right(xs))
        return max(seen)

    judge(problem, remembers, "result", "Mind that `seen` keeps its content")


def test_noise_is_shown_and_does_not_reach_the_cell(problem, capfd):
    def noisy(xs):
        print("looking at", xs)
        logging.warning("careful")
        print("x" * 50_000, file=sys.stderr)
        os.write(2, b"raw")
        return right(xs)

    score = judge(
        problem, noisy, "", "Your code printed:", "looking at [1, 1, 2]", "more characters", points=4
    )
    assert len(score.printed) < 1000
    assert capfd.readouterr() == ("", "")


def test_wrong_growth_keeps_the_points_for_results(problem):
    def quadratic(xs):
        best = 0
        for i in range(len(xs)):
            for j in range(i, len(xs)):
                if xs[j] == xs[i]:
                    best = max(best, right(xs[i : j + 1])) if j - i < 9 else best
        return best if len(xs) < 0 else right(xs)

    judge(problem, quadratic, "growth", "about n^2; asked for is n", "at n = 100", "at n = 400", points=2)


def test_work_hidden_in_one_line_is_found(problem):
    def queue(xs):
        waiting, best, run, last = list(xs), 0, 0, None
        while waiting:
            x = waiting.pop(0)
            run, last = run + 1 if x == last else 1, x
            best = max(best, run)
        return best

    judge(
        problem, queue, "growth", "A line that looks like one step", "waiting.pop(0)   moves every", points=2
    )


class Grumpy:
    def __eq__(self, other):
        raise ValueError("leave me alone")


def test_a_result_that_cannot_be_compared(problem):
    judge(problem, lambda xs: Grumpy(), "type", "an object of type `Grumpy`")


def test_coroutine(problem, recwarn):
    async def later(xs):
        return right(xs)

    judge(problem, later, "type", "write `def`, not `async def`")
    assert not recwarn.list


def test_all_points_for_results_without_growth_target(make):
    score = dsa.judge(make({'growth="n",': ""}), right)
    assert (score, len(score.parts)) == (4.0, 1)


ANY_LARGEST = """
def valid(xs, at):
    return xs[at] == max(xs) if xs else at is None

def oracle(xs):
    return xs.index(max(xs)) if xs else None
"""

RUNS = """
def call(answer, xs):
    runs = answer()
    return [runs.add(x) for x in xs][-1:]

class Solve:
    def __init__(self):
        self.n = 0
    def add(self, x):
        self.n += 1
        return self.n

solve = Solve

def oracle(xs):
    return [len(xs)][: len(xs)]
"""


def test_any_valid_answer(make):
    """A problem with more than one right result: any position of the largest value."""
    example = {">>> solve([1, 1, 2])\n2": ">>> solve([1, 3, 3]) in (1, 2)\nTrue"}
    problem = make({**example, "EDGES =": f"{ANY_LARGEST}\nEDGES ="})
    first = lambda xs: xs.index(max(xs)) if xs else None  # noqa: E731
    last = lambda xs: len(xs) - 1 - xs[::-1].index(max(xs)) if xs else None  # noqa: E731
    assert dsa.judge(problem, first).parts[0].reason == ""
    assert dsa.judge(problem, last).parts[0].reason == ""
    judge(problem, lambda xs: 0 if xs else None, "result", "does not meet the statement")


def test_an_answer_that_is_a_class(make):
    problem = make({"EDGES =": f"{RUNS}\nEDGES ="})

    class Blank:
        def __init__(self): ...
        def add(self, x): ...

    class Counter:
        def __init__(self):
            self.n = 0

        def add(self, x):
            self.n += 1
            return self.n

    class Broken(Counter):
        def add(self, x):
            return self.m

    judge(problem, Blank, "blank")
    judge(problem, Counter, "", points=4)
    judge(problem, Broken, "error", "has no attribute 'm'", "return self.m")


def test_same_verdict_every_run(problem):
    def queue(xs):
        waiting = list(xs)
        while waiting:
            waiting.pop(0)
        return right(xs)

    assert len({dsa.judge(problem, right).text for _ in range(3)}) == 1
    assert len({repr(dsa.judge(problem, queue).parts) for _ in range(3)}) == 1


def test_import_is_light_and_standard_library_only():
    code = (
        "import sys; before = set(sys.modules); import seniorde.checks.dsa;"
        "new = {name.partition('.')[0] for name in set(sys.modules) - before} - {'seniorde'};"
        "print(sorted(new - sys.stdlib_module_names))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
    code = "import time; t = time.process_time(); import seniorde.checks.dsa; print(time.process_time() - t)"
    seconds = min(float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(10))
    assert seconds < 0.1
