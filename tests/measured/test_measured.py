"""What is kept in data/measured is what its measurement gives, apart from the figures."""

import pytest

from seniorde import measured


def shape(value):
    return {k: shape(v) for k, v in value.items()} if isinstance(value, dict) else type(value).__name__


@pytest.mark.parametrize("name", measured.names())
def test_what_is_kept_has_the_form_of_what_is_measured(name):
    kept, now = measured.read(name), measured.measure(name, quick=True)
    assert shape(kept["figures"]) == shape(now["figures"])
    assert kept.keys() == now.keys()


def test_an_unknown_measurement_is_named():
    with pytest.raises(measured.MeasuredError, match=r"choose one of .*networking"):
        measured.read("weather")


def test_distance_costs_what_arithmetic_says():
    """A kept connection waits one round trip a request: with 20 ms at most 50 a second."""
    figures = measured.measure("networking", quick=True)["figures"]["requests_a_second"]
    assert figures["20"]["1"] <= 50
    assert figures["20"]["16"] > figures["20"]["1"]
