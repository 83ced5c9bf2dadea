"""The log of a day in the learner's editor, and the mistakes that are open."""

import os
import shlex
import subprocess
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from seniorde.grading import GradingError
from seniorde.study import cards, clock, log, mistakes


def opened(day: date, edit: bool | None, console: Console) -> None:
    """Bring the log of a day up to date and open it; `edit` None: where there is a terminal and an editor."""
    told(cards.damaged(), console)
    path, new = log.open_day(day)
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    if edit and not editor:
        raise GradingError(f"No editor is set: set EDITOR, or open {path} yourself.")
    if editor and (console.is_terminal if edit is None else edit):
        _edit(editor, path)
    console.print(
        f"{'New' if new else 'Your'} log of {clock.said(day)}: {path}", markup=False, soft_wrap=True
    )
    if read := log.read(day):
        told(read.unread, console)


def mistake(added: mistakes.Mistake, console: Console) -> None:
    """What was written down, and when it comes back."""
    id = added.problem or added.id
    due = next(card.day for card in cards.cards() if card.id == id)
    console.print(f"Written down. It comes back on {clock.said(due)}.", markup=False, soft_wrap=True)


def open_mistakes(today: date, console: Console) -> None:
    """What was not right again both after 48 hours and after a week, the most pressing first."""
    told(cards.damaged(), console)
    found = [card for card in cards.cards() if card.open]
    every = mistakes.all()[0]
    if not found:
        console.print("No mistake is open.")
        return
    table = Table(title=f"Open mistakes: {len(found)}", title_justify="left")
    table.add_column("due", no_wrap=True)
    table.add_column("what and why", overflow="fold")
    table.add_column("last missed", no_wrap=True)
    table.add_column("times", justify="right", no_wrap=True)
    for card in found:
        due = f"[bold]{clock.short(card.day)}[/]" if card.day <= today else clock.short(card.day)
        missed = clock.short(card.missed.astimezone().date())
        table.add_row(due, "\n".join(_words(card, every)), missed, str(card.misses))
    console.print(table)


def told(sentences: Sequence[str], console: Console) -> None:
    """Sentences on what is odd."""
    for sentence in sentences:
        console.print(sentence, style="yellow", markup=False, soft_wrap=True)


def _words(card: cards.Card, every: Sequence[mistakes.Mistake]) -> list[str]:
    """What the learner wrote of it; the id and the last verdict where that is nothing."""
    of_it = [one for one in every if card.id in (one.id, one.problem)]
    by_hand = [one for one in of_it if one.cause]
    lines = [] if card.kind == cards.MISTAKE else [card.id]
    if of_it and not by_hand:
        lines.append(of_it[-1].about)
    for one in by_hand:
        lines += [one.about, f"Cause: {one.cause}", *([f"Next time: {one.next}"] if one.next else [])]
    return [escape(line) for line in lines]


def _edit(editor: str, path: Path) -> None:
    try:
        subprocess.run([*shlex.split(editor), str(path)], check=False)
    except (OSError, ValueError):
        raise GradingError(f"Could not start the editor {editor!r}: set EDITOR, or open {path}.") from None
