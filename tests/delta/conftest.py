"""One session for all tests of Delta tables."""

import pytest

from seniorde import labs


@pytest.fixture(scope="module")
def spark():
    """The session with its default settings, which no test here changes."""
    return labs.spark()


@pytest.fixture
def read(spark):
    """Rows of a table as sorted tuples."""

    def rows(path, where="true", **options):
        found = spark.read.format("delta").options(**options).load(str(path)).where(where).collect()
        return sorted((tuple(row) for row in found), key=repr)

    return rows


@pytest.fixture
def append():
    def write(rows, path, mode="append", **options):
        rows.write.format("delta").mode(mode).options(**options).save(str(path))

    return write
