"""Every picture says in words what it shows: one without alternative text is a warning, and so an error."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

LOGGER = logging.getLogger(__name__)
HOW = {
    True: 'set the metadata of the cell that makes it: {"mystnb": {"image": {"alt": "what it shows"}}}',
    False: "write it in the brackets: ![what it shows](file.png)",
}
SILENT_HTML = re.compile(r"<img\b(?![^>]*\balt\s*=)[^>]*>", re.IGNORECASE)


def check(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Warn about each image of a page, in Markdown, output or HTML, that has no alternative text."""
    source = app.env.doc2path(page)
    for image in doctree.findall(nodes.image):
        if not image.get("alt", "").strip():
            LOGGER.warning(
                "an image has no alternative text: %s", HOW[source.endswith(".ipynb")], location=page
            )
    for html in doctree.findall(nodes.raw):
        if html.get("format") == "html" and SILENT_HTML.search(html.astext()):
            LOGGER.warning("an <img> in HTML has no alternative text: give it alt=…", location=page)


def setup(app: Sphinx) -> dict:
    app.connect("doctree-resolved", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
