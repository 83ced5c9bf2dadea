"""Grouping sets: a table, its subtotals and its total in one pass."""
