"""The Markdown of the banks as HTML, as the inside of a label, and in the terminal; raw HTML stays text."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

if TYPE_CHECKING:
    from rich.markdown import Markdown


def html(text: str) -> str:
    """Markdown as block HTML."""
    return str(PARSER.render(text)).strip()


def label(text: str) -> str:
    """Markdown as what may stand inside a label or a summary: lines and code, no lists, no links."""
    return str(_LABEL.render(text)).strip()


def plain(text: str) -> str:
    """Markdown as its bare words."""
    tokens = [part for token in PARSER.parse(text) for part in (token.children or [token])]
    return " ".join(" ".join(token.content for token in tokens).split())


def terminal(text: str) -> "Markdown":
    """Markdown for rich's console; what looks like a tag is shown and not dropped."""
    from rich.markdown import Markdown

    shown = Markdown("", code_theme="ansi_dark", hyperlinks=False)
    shown.parsed = PARSER.parse(text)
    return shown


def _highlighted(code: str, language: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import TextLexer, get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        lexer = TextLexer()
    return str(highlight(code, lexer, HtmlFormatter(nowrap=True)))


def _panel(tokens: Sequence[Token], at: int, *_: Any) -> str:
    code = _highlighted(tokens[at].content, tokens[at].info.strip())
    return f'<div class="highlight"><pre tabindex="0">{code}</pre></div>\n'


def _lines(tokens: Sequence[Token], at: int, *_: Any) -> str:
    return f'<code class="block">{escape(tokens[at].content.rstrip())}</code>'


PARSER = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_LABEL = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "link", "autolink", "list", "heading", "lheading", "blockquote", "hr", "reference"]
)
for _kind in ("fence", "code_block"):
    PARSER.renderer.rules[_kind] = _panel  # type: ignore[attr-defined]
    _LABEL.renderer.rules[_kind] = _lines  # type: ignore[attr-defined]
PARSER.renderer.rules["table_open"] = lambda *_: '<div class="wide" tabindex="0"><table>'  # type: ignore[attr-defined]
PARSER.renderer.rules["table_close"] = lambda *_: "</table></div>"  # type: ignore[attr-defined]
_LABEL.renderer.rules["paragraph_open"] = lambda *_: '<span class="line">'  # type: ignore[attr-defined]
_LABEL.renderer.rules["paragraph_close"] = lambda *_: "</span>"  # type: ignore[attr-defined]
