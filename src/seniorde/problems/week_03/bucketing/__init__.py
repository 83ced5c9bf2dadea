"""Bucketing: a fixed number of pieces, and every key in the piece that its hash names."""
