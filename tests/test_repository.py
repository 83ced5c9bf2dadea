"""The repository as a whole: layout, layers, lock, scripts and workflows."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
LAYERS = [
    "datasets",
    "delta",
    "labs",
    "measured",
    "plans",
    "checks",
    "problems",
    "questions",
    "notebooks",
    "grading",
    "study",
    "cli",
]


def tracked(*patterns: str) -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [
        ROOT / name for name in sorted(set(listing.stdout.split("\0"))) if name and (ROOT / name).is_file()
    ]


def imported_rooms(path: Path) -> set[str]:
    rooms: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "seniorde":
            names = [f"seniorde.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        rooms |= {name.split(".")[1] for name in names if name.startswith("seniorde.")}
    return rooms & set(LAYERS)


@pytest.mark.parametrize("room", LAYERS)
def test_imports_run_downwards_only(room):
    package = ROOT / "src" / "seniorde" / room
    modules = (
        [package.with_suffix(".py")] if package.with_suffix(".py").exists() else sorted(package.rglob("*.py"))
    )
    above = set(LAYERS[LAYERS.index(room) + 1 :])
    upwards = {module.name: rooms for module in modules if (rooms := imported_rooms(module) & above)}
    assert not upwards


def test_lock_pins_and_hashes_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = [Requirement(text) for group in project["optional-dependencies"].values() for text in group]
    direct += [Requirement(text) for text in project["dependencies"]]
    lock = (ROOT / "requirements.txt").read_text()
    pinned: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==([^ \\]+)", lock, flags=re.M):
        pinned.setdefault(name, []).append(version)
    for requirement in direct:
        if requirement.name == project["name"]:
            continue
        versions = pinned.get(re.sub(r"[-_.]+", "-", requirement.name).lower())
        assert versions, f"{requirement.name} is not in requirements.txt: run make lock"
        assert all(requirement.specifier.contains(v) for v in versions), f"{requirement}: run make lock"
    entries = re.split(r"^(?=[a-z0-9])", lock, flags=re.M)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in lock, "a registry address stands in the lock"


def test_every_make_command_is_described_and_every_named_one_exists():
    makefile = (ROOT / "Makefile").read_text()
    commands = set(re.search(r"^\.PHONY: (.*)$", makefile, flags=re.M)[1].split())
    described = set(re.findall(r"^([a-z]+):.*## ", makefile, flags=re.M))
    assert commands == described
    for page in tracked("*.md"):
        own = page.with_name("Makefile")  # a project has its own
        targets = set(re.findall(r"^([a-z]+):", own.read_text(), flags=re.M)) if own.exists() else set()
        named = set(re.findall(r"`make ([a-z]+)", page.read_text(encoding="utf-8"))) - targets
        assert named <= commands, f"{page} names a make command that is not there: {named - commands}"


@pytest.mark.parametrize("script", [".ci/run", ".ci/venv", ".ci/offline"])
def test_shell_scripts_lint_clean(script):
    subprocess.run([BIN / "shellcheck", ROOT / script], check=True)


def test_workflows_lint_clean():
    workflows = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
    subprocess.run([BIN / "actionlint", *workflows], check=True)
    subprocess.run([BIN / "zizmor", "--offline", "--no-progress", "--quiet", ROOT / ".github"], check=True)


def test_containers_lint_clean():
    """But not what a learner has still to write."""
    images, composed = (
        [path for path in tracked(pattern) if "exercises" not in path.parts]
        for pattern in ("*Dockerfile", "*compose.yaml")
    )
    subprocess.run([BIN / "hadolint", *images], check=True)
    schema = ["--builtin-schema", "vendor.compose-spec"]
    subprocess.run([BIN / "check-jsonschema", *schema, *composed], check=True)


def test_offline_cuts_the_network_or_says_that_it_cannot():
    probe = "import socket; socket.create_connection(('192.0.2.1', 9), 2)"
    done = subprocess.run([ROOT / ".ci/offline", sys.executable, "-c", probe], capture_output=True, text=True)
    assert "unreachable" in done.stderr or "stays reachable" in done.stderr


def test_no_path_of_one_machine_and_no_large_file():
    for path in tracked():
        assert path.stat().st_size < 8 * 2**20, f"{path} is over 8 MiB"
        if path.suffix in {".py", ".md", ".yml", ".toml", ".json", ".ipynb", ".css", ".js", ".txt"}:
            text = path.read_text(encoding="utf-8")
            found = re.search(r"(?<![\w.])/(?:home|Users|work)/(?!\.\.\.)[a-z][\w.-]+/", text)
            assert path == Path(__file__) or not found, f"{path} names {found[0]}"
    assert sum(path.stat().st_size for path in tracked("data")) < 30 * 2**20
