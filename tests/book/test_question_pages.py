"""Pages with questions in a small book of their own: read without a script, answered by mouse and by key."""

import json
import re
import runpy
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from chromium import served
from conftest import ROOT
from playwright.sync_api import Page, expect
from test_pages import opened, violations

SCRIPT = runpy.run_path(str(ROOT / "book" / "build.py"))
SAMPLE = ROOT / "tests" / "questions" / "sample"
PAGES = {
    "start": "# Start\n",
    "book/toy": None,
    "quiz": "# Quiz\n\n```{question-bank} toy-101\n```\n\n## Cards\n\n```{flashcards} TOY-101\n```\n",
    "files": "# Files\n\n```{question-bank} toy-101\n:domain: Files\n```\n",
    "large": "# Large\n\n```{question-bank} large-1\n```\n",
}
KEPT = "localStorage.getItem('seniorde.questions.toy-101')"


def question(number: int, **facts: object) -> dict:
    """A question whose right option is A."""
    options = [{"text": text, "reason": "So it is.", "when": "Elsewhere."} for text in "wxyz"]
    options[0] = {"text": "w", "reason": "So it is.", "right": True}
    known = {"id": f"large-{number}", "objective": "1.1 All", "difficulty": "easy", "teaches": "book/toy.md"}
    return {**known, "question": f"Question {number}?", "options": options, **facts}


def write_bank(book: Path, exam: str, domain: str, weight: int, questions: list[dict]) -> None:
    head = {"exam": exam, "title": "An Exam", "guide": "version 1", "domain": domain, "weight": weight}
    path = book / "exercises" / "certification" / exam.lower() / f"{domain.lower()}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**head, "questions": questions}))


