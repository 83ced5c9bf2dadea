"""The HTML of questions: for the book, where questions.js makes them a quiz, and for notebooks."""

from collections.abc import Callable, Iterable
from html import escape

from seniorde.questions.bank import Option, Question
from seniorde.questions.text import html, label

_BOX = "border-left:4px solid {colour};padding:.2em 1em .4em;margin:.3em 0;color:inherit"
_GREEN, _RED = "#2e8b57", "#c0392b"


def quoted(page: str) -> str:
    """The name of a page where no link can lead to it."""
    return f"<code>{escape(page)}</code>"


def article(question: Question, number: int, link: Callable[[str], str] = quoted) -> str:
    """A question of the book: boxes to tick, the answer and all reasons folded below."""
    id, kind = question.id, "radio" if len(question.answer) == 1 else "checkbox"
    options = "".join(
        f"<li{' data-right' if option.right else ''}><label>"
        f'<input type="{kind}" name="{id}" value="{letter}" autocomplete="off">'
        f'<b class="letter">{letter}</b> <span class="text">{label(option.text)}</span></label></li>\n'
        for letter, option in question.lettered
    )
    return (
        f'<article class="question" id="{id}" data-domain="{escape(question.domain)}"'
        f' data-objective="{escape(question.objective)}">\n'
        f'<fieldset tabindex="-1" aria-describedby="{id}-text {id}-choose">'
        f"<legend>Question {number}</legend>\n"
        f'<div id="{id}-text">{html(question.text)}</div>\n<p id="{id}-choose">{question.choose}</p>\n'
        f'<ul class="options">\n{options}</ul>\n</fieldset>\n{folded(question, link)}</article>\n'
    )


def sheet(question: Question, number: int | None = None) -> str:
    """A question in a notebook: what to read, the answer and all reasons folded below."""
    options = "".join(f"<li>{html(option.text)}</li>" for option in question.options)
    head = f"<p><strong>Question {number}</strong></p>" if number else ""
    return (
        f'{head}{html(question.text)}<p>{question.choose}</p><ol type="A">{options}</ol>{folded(question)}\n'
    )


def graded(question: Question, verdict: str, right: bool) -> str:
    """The verdict on an answer, with the reasons for every option."""
    box = _BOX.format(colour=_GREEN if right else _RED)
    return (
        f'<div style="{box}"><p><strong>{escape(verdict)}</strong></p>{html(question.text)}'
        f"{reasons(question)}</div>"
    )


def folded(question: Question, link: Callable[[str], str] = quoted) -> str:
    """Answer and reasons behind a summary."""
    return f"<details><summary>Answer and reasons</summary>\n{reasons(question, link)}</details>\n"


def reasons(question: Question, link: Callable[[str], str] = quoted) -> str:
    """Why each option is right or not, where it would be right, and the page that teaches it."""
    items = "".join(
        f'<dt><b class="letter">{letter}</b> <span class="text">{label(option.text)}</span>'
        f" {_mark(option)}</dt>"
        f"<dd>{html(option.reason)}{html(option.elsewhere)}</dd>\n"
        for letter, option in question.lettered
    )
    return (
        f'<dl class="reasons">\n{items}</dl>\n<p class="source">{escape(question.objective)} '
        f"({question.difficulty}). Taught in {link(question.teaches)}.</p>\n"
    )


def _mark(option: Option) -> str:
    return '<em class="right">right</em>' if option.right else '<em class="wrong">not here</em>'


def flashcard(question: Question) -> str:
    """The flashcard of a question: its back is folded."""
    assert question.card
    return (
        f'<li data-id="{question.id}"><details><summary>{label(question.card.front)}</summary>'
        f"{html(question.card.back)}</details></li>\n"
    )


def score(sentence: str, rows: Iterable[tuple[str, bool, int, int]]) -> str:
    """A score, and its table by domain and objective."""
    lines = "".join(
        f'<tr><th scope="row" style="text-align:left;font-weight:{"bold" if domain else "normal"}">'
        f"{escape(name)}</th><td>{right}</td><td>{total}</td></tr>"
        for name, domain, right, total in rows
    )
    return (
        f"<p><strong>{escape(sentence)}</strong></p><table><thead><tr>"
        '<th scope="col" style="text-align:left">Domain and objective</th>'
        f'<th scope="col">right</th><th scope="col">of</th></tr></thead><tbody>{lines}</tbody></table>'
    )
