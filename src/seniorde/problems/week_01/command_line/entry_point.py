"""# A package with a command

The code lies in `src/daycount/`, the tests in `tests/`. Write `pyproject.toml` for it:

- the project is named `daycount`, its version is 1.2.0;
- it runs on Python 3.11 and every later 3.x, and not on 3.10;
- it needs `duckdb`, version 1.2 or newer, but not 2.0 or newer;
- the extra `dev` adds `pytest` and `ruff`, in any version;
- after installation the command `day-counts` calls the function `entry` of the module `daycount.cli`;
- it names a build backend of your choice and what that needs;
- `pytest`, called in the project's folder without arguments, looks for tests in `tests` and finds the package below `src`.

```toml
[project]
name = "daycount"
```

Tables that other tools read may be there as well.

Write the file as text: put `r\"\"\"…\"\"\"` in place of `...`.
"""

import tomllib

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from seniorde.checks.parts import Refused
from seniorde.problems import LabProblem, variant, wrong

PROBLEM = LabProblem(
    id="w1-command-line-entry-point",
    pattern="packaging",
    difficulty="easy",
    minutes=10,
    points=2,
    order=1,
    hints={
        "Name": (
            "TOML: a table's name stands in brackets, a text in quotes. `[project]` holds `name` and `version`.",
        ),
        "What it needs": (
            "Versions are written in one text: `\"duckdb>=1.2,<2\"`. A caret is poetry's language, not the standard's.",
            "`requires-python` has a lower bound and no upper one; `dependencies` is a list in `[project]`.",
            'Extras stand in `[project.optional-dependencies]`, each a list: `dev = ["pytest", "ruff"]`.',
        ),
        "Command and backend": (
            'Commands stand in `[project.scripts]`: `name = "module:function"`, with a colon.',
            "`[build-system]` has two keys: `requires` names what is installed for the build, `build-backend` the module of it that builds.",
            "The package and its module have different names: `hatchling` and `hatchling.build`, `setuptools` and `setuptools.build_meta`.",
        ),
        "Tests": (
            "pytest reads the table `[tool.pytest.ini_options]`.",
            '`pythonpath` and `testpaths` are lists: `pythonpath = ["src"]`.',
        ),
    },
)

# What a well-known backend is called on the index.
BACKENDS = {
    "setuptools.build_meta": "setuptools",
    "setuptools.build_meta:__legacy__": "setuptools",
    "hatchling.build": "hatchling",
    "flit_core.buildapi": "flit-core",
    "uv_build": "uv-build",
    "pdm.backend": "pdm-backend",
    "poetry.core.masonry.api": "poetry-core",
}


def parsed(answer):
    try:
        return tomllib.loads(answer)
    except tomllib.TOMLDecodeError as error:
        raise Refused("toml", f"This is no TOML: {error}.") from None


def table(document, path, kind=dict):
    """What stands at a dotted path; Refused when it is missing or of another kind."""
    value = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, kind) or not value:
        what = {dict: "a table", list: "a list", str: "a text"}[kind]
        raise Refused("missing", f"`{path}` is missing, or not {what}.")
    return value


def requirements(texts):
    """Normalised name → requirement."""
    found = {}
    for text in texts:
        try:
            found[canonicalize_name(Requirement(text).name)] = Requirement(text)
        except (InvalidRequirement, TypeError):
            raise Refused("requirement", "This is no requirement of the standard.", got=str(text)) from None
    return found


def versions(specifiers, what, inside, outside):
    """Refuse unless the specifiers take all versions `inside` and none of `outside`."""
    for version in (*inside, *outside):
        if specifiers.contains(version) != (version in inside):
            verb = "refuses" if version in inside else "takes"
            raise Refused("versions", f"{what} {verb} {version}.", got=str(specifiers) or "(any version)")