def make_book(folder: Path, pages: dict[str, str | None]) -> Path:
    """A book with our settings, the sample questions, a larger bank, and these pages (None: is there)."""
    shutil.copytree(SAMPLE, folder, dirs_exist_ok=True)
    for name in ("_config.yml", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    for name in ("_ext", "_static"):
        shutil.copytree(ROOT / "book" / name, folder / "book" / name)
    write_bank(folder, "LARGE-1", "Most", 75, [question(number) for number in range(12)])
    write_bank(folder, "LARGE-1", "Least", 25, [question(number) for number in range(12, 24)])
    for name, text in pages.items():
        if text is not None:
            (folder / f"{name}.md").write_text(text)
    root, *rest = pages
    toc = {"format": "jb-book", "root": root, "chapters": [{"file": page} for page in rest]}
    (folder / "_toc.yml").write_text(json.dumps(toc))
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Path:
    folder = make_book(tmp_path_factory.mktemp("book"), PAGES)
    assert SCRIPT["render"](folder) == []
    return folder


@pytest.fixture(scope="module")
def host(book) -> Iterator[str]:
    with served(book / "_build" / "html") as address:
        yield address


@pytest.fixture
def at(chromium, host):
    """Open a page of the small book; whatever it complains of fails the test."""

    @contextmanager
    def at(path: str = "quiz.html", **context: object) -> Iterator[Page]:
        with opened(chromium, host, path, **context) as (page, complaints):
            page.on("dialog", lambda dialog: dialog.accept())
            yield page
            assert complaints == []

    return at


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def click(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()


def shown(page: Page) -> str:
    """The id of the one question that is to be seen."""
    visible = page.locator(".question:visible")
    expect(visible).to_have_count(1)
    return visible.get_attribute("id")


def ids(page: Page) -> list[str]:
    """The questions to be seen, in their order."""
    return page.locator(".question:visible").evaluate_all("all => all.map(one => one.id)")


def right(page: Page, id: str) -> list[str]:
    return page.locator(f"#{id} [data-right] input").evaluate_all("all => all.map(one => one.value)")


def answer(page: Page, rightly: bool) -> None:
    """Choose by keyboard at the question shown."""
    solution = right(page, shown(page))
    press(
        page,
        *(solution if rightly else "ABCDE".translate(dict.fromkeys(map(ord, solution)))[: len(solution)]),
    )


# The directive ------------------------------------------------------------------------------------


def html(book: Path, page: str) -> str:
    return (book / "_build" / "html" / f"{page}.html").read_text("utf-8")


def test_script_and_style_come_only_to_pages_with_questions(book):
    for page, has in (("quiz", True), ("files", True), ("start", False), ("book/toy", False)):
        assert ("questions.js" in html(book, page)) is has
        assert ("questions.css" in html(book, page)) is has


def test_a_domain_is_chosen_and_the_teaching_heading_is_linked(book):
    assert set(re.findall(r'class="question" id="([^"]+)"', html(book, "files"))) == {
        "toy-small-files",
        "toy-file-format",
    }
    assert '<a href="book/toy.html#files-names-sizes">Files: names &amp; sizes</a>' in html(book, "files")
    assert 'id="files-names-sizes"' in html(book, "book/toy")


def test_here_shows_what_the_page_itself_teaches(tmp_path):
    book = make_book(tmp_path, {"start": "# Start\n", "book/toy": None})
    page = book / "book" / "toy.md"
    page.write_text(page.read_text() + "\n```{question-bank} toy-101\n:here:\n```\n")
    other = question(99, teaches="start.md")
    write_bank(book, "TOY-101", "Other", 1, [other])
    assert SCRIPT["render"](book) == []
    assert html(book, "book/toy").count('<article class="question"') == 5
    assert 'href="#what-null-does"' in html(book, "book/toy")


def test_a_notebook_that_teaches_is_linked_at_its_heading(tmp_path):
    text = "# Start\n\n```{question-bank} large-1\n:domain: New\n```\n"
    book = make_book(tmp_path, {"start": text, "note": None})
    cell = {"cell_type": "markdown", "metadata": {}, "source": "# A note\n\n## Second: `IN`\n"}
    notebook = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}
    (book / "note.ipynb").write_text(json.dumps(notebook))
    write_bank(book, "LARGE-1", "New", 5, [question(77, teaches="note.ipynb#Second-IN")])
    assert SCRIPT["render"](book) == []
    assert 'Taught in <a href="note.html#second-in">Second: IN</a>.' in html(book, "start")
    assert 'id="second-in"' in html(book, "note")


def test_a_changed_and_a_new_bank_reach_the_page(tmp_path):
    book = make_book(tmp_path, {"start": "# Start\n\n```{question-bank} large-1\n```\n", "book/toy": None})
    assert SCRIPT["render"](book) == []
    write_bank(book, "LARGE-1", "New", 5, [question(77)])
    assert SCRIPT["render"](book) == []
    assert "large-77" in html(book, "start")
    write_bank(book, "LARGE-1", "New", 5, [question(78)])
    assert SCRIPT["render"](book) == []
    assert "large-77" not in html(book, "start") and "large-78" in html(book, "start")


@pytest.mark.parametrize(
    ("directive", "complaint"),
    [
        ("{question-bank} toy-102", "There is no question bank 'toy-102': did you mean 'toy-101'?"),
        ("{question-bank} toy-101\n:domain: File", "has no domain 'File': did you mean 'Files'?"),
        ("{question-bank} toy-101\n:here:", "No question is left of toy-101"),
        ("{question-bank} large-1\n```\n```{question-bank} large-1", "stands on this page already"),
        ("{question-bank} toy-101", "book/toy.md teaches a question but is not in the book"),
    ],
)
def test_a_mistake_in_a_directive_is_one_clear_sentence(tmp_path, directive, complaint):
    pages = {"start": f"# Start\n\n```{directive}\n```\n", "next": "# Next\n"}
    assert complaint in "\n".join(SCRIPT["render"](make_book(tmp_path, pages)))


def test_a_bank_that_breaks_a_rule_fails_the_build(tmp_path):
    book = make_book(tmp_path, {"start": "# Start\n\n```{question-bank} large-1\n```\n", "book/toy": None})
    write_bank(book, "LARGE-1", "Most", 75, [question(1, difficulty="cruel")])
    assert "large-1/most.yaml: large-1: the difficulty 'cruel' is not known" in "\n".join(
        SCRIPT["render"](book)
    )


# Reading ------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_all_is_there_without_a_script_and_answers_are_folded(chromium, host):
    with opened(chromium, host, "quiz.html", java_script_enabled=False) as (page, _):
        expect(page.locator(".question:visible")).to_have_count(5)
        expect(page.locator(".question dl:visible")).to_have_count(0)
        for one in page.locator(".question").all():
            one.locator("summary").click()
            options = one.locator(".options > li").count()
            assert one.locator("dt:visible").count() == one.locator("dd:visible").count() == options
            assert one.locator("dd", has_text="Elsewhere:").count() == one.locator("em.wrong").count()
        page.locator(".cards summary").first.click()
        expect(page.get_by_text("Unknown. Write x IS NULL.")).to_be_visible()


@pytest.mark.browser
def test_raw_html_of_a_bank_is_text(at):
    with at() as page:
        expect(page.get_by_role("radio", name="an error <type mismatch>")).to_be_visible()


@pytest.mark.browser
def test_on_paper_stand_the_questions_and_no_buttons(at):
    with at() as page:
        page.emulate_media(media="print")
        expect(page.locator(".question fieldset:visible")).to_have_count(5)
        expect(page.locator(":is(.panel, .foot, .flashcards) button:visible")).to_have_count(0)
        expect(page.locator(".question summary:visible")).to_have_count(0)


# Practising ---------------------------------------------------------------------------------------


@pytest.mark.browser
def test_practice_by_mouse_gives_every_reason_at_once_and_a_score_at_the_end(at):
    with at() as page:
        order = ids(page)
        click(page, "Practise")
        for number in range(1, 6):
            id = shown(page)
            expect(page.locator(f"#{id} legend")).to_have_text(f"Question {number} of 5")
            expect(page.locator(f"#{id} dl")).to_be_hidden()
            solution = right(page, id)
            wrongly = id == "toy-null-compared"
            for letter in ["A"] if wrongly else solution:
                page.locator(f"#{id} input[value={letter}]").click()
            click(page, "Check the answer")
            verdict = page.locator(f"#{id} .verdict")
            expect(verdict).to_have_text(re.compile("^Not right" if wrongly else "^Right"))
            expect(verdict).to_be_focused()
            expect(page.locator(f"#{id} dd:visible")).to_have_count(5 if len(solution) == 2 else 4)
            expect(page.locator(f"#{id} .yours")).to_have_count(len(solution))
            if number < 5:
                click(page, "Next")
        click(page, "Finish")
        expect(page.locator(".score")).to_have_text("4 of 5 right (80 %).")
        expect(page.locator(".score")).to_be_focused()
        table = page.locator(".question-bank table")
        assert [row.split("\t") for row in table.inner_text().splitlines()[1:]] == [
            ["Files", "2", "2"],
            ["2.1 Lay out files", "1", "1"],
            ["2.2 Choose a format", "1", "1"],
            ["Tables & queries", "2", "3"],
            ["1.1 Compare values", "0", "1"],
            ["1.2 Combine tables", "2", "2"],
        ]
        click(page, "Only what I missed (1)")
        assert shown(page) == "toy-null-compared"
        answer(page, rightly=True)
        click(page, "Check the answer")
        click(page, "Finish")
        expect(page.get_by_role("button", name="Only what I missed")).to_have_count(0)
        click(page, "Back to all questions")
        expect(page.locator(".question:visible")).to_have_count(5)
        expect(page.locator(".question dl:visible")).to_have_count(0)
        assert ids(page) == order


@pytest.mark.browser
def test_practice_by_keyboard_alone(at):
    with at() as page:
        page.get_by_role("button", name="Practise").focus()
        press(page, "Enter")
        for number in range(1, 6):
            expect(page.locator(".question:visible fieldset")).to_be_focused()
            press(page, "Enter")
            expect(page.get_by_role("status").first).to_have_text(re.compile("^Choose (one|two).$"))
            answer(page, rightly=True)
            expect(page.locator(".question:visible input:focus")).to_have_count(1)
            press(page, "Enter")
            expect(page.get_by_role("status").first).to_have_text(f"{number} of {number} right so far.")
            press(page, "Enter")
        expect(page.get_by_role("button", name="Finish")).to_be_focused()
        press(page, "Enter")
        expect(page.locator(".score")).to_have_text("5 of 5 right (100 %).")


@pytest.mark.browser
def test_keys_choose_and_move_but_never_with_a_modifier_or_elsewhere(at):
    with at() as page:
        click(page, "Practise")
        first = shown(page)
        press(page, "Control+b", "Alt+b", "Shift+B", "Shift+N")
        assert shown(page) == first
        expect(page.locator("input:checked:visible")).to_have_count(0)
        press(page, "b")
        expect(page.locator(f"#{first} input[value=B]")).to_be_checked()
        press(page, "n", "n", "p", "p", "p")
        assert shown(page) == first
        expect(page.locator(f"#{first} input[value=B]")).to_be_checked()
        page.get_by_role("heading", name="Quiz").click()
        press(page, "n")
        assert shown(page) == first
        page.locator(f"#{first}-text").click()  # a click into the question brings the keys back
        press(page, "3")
        expect(page.locator(f"#{first} input[value=C]")).to_be_checked()
        if page.locator(f"#{first} input[type=radio]").count():
            press(page, "ArrowDown")
            expect(page.locator(f"#{first} input[value=D]")).to_be_checked()


# The exam -----------------------------------------------------------------------------------------


@pytest.mark.browser
def test_an_exam_is_silent_until_its_end(at):
    with at() as page:
        click(page, "Exam: 10 minutes")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(10:00|9:5\d) left$"))
        answer(page, rightly=True)
        press(page, "r")
        expect(page.get_by_role("button", name="Flag", exact=True)).to_have_attribute("aria-pressed", "true")
        press(page, "n")
        answer(page, rightly=False)
        expect(page.get_by_role("button", name="Check the answer")).to_be_hidden()
        expect(page.locator(".question details:visible, .verdict")).to_have_count(0)
        names = page.locator(".map button").evaluate_all("all => all.map(one => one.ariaLabel)")
        assert names[:3] == ["Question 1, answered, flagged", "Question 2, answered", "Question 3, open"]
        page.get_by_role("button", name="Question 1, ").click()
        expect(page.locator("legend:visible")).to_have_text("Question 1 of 5")
        expect(page.locator("input:checked:visible")).not_to_have_count(0)
        click(page, "Finish")
        expect(page.locator(".score")).to_have_text("1 of 5 right (20 %).")
        expect(page.locator(".verdict.right")).to_have_count(1)
        expect(page.locator(".verdict", has_text="Not answered")).to_have_count(3)
        expect(page.locator("dd:visible")).to_have_count(21)
        click(page, "Only what I missed (4)")
        expect(page.locator("legend:visible")).to_have_text("Question 1 of 4")


@pytest.mark.browser
def test_finishing_with_open_questions_asks_first(chromium, host):
    with opened(chromium, host, "quiz.html") as (page, _):
        asked = []
        page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
        click(page, "Exam")
        click(page, "Finish")
        assert asked == ["5 questions without a full answer. Finish?"]
        shown(page)


@pytest.mark.browser
def test_the_clock_warns_and_ends_the_exam_also_while_the_page_is_closed(at):
    with at() as page:
        page.clock.install()
        page.reload()
        click(page, "Exam")
        answer(page, rightly=True)
        page.clock.run_for("05:00")
        expect(page.get_by_role("status").first).to_have_text("5 minutes left.")
        page.reload()
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"^(5:00|4:\d\d) left$"))
        page.clock.run_for("05:01")
        expect(page.locator(".score")).to_have_text("Time is up. 1 of 5 right (20 %).")
        page.reload()
        expect(page.locator(".score")).to_have_text("Time is up. 1 of 5 right (20 %).")


