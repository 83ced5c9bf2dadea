"""What a run of the scaffold has written, and what is left to the learner."""

from rich.console import Console

from seniorde.study.scaffold import Scaffolded


def told(done: Scaffolded, console: Console) -> None:
    """Name what changed; the first time, what to do next."""

    def say(text: str) -> None:
        console.print(text, markup=False, soft_wrap=True)

    if done.first:
        say(f"Written: {done.folder}, {len(done.written)} files.")
        say("Next: book/start/portfolio, from “Into Git” on.")
        return
    if not any((done.written, done.updated, done.merged, done.beside, done.removed, done.links)):
        say(f"{done.folder} is up to date; what you changed is as you left it.")
        return
    say(f"{done.folder} is brought up to date; look at it with git diff before you commit.")
    for what, paths in (
        ("new", done.written),
        ("updated", done.updated),
        ("merged with your changes", done.merged),
        ("changed by you on the same lines, so the new version lies beside yours", done.beside),
        ("no longer part of it, removed", done.removed),
        ("changed in the template, a link of yours, which stays as it is", done.links),
    ):
        for path in paths:
            say(f"  {path}: {what}")