def named(answer):
    document = parsed(answer)
    name, version = table(document, "project.name", str), table(document, "project.version", str)
    if canonicalize_name(name) != "daycount":
        raise Refused("name", "The project is not named `daycount`.", got=name)
    try:
        right = Version(version) == Version("1.2.0")
    except InvalidVersion:
        right = False
    if not right:
        raise Refused("name", "The version is not 1.2.0.", got=version)
    return "Name and version are right."


def needed(answer):
    document = parsed(answer)
    try:
        python = SpecifierSet(table(document, "project.requires-python", str))
    except InvalidSpecifier:
        raise Refused("versions", "`requires-python` is not in the standard's language.") from None
    versions(
        python,
        "`requires-python`",
        ("3.11.0", "3.11.9", "3.12.4", "3.13.0", "3.20.1"),
        ("3.10.14", "3.9.0", "2.7.18"),
    )
    needs = requirements(table(document, "project.dependencies", list))
    if set(needs) != {"duckdb"}:
        raise Refused(
            "requirement", "The project needs `duckdb` and nothing else.", got=", ".join(sorted(needs))
        )
    duckdb = needs["duckdb"]
    if duckdb.marker or duckdb.url:
        raise Refused("requirement", "`duckdb` is needed always, in some versions.", got=str(duckdb))
    versions(
        duckdb.specifier,
        "`duckdb`",
        ("1.2.0", "1.2.2", "1.3.0", "1.5.5", "1.10.0"),
        ("1.1.3", "0.10.0", "2.0.0", "2.1.0"),
    )
    extra = requirements(table(document, "project.optional-dependencies.dev", list))
    if not {"pytest", "ruff"} <= set(extra):
        raise Refused(
            "requirement", "The extra `dev` adds `pytest` and `ruff`.", got=", ".join(sorted(extra))
        )
    for name in ("pytest", "ruff"):
        if extra[name].specifier:
            raise Refused("versions", f"`{name}` is wanted in any version.", got=str(extra[name]))
    return "Python, duckdb and the extra are as they should be."


def installed(answer):
    document = parsed(answer)
    scripts = table(document, "project.scripts")
    if "day-counts" not in scripts:
        raise Refused("script", "There is no command `day-counts`.", got=", ".join(scripts))
    target = str(scripts["day-counts"]).replace(" ", "")
    if target != "daycount.cli:entry":
        raise Refused("script", "`day-counts` does not call `entry` of `daycount.cli`.", got=target)
    system = table(document, "build-system")
    backend = table(document, "build-system.build-backend", str)
    needs = requirements(table(document, "build-system.requires", list))
    package, home = BACKENDS.get(backend), canonicalize_name(backend.split(".")[0])
    if not package and home in BACKENDS.values():
        raise Refused(
            "backend",
            f"`{home}` is the package; its backend has another name.",
            got=backend,
            known=", ".join(name for name, package in BACKENDS.items() if package == home),
        )
    if package and package not in needs:
        raise Refused(
            "backend",
            f"The backend `{backend}` comes with the package `{package}`.",
            requires=str(system["requires"]),
        )
    if not package and home not in needs:
        known = ", ".join(BACKENDS)
        raise Refused("backend", f"I do not know the backend `{backend}`.", known=known)
    return "The command and the backend are declared."


def tested(answer):
    options = table(parsed(answer), "tool.pytest.ini_options")
    for name, wanted in (("testpaths", "tests"), ("pythonpath", "src")):
        got = options.get(name)
        got = got.split() if isinstance(got, str) else got
        if not isinstance(got, list) or [str(p).removeprefix("./").rstrip("/") for p in got] != [wanted]:
            raise Refused(
                "pytest", f"pytest's `{name}` is not `{wanted}`.", got=str(options.get(name, "(missing)"))
            )
    return "pytest finds the tests and the package."


PARTS = {"Name": named, "What it needs": needed, "Command and backend": installed, "Tests": tested}

