"""One archive of everything that is kept of a learner, and the way back from it."""

import os
import shutil
import tarfile
import zlib
from datetime import datetime
from errno import EBUSY
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp

from seniorde.grading.course import GradingError, home, told
from seniorde.grading.journal import locked

_TOP = "seniorde"
_OURS = ("record.jsonl", "plan.json", "attempts", "log", "reviews", "answers.jsonl", "mistakes.jsonl")


def backup(path: str | Path) -> Path:
    """Pack the data folder (record, log, plan, attempts) into one new .tar.gz at `path`, a file or a folder.

    Raises GradingError when the file exists, lies inside the data folder, or the disk is full,
    and for a link, which is saved within submitted work only.
    """
    path, source = Path(path).expanduser().resolve(), home()
    if path.is_dir():
        path /= f"seniorde-backup-{datetime.now():%Y-%m-%d-%H%M%S}.tar.gz"
    if path.is_relative_to(source):
        raise GradingError(f"The backup cannot lie inside {source}, which it saves. Choose another place.")
    if path.exists():
        raise GradingError(f"{path} exists already. Choose another name; a backup is never overwritten.")
    with told(f"write {path}"), locked(reading=True):
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as file:
            try:
                with tarfile.open(fileobj=file, mode="w:gz") as archive:
                    archive.add(source, arcname=_TOP, filter=_worth_keeping)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).rename(path)
            finally:
                Path(file.name).unlink(missing_ok=True)
    return path


def restore(archive: str | Path) -> Path | None:
    """Put the data folder of a backup in the place of the one that is there, whole or not at all.

    Returns the folder in which what was there before is kept, None when there was nothing.
    Raises GradingError, and nothing is touched, when `archive` is no backup, when the disk is full,
    and when the folder is a mount point, which has no other name.
    """
    archive, target = Path(archive).expanduser().resolve(), home()
    if not archive.is_file():
        raise GradingError(f"There is no file {archive}. Give the archive that make backup has written.")
    with told(f"restore {archive}"):
        if os.path.ismount(target):
            raise _mounted(target)
        fresh = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}-restore-"))
        try:
            _unpack(archive, fresh)
            with locked():
                before = target.with_name(f"{target.name}-before-{datetime.now():%Y-%m-%d-%H%M%S}")
                _rename(target, before)
                try:
                    fresh.rename(target)
                except BaseException:
                    before.rename(target)
                    raise
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    if any(_is_kept(path.name) for path in before.iterdir()):
        return before
    shutil.rmtree(before)
    return None


def _rename(folder: Path, name: Path) -> None:
    try:
        folder.rename(name)
    except OSError as error:
        if error.errno == EBUSY:
            raise _mounted(folder) from error
        raise


def _mounted(folder: Path) -> GradingError:
    return GradingError(
        f"{folder} is a mount point and cannot be replaced: set SENIORDE_HOME to a folder inside it, "
        f"such as {folder / _TOP}, then restore again. Nothing was changed."
    )


def _unpack(archive: Path, folder: Path) -> None:
    """Write the files and folders of a backup below `folder`, and nothing anywhere else.

    Links are part of submitted work only: elsewhere they would lead what is written later out of the folder.
    """
    wrong = GradingError(f"{archive} is no backup of this book, or it is damaged. Nothing was changed.")
    links: dict[Path, str] = {}
    try:
        with tarfile.open(archive, "r:gz") as packed:
            for member in packed:
                top, *parts = Path(member.name).parts
                path = folder.joinpath(*parts)
                if top != _TOP or ".." in parts:
                    raise wrong
                if member.isdir():
                    path.mkdir(parents=True, exist_ok=True)
                elif member.issym() and _submitted(parts):
                    links[path] = member.linkname
                elif not member.issym() and (content := packed.extractfile(member)):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("xb") as file:
                        shutil.copyfileobj(content, file)
                else:
                    raise wrong
    except (tarfile.TarError, EOFError, FileExistsError, KeyError, ValueError, zlib.error) as error:
        raise wrong from error
    if not any((folder / name).exists() for name in _OURS):
        raise GradingError(f"{archive} holds no record, plan or attempt of this book. Nothing was changed.")
    for path, where in links.items():  # last, so that no file is written through one
        path.symlink_to(where)


def _submitted(parts: list[str]) -> bool:
    return parts[:1] == ["attempts"] and parts[3:4] == ["submitted"] and len(parts) > 4


def _worth_keeping(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    path = Path(member.name)
    if path.parent == Path(_TOP) and not _is_kept(path.name):
        return None
    if member.issym() and not _submitted(list(path.parts[1:])):
        raise GradingError(
            f"{home() / path.relative_to(_TOP)} is a link, and a backup would not hold what it leads to. "
            "Put the file or folder itself there, then run again."
        )
    return member


def _is_kept(name: str) -> bool:
    """Whether this is the learner's, by its name at the top of the data folder."""
    return not (name.startswith(".") or name.endswith(".lock"))
