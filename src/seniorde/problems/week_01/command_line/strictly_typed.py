"""# Under mypy --strict

`marks.py` remembers up to when each source has been loaded: name → seconds since 1970.

```python
import json
from pathlib import Path


def read(path):
    if not Path(path).exists():
        return {}
    return json.loads(Path(path).read_text())


def latest(marks, source):
    return marks.get(source)


def behind(marks, source, now):
    return now - latest(marks, source)


def oldest(marks):
    found = None
    for source in marks:
        if found is None or latest(marks, source) < latest(marks, found):
            found = source
    return found


def late(marks, now, limit=3600):
    return {source: behind(marks, source, now) for source in marks if behind(marks, source, now) > limit}
```

Give back the module with type annotations, such that `mypy --strict` has nothing to say about it, and with the mistake mended that mypy finds on the way.

- Without `Any`, `cast`, `# type: ignore` and `no_type_check`: they silence the tool.
- `path` may be a text or a `Path`. Seconds may have a fraction. `read` gives a dictionary with `float` values (a whole number in the file becomes a `float`).
- `latest` gives `None` for a source that was never loaded, and `oldest` for no source at all: that stays.
- `behind` raises `TypeError` today for a source that was never loaded. It has to return infinity (`math.inf`).
- Otherwise every function does what it did: with `marks = {"orders": 100.0, "clicks": 40.5}`, `oldest(marks)` is `"clicks"`, `behind(marks, "orders", 160.0)` is `60.0`, `late(marks, 160.0, 100)` is `{"clicks": 119.5}`.

Callers are checked against your annotations, too: what is promised here must be known to mypy there.

Write the module as text: put `r\"\"\"…\"\"\"` in place of `...` (and `'''` for a docstring inside).
"""

import ast
import math
import re
import shlex
import sys
import tokenize
from functools import lru_cache
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from seniorde.checks.lab import call, run_script
from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-command-line-strictly-typed",
    pattern="mypy",
    difficulty="medium",
    minutes=15,
    points=3,
    order=3,
    hints={
        "As in the statement": (
            "`behind` subtracts what `latest` returns, and that may be `None`: ask before you subtract.",
            "`math.inf` for a source that was never loaded; everything else stays as it is.",
        ),
        "What stays": (
            "0.0 is a time as well: `if not at` and `or` take it for missing; `is None` does not.",
            "`read` gives floats: `{str(k): float(v) for k, v in …}`. Of equal times `oldest` keeps the first.",
        ),
        "mypy --strict": (
            "Begin with a name for the type that comes again and again: `Marks = dict[str, float]`.",
            "What may be `None` says so in its type: `float | None`. Then mypy shows every place that forgets it.",
            "`json.loads` returns `Any`, and strict does not let a function return that as something better: build the dictionary, `{str(k): float(v) for k, v in …}`.",
            "In `oldest` nothing can be missing: ask the dictionary itself, `marks[source]`, or `min(marks, key=marks.__getitem__, default=None)`.",
        ),
        "For callers": (
            "The report shows a call and what mypy says to it: which annotation is too narrow, or too wide?",
            "`path: str | Path`, and `float` for seconds and `limit`, which takes whole numbers as well.",
        ),
    },
)

CALLER = """
from pathlib import Path
from typing import assert_type

import marks

known = marks.read(Path("marks.json"))
assert_type(known, dict[str, float])
assert_type(marks.read("marks.json"), dict[str, float])
assert_type(marks.latest({"orders": 1.0}, "orders"), float | None)
assert_type(marks.behind(known, "orders", 2.5), float)
assert_type(marks.oldest(known), str | None)
assert_type(marks.late(known, 2.5), dict[str, float])
assert_type(marks.late(known, 2.5, limit=0.5), dict[str, float])
marks.read(7)  # E
marks.latest(known, None)  # E
marks.behind(known, "orders", "now")  # E
"""


def module(answer):
    """The functions of the answer."""
    namespace = {"__name__": "marks"}
    call(lambda: exec(compile(answer, "marks.py", "exec"), namespace))
    missing = [
        name for name in ("read", "latest", "behind", "oldest", "late") if not callable(namespace.get(name))
    ]
    if missing:
        raise Refused("result", f"The module has no function `{missing[0]}`.")
    return namespace


def same(namespace, name, arguments, expected):
    got = call(namespace[name], *arguments)
    if type(got) is not type(expected) or got != expected:
        shown = f"{name}({', '.join(map(repr, arguments))})"
        raise Refused("result", "A function does not return what it has to.", call=shown,
                      expected=repr(expected), got=repr(got)[:200])  # fmt: skip


