"""Runs a project's acceptance tests in a process of their own, as `submit` does."""

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

from seniorde.grading.isolate import below, end, environment


def graded(folder: Path, *choice: str, **variables: str) -> dict[str, str]:
    """Run the tests chosen; return `module::name` → the first line of the failure, or ""."""
    report, home = folder.parent / "report.xml", folder.parent / "home"
    home.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", f"--rootdir={folder}", f"--junitxml={report}", *choice],
        cwd=folder,
        env=environment(home) | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(800)
    finally:
        end(below(process.pid))
        process.wait()
    results = {}
    for case in ElementTree.parse(report).iter("testcase"):
        assert case.find("error") is None, f"{case.get('name')}: {case.find('error').get('message')}"
        assert case.find("skipped") is None, "a test that is skipped would be a point"
        failure = case.find("failure")
        message = "" if failure is None else failure.get("message").splitlines()[0]
        results[f"{case.get('classname')}::{case.get('name')}"] = message
    return results
