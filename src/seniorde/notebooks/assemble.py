"""Assembles the problems of a topic into an nbgrader source notebook."""

import ast
import importlib
import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from seniorde.problems import Exercise, Problem, ProblemError, SqlProblem, bank

ENGINES = {"postgres": "PostgreSQL", "duckdb": "DuckDB"}
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
WORDS = {
    "dsa": "**In your own words**: time and memory, one pitfall, one alternative.",
    "sql": "**In your own words**: what the plan does, one pitfall, one alternative.",
    "lab": "**In your own words**: why it holds, one pitfall, one alternative.",
}


class Topic(NamedTuple):
    """A topic of the bank and the notebook it becomes."""

    week: int
    name: str
    kind: str

    @property
    def notebook(self) -> str:
        """The notebook's name without ending, such as `dsa-two-pointers`."""
        return f"{self.kind}-{self.name}".replace("_", "-")


def topics() -> list[Topic]:
    """The topics that have a problem, by week, kind and name."""
    found = {Topic(problem.week, problem.topic, problem.kind) for problem in bank()}
    return sorted(found, key=lambda topic: (topic.week, topic.kind, topic.name))


def topic_notebook(week: int, topic: str) -> NotebookNode:
    """The topic's problems as an nbgrader source notebook, with solutions and without outputs.

    `topic` is the folder's name, such as `two_pointers`. Cell ids derive from the problems' ids and
    stay what they are when problems are added. Raise ProblemError when the topic has no problem.
    """
    problems = [problem for problem in bank() if (problem.week, problem.topic) == (week, topic)]
    if not problems:
        raise ProblemError(
            f"Week {week} has no topic {topic!r}: add src/seniorde/problems/week_{week:02}/{topic}/."
        )
    kinds = {problem.kind for problem in problems}
    if len(kinds) > 1:
        raise ProblemError(
            f"The topic {topic!r} mixes the kinds {', '.join(sorted(kinds))}: give each its own folder."
        )
    cells = [*_opening(problems), *(cell for problem in problems for cell in _cells(problem))]
    metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


def _opening(problems: list[Exercise]) -> Iterator[NotebookNode]:
    first = problems[0]
    package = importlib.import_module(f"seniorde.problems.week_{first.week:02}.{first.topic}")
    name, _, about = inspect.cleandoc(package.__doc__ or first.topic).partition(": ")
    about = about[:1].upper() + about[1:]
    rows = "\n".join(
        f"| [{p.title}](#{anchor(p)}) | {p.pattern} | {p.difficulty} | {p.minutes} | {p.points:g} |"
        for p in problems
    )
    total = f"{sum(p.minutes for p in problems)} | {sum(p.points for p in problems):g}"
    first_id = f"w{first.week}-{first.topic}".replace("_", "-")
    yield _markdown(
        f"# {name}: exercises of week {first.week}\n\n{about}\n\n"
        "| Problem | Pattern | Difficulty | Minutes | Points |\n| :-- | :-- | :-- | --: | --: |\n"
        f"{rows}\n| Together | | | {total} |\n\n"
        "In the exercise you write your answer in place of `...`, run the cell, then the check below it.\n"
        "Check as often as you like: every failed check brings the next hint.",
        f"{first_id}-opening",
    )
    if isinstance(first, SqlProblem):
        yield _code(_connections(problems), f"{first_id}-connection")


def _connections(problems: list[Exercise]) -> str:
    """A connection to try queries on, for each engine that the topic asks for."""
    asked = [p for p in problems if isinstance(p, SqlProblem)]
    data = {p.engine: p.data for p in asked}
    lines = []
    for engine, name in data.items():
        options = ", learner=True" if engine == "postgres" else ""
        setup = "\n\n".join(dict.fromkeys(p.setup for p in asked if p.engine == engine and p.setup))
        if setup:
            lines += [f'# What there is beside the data set\'s tables\n{engine}_setup = """\n{setup}\n"""']
            options += f", setup={engine}_setup" if engine == "postgres" else ""
        lines += [f'{engine} = labs.{engine}("{name}"{options})']
        if setup and engine == "duckdb":
            lines += ["_ = duckdb.execute(duckdb_setup)"]
    tried = f'# To try a query: {next(iter(data))}.execute("SELECT …").fetchall()'
    return "\n".join(["from seniorde import labs", "", tried, *lines])


def anchor(problem: Exercise) -> str:
    """The anchor that Jupyter gives to the heading of a problem."""
    return re.sub(r"[^\w-]", "", problem.title.replace(" ", "-"))


def _cells(problem: Exercise) -> Iterator[NotebookNode]:
    statement = re.sub(r"\bsolve\(", f"{problem.name}(", problem.statement)
    heading, _, text = statement.partition("\n")
    facts = f"*{problem.difficulty}, {problem.minutes} minutes, {problem.points:g} points*"
    if isinstance(problem, Problem):
        facts += f" · work grows with {problem.growth}" if problem.growth else ""
        facts += f" · prepares for: {problem.classic}"
    if isinstance(problem, SqlProblem):
        facts += f" · judged on {ENGINES[problem.engine]}"
    id = problem.id
    yield _markdown(f"#{heading}\n\n{facts}\n\n{_fenced(text.strip())}", f"{id}-statement", locked=True)
    yield _code(solution_source(problem), f"{id}-solution", solution=True)
    # By its full name, which no name of the learner's can hide.
    check = f'import seniorde.problems\n\nseniorde.problems.check("{id}", {problem.name})'
    yield _code(check, id, grade=True, locked=True, points=problem.points)
    yield _markdown(WORDS[problem.kind], f"{id}-question")
    yield _markdown(problem.notes, f"{id}-words", grade=True, solution=True, points=0)