def behaves(answer):
    names = module(answer)
    marks = {"orders": 100.0, "clicks": 40.5}
    same(names, "oldest", (marks,), "clicks")
    same(names, "behind", (marks, "orders", 160.0), 60.0)
    same(names, "late", (marks, 160.0, 100), {"clicks": 119.5})
    same(names, "behind", (marks, "refunds", 160.0), math.inf)
    return "The examples hold, and a source that was never loaded is infinitely far behind."


def keeps(answer):
    names = module(answer)
    ties = {"b": 5.0, "a": 5.0, "zero": 0.0, "nil": 0.0, "late": 9.5}
    same(names, "oldest", (ties,), "zero")
    same(names, "oldest", ({},), None)
    same(names, "latest", (ties, "zero"), 0.0)
    same(names, "latest", (ties, "c"), None)
    same(names, "behind", (ties, "zero", 7.5), 7.5)
    same(names, "late", (ties, 5.0, 0), {"zero": 5.0, "nil": 5.0})
    same(names, "late", ({"a": 0.0, "b": 0.5}, 3600.5), {"a": 3600.5})
    same(names, "late", ({}, 5.0), {})
    with TemporaryDirectory(prefix="seniorde-lab-") as folder:
        file = Path(folder) / "marks.json"
        same(names, "read", (file,), {})
        file.write_text('{"orders": 7, "clicks": 2.5}')
        for path in (file, str(file)):
            got = call(names["read"], path)
            if got != {"orders": 7.0, "clicks": 2.5} or not all(type(v) is float for v in got.values()):
                raise Refused("result", "`read` does not give name → float.", file=file.read_text(),
                              expected="{'orders': 7.0, 'clicks': 2.5}", got=repr(got)[:200])  # fmt: skip
    return "Ties, zeros, no source and no file are treated as before."


def silenced(answer):
    """The words that silence mypy, outside texts."""
    tokens = list(tokenize.generate_tokens(StringIO(answer).readline))
    for token in tokens:
        if token.type == tokenize.COMMENT and re.search(r"#\s*(type:\s*ignore|mypy:)", token.string):
            yield token.string.strip()
        if token.type == tokenize.NAME and token.string in ("Any", "cast", "no_type_check"):
            yield token.string
    annotated = (n.annotation for n in ast.walk(ast.parse(answer)) if isinstance(n, ast.arg) and n.annotation)
    yield from ("Any" for a in annotated if isinstance(a, ast.Constant) and "Any" in str(a.value))


@lru_cache(maxsize=1)
def complaints(answer):
    """What mypy --strict says of the module and of a caller: (file, line, text)."""
    command = f"exec {shlex.quote(sys.executable)} -m mypy --strict --config-file= --cache-dir=/dev/null "
    command += "--no-error-summary --no-color-output --hide-error-context --no-pretty marks.py caller.py"
    ran = run_script(
        command, {"marks.py": answer.strip() + "\n", "caller.py": CALLER.strip() + "\n"}, seconds=60
    )
    if ran.code not in (0, 1) or "No module named mypy" in ran.err:
        text = (ran.err.strip() or ran.out.strip()).splitlines()[-1:] or ["no message"]
        if "marks.py" not in text[0]:
            raise RuntimeError(f"mypy could not run: {text[0]}")
    found = re.findall(r"(?m)^(marks|caller)\.py:(\d+): error: (.*)$", ran.out + ran.err)
    return [(file, int(line), text) for file, line, text in found]


def strict(answer):
    for word in silenced(answer):
        raise Refused("silenced", f"`{word}` silences mypy instead of answering it.")
    found = [(line, text) for file, line, text in complaints(answer) if file == "marks"]
    if found:
        told = "\n".join(f"line {line}: {text}" for line, text in found[:3])
        more = f", {len(found) - 3} more" if len(found) > 3 else ""
        raise Refused("mypy", "`mypy --strict` has something to say.", **{f"it says{more}": told})
    return "mypy --strict has nothing to say."


def for_callers(answer):
    lines = CALLER.strip().splitlines()
    wanted = {number for number, line in enumerate(lines, start=1) if line.endswith("# E")}
    found = {line: text for file, line, text in complaints(answer) if file == "caller"}
    for number in sorted(wanted ^ set(found)):
        said = found.get(number, "nothing, though the call is wrong")
        line = lines[number - 1].removesuffix("  # E")
        raise Refused(
            "callers",
            "A caller cannot rely on your annotations.",
            **{"the caller writes": line, "mypy says": said},
        )
    return "Callers get the types that were promised, and wrong calls are found."


PARTS = {
    "As in the statement": behaves,
    "What stays": keeps,
    "mypy --strict": strict,
    "For callers": for_callers,
}

