"""The project's rubric: what a machine can see is looked for, the rest is the learner's word with evidence.

What is seen is necessary and not sufficient: a heading can be empty talk. The page on quality says what a
reviewer looks at.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from seniorde.grading.attempt import Graded, Row
from seniorde.grading.course import book

FORM = "self-assessment.yaml"
SHORTEST = 12  # characters of evidence
_CODE = (".py", ".sql", ".yml", ".yaml", ".toml", ".sh", ".json")
_SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|BEGIN (?:[A-Z]+ )?PRIVATE KEY|"
    r"(?i:password|secret)\w*(?:\s*=\s*|:\s+)[\"'][^\"'{$\s]{6,}[\"']"
)

Run = Callable[[list[str]], tuple[int | None, str]]


@dataclass(frozen=True)
class Criterion:
    """One line of rubric.yaml."""

    id: str
    says: str
    group: str
    seen: str = ""
    ask: str = ""
    from_week: int = 1


@dataclass(frozen=True)
class Look:
    """What the functions below look at: the folder as submitted, the acceptance tests and their results."""

    folder: Path
    tests: Path
    accepted: dict[str, bool]
    run: Run
    history: Path | None

    @cached_property
    def sections(self) -> dict[str, str]:
        """The README's sections by their headings in lower case, each with what stands below it."""
        parts = re.split(r"^(#{2,3}) +(.+)$", self.text("README.md"), flags=re.MULTILINE)[1:]
        found: dict[str, str] = {}
        above = ""
        for level, heading, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            name = heading.strip().lower()
            found[name] = body.strip()
            if level == "##":
                above = name
            elif above:
                found[above] += "\n" + body.strip()
        return found

    def section(self, *words: str) -> str:
        """The text below the headings that hold one of the words."""
        return "\n".join(
            body for heading, body in self.sections.items() if any(word in heading for word in words)
        )

    def text(self, name: str) -> str:
        """A file of the project, "" where there is none."""
        path = self.folder / name
        return path.read_text("utf-8", errors="replace") if path.is_file() else ""

    def files(self, *suffixes: str) -> Iterator[Path]:
        """The learner's files with one of these suffixes, tests and hidden folders left out."""
        for path in sorted(self.folder.rglob("*")):
            parts = path.relative_to(self.folder).parts
            if path.suffix in suffixes and path.is_file() and parts[0] != "tests" and parts[0][0] != ".":
                yield path

    def line(self, pattern: str) -> str:
        """The first line of the code that holds the pattern, as `file:number`."""
        wanted = re.compile(pattern, re.IGNORECASE)
        for path in self.files(*_CODE):
            if path.name == FORM:
                continue
            for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
                if wanted.search(line):
                    return f"{path.relative_to(self.folder)}:{number}"
        return ""


@dataclass(frozen=True)
class Seen:
    """Whether a criterion holds, and the evidence or what is missing."""

    good: bool
    why: str


def criteria(week: int) -> list[Criterion]:
    """The criteria of a week's project, in the page's order."""
    groups = yaml.safe_load(Path(__file__).with_name("rubric.yaml").read_text("utf-8"))
    every = [Criterion(**one, group=group["group"]) for group in groups for one in group["criteria"]]
    return [one for one in every if week >= one.from_week]


def form(week: int) -> str:
    """The self-assessment of a week, blank."""
    lines = [
        f"# Your own view of project {week}: what no machine can see. Write evidence between the quotes:",
        "# a link, a commit, a number, a line of a log. No evidence, no point.",
        "",
        "# The folder of your own repository, seen from the book's folder: its history is looked at.",
        'portfolio: ""',
    ]
    for one in criteria(week):
        if one.ask:
            lines += ["", f"# {one.says}: {one.ask}", f'{one.id}: ""']
    return "\n".join(lines) + "\n"


