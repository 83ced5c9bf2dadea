"""Markdown of the banks: the same text as HTML, inside a label, as plain words and in the terminal."""

import io

import pytest
from rich.console import Console

from seniorde.questions import text


@pytest.mark.parametrize("render", [text.html, text.label])
def test_raw_html_and_scripts_stay_text(render):
    html = render("a <b onclick=x>b</b> [c](javascript:alert) ![d](e.png)\n\n<script>f</script>")
    assert (
        "<b" not in html
        and "<script" not in html
        and "<img" not in html
        and "javascript" not in html.partition("href")[2]
    )
    assert "&lt;script&gt;f&lt;/script&gt;" in html


def test_blocks_become_html_and_code_is_coloured_and_reached_by_key():
    html = text.html("- one\n- *two*\n\n```sql\nSELECT '<a>'\n```\n\n| a |\n|---|\n| b |")
    assert "<li>one</li>" in html and "<em>two</em>" in html and "<table>" in html
    assert '<div class="highlight"><pre tabindex="0"><span class="k">SELECT</span>' in html
    assert "&lt;a&gt;" in html
    assert "<a>" not in text.html("```unheard-of\n<a>\n```") + text.html("    <a>")


def test_a_label_holds_only_what_may_stand_in_one():
    html = text.label("- one [two](x.html)\n\n```sql\nSELECT '<a>'\n```\n\n# three")
    for tag in ("<p", "<ul", "<li", "<pre", "<div", "<a", "<h1"):
        assert tag not in html
    assert '<code class="block">SELECT &#x27;&lt;a&gt;&#x27;</code>' in html
    assert text.label("`a` **b**") == '<span class="line"><code>a</code> <strong>b</strong></span>'


def test_plain_words_have_no_marks():
    assert text.plain("**a** `b` c") == "a b c"
    assert text.plain("x\n\n```sql\nSELECT 1\n```") == "x SELECT 1"


def test_the_terminal_shows_what_looks_like_a_tag():
    console = Console(file=io.StringIO(), width=60)
    console.print(text.terminal("A <bucket> and `arn:<x>`.\n\n- one\n\n```sql\nSELECT 1\n```"))
    shown = console.file.getvalue()
    assert "A <bucket> and arn:<x>." in shown and "• one" in shown and "SELECT 1" in shown