def _markdown(source: str, id: str, **marks: Any) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(source, id=id, metadata=_metadata(id, marks))  # type: ignore[no-untyped-call]
    return cell


def _code(source: str, id: str, **marks: Any) -> NotebookNode:
    cell: NotebookNode = new_code_cell(source, id=id, metadata=_metadata(id, marks))  # type: ignore[no-untyped-call]
    return cell


def _metadata(id: str, marks: dict[str, Any]) -> dict[str, Any]:
    """nbgrader's marks, for a cell that has any."""
    unmarked = {"grade": False, "locked": False, "solution": False, "task": False, "schema_version": 3}
    return {"nbgrader": {**unmarked, "grade_id": id, **marks}} if marks else {}


def _fenced(text: str) -> str:
    """Doctest examples in a code block."""
    return re.sub(r"(?m)^>>> (?:.+\n?)+", lambda found: f"```python\n{found[0].rstrip()}\n```\n", text)


# The solution cell -------------------------------------------------------------------------------


def solution_source(problem: Exercise) -> str:
    """The solution cell: what the learner is given, and the answer between nbgrader's markers."""
    if isinstance(problem, SqlProblem):
        return f'{problem.name} = (\n    {BEGIN}\n    """\n{problem.solve}\n"""\n    {END}\n)'
    if isinstance(problem.solve, str):
        return f'{problem.name} = (\n    {BEGIN}\n    r"""\n{problem.solve}\n"""\n    {END}\n)'
    module = inspect.getmodule(problem.solve)
    assert module is not None
    source = inspect.getsource(problem.solve).rstrip()
    names = {problem.solve.__name__: problem.name}
    given, hidden = _needed(module, source)
    return "\n".join([*given, _renamed(_marked(source, hidden), names)])


def _marked(source: str, hidden: list[str]) -> str:
    """The source with every function's body between the markers, its docstring before them."""
    lines = source.split("\n")
    top = ast.parse(source).body
    if isinstance(top[0], ast.ClassDef):
        top = top[0].body
    functions = [node for node in top if isinstance(node, ast.FunctionDef)]
    for function in reversed(functions):
        body = function.body[1:] if ast.get_docstring(function) else function.body
        pad = " " * body[0].col_offset
        first, last = (
            _first_line(lines, body[0].lineno - 1, function.body[0].lineno - 1),
            body[-1].end_lineno or 0,
        )
        inside = [pad + line for line in hidden] + lines[first:last]
        lines[first:last] = [pad + BEGIN, *inside, pad + END]
    return "\n".join(lines)


def _first_line(lines: list[str], first: int, lowest: int) -> int:
    """Comments above the first statement belong to the answer."""
    while first - 1 >= lowest and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first


def _needed(module: ModuleType, source: str) -> tuple[list[str], list[str]]:
    """What the source needs of its file: shown above the signature, and hidden inside the answer.

    Shown are imports that the signature names, and classes and functions of the file with their
    imports; imports that only the body names would give the answer away.
    """
    tree = ast.parse(inspect.getsource(module))
    used = _names(ast.parse(source))
    shown = _names(_signatures(ast.parse(source)))
    definitions, imports = [], []
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name in used and node.name != "solve":
            definitions.append(ast.get_source_segment(inspect.getsource(module), node) or "")
            shown |= _names(node)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            imports += [
                (_import(node, alias), alias.asname or alias.name.split(".")[0]) for alias in node.names
            ]
    above = [text for text, name in imports if name in shown]
    inside = [text for text, name in imports if name in used - shown]
    gap = [""] * 2
    given = [*above, *(line for text in definitions for line in (*gap, text))]
    return ([*given, *gap] if given else []), inside


def _signatures(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.body = [ast.Pass()]
    return tree


def _names(tree: ast.AST) -> set[str]:
    """The names that the source reads and does not bind itself."""
    nodes = list(ast.walk(tree))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    own = {node.arg for node in nodes if isinstance(node, ast.arg)}
    own |= {node.id for node in names if isinstance(node.ctx, ast.Store)}
    own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    return {node.id for node in names} - own


def _import(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    name = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
    return f"from {node.module} import {name}" if isinstance(node, ast.ImportFrom) else f"import {name}"


def _renamed(source: str, names: dict[str, str]) -> str:
    """The source with these identifiers renamed; strings and comments stay."""
    lines = source.split("\n")
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for token in reversed(tokens):
        if token.type == tokenize.NAME and token.string in names:
            (row, begin), (_, end) = token.start, token.end
            lines[row - 1] = lines[row - 1][:begin] + names[token.string] + lines[row - 1][end:]
    return textwrap.dedent("\n".join(lines))
