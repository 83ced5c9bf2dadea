"""Fixtures: an empty database, and the generator's logs once loaded for all tests that only read."""

import pytest
from kit import ANALYST, Case, Database, server
from psycopg import sql

from seniorde import labs

ORDER = ("commands", "files", "fates", "cleaned", "marts", "reruns", "operations", "limits")


def pytest_collection_modifyitems(items):
    """Ask in the order in which a pipeline is built; tests of your own come last."""
    places = {f"test_{name}": place for place, name in enumerate(ORDER)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


_made: list[Database | Case] = []


@pytest.fixture(scope="session", autouse=True)
def _clean_up():
    yield
    for one in _made:
        one.drop()
    server().execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(ANALYST)))
    labs.reset()


@pytest.fixture
def database():
    """Return an empty database."""
    made = Database()
    yield made
    made.drop()


@pytest.fixture(scope="session")
def generated(tmp_path_factory):
    """Return a function that makes a Case of some dirt: made once, whoever asks."""
    made: dict[tuple, Case] = {}

    def case(dirt, scale=0.03, seed=2):
        if (dirt, scale, seed) not in made:
            made[dirt, scale, seed] = Case(tmp_path_factory.mktemp("logs"), scale, seed, dirt)
            _made.append(made[dirt, scale, seed])
        return made[dirt, scale, seed]

    return case


@pytest.fixture(scope="session")
def dirty(generated):
    """Return the Case with all the dirt, to read only."""
    from seniorde.datasets import weblogs

    return generated(tuple(weblogs.DIRT), scale=0.1)


@pytest.fixture
def fresh():
    """Return a function that makes an empty database."""
    made: list[Database] = []

    def make(timezone="UTC"):
        made.append(Database(timezone))
        return made[-1]

    yield make
    for one in made:
        one.drop()