@pytest.mark.browser
def test_a_draw_follows_the_weights_of_the_domains(at):
    with at("large.html") as page:
        page.get_by_role("combobox").select_option("20")
        expect(page.get_by_role("button", name="Exam: 40 minutes")).to_be_visible()
        page.get_by_role("combobox").select_option("10")
        orders = []
        for _ in range(3):
            click(page, "Exam: 20 minutes")
            click(page, "Finish")
            table = page.locator(".question-bank table").inner_text()
            counts = dict(re.findall(r"(Most|Least)\t\d+\t(\d+)", table))
            assert int(counts["Most"]) in (7, 8) and int(counts["Least"]) in (2, 3)
            orders.append(ids(page))
            click(page, "Back to all questions")
            page.get_by_role("combobox").select_option("10")
        assert len({tuple(order) for order in orders}) > 1


# What the browser keeps ---------------------------------------------------------------------------


@pytest.mark.browser
def test_a_round_survives_a_reload_and_can_be_forgotten(at):
    with at() as page:
        click(page, "Practise")
        answer(page, rightly=False)
        press(page, "Enter", "n")
        answer(page, rightly=True)
        second = shown(page)
        page.reload()
        assert shown(page) == second
        expect(page.locator("input:checked:visible")).to_have_count(len(right(page, second)))
        click(page, "Previous")
        expect(page.locator(".verdict:visible")).to_have_text(re.compile("^Not right"))
        click(page, "Finish")
        click(page, "Back to all questions")
        page.reload()
        expect(page.get_by_role("button", name="Only what I missed (1)")).to_be_visible()
        click(page, "Forget my answers")
        expect(page.get_by_role("button", name="Only what I missed")).to_have_count(0)
        assert page.evaluate(KEPT) is None