SOLVE = r"""
[project]
name = "daycount"
version = "1.2.0"
requires-python = ">=3.11"
dependencies = ["duckdb>=1.2,<2"]

[project.optional-dependencies]
dev = ["pytest", "ruff"]

[project.scripts]
day-counts = "daycount.cli:entry"

[build-system]
requires = ["uv_build>=0.8"]
build-backend = "uv_build"

[tool.pytest.ini_options]
testpaths = ["tests"]
pythonpath = ["src"]
"""

COMPATIBLE = variant(r"""
build-system = { requires = ["setuptools>=77"], build-backend = "setuptools.build_meta" }

[project]
name = "DayCount"
version = "1.2"
description = "Events a day"
requires-python = "~=3.11"
dependencies = ["duckdb ~= 1.2"]
scripts = { day-counts = "daycount.cli:entry" }
optional-dependencies.dev = ["ruff", "pytest", "mypy>=1.15"]

[tool.pytest.ini_options]
testpaths = "tests"
pythonpath = "src"

[tool.ruff]
line-length = 100
""")

HATCH = variant(SOLVE.replace("uv_build>=0.8", "hatchling>=1.27").replace('"uv_build"', '"hatchling.build"'))

DOT = wrong(
    "a dot instead of the colon names a module `entry`, not a function",
    SOLVE.replace("daycount.cli:entry", "daycount.cli.entry"),
    fails="script",
    passes_examples=True,
)
CARET = wrong(
    "the caret is no operator of the standard",
    SOLVE.replace("duckdb>=1.2,<2", "duckdb^1.2"),
    fails="requirement",
    passes_examples=True,
)
TOO_NARROW = wrong(
    "1.2.* excludes 1.3",
    SOLVE.replace("duckdb>=1.2,<2", "duckdb==1.2.*"),
    fails="versions",
    passes_examples=True,
)
COMPATIBLE_PATCH = wrong(
    "~=1.2.0 means ==1.2.*: the last number alone may grow",
    SOLVE.replace("duckdb>=1.2,<2", "duckdb~=1.2.0"),
    fails="versions",
    passes_examples=True,
)
TWO_TOO = wrong(
    "<=2 takes 2.0",
    SOLVE.replace("duckdb>=1.2,<2", "duckdb>=1.2,<=2"),
    fails="versions",
    passes_examples=True,
)
PYTHON_PINNED = wrong(
    "==3.11.* excludes 3.12", SOLVE.replace(">=3.11", "==3.11.*"), fails="versions", passes_examples=True
)
ALPHABET = wrong(
    "3.9 is older than 3.11", SOLVE.replace(">=3.11", ">=3.9"), fails="versions", passes_examples=True
)
NO_REQUIRES = wrong(
    "a backend that nothing installs",
    SOLVE.replace('["uv_build>=0.8"]', '["wheel"]'),
    fails="backend",
    passes_examples=True,
)
PACKAGE_FOR_BACKEND = wrong(
    "names the package where the module that builds is asked for",
    SOLVE.replace("uv_build>=0.8", "hatchling").replace('"uv_build"', '"hatchling"'),
    fails="backend",
    passes_examples=True,
)
TESTS_ONLY = wrong(
    "without pythonpath the package is found only once it is installed",
    SOLVE.replace('pythonpath = ["src"]\n', ""),
    fails="pytest",
    passes_examples=True,
)
OLD_NAME = wrong("an underscore: another version", SOLVE.replace('"1.2.0"', '"1.2.0rc1"'), fails="name")

NOTES = """
**Why it holds**: `[project]` is a standard that every installer reads; a command is an entry point, from which the installer writes a small file that imports the module and calls the function.

**Pitfall**: `~=1.2` means "1.2 or newer, below 2", `~=1.2.0` means "1.2.0 or newer, below 1.3". And an upper bound in a *library* keeps everybody who uses it from upgrading; in an application it is the lock's task.

**Alternative**: `[dependency-groups]` for what only developers need, since it is not part of what you publish; `python -m daycount` with a `__main__.py` where no command is wanted.

**At work**: keep what you can live with here and what you have tested in a lock with hashes; install the lock, test what was installed and not the folder.
"""
