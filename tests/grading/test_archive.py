"""Backup and restore: everything that is kept comes back, and nothing that was there is lost."""

import io
import os
import tarfile
from errno import EBUSY
from pathlib import Path

import pytest

from seniorde import grading
from seniorde.grading import GradingError, backup, restore


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data folder with a record, a log, an attempt with a link, a lock and a file half written."""
    home = tmp_path / "here" / "home"
    monkeypatch.setenv("SENIORDE_HOME", str(home))
    for name, text in {
        "record.jsonl": "{}\n",
        "plan.json": "{}",
        "log/2026-11-30.md": "# Day 1\n",
        "attempts/week-01/a/submitted/project/run": "#!/bin/sh\n",
        "attempts/week-01/a/submitted/project/.github/workflows/ci.yml": "on: push\n",
        "attempts/week-01/a/submitted/project/.gitignore": "logs/\n",
        "attempts/week-01/a/submitted/project/uv.lock": "version = 1\n",
        "record.lock": "",
        ".record.jsonl-half": "x",
    }.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(text)
    (home / "attempts/week-01/a/submitted/project/latest").symlink_to("run")
    return home


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): str(path.readlink()) if path.is_symlink() else path.read_text()
        for path in sorted(folder.rglob("*"))
        if (path.is_file() or path.is_symlink()) and path.name not in ("record.lock", ".record.jsonl-half")
    }


def test_a_backup_holds_all_but_locks_and_overwrites_nothing(home, tmp_path):
    path = backup(tmp_path / "saved.tar.gz")
    with tarfile.open(path) as archive:
        names = archive.getnames()
        assert archive.extractfile("seniorde/record.jsonl").read() == (home / "record.jsonl").read_bytes()
    assert {f"seniorde/{name}" for name in contents(home)} <= set(names)
    assert not {"seniorde/record.lock", "seniorde/.record.jsonl-half"} & set(names)
    content = path.read_bytes()
    with pytest.raises(GradingError, match="exists already"):
        backup(path)
    assert path.read_bytes() == content
    assert backup(tmp_path).name.startswith("seniorde-backup-")
    with pytest.raises(GradingError, match="cannot lie inside"):
        backup(home / "me.tar.gz")
    assert not list(tmp_path.glob(".*")), "no half archive is left"


def test_a_link_that_would_be_saved_without_what_it_leads_to(home, tmp_path):
    (home / "log").rename(tmp_path / "elsewhere")
    (home / "log").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(GradingError, match=f"{home}/log is a link, and a backup would not hold"):
        backup(tmp_path / "saved.tar.gz")
    assert not list(tmp_path.glob("*saved*"))


def test_what_was_there_is_kept_beside(home, tmp_path):
    saved, before = backup(tmp_path / "saved.tar.gz"), contents(home)
    (home / "record.jsonl").write_text("another life\n")
    (home / "plan.json").unlink()
    aside = restore(saved)
    assert contents(home) == before
    assert (aside / "record.jsonl").read_text() == "another life\n"
    assert sorted(path.name for path in home.parent.iterdir()) == sorted([home.name, aside.name])


def test_a_new_machine(home, tmp_path, monkeypatch):
    saved, before = backup(tmp_path / "saved.tar.gz"), contents(home)
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "other" / "home"))
    assert restore(saved) is None
    assert contents(tmp_path / "other" / "home") == before
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["home"]


def packed(path: Path, name: str, **changed) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = 1
        for key, value in changed.items():
            setattr(member, key, value)
        archive.addfile(member, io.BytesIO(b"x"))
    return path


def foreign(folder: Path, kind: str) -> Path:
    path = folder / "odd.tar.gz"
    if kind == "cut off":
        path.write_bytes(backup(folder / "whole.tar.gz").read_bytes()[:-80])
    elif kind == "no archive":
        path.write_bytes(b"\x89PNG")
    elif kind == "empty":
        path.write_bytes(b"")
    else:
        names = {
            "other top": "etc/passwd", "upwards": "seniorde/../../x", "device": "seniorde/tty",
            "link": "seniorde/record.jsonl", "hard link": "seniorde/record.jsonl",
        }  # fmt: skip
        types = {"device": tarfile.CHRTYPE, "link": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE}
        packed(path, names[kind], type=types.get(kind, tarfile.REGTYPE), linkname="/etc/passwd")
    return path


@pytest.mark.parametrize(
    "kind",
    ["cut off", "no archive", "empty", "other top", "upwards", "device", "link", "hard link"],
)
def test_what_is_no_backup_touches_nothing(home, tmp_path, kind):
    odd, before = foreign(tmp_path, kind), contents(tmp_path / "here")
    with pytest.raises(GradingError, match="no backup of this book, or it is damaged"):
        restore(odd)
    assert contents(tmp_path / "here") == before
    assert [path.name for path in home.parent.iterdir()] == ["home"]
    assert not (tmp_path / "x").exists()


def test_no_file(home, tmp_path):
    with pytest.raises(GradingError, match="There is no file"):
        restore(tmp_path / "nothing.tar.gz")


@pytest.mark.parametrize("moment", ["unpacking", "the second rename"])
def test_a_failure_between_leaves_the_record_where_it_was(home, tmp_path, monkeypatch, moment):
    saved, before = backup(tmp_path / "saved.tar.gz"), contents(home)

    def stopped(*_):
        raise KeyboardInterrupt

    if moment == "unpacking":
        monkeypatch.setattr(grading.archive, "_unpack", stopped)
    else:
        rename = Path.rename
        monkeypatch.setattr(Path, "rename", lambda a, b: stopped() if "-restore-" in a.name else rename(a, b))
    with pytest.raises(KeyboardInterrupt):
        restore(saved)
    assert contents(home) == before
    assert [path.name for path in home.parent.iterdir()] == ["home"]


@pytest.mark.parametrize("name", [None, "seniorde/hello", "seniorde/.hidden/record.jsonl"])
def test_an_archive_without_anything_of_a_learner_is_refused(home, tmp_path, name):
    before = contents(home)
    if name:
        odd = packed(tmp_path / "odd.tar.gz", name)
    else:
        odd = tmp_path / "odd.tar.gz"
        tarfile.open(odd, "w:gz").close()
    with pytest.raises(GradingError, match="holds no record, plan or attempt of this book"):
        restore(odd)
    assert contents(home) == before
    assert [path.name for path in home.parent.iterdir()] == ["home"]


@pytest.mark.parametrize("seen", [True, False], ids=["said by the system", "found when it is renamed"])
def test_a_mount_point_cannot_be_replaced(home, tmp_path, monkeypatch, seen):
    saved, before = backup(tmp_path / "saved.tar.gz"), contents(home)
    rename = Path.rename

    def busy(path, name):
        if path == home:
            raise OSError(EBUSY, "Device or resource busy")
        return rename(path, name)

    monkeypatch.setattr(Path, "rename", busy)
    monkeypatch.setattr(os.path, "ismount", lambda path: seen and Path(path) == home)
    with pytest.raises(
        GradingError, match=f"set SENIORDE_HOME to a folder inside it, such as {home}/seniorde"
    ):
        restore(saved)
    assert contents(home) == before
    assert [path.name for path in home.parent.iterdir()] == ["home"]