def graded(week: int, submitted: Path, tests: Path, accepted: dict[str, bool], run: Run) -> Graded:
    """Score a submitted project against section 11 of the plan.

    `accepted` are the acceptance tests, whether each passed; `run` starts a command in the project under
    the grader's limits and returns its exit code and output.
    """
    result = Graded("rubric")
    said, result.sentence = _form(submitted / FORM)
    history = book() / said["portfolio"] if said.get("portfolio") else None
    look = Look(submitted, tests, accepted, run, history)
    for one in criteria(week):
        seen = globals()[f"_{one.seen}"](look) if one.seen else Seen(False, f"Wanted: {one.ask}.")
        evidence = said.get(one.id, "").strip() if one.ask else ""
        if not seen.good and len(evidence) >= SHORTEST:
            seen = Seen(True, f"by your own word: {evidence}")
        elif not seen.good and one.ask and one.seen:
            seen = Seen(False, f"{seen.why} Or bring evidence in {FORM}: {one.ask}.")
        verdict = "right" if seen.good else "wrong" if one.seen else "blank"
        result.rows.append(Row(f"w{week}-rubric/{one.id}", float(seen.good), 1.0, verdict, seen.why))
    return result


def _form(path: Path) -> tuple[dict[str, str], str]:
    """The evidence by criterion, and one sentence when the form cannot be read."""
    if not path.is_file():
        return {}, ""
    try:
        values = yaml.safe_load(path.read_text("utf-8")) or {}
        return {str(key): "" if value is None else str(value) for key, value in values.items()}, ""
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        return {}, f"{FORM} cannot be read{where}: put each evidence between quotes."


# What can be seen ---------------------------------------------------------------------------------


def _lint(look: Look) -> Seen:
    for command in (["ruff", "check", "--no-cache", "."], ["ruff", "format", "--check", "--no-cache", "."]):
        code, said = look.run([sys.executable, "-m", *command])
        if code:
            return Seen(False, f"{' '.join(command[:2])}: {_last(said)}")
    return Seen(True, "ruff check and ruff format are silent")


def _types(look: Look) -> Seen:
    if not any(look.files(".py")):
        return Seen(False, "There is no Python file.")
    own = "[tool.mypy]" in look.text("pyproject.toml")
    command = ["mypy", "--cache-dir=/dev/null", *([] if own else ["--strict", "src"])]
    code, said = look.run([sys.executable, "-m", *command])
    return Seen(code == 0, _last(said) if code else f"mypy is silent{'' if own else ' at --strict'}")


def _own_tests(look: Look) -> Seen:
    own = [path for path in sorted(look.folder.glob("tests/**/test_*.py")) if not _same(path, look)]
    if not own:
        return Seen(False, "tests/ holds no test_*.py of your own.")
    names = [str(path.relative_to(look.folder)) for path in own]
    code, said = look.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", *names]
    )
    return Seen(code == 0, f"{len(own)} file(s) of your own: {_last(said)}")


def _same(path: Path, look: Look) -> bool:
    """Whether a test is the book's."""
    twin = look.tests / path.relative_to(look.folder / "tests")
    return twin.is_file() and twin.read_bytes() == path.read_bytes()


def _acceptance(look: Look) -> Seen:
    passed = sum(look.accepted.values())
    return Seen(
        bool(look.accepted) and passed == len(look.accepted),
        f"{passed} of {len(look.accepted)} acceptance tests pass",
    )


def _second_run(look: Look) -> Seen:
    good = look.accepted.get("second_run", False)
    return Seen(
        good, "run twice, the tables are equal" if good else "The acceptance test second_run does not pass."
    )


def _makefile(look: Look) -> Seen:
    targets = set(re.findall(r"^([a-z][\w-]*):", look.text("Makefile"), re.MULTILINE))
    missing = sorted({"run", "test"} - targets)
    return Seen(
        not missing,
        f"the Makefile has no target {' and no '.join(missing)}"
        if missing
        else f"make {', '.join(sorted(targets))}",
    )


def _metrics(look: Look) -> Seen:
    return _found(
        look, r"metric|row_count|rows_(read|written|in|out)\b", "Nothing in the code emits a metric."
    )


def _gates(look: Look) -> Seen:
    gates = r"data_tests:|^\s*tests:|great_expectations|\bNOT NULL\b|\bCHECK\s*\(|\bexpect_\w+"
    return _found(look, gates, "No dbt test, expectation or constraint was found.")


