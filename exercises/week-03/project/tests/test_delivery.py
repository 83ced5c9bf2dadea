"""What surrounds the pipeline: commands, CI."""

import re
import subprocess

import yaml
from kit import expect
from kit.command import PROJECT


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


def test_workflow():
    """CI runs at every pull request, lints and tests; its actions are pinned, its rights few."""
    paths = sorted((PROJECT / ".github" / "workflows").glob("*.y*ml"))
    text = "\n".join(path.read_text() for path in paths)
    flows = [found for path in paths if isinstance(found := yaml.safe_load(path.read_text()), dict)]
    triggers = [flow.get("on", flow.get(True)) or {} for flow in flows]  # YAML 1.1 reads `on` as true
    jobs = [job for flow in flows for job in flow.get("jobs", {}).values()]
    uses = [step["uses"] for job in jobs for step in job.get("steps", ()) if "uses" in step]
    expect(any("pull_request" in one for one in triggers), "CI: expected it at pull_request, got none.")
    expect("make test" in text or "pytest" in text, "CI: expected a step that runs the tests, got none.")
    expect("setup-java@" in text or "java" in text.lower(), "CI: expected a step that brings Java, got none.")
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
