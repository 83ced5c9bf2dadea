"""The rubric: what it must see, what it must miss, what needs the learner's word, and what is kept."""

import re
import subprocess
from pathlib import Path

import pytest
import toy

from seniorde import grading
from seniorde.grading import GradingError, rubric

ROOT = Path(__file__).parents[2]
GOOD = {
    "README.md": """# shop

## Architecture
```mermaid
flowchart LR
```
## Technical choices and trade-offs
Files, and not a queue.
## Observability
SLO: complete by 06:00 on 29 of 30 days.
## Operability
A backfill of one day: `make run DAY=2025-10-01`.
### Failure playbook
| symptom | do |
## Security
None, because nothing here is personal.
## Cost notes
None, because it runs on a laptop.
## Run instructions
### Local
```sh
make run
```
""",
    "Makefile": "run:\n\ttrue\ntest:\n\ttrue\n",
    "src/shop/load.py": (
        '"""Load."""\n\nimport os\n\nFOLDER = os.environ["SHOP"]\nRETRIES = 3\n\n\n'
        'def metrics(rows: int) -> dict[str, int]:\n    """Count."""\n    return {"quarantined": rows}\n'
    ),
    "src/shop/schema.sql": "CREATE TABLE orders (id int NOT NULL);\n",
    "tests/test_own.py": "def test_own():\n    assert True\n",
    ".github/workflows/ci.yml": "on: push\n",
}
SEEN = [one.id for one in rubric.criteria(5) if one.seen]


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def score(folder: Path, run=lambda _: (0, "3 passed"), second_run=True, week=5) -> dict[str, tuple[str, str]]:
    accepted = {"second_run": second_run, "other": True}
    rows = rubric.graded(week, folder, folder / "none", accepted, run).rows
    assert all(row.points in (0, 1) and row.max_points == 1 for row in rows)
    return {row.problem.partition("/")[2]: (row.verdict, row.why) for row in rows}


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository beside a book, with one merged branch and one squashed pull request."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "nbgrader_config.py").touch()
    monkeypatch.chdir(tmp_path / "book")
    folder = tmp_path / "mine"
    folder.mkdir()

    def git(*arguments):
        who = ("-c", "user.name=Me", "-c", "user.email=me@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", "-C", folder, *who, *arguments], check=True, capture_output=True)

    git("init", "--initial-branch", "main")
    git("commit", "--allow-empty", "-m", "Skeleton")
    git("commit", "--allow-empty", "-m", "Parse lines (#7)")
    git("switch", "--create", "week-05/lag")
    return folder


def test_the_criteria_are_those_of_the_page_on_quality():
    page = (ROOT / "book/start/quality.md").read_text("utf-8")
    named = re.findall(r"^\| ((?!☐|:)[^|]+?) \|", page, re.MULTILINE)
    assert [one.says for one in rubric.criteria(9) if one.group != "Insight"] == named
    assert len({one.id for one in rubric.criteria(9)}) == len(rubric.criteria(9))
    assert all(one.seen or one.ask for one in rubric.criteria(9))
    assert "lag" not in [one.id for one in rubric.criteria(4)]


def test_a_project_with_everything(tmp_path, repository):
    folder = write(tmp_path / "project", {**GOOD, rubric.FORM: 'portfolio: "../mine"\n'})
    verdicts = score(folder)
    assert {id: verdicts[id] for id in SEEN if verdicts[id][0] != "right"} == {}
    blank = [one.id for one in rubric.criteria(5) if not one.seen]
    assert {verdicts[id][0] for id in blank} == {"blank"}


def gone(text: str, *patterns: str) -> str:
    for pattern in patterns:
        assert re.search(pattern, text, re.MULTILINE)
        text = re.sub(pattern, "", text, flags=re.MULTILINE)
    return text


