"""Materialized views: rows that were computed before, and what they still can answer."""
