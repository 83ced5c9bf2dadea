"""Shuffles: say what moves between Spark's tasks, and move less of it."""
