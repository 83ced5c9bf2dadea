"""The author's tools: assemble, run, normalise, compare, verify, measure."""
