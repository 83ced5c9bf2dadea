"""What surrounds the pipeline: commands, CI."""

import re
import subprocess

import yaml
from kit import expect
from kit.command import PROJECT

RUNNER = r"(?:(?:uv|poetry|pdm|pipenv|hatch|rye) run |uvx |\S*python[\d.]* -m |coverage run -m )*(?:\S*/)?"
TESTS = rf"{RUNNER}pytest\b|make (?:.* )?test\b"
LINT = rf"{RUNNER}ruff\b|make (?:.* )?lint\b"
JAVA = r".*\bJAVA_HOME=|.*\b(?:install|add)\b.*(?:jdk|jre|java|temurin|corretto)"  # by a package, or the runner's


def triggers(flow):
    """Return what a workflow runs at, said as one word, a list or a mapping."""
    found = flow.get("on", flow.get(True)) or ()  # YAML 1.1 reads `on` as true
    return {found} if isinstance(found, str) else set(found)


def commands(step):
    """Return the commands of a step, without comments, without the variables before them."""
    lines = re.sub(r"\\\n\s*", " ", str(step.get("run") or "")).splitlines()
    parts = [one for line in lines for one in re.split(r"&&|\|\||[;|]", re.sub(r"(^|\s)#.*", "", line))]
    return [
        re.sub(r"^\s*(?:[A-Z_]+=\S* +(?=\S))*", "", " ".join(one.split())) for one in parts if one.strip()
    ]


def test_makefile():
    """`make` has the targets run, test, lint and load; `load` is not what the starter had."""
    path = PROJECT / "Makefile"
    text = path.read_text() if path.exists() else ""
    missing = [name for name in ("run", "test", "lint", "load") if not re.search(rf"^{name}:", text, re.M)]
    expect(not missing, f"Makefile: expected the targets run, test, lint, load, got none of {missing}.")
    done = subprocess.run(["make", "-n", "load"], cwd=PROJECT, capture_output=True, text=True)
    expect(
        done.returncode == 0 and done.stdout.strip(),
        "`make -n load`: expected commands, got none.",
        "a load test at 1×, 10×, 100× that prints rows a second.",
    )


def steps(flows):
    jobs = (job for flow in flows for job in (flow.get("jobs") or {}).values())
    return [step for job in jobs for step in job.get("steps") or ()]


def test_workflow():
    """CI runs at every pull request, lints and tests; its actions are pinned, its rights few."""
    paths = sorted((PROJECT / ".github" / "workflows").glob("*.y*ml"))
    text = "\n".join(path.read_text() for path in paths)
    flows = [found for path in paths if isinstance(found := yaml.safe_load(path.read_text()), dict)]
    uses = [step["uses"] for step in steps(flows) if "uses" in step]
    asked = [flow for flow in flows if "pull_request" in triggers(flow)]
    expect(
        asked,
        f"CI: expected a workflow at pull_request, got {sorted(map(str, set().union(*map(triggers, flows))))}.",
        "pull_request_target is another: it gives a stranger's code your secrets.",
    )
    run = [command for step in steps(asked) for command in commands(step)]
    used = [step["uses"] for step in steps(asked) if "uses" in step]
    for what, pattern, action in (
        ("runs the tests", TESTS, None),
        ("lints", LINT, "/ruff-action@"),
        ("brings Java", JAVA, "/setup-java@"),
    ):
        expect(
            any(re.match(pattern, one) for one in run) or any(action and action in one for one in used),
            f"CI at pull_request: expected a step that {what}, got the commands {run} and the actions {used}.",
            "pytest or make test; ruff or make lint; setup-java, a package of Java or JAVA_HOME=….",
        )
    loose = [one for one in uses if not re.search(r"@[0-9a-f]{40}$", one) and not one.startswith("./")]
    expect(not loose, f"CI: expected every action pinned to a commit, got {loose}.")
    expect(
        all(
            "permissions" in flow or all("permissions" in job for job in flow.get("jobs", {}).values())
            for flow in flows
        )
        and not re.search(r"write-all|: write\b", text),
        "CI: expected `permissions` in each workflow and no right to write, got wider ones.",
    )
