"""What the page tests share: the finished site, one browser, axe-core."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import executable, launched, served
from playwright.sync_api import Browser

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "book" / "_ext"))


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the finished site; these tests build none."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").exists():
        pytest.fail("There is no finished book: run `make book` first.", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with served(site) as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if executable() is None:
        told = "No Chromium or Chrome here, so the pages were NOT looked at: install one and run again."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)
    with launched() as browser:
        yield browser


@pytest.fixture(scope="session")
def axe() -> Path:
    """The script of axe-core."""
    from browser_assets import bring

    return bring(ROOT) / "axe-core" / "axe.min.js"
