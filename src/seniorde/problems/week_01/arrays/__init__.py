"""Arrays and strings: one pass that carries the right thing, from prefix sums to encoded columns."""
