"""The proof of every problem: what its file claims is what the check says."""

import doctest
import inspect
import time
from collections import Counter
from functools import cache, partial
from random import Random

import pytest

from seniorde.checks import dsa, growth, lab, sandbox, sql, work
from seniorde.checks.compare import same
from seniorde.problems import Problem, bank, check, load
from seniorde.problems.finder import ids

SECONDS = {"dsa": 1, "sql": 3, "lab": 3}
SHOWN = {
    "dsa": dsa.passes_examples,
    "sql": sql.passes_given_data,
    "lab": lab.passes_examples,
}  # CPU of this process, for one check of the reference


def answers():
    """(id, name) of every answer in the bank, the reference as `solve`."""
    for problem in bank():
        for name in ("solve", *(a.name for a in (*problem.variants, *problem.wrongs))):
            yield pytest.param(problem.id, name, id=f"{problem.id}: {name}")


@cache
def reference(id):
    """The score of a problem's own answer, and the CPU seconds of this process that its check took.

    Afterwards the problem's data, oracle and engine are ready.
    """
    begin = time.process_time()
    return check(id, load(id).solve), time.process_time() - begin


@pytest.mark.parametrize(("id", "name"), answers())
def test_answer(id, name):
    problem = load(id)
    given = {a.name: a for a in (*problem.variants, *problem.wrongs)}.get(name)
    score = check(id, given.answer) if given else reference(id)[0]
    if given is None or not given.why:
        assert score.passed, score.text
        assert score.max_points == problem.points
        return
    assert not score.passed, f"must fail: {given.why}"
    assert score.reason.startswith(given.fails), f"fails otherwise than declared: {score.text}"
    assert SHOWN[problem.kind](problem, given.answer) == given.passes_examples, (
        "passes_examples or passes_given_data is wrong"
    )


@pytest.mark.parametrize("id", ids())
def test_blank_scores_zero_without_an_error(id):
    score = check(id, ...)
    assert (score, score.reason, score.hint) == (0.0, "blank", "")


@pytest.mark.parametrize("id", ids())
def test_check_is_quick(id, quick):
    most = SECONDS[load(id).kind]
    assert reference(id)[1] < most or quick(lambda: check(id, load(id).solve), most)


@pytest.mark.parametrize("id", [problem.id for problem in bank() if isinstance(problem, Problem)])
def test_python_problem(id):
    problem = load(id)
    names = {**vars(inspect.getmodule(problem.solve)), "solve": problem.solve}
    examples = doctest.DocTestParser().get_doctest(problem.statement, names, id, None, 0)
    assert doctest.DocTestRunner(verbose=False).run(examples).failed == 0
    if problem.growth in growth.RATIOS:
        counted = dsa.measure(problem, problem.solve)
        formula, n = growth.RATIOS[problem.growth], counted.sizes[1]
        assert counted.ratio <= 1.25 * formula(2 * n) / formula(n), f"the reference grows faster: {counted}"
    slow = [a for a in problem.wrongs if a.fails == "growth"]
    assert slow or not problem.growth, "add an answer that grows too fast"
    if problem.growth in ("n", "n log n"):
        blind = [a for a in slow if dsa.measure(problem, a.answer).ratio < 3]
        assert blind, "add one whose work counting cannot see: it copies the input, then pops from the front"


@pytest.mark.parametrize("id", [problem.id for problem in bank() if getattr(problem, "growth", None)])
def test_a_metered_copy_does_what_the_answer_does(id):
    problem = load(id)
    cases = [*problem.examples, *problem.edges.values(), *problem.cases(Random(1), 20)]

    def outcomes(call):
        runs = (sandbox.run(lambda case=case: call(*growth.fresh(case))) for case in cases)
        return [(type(run.error), run.value) for run in runs]

    caller = problem.call or (lambda answer, *case: answer(*case))
    slow = [each for each in problem.wrongs if each.fails == "growth"]
    for answer in (problem.solve, *(each.answer for each in (*problem.variants, *slow))):
        copy = work.metered(answer, lambda copied: partial(caller, copied))
        assert same(outcomes(copy.call), outcomes(partial(caller, answer))), answer.__name__


@pytest.mark.parametrize("id", [problem.id for problem in bank() if problem.kind == "sql"])
def test_sql_problem(id):
    problem = load(id)
    assert 0 < len(sql._expected_given(problem)) < 50_000, (
        "the statement's own data must give some rows, not too many"
    )
    expected = [rows.to_csv() for _, rows in sql._trapped(problem).values()]
    assert len(set(expected)) > 1, "the traps leave the result as it is"


def test_no_reskins():
    """(state kept, invariant, result) is unique within a topic."""
    ideas = Counter((p.week, p.topic, p.idea) for p in bank() if isinstance(p, Problem))
    assert [idea for idea, count in ideas.items() if count > 1] == []


def test_order_within_a_topic():
    places = [
        (p.week, p.topic, p.order, ("easy", "medium", "hard").index(p.difficulty), p.slug) for p in bank()
    ]
    assert places == sorted(places)
