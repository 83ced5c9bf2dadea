"""Small differences between a notebook at the desk and its page: anchors, titles, the marks of a solution."""

import re

from docutils import nodes
from sphinx.application import Sphinx

MARK = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)


def anchor(heading: str) -> str:
    """A heading's anchor as JupyterLab forms it, so that one link works there and here."""
    return re.sub(r"[^\w-]", "", heading.strip().replace(" ", "-"))


def show_solution(app: Sphinx, doctree: nodes.document) -> None:
    """Name a page below solutions/ a solution, and leave out nbgrader's marks."""
    if not app.env.docname.startswith("solutions/"):
        return
    for title in list(doctree.findall(nodes.title))[:1]:
        named = title.astext().replace("exercises", "solutions")
        title.children = [nodes.Text(named if "solution" in named.lower() else f"Solution: {named}")]
    for code in doctree.findall(nodes.literal_block):
        code.rawsource = MARK.sub("", code.astext())
        code.children = [nodes.Text(code.rawsource)]


def setup(app: Sphinx) -> dict:
    # Before Sphinx collects the titles for the sidebar, the links and the search.
    app.connect("doctree-read", show_solution, priority=100)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
