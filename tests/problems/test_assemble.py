"""The assembled notebook through nbgrader: blank, half right, right, and differently right."""

import copy
import re
from importlib import import_module

import nbformat
import pytest
from nbclient import NotebookClient
from nbgrader.preprocessors import ClearSolutions
from nbgrader.utils import determine_grade
from traitlets.config import Config

from seniorde.notebooks import assemble
from seniorde.problems import ProblemError, bank, load


def blank(notebook):
    config = Config({"ClearSolutions": {"code_stub": {"python": "..."}}})
    return ClearSolutions(config=config).preprocess(notebook, {})[0]


def grades(notebook, id, answers):
    """Points of each answer to a problem, in one kernel, as nbgrader reads them from the check cell."""
    solution = next(cell for cell in notebook.cells if cell.id == f"{id}-solution")
    check = next(cell for cell in notebook.cells if cell.id == id)
    pairs = []
    for i, answer in enumerate(answers):
        pairs += [copy.deepcopy(solution), copy.deepcopy(check)]
        pairs[-2].update(id=f"solution-{i}", source=answer)
        pairs[-1].update(id=f"check-{i}")
    notebook.cells = pairs
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [determine_grade(cell)[0] for cell in notebook.cells[1::2]]


def source(notebook, id):
    return next(cell.source for cell in notebook.cells if cell.id == f"{id}-solution")


HASHING, ANTIJOIN = "w1-hashing-first-repeat", "w1-antijoin-idle-planes"
HALF_RIGHT = "def first_repeat(ids):\n    return next((x for i, x in enumerate(ids) if x in ids[:i]), None)"
NOISY = """
import logging, os, sys
def first_repeat(ids):
    print('noise', file=sys.stderr)
    logging.error("noise")
    os.write(2, b"noise")
    seen = set()
    return next((x for x in ids if x in seen or seen.add(x)), None)
"""
OLD_STDERR = "err = sys.stderr\n" + NOISY.replace("sys.stderr)", "err)")
HIDES_NAMES = "def check(*_): return 'all good'\nseniorde_problems = 1\n" + HALF_RIGHT


def test_python_notebook():
    notebook = assemble.topic_notebook(1, "hashing")
    cases = {
        source(notebook, HASHING): 2,
        source(blank(copy.deepcopy(notebook)), HASHING): 0,
        HALF_RIGHT: 1,
        NOISY: 2,
        OLD_STDERR: 2,
        HIDES_NAMES: 1,
        "def first_repeat(ids):\n    exit()": 0,
        "first_repeat = 3": 0,
    }
    assert grades(notebook, HASHING, cases) == list(cases.values())
    data = notebook.cells[1].outputs[0].data
    assert data["text/plain"] == "2.0"
    assert "passed" in data["text/html"]


def test_sql_notebook(postgres):
    notebook = assemble.topic_notebook(1, "antijoin")
    wrongs = {a.name: f'idle_planes = """{a.answer}"""' for a in load(ANTIJOIN).wrongs}
    cases = {
        source(notebook, ANTIJOIN): 3,
        source(blank(copy.deepcopy(notebook)), ANTIJOIN): 0,
        wrongs["JOIN_FIRST"]: 1,
        wrongs["NOT_IN"]: 0,
        'idle_planes = "SELECT"': 0,
    }
    assert grades(notebook, ANTIJOIN, cases) == list(cases.values())


@pytest.mark.parametrize("topic", assemble.topics(), ids=lambda topic: topic.notebook)
def test_every_topic(topic):
    notebook = assemble.topic_notebook(topic.week, topic.name)
    nbformat.validate(notebook)
    assert notebook == assemble.topic_notebook(topic.week, topic.name)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    problems = [p for p in bank() if (p.week, p.topic) == (topic.week, topic.name)]
    points = {
        c.id: c.metadata.nbgrader.points
        for c in notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade")
    }
    assert points == {p.id: p.points for p in problems} | {f"{p.id}-words": 0 for p in problems}
    released = "\n".join(cell.source for cell in blank(notebook).cells if cell.cell_type == "code")
    assert "SOLUTION" not in released
    for problem in problems:
        compile(assemble.solution_source(problem), problem.id, "exec")


def test_names():
    names = [topic.notebook for topic in assemble.topics()]
    assert {"dsa-hashing", "dsa-sliding-window", "sql-antijoin"} <= set(names)
    assert len(set(names)) == len(names)


def test_unknown_topic():
    with pytest.raises(
        ProblemError, match=r"Week 1 has no topic 'hush': add src/seniorde/problems/week_01/hush/"
    ):
        assemble.topic_notebook(1, "hush")


GIVEN = '''
import heapq
from collections import deque
from collections.abc import Iterator as Stream


class Node:
    """A node."""

    def __init__(self, value): self.value = value


def solve(nodes: Stream) -> deque:
    """Keep this line."""
    # Part of the answer.
    heap = []
    for node in nodes:
        heapq.heappush(heap, node.value)
    return deque(solve) if not heap else "solve"
'''


def test_solution_cell_gives_what_the_signature_needs_and_hides_the_rest(tmp_path):
    import importlib.util
    import sys

    (tmp_path / "given.py").write_text(GIVEN.replace("heap = []", "heap = [Node(0)]"))
    spec = importlib.util.spec_from_file_location("given", tmp_path / "given.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["given"] = module
    spec.loader.exec_module(module)
    other = copy.copy(load(HASHING))
    other.slug, other.solve = "merged", module.solve
    source = assemble.solution_source(other)
    del sys.modules["given"]
    assert (
        source
        == '''from collections import deque
from collections.abc import Iterator as Stream


class Node:
    """A node."""

    def __init__(self, value): self.value = value


def merged(nodes: Stream) -> deque:
    """Keep this line."""
    ### BEGIN SOLUTION
    import heapq
    # Part of the answer.
    heap = [Node(0)]
    for node in nodes:
        heapq.heappush(heap, node.value)
    return deque(merged) if not heap else "solve"
    ### END SOLUTION'''
    )


def to_try():
    """The examples that topics open with, each once: (topic, code)."""
    topics = {f"week_{problem.week:02}.{problem.topic}" for problem in bank()}
    about = {topic: import_module(f"seniorde.problems.{topic}").__doc__ or "" for topic in sorted(topics)}
    code = {
        code: topic for topic, doc in about.items() for code in re.findall(r"```python\n(.*?)```", doc, re.S)
    }
    return [pytest.param(code, id=topic) for code, topic in code.items()]


@pytest.mark.parametrize("code", to_try())
def test_what_a_topic_says_to_try_runs_twice(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = code.replace('.save("', f'.save("{tmp_path}/')  # Java stays in the directory it was started in
    exec(code, {})
    exec(code, {})
