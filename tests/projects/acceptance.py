"""Runs a project's acceptance tests in a process of their own, as `submit` does."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from seniorde.grading.isolate import below, end, environment


class Flaw(NamedTuple):
    """A known-wrong line: the test that is meant to find it, the file, what stands there, what instead."""

    fails: str  # a test's address below tests/
    file: str
    before: str
    after: str


def plant(folder: Path, flaws: Mapping[str, Flaw]) -> None:
    """Put the flaws into a copy of an answer."""
    for id, flaw in flaws.items():
        path = folder / flaw.file
        text = path.read_text(encoding="utf-8")
        assert flaw.before in text, f"the answer has changed: {flaw.file} does not hold {id}"
        path.write_text(text.replace(flaw.before, flaw.after), encoding="utf-8")


def failures(results: Mapping[str, str]) -> dict[str, str]:
    """Return the results that are failures."""
    return {name: message for name, message in results.items() if message}


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
