"""Set operations: whole rows as values, counted or not."""
