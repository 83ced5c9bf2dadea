"""Joins: bring rows together without losing one and without counting one twice."""
