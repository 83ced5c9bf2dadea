"""Every page in Chromium: whole, silent, on its own host, accessible in both themes, at home on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from sphinx_external_toc.parsing import parse_toc_yaml

pytestmark = pytest.mark.browser

PAGES = [f"{page}.html" for page in parse_toc_yaml(ROOT / "_toc.yml")]


@contextmanager
def opened(
    within: Browser | BrowserContext, address: str, path: str, **options: object
) -> Iterator[tuple[Page, list[str]]]:
    """A page, of a new visitor or of one known, and the complaints that gather while it is open."""
    complaints: list[str] = []

    def requested(request: Request) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            complaints.append(f"off the host: {request.url}")

    def failed(request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page was left meanwhile
            complaints.append(f"{request.failure}: {request.url}")

    page = within.new_page(**options)
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "response", lambda got: complaints.append(f"{got.status}: {got.url}") if got.status >= 400 else None
    )
    page.on("requestfailed", failed)
    page.on("request", requested)
    page.goto(address + path, wait_until="load")
    yield page, complaints
    page.close()


def violations(page: Page, axe: Path, *rules: str) -> list[str]:
    """What axe-core calls serious or critical, answers opened: rule, element, reason. `rules`: not all."""
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=axe)
    page.evaluate("document.querySelectorAll('details').forEach(answer => answer.open = true)")
    page.evaluate("document.getAnimations().forEach(moving => moving.finish())")  # a colour halfway is none
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    found = page.evaluate("options => axe.run(document, options)", options)["violations"]
    return [
        f"{rule['id']} at {node['target']}: {node['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


DRAWN = """theme => [document.documentElement, ...document.querySelectorAll("pre.mermaid")]
    .every(themed => themed.dataset.theme === theme)"""


@pytest.fixture(scope="module")
def visitor(chromium):
    """One who looks at many pages: a window for each would cost more than the page."""
    visitor = chromium.new_context(color_scheme="light")
    yield visitor
    visitor.close()


@pytest.mark.parametrize("path", [*PAGES, "search.html?q=laptop"])
def test_a_page_is_whole_and_accessible(visitor, address, axe, path):
    with opened(visitor, address, path) as (page, complaints):
        page.wait_for_function(DRAWN, arg="light")
        assert page.title()
        assert page.evaluate("[...document.images].filter(i => !i.hasAttribute('alt')).map(i => i.src)") == []
        found = violations(page, axe)
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(DRAWN, arg="dark")
        found += violations(page, axe, "color-contrast")  # what a theme changes are its colours
        assert not found, "\n".join(found)
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_page_opens_in_the_theme_of_the_system(chromium, address, theme):
    with opened(chromium, address, PAGES[0], color_scheme=theme) as (page, _):
        assert page.evaluate("document.documentElement.dataset.theme") == theme


def test_search_finds_a_word_without_a_server_side(chromium, address):
    with opened(chromium, address, "search.html?q=laptop") as (page, complaints):
        expect(page.locator("#search-results a", has_text="Senior Data Engineering")).to_be_visible()
        assert complaints == []


def test_the_search_box_opens_by_keyboard_and_leads_to_the_results(chromium, address):
    with opened(chromium, address, PAGES[0]) as (page, complaints):
        page.keyboard.press("Control+k")
        page.keyboard.type("laptop\n")
        page.wait_for_url("**/search.html?q=laptop*")
        expect(page.locator("#search-results a").first).to_be_visible()
        assert complaints == []


def test_the_theme_button_changes_the_theme_and_the_choice_lasts(chromium, address):
    with opened(chromium, address, PAGES[0], color_scheme="light") as (page, _):
        theme = "document.documentElement.dataset.theme"
        seen = [page.evaluate(theme)]
        for _ in range(2):
            page.locator(".theme-switch-button:visible").first.click()
            seen.append(page.evaluate(theme))
        assert set(seen) == {"light", "dark"}
        page.goto(address + PAGES[1])
        assert page.evaluate(theme) == seen[-1]


def test_the_root_leads_to_the_start_page(chromium, address):
    with opened(chromium, address, "") as (page, complaints):
        page.wait_for_url(f"**/{PAGES[0]}")
        assert complaints == []


def test_every_internal_link_and_anchor_resolves(site):
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    html = {path: BeautifulSoup(path.read_bytes(), "html.parser") for path in paths}
    anchors = {path: {tag["id"] for tag in page.find_all(id=True)} for path, page in html.items()}
    broken = []
    for path, page in html.items():
        for tag in page.find_all(["a", "link", "script", "img"]):
            link = tag.get("href") or tag.get("src") or ""
            if link.startswith(("http:", "https:", "mailto:", "data:")) or link in ("", "#"):
                continue
            name, anchor = urldefrag(link)
            target = (path.parent / unquote(name.partition("?")[0])).resolve() if name else path
            if not target.is_file() or (
                anchor and target in anchors and unquote(anchor) not in anchors[target]
            ):
                broken.append(f"{path.relative_to(site)} → {link}")
    assert len(html) > len(PAGES)
    assert not broken, "\n".join(broken)
