"""Project 3's reference is a repository of its own: its tests pass, its code and its files lint clean."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from seniorde.labs._java import java

PROJECT = Path(__file__).parents[2] / "solutions" / "week-03" / "project"
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def copy(tmp_path):
    """Return a copy that belongs to no clone, so that only its own settings count."""
    left_out = shutil.ignore_patterns("__pycache__", ".*_cache")
    return shutil.copytree(PROJECT, tmp_path / "project", ignore=left_out)


def run(folder, *command):
    left_out = ("PYTEST", "SPARK_", "PYSPARK_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
    done = subprocess.run(
        command,
        cwd=folder,
        env=kept | {"JAVA_HOME": str(java().parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6_000:]
    return done.stdout


def test_its_own_tests_pass(copy):
    output = run(copy, sys.executable, "-m", "pytest", "-q")
    assert "skipped" not in output


def test_its_code_is_linted_and_typed(copy):
    run(copy, "make", "lint", f"PYTHON={sys.executable}")


def test_its_makefile_describes_every_command(copy):
    commands = re.search(r"^\.PHONY: (.*)$", (copy / "Makefile").read_text(), flags=re.M)[1].split()
    assert {"run", "test", "lint", "load", "replay", "forget"} <= set(commands)
    assert all(f"make {command} " in run(copy, "make") for command in commands)


def test_its_workflow_lints_clean(copy):
    run(copy, BIN / "actionlint", ".github/workflows/ci.yml")
    run(copy, BIN / "zizmor", "--offline", "--no-progress", "--quiet", ".github")


def test_its_readme_names_every_variable_command_and_gate(copy):
    readme = (copy / "README.md").read_text()
    code = "".join(path.read_text() for path in (copy / "src").rglob("*.py"))
    for variable in set(re.findall(r"LAKEHOUSE_[A-Z_]*[A-Z]", code)):
        assert f"`{variable}`" in readme, variable
    for command in re.findall(r'^    "(\w+)": "', (copy / "src/lakehouse/cli.py").read_text(), flags=re.M):
        assert f"`{command}" in readme, command
    for gate in re.findall(r'gate="(\w+)"', code):
        assert f"`{gate}`" in readme, gate
    for diagram in re.findall(r"```mermaid\n(\w+)", readme):
        assert diagram in ("flowchart", "erDiagram")
