"""The learner's repository: green as written, red where it is broken, the learner's own through updates."""

import base64
import json
import multiprocessing
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import tomllib
from pathlib import Path
from runpy import run_path

import pytest
import tree_sitter
import tree_sitter_groovy
import yaml
from typer.testing import CliRunner

from seniorde.cli import app
from seniorde.grading import GradingError
from seniorde.study import scaffold as room
from seniorde.study import syllabus
from seniorde.study.scaffold import MANIFEST, TEMPLATE, scaffold

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
FOLDERS = ["src", "dags", "dbt", "data", "infra", "notebooks", "tests", "diagrams"]
WEEKS = [f"week-{number:02}" for number in range(1, 10)]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A portfolio as it is written the first time; not to be changed."""
    return scaffold(tmp_path_factory.mktemp("beside") / "de-portfolio", "learner").folder


@pytest.fixture
def portfolio(made, tmp_path):
    """A portfolio of one's own."""
    return Path(shutil.copytree(made, tmp_path / "de-portfolio"))


@pytest.fixture
def template(tmp_path, monkeypatch):
    """A template of one's own, for versions of tomorrow."""
    folder = shutil.copytree(TEMPLATE, tmp_path / "template")
    monkeypatch.setattr(room, "TEMPLATE", folder)
    return Path(folder) / "template"


@pytest.fixture(scope="module", autouse=True)
def _quick(tmp_path_factory):
    """Mypy keeps what it knows, pytest below pytest loads no plugin, copier asks Git nothing about modes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("copier._main.is_git_available", lambda: False, raising=False)
        patch.setenv("MYPY_CACHE_DIR", str(tmp_path_factory.mktemp("mypy")))
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        yield


def run(*command, cwd, code=0, **env):
    """Run a command with the book's tools first on the path; its output, both streams."""
    env = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **env}
    done = subprocess.run(command, cwd=cwd, env=env, text=True, capture_output=True)
    said = done.stdout + done.stderr
    assert (done.returncode == 0) == (code == 0), said
    return said


