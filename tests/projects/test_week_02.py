"""Project 2's reference is a repository of its own: its tests pass, its code and its files lint clean."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "solutions" / "week-02" / "project"
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def copy(tmp_path):
    """Return a copy that belongs to no clone, so that only its own settings count."""
    left_out = shutil.ignore_patterns("__pycache__", ".*_cache")
    return shutil.copytree(PROJECT, tmp_path / "project", ignore=left_out)


def run(folder, *command, **variables):
    done = subprocess.run(
        command,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")} | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6_000:]
    return done.stdout


def test_its_own_tests_pass_and_leave_dbts_docs(copy):
    output = run(copy, sys.executable, "-m", "pytest", "-q", ORDERLAKE_DOCS=str(copy / "docs"))
    assert "skipped" not in output
    manifest = json.loads((copy / "docs" / "manifest.json").read_text())
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    assert len(tests) >= 8 and "daily_sales" in (copy / "docs" / "index.html").read_text()


def test_its_code_is_linted_and_typed(copy):
    run(copy, "make", "lint", f"PYTHON={sys.executable}")


def test_its_makefile_describes_every_command(copy):
    commands = re.search(r"^\.PHONY: (.*)$", (copy / "Makefile").read_text(), flags=re.M)[1].split()
    assert {"run", "test", "lint", "docs"} <= set(commands)
    assert all(f"make {command} " in run(copy, "make") for command in commands)


def test_its_workflow_lints_clean(copy):
    run(copy, BIN / "actionlint", ".github/workflows/ci.yml")
    run(copy, BIN / "zizmor", "--offline", "--no-progress", "--quiet", ".github")


def test_its_readme_names_every_variable_and_every_gate(copy):
    readme = (copy / "README.md").read_text()
    code = "".join(path.read_text() for path in (copy / "src").rglob("*.py"))
    passed_to_dbt = re.compile(r"ORDERLAKE_(S3_[A-Z]+|SCRATCH)")
    for variable in set(re.findall(r"ORDERLAKE_[A-Z0-9_]*[A-Z0-9]", code)):
        assert variable in readme or passed_to_dbt.fullmatch(variable), variable
    for test in (copy / "dbt" / "tests").rglob("*.sql"):
        assert f"`{test.stem}`" in readme, test.stem
    for diagram in re.findall(r"```mermaid\n(\w+)", readme):
        assert diagram in ("flowchart", "erDiagram")
