"""An author's mistake gets a sentence that says what to do; one check imports one file."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from seniorde.problems import ProblemError, check, load
from seniorde.problems.finder import HERE, id_of, ids

FIRST_REPEAT = (HERE / "week_01/hashing/first_repeat.py").read_text()
IDLE_PLANES = (HERE / "week_01/antijoin/idle_planes.py").read_text()


def bind(tmp_path, source, place="week_01/hashing/first_repeat"):
    file = tmp_path / "broken.py"
    file.write_text(source)
    spec = importlib.util.spec_from_file_location("broken", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.PROBLEM.bind(module, Path(place))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("def oracle(", "def orakel(", "add oracle."),
        ("def cases(", "def kases(", "add cases."),
        ("EDGES =", "EDGE =", "add EDGES."),
        (
            "w1-hashing-first-repeat",
            "w1-hash",
            "its id is 'w1-hash', its place asks for 'w1-hashing-first-repeat'.",
        ),
        ("# The first", "The first", "begin the docstring with a title"),
        ('"easy"', '"trivial"', "choose one of easy, medium, hard."),
        ("points=2", "points=0", "points and minutes must be above 0."),
        ("hints=(", "hints=() and (", "hints must be a tuple"),
        ("@variant", "@wrong('why')", "add a right answer of another shape"),
        ("@wrong(", "@(lambda *a, **k: lambda f: f)(", "it has 0 wrong answers"),
        ("passes_examples=True", "passes_examples=False", "declared to pass everything the statement shows"),
        ("NOTES =", "NOTE =", "add NOTES"),
        (">>> solve", "... solve", "the statement has no example"),
        ('classic="contains duplicate"', 'classic=""', "classic="),
        ("idea=(", "idea=('', '', '') and ('', '', '') or (", "idea=(state kept, invariant, result)"),
    ],
)
def test_sentences_to_the_author(tmp_path, old, new, sentence):
    assert old in FIRST_REPEAT
    with pytest.raises(ProblemError) as error:
        bind(tmp_path, FIRST_REPEAT.replace(old, new))
    assert sentence in str(error.value)
    assert all(line.startswith("week_01/hashing/first_repeat.py: ") for line in str(error.value).splitlines())


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("SOLVE =", "SOLVES =", "add SOLVE."),
        ("TRAPS =", "TRAPS = {} and", "TRAPS is empty"),
        ('"postgres"', '"oracle"', "choose postgres or duckdb."),
        ('"Plan": (', '"Plans": (', "hints must be"),
    ],
)
def test_sentences_to_the_author_of_sql(tmp_path, old, new, sentence):
    assert old in IDLE_PLANES
    with pytest.raises(ProblemError, match=sentence):
        bind(tmp_path, IDLE_PLANES.replace(old, new), "week_01/antijoin/idle_planes")


def test_unknown_ids():
    with pytest.raises(ProblemError, match="did you mean 'w1-hashing-first-repeat'"):
        check("w1-hashing-first-repeats", ...)
    with pytest.raises(ProblemError, match="newest edition"):
        load("w9-nothing-here")
    with pytest.raises(ProblemError):
        load(3)


def test_ids_follow_the_files_and_are_unique():
    assert id_of(Path("week_02/two_pointers/merge_runs")) == "w2-two-pointers-merge-runs"
    assert len(set(ids())) == len(ids())
    assert all(load(id).id == id for id in ids())


def test_a_check_imports_one_problem_and_no_engine():
    code = (
        "import sys; from seniorde.problems import check; check('w1-hashing-first-repeat', ...);"
        "print([name for name in sys.modules if 'problems.week_' in name and name.count('.') == 4]);"
        "print(sorted({'pandas', 'psycopg', 'duckdb', 'matplotlib', 'sqlglot'} & set(sys.modules)))"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True).splitlines()
    assert said == ["['seniorde.problems.week_01.hashing.first_repeat']", "[]"]
