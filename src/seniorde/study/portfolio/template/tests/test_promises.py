"""What this repository promises of itself: services stay local, no version floats, no link is dead."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"\]\(([^)\s#]+)")


def test_services_have_versions_and_listen_on_this_machine_only() -> None:
    compose = (ROOT / "compose.yaml").read_text("utf-8")
    images = re.findall(r"image: (\S+)", compose)
    assert images
    assert [image for image in images if not re.search(r":v?\d[\w.-]*$|@sha256:", image)] == []
    ports = re.findall(r"(?<![\d.:])(?:[\d.]+:)?\d{2,5}:\d{2,5}(?![\d:])", compose)
    assert ports
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == []


def test_the_example_of_the_environment_holds_no_secret() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    assert [line for line in lines if not re.fullmatch(r"(#.*|[A-Z_]+=)?", line)] == []


def test_links_between_documents_lead_somewhere() -> None:
    pages = [
        page
        for pattern in ("*.md", "docs/**/*.md", "study/*.md", "week-*/*.md")
        for page in ROOT.glob(pattern)
    ]
    dead = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in LINK.findall(page.read_text("utf-8"))
        if ":" not in link and not (page.parent / link).exists()
    ]
    assert dead == []