BROKEN = [
    "{",
    "null",
    "[]",
    '{"version": 0, "rounds": {}, "last": {"toy-anti-join": false}, "cards": {}}',
    '{"version": 1, "rounds": [], "last": {}, "cards": {}}',
    '{"version": 1}',
    *(
        json.dumps({"version": 1, "rounds": {"quiz#0": round}, "last": {}, "cards": {}})
        for known in [{"at": 0, "answers": {}, "checked": {}, "flags": {}, "ends": None}]
        for round in (
            None,
            7,
            known,
            {**known, "ids": []},
            {**known, "ids": ["gone"]},
            {**known, "ids": ["toy-anti-join"], "at": 3},
            {**known, "ids": ["toy-anti-join"], "at": "0"},
            {**known, "ids": ["toy-anti-join"], "ends": "soon"},
            {**known, "ids": ["toy-anti-join"], "answers": None},
        )
    ),
]


@pytest.mark.browser
def test_a_state_that_is_older_or_damaged_is_dropped(at):
    with at() as page:
        for kept in BROKEN:
            page.evaluate("kept => localStorage.setItem('seniorde.questions.toy-101', kept)", kept)
            page.reload()
            expect(page.get_by_role("button", name="Practise")).to_be_visible()
            expect(page.get_by_role("button", name="Only what I missed")).to_have_count(0)
        click(page, "Practise")
        answer(page, rightly=True)
        press(page, "Enter")
        expect(page.locator(".verdict.right")).to_be_visible()