def edit(path, old, new):
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def contents(folder):
    """Every file's bytes by its path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def block(page):
    """The first Markdown form of a page of the book."""
    return re.search(r"^```markdown\n(.*?)^```", (ROOT / page).read_text("utf-8"), flags=re.M | re.S)[1]


# What is written --------------------------------------------------------------------------------------


def test_tree_is_the_one_of_the_plan(made):
    assert sorted(path.name for path in made.glob("week-*")) == WEEKS
    for week in WEEKS:
        assert sorted(path.name for path in (made / week).iterdir()) == sorted([*FOLDERS, "README.md"])
        assert all([path.name for path in (made / week / name).iterdir()] == [".gitkeep"] for name in FOLDERS)
    assert {path.name for path in made.iterdir()} - set(WEEKS) == {
        *(".editorconfig", ".env.example", ".gitattributes", ".github", ".gitignore", MANIFEST),
        *(".pre-commit-config.yaml", ".python-version", "Jenkinsfile", "Makefile", "README.md", "check"),
        *("compose.yaml", "docs", "infra", "pyproject.toml", "requirements-dev.txt", "study", "tests"),
    }
    assert sorted(path.name for path in (made / "study").iterdir()) == [f"{week}.md" for week in WEEKS]
    assert os.access(made / "check", os.X_OK)
    assert stat.S_IMODE(made.stat().st_mode) & 0o055 == 0o055, "others may not read it"


def test_nothing_of_the_template_or_of_this_machine_is_left(made):
    for path, content in contents(made).items():
        assert "{%" not in path and "{{" not in path and "jinja" not in path
        text = content.decode().replace("${{", "")
        assert "{{" not in text and "{%" not in text, path
        assert str(made.parent) not in text and str(ROOT) not in text, path


def test_weeks_are_those_of_the_syllabus(made):
    readme = (made / "README.md").read_text("utf-8")
    for week in syllabus.load().weeks.values():
        name = f"week-{week.number:02}"
        assert f"| {week.number} | [{week.project}]({name}/README.md) | {week.title} |" in readme
        assert (
            (made / name / "README.md")
            .read_text("utf-8")
            .startswith(f"# Week {week.number}: {week.project}\n")
        )
        study = (made / "study" / f"{name}.md").read_text("utf-8")
        rows = re.findall(r"^\| (\w{3}) \| (.+) \| \|$", study, flags=re.M)
        assert [theme for _, theme in rows] == list(week.themes)
        assert [day for day, _ in rows] == [room.WEEKDAYS[day] for day in week.days]


def test_forms_are_those_of_the_book(made):
    headings = re.findall(r"^##? .*", block("book/templates/project-readme.md"), flags=re.M)
    assert re.findall(r"^## .*", (made / "week-03/README.md").read_text("utf-8"), flags=re.M) == headings[1:]
    assert (made / "docs/adr/0000-template.md").read_text("utf-8") == block("book/templates/adr.md")
    boxes = re.findall(r"^- \[ \] .*", block("book/templates/weekly-checklist.md"), flags=re.M)
    study = re.sub(
        r"^(- \[ \] [\w ]+) \(.*?\):", r"\1:", (made / "study/week-03.md").read_text("utf-8"), flags=re.M
    )
    assert re.findall(r"^- \[ \] .*", study, flags=re.M) == boxes


def test_answers(made, tmp_path, monkeypatch):
    assert (made / ".github/CODEOWNERS").read_text().endswith("*  @learner\n")
    monkeypatch.setenv("SENIORDE_TODAY", "2031-05-01")
    settings = tmp_path / "settings.yml"
    settings.write_text("defaults: {owner: somebody-else}")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(settings))
    (tmp_path / "nine-weeks").mkdir()  # empty: as good as new
    folder = scaffold(tmp_path / "nine-weeks").folder
    assert (folder / "README.md").read_text("utf-8").startswith("# nine-weeks, 2031\n")
    assert (folder / ".github/CODEOWNERS").read_text().endswith("*  @your-name\n")
    assert (folder / ".python-version").read_text() == f"{sys.version_info[0]}.{sys.version_info[1]}\n"
    monkeypatch.setenv("SENIORDE_TODAY", "2032-05-01")
    assert scaffold(folder, "@data/platform").updated == [".github/CODEOWNERS"], "the year is an answer, too"
    assert (folder / ".github/CODEOWNERS").read_text().endswith("*  @data/platform\n")


def test_pins_are_those_of_the_book(made):
    lock = (ROOT / "requirements.txt").read_text()
    for pin in (made / "requirements-dev.txt").read_text().split():
        name, version = re.fullmatch(r"([\w-]+)(?:\[\w+\])?==(.+)", pin).groups()
        assert re.search(rf"^{name}(\[.*?\])?=={re.escape(version)} ", lock, flags=re.M), (
            f"{pin} is not the book's"
        )
    assert f"apache/airflow:{re.search(r'^apache-airflow==([0-9.]+)', lock, flags=re.M)[1]}-" in (
        made / "compose.yaml"
    ).read_text("utf-8")


def test_every_file_parses(made):
    for path in made.rglob("*"):
        if path.suffix in {".yml", ".yaml"}:
            yaml.safe_load(path.read_text("utf-8"))
        elif path.suffix == ".toml":
            tomllib.loads(path.read_text("utf-8"))
        if path.is_file() and path.suffix != ".json":
            assert not re.search(r"[ \t]+$", path.read_text("utf-8"), flags=re.M), path
            assert path.name == ".gitkeep" or path.read_text("utf-8").endswith("\n"), path


def test_compose(made):
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml", cwd=made)
    compose = yaml.safe_load((made / "compose.yaml").read_text("utf-8"))
    services = compose["services"]
    assert {"postgres", "kafka", "schema-registry"} < set(services)
    for name, service in services.items():
        assert re.search(r":\d+\.\d+", service["image"]), f"{name}: no version"
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", [])), name
        for needed in service.get("depends_on", {}):
            assert set(service["profiles"]) <= set(services[needed]["profiles"]), f"{name} cannot start alone"
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in compose["volumes"] or (made / source).is_dir(), f"{name}: {source}"
    assert [name for name, service in services.items() if "postgres" in service["profiles"]] == ["postgres"]
    asked = set(re.findall(r"\$\{(\w+)", (made / "compose.yaml").read_text("utf-8")))
    assert asked == set(re.findall(r"^(\w+)=$", (made / ".env.example").read_text("utf-8"), flags=re.M))


def test_workflows_and_scripts_lint_clean(made):
    run("actionlint", *(made / ".github/workflows").glob("*.yml"), cwd=made)
    run("zizmor", "--offline", "--no-progress", "--quiet", ".github", cwd=made)
    scripts = [path for path in made.rglob("*") if path.is_file() and path.read_bytes().startswith(b"#!")]
    assert {path.name for path in scripts} == {"check", "airflow.sh"}
    run("shellcheck", *scripts, cwd=made)


def test_jenkinsfile_is_a_declarative_pipeline(made):
    def calls(node):
        """Names of calls with a closure, each with those inside of it."""
        found = []
        for child in node.children:
            if child.type == "method_invocation" and child.child_by_field_name("body"):
                found.append((child.child_by_field_name("name").text.decode(), calls(child)))
            else:
                found += calls(child)
        return found

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_groovy.language()))
    text = (made / "Jenkinsfile").read_bytes()
    tree = parser.parse(text).root_node
    assert not tree.has_error
    [(name, blocks)] = calls(tree)
    assert (name, [block for block, _ in blocks]) == (
        "pipeline",
        ["options", "environment", "stages", "post"],
    )
    stages = dict(blocks)["stages"]
    assert stages == [("stage", [("steps", [])])] * 3
    assert b"agent any" in text
    commands = re.findall(rb"sh '(?:\. .venv/bin/activate && )?(.*)'", text)
    assert commands[-2:] == [b"./check lint", b"./check test"], "Jenkins and GitHub check the same"
    assert parser.parse(text.replace(b"}", b"", 1)).root_node.has_error, "the grammar sees a mistake"


def test_makefile(made, tmp_path):
    helped = run("make", cwd=made)
    assert helped == run("make", "help", cwd=made)
    targets = set(re.findall(r"^([a-z]+):", (made / "Makefile").read_text(), flags=re.M))
    assert {"help", "up", "down", "check", "test"} == targets
    assert targets <= set(re.findall(r"^  make ([a-z]+) ", helped, flags=re.M))
    assert "./check test week-07" in run("make", "--dry-run", "week-07", cwd=made)
    assert '--profile "kafka" up' in run("make", "--dry-run", "up", "PROFILE=kafka", cwd=made)


def test_secrets_are_made_once_and_never_committed(portfolio):
    run("make", ".env", cwd=portfolio)
    env = portfolio / ".env"
    assert stat.S_IMODE(env.stat().st_mode) == 0o600
    secrets = dict(line.split("=", 1) for line in env.read_text().splitlines() if not line.startswith("#"))
    assert len(set(secrets.values())) == 4
    assert all(len(base64.urlsafe_b64decode(secret)) == 32 for secret in secrets.values())
    first = env.read_bytes()
    run("make", ".env", cwd=portfolio)
    assert env.read_bytes() == first
    run("git", "init", "--quiet", cwd=portfolio)
    assert ".env" not in run("git", "ls-files", "--others", "--exclude-standard", cwd=portfolio).split()


# What it checks ---------------------------------------------------------------------------------------


def test_check_is_green_as_generated_and_leaves_nothing_to_commit(portfolio):
    run("git", "init", "--quiet", cwd=portfolio)
    run("git", "add", ".", cwd=portfolio)
    package = portfolio / ".venv/lib/python3.12/site-packages/other"  # somebody else's
    package.mkdir(parents=True)
    (package / "README.md").write_text("[dead](link.md)\n")
    (package / "test_other.py").write_text("import os\nassert 0\n")
    said = run("./check", cwd=portfolio)
    assert "All checks passed!" in said and "no issues found in 1 source file" in said and "3 passed" in said
    assert "??" not in run("git", "status", "--porcelain", cwd=portfolio)


UNTYPED = "def double(number):\n    return 2 * number\n"
TEST = "from weblog import double\n\n\ndef test_double():\n    assert double(2) == {}\n"


@pytest.mark.parametrize(
    ("command", "files", "said"),
    [
        (["lint"], {"week-01/src/weblog.py": "import os\n"}, "F401"),
        (["lint"], {"week-01/src/weblog.py": "x = {  'a':1}\n"}, "would be reformatted"),
        (["lint"], {"week-01/src/weblog.py": 'password = "dwh-2026"\n'}, "S105"),
        (
            ["test", "week-02", "week-03"],
            {"week-02/src/weblog.py": UNTYPED, "week-02/tests/test_weblog.py": TEST.format(4)},
            "missing a type annotation",
        ),
        (
            ["test", "week-02", "week-03"],
            {
                "week-02/src/weblog.py": UNTYPED.replace("number):", "number: int) -> int:"),
                "week-02/tests/test_weblog.py": TEST.format(5),
            },
            "assert 4 == 5",
        ),
        (["test", "week-1"], {}, "week-1"),
        (["tests"], {}, "usage"),
    ],
)
def test_check_fails_on_what_is_broken(portfolio, command, files, said):
    for path, text in files.items():
        (portfolio / path).write_text(text)
    assert said in run("./check", *command, cwd=portfolio, code=1)


def test_weeks_with_files_of_the_same_name_are_checked_apart(portfolio):
    for week, result in ("week-01", 4), ("week-02", 4):
        (portfolio / week / "src/weblog.py").write_text(UNTYPED.replace("number):", "number: int) -> int:"))
        (portfolio / week / "tests/test_weblog.py").write_text(TEST.format(result))
    assert run("./check", "test", "week-01", "week-02", cwd=portfolio).count("1 passed") == 2


LOCAL = "test_services_have_versions_and_listen_on_this_machine_only"


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("compose.yaml", "apache/kafka:4.3.1", "apache/kafka", LOCAL),
        ("compose.yaml", "apache/kafka:4.3.1", "apache/kafka:latest", LOCAL),
        ("compose.yaml", '"127.0.0.1:5432:5432"', '"5432:5432"', LOCAL),
        ("compose.yaml", '"127.0.0.1:5432:5432"', "0.0.0.0:5432:5432", LOCAL),
        (
            ".env.example",
            "AIRFLOW_JWT_SECRET=",
            "AIRFLOW_JWT_SECRET=hunter2",
            "test_the_example_of_the_environment_holds_no_secret",
        ),
        (
            "week-04/README.md",
            "## Architecture",
            "[ERD](diagrams/erd.svg)",
            "test_links_between_documents_lead_somewhere",
        ),
    ],
)
def test_promises_are_kept(portfolio, path, old, new, said):
    edit(portfolio / path, old, new)
    tests = run_path(str(portfolio / "tests/test_promises.py"))
    failed = []
    for test in (value for name, value in tests.items() if name.startswith("test_")):
        try:
            test()
        except AssertionError:
            failed.append(test.__name__)
    assert failed == [said]


def test_hooks_run_without_a_network_and_stop_what_they_should(portfolio, tmp_path):
    quiet = {"PRE_COMMIT_HOME": str(tmp_path / "hooks"), "HTTPS_PROXY": "http://127.0.0.1:9"}
    run("git", "init", "--quiet", cwd=portfolio)
    run("git", "add", ".", cwd=portfolio)
    run("pre-commit", "validate-config", cwd=portfolio, **quiet)
    run("pre-commit", "run", "--all-files", cwd=portfolio, **quiet)
    (portfolio / "week-01/data/dump.bin").write_bytes(bytes(1_000_001))
    (portfolio / "week-01/infra/key.txt").write_text(f"AKIA{'A1' * 8}\n")
    (portfolio / "week-01/src/weblog.py").write_text("import os\nx = {  'a':1}\n")
    run("git", "add", ".", cwd=portfolio)
    said = run("pre-commit", "run", "--all-files", cwd=portfolio, code=1, **quiet)
    assert re.findall(r"^(\w.*?)\.+Failed", said, flags=re.M) == [
        "ruff check",
        "ruff format",
        "no file over 1 MB",
        "no private key, no AWS key",
    ]


# Up to date -------------------------------------------------------------------------------------------


def test_a_second_run_changes_nothing(portfolio):
    before = contents(portfolio)
    done = scaffold(portfolio)
    assert (done.first, done.written, done.updated, done.merged, done.beside, done.removed) == (
        False,
        *[[]] * 5,
    )
    assert contents(portfolio) == before


def test_an_update_brings_the_new_and_keeps_what_the_learner_did(portfolio, template):
    edit(portfolio / "compose.yaml", "shm_size: 256mb", "shm_size: 1gb")
    edit(portfolio / "Makefile", "PROFILE ?= postgres", "PROFILE ?= kafka")
    edit(
        portfolio / "week-01/README.md",
        "## Future improvements\n",
        "## Future improvements\nPartition by day.\n",
    )
    (portfolio / "week-01/src/logmart.py").write_text("x = 1\n")
    (portfolio / "week-01/src/.gitkeep").unlink()
    shutil.rmtree(portfolio / "week-08/dbt")
    (portfolio / "Jenkinsfile").unlink()

    edit(template / "compose.yaml", "apache/kafka:4.3.1", "apache/kafka:4.4.0")
    edit(template / "Makefile", "PROFILE ?= postgres", "PROFILE ?= airflow")
    edit(template / "check", "What CI runs", "All that CI runs")
    edit(template / "Jenkinsfile", "15", "20")
    (template / "docs/runbook.md").write_text("# Runbook\n")
    (template / ".editorconfig").unlink()

    done = scaffold(portfolio)
    assert done.written == ["docs/runbook.md"]
    assert done.updated == ["check"]
    assert done.merged == ["compose.yaml"]
    assert done.beside == ["Makefile.new"]
    assert done.removed == [".editorconfig"]
    compose = (portfolio / "compose.yaml").read_text("utf-8")
    assert "shm_size: 1gb" in compose and "apache/kafka:4.4.0" in compose
    assert "PROFILE ?= kafka" in (portfolio / "Makefile").read_text("utf-8")
    assert "PROFILE ?= airflow" in (portfolio / "Makefile.new").read_text("utf-8")
    assert "Partition by day." in (portfolio / "week-01/README.md").read_text("utf-8")
    assert os.access(portfolio / "check", os.X_OK)
    gone = ["week-01/src/.gitkeep", "week-08/dbt", "Jenkinsfile", ".editorconfig"]
    assert not [path for path in gone if (portfolio / path).exists()]

    after = contents(portfolio)
    again = scaffold(portfolio)
    assert not (again.written or again.updated or again.merged or again.beside or again.removed)
    assert contents(portfolio) == after

    edit(template / "compose.yaml", "postgres:18.6", "postgres:18.7")  # what was merged once is merged again
    assert scaffold(portfolio).merged == ["compose.yaml"]
    compose = (portfolio / "compose.yaml").read_text("utf-8")
    assert "shm_size: 1gb" in compose and "apache/kafka:4.4.0" in compose and "postgres:18.7" in compose


def test_without_git_both_versions_stand_side_by_side(portfolio, template, monkeypatch):
    edit(portfolio / "compose.yaml", "shm_size: 256mb", "shm_size: 1gb")
    edit(template / "compose.yaml", "apache/kafka:4.3.1", "apache/kafka:4.4.0")
    monkeypatch.setenv("PATH", "")
    assert scaffold(portfolio).beside == ["compose.yaml.new"]
    assert "shm_size: 1gb" in (portfolio / "compose.yaml").read_text("utf-8")


def test_what_is_no_text_or_no_file_stays(portfolio, template):
    (portfolio / "check").write_bytes(b"\xff\xfe")
    (portfolio / "Jenkinsfile").unlink()
    (portfolio / "Jenkinsfile").mkdir()
    edit(template / "check", "What CI runs", "All that CI runs")
    edit(template / "Jenkinsfile", "15", "20")
    assert scaffold(portfolio).beside == ["Jenkinsfile.new", "check.new"]
    assert (portfolio / "check").read_bytes() == b"\xff\xfe"
    assert (portfolio / "Jenkinsfile").is_dir()


def test_the_version_beside_takes_a_name_that_is_free(portfolio, template):
    edit(portfolio / "Makefile", "PROFILE ?= postgres", "PROFILE ?= kafka")
    edit(template / "Makefile", "PROFILE ?= postgres", "PROFILE ?= airflow")
    (portfolio / "Makefile.new").write_text("mine")
    assert scaffold(portfolio).beside == ["Makefile.new-2"]
    assert (portfolio / "Makefile.new").read_text() == "mine"
    assert "PROFILE ?= airflow" in (portfolio / "Makefile.new-2").read_text("utf-8")


def test_links_stay_and_a_changed_mode_too(portfolio, template, tmp_path):
    shutil.move(portfolio / "compose.yaml", tmp_path / "compose.yaml")
    (portfolio / "compose.yaml").symlink_to(tmp_path / "compose.yaml")
    shutil.move(portfolio / "docs", tmp_path / "docs")
    (portfolio / "docs").symlink_to(tmp_path / "docs")
    (portfolio / ".editorconfig").unlink()
    (portfolio / ".editorconfig").symlink_to(TEMPLATE / "template" / ".editorconfig")
    (portfolio / "check").chmod(0o700)
    before = contents(tmp_path / "docs"), (tmp_path / "compose.yaml").read_bytes()
    edit(template / "compose.yaml", "apache/kafka:4.3.1", "apache/kafka:4.4.0")
    edit(template / "check", "What CI runs", "All that CI runs")
    (template / "docs/runbook.md").write_text("# Runbook\n")
    (template / ".editorconfig").unlink()
    done = scaffold(portfolio)
    assert sorted(done.links) == [".editorconfig", "compose.yaml", "docs/runbook.md"]
    assert all((portfolio / path).is_symlink() for path in ("compose.yaml", "docs", ".editorconfig"))
    assert (contents(tmp_path / "docs"), (tmp_path / "compose.yaml").read_bytes()) == before
    assert done.updated == ["check"]
    assert stat.S_IMODE((portfolio / "check").stat().st_mode) == 0o700
    assert scaffold(portfolio).links == []


def test_a_repository_that_is_already_there(tmp_path):
    run("git", "init", "--quiet", "portfolio", cwd=tmp_path)
    done = scaffold(tmp_path / "portfolio")
    assert done.first and len(done.written) > 100
    assert (tmp_path / "portfolio/.git/HEAD").exists()


# What goes wrong --------------------------------------------------------------------------------------


def test_other_folders_are_refused_and_stay_untouched(tmp_path):
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos/one.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    before = contents(tmp_path)
    for folder, said in (
        (tmp_path / "photos", "photos holds other files"),
        (tmp_path / "file", "file: Not a directory"),
        (tmp_path / "file/de-portfolio", "Not a directory"),
        (tmp_path / "missing/de-portfolio", "No such file or directory"),
        (ROOT / "de-portfolio", "inside the book's clone"),
        (ROOT, "inside the book's clone"),
    ):
        with pytest.raises(GradingError, match=said) as error:
            scaffold(folder)
        assert "\n" not in str(error.value)
    with pytest.raises(GradingError, match="letters, digits and hyphens"):
        scaffold(tmp_path / "de-portfolio", "two words")
    assert contents(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "photos"]


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"answers": 1}', "null", '{"answers": {"year": "x"}, "files": {}}']
)
def test_a_damaged_manifest_is_named_and_nothing_is_written(portfolio, text):
    (portfolio / MANIFEST).write_text(text)
    before = contents(portfolio)
    with pytest.raises(GradingError, match=r"\.scaffold\.json is damaged"):
        scaffold(portfolio)
    assert contents(portfolio) == before


@pytest.mark.parametrize("path", ["../evil", "docs/../../evil", "{tmp}/evil", ""])
def test_a_manifest_leads_nowhere_out_of_the_repository(portfolio, tmp_path, path):
    (tmp_path / "evil").write_text("mine")
    known = json.loads((portfolio / MANIFEST).read_text("utf-8"))
    known["files"][path.format(tmp=tmp_path)] = "mine"
    (portfolio / MANIFEST).write_text(json.dumps(known))
    with pytest.raises(GradingError, match=r"\.scaffold\.json is damaged"):
        scaffold(portfolio)
    assert (tmp_path / "evil").read_text() == "mine"


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "The disk is full"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
        (KeyboardInterrupt("stopped"), "stopped"),
    ],
)
def test_a_first_run_that_fails_leaves_nothing(tmp_path, monkeypatch, error, said):
    def fails(*_):
        raise error

    monkeypatch.setattr(room, "_write", fails)
    with pytest.raises((GradingError, KeyboardInterrupt), match=said):
        scaffold(tmp_path / "de-portfolio")
    assert list(tmp_path.iterdir()) == []


def killed(folder):
    """Run the scaffold in a process that dies at its fourth file, or when it moves a whole folder."""

    def dies(*_):
        os.kill(os.getpid(), signal.SIGKILL)

    def run():
        steps = iter([room._write] * 3)
        room._write = lambda *file: next(steps, dies)(*file)
        Path.rename = dies
        scaffold(folder)

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


def test_killed_half_way_there_is_no_half_repository(made, tmp_path):
    folder = tmp_path / "de-portfolio"
    killed(folder)
    assert not folder.exists()
    assert scaffold(folder, "learner").first
    assert contents(folder) == contents(made)


def test_killed_in_an_update_the_next_run_completes_it(portfolio, template, tmp_path):
    edit(portfolio / "check", "What CI runs", "What my CI runs")
    for name in ("compose.yaml", "Jenkinsfile", "Makefile", "requirements-dev.txt", ".env.example"):
        with (template / name).open("a") as file:
            file.write("// the end\n" if name == "Jenkinsfile" else "# the end\n")
    edit(template / "check", "set -eu\n", "set -eu  # strictly\n")
    other = shutil.copytree(portfolio, tmp_path / "other")
    whole = scaffold(Path(other))
    assert (len(whole.updated), whole.merged) == (5, ["check"])

    killed(portfolio)
    assert contents(portfolio) not in (contents(Path(other)), {})
    scaffold(portfolio)
    assert contents(portfolio) == contents(Path(other))


def test_stopped_in_an_empty_folder_the_next_run_completes_it(made, tmp_path):
    folder = tmp_path / "de-portfolio"
    folder.mkdir()
    killed(folder)
    assert 0 < len(contents(folder)) < 10
    assert scaffold(folder, "learner").first
    assert contents(folder) == contents(made)


# The verb ---------------------------------------------------------------------------------------------


def test_the_verb_says_what_it_did(tmp_path, template):
    def said(*args, code=0):
        result = CliRunner().invoke(app, ["scaffold", *map(str, args)])
        assert result.exit_code == code, result.output
        return result.output.splitlines()

    folder = tmp_path / "de-portfolio"
    assert said(folder, "--owner", "learner")[0] == f"Written: {folder}, {len(contents(folder)) - 1} files."
    assert said(folder) == [f"{folder} is up to date; what you changed is as you left it."]
    edit(folder / "Makefile", "PROFILE ?= postgres", "PROFILE ?= kafka")
    edit(template / "Makefile", "PROFILE ?= postgres", "PROFILE ?= airflow")
    assert said(folder, "--owner", "other")[1:] == [
        "  .github/CODEOWNERS: updated",
        "  Makefile.new: changed by you on the same lines, so the new version lies beside yours",
    ]
    assert json.loads((folder / MANIFEST).read_text())["answers"]["owner"] == "other"
    assert said(folder, "--owner", "-x", code=1) == [
        "'-x' is no name on GitHub: letters, digits and hyphens, as in github.com/your-name."
    ]
    [refused] = said(ROOT / "tests", code=1)
    assert refused.endswith("Name a folder beside it.")