@pytest.mark.parametrize(
    ("id", "file", "patterns"),
    [
        ("unit", "tests/test_own.py", None),
        ("reproducible", "Makefile", [r"^test:\n"]),
        ("metrics", "src/shop/load.py", ["metrics"]),
        ("gates", "src/shop/schema.sql", [" NOT NULL"]),
        ("failure-path", "src/shop/load.py", ["quarantined"]),
        ("retries", "src/shop/load.py", [r"^RETRIES.*"]),
        ("configuration", "src/shop/load.py", [r"os\.environ"]),
        ("diagram", "README.md", ["mermaid"]),
        ("run", "README.md", [r"```sh\nmake run\n```"]),
        ("slo", "README.md", [r"^SLO: .*"]),
        ("replay", "README.md", ["backfill"]),
        ("trade-offs", "README.md", [r"^Files, and.*"]),
        ("playbook", "README.md", [r"^\| symptom.*"]),
        ("cost-security", "README.md", [r"^None, because it runs.*"]),
        ("cost-security", "README.md", ["Security"]),
        ("ci", ".github/workflows/ci.yml", None),
    ],
)
def test_what_is_missing_costs_its_point_and_no_other(tmp_path, repository, id, file, patterns):
    files = {**GOOD, rubric.FORM: 'portfolio: "../mine"\n'}
    files.pop(file) if patterns is None else files.update({file: gone(files[file], *patterns)})
    verdicts = score(write(tmp_path / "project", files))
    assert [name for name in SEEN if verdicts[name][0] != "right"] == [id]
    assert verdicts[id][0] == "wrong" and len(verdicts[id][1]) > 20


@pytest.mark.parametrize(
    ("tool", "ids"), [("ruff", ["lint"]), ("mypy", ["types"]), ("pytest", ["unit"]), ("sleep", [])]
)
def test_a_tool_that_complains(tmp_path, repository, tool, ids):
    folder = write(tmp_path / "project", {**GOOD, rubric.FORM: 'portfolio: "../mine"\n'})
    verdicts = score(folder, lambda command: (int(tool in command), "one\nFound 2 errors.\n"))
    assert [name for name in SEEN if verdicts[name][0] != "right"] == ids
    assert all("Found 2 errors." in verdicts[id][1] for id in ids)


@pytest.mark.parametrize(
    "secret",
    [
        "AKIAABCDEFGHIJKLMNOP",
        "-----BEGIN RSA PRIVATE KEY-----",
        'PASSWORD = "hunter2hunter2"',
        'secret: "s3cr3t-value"',
    ],
)
def test_a_secret_is_seen_and_not_repeated(tmp_path, repository, secret):
    folder = write(tmp_path / "project", {**GOOD, "src/shop/settings.py": f"{secret}\n"})
    verdict, why = score(folder)["secrets"]
    assert verdict == "wrong" and "src/shop/settings.py" in why and secret not in why


@pytest.mark.parametrize(
    "harmless", ['password = os.environ["X"]', "PASSWORD :'password'", 'password="$FROM_ENV"']
)
def test_a_secret_by_name_is_none(tmp_path, repository, harmless):
    assert score(write(tmp_path / "project", {**GOOD, "src/a.sh": harmless}))["secrets"][0] == "right"


def test_the_second_run_decides_idempotency(tmp_path, repository):
    verdicts = score(write(tmp_path / "project", GOOD), second_run=False)
    assert verdicts["idempotent"][0] == verdicts["integration"][0] == "wrong"
    assert "1 of 2" in verdicts["integration"][1]


def test_evidence_gives_the_point_and_a_word_does_not(tmp_path, repository):
    form = """
        logs: "done"
        counts: "day=1 read=900 cleaned=890 quarantined=10 seconds=4"
        pull-requests: "pull/12 on 3 May"
        lint: "it is linted, believe me"
    """
    files = {**GOOD, rubric.FORM: form}
    verdicts = score(write(tmp_path / "project", files), lambda command: (int("ruff" in command), "1 error"))
    assert verdicts["logs"][0] == "blank"
    assert verdicts["counts"] == (
        "right",
        "by your own word: day=1 read=900 cleaned=890 quarantined=10 seconds=4",
    )
    assert verdicts["pull-requests"][0] == "right"
    assert verdicts["lint"][0] == "wrong", "what a machine can see is not a matter of words"


