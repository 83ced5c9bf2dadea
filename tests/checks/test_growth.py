"""Honest answers of any shape pass the growth check, slow ones do not, and both do so every time."""

import ast

import corpus
import pytest

from seniorde.checks import growth


@pytest.mark.parametrize(("problem", "answer"), corpus.answers("right") + corpus.answers("solve"))
def test_honest_answers_pass(problem, answer):
    cls, target, size = corpus.PROBLEMS[problem]
    assert corpus.judged(cls, target, size, getattr(cls, answer)) == ""


@pytest.mark.parametrize(("problem", "answer"), corpus.answers("slow"))
def test_slow_answers_fail(problem, answer, quick):
    cls, target, size = corpus.PROBLEMS[problem]

    def fails():
        assert corpus.judged(cls, target, size, getattr(cls, answer))

    assert quick(fails, seconds=2.5)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("for x in xs:\n q.pop(0)", "moves every element behind it if it is a list"),
        ("while q:\n q.insert(0, 1)", "moves every element that follows"),
        ("for x in xs:\n x in ys", "one element after the other"),
        ("for x in xs:\n xs[1:]", "copies the slice"),
        ("[sum(xs) for x in xs]", "works through everything"),
        ("for x in xs:\n s += str(x)", "copies everything"),
        ("for x in xs:\n xs.index(x)", "looks through the list"),
        ("for x in xs:\n s = s + [x]", "into a new list"),
        ("ys = {1}\nfor x in xs:\n x in ys", ""),
        ("for x in xs:\n n += 1", ""),
        ("q.pop(0)", ""),
    ],
)
def test_places_that_hide_work(code, why, tmp_path):
    import importlib.util

    file = tmp_path / "answer.py"
    file.write_text(
        "def answer(xs, ys=(), q=None, s='', n=0):\n" + "".join(f" {line}\n" for line in code.split("\n"))
    )
    spec = importlib.util.spec_from_file_location("answer", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = growth.suspects(module.answer)
    assert [reason for _, reason in found] == [reason for _, reason in found if why and why in reason]
    assert bool(found) == bool(why)
    for place, _ in found:
        ast.parse(place)


def test_an_answer_without_source_has_unknown_places():
    space = {}
    exec("def answer(xs): return xs.pop(0)", space)
    assert growth.suspects(space["answer"]) is None


def test_counting_elements_stay_what_they_are():
    numbers, words, pairs = growth.instrument(([3, 1, 2], ["b", "a"], {"k": (1, 2.5)}), top=False)
    assert sorted(numbers) == [1, 2, 3]
    assert "".join(sorted(words)) == "ab"
    assert {1, 2} & set(numbers) == {1, 2}
    assert pairs["k"][1] + 1 == 3.5
    assert repr(numbers) == "[3, 1, 2]"
    assert isinstance(numbers[0], int)
    assert f"{numbers[0]:>3}" == "  3"
    assert list(range(numbers[0])) == [0, 1, 2]


def test_counts_repeat():
    cls, _, size = corpus.PROBLEMS["Joined"]
    from random import Random

    def words(xs):
        return len(dict.fromkeys(xs, 1))

    inputs = lambda n: list(cls.cases(Random(n), n))  # noqa: E731
    assert growth.count(words, inputs, size) == growth.count(words, inputs, size)


def test_a_run_that_a_limit_ends_is_no_quick_one(monkeypatch):
    monkeypatch.setattr(growth.sandbox, "MEMORY", 50 << 20)

    def holds(most):
        return growth.slower(
            lambda xs: bytearray(min(len(xs), most) * 40_000), sum, lambda n: [([1] * n,)], 100, 2.0
        )

    assert holds(most=10_000)
    assert not holds(most=100)


def test_a_slow_answer_does_not_pass_because_its_smaller_runs_were_long(monkeypatch):
    largest, seen = 8 * 4**3, []

    def cpu(call, cases):
        ((n,),) = cases
        seen.append(n)
        seconds = 0.01 * n / largest if call is len else 0.1 * (n / largest) ** 2
        return seconds * (1 if largest in seen else 3)

    monkeypatch.setattr(growth, "_cpu", cpu)
    assert growth.slower(sum, len, lambda n: [(n,)], 1, 2.0)
    assert seen.count(8) > 1, "all sizes are measured again"


def test_an_honest_answer_stays_honest_however_often_it_is_measured(monkeypatch):
    monkeypatch.setattr(growth, "_cpu", lambda call, cases: cases[0][0] * (1e-5 if call is len else 1e-4))
    assert not growth.slower(sum, len, lambda n: [(n,)], 1, 2.0)
