"""One cache and one PostgreSQL server for a whole run, whatever its rooms and workers."""

import os
import shutil
import tempfile
import time

import pytest

import seniorde.notebooks  # noqa: F401  before nbformat, whose import it shortens by two seconds
from seniorde import labs


def pytest_configure(config):
    if not hasattr(config, "workerinput"):  # workers inherit the variables
        for name in [name for name in os.environ if name.startswith("SENIORDE_")]:
            del os.environ[name]
        # Outside of pytest's folders: those of root are closed to the user that PostgreSQL then runs as.
        os.environ["SENIORDE_CACHE"] = tempfile.mkdtemp(prefix="seniorde-tests-")
        os.environ["SENIORDE_HOME"] = f"{os.environ['SENIORDE_CACHE']}/home"


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ["SENIORDE_CACHE"])


@pytest.hookimpl(tryfirst=True)  # before xdist reads the marks
def pytest_collection_modifyitems(items):
    """For `--dist loadgroup`: what shares something costly stays with one worker.

    A file does, for its fixtures; of the bank, a problem does; the proofs of a project share nothing.
    """
    for item in items:
        group = item.path.stem
        if group == "test_bank" and hasattr(item, "callspec"):
            group = item.callspec.params.get("id", group)
        elif item.path.parent.name == "projects":
            group = item.nodeid
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture(scope="session", autouse=True)
def _stop_engines():
    yield
    labs.reset()


@pytest.fixture(scope="session")
def quick():
    """Whether a run takes less than so many seconds: the best of five, since what else runs only adds."""

    def quick(run, seconds, clock=time.process_time):
        for pause in (0, 0, 1, 3, 9):
            time.sleep(pause)
            begin = clock()
            run()
            if clock() - begin < seconds:
                return True
        return False

    return quick


@pytest.fixture(scope="session")
def postgres():
    """Keep the server up for the rest of the run, also while no test is connected."""
    with labs.embedded_postgres():
        yield