@pytest.mark.parametrize("broken", ['logs: "no end\n', "- a list", b"\xff\xfe", "logs: [1, 2"])
def test_a_form_that_cannot_be_read_is_one_sentence(tmp_path, repository, broken):
    folder = write(tmp_path / "project", GOOD)
    (folder / rubric.FORM).write_bytes(broken if isinstance(broken, bytes) else broken.encode())
    graded = rubric.graded(5, folder, folder / "none", {}, lambda _: (0, ""))
    assert graded.sentence.startswith("self-assessment.yaml cannot be read")
    assert len(graded.rows) == len(rubric.criteria(5))


def test_the_blank_form_asks_for_what_cannot_be_seen(tmp_path, repository):
    said, sentence = rubric._form(write(tmp_path, {rubric.FORM: rubric.form(5)}) / rubric.FORM)
    assert not sentence
    assert set(said) == {"portfolio"} | {one.id for one in rubric.criteria(5) if one.ask}
    assert set(said.values()) == {""}


def test_history_without_a_trace_or_without_a_repository(tmp_path, repository):
    for portfolio in ("", "../nowhere", "../project"):
        folder = write(tmp_path / "project", {**GOOD, rubric.FORM: f'portfolio: "{portfolio}"\n'})
        verdicts = score(folder)
        assert verdicts["branches"][0] == verdicts["pull-requests"][0] == "wrong"
        assert "Or bring evidence" in verdicts["branches"][1]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A released book whose week 1 has a project with two tests, and the learner's folder of it."""
    book = toy.course(tmp_path / "book", {"fair": toy.source("fair", ["only"])})
    monkeypatch.chdir(book)
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "home"))
    write(
        book / "exercises/week-01/project/tests",
        {
            "test_reruns.py": "import shop\n\ndef test_second_run():\n    assert shop.run() == shop.run()\n",
            "test_rows.py": "import shop\n\ndef test_rows():\n    assert shop.run() == 3\n",
            "conftest.py": "import sys\nsys.path.insert(0, 'src')\n",
        },
    )
    return write(
        book / "work/week-01/project",
        {
            "src/shop.py": '"""Shop."""\n\n\ndef run() -> int:\n    """Run."""\n    return 4\n',
            "tests/test_rows.py": "def test_rows():\n    pass\n",
            "tests/test_mine.py": "def test_mine():\n    assert 1 + 1 == 2\n",
        },
    )


def test_submit_scores_both_keeps_both_and_lays_the_form_once(project):
    attempt = grading.submit(1, "project")
    accepted, judged = attempt.notebooks
    assert {row.problem: row.points for row in accepted.rows} == {
        "w1-project/rows": 0.0,
        "w1-project/second_run": 1.0,
    }
    points = {row.problem.partition("/")[2]: row.points for row in judged.rows}
    assert points["lint"] == points["types"] == points["unit"] == points["idempotent"] == 1
    assert points["metrics"] == 0, "the form is no code"
    assert points["integration"] == points["diagram"] == points["logs"] == 0
    entries, damaged = grading.entries()
    assert (len(entries), damaged) == (len(accepted.rows) + len(judged.rows), 0)
    assert {entry.notebook for entry in entries} == {"project", "rubric"}

    form = project / rubric.FORM
    assert (
        form.read_text() == rubric.form(1) == (attempt.folder / "submitted/project" / rubric.FORM).read_text()
    )
    form.write_text('logs: "orders-2025-10-01.csv: 900 read, 890 kept"\n')
    again = grading.submit(1, "project").notebooks[1]
    assert {row.verdict for row in again.rows if row.problem.endswith("/logs")} == {"right"}
    assert "900 read" in form.read_text()
    assert sorted(path.name for path in (project / "tests").iterdir()) == ["test_mine.py", "test_rows.py"]


def test_own_tests_that_never_end_cost_their_point_only(project):
    (project / "tests/test_mine.py").write_text("def test_mine():\n    while True:\n        pass\n")
    limits = grading.Limits(notebook_seconds=15)
    judged = grading.project.submit(1, limits).notebooks[1]
    rows = {row.problem.partition("/")[2]: row for row in judged.rows}
    assert rows["unit"].verdict == "wrong" and "longer than 15 s" in rows["unit"].why
    assert rows["lint"].points == 1


def test_nothing_started(project):
    project.rename(project.with_name("elsewhere"))
    with pytest.raises(GradingError, match="make start WEEK=1"):
        grading.submit(1, "project")
