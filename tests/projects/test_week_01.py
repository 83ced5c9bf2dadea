"""Project 1's reference is a repository of its own: its tests pass, its code and its files lint clean."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).parents[2] / "solutions" / "week-01" / "project"
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def copy(tmp_path):
    """Return a copy that belongs to no clone, so that only its own settings count."""
    left_out = shutil.ignore_patterns("__pycache__", ".*_cache")
    return shutil.copytree(PROJECT, tmp_path / "project", ignore=left_out)


def run(folder, *command):
    done = subprocess.run(
        command,
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-6_000:]
    return done.stdout


@pytest.mark.usefixtures("postgres")
@pytest.mark.parametrize("module", sorted(path.stem for path in (PROJECT / "tests").glob("test_*.py")))
def test_its_own_tests_pass(copy, module):
    output = run(copy, sys.executable, "-m", "pytest", "-q", f"tests/{module}.py")
    assert "skipped" not in output


def test_its_code_is_linted_and_typed(copy):
    run(copy, "make", "lint", f"PYTHON={sys.executable}")


def test_its_makefile_describes_every_command(copy):
    commands = re.search(r"^\.PHONY: (.*)$", (copy / "Makefile").read_text(), flags=re.M)[1].split()
    assert {"run", "test", "lint"} <= set(commands)
    assert all(f"make {command} " in run(copy, "make") for command in commands)


def test_its_container_files_and_workflow_lint_clean(copy):
    run(copy, BIN / "hadolint", "Dockerfile")
    run(copy, BIN / "shellcheck", "infra/password.sh")
    run(copy, BIN / "actionlint", ".github/workflows/ci.yml")
    run(copy, BIN / "zizmor", "--offline", "--no-progress", "--quiet", ".github")


def test_its_compose_file_starts_the_pipeline_after_a_healthy_database(copy):
    compose = yaml.safe_load((copy / "compose.yaml").read_text())
    postgres, logmart = compose["services"]["postgres"], compose["services"]["logmart"]
    assert logmart["depends_on"]["postgres"]["condition"] == "service_healthy" and postgres["healthcheck"]
    mounted = [volume.split(":")[0] for volume in postgres["volumes"] if volume.startswith("./")]
    assert mounted and all((copy / path).exists() for path in mounted)
    wanted = set(re.findall(r"\$\{(\w+):\?", (copy / "compose.yaml").read_text()))
    assert wanted <= set(re.findall(r"^(\w+)=", (copy / ".env.example").read_text(), flags=re.M))


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_its_timer_is_valid(copy, tmp_path):
    service = (copy / "infra/logmart.service").read_text()
    (tmp_path / "logmart.service").write_text(service.replace("/usr/local/bin/logmart", "/bin/true"))
    shutil.copy(copy / "infra/logmart.timer", tmp_path)
    run(tmp_path, "systemd-analyze", "verify", "./logmart.service", "./logmart.timer")


def test_its_readme_shows_pictures_that_are_there_and_every_variable(copy):
    readme = (copy / "README.md").read_text()
    pictures = re.findall(r"!\[(.+?)\]\((.+?)\)", readme)
    assert len(pictures) == 2 and all((copy / path).exists() for _, path in pictures)
    code = "".join(path.read_text() for path in (copy / "src").rglob("*.py"))
    for variable in set(re.findall(r"LOGMART_[A-Z_]+", code)):
        assert variable in readme, variable
    for diagram in re.findall(r"```mermaid\n(\w+)", readme):
        assert diagram in ("flowchart", "erDiagram")
