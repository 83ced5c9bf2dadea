"""Senior Data Engineering in Nine Weeks: the library that the book's notebooks import."""

__version__ = "1.0.0"
