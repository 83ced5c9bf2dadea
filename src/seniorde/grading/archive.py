"""One archive of everything that is kept of a learner, and the way back from it."""

import os
import shutil
import tarfile
import zlib
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp

from seniorde.grading.course import GradingError, home, told
from seniorde.grading.journal import locked

_TOP = "seniorde"


def backup(path: str | Path) -> Path:
    """Pack the data folder (record, log, plan, attempts) into one new .tar.gz at `path`, a file or a folder.

    Raises GradingError when the file exists, lies inside the data folder, or the disk is full.
    """
    path, source = Path(path).expanduser().resolve(), home()
    if path.is_dir():
        path /= f"seniorde-backup-{datetime.now():%Y-%m-%d-%H%M%S}.tar.gz"
    if path.is_relative_to(source):
        raise GradingError(f"The backup cannot lie inside {source}, which it saves. Choose another place.")
    if path.exists():
        raise GradingError(f"{path} exists already. Choose another name; a backup is never overwritten.")
    with told(f"write {path}"), locked():
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
    Raises GradingError, and nothing is touched, when `archive` is no backup or the disk is full.
    """
    archive, target = Path(archive).expanduser().resolve(), home()
    if not archive.is_file():
        raise GradingError(f"There is no file {archive}. Give the archive that make backup has written.")
    with told(f"restore {archive}"):
        fresh = Path(mkdtemp(dir=target.parent, prefix=f".{target.name}-restore-"))
        try:
            _unpack(archive, fresh)
            with locked():
                before = target.with_name(f"{target.name}-before-{datetime.now():%Y-%m-%d-%H%M%S}")
                target.rename(before)
                fresh.rename(target)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise
    if any(_is_kept(path.name) for path in before.iterdir()):
        return before
    shutil.rmtree(before)
    return None


def _unpack(archive: Path, folder: Path) -> None:
    """Write the files and folders of a backup below `folder`, and nothing anywhere else."""
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
                elif member.issym():
                    links[path] = member.linkname
                elif content := packed.extractfile(member):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("xb") as file:
                        shutil.copyfileobj(content, file)
                else:
                    raise wrong
    except (tarfile.TarError, EOFError, FileExistsError, ValueError, zlib.error) as error:
        raise wrong from error
    for path, where in links.items():  # last, so that no file is written through one
        path.symlink_to(where)


def _worth_keeping(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return member if _is_kept(Path(member.name).name) else None


def _is_kept(name: str) -> bool:
    return not (name.startswith(".") or name.endswith(".lock"))