@pytest.mark.browser
def test_strange_values_inside_a_sound_round_do_no_harm(at):
    strange = {"at": 0, "answers": {"toy-anti-join": {}}, "checked": {}, "flags": {}, "ends": None, "done": 0}
    state = {
        "version": 1,
        "rounds": {"quiz#0": {**strange, "ids": ["toy-anti-join"]}},
        "last": {},
        "cards": {},
    }
    with at() as page:
        page.evaluate("kept => localStorage.setItem('seniorde.questions.toy-101', kept)", json.dumps(state))
        page.reload()
        assert shown(page) == "toy-anti-join"
        page.locator("#toy-anti-join input[value=B]").click()
        page.locator("#toy-anti-join input[value=D]").click()
        click(page, "Check the answer")
        expect(page.locator(".verdict.right")).to_be_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    "closed",
    [
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})",
        "Storage.prototype.setItem = () => { throw new DOMException('full') }",
    ],
)
def test_it_works_where_nothing_can_be_kept(chromium, host, closed):
    with opened(chromium, host, "start.html") as (page, _):  # the theme complains
        page.add_init_script(f"if (location.pathname.includes('quiz')) {{ {closed} }}")
        page.goto(f"{host}quiz.html")
        click(page, "Practise")
        answer(page, rightly=True)
        press(page, "Enter")
        expect(page.locator(".verdict.right")).to_be_visible()


# Flashcards ---------------------------------------------------------------------------------------


@pytest.mark.browser
def test_cards_are_learnt_by_keyboard_and_remembered(at):
    with at() as page:
        cards = page.locator(".cards li:visible")
        expect(cards).to_have_count(3)
        click(page, "Learn 3 cards")
        expect(cards).to_have_count(1)
        expect(cards.locator("summary")).to_be_focused()
        press(page, "Space")
        expect(cards.locator("details")).to_have_attribute("open", "")
        press(page, "a", "k")
        expect(page.get_by_text("2 cards to go.")).to_be_visible()
        page.reload()
        expect(page.get_by_text("You know 1 of 3 cards.")).to_be_visible()
        click(page, "Learn 2 cards")
        click(page, "Known")
        click(page, "Known")
        expect(page.get_by_text("You know 3 of 3 cards.")).to_be_visible()
        click(page, "Repeat all cards")
        click(page, "Stop")
        expect(cards).to_have_count(3)


# Looks --------------------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_is_accessible_and_fits_a_phone(at, axe, theme):
    with at(color_scheme=theme) as page:

        def look() -> None:
            page.set_viewport_size({"width": 1280, "height": 900})
            assert not (found := violations(page, axe)), "\n".join(found)
            page.set_viewport_size({"width": 360, "height": 740})
            assert page.evaluate("document.documentElement.scrollWidth") <= 360

        look()
        for summary in page.locator(".question summary").all():
            summary.click()
        look()
        click(page, "Practise")
        answer(page, rightly=False)
        look()
        press(page, "Enter")
        look()
        press(page, "n")
        answer(page, rightly=True)
        press(page, "Enter")
        click(page, "Finish")
        look()
        click(page, "Back to all questions")
        click(page, "Exam")
        press(page, "r", "n")
        answer(page, rightly=True)
        look()
        click(page, "Learn")
        press(page, "Space")
        look()
