"""Change data: a feed in disorder folded, merged into a Delta table, kept as a history, and reconciled."""
