"""Renders the book: `python book/build.py`. A line in Sphinx's report is an error, whatever the exit code."""

import argparse
import io
import re
import sys
import time
from contextlib import redirect_stderr
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CELL = re.compile(r"\.ipynb:(\d+)\d{4}:")  # MyST-NB counts 10,000 lines a cell
REDIRECT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Senior Data Engineering in Nine Weeks</title>
<link rel="icon" href="_static/favicon.svg"><link rel="canonical" href="{first}">
<meta http-equiv="refresh" content="0; url={first}"></head>
<body><p><a href="{first}">To the book</a></p></body>
</html>
"""


def render(root: Path) -> list[str]:
    """Build the site of the book at `root` into `_build/html`; return the complaints, none when whole."""
    from jupyter_book.sphinx import build_sphinx
    from sphinx.util.console import strip_colors
    from sphinx_external_toc.parsing import MalformedError, parse_toc_yaml

    try:
        toc = parse_toc_yaml(root / "_toc.yml")
    except (OSError, MalformedError) as problem:
        return [f"_toc.yml cannot be read: {problem}"]
    site = root / "_build" / "html"
    with redirect_stderr(io.StringIO()) as report:
        result = build_sphinx(
            root,
            site,
            path_config=root / "_config.yml",
            noconfig=True,
            confoverrides={"external_toc_path": "_toc.yml", "latex_individualpages": False},
            quiet=True,
            warningiserror=True,
            keep_going=True,
        )
    pages = [site / f"{page}.html" for page in toc]
    lines = strip_colors(report.getvalue()).replace(f"{root}/", "").splitlines()
    complaints = [CELL.sub(r".ipynb, cell \1:", line.strip()) for line in lines if line.strip()]
    if not complaints:
        complaints = [f"{page.relative_to(site)} was not written" for page in pages if not page.exists()]
    if result and not complaints:
        complaints = [f"Sphinx ended with {result!r} and no report"]
    if complaints:
        # Sphinx warns about a page only when it reads it: forget what was read, so that it warns again.
        (root / "_build" / ".doctrees" / "environment.pickle").unlink(missing_ok=True)
    else:
        kept = {*pages, site / "search.html"}
        for stale in site.rglob("*.html"):
            if stale not in kept and "_static" not in stale.parts:
                stale.unlink()
        (site / "index.html").write_text(
            REDIRECT.format(first=pages[0].relative_to(site).as_posix()), "utf-8"
        )
    return complaints


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument(
        "root", nargs="?", type=Path, default=ROOT, help="the folder with _config.yml and _toc.yml"
    )
    root = options.parse_args().root.resolve()
    start = time.monotonic()
    try:
        complaints = render(root)
    except ModuleNotFoundError as missing:
        complaints = [
            f"{missing.name} is not installed: run `make book`, which installs what rendering needs"
        ]
    if complaints:
        print(
            "The book is not whole; every line below is an error:", *complaints, sep="\n  ", file=sys.stderr
        )
        return 1
    print(f"The book is in {root / '_build/html/index.html'} ({time.monotonic() - start:.0f} s).")
    print(
        "`make serve` shows it at http://localhost:8000; search needs a server, a double click does not do."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