SOLVE = r"""
import json
import math
from pathlib import Path

Marks = dict[str, float]


def read(path: str | Path) -> Marks:
    if not Path(path).exists():
        return {}
    return {str(source): float(at) for source, at in json.loads(Path(path).read_text()).items()}


def latest(marks: Marks, source: str) -> float | None:
    return marks.get(source)


def behind(marks: Marks, source: str, now: float) -> float:
    at = latest(marks, source)
    return math.inf if at is None else now - at


def oldest(marks: Marks) -> str | None:
    return min(marks, key=marks.__getitem__, default=None)


def late(marks: Marks, now: float, limit: float = 3600) -> dict[str, float]:
    return {source: behind(marks, source, now) for source in marks if behind(marks, source, now) > limit}
"""

LONGER = variant(r"""
from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Optional, Union


def read(path: Union[str, "os.PathLike[str]"]) -> dict[str, float]:
    '''The marks in a file; none when there is no file.'''
    if not Path(path).exists():
        return {}
    found: dict[str, float] = json.loads(Path(path).read_text(), parse_int=float)
    return found


def latest(marks: Mapping[str, float], source: str) -> Optional[float]:
    return marks.get(source)


def behind(marks: Mapping[str, float], source: str, now: float) -> float:
    at = latest(marks, source)
    if at is None:
        return float("inf")
    return now - at


def oldest(marks: Mapping[str, float]) -> Optional[str]:
    found: Optional[str] = None
    for source, at in marks.items():
        if found is None or at < marks[found]:
            found = source
    return found


def late(marks: Mapping[str, float], now: float, limit: float = 3600.0) -> dict[str, float]:
    found = {}
    for source in marks:
        seconds = behind(marks, source, now)
        if seconds > limit:
            found[source] = seconds
    return found
""")

ZERO_IS_NONE = wrong(
    "0.0 is a time as well: `if not at` takes it for None",
    SOLVE.replace("if at is None else", "if not at else"),
    fails="result",
    passes_examples=True,
)
ZERO_FOR_MISSING = wrong(
    "a default of 0 silences mypy and makes a source that was never loaded look as old as 1970",
    SOLVE.replace(
        "    at = latest(marks, source)\n    return math.inf if at is None else now - at",
        "    return now - (latest(marks, source) or 0.0)",
    ),
    fails="result",
)
IGNORED = wrong(
    "an ignored error is still one",
    SOLVE.replace(
        "return {str(source): float(at) for source, at in json.loads(Path(path).read_text()).items()}",
        "return json.loads(Path(path).read_text(), parse_int=float)  # type: ignore",
    ),
    fails="silenced",
    passes_examples=True,
)
ANY = wrong(
    "Any switches the check off",
    SOLVE.replace("import json", "import json\nfrom typing import Any").replace(
        "Marks = dict[str, float]", "Marks = Any"
    ),
    fails="silenced",
    passes_examples=True,
)
RETURNS_ANY = wrong(
    "strict does not take an Any for a dictionary",
    SOLVE.replace(
        "return {str(source): float(at) for source, at in json.loads(Path(path).read_text()).items()}",
        "return json.loads(Path(path).read_text(), parse_int=float)",
    ),
    fails="mypy",
    passes_examples=True,
)
BARE_DICT = wrong(
    "a dict without parameters holds Any",
    SOLVE.replace("Marks = dict[str, float]", "Marks = dict"),
    fails="mypy",
    passes_examples=True,
)
ONE_FUNCTION_BARE = wrong(
    "a function without annotations",
    SOLVE.replace("def oldest(marks: Marks) -> str | None", "def oldest(marks)"),
    fails="mypy",
    passes_examples=True,
)
ONLY_TEXT = wrong(
    "a Path is refused by the annotation, though it works",
    SOLVE.replace("path: str | Path", "path: str"),
    fails="callers",
    passes_examples=True,
)
WHOLE = wrong(
    "a limit with a fraction is refused by the annotation",
    SOLVE.replace("limit: float = 3600", "limit: int = 3600"),
    fails="callers",
    passes_examples=True,
)

NOTES = """
**Why it holds**: the type says `None`, so every place that uses the value has to say what happens then. That is how the mistake in `behind` comes to light without a run.

**Pitfall**: `latest(…) or 0.0` and `if not at` satisfy mypy and are wrong: the first invents a time, the second takes 0.0 for no time. A type checker knows that you thought of `None`, not that you thought well.

**Alternative**: `TypedDict` or a dataclass, where the keys are known; pydantic at the border, where the *data* has to be checked and not only the code: `json.loads` returns whatever the file holds.

**At work**: bring an old code base under `strict` module by module (`[[tool.mypy.overrides]]`), the ones first that everything imports.
"""
