"""Dialects: queries that mean the same on two engines, and trees of SQL that answer questions."""
