"""The learner's desk: a week's exercises copied into work/week-NN, never over anything."""

import shutil
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from seniorde.grading.course import LEFT_OUT, desk, edition, exercises, told


@dataclass
class Started:
    """What `start` did; paths are relative to `folder`.

    `newer` maps a kept notebook to the one beside it, `unreadable` one of those to what is wrong with it.
    """

    folder: Path
    copied: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    newer: dict[Path, Path] = field(default_factory=dict)
    unreadable: dict[Path, str] = field(default_factory=dict)


def start(week: int) -> Started:
    """Copy the week's exercises that work/week-NN does not have yet; whatever is there stays as it is.

    Where the book has another edition of a notebook that stays, the book's edition is laid
    beside it as `name.new-EDITION.ipynb`, with the answers of the kept one written into it,
    or blank where that one cannot be read.
    Raises GradingError for an unknown week and for a full disk.
    """
    source, started = exercises(week), Started(desk(week))
    for path in sorted(path for path in source.rglob("*") if path.is_file()):
        name = path.relative_to(source)
        if any(fnmatch(part, pattern) for part in name.parts for pattern in LEFT_OUT):
            continue
        target = started.folder / name
        if _laid(path.read_bytes(), target):
            started.copied.append(name)
            shutil.copymode(path, target)
            continue
        started.kept.append(name)
        if path.suffix == ".ipynb" and edition(path) != edition(target):
            beside = name.with_suffix(f".new-{edition(path)}.ipynb")
            started.newer[name] = beside
            content, wrong = _with_answers(path, target)
            _laid(content, started.folder / beside)
            if wrong:
                started.unreadable[name] = wrong
    return started


def _laid(content: bytes, target: Path) -> bool:
    """Write a new file whole; False, and nothing touched, where something has that name."""
    with told(f"write {target}"):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            file = target.open("xb")
        except FileExistsError:
            return False
        with file:
            try:
                file.write(content)
                file.flush()
            except BaseException:
                target.unlink()
                raise
    return True


def _with_answers(release: Path, earlier: Path) -> tuple[bytes, str]:
    """The release with the earlier notebook's answers, or as it is and why that one cannot be read."""
    from seniorde.grading.arrange import carry_over
    from seniorde.grading.reading import Unreadable, read
    from seniorde.notebooks import files

    try:
        return files.dumps(carry_over(files.read(release), read(earlier))).encode(), ""
    except Unreadable as error:
        return release.read_bytes(), str(error)
