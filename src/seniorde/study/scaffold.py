"""The learner's own repository, from the copier template in `portfolio/`: made once, kept up to date.

Copier renders but does not update here: its update wants a template in a Git repository with tags, and writes
the path of this clone into a repository that is public. `.scaffold.json` in the learner's repository holds
what an update needs instead: the answers, and every file as it was rendered last.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import accumulate, chain, count
from pathlib import Path, PurePosixPath
from typing import Any

from seniorde.grading import GradingError
from seniorde.grading.course import told
from seniorde.study import clock, syllabus

TEMPLATE = Path(__file__).with_name("portfolio")
MANIFEST = ".scaffold.json"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass
class Scaffolded:
    """The repository, and what happened to its files by their paths in it.

    `merged`: the learner had changed the file, and so had the template, elsewhere in it.
    `beside`: both changed the same lines; the learner's file stays, the template's lies beside it, here.
    `links`: the template has changed the file, the learner has put a link in its place, which stays.
    """

    folder: Path
    first: bool
    written: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    beside: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Rendered:
    answers: Mapping[str, Any]
    files: Mapping[str, str]

    def save(self, folder: Path) -> None:
        text = json.dumps(vars(self), ensure_ascii=False, indent=1, sort_keys=True)
        _write(folder / MANIFEST, text + "\n", 0o644)


def scaffold(folder: Path, owner: str | None = None) -> Scaffolded:
    """Write the portfolio repository to a new folder, or bring the one that is there up to date.

    A new folder appears whole or not at all; where one was, the next run completes a stopped one.
    What the learner has changed or removed stays. Without `owner` the name of the last run stays.
    Raises GradingError for a folder with other files in it, a name that GitHub would not take, a full disk.
    """
    from copier.errors import CopierError

    folder = folder.expanduser().resolve()
    known = _known(folder)
    answers = {**known.answers, **({"owner": owner.removeprefix("@")} if owner else {})}
    there = folder.exists()
    beside = None if there else folder.parent  # where a whole folder can be moved into place
    with told(f"write {folder}"), tempfile.TemporaryDirectory(dir=beside, prefix=f".{folder.name}-") as made:
        rendered = Path(made) / folder.name
        try:
            fresh = _render(rendered, answers)
        except (ValueError, CopierError) as error:
            raise _refused(error, folder, owner, known) from error
        if there:
            known.save(folder)  # so that a run that is stopped is known as one
            done = _update(folder, known, rendered, fresh)
            fresh.save(folder)
        else:
            fresh.save(rendered)
            rendered.rename(folder)
            done = Scaffolded(folder, first=True, written=sorted(fresh.files))
    return done


def _known(folder: Path) -> _Rendered:
    """What the last run rendered; nothing for a folder that is new, empty, or holds only a Git repository."""
    if any((above / "nbgrader_config.py").exists() for above in (folder, *folder.parents)):
        raise GradingError(f"{folder} lies inside the book's clone. Name a folder beside it.")
    with told(f"read {folder}"):
        if (folder / MANIFEST).exists():
            try:
                found = json.loads((folder / MANIFEST).read_bytes())
                known = _Rendered(dict(found["answers"]), dict(found["files"]))
                if not all(_within(path) and isinstance(text, str) for path, text in known.files.items()):
                    raise ValueError(known.files)
                return known
            except (ValueError, TypeError, KeyError, RecursionError):
                raise _damaged(folder) from None
        if folder.exists() and {path.name for path in folder.iterdir()} - {".git"}:
            raise GradingError(
                f"{folder} holds other files and was not made by this command. "
                "Name a folder that is not there yet."
            )
    return _Rendered({}, {})


def _damaged(folder: Path) -> GradingError:
    return GradingError(
        f"{folder / MANIFEST} is damaged. Bring it back with `git restore {MANIFEST}`, then run again."
    )


def _refused(error: Exception, folder: Path, owner: str | None, known: _Rendered) -> GradingError:
    """What copier does not take: the name that was given, or what the manifest holds."""
    if owner and "'owner'" in str(error):
        return GradingError(
            f"{owner!r} is no name on GitHub: letters, digits and hyphens, as in github.com/your-name."
        )
    return _damaged(folder) if known.answers else GradingError(f"{error}.")


def _within(path: str) -> bool:
    """Whether a path of the last run lies in the repository."""
    parts = PurePosixPath(path).parts
    return bool(parts) and not PurePosixPath(path).is_absolute() and ".." not in parts


def _render(target: Path, answers: Mapping[str, Any]) -> _Rendered:
    """Render the template to a new folder; `answers` go before the defaults."""
    from copier import Settings, run_copy

    defaults = {
        "name": target.name,
        "year": clock.today().year,
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    worker = run_copy(
        str(TEMPLATE),
        target,
        {**answers, "weeks": _weeks()},
        defaults=True,
        user_defaults=defaults,
        settings=Settings(),  # none of the user's own for copier
        quiet=True,
    )
    kept = {name: worker.answers.combined[name] for name in worker.template.questions_data}
    files = sorted(path for path in target.rglob("*") if path.is_file())
    return _Rendered(kept, {path.relative_to(target).as_posix(): path.read_text("utf-8") for path in files})


def _weeks() -> list[dict[str, Any]]:
    """What the template says of each week."""
    return [
        {
            "number": week.number,
            "folder": f"week-{week.number:02}",
            "title": week.title,
            "project": week.project,
            "dsa": ", ".join(week.dsa),
            "sql": ", ".join(week.sql),
            "days": [(WEEKDAYS[day], theme) for day, theme in zip(week.days, week.themes, strict=True)],
        }
        for week in syllabus.load().weeks.values()
    ]


def _update(folder: Path, known: _Rendered, rendered: Path, fresh: _Rendered) -> Scaffolded:
    """Bring what changed in the template since the last run to the learner's repository."""
    done = Scaffolded(folder, first=not known.files)
    for path, new in fresh.files.items():
        target, mode = folder / path, (rendered / path).stat().st_mode
        mine, old = _text(target), known.files.get(path)
        linked = _linked(folder, path)
        if mine == new or (old == new and (linked or mine is not None)):
            continue
        if linked:
            done.links.append(path)
        elif mine is None and old is None:
            _write(target, new, mode)
            done.written.append(path)
        elif mine == old:
            _write(target, new, mode)
            done.updated.append(path)
        elif mine is not None:
            if merged := _merged(target, old, new):
                _write(target, merged, mode)
                done.merged.append(path)
            else:
                beside = _beside(target, new)
                _write(beside, new, mode)
                done.beside.append(beside.relative_to(folder).as_posix())
    for path in sorted(known.files.keys() - fresh.files.keys()):
        if _linked(folder, path):
            done.links.append(path)
        elif _text(folder / path) == known.files[path]:
            (folder / path).unlink()
            done.removed.append(path)
    return done


