"""CTEs and recursion: name a step, and let a query feed on its own rows."""
