"""Question banks and flashcards on a page: plain HTML that questions.js makes a quiz and a deck."""

import json
from collections.abc import Iterable
from functools import partial
from html import escape
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from seniorde.questions import Bank, QuestionError, exams, finder, load, pages
from seniorde.questions.bank import MINUTES

LOGGER = logging.getLogger(__name__)


class questions(nodes.General, nodes.Element):
    """The questions of `banks`; `key` names their place, `cards` tells that only the flashcards are shown."""


class QuestionBankDirective(SphinxDirective):
    """```{question-bank} saa-c03`: the questions of an exam.

    `:domain:` keeps the domains named (several with `;` between), `:here:` what this page teaches.
    """

    required_arguments = 1
    option_spec: ClassVar = {"domain": directives.unchanged_required, "here": directives.flag}
    cards = False

    def run(self) -> list[nodes.Node]:
        exam, root = self.arguments[0].lower(), Path(self.env.srcdir)
        domains = [name.strip() for name in self.options.get("domain", "").split(";") if name.strip()]
        for path in finder.files(exam, root):
            self.env.note_dependency(str(path))
        try:
            banks = [kept for one in load(exam, domains, root) if (kept := self.chosen(one)).questions]
        except QuestionError as error:
            raise self.error(str(error)) from None
        shown = self.env.temp_data.setdefault(self.name, set())
        ids = {question.id for one in banks for question in one.questions}
        if not ids:
            raise self.error(f"No question is left of {exam}: name another domain, or drop `:here:`.")
        if twice := sorted(ids & shown):
            raise self.error(f"{twice[0]} stands on this page already: a page shows a question once.")
        shown |= ids
        key = f"{self.env.docname}#{self.env.new_serialno(self.name)}"
        return [questions(banks=banks, key=key, cards=self.cards)]

    def chosen(self, one: Bank) -> Bank:
        """The bank with those of its questions that the page asks for."""
        page = Path(self.env.doc2path(self.env.docname)).relative_to(self.env.srcdir).as_posix()
        return one.only(
            lambda question: (
                (not self.cards or question.card is not None)
                and ("here" not in self.options or question.teaches.partition("#")[0] == page)
            )
        )


class FlashcardsDirective(QuestionBankDirective):
    """```{flashcards} saa-c03`: the flashcards of an exam, with the same options."""

    cards = True


def visit_questions(writer, node: questions) -> None:
    banks: list[Bank] = node["banks"]
    exam, every = banks[0], [question for one in banks for question in one.questions]
    head = f"{escape(exam.exam)}, {escape(exam.title)}"
    if node["cards"]:
        kind, name, facts = "flashcards", "Flashcards", f"{head}: {len(every)} flashcards."
        body = f'<ul class="cards">\n{"".join(map(pages.flashcard, every))}</ul>'
    else:
        kind, name = "question-bank", "Questions"
        counts = ", ".join(f"{escape(one.domain)} {len(one.questions)} ({one.weight:g} %)" for one in banks)
        facts = (
            f"{head}; exam guide: {escape(exam.guide)}. "
            f"{len(every)} questions, and in brackets what a domain counts in the exam: {counts}."
        )
        link = partial(linked, writer.builder)
        body = "".join(pages.article(question, number, link) for number, question in enumerate(every, 1))
    weights = escape(json.dumps({one.domain: one.weight for one in banks}))
    writer.body.append(
        f'<section class="{kind}" tabindex="-1" aria-label="{name}: {escape(exam.exam)}"'
        f' data-exam="{escape(exam.exam.lower())}" data-key="{escape(node["key"])}"'
        f' data-minutes="{MINUTES:g}" data-weights="{weights}">\n'
        f'<p class="facts">{facts}</p>\n{body}</section>\n'
    )
    raise nodes.SkipNode


def linked(builder: Builder, teaches: str) -> str:
    """The link to the page that teaches a question, and to its heading."""
    name, _, heading = teaches.partition("#")
    page, here = str(Path(name).with_suffix("")), builder.current_docname
    if page not in builder.env.found_docs:
        LOGGER.warning(
            "%s teaches a question but is not in the book: add it to _toc.yml", name, location=here
        )
        return pages.quoted(name)
    title, anchor = builder.env.titles[page].astext(), ""
    if heading:
        _, anchor, title = builder.env.metadata[page]["myst_slugs"][heading]
    address = builder.get_relative_uri(here, page) + (f"#{anchor}" if anchor else "")
    return f'<a href="{escape(address)}">{escape(title)}</a>'


def load_the_quiz(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Link script and style, only for a page that has questions."""
    if doctree is not None and next(doctree.findall(questions), None):
        app.add_js_file("questions.js", defer="defer")
        app.add_css_file("questions.css")


def outdated(app: Sphinx, env: BuildEnvironment, added: set, changed: set, removed: set) -> Iterable[str]:
    """Every page, when a bank has come or gone."""
    root = Path(app.srcdir)
    before = getattr(env, "banks", None)
    env.banks = [str(path) for exam in exams(root) for path in finder.files(exam, root)]
    return env.found_docs if before != env.banks else ()


def setup(app: Sphinx) -> dict:
    app.add_node(questions, html=(visit_questions, None))
    app.add_directive("question-bank", QuestionBankDirective)
    app.add_directive("flashcards", FlashcardsDirective)
    app.connect("env-get-outdated", outdated)
    app.connect("html-page-context", load_the_quiz)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