def _linked(folder: Path, path: str) -> bool:
    """Whether a path leads through a link of the learner's."""
    steps = accumulate(PurePosixPath(path).parts, lambda above, name: f"{above}/{name}")
    return any((folder / step).is_symlink() for step in steps)


def _beside(path: Path, text: str) -> Path:
    """A name beside a file that is free, or holds this text already."""
    names = chain([".new"], (f".new-{number}" for number in count(2)))
    paths = (path.with_name(path.name + name) for name in names)
    return next(one for one in paths if not os.path.lexists(one) or _text(one) == text)


def _merged(mine: Path, old: str | None, new: str) -> str | None:
    """The learner's file with the change from `old` to `new`; None where both changed the same lines."""
    git = shutil.which("git")
    if old is None or git is None or not mine.is_file():
        return None
    with tempfile.TemporaryDirectory() as folder:
        began, theirs = Path(folder) / "old", Path(folder) / "new"
        began.write_text(old, "utf-8")
        theirs.write_text(new, "utf-8")
        command = [git, "merge-file", "--stdout", str(mine), str(began), str(theirs)]
        merge = subprocess.run(command, capture_output=True, check=False)
    return merge.stdout.decode("utf-8", "surrogateescape") if merge.returncode == 0 else None


def _text(path: Path) -> str | None:
    """A file's text; None where nothing is, and no file's text where something else is."""
    if path.is_file():
        return path.read_text("utf-8", errors="surrogateescape")
    return "\0" if path.exists() or path.is_symlink() else None


def _write(path: Path, text: str, mode: int) -> None:
    """Write a file whole or not at all; one that is there keeps its mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, "utf-8", "surrogateescape")
        part.chmod((path.stat().st_mode if path.is_file() else mode) & 0o777)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
