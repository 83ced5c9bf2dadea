"""One PostgreSQL server for a whole run of notebooks, where one uses it and it starts."""

from contextlib import contextmanager

import pytest

from seniorde import labs
from seniorde.notebooks.engines import kept_up
from seniorde.notebooks.execute import Job

USES, USES_NOT = (Job("nbval", None, "page.ipynb", text) for text in ("con = labs.postgres()", "1 + 1"))


@pytest.fixture
def servers(monkeypatch):
    """What happened to the embedded server."""
    seen = []

    @contextmanager
    def embedded():
        seen.append("up")
        yield Server()
        seen.append("down")

    class Server:
        def cpu_seconds(self):
            return 2.0 * len(seen)

    monkeypatch.setattr(labs, "embedded_postgres", embedded)
    return seen


def test_the_server_is_up_while_notebooks_run_and_its_seconds_are_told(servers):
    with kept_up([USES_NOT, USES], {}) as spent:
        assert servers == ["up"]
        servers.append("used")
        assert spent() == 2.0
    assert servers == ["up", "used", "down"]


@pytest.mark.parametrize(
    ("jobs", "environment"),
    [([USES_NOT], {}), ([USES], {"SENIORDE_DATABASE_URL": "postgresql://somewhere/else"})],
)
def test_no_server_where_none_is_used(servers, jobs, environment):
    with kept_up(jobs, environment) as spent:
        assert spent() == 0
    assert servers == []


def test_a_server_that_does_not_start_is_left_to_the_notebook(monkeypatch):
    def broken():
        raise labs.LabError("no room")

    monkeypatch.setattr(labs, "embedded_postgres", broken)
    with kept_up([USES], {}) as spent:
        assert spent() == 0