def _quarantine(look: Look) -> Seen:
    return _found(
        look, r"quarantine|dead.?letter|\bdlq\b|reject", "Nothing in the code puts a bad record aside."
    )


def _retries(look: Look) -> Seen:
    return _found(look, r"\bretr(y|ies)|backoff|tenacity|attempts?\b", "Nothing in the code tries again.")


def _configuration(look: Look) -> Seen:
    return _found(
        look, r"os\.environ|getenv|BaseSettings|env_var\(", "Nothing in the code reads the environment."
    )


def _found(look: Look, pattern: str, missing: str) -> Seen:
    place = look.line(pattern)
    return Seen(bool(place), place or missing)


def _secrets(look: Look) -> Seen:
    for path in look.files(*_CODE, ".md", ".env", ""):
        if _SECRET.search(path.read_text("utf-8", errors="replace")):
            return Seen(False, f"{path.relative_to(look.folder)} looks as if it held a secret.")
    return Seen(True, "no key and no password in the files")


def _diagram(look: Look) -> Seen:
    readme = look.text("README.md")
    drawn = "```mermaid" in readme or re.search(r"!\[[^]]*\]\([^)]+\.(svg|png)\)", readme)
    return Seen(
        bool(drawn), "in the README" if drawn else "The README shows no Mermaid diagram and no picture."
    )


def _run_instructions(look: Look) -> Seen:
    return _section(look, ("run",), r"```", "a section on how to run it, with commands")


def _slo(look: Look) -> Seen:
    return _section(
        look,
        ("observability", "slo", "promise"),
        r"(?is)\bSL[AO]s?\b.*\d|\d.*\bSL[AO]s?\b",
        "a section with an SLO and its number",
    )


def _replay(look: Look) -> Seen:
    return _section(
        look,
        ("operab", "backfill", "replay"),
        r"(?i)backfill|replay",
        "a section that says how a day is replayed",
    )


def _trade_offs(look: Look) -> Seen:
    return _section(look, ("trade",), r"\w", "a section on trade-offs")


def _playbook(look: Look) -> Seen:
    return _section(look, ("playbook",), r"(?m)^\s*(\||[-*\d])", "a failure playbook, as a table or a list")


def _cost_and_security(look: Look) -> Seen:
    cost = _section(look, ("cost",), r"(?i)\d|none", "a section on cost: a number, or none and why")
    return _section(look, ("security",), r"\w", "a section on security") if cost.good else cost


def _section(look: Look, headings: tuple[str, ...], holds: str, wanted: str) -> Seen:
    good = bool(re.search(holds, look.section(*headings)))
    return Seen(
        good,
        f"in the README, section {headings[0]}"
        if good
        else f"The README has no {wanted.removeprefix('a ')}.",
    )


def _ci(look: Look) -> Seen:
    found = [*look.folder.glob(".github/workflows/*.y*ml"), *look.folder.glob("Jenkinsfile")]
    return Seen(
        bool(found),
        str(found[0].relative_to(look.folder)) if found else "There is no workflow and no Jenkinsfile.",
    )


def _branches(look: Look) -> Seen:
    names = _git(look, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes")
    own = [name for name in names if not name.endswith(("main", "master", "HEAD"))]
    merges = _git(look, "log", "--merges", "--format=%s", "--all")
    good = bool(own or merges)
    return Seen(
        good,
        f"{len(own)} branches, {len(merges)} merges"
        if good
        else "No branch beside main, and no merge, was seen.",
    )


def _pull_requests(look: Look) -> Seen:
    subjects = _git(look, "log", "--format=%s", "--all")
    found = [one for one in subjects if re.search(r"\(#\d+\)$|^Merge pull request #\d+", one)]
    return Seen(
        bool(found), f"{len(found)} in the history" if found else "No pull request was seen in the history."
    )


def _git(look: Look, *arguments: str) -> list[str]:
    if look.history is None or not look.history.is_dir():
        return []
    done = subprocess.run(
        ["git", "-C", str(look.history), *arguments], capture_output=True, text=True, check=False
    )
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def _last(said: str) -> str:
    lines = [line for line in said.strip().splitlines() if line.strip()]
    return lines[-1][:160] if lines else "no output"
