"""Skew: one key, one task, and all others wait."""
