import os
from pathlib import Path

import pytest


@pytest.fixture
def learner(tmp_path, monkeypatch):
    """A learner's data folder and cache, fresh."""
    monkeypatch.setenv("SENIORDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return Path(os.environ["SENIORDE_HOME"])
