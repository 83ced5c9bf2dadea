"""A small problem that the tests judge, made from the text of a file as authors write it."""

import importlib.util
from pathlib import Path

import pytest

SOURCE = '''"""# The longest run

Return the length of the longest run of equal values.

>>> solve([1, 1, 2])
2
"""
from seniorde.problems import Problem, variant, wrong

PROBLEM = Problem(
    id="w7-testing-longest-run", pattern="scan", difficulty="easy", minutes=5, points=4, classic="runs",
    growth="n", idea=("run so far", "best of the prefix", "best"), hints=("First hint.", "Second hint."),
)


def solve(xs):
    best = run = 0
    for i, x in enumerate(xs):
        run = run + 1 if i and xs[i - 1] == x else 1
        best = max(best, run)
    return best


def oracle(xs):
    runs = (xs[i:j] for i in range(len(xs)) for j in range(i + 1, len(xs) + 1))
    return max((len(run) for run in runs if len(set(run)) == 1), default=0)


EDGES = {"nothing": ([],), "the longest run at the end": ([1, 2, 2, 2],)}


def cases(rng, size):
    yield ([rng.randrange(3) for _ in range(size)],)


@variant
def grouped(xs):
    from itertools import groupby
    return max((len(list(group)) for _, group in groupby(xs)), default=0)


@wrong("counts all equal values, not only neighbours", passes_examples=True)
def counted(xs):
    return max(map(xs.count, xs), default=0)


@wrong("misses a run at the end")
def early(xs):
    return 0


NOTES = "**Complexity**: O(n)."
'''


@pytest.fixture(scope="session")
def make(tmp_path_factory):
    """A problem from the text of its file, `replace` applied to that of the longest run."""

    def problem(replace=(), slug="longest_run", source=SOURCE):
        for old, new in dict(replace).items():
            assert old in source, old
            source = source.replace(old, new)
        file = tmp_path_factory.mktemp("bank") / f"{slug}.py"
        file.write_text(source)
        spec = importlib.util.spec_from_file_location(slug, file)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.PROBLEM.bind(module, Path("week_07/testing") / slug)

    return problem
