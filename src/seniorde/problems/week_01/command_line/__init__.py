"""A command-line tool: its contract, tests that are worth something, types, and a package."""
