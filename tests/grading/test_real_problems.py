"""Real problems of the bank, assembled, released and submitted; and the book's own exercises."""

import nbformat
import pytest
import toy

from seniorde import grading
from seniorde.notebooks.assemble import topic_notebook

RIGHT = """\
seen = set()
    for i in ids:
        if i in seen:
            return i
        seen.add(i)"""
SLOW = """\
for j in range(len(ids)):
        if ids[j] in ids[:j]:
            return ids[j]"""
PATCHED = """\
return ids[0] if ids else None
import seniorde.problems
check = seniorde.problems.check = lambda *a: 2.0"""
DSA = {"right": (RIGHT, "right", 2), "slow": (SLOW, "partly", 1), "patched": (PATCHED, "wrong", 0)}


@pytest.fixture(scope="module")
def bank(tmp_path_factory, postgres):
    """Week 1 assembled from the bank; each answer to the Python problem in a notebook of its own."""
    dsa = topic_notebook(1, "hashing")
    sql = topic_notebook(1, "antijoin")
    book = tmp_path_factory.mktemp("bank")
    toy.course(book, {"sql-antijoin": sql, "blank": dsa, **dict.fromkeys(DSA, dsa)})
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(book)
        patch.setenv("SENIORDE_HOME", str(book / "home"))
        grading.release(1)
        desk = grading.start(1).folder
        nbformat.write(sql, desk / "sql-antijoin.ipynb")
        for name, (body, *_) in DSA.items():
            notebook = nbformat.read(desk / f"{name}.ipynb", as_version=4)
            solution = next(c for c in notebook.cells if c.id == "w1-hashing-first-repeat-solution")
            solution.source = solution.source.replace("...", body)
            nbformat.write(notebook, desk / f"{name}.ipynb")
        return {graded.name: graded for graded in grading.submit(1).notebooks}


@pytest.mark.parametrize("name", DSA)
def test_an_answer_in_python(bank, name):
    _, verdict, points = DSA[name]
    row = next(row for row in bank[name].rows if row.problem == "w1-hashing-first-repeat")
    assert (row.verdict, row.points) == (verdict, points), row
    assert bool(row.why) == (verdict != "right")


def test_a_blank_notebook_scores_nothing(bank):
    assert {(row.verdict, row.points) for row in bank["blank"].rows} == {("blank", 0)}


def test_the_solved_queries_score_full(bank):
    assert {row.verdict for row in bank["sql-antijoin"].rows} == {"right"}
    assert all(row.points == row.max_points for row in bank["sql-antijoin"].rows)


@pytest.mark.parametrize("week", grading.course.weeks(toy.REPO / "solutions"))
def test_the_books_exercises_are_in_step(week, monkeypatch):
    monkeypatch.chdir(toy.REPO)
    if list((toy.REPO / "solutions" / f"week-{week:02}").glob("*.ipynb")):
        assert grading.release(week, check=True) == [], f"run: seniorde release {week}"
