"""Tries: what strings share at their beginning is stored, walked and counted once."""
