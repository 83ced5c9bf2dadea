"""Honest answers of any shape pass the growth check, slow ones do not, and both do so every time."""

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


def test_a_neighbour_does_not_make_a_slow_answer_quick(monkeypatch):
    seen = []

    def cpu(call, cases):
        ((n,),) = cases
        seen.append(n)
        seconds = 1e-5 * n if call is len else 1e-5 * n**2
        return seconds * (3 if seen.count(n) < 3 else 1)

    monkeypatch.setattr(growth, "_cpu", cpu)
    assert growth.slower(sum, len, lambda n: [(n,)], 1, 2.0)


def test_an_honest_answer_stays_honest_however_slow(monkeypatch):
    monkeypatch.setattr(growth, "_cpu", lambda call, cases: cases[0][0] * (1e-5 if call is len else 1e-4))
    assert not growth.slower(sum, len, lambda n: [(n,)], 1, 2.0)


@pytest.mark.parametrize(
    ("counts", "target", "words"),
    [
        ((100, 280, 800), "n", "about n^2"),  # nearer to n log n, which n forgives
        ((100, 400, 1600), "n log n", "about n^2"),
        ((100, 200, 400), "log n", "about n"),
        ((100, 800, None), "n", "faster than can be counted"),
        ((100, 1600, 25600), "n^3", "faster"),
    ],
)
def test_growth_is_named_by_what_the_target_does_not_forgive(counts, target, words):
    assert growth.described(growth.Growth((100, 200, 400), counts), target) == words
